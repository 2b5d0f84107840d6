//! Gives acts their places in the log.
//!
//! One transaction decides: it checks that the lease is still held, gives the acts that have no place the next ones,
//! extends the tree, signs the checkpoint and inserts it under its size. A crash before its commit leaves nothing; a
//! crash after it leaves a log that whoever has the lease next publishes. No two checkpoints of one size can differ,
//! because the database has room for one.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger::checkpoint::{Checkpoint, SignedCheckpoint};
use ledger::tree::{Edge, Node};
use ledger::{Hash, Leaf};
use protocol::UnixSeconds;

use super::lease::{Lease, Seen, Term};
use super::{LogKey, publish};
use crate::acts;
use crate::db::Link;
use crate::sql::{Row, ToColumn as _, insert_rows, sql};
use crate::{Error, Store};

/// How many acts get their places in one transaction at most; keeps the others that share the commit from waiting
/// long.
const AT_ONCE: i64 = 4096;
/// How often acts that nobody waits for are looked for.
const POLL: Duration = Duration::from_millis(100);
/// How often a process that does not hold the lease looks for the acts that somebody waits for.
const FOLLOW: Duration = Duration::from_millis(5);
/// How long a turn that failed is rested from, times how often it has in a row, and at most.
const FAILED: Duration = Duration::from_millis(20);
const FAILED_AT_MOST: Duration = Duration::from_secs(1);
/// How many nodes go into one statement.
const ROWS_PER_STATEMENT: usize = 64;

/// What a turn came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Every act is in the published log.
    Idle,
    /// There is something to do, and another process holds the lease.
    Waiting,
    /// Acts got their places, or a checkpoint was published; there may be more to do.
    Advanced,
}

/// The sequencer of one process. Of all that run over one database, one at a time does anything.
#[derive(Debug)]
pub struct Sequencer {
    store: Store,
    key: Arc<LogKey>,
    lease: Lease,
}

/// Where the log stands and who may continue it.
struct View {
    lease: Seen,
    size: u64,
    /// -1 before the first checkpoint.
    published: i64,
    unplaced: bool,
}

impl View {
    fn settled(&self) -> bool {
        !self.unplaced && u64::try_from(self.published) == Ok(self.size)
    }
}

impl Sequencer {
    /// A sequencer that has done nothing yet.
    ///
    /// # Errors
    ///
    /// When the system has no randomness.
    pub fn new(store: Store, key: Arc<LogKey>) -> Result<Self, Error> {
        Ok(Self { store, key, lease: Lease::new()? })
    }

    /// One turn at `now`. `tick` is the time on a clock that only goes forward, from whatever beginning.
    ///
    /// # Errors
    ///
    /// When the database or the object store fails, or somebody else has taken the lease meanwhile; the next turn
    /// goes on from what is there. [`Error::LogDisagrees`] when the object store has another log: then it is over.
    pub async fn turn(&mut self, now: UnixSeconds, tick: Duration) -> Result<Turn, Error> {
        if let Some(why) = self.store.log().refusal() {
            return Err(Error::LogDisagrees(why));
        }
        let view = self.look().await?;
        let pressing = !view.settled();
        if self.lease.wants(&view.lease, pressing, tick) {
            self.lease.take(&self.store, view.lease.clone()).await?;
        }
        let Some(term) = self.lease.held().filter(|_| pressing) else {
            self.answer().await?;
            return Ok(if pressing { Turn::Waiting } else { Turn::Idle });
        };
        let outcome = self.advance(term, &view, now).await;
        if let Err(Error::LeaseLost) = outcome {
            self.lease.lose();
        }
        outcome?;
        self.answer().await?;
        Ok(Turn::Advanced)
    }

