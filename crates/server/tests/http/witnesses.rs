//! Witnesses cosign what is published; one that is down, slow, or talks nonsense holds nothing up.

use std::time::{Duration, Instant};

use ledger::note::{KeyType, SigningKey};
use ledger::witness::Seen;
use ledger::{Hash, SignedCheckpoint};
use server::Server;
use server::config::WitnessConfig;

use crate::cosigner::{Manner, Witness, cosigned, start};
use crate::support::{Pair, TestServer};

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
