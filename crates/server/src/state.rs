//! What every request may reach. Handlers extract only the part they need.

use std::sync::Arc;

use axum::extract::FromRef;
use protocol::UnixSeconds;
use protocol::proof::LogKeys;
use store::Store;
use store::acts::Stamp;
use store::log::LogKey;
use store::uploads::UploadQuota;

use crate::api::uploads::{UploadMemory, Writers};
use crate::clock::Clock;
use crate::config::Config;
use crate::desks::Desks;
use crate::jobs;
use crate::keys::SubKeys;
use crate::limits::NetworkBucket;
use crate::sequencer;
use crate::serve::StartError;
use crate::site::SiteState;
use crate::staff::StaffState;
use crate::witnesses::Witnesses;
use crate::work::Work;

/// Keys of values that the database keeps about the instance as a whole.
const KEY_FINGERPRINT: &str = "key_fingerprint";
const ORIGIN: &str = "origin";

/// The parts of the running server. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// What was configured.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Keys derived from the instance's secret.
    pub keys: Arc<SubKeys>,
    /// Rows and sealed objects.
    pub store: Store,
    /// The desks as the public sees them.
    pub desks: Arc<Desks>,
    /// Proof-of-work challenges.
    pub work: Arc<Work>,
    /// The token bucket that stands in for proof of work without JavaScript.
    pub networks: Arc<NetworkBucket>,
    /// The key that signs the checkpoints of the log.
    pub log_key: Arc<LogKey>,
    /// By which keys the log can be believed: its own and its witnesses'.
    pub log_keys: Arc<LogKeys>,
    /// Who cosigns them.
    pub(crate) witnesses: Arc<Witnesses>,
    /// Who is writing to which upload.
    pub(crate) writers: Writers,
    /// How much of the uploads in progress is in memory.
    pub(crate) upload_memory: UploadMemory,
    /// What the staff routes share.
    pub staff: Arc<StaffState>,
    /// What the pages share.
    pub site: Arc<SiteState>,
}

impl AppState {
    /// Opens everything that `config` names, making what is missing.
    pub(crate) async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let keys = Arc::new(SubKeys::load_or_create(&config.server.key_file)?);
        let limits = &config.limits;
        let quota = UploadQuota { instance: limits.upload_bytes, desk: limits.upload_bytes_per_desk };
        let store = Store::open(&config.store).await?.with_upload_quota(quota);
        keep_what_never_changes(&store, &keys, &config).await?;
        jobs::prepare(&store, clock.now()).await?;
        let log_key = Arc::new(sequencer::log_key(&config, &keys)?);
        let witnesses = Arc::new(Witnesses::new(&config.ledger)?);
        match store.log().check(&log_key).await? {
            Some(why) => store.log().refuse(why),
            None => tell_other_rules(&store, &config, clock.now()).await?,
        }
        Ok(Self {
            desks: Arc::new(Desks::new(store.clone(), limits.max_file_bytes)),
            work: Arc::new(Work::new(&keys, config.work.clone())),
            networks: Arc::new(NetworkBucket::new(limits.network_burst, limits.network_per_minute)),
            writers: Writers::default(),
            upload_memory: UploadMemory::new(limits.upload_memory_bytes),
            staff: Arc::new(StaffState::new(&config, &keys)?),
            site: Arc::new(SiteState::new(&config, &keys)),
            log_keys: Arc::new(LogKeys { log: log_key.verifier().clone(), witnesses: witnesses.keys() }),
            log_key,
            witnesses,
            config: Arc::new(config),
            clock,
            keys,
            store,
        })
    }
}

/// Puts on record which of the rules are others than when the instance last started.
async fn tell_other_rules(store: &Store, config: &Config, now: UnixSeconds) -> Result<(), StartError> {
    let changed = store.instance().settings_in_force(config.rules()?, Stamp::system(now)).await?;
    if !changed.is_empty() {
        tracing::info!(?changed, "other settings than at the last start; the ledger says so");
    }
    Ok(())
}

/// Two settings are part of what reporters and members hold. Another value would not fail at once
/// but lock them out later, so it fails here.
async fn keep_what_never_changes(store: &Store, keys: &SubKeys, config: &Config) -> Result<(), StartError> {
    let fingerprint = keys.fingerprint().to_vec();
    if store.instance().put_if_absent(KEY_FINGERPRINT, fingerprint.clone()).await? != fingerprint {
        return Err(StartError::ForeignKey);
    }
    let origin = config.server.origin.clone().into_bytes();
    if store.instance().put_if_absent(ORIGIN, origin.clone()).await? != origin {
        return Err(StartError::OriginChanged);
    }
    Ok(())
}
