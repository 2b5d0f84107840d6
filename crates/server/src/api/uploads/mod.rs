//! Uploads by the tus resumable upload protocol 1.0.0: core, creation, termination, checksum and
//! expiration.
//!
//! An upload's id is its only capability: 32 random bytes, of which the storage keeps a digest.
//! Every part that arrived is durable before the offset moves past it, so that a broken connection
//! loses nothing that was read. `Upload-Metadata` is not looked at: names and types of files are
//! sealed inside them.

mod append;
mod memory;
mod tus;
mod writers;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use protocol::{ApiError, ErrorCode};
use store::uploads::{Upload, UploadId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::memory::UploadMemory;
pub(crate) use self::tus::override_method;
use self::tus::{Refusal, TusError};
pub(crate) use self::writers::Writers;
use crate::api::{check, receipt};
use crate::error::{Error, Result};
use crate::state::AppState;

/// The path below which every upload lies.
const PREFIX: &str = "/api/v1/uploads/";

/// Every route that speaks tus.
pub(crate) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create, creation_options))
        .routes(routes!(append, status, terminate, options))
}

/// What the server offers to whoever wants to create an upload for this desk.
#[utoipa::path(
    options, path = "/api/v1/desks/{slug}/uploads", tag = "uploads",
    params(("slug" = String, Path, description = "The desk's short name")),
    responses((status = 204, description = "Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm")),
)]
async fn creation_options(State(state): State<AppState>) -> Response {
    offer(&state)
}

/// What the server offers to whoever holds an upload.
#[utoipa::path(
    options, path = "/api/v1/uploads/{upload}", tag = "uploads",
    params(("upload" = String, Path, description = "The upload's id")),
    responses((status = 204, description = "Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm")),
)]
async fn options(State(state): State<AppState>) -> Response {
    offer(&state)
}

/// Creates an upload of `Upload-Length` bytes. A desk that takes no files refuses here, before any
/// byte of one is sent. Needs a proof of work, or the signature of a reporter of this desk.
#[utoipa::path(
    post, path = "/api/v1/desks/{slug}/uploads", tag = "uploads",
    params(
        ("slug" = String, Path, description = "The desk's short name"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Length" = u64, Header, description = "How many bytes the sealed file has"),
        ("Safehand-Work" = Option<String>, Header, description = "A solved proof of work"),
        ("Authorization" = Option<String>, Header, description = "Or a reporter's signature"),
    ),
    responses(
        (status = 201, description = "Location is the upload, Upload-Expires when it is removed"),
        (status = 403, body = ApiError, description = "The desk does not take files"),
        (status = 404, body = ApiError, description = "There is no such desk"),
        (status = 412, body = ApiError, description = "Another version of tus"),
        (status = 413, body = ApiError, description = "Larger than Tus-Max-Size"),
        (status = 428, body = ApiError, description = "The proof of work is missing or does not hold"),
        (status = 507, body = ApiError, description = "No room for more files until others are claimed or expire"),
    ),
)]
async fn create(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    parts: Parts,
) -> Result<Response, Refusal> {
    tus::require_version(&parts.headers)?;
    let desk = state.desks.find(&slug).await?;
    if !desk.accepts_files {
        return Err(check::files_refused().into());
    }
    let length = tus::length(&parts.headers)?;
    if length > state.config.limits.largest_upload() {
        return Err(TusError::TooLarge.into());
    }
    authorise(&state, &slug, &parts).await?;
    let (id, now) = (UploadId::random().map_err(Error::from)?, state.clock.now());
    let expires = expiry(&state, now);
    state.store.uploads().create_for(&slug, id, Some(length), expires, now).await.map_err(Error::from)?;
    let location = HeaderValue::try_from(format!("{PREFIX}{id}")).map_err(Error::internal)?;
    let mut response = StatusCode::CREATED.into_response();
    response.headers_mut().insert(LOCATION, location);
    response.headers_mut().insert(tus::RESUMABLE, tus::PROTOCOL);
    response.headers_mut().insert(tus::UPLOAD_EXPIRES, http_date(expires)?);
    Ok(response)
}

/// Appends bytes at `Upload-Offset`. What arrives is kept even when the request breaks off; with
/// `Upload-Checksum`, all of the request's bytes are kept or none.
#[utoipa::path(
    patch, path = "/api/v1/uploads/{upload}", tag = "uploads",
    params(
        ("upload" = String, Path, description = "The upload's id"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Offset" = u64, Header, description = "Where the bytes belong: where the upload stands"),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha1` or `sha256`, a space, base64"),
    ),
    request_body(content_type = "application/offset+octet-stream"),
    responses(
        (status = 204, description = "Upload-Offset is where the upload now stands"),
        (status = 404, body = ApiError, description = "Unknown, or part of a report by now"),
        (status = 410, body = ApiError, description = "Expired within the last day"),
        (status = 409, body = ApiError, description = "The upload stands at another offset"),
        (status = 412, body = ApiError, description = "Another version of tus"),
        (status = 413, body = ApiError, description = "More bytes than Upload-Length"),
        (status = 415, body = ApiError, description = "Another media type"),
        (status = 423, body = ApiError, description = "Another request is writing to this upload"),
        (status = 460, body = ApiError, description = "The checksum does not match"),
        (status = 503, body = ApiError, description = "Broken off, or too many uploads at once"),
        (status = 507, body = ApiError, description = "No room for more; what arrived before is kept"),
    ),
)]
async fn append(
    State(state): State<AppState>,
    Path(upload): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    tus::require_version(&headers)?;
    tus::require_offset_stream(&headers)?;
    let offset = tus::offset(&headers)?;
    let checksum = tus::checksum(&headers)?;
    let id = parse(&upload)?;
    let received = append::append(&state, id, offset, checksum, &headers, body).await?;
    let now = state.clock.now();
    Ok(stands_at(received, expiry(&state, now))?)
}

