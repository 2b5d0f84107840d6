//! With `openssl ts` as the authority, behind a tiny HTTP server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use bytes::Bytes;
use http::StatusCode;
use store::acts::{ActFilter, Kind};
use store::log::{Sequencer, Turn};
use store::testing::{Pair, TestStore, record_acts};
use tokio::net::TcpListener;

use super::*;
use crate::Config;
use crate::clock::ManualClock;

const NOW: i64 = 1_800_000_000;

const CONFIG: &str = "\
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical,CA:TRUE
[tsa]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[authority]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
certs = ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
";

fn openssl(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output();
    let output = output.expect("the tests need openssl: install the package openssl");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// What the authority does to a request.
#[derive(Clone, Copy)]
enum Does {
    Stamps,
    /// Stamps what it was asked to stamp before.
    Repeats,
    /// Stamps something else, with the nonce of the request.
    StampsOther,
    Refuses,
    TalksNonsense,
}

/// A time-stamping authority; answers its address.
async fn authority(folder: PathBuf, does: Does) -> String {
    fs::write(folder.join("openssl.cnf"), CONFIG).unwrap();
    fs::write(folder.join("serial"), "01\n").unwrap();
    let new =
        ["req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-config", "openssl.cnf"];
    if !folder.join("tsa.pem").exists() {
        let ca = ["-extensions", "ca", "-subj", "/CN=Root", "-keyout", "ca.key", "-out", "ca.pem"];
        openssl(&folder, &[&new[..], &ca].concat());
        let tsa = ["-extensions", "tsa", "-subj", "/CN=Authority", "-keyout", "tsa.key", "-out", "tsa.pem"];
        openssl(&folder, &[&new[..], &tsa, &["-CA", "ca.pem", "-CAkey", "ca.key"]].concat());
    }
    let app = Router::new().route("/", post(answer)).with_state(Arc::new((folder, does)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}/")
}

async fn answer(State(state): State<Arc<(PathBuf, Does)>>, request: Bytes) -> (StatusCode, Vec<u8>) {
    let (folder, does) = &*state;
    let mut request = request.to_vec();
    match does {
        Does::Refuses => return (StatusCode::SERVICE_UNAVAILABLE, Vec::new()),
        Does::TalksNonsense => return (StatusCode::OK, b"\x30\x03hm?".to_vec()),
        Does::Repeats if folder.join("request").exists() => {
            request = fs::read(folder.join("request")).unwrap();
        }
        Does::StampsOther => request[30] ^= 1,
        Does::Stamps | Does::Repeats => {}
    }
    fs::write(folder.join("request"), &request).unwrap();
    let reply = [
        "ts",
        "-reply",
        "-config",
        "openssl.cnf",
        "-section",
        "authority",
        "-queryfile",
        "request",
        "-out",
        "reply",
    ];
    openssl(folder, &reply);
    (StatusCode::OK, fs::read(folder.join("reply")).unwrap())
}

async fn instance() -> (AppState, TestStore) {
    let test = TestStore::open(Pair::Embedded).await.unwrap();
    let mut config = Config { store: test.config.clone(), ..Config::default() };
    config.server.key_file = test.folder().join("instance.key");
    (AppState::open(config, Arc::new(ManualClock::at(NOW))).await.unwrap(), test)
}

async fn publish(state: &AppState) {
    record_acts(&state.store, 3, NOW).await.unwrap();
    let mut sequencer = Sequencer::new(state.store.clone(), Arc::clone(&state.log_key)).unwrap();
    while sequencer.turn(NOW, std::time::Duration::ZERO).await.unwrap() == Turn::Advanced {}
    sequencer.release().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stamp_is_what_openssl_verifies() {
    let (state, test) = instance().await;
    let folder = test.folder().to_owned();
    let tsa = authority(folder.clone(), Does::Stamps).await;
    assert!(!stamp(&state, &tsa, NOW).await.unwrap(), "there is nothing to stamp yet");
    publish(&state).await;
    assert!(stamp(&state, &tsa, NOW).await.unwrap());
    let kept = state.store.log().newest_stamp().await.unwrap().unwrap();
    assert_eq!((kept.size, kept.at, kept.authority.as_str()), (3, NOW, "127.0.0.1"));

    fs::write(folder.join("token"), &kept.token).unwrap();
    let checkpoint = state.store.log().checkpoint_of(3).await.unwrap().unwrap();
    fs::write(folder.join("text"), checkpoint.note().text()).unwrap();
    let verify = ["ts", "-verify", "-token_in", "-in", "token", "-data", "text", "-CAfile", "ca.pem"];
    openssl(&folder, &verify);
    let parsed = openssl(&folder, &["ts", "-query", "-in", "request", "-text"]);
    let parsed = String::from_utf8_lossy(&parsed).into_owned();
    assert!(
        parsed.contains("Hash Algorithm: sha256") && parsed.contains("Certificate required: yes"),
        "{parsed}"
    );

    // It is an entry, and by itself no reason for another stamp.
    let filter = ActFilter { kinds: vec![Kind::CheckpointStamped], ..ActFilter::default() };
    let acts = state.store.acts().list(&filter, 0, 10).await.unwrap();
    assert_eq!(acts[0].detail.as_ref().unwrap()["size"], 3);
    let mut sequencer = Sequencer::new(state.store.clone(), Arc::clone(&state.log_key)).unwrap();
    while sequencer.turn(NOW, std::time::Duration::ZERO).await.unwrap() == Turn::Advanced {}
    sequencer.release().await.unwrap();
    assert_eq!(state.store.log().published().await.unwrap(), Some(4));
    assert!(!stamp(&state, &tsa, NOW).await.unwrap());
    publish(&state).await;
    assert!(stamp(&state, &tsa, NOW).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stamp_of_something_else_is_refused() {
    let (state, test) = instance().await;
    publish(&state).await;
    let folder = test.folder().to_owned();
    let other = authority(folder.clone(), Does::StampsOther).await;
    assert!(matches!(stamp(&state, &other, NOW).await, Err(StampError::Other("imprint"))));
    let first = authority(folder.clone(), Does::Stamps).await;
    assert!(stamp(&state, &first, NOW).await.unwrap());
    publish(&state).await;
    let repeats = authority(folder.clone(), Does::Repeats).await;
    assert!(matches!(stamp(&state, &repeats, NOW).await, Err(StampError::Other("imprint"))));
    let nonsense = authority(folder.clone(), Does::TalksNonsense).await;
    assert!(matches!(stamp(&state, &nonsense, NOW).await, Err(StampError::Malformed)));
    let refuses = authority(folder, Does::Refuses).await;
    assert!(matches!(stamp(&state, &refuses, NOW).await, Err(StampError::Status(_))));
    assert!(matches!(stamp(&state, "http://127.0.0.1:1/", NOW).await, Err(StampError::Http(_))));
    assert_eq!(state.store.log().newest_stamp().await.unwrap().unwrap().size, 3);
}

#[test]
fn a_token_is_bound_to_its_nonce_and_broken_ones_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let imprint = [7; 32];
    let nonce = [0x41, 2, 3, 4, 5, 6, 7, 8];
    let request = request(&imprint, nonce);
    fs::write(folder.path().join("request"), &request).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let path = folder.path().to_owned();
    let (_, response) = runtime.block_on(async move {
        authority(path.clone(), Does::Stamps).await;
        answer(State(Arc::new((path, Does::Stamps))), request.into()).await
    });
    assert!(token(&response, &imprint, nonce).is_ok());
    assert!(matches!(token(&response, &imprint, [0x42; 8]), Err(StampError::Other("nonce"))));
    assert!(matches!(token(&response, &[8; 32], nonce), Err(StampError::Other("imprint"))));
    for length in 0..response.len() {
        assert!(token(&response[..length], &imprint, nonce).is_err(), "cut at {length}");
    }
}
