//! What should wake somebody who watches a log.

use std::path::PathBuf;

use ledger::Hash;

/// What is wrong with a log, and where.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Alarm {
    /// What a log or a file of it says does not hold.
    #[error("{file}: {why}")]
    Proof {
        /// Which file, or which entry of it.
        file: String,
        /// The check that failed.
        why: ledger::Error,
    },
    /// A file of a log is not there, or not what it should be.
    #[error("{file}: {why}")]
    File {
        /// Which.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// A log was gone through, and things are wrong with it.
    #[error("{what}: {found} findings; it is not what was signed")]
    Tampered {
        /// The log, or the instance.
        what: String,
        /// How many findings.
        found: u64,
    },
    /// The entries of a log do not make the root that it has signed.
    #[error("{log}: its {size} entries have the root {found}, but {signed} is signed")]
    NotItsRoot {
        /// The log.
        log: String,
        /// How many entries it has.
        size: u64,
        /// The root in the checkpoint.
        signed: Hash,
        /// The root of the entries.
        found: Hash,
    },
    /// A log shows fewer entries than before.
    #[error(
        "{log} was rolled back: it had {before} entries and now shows {now}. Both checkpoints, signed, are in {}",
        evidence.display()
    )]
    RolledBack {
        /// The log.
        log: String,
        /// The size that was seen.
        before: u64,
        /// The size now.
        now: u64,
        /// The file with both checkpoints.
        evidence: PathBuf,
    },
    /// A log has told two stories.
    #[error(
        "{log} has forked: its checkpoint of {new} entries does not continue the one of {old} that was seen before \
(the root {signed} is signed, {found} was expected). Both checkpoints are in {}",
        evidence.display()
    )]
    Forked {
        /// The log.
        log: String,
        /// The size that was seen.
        old: u64,
        /// The size now.
        new: u64,
        /// The root that is signed.
        signed: Hash,
        /// The root that what was seen before, and what is new, make.
        found: Hash,
        /// The file with both checkpoints.
        evidence: PathBuf,
    },
    /// A log is shorter than somebody's receipt.
    #[error("{log} was rolled back: this receipt was signed over {then} entries, and now there are {now}")]
    Shorter {
        /// The log.
        log: String,
        /// The size in the receipt.
        then: u64,
        /// The size now.
        now: u64,
    },
    /// Too few witnesses have cosigned.
    #[error("{log}: {found} of the witnesses have cosigned its {size} entries; {quorum} must")]
    TooFewWitnesses {
        /// The log.
        log: String,
        /// Its size.
        size: u64,
        /// How many have.
        found: usize,
        /// How many must.
        quorum: usize,
    },
    /// A log stood still.
    #[error("{log}: nothing was added to its {size} entries for {hours} hours")]
    Stale {
        /// The log.
        log: String,
        /// Its size.
        size: u64,
        /// For how long.
        hours: u64,
    },
}

impl Alarm {
    /// The exit code: 7 for what is not as it was signed, 8 for a log that is in order and not looked after.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::TooFewWitnesses { .. } | Self::Stale { .. } => 8,
            Self::Proof { .. }
            | Self::File { .. }
            | Self::Tampered { .. }
            | Self::NotItsRoot { .. }
            | Self::RolledBack { .. }
            | Self::Shorter { .. }
            | Self::Forked { .. } => 7,
        }
    }
}
