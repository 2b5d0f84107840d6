//! The tus protocol 1.0.0, requirement by requirement.

use std::time::Duration;

use protocol::{ApiError, ErrorCode};
use reqwest::header::HeaderMap;
use reqwest::{Method, Response, StatusCode};
use seal::ItemKind;
use server::Config;
use sha2::{Digest as _, Sha256};
use store::testing::Pair;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::on_both_stores;
use crate::support::{CHARITY, POLICE, TestServer, header, json};

on_both_stores! {
    an_upload_in_pieces_ends_with_the_whole,
    a_dropped_connection_loses_nothing_that_arrived,
    who_resumes_is_not_held_up_by_their_own_ghost,
    a_wrong_checksum_leaves_the_offset_where_it_was,
    termination_frees_the_upload,
    an_upload_expires_after_its_last_byte,
}

const PIECE: &[u8] = b"Rain is expected in the afternoon. ";

fn creation() -> String {
    format!("/api/v1/desks/{POLICE}/uploads")
}

async fn send(
    server: &TestServer,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> Response {
    let mut request = server.request(method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body).send().await.unwrap()
}

async fn patch(
    server: &TestServer,
    path: &str,
    offset: usize,
    body: &[u8],
    more: &[(&str, &str)],
) -> Response {
    let offset = offset.to_string();
    let mut headers = vec![
        ("tus-resumable", "1.0.0"),
        ("upload-offset", offset.as_str()),
        ("content-type", "application/offset+octet-stream"),
    ];
    headers.extend(more);
    send(server, Method::PATCH, path, &headers, body.to_vec()).await
}

async fn head(server: &TestServer, path: &str) -> (StatusCode, HeaderMap) {
    let response = send(server, Method::HEAD, path, &[("tus-resumable", "1.0.0")], vec![]).await;
    (response.status(), response.headers().clone())
}

async fn offset(server: &TestServer, path: &str) -> usize {
    let (status, headers) = head(server, path).await;
    assert_eq!(status, StatusCode::OK);
    headers["upload-offset"].to_str().unwrap().parse().unwrap()
}

async fn an_upload_in_pieces_ends_with_the_whole(server: TestServer) {
    let path = server.create_upload(3 * PIECE.len() as u64).await;
    for piece in 0..3 {
        let (status, headers) = head(&server, &path).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers["upload-offset"], (piece * PIECE.len()).to_string().as_str());
        assert_eq!(headers["upload-length"], (3 * PIECE.len()).to_string().as_str());
        assert_eq!(headers["tus-resumable"], "1.0.0");
        assert_eq!(headers["cache-control"], "no-store");
        let response = patch(&server, &path, piece * PIECE.len(), PIECE, &[]).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_eq!(header(&response, "upload-offset"), ((piece + 1) * PIECE.len()).to_string());
        assert!(header(&response, "upload-expires").ends_with(" GMT"));
    }
    let id = path.rsplit('/').next().unwrap().parse().unwrap();
    let upload = server.state.store.uploads().get(id, server.state.clock.now()).await.unwrap().unwrap();
    assert_eq!(upload.sha256.unwrap(), seal::Digest::of(PIECE.repeat(3)));
}

/// Sends a head that promises `promised` bytes, then only `body`, and hands over the connection.
async fn begin_patch(server: &TestServer, path: &str, promised: usize, body: &[u8]) -> TcpStream {
    let mut connection = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "PATCH {path} HTTP/1.1\r\nhost: x\r\ntus-resumable: 1.0.0\r\nupload-offset: 0\r\n\
         content-type: application/offset+octet-stream\r\ncontent-length: {promised}\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(body).await.unwrap();
    connection.flush().await.unwrap();
    connection
}

