//! Coming back with seven words.

use protocol::receipt::{AddItems, ItemsAdded, ReceiptView};
use protocol::staff::ReportState;
use protocol::{ApiError, ErrorCode, MemberId};
use reqwest::{Method, StatusCode};
use seal::{ItemKind, Seed, unwrap};
use store::acts::Stamp;

use crate::on_both_stores;
use crate::support::{NOW, POLICE, Reporter, TestServer, json};

const RECEIPT: &str = "/api/v1/receipt";
const ITEMS: &str = "/api/v1/receipt/items";

on_both_stores! {
    the_reporter_finds_their_report_and_opens_it,
    a_stranger_and_a_wrong_key_get_the_same_answer,
    a_proof_is_good_once_and_at_its_time,
    a_proof_is_good_for_one_method_path_and_body,
    a_reporter_adds_and_reads_back,
    what_the_desk_keeps_to_itself_is_not_shown,
    a_closed_report_opens_when_its_reporter_writes,
    a_range_of_an_item_is_served,
}

async fn the_reporter_finds_their_report_and_opens_it(server: TestServer) {
    let (reporter, acknowledged) = server.reported().await;
    let response = server.signed(&reporter, Method::GET, RECEIPT, vec![]).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let view: ReceiptView = json(response).await;
    assert_eq!((view.report, view.received_at), (acknowledged.report, acknowledged.received_at));
    assert_eq!(view.desk, POLICE);
    let seed: Seed = unwrap(view.wrap.as_slice(), &reporter.keys.identity).unwrap();
    let identity = seal::Identity::from_seed(seed);
    for item in view.items {
        let body = item.body.unwrap();
        assert!(seal::open_item(&item.signed, body.as_slice(), &identity).is_ok());
    }
}

async fn a_stranger_and_a_wrong_key_get_the_same_answer(server: TestServer) {
    let (reporter, _) = server.reported().await;
    let stranger = Reporter::new();
    let mut impostor = Reporter::new();
    impostor.keys.lookup = reporter.keys.lookup.clone();
    let mut answers = Vec::new();
    for who in [&stranger, &impostor] {
        let response = server.signed(who, Method::GET, RECEIPT, vec![]).send().await.unwrap();
        let status = response.status();
        let mut headers = response.headers().clone();
        headers.remove("date");
        answers.push((status, headers, response.text().await.unwrap()));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, StatusCode::NOT_FOUND);
}

