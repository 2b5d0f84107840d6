//! Every role at every route, and everybody who is no member of this desk.

use protocol::staff::SessionStage;
use protocol::{ErrorCode, Role};
use reqwest::Method;
use serde_json::json;
use server::staff::PasskeyPolicy;
use server::staff::table::{ROUTES, Route, Who};

use crate::instance::{Answer, Browser, Instance};

/// A path with the caller's desk, and with ids that name nothing.
fn concrete(route: &Route, report: &str) -> String {
    let nothing = "AAAAAAAAAAAAAAAAAAAAAA";
    let id = if route.path.starts_with("/api/v1/reports") { report } else { nothing };
    route
        .path
        .replace("{slug}", "bay")
        .replace("{id}", id)
        .replace("{item}", nothing)
        .replace("{release}", nothing)
        .replace("{list}", nothing)
}

async fn ask(browser: &Browser, route: &Route, report: &str) -> Answer {
    let path = concrete(route, report);
    match route.method {
        Method::GET => browser.get(&path).await,
        Method::DELETE => browser.delete(&path).await,
        Method::PUT => browser.put(&path).await,
        _ => browser.post(&path, &json!({})).await,
    }
}

/// Signing out is asked last: what is asked after it would be asked by nobody.
fn in_order() -> impl Iterator<Item = &'static Route> {
    let last = |route: &&Route| route.method == Method::DELETE && route.path.ends_with("/session");
    ROUTES.iter().filter(move |route| !last(route)).chain(ROUTES.iter().filter(last))
}

