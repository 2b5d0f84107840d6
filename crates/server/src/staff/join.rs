//! Joining a desk with an invite's code: the server's half of OPAQUE registration (RFC 9807).

use axum::extract::State;
use axum::{Extension, Json};
use http::StatusCode;
use protocol::opaque::Record;
use protocol::staff::{JoinChallenge, JoinFinish, JoinStart};
use protocol::{ApiError, Bytes, ErrorCode, MemberId, Role};
use seal::Digest;
use store::members::{NewMember, Post};

use crate::api::check;
use crate::error::{Error, Result};
use crate::limits::NetworkTag;
use crate::staff::payload::Payload;
use crate::staff::random;
use crate::state::AppState;

/// Shows an invite's code and begins registration. Uses nothing up.
#[utoipa::path(
    post, path = "/api/v1/invites/start", tag = "staff",
    params(("Safehand-Work" = String, Header, description = "A solved proof of work: `<challenge>.<nonce>`")),
    request_body = JoinStart,
    responses(
        (status = 200, body = JoinChallenge),
        (status = 410, body = ApiError, description = "The invite is unknown, used or expired"),
        (status = 428, body = ApiError, description = "The proof of work is missing or does not hold"),
        (status = 429, body = ApiError, description = "Too many attempts"),
    ),
)]
pub(super) async fn start(
    State(state): State<AppState>,
    Extension(network): Extension<NetworkTag>,
    Payload(JoinStart { code_sha256, request }): Payload<JoinStart>,
) -> Result<Json<JoinChallenge>> {
    let now = state.clock.now();
    state.staff.throttle.network(network, now)?;
    let invite = state.store.invites().peek(stored_code(code_sha256), now).await?;
    let Post { desk, login, name, role } = invite.post;
    let response = state.staff.sign_in_keys.answer_registration(&request, &login);
    let response = response.map_err(|_| malformed("request"))?;
    let desk = state.desks.find(&desk).await?;
    Ok(Json(JoinChallenge { response, login, name, role, desk, grant: invite.wrap }))
}

/// Takes the new member's keys and uses the invite up, both or neither.
#[utoipa::path(
    post, path = "/api/v1/invites/finish", tag = "staff",
    params(("Safehand-Work" = String, Header, description = "A solved proof of work: `<challenge>.<nonce>`")),
    request_body = JoinFinish,
    responses(
        (status = 204, description = "Sign in now"),
        (status = 410, body = ApiError, description = "The invite is unknown, used or expired"),
        (status = 422, body = ApiError, description = "A wrap is missing, not wanted, or none"),
        (status = 428, body = ApiError, description = "The proof of work is missing or does not hold"),
    ),
)]
pub(super) async fn finish(
    State(state): State<AppState>,
    Payload(JoinFinish { code_sha256, record, identity, vault, grant }): Payload<JoinFinish>,
) -> Result<StatusCode> {
    let now = state.clock.now();
    let code = stored_code(code_sha256);
    let invite = state.store.invites().peek(code, now).await?;
    check::check_wrap("vault", &vault)?;
    check_grant(invite.post.role, grant.as_ref())?;
    let record = Record::from_upload(&record).map_err(|_| malformed("record"))?;
    let member = NewMember {
        id: MemberId::from_bytes(random::bytes()?),
        opaque_record: Bytes(record.to_bytes()),
        vault,
        identity,
        grant,
    };
    state.store.invites().redeem(code, member, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an invite is kept under: not what is shown to use it, so that whoever reads the database cannot.
pub(super) fn stored_code(code_sha256: Digest) -> Digest {
    Digest::of(code_sha256.as_bytes())
}

/// The desk's key goes with roles that read content, and with no other.
pub(super) fn check_grant(role: Role, grant: Option<&Bytes>) -> Result<()> {
    match (role.reads_content(), grant) {
        (true, Some(wrap)) => check::check_wrap("grant", wrap),
        (false, None) => Ok(()),
        (true, None) => Err(Error::invalid("grant", "This role reads content and needs the desk's key.")),
        (false, Some(_)) => Err(Error::invalid("grant", "This role reads no content and gets no key.")),
    }
}

fn malformed(field: &str) -> Error {
    ApiError::new(ErrorCode::Malformed, "This is not the message that belongs here.").at(field).into()
}
