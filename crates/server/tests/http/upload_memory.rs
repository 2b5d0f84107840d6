//! Large uploads in little memory.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use reqwest::{Body, Method, StatusCode};
use store::testing::Pair;

use crate::support::TestServer;

const CHUNK: usize = 64 * 1024;

/// Peak resident memory of this process in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

async fn patch(server: &TestServer, path: &str, chunks: usize) -> StatusCode {
    let chunk = Bytes::from(vec![b'.'; CHUNK]);
    let body = stream::iter((0..chunks).map(move |_| Ok::<_, std::io::Error>(chunk.clone())));
    let request = server.request(Method::PATCH, path);
    let request = request.header("tus-resumable", "1.0.0").header("upload-offset", "0");
    let request = request.header("content-type", "application/offset+octet-stream");
    request.body(Body::wrap_stream(body)).send().await.unwrap().status()
}

#[tokio::test]
async fn many_uploads_at_once_stay_within_the_memory_that_was_set() {
    let server = TestServer::start_with(Pair::Embedded, |config| {
        config.limits.upload_memory_bytes = 4 << 20;
    })
    .await;
    // A first one, so that what the process needs anyway is there.
    let path = server.create_upload((16 * CHUNK) as u64).await;
    assert_eq!(patch(&server, &path, 16).await, StatusCode::NO_CONTENT);
    let before = peak();
    let chunks = 640;
    let mut paths = Vec::new();
    for _ in 0..8 {
        paths.push(server.create_upload((chunks * CHUNK) as u64).await);
    }
    let uploads = paths.iter().map(|path| patch(&server, path, chunks));
    for status in futures_util::future::join_all(uploads).await {
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    let grown = peak().saturating_sub(before) / 1024;
    assert!(grown < 64, "320 MiB in eight uploads took {grown} MiB more, other tests included");
}

#[tokio::test]
async fn beyond_the_memory_that_was_set_uploads_are_asked_to_wait() {
    let server = TestServer::start_with(Pair::Embedded, |config| {
        config.limits.upload_memory_bytes = 4 << 20;
        config.limits.idle_seconds = 2;
    })
    .await;
    let mut stuck = Vec::new();
    for _ in 0..16 {
        let path = server.create_upload(1000).await;
        let request = server.request(Method::PATCH, &path);
        let request = request.header("tus-resumable", "1.0.0").header("upload-offset", "0");
        let request = request.header("content-type", "application/offset+octet-stream");
        let body = Body::wrap_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        stuck.push(tokio::spawn(request.body(body).send()));
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let path = server.create_upload(CHUNK as u64).await;
    assert_eq!(patch(&server, &path, 1).await, StatusCode::SERVICE_UNAVAILABLE);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(patch(&server, &path, 1).await, StatusCode::NO_CONTENT, "those that stood still were cut off");
    stuck.iter().for_each(tokio::task::JoinHandle::abort);
}
