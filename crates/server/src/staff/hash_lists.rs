//! A desk's lists of known hashes. The server keeps them sealed: it can tell neither what is in them nor their names.

use std::io;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode};
use protocol::quarantine::{HashList, HashListId, HashLists, MAX_SEALED_NAME, NAME_HEADER};
use protocol::{ApiError, ErrorCode};
use store::hash_lists::NewHashList;
use store::uploads::UploadId;

use crate::api::check::AGE_MAGIC;
use crate::error::{Error, Result};
use crate::ranges;
use crate::staff::guard::Caller;
use crate::staff::payload;
use crate::state::AppState;

/// Seconds for which a list may take to arrive before what came is cleared away.
const PATIENCE: i64 = 24 * 3600;

/// The desk's hash lists, without what is in them.
#[utoipa::path(
    get, path = "/api/v1/desks/{slug}/hash-lists", tag = "staff",
    params(("slug" = String, Path, description = "The caller's own desk")),
    responses((status = 200, body = HashLists), (status = 403, body = ApiError), (status = 404, body = ApiError)),
)]
pub(super) async fn list(State(state): State<AppState>, caller: Caller) -> Result<Json<HashLists>> {
    let lists = state.store.hash_lists().of_desk(&caller.member.desk).await?;
    Ok(Json(HashLists { lists }))
}

/// The sealed bytes of a hash list, or a range of them.
#[utoipa::path(
    get, path = "/api/v1/desks/{slug}/hash-lists/{list}", tag = "staff",
    params(
        ("slug" = String, Path, description = "The caller's own desk"),
        ("list" = String, Path, description = "One of its lists"),
        ("Range" = Option<String>, Header, description = "One range of bytes (RFC 9110)"),
    ),
    responses(
        (status = 200, content_type = "application/octet-stream"),
        (status = 206, content_type = "application/octet-stream"),
        (status = 403, body = ApiError),
        (status = 404, body = ApiError),
        (status = 416, description = "The range lies outside the list"),
    ),
)]
pub(super) async fn read(
    State(state): State<AppState>,
    caller: Caller,
    Path((slug, list)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response> {
    let lists = state.store.hash_lists();
    let consultation = lists.consult(&slug, payload::id(&list)?, caller.stamp()).await?;
    let size = consultation.list().size;
    ranges::respond(&headers, size, async |range| lists.open(&consultation, range).await).await
}

/// Keeps a hash list, in the place of the one with the same id if the desk has it. The body is its sealed bytes.
#[utoipa::path(
    put, path = "/api/v1/desks/{slug}/hash-lists/{list}", tag = "staff",
    params(
        ("slug" = String, Path, description = "The caller's own desk"),
        ("list" = String, Path, description = "16 bytes drawn by the caller"),
        ("Safehand-Sealed-Name" = String, Header, description = "The list's name, sealed to the desk, in base64url"),
    ),
    request_body(content_type = "application/octet-stream"),
    responses(
        (status = 200, body = HashList),
        (status = 400, body = ApiError, description = "It did not arrive whole, or without its length"),
        (status = 403, body = ApiError),
        (status = 409, body = ApiError, description = "The id is another desk's"),
        (status = 413, body = ApiError, description = "Larger than allowed"),
        (status = 422, body = ApiError, description = "Name or list is no age file"),
        (status = 507, body = ApiError, description = "No room for more files until others are claimed or expire"),
    ),
)]
pub(super) async fn put(
    State(state): State<AppState>,
    caller: Caller,
    Path((desk, list)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<HashList>> {
    let list: HashListId = payload::id(&list)?;
    let name = sealed_name(&headers)?;
    let length = length(&headers, state.config.quarantine.max_hash_list_bytes)?;
    let body = sealed(body).await?;
    let (uploads, upload) = (state.store.uploads(), UploadId::random()?);
    let expires = caller.now + PATIENCE;
    uploads.create_for(&desk, upload, Some(length), expires, caller.now).await?;
    let received = uploads.append(upload, 0, None, expires, caller.now, body).await;
    let kept = match received {
        Ok(received) if received == length => {
            state.store.hash_lists().put(NewHashList { list, desk, name, upload }, caller.stamp()).await
        }
        Ok(received) => Err(store::Error::UploadInterrupted { received }),
        Err(error) => Err(error),
    };
    if kept.is_err() {
        // What arrived of it is of no use to anybody. Where even this fails, it expires.
        let _ = uploads.delete(upload).await;
    }
    Ok(Json(kept?))
}

/// Removes a hash list. What it has locked stays locked.
#[utoipa::path(
    delete, path = "/api/v1/desks/{slug}/hash-lists/{list}", tag = "staff",
    params(
        ("slug" = String, Path, description = "The caller's own desk"),
        ("list" = String, Path, description = "One of its lists"),
    ),
    responses((status = 204), (status = 403, body = ApiError), (status = 404, body = ApiError)),
)]
pub(super) async fn remove(
    State(state): State<AppState>,
    caller: Caller,
    Path((slug, list)): Path<(String, String)>,
) -> Result<StatusCode> {
    state.store.hash_lists().remove(&slug, payload::id(&list)?, caller.stamp()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn sealed_name(headers: &HeaderMap) -> Result<protocol::Bytes> {
    let text = headers.get(NAME_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
    if name.len() > MAX_SEALED_NAME || !name.starts_with(AGE_MAGIC) {
        let message = format!("The name is an age file of at most {MAX_SEALED_NAME} bytes, in base64url.");
        return Err(Error::invalid(NAME_HEADER, message));
    }
    Ok(name.into())
}

fn length(headers: &HeaderMap, largest: u64) -> Result<u64> {
    let text = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let length: u64 = text.and_then(|text| text.parse().ok()).ok_or_else(|| {
        ApiError::new(ErrorCode::Malformed, "A list is sent with its length.").at("content-length")
    })?;
    if length > largest {
        let message = format!("A sealed list may have {largest} bytes here.");
        return Err(ApiError::new(ErrorCode::TooLarge, message).into());
    }
    Ok(length)
}

/// The body as a stream, once its beginning has shown that it is an age file.
async fn sealed(body: Body) -> Result<impl Stream<Item = Result<Bytes, io::Error>> + Send + 'static> {
    let mut rest = body.into_data_stream();
    let mut begun = BytesMut::new();
    while begun.len() < AGE_MAGIC.len() {
        let Some(piece) = rest.next().await else { break };
        begun.extend_from_slice(&piece.map_err(|_| {
            Error::from(ApiError::new(ErrorCode::Malformed, "The request did not arrive whole."))
        })?);
    }
    if !begun.starts_with(AGE_MAGIC) {
        return Err(Error::invalid("body", "A list is an age file, sealed to the desk."));
    }
    let first = stream::once(async move { Ok(begun.freeze()) });
    Ok(first.chain(rest.map_err(io::Error::other)))
}
