//! The served document is the one that is kept in the repository.

use store::testing::Pair;

use crate::support::{TestServer, json};

#[tokio::test]
async fn the_document_is_served_and_has_not_changed_unnoticed() {
    let server = TestServer::start(Pair::Embedded).await;
    let document: serde_json::Value = json(server.get("/api/v1/openapi.json").await).await;
    assert_eq!(document, serde_json::to_value(server::openapi()).unwrap());
    insta::with_settings!({ sort_maps => true, prepend_module_to_snapshot => false }, {
        insta::assert_json_snapshot!("openapi", document);
    });
}

#[test]
fn every_route_of_the_api_is_in_it() {
    let document = serde_json::to_value(server::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    for (path, methods) in [
        ("/api/v1/instance", &["get"][..]),
        ("/api/v1/work", &["get"]),
        ("/api/v1/desks/{slug}/reports", &["post"]),
        ("/api/v1/desks/{slug}/uploads", &["post", "options"]),
        ("/api/v1/uploads/{upload}", &["head", "patch", "delete", "options"]),
        ("/api/v1/receipt", &["get"]),
        ("/api/v1/receipt/items", &["post"]),
        ("/api/v1/receipt/items/{item}", &["get"]),
    ] {
        for method in methods {
            assert!(paths[path].get(method).is_some(), "{method} {path}");
        }
    }
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = serde_json::to_value(server::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|path| path.as_object().unwrap().values());
    let names: Vec<_> = operations.map(|operation| operation["operationId"].as_str().unwrap()).collect();
    let different: std::collections::HashSet<_> = names.iter().collect();
    assert_eq!(different.len(), names.len(), "{names:?}");
}
