//! Queue, reports and items: what leaves, what is refused, what is on record first.

use std::time::Instant;

use protocol::receipt::ItemsAdded;
use protocol::staff::{QueuePage, ReportView, SessionStage};
use protocol::submission::{ItemBody, ItemUpload, ReporterKey, Submission};
use protocol::{Bytes, ErrorCode, Role};
use seal::{Identity, ItemId, ItemKind, Place, ReportId, seal_item};
use serde_json::json;
use server::clock::Clock as _;
use store::reports::NewReport;

use crate::instance::{Instance, Member, answers, rng, summary, wrap};

fn sealed(report: ReportId, kind: ItemKind, content: &[u8], to: &Identity, author: &Identity) -> ItemUpload {
    let place = Place { report, item: ItemId::generate(&mut rng()), kind };
    let sealed = seal_item(place, None, content, to.recipient(), author, &mut rng()).unwrap();
    ItemUpload { signed: sealed.signed, body: ItemBody::Inline(sealed.bytes.into()) }
}

fn upload(member: &Member, report: ReportId, kind: ItemKind, desk: &Identity) -> ItemUpload {
    sealed(report, kind, b"{}", desk, &member.identity)
}

#[tokio::test]
async fn a_member_adds_messages_notes_and_marks_of_their_own_and_nothing_else() {
    let instance = Instance::embedded().await;
    let (_, report) = instance.report("bay", "Football practice", false).await;
    let member = instance.signed_in(&instance.bay, Role::Investigator, SessionStage::Full).await;
    let colleague = instance.signed_in(&instance.bay, Role::Intake, SessionStage::Full).await;
    let desk = &instance.bay.key;
    let path = format!("/api/v1/reports/{report}/items");

    let note = json!({ "items": [upload(&member, report, ItemKind::Note, desk)] });
    let added: ItemsAdded = member.browser.post(&path, &note).await.ok();
    instance.clock.advance(5);
    let again: ItemsAdded = member.browser.post(&path, &note).await.ok();
    assert_eq!(added, again, "a repeated request changes nothing and is told the same");

    let mark = json!({ "items": [upload(&member, report, ItemKind::Mark, desk)] });
    let _: ItemsAdded = member.browser.post(&path, &mark).await.ok();
    let exhibit = json!({ "items": [upload(&member, report, ItemKind::Exhibit, desk)] });
    let _: ItemsAdded = member.browser.post(&path, &exhibit).await.ok();

    let refused = async |item: ItemUpload| {
        let refusal = member.browser.post(&path, &json!({ "items": [item] })).await.refusal();
        (refusal.code, refusal.field.unwrap_or_default())
    };
    let invalid = |field: &str| (ErrorCode::Invalid, format!("items[0].{field}"));
    let mismatch = |field: &str| (ErrorCode::Mismatch, format!("items[0].{field}"));
    for kind in [ItemKind::File, ItemKind::Answers, ItemKind::Summary, ItemKind::Amendment] {
        assert_eq!(refused(upload(&member, report, kind, desk)).await, invalid("signed.kind"));
    }
    for kind in [ItemKind::Mark, ItemKind::Exhibit] {
        let large = sealed(report, kind, &vec![b'x'; 17_000], desk, &member.identity);
        assert_eq!(refused(large).await, invalid("signed.size"));
    }
    let message = upload(&member, report, ItemKind::Message, desk);
    let other = ReportId::generate(&mut rng());
    assert_eq!(refused(upload(&member, other, ItemKind::Note, desk)).await, mismatch("signed.report"));
    assert_eq!(refused(upload(&colleague, report, ItemKind::Note, desk)).await, mismatch("signed.author"));
    let mut unsigned = message.clone();
    unsigned.signed.signature = None;
    assert_eq!(refused(unsigned).await, mismatch("signed.signature"));
    let mut swapped = message.clone();
    swapped.body = ItemBody::Inline(Bytes(b"age-encryption.org/v1\n and more".to_vec()));
    assert_eq!(refused(swapped).await, mismatch("signed.size"));
    let mut renamed = upload(&member, report, ItemKind::Message, desk);
    renamed.signed.header.item = message.signed.header.item;
    assert_eq!(refused(renamed).await, mismatch("signed.signature"));
    let empty = member.browser.post(&path, &json!({ "items": [] })).await;
    assert_eq!(empty.refusal().field.as_deref(), Some("items"));
}

