//! The log as anybody may follow it: static files in the layout of C2SP `tlog-tiles`, below `/log/`.
//!
//! What is published never changes, but for the checkpoint; so everything else may be kept for ever, by anybody, and
//! read from any page.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use ledger::tiles::Resource;
use store::Store;

use crate::error::{Error, Result};
use crate::state::AppState;

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";
/// A time-stamp token is a signed message (RFC 5652), which has this type when it stands alone (RFC 8551).
const TOKEN: &str = "application/pkcs7-mime";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Its routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/log/checkpoint", get(checkpoint))
        .route("/log/tile/{*place}", get(tile))
        .route("/log/key", get(key))
        .route("/log/stamps", get(newest_stamp))
        .route("/log/stamp/{size}", get(stamp))
}

fn open_to_all(content_type: &'static str, cached: &'static str, body: impl IntoResponse) -> Response {
    let headers = [
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, cached),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (RESOURCE_POLICY, "cross-origin"),
    ];
    (headers, body).into_response()
}

/// The newest signed tree head, with its cosignatures.
async fn checkpoint(State(store): State<Store>) -> Result<Response> {
    let checkpoint = store.log().checkpoint().await?.ok_or_else(Error::not_found)?;
    Ok(open_to_all(TEXT, ASK_AGAIN, checkpoint.as_str().to_owned()))
}

/// A tile of hashes or a bundle of entries.
async fn tile(State(store): State<Store>, Path(place): Path<String>) -> Result<Response> {
    let resource: Resource = format!("tile/{place}").parse().map_err(|_| Error::not_found())?;
    let bytes = store.log().resource(resource).await?.ok_or_else(Error::not_found)?;
    Ok(open_to_all(BYTES, FOR_EVER, bytes))
}

/// The key that signs checkpoints, as C2SP `signed-note` writes it.
async fn key(State(state): State<AppState>) -> Response {
    open_to_all(TEXT, ASK_AGAIN, format!("{}\n", state.log_key.verifier()))
}

/// The size of the newest checkpoint that a time-stamping authority has stamped.
async fn newest_stamp(State(store): State<Store>) -> Result<Response> {
    let stamp = store.log().newest_stamp().await?.ok_or_else(Error::not_found)?;
    Ok(open_to_all(TEXT, ASK_AGAIN, format!("{}\n", stamp.size)))
}

/// The stamp of the checkpoint of a size: the authority's token, DER.
async fn stamp(State(store): State<Store>, Path(size): Path<String>) -> Result<Response> {
    let size = size.parse().map_err(|_| Error::not_found())?;
    let stamp = store.log().stamp_of(size).await?.ok_or_else(Error::not_found)?;
    Ok(open_to_all(TOKEN, FOR_EVER, stamp.token))
}
