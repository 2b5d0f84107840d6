//! Inviting, joining, changing roles.

use protocol::opaque::ClientRegistration;
use protocol::staff::{JoinChallenge, Members, NewInvite, SessionStage};
use protocol::{ApiError, Bytes, ErrorCode, InviteCode, Role};
use seal::{Digest, Identity};
use serde_json::{Value, json};
use server::clock::Clock as _;
use server::staff::ceremony::{self, CeremonyError, Person};

use crate::instance::{Browser, Instance, PASSPHRASE, rng, wrap};

fn invitation(instance: &Instance, role: Role, login: &str) -> (InviteCode, NewInvite) {
    let code = InviteCode::generate(&mut rng());
    let grant = role.reads_content().then(|| wrap(&instance.bay.key, &code.identity()));
    let invite = NewInvite {
        code_sha256: code.digest(),
        login: login.into(),
        name: "Bo Lindqvist".into(),
        role,
        grant,
    };
    (code, invite)
}

/// The body that ends a registration.
async fn registration(browser: &Browser, code: &InviteCode) -> Value {
    let (client, request) = ClientRegistration::start(PASSPHRASE, &mut rng()).unwrap();
    let start = json!({ "code_sha256": code.digest(), "request": request });
    let challenge: JoinChallenge = browser.post("/api/v1/invites/start", &start).await.ok();
    let registered = client.finish(&challenge.response, &mut rng()).unwrap();
    let member = Identity::generate(&mut rng());
    let grant = challenge.grant.map(|grant| {
        let desk = Identity::from_seed(seal::unwrap(grant.as_slice(), &code.identity()).unwrap());
        wrap(&desk, &member)
    });
    let mut body = json!({
        "code_sha256": code.digest(),
        "record": registered.upload,
        "identity": member.public(),
        "vault": wrap(&member, &registered.export_key.vault_identity()),
    });
    if let Some(grant) = grant {
        body["grant"] = json!(grant);
    }
    body
}

#[tokio::test]
async fn an_invite_is_used_once() {
    let instance = Instance::embedded().await;
    let supervisor = instance.signed_in(&instance.bay, Role::Supervisor, SessionStage::Full).await.browser;
    let (code, invite) = invitation(&instance, Role::Intake, "b.lindqvist");
    assert_eq!(supervisor.post("/api/v1/desks/bay/invites", &invite).await.status, 200);

    let stranger = instance.browser();
    let body = registration(&stranger, &code).await;
    assert_eq!(stranger.post("/api/v1/invites/finish", &body).await.status, 204);
    assert_eq!(stranger.post("/api/v1/invites/finish", &body).await.code(), ErrorCode::Expired);
    let (_, request) = ClientRegistration::start(PASSPHRASE, &mut rng()).unwrap();
    let start = json!({ "code_sha256": code.digest(), "request": request });
    assert_eq!(stranger.post("/api/v1/invites/start", &start).await.code(), ErrorCode::Expired);

    let members: Members = supervisor.get("/api/v1/desks/bay/members").await.ok();
    assert!(members.members.iter().any(|member| member.login == "b.lindqvist" && member.active));
    instance.browser().sign_in("b.lindqvist").await;
}

#[tokio::test]
async fn an_invite_runs_out() {
    let instance = Instance::embedded().await;
    let supervisor = instance.signed_in(&instance.bay, Role::Supervisor, SessionStage::Full).await.browser;
    let (code, invite) = invitation(&instance, Role::Auditor, "b.lindqvist");
    supervisor.post("/api/v1/desks/bay/invites", &invite).await;
    let body = registration(&instance.browser(), &code).await;
    instance.clock.advance(7 * 86_400);
    assert_eq!(instance.browser().post("/api/v1/invites/finish", &body).await.code(), ErrorCode::Expired);
}

#[tokio::test]
async fn the_database_does_not_hold_what_uses_an_invite() {
    let instance = Instance::embedded().await;
    let supervisor = instance.signed_in(&instance.bay, Role::Supervisor, SessionStage::Full).await.browser;
    let (code, invite) = invitation(&instance, Role::Intake, "b.lindqvist");
    supervisor.post("/api/v1/desks/bay/invites", &invite).await;
    let now = instance.clock.now();
    let invites = instance.state.store.invites();
    assert!(invites.peek(code.digest(), now).await.is_err());
    assert!(invites.peek(Digest::of(code.digest().as_bytes()), now).await.is_ok());
}

