//! What the server clears away by itself, and that it stops doing so when it stops.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use reqwest::{Method, StatusCode};
use server::clock::Clock as _;
use server::{Config, Server};
use store::Store;
use store::testing::{Pair, TestStore};
use store::uploads::UploadId;
use tokio::sync::oneshot;

use crate::support::{LOGGED, NOW, TestServer, json};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

fn often(config: &mut Config) {
    config.sweep.every_seconds = 1;
}

/// An object that no row knows of, last written to at this time.
fn orphan(folder: &std::path::Path, number: u8, modified: i64) -> PathBuf {
    let path = folder.join(format!("objects/cd/cd{number:030x}"));
    let file = std::fs::File::create(&path).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(modified.unsigned_abs())).unwrap();
    path
}

async fn expiring(store: &Store) -> UploadId {
    let id = UploadId::random().unwrap();
    store.uploads().create(id, Some(10), NOW + 1, NOW).await.unwrap();
    id
}

/// Whether an upload has been removed for its age: at a time when it was young, only the memory of it tells.
async fn is_swept(store: &Store, id: UploadId) -> bool {
    store.uploads().has_expired(id, NOW).await.unwrap()
}

/// Whether it happens within the time that a busy machine may need.
async fn soon(mut happened: impl AsyncFnMut() -> bool) -> bool {
    for _ in 0..150 {
        if happened().await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    false
}

async fn status(server: &TestServer, id: UploadId) -> StatusCode {
    let path = format!("/api/v1/uploads/{id}");
    server.request(Method::HEAD, &path).header("tus-resumable", "1.0.0").send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_over_one_store_clear_away_what_had_its_time_and_nothing_else() {
    let server = TestServer::start_with(Pair::Embedded, often).await;
    let folder = server.stores.folder().to_owned();
    let mut config = (*server.state.config).clone();
    config.server.listen.set_port(0);
    let second = Server::bind_with_clock(config, Arc::new(server.clock.clone())).await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let second = tokio::spawn(second.run(async { drop(stopped.await) }));

    // From now on the search for objects is due in a day, whichever process asks first.
    assert!(!server.state.store.jobs().is_due("orphans", DAY, NOW).await.unwrap());
    let kept = server.upload(b"kept until its time is over".to_vec()).await.parse().unwrap();
    let foreign = orphan(&folder, 1, NOW - 1);
    let lost: Vec<_> = (2..100).map(|number| orphan(&folder, number, NOW)).collect();
    let young = orphan(&folder, 100, NOW + 50 * HOUR);
    server.clock.advance(23 * HOUR);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(status(&server, kept).await, StatusCode::OK);
    assert!(lost.iter().all(|object| object.exists()), "not before the interval is over");

    server.clock.advance(50 * HOUR);
    assert!(soon(async || lost.iter().all(|object| !object.exists())).await);
    assert!(foreign.exists(), "older than this database");
    assert!(young.exists(), "it may be waiting to be counted");
    assert!(soon(async || is_swept(&server.state.store, kept).await).await);
    assert_eq!(status(&server, kept).await, StatusCode::GONE);
    server.clock.advance(DAY);
    assert_eq!(status(&server, kept).await, StatusCode::NOT_FOUND);

    let instance: protocol::public::Instance = json(server.get("/api/v1/instance").await).await;
    assert_eq!(instance.desks.len(), 2, "it still serves");
    drop(stop);
    second.await.unwrap().unwrap();
    let logged = String::from_utf8_lossy(&LOGGED.lock().unwrap()).into_owned();
    assert!(!logged.contains("clearing away"), "a sweep failed: {logged}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_has_stopped_clears_nothing_away() {
    let server = TestServer::start_with(Pair::Embedded, often).await;
    let (clock, store) = (server.clock.clone(), server.state.store.clone());
    let swept = expiring(&store).await;
    clock.advance(10);
    assert!(soon(async || is_swept(&store, swept).await).await);
    let (running, stores): (_, TestStore) = server.stop();
    running.await.unwrap();
    let left = expiring(&store).await;
    clock.advance(10);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(!is_swept(&store, left).await, "somebody swept after the end");
    assert_eq!(store.sweep(clock.now()).await.unwrap().uploads, 1);
    assert!(is_swept(&store, left).await);
    drop(stores);
}
