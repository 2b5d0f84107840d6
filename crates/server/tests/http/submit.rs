//! Handing over a report.

use protocol::submission::{Acknowledgement, ItemBody, ItemUpload};
use protocol::{ApiError, ErrorCode};
use reqwest::StatusCode;
use seal::{ItemKind, open_item};

use crate::on_both_stores;
use crate::support::{CHARITY, NOW, POLICE, Reporter, TestServer, json};

on_both_stores! {
    what_is_acknowledged_is_what_was_sent,
    the_same_report_is_acknowledged_again_in_the_same_words,
    another_report_under_the_same_id_is_refused,
    a_file_comes_through_an_upload,
    a_charity_desk_takes_answers_and_refuses_files,
    an_upload_is_claimed_once,
}

async fn what_is_acknowledged_is_what_was_sent(server: TestServer) {
    let reporter = Reporter::new();
    let submission = reporter.submission(&server.desk);
    let response = server.submit(POLICE, &submission).await;
    assert_eq!(response.status(), StatusCode::OK);
    let told: Acknowledgement = json(response).await;
    assert_eq!((told.report, told.received_at), (reporter.report, NOW));
    for (told, sent) in told.items.iter().zip(&submission.items) {
        let header = &sent.signed.header;
        assert_eq!((told.item, told.sha256, told.size), (header.item, header.sha256, header.size));
    }
    let stored = server.state.store.reports().detail(reporter.report).await.unwrap().unwrap();
    assert_eq!(stored.items.len(), 2);
}

async fn the_same_report_is_acknowledged_again_in_the_same_words(server: TestServer) {
    let submission = Reporter::new().submission(&server.desk);
    let first: Acknowledgement = json(server.submit(POLICE, &submission).await).await;
    server.clock.advance(60);
    let again: Acknowledgement = json(server.submit(POLICE, &submission).await).await;
    assert_eq!(first, again);
}

async fn another_report_under_the_same_id_is_refused(server: TestServer) {
    let reporter = Reporter::new();
    assert_eq!(server.submit(POLICE, &reporter.submission(&server.desk)).await.status(), StatusCode::OK);
    let response = server.submit(POLICE, &reporter.submission(&server.desk)).await;
    assert_eq!(response.status(), StatusCode::CONFLICT);
    assert_eq!(json::<ApiError>(response).await.code, ErrorCode::Conflict);
}

async fn a_file_comes_through_an_upload(server: TestServer) {
    let reporter = Reporter::new();
    let content = b"Saturday, ten o'clock, football boots. ".repeat(9_000);
    let (signed, bytes) = reporter.sealed(ItemKind::File, &content);
    let mut submission = reporter.submission(&server.desk);
    let upload = server.upload(bytes.clone()).await;
    submission.items.push(ItemUpload { signed, body: ItemBody::Upload(upload) });
    assert_eq!(server.submit(POLICE, &submission).await.status(), StatusCode::OK);

    let path = format!("/api/v1/receipt/items/{}", signed.header.item);
    let response = server.signed(&reporter, reqwest::Method::GET, &path, vec![]).send().await.unwrap();
    let received = response.bytes().await.unwrap();
    assert_eq!(received, bytes);
    assert_eq!(*open_item(&signed, &received, &reporter.identity).unwrap().content, content);
}

async fn a_charity_desk_takes_answers_and_refuses_files(server: TestServer) {
    let reporter = Reporter::new();
    let mut submission = reporter.submission(&server.desk);
    for kind in [ItemKind::File, ItemKind::Media] {
        submission.items.push(reporter.item(kind, b"a bus timetable"));
        let response = server.submit(CHARITY, &submission).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        assert_eq!(json::<ApiError>(response).await.code, ErrorCode::FilesNotAccepted);
        submission.items.pop();
    }
    assert_eq!(server.submit(CHARITY, &submission).await.status(), StatusCode::OK);
}

async fn an_upload_is_claimed_once(server: TestServer) {
    let (first, second) = (Reporter::new(), Reporter::new());
    let (signed, bytes) = first.sealed(ItemKind::File, b"the weather on Sunday");
    let upload = server.upload(bytes.clone()).await;
    let mut submission = first.submission(&server.desk);
    submission.items.push(ItemUpload { signed, body: ItemBody::Upload(upload.clone()) });
    assert_eq!(server.submit(POLICE, &submission).await.status(), StatusCode::OK);
    assert_eq!(
        server.submit(POLICE, &submission).await.status(),
        StatusCode::OK,
        "a repeat is no second claim"
    );

    let mut other = second.submission(&server.desk);
    let (signed, _) = second.sealed(ItemKind::File, b"the weather on Sunday");
    other.items.push(ItemUpload { signed, body: ItemBody::Upload(upload) });
    let response = server.submit(POLICE, &other).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(json::<ApiError>(response).await.code, ErrorCode::Invalid);
}
