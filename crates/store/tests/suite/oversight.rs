//! What auditors read: all of their desk's acts, nothing of another's, page by page.

use ledger::Kind;
use protocol::{MemberId, Role};
use seal::ReportId;
use serde_json::json;
use store::Store;
use store::acts::{Act, ActFilter, Actor, Stamp};
use store::members::Post;
use store::oversight::{LedgerFilter, LedgerPage, Span};
use store::reports::QueueFilter;

use crate::given::{DESK, NOW, Sealed, desk, member, new_member};

const DAY: i64 = 86_400;

/// A look-up that leaves a trace at another desk only, so that looking does not change what is looked at.
async fn page(store: &Store, filter: &LedgerFilter, span: Span, limit: u32) -> LedgerPage {
    store.oversight().page(filter, span, limit, Stamp::system(NOW)).await.unwrap()
}

/// Numbers of the acts on all pages, newest first, and how many pages there were.
async fn walk(store: &Store, filter: &LedgerFilter, limit: u32) -> (Vec<i64>, usize) {
    let (mut numbers, mut pages, mut span) = (Vec::new(), 0, Span::Newest);
    loop {
        let page = page(store, filter, span, limit).await;
        assert!(page.entries.len() <= limit as usize);
        pages += 1;
        numbers.extend(page.entries.iter().map(|entry| entry.act.seq));
        match page.older {
            Some(place) => span = Span::Before(place.to_string().parse().unwrap()),
            None => return (numbers, pages),
        }
    }
}

/// Acts as they are on record, without those of looking them up, newest first.
async fn on_record(store: &Store, keep: impl Fn(&Act) -> bool) -> Vec<i64> {
    let mut acts = store.acts().list(&ActFilter::default(), 0, 10_000).await.unwrap();
    acts.retain(|act| keep(act) && act.kind != Kind::LedgerConsulted);
    acts.sort_by_key(|act| std::cmp::Reverse((act.at, act.seq)));
    acts.iter().map(|act| act.seq).collect()
}

async fn submit(store: &Store, number: u64, desk: &str) -> ReportId {
    let mut sealed = Sealed::new(number);
    sealed.new.desk = desk.to_owned();
    sealed.new.received_at = NOW + i64::try_from(number).unwrap();
    store.reports().submit(sealed.new.clone()).await.unwrap();
    sealed.report
}

async fn consult(store: &Store, report: ReportId, member: MemberId, at: i64) {
    let items = store.items().headers(report).await.unwrap();
    let items = items.iter().map(|item| item.signed.header.item).collect();
    store.items().consult(report, items, member, at).await.unwrap();
}

async fn elsewhere(store: &Store, login: &str) -> MemberId {
    let post =
        Post { desk: "east".into(), login: login.into(), name: login.into(), role: Role::Investigator };
    let member = new_member(login, Role::Investigator);
    let id = member.id;
    store.members().create(post, member, Stamp::system(NOW)).await.unwrap();
    id
}

/// Two desks with members, reports and readings at both.
async fn busy(store: &Store) -> (MemberId, MemberId, Vec<ReportId>) {
    desk(store, DESK).await;
    desk(store, "east").await;
    let sam = member(store, "sam", Role::Investigator).await;
    let ben = member(store, "ben", Role::Intake).await;
    let eve = elsewhere(store, "eve").await;
    let mut reports = Vec::new();
    for number in 1..=6 {
        reports.push(submit(store, number, DESK).await);
        let other = submit(store, 100 + number, "east").await;
        consult(store, other, eve, NOW + 10).await;
    }
    for (turn, report) in (0_i64..).zip(&reports) {
        consult(store, *report, if turn % 2 == 0 { sam } else { ben }, NOW + 20 + turn).await;
    }
    store.reports().assign(reports[0], Some(sam), Stamp::member(ben, NOW + 30)).await.unwrap();
    (sam, ben, reports)
}

