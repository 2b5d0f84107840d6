//! Coming back with seven words: every request here is signed with the key they yield.

use std::collections::HashMap;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use protocol::receipt::{AddItems, ItemView, ItemsAdded, ReceiptView};
use protocol::staff::ReportState;
use protocol::{ApiError, Bytes, ErrorCode};
use seal::request::{Request, SCHEME};
use seal::{Digest, ItemId, RequestProof, VerifyingKey};
use store::acts::Stamp;
use store::items::{StoredItem, shown_to_reporter};
use store::log::Wanted;
use store::reports::ReporterReport;

use crate::api::{check, reports};
use crate::error::{Error, Result};
use crate::sequencer;
use crate::state::AppState;
use crate::{body, ranges};

/// How far a reporter's clock may be off, in seconds.
const WINDOW: i64 = 300;

/// The encoding of Ed25519's base point. Stands in for the key of a reporter who is not there, so
/// that looking up nothing takes as long as looking up something.
const NOBODY: [u8; 32] = {
    let mut point = [0x66; 32];
    point[0] = 0x58;
    point
};

/// The report as its reporter may see it.
#[utoipa::path(
    get, path = "/api/v1/receipt", tag = "reporter",
    params(("Authorization" = String, Header, description = "`Safehand-Reporter …`: a signed request")),
    responses(
        (status = 200, body = ReceiptView),
        (status = 401, body = ApiError, description = "The proof is missing, malformed or out of time"),
        (status = 404, body = ApiError, description = "No report answers to this proof"),
        (status = 409, body = ApiError, description = "This very request was made before"),
    ),
)]
pub(super) async fn view(State(state): State<AppState>, parts: Parts) -> Result<Json<ReceiptView>> {
    let reporter = authenticate(&state, &parts, b"").await?;
    show(&state, &reporter).await.map(Json)
}

/// All that a reporter may see of their report.
///
/// # Errors
///
/// When the storage does not answer.
pub(crate) async fn show(state: &AppState, reporter: &ReporterReport) -> Result<ReceiptView> {
    let items = state.store.items();
    let mut bodies = items.inline(reporter).await?;
    let stored = items.headers(reporter.report()).await?;
    let shown = stored.into_iter().filter(|item| shown_to_reporter(item.signed.header.kind));
    Ok(ReceiptView {
        report: reporter.report(),
        desk: reporter.desk().to_owned(),
        received_at: reporter.received_at(),
        wrap: reporter.wrap().clone(),
        items: shown.map(|item| item_view(&item, &mut bodies)).collect(),
        ledger: sequencer::inclusion(state, reporter.report(), Wanted::All).await?,
    })
}

/// An item as it is handed out: with its bytes, where `bodies` has them.
pub(crate) fn item_view(item: &StoredItem, bodies: &mut HashMap<ItemId, Bytes>) -> ItemView {
    let StoredItem { signed, received_at, inline: _ } = *item;
    let body = bodies.remove(&signed.header.item);
    ItemView { signed, received_at, body }
}

/// The sealed bytes of one item, or a range of them.
#[utoipa::path(
    get, path = "/api/v1/receipt/items/{item}", tag = "reporter",
    params(
        ("item" = String, Path, description = "The item's id"),
        ("Authorization" = String, Header, description = "`Safehand-Reporter …`: a signed request"),
        ("Range" = Option<String>, Header, description = "One range of bytes (RFC 9110)"),
    ),
    responses(
        (status = 200, content_type = "application/octet-stream"),
        (status = 206, content_type = "application/octet-stream"),
        (status = 401, body = ApiError, description = "The proof is missing, malformed or out of time"),
        (status = 404, body = ApiError, description = "No such item, or no report answers to this proof"),
        (status = 416, description = "The range lies outside the item"),
    ),
)]
pub(super) async fn item(
    State(state): State<AppState>,
    Path(item): Path<String>,
    parts: Parts,
) -> Result<Response> {
    let reporter = authenticate(&state, &parts, b"").await?;
    let item: ItemId = item.parse().map_err(|_| Error::not_found())?;
    let items = state.store.items();
    let stored = items.headers(reporter.report()).await?;
    let found = stored.iter().map(|stored| &stored.signed.header).find(|header| header.item == item);
    let size = found.ok_or_else(Error::not_found)?.size;
    let open = async |range| Ok(items.open(&reporter, item, range).await?.bytes);
    ranges::respond(&parts.headers, size, open).await
}

