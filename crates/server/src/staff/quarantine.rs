//! Media in quarantine: asking for a release, answering one, and what nobody is given again.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::quarantine::{AskRelease, DeskReleases, Lock, Release, Releases};
use protocol::submission::MAX_ITEMS;
use protocol::{ApiError, Role};
use seal::ItemId;
use std::collections::HashSet;
use store::quarantine::{Answer, NewRelease};

use crate::api::check;
use crate::body;
use crate::error::{Error, Result};
use crate::staff::guard::Caller;
use crate::staff::payload::{self, Payload};
use crate::staff::reports::own_report;
use crate::state::AppState;

/// How many rows the desk's list has of each sort.
const MAX_ROWS: u32 = 200;

/// Puts a file that was found to be media into quarantine. Idempotent; there is no way back.
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/items/{item}/quarantine", tag = "staff",
    params(
        ("id" = String, Path, description = "A report of the caller's desk"),
        ("item" = String, Path, description = "One of its files"),
    ),
    responses(
        (status = 204),
        (status = 403, body = ApiError),
        (status = 404, body = ApiError),
        (status = 422, body = ApiError, description = "The item is no file"),
    ),
)]
pub(super) async fn enter(
    State(state): State<AppState>,
    caller: Caller,
    Path((id, item)): Path<(String, String)>,
) -> Result<StatusCode> {
    let report = own_report(&state, &caller, &id).await?.report;
    state.store.quarantine().enter(report, payload::id(&item)?, caller.stamp()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Locks a file that a hash list knows: no member is given its bytes again. Idempotent; there is no way back here.
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/items/{item}/lock", tag = "staff", request_body = Lock,
    params(
        ("id" = String, Path, description = "A report of the caller's desk"),
        ("item" = String, Path, description = "One of its files"),
    ),
    responses(
        (status = 204),
        (status = 403, body = ApiError),
        (status = 404, body = ApiError, description = "No such item, or the desk has no such list"),
        (status = 422, body = ApiError, description = "The item is no file"),
    ),
)]
pub(super) async fn lock(
    State(state): State<AppState>,
    caller: Caller,
    Path((id, item)): Path<(String, String)>,
    Payload(Lock { list, hash }): Payload<Lock>,
) -> Result<StatusCode> {
    let report = own_report(&state, &caller, &id).await?.report;
    let locked =
        state.store.quarantine().lock(report, payload::id(&item)?, list, hash, caller.stamp()).await?;
    if locked {
        // Whoever watches the log can wake a supervisor; what it is about is for the desk alone.
        tracing::warn!(desk = caller.member.desk, "an item was locked: a hash list knows it");
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Asks to be given the bytes of items in quarantine, with a reason that is sealed to the desk. Idempotent by the
/// reason's id and sealed digest.
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/releases", tag = "staff", request_body = AskRelease,
    params(("id" = String, Path, description = "A report of the caller's desk")),
    responses(
        (status = 200, body = Release),
        (status = 403, body = ApiError, description = "Also: one of the items is locked"),
        (status = 404, body = ApiError, description = "Also: one of the items is not there"),
        (status = 409, body = ApiError, description = "The reason's id stands for something else"),
        (status = 422, body = ApiError, description = "The reason is not acceptable, or an item needs no release"),
    ),
)]
pub(super) async fn ask(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    body: axum::body::Body,
) -> Result<Json<Release>> {
    let report = own_report(&state, &caller, &id).await?.report;
    let desk = state.desks.find(&caller.member.desk).await?;
    let body = body::read(body, state.config.limits.max_json_bytes).await?;
    let AskRelease { items, reason } = body::json(&body)?;
    check_items(&items)?;
    let author = caller.member.identity.verifying_key;
    let reason = check::release_reason(reason, desk.kind, report, author)?;
    let stale_at = caller.now + state.config.quarantine.request_seconds();
    let new = NewRelease { report, items, reason, stale_at };
    state.store.quarantine().ask(new, caller.stamp()).await.map(Json).map_err(Error::from)
}

