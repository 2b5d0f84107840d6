//! Why a request is refused, and the one place where that becomes a response.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use protocol::{ApiError, ErrorCode};
use store::Error as StoreError;

/// What a handler may end with instead of a response.
///
/// `Display` is for the log and therefore holds nothing that a visitor sent; what the visitor is
/// told is an [`ApiError`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request is at fault; the visitor is told how.
    #[error("refused: {:?}", .0.code)]
    Refused(#[from] ApiError),
    /// The storage refused or failed.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// Something else failed on our side. The text is for the log.
    #[error("internal: {0}")]
    Internal(String),
}

/// The result of a handler.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A failure on our side that `what` explains to whoever reads the log. It must hold nothing
    /// that a visitor sent.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self::Internal(what.to_string())
    }

    /// There is nothing here, or nothing that the caller may know of: the two look the same.
    pub fn not_found() -> Self {
        ApiError::new(ErrorCode::NotFound, "There is nothing here.").into()
    }

    /// A field holds a value that is not acceptable.
    pub fn invalid(field: impl Into<String>, why: impl Into<String>) -> Self {
        ApiError::new(ErrorCode::Invalid, why).at(field).into()
    }

    /// A signature, hash or size does not match what it vouches for.
    pub fn mismatch(field: impl Into<String>, why: impl Into<String>) -> Self {
        ApiError::new(ErrorCode::Mismatch, why).at(field).into()
    }

    /// Whether this is a refusal of this kind.
    pub fn is(&self, code: ErrorCode) -> bool {
        match self {
            Self::Refused(error) => error.code == code,
            Self::Store(error) => from_store(error).code == code,
            Self::Internal(_) => code == ErrorCode::Internal,
        }
    }

    /// What the visitor is told.
    pub fn into_api(self) -> ApiError {
        match self {
            Self::Refused(error) => error,
            Self::Store(error) => from_store(&error),
            Self::Internal(_) => internal(),
        }
    }
}

/// Every way in which storage can refuse or fail, as a visitor is told of it.
fn from_store(error: &StoreError) -> ApiError {
    use StoreError as E;
    match error {
        E::NotFound(_) => ApiError::new(ErrorCode::NotFound, "There is nothing here."),
        E::NoSummary => ApiError::new(ErrorCode::Invalid, "A report has exactly one summary.").at("items"),
        E::InlineTooLarge => {
            ApiError::new(ErrorCode::Invalid, "An item of this size goes through an upload.").at("items")
        }
        E::Quarantined => ApiError::new(
            ErrorCode::Quarantined,
            "This is media in quarantine. Ask for a release; a colleague has to approve it.",
        ),
        E::Locked => ApiError::new(
            ErrorCode::Locked,
            "A hash list knows this file. It is locked, and nobody is given it. Tell a supervisor.",
        ),
        E::NotAFile => ApiError::new(ErrorCode::Invalid, "Only files can be held back.").at("item"),
        E::NotInQuarantine => {
            ApiError::new(ErrorCode::Invalid, "An item that is not in quarantine needs no release.").at("items")
        }
        E::NotWhoMay => ApiError::new(ErrorCode::NotAllowed, "Your role does not let you do this with a release."),
        E::OwnRelease => ApiError::new(
            ErrorCode::NotAllowed,
            "Nobody approves what they have asked for themselves. Ask a colleague.",
        ),
        E::ReleaseStale => ApiError::new(
            ErrorCode::Expired,
            "Nobody answered this in time. Whoever still needs it has to ask again.",
        ),
        E::ReleaseAnswered => ApiError::new(ErrorCode::Conflict, "This has been answered already."),
        E::ReleaseEnded => ApiError::new(
            ErrorCode::Conflict,
            "This has ended: somebody who asked for it or approved it may no longer do so.",
        ),
        E::Exists(what) => ApiError::new(ErrorCode::Conflict, format!("This {what} exists already.")),
        E::ItemConflict => ApiError::new(ErrorCode::Conflict, "This id stands for something else already."),
        E::InviteSpent => ApiError::new(ErrorCode::Expired, "The invitation is unknown, used or expired."),
        E::NeverNewAgain => {
            ApiError::new(ErrorCode::Invalid, "A report never becomes new again.").at("state")
        }
        E::NotOfThisDesk => {
            ApiError::new(ErrorCode::Invalid, "Only an active member of the desk can be assigned.")
                .at("member")
        }
        E::Range { .. } => ApiError::new(ErrorCode::Invalid, "The range lies outside the item.").at("Range"),
        E::UploadOffset { .. } => ApiError::new(ErrorCode::Conflict, "The upload stands at another offset."),
        E::UploadTooLong { .. } | E::UploadTooManyParts => {
            ApiError::new(ErrorCode::TooLarge, "The upload would become larger than allowed.")
        }
        E::NoRoom => no_room(),
        E::UploadBusy => ApiError::new(ErrorCode::Conflict, "Another request is writing to this upload."),
        E::UploadChecksum => ApiError::new(ErrorCode::Mismatch, "The bytes do not have the checksum."),
        E::UploadInterrupted { .. } => ApiError::new(ErrorCode::Malformed, "The request broke off."),
        E::UploadUnusable => {
            ApiError::new(ErrorCode::Invalid, "The upload is unknown, unfinished, expired or used.")
                .at("items")
        }
        E::BodyMismatch => {
            ApiError::new(ErrorCode::Mismatch, "A file's bytes are not those its header names.").at("items")
        }
        E::Database { .. }
        | E::CommitUnknown { .. }
        | E::Contention { .. }
        | E::Closed { .. }
        | E::Objects(_)
        | E::Durability(_) => ApiError::new(
            ErrorCode::Unavailable,
            "Our storage does not answer. Nothing that was acknowledged is lost. Try again.",
        )
        .retry_after(5),
        E::NotYetInLog => ApiError::new(
            ErrorCode::Unavailable,
            "It was stored, and will be acknowledged when you send it again.",
        )
        .retry_after(2),
        E::LogDisagrees(_) => ApiError::new(
            ErrorCode::Unavailable,
            "Nothing new can be taken in until whoever runs this service has put its log right. Nothing that was \
             acknowledged is lost.",
        )
        .retry_after(600),
        E::DatabaseAddress
        | E::ObjectsAddress
        | E::Folder { .. }
        | E::NewerSchema { .. }
        | E::Migration(_)
        | E::Column { .. }
        | E::LogObject { .. }
        | E::LogRows { .. }
        | E::LeaseLost
        | E::Ledger(_)
        | E::Randomness => internal(),
    }
}

/// Room comes back as reports claim their files and as unfinished uploads expire.
fn no_room() -> ApiError {
    ApiError::new(
        ErrorCode::NoRoom,
        "There is no room for more files just now. Send your report without this file and keep the file. \
         You can add it tomorrow, with your seven words.",
    )
    .retry_after(3600)
}

fn internal() -> ApiError {
    ApiError::new(
        ErrorCode::Internal,
        "Something went wrong on our side. Nothing that was acknowledged is lost. Try again.",
    )
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let for_the_log = self.to_string();
        let told = self.into_api();
        if told.code.status() >= 500 {
            tracing::error!(why = for_the_log, "request failed");
        }
        respond(&told)
    }
}

/// A refusal as a response.
pub(crate) fn respond(error: &ApiError) -> Response {
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(error)).into_response();
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
