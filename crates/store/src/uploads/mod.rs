//! Uploads: bytes on their way in, kept as a row of bounded parts until an item claims them.
//!
//! Each part is an object of its own, durable before the upload's offset moves past it, so that resuming needs
//! nothing but the database, and no part of a store's own multipart protocol. An item that claims a finished
//! upload takes its parts over in the transaction that inserts the item.

mod append;
mod body;
mod hashes;
mod room;

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use futures_util::Stream;
use protocol::UnixSeconds;
use seal::{Digest, ItemHeader};
use sha2::{Digest as _, Sha256};

use crate::db::Link;
use crate::objects::ObjectName;
use crate::sql::sql;
use crate::{Error, Store};

pub(crate) use body::stream;
pub(crate) use hashes::Hashes;
use room::Beginning;
pub use room::{SET_ASIDE, UploadQuota};

/// The largest part, in bytes: what one upload in progress may hold in memory.
pub const PART_SIZE: usize = 4 * 1024 * 1024;

/// How long whoever comes back to an upload that expired is told so, in seconds. After that it was never there.
const REMEMBERED: i64 = 24 * 3600;

/// An upload's id: 32 random bytes that are also the right to continue it. Written as base64url without padding.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UploadId([u8; 32]);

impl UploadId {
    /// A new id from the system's random number generator.
    ///
    /// # Errors
    ///
    /// [`Error::Randomness`] when that fails.
    pub fn random() -> Result<Self, Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| Error::Randomness)?;
        Ok(Self(bytes))
    }

    /// The id under which the database knows the upload: who reads the database cannot continue it.
    pub(crate) fn key(self) -> UploadKey {
        UploadKey(Sha256::digest(self.0).into())
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(_) = self;
        f.write_str("UploadId(…)")
    }
}

/// The text is not an upload's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an upload's id is 43 characters of base64url")]
pub struct NotAnUploadId;

impl FromStr for UploadId {
    type Err = NotAnUploadId;

    fn from_str(text: &str) -> Result<Self, NotAnUploadId> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAnUploadId)?;
        bytes.try_into().map(Self).map_err(|_| NotAnUploadId)
    }
}

/// SHA-256 of an [`UploadId`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct UploadKey([u8; 32]);

impl UploadKey {
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for UploadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(_) = self;
        f.write_str("UploadKey(…)")
    }
}

/// The checksum that a client names for the bytes of one request (tus, checksum extension).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// SHA-1, which the extension demands.
    Sha1([u8; 20]),
    /// SHA-256.
    Sha256([u8; 32]),
}

/// Where an upload stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upload {
    /// How many bytes it will have. Not known before the end of a stream that the server seals itself.
    pub length: Option<u64>,
    /// How many bytes are durable.
    pub received: u64,
    /// When it is removed unless an item has claimed it.
    pub expires_at: UnixSeconds,
    /// SHA-256 of all its bytes, once they are all there.
    pub sha256: Option<Digest>,
}

/// The uploads that no item has claimed.
pub struct Uploads<'s>(pub(crate) &'s Store);

