//! Whose turn it is to sequence: a lease in the database that needs no clock to be right.
//!
//! The holder changes `beat` in every transaction in which it sequences, and only if the lease is still its own: that
//! makes the transaction of a holder that was replaced come to nothing, however late it wakes up. Time only decides
//! *when* another process takes over, and each measures it for itself, by how long it has seen the same beat. No
//! process ever compares its clock with another's, so none can be wrong about it.

use std::path::Path;
use std::time::Duration;

use super::alone::Alone;
use crate::db::Link;
use crate::sql::{Row, sql};
use crate::{Error, Store};

/// How long the lease must have stood still, with work waiting, before another process takes it.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// One process, as the lease knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Holder(pub(super) [u8; 16]);

impl Holder {
    pub(super) fn random() -> Result<Self, Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| Error::Randomness)?;
        Ok(Self(bytes))
    }
}

/// The lease as it is in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    holder: Option<Vec<u8>>,
    term: i64,
    beat: i64,
}

impl Seen {
    pub(super) fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self { holder: row.get("holder")?, term: row.get("term")?, beat: row.get("beat")? })
    }
}

/// A term of the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) holder: Holder,
    pub(super) term: i64,
}

impl Term {
    /// A sign of life, in the transaction that is open on `link`; from here to its end nobody else has the lease.
    ///
    /// # Errors
    ///
    /// [`Error::LeaseLost`] when somebody else has it by now.
    pub(super) async fn beat(self, link: &mut Link) -> Result<(), Error> {
        let beat = sql("UPDATE log_lease SET beat = beat + 1 WHERE id = 1 AND holder = $1 AND term = $2");
        match link.execute(beat.bind(self.holder.0.as_slice()).bind(self.term)).await? {
            0 => Err(Error::LeaseLost),
            _ => Ok(()),
        }
    }
}

/// What one process knows of the lease.
#[derive(Debug)]
pub(super) struct Lease {
    holder: Holder,
    /// The term that this process holds, as far as it knows.
    held: Option<Term>,
    /// The lease of another, and since when it has looked like that.
    watched: Option<(Seen, Duration)>,
    /// Whether this process has had, or has let pass, its first chance: a lease that nobody uses is taken over once
    /// after a start, so that whoever comes first with a report does not wait for it.
    settled: bool,
    /// The lock that tells that whoever holds the lease is no more.
    alone: Option<Alone>,
}

impl Lease {
    pub(super) fn new() -> Result<Self, Error> {
        Ok(Self { holder: Holder::random()?, held: None, watched: None, settled: false, alone: None })
    }

    /// Tries to get the lock beside an embedded database, unless it has it.
    pub(super) fn look_around(&mut self, database: Option<&Path>) {
        if self.alone.is_none() {
            self.alone = database.and_then(Alone::beside);
        }
    }

    pub(super) fn held(&self) -> Option<Term> {
        self.held
    }

    /// Somebody else has it.
    pub(super) fn lose(&mut self) {
        (self.held, self.watched, self.settled) = (None, None, true);
    }

    /// Whether, at `tick`, this process should try to take the lease that looks like `seen`. `pressing` says that
    /// there is work which the holder is not doing.
    pub(super) fn wants(&mut self, seen: &Seen, pressing: bool, tick: Duration) -> bool {
        if seen.holder.as_deref() == Some(&self.holder.0) {
            return self.held.is_none();
        }
        self.held = None;
        if self.alone.is_some() {
            return true;
        }
        if seen.holder.is_none() {
            return pressing;
        }
        let since = match &self.watched {
            Some((before, since)) if before == seen => *since,
            watched => {
                // It was seen to change: its holder is alive.
                self.settled |= watched.is_some();
                self.watched = Some((seen.clone(), tick));
                tick
            }
        };
        (pressing || !self.settled) && tick.saturating_sub(since) >= PATIENCE
    }

    /// Takes the lease as it was seen, unless somebody was quicker.
    pub(super) async fn take(&mut self, store: &Store, seen: Seen) -> Result<bool, Error> {
        let holder = self.holder;
        let took = store.write("log.lease", (holder, seen), |link, (holder, seen)| {
            Box::pin(async move {
                let take = sql("UPDATE log_lease SET holder = $1, term = term + 1, beat = 0 \
                                WHERE id = 1 AND term = $2 AND beat = $3");
                let take = take.bind(holder.0.as_slice()).bind(seen.term).bind(seen.beat);
                Ok((link.execute(take).await? == 1).then_some(seen.term + 1))
            })
        });
        let term = took.await?;
        self.settled = true;
        self.watched = None;
        self.held = term.map(|term| Term { holder, term });
        Ok(term.is_some())
    }

    /// Gives the lease back, so that another process need not wait for it.
    pub(super) async fn release(&mut self, store: &Store) -> Result<(), Error> {
        let Some(term) = self.held.take() else { return Ok(()) };
        store
            .write("log.release", term, |link, term| {
                Box::pin(async move {
                    let release =
                        sql("UPDATE log_lease SET holder = NULL WHERE id = 1 AND holder = $1 AND term = $2");
                    link.execute(release.bind(term.holder.0.as_slice()).bind(term.term)).await.map(drop)
                })
            })
            .await
    }
}
