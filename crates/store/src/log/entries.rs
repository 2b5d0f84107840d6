//! Entries of the log, opened: what a receipt is made of.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use ledger::checkpoint::SignedCheckpoint;
use ledger::{Hash, Kind, Opening};
use seal::{ItemId, ReportId};

use super::Log;
use super::room::Published;
use crate::Error;
use crate::acts::{self, Act};
use crate::sql::{Row, sql};

/// An entry that is in the published log, opened, with its proof.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its place in the log.
    pub place: u64,
    /// What opens it.
    pub opening: Opening,
    /// The inclusion proof (RFC 6962).
    pub path: Vec<Hash>,
}

/// Entries, and one checkpoint that covers them all.
#[derive(Clone, Debug)]
pub struct Included {
    /// The checkpoint, with the cosignatures that it had.
    pub checkpoint: SignedCheckpoint,
    /// The entries, in the order of their places.
    pub entries: Vec<Entry>,
}

/// Which of a reporter's entries are wanted.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// All: that the report was received, and every item of theirs.
    All,
    /// That the report was received, and these items.
    Received(HashSet<ItemId>),
    /// These items.
    Items(HashSet<ItemId>),
}

impl Wanted {
    fn covers(&self, act: &Act) -> bool {
        let among = |items: &HashSet<ItemId>| act.item.is_some_and(|item| items.contains(&item));
        match self {
            Self::All => true,
            Self::Received(items) => act.kind == Kind::ReportReceived || among(items),
            Self::Items(items) => among(items),
        }
    }
}

impl Log<'_> {
    /// The entries that a report's reporter caused, once they can be read by the public, each with its proof. An entry
    /// that the desk caused is never among them: its existence would tell the reporter what the desk knows.
    ///
    /// When they have just come in, a cosignature that this process asks for is waited for as long as `cosignature`.
    ///
    /// # Errors
    ///
    /// [`Error::NotYetInLog`] when the wait for publication takes longer than the store's patience; when the database
    /// fails.
    pub async fn of_reporter(
        &self,
        report: ReportId,
        wanted: &Wanted,
        cosignature: Duration,
    ) -> Result<Included, Error> {
        let mut found = self.caused_by_reporter(report, wanted).await?;
        let numbers: Vec<_> = found.iter().map(|(act, _)| act.seq).collect();
        if numbers.is_empty() {
            return Err(Error::NotFound("entry"));
        }
        let (places, published) = match self.placed(&found).await? {
            Some(already) => already,
            None => self.come_in(&numbers, cosignature).await?,
        };
        let Some(published) = published else { return Err(Error::NotYetInLog) };
        if found.iter().any(|(_, salt)| salt.is_none()) {
            // From before there was a log: the salt came with the place.
            found = self.caused_by_reporter(report, wanted).await?;
        }
        let least = places.iter().max().map_or(0, |last| last + 1);
        let covers = |checkpoint: &&SignedCheckpoint| checkpoint.checkpoint().size() >= least;
        let checkpoint = published.cosigned.as_ref().filter(covers).unwrap_or(&published.newest);
        let paths = self.prove(&places, checkpoint.checkpoint().size()).await?;
        let mut entries = Vec::with_capacity(found.len());
        for (((act, salt), place), path) in found.into_iter().zip(places).zip(paths) {
            let salt = salt.ok_or(Error::Column { column: "salt" })?;
            let opening = Opening { salt, record: act.record()?.to_bytes()? };
            entries.push(Entry { place, opening, path });
        }
        entries.sort_by_key(|entry| entry.place);
        Ok(Included { checkpoint: checkpoint.clone(), entries })
    }

    /// Waits for acts that have just been recorded.
    async fn come_in(
        &self,
        numbers: &[i64],
        cosignature: Duration,
    ) -> Result<(Vec<u64>, Option<Arc<Published>>), Error> {
        let (places, published) = self.0.room().wait(numbers, self.0.patience()).await?;
        if cosignature.is_zero() {
            return Ok((places, published));
        }
        let least = places.iter().max().map_or(0, |last| last + 1);
        self.0.room().until_cosigned(least, cosignature).await;
        Ok((places, Published::read(self.0).await?.map(Arc::new)))
    }

    /// The places of acts that can all be read by the public already. Needs no sequencer: what was acknowledged once
    /// is shown even when the log cannot be continued.
    async fn placed(
        &self,
        found: &[(Act, Option<[u8; 32]>)],
    ) -> Result<Option<(Vec<u64>, Option<Arc<Published>>)>, Error> {
        let places: Option<Vec<u64>> = found.iter().map(|(act, _)| act.place).collect();
        let Some(places) = places else { return Ok(None) };
        let published = Published::read(self.0).await?.map(Arc::new);
        let size = published.as_ref().map_or(0, |published| published.newest.checkpoint().size());
        Ok(places.iter().all(|place| *place < size).then_some((places, published)))
    }

    async fn caused_by_reporter(
        &self,
        report: ReportId,
        wanted: &Wanted,
    ) -> Result<Vec<(Act, Option<[u8; 32]>)>, Error> {
        let query = sql(acts::SELECT)
            .push(" WHERE report = ")
            .push_bind(report)
            .push(" AND actor = 'reporter' AND kind")
            .push_in([Kind::ReportReceived, Kind::ItemAdded])
            .push(" ORDER BY at, seq");
        let rows = self.0.read("log.of_reporter").await?.all(query).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            let act = Act::from_row(row)?;
            if wanted.covers(&act) {
                found.push((act, salt_from_row(row)?));
            }
        }
        Ok(found)
    }
}

pub(super) fn salt_from_row(row: &Row) -> Result<Option<[u8; 32]>, Error> {
    let salt: Option<Vec<u8>> = row.get("salt")?;
    salt.map(|salt| salt.try_into().map_err(|_| Error::Column { column: "salt" })).transpose()
}
