//! Reading and adding items.

use protocol::Role;
use protocol::submission::{ItemBody, ItemUpload};
use seal::{ItemId, ItemKind};
use store::Error;
use store::acts::{ActFilter, Actor, Kind, Stamp};
use store::testing::TestStore;

use crate::given::{NOW, Sealed, desk, member};

/// A sealed note of the desk's own.
fn note(sealed: &Sealed) -> ItemUpload {
    let item = sealed.seal(ItemKind::Note, b"ring the school on Monday", 90);
    ItemUpload { signed: item.signed, body: ItemBody::Inline(item.bytes.into()) }
}

async fn with_report(test: &TestStore) -> Sealed {
    test.sequence().unwrap();
    desk(&test.store, "north").await;
    let sealed = Sealed::new(1);
    test.store.reports().submit(sealed.new.clone()).await.unwrap();
    sealed
}

store::on_both_pairs! {
    async fn staff_read_only_what_is_on_record_as_consulted(test: TestStore) {
        let sealed = with_report(&test).await;
        let store = &test.store;
        let officer = member(store, "sam", Role::Intake).await;
        let [answers, summary] = [0, 1].map(|n| sealed.new.submission.items[n].signed.header.item);
        let consultation = store.items().consult(sealed.report, vec![answers], officer, NOW + 5).await.unwrap();

        // The act is there before any byte is.
        let filter = ActFilter { kinds: vec![Kind::ItemConsulted], ..ActFilter::default() };
        let acts = store.acts().list(&filter, 0, 10).await.unwrap();
        assert_eq!(acts.len(), 1);
        assert_eq!((acts[0].actor, acts[0].at), (Actor::Member(officer), NOW + 5));
        assert_eq!((acts[0].report, acts[0].item), (Some(sealed.report), Some(answers)));

        let inline = store.items().inline(&consultation).await.unwrap();
        assert_eq!(inline.keys().copied().collect::<Vec<_>>(), [answers]);
        let body = store.items().open(&consultation, answers, None).await.unwrap();
        assert_eq!(body.into_vec().await.unwrap(), inline[&answers].0);
        let other = store.items().open(&consultation, summary, None).await;
        assert!(matches!(other, Err(Error::NotFound("item"))));
        assert_eq!(consultation.desk_wrap(), &sealed.new.submission.desk_wrap);
    }

    async fn a_consultation_of_what_is_not_there_leaves_no_act(test: TestStore) {
        let sealed = with_report(&test).await;
        let store = &test.store;
        let officer = member(store, "sam", Role::Intake).await;
        let answers = sealed.new.submission.items[0].signed.header.item;
        let nothing = ItemId::from_bytes([9; 16]);
        let refused = store.items().consult(sealed.report, vec![answers, nothing], officer, NOW).await;
        assert!(matches!(refused, Err(Error::NotFound("item"))));
        let refused = store.items().consult(Sealed::new(2).report, vec![answers], officer, NOW).await;
        assert!(matches!(refused, Err(Error::NotFound("report"))));
        let filter = ActFilter { kinds: vec![Kind::ItemConsulted], ..ActFilter::default() };
        assert!(store.acts().list(&filter, 0, 10).await.unwrap().is_empty());
    }

    async fn a_reporter_never_sees_a_note(test: TestStore) {
        let sealed = with_report(&test).await;
        let store = &test.store;
        let officer = member(store, "sam", Role::Intake).await;
        let note = note(&sealed);
        let id = note.signed.header.item;
        store.items().add(sealed.report, vec![note], Stamp::member(officer, NOW)).await.unwrap();
        let reporter = store.reports().by_lookup(sealed.lookup.hash()).await.unwrap().unwrap();
        assert!(matches!(store.items().open(&reporter, id, None).await, Err(Error::NotFound("item"))));
        let inline = store.items().inline(&reporter).await.unwrap();
        assert_eq!(inline.len(), 2);
        assert!(!inline.contains_key(&id));
        let consultation = store.items().consult(sealed.report, vec![id], officer, NOW).await.unwrap();
        assert_eq!(store.items().inline(&consultation).await.unwrap().len(), 1);
    }

    async fn items_are_added_once_in_the_order_they_came(test: TestStore) {
        let sealed = with_report(&test).await;
        let store = &test.store;
        let first = sealed.message("is this still needed?", 1);
        let second = sealed.message("one more thing", 2);
        let report = sealed.report;
        let add = |items: Vec<ItemUpload>, at| async move { store.items().add(report, items, Stamp::reporter(at)).await };
        assert_eq!(add(vec![first.clone()], NOW + 1).await.unwrap().new, 1);
        let again = add(vec![first.clone(), second.clone()], NOW + 2).await.unwrap();
        assert_eq!((again.received_at, again.new), (NOW + 1, 1));
        assert_eq!(add(vec![second.clone()], NOW + 9).await.unwrap().received_at, NOW + 2);

        let mut other = sealed.message("other words", 3);
        other.signed.header.item = first.signed.header.item;
        assert!(matches!(add(vec![other], NOW).await, Err(Error::ItemConflict)));
        let unknown = Sealed::new(2);
        let elsewhere = store.items().add(unknown.report, vec![unknown.message("hm", 1)], Stamp::reporter(NOW)).await;
        assert!(matches!(elsewhere, Err(Error::NotFound("report"))));

        let detail = store.reports().detail(sealed.report).await.unwrap().unwrap();
        let ids: Vec<_> = detail.items.iter().map(|item| item.signed.header.item).collect();
        assert_eq!(ids[2..], [first.signed.header.item, second.signed.header.item]);
        assert!(detail.items.iter().all(|item| item.inline));
        sealed.opens(store).await;
    }

    async fn eight_who_add_at_once_all_get_a_place(test: TestStore) {
        let sealed = with_report(&test).await;
        let store = &test.store;
        let mut tasks = Vec::new();
        for number in 0..8 {
            let (store, sealed) = (store.clone(), sealed.clone());
            tasks.push(tokio::spawn(async move {
                for turn in 0..4 {
                    let item = sealed.message("hello", number * 10 + turn);
                    store.items().add(sealed.report, vec![item], Stamp::reporter(NOW)).await.unwrap();
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(store.items().headers(sealed.report).await.unwrap().len(), 34);
        sealed.opens(store).await;
    }
}
