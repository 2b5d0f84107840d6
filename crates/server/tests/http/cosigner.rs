//! Witnesses of the specification, well behaved and not, and a server that asks them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use ledger::SignedCheckpoint;
use ledger::cosignature::cosign;
use ledger::note::{KeyType, SigningKey, VerifierKey};
use ledger::witness::{AddCheckpoint, Seen, decide};
use server::config::{Config, WitnessConfig};
use tokio::net::TcpListener;

use crate::support::{Pair, TestServer};

/// How a witness answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    AsItShould,
    WithNonsense,
    Never,
    WithTheSignatureOfAnother,
}

pub(crate) struct Witness {
    manner: Manner,
    pub(crate) key: SigningKey,
    log: VerifierKey,
    pub(crate) seen: Mutex<Option<Seen>>,
    pub(crate) statuses: Mutex<Vec<u16>>,
}

/// A witness of the specification; answers its configuration.
pub(crate) async fn witness(
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
pub(crate) fn configure(config: &mut Config) -> VerifierKey {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(&config.server.key_file, [9; 32]).unwrap();
    std::fs::set_permissions(&config.server.key_file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let keys = server::keys::SubKeys::load(&config.server.key_file).unwrap();
    server::sequencer::log_key(config, &keys).unwrap().verifier().clone()
}

pub(crate) async fn start(manners: &[Manner], seen: Option<Seen>) -> (TestServer, Vec<Arc<Witness>>) {
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

pub(crate) fn cosigned(checkpoint: &str, server: &TestServer, witness: &Witness) -> bool {
    let checkpoint = SignedCheckpoint::parse(checkpoint.as_bytes()).unwrap();
    let keys = [witness.key.verifier().clone()];
    let verified = checkpoint.verify(server.state.log_key.verifier(), &keys).unwrap();
    !verified.cosigned().is_empty()
}
