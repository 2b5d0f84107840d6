//! The words of the tus resumable upload protocol 1.0.0 (<https://tus.io/protocols/resumable-upload>).

use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use protocol::{ApiError, ErrorCode};

use store::uploads::Checksum;

use crate::error::{self, Error};

pub(super) const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub(super) const VERSION: HeaderName = HeaderName::from_static("tus-version");
pub(super) const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
pub(super) const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
pub(super) const CHECKSUM_ALGORITHM: HeaderName = HeaderName::from_static("tus-checksum-algorithm");
pub(super) const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(super) const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(super) const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const METHOD_OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

/// The one version that is spoken.
pub(super) const PROTOCOL: HeaderValue = HeaderValue::from_static("1.0.0");
pub(super) const EXTENSIONS: HeaderValue =
    HeaderValue::from_static("creation,termination,checksum,expiration");
pub(super) const CHECKSUM_ALGORITHMS: HeaderValue = HeaderValue::from_static("sha1,sha256");
const OFFSET_STREAM: &str = "application/offset+octet-stream";

/// A refusal whose status is the tus protocol's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum TusError {
    /// `Tus-Resumable` is missing or names another version (412).
    #[error("This endpoint speaks tus 1.0.0 only.")]
    Version,
    /// `Upload-Length` is missing or no number (400).
    #[error("Upload-Length must be a whole number of bytes.")]
    Length,
    /// `Upload-Offset` is missing or no number (400).
    #[error("Upload-Offset must be a whole number of bytes.")]
    Offset,
    /// `Upload-Offset` is not where the upload stands (409).
    #[error("The upload stands at another offset.")]
    OffsetMismatch,
    /// `Content-Type` is not `application/offset+octet-stream` (415).
    #[error("Content-Type must be application/offset+octet-stream.")]
    MediaType,
    /// `Upload-Checksum` cannot be read or names an algorithm that is not offered (400).
    #[error("Upload-Checksum must be `sha1` or `sha256`, a space, and the digest in base64.")]
    ChecksumHeader,
    /// The bytes do not have the checksum; none of them is kept (460).
    #[error("The bytes do not have the checksum that was sent with them.")]
    ChecksumMismatch,
    /// Another request is writing to the same upload (423).
    #[error("Another request is writing to this upload.")]
    Locked,
    /// The body would go past `Upload-Length`, or the upload past `Tus-Max-Size` (413).
    #[error("The upload would become larger than allowed.")]
    TooLarge,
    /// The request stood still or broke off before its end; what arrived is kept (503, because
    /// clients repeat after that).
    #[error("The request broke off. What arrived is kept.")]
    Interrupted,
}

impl TusError {
    fn status_and_code(self) -> (StatusCode, ErrorCode) {
        match self {
            Self::Version => (StatusCode::PRECONDITION_FAILED, ErrorCode::Malformed),
            Self::Length | Self::Offset | Self::ChecksumHeader => {
                (StatusCode::BAD_REQUEST, ErrorCode::Malformed)
            }
            Self::Interrupted => (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable),
            Self::OffsetMismatch => (StatusCode::CONFLICT, ErrorCode::Conflict),
            Self::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::Malformed),
            Self::ChecksumMismatch => {
                (StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST), ErrorCode::Mismatch)
            }
            Self::Locked => (StatusCode::LOCKED, ErrorCode::Conflict),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge),
        }
    }
}

impl IntoResponse for TusError {
    fn into_response(self) -> Response {
        let (status, code) = self.status_and_code();
        let mut response = error::respond(&ApiError::new(code, self.to_string()));
        *response.status_mut() = status;
        if self == Self::Version {
            response.headers_mut().insert(VERSION, PROTOCOL);
        }
        response
    }
}

/// What an upload handler may end with instead of a response.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error(transparent)]
    Tus(#[from] TusError),
    #[error(transparent)]
    Api(#[from] Error),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Tus(error) => error.into_response(),
            Self::Api(error) => error.into_response(),
        }
    }
}

/// Refuses every version but ours.
pub(super) fn require_version(headers: &HeaderMap) -> Result<(), TusError> {
    if headers.get(RESUMABLE) == Some(&PROTOCOL) { Ok(()) } else { Err(TusError::Version) }
}

/// `Upload-Length` of a creation request.
pub(super) fn length(headers: &HeaderMap) -> Result<u64, TusError> {
    number(headers, &UPLOAD_LENGTH).ok_or(TusError::Length)
}

/// `Upload-Offset` of a request that appends.
pub(super) fn offset(headers: &HeaderMap) -> Result<u64, TusError> {
    number(headers, &UPLOAD_OFFSET).ok_or(TusError::Offset)
}

/// Requires the media type of a request that appends.
pub(super) fn require_offset_stream(headers: &HeaderMap) -> Result<(), TusError> {
    let found = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if found == Some(OFFSET_STREAM) { Ok(()) } else { Err(TusError::MediaType) }
}

/// The checksum extension's digest of one request's bytes, where the client sent one.
pub(super) fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, TusError> {
    let Some(value) = headers.get(UPLOAD_CHECKSUM) else { return Ok(None) };
    parse_checksum(value).map(Some).ok_or(TusError::ChecksumHeader)
}

fn parse_checksum(value: &HeaderValue) -> Option<Checksum> {
    let (algorithm, digest) = value.to_str().ok()?.split_once(' ')?;
    let digest = STANDARD.decode(digest.trim()).ok()?;
    match algorithm {
        "sha1" => digest.try_into().ok().map(Checksum::Sha1),
        "sha256" => digest.try_into().ok().map(Checksum::Sha256),
        _ => None,
    }
}

/// Digits only: no sign, no space, nothing that overflows.
fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    let text = headers.get(name)?.to_str().ok()?;
    (text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// For clients behind proxies that know GET and POST only: the method that
/// `X-HTTP-Method-Override` names takes the place of the request's own.
pub(crate) fn override_method<B>(request: &mut Request<B>) {
    let named = request.headers().get(METHOD_OVERRIDE).map(HeaderValue::as_bytes);
    let method = match named {
        Some(b"PATCH") => Method::PATCH,
        Some(b"DELETE") => Method::DELETE,
        Some(b"HEAD") => Method::HEAD,
        _ => return,
    };
    if request.method() == Method::POST && request.uri().path().starts_with(super::PREFIX) {
        *request.method_mut() = method;
    }
}
