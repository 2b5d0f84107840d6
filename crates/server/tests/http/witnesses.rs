//! Witnesses cosign what is published; one that is down, slow, or talks nonsense holds nothing up.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use ledger::cosignature::cosign;
use ledger::note::{KeyType, SigningKey, VerifierKey};
use ledger::witness::{AddCheckpoint, Seen, decide};
use ledger::{Hash, SignedCheckpoint};
use server::Server;
use server::config::{Config, WitnessConfig};
use tokio::net::TcpListener;

use crate::support::{Pair, TestServer};

/// How a witness answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    AsItShould,
    WithNonsense,
    Never,
    WithTheSignatureOfAnother,
}

struct Witness {
    manner: Manner,
    key: SigningKey,
    log: VerifierKey,
    seen: Mutex<Option<Seen>>,
    statuses: Mutex<Vec<u16>>,
}

/// A witness of the specification; answers its configuration.
async fn witness(
    manner: Manner,
    log: &VerifierKey,
    number: u8,
    seen: Option<Seen>,
) -> (Arc<Witness>, WitnessConfig) {
    let name = format!("witness-{number}.example");
    let key = SigningKey::from_seed(&name, KeyType::Cosignature, &[number; 32]).unwrap();
    let config = WitnessConfig { name: name.clone(), key: key.verifier().to_string(), url: String::new() };
    let signs = if manner == Manner::WithTheSignatureOfAnother {
        SigningKey::from_seed(&name, KeyType::Cosignature, &[number + 1; 32]).unwrap()
    } else {
        key
    };
    let witness = Arc::new(Witness {
        manner,
        key: signs,
        log: log.clone(),
        seen: Mutex::new(seen),
        statuses: Mutex::default(),
    });
    let app = Router::new().route("/add-checkpoint", post(answer)).with_state(Arc::clone(&witness));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (witness, WitnessConfig { url, ..config })
}

async fn answer(State(witness): State<Arc<Witness>>, body: String) -> Response {
    match witness.manner {
        Manner::Never => std::future::pending::<()>().await,
        Manner::WithNonsense => return "— everything is fine\n".into_response(),
        Manner::AsItShould | Manner::WithTheSignatureOfAnother => {}
    }
    let request = AddCheckpoint::parse(body.as_bytes()).unwrap();
    let mut seen = witness.seen.lock().unwrap();
    let (status, body) = match decide(&request, std::slice::from_ref(&witness.log), *seen) {
        Ok(now) => {
            *seen = Some(now);
            (200, format!("{}\n", cosign(&witness.key, &request.checkpoint, 1_800_000_000).unwrap()))
        }
        Err(refusal) => (refusal.status(), refusal.body().1),
    };
    witness.statuses.lock().unwrap().push(status);
    (StatusCode::from_u16(status).unwrap(), body).into_response()
}

