//! Bytes on their way in.

use bytes::Bytes;
use futures_util::{TryStreamExt as _, stream};
use protocol::submission::{ItemBody, ItemUpload};
use seal::{Digest, ItemHeader, ItemId, ItemKind, SignedHeader};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use store::acts::Stamp;
use store::uploads::{Checksum, PART_SIZE, Upload, UploadId};
use store::{Error, Store};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::given::{NOW, Sealed, desk, pattern, pieces, upload};

const LATER: i64 = NOW + 3600;

async fn begin(store: &Store, length: Option<u64>) -> UploadId {
    let id = UploadId::random().unwrap();
    store.uploads().create(id, length, LATER, NOW).await.unwrap();
    id
}

async fn append(store: &Store, id: UploadId, offset: u64, bytes: &[u8]) -> Result<u64, Error> {
    store.uploads().append(id, offset, None, LATER, NOW, pieces(bytes, 70_000)).await
}

async fn status(store: &Store, id: UploadId) -> Option<Upload> {
    store.uploads().get(id, NOW).await.unwrap()
}

/// Makes an upload the body of an item of a new report; answers the report and the item.
async fn claim(store: &Store, id: UploadId, bytes: &[u8]) -> Result<(Sealed, ItemId), Error> {
    let sealed = Sealed::new(1);
    store.reports().submit(sealed.new.clone()).await.unwrap();
    let header = ItemHeader {
        report: sealed.report,
        item: ItemId::from_bytes([7; 16]),
        kind: ItemKind::File,
        author: Some(sealed.reporter.verifying_key()),
        size: bytes.len() as u64,
        sha256: Digest::of(bytes),
    };
    let item = header.item;
    let item_upload = ItemUpload {
        signed: SignedHeader { header, signature: None },
        body: ItemBody::Upload(id.to_string()),
    };
    store.items().add(sealed.report, vec![item_upload], Stamp::reporter(NOW)).await?;
    Ok((sealed, item))
}

type Pieces = mpsc::UnboundedSender<Result<Bytes, std::io::Error>>;

/// Begins to append what is sent by hand. The last value tells when the body is first asked for.
fn append_by_hand(
    store: &Store,
    id: UploadId,
) -> (JoinHandle<Result<u64, Error>>, Pieces, oneshot::Receiver<()>) {
    let (send, pieces) = mpsc::unbounded_channel();
    let (tell, asked) = oneshot::channel();
    let body = stream::unfold((pieces, Some(tell)), |(mut pieces, mut tell)| async {
        if let Some(tell) = tell.take() {
            tell.send(()).unwrap();
        }
        pieces.recv().await.map(|next| (next, (pieces, tell)))
    });
    let store = store.clone();
    let appending = async move { store.uploads().append(id, 0, None, LATER, NOW, body).await };
    (tokio::spawn(appending), send, asked)
}