    async fn advance(&mut self, term: Term, view: &View, now: UnixSeconds) -> Result<(), Error> {
        let mut size = view.size;
        if view.unplaced || view.published < 0 {
            let args = (term, Arc::clone(&self.key), now);
            let placed = self.store.write("log.sequence", args, |link, (term, key, now)| {
                Box::pin(sequence(link, *term, key, *now))
            });
            size = placed.await?;
        }
        publish::publish(&self.store, view.published, size).await
    }

    async fn answer(&self) -> Result<(), Error> {
        if self.store.room().is_empty() {
            return Ok(());
        }
        self.store.room().answer(&self.store).await
    }

    async fn look(&self) -> Result<View, Error> {
        let query = sql("SELECT holder, term, beat, size, published, \
                         CAST(CASE WHEN EXISTS (SELECT 1 FROM acts WHERE idx IS NULL) THEN 1 ELSE 0 END AS BIGINT) AS unplaced \
                         FROM log_lease JOIN log_head ON log_head.id = log_lease.id");
        let row = self.store.read("log.look").await?.one(query, "log").await?;
        Ok(View {
            lease: Seen::from_row(&row)?,
            size: row.get("size")?,
            published: row.get("published")?,
            unplaced: row.get::<i64>("unplaced")? != 0,
        })
    }

    /// Takes turns until `stop` completes, or until the log cannot be continued; then gives the lease back. A turn
    /// begins as soon as somebody waits for an act, and every tenth of a second for the acts that nobody waits for
    /// and those of other processes. `now` tells the time.
    pub async fn run(mut self, now: impl Fn() -> UnixSeconds + Send, stop: impl Future<Output = ()> + Send) {
        let begun = Instant::now();
        let mut stop = pin!(stop);
        let mut failed = 0;
        loop {
            self.lease.look_around(self.store.database_file());
            let pause = match self.turn(now(), begun.elapsed()).await {
                Err(Error::LogDisagrees(_)) => return,
                Err(error) => {
                    tracing::warn!(why = %error, "the log was not continued; trying again");
                    failed += 1;
                    FAILED.saturating_mul(failed).min(FAILED_AT_MOST)
                }
                Ok(turn) => {
                    failed = 0;
                    match turn {
                        Turn::Advanced => Duration::ZERO,
                        Turn::Waiting if !self.store.room().is_empty() => FOLLOW,
                        Turn::Waiting | Turn::Idle => POLL,
                    }
                }
            };
            let rest = async {
                if failed > 0 {
                    tokio::time::sleep(pause).await;
                } else {
                    // Whichever comes first.
                    let _ = tokio::time::timeout(pause, self.store.room().bell().notified()).await;
                }
            };
            tokio::select! {
                () = &mut stop => break,
                () = rest => {}
            }
        }
        if let Err(error) = self.release().await {
            tracing::warn!(why = %error, "the lease was not given back; another process waits until it is taken for dead");
        }
    }

    /// Gives the lease back, so that another process need not wait until it is taken for dead.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn release(&mut self) -> Result<(), Error> {
        self.lease.release(&self.store).await
    }
}

/// Gives the acts without a place the next ones and signs the tree they make. Answers its size.
async fn sequence(link: &mut Link, term: Term, key: &LogKey, now: UnixSeconds) -> Result<u64, Error> {
    term.beat(link).await?;
    let head = link.one(sql("SELECT size, edge, published FROM log_head WHERE id = 1"), "log").await?;
    let size: u64 = head.get("size")?;
    let mut edge = Edge::from_parts(size, read_edge(&head)?)?;
    let mut leaves = place_unsalted(link, size).await?;
    leaves.extend(place(link, size + leaves.len() as u64).await?);
    if leaves.is_empty() && head.get::<i64>("published")? >= 0 {
        return Ok(size);
    }
    let mut nodes = Vec::new();
    for leaf in &leaves {
        edge.push_with(leaf.hash(), |node, hash| {
            if node.level > 0 && node.level % 8 == 0 {
                nodes.push((node, hash));
            }
        })?;
    }
    keep_nodes(link, nodes).await?;
    let checkpoint = Checkpoint::new(key.origin(), edge.size(), edge.root())?;
    let signed = SignedCheckpoint::sign(&checkpoint, &key.0)?;
    let insert = sql("INSERT INTO log_checkpoints (size, at, root, note) VALUES ($1, $2, $3, $4)")
        .bind(edge.size())
        .bind(now)
        .bind(edge.root())
        .bind(signed.as_str());
    let insert = if leaves.is_empty() { insert.push(" ON CONFLICT DO NOTHING") } else { insert };
    link.execute(insert).await?;
    let update = sql("UPDATE log_head SET size = $1, edge = $2 WHERE id = 1 AND size = $3")
        .bind(edge.size())
        .bind(edge.hashes().iter().flat_map(Hash::as_bytes).copied().collect::<Vec<u8>>())
        .bind(size);
    if link.execute(update).await? == 1 { Ok(edge.size()) } else { Err(Error::LeaseLost) }
}