async fn a_proof_is_good_once_and_at_its_time(server: TestServer) {
    let (reporter, _) = server.reported().await;
    let send = async |proof: &str| {
        let response =
            server.request(Method::GET, RECEIPT).header("authorization", proof).send().await.unwrap();
        (response.status(), response)
    };
    let proof = reporter.proof("GET", RECEIPT, b"", NOW);
    assert_eq!(send(&proof).await.0, StatusCode::OK);
    let (status, response) = send(&proof).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(json::<ApiError>(response).await.code, ErrorCode::Replayed);
    for (time, expected) in [
        (NOW - 301, StatusCode::UNAUTHORIZED),
        (NOW - 300, StatusCode::OK),
        (NOW + 300, StatusCode::OK),
        (NOW + 301, StatusCode::UNAUTHORIZED),
        (i64::MAX, StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(send(&reporter.proof("GET", RECEIPT, b"", time)).await.0, expected, "{time}");
    }
    for nonsense in ["", "Safehand-Reporter", "Safehand-Reporter a.b.c.d", "Bearer x"] {
        assert_eq!(send(nonsense).await.0, StatusCode::UNAUTHORIZED, "{nonsense}");
    }
}

async fn a_proof_is_good_for_one_method_path_and_body(server: TestServer) {
    let (reporter, _) = server.reported().await;
    let body =
        serde_json::to_vec(&AddItems { items: vec![reporter.item(ItemKind::Message, b"{}")] }).unwrap();
    let wrong = [
        reporter.proof("GET", ITEMS, &body, NOW),
        reporter.proof("POST", RECEIPT, &body, NOW),
        reporter.proof("POST", &format!("{ITEMS}?"), &body, NOW),
        reporter.proof("POST", ITEMS, b"", NOW),
    ];
    for proof in wrong {
        let request = server.request(Method::POST, ITEMS).header("authorization", proof);
        assert_eq!(request.body(body.clone()).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    }
}

async fn a_reporter_adds_and_reads_back(server: TestServer) {
    let (reporter, _) = server.reported().await;
    let message = reporter.item(ItemKind::Message, b"{\"text\":\"The match was moved to four o'clock\"}");
    let item = message.signed.header.item;
    let body = serde_json::to_vec(&AddItems { items: vec![message] }).unwrap();
    server.clock.advance(10);
    let first = server.signed(&reporter, Method::POST, ITEMS, body.clone()).send().await.unwrap();
    assert_eq!(first.status(), StatusCode::OK);
    let first: ItemsAdded = json(first).await;
    server.clock.advance(10);
    let again: ItemsAdded =
        json(server.signed(&reporter, Method::POST, ITEMS, body).send().await.unwrap()).await;
    assert_eq!(first, again, "idempotent by item and digest");
    assert_eq!(first.received_at, NOW + 10);
    let view: ReceiptView =
        json(server.signed(&reporter, Method::GET, RECEIPT, vec![]).send().await.unwrap()).await;
    assert_eq!(view.items.iter().filter(|view| view.signed.header.item == item).count(), 1);
}

async fn what_the_desk_keeps_to_itself_is_not_shown(server: TestServer) {
    let (reporter, _) = server.reported().await;
    let note = reporter.item(ItemKind::Note, b"a note among colleagues");
    let id = note.signed.header.item;
    // A reporter cannot add one.
    let body = serde_json::to_vec(&AddItems { items: vec![note.clone()] }).unwrap();
    let response = server.signed(&reporter, Method::POST, ITEMS, body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    // One that is there is neither listed nor served.
    server.state.store.items().add(reporter.report, vec![note], Stamp::system(NOW)).await.unwrap();
    let view: ReceiptView =
        json(server.signed(&reporter, Method::GET, RECEIPT, vec![]).send().await.unwrap()).await;
    assert!(view.items.iter().all(|item| item.signed.header.kind != ItemKind::Note));
    let response =
        server.signed(&reporter, Method::GET, &format!("{ITEMS}/{id}"), vec![]).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

async fn a_closed_report_opens_when_its_reporter_writes(server: TestServer) {
    let (reporter, _) = server.reported().await;
    let reports = server.state.store.reports();
    let officer = Stamp::member(MemberId::from_bytes([1; 16]), NOW);
    reports.set_state(reporter.report, ReportState::Closed, officer).await.unwrap();
    let body =
        serde_json::to_vec(&AddItems { items: vec![reporter.item(ItemKind::Message, b"{}")] }).unwrap();
    let response = server.signed(&reporter, Method::POST, ITEMS, body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let report = server.state.store.reports().get(reporter.report).await.unwrap().unwrap();
    assert_eq!(report.state, ReportState::Open);
}

async fn a_range_of_an_item_is_served(server: TestServer) {
    let (reporter, acknowledged) = server.reported().await;
    let item = acknowledged.items[0].clone();
    let path = format!("{ITEMS}/{}", item.item);
    let get = async |range: &str| {
        server.signed(&reporter, Method::GET, &path, vec![]).header("range", range).send().await.unwrap()
    };
    let whole = server.signed(&reporter, Method::GET, &path, vec![]).send().await.unwrap();
    let whole = whole.bytes().await.unwrap();
    assert_eq!(seal::Digest::of(&whole), item.sha256);
    let part = get("bytes=5-24").await;
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()["content-range"], format!("bytes 5-24/{}", item.size).as_str());
    assert_eq!(part.bytes().await.unwrap(), whole.slice(5..25));
    assert_eq!(get("bytes=999999-").await.status(), StatusCode::RANGE_NOT_SATISFIABLE);
}