/// Where the upload stands.
#[utoipa::path(
    head, path = "/api/v1/uploads/{upload}", tag = "uploads",
    params(
        ("upload" = String, Path, description = "The upload's id"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
    ),
    responses(
        (status = 200, description = "Upload-Offset, Upload-Length and Upload-Expires"),
        (status = 404, description = "Unknown, or part of a report by now"),
        (status = 410, description = "Expired within the last day"),
        (status = 412, description = "Another version of tus"),
    ),
)]
async fn status(
    State(state): State<AppState>,
    Path(upload): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    tus::require_version(&headers)?;
    let id = parse(&upload)?;
    // Whoever asks has lost the connection that was writing: let it finish, so that the answer is final.
    let _turn = state.writers.take_over(id).await.ok_or(TusError::Locked)?;
    let Upload { length, received, expires_at, sha256: _ } = find(&state, id).await?;
    let mut response = stands_at(received, expires_at)?;
    *response.status_mut() = StatusCode::OK;
    if let Some(length) = length {
        response.headers_mut().insert(tus::UPLOAD_LENGTH, HeaderValue::from(length));
    }
    Ok(response)
}

/// Removes the upload and its bytes.
#[utoipa::path(
    delete, path = "/api/v1/uploads/{upload}", tag = "uploads",
    params(
        ("upload" = String, Path, description = "The upload's id"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
    ),
    responses(
        (status = 204, description = "Gone"),
        (status = 404, body = ApiError, description = "Unknown, or part of a report by now"),
        (status = 410, body = ApiError, description = "Expired within the last day"),
        (status = 412, body = ApiError, description = "Another version of tus"),
    ),
)]
async fn terminate(
    State(state): State<AppState>,
    Path(upload): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    tus::require_version(&headers)?;
    let id = parse(&upload)?;
    let _turn = state.writers.take_over(id).await.ok_or(TusError::Locked)?;
    find(&state, id).await?;
    state.store.uploads().delete(id).await.map_err(Error::from)?;
    Ok((StatusCode::NO_CONTENT, [(tus::RESUMABLE, tus::PROTOCOL)]).into_response())
}

/// A proof of work, or a signature by a reporter whose report lies at this desk.
async fn authorise(state: &AppState, slug: &str, parts: &Parts) -> Result<()> {
    if !receipt::is_signed(&parts.headers) {
        return state.work.accept(&parts.headers, state.clock.now());
    }
    let reporter = receipt::authenticate(state, parts, b"").await?;
    if reporter.desk() == slug { Ok(()) } else { Err(Error::not_found()) }
}

fn parse(upload: &str) -> Result<UploadId> {
    upload.parse().map_err(|_| Error::not_found())
}

async fn find(state: &AppState, id: UploadId) -> Result<Upload> {
    let (uploads, now) = (state.store.uploads(), state.clock.now());
    match uploads.get(id, now).await? {
        Some(upload) => Ok(upload),
        None if uploads.has_expired(id, now).await? => Err(expired()),
        None => Err(Error::not_found()),
    }
}

fn expired() -> Error {
    let message =
        "The upload was not finished in time, and what had arrived is removed. Send the file again.";
    ApiError::new(ErrorCode::Expired, message).into()
}

fn expiry(state: &AppState, now: i64) -> i64 {
    now + i64::from(state.config.limits.upload_hours) * 3600
}

fn offer(state: &AppState) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(tus::RESUMABLE, tus::PROTOCOL);
    headers.insert(tus::VERSION, tus::PROTOCOL);
    headers.insert(tus::EXTENSION, tus::EXTENSIONS);
    headers.insert(tus::CHECKSUM_ALGORITHM, tus::CHECKSUM_ALGORITHMS);
    headers.insert(tus::MAX_SIZE, HeaderValue::from(state.config.limits.largest_upload()));
    response
}

fn stands_at(offset: u64, expires: i64) -> Result<Response> {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(tus::RESUMABLE, tus::PROTOCOL);
    headers.insert(tus::UPLOAD_OFFSET, HeaderValue::from(offset));
    headers.insert(tus::UPLOAD_EXPIRES, http_date(expires)?);
    Ok(response)
}

/// A date as HTTP writes it (RFC 9110, section 5.6.7).
fn http_date(seconds: i64) -> Result<HeaderValue> {
    let timestamp = Timestamp::from_second(seconds).map_err(Error::internal)?;
    let text = DateTimePrinter::new().timestamp_to_rfc9110_string(&timestamp).map_err(Error::internal)?;
    HeaderValue::try_from(text).map_err(Error::internal)
}