fn read_edge(head: &Row) -> Result<Vec<Hash>, Error> {
    let bytes: Vec<u8> = head.get("edge")?;
    let (hashes, rest) = bytes.as_chunks();
    if !rest.is_empty() {
        return Err(Error::Column { column: "edge" });
    }
    Ok(hashes.iter().copied().map(Hash::from_bytes).collect())
}

/// Acts that were recorded with their salt: one statement gives them all their places.
async fn place(link: &mut Link, first: u64) -> Result<Vec<Leaf>, Error> {
    let update = sql("UPDATE acts SET idx = placed.idx FROM \
                      (SELECT seq AS number, $1 - 1 + row_number() OVER (ORDER BY seq) AS idx FROM acts \
                       WHERE idx IS NULL AND salt IS NOT NULL ORDER BY seq LIMIT $2) AS placed \
                      WHERE acts.seq = placed.number RETURNING acts.idx AS idx, at, leaf");
    let rows = link.all(update.bind(first).bind(AT_ONCE)).await?;
    let mut placed = rows
        .iter()
        .map(|row| Ok((row.get::<u64>("idx")?, super::tiles::leaf_from_row(row)?)))
        .collect::<Result<Vec<_>, Error>>()?;
    placed.sort_unstable_by_key(|(idx, _)| *idx);
    if placed.iter().zip(first..).any(|((idx, _), expected)| *idx != expected) {
        return Err(Error::Column { column: "idx" });
    }
    Ok(placed.into_iter().map(|(_, leaf)| leaf).collect())
}

/// Acts from before there was a log: they get their salt with their place.
async fn place_unsalted(link: &mut Link, first: u64) -> Result<Vec<Leaf>, Error> {
    let query = sql(acts::SELECT).push(" WHERE salt IS NULL ORDER BY seq LIMIT ").push_bind(AT_ONCE);
    let rows = link.all(query).await?;
    let mut leaves = Vec::with_capacity(rows.len());
    for (row, place) in rows.iter().zip(first..) {
        let act = acts::Act::from_row(row)?;
        let (leaf, opening) = act.record()?.close(acts::salt()?)?;
        let update = sql("UPDATE acts SET salt = $1, leaf = $2, idx = $3 WHERE seq = $4")
            .bind(opening.salt.as_slice())
            .bind(leaf.commitment.as_bytes().as_slice())
            .bind(place)
            .bind(act.seq);
        link.execute(update).await?;
        leaves.push(leaf);
    }
    Ok(leaves)
}

async fn keep_nodes(link: &mut Link, nodes: Vec<(Node, Hash)>) -> Result<(), Error> {
    for some in nodes.chunks(ROWS_PER_STATEMENT) {
        let rows = some.iter().map(|(node, hash)| {
            vec![i64::from(node.level / 8).to_column(), node.index.to_column(), hash.to_column()]
        });
        let insert = insert_rows("INSERT INTO log_nodes (level, n, hash) VALUES", rows.collect(), "");
        link.execute(insert).await?;
    }
    Ok(())
}