store::on_both_pairs! {
    async fn an_upload_over_several_parts_is_read_back_by_range(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        let bytes = pattern(2 * PART_SIZE + 12_345);
        let id = begin(store, Some(bytes.len() as u64)).await;
        let half = PART_SIZE + 77;
        assert_eq!(append(store, id, 0, &bytes[..half]).await.unwrap(), half as u64);
        assert_eq!(status(store, id).await.unwrap().sha256, None);
        append(store, id, half as u64, &bytes[half..]).await.unwrap();
        assert_eq!(status(store, id).await.unwrap().sha256, Some(Digest::of(&bytes)));
        let (sealed, item) = claim(store, id, &bytes).await.unwrap();
        let found = store.reports().by_lookup(sealed.lookup.hash()).await.unwrap().unwrap();
        let part = PART_SIZE as u64;
        let whole = bytes.len() as u64;
        for range in [0..whole, 0..1, part - 1..part + 1, half as u64 - 3..half as u64 + 3, whole - 1..whole, 5..5] {
            let body = store.items().open(&found, item, Some(range.clone())).await.unwrap();
            let expected = &bytes[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()];
            assert!(body.into_vec().await.unwrap() == expected, "{range:?}");
        }
        for range in [0..whole + 1, #[expect(clippy::reversed_empty_ranges)] { 9..8 }] {
            let refused = store.items().open(&found, item, Some(range)).await;
            assert!(matches!(refused, Err(Error::Range { size }) if size == whole));
        }
    }

    async fn it_resumes_after_a_restart_and_knows_its_digest(test: TestStore) {
        let bytes = pattern(300_000);
        let id = begin(&test.store, Some(300_000)).await;
        append(&test.store, id, 0, &bytes[..100_000]).await.unwrap();
        // The running hash is gone with the process.
        let store = test.reopen().await.unwrap();
        assert_eq!(status(&store, id).await.unwrap().received, 100_000);
        append(&store, id, 100_000, &bytes[100_000..]).await.unwrap();
        assert_eq!(status(&store, id).await.unwrap().sha256, Some(Digest::of(&bytes)));
    }

    async fn only_its_end_is_a_place_to_go_on_from(test: TestStore) {
        let store = &test.store;
        let id = begin(store, Some(100)).await;
        append(store, id, 0, &[1; 40]).await.unwrap();
        for wrong in [0, 39, 41] {
            assert!(matches!(append(store, id, wrong, &[1; 10]).await, Err(Error::UploadOffset { expected: 40 })));
        }
        assert!(matches!(append(store, id, 40, &[1; 61]).await, Err(Error::UploadTooLong { length: 100 })));
        assert_eq!(status(store, id).await.unwrap().received, 40);
        assert_eq!(append(store, id, 40, &[1; 60]).await.unwrap(), 100);
        let other = UploadId::random().unwrap();
        assert!(matches!(append(store, other, 0, &[1]).await, Err(Error::NotFound("upload"))));
    }

    async fn what_came_before_the_line_broke_is_kept(test: TestStore) {
        let store = &test.store;
        let bytes = pattern(200_000);
        let id = begin(store, Some(200_000)).await;
        let broken = stream::iter([Ok(Bytes::copy_from_slice(&bytes[..150_000])), Err(std::io::Error::other("gone"))]);
        let outcome = store.uploads().append(id, 0, None, LATER, NOW, broken).await;
        assert!(matches!(outcome, Err(Error::UploadInterrupted { received: 150_000 })));
        append(store, id, 150_000, &bytes[150_000..]).await.unwrap();
        assert_eq!(status(store, id).await.unwrap().sha256, Some(Digest::of(&bytes)));
    }

    async fn bytes_count_only_when_their_checksum_is_right(test: TestStore) {
        let store = &test.store;
        let bytes = pattern(PART_SIZE + 1000);
        let id = begin(store, Some(bytes.len() as u64)).await;
        let send = |offset: usize, bytes: Vec<u8>, checksum| async move {
            store.uploads().append(id, offset as u64, Some(checksum), LATER, NOW, pieces(&bytes, 9_999)).await
        };
        let wrong = send(0, bytes.clone(), Checksum::Sha1([0; 20])).await;
        assert!(matches!(wrong, Err(Error::UploadChecksum)));
        assert_eq!(status(store, id).await.unwrap().received, 0);
        let first = bytes[..1000].to_vec();
        send(0, first.clone(), Checksum::Sha1(Sha1::digest(&first).into())).await.unwrap();
        let rest = bytes[1000..].to_vec();
        send(1000, rest.clone(), Checksum::Sha256(Sha256::digest(&rest).into())).await.unwrap();
        assert_eq!(status(store, id).await.unwrap().sha256, Some(Digest::of(&bytes)));
        assert_eq!(store.sweep_orphans(0..i64::MAX).await.unwrap(), 0, "what did not count was removed at once");
    }

    async fn a_second_request_has_to_wait_its_turn(test: TestStore) {
        let store = &test.store;
        let id = begin(store, Some(10)).await;
        let (first, send, asked) = append_by_hand(store, id);
        asked.await.unwrap();
        assert!(matches!(append(store, id, 0, b"01234").await, Err(Error::UploadBusy)));
        send.send(Ok(Bytes::from_static(b"0123456789"))).unwrap();
        drop(send);
        assert_eq!(first.await.unwrap().unwrap(), 10);
    }

    async fn a_handler_that_is_dropped_loses_nothing_that_was_sent(test: TestStore) {
        let store = &test.store;
        let id = begin(store, Some(5)).await;
        let (handler, send, asked) = append_by_hand(store, id);
        asked.await.unwrap();
        send.send(Ok(Bytes::from_static(b"01234"))).unwrap();
        handler.abort();
        assert!(handler.await.unwrap_err().is_cancelled());
        drop(send);
        while status(store, id).await.unwrap().received == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        assert_eq!(status(store, id).await.unwrap().sha256, Some(Digest::of(b"01234")));
    }

    async fn a_stream_of_unknown_length_is_finished_by_hand(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        let bytes = pattern(100_001);
        let id = begin(store, None).await;
        append(store, id, 0, &bytes).await.unwrap();
        assert!(matches!(claim(store, id, &bytes).await, Err(Error::UploadUnusable)), "not finished yet");
        assert_eq!(store.uploads().finish(id, NOW).await.unwrap(), (100_001, Digest::of(&bytes)));
        assert_eq!(store.uploads().finish(id, NOW).await.unwrap(), (100_001, Digest::of(&bytes)));
        let (sealed, item) = claim(store, id, &bytes).await.unwrap();
        assert_eq!(crate::given::read(store, &sealed, item).await.unwrap(), bytes);
    }

    async fn nothing_is_an_upload_too(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        let id = begin(store, Some(0)).await;
        assert_eq!(status(store, id).await.unwrap().sha256, Some(Digest::of(b"")));
        let (sealed, item) = claim(store, id, b"").await.unwrap();
        assert_eq!(crate::given::read(store, &sealed, item).await.unwrap(), b"");
    }

    async fn an_upload_is_claimed_once_and_only_as_what_it_is(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        let bytes = pattern(1000);
        let id = upload(store, &bytes).await.unwrap();
        assert!(matches!(claim(store, id, &bytes[1..]).await, Err(Error::BodyMismatch)));
        claim(store, id, &bytes).await.unwrap();
        let sealed = Sealed::new(1);
        let mut again = sealed.message("again", 4);
        again.signed.header.size = 1000;
        again.signed.header.sha256 = Digest::of(&bytes);
        again.body = ItemBody::Upload(id.to_string());
        let twice = store.items().add(sealed.report, vec![again], Stamp::reporter(NOW)).await;
        assert!(matches!(twice, Err(Error::UploadUnusable)));
        assert!(matches!(store.uploads().delete(id).await, Err(Error::NotFound("upload"))));
        assert!(matches!(append(store, id, 1000, b"more").await, Err(Error::NotFound("upload"))));
        assert_eq!(store.sweep(i64::MAX).await.unwrap().uploads, 0, "a claimed upload never expires");
        assert_eq!(crate::given::read(store, &sealed, ItemId::from_bytes([7; 16])).await.unwrap(), bytes);
    }

    async fn what_expires_or_is_cancelled_is_gone_with_its_bytes(test: TestStore) {
        let store = &test.store;
        let expiring = upload(store, &pattern(1000)).await.unwrap();
        let cancelled = upload(store, &pattern(2000)).await.unwrap();
        store.uploads().delete(cancelled).await.unwrap();
        assert!(status(store, cancelled).await.is_none());
        assert!(store.uploads().get(expiring, LATER).await.unwrap().is_none(), "expired, though not yet swept");
        assert_eq!(store.sweep(LATER - 1).await.unwrap().uploads, 0);
        assert_eq!(store.sweep(LATER).await.unwrap().uploads, 1);
        assert!(status(store, expiring).await.is_none());
        assert_eq!(store.sweep_orphans(0..i64::MAX).await.unwrap(), 0, "no object was left behind");
    }

    async fn many_small_pieces_are_refused_before_they_fill_the_database(test: TestStore) {
        let store = &test.store;
        let id = begin(store, Some(1 << 20)).await;
        // A part is stored at the end of each request.
        let mut refused = None;
        for offset in 0..2000 {
            if let Err(error) = append(store, id, offset, b"x").await {
                refused = Some((offset, error));
                break;
            }
        }
        assert!(matches!(refused, Some((256, Error::UploadTooManyParts))), "{refused:?}");
    }

    async fn a_body_is_streamed_in_pieces(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        let bytes = pattern(3 * PART_SIZE);
        let id = upload(store, &bytes).await.unwrap();
        let (sealed, item) = claim(store, id, &bytes).await.unwrap();
        let found = store.reports().by_lookup(sealed.lookup.hash()).await.unwrap().unwrap();
        let body = store.items().open(&found, item, None).await.unwrap();
        let pieces: Vec<Bytes> = body.bytes.try_collect().await.unwrap();
        assert!(pieces.iter().all(|piece| piece.len() <= PART_SIZE));
        assert!(pieces.concat() == bytes);
    }
}

#[test]
fn an_id_reads_back_and_does_not_show_itself() {
    let id = UploadId::random().unwrap();
    assert_eq!(id.to_string().len(), 43);
    assert_eq!(id.to_string().parse::<UploadId>().unwrap(), id);
    assert_eq!(format!("{id:?}"), "UploadId(…)");
    for wrong in ["", "AAAA", "not base64url!"] {
        assert!(wrong.parse::<UploadId>().is_err());
    }
}
