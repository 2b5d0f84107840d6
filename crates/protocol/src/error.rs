//! How a refusal is told: a stable code for programs, a sentence for people.

use serde::{Deserialize, Serialize};

/// Why a request was refused. The JSON body of every response that is not a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[error("{message}")]
pub struct ApiError {
    /// What kind of refusal this is. Programs branch on this and on nothing else.
    pub code: ErrorCode,
    /// What is wrong and what to do, in plain words. Holds nothing of what was sent.
    pub message: String,
    /// The JSON field or header at fault, where one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Seconds after which the same request may succeed, where waiting helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl ApiError {
    /// A refusal that no single field is to blame for.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, retry_after: None }
    }

    /// The same refusal, laid at one field's door.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same refusal, with the seconds after which to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

/// The kinds of refusal. Adding one is a compatible change; changing a meaning is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request could not be understood (400).
    Malformed,
    /// It was understood, but a value in it is not acceptable (422).
    Invalid,
    /// A signature, hash or size did not match what it vouches for (422).
    Mismatch,
    /// Nobody is signed in, or the reporter's proof does not hold (401).
    NotSignedIn,
    /// Signed in by passphrase; the passkey step is still owed (401).
    PasskeyNeeded,
    /// Signed in, but this role may not do this (403).
    NotAllowed,
    /// This desk does not take files (403).
    FilesNotAccepted,
    /// The item is in quarantine, and the caller has no release of it in force (403).
    Quarantined,
    /// A hash list knows the item: no member gets its bytes again (403).
    Locked,
    /// There is nothing here, or nothing that the caller may know of (404).
    NotFound,
    /// The same identifier stands for something else already (409).
    Conflict,
    /// This request has been seen before (409).
    Replayed,
    /// It was there and has expired (410).
    Expired,
    /// The body is larger than allowed (413).
    TooLarge,
    /// A proof of work is missing, wrong, spent or too old (428).
    WorkNeeded,
    /// Too many requests for now (429).
    SlowDown,
    /// Something failed on our side; nothing was lost that was acknowledged (500).
    Internal,
    /// The service is stopping or its storage does not answer (503).
    Unavailable,
    /// There is no room for more files just now (507).
    NoRoom,
}

impl ErrorCode {
    /// The HTTP status that goes with the code.
    pub fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::NotSignedIn | Self::PasskeyNeeded => 401,
            Self::NotAllowed | Self::FilesNotAccepted | Self::Quarantined | Self::Locked => 403,
            Self::NotFound => 404,
            Self::Conflict | Self::Replayed => 409,
            Self::Expired => 410,
            Self::TooLarge => 413,
            Self::Invalid | Self::Mismatch => 422,
            Self::WorkNeeded => 428,
            Self::SlowDown => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
            Self::NoRoom => 507,
        }
    }
}
