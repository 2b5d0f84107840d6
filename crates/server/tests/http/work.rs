//! Proof of work on unauthenticated writes.

use protocol::public::WorkChallenge;
use protocol::{ApiError, ErrorCode};
use reqwest::{Method, StatusCode};
use serde_json::json;
use server::limits::NetworkTag;
use server::work::writes::{Toll, WRITES, Write};

use crate::support::{POLICE, Reporter, TestServer, json as json_of, solve};
use store::testing::Pair;

async fn post(server: &TestServer, path: &str, work: Option<&str>, body: Vec<u8>) -> (StatusCode, ErrorCode) {
    let request =
        server.request(Method::POST, path).header("tus-resumable", "1.0.0").header("upload-length", "5");
    let request = match work {
        Some(work) => request.header("safehand-work", work),
        None => request,
    };
    let response = request.body(body).send().await.unwrap();
    let status = response.status();
    let code =
        if status.is_success() { ErrorCode::Internal } else { json_of::<ApiError>(response).await.code };
    (status, code)
}

/// A body that each of the writes would understand, so that nothing but the missing toll is at fault.
fn body(server: &TestServer, write: &Write) -> Vec<u8> {
    let nothing = "AAAA";
    let digest = "A".repeat(43);
    let body = match write.path.rsplit('/').next().unwrap() {
        "reports" => return serde_json::to_vec(&Reporter::new().submission(&server.desk)).unwrap(),
        "items" => json!({ "items": [] }),
        _ if write.path.ends_with("session/start") => json!({ "login": "a.okafor", "ke1": nothing }),
        _ if write.path.ends_with("session/finish") => json!({ "attempt": digest, "ke3": nothing }),
        _ if write.path.ends_with("invites/start") => json!({ "code_sha256": digest, "request": nothing }),
        _ if write.path.ends_with("invites/finish") => json!({
            "code_sha256": digest,
            "record": nothing,
            "identity": server.desk.public(),
            "vault": nothing,
        }),
        _ => return Vec::new(),
    };
    body.to_string().into_bytes()
}

/// Asks for a write as our own pages would, with this proof of work.
async fn ask(server: &TestServer, write: &Write, work: Option<&str>) -> (StatusCode, Option<ErrorCode>) {
    let path = write.path.replace("{slug}", POLICE).replace("{upload}", &"A".repeat(43));
    let mut request = server
        .request(write.method.clone(), &path)
        .header("origin", &server.state.config.server.origin)
        .header("tus-resumable", "1.0.0")
        .header("upload-length", "5")
        .header("upload-offset", "0");
    if write.method == Method::PATCH {
        request = request.header("content-type", "application/offset+octet-stream");
    }
    if let Some(work) = work {
        request = request.header(protocol::WORK_HEADER, work);
    }
    let response = request.body(body(server, write)).send().await.unwrap();
    let status = response.status();
    (status, if status.is_success() { None } else { Some(json_of::<ApiError>(response).await.code) })
}

/// That the table has all of them is a test beside it.
#[tokio::test]
async fn no_unauthenticated_write_is_free() {
    let server = TestServer::start(Pair::Embedded).await;
    let spent = server.work().await;
    assert_eq!(ask(&server, &WRITES[0], Some(&spent)).await, (StatusCode::OK, None));
    let needed = (StatusCode::PRECONDITION_REQUIRED, Some(ErrorCode::WorkNeeded));
    let mut cost_work = 0;
    for write in WRITES {
        let name = format!("{} {}", write.method, write.path);
        match write.toll {
            Toll::Work | Toll::WorkOrSignature => {
                assert_eq!(ask(&server, write, None).await, needed, "{name} without");
                assert_eq!(ask(&server, write, Some("nonsense")).await, needed, "{name} with nonsense");
                assert_eq!(ask(&server, write, Some(&spent)).await, needed, "{name} with one that is spent");
                let paid = ask(&server, write, Some(&server.work().await)).await;
                assert_ne!(paid.0, needed.0, "{name} is not reached with one");
                cost_work += 1;
            }
            Toll::Signature => {
                let answer = ask(&server, write, None).await;
                assert_eq!(answer, (StatusCode::UNAUTHORIZED, Some(ErrorCode::NotSignedIn)), "{name}");
            }
            Toll::UploadId => {
                let answer = ask(&server, write, None).await;
                assert_eq!(answer, (StatusCode::NOT_FOUND, Some(ErrorCode::NotFound)), "{name}");
            }
        }
    }
    assert_eq!(cost_work, 6);
}

#[tokio::test]
async fn a_solution_is_spent_with_its_first_use() {
    let server = TestServer::start(Pair::Embedded).await;
    let work = server.work().await;
    let path = format!("/api/v1/desks/{POLICE}/uploads");
    assert_eq!(post(&server, &path, Some(&work), vec![]).await.0, StatusCode::CREATED);
    let again = post(&server, &path, Some(&work), vec![]).await;
    assert_eq!(again, (StatusCode::PRECONDITION_REQUIRED, ErrorCode::WorkNeeded));
}

#[tokio::test]
async fn a_solution_expires() {
    let server = TestServer::start(Pair::Embedded).await;
    let challenge: WorkChallenge = json_of(server.get("/api/v1/work").await).await;
    server.clock.advance(challenge.expires - server.state.clock.now());
    let path = format!("/api/v1/desks/{POLICE}/uploads");
    let late = post(&server, &path, Some(&solve(&challenge)), vec![]).await;
    assert_eq!(late, (StatusCode::PRECONDITION_REQUIRED, ErrorCode::WorkNeeded));
}

#[tokio::test]
async fn challenges_get_harder_under_load_and_easier_after_it() {
    let server =
        TestServer::start_with(Pair::Embedded, |config| config.work.calm_writes_per_second = 1).await;
    let quiet: WorkChallenge = json_of(server.get("/api/v1/work").await).await;
    for _ in 0..25 {
        server.create_upload(1).await;
    }
    let busy: WorkChallenge = json_of(server.get("/api/v1/work").await).await;
    assert!(busy.bits > quiet.bits, "{} {}", busy.bits, quiet.bits);
    server.clock.advance(60);
    let later: WorkChallenge = json_of(server.get("/api/v1/work").await).await;
    assert_eq!(later.bits, quiet.bits);
}

#[tokio::test]
async fn without_javascript_a_network_gets_a_burst_and_then_waits() {
    let server = TestServer::start_with(Pair::Embedded, |config| config.limits.network_burst = 2).await;
    let now = server.state.clock.now();
    let take = || server.state.networks.take(NetworkTag::UNKNOWN, now);
    assert!(take().is_ok() && take().is_ok());
    assert_eq!(take().unwrap_err().code, ErrorCode::SlowDown);
}
