//! The second factor: a passkey (WebAuthn level 3), made at the first sign-in and shown at later ones.

use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use http::header::SET_COOKIE;
use protocol::staff::{PasskeyOptions, Session, SessionStage};
use protocol::{ApiError, Bytes, ErrorCode};
use seal::Digest;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use webauthn_rs::Webauthn;
use webauthn_rs::prelude::{
    Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    Uuid,
};

use crate::error::{Error, Result};
use crate::staff::cookie::Token;
use crate::staff::guard::Caller;
use crate::staff::payload::Payload;
use crate::staff::session;
use crate::staff::state::PasskeyPolicy;
use crate::state::AppState;

const PURPOSE: &str = "passkey";
/// Seconds for finding the key and touching it.
const LIFETIME: i64 = 300;
/// Passkeys one member may have: a few devices and a spare key.
const MOST: usize = 10;

/// A passkey exchange between its two messages.
#[derive(Serialize, Deserialize)]
enum Exchange {
    Register(PasskeyRegistration),
    Show(PasskeyAuthentication),
}

/// What the browser is to do with an authenticator: show a passkey where one is owed, else make one.
#[utoipa::path(post, path = "/api/v1/session/passkey/start", tag = "staff", responses(
    (status = 200, body = PasskeyOptions),
    (status = 403, body = ApiError, description = "This instance takes no passkeys"),
))]
pub(super) async fn start(State(state): State<AppState>, caller: Caller) -> Result<Json<PasskeyOptions>> {
    let webauthn = relying_party(&state)?;
    let known = passkeys(&state, &caller).await?;
    let (exchange, options) = if caller.session.stage == SessionStage::PasskeyOwed {
        let (options, kept) = webauthn.start_passkey_authentication(&known).map_err(Error::internal)?;
        (Exchange::Show(kept), serde_json::to_value(options).map_err(Error::internal)?)
    } else {
        register(webauthn, &caller, &known)?
    };
    let key = exchange_key(&caller);
    let data = serde_json::to_vec(&exchange).map_err(Error::internal)?;
    let pending = state.store.pending();
    // Whoever starts again has given up the exchange before.
    pending.take(key, PURPOSE, caller.now).await?;
    pending.put(key, PURPOSE, data, caller.now + LIFETIME).await?;
    Ok(Json(PasskeyOptions { register: matches!(exchange, Exchange::Register(_)), options }))
}

fn register(webauthn: &Webauthn, caller: &Caller, known: &[Passkey]) -> Result<(Exchange, Value)> {
    if known.len() >= MOST {
        let message = format!("You have {MOST} passkeys already, which is as many as you can have.");
        return Err(ApiError::new(ErrorCode::Conflict, message).into());
    }
    let member = &caller.member;
    let user = Uuid::from_bytes(*member.id.as_bytes());
    let exclude = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
    let (options, kept) = webauthn
        .start_passkey_registration(user, &member.login, &member.name, Some(exclude))
        .map_err(Error::internal)?;
    Ok((Exchange::Register(kept), serde_json::to_value(options).map_err(Error::internal)?))
}

/// Takes what the authenticator answered. Whoever still owed a passkey is signed in by it.
#[utoipa::path(
    post, path = "/api/v1/session/passkey/finish", tag = "staff",
    request_body(content = Value, description = "The credential as WebAuthn's `toJSON` gives it, without client extension results"),
    responses(
        (status = 200, body = Session, description = "The session has a new token, in the cookie"),
        (status = 410, body = ApiError, description = "There is no exchange to finish: start again"),
        (status = 422, body = ApiError, description = "The passkey's answer does not hold"),
    ),
)]
pub(super) async fn finish(
    State(state): State<AppState>,
    caller: Caller,
    Payload(answer): Payload<Value>,
) -> Result<impl IntoResponse> {
    let webauthn = relying_party(&state)?;
    refuse_secrets(&answer)?;
    let kept = state.store.pending().take(exchange_key(&caller), PURPOSE, caller.now).await?;
    let kept = kept.ok_or_else(|| {
        ApiError::new(ErrorCode::Expired, "This took too long or was finished before. Start again.")
    })?;
    match serde_json::from_slice(&kept).map_err(Error::internal)? {
        Exchange::Register(kept) => {
            let passkey =
                webauthn.finish_passkey_registration(&parse::<RegisterPublicKeyCredential>(answer)?, &kept);
            add(&state, &caller, &passkey.map_err(|_| does_not_hold())?).await?;
        }
        Exchange::Show(kept) => {
            shown(&state, &caller, webauthn, &parse::<PublicKeyCredential>(answer)?, &kept).await?;
        }
    }
    complete(&state, &caller).await
}

