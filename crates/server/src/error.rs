//! Why a request is refused, and the one place where that becomes a response.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use protocol::{ApiError, ErrorCode};

/// What a handler may end with instead of a response.
///
/// `Display` is for the log and therefore holds nothing that a visitor sent; what the visitor is
/// told is an [`ApiError`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request is at fault; the visitor is told how.
    #[error("refused: {:?}", .0.code)]
    Refused(#[from] ApiError),
    /// Something failed on our side. The text is for the log.
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

    /// What the visitor is told.
    pub fn into_api(self) -> ApiError {
        match self {
            Self::Refused(error) => error,
            Self::Internal(_) => ApiError::new(
                ErrorCode::Internal,
                "Something went wrong on our side. Nothing that was acknowledged is lost. Try again.",
            ),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match &self {
            Self::Internal(what) => tracing::error!(what, "request failed"),
            Self::Refused(_) => {}
        }
        respond(&self.into_api())
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