/// Adds messages, files or amendments to the report. Idempotent by item id and sealed digest.
#[utoipa::path(
    post, path = "/api/v1/receipt/items", tag = "reporter",
    params(("Authorization" = String, Header, description = "`Safehand-Reporter …`: a signed request")),
    request_body = AddItems,
    responses(
        (status = 200, body = ItemsAdded),
        (status = 400, body = ApiError, description = "The JSON cannot be read"),
        (status = 401, body = ApiError, description = "The proof is missing, malformed or out of time"),
        (status = 403, body = ApiError, description = "The desk does not take files"),
        (status = 404, body = ApiError, description = "No report answers to this proof"),
        (status = 409, body = ApiError, description = "Replayed, or the item's id stands for other bytes"),
        (status = 422, body = ApiError, description = "A signature, hash, size or kind is wrong"),
    ),
)]
pub(super) async fn add(State(state): State<AppState>, parts: Parts, body: Body) -> Result<Json<ItemsAdded>> {
    // An unsigned request is refused before its body is read.
    let _ = proof(&parts.headers)?;
    let body = body::read(body, state.config.limits.max_json_bytes).await?;
    let reporter = authenticate(&state, &parts, &body).await?;
    let AddItems { items } = body::json(&body)?;
    take_in(&state, &reporter, items).await.map(Json)
}

/// Checks what a reporter adds and makes it durable. A closed report is open again after that.
///
/// # Errors
///
/// Names the field at fault.
pub(crate) async fn take_in(
    state: &AppState,
    reporter: &ReporterReport,
    items: Vec<protocol::submission::ItemUpload>,
) -> Result<ItemsAdded> {
    let desk = state.desks.find(reporter.desk()).await?;
    let items = check::additions(items, desk.kind, reporter.report(), reporter.reporter_key()).await?;
    let stamp = Stamp::reporter(state.clock.now());
    let received = reports::received(&items);
    let added = state.store.items().add(reporter.report(), items, stamp).await?;
    if added.new > 0 && reporter.state() == ReportState::Closed {
        state.store.reports().set_state(reporter.report(), ReportState::Open, stamp).await?;
    }
    let wanted = Wanted::Items(sequencer::among(&received));
    let ledger = match received.as_slice() {
        [] => None,
        _ => Some(sequencer::inclusion(state, reporter.report(), wanted).await?),
    };
    Ok(ItemsAdded { received_at: added.received_at, items: received, ledger })
}

/// Whether the request claims to be signed by a reporter.
pub(super) fn is_signed(headers: &HeaderMap) -> bool {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.get(..SCHEME.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
}

/// The report whose reporter signed this request.
///
/// # Errors
///
/// [`ErrorCode::NotSignedIn`] without a proof of this moment; [`ErrorCode::NotFound`] when no report
/// answers to it, or its key did not make it; [`ErrorCode::Replayed`] when it comes a second time.
pub(super) async fn authenticate(state: &AppState, parts: &Parts, body: &[u8]) -> Result<ReporterReport> {
    let proof = proof(&parts.headers)?;
    let now = state.clock.now();
    let made_at = i64::try_from(proof.time()).unwrap_or(i64::MAX);
    if made_at.abs_diff(now) > WINDOW.unsigned_abs() {
        let message = "The request was signed at another time. Is this device's clock right?";
        return Err(ApiError::new(ErrorCode::NotSignedIn, message).at("Authorization").into());
    }
    let path = parts.uri.path_and_query().map_or(parts.uri.path(), |path| path.as_str());
    let request = Request { method: parts.method.as_str(), path, body: Digest::of(body) };
    let found = state.store.reports().by_lookup(proof.lookup().hash()).await?;
    let key = found.as_ref().map_or(VerifyingKey::from_bytes(NOBODY), ReporterReport::reporter_key);
    let holds = proof.verify(&key, &request).is_ok();
    let reporter = found.filter(|_| holds).ok_or_else(Error::not_found)?;
    let nonce = Digest::of([proof.lookup().hash().as_bytes().as_slice(), proof.nonce()].concat());
    if !state.store.nonces().spend(nonce, made_at.saturating_add(2 * WINDOW)).await? {
        return Err(ApiError::new(ErrorCode::Replayed, "This request was made before.").into());
    }
    Ok(reporter)
}

fn proof(headers: &HeaderMap) -> Result<RequestProof> {
    let refused = || {
        let message = "The request is not signed with the key that the seven words yield.";
        ApiError::new(ErrorCode::NotSignedIn, message).at("Authorization")
    };
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(refused)?;
    Ok(value.parse().map_err(|_| refused())?)
}