/// The server's key before there is a server: every test's `instance.key` is the same.
fn configure(config: &mut Config) -> VerifierKey {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(&config.server.key_file, [9; 32]).unwrap();
    std::fs::set_permissions(&config.server.key_file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let keys = server::keys::SubKeys::load(&config.server.key_file).unwrap();
    server::sequencer::log_key(config, &keys).unwrap().verifier().clone()
}

async fn start(manners: &[Manner], seen: Option<Seen>) -> (TestServer, Vec<Arc<Witness>>) {
    let stores = store::testing::TestStore::open(Pair::Embedded).await.unwrap();
    let mut config = crate::support::configure(&stores);
    let log = configure(&mut config);
    let mut witnesses = Vec::new();
    for (number, manner) in (1..).zip(manners) {
        let (witness, configured) = witness(*manner, &log, number * 10, seen).await;
        config.ledger.witnesses.push(configured);
        witnesses.push(witness);
    }
    (TestServer::over(stores, config).await, witnesses)
}

fn cosigned(checkpoint: &str, server: &TestServer, witness: &Witness) -> bool {
    let checkpoint = SignedCheckpoint::parse(checkpoint.as_bytes()).unwrap();
    let keys = [witness.key.verifier().clone()];
    let verified = checkpoint.verify(server.state.log_key.verifier(), &keys).unwrap();
    !verified.cosigned().is_empty()
}

async fn published(server: &TestServer) -> String {
    crate::public_log::checkpoint(server).await.as_str().to_owned()
}

/// Waits until what anybody reads is cosigned.
async fn until_cosigned(server: &TestServer, witness: &Witness) {
    let begun = Instant::now();
    while !cosigned(&published(server).await, server, witness) {
        assert!(begun.elapsed() < Duration::from_secs(20), "nobody cosigned");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_is_cosigned_and_the_acknowledgement_with_it() {
    let (server, witnesses) = start(&[Manner::AsItShould], None).await;
    until_cosigned(&server, &witnesses[0]).await;
    let (_, acknowledged) = server.reported().await;
    assert!(
        cosigned(&acknowledged.ledger.checkpoint, &server, &witnesses[0]),
        "it answers, so it was waited for"
    );
    server.reported().await;
    until_cosigned(&server, &witnesses[0]).await;
    assert!(witnesses[0].statuses.lock().unwrap().iter().all(|status| *status == 200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_that_do_not_cosign_hold_nothing_up() {
    use Manner::{AsItShould, Never, WithNonsense, WithTheSignatureOfAnother};
    let (server, witnesses) =
        start(&[Never, WithNonsense, AsItShould, WithTheSignatureOfAnother], None).await;
    until_cosigned(&server, &witnesses[2]).await;
    let begun = Instant::now();
    for _ in 0..5 {
        server.reported().await;
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    until_cosigned(&server, &witnesses[2]).await;
    // Nothing of the others is handed on: their lines would make the checkpoint unreadable to whoever knows them.
    let checkpoint = SignedCheckpoint::parse(published(&server).await.as_bytes()).unwrap();
    assert_eq!(checkpoint.note().lines().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_has_seen_more_than_there_is_does_not_cosign() {
    let seen = Some(Seen { size: 1_000_000, root: Hash::empty() });
    let (server, witnesses) = start(&[Manner::AsItShould], seen).await;
    let (_, acknowledged) = server.reported().await;
    assert!(!cosigned(&acknowledged.ledger.checkpoint, &server, &witnesses[0]));
    let begun = Instant::now();
    while witnesses[0].statuses.lock().unwrap().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it was not asked");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(witnesses[0].statuses.lock().unwrap().iter().all(|status| *status == 409));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_whose_memory_differs_is_asked_again_from_what_it_names() {
    let (server, witnesses) = start(&[Manner::AsItShould], None).await;
    until_cosigned(&server, &witnesses[0]).await;
    // As after it was set up anew: it knows nothing, and says so.
    *witnesses[0].seen.lock().unwrap() = None;
    server.reported().await;
    until_cosigned(&server, &witnesses[0]).await;
    let statuses = witnesses[0].statuses.lock().unwrap().clone();
    assert!(statuses.windows(2).any(|pair| pair == [409, 200]), "{statuses:?}");
}

#[tokio::test]
async fn a_witness_that_cannot_be_asked_is_named_at_start() {
    let stores = store::testing::TestStore::open(Pair::Embedded).await.unwrap();
    let cosigner = SigningKey::from_seed("w.example", KeyType::Cosignature, &[1; 32]).unwrap();
    let signer = SigningKey::from_seed("w.example", KeyType::Ed25519, &[1; 32]).unwrap();
    for (key, url, why) in [
        ("w.example+0+x".to_owned(), "https://w.example", "key"),
        (signer.verifier().to_string(), "https://w.example", "cosigns"),
        (cosigner.verifier().to_string(), "w.example", "https://"),
    ] {
        let mut config = crate::support::configure(&stores);
        let witness = WitnessConfig { name: "A university".to_owned(), key, url: url.to_owned() };
        config.ledger.witnesses.push(witness);
        let error = Server::bind(config).await.unwrap_err().to_string();
        assert!(error.contains("A university") && error.contains(why), "{error}");
    }
}
