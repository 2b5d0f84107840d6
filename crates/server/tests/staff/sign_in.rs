//! Signing in, staying in, being put out.

use protocol::opaque::OpaqueError;
use protocol::staff::{Session, SessionStage};
use protocol::{ErrorCode, Role};
use seal::Identity;
use serde_json::json;
use server::staff::PasskeyPolicy;

use crate::instance::{Instance, PASSPHRASE, Started, finish};

#[tokio::test]
async fn the_passphrase_opens_the_vault_and_the_vault_the_desk() {
    let instance = Instance::embedded().await;
    instance.enrol("a.okafor", Role::Investigator).await;
    let mut browser = instance.browser();
    let (session, export_key) = browser.sign_in("a.okafor").await;

    assert_eq!(session.stage, SessionStage::Full);
    assert_eq!(session.idle_seconds, 900);
    let vault = session.vault.as_ref().unwrap();
    let member = Identity::from_seed(seal::unwrap(vault.as_slice(), &export_key.vault_identity()).unwrap());
    assert_eq!(member.public(), session.member.identity);
    let desk =
        Identity::from_seed(seal::unwrap(session.grant.as_ref().unwrap().as_slice(), &member).unwrap());
    assert_eq!(desk.public(), session.desk.identity);

    let answer = browser.get("/api/v1/session").await;
    assert_eq!(answer.ok::<Session>(), session);
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_role_without_content_gets_a_vault_and_no_key() {
    let instance = Instance::embedded().await;
    instance.enrol("c.moreau", Role::Administrator).await;
    let (session, _) = instance.browser().sign_in("c.moreau").await;
    assert!(session.vault.is_some() && session.grant.is_none());
}

#[tokio::test]
async fn the_cookie_is_for_this_host_and_for_no_script() {
    let instance = Instance::embedded().await;
    instance.enrol("a.okafor", Role::Intake).await;
    let browser = instance.browser();
    let Started { state, challenge } = browser.start("a.okafor", PASSPHRASE).await.unwrap();
    let done = finish(state, &challenge).await.unwrap();
    let body = json!({ "attempt": challenge.attempt, "ke3": done.finalization });
    let answer = browser.post("/api/v1/session/finish", &body).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-safehand="));
    assert!(cookie.ends_with("; Path=/; HttpOnly; Secure; SameSite=Strict"), "{cookie}");
}

#[tokio::test]
async fn a_wrong_passphrase_and_an_unknown_name_are_told_apart_by_nothing() {
    let instance = Instance::embedded().await;
    instance.enrol("a.okafor", Role::Intake).await;
    let browser = instance.browser();
    let wrong = browser.start("a.okafor", "not this one").await.unwrap();
    let unknown = browser.start("nobody", PASSPHRASE).await.unwrap();

    let shape = |started: &Started| (started.challenge.attempt.len(), started.challenge.ke2.len());
    assert_eq!(shape(&wrong), shape(&unknown));
    for Started { state, challenge } in [wrong, unknown] {
        assert_eq!(finish(state, &challenge).await.unwrap_err(), OpaqueError::WrongCredentials);
        let proof = json!({ "attempt": challenge.attempt, "ke3": protocol::Bytes(vec![7; 64]) });
        let refusal = browser.post("/api/v1/session/finish", &proof).await.refusal();
        assert_eq!(refusal.code, ErrorCode::NotSignedIn);
        assert_eq!(refusal.message, "The name or the passphrase is wrong.");
    }
}

#[tokio::test]
async fn an_attempt_counts_once_and_not_for_long() {
    let instance = Instance::embedded().await;
    instance.enrol("a.okafor", Role::Intake).await;
    let browser = instance.browser();
    let Started { state, challenge } = browser.start("a.okafor", PASSPHRASE).await.unwrap();
    let done = finish(state, &challenge).await.unwrap();
    let body = json!({ "attempt": challenge.attempt, "ke3": done.finalization });
    assert_eq!(browser.post("/api/v1/session/finish", &body).await.status, 200);
    assert_eq!(browser.post("/api/v1/session/finish", &body).await.code(), ErrorCode::Expired);

    let Started { state, challenge } = browser.start("a.okafor", PASSPHRASE).await.unwrap();
    let done = finish(state, &challenge).await.unwrap();
    instance.clock.advance(61);
    let body = json!({ "attempt": challenge.attempt, "ke3": done.finalization });
    assert_eq!(browser.post("/api/v1/session/finish", &body).await.code(), ErrorCode::Expired);
}

#[tokio::test]
async fn too_many_attempts_have_to_wait_and_longer_each_time() {
    let instance = Instance::embedded().await;
    instance.enrol("a.okafor", Role::Intake).await;
    let mut browser = instance.browser();
    for _ in 0..6 {
        browser.start("a.okafor", "a guess").await.unwrap_or_else(|error| panic!("{error}"));
    }
    let refusal = browser.start("a.okafor", "a guess").await.err().unwrap();
    assert_eq!((refusal.code, refusal.retry_after), (ErrorCode::SlowDown, Some(2)));
    instance.clock.advance(2);
    assert!(browser.start("a.okafor", "a guess").await.is_ok());
    assert_eq!(browser.start("a.okafor", "a guess").await.err().unwrap().retry_after, Some(4));
    assert!(browser.start("nobody", "a guess").await.is_ok(), "another name is free");

    // The owner waits too, signs in, and is free again.
    instance.clock.advance(4);
    browser.sign_in("A.OKAFOR ").await;
    assert!(browser.start("a.okafor", "a guess").await.is_ok());
}

#[tokio::test]
async fn malformed_messages_are_named() {
    let instance = Instance::embedded().await;
    let browser = instance.browser();
    let bad = [
        json!({}),
        json!({ "login": "a.okafor" }),
        json!({ "login": "a.okafor", "ke1": "!" }),
        json!({ "login": "a.okafor", "ke1": "AAAA" }),
        json!({ "login": "a.okafor", "ke1": "AAAA", "more": 1 }),
        json!({ "login": 7, "ke1": "AAAA" }),
    ];
    for body in bad {
        let answer = browser.post("/api/v1/session/start", &body).await;
        assert_eq!(answer.code(), ErrorCode::Malformed, "{body}");
    }
    let body = json!({ "attempt": "not one", "ke3": "AAAA" });
    assert_eq!(browser.post("/api/v1/session/finish", &body).await.code(), ErrorCode::Expired);
    let huge = json!({ "login": "a".repeat(70_000), "ke1": "AAAA" });
    assert_eq!(browser.post("/api/v1/session/start", &huge).await.code(), ErrorCode::TooLarge);
}

#[tokio::test]
async fn idling_ends_a_session_and_being_there_keeps_it() {
    let instance = Instance::embedded().await;
    let member = instance.signed_in(&instance.bay, Role::Intake, SessionStage::Full).await;
    let empty = json!({});
    for _ in 0..4 {
        instance.clock.advance(14 * 60);
        assert_eq!(member.browser.post("/api/v1/session/alive", &empty).await.status, 204);
    }
    instance.clock.advance(16 * 60);
    assert_eq!(member.browser.get("/api/v1/session").await.code(), ErrorCode::NotSignedIn);
}

#[tokio::test]
async fn a_session_ends_after_its_hours_however_busy() {
    let instance = Instance::embedded().await;
    let member = instance.signed_in(&instance.bay, Role::Intake, SessionStage::Full).await;
    for _ in 0..59 {
        instance.clock.advance(10 * 60);
        assert_eq!(member.browser.get("/api/v1/session").await.status, 200);
    }
    instance.clock.advance(10 * 60);
    assert_eq!(member.browser.get("/api/v1/session").await.code(), ErrorCode::NotSignedIn);
}

#[tokio::test]
async fn signing_out_ends_the_session_for_every_copy_of_its_cookie() {
    let instance = Instance::embedded().await;
    let member = instance.signed_in(&instance.bay, Role::Intake, SessionStage::Full).await;
    let answer = member.browser.delete("/api/v1/session").await;
    assert_eq!(answer.status, 204);
    assert!(answer.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert!(answer.headers["clear-site-data"].to_str().unwrap().contains("\"storage\""));
    assert_eq!(member.browser.get("/api/v1/session").await.code(), ErrorCode::NotSignedIn);
}

#[tokio::test]
async fn a_revoked_member_is_out_at_once_and_cannot_come_back() {
    let instance = Instance::embedded().await;
    let id = instance.enrol("a.okafor", Role::Investigator).await;
    let mut browser = instance.browser();
    browser.sign_in("a.okafor").await;
    let supervisor = instance.signed_in(&instance.bay, Role::Supervisor, SessionStage::Full).await;
    let path = format!("/api/v1/members/{id}/revocation");
    assert_eq!(supervisor.browser.post(&path, &json!({})).await.status, 204);

    assert_eq!(browser.get("/api/v1/desks/bay/queue").await.code(), ErrorCode::NotSignedIn);
    let Started { state, challenge } = browser.start("a.okafor", PASSPHRASE).await.unwrap();
    assert_eq!(finish(state, &challenge).await.unwrap_err(), OpaqueError::WrongCredentials);
    assert!(instance.state.store.grants().get("bay", id).await.unwrap().is_none());
}

#[tokio::test]
async fn revocation_between_the_two_messages_of_a_sign_in_counts() {
    let instance = Instance::embedded().await;
    let id = instance.enrol("a.okafor", Role::Investigator).await;
    let browser = instance.browser();
    let Started { state, challenge } = browser.start("a.okafor", PASSPHRASE).await.unwrap();
    let done = finish(state, &challenge).await.unwrap();
    let stamp = store::acts::Stamp::system(0);
    instance.state.store.members().revoke(id, stamp).await.unwrap();
    let body = json!({ "attempt": challenge.attempt, "ke3": done.finalization });
    assert_eq!(browser.post("/api/v1/session/finish", &body).await.code(), ErrorCode::NotSignedIn);
}

#[tokio::test]
async fn until_the_passkey_is_there_a_session_yields_nothing_that_opens_anything() {
    let instance = Instance::with(PasskeyPolicy::Required).await;
    instance.enrol("a.okafor", Role::Investigator).await;
    let mut browser = instance.browser();
    let (session, _) = browser.sign_in("a.okafor").await;
    assert_eq!(session.stage, SessionStage::PasskeySetup);
    assert!(session.vault.is_none() && session.grant.is_none());
    assert_eq!(browser.get("/api/v1/desks/bay/queue").await.code(), ErrorCode::PasskeyNeeded);
    let options = browser.post("/api/v1/session/passkey/start", &json!({})).await;
    let options: protocol::staff::PasskeyOptions = options.ok();
    assert!(options.register);
    assert_eq!(options.options["publicKey"]["rp"]["id"], "localhost");
}
