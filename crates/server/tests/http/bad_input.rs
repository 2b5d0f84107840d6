//! Every way of getting a request wrong: a clear refusal that names the field, and nothing kept.

use protocol::receipt::AddItems;
use protocol::submission::{ItemBody, ItemUpload, MAX_INLINE_ANSWERS, MAX_ITEMS, Submission};
use protocol::{ApiError, Bytes, ErrorCode};
use reqwest::{Method, StatusCode};
use seal::{Digest, ItemId, ItemKind};
use store::testing::Pair;

use crate::support::{POLICE, Reporter, TestServer, json, rng};

/// What is done to a good submission, and what is said of it.
type Case = (&'static str, fn(&mut Submission, &Reporter), ErrorCode, &'static str);

fn answers(submission: &mut Submission) -> &mut ItemUpload {
    &mut submission.items[0]
}

const CASES: &[Case] = &[
    ("no items", |s, _| s.items.clear(), ErrorCode::Invalid, "items"),
    ("no summary", |s, _| drop(s.items.pop()), ErrorCode::Invalid, "items"),
    ("two summaries", |s, r| s.items.push(r.item(ItemKind::Summary, b"{}")), ErrorCode::Invalid, "items"),
    (
        "too many items",
        |s, r| s.items.extend(std::iter::repeat_with(|| r.item(ItemKind::File, b"x")).take(MAX_ITEMS - 1)),
        ErrorCode::Invalid,
        "items",
    ),
    (
        "a kind that is not for reports",
        |s, r| s.items.push(r.item(ItemKind::Message, b"{}")),
        ErrorCode::Invalid,
        "items[2].signed.kind",
    ),
    (
        "a wrap that is no age file",
        |s, _| s.desk_wrap = Bytes::from(vec![0; 100]),
        ErrorCode::Invalid,
        "desk_wrap",
    ),
    (
        "a wrap that is far too large",
        |s, _| s.reporter.wrap.0.resize(5000, 0),
        ErrorCode::Invalid,
        "reporter.wrap",
    ),
    (
        "the same item twice",
        |s, r| {
            let file = r.item(ItemKind::File, b"x");
            s.items.extend([file.clone(), file]);
        },
        ErrorCode::Invalid,
        "items[3].signed.item",
    ),
    (
        "an item of another report",
        |s, _| s.items[1] = Reporter::new().item(ItemKind::Summary, b"{}"),
        ErrorCode::Mismatch,
        "items[1].signed.report",
    ),
    (
        "an item by another author",
        |s, r| {
            let mut other = Reporter::new();
            other.report = r.report;
            s.items[1] = other.item(ItemKind::Summary, b"{}");
        },
        ErrorCode::Mismatch,
        "items[1].signed.author",
    ),
    (
        "a header changed after signing",
        |s, _| answers(s).signed.header.item = ItemId::generate(&mut rng()),
        ErrorCode::Mismatch,
        "items[0].signed.signature",
    ),
    (
        "no signature",
        |s, _| answers(s).signed.signature = None,
        ErrorCode::Mismatch,
        "items[0].signed.signature",
    ),
    (
        "another digest",
        |s, _| answers(s).signed.header.sha256 = Digest::of(b"x"),
        ErrorCode::Mismatch,
        "items[0].signed.signature",
    ),
    (
        "a body with one byte changed",
        |s, _| {
            if let ItemBody::Inline(bytes) = &mut answers(s).body {
                bytes.0[100] ^= 1;
            }
        },
        ErrorCode::Mismatch,
        "items[0].signed.sha256",
    ),
    (
        "a body with one byte fewer",
        |s, _| {
            if let ItemBody::Inline(bytes) = &mut answers(s).body {
                bytes.0.pop();
            }
        },
        ErrorCode::Mismatch,
        "items[0].signed.size",
    ),
    (
        "a body one byte over what fits inside",
        |s, _| {
            if let ItemBody::Inline(bytes) = &mut answers(s).body {
                bytes.0.resize(MAX_INLINE_ANSWERS + 1, 0);
            }
        },
        ErrorCode::Invalid,
        "items[0].body",
    ),
    (
        "a summary that is no summary",
        |s, r| s.items[1] = r.item(ItemKind::Summary, &[b' '; 20_000]),
        ErrorCode::Invalid,
        "items[1].signed.size",
    ),
    (
        "answers through an upload",
        |s, _| answers(s).body = ItemBody::Upload("A".repeat(43)),
        ErrorCode::Invalid,
        "items[0].body",
    ),
    (
        "a file whose upload is not there",
        |s, r| {
            let signed = r.sealed(ItemKind::File, b"x").0;
            s.items.push(ItemUpload { signed, body: ItemBody::Upload("A".repeat(43)) });
        },
        ErrorCode::Invalid,
        "items",
    ),
];

