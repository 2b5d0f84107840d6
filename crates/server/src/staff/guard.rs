//! What stands before every staff handler: the table, the same origin, the session or a proof of work.

use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::ORIGIN;
use http::request::Parts;
use http::{HeaderMap, Method};
use protocol::staff::SessionStage;
use protocol::{ApiError, ErrorCode};
use store::acts::Stamp;
use store::members::Member;
use store::sessions::Session;

use crate::error::{Error, Result};
use crate::staff::cookie::Token;
use crate::staff::table::{self, Who};
use crate::state::AppState;

/// A member whom the guard has let through, with the session they came in.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) member: Arc<Member>,
    pub(super) session: Session,
    pub(super) now: i64,
}

impl Caller {
    /// Signs an act of theirs.
    pub(super) fn stamp(&self) -> Stamp {
        Stamp::member(self.member.id, self.now)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::internal("a handler without its guard"))
    }
}

/// Lets a request through to its handler if the table says so.
pub(super) async fn guard(
    State(state): State<AppState>,
    path: MatchedPath,
    params: RawPathParams,
    mut request: Request,
    next: Next,
) -> Result<Response> {
    let Some(route) = table::find(request.method(), path.as_str()) else {
        return Err(Error::internal("a staff route is mounted but not in the table"));
    };
    same_origin(request.method(), request.headers(), &state.config.server.origin)?;
    if route.who == Who::Anyone && !route.method.is_safe() {
        state.work.accept(request.headers(), state.clock.now())?;
    }
    if route.who != Who::Anyone {
        let caller = identify(&state, request.headers()).await?;
        admit(route.who, &caller)?;
        own_desk(&params, &caller)?;
        request.extensions_mut().insert(caller);
    }
    Ok(next.run(request).await)
}

/// Looks the session up anew for every request, so that a revocation counts from the next one on.
async fn identify(state: &AppState, headers: &HeaderMap) -> Result<Caller> {
    let token = Token::of(headers).ok_or_else(not_signed_in)?;
    let now = state.clock.now();
    let idle = i64::from(state.config.staff.idle_seconds());
    let session = state.store.sessions().touch(token.digest(), now, idle).await?;
    let session = session.ok_or_else(not_signed_in)?;
    let member = state.store.members().by_id(session.member).await?;
    let member = member.filter(|member| member.active).ok_or_else(not_signed_in)?;
    Ok(Caller { member: Arc::new(member), session, now })
}

fn admit(who: Who, caller: &Caller) -> Result<()> {
    let Who::Roles(roles) = who else { return Ok(()) };
    if caller.session.stage != SessionStage::Full {
        let message = "Your passphrase was right. Your passkey is still needed.";
        return Err(ApiError::new(ErrorCode::PasskeyNeeded, message).into());
    }
    if !roles.contains(&caller.member.role) {
        return Err(ApiError::new(ErrorCode::NotAllowed, "Your role does not allow this.").into());
    }
    Ok(())
}

/// A desk in the path is the caller's own. Another one is as good as none.
fn own_desk(params: &RawPathParams, caller: &Caller) -> Result<()> {
    let foreign = params.iter().any(|(name, value)| name == "slug" && value != caller.member.desk);
    if foreign { Err(Error::not_found()) } else { Ok(()) }
}

/// What changes something must come from our own pages. Browsers say where a request comes from in at
/// least one of two headers, and let no page change them; other programs name our origin themselves.
fn same_origin(method: &Method, headers: &HeaderMap, ours: &str) -> Result<()> {
    if method.is_safe() {
        return Ok(());
    }
    let site = headers.get("sec-fetch-site").map(|value| value == "same-origin");
    let origin = headers.get(ORIGIN).map(|value| value == ours);
    match (site, origin) {
        (Some(false), _) | (_, Some(false)) | (None, None) => {
            let message = "This must be asked from this instance's own pages.";
            Err(ApiError::new(ErrorCode::NotAllowed, message).at("origin").into())
        }
        _ => Ok(()),
    }
}

fn not_signed_in() -> Error {
    ApiError::new(ErrorCode::NotSignedIn, "You are not signed in. Sign in and try again.").into()
}