store::on_both_pairs! {
    async fn a_desk_has_every_act_of_its_own_and_none_of_another(test: TestStore) {
        let store = &test.store;
        test.sequence().unwrap();
        let (sam, ..) = busy(store).await;
        store.members().revoke(sam, Stamp::system(NOW + 40)).await.unwrap();
        let (north, _) = walk(store, &LedgerFilter::new(DESK), 1000).await;
        let (east, _) = walk(store, &LedgerFilter::new("east"), 1000).await;
        let ours = |numbers: &[i64]| numbers.to_vec();
        // Every look-up above left its own trace; it names the desk that was looked up.
        let lookups = ActFilter { kinds: vec![Kind::LedgerConsulted], ..ActFilter::default() };
        let lookups: Vec<i64> = store.acts().list(&lookups, 0, 100).await.unwrap().iter().map(|act| act.seq).collect();
        let mut both: Vec<i64> = ours(&north).into_iter().chain(ours(&east)).filter(|seq| !lookups.contains(seq)).collect();
        both.sort_unstable();
        let mut all = on_record(store, |_| true).await;
        all.sort_unstable();
        assert_eq!(both, all, "each act is at exactly one desk");

        let filter = LedgerFilter { kind: Some(Kind::MemberChanged), ..LedgerFilter::new(DESK) };
        let newest = &page(store, &filter, Span::Newest, 1).await.entries[0];
        assert_eq!(newest.act.actor, Actor::System);
        assert_eq!(newest.act.detail, Some(json!({ "desk": DESK, "member": sam, "state": "revoked" })));
        assert!(page(store, &LedgerFilter::new("west"), Span::Newest, 10).await.entries.iter().all(|entry| {
            entry.act.kind == Kind::LedgerConsulted
        }));
    }

    async fn pages_of_any_size_hold_the_same_and_lead_back(test: TestStore) {
        let store = &test.store;
        test.sequence().unwrap();
        let (sam, ben, reports) = busy(store).await;
        let filter = LedgerFilter { until: Some(NOW + 100), ..LedgerFilter::new(DESK) };
        let late = |store: Store| async move {
            // What comes in while somebody reads is newer than where they are.
            store.reports().assign(reports[1], Some(sam), Stamp::member(ben, NOW + 90)).await.unwrap();
        };
        // Look-ups are told apart by their time.
        let looked = |filter: LedgerFilter, span, limit| async move {
            store.oversight().page(&filter, span, limit, Stamp::system(NOW + 200)).await.unwrap()
        };
        let whole = looked(filter.clone(), Span::Newest, 1000).await;
        assert_eq!((whole.newer, whole.older), (None, None));
        let whole: Vec<i64> = whole.entries.iter().map(|entry| entry.act.seq).collect();
        assert!(whole.len() > 20);
        let size = u32::try_from(whole.len()).unwrap();
        for limit in [1, 2, 3, 7, size - 1, size, size + 1] {
            let mut down = Vec::new();
            let mut page = looked(filter.clone(), Span::Newest, limit).await;
            loop {
                down.push(page.entries.iter().map(|entry| entry.act.seq).collect::<Vec<_>>());
                let Some(place) = page.older else { break };
                page = looked(filter.clone(), Span::Before(place), limit).await;
            }
            assert_eq!(down.concat(), whole, "downwards by {limit}");
            let mut up = vec![page.entries.iter().map(|entry| entry.act.seq).collect::<Vec<_>>()];
            while let Some(place) = page.newer {
                page = looked(filter.clone(), Span::After(place), limit).await;
                if page.entries.is_empty() {
                    break;
                }
                up.insert(0, page.entries.iter().map(|entry| entry.act.seq).collect());
            }
            assert_eq!(up.concat(), whole, "upwards by {limit}");
        }
        let first = looked(filter.clone(), Span::Newest, 5).await;
        late(store.clone()).await;
        let second = looked(filter.clone(), Span::Before(first.older.unwrap()), 5).await;
        assert_eq!(second.entries.iter().map(|entry| entry.act.seq).collect::<Vec<_>>(), whole[5..10]);
        let newer = looked(filter.clone(), Span::After(second.newer.unwrap()), 5).await;
        assert_eq!(newer.entries.iter().map(|entry| entry.act.seq).collect::<Vec<_>>(), whole[..5]);
        assert!(newer.newer.is_some(), "what has come in since");

        let mut export = store.oversight().export(filter, Stamp::system(NOW + 200)).await.unwrap();
        let mut exported = Vec::new();
        loop {
            let batch = export.next(4).await.unwrap();
            if batch.is_empty() { break }
            exported.extend(batch.iter().map(|entry| entry.act.seq));
        }
        assert_eq!(exported[1..], whole, "all of it, and the one that came in");
        assert!(export.next(4).await.unwrap().is_empty());
    }

    async fn filters_meet(test: TestStore) {
        let store = &test.store;
        test.sequence().unwrap();
        let (sam, ben, reports) = busy(store).await;
        let all = LedgerFilter { until: Some(NOW + 100), ..LedgerFilter::new(DESK) };
        let own = [sam, ben];
        let ours = |act: &Act| act.report.is_some_and(|report| reports.contains(&report))
            || matches!(act.actor, Actor::Member(id) if own.contains(&id));
        let by = |act: &Act, id| act.actor == Actor::Member(id);
        let consulted = |act: &Act| act.kind == Kind::ItemConsulted;
        let member = LedgerFilter { member: Some(sam), ..all.clone() };
        assert_eq!(walk(store, &member, 3).await.0, on_record(store, |act| by(act, sam)).await);
        let report = LedgerFilter { report: Some(reports[0]), ..all.clone() };
        assert_eq!(walk(store, &report, 3).await.0, on_record(store, |act| act.report == Some(reports[0])).await);
        let kind = LedgerFilter { kind: Some(Kind::ItemConsulted), ..all.clone() };
        assert_eq!(walk(store, &kind, 3).await.0, on_record(store, |act| ours(act) && consulted(act)).await);
        let both = LedgerFilter { member: Some(ben), ..kind.clone() };
        assert_eq!(walk(store, &both, 3).await.0, on_record(store, |act| by(act, ben) && consulted(act)).await);
        let three = LedgerFilter { report: Some(reports[1]), ..both.clone() };
        assert_eq!(walk(store, &three, 1).await.0.len(), 2, "ben read the two items of the second report");
        let time = LedgerFilter { since: Some(NOW + 22), until: Some(NOW + 24), ..both };
        assert_eq!(walk(store, &time, 3).await.0, on_record(store, |act| by(act, ben) && act.at == NOW + 23).await);
        let none = LedgerFilter { since: Some(NOW + 24), until: Some(NOW + 24), ..all };
        assert!(walk(store, &none, 3).await.0.is_empty());
    }

    async fn an_entry_has_what_it_takes_to_tell_it(test: TestStore) {
        let store = &test.store;
        test.sequence().unwrap();
        let (sam, _, reports) = busy(store).await;
        let filter = LedgerFilter { member: Some(sam), report: Some(reports[0]), ..LedgerFilter::new(DESK) };
        let entries = page(store, &filter, Span::Newest, 10).await.entries;
        let mut kinds: Vec<_> = entries.iter().map(|entry| entry.item_kind.unwrap().as_str()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["answers", "summary"]);
        assert!(entries.iter().all(|entry| entry.name.as_deref() == Some("SAM") && entry.act.digest.is_some()));
    }

    async fn lists_and_look_ups_that_named_a_report_are_found_on_request(test: TestStore) {
        let store = &test.store;
        test.sequence().unwrap();
        let (sam, _, reports) = busy(store).await;
        let auditor = member(store, "greta", Role::Auditor).await;
        store.reports().queue(QueueFilter::new(DESK, 3), sam, NOW + 50).await.unwrap();
        let plain = LedgerFilter { report: Some(reports[0]), ..LedgerFilter::new(DESK) };
        store.oversight().page(&plain, Span::Newest, 5, Stamp::member(auditor, NOW + 60)).await.unwrap();
        let history = walk(store, &plain, 100).await.0;
        assert_eq!(history, on_record(store, |act| act.report == Some(reports[0])).await, "an audit does not show");
        let named = LedgerFilter { named: true, ..plain };
        let named = page(store, &named, Span::Newest, 100).await.entries;
        let extra: Vec<_> = named.iter().filter(|entry| !history.contains(&entry.act.seq)).collect();
        let by = |id| extra.iter().filter(|entry| entry.act.actor == Actor::Member(id)).map(|entry| entry.act.kind).collect::<Vec<_>>();
        assert_eq!(by(sam), [Kind::QueueConsulted]);
        assert_eq!(by(auditor), [Kind::LedgerConsulted]);
        let other = LedgerFilter { report: Some(reports[5]), named: true, ..LedgerFilter::new(DESK) };
        assert!(page(store, &other, Span::Newest, 100).await.entries.iter().all(|entry| {
            entry.act.kind != Kind::QueueConsulted
        }), "three were listed, and this was not among them");
    }

    async fn reading_the_record_is_on_record(test: TestStore) {
        let store = &test.store;
        test.sequence().unwrap();
        let (sam, _, reports) = busy(store).await;
        let auditor = member(store, "greta", Role::Auditor).await;
        let stamp = Stamp::member(auditor, NOW + 60);
        let filter = LedgerFilter {
            member: Some(sam),
            report: Some(reports[0]),
            kind: Some(Kind::ItemConsulted),
            since: Some(NOW),
            until: Some(NOW + 99),
            ..LedgerFilter::new(DESK)
        };
        store.oversight().page(&filter, Span::Newest, 5, stamp).await.unwrap();
        store.oversight().export(LedgerFilter::new(DESK), stamp).await.unwrap();
        store.oversight().readings(&LedgerFilter::new(DESK), stamp).await.unwrap();
        let acts = store.acts().list(&ActFilter { member: Some(auditor), ..ActFilter::default() }, 0, 10).await.unwrap();
        let told: Vec<_> = acts.iter().map(|act| (act.kind, act.report, act.detail.clone().unwrap())).collect();
        let (looked, nothing) = (Kind::LedgerConsulted, None);
        assert_eq!(told, [
            (looked, nothing, json!({
                "desk": DESK, "as": "page", "member": sam, "report": reports[0], "act": "item.consulted",
                "since": NOW, "until": NOW + 99,
            })),
            (looked, nothing, json!({ "desk": DESK, "as": "export" })),
            (looked, nothing, json!({ "desk": DESK, "as": "counts" })),
        ]);
    }

    async fn what_was_read_without_being_assigned_is_counted_by_day(test: TestStore) {
        let store = &test.store;
        test.sequence().unwrap();
        desk(store, DESK).await;
        let sam = member(store, "sam", Role::Investigator).await;
        let ben = member(store, "ben", Role::Investigator).await;
        let (first, second) = (submit(store, 1, DESK).await, submit(store, 2, DESK).await);
        let morning = (NOW / DAY + 1) * DAY + 8 * 3600;
        let give = async |report, to, at| {
            store.reports().assign(report, to, Stamp::member(sam, at)).await.unwrap();
        };
        consult(store, first, sam, morning).await;
        give(first, Some(sam), morning + 60).await;
        consult(store, first, sam, morning + 120).await;
        consult(store, second, sam, morning + 180).await;
        consult(store, first, sam, morning + DAY).await;
        give(first, Some(ben), morning + DAY + 60).await;
        consult(store, first, ben, morning + DAY + 60).await;
        consult(store, first, sam, morning + 2 * DAY).await;
        give(first, None, morning + 2 * DAY + 10).await;
        consult(store, first, ben, morning + 2 * DAY + 20).await;
        let filter = LedgerFilter { since: Some(NOW), until: Some(NOW + 30 * DAY), ..LedgerFilter::new(DESK) };
        let read = store.oversight().readings(&filter, Stamp::system(NOW)).await.unwrap();
        let day = morning - 8 * 3600;
        let mut told: Vec<_> = read.iter().map(|read| {
            (read.day, read.member == sam, read.report == first, read.items, read.assigned)
        }).collect();
        assert!(told.is_sorted_by_key(|told| std::cmp::Reverse(told.0)), "the newest day comes first");
        told.sort_unstable();
        assert_eq!(told, [
            (day, true, false, 2, false),
            (day, true, true, 4, false),
            (day + DAY, false, true, 2, true),
            (day + DAY, true, true, 2, true),
            (day + 2 * DAY, false, true, 2, false),
            (day + 2 * DAY, true, true, 2, false),
        ]);
        let narrow = LedgerFilter { member: Some(ben), report: Some(first), since: Some(morning + 2 * DAY), ..filter };
        let narrow = store.oversight().readings(&narrow, Stamp::system(NOW)).await.unwrap();
        assert_eq!(narrow.iter().map(|read| (read.member, read.day)).collect::<Vec<_>>(), [(ben, day + 2 * DAY)]);
    }

    async fn a_reference_finds_its_report_at_its_desk_only(test: TestStore) {
        let store = &test.store;
        test.sequence().unwrap();
        let (.., reports) = busy(store).await;
        let (first, last) = protocol::reference::range(&protocol::reference::of(&reports[2])).unwrap();
        let (first, last) = (ReportId::from_bytes(first), ReportId::from_bytes(last));
        let found = |desk: &'static str| async move { store.oversight().reports_between(desk, first, last).await.unwrap() };
        assert_eq!(found(DESK).await, [reports[2]]);
        assert!(found("east").await.is_empty());
    }
}
