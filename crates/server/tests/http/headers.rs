//! What every response says about itself.

use reqwest::{Method, StatusCode};
use store::testing::Pair;

use crate::support::{POLICE, TestServer, header};

const STRICT: [(&str, &str); 7] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("cache-control", "no-store"),
];

#[tokio::test]
async fn every_answer_of_the_api_is_strict_errors_included() {
    let server = TestServer::start(Pair::Embedded).await;
    let asked = [
        (Method::GET, "/api/v1/instance".to_owned()),
        (Method::GET, "/api/v1/openapi.json".to_owned()),
        (Method::GET, "/api/v1/nowhere".to_owned()),
        (Method::DELETE, "/api/v1/instance".to_owned()),
        (Method::GET, "/api/v1/receipt".to_owned()),
        (Method::POST, format!("/api/v1/desks/{POLICE}/reports")),
        (Method::OPTIONS, format!("/api/v1/desks/{POLICE}/uploads")),
    ];
    for (method, path) in asked {
        let response = server.request(method.clone(), &path).send().await.unwrap();
        for (name, value) in STRICT {
            assert_eq!(header(&response, name), value, "{method} {path}");
        }
        let policy = header(&response, "content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{method} {path}: {policy}");
        assert!(response.headers().get("strict-transport-security").is_none(), "no TLS, no HSTS");
        assert!(response.headers().get("server").is_none());
        assert!(response.headers().get("set-cookie").is_none(), "a reporter gets no cookie");
        assert!(response.headers().get("access-control-allow-origin").is_none());
    }
}

/// Files are shown in a page that has no origin, asks nobody anything, and stands in no frame but ours.
#[tokio::test]
async fn the_page_that_shows_files_can_do_nothing() {
    let server = TestServer::start(Pair::Embedded).await;
    let viewer = server.get("/viewer").await;
    assert_eq!(viewer.status(), StatusCode::OK);
    assert_eq!(header(&viewer, "x-frame-options"), "SAMEORIGIN");
    assert_eq!(header(&viewer, "cross-origin-embedder-policy"), "require-corp");
    let policy = header(&viewer, "content-security-policy").to_owned();
    let directives: Vec<&str> = policy.split(';').map(str::trim).collect();
    for needed in ["default-src 'none'", "frame-ancestors 'self'", "sandbox allow-scripts", "img-src blob:"] {
        assert!(directives.contains(&needed), "{needed}: {policy}");
    }
    assert!(!policy.contains("connect-src") && !policy.contains("allow-same-origin"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("'self' "), "nothing of ours is loaded: {policy}");

    let console = server.get("/console/").await;
    assert_eq!(header(&console, "x-frame-options"), "DENY");
    assert!(header(&console, "content-security-policy").contains("frame-src 'self'"));
    let home = server.get("/").await;
    assert!(!header(&home, "content-security-policy").contains("frame-src"));
}

#[tokio::test]
async fn hsts_is_sent_where_the_origin_is_https() {
    let server = TestServer::start_with(Pair::Embedded, |config| {
        config.server.origin = "https://report.example".to_owned();
    })
    .await;
    let response = server.get("/api/v1/instance").await;
    assert!(header(&response, "strict-transport-security").starts_with("max-age=63072000"));
}

#[tokio::test]
async fn a_wrong_method_is_405_in_the_same_words_as_other_errors() {
    let server = TestServer::start(Pair::Embedded).await;
    let response = server.request(Method::DELETE, "/api/v1/instance").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    let body: serde_json::Value = response.json_body().await;
    assert_eq!(body["code"], "malformed");
}

trait JsonBody {
    async fn json_body(self) -> serde_json::Value;
}

impl JsonBody for reqwest::Response {
    async fn json_body(self) -> serde_json::Value {
        crate::support::json(self).await
    }
}
