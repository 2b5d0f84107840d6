//! Group commit: whatever arrives while one commit runs is written together in the next.
//!
//! A commit waits for the disk, and the disk takes as long for one row as for a thousand. So every write of the
//! process goes through a queue; whoever empties it puts what has gathered into one transaction, commits, and only
//! then answers. When one of them is refused, the transaction is run again with a savepoint around each, so that
//! the refused one takes no other with it.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use tokio::sync::{Mutex, mpsc, oneshot};
use tracing::{debug, trace, warn};

use crate::Error;
use crate::db::{Database, Link};
use crate::faults::{Faults, Injected, Point};
use crate::log::Disagreement;
use crate::sql::sql;

/// How many writes share a commit at most; keeps the time until the first of them is answered bounded.
const MAX_BATCH: usize = 256;
/// How many writes may wait before further callers do.
const QUEUE: usize = 1024;
/// How often a transaction that collides with others is tried.
const MAX_TRIES: u32 = 8;

/// How the names of the sequencer's transactions begin.
pub(crate) const LOG: &str = "log.";

/// A transaction's body: a plain function of its arguments, so that it can be run again after a collision.
pub(crate) type Body<A, T> = for<'t> fn(&'t mut Link, &'t A) -> BoxFuture<'t, Result<T, Error>>;

/// The queue of writes.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
    refusal: Refusal,
}

/// Why nothing more may be put on record, once something is wrong with the log.
pub(crate) type Refusal = Arc<OnceLock<Disagreement>>;

impl Writer {
    /// Starts as many lanes as the database has use for.
    pub(crate) fn start(database: &Database, faults: &Faults) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        let refusal = Refusal::default();
        for _ in 0..database.lanes() {
            let lane =
                Lane { database: database.clone(), faults: faults.clone(), refusal: Arc::clone(&refusal) };
            tokio::spawn(lane.run(Arc::clone(&waiting)));
        }
        Self { queue, refusal }
    }

    /// From now on no act is recorded, and with it nothing that would need one. The first reason given stands.
    pub(crate) fn refuse(&self, why: Disagreement) {
        // Whatever disagrees first is what somebody has to look at.
        let _ = self.refusal.set(why);
    }

    /// Why no act is recorded, if none is.
    pub(crate) fn refusal(&self) -> Option<&Disagreement> {
        self.refusal.get()
    }

    /// Runs a named transaction. When this returns `Ok`, it is on the disk.
    ///
    /// The transaction runs to its end even when the caller goes away.
    pub(crate) async fn run<A, T>(&self, name: &'static str, args: A, body: Body<A, T>) -> Result<T, Error>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Transaction { name, args, body, outcome: None, reply: Some(reply) };
        self.queue.send(Box::new(job)).await.map_err(|_| Error::Closed { name })?;
        answer.await.map_err(|_| Error::Closed { name })?
    }
}

/// A queued write, whatever its types.
trait Job: Send + std::fmt::Debug {
    fn name(&self) -> &'static str;
    /// Runs the body inside the transaction that is open on `link` and keeps what it gave.
    fn run<'a>(&'a mut self, link: &'a mut Link) -> BoxFuture<'a, Result<(), Error>>;
    /// Tells the caller what the body gave: it is committed.
    fn committed(&mut self);
    /// Tells the caller that nothing was written.
    fn failed(&mut self, error: Error);
}

struct Transaction<A, T> {
    name: &'static str,
    args: A,
    body: Body<A, T>,
    outcome: Option<T>,
    reply: Option<oneshot::Sender<Result<T, Error>>>,
}

impl<A, T> std::fmt::Debug for Transaction<A, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Transaction").field(&self.name).finish()
    }
}

impl<A: Send + Sync, T: Send> Transaction<A, T> {
    fn answer(&mut self, answer: Result<T, Error>) {
        if let Some(reply) = self.reply.take() {
            // A caller that has gone away does not want to know.
            let _ = reply.send(answer);
        }
    }
}

impl<A: Send + Sync, T: Send> Job for Transaction<A, T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn run<'a>(&'a mut self, link: &'a mut Link) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            link.name = self.name;
            self.outcome = Some((self.body)(link, &self.args).await?);
            Ok(())
        })
    }

    fn committed(&mut self) {
        if let Some(outcome) = self.outcome.take() {
            self.answer(Ok(outcome));
        }
    }

    fn failed(&mut self, error: Error) {
        self.answer(Err(error));
    }
}

/// Whether each write of a batch gets a savepoint of its own. They cost as much as an insert, so a batch is first
/// tried without.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Savepoints {
    None,
    Each,
}

/// Why a whole batch came to nothing.
enum Setback {
    /// Nothing was written, because one of the writes was refused.
    Refused(Error),
    /// Nothing was written; the same may succeed when tried again.
    Collision,
    /// Nothing was written, or nobody knows: the connection is not to be used again.
    Broken(Error),
}

impl From<Injected> for Setback {
    fn from(Injected: Injected) -> Self {
        let source = Arc::new(sqlx::Error::WorkerCrashed);
        Self::Broken(Error::CommitUnknown { name: "injected fault", source })
    }
}

/// One taker of batches.
struct Lane {
    database: Database,
    faults: Faults,
    refusal: Refusal,
}

