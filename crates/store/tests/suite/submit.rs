//! Reports coming in.

use std::collections::HashSet;

use protocol::submission::ItemBody;
use seal::{Digest, ItemKind};
use store::Error;
use store::acts::{ActFilter, Actor, Kind};
use store::reports::SubmitOutcome;

use crate::given::{self, FILE_CONTENT, NOW, Sealed, desk, unique};

store::on_both_pairs! {
    async fn a_report_is_kept_and_opens_after_a_restart(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        let mut sealed = Sealed::new(1);
        let upload = {
            let file = sealed.seal(ItemKind::File, FILE_CONTENT, 1);
            given::upload(store, &file.bytes).await.unwrap()
        };
        sealed = Sealed::with_file(1, upload);
        assert_eq!(store.reports().submit(sealed.new.clone()).await.unwrap(), SubmitOutcome::New);
        sealed.opens(store).await;
        assert!(store.uploads().get(upload, NOW).await.unwrap().is_none(), "a claimed upload is none any more");
        sealed.opens(&test.reopen().await.unwrap()).await;
    }

    async fn the_same_submission_is_acknowledged_again_with_the_first_time(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        let sealed = Sealed::new(1);
        store.reports().submit(sealed.new.clone()).await.unwrap();
        let mut again = sealed.new.clone();
        again.received_at += 60;
        assert_eq!(store.reports().submit(again).await.unwrap(), SubmitOutcome::Same { received_at: NOW });
        let mut other = sealed.new.clone();
        other.digest = Digest::of("other bytes");
        assert_eq!(store.reports().submit(other).await.unwrap(), SubmitOutcome::Conflict);
        let acts = store.acts().list(&ActFilter::default(), 0, 100).await.unwrap();
        assert_eq!(acts.iter().filter(|act| act.kind == Kind::ReportReceived).count(), 1);
    }

    async fn a_receipt_never_stands_for_two_reports(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        let first = Sealed::new(1);
        let mut second = Sealed::new(2);
        second.new.submission.reporter.lookup = first.lookup.hash();
        store.reports().submit(first.new.clone()).await.unwrap();
        assert_eq!(store.reports().submit(second.new.clone()).await.unwrap(), SubmitOutcome::Conflict);
        assert!(store.reports().get(second.report).await.unwrap().is_none());
        first.opens(store).await;
    }

    async fn what_is_not_as_its_header_says_is_refused_whole(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        let refused = |change: fn(&mut Sealed)| {
            let mut sealed = Sealed::new(unique());
            change(&mut sealed);
            async move {
                let error = store.reports().submit(sealed.new.clone()).await.unwrap_err();
                assert!(!sealed.is_visible(store).await);
                error
            }
        };
        let flipped = refused(|sealed| {
            let ItemBody::Inline(bytes) = &mut sealed.new.submission.items[0].body else { unreachable!() };
            bytes.0[9] ^= 1;
        });
        assert!(matches!(flipped.await, Error::BodyMismatch));
        let elsewhere = refused(|sealed| sealed.new.submission.items[0].signed.header.report = Sealed::new(7).report);
        assert!(matches!(elsewhere.await, Error::BodyMismatch));
        let no_summary = refused(|sealed| { sealed.new.submission.items.pop(); });
        assert!(matches!(no_summary.await, Error::NoSummary));
        let twice = refused(|sealed| {
            let item = sealed.new.submission.items[0].clone();
            sealed.new.submission.items.push(item);
        });
        assert!(matches!(twice.await, Error::ItemConflict));
        let nowhere = refused(|sealed| sealed.new.desk = "south".into());
        assert!(matches!(nowhere.await, Error::NotFound("desk")));
        let large = refused(|sealed| {
            let sealed_item = sealed.seal(ItemKind::File, &given::pattern(70_000), 3);
            sealed.new.submission.items.push(protocol::submission::ItemUpload {
                signed: sealed_item.signed,
                body: ItemBody::Inline(sealed_item.bytes.into()),
            });
        });
        assert!(matches!(large.await, Error::InlineTooLarge));
        let no_upload = refused(|sealed| {
            let item = &mut sealed.new.submission.items[0];
            item.body = ItemBody::Upload(store::uploads::UploadId::random().unwrap().to_string());
        });
        assert!(matches!(no_upload.await, Error::UploadUnusable));
        let acts = store.acts().list(&ActFilter::default(), 0, 100).await.unwrap();
        assert!(acts.iter().all(|act| act.kind == Kind::DeskCreated), "a refused report leaves no act");
    }

    async fn eight_at_once_each_get_their_own_answer(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        let mut tasks = Vec::new();
        for task in 0..8_u64 {
            let store = store.clone();
            tasks.push(tokio::spawn(async move {
                for turn in 0..12 {
                    let mut sealed = Sealed::new(100 + task * 100 + turn);
                    // Every third is bad: it must not take its neighbours in the same commit with it.
                    if turn % 3 == 2 {
                        sealed.new.desk = "nowhere".into();
                        assert!(matches!(store.reports().submit(sealed.new).await, Err(Error::NotFound("desk"))));
                    } else {
                        assert_eq!(store.reports().submit(sealed.new.clone()).await.unwrap(), SubmitOutcome::New);
                        sealed.opens(&store).await;
                    }
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        let filter = ActFilter { kinds: vec![Kind::ReportReceived], ..ActFilter::default() };
        let acts = store.acts().list(&filter, 0, 1000).await.unwrap();
        assert_eq!(acts.iter().map(|act| act.report).collect::<HashSet<_>>().len(), 64);
    }

    async fn eight_who_send_the_same_get_one_report(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        let sealed = Sealed::new(5);
        let mut tasks = Vec::new();
        for task in 0..8 {
            let (store, mut new) = (store.clone(), sealed.new.clone());
            new.received_at += task;
            tasks.push(tokio::spawn(async move { store.reports().submit(new).await.unwrap() }));
        }
        let mut outcomes = Vec::new();
        for task in tasks {
            outcomes.push(task.await.unwrap());
        }
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == SubmitOutcome::New).count(), 1);
        let kept = store.reports().get(sealed.report).await.unwrap().unwrap().received_at;
        assert!(outcomes.iter().all(|outcome| match outcome {
            SubmitOutcome::New => true,
            SubmitOutcome::Same { received_at } => *received_at == kept,
            SubmitOutcome::Conflict => false,
        }));
    }

    async fn its_acts_are_on_record(test: TestStore) {
        let store = &test.store;
        desk(store, "north").await;
        let sealed = Sealed::new(1);
        store.reports().submit(sealed.new.clone()).await.unwrap();
        let filter = ActFilter { report: Some(sealed.report), ..ActFilter::default() };
        let acts = store.acts().list(&filter, 0, 100).await.unwrap();
        let kinds: Vec<_> = acts.iter().map(|act| act.kind).collect();
        assert_eq!(kinds, [Kind::ReportReceived, Kind::ItemAdded, Kind::ItemAdded]);
        assert!(acts.iter().all(|act| act.actor == Actor::Reporter && act.at == NOW));
        assert_eq!(acts[0].digest, Some(sealed.new.digest));
        assert_eq!(acts[1].digest, Some(sealed.new.submission.items[0].signed.header.sha256));
    }
}