async fn add(state: &AppState, caller: &Caller, passkey: &Passkey) -> Result<()> {
    let passkey = store::sessions::Passkey {
        credential: Bytes(passkey.cred_id().clone()),
        member: caller.member.id,
        label: String::new(),
        record: serde_json::to_string(passkey).map_err(Error::internal)?,
        vault: None,
        created_at: caller.now,
        used_at: None,
    };
    state.store.passkeys().add(passkey, caller.stamp()).await?;
    Ok(())
}

async fn shown(
    state: &AppState,
    caller: &Caller,
    webauthn: &Webauthn,
    answer: &PublicKeyCredential,
    kept: &PasskeyAuthentication,
) -> Result<()> {
    let result = webauthn.finish_passkey_authentication(answer, kept).map_err(|_| does_not_hold())?;
    let mut known = passkeys(state, caller).await?;
    let passkey = known.iter_mut().find(|passkey| passkey.cred_id() == result.cred_id());
    let passkey = passkey.ok_or_else(does_not_hold)?;
    passkey.update_credential(&result);
    let record = serde_json::to_string(passkey).map_err(Error::internal)?;
    state.store.passkeys().used(Bytes(result.cred_id().clone()), record, caller.now).await?;
    Ok(())
}

/// Completes the session under a new token: the old one was worth less.
async fn complete(state: &AppState, caller: &Caller) -> Result<impl IntoResponse + use<>> {
    let token = Token::generate()?;
    let old = caller.session.token_sha256;
    let full = SessionStage::Full;
    if !state.store.sessions().promote(old, token.digest(), full, caller.now).await? {
        return Err(ApiError::new(ErrorCode::NotSignedIn, "Your session has ended. Sign in again.").into());
    }
    let session =
        store::sessions::Session { token_sha256: token.digest(), stage: full, ..caller.session.clone() };
    let member = store::members::Member { has_passkey: true, ..(*caller.member).clone() };
    let shown = session::describe(state, &member, &session).await?;
    Ok((AppendHeaders([(SET_COOKIE, token.set()?)]), Json(shown)))
}

async fn passkeys(state: &AppState, caller: &Caller) -> Result<Vec<Passkey>> {
    let kept = state.store.passkeys().list(caller.member.id).await?;
    kept.iter().map(|passkey| serde_json::from_str(&passkey.record).map_err(Error::internal)).collect()
}

fn relying_party(state: &AppState) -> Result<&Webauthn> {
    let wanted = state.config.staff.passkey != PasskeyPolicy::Off;
    state
        .staff
        .webauthn
        .as_ref()
        .filter(|_| wanted)
        .ok_or_else(|| ApiError::new(ErrorCode::NotAllowed, "This instance takes no passkeys.").into())
}

/// One exchange per session, so that its answer needs no name.
fn exchange_key(caller: &Caller) -> Digest {
    Digest::of([b"passkey".as_slice(), caller.session.token_sha256.as_bytes()].concat())
}

fn parse<T: DeserializeOwned>(answer: Value) -> Result<T> {
    serde_json::from_value(answer).map_err(|_| {
        ApiError::new(ErrorCode::Malformed, "This is not what a browser answers for a passkey.").into()
    })
}

/// Client extension results carry the PRF secret that may open a vault. A client that sends them has a
/// fault which must not go unnoticed.
fn refuse_secrets(answer: &Value) -> Result<()> {
    let results = ["clientExtensionResults", "extensions"].iter().filter_map(|name| answer.get(*name));
    if results.into_iter().any(|results| results.get("prf").is_some()) {
        let message = "The passkey's extension results must stay in the browser.";
        return Err(Error::invalid("clientExtensionResults.prf", message));
    }
    Ok(())
}

fn does_not_hold() -> Error {
    Error::mismatch("credential", "The passkey's answer does not hold. Try again.")
}