fn reached(answer: &Answer) -> bool {
    if answer.status < 400 {
        return true;
    }
    let refusal = answer.refusal();
    let by_the_guard = matches!(refusal.code, ErrorCode::NotSignedIn | ErrorCode::PasskeyNeeded)
        || (refusal.code == ErrorCode::NotAllowed && refusal.message == "Your role does not allow this.");
    assert_ne!(refusal.code, ErrorCode::Internal);
    !by_the_guard
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_role_reaches_what_the_table_says_and_nothing_else() {
    let instance = Instance::with(PasskeyPolicy::Optional).await;
    let (_, report) = instance.report("bay", "Football practice", false).await;
    for role in Role::ALL {
        let member = instance.signed_in(&instance.bay, role, SessionStage::Full).await;
        for route in in_order() {
            let answer = ask(&member.browser, route, &report.to_string()).await;
            let (method, path) = (&route.method, route.path);
            assert_eq!(reached(&answer), route.who.admits(role), "{role}: {method} {path}: {answer:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_and_revoked_members_reach_what_is_for_anyone() {
    let instance = Instance::with(PasskeyPolicy::Optional).await;
    let (_, report) = instance.report("bay", "Football practice", false).await;
    let revoked = instance.signed_in(&instance.bay, Role::Supervisor, SessionStage::Full).await;
    let stamp = store::acts::Stamp::system(0);
    instance.state.store.members().revoke(revoked.id, stamp).await.unwrap();
    let mut forged = instance.browser();
    forged.cookie = Some(format!("__Host-safehand={}", "A".repeat(43)));
    for browser in [instance.browser(), revoked.browser, forged] {
        for route in in_order() {
            let answer = ask(&browser, route, &report.to_string()).await;
            if route.who == Who::Anyone {
                assert!(reached(&answer), "{} {}", route.method, route.path);
            } else {
                assert_eq!(answer.code(), ErrorCode::NotSignedIn, "{} {}", route.method, route.path);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_sign_in_reaches_the_session_alone() {
    let instance = Instance::with(PasskeyPolicy::Required).await;
    let (_, report) = instance.report("bay", "Football practice", false).await;
    for stage in [SessionStage::PasskeyOwed, SessionStage::PasskeySetup] {
        let member = instance.signed_in(&instance.bay, Role::Supervisor, stage).await;
        for route in in_order().filter(|route| matches!(route.who, Who::Roles(_))) {
            let answer = ask(&member.browser, route, &report.to_string()).await;
            assert_eq!(answer.code(), ErrorCode::PasskeyNeeded, "{} {}", route.method, route.path);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_of_another_desk_find_nothing_here() {
    let instance = Instance::embedded().await;
    let (_, report) = instance.report("bay", "Football practice", false).await;
    let item = instance.state.store.items().headers(report).await.unwrap()[0].signed.header.item;
    let here = instance.signed_in(&instance.bay, Role::Investigator, SessionStage::Full).await;
    let cove = instance.desk("cove").await;
    let there = instance.signed_in(&cove, Role::Supervisor, SessionStage::Full).await.browser;

    let member = here.id;
    let asked = [
        there.get("/api/v1/desks/bay/queue").await,
        there.get("/api/v1/desks/bay/members").await,
        there.post("/api/v1/desks/bay/invites", &json!({})).await,
        there.get(&format!("/api/v1/reports/{report}")).await,
        there.get(&format!("/api/v1/reports/{report}/items/{item}")).await,
        there.get(&format!("/api/v1/reports/{report}/history")).await,
        there.get(&format!("/api/v1/reports/{report}/releases")).await,
        there.post(&format!("/api/v1/reports/{report}/releases"), &json!({})).await,
        there.post(&format!("/api/v1/reports/{report}/releases/{item}/approval"), &json!({})).await,
        there.post(&format!("/api/v1/reports/{report}/releases/{item}/refusal"), &json!({})).await,
        there.post(&format!("/api/v1/reports/{report}/items/{item}/quarantine"), &json!({})).await,
        there
            .post(
                &format!("/api/v1/reports/{report}/items/{item}/lock"),
                &json!({ "list": report, "hash": "pdq" }),
            )
            .await,
        there.get("/api/v1/desks/bay/releases").await,
        there.get("/api/v1/desks/bay/hash-lists").await,
        there.get(&format!("/api/v1/desks/bay/hash-lists/{item}")).await,
        there.put(&format!("/api/v1/desks/bay/hash-lists/{item}")).await,
        there.delete(&format!("/api/v1/desks/bay/hash-lists/{item}")).await,
        there.post(&format!("/api/v1/reports/{report}/items"), &json!({ "items": [] })).await,
        there.post(&format!("/api/v1/reports/{report}/assignment"), &json!({})).await,
        there.post(&format!("/api/v1/reports/{report}/state"), &json!({ "state": "closed" })).await,
        there.post(&format!("/api/v1/members/{member}/revocation"), &json!({})).await,
        there.post(&format!("/api/v1/members/{member}/role"), &json!({ "role": "intake" })).await,
    ];
    for (number, answer) in asked.iter().enumerate() {
        assert_eq!(answer.code(), ErrorCode::NotFound, "number {number}");
    }
    assert_eq!(here.browser.get(&format!("/api/v1/reports/{report}")).await.status, 200);
}

#[tokio::test]
async fn what_changes_something_must_come_from_our_own_pages() {
    let instance = Instance::embedded().await;
    let browser = instance.signed_in(&instance.bay, Role::Intake, SessionStage::Full).await.browser;
    let ours = instance.origin.as_str();
    let cases: [(&[(&str, &str)], bool); 9] = [
        (&[], false),
        (&[("sec-fetch-site", "cross-site")], false),
        (&[("sec-fetch-site", "same-site")], false),
        (&[("sec-fetch-site", "none")], false),
        (&[("origin", "https://example.org")], false),
        (&[("origin", "null")], false),
        (&[("sec-fetch-site", "same-origin"), ("origin", "https://example.org")], false),
        (&[("sec-fetch-site", "same-origin")], true),
        (&[("origin", ours)], true),
    ];
    for (headers, allowed) in cases {
        let answer = browser.send(Method::POST, "/api/v1/session/alive", headers, None).await;
        assert_eq!(answer.status, if allowed { 204 } else { 403 }, "{headers:?}");
    }
    let body = json!({ "login": "a.okafor", "ke1": "AAAA" });
    let answer = browser.send(Method::POST, "/api/v1/session/start", &[], Some(&body)).await;
    assert_eq!(answer.code(), ErrorCode::NotAllowed, "signing in is a change too");
}
