//! The desk's members: who they are, asking people to join, changing roles, ending access.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::staff::{ChangeRole, InviteMade, Members, NewInvite};
use protocol::{ApiError, ErrorCode};
use store::members::{Invite, Member, Post};

use crate::error::{Error, Result};
use crate::staff::guard::Caller;
use crate::staff::payload::{self, Payload};
use crate::staff::{join, person, session};
use crate::state::AppState;

/// Everybody at the desk, also those who left, because their signatures stand on old items.
#[utoipa::path(
    get, path = "/api/v1/desks/{slug}/members", tag = "staff",
    params(("slug" = String, Path, description = "The caller's own desk")),
    responses((status = 200, body = Members), (status = 404, body = ApiError)),
)]
pub(super) async fn list(State(state): State<AppState>, caller: Caller) -> Result<Json<Members>> {
    let members = state.store.members().list(&caller.member.desk).await?;
    Ok(Json(Members { members: members.iter().map(session::view).collect() }))
}

/// Asks a person to join the desk. Only somebody who holds the desk's key can ask them to a role that
/// needs it.
#[utoipa::path(
    post, path = "/api/v1/desks/{slug}/invites", tag = "staff", request_body = NewInvite,
    params(("slug" = String, Path, description = "The caller's own desk")),
    responses(
        (status = 200, body = InviteMade),
        (status = 403, body = ApiError, description = "The caller has no key to give along"),
        (status = 409, body = ApiError, description = "The sign-in name is taken or set aside"),
        (status = 422, body = ApiError, description = "A name or the wrap is not acceptable"),
    ),
)]
pub(super) async fn invite(
    State(state): State<AppState>,
    caller: Caller,
    Payload(NewInvite { code_sha256, login, name, role, grant }): Payload<NewInvite>,
) -> Result<Json<InviteMade>> {
    let login = person::login(&login).map_err(|error| Error::invalid("login", error.to_string()))?;
    let name = person::name(&name).map_err(|error| Error::invalid("name", error.to_string()))?;
    if role.reads_content() && !caller.member.role.reads_content() {
        let message =
            "Whoever reads content is given the desk's key, by somebody who holds it. Ask a supervisor.";
        return Err(ApiError::new(ErrorCode::NotAllowed, message).at("role").into());
    }
    join::check_grant(role, grant.as_ref())?;
    let expires = caller.now + state.config.staff.invite_seconds();
    let invite = Invite {
        code_sha256: join::stored_code(code_sha256),
        post: Post { desk: caller.member.desk.clone(), login, name, role },
        wrap: grant,
        expires_at: expires,
    };
    state.store.invites().create(invite, caller.stamp()).await?;
    Ok(Json(InviteMade { expires }))
}

/// Ends a member's access at once: their sessions and their wrap of the desk's key go with it.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/revocation", tag = "staff",
    params(("id" = String, Path, description = "A member of the caller's desk")),
    responses(
        (status = 204),
        (status = 403, body = ApiError, description = "Nobody ends their own access"),
        (status = 404, body = ApiError),
    ),
)]
pub(super) async fn revoke(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let member = colleague(&state, &caller, &id).await?;
    state.store.members().revoke(member.id, caller.stamp()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes what a member is, from their next request on.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/role", tag = "staff", request_body = ChangeRole,
    params(("id" = String, Path, description = "An active member of the caller's desk")),
    responses(
        (status = 204),
        (status = 403, body = ApiError, description = "Nobody changes their own role"),
        (status = 404, body = ApiError),
        (status = 422, body = ApiError, description = "The role needs the desk's key: invite them to it instead"),
    ),
)]
pub(super) async fn change_role(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    Payload(ChangeRole { role }): Payload<ChangeRole>,
) -> Result<StatusCode> {
    let member = colleague(&state, &caller, &id).await?;
    if role.reads_content() && !member.role.reads_content() {
        let message = "This role reads content and needs the desk's key. Invite them to it instead.";
        return Err(Error::invalid("role", message));
    }
    state.store.members().set_role(member.id, role, caller.stamp()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another member of the caller's desk. Nobody acts on themselves: a slip would lock them out, and no
/// one raises their own role.
async fn colleague(state: &AppState, caller: &Caller, id: &str) -> Result<Member> {
    let member = state.store.members().by_id(payload::id(id)?).await?;
    let member = member.filter(|member| member.desk == caller.member.desk).ok_or_else(Error::not_found)?;
    if member.id == caller.member.id {
        let message = "This is you. Ask a colleague who may do this.";
        return Err(ApiError::new(ErrorCode::NotAllowed, message).into());
    }
    Ok(member)
}
