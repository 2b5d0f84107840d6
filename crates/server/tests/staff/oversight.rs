//! The ledger: who reads it, what it tells, and that reading it is told too.

use protocol::oversight::{ActorKind, LedgerCounts, LedgerPage};
use protocol::staff::{ReportView, SessionStage};
use protocol::{ErrorCode, Role, reference};
use seal::ReportId;
use serde_json::json;
use server::clock::Clock as _;
use store::members::{NewMember, Post};

use crate::instance::{Browser, Instance, Member};

const LEDGER: &str = "/api/v1/desks/bay/ledger";

async fn page(browser: &Browser, query: &str) -> LedgerPage {
    browser.get(&format!("{LEDGER}?{query}")).await.ok()
}

async fn open(member: &Member, report: ReportId) {
    let _: ReportView = member.browser.get(&format!("/api/v1/reports/{report}")).await.ok();
}

fn words(page: &LedgerPage) -> Vec<&str> {
    page.entries.iter().map(|entry| entry.act.as_str()).collect()
}

#[tokio::test]
async fn an_auditor_finds_who_read_a_report_and_what_else_they_read() {
    let instance = Instance::embedded().await;
    let (_, report) = instance.report("bay", "Football practice", false).await;
    let (_, other) = instance.report("bay", "Homework club", false).await;
    let member = |role| instance.signed_in(&instance.bay, role, SessionStage::Full);
    let (auditor, nosy, owner) =
        (member(Role::Auditor).await, member(Role::Intake).await, member(Role::Supervisor).await);
    open(&owner, other).await;
    let assigned = owner
        .browser
        .post(&format!("/api/v1/reports/{report}/assignment"), &json!({ "member": owner.id }))
        .await;
    assert_eq!(assigned.status, 204);
    open(&owner, report).await;
    open(&nosy, report).await;

    let called = reference::of(&report).to_lowercase().replace('-', "");
    let read = page(&auditor.browser, &format!("report={called}&act=item.consulted")).await;
    assert_eq!(read.entries.len(), 4, "two people, the answers and the summary each");
    let first = &read.entries[0];
    assert_eq!(
        (first.actor, first.member, first.name.as_deref()),
        (ActorKind::Member, Some(nosy.id), Some("Somebody"))
    );
    assert_eq!(first.report, Some(report));
    let mut kinds: Vec<_> =
        read.entries[..2].iter().map(|entry| entry.item_kind.as_deref().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["answers", "summary"]);
    assert!(first.item.is_some() && first.digest.is_some());

    let theirs = page(&auditor.browser, &format!("member={}", nosy.id)).await;
    assert_eq!(words(&theirs), ["item.consulted", "item.consulted", "session.started"]);
    let counts: LedgerCounts = auditor.browser.get(&format!("{LEDGER}/counts?report={report}")).await.ok();
    let mut told: Vec<_> =
        counts.rows.iter().map(|row| (row.member, row.reports, row.unassigned, row.items)).collect();
    told.sort_by_key(|told| told.0 != nosy.id);
    assert_eq!(told, [(nosy.id, 1, 1, 2), (owner.id, 1, 0, 2)]);
    let now = instance.clock.now();
    assert_eq!((counts.since, counts.until), (now + 1 - 7 * 86_400, now + 1));
}

#[tokio::test]
async fn whoever_reads_a_report_reads_its_history_and_no_audit_shows_in_it() {
    let instance = Instance::embedded().await;
    let (_, report) = instance.report("bay", "Football practice", false).await;
    let member = |role| instance.signed_in(&instance.bay, role, SessionStage::Full);
    let (auditor, reader) = (member(Role::Auditor).await, member(Role::Disclosure).await);
    open(&reader, report).await;
    page(&auditor.browser, &format!("report={report}")).await;
    let path = format!("/api/v1/reports/{report}/history");
    let history: LedgerPage = reader.browser.get(&path).await.ok();
    let expected = ["item.consulted", "item.consulted", "item.added", "item.added", "report.received"];
    assert_eq!(words(&history), expected);
    assert_eq!(history.entries[4].actor, ActorKind::Reporter);
    let again: LedgerPage = reader.browser.get(&format!("{path}?limit=2")).await.ok();
    assert_eq!(words(&again), expected[..2]);
    let older: LedgerPage =
        reader.browser.get(&format!("{path}?limit=5&before={}", again.older.unwrap())).await.ok();
    assert_eq!(words(&older), expected[2..]);
    // Whom a history is of comes from the path alone.
    let foreign = reader.browser.get(&format!("{path}?member={}&report=0000-0000", auditor.id)).await;
    assert_eq!(words(&foreign.ok()), expected);

    let looked = page(&auditor.browser, &format!("act=ledger.consulted&member={}", reader.id)).await;
    assert_eq!(looked.entries.len(), 4, "each time that the reader looked");
    assert!(looked.entries.iter().all(|entry| entry.report.is_none()));
    assert_eq!(looked.entries[0].detail, Some(json!({ "as": "page", "desk": "bay", "report": report })));
}

