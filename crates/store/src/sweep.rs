//! Clearing away what has had its time.

use std::collections::HashSet;
use std::ops::Range;

use futures_util::{TryStreamExt as _, future};
use protocol::UnixSeconds;

use crate::objects::ObjectName;
use crate::sql::sql;
use crate::{Error, Store};

/// How many objects are looked up at once.
const LOOKED_UP_AT_ONCE: usize = 256;

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Uploads that expired before an item claimed them.
    pub uploads: u64,
    /// Uploads that expired so long ago that they are no longer remembered.
    pub forgotten: u64,
    /// Sessions that expired.
    pub sessions: u64,
    /// Invites whose time is over, used or not; the record of acts has them.
    pub invites: u64,
    /// Exchanges that were never finished.
    pub pending: u64,
    /// Spent nonces that would be refused for their age by now.
    pub nonces: u64,
    /// Keys of drafts that have expired.
    pub draft_keys: u64,
}

impl Store {
    /// Removes everything that has expired. Meant to be called every few minutes.
    ///
    /// # Errors
    ///
    /// When the database or the object store fails.
    pub async fn sweep(&self, now: UnixSeconds) -> Result<Swept, Error> {
        let uploads = self.uploads().expire(now).await?;
        let rows = self.write("store.sweep", now, |link, now| {
            Box::pin(async move {
                Ok(Swept {
                    uploads: 0,
                    forgotten: link
                        .execute(sql("DELETE FROM expired_uploads WHERE expires_at <= $1").bind(now))
                        .await?,
                    sessions: link
                        .execute(sql("DELETE FROM sessions WHERE expires_at <= $1").bind(now))
                        .await?,
                    invites: link
                        .execute(sql("DELETE FROM invites WHERE expires_at <= $1").bind(now))
                        .await?,
                    pending: link
                        .execute(sql("DELETE FROM pending WHERE expires_at <= $1").bind(now))
                        .await?,
                    nonces: link
                        .execute(sql("DELETE FROM spent_nonces WHERE expires_at <= $1").bind(now))
                        .await?,
                    draft_keys: link
                        .execute(sql("DELETE FROM draft_keys WHERE expires_at <= $1").bind(now))
                        .await?,
                })
            })
        });
        Ok(Swept { uploads, ..rows.await? })
    }

    /// Removes objects that no row knows of and that were stored within `stored`: what a crash while storing
    /// a part, or between that and counting it, left behind. Answers how many. Several processes may do so at
    /// the same time.
    ///
    /// The end of `stored` must lie back further than any part can wait to be counted, which is as long as an
    /// unfinished upload lives. Its start must not lie before this database came into use: the objects of
    /// another one, which somebody may yet bring back, have no row in this one either.
    ///
    /// # Errors
    ///
    /// When the database or the object store fails.
    pub async fn sweep_orphans(&self, stored: Range<UnixSeconds>) -> Result<u64, Error> {
        let mut removed = self.objects().remove_unfinished(stored.end).await?;
        let old = self
            .objects()
            .list()
            .try_filter_map(|found| future::ok(stored.contains(&found.modified_at).then_some(found.name)));
        let mut pages = old.try_chunks(LOOKED_UP_AT_ONCE);
        while let Some(names) = pages.try_next().await.map_err(|interrupted| interrupted.1)? {
            let orphans = self.without_row(names).await?;
            removed += orphans.len() as u64;
            self.objects().delete(orphans).await?;
        }
        Ok(removed)
    }

    pub(crate) async fn without_row(&self, names: Vec<ObjectName>) -> Result<Vec<ObjectName>, Error> {
        let query = sql("SELECT object FROM upload_parts WHERE object").push_in(&names);
        let rows = self.read("store.sweep_orphans").await?.all(query).await?;
        let known = rows.iter().map(|row| row.get("object")).collect::<Result<HashSet<ObjectName>, _>>()?;
        Ok(names.into_iter().filter(|name| !known.contains(name)).collect())
    }
}
