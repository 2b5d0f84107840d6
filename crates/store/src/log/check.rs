//! Whether the database and the object store tell of the same log.
//!
//! A database that was put back to an older copy still agrees with itself. The checkpoints in the object store do not
//! go back with it, so they are what tells.

use ledger::Hash;
use ledger::checkpoint::SignedCheckpoint;

use super::{Log, LogKey, publish, tiles};
use crate::Error;

/// How the database, the object store and the instance's key contradict each other. While they do, nothing can be put
/// on record: whatever was added would make two logs out of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Disagreement {
    /// The object store has a later checkpoint than the database.
    #[error(
        "the object store has a checkpoint of {objects} entries, the database has only {database}: the database is an \
         older copy. Bring back the newest one"
    )]
    RolledBack {
        /// How many entries the database has.
        database: u64,
        /// How many the newest checkpoint in the object store has.
        objects: u64,
    },
    /// The database and the object store have different trees of one size.
    #[error(
        "the tree of {size} entries has the root {database} in the database and {objects} in the object store: they \
         belong to two different histories. Bring back the database or the object store that belongs to the other"
    )]
    Fork {
        /// How many entries.
        size: u64,
        /// The root in the database.
        database: Hash,
        /// The root in the object store.
        objects: Hash,
    },
    /// The object store has lost what was published, or is another one.
    #[error(
        "the database has published {database} entries, the object store has no checkpoint: it is not the one that \
         belongs to this database, or what was in it is lost"
    )]
    ObjectsMissing {
        /// How many entries the database has published.
        database: u64,
    },
    /// A checkpoint bears another log's name.
    #[error("{path} is of the log {theirs}, this one is {ours}: was `server.origin` changed?")]
    OtherOrigin {
        /// Where the checkpoint is.
        path: String,
        /// This log's name.
        ours: String,
        /// The name in the checkpoint.
        theirs: String,
    },
    /// A checkpoint is not signed with this instance's key.
    #[error("{path} is not signed with the key of this instance ({ours}): is `instance.key` the right one?")]
    OtherKey {
        /// Where the checkpoint is.
        path: String,
        /// The key that should have signed.
        ours: String,
    },
    /// A checkpoint cannot be read.
    #[error("{path} is not a checkpoint")]
    Unreadable {
        /// Where it is.
        path: String,
    },
    /// A tile or a bundle in the object store is not what the database makes of it.
    #[error(
        "{path} in the object store is not what the database makes of it: they belong to two different histories"
    )]
    Object {
        /// Where it is.
        path: String,
    },
}

/// What the error messages call the database's own newest checkpoint.
const IN_DATABASE: &str = "the database's newest checkpoint";

impl Log<'_> {
    /// Compares the database with the object store and both with the key. Answers how they contradict each other, if
    /// they do.
    ///
    /// # Errors
    ///
    /// When the database or the object store fails.
    pub async fn check(&self, key: &LogKey) -> Result<Option<Disagreement>, Error> {
        let Some(published) = self.published().await? else { return self.check_before_first(key).await };
        let Some(ours) = self.checkpoint_of(published).await? else {
            return Ok(Some(Disagreement::Unreadable { path: IN_DATABASE.to_owned() }));
        };
        if let Some(why) = signed_by(&ours, key, IN_DATABASE) {
            return Ok(Some(why));
        }
        let Some((path, bytes)) = publish::newest_stored(self.0).await? else {
            return Ok(Some(Disagreement::ObjectsMissing { database: published }));
        };
        let Ok(theirs) = SignedCheckpoint::parse(&bytes) else {
            return Ok(Some(Disagreement::Unreadable { path }));
        };
        if let Some(why) = signed_by(&theirs, key, &path) {
            return Ok(Some(why));
        }
        self.compare(&theirs, published).await
    }

    /// A database that has published nothing beside an object store that has something.
    async fn check_before_first(&self, key: &LogKey) -> Result<Option<Disagreement>, Error> {
        let Some((path, bytes)) = publish::newest_stored(self.0).await? else { return Ok(None) };
        let Ok(theirs) = SignedCheckpoint::parse(&bytes) else {
            return Ok(Some(Disagreement::Unreadable { path }));
        };
        let objects = theirs.checkpoint().size();
        let database = self.size().await?;
        // What was signed here and put there before the word of it was written is no contradiction.
        if objects <= database {
            return match signed_by(&theirs, key, &path) {
                Some(why) => Ok(Some(why)),
                None => self.compare(&theirs, database).await,
            };
        }
        Ok(Some(signed_by(&theirs, key, &path).unwrap_or(Disagreement::RolledBack { database, objects })))
    }

    /// Compares a checkpoint of the object store with the tree in the database.
    async fn compare(
        &self,
        theirs: &SignedCheckpoint,
        published: u64,
    ) -> Result<Option<Disagreement>, Error> {
        let (size, objects) = (theirs.checkpoint().size(), *theirs.checkpoint().root());
        let database = self.size().await?;
        if size > database {
            return Ok(Some(Disagreement::RolledBack { database, objects: size }));
        }
        let root = tiles::root(self.0, size).await?;
        if root != objects {
            return Ok(Some(Disagreement::Fork { size, database: root, objects }));
        }
        // An object store that was put back to an older copy has lost sealed bytes too.
        if size < published {
            return Ok(Some(Disagreement::ObjectsMissing { database: published }));
        }
        Ok(None)
    }

    /// How many entries the database has, published or not.
    pub(super) async fn size(&self) -> Result<u64, Error> {
        let query = crate::sql::sql("SELECT size FROM log_head WHERE id = 1");
        self.0.read("log.size").await?.one(query, "log").await?.get("size")
    }
}

fn signed_by(checkpoint: &SignedCheckpoint, key: &LogKey, path: &str) -> Option<Disagreement> {
    let path = path.to_owned();
    match checkpoint.verify(key.verifier(), &[]) {
        Ok(_) => None,
        Err(ledger::Error::Origin { expected, found }) => {
            Some(Disagreement::OtherOrigin { path, ours: expected, theirs: found })
        }
        Err(_) => Some(Disagreement::OtherKey { path, ours: key.verifier().to_string() }),
    }
}

/// How two checkpoints of one size, ours and what is at `path`, contradict each other.
pub(super) fn between(
    ours: &SignedCheckpoint,
    theirs: Option<&SignedCheckpoint>,
    path: &str,
) -> Disagreement {
    let Some(theirs) = theirs else { return Disagreement::Unreadable { path: path.to_owned() } };
    let (ours, theirs) = (ours.checkpoint(), theirs.checkpoint());
    if ours.origin() != theirs.origin() {
        return Disagreement::OtherOrigin {
            path: path.to_owned(),
            ours: ours.origin().to_owned(),
            theirs: theirs.origin().to_owned(),
        };
    }
    if ours.size() == theirs.size() && ours.root() != theirs.root() {
        return Disagreement::Fork { size: ours.size(), database: *ours.root(), objects: *theirs.root() };
    }
    Disagreement::Object { path: path.to_owned() }
}
