//! Room for uploads that no item has claimed: how much there may be of them, and how it is set aside.
//!
//! Bytes are set aside in the database before they are stored, by one caller at a time, so that two uploads cannot
//! both take the last of them. What is set aside is what has come and a little more, and not the whole length that
//! somebody announced: else a few announcements would lock everybody else out without a byte being sent.

use protocol::UnixSeconds;

use super::{UploadId, UploadKey};
use crate::db::Link;
use crate::sql::sql;
use crate::{Error, Store};

/// How far ahead of the bytes that have come room is set aside. An upload of at most this size has all of its room
/// from the beginning, and no other can take it away.
pub const SET_ASIDE: u64 = 64 * 1024 * 1024;

/// How many bytes uploads may take that no item has claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadQuota {
    /// All of them together.
    pub instance: u64,
    /// Those for one desk.
    pub desk: u64,
}

impl UploadQuota {
    /// As many as the disk holds.
    pub const UNLIMITED: Self = Self { instance: i64::MAX.unsigned_abs(), desk: i64::MAX.unsigned_abs() };
}

/// An upload that begins.
pub(super) struct Beginning {
    pub(super) id: UploadId,
    pub(super) desk: Option<String>,
    pub(super) length: Option<u64>,
    pub(super) expires_at: UnixSeconds,
    pub(super) now: UnixSeconds,
}

impl Beginning {
    /// How much to set aside at first. Refuses what could not be finished as things stand.
    pub(super) async fn room(&self, link: &mut Link, quota: UploadQuota) -> Result<u64, Error> {
        let left = left(link, self.desk.as_deref(), quota).await?;
        // Of a stream whose length nobody knows, something at least will come.
        let first = self.length.map_or(0, |length| length.min(SET_ASIDE));
        if self.length.unwrap_or(1) > left { Err(Error::NoRoom) } else { Ok(first) }
    }
}

/// Sets aside what an upload needs to have `needed` bytes, and some more where there is more. Answers how many bytes
/// are then set aside for it.
pub(super) async fn extend(
    store: &Store,
    key: UploadKey,
    length: Option<u64>,
    needed: u64,
) -> Result<u64, Error> {
    let wanted = needed.saturating_add(SET_ASIDE).min(length.unwrap_or(u64::MAX)).max(needed);
    let extension = Extension { key, needed, wanted, quota: store.quota() };
    store.write("uploads.reserve", extension, |link, extension| Box::pin(extension.run(link))).await
}

struct Extension {
    key: UploadKey,
    needed: u64,
    wanted: u64,
    quota: UploadQuota,
}

impl Extension {
    async fn run(&self, link: &mut Link) -> Result<u64, Error> {
        let query = sql(
            "SELECT desk, reserved FROM uploads WHERE key = $1 AND claimed_by IS NULL AND expires_at > 0",
        );
        let row = link.one(query.bind(self.key), "upload").await?;
        let (desk, reserved): (Option<String>, u64) = (row.get("desk")?, row.get("reserved")?);
        let left = left(link, desk.as_deref(), self.quota).await?;
        let granted = self.wanted.min(reserved.saturating_add(left));
        if granted < self.needed {
            return Err(Error::NoRoom);
        }
        let update = sql("UPDATE uploads SET reserved = $1 WHERE key = $2");
        link.execute(update.bind(granted).bind(self.key)).await?;
        Ok(granted)
    }
}

/// How many bytes can still be set aside. Nobody else sets any aside until this transaction has ended.
async fn left(link: &mut Link, desk: Option<&str>, quota: UploadQuota) -> Result<u64, Error> {
    // On PostgreSQL the row is the lock, and what follows sees whatever was committed before it was had. On SQLite
    // the transaction is the only one that writes anyway.
    link.execute(sql("UPDATE upload_turn SET turn = turn")).await?;
    let query = sql("SELECT COALESCE(CAST(SUM(reserved) AS BIGINT), 0) AS instance, \
                     COALESCE(CAST(SUM(CASE WHEN desk = $1 THEN reserved ELSE 0 END) AS BIGINT), 0) AS desk \
                     FROM uploads WHERE claimed_by IS NULL");
    let row = link.one(query.bind(desk.map(str::to_owned)), "sum").await?;
    let (of_all, of_desk): (u64, u64) = (row.get("instance")?, row.get("desk")?);
    let for_all = quota.instance.saturating_sub(of_all);
    Ok(if desk.is_some() { for_all.min(quota.desk.saturating_sub(of_desk)) } else { for_all })
}
