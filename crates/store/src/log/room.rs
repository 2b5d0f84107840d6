//! Where whoever needs an act in the log waits for it.
//!
//! After each publication one query answers all who wait, however many they are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ledger::checkpoint::SignedCheckpoint;
use tokio::sync::{Notify, oneshot, watch};

use crate::sql::sql;
use crate::{Error, Store};

/// How many acts are looked up with one statement.
const LOOKED_UP_AT_ONCE: usize = 500;

/// What the public could read at one moment.
#[derive(Debug)]
pub(crate) struct Published {
    /// The newest checkpoint.
    pub(super) newest: SignedCheckpoint,
    /// The newest one that a witness has cosigned.
    pub(super) cosigned: Option<SignedCheckpoint>,
}

impl Published {
    pub(super) async fn read(store: &Store) -> Result<Option<Self>, Error> {
        let log = store.log();
        let Some(newest) = log.checkpoint().await? else { return Ok(None) };
        let cosigned = match log.cosigned(0).await? {
            Some(size) => log.checkpoint_of(size).await?,
            None => None,
        };
        Ok(Some(Self { newest, cosigned }))
    }
}

/// An act is in the published log: at this place, and this could be read then.
type Told = (u64, Arc<Published>);

type Waiting = HashMap<i64, Vec<oneshot::Sender<Told>>>;

/// Acts that somebody waits for.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// Who waits for which act, by its number.
    waiting: Mutex<Waiting>,
    bell: Notify,
    /// How many entries this process has published.
    published: watch::Sender<u64>,
    /// The size of the newest checkpoint of which this process has kept a cosignature.
    cosigned: watch::Sender<u64>,
}

impl Room {
    /// Rung when somebody has come to wait.
    pub(super) fn bell(&self) -> &Notify {
        &self.bell
    }

    pub(super) fn published(&self) -> &watch::Sender<u64> {
        &self.published
    }

    pub(super) fn cosigned(&self) -> &watch::Sender<u64> {
        &self.cosigned
    }

    /// Waits until this process has kept a cosignature of a checkpoint with so many entries, at most `patience`.
    pub(super) async fn until_cosigned(&self, least: u64, patience: Duration) {
        let mut cosigned = self.cosigned.subscribe();
        // Whichever comes first.
        let _ = tokio::time::timeout(patience, cosigned.wait_for(|size| *size >= least)).await;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The places of acts in the published log, in the order of `acts`, as soon as all are there; and what the public
    /// could read when the last of them came.
    ///
    /// # Errors
    ///
    /// [`Error::NotYetInLog`] when that takes longer than `patience`.
    pub(super) async fn wait(
        &self,
        acts: &[i64],
        patience: Duration,
    ) -> Result<(Vec<u64>, Option<Arc<Published>>), Error> {
        let told: Vec<_> = {
            let mut waiting = self.lock();
            let mut come = |act: &i64| {
                let (tell, told) = oneshot::channel();
                waiting.entry(*act).or_default().push(tell);
                told
            };
            acts.iter().map(&mut come).collect()
        };
        self.bell.notify_one();
        let all = async {
            let mut places = Vec::with_capacity(told.len());
            let mut newest: Option<Arc<Published>> = None;
            for told in told {
                let (place, published) = told.await.map_err(|_| Error::NotYetInLog)?;
                let size = published.newest.checkpoint().size();
                if newest.as_ref().is_none_or(|newest| newest.newest.checkpoint().size() < size) {
                    newest = Some(published);
                }
                places.push(place);
            }
            Ok((places, newest))
        };
        tokio::time::timeout(patience, all).await.unwrap_or_else(|_| {
            self.forget_the_impatient();
            Err(Error::NotYetInLog)
        })
    }

    fn forget_the_impatient(&self) {
        self.lock().retain(|_, tells| {
            tells.retain(|tell| !tell.is_closed());
            !tells.is_empty()
        });
    }

    /// Answers those whose acts can be read by the public by now.
    pub(super) async fn answer(&self, store: &Store) -> Result<(), Error> {
        let acts: Vec<i64> = self.lock().keys().copied().collect();
        if acts.is_empty() {
            return Ok(());
        }
        let Some(published) = Published::read(store).await?.map(Arc::new) else { return Ok(()) };
        let size = published.newest.checkpoint().size();
        for some in acts.chunks(LOOKED_UP_AT_ONCE) {
            let query = sql("SELECT seq, idx FROM acts WHERE idx < $1 AND seq").bind(size);
            let rows = store.read("log.answer").await?.all(query.push_in(some.iter().copied())).await?;
            for row in rows {
                let (seq, place): (i64, u64) = (row.get("seq")?, row.get("idx")?);
                for tell in self.lock().remove(&seq).unwrap_or_default() {
                    // Whoever has gone away does not want to know.
                    let _ = tell.send((place, Arc::clone(&published)));
                }
            }
        }
        Ok(())
    }
}
