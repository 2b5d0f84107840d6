//! What can go wrong in storage, one variant per thing.

use std::sync::Arc;

use crate::log::Disagreement;

/// Why storage did not do what it was asked.
///
/// No text here holds content, a secret or an identifier of a reporter.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The configuration's `database` is not one that is known.
    #[error("`database` must start with sqlite: or postgres://")]
    DatabaseAddress,
    /// The configuration's `objects` is not one that is known.
    #[error("`objects` must start with file: or s3://, and s3:// must name a bucket")]
    ObjectsAddress,
    /// A folder of the configuration cannot be made or read.
    #[error("the folder {folder} cannot be used: {source}")]
    Folder {
        /// Which folder.
        folder: String,
        /// What the system said.
        source: Arc<std::io::Error>,
    },
    /// The database was written by a newer version of this program.
    #[error("the database has schema version {found}, which this version of Safehand does not know")]
    NewerSchema {
        /// The version found in the database.
        found: i64,
    },
    /// A migration failed, or one that was applied has since been changed.
    #[error("the database schema could not be brought up to date: {0}")]
    Migration(Arc<sqlx::migrate::MigrateError>),
    /// The database refused a statement, or the connection to it broke.
    #[error("{name}: {source}")]
    Database {
        /// The named transaction or query.
        name: &'static str,
        /// What the database said.
        source: Arc<sqlx::Error>,
    },
    /// The connection broke while a transaction was being committed: it may or may not have happened.
    #[error("{name}: whether it was committed is not known: {source}")]
    CommitUnknown {
        /// The named transaction.
        name: &'static str,
        /// What the database said.
        source: Arc<sqlx::Error>,
    },
    /// A transaction kept colliding with others until its tries were used up.
    #[error("{name}: gave up after {tries} tries")]
    Contention {
        /// The named transaction.
        name: &'static str,
        /// How often it was tried.
        tries: u32,
    },
    /// The store is being closed.
    #[error("{name}: the store is closed")]
    Closed {
        /// The named transaction.
        name: &'static str,
    },
    /// A stored value is not what this version wrote.
    #[error("column {column} holds something that cannot be read")]
    Column {
        /// The column.
        column: &'static str,
    },
    /// The object store refused, or could not be reached.
    #[error("object store: {0}")]
    Objects(Arc<object_store::Error>),
    /// The file of an object could not be made durable, or removed.
    #[error("an object's file: {0}")]
    Durability(Arc<std::io::Error>),
    /// The system's random number generator failed.
    #[error("no random numbers to be had")]
    Randomness,
    /// There is no such thing.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The name is taken.
    #[error("this {0} exists already")]
    Exists(&'static str),
    /// The invite is unknown, used or expired.
    #[error("the invite is unknown, used or expired")]
    InviteSpent,
    /// The change of state is not allowed: a report never becomes new again.
    #[error("a report never becomes new again")]
    NeverNewAgain,
    /// The assignee is not an active member of the report's desk.
    #[error("only an active member of the report's desk can be assigned")]
    NotOfThisDesk,
    /// The item is in quarantine, and the member has no release of it in force.
    #[error("the item is in quarantine")]
    Quarantined,
    /// A hash list knows the item: no member gets its bytes again.
    #[error("the item is locked")]
    Locked,
    /// Only files are put into quarantine or locked.
    #[error("the item is no file")]
    NotAFile,
    /// A release was asked for an item that needs none.
    #[error("the item is not in quarantine")]
    NotInQuarantine,
    /// The member's role, or their desk, does not let them ask for or answer a release.
    #[error("the member may not do this with a release")]
    NotWhoMay,
    /// Nobody approves a release that they have asked for.
    #[error("nobody approves their own release")]
    OwnRelease,
    /// The release was not answered in time.
    #[error("the release was not answered in time")]
    ReleaseStale,
    /// The release has been answered.
    #[error("the release has been answered")]
    ReleaseAnswered,
    /// Whoever asked for the release, or approved it, is no longer one who may.
    #[error("the release has ended")]
    ReleaseEnded,
    /// The same item id is there with other bytes.
    #[error("an item with this id and other bytes is there already")]
    ItemConflict,
    /// A submission does not have exactly one summary.
    #[error("a report has exactly one summary")]
    NoSummary,
    /// An item that is to be kept in the database is too large for that.
    #[error("an item of this size goes through an upload")]
    InlineTooLarge,
    /// The byte range lies outside the item.
    #[error("the range lies outside an item of {size} bytes")]
    Range {
        /// How large the item is.
        size: u64,
    },
    /// An upload was continued from somewhere else than its end.
    #[error("the upload stands at byte {expected}")]
    UploadOffset {
        /// Where it stands.
        expected: u64,
    },
    /// More bytes came than the upload declared.
    #[error("the upload was declared with {length} bytes and got more")]
    UploadTooLong {
        /// The declared length.
        length: u64,
    },
    /// The upload came in so many small pieces that it is refused.
    #[error("the upload came in too many pieces")]
    UploadTooManyParts,
    /// Uploads that no item has claimed take all the room that they may.
    #[error("there is no room for more uploads until some are claimed or expire")]
    NoRoom,
    /// Another request is appending to this upload just now.
    #[error("another request is appending to this upload")]
    UploadBusy,
    /// The bytes of one request do not have the checksum that it named.
    #[error("the checksum does not match the bytes")]
    UploadChecksum,
    /// The client stopped sending; what came is kept, up to this offset.
    #[error("the upload broke off at byte {received}")]
    UploadInterrupted {
        /// How many bytes are durable.
        received: u64,
    },
    /// An item names an upload that is unknown, unfinished, expired or already part of an item.
    #[error("the upload is unknown, unfinished, expired or already used")]
    UploadUnusable,
    /// What was stored could not be shown to be in the published log in time. It will be: whoever sends the same
    /// again is answered then.
    #[error("stored, but not in the published log yet")]
    NotYetInLog,
    /// Another process has taken the lease of the sequencer.
    #[error("another process sequences the log by now")]
    LeaseLost,
    /// The database, the object store and the instance's key do not tell of the same log.
    #[error("the log cannot be continued: {0}")]
    LogDisagrees(Disagreement),
    /// Acts that are in the log are missing from the database.
    #[error("the database lacks acts or hashes that {resource} of the log is made of: some were removed")]
    LogRows {
        /// What is made of them.
        resource: ledger::tiles::Resource,
    },
    /// An object of the log is missing, or holds something else than it should.
    #[error("{path} in the object store is missing or is not what it was")]
    LogObject {
        /// Which one.
        path: String,
    },
    /// A record, a checkpoint or a proof could not be made or read.
    #[error("ledger: {0}")]
    Ledger(#[from] ledger::Error),
    /// The bytes of an item do not have the size or SHA-256 that its header states.
    #[error("the bytes do not have the size and SHA-256 of the item's header")]
    BodyMismatch,
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        Self::Objects(Arc::new(error))
    }
}

impl Error {
    pub(crate) fn database(name: &'static str, source: sqlx::Error) -> Self {
        Self::Database { name, source: Arc::new(source) }
    }

    /// Whether the same transaction may succeed when it is simply tried again.
    pub(crate) fn is_collision(&self) -> bool {
        let Self::Database { source, .. } = self else { return false };
        let Some(code) = source.as_database_error().and_then(sqlx::error::DatabaseError::code) else {
            return false;
        };
        // PostgreSQL: serialization failure, deadlock. SQLite: BUSY and its extended codes.
        match &*code {
            "40001" | "40P01" => true,
            number => number.parse::<u32>().is_ok_and(|number| number & 0xff == 5),
        }
    }

    /// Whether a unique constraint refused the statement.
    pub(crate) fn is_duplicate(&self) -> bool {
        matches!(self, Self::Database { source, .. }
            if source.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation))
    }

    /// Whether a reference to a row that is not there refused the statement.
    pub(crate) fn is_dangling(&self) -> bool {
        matches!(self, Self::Database { source, .. }
            if source.as_database_error().is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation))
    }
}
