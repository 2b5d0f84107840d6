//! What travels in a page and comes back: sealed under a key that is drawn anew every hour, so that
//! nothing has to be stored and nothing can be read once the key has been forgotten.

use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::{AeadInOut as _, ChaCha20Poly1305, Key, KeyInit as _, Nonce, Tag};
use protocol::UnixSeconds;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Store;
use store::instance::DraftKey;
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::keys::{KEY_LEN, SubKeys};

/// How long what is sealed stays good, in hours. The pages say so.
pub(super) const HOURS: u64 = 2;
/// The same in seconds.
pub(crate) const LIFETIME: i64 = HOURS.cast_signed() * HOUR;
/// For how long after that the key still opens it, so that a person who was away may carry on.
const GRACE: i64 = HOUR;
const HOUR: i64 = 3600;
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;
const EPOCH_LEN: usize = 8;

/// What a sealed field is for. A field sealed for one thing does not open as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A report in the making.
    Draft,
    /// A report that its reporter has come back to.
    Dialogue,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Draft => b"safehand sealed field: draft v1",
            Self::Dialogue => b"safehand sealed field: dialogue v1",
        }
    }
}

/// Why a sealed field does not open.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unopened {
    /// It was changed on its way, or never came from here.
    #[error("the sealed field was changed")]
    Changed,
    /// Its key has been forgotten.
    #[error("the sealed field is too old")]
    Forgotten,
    /// The storage does not answer.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// A key of one hour.
struct HourKey {
    epoch: i64,
    expires_at: UnixSeconds,
    cipher: ChaCha20Poly1305,
}

/// Seals and opens fields.
pub(super) struct Vault {
    wrap: ChaCha20Poly1305,
    keys: RwLock<Vec<Arc<HourKey>>>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").finish_non_exhaustive()
    }
}

impl Vault {
    pub(super) fn new(keys: &SubKeys) -> Self {
        Self { wrap: cipher(&keys.draft_wrap()), keys: RwLock::default() }
    }

    /// Seals `value` at `now`.
    pub(super) async fn seal(
        &self,
        store: &Store,
        now: UnixSeconds,
        purpose: Purpose,
        value: &impl Serialize,
    ) -> Result<String> {
        let key = self.key_of_hour(store, now).await?;
        let mut plain = Zeroizing::new(serde_json::to_vec(value).map_err(Error::internal)?);
        let nonce = random::<NONCE_LEN>()?;
        let tag = encrypt(&key.cipher, nonce, purpose.label(), &mut plain)?;
        let mut field = Vec::with_capacity(EPOCH_LEN + NONCE_LEN + plain.len() + TAG_LEN);
        field.extend_from_slice(&key.epoch.to_le_bytes());
        field.extend_from_slice(&nonce);
        field.extend_from_slice(&plain);
        field.extend_from_slice(&tag);
        Ok(URL_SAFE_NO_PAD.encode(field))
    }

