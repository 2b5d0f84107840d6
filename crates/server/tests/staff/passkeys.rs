//! The second factor, against an authenticator in software.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use protocol::staff::{PasskeyOptions, Session, SessionStage};
use protocol::{ErrorCode, Role};
use seal::Digest;
use serde_json::{Value, json};
use server::staff::PasskeyPolicy;

use crate::instance::{Answer, Browser, Instance};

const START: &str = "/api/v1/session/passkey/start";
const FINISH: &str = "/api/v1/session/passkey/finish";

/// WebAuthn level 3, section 6.1: user present, user verified, attested credential data.
const PRESENT_AND_VERIFIED: u8 = 0x05;
const ATTESTED: u8 = 0x40;

/// An authenticator with one ES256 key, as a browser with a platform authenticator behaves.
struct Authenticator {
    key: SigningKey,
    id: [u8; 32],
    counter: u32,
    origin: String,
}

impl Authenticator {
    fn new(instance: &Instance, number: u8) -> Self {
        let key = SigningKey::from_slice(&[number; 32]).unwrap();
        Self { key, id: [number; 32], counter: 1, origin: instance.origin.clone() }
    }

    fn create(&self, options: &PasskeyOptions) -> Value {
        let client_data = self.client_data("webauthn.create", options);
        let mut data = self.data(PRESENT_AND_VERIFIED | ATTESTED);
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&32_u16.to_be_bytes());
        data.extend_from_slice(&self.id);
        data.extend_from_slice(&self.cose_key());
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend_from_slice(&data);
        self.credential(
            &json!({ "attestationObject": encode(&object), "clientDataJSON": encode(&client_data) }),
        )
    }

    fn get(&self, options: &PasskeyOptions) -> Value {
        let client_data = self.client_data("webauthn.get", options);
        let data = self.data(PRESENT_AND_VERIFIED);
        let signed = [data.as_slice(), Digest::of(&client_data).as_bytes()].concat();
        let signature: Signature = self.key.sign(&signed);
        self.credential(&json!({
            "authenticatorData": encode(&data),
            "clientDataJSON": encode(&client_data),
            "signature": encode(signature.to_der().as_bytes()),
        }))
    }

    fn client_data(&self, kind: &str, options: &PasskeyOptions) -> Vec<u8> {
        let challenge = &options.options["publicKey"]["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": self.origin }).to_string().into_bytes()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let mut data = Digest::of(b"localhost").as_bytes().to_vec();
        data.push(flags);
        data.extend_from_slice(&self.counter.to_be_bytes());
        data
    }

    /// RFC 9053: kty EC2, alg ES256, crv P-256, x, y.
    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".as_slice(), x, b"\x22\x58\x20", y].concat()
    }

    fn credential(&self, response: &Value) -> Value {
        json!({ "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key", "response": response })
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

async fn options(browser: &Browser) -> PasskeyOptions {
    browser.post(START, &json!({})).await.ok()
}

/// Registers at a first sign-in and keeps the new cookie.
async fn register(browser: &mut Browser, authenticator: &Authenticator) -> Session {
    let answer = authenticator.create(&options(browser).await);
    let answer = browser.post(FINISH, &answer).await;
    let session = answer.ok();
    browser.keep(&answer.headers);
    session
}

async fn show(browser: &Browser, authenticator: &Authenticator) -> Answer {
    browser.post(FINISH, &authenticator.get(&options(browser).await)).await
}

#[tokio::test]
async fn a_passkey_is_made_at_the_first_sign_in_and_shown_at_the_next() {
    let instance = Instance::with(PasskeyPolicy::Required).await;
    instance.enrol("a.okafor", Role::Investigator).await;
    let mut authenticator = Authenticator::new(&instance, 1);

    let mut browser = instance.browser();
    let (session, _) = browser.sign_in("a.okafor").await;
    assert_eq!(session.stage, SessionStage::PasskeySetup);
    let before = browser.clone();
    let session = register(&mut browser, &authenticator).await;
    assert_eq!(session.stage, SessionStage::Full);
    assert!(session.member.has_passkey && session.vault.is_some() && session.grant.is_some());
    assert_eq!(
        before.get("/api/v1/session").await.code(),
        ErrorCode::NotSignedIn,
        "the old token is worth nothing"
    );
    assert_eq!(browser.get("/api/v1/desks/bay/queue").await.status, 200);

    let mut browser = instance.browser();
    let (session, _) = browser.sign_in("a.okafor").await;
    assert_eq!(session.stage, SessionStage::PasskeyOwed);
    assert!(session.vault.is_none());
    assert!(!options(&browser).await.register);
    authenticator.counter += 1;
    let answer = show(&browser, &authenticator).await;
    assert_eq!(answer.ok::<Session>().stage, SessionStage::Full);
    browser.keep(&answer.headers);
    assert_eq!(browser.get("/api/v1/desks/bay/queue").await.status, 200);
}

#[tokio::test]
async fn what_another_key_signs_or_an_old_answer_says_does_not_hold() {
    let instance = Instance::with(PasskeyPolicy::Required).await;
    instance.enrol("a.okafor", Role::Investigator).await;
    let mut authenticator = Authenticator::new(&instance, 1);
    let mut browser = instance.browser();
    browser.sign_in("a.okafor").await;
    register(&mut browser, &authenticator).await;

    let mut browser = instance.browser();
    browser.sign_in("a.okafor").await;
    authenticator.counter += 1;
    let forger = Authenticator { id: authenticator.id, ..Authenticator::new(&instance, 2) };
    assert_eq!(show(&browser, &forger).await.code(), ErrorCode::Mismatch);
    let elsewhere = Authenticator {
        key: authenticator.key.clone(),
        id: authenticator.id,
        counter: authenticator.counter,
        origin: "https://example.org".to_owned(),
    };
    assert_eq!(show(&browser, &elsewhere).await.code(), ErrorCode::Mismatch);
    let stale = Authenticator { counter: 1, ..Authenticator::new(&instance, 1) };
    assert_eq!(show(&browser, &stale).await.code(), ErrorCode::Mismatch, "its counter went back");

    // An answer to an exchange that was given up, or to none.
    let old = authenticator.get(&options(&browser).await);
    options(&browser).await;
    assert_eq!(browser.post(FINISH, &old).await.code(), ErrorCode::Mismatch);
    assert_eq!(browser.post(FINISH, &old).await.code(), ErrorCode::Expired);
    let late = authenticator.get(&options(&browser).await);
    instance.clock.advance(301);
    assert_eq!(browser.post(FINISH, &late).await.code(), ErrorCode::Expired);
    assert_eq!(browser.get("/api/v1/desks/bay/queue").await.code(), ErrorCode::PasskeyNeeded);
    assert_eq!(show(&browser, &authenticator).await.status, 200);
}

#[tokio::test]
async fn secrets_of_the_authenticator_are_not_taken() {
    let instance = Instance::with(PasskeyPolicy::Required).await;
    instance.enrol("a.okafor", Role::Investigator).await;
    let mut browser = instance.browser();
    browser.sign_in("a.okafor").await;
    let mut answer = Authenticator::new(&instance, 1).create(&options(&browser).await);
    answer["clientExtensionResults"] = json!({ "prf": { "results": { "first": "AAAA" } } });
    let refusal = browser.post(FINISH, &answer).await.refusal();
    assert_eq!(refusal.field.as_deref(), Some("clientExtensionResults.prf"));
    assert_eq!(browser.post(FINISH, &json!({ "id": 7 })).await.code(), ErrorCode::Malformed);
}

#[tokio::test]
async fn one_passkey_is_one_members() {
    let instance = Instance::with(PasskeyPolicy::Optional).await;
    let authenticator = Authenticator::new(&instance, 1);
    instance.enrol("a.okafor", Role::Investigator).await;
    instance.enrol("b.lindqvist", Role::Intake).await;
    let (mut ada, mut bo) = (instance.browser(), instance.browser());
    assert_eq!(ada.sign_in("a.okafor").await.0.stage, SessionStage::Full, "a passkey is not asked for");
    register(&mut ada, &authenticator).await;
    bo.sign_in("b.lindqvist").await;
    let again = authenticator.create(&options(&bo).await);
    assert_eq!(bo.post(FINISH, &again).await.code(), ErrorCode::Conflict);
    assert_eq!(ada.sign_in("a.okafor").await.0.stage, SessionStage::PasskeyOwed, "whoever has one shows it");
}

#[tokio::test]
async fn an_instance_without_passkeys_says_so() {
    let instance = Instance::embedded().await;
    let member = instance.signed_in(&instance.bay, Role::Intake, SessionStage::Full).await;
    assert_eq!(member.browser.post(START, &json!({})).await.code(), ErrorCode::NotAllowed);
}
