//! The log as anybody follows it, and what reporters are told of it.

use std::time::Duration;

use ledger::fsck::Fsck;
use ledger::note::VerifierKey;
use ledger::record::Kind::{self, ItemAdded, ReportReceived};
use ledger::{Hash, Opening, Record, SignedCheckpoint, tree};
use protocol::ledger::Inclusion;
use protocol::public::Instance;
use protocol::receipt::{AddItems, ItemsAdded, ReceiptView};
use protocol::{ApiError, ErrorCode};
use reqwest::{Method, StatusCode};
use seal::ItemKind;
use server::Server;
use server::doctor::{Severity, doctor};
use sqlx::{Connection as _, SqliteConnection};

use crate::support::{Pair, Reporter, TestServer, header, json};

async fn key(server: &TestServer) -> VerifierKey {
    server.get("/log/key").await.text().await.unwrap().trim_end().parse().unwrap()
}

/// The newest checkpoint; the first comes a moment after the start.
pub(crate) async fn checkpoint(server: &TestServer) -> SignedCheckpoint {
    for _ in 0..500 {
        let response = server.get("/log/checkpoint").await;
        if response.status() == StatusCode::OK {
            return SignedCheckpoint::parse(&response.bytes().await.unwrap()).unwrap();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("there never was a checkpoint");
}

/// Checks a proof as a receipt is checked, and answers what its entries say.
fn check(inclusion: &Inclusion, key: &VerifierKey) -> Vec<Record> {
    let checkpoint = SignedCheckpoint::parse(inclusion.checkpoint.as_bytes()).unwrap();
    let verified = checkpoint.verify(key, &[]).unwrap();
    let (size, root) = (verified.checkpoint().size(), verified.checkpoint().root());
    let entries = inclusion.entries.iter().map(|entry| {
        let salt = entry.salt.as_slice().try_into().unwrap();
        let opening = Opening { salt, record: entry.record.clone().into_bytes() };
        let leaf = opening.leaf().unwrap();
        let path: Vec<_> = entry.path.iter().map(|hash| Hash::from_bytes(*hash.as_bytes())).collect();
        tree::verify_inclusion(&leaf.hash(), entry.index, size, root, &path).unwrap();
        opening.open(&leaf).unwrap()
    });
    entries.collect()
}

async fn anybody_can_follow_it(server: TestServer) {
    for _ in 0..3 {
        server.reported().await;
    }
    let key = key(&server).await;
    assert_eq!(key.name(), "localhost:8080/log");
    let instance: Instance = json(server.get("/api/v1/instance").await).await;
    assert_eq!(instance.log_key, key.to_string());

    let newest = checkpoint(&server).await;
    let mut fsck = Fsck::begin(newest.as_str().as_bytes(), &key, &[]).unwrap();
    while let Some(file) = fsck.wanted() {
        let response = server.get(&format!("/log/{file}")).await;
        assert_eq!(response.status(), StatusCode::OK, "{file}");
        assert_eq!(header(&response, "content-type"), "application/octet-stream");
        assert_eq!(header(&response, "cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(header(&response, "access-control-allow-origin"), "*");
        assert_eq!(header(&response, "cross-origin-resource-policy"), "cross-origin");
        let bytes = response.bytes().await.unwrap();
        fsck.take(Some(&bytes), &mut |_, entry| ledger::Leaf::parse(entry).map(drop));
    }
    let report = fsck.finish();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(report.entries, newest.checkpoint().size());
    assert!(report.entries >= 11, "two desks and three reports of two items");

    let response = server.get("/log/checkpoint").await;
    assert_eq!(header(&response, "content-type"), "text/plain; charset=utf-8");
    assert_eq!(header(&response, "cache-control"), "no-cache");
    assert_eq!(header(&response, "access-control-allow-origin"), "*");
    let size = report.entries;
    for missing in [
        format!("/log/tile/0/000.p/{}", size + 1),
        "/log/tile/0/000".to_owned(),
        "/log/tile/entries/001".to_owned(),
        "/log/tile/1/000.p/1".to_owned(),
        "/log/tile/0/0".to_owned(),
        "/log/tile/00/000".to_owned(),
        "/log/tile/0/000.p/0".to_owned(),
        "/log/tile/0/..%2f000".to_owned(),
        "/log/tile/x".to_owned(),
        "/log/stamps".to_owned(),
        "/log/stamp/1".to_owned(),
        "/log/stamp/x".to_owned(),
        "/log".to_owned(),
    ] {
        assert_eq!(server.get(&missing).await.status(), StatusCode::NOT_FOUND, "{missing}");
    }
    let post = server.request(Method::POST, "/log/checkpoint").send().await.unwrap();
    assert_eq!(post.status(), StatusCode::METHOD_NOT_ALLOWED);
}

async fn every_acknowledgement_is_proven(server: TestServer) {
    let key = key(&server).await;
    let (reporter, acknowledged) = server.reported().await;
    let kinds = |records: &[Record]| records.iter().map(|record| record.kind).collect::<Vec<Kind>>();
    let records = check(&acknowledged.ledger, &key);
    assert_eq!(kinds(&records), [ReportReceived, ItemAdded, ItemAdded]);
    for (record, item) in records[1..].iter().zip(&acknowledged.items) {
        assert_eq!(record.item.unwrap().as_bytes(), item.item.as_bytes());
        assert_eq!(record.sha256.unwrap().as_bytes(), item.sha256.as_bytes());
        assert_eq!(record.report.unwrap().as_bytes(), reporter.report.as_bytes());
        assert_eq!(record.at.unix(), acknowledged.received_at);
    }

    let message = reporter.item(ItemKind::Message, b"It was on Tuesday.");
    let id = message.signed.header.item;
    let body = serde_json::to_vec(&AddItems { items: vec![message] }).unwrap();
    let path = "/api/v1/receipt/items";
    let added = server.signed(&reporter, Method::POST, path, body.clone()).send().await.unwrap();
    let added: ItemsAdded = json(added).await;
    let records = check(added.ledger.as_ref().unwrap(), &key);
    assert_eq!(kinds(&records), [ItemAdded]);
    assert_eq!(records[0].item.unwrap().as_bytes(), id.as_bytes());
    let again = server.signed(&reporter, Method::POST, path, body).send().await.unwrap();
    let again: ItemsAdded = json(again).await;
    assert_eq!(again.ledger.unwrap().entries[0].index, added.ledger.unwrap().entries[0].index);

    let view = server.signed(&reporter, Method::GET, "/api/v1/receipt", Vec::new()).send().await.unwrap();
    let view: ReceiptView = json(view).await;
    assert_eq!(kinds(&check(&view.ledger, &key)), [ReportReceived, ItemAdded, ItemAdded, ItemAdded]);
}

crate::on_both_stores!(anybody_can_follow_it, every_acknowledgement_is_proven);

/// A server whose database was put back to yesterday's copy, beside the objects and the key of today.
#[tokio::test]
async fn a_database_that_was_put_back_takes_nothing_in() {
    let server = TestServer::start(Pair::Embedded).await;
    let (known, _) = server.reported().await;
    let config = (*server.state.config).clone();
    let copy = server.stores.folder().join("yesterday.db");
    let mut link =
        SqliteConnection::connect(config.store.database.strip_prefix("sqlite:").unwrap()).await.unwrap();
    let vacuum = format!("VACUUM INTO '{}'", copy.display());
    sqlx::raw_sql(sqlx::AssertSqlSafe(vacuum)).execute(&mut link).await.unwrap();
    link.close().await.unwrap();
    server.reported().await;
    let (running, stores) = server.stop();
    running.await.unwrap();

    let mut mixed = config.clone();
    mixed.store.database = format!("sqlite:{}", copy.display());
    let server = TestServer::over(stores.clone(), mixed.clone()).await;
    let refused = server.submit(crate::support::POLICE, &Reporter::new().submission(&server.desk)).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    let refused: ApiError = json(refused).await;
    assert_eq!(refused.code, ErrorCode::Unavailable);
    assert!(refused.message.contains("log"), "{refused}");
    // What needs no record goes on.
    assert_eq!(server.get("/api/v1/instance").await.status(), StatusCode::OK);
    assert_eq!(server.get("/log/checkpoint").await.status(), StatusCode::OK);
    let view = server.signed(&known, Method::GET, "/api/v1/receipt", Vec::new()).send().await.unwrap();
    let view: ReceiptView = json(view).await;
    assert_eq!(check(&view.ledger, &key(&server).await).len(), 3, "what was acknowledged is still shown");

    let file = stores.folder().join("mixed.toml");
    let text = format!(
        "[server]\norigin = '{}'\nkey_file = '{}'\n[store]\ndatabase = '{}'\nobjects = '{}'\n",
        mixed.server.origin,
        mixed.server.key_file.display(),
        mixed.store.database,
        mixed.store.objects
    );
    std::fs::write(&file, text).unwrap();
    let found = doctor(Some(&file), &[]).await;
    let about_log = found.iter().find(|finding| finding.about == "log").unwrap();
    assert_eq!(about_log.severity, Severity::Wrong);
    assert!(about_log.text.contains("older copy"), "{}", about_log.text);

    // With its own database again it goes on as if nothing had happened.
    let again = Server::bind(config).await.unwrap();
    assert!(again.state().store.log().refusal().is_none());
}
