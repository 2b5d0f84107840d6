//! Proof of work on unauthenticated writes.

use protocol::public::WorkChallenge;
use protocol::{ApiError, ErrorCode};
use reqwest::{Method, StatusCode};
use server::limits::NetworkTag;

use crate::support::{POLICE, Reporter, TestServer, json, solve};
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
    let code = if status.is_success() { ErrorCode::Internal } else { json::<ApiError>(response).await.code };
    (status, code)
}

#[tokio::test]
async fn every_unauthenticated_write_needs_it() {
    let server = TestServer::start(Pair::Embedded).await;
    let submission = serde_json::to_vec(&Reporter::new().submission(&server.desk)).unwrap();
    for path in ["reports", "uploads"].map(|what| format!("/api/v1/desks/{POLICE}/{what}")) {
        let answer = post(&server, &path, None, submission.clone()).await;
        assert_eq!(answer, (StatusCode::PRECONDITION_REQUIRED, ErrorCode::WorkNeeded), "{path}");
    }
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
    let challenge: WorkChallenge = json(server.get("/api/v1/work").await).await;
    server.clock.advance(challenge.expires - server.state.clock.now());
    let path = format!("/api/v1/desks/{POLICE}/uploads");
    let late = post(&server, &path, Some(&solve(&challenge)), vec![]).await;
    assert_eq!(late, (StatusCode::PRECONDITION_REQUIRED, ErrorCode::WorkNeeded));
}

#[tokio::test]
async fn challenges_get_harder_under_load_and_easier_after_it() {
    let server =
        TestServer::start_with(Pair::Embedded, |config| config.work.calm_writes_per_second = 1).await;
    let quiet: WorkChallenge = json(server.get("/api/v1/work").await).await;
    for _ in 0..25 {
        server.create_upload(1).await;
    }
    let busy: WorkChallenge = json(server.get("/api/v1/work").await).await;
    assert!(busy.bits > quiet.bits, "{} {}", busy.bits, quiet.bits);
    server.clock.advance(60);
    let later: WorkChallenge = json(server.get("/api/v1/work").await).await;
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
