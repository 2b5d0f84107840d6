//! A report as its desk works on it. Sealed bytes leave only against a consultation, which is on
//! record, in the published log, before the first of them does.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use protocol::ApiError;
use protocol::receipt::{AddItems, ItemsAdded};
use protocol::staff::{Assign, ChangeState, ReportView};
use seal::ItemId;
use store::reports::Report;

use crate::api::receipt::item_view;
use crate::api::{check, reports};
use crate::error::{Error, Result};
use crate::staff::guard::Caller;
use crate::staff::payload::{self, Payload};
use crate::state::AppState;
use crate::{body, ranges};

/// A report with its items. Small bodies travel along, unless they are in quarantine; large ones are fetched by item id.
#[utoipa::path(
    get, path = "/api/v1/reports/{id}", tag = "staff",
    params(("id" = String, Path, description = "A report of the caller's desk")),
    responses((status = 200, body = ReportView), (status = 403, body = ApiError), (status = 404, body = ApiError)),
)]
pub(super) async fn view(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<ReportView>> {
    let Report { report, received_at, state: stands, urgent, assigned, reporter_key, desk: _ } =
        own_report(&state, &caller, &id).await?;
    let items = state.store.items();
    let consultation = items.consult_inline(report, caller.member.id, caller.now).await?;
    let mut bodies = items.inline(&consultation).await?;
    let stored = items.headers(report).await?;
    Ok(Json(ReportView {
        report,
        received_at,
        state: stands,
        urgent,
        assigned,
        desk_wrap: consultation.desk_wrap().clone(),
        reporter_key,
        items: stored.iter().map(|item| item_view(item, &mut bodies)).collect(),
        held: stored
            .iter()
            .filter_map(|item| consultation.held().get(&item.signed.header.item).copied())
            .collect(),
    }))
}

/// The sealed bytes of one item, or a range of them.
#[utoipa::path(
    get, path = "/api/v1/reports/{id}/items/{item}", tag = "staff",
    params(
        ("id" = String, Path, description = "A report of the caller's desk"),
        ("item" = String, Path, description = "One of its items"),
        ("Range" = Option<String>, Header, description = "One range of bytes (RFC 9110)"),
    ),
    responses(
        (status = 200, content_type = "application/octet-stream"),
        (status = 206, content_type = "application/octet-stream"),
        (status = 403, body = ApiError, description = "Also: in quarantine without a release in force, or locked"),
        (status = 404, body = ApiError),
        (status = 416, description = "The range lies outside the item"),
    ),
)]
pub(super) async fn item(
    State(state): State<AppState>,
    caller: Caller,
    Path((id, item)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response> {
    let report = own_report(&state, &caller, &id).await?.report;
    let item: ItemId = payload::id(&item)?;
    let items = state.store.items();
    let stored = items.headers(report).await?;
    let found = stored.iter().map(|stored| &stored.signed.header).find(|header| header.item == item);
    let size = found.ok_or_else(Error::not_found)?.size;
    let consultation = items.consult(report, vec![item], caller.member.id, caller.now).await?;
    let open = async |range| Ok(items.open(&consultation, item, range).await?.bytes);
    ranges::respond(&headers, size, open).await
}

/// Adds messages to the reporter or notes for colleagues, signed by the caller. Idempotent by item id
/// and sealed digest.
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/items", tag = "staff", request_body = AddItems,
    params(("id" = String, Path, description = "A report of the caller's desk")),
    responses(
        (status = 200, body = ItemsAdded),
        (status = 403, body = ApiError),
        (status = 404, body = ApiError),
        (status = 409, body = ApiError, description = "The item's id stands for other bytes"),
        (status = 422, body = ApiError, description = "A signature, hash, size or kind is wrong"),
    ),
)]
pub(super) async fn add(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<ItemsAdded>> {
    let report = own_report(&state, &caller, &id).await?.report;
    let desk = state.desks.find(&caller.member.desk).await?;
    let body = body::read(body, state.config.limits.max_json_bytes).await?;
    let AddItems { items } = body::json(&body)?;
    let author = caller.member.identity.verifying_key;
    let items = check::member_additions(items, desk.kind, report, author).await?;
    let received = reports::received(&items);
    let added = state.store.items().add(report, items, caller.stamp()).await?;
    Ok(Json(ItemsAdded { received_at: added.received_at, items: received, ledger: None }))
}

/// Gives a report to a member of the desk who reads content, or to nobody.
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/assignment", tag = "staff", request_body = Assign,
    params(("id" = String, Path, description = "A report of the caller's desk")),
    responses(
        (status = 204),
        (status = 403, body = ApiError),
        (status = 404, body = ApiError),
        (status = 422, body = ApiError, description = "Not an active member of this desk who reads content"),
    ),
)]
pub(super) async fn assign(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    Payload(Assign { member }): Payload<Assign>,
) -> Result<StatusCode> {
    let report = own_report(&state, &caller, &id).await?.report;
    state.store.reports().assign(report, member, caller.stamp()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says where a report stands: open or closed. It never becomes new again.
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/state", tag = "staff", request_body = ChangeState,
    params(("id" = String, Path, description = "A report of the caller's desk")),
    responses(
        (status = 204),
        (status = 403, body = ApiError),
        (status = 404, body = ApiError),
        (status = 422, body = ApiError, description = "A report never becomes new again"),
    ),
)]
pub(super) async fn change_state(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    Payload(ChangeState { state: stands }): Payload<ChangeState>,
) -> Result<StatusCode> {
    let report = own_report(&state, &caller, &id).await?.report;
    state.store.reports().set_state(report, stands, caller.stamp()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A report of the caller's own desk. Another desk's report is as good as none.
pub(super) async fn own_report(state: &AppState, caller: &Caller, id: &str) -> Result<Report> {
    let report = state.store.reports().get(payload::id(id)?).await?;
    report.filter(|report| report.desk == caller.member.desk).ok_or_else(Error::not_found)
}
