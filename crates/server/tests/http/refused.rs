//! A refusal reaches whoever is still sending, and the connection lives on.

use std::time::Duration;

use store::testing::Pair;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::TestServer;

/// What came until nothing has come for half a second, once something has.
async fn answer(connection: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    let mut buffer = [0; 4096];
    let mut patience = Duration::from_secs(20);
    while let Ok(Ok(read @ 1..)) = tokio::time::timeout(patience, connection.read(&mut buffer)).await {
        heard.extend_from_slice(&buffer[..read]);
        patience = Duration::from_millis(500);
    }
    String::from_utf8(heard).unwrap()
}

fn put(length: usize, headers: &str) -> String {
    format!("PUT /no/such/page HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n{headers}\r\n")
}

#[tokio::test]
async fn a_body_that_is_on_its_way_is_read_before_the_refusal() {
    let server = TestServer::start(Pair::Embedded).await;
    let mut sender = TcpStream::connect(server.address).await.unwrap();
    let body = vec![b'x'; 300_000];
    sender.write_all(put(body.len(), "").as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    sender.write_all(&body).await.unwrap();
    let refusal = answer(&mut sender).await;
    assert!(refusal.starts_with("HTTP/1.1 404"), "{refusal}");
    sender.write_all(b"GET /api/v1/instance HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let next = answer(&mut sender).await;
    assert!(next.starts_with("HTTP/1.1 200"), "the same connection: {next}");
}

#[tokio::test]
async fn nothing_is_waited_for_that_is_too_much_or_never_comes() {
    let server = TestServer::start(Pair::Embedded).await;
    let mut much = TcpStream::connect(server.address).await.unwrap();
    much.write_all(put((1 << 20) + 1, "").as_bytes()).await.unwrap();
    assert!(answer(&mut much).await.starts_with("HTTP/1.1 404"), "though nothing of it comes");

    let mut asking = TcpStream::connect(server.address).await.unwrap();
    asking.write_all(put(1000, "expect: 100-continue\r\n").as_bytes()).await.unwrap();
    assert!(answer(&mut asking).await.starts_with("HTTP/1.1 404"), "and not told to go on");

    let mut silent = TcpStream::connect(server.address).await.unwrap();
    silent.write_all(put(1000, "").as_bytes()).await.unwrap();
    assert!(answer(&mut silent).await.starts_with("HTTP/1.1 404"), "after a while");
}