    /// Opens what [`Vault::seal`] sealed for the same purpose, as long as its key is remembered.
    pub(super) async fn open<T: DeserializeOwned>(
        &self,
        store: &Store,
        now: UnixSeconds,
        purpose: Purpose,
        field: &str,
    ) -> Result<T, Unopened> {
        let field = URL_SAFE_NO_PAD.decode(field.trim()).map_err(|_| Unopened::Changed)?;
        let (epoch, rest) = field.split_first_chunk::<EPOCH_LEN>().ok_or(Unopened::Changed)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>().ok_or(Unopened::Changed)?;
        let (body, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(Unopened::Changed)?;
        let epoch = i64::from_le_bytes(*epoch);
        let key = self.key_of_epoch(store, now, epoch).await?;
        let mut plain = Zeroizing::new(body.to_vec());
        key.cipher
            .decrypt_inout_detached(
                &Nonce::from(*nonce),
                purpose.label(),
                plain.as_mut_slice().into(),
                &Tag::from(*tag),
            )
            .map_err(|_| Unopened::Changed)?;
        serde_json::from_slice(&plain).map_err(|_| Unopened::Changed)
    }

    async fn key_of_hour(&self, store: &Store, now: UnixSeconds) -> Result<Arc<HourKey>> {
        let epoch = now.div_euclid(HOUR);
        if let Some(key) = self.remembered(epoch, now) {
            return Ok(key);
        }
        self.load(store, now).await?;
        if let Some(key) = self.remembered(epoch, now) {
            return Ok(key);
        }
        let expires_at = (epoch + 1) * HOUR + LIFETIME + GRACE;
        let sealed = self.wrap_key(epoch, &Zeroizing::new(random()?))?;
        // Whoever is first wins; the key to use is the one that is stored.
        store
            .draft_keys()
            .rotate(DraftKey { epoch, created_at: now, expires_at, sealed })
            .await
            .map_err(store_failed)?;
        self.load(store, now).await?;
        self.remembered(epoch, now).ok_or_else(|| Error::internal("the key of this hour is not there"))
    }

    async fn key_of_epoch(
        &self,
        store: &Store,
        now: UnixSeconds,
        epoch: i64,
    ) -> Result<Arc<HourKey>, Unopened> {
        if let Some(key) = self.remembered(epoch, now) {
            return Ok(key);
        }
        let this_hour = now.div_euclid(HOUR);
        // A made-up epoch must not cost a query.
        if !(this_hour - 4..=this_hour).contains(&epoch) {
            return Err(if epoch < this_hour && epoch > 0 { Unopened::Forgotten } else { Unopened::Changed });
        }
        self.load(store, now).await?;
        self.remembered(epoch, now).ok_or(Unopened::Forgotten)
    }

    fn remembered(&self, epoch: i64, now: UnixSeconds) -> Option<Arc<HourKey>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().find(|key| key.epoch == epoch && key.expires_at > now).cloned()
    }

    async fn load(&self, store: &Store, now: UnixSeconds) -> Result<()> {
        let stored = store.draft_keys().current(now).await.map_err(store_failed)?;
        let keys = stored.iter().map(|key| self.unwrap_key(key)).collect::<Result<Vec<_>>>()?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    fn wrap_key(&self, epoch: i64, key: &[u8; KEY_LEN]) -> Result<protocol::Bytes> {
        let nonce = random::<NONCE_LEN>()?;
        let mut sealed = key.to_vec();
        let tag = encrypt(&self.wrap, nonce, &epoch.to_le_bytes(), &mut sealed)?;
        Ok([&nonce[..], &sealed, &tag].concat().into())
    }

    fn unwrap_key(&self, stored: &DraftKey) -> Result<Arc<HourKey>> {
        let unusable = || Error::internal("a stored draft key does not open under this instance's key");
        let (nonce, rest) = stored.sealed.as_slice().split_first_chunk::<NONCE_LEN>().ok_or_else(unusable)?;
        let (body, tag) = rest.split_last_chunk::<TAG_LEN>().ok_or_else(unusable)?;
        let mut key: Zeroizing<[u8; KEY_LEN]> = Zeroizing::new(body.try_into().map_err(|_| unusable())?);
        let aad = stored.epoch.to_le_bytes();
        self.wrap
            .decrypt_inout_detached(&Nonce::from(*nonce), &aad, key.as_mut_slice().into(), &Tag::from(*tag))
            .map_err(|_| unusable())?;
        Ok(Arc::new(HourKey { epoch: stored.epoch, expires_at: stored.expires_at, cipher: cipher(&key) }))
    }
}

fn cipher(key: &[u8; KEY_LEN]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(<&Key>::from(key))
}

fn encrypt(
    cipher: &ChaCha20Poly1305,
    nonce: [u8; NONCE_LEN],
    aad: &[u8],
    plain: &mut Vec<u8>,
) -> Result<[u8; TAG_LEN]> {
    cipher
        .encrypt_inout_detached(&Nonce::from(nonce), aad, plain.as_mut_slice().into())
        .map(Into::into)
        .map_err(|_| Error::internal("a field is longer than the cipher allows"))
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(bytes)
}

fn store_failed(error: store::Error) -> Error {
    Error::internal(error)
}
