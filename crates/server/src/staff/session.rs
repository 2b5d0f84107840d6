//! The session itself: what it says, how it lives on, how it ends.

use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use http::header::{HeaderName, SET_COOKIE};
use http::{HeaderValue, StatusCode};
use protocol::ApiError;
use protocol::staff::{MemberView, Session, SessionStage};
use store::members::Member;

use crate::error::Result;
use crate::staff::cookie::Token;
use crate::staff::guard::Caller;
use crate::state::AppState;

/// Who is signed in, and what they need to open their vault.
#[utoipa::path(get, path = "/api/v1/session", tag = "staff", responses(
    (status = 200, body = Session),
    (status = 401, body = ApiError, description = "Nobody is signed in"),
))]
pub(super) async fn show(State(state): State<AppState>, caller: Caller) -> Result<Json<Session>> {
    describe(&state, &caller.member, &caller.session).await.map(Json)
}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "staff", responses((status = 204)))]
pub(super) async fn end(State(state): State<AppState>, caller: Caller) -> Result<impl IntoResponse> {
    state.store.sessions().delete(caller.session.token_sha256, caller.now).await?;
    let forget = HeaderValue::from_static("\"cache\", \"cookies\", \"storage\"");
    let headers = [(SET_COOKIE, Token::clear()), (HeaderName::from_static("clear-site-data"), forget)];
    Ok((StatusCode::NO_CONTENT, AppendHeaders(headers)))
}

/// Says that the person is still there. Any other request says so too.
#[utoipa::path(post, path = "/api/v1/session/alive", tag = "staff", responses((status = 204)))]
pub(super) async fn alive(_: Caller) -> StatusCode {
    StatusCode::NO_CONTENT
}

/// A session as its owner sees it. Until it is complete it yields nothing that opens anything.
pub(super) async fn describe(
    state: &AppState,
    member: &Member,
    session: &store::sessions::Session,
) -> Result<Session> {
    let full = session.stage == SessionStage::Full;
    let grant = if full { state.store.grants().get(&member.desk, member.id).await? } else { None };
    Ok(Session {
        member: view(member),
        desk: state.desks.find(&member.desk).await?,
        stage: session.stage,
        vault: full.then(|| member.vault.clone()),
        grant,
        idle_seconds: state.config.staff.idle_seconds(),
        expires: session.expires_at,
    })
}

/// A member as colleagues see them.
pub(super) fn view(member: &Member) -> MemberView {
    MemberView {
        id: member.id,
        login: member.login.clone(),
        name: member.name.clone(),
        role: member.role,
        active: member.active,
        identity: member.identity.clone(),
        has_passkey: member.has_passkey,
    }
}