async fn a_dropped_connection_loses_nothing_that_arrived(server: TestServer) {
    let body = PIECE.repeat(200_000);
    let path = server.create_upload(body.len() as u64).await;
    let sent = body.len() / 2 + 17;
    let connection = begin_patch(&server, &path, body.len(), &body[..sent]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    drop(connection);
    let kept = offset(&server, &path).await;
    assert_eq!(kept, sent, "everything that was sent had time to arrive");
    let response = patch(&server, &path, kept, &body[kept..], &[]).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    let id = path.rsplit('/').next().unwrap().parse().unwrap();
    let upload = server.state.store.uploads().get(id, server.state.clock.now()).await.unwrap().unwrap();
    assert_eq!(upload.sha256.unwrap(), seal::Digest::of(&body));
}

async fn who_resumes_is_not_held_up_by_their_own_ghost(server: TestServer) {
    let path = server.create_upload(1000).await;
    // The network is gone, but no packet says so: the server still waits on this connection.
    let mut ghost = begin_patch(&server, &path, 1000, &[b'a'; 300]).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(offset(&server, &path).await, 300);
    assert_eq!(patch(&server, &path, 300, &[b'b'; 700], &[]).await.status(), StatusCode::NO_CONTENT);
    let mut answer = [0; 12];
    ghost.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 503");
}

async fn a_wrong_checksum_leaves_the_offset_where_it_was(server: TestServer) {
    let path = server.create_upload(2 * PIECE.len() as u64).await;
    let sha256 = |bytes: &[u8]| format!("sha256 {}", base64(&Sha256::digest(bytes)));
    let wrong = patch(&server, &path, 0, PIECE, &[("upload-checksum", &sha256(b"other"))]).await;
    assert_eq!(wrong.status().as_u16(), 460);
    assert_eq!(json::<ApiError>(wrong).await.code, ErrorCode::Mismatch);
    assert_eq!(offset(&server, &path).await, 0);
    let right = patch(&server, &path, 0, PIECE, &[("upload-checksum", &sha256(PIECE))]).await;
    assert_eq!(right.status(), StatusCode::NO_CONTENT);
    let sha1 = format!("sha1 {}", base64(&sha1::Sha1::digest(PIECE)));
    let right = patch(&server, &path, PIECE.len(), PIECE, &[("upload-checksum", &sha1)]).await;
    assert_eq!(right.status(), StatusCode::NO_CONTENT);
    assert_eq!(offset(&server, &path).await, 2 * PIECE.len());
}

async fn termination_frees_the_upload(server: TestServer) {
    let path = server.create_upload(10).await;
    let gone = send(&server, Method::DELETE, &path, &[("tus-resumable", "1.0.0")], vec![]).await;
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&gone, "tus-resumable"), "1.0.0");
    assert_eq!(head(&server, &path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(patch(&server, &path, 0, b"x", &[]).await.status(), StatusCode::NOT_FOUND);
    let again = send(&server, Method::DELETE, &path, &[("tus-resumable", "1.0.0")], vec![]).await;
    assert_eq!(again.status(), StatusCode::NOT_FOUND);
}

async fn an_upload_expires_after_its_last_byte(server: TestServer) {
    let path = server.create_upload(10).await;
    let day = 24 * 3600;
    server.clock.advance(day - 1);
    assert_eq!(patch(&server, &path, 0, b"12345", &[]).await.status(), StatusCode::NO_CONTENT);
    server.clock.advance(day - 1);
    assert_eq!(offset(&server, &path).await, 5);
    server.clock.advance(1);
    is_gone(&server, &path).await;
    let swept = server.state.store.sweep(server.state.clock.now()).await.unwrap();
    assert_eq!(swept.uploads, 1);
    is_gone(&server, &path).await;
    server.clock.advance(day - 1);
    is_gone(&server, &path).await;
    server.clock.advance(1);
    assert_eq!(head(&server, &path).await.0, StatusCode::NOT_FOUND, "forgotten after a day");
}

/// It was there, and every way to go on with it says so.
async fn is_gone(server: &TestServer, path: &str) {
    assert_eq!(head(server, path).await.0, StatusCode::GONE);
    let version = [("tus-resumable", "1.0.0")];
    let answers = [
        patch(server, path, 5, b"67890", &[]).await,
        send(server, Method::DELETE, path, &version, vec![]).await,
    ];
    for answer in answers {
        assert_eq!(answer.status(), StatusCode::GONE);
        let told: ApiError = json(answer).await;
        assert_eq!(told.code, ErrorCode::Expired);
        assert!(told.message.contains("Send the file again"), "{}", told.message);
    }
}

async fn create(server: &TestServer, length: u64) -> Response {
    let work = server.work().await;
    let length = length.to_string();
    let headers =
        [("tus-resumable", "1.0.0"), ("upload-length", length.as_str()), ("safehand-work", work.as_str())];
    send(server, Method::POST, &creation(), &headers, vec![]).await
}

#[tokio::test]
async fn beyond_the_room_there_is_files_are_refused_until_others_go() {
    let set: [fn(&mut Config); 2] =
        [|config| config.limits.upload_bytes = 1000, |config| config.limits.upload_bytes_per_desk = 1000];
    for limit in set {
        let server = TestServer::start_with(Pair::Embedded, limit).await;
        let outcomes = futures_util::future::join_all((0..6).map(|_| create(&server, 600))).await;
        let (room, none): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(|one| one.status().is_success());
        assert_eq!((room.len(), none.len()), (1, 5), "two took the same bytes");
        for refused in none {
            assert_eq!(refused.status(), StatusCode::INSUFFICIENT_STORAGE);
            assert_eq!(header(&refused, "retry-after"), "3600");
            let told: ApiError = json(refused).await;
            assert_eq!(told.code, ErrorCode::NoRoom);
            assert!(told.message.contains("without this file"), "{}", told.message);
        }
        assert_eq!(create(&server, 400).await.status(), StatusCode::CREATED, "to the last byte");
        // A report needs no room.
        server.reported().await;
        let path = header(&room[0], "location").to_owned();
        let gone = send(&server, Method::DELETE, &path, &[("tus-resumable", "1.0.0")], vec![]).await;
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
        assert_eq!(create(&server, 600).await.status(), StatusCode::CREATED);
    }
}

#[tokio::test]
async fn options_say_what_is_offered_without_asking_for_a_version() {
    let server = TestServer::start(Pair::Embedded).await;
    let path = server.create_upload(10).await;
    for path in [creation(), path] {
        let offer = send(&server, Method::OPTIONS, &path, &[], vec![]).await;
        assert_eq!(offer.status(), StatusCode::NO_CONTENT);
        assert_eq!(header(&offer, "tus-resumable"), "1.0.0");
        assert_eq!(header(&offer, "tus-version"), "1.0.0");
        assert_eq!(header(&offer, "tus-extension"), "creation,termination,checksum,expiration");
        assert_eq!(header(&offer, "tus-checksum-algorithm"), "sha1,sha256");
        assert!(header(&offer, "tus-max-size").parse::<u64>().unwrap() > 10 << 30);
    }
}

#[tokio::test]
async fn another_version_is_412_and_told_ours() {
    let server = TestServer::start(Pair::Embedded).await;
    let path = server.create_upload(10).await;
    for (method, path) in [
        (Method::POST, creation()),
        (Method::PATCH, path.clone()),
        (Method::HEAD, path.clone()),
        (Method::DELETE, path.clone()),
    ] {
        for version in [&[][..], &[("tus-resumable", "0.2.2")]] {
            let response = send(&server, method.clone(), &path, version, vec![]).await;
            assert_eq!(response.status(), StatusCode::PRECONDITION_FAILED, "{method}");
            assert_eq!(header(&response, "tus-version"), "1.0.0");
        }
    }
    assert_eq!(offset(&server, &path).await, 0);
}

#[tokio::test]
async fn creation_needs_a_length_that_fits() {
    let server = TestServer::start_with(Pair::Embedded, |config| config.limits.max_file_bytes = 8000).await;
    let create = async |headers: &[(&str, &str)]| {
        let work = server.work().await;
        let mut all = vec![("tus-resumable", "1.0.0"), ("safehand-work", work.as_str())];
        all.extend(headers);
        send(&server, Method::POST, &creation(), &all, vec![]).await
    };
    for bad in
        [&[][..], &[("upload-length", "-1")], &[("upload-length", "1e3")], &[("upload-defer-length", "1")]]
    {
        assert_eq!(create(bad).await.status(), StatusCode::BAD_REQUEST, "{bad:?}");
    }
    let offer = send(&server, Method::OPTIONS, &creation(), &[], vec![]).await;
    let max: u64 = header(&offer, "tus-max-size").parse().unwrap();
    assert_eq!(create(&[("upload-length", &max.to_string())]).await.status(), StatusCode::CREATED);
    let over = create(&[("upload-length", &(max + 1).to_string())]).await;
    assert_eq!(over.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let metadata = create(&[("upload-length", "5"), ("upload-metadata", "filename Ym9vdHMucG5n")]).await;
    assert_eq!(metadata.status(), StatusCode::CREATED, "metadata is ignored");
    assert!(metadata.headers().get("upload-metadata").is_none());
}

#[tokio::test]
async fn a_charity_desk_refuses_before_any_byte() {
    let server = TestServer::start(Pair::Embedded).await;
    let path = format!("/api/v1/desks/{CHARITY}/uploads");
    let headers = [("tus-resumable", "1.0.0"), ("upload-length", "5")];
    let refused = send(&server, Method::POST, &path, &headers, vec![]).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let told: ApiError = json(refused).await;
    assert_eq!(told.code, ErrorCode::FilesNotAccepted);
    assert!(told.message.contains("does not take files"));
}

#[tokio::test]
async fn a_patch_must_say_what_and_where() {
    let server = TestServer::start(Pair::Embedded).await;
    let path = server.create_upload(10).await;
    let version = ("tus-resumable", "1.0.0");
    let kind = ("content-type", "application/offset+octet-stream");
    for (headers, status) in [
        (vec![version, ("upload-offset", "0")], 415),
        (vec![version, ("upload-offset", "0"), ("content-type", "application/json")], 415),
        (vec![version, kind], 400),
        (vec![version, kind, ("upload-offset", "-1")], 400),
        (vec![version, kind, ("upload-offset", "1")], 409),
        (vec![version, kind, ("upload-offset", "0"), ("upload-checksum", "md5 YQ==")], 400),
        (vec![version, kind, ("upload-offset", "0"), ("upload-checksum", "sha1 YQ==")], 400),
        (vec![version, kind, ("upload-offset", "0"), ("upload-checksum", "sha1")], 400),
    ] {
        let response = send(&server, Method::PATCH, &path, &headers, b"12345".to_vec()).await;
        assert_eq!(response.status().as_u16(), status, "{headers:?}");
        assert_eq!(offset(&server, &path).await, 0);
    }
    assert_eq!(patch(&server, &path, 0, b"12345678901", &[]).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(offset(&server, &path).await, 0, "one byte too many and none is kept");
}

#[tokio::test]
async fn what_is_no_upload_is_404() {
    let server = TestServer::start(Pair::Embedded).await;
    for id in ["A".repeat(43), "short".to_owned(), "A".repeat(1000), "%ff%fe".to_owned()] {
        let path = format!("/api/v1/uploads/{id}");
        let (status, headers) = head(&server, &path).await;
        assert!(status == StatusCode::NOT_FOUND || status == StatusCode::BAD_REQUEST, "{id}: {status}");
        assert!(headers.get("upload-offset").is_none());
    }
}

#[tokio::test]
async fn an_empty_upload_and_an_empty_patch_are_fine() {
    let server = TestServer::start(Pair::Embedded).await;
    let path = server.create_upload(0).await;
    assert_eq!(offset(&server, &path).await, 0);
    let path = server.create_upload(5).await;
    assert_eq!(patch(&server, &path, 0, b"", &[]).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(offset(&server, &path).await, 0);
}

#[tokio::test]
async fn post_stands_in_for_the_methods_that_some_proxies_refuse() {
    let server = TestServer::start(Pair::Embedded).await;
    let path = server.create_upload(5).await;
    let version = ("tus-resumable", "1.0.0");
    let headers = [
        version,
        ("x-http-method-override", "PATCH"),
        ("upload-offset", "0"),
        ("content-type", "application/offset+octet-stream"),
    ];
    let response = send(&server, Method::POST, &path, &headers, b"12345".to_vec()).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    let delete = [version, ("x-http-method-override", "DELETE")];
    assert_eq!(send(&server, Method::POST, &path, &delete, vec![]).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(head(&server, &path).await.0, StatusCode::NOT_FOUND);
    let elsewhere = send(&server, Method::POST, "/api/v1/instance", &delete, vec![]).await;
    assert_eq!(elsewhere.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_reporter_who_comes_back_uploads_with_a_signature() {
    let server = TestServer::start(Pair::Embedded).await;
    let (reporter, _) = server.reported().await;
    let (signed, bytes) = reporter.sealed(ItemKind::File, b"a bus ticket");
    let length = bytes.len().to_string();
    let tus = async |path: &str| {
        let request = server.signed(&reporter, Method::POST, path, vec![]);
        request.header("tus-resumable", "1.0.0").header("upload-length", &length).send().await.unwrap()
    };
    let created = tus(&creation()).await;
    assert_eq!(created.status(), StatusCode::CREATED);
    let path = header(&created, "location").to_owned();
    assert_eq!(patch(&server, &path, 0, &bytes, &[]).await.status(), StatusCode::NO_CONTENT);
    let upload = path.rsplit('/').next().unwrap().to_owned();
    let item =
        protocol::submission::ItemUpload { signed, body: protocol::submission::ItemBody::Upload(upload) };
    let body = serde_json::to_vec(&protocol::receipt::AddItems { items: vec![item] }).unwrap();
    let added = server.signed(&reporter, Method::POST, "/api/v1/receipt/items", body).send().await.unwrap();
    assert_eq!(added.status(), StatusCode::OK);
    assert_eq!(tus(&format!("/api/v1/desks/{CHARITY}/uploads")).await.status(), StatusCode::FORBIDDEN);
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