impl Uploads<'_> {
    /// Begins an upload that counts towards the instance's quota alone.
    ///
    /// # Errors
    ///
    /// [`Error::NoRoom`] when it could not be finished within the quota; [`Error::Exists`] when the id is in use;
    /// when the database fails.
    pub async fn create(
        &self,
        id: UploadId,
        length: Option<u64>,
        expires_at: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<(), Error> {
        self.begin(Beginning { id, desk: None, length, expires_at, now }).await
    }

    /// Begins an upload for a desk, which counts towards that desk's quota too.
    ///
    /// # Errors
    ///
    /// As [`Self::create`].
    pub async fn create_for(
        &self,
        desk: &str,
        id: UploadId,
        length: Option<u64>,
        expires_at: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<(), Error> {
        self.begin(Beginning { id, desk: Some(desk.to_owned()), length, expires_at, now }).await
    }

    async fn begin(&self, beginning: Beginning) -> Result<(), Error> {
        self.0
            .write("uploads.create", (beginning, self.0.quota()), |link, (beginning, quota)| {
                Box::pin(async move {
                    let reserved = beginning.room(link, *quota).await?;
                    let Beginning { id, desk, length, expires_at, now } = beginning;
                    let whole = (*length == Some(0)).then(|| Digest::of(b""));
                    let insert =
                        sql("INSERT INTO uploads (key, length, received, parts, created_at, expires_at, \
                                      sha256, desk, reserved) VALUES ($1, $2, 0, 0, $3, $4, $5, $6, $7) \
                                      ON CONFLICT (key) DO NOTHING");
                    let insert = insert.bind(id.key()).bind(length).bind(now).bind(expires_at).bind(whole);
                    let touched = link.execute(insert.bind(desk).bind(reserved)).await?;
                    if touched == 1 { Ok(()) } else { Err(Error::Exists("upload")) }
                })
            })
            .await
    }

    /// Where an upload stands. `None` when there is none, it has expired, or an item has claimed it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn get(&self, id: UploadId, now: UnixSeconds) -> Result<Option<Upload>, Error> {
        let mut link = self.0.read("uploads.get").await?;
        let found = find(&mut link, id.key(), now).await?;
        Ok(found.map(|found| found.upload))
    }

    /// Whether this was an upload that expired, as far as that is still remembered: for a day.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn has_expired(&self, id: UploadId, now: UnixSeconds) -> Result<bool, Error> {
        let query =
            sql("SELECT key FROM uploads WHERE key = $1 AND claimed_by IS NULL AND expires_at <= $2 \
                         UNION ALL SELECT key FROM expired_uploads WHERE key = $1 AND expires_at > $2");
        let found =
            self.0.read("uploads.has_expired").await?.optional(query.bind(id.key()).bind(now)).await?;
        Ok(found.is_some())
    }

    /// Appends bytes as they come, and answers how many the upload then has.
    ///
    /// Goes on when the caller is dropped, until `body` ends. When `body` fails, what came before is kept. With a
    /// `checksum`, the bytes of this call count only if it matches; without, they count part by part.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when there is no such upload; [`Error::UploadOffset`] when it does not stand at `offset`;
    /// [`Error::UploadBusy`] while another call appends; [`Error::UploadTooLong`], [`Error::UploadTooManyParts`],
    /// [`Error::UploadChecksum`], [`Error::UploadInterrupted`]; [`Error::NoRoom`], after which what came before is
    /// kept; when the database or the object store fails.
    pub async fn append<S, E>(
        &self,
        id: UploadId,
        offset: u64,
        checksum: Option<Checksum>,
        expires_at: UnixSeconds,
        now: UnixSeconds,
        body: S,
    ) -> Result<u64, Error>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Send + 'static,
    {
        let seat = self.0.hashes().enter(id.key())?;
        let mut link = self.0.read("uploads.append").await?;
        let found = find(&mut link, id.key(), now).await?.ok_or(Error::NotFound("upload"))?;
        drop(link);
        let upload = found.upload;
        if upload.received != offset {
            return Err(Error::UploadOffset { expected: upload.received });
        }
        let appending = append::Appending::new(self.0.clone(), id.key(), found, expires_at, seat);
        // A handler that is dropped with its connection must not leave a stored part that no row knows of.
        tokio::spawn(appending.run(checksum, body))
            .await
            .unwrap_or(Err(Error::Closed { name: "uploads.append" }))
    }

    /// Ends an upload whose length was not known. Answers its length and SHA-256.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when there is no such upload; [`Error::UploadBusy`] while a call appends; when the
    /// database or the object store fails.
    pub async fn finish(&self, id: UploadId, now: UnixSeconds) -> Result<(u64, Digest), Error> {
        let mut seat = self.0.hashes().enter(id.key())?;
        let mut link = self.0.read("uploads.finish").await?;
        let Found { upload, .. } = find(&mut link, id.key(), now).await?.ok_or(Error::NotFound("upload"))?;
        drop(link);
        let digest = match upload.sha256 {
            Some(digest) => return Ok((upload.received, digest)),
            None => append::digest(self.0, id.key(), seat.take(upload.received), &[]).await?,
        };
        self.0
            .write("uploads.finish", (id.key(), upload.received, digest), |link, (key, received, digest)| {
                Box::pin(async move {
                    let update = sql("UPDATE uploads SET length = received, reserved = received, sha256 = $1 \
                                      WHERE key = $2 AND received = $3 AND length IS NULL AND claimed_by IS NULL");
                    let touched = link.execute(update.bind(digest).bind(key).bind(received)).await?;
                    if touched == 1 { Ok((*received, *digest)) } else { Err(Error::NotFound("upload")) }
                })
            })
            .await
    }

    /// Removes an upload and its bytes.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when there is none, or an item has claimed it; when the database or the object store
    /// fails.
    pub async fn delete(&self, id: UploadId) -> Result<(), Error> {
        let objects = self
            .0
            .write("uploads.delete", id.key(), |link, key| Box::pin(remove(link, *key, UnixSeconds::MAX)))
            .await?
            .ok_or(Error::NotFound("upload"))?;
        self.0.objects().delete(objects).await
    }

    /// Removes uploads that expired before they were claimed, and remembers for a while that there were such.
    /// Answers how many.
    pub(crate) async fn expire(&self, now: UnixSeconds) -> Result<u64, Error> {
        let expired = sql("SELECT key FROM uploads WHERE expires_at <= $1").bind(now);
        let rows = self.0.read("uploads.expire").await?.all(expired).await?;
        let mut removed = 0;
        for row in rows {
            let key: UploadKey = row.get("key")?;
            let remove = self.0.write("uploads.expire", (key, now), |link, (key, now)| {
                Box::pin(async move {
                    let objects = remove(link, *key, *now).await?;
                    if objects.is_some() {
                        let remember = sql("INSERT INTO expired_uploads (key, expires_at) VALUES ($1, $2) \
                                            ON CONFLICT (key) DO NOTHING");
                        link.execute(remember.bind(key).bind(now.saturating_add(REMEMBERED))).await?;
                    }
                    Ok(objects)
                })
            });
            if let Some(objects) = remove.await? {
                self.0.objects().delete(objects).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

/// An upload and what only its appending needs to know.
#[derive(Clone, Copy)]
struct Found {
    upload: Upload,
    parts: u64,
    /// How many bytes are set aside for it.
    reserved: u64,
}

async fn find(link: &mut Link, key: UploadKey, now: UnixSeconds) -> Result<Option<Found>, Error> {
    let query = sql("SELECT length, received, parts, reserved, expires_at, sha256 FROM uploads \
                     WHERE key = $1 AND claimed_by IS NULL AND expires_at > $2");
    let Some(row) = link.optional(query.bind(key).bind(now)).await? else { return Ok(None) };
    let upload = Upload {
        length: row.get("length")?,
        received: row.get("received")?,
        expires_at: row.get("expires_at")?,
        sha256: row.get("sha256")?,
    };
    Ok(Some(Found { upload, parts: row.get("parts")?, reserved: row.get("reserved")? }))
}

/// Removes the rows of an upload that is unclaimed and expires by `now`. Answers its objects, which are to be
/// deleted once this is committed; should that fail, the sweep finds them without a row.
async fn remove(link: &mut Link, key: UploadKey, now: UnixSeconds) -> Result<Option<Vec<ObjectName>>, Error> {
    // Also locks the row: from here on nobody appends to it or claims it.
    let lock =
        sql("UPDATE uploads SET expires_at = 0 WHERE key = $1 AND claimed_by IS NULL AND expires_at <= $2");
    if link.execute(lock.bind(key).bind(now)).await? == 0 {
        return Ok(None);
    }
    let rows = link.all(sql("DELETE FROM upload_parts WHERE upload = $1 RETURNING object").bind(key)).await?;
    link.execute(sql("DELETE FROM uploads WHERE key = $1").bind(key)).await?;
    rows.iter().map(|row| row.get("object")).collect::<Result<_, _>>().map(Some)
}

/// Makes a finished upload the body of an item, in the transaction that inserts the item.
pub(crate) async fn claim(
    link: &mut Link,
    key: UploadKey,
    header: &ItemHeader,
    now: UnixSeconds,
) -> Result<(), Error> {
    let (length, sha256) = claim_whole(link, key, header.report.as_bytes(), now).await?;
    if length == header.size && sha256 == header.sha256 { Ok(()) } else { Err(Error::BodyMismatch) }
}

/// Makes a finished upload the body of something that is named by 16 bytes. Answers its length and SHA-256.
pub(crate) async fn claim_whole(
    link: &mut Link,
    key: UploadKey,
    by: &[u8; 16],
    now: UnixSeconds,
) -> Result<(u64, Digest), Error> {
    let claim = sql("UPDATE uploads SET claimed_by = $1, expires_at = NULL, desk = NULL \
                     WHERE key = $2 AND claimed_by IS NULL AND expires_at > $3 AND received = length \
                     RETURNING length, sha256");
    let claim = claim.bind(by.as_slice()).bind(key).bind(now);
    let row = link.optional(claim).await?.ok_or(Error::UploadUnusable)?;
    Ok((row.get("length")?, row.get("sha256")?))
}

/// Removes the rows of an upload that was claimed, once nothing refers to it any more. Answers its objects, which are
/// to be deleted once this is committed; should that fail, the sweep finds them without a row.
pub(crate) async fn release(link: &mut Link, key: UploadKey) -> Result<Vec<ObjectName>, Error> {
    let rows = link.all(sql("DELETE FROM upload_parts WHERE upload = $1 RETURNING object").bind(key)).await?;
    link.execute(sql("DELETE FROM uploads WHERE key = $1").bind(key)).await?;
    rows.iter().map(|row| row.get("object")).collect()
}