#[tokio::test]
async fn an_auditor_sees_nothing_of_another_desk() {
    let instance = Instance::embedded().await;
    let (_, report) = instance.report("bay", "Football practice", false).await;
    let member = instance.signed_in(&instance.bay, Role::Intake, SessionStage::Full).await;
    open(&member, report).await;
    let cove = instance.desk("cove").await;
    let there = instance.signed_in(&cove, Role::Auditor, SessionStage::Full).await.browser;
    for path in ["", ".csv", "/counts"] {
        assert_eq!(there.get(&format!("{LEDGER}{path}")).await.code(), ErrorCode::NotFound);
    }
    let own: LedgerPage = there.get("/api/v1/desks/cove/ledger").await.ok();
    assert_eq!(words(&own), ["ledger.consulted", "session.started", "member.changed", "desk.created"]);
    for query in [format!("report={report}"), format!("member={}", member.id)] {
        let none: LedgerPage = there.get(&format!("/api/v1/desks/cove/ledger?{query}")).await.ok();
        assert!(none.entries.is_empty(), "{query}");
    }
    let called = there.get(&format!("/api/v1/desks/cove/ledger?report={}", reference::of(&report))).await;
    assert_eq!(called.refusal().field.as_deref(), Some("report"));
}

#[tokio::test]
async fn an_export_has_what_the_pages_have_and_no_formula() {
    let instance = Instance::embedded().await;
    let (_, report) = instance.report("bay", "Football practice", false).await;
    let auditor = instance.signed_in(&instance.bay, Role::Auditor, SessionStage::Full).await;
    let now = instance.clock.now();
    let id = protocol::MemberId::from_bytes([0xFB; 16]);
    let nothing = || protocol::Bytes(vec![0]);
    let member = NewMember {
        id,
        opaque_record: nothing(),
        vault: nothing(),
        identity: auditor.identity.public(),
        grant: Some(nothing()),
    };
    let name = "=HYPERLINK(\"http://example.org\")".to_owned();
    let post = Post { desk: "bay".into(), login: "formula".into(), name, role: Role::Intake };
    let store = &instance.state.store;
    store.members().create(post, member, store::acts::Stamp::system(now)).await.unwrap();
    let items = store.items().headers(report).await.unwrap();
    let items = items.iter().map(|item| item.signed.header.item).collect();
    store.items().consult(report, items, id, now).await.unwrap();

    let pages = page(&auditor.browser, &format!("report={report}&limit=200")).await;
    let export = auditor.browser.get(&format!("{LEDGER}.csv?report={report}&limit=1&before=0.0")).await;
    assert_eq!(export.status, 200);
    assert_eq!(export.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(export.headers["content-disposition"], "attachment; filename=\"ledger-bay.csv\"");
    assert_eq!(export.headers["cache-control"], "no-store");
    let text = String::from_utf8(export.body).unwrap();
    let rows: Vec<_> = text.split_terminator("\r\n").collect();
    assert!(rows[0].starts_with("number,index,time,act,what,actor,member,name,"));
    assert_eq!(rows.len() - 1, pages.entries.len());
    for (row, entry) in rows[1..].iter().zip(&pages.entries) {
        assert!(row.starts_with(&format!("{},", entry.number)), "{row}");
        assert!(row.contains(&reference::of(&report)));
    }
    assert!(rows[1].contains(",\"'=HYPERLINK(\"\"http://example.org\"\")\","), "{}", rows[1]);
    assert!(rows[1].contains(",\"'-_v7"), "an id can begin like a formula too: {}", rows[1]);
    assert!(!text.contains(",=") && !text.contains(",-"));
    let looked = page(&auditor.browser, "act=ledger.consulted").await;
    assert_eq!(looked.entries[1].detail, Some(json!({ "as": "export", "desk": "bay", "report": report })));
}
