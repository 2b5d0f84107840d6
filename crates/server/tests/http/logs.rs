//! What may be in the log, and what may not.

use protocol::receipt::AddItems;
use reqwest::Method;
use seal::ItemKind;
use store::testing::Pair;

use crate::support::{LOGGED, POLICE, TestServer};

#[tokio::test]
async fn no_identifier_address_or_path_of_a_reporter_is_logged() {
    let server = TestServer::start(Pair::Embedded).await;
    let (reporter, acknowledged) = server.reported().await;
    let item = acknowledged.items[0].item;
    let location = server.create_upload(10).await;
    let proof = reporter.proof("GET", "/api/v1/receipt", b"", 0);
    let body =
        serde_json::to_vec(&AddItems { items: vec![reporter.item(ItemKind::Message, b"{}")] }).unwrap();
    for request in [
        server.signed(&reporter, Method::GET, "/api/v1/receipt", vec![]),
        server.signed(&reporter, Method::GET, &format!("/api/v1/receipt/items/{item}"), vec![]),
        server.signed(&reporter, Method::POST, "/api/v1/receipt/items", body),
        server.request(Method::GET, "/api/v1/receipt").header("authorization", &proof),
        server.request(Method::HEAD, &location).header("tus-resumable", "1.0.0"),
        server.request(Method::GET, "/canary-in-path?canary-in-query"),
        server.request(Method::from_bytes(b"CANARYMETHOD").unwrap(), "/api/v1/instance"),
        server
            .request(Method::POST, &format!("/api/v1/desks/{POLICE}/reports"))
            .body("{\"canary_in_json\":1}"),
        server.request(Method::GET, "/api/v1/instance").header("user-agent", "canary-agent"),
    ] {
        request.send().await.unwrap();
    }
    let logged = String::from_utf8(LOGGED.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("/api/v1/receipt/items/{item}"), "the route's template is logged: {logged}");
    let secrets = [
        reporter.report.to_string(),
        item.to_string(),
        location.rsplit('/').next().unwrap().to_owned(),
        proof.split_once(' ').unwrap().1.split('.').next().unwrap().to_owned(),
        reporter.keys.identity.verifying_key().to_string(),
        "canary".to_owned(),
        "CANARY".to_owned(),
        "127.0.0.1".to_owned(),
    ];
    for secret in secrets {
        assert!(!logged.contains(&secret), "{secret} is in the log");
    }
    for line in logged.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["timestamp"].is_string() && line["level"].is_string());
    }
}