#[tokio::test]
async fn the_desks_key_goes_with_roles_that_read_and_with_no_other() {
    let instance = Instance::embedded().await;
    let supervisor = instance.signed_in(&instance.bay, Role::Supervisor, SessionStage::Full).await.browser;
    let administrator =
        instance.signed_in(&instance.bay, Role::Administrator, SessionStage::Full).await.browser;
    let invites = "/api/v1/desks/bay/invites";

    let (_, reader) = invitation(&instance, Role::Investigator, "one");
    assert_eq!(administrator.post(invites, &reader).await.code(), ErrorCode::NotAllowed);
    let without = NewInvite { grant: None, ..reader.clone() };
    assert_eq!(supervisor.post(invites, &without).await.refusal().field.as_deref(), Some("grant"));
    let nonsense = NewInvite { grant: Some(Bytes(vec![7; 99])), ..reader.clone() };
    assert_eq!(supervisor.post(invites, &nonsense).await.refusal().field.as_deref(), Some("grant"));
    assert_eq!(supervisor.post(invites, &reader).await.status, 200);

    let (code, keeper) = invitation(&instance, Role::Custodian, "two");
    let with = NewInvite { grant: reader.grant.clone(), ..keeper.clone() };
    assert_eq!(administrator.post(invites, &with).await.refusal().field.as_deref(), Some("grant"));
    assert_eq!(administrator.post(invites, &keeper).await.status, 200);

    // Nor can the joining side leave the key out or bring one along.
    let stranger = instance.browser();
    let mut body = registration(&stranger, &code).await;
    body["grant"] = json!(reader.grant);
    let refusal = stranger.post("/api/v1/invites/finish", &body).await.refusal();
    assert_eq!((refusal.code, refusal.field.as_deref()), (ErrorCode::Invalid, Some("grant")));
}

#[tokio::test]
async fn names_are_checked_and_unique() {
    let instance = Instance::embedded().await;
    let supervisor = instance.signed_in(&instance.bay, Role::Supervisor, SessionStage::Full).await.browser;
    let invites = "/api/v1/desks/bay/invites";
    let ask = async |change: fn(&mut NewInvite)| {
        let (_, mut invite) = invitation(&instance, Role::Auditor, "b.lindqvist");
        change(&mut invite);
        supervisor.post(invites, &invite).await
    };
    let refused = async |change| {
        let refusal: ApiError = ask(change).await.refusal();
        refusal.field
    };
    assert_eq!(refused(|invite| invite.login = "b lindqvist".into()).await.as_deref(), Some("login"));
    assert_eq!(refused(|invite| invite.login = "b".repeat(65)).await.as_deref(), Some("login"));
    assert_eq!(refused(|invite| invite.name = " ".into()).await.as_deref(), Some("name"));
    assert_eq!(ask(|_| ()).await.status, 200);
    assert_eq!(ask(|invite| invite.login = "B.Lindqvist".into()).await.code(), ErrorCode::Conflict);
}

#[tokio::test]
async fn a_new_role_counts_from_the_next_request_on() {
    let instance = Instance::embedded().await;
    let supervisor = instance.signed_in(&instance.bay, Role::Supervisor, SessionStage::Full).await;
    let member = instance.signed_in(&instance.bay, Role::Investigator, SessionStage::Full).await;
    let role = format!("/api/v1/members/{}/role", member.id);
    assert_eq!(member.browser.get("/api/v1/desks/bay/queue").await.status, 200);

    assert_eq!(supervisor.browser.post(&role, &json!({ "role": "auditor" })).await.status, 204);
    assert_eq!(member.browser.get("/api/v1/desks/bay/queue").await.code(), ErrorCode::NotAllowed);
    assert!(instance.state.store.grants().get("bay", member.id).await.unwrap().is_none(), "the key is gone");

    let back = supervisor.browser.post(&role, &json!({ "role": "investigator" })).await.refusal();
    assert_eq!((back.code, back.field.as_deref()), (ErrorCode::Invalid, Some("role")));
    let itself = format!("/api/v1/members/{}/role", supervisor.id);
    assert_eq!(
        supervisor.browser.post(&itself, &json!({ "role": "intake" })).await.code(),
        ErrorCode::NotAllowed
    );
    let itself = format!("/api/v1/members/{}/revocation", supervisor.id);
    assert_eq!(supervisor.browser.post(&itself, &json!({})).await.code(), ErrorCode::NotAllowed);
}

#[tokio::test]
async fn a_ceremony_refuses_what_would_lock_people_out() {
    let instance = Instance::embedded().await;
    let store = &instance.state.store;
    let now = instance.clock.now();
    let person = Person { login: "a.okafor".into(), name: "Ada Okafor".into(), role: Role::Supervisor };
    let desk = &instance.bay.desk;

    let refused = ceremony::invite(store, desk, &person, None, now + 60, now).await.unwrap_err();
    assert!(matches!(refused, CeremonyError::KeyNeeded(Role::Supervisor)), "{refused}");
    let cove = instance.desk("cove").await;
    let refused = ceremony::invite(store, desk, &person, Some(&cove.key), now + 60, now).await.unwrap_err();
    assert!(matches!(refused, CeremonyError::ForeignKey), "{refused}");
    assert!(matches!(ceremony::recover(desk, &cove.shares), Err(CeremonyError::ForeignKey)));
    assert!(matches!(ceremony::recover(desk, &cove.shares[..1]), Err(CeremonyError::Seal(_))));
    let auditor = Person { role: Role::Auditor, ..person };
    assert!(ceremony::invite(store, desk, &auditor, None, now + 60, now).await.is_ok());
}