#[tokio::test]
async fn a_wrong_submission_is_refused_at_its_field_and_leaves_nothing() {
    let server = TestServer::start(Pair::Embedded).await;
    for (what, spoil, code, field) in CASES {
        let reporter = Reporter::new();
        let mut submission = reporter.submission(&server.desk);
        spoil(&mut submission, &reporter);
        let response = server.submit(POLICE, &submission).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        let told: ApiError = json(response).await;
        assert_eq!((told.code, told.field.as_deref()), (*code, Some(*field)), "{what}: {}", told.message);
        let kept = server.state.store.reports().get(reporter.report).await.unwrap();
        assert_eq!(kept, None, "{what}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_the_expected_json_is_malformed() {
    let server = TestServer::start(Pair::Embedded).await;
    let good = serde_json::to_value(Reporter::new().submission(&server.desk)).unwrap();
    let changed = |change: fn(&mut serde_json::Value)| {
        let mut value = good.clone();
        change(&mut value);
        serde_json::to_vec(&value).unwrap()
    };
    let bodies: Vec<(&str, Vec<u8>, Option<&str>)> = vec![
        ("nothing", vec![], None),
        ("not JSON", b"hello".to_vec(), None),
        ("invalid UTF-8", b"{\"report\":\"\xff\xfe\"}".to_vec(), None),
        ("broken off", serde_json::to_vec(&good).unwrap()[..500].to_vec(), None),
        ("a list", b"[]".to_vec(), None),
        ("deeply nested", "[".repeat(100_000).into_bytes(), Some("[0]")),
        ("a number for a string", changed(|value| value["report"] = 7.into()), Some("report")),
        ("a word for a truth value", changed(|value| value["urgent"] = "yes".into()), Some("urgent")),
        ("an unknown field", changed(|value| value["name"] = "x".into()), Some("name")),
        (
            "an unknown kind",
            changed(|value| value["items"][0]["signed"]["kind"] = "song".into()),
            Some("items[0].signed"),
        ),
        ("base64 with padding", changed(|value| value["desk_wrap"] = "YQ==".into()), Some("desk_wrap")),
        ("a short id", changed(|value| value["report"] = "YQ".into()), Some("report")),
    ];
    for (what, body, field) in bodies {
        let response = server.submit_bytes(POLICE, body).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{what}");
        let told: ApiError = json(response).await;
        assert_eq!(
            (told.code, told.field.as_deref()),
            (ErrorCode::Malformed, field),
            "{what}: {}",
            told.message
        );
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_and_one_at_it_is_read() {
    let server = TestServer::start_with(Pair::Embedded, |config| config.limits.max_json_bytes = 50_000).await;
    let mut body = serde_json::to_vec(&Reporter::new().submission(&server.desk)).unwrap();
    body.resize(50_000, b' ');
    assert_eq!(server.submit_bytes(POLICE, body.clone()).await.status(), StatusCode::OK);
    body.push(b' ');
    let response = server.submit_bytes(POLICE, body).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(json::<ApiError>(response).await.code, ErrorCode::TooLarge);
}

#[tokio::test]
async fn an_unknown_desk_is_404_before_anything_else() {
    let server = TestServer::start(Pair::Embedded).await;
    for slug in ["nowhere", "..%2f..", "%00", "bay-police%20"] {
        let response = server.submit_bytes(slug, vec![]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{slug}");
    }
}

#[tokio::test]
async fn wrong_additions_are_refused() {
    let server = TestServer::start(Pair::Embedded).await;
    let (reporter, _) = server.reported().await;
    let path = "/api/v1/receipt/items";
    let cases = [
        ("none", vec![], "items"),
        ("answers", vec![reporter.item(ItemKind::Answers, b"{}")], "items[0].signed.kind"),
        ("another's", vec![Reporter::new().item(ItemKind::Message, b"{}")], "items[0].signed.report"),
    ];
    for (what, items, field) in cases {
        let body = serde_json::to_vec(&AddItems { items }).unwrap();
        let response = server.signed(&reporter, Method::POST, path, body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert_eq!(json::<ApiError>(response).await.field.as_deref(), Some(field), "{what}");
    }
    let first = reporter.item(ItemKind::Message, b"{}");
    let mut second = reporter.item(ItemKind::Message, b"{\"text\":\"other\"}");
    second.signed.header.item = first.signed.header.item;
    let body = serde_json::to_vec(&AddItems { items: vec![second] }).unwrap();
    let response = server.signed(&reporter, Method::POST, path, body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "the signature covers the item's id");
}
