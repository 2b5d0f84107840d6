//! What can go wrong between this client and an instance.

use std::path::PathBuf;

use protocol::opaque::OpaqueError;
use protocol::proof::ProofError;
use protocol::{ApiError, ErrorCode};

/// Why something that was asked of an instance did not happen.
///
/// No variant holds a secret, a phrase or a passphrase.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is not one that an instance can have.
    #[error("“{address}” is not the address of an instance: {why}")]
    Address {
        /// What was given.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// No secure connection could be prepared on this machine.
    #[error("no secure connection can be made from here: {0}")]
    Tls(String),
    /// The instance could not be reached, or the connection broke and stayed broken.
    #[error("{address} cannot be reached: {why}")]
    Unreachable {
        /// The instance's address.
        address: String,
        /// What happened, in the system's own words.
        why: String,
    },
    /// The instance answered, and the answer is no.
    #[error("the service refused: {0}")]
    Refused(ApiError),
    /// The instance answered with something that is not of this protocol.
    #[error("{what} was answered with something unexpected: {why}")]
    Unexpected {
        /// Which request.
        what: String,
        /// What was wrong with the answer.
        why: String,
    },
    /// The instance has no desk of this name.
    #[error("there is no desk “{slug}” here; there is {}", list(.known))]
    NoSuchDesk {
        /// What was asked for.
        slug: String,
        /// The desks that there are.
        known: Vec<String>,
    },
    /// The desk takes no files.
    #[error("{0} takes no files: describe them in the answers instead")]
    FilesNotAccepted(String),
    /// A file is larger than the desk takes.
    #[error("{}: {size} bytes are more than the {limit} that the desk takes", path.display())]
    FileTooLarge {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
        /// What the desk takes.
        limit: u64,
    },
    /// A file could not be read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file grew or shrank while it was being sent.
    #[error("{}: changed while it was being sent ({expected} bytes before, {found} now)", path.display())]
    FileChanged {
        /// The file.
        path: PathBuf,
        /// Its size when sending began.
        expected: u64,
        /// What was read in the end.
        found: u64,
    },
    /// Sealing or opening failed; the text names the check.
    #[error(transparent)]
    Seal(#[from] seal::Error),
    /// The report was received, but what the log says of it does not hold; the text names the check.
    #[error("it was received, but the proof of that does not hold: {0}")]
    Proof(#[from] ProofError),
    /// The sign-in's own cryptography refused.
    #[error(transparent)]
    Opaque(#[from] OpaqueError),
    /// The member's role opens no content.
    #[error("your role reads no content")]
    NoContent,
    /// A passkey is asked for, which only a browser can show.
    #[error("this member signs in with a passkey: use the console in a browser")]
    PasskeyNeeded,
    /// A sealed document is not what its kind promises.
    #[error("item {item} is not a readable {kind}: {why}")]
    Document {
        /// The item.
        item: String,
        /// What kind it claims to be.
        kind: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// An item carries a signature of somebody who should not have made it.
    #[error("item {item} was not signed by {expected}")]
    WrongAuthor {
        /// The item.
        item: String,
        /// Whose it should be.
        expected: &'static str,
    },
    /// A background computation was cut off.
    #[error("a background task ended early: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// What a request of this client yields.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The kind of refusal, where the instance refused.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(refusal) => Some(refusal.code),
            _ => None,
        }
    }

    /// Whether the same request may succeed a little later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused(refusal) => {
                matches!(refusal.code, ErrorCode::SlowDown | ErrorCode::Unavailable | ErrorCode::WorkNeeded)
            }
            _ => false,
        }
    }

    pub(crate) fn unexpected(what: impl Into<String>, why: impl std::fmt::Display) -> Self {
        Self::Unexpected { what: what.into(), why: why.to_string() }
    }
}

fn list(slugs: &[String]) -> String {
    if slugs.is_empty() { "none".to_owned() } else { slugs.join(", ") }
}
