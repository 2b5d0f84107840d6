//! A desk's queue, and what is decided there.

use protocol::staff::ReportState;
use protocol::{MemberId, Role};
use seal::ReportId;
use store::acts::{ActFilter, Kind, Stamp};
use store::reports::{Assigned, QueueCursor, QueueFilter};
use store::{Error, Store};

use crate::given::{DESK, NOW, Sealed, desk, member};

async fn submit(store: &Store, number: u64, at: i64, urgent: bool) -> Sealed {
    let mut sealed = Sealed::new(number);
    sealed.new.received_at = at;
    sealed.new.submission.urgent = urgent;
    store.reports().submit(sealed.new.clone()).await.unwrap();
    sealed
}

async fn page(store: &Store, filter: QueueFilter, member: MemberId) -> Vec<ReportId> {
    let page = store.reports().queue(filter, member, NOW).await.unwrap();
    page.rows.into_iter().map(|row| row.report).collect()
}

store::on_both_pairs! {
    async fn urgent_ones_come_first_then_the_longest_waiting(test: TestStore) {
        let store = &test.store;
        test.sequence().unwrap();
        desk(store, DESK).await;
        desk(store, "east").await;
        let sam = member(store, "sam", Role::Intake).await;
        let times = [(1, NOW + 3, false), (2, NOW + 1, false), (3, NOW + 9, true), (4, NOW + 2, true), (5, NOW + 1, false)];
        let mut expected = Vec::new();
        for (number, at, urgent) in times {
            expected.push((!urgent, at, submit(store, number, at, urgent).await.report));
        }
        expected.sort_by_key(|(calm, at, report)| (*calm, *at, *report.as_bytes()));
        let mut elsewhere = Sealed::new(6);
        elsewhere.new.desk = "east".into();
        store.reports().submit(elsewhere.new.clone()).await.unwrap();

        let mut filter = QueueFilter::new(DESK, 2);
        let mut seen = Vec::new();
        loop {
            let page = store.reports().queue(filter.clone(), sam, NOW).await.unwrap();
            seen.extend(page.rows.iter().map(|row| (!row.urgent, row.received_at, row.report)));
            let Some(next) = page.next else { break };
            filter.after = Some(next.to_string().parse::<QueueCursor>().unwrap());
        }
        assert_eq!(seen, expected);
    }

    async fn a_row_has_what_opens_its_summary(test: TestStore) {
        let store = &test.store;
        test.sequence().unwrap();
        desk(store, DESK).await;
        let sam = member(store, "sam", Role::Intake).await;
        let sealed = submit(store, 1, NOW, true).await;
        let row = store.reports().queue(QueueFilter::new(DESK, 10), sam, NOW).await.unwrap().rows.remove(0);
        assert_eq!(row.desk_wrap, sealed.new.submission.desk_wrap);
        let opened = seal::open_item(&row.summary.signed, &row.summary_body.unwrap().0, &sealed.identity()).unwrap();
        assert_eq!(opened.content.as_slice(), b"summary of report 1");
        assert_eq!((row.state, row.items, row.urgent, row.unread), (ReportState::New, 2, true, true));
        assert_eq!((row.received_at, row.last_from_reporter, row.assigned), (NOW, NOW, None));
    }

    async fn what_it_handed_out_is_on_record(test: TestStore) {
        let store = &test.store;
        test.sequence().unwrap();
        desk(store, DESK).await;
        let sam = member(store, "sam", Role::Intake).await;
        assert!(page(store, QueueFilter::new(DESK, 10), sam).await.is_empty());
        let shown = [submit(store, 1, NOW, false).await.report, submit(store, 2, NOW + 1, false).await.report];
        assert_eq!(page(store, QueueFilter::new(DESK, 10), sam).await, shown);
        let filter = ActFilter { kinds: vec![Kind::QueueConsulted], member: Some(sam), ..ActFilter::default() };
        let acts = store.acts().list(&filter, 0, 10).await.unwrap();
        assert_eq!(acts.len(), 1, "an empty page hands nothing out");
        assert_eq!(acts[0].detail, Some(serde_json::json!({ "desk": DESK, "reports": shown })));
    }

    async fn unread_is_what_came_since_this_member_last_read(test: TestStore) {
        let store = &test.store;
        test.sequence().unwrap();
        desk(store, DESK).await;
        let sam = member(store, "sam", Role::Intake).await;
        let alex = member(store, "alex", Role::Intake).await;
        let sealed = submit(store, 1, NOW, false).await;
        let answers = sealed.new.submission.items[0].signed.header.item;
        let unread = |member| async move {
            store.reports().queue(QueueFilter::new(DESK, 10), member, NOW).await.unwrap().rows[0].unread
        };
        store.items().consult(sealed.report, vec![answers], sam, NOW + 1).await.unwrap();
        assert_eq!((unread(sam).await, unread(alex).await), (false, true));
        store.items().add(sealed.report, vec![sealed.message("from the desk", 1)], Stamp::member(alex, NOW + 2)).await.unwrap();
        assert!(!unread(sam).await, "a colleague's message is no news from the reporter");
        store.items().add(sealed.report, vec![sealed.message("more", 2)], Stamp::reporter(NOW + 3)).await.unwrap();
        assert!(unread(sam).await);
        let row = store.reports().queue(QueueFilter::new(DESK, 10), sam, NOW).await.unwrap().rows.remove(0);
        assert_eq!((row.items, row.last_from_reporter), (4, NOW + 3));
        store.items().consult(sealed.report, vec![answers], sam, NOW + 4).await.unwrap();
        assert!(!unread(sam).await);
    }

    async fn it_is_filtered_by_state_and_by_whose_it_is(test: TestStore) {
        let store = &test.store;
        test.sequence().unwrap();
        desk(store, DESK).await;
        let sam = member(store, "sam", Role::Intake).await;
        let [new, open, closed] =
            [submit(store, 1, NOW, false).await.report, submit(store, 2, NOW + 1, false).await.report, submit(store, 3, NOW + 2, false).await.report];
        let stamp = Stamp::member(sam, NOW + 5);
        assert!(store.reports().set_state(open, ReportState::Open, stamp).await.unwrap());
        assert!(!store.reports().set_state(open, ReportState::Open, stamp).await.unwrap());
        store.reports().set_state(closed, ReportState::Closed, stamp).await.unwrap();
        store.reports().assign(open, Some(sam), stamp).await.unwrap();
        let with = |states: &[ReportState], assigned| QueueFilter { states: states.to_vec(), assigned, ..QueueFilter::new(DESK, 10) };
        assert_eq!(page(store, with(&[ReportState::New], Assigned::Anyone), sam).await, [new]);
        assert_eq!(page(store, with(&[ReportState::New, ReportState::Open], Assigned::Anyone), sam).await, [new, open]);
        assert_eq!(page(store, with(&[ReportState::New, ReportState::Open], Assigned::Nobody), sam).await, [new]);
        assert_eq!(page(store, with(&[], Assigned::To(sam)), sam).await, [open]);
        assert_eq!(page(store, with(&[ReportState::Closed], Assigned::Anyone), sam).await, [closed]);
        assert_eq!(store.reports().get(open).await.unwrap().unwrap().assigned, Some(sam));

        let filter = ActFilter { report: Some(open), ..ActFilter::default() };
        let acts = store.acts().list(&filter, 0, 10).await.unwrap();
        let told: Vec<_> = acts.iter().filter_map(|act| Some((act.kind, act.detail.clone()?))).collect();
        assert_eq!(told, [
            (Kind::DecisionMade, serde_json::json!({ "from": "new", "to": "open" })),
            (Kind::ReportAssigned, serde_json::json!({ "to": sam })),
        ]);
    }

    async fn only_who_can_read_it_can_be_given_it(test: TestStore) {
        let store = &test.store;
        test.sequence().unwrap();
        desk(store, DESK).await;
        let sam = member(store, "sam", Role::Intake).await;
        let auditor = member(store, "audit", Role::Auditor).await;
        let report = submit(store, 1, NOW, false).await.report;
        let stamp = Stamp::member(sam, NOW);
        let refused = store.reports().assign(report, Some(auditor), stamp).await;
        assert!(matches!(refused, Err(Error::NotOfThisDesk)));
        store.reports().assign(report, Some(sam), stamp).await.unwrap();
        store.members().revoke(sam, Stamp::system(NOW)).await.unwrap();
        assert!(matches!(store.reports().assign(report, Some(sam), stamp).await, Err(Error::NotOfThisDesk)));
        store.reports().assign(report, None, stamp).await.unwrap();
        assert!(matches!(store.reports().set_state(report, ReportState::New, stamp).await, Err(Error::NeverNewAgain)));
        let unknown = Sealed::new(9).report;
        assert!(matches!(store.reports().assign(unknown, None, stamp).await, Err(Error::NotFound("report"))));
        let state = store.reports().set_state(unknown, ReportState::Open, stamp).await;
        assert!(matches!(state, Err(Error::NotFound("report"))));
    }
}

#[test]
fn a_cursor_is_one_of_ours_or_refused() {
    for wrong in ["", "AAAA", "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "?"] {
        assert!(wrong.parse::<QueueCursor>().is_err(), "{wrong:?} was accepted");
    }
    let start = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".parse::<QueueCursor>().unwrap();
    assert_eq!(start.to_string(), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
}
