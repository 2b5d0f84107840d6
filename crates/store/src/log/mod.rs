//! The log: every act is an entry of one append-only Merkle tree (RFC 6962), published as C2SP `tlog-tiles`.
//!
//! An act is written in the transaction of what it records, with the salt and the commitment of its entry. The
//! [`Sequencer`] gives acts their places, in one transaction that also extends the tree and signs the checkpoint:
//! that commit decides what the log is. Everything after it (tiles, bundles, the checkpoint's object) is derived
//! from the database, so whoever comes next does it again and gets the same.
//!
//! | module | what it does |
//! |---|---|
//! | [`lease`] | whose turn it is to sequence |
//! | `alone` | knowing at once that the one before is no more, where it can be known |
//! | [`sequencer`] | gives acts their places, signs, publishes |
//! | `room` | where acknowledgements wait for publication |
//! | `tiles` | reads tiles, bundles and proofs |
//! | `entries` | opened entries, for receipts |
//! | [`check`] | whether database and object store agree, at start |
//! | [`fsck`] | whether everything agrees, at leisure |
//! | [`cosigned`] | what witnesses and time-stamping authorities have said |

mod alone;
pub mod check;
pub mod cosigned;
pub mod entries;
pub mod fsck;
pub mod lease;
pub mod sequencer;

mod publish;
mod room;
mod tiles;

use std::time::Duration;

use ledger::checkpoint::SignedCheckpoint;
use ledger::note::{KeyType, SigningKey, VerifierKey};
use ledger::tiles::Resource;
use ledger::{Hash, tree};

use tokio::sync::watch;

pub use check::Disagreement;
pub use entries::{Entry, Included, Wanted};
pub use sequencer::{Sequencer, Turn};

pub(crate) use room::Room;
pub(crate) use tiles::Kept;

use crate::sql::{FromColumn, Row, ToColumn, Value, sql};
use crate::{Error, Store};

/// How long an acknowledgement waits to be in the log unless it is told otherwise.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Where the log's objects are, beside the sealed ones.
const FOLDER: &str = "log";
/// The folder of checkpoints, one object for each, named by its size: none is ever written over, so that a process
/// which was asleep for a while cannot put an old one in place of a new one.
const CHECKPOINTS: &str = "log/checkpoints";

fn object_path(resource: &Resource) -> String {
    format!("{FOLDER}/{resource}")
}

/// Twenty digits, so that names sort as sizes do.
fn checkpoint_path(size: u64) -> String {
    format!("{CHECKPOINTS}/{size:020}")
}

/// The key that signs a log's checkpoints; its name is the log's origin line.
#[derive(Clone, Debug)]
pub struct LogKey(SigningKey);

impl LogKey {
    /// The key of the log with this origin, `host[:port]/log`, that these 32 secret bytes yield.
    ///
    /// # Errors
    ///
    /// When the origin cannot be the name of a key.
    pub fn from_seed(origin: &str, seed: &[u8; 32]) -> Result<Self, Error> {
        Ok(Self(SigningKey::from_seed(origin, KeyType::Ed25519, seed)?))
    }

    /// The public half.
    pub fn verifier(&self) -> &VerifierKey {
        self.0.verifier()
    }

    /// The log's origin line.
    pub fn origin(&self) -> &str {
        self.0.verifier().name()
    }
}

/// The log of an instance.
pub struct Log<'s>(pub(crate) &'s Store);

impl Log<'_> {
    /// How many entries the public can read; `None` before the first checkpoint.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn published(&self) -> Result<Option<u64>, Error> {
        let query = sql("SELECT published FROM log_head WHERE id = 1");
        let published: i64 = self.0.read("log.published").await?.one(query, "log").await?.get("published")?;
        Ok(u64::try_from(published).ok())
    }

    /// The newest published checkpoint, with the cosignatures that it has so far.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn checkpoint(&self) -> Result<Option<SignedCheckpoint>, Error> {
        match self.published().await? {
            Some(size) => self.checkpoint_of(size).await,
            None => Ok(None),
        }
    }

    /// The checkpoint of a size, if there was one, with the cosignatures that it has so far.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn checkpoint_of(&self, size: u64) -> Result<Option<SignedCheckpoint>, Error> {
        let mut link = self.0.read("log.checkpoint").await?;
        let query = sql("SELECT note FROM log_checkpoints WHERE size = $1").bind(size);
        let Some(row) = link.optional(query).await? else { return Ok(None) };
        let note: String = row.get("note")?;
        let query = sql("SELECT line FROM log_cosignatures WHERE size = $1 ORDER BY witness").bind(size);
        let lines = link.all(query).await?;
        let lines = lines.iter().map(read_line).collect::<Result<Vec<_>, Error>>()?;
        Ok(Some(SignedCheckpoint::parse(note.as_bytes())?.with_lines(&lines)?))
    }

    /// Waits until these acts can be read by the public. Answers their places, in the same order.
    ///
    /// # Errors
    ///
    /// [`Error::NotYetInLog`] when that takes longer than the store's patience; they are stored all the same, and
    /// whoever sends the same again is answered then.
    pub async fn included(&self, acts: &[i64]) -> Result<Vec<u64>, Error> {
        if acts.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.0.room().wait(acts, self.0.patience()).await?.0)
    }

    /// Proves that the entries at these places are in the tree of `size` entries, all of which are published.
    ///
    /// # Errors
    ///
    /// When there is no such entry; when the database fails.
    pub async fn prove(&self, places: &[u64], size: u64) -> Result<Vec<Vec<Hash>>, Error> {
        let mut nodes = Vec::new();
        for place in places {
            nodes.extend(tree::inclusion_nodes(*place, size)?);
        }
        let grove = tiles::Grove::fetch(self.0, size, nodes).await?;
        places.iter().map(|place| Ok(tree::prove_inclusion(*place, size, |node| grove.hash(node))?)).collect()
    }

    /// Proves that the tree of `old` entries is the beginning of that of `new`.
    ///
    /// # Errors
    ///
    /// When `old` is larger than `new`, or `new` than the log; when the database fails.
    pub async fn prove_consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, Error> {
        let grove = tiles::Grove::fetch(self.0, new, tree::consistency_nodes(old, new)?).await?;
        Ok(tree::prove_consistency(old, new, |node| grove.hash(node))?)
    }

    /// Tells how many entries this process has published, each time it has published some: for whoever asks witnesses.
    pub fn follow(&self) -> watch::Receiver<u64> {
        self.0.room().published().subscribe()
    }

    /// From now on nothing is put on record. For whoever finds out that the log cannot be what it says.
    pub fn refuse(&self, why: Disagreement) {
        tracing::error!(%why, "the log is not continued");
        self.0.inner.writer.refuse(why);
    }

    /// Why nothing is put on record, if nothing is.
    pub fn refusal(&self) -> Option<Disagreement> {
        self.0.inner.writer.refusal().cloned()
    }
}

fn read_line(row: &Row) -> Result<ledger::note::SignatureLine, Error> {
    Ok(row.get::<String>("line")?.parse()?)
}

impl ToColumn for Hash {
    fn to_column(&self) -> Value {
        self.as_bytes().as_slice().to_column()
    }

    fn null() -> Value {
        <[u8]>::null()
    }
}

impl FromColumn for Hash {
    fn read_nullable(row: &Row, column: &'static str) -> Result<Option<Self>, Error> {
        let bytes: Option<Vec<u8>> = row.get(column)?;
        bytes
            .map(|bytes| bytes.try_into().map(Self::from_bytes).map_err(|_| Error::Column { column }))
            .transpose()
    }
}