impl Lane {
    async fn run(self, waiting: Arc<Mutex<mpsc::Receiver<Box<dyn Job>>>>) {
        let mut batch = Vec::with_capacity(MAX_BATCH);
        loop {
            let taken = waiting.lock().await.recv_many(&mut batch, MAX_BATCH).await;
            if taken == 0 {
                return;
            }
            self.settle(&mut batch).await;
            batch.clear();
        }
    }

    /// Commits a batch together or, when that collides with somebody else's, one by one.
    async fn settle(&self, batch: &mut [Box<dyn Job>]) {
        if let [job] = batch {
            return self.settle_alone(job).await;
        }
        let together = match self.commit(batch, Savepoints::None).await {
            Err(Setback::Refused(_)) => self.commit(batch, Savepoints::Each).await,
            other => other,
        };
        match together {
            Ok(()) => {}
            Err(Setback::Broken(error)) => give_up(batch, &error),
            Err(Setback::Collision | Setback::Refused(_)) => {
                for job in batch {
                    self.settle_alone(job).await;
                }
            }
        }
    }

    async fn settle_alone(&self, job: &mut Box<dyn Job>) {
        for tried in 1..=MAX_TRIES {
            match self.commit(std::slice::from_mut(job), Savepoints::None).await {
                Ok(()) => return,
                Err(Setback::Refused(error)) => return job.failed(error),
                Err(Setback::Broken(error)) => return give_up(std::slice::from_mut(job), &error),
                Err(Setback::Collision) => {
                    debug!(transaction = job.name(), tried, "collided, trying again");
                    tokio::time::sleep(Duration::from_millis(1 << tried)).await;
                }
            }
        }
        warn!(transaction = job.name(), tries = MAX_TRIES, "collided until its tries were used up");
        job.failed(Error::Contention { name: job.name(), tries: MAX_TRIES });
    }

    /// One transaction: everything in the batch that is not refused, committed and answered.
    async fn commit(&self, batch: &mut [Box<dyn Job>], savepoints: Savepoints) -> Result<(), Setback> {
        let (name, writes, began) =
            (batch.first().map_or("nothing", |job| job.name()), batch.len(), Instant::now());
        let mut link = self.database.writer(name).await.map_err(Setback::Broken)?;
        link.refusal = self.refusal.get().cloned();
        let refused = match self.transact(&mut link, batch, savepoints).await {
            Ok(refused) => refused,
            Err(setback) => {
                // Closing the connection rolls back too, and is all that is left when it no longer answers.
                if matches!(setback, Setback::Broken(_)) || control(&mut link, "ROLLBACK").await.is_err() {
                    link.discard();
                }
                return Err(setback);
            }
        };
        trace!(first = name, writes, micros = began.elapsed().as_micros(), "committed");
        for (job, refusal) in batch.iter_mut().zip(refused) {
            match refusal {
                None => job.committed(),
                Some(error) => job.failed(error),
            }
        }
        Ok(())
    }

    /// A crash at any point before the last line leaves nothing; after it, everything.
    async fn transact(
        &self,
        link: &mut Link,
        batch: &mut [Box<dyn Job>],
        savepoints: Savepoints,
    ) -> Result<Vec<Option<Error>>, Setback> {
        let begin = link.begin_text();
        control(link, begin).await?;
        let mut refused = Vec::with_capacity(batch.len());
        let mut point = Point::LogCommit;
        for job in batch {
            if !job.name().starts_with(LOG) {
                point = Point::Commit;
            }
            refused.push(run_one(link, job.as_mut(), savepoints).await?);
        }
        self.faults.around(point, finish(link)).await?;
        Ok(refused)
    }
}

fn give_up(batch: &mut [Box<dyn Job>], error: &Error) {
    warn!(%error, writes = batch.len(), "a commit failed");
    for job in batch {
        job.failed(error.clone());
    }
}

/// Runs one job in the transaction. Answers why it was refused, if it was and that harms no other.
async fn run_one(
    link: &mut Link,
    job: &mut dyn Job,
    savepoints: Savepoints,
) -> Result<Option<Error>, Setback> {
    if savepoints == Savepoints::Each {
        control(link, "SAVEPOINT one").await?;
    }
    let refused = match job.run(link).await {
        Ok(()) => None,
        Err(error) if error.is_collision() => return Err(Setback::Collision),
        Err(error) if savepoints == Savepoints::None => return Err(Setback::Refused(error)),
        Err(error) => {
            control(link, "ROLLBACK TO SAVEPOINT one").await?;
            Some(error)
        }
    };
    if savepoints == Savepoints::Each {
        control(link, "RELEASE SAVEPOINT one").await?;
    }
    Ok(refused)
}

async fn finish(link: &mut Link) -> Result<(), Setback> {
    match link.execute(sql("COMMIT")).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_collision() => Err(Setback::Collision),
        Err(Error::Database { name, source }) => Err(Setback::Broken(Error::CommitUnknown { name, source })),
        Err(other) => Err(Setback::Broken(other)),
    }
}

/// A statement that steers the transaction. When it fails, so has the connection.
async fn control(link: &mut Link, text: &'static str) -> Result<(), Setback> {
    match link.execute(sql(text)).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_collision() => Err(Setback::Collision),
        Err(error) => Err(Setback::Broken(error)),
    }
}

#[cfg(test)]
mod tests;
