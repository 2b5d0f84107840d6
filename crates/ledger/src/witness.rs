//! The protocol of witnesses (C2SP `tlog-witness`): what a log asks, and what a witness may answer.
//!
//! A witness remembers one thing for each log: the size and root that it cosigned last. [`decide`] says
//! whether a request may be cosigned over that; whoever runs it makes reading, deciding and recording one
//! atomic step, records before answering, and only then cosigns ([`crate::cosignature::cosign`]).

use std::fmt;

use crate::checkpoint::SignedCheckpoint;
use crate::note::{MAX_NOTE_LEN, VerifierKey};
use crate::proof::{MAX_PROOF_HASHES, read_hashes};
use crate::{Error, Hash, text, tree};

/// The longest request that is read, in bytes: a checkpoint, 63 hashes of 45 bytes a line, the old size
/// and a blank line.
pub const MAX_REQUEST_LEN: usize = MAX_NOTE_LEN + MAX_PROOF_HASHES * 45 + 64;

/// The content type of the answer to a wrong old size.
pub const SIZE_CONTENT_TYPE: &str = "text/x.tlog.size";

const WHAT: &str = "a request to a witness";

/// The body of `POST <prefix>/add-checkpoint`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size that the witness is thought to have cosigned last; 0 for none.
    pub old: u64,
    /// The consistency proof from that size; empty from 0.
    pub proof: Vec<Hash>,
    /// The checkpoint to cosign.
    pub checkpoint: SignedCheckpoint,
}

impl AddCheckpoint {
    /// Reads a request.
    ///
    /// # Errors
    ///
    /// [`Error::Text`] for what is malformed, and as [`SignedCheckpoint::parse`].
    pub fn parse(body: &[u8]) -> Result<Self, Error> {
        let malformed = |why| Error::Text { what: WHAT, why };
        if body.len() > MAX_REQUEST_LEN {
            return Err(malformed("it is longer than any that is read"));
        }
        let body = std::str::from_utf8(body).map_err(|_| malformed("it is not UTF-8"))?;
        let (head, checkpoint) =
            body.split_once("\n\n").ok_or(malformed("it has no blank line before its checkpoint"))?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old "));
        let old =
            text::decimal("the old size", old.ok_or(malformed("it does not begin with the old size"))?)?;
        Ok(Self {
            old,
            proof: read_hashes(lines)?,
            checkpoint: SignedCheckpoint::parse(checkpoint.as_bytes())?,
        })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint.as_str())
    }
}

/// The size and root of a log that a witness cosigned last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The size.
    pub size: u64,
    /// The root.
    pub root: Hash,
}

/// Why a witness does not cosign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The request cannot be read.
    #[error("{0}")]
    Malformed(Error),
    /// The old size is larger than the checkpoint's.
    #[error("the old size {old} is larger than the checkpoint's, {new}")]
    OldSize {
        /// The old size in the request.
        old: u64,
        /// The size in the checkpoint.
        new: u64,
    },
    /// The witness does not know the log.
    #[error("this witness does not know the log {origin}")]
    UnknownLog {
        /// The origin in the checkpoint.
        origin: String,
    },
    /// No known key of the log has signed, or a signature of one is wrong.
    #[error("{0}")]
    Signature(Error),
    /// The witness last cosigned another size than the old size; this one.
    #[error("the log was last cosigned at size {0}")]
    Conflict(u64),
    /// The checkpoint does not continue what was cosigned before: a fork, or a proof that is none.
    #[error("{0}")]
    Inconsistent(Error),
}

impl Refusal {
    /// The HTTP status that the specification gives it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) | Self::OldSize { .. } => 400,
            Self::Signature(_) => 403,
            Self::UnknownLog { .. } => 404,
            Self::Conflict(_) => 409,
            Self::Inconsistent(_) => 422,
        }
    }

    /// The body of the answer: for a conflict the size, else what is wrong; and its content type.
    pub fn body(&self) -> (&'static str, String) {
        match self {
            Self::Conflict(size) => (SIZE_CONTENT_TYPE, format!("{size}\n")),
            other => ("text/plain; charset=utf-8", format!("{other}\n")),
        }
    }
}

/// Reads the size in the answer to a conflict.
///
/// # Errors
///
/// [`Error::Text`] when it is not one number and a newline.
pub fn read_conflict(body: &str) -> Result<u64, Error> {
    let what = "the size in a witness's answer";
    let size = body.strip_suffix('\n').ok_or(Error::Text { what, why: "it does not end in a newline" })?;
    text::decimal(what, size)
}

/// Whether a witness that knows these keys of the log, and cosigned `seen` last, may cosign the
/// checkpoint. Answers what it has seen then, to be recorded before it answers.
///
/// `keys` is empty when the witness does not know the log of the checkpoint's origin.
///
/// # Errors
///
/// A [`Refusal`], with the statuses of the specification.
pub fn decide(request: &AddCheckpoint, keys: &[VerifierKey], seen: Option<Seen>) -> Result<Seen, Refusal> {
    let checkpoint = request.checkpoint.checkpoint();
    let new = Seen { size: checkpoint.size(), root: *checkpoint.root() };
    if keys.is_empty() {
        return Err(Refusal::UnknownLog { origin: checkpoint.origin().to_owned() });
    }
    request.checkpoint.note().verify(keys).map_err(Refusal::Signature)?;
    if request.old > new.size {
        return Err(Refusal::OldSize { old: request.old, new: new.size });
    }
    let seen = seen.unwrap_or_else(|| Seen { size: 0, root: Hash::empty() });
    if request.old != seen.size {
        return Err(Refusal::Conflict(seen.size));
    }
    let consistent = match request.proof.len() {
        0 if seen.size == 0 => checkpoint.check_empty(),
        found if seen.size == 0 => Err(Error::ProofLength { wanted: 0, found }),
        _ => tree::verify_consistency(seen.size, &seen.root, new.size, &new.root, &request.proof),
    };
    consistent.map_err(Refusal::Inconsistent)?;
    Ok(new)
}
