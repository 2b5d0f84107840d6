//! Signing in by passphrase: the server's half of OPAQUE (RFC 9807).

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use axum::{Extension, Json};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::SET_COOKIE;
use protocol::opaque::{PendingLogin, Record};
use protocol::staff::{Session, SessionStage, SignInChallenge, SignInFinish, SignInStart};
use protocol::{ApiError, Bytes, ErrorCode, MemberId};
use seal::Digest;
use serde::{Deserialize, Serialize};
use store::members::Member;

use crate::error::{Error, Result};
use crate::limits::NetworkTag;
use crate::staff::cookie::Token;
use crate::staff::payload::Payload;
use crate::staff::state::PasskeyPolicy;
use crate::staff::{person, random, session};
use crate::state::AppState;

const PURPOSE: &str = "sign-in";
/// Seconds between the two messages of a sign-in: time for a slow device to stretch a passphrase.
const LIFETIME: i64 = 60;

/// A sign-in between its two messages.
#[derive(Serialize, Deserialize)]
struct Attempt {
    login: String,
    /// Nobody, when the name is nobody's.
    member: Option<MemberId>,
    state: Bytes,
}

/// Begins a sign-in. A name that nobody has is answered in the same way.
#[utoipa::path(
    post, path = "/api/v1/session/start", tag = "staff",
    params(("Safehand-Work" = String, Header, description = "A solved proof of work: `<challenge>.<nonce>`")),
    request_body = SignInStart,
    responses(
        (status = 200, body = SignInChallenge),
        (status = 400, body = ApiError, description = "The message is malformed"),
        (status = 428, body = ApiError, description = "The proof of work is missing or does not hold"),
        (status = 429, body = ApiError, description = "Too many attempts; `retry_after` says how long to wait"),
    ),
)]
pub(super) async fn start(
    State(state): State<AppState>,
    Extension(network): Extension<NetworkTag>,
    Payload(SignInStart { login, ke1 }): Payload<SignInStart>,
) -> Result<Json<SignInChallenge>> {
    let now = state.clock.now();
    let login = person::fold_login(&login);
    state.staff.throttle.network(network, now)?;
    state.staff.throttle.name(&login, now)?;
    let member = state.store.members().by_login(&login).await?.filter(|member| member.active);
    let record = member.as_ref().map(|member| Record::from_bytes(member.opaque_record.as_slice()));
    let record = record.transpose().map_err(Error::internal)?;
    let answer = state.staff.sign_in_keys.answer_login(&ke1, &login, record.as_ref(), &mut random::system());
    let answer = answer.map_err(|_| malformed("ke1"))?;

    let attempt =
        Attempt { login, member: member.map(|member| member.id), state: answer.pending.as_bytes().into() };
    let name = random::bytes::<32>()?;
    let data = serde_json::to_vec(&attempt).map_err(Error::internal)?;
    state.store.pending().put(Digest::of(name), PURPOSE, data, now + LIFETIME).await?;
    Ok(Json(SignInChallenge { attempt: URL_SAFE_NO_PAD.encode(name), ke2: answer.response }))
}

/// Ends a sign-in: checks the client's proof, once, and begins a session.
#[utoipa::path(
    post, path = "/api/v1/session/finish", tag = "staff",
    params(("Safehand-Work" = String, Header, description = "A solved proof of work: `<challenge>.<nonce>`")),
    request_body = SignInFinish,
    responses(
        (status = 200, body = Session, description = "The session is in the cookie"),
        (status = 401, body = ApiError, description = "The name or the passphrase is wrong"),
        (status = 410, body = ApiError, description = "The attempt is too old, or was finished before"),
        (status = 428, body = ApiError, description = "The proof of work is missing or does not hold"),
    ),
)]
pub(super) async fn finish(
    State(state): State<AppState>,
    Payload(SignInFinish { attempt, ke3 }): Payload<SignInFinish>,
) -> Result<impl IntoResponse> {
    let now = state.clock.now();
    let name = URL_SAFE_NO_PAD.decode(attempt).map_err(|_| expired())?;
    let kept = state.store.pending().take(Digest::of(name), PURPOSE, now).await?.ok_or_else(expired)?;
    let Attempt { login, member, state: pending } = serde_json::from_slice(&kept).map_err(Error::internal)?;
    PendingLogin::from_bytes(pending.0).finish(&ke3).map_err(|_| wrong())?;
    let member = state.store.members().by_id(member.ok_or_else(wrong)?).await?;
    let member = member.filter(|member| member.active).ok_or_else(wrong)?;
    let token = Token::generate()?;
    let begun = store::sessions::Session {
        token_sha256: token.digest(),
        member: member.id,
        stage: first_stage(&state, &member)?,
        created_at: now,
        seen_at: now,
        expires_at: now + state.config.staff.session_seconds(),
    };
    state.store.sessions().create(begun.clone()).await?;
    state.staff.throttle.succeeded(&login);
    let shown = session::describe(&state, &member, &begun).await?;
    Ok((AppendHeaders([(SET_COOKIE, token.set()?)]), Json(shown)))
}

/// What a right passphrase alone is worth.
fn first_stage(state: &AppState, member: &Member) -> Result<SessionStage> {
    match (state.config.staff.passkey, member.has_passkey) {
        (PasskeyPolicy::Off, _) | (PasskeyPolicy::Optional, false) => Ok(SessionStage::Full),
        _ if state.staff.webauthn.is_none() => Err(ApiError::new(
            ErrorCode::Unavailable,
            "Signing in here takes a passkey, and this instance has no host name to bind one to. Tell whoever runs it.",
        )
        .into()),
        (_, true) => Ok(SessionStage::PasskeyOwed),
        (PasskeyPolicy::Required, false) => Ok(SessionStage::PasskeySetup),
    }
}

fn malformed(field: &str) -> Error {
    ApiError::new(ErrorCode::Malformed, "This is not the message that belongs here.").at(field).into()
}

fn wrong() -> Error {
    ApiError::new(ErrorCode::NotSignedIn, "The name or the passphrase is wrong.").into()
}

fn expired() -> Error {
    ApiError::new(ErrorCode::Expired, "This sign-in took too long or was finished before. Start again.")
        .into()
}
