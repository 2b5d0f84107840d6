//! Many acts: what an auditor waits for must not grow with them.
//!
//! `SAFEHAND_TEST_ACTS` sets how many; the suite affords few, the figures in `docs/performance.md` are of a million.
//! Run it with `--nocapture` to see how long each page took.

use std::time::{Duration, Instant};

use ledger::Kind;
use protocol::MemberId;
use seal::{Digest, LookupHash, ReportId};

use super::{ENTRIES, LedgerCursor, LedgerFilter, Span};
use crate::acts::Stamp;
use crate::sql::{Sql, ToColumn, Value, insert_rows, sql};
use crate::testing::{Pair, TestStore};
use crate::{Error, Store};

const NOW: i64 = 1_800_000_000;
const MEMBERS: u8 = 20;
const REPORTS: u16 = 400;
/// One of so many reports is another desk's.
const ELSEWHERE_EVERY: u16 = 100;

fn acts_wanted() -> i64 {
    std::env::var("SAFEHAND_TEST_ACTS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000)
}

fn member(number: u8) -> MemberId {
    MemberId::from_bytes([number; 16])
}

fn report(number: u16) -> ReportId {
    let mut id = [0; 16];
    id[..2].copy_from_slice(&number.to_be_bytes());
    ReportId::from_bytes(id)
}

async fn run(store: &Store, statements: Vec<Sql>) {
    store
        .write("test.fill", statements, |link, statements| {
            Box::pin(async move {
                for statement in statements {
                    link.execute(statement.clone()).await?;
                }
                Ok::<_, Error>(())
            })
        })
        .await
        .unwrap();
}

/// Two desks, their members and reports, without anything that would have to be sealed.
async fn people(store: &Store) {
    let desks = "INSERT INTO desks (slug, name, kind, created_at, public_identity) VALUES \
                 ('bay', 'Bay', 'police', 0, '{}'), ('cove', 'Cove', 'police', 0, '{}')";
    let people = (0..MEMBERS).map(|number| -> Vec<Value> {
        let login = format!("member-{number}");
        let words = [login.as_str(), "intake", "bay", "active"].map(ToColumn::to_column);
        let [login, role, desk, state] = words;
        let nothing = || [0_u8].as_slice().to_column();
        vec![
            member(number).to_column(),
            login,
            "Somebody".to_column(),
            role,
            desk,
            state,
            0_i64.to_column(),
            nothing(),
            nothing(),
            "{}".to_column(),
        ]
    });
    let head = "INSERT INTO members (id, login, name, role, desk, state, created_at, opaque_record, vault, \
                public_identity) VALUES";
    let mut statements = vec![sql(desks), insert_rows(head, people.collect(), "")];
    for number in 0..REPORTS {
        let id = report(number);
        let desk = if number % ELSEWHERE_EVERY == 0 { "cove" } else { "bay" };
        let insert =
            sql("INSERT INTO reports (id, desk, state, priority, received_at, items, reporter_items, \
                          last_from_reporter, summary, submission, lookup_hash, reporter_key, desk_wrap, \
                          reporter_wrap) VALUES ($1, $2, 'new', 1, 0, 0, 0, 0, $1, $3, $4, $1, $1, $1)");
        let digest = Digest::of(id.as_bytes());
        statements
            .push(insert.bind(id).bind(desk).bind(digest).bind(LookupHash::from_bytes(*digest.as_bytes())));
    }
    run(store, statements).await;
}

/// One act a second. One of ten thousand takes a key away; most of the others are readings.
async fn acts(store: &Store, count: i64) {
    let fill = sql("WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < CAST(")
        .push_bind(count)
        .push(" AS BIGINT)), \
              m AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS k FROM members), \
              r AS (SELECT id, desk, row_number() OVER (ORDER BY id) - 1 AS k FROM reports) \
              INSERT INTO acts (at, kind, actor, member, report, item, digest, detail, desk) \
              SELECT 1800000000 + i, CASE WHEN i % 10000 = 0 THEN 'grant.removed' WHEN i % 10 < 7 THEN \
              'item.consulted' WHEN i % 10 = 7 THEN 'session.started' ELSE 'report.assigned' END, 'member', m.id, \
              CASE WHEN i % 10000 = 0 OR i % 10 = 7 THEN NULL ELSE r.id END, NULL, NULL, NULL, \
              CASE WHEN i % 10000 = 0 OR i % 10 = 7 THEN 'bay' ELSE r.desk END \
              FROM n JOIN m ON m.k = i % 20 JOIN r ON r.k = (i * 7919 + i / 10) % 400");
    run(store, vec![fill]).await;
}

/// Every sort of question, by name.
fn questions(count: i64) -> Vec<(&'static str, LedgerFilter, Span)> {
    let all = || LedgerFilter::new("bay");
    let rare = Some(Kind::GrantRemoved);
    let middle = LedgerCursor { at: NOW + count / 2, seq: 0 };
    vec![
        ("the newest", all(), Span::Newest),
        ("from the middle on", all(), Span::Before(middle)),
        ("the oldest", all(), Span::Before(LedgerCursor { at: NOW + 150, seq: 0 })),
        ("newer than the middle", all(), Span::After(middle)),
        ("a frequent act", LedgerFilter { kind: Some(Kind::ItemConsulted), ..all() }, Span::Newest),
        ("a rare act", LedgerFilter { kind: rare, ..all() }, Span::Newest),
        ("a member", LedgerFilter { member: Some(member(3)), ..all() }, Span::Newest),
        (
            "a member and a rare act",
            LedgerFilter { member: Some(member(0)), kind: rare, ..all() },
            Span::Newest,
        ),
        (
            "a member and an act that they never did",
            LedgerFilter { member: Some(member(3)), kind: rare, ..all() },
            Span::Newest,
        ),
        ("a report", LedgerFilter { report: Some(report(7)), ..all() }, Span::Newest),
        (
            "a report and a member",
            LedgerFilter { report: Some(report(7)), member: Some(member(5)), ..all() },
            Span::Newest,
        ),
        ("a report of another desk", LedgerFilter { report: Some(report(100)), ..all() }, Span::Newest),
        (
            "an hour in the middle",
            LedgerFilter { since: Some(middle.at), until: Some(middle.at + 3600), ..all() },
            Span::Newest,
        ),
        ("a small desk", LedgerFilter::new("cove"), Span::Newest),
        (
            "a small desk and an act that nobody did there",
            LedgerFilter { kind: rare, ..LedgerFilter::new("cove") },
            Span::Newest,
        ),
    ]
}

async fn no_question_takes_long(test: TestStore, bound: Duration) {
    let store = &test.store;
    let count = acts_wanted();
    people(store).await;
    let began = Instant::now();
    acts(store, count).await;
    println!("{count} acts written in {:.1?}", began.elapsed());
    for (name, filter, span) in questions(count) {
        let mut best = Duration::MAX;
        for _ in 0..3 {
            let began = Instant::now();
            let page = store.oversight().page(&filter, span, 100, Stamp::system(0)).await.unwrap();
            best = best.min(began.elapsed());
            assert!(page.entries.len() <= 100);
        }
        println!("{best:>12.1?}  {name}");
        assert!(best < bound, "{name} took {best:?}");
    }
    let began = Instant::now();
    let week = LedgerFilter { since: Some(NOW), until: Some(NOW + 7 * 86_400), ..LedgerFilter::new("bay") };
    let read = store.oversight().readings(&week, Stamp::system(0)).await.unwrap();
    println!(
        "{:>12.1?}  counts of a week: {} rows of a member, a day and a report",
        began.elapsed(),
        read.len()
    );
    let began = Instant::now();
    let mut export = store.oversight().export(LedgerFilter::new("bay"), Stamp::system(0)).await.unwrap();
    let mut rows = 0;
    loop {
        let batch = export.next(1000).await.unwrap();
        if batch.is_empty() {
            break;
        }
        rows += batch.len();
    }
    println!("{:>12.1?}  an export of {rows} rows", began.elapsed());
    assert!(rows > usize::try_from(count).unwrap() * 9 / 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_question_takes_long_on_sqlite() {
    no_question_takes_long(TestStore::open(Pair::Embedded).await.unwrap(), Duration::from_secs(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_question_takes_long_on_postgres() {
    no_question_takes_long(TestStore::open(Pair::Networked).await.unwrap(), Duration::from_secs(1)).await;
}

#[tokio::test]
async fn every_question_is_answered_by_runs_of_an_index() {
    let test = TestStore::open(Pair::Embedded).await.unwrap();
    people(&test.store).await;
    acts(&test.store, 1000).await;
    for (name, filter, span) in questions(1000) {
        let plan = filter.query(sql("EXPLAIN QUERY PLAN ").push(ENTRIES), span, 100);
        let rows = test.store.read("test.plan").await.unwrap().all(plan).await.unwrap();
        let steps: Vec<String> = rows.iter().map(|row| row.get("detail").unwrap()).collect();
        let index = match (filter.report, filter.member) {
            (Some(_), _) => "SEARCH acts USING INDEX acts_by_report (report=?",
            (None, Some(_)) => "SEARCH acts USING INDEX acts_by_member (member=? AND kind=?",
            (None, None) => "SEARCH acts USING COVERING INDEX acts_by_desk (desk=? AND kind=?",
        };
        let runs = steps.iter().filter(|step| step.starts_with(index)).count();
        assert_eq!(runs, filter.runs().len(), "{name}: {steps:#?}");
        // Each run comes in order: what is sorted is what the runs gave, a hundred each, and never all that passes.
        let sorted =
            steps.windows(2).any(|pair| pair[0].starts_with(index) && pair[1].contains("TEMP B-TREE"));
        assert!(!sorted && !steps.iter().any(|step| step == "SCAN acts"), "{name}: {steps:#?}");
    }
}