fn check_items(items: &[ItemId]) -> Result<()> {
    if items.is_empty() || items.len() > MAX_ITEMS {
        return Err(Error::invalid("items", format!("A release is for 1 to {MAX_ITEMS} items.")));
    }
    let different: HashSet<_> = items.iter().collect();
    if different.len() < items.len() {
        return Err(Error::invalid("items", "An item is named twice."));
    }
    Ok(())
}

/// All releases of a report, newest first. Their reasons are among the report's items.
#[utoipa::path(
    get, path = "/api/v1/reports/{id}/releases", tag = "staff",
    params(("id" = String, Path, description = "A report of the caller's desk")),
    responses((status = 200, body = Releases), (status = 403, body = ApiError), (status = 404, body = ApiError)),
)]
pub(super) async fn of_report(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Releases>> {
    let report = own_report(&state, &caller, &id).await?.report;
    let releases = state.store.quarantine().of_report(report, caller.now).await?;
    Ok(Json(Releases { releases }))
}

/// What waits for an answer at the desk, and, for supervisors, what is locked.
#[utoipa::path(
    get, path = "/api/v1/desks/{slug}/releases", tag = "staff",
    params(("slug" = String, Path, description = "The caller's own desk")),
    responses((status = 200, body = DeskReleases), (status = 403, body = ApiError), (status = 404, body = ApiError)),
)]
pub(super) async fn of_desk(State(state): State<AppState>, caller: Caller) -> Result<Json<DeskReleases>> {
    let (quarantine, desk) = (state.store.quarantine(), &caller.member.desk);
    let waiting = quarantine.waiting(desk, MAX_ROWS, caller.now).await?;
    let locked = match caller.member.role {
        Role::Supervisor => quarantine.locked(desk, MAX_ROWS).await?,
        _ => Vec::new(),
    };
    Ok(Json(DeskReleases { waiting, locked }))
}

/// Approves a release that a colleague has asked for. Never one's own.
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/releases/{release}/approval", tag = "staff",
    params(
        ("id" = String, Path, description = "A report of the caller's desk"),
        ("release" = String, Path, description = "One of its releases"),
    ),
    responses(
        (status = 200, body = Release),
        (status = 403, body = ApiError, description = "The caller's own, or not for the caller's role"),
        (status = 404, body = ApiError),
        (status = 409, body = ApiError, description = "Answered already, or ended"),
        (status = 410, body = ApiError, description = "Nobody answered in time"),
    ),
)]
pub(super) async fn approve(
    State(state): State<AppState>,
    caller: Caller,
    Path((id, release)): Path<(String, String)>,
) -> Result<Json<Release>> {
    let until = caller.now + state.config.quarantine.approval_seconds();
    answer(&state, &caller, (&id, &release), Answer::Approve { until }).await
}

/// Refuses a release that a colleague has asked for, ends one that is in force, or takes one's own back.
#[utoipa::path(
    post, path = "/api/v1/reports/{id}/releases/{release}/refusal", tag = "staff",
    params(
        ("id" = String, Path, description = "A report of the caller's desk"),
        ("release" = String, Path, description = "One of its releases"),
    ),
    responses(
        (status = 200, body = Release),
        (status = 403, body = ApiError, description = "Not for the caller's role"),
        (status = 404, body = ApiError),
        (status = 409, body = ApiError, description = "Refused already, over, or ended"),
        (status = 410, body = ApiError, description = "Nobody answered in time"),
    ),
)]
pub(super) async fn refuse(
    State(state): State<AppState>,
    caller: Caller,
    Path((id, release)): Path<(String, String)>,
) -> Result<Json<Release>> {
    answer(&state, &caller, (&id, &release), Answer::Refuse).await
}

async fn answer(
    state: &AppState,
    caller: &Caller,
    (id, release): (&str, &str),
    answer: Answer,
) -> Result<Json<Release>> {
    let report = own_report(state, caller, id).await?.report;
    let answered =
        state.store.quarantine().answer(report, payload::id(release)?, answer, caller.stamp()).await?;
    Ok(Json(answered))
}
