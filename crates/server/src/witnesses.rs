//! Asks witnesses outside of this organisation to cosign what this process has published (C2SP `tlog-witness`).
//!
//! A witness that is down, slow or answers nonsense holds nothing up: it is asked again later, and acknowledgements
//! wait for none that did not answer last time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ledger::note::{KeyType, VerifierKey, read_lines};
use ledger::witness::{AddCheckpoint, read_conflict};
use reqwest::{Client, StatusCode};
use store::Store;
use store::log::LogKey;
use tokio::task::JoinSet;

use crate::config::{LedgerConfig, WitnessConfig};
use crate::serve::StartError;
use crate::state::AppState;

/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How long a witness that failed is left alone, times how often it has in a row, and at most.
const REST: Duration = Duration::from_secs(2);
const REST_AT_MOST: Duration = Duration::from_mins(1);
/// The longest answer that is read, in bytes: a hundred lines are far less.
const MAX_ANSWER: usize = 64 << 10;

/// Why a witness has not cosigned. The text is for the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WitnessError {
    /// It cannot be reached, or takes too long.
    #[error("does not answer: {0}")]
    Http(#[from] reqwest::Error),
    /// It refuses.
    #[error("answers {0}")]
    Status(StatusCode),
    /// Its answer is longer than any cosignature.
    #[error("answers with more than {MAX_ANSWER} bytes")]
    TooLong,
    /// Its answer is none of the protocol.
    #[error("answers nonsense: {0}")]
    Nonsense(#[from] ledger::Error),
    /// Its answer holds no signature of its own key.
    #[error("answers without a signature by its own key")]
    NotSigned,
    /// It has seen a longer log under this name than there is.
    #[error(
        "has cosigned {seen} entries, there are only {size}: this log was put back, or somebody else has its key"
    )]
    Ahead {
        /// What it has seen.
        seen: u64,
        /// What there is.
        size: u64,
    },
    /// The storage failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// One witness.
#[derive(Debug)]
struct Witness {
    name: String,
    key: VerifierKey,
    url: String,
    /// Whether it answered as it should the last time.
    answers: AtomicBool,
}

impl Witness {
    fn new(WitnessConfig { name, key, url }: &WitnessConfig) -> Result<Self, StartError> {
        let wrong = |why: String| StartError::Witness { name: name.clone(), why };
        let key: VerifierKey = key.parse().map_err(|error: ledger::Error| wrong(error.to_string()))?;
        if key.key_type() != KeyType::Cosignature {
            return Err(wrong("its key is not one that cosigns (type 4)".to_owned()));
        }
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(wrong("its address must begin with https:// or http://".to_owned()));
        }
        let url = format!("{}/add-checkpoint", url.trim_end_matches('/'));
        Ok(Self { name: name.clone(), key, url, answers: AtomicBool::new(false) })
    }

    /// Asks for a cosignature of the checkpoint of `size` entries and keeps it.
    async fn cosign(
        &self,
        http: &Client,
        store: &Store,
        log: &LogKey,
        size: u64,
    ) -> Result<(), WitnessError> {
        let checkpoint =
            store.log().checkpoint_of(size).await?.ok_or(store::Error::NotFound("checkpoint"))?;
        let mut old = store.log().cosigned_by(self.key.name()).await?.min(size);
        for again in [true, false] {
            let proof = match old {
                0 => Vec::new(),
                old => store.log().prove_consistency(old, size).await?,
            };
            let request = AddCheckpoint { old, proof, checkpoint: checkpoint.clone() };
            let (status, answer) = self.ask(http, request.to_string()).await?;
            match status {
                StatusCode::OK => {
                    let lines = read_lines(&answer)?;
                    let cosigned = checkpoint.with_lines(&lines)?;
                    cosigned.verify(log.verifier(), std::slice::from_ref(&self.key))?;
                    let own = |name: &str, id: u32| name == self.key.name() && id == self.key.id();
                    let line = lines.iter().find(|line| own(line.name(), line.id()));
                    return Ok(store
                        .log()
                        .keep_cosignature(size, line.ok_or(WitnessError::NotSigned)?)
                        .await?);
                }
                // It says which size it has seen last.
                StatusCode::CONFLICT if again => {
                    old = read_conflict(&answer)?;
                    if old > size {
                        return Err(WitnessError::Ahead { seen: old, size });
                    }
                }
                other => return Err(WitnessError::Status(other)),
            }
        }
        Err(WitnessError::Status(StatusCode::CONFLICT))
    }

    async fn ask(&self, http: &Client, body: String) -> Result<(StatusCode, String), WitnessError> {
        let mut answer = http.post(&self.url).body(body).send().await?;
        let mut bytes = Vec::new();
        while let Some(piece) = answer.chunk().await? {
            bytes.extend_from_slice(&piece);
            if bytes.len() > MAX_ANSWER {
                return Err(WitnessError::TooLong);
            }
        }
        Ok((answer.status(), String::from_utf8_lossy(&bytes).into_owned()))
    }
}

/// The configured witnesses.
#[derive(Debug)]
pub(crate) struct Witnesses {
    all: Vec<Arc<Witness>>,
    http: Client,
    wait: Duration,
}

impl Witnesses {
    /// Reads the configuration.
    ///
    /// # Errors
    ///
    /// Names the witness that cannot be asked, and why.
    pub(crate) fn new(config: &LedgerConfig) -> Result<Self, StartError> {
        let all = config.witnesses.iter().map(|witness| Ok(Arc::new(Witness::new(witness)?)));
        Ok(Self {
            all: all.collect::<Result<_, StartError>>()?,
            http: client()?,
            wait: Duration::from_millis(config.witness_wait_ms),
        })
    }

    /// Their keys, for whoever checks what they sign.
    pub(crate) fn keys(&self) -> Vec<VerifierKey> {
        self.all.iter().map(|witness| witness.key.clone()).collect()
    }

    /// How long an acknowledgement waits for a cosignature: not at all when no witness answered last time.
    pub(crate) fn patience(&self) -> Duration {
        let one_answers = self.all.iter().any(|witness| witness.answers.load(Ordering::Relaxed));
        if one_answers { self.wait } else { Duration::ZERO }
    }
}

/// What witnesses and time-stamping authorities are asked with.
pub(crate) fn client() -> Result<Client, reqwest::Error> {
    // Fails when the process has chosen a provider already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none()).build()
}

/// Asks each of them whenever this process has published something, until the set is dropped.
pub(crate) fn start(state: &AppState) -> JoinSet<()> {
    let mut asking = JoinSet::new();
    for witness in &state.witnesses.all {
        asking.spawn(follow(
            Arc::clone(witness),
            state.witnesses.http.clone(),
            state.store.clone(),
            Arc::clone(&state.log_key),
        ));
    }
    asking
}

async fn follow(witness: Arc<Witness>, http: Client, store: Store, log: Arc<LogKey>) {
    let mut published = store.log().follow();
    let mut failed = 0;
    loop {
        let size = *published.borrow_and_update();
        let outcome = match size {
            0 => Ok(()),
            size => witness.cosign(&http, &store, &log, size).await,
        };
        witness.answers.store(outcome.is_ok() && size > 0, Ordering::Relaxed);
        match outcome {
            Ok(()) => {
                failed = 0;
                if published.changed().await.is_err() {
                    return;
                }
            }
            Err(why) => {
                tracing::warn!(witness = witness.name, %why, "a witness has not cosigned");
                failed += 1;
                tokio::time::sleep(REST.saturating_mul(failed).min(REST_AT_MOST)).await;
            }
        }
    }
}