#[tokio::test]
async fn items_come_whole_or_by_range() {
    let instance = Instance::embedded().await;
    let (_, report) = instance.report("bay", "Football practice", false).await;
    let member = instance.signed_in(&instance.bay, Role::Disclosure, SessionStage::Full).await.browser;
    let view: ReportView = member.get(&format!("/api/v1/reports/{report}")).await.ok();
    let item = &view.items[0];
    let sealed = item.body.as_ref().unwrap().as_slice();
    let path = format!("/api/v1/reports/{report}/items/{}", item.signed.header.item);

    let whole = member.get(&path).await;
    assert_eq!((whole.status, whole.body.as_slice()), (200, sealed));
    assert_eq!(whole.headers["cache-control"], "no-store");
    let part = member.send(reqwest::Method::GET, &path, &[("range", "bytes=10-19")], None).await;
    assert_eq!((part.status, part.body.as_slice()), (206, &sealed[10..20]));
    let outside = member.send(reqwest::Method::GET, &path, &[("range", "bytes=9999999-")], None).await;
    assert_eq!(outside.status, 416);
    let nothing = format!("/api/v1/reports/{report}/items/{}", ItemId::generate(&mut rng()));
    assert_eq!(member.get(&nothing).await.code(), ErrorCode::NotFound);
    assert_eq!(member.get("/api/v1/reports/nonsense").await.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn only_readers_of_this_desk_are_given_reports() {
    let instance = Instance::embedded().await;
    let (_, report) = instance.report("bay", "Football practice", false).await;
    let worker = instance.signed_in(&instance.bay, Role::Intake, SessionStage::Full).await;
    let auditor = instance.signed_in(&instance.bay, Role::Auditor, SessionStage::Full).await;
    let cove = instance.desk("cove").await;
    let stranger = instance.signed_in(&cove, Role::Investigator, SessionStage::Full).await;
    let path = format!("/api/v1/reports/{report}/assignment");
    for member in [auditor.id, stranger.id] {
        let refusal = worker.browser.post(&path, &json!({ "member": member })).await.refusal();
        assert_eq!(refusal.field.as_deref(), Some("member"));
    }
    assert_eq!(worker.browser.post(&path, &json!({ "member": worker.id })).await.status, 204);
    assert_eq!(worker.browser.post(&path, &json!({})).await.status, 204);
    let view: ReportView = worker.browser.get(&format!("/api/v1/reports/{report}")).await.ok();
    assert_eq!(view.assigned, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_reports_come_in_pages_without_a_pause() {
    const REPORTS: usize = 1_000;
    let instance = Instance::embedded().await;
    fill(&instance, REPORTS).await;
    let member = instance.signed_in(&instance.bay, Role::Intake, SessionStage::Full).await.browser;

    let begun = Instant::now();
    let (mut rows, mut next) = (Vec::new(), None::<String>);
    loop {
        let after = next.map(|next| format!("&after={next}")).unwrap_or_default();
        let page: QueuePage = member.get(&format!("/api/v1/desks/bay/queue?limit=200{after}")).await.ok();
        rows.extend(page.rows);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    let took = begun.elapsed();
    assert_eq!(rows.len(), REPORTS);
    let order: Vec<_> = rows.iter().map(|row| (!row.urgent, row.received_at, row.report)).collect();
    assert!(order.is_sorted(), "urgent first, then the longest waiting");
    assert!(rows.iter().all(|row| row.summary.body.is_some()));
    assert!(took.as_secs() < 10, "five pages took {took:?}");
}

/// Reports of which the server sees what it would see of real ones; only the sealing is spared.
async fn fill(instance: &Instance, count: usize) {
    let reporter = Identity::generate(&mut rng());
    let key = Identity::generate(&mut rng());
    let desk_wrap = wrap(&key, &instance.bay.key);
    let template = ReportId::generate(&mut rng());
    let document = serde_json::to_vec(&summary("Football practice")).unwrap();
    let summary = sealed(template, ItemKind::Summary, &document, &key, &reporter);
    let answers = serde_json::to_vec(&answers()).unwrap();
    let answers = sealed(template, ItemKind::Answers, &answers, &key, &reporter);
    for number in 0..count {
        let report = ReportId::generate(&mut rng());
        let place = |item: &ItemUpload| {
            let mut item = item.clone();
            item.signed.header.report = report;
            item
        };
        let lookup = seal::Digest::of(number.to_le_bytes()).to_string().parse().unwrap();
        let submission = Submission {
            report,
            urgent: number.is_multiple_of(7),
            desk_wrap: desk_wrap.clone(),
            reporter: ReporterKey {
                lookup,
                verifying_key: reporter.verifying_key(),
                wrap: desk_wrap.clone(),
            },
            items: vec![place(&answers), place(&summary)],
        };
        let digest = seal::Digest::of(report.as_bytes());
        let received_at = instance.clock.now() - i64::try_from(number % 97).unwrap();
        let new = NewReport { desk: "bay".to_owned(), submission, digest, received_at };
        instance.state.store.reports().submit(new).await.unwrap();
    }
}
