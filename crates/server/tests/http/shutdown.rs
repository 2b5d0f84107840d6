//! Stopping: what is under way is finished, and nothing new begins.

use std::time::{Duration, Instant};

use store::testing::Pair;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::TestServer;

#[tokio::test]
async fn a_request_under_way_is_finished_and_new_ones_are_refused() {
    let server = TestServer::start(Pair::Embedded).await;
    let (address, body) = (server.address, vec![b'x'; 1000]);
    let path = server.create_upload(1000).await;
    let mut under_way = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "PATCH {path} HTTP/1.1\r\nhost: x\r\ntus-resumable: 1.0.0\r\nupload-offset: 0\r\n\
         content-type: application/offset+octet-stream\r\ncontent-length: 1000\r\n\r\n"
    );
    under_way.write_all(head.as_bytes()).await.unwrap();
    under_way.write_all(&body[..400]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (running, _stores) = server.stop();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(TcpStream::connect(address).await.is_err(), "the port is closed at once");
    under_way.write_all(&body[400..]).await.unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    running.await.unwrap();
}

#[tokio::test]
async fn whoever_does_not_finish_is_cut_off() {
    let server = TestServer::start_with(Pair::Embedded, |config| config.server.shutdown_seconds = 1).await;
    let mut stuck = TcpStream::connect(server.address).await.unwrap();
    stuck.write_all(b"POST /api/v1/desks/bay-police/reports HTTP/1.1\r\nhost: x\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let started = Instant::now();
    let (running, _stores) = server.stop();
    running.await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_connection_that_sends_no_headers_is_closed() {
    let server = TestServer::start_with(Pair::Embedded, |config| config.limits.idle_seconds = 1).await;
    let mut slow = TcpStream::connect(server.address).await.unwrap();
    slow.write_all(b"GET /api/v1/instance HTTP/1.1\r\nho").await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), slow.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "still open");
}
