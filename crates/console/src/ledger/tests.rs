use proptest::prelude::*;
use protocol::MemberId;
use protocol::oversight::{ACTS, ActorKind, LedgerEntry};
use seal::ReportId;
use serde_json::json;

use super::{Called, Day, Look, Place, actor, by_day, deed, items, moments};

fn sam() -> MemberId {
    MemberId::from_bytes([1; 16])
}

fn ben() -> MemberId {
    MemberId::from_bytes([2; 16])
}

fn names(id: MemberId) -> String {
    if id == sam() { "Sam Okafor".to_owned() } else { "Ben Carter".to_owned() }
}

fn entry(act: &str, detail: serde_json::Value) -> LedgerEntry {
    LedgerEntry {
        number: 1,
        at: 1_795_000_000,
        act: act.to_owned(),
        actor: ActorKind::Member,
        member: Some(sam()),
        name: Some("Sam Okafor".to_owned()),
        report: Some(ReportId::from_bytes([0; 16])),
        item: None,
        item_kind: None,
        digest: None,
        detail: Some(detail),
        index: None,
    }
}

fn reading(kind: &str, at: i64) -> LedgerEntry {
    LedgerEntry { item_kind: Some(kind.to_owned()), at, ..entry("item.consulted", json!({})) }
}

#[test]
fn acts_are_told_in_words() {
    let report = ReportId::from_bytes([255; 16]);
    for (act, detail, words) in [
        ("report.assigned", json!({ "to": ben() }), "assigned the report to Ben Carter"),
        ("report.assigned", json!({ "to": null }), "assigned the report to nobody"),
        ("report.assigned", json!({}), "assigned the report to nobody"),
        ("report.assigned", json!({ "to": sam() }), "took the report"),
        ("decision.made", json!({ "from": "new", "to": "closed" }), "marked the report as closed"),
        ("queue.consulted", json!({ "reports": ["a", "b"] }), "looked through the queue: 2 reports"),
        ("queue.consulted", json!({ "reports": ["a"] }), "looked through the queue: 1 report"),
        ("session.started", json!({ "stage": "full" }), "signed in"),
        (
            "session.started",
            json!({ "stage": "passkey_owed" }),
            "gave the right passphrase; a passkey was still needed",
        ),
        ("session.ended", json!({ "member": sam() }), "signed out"),
        ("session.ended", json!({ "member": ben() }), "ended a session of Ben Carter"),
        ("member.changed", json!({ "member": ben(), "state": "revoked" }), "revoked Ben Carter"),
        ("member.changed", json!({ "member": ben(), "role": "auditor" }), "gave Ben Carter the role auditor"),
        ("member.changed", json!({ "member": sam(), "role": "intake" }), "joined with the role intake"),
        ("invite.made", json!({ "role": "intake" }), "invited somebody to the role intake"),
        ("grant.added", json!({ "member": ben() }), "gave the desk’s key to Ben Carter"),
        ("ledger.consulted", json!({ "as": "page" }), "looked up the ledger"),
        (
            "ledger.consulted",
            json!({ "as": "export", "member": ben(), "report": report, "act": "item.consulted", "since": 1 }),
            "exported the ledger, asking for member Ben Carter, report ZZZZ-ZZZZ, act “Item read”, a time",
        ),
        ("item.refused", json!({ "why": "locked" }), "tried to get a locked file and was refused"),
        ("item.locked", json!({ "hash": "pdq" }), "locked a file: a hash list knows its PDQ"),
        ("release.asked", json!({ "items": ["a", "b"] }), "asked to see 2 files in quarantine"),
        ("release.approved", json!({ "member": ben() }), "let Ben Carter see what they had asked for"),
        ("release.refused", json!({ "member": sam() }), "took back what they had asked to see"),
        (
            "release.denied",
            json!({ "as": "approval", "why": "own" }),
            "tried to approve a release which they had asked for themselves, and could not",
        ),
        ("hash-list.changed", json!({ "as": "removed" }), "removed a hash list"),
        ("hold.set", json!({}), "did: hold.set"),
    ] {
        assert_eq!(deed(&entry(act, detail.clone()), &names), words, "{act} {detail}");
    }
}

#[test]
fn every_act_has_words_of_its_own() {
    let told: std::collections::BTreeSet<_> =
        ACTS.iter().map(|act| deed(&entry(act.word, json!({ "member": ben() })), &names)).collect();
    assert_eq!(told.len(), ACTS.len());
    assert!(told.iter().all(|words| !words.starts_with("did:")), "{told:?}");
}

#[test]
fn whoever_acted_is_named_and_a_reporter_never_is() {
    let member = entry("item.consulted", json!({}));
    assert_eq!(actor(&member), "Sam Okafor");
    assert_eq!(actor(&LedgerEntry { name: None, ..member.clone() }), "A former member");
    let of = |kind| actor(&LedgerEntry { actor: kind, member: None, name: None, ..member.clone() });
    assert_eq!(
        (of(ActorKind::Reporter), of(ActorKind::System)),
        ("The reporter".into(), "The service".into())
    );
}

#[test]
fn items_are_counted_by_kind() {
    for (kinds, words) in [
        (&[Some("answers")][..], "the answers"),
        (&[Some("summary"), Some("answers")], "the answers and the summary"),
        (&[Some("message"), Some("note"), Some("message")], "2 messages and a note"),
        (&[None], "an item"),
        (&[Some("answers"), Some("video"), None], "the answers and 2 items"),
    ] {
        assert_eq!(items(kinds), words);
    }
}

#[test]
fn opening_a_report_is_one_line_and_the_next_opening_another() {
    let noon = 1_795_000_000;
    let entries = [
        reading("answers", noon + 60),
        reading("answers", noon + 1),
        reading("summary", noon),
        LedgerEntry { member: Some(ben()), name: Some("Ben Carter".into()), ..reading("file", noon) },
        LedgerEntry { at: noon - 1, ..entry("report.assigned", json!({ "to": ben() })) },
        LedgerEntry { at: noon - 1, ..entry("report.assigned", json!({ "to": null })) },
    ];
    let told = moments(&entries, &names);
    let lines: Vec<_> = told.iter().map(|moment| format!("{} {}", moment.who, moment.deed)).collect();
    assert_eq!(
        lines,
        [
            "Sam Okafor read the answers",
            "Sam Okafor read the answers and the summary",
            "Ben Carter read a file",
            "Sam Okafor assigned the report to Ben Carter",
            "Sam Okafor assigned the report to nobody",
        ]
    );
    let days = by_day(told, |at| if at >= noon { "today".into() } else { "yesterday".into() });
    let sizes: Vec<_> = days.iter().map(|(day, moments)| (day.as_str(), moments.len())).collect();
    assert_eq!(sizes, [("today", 3), ("yesterday", 2)]);
}

#[test]
fn the_server_is_asked_from_the_start_of_a_day_to_the_end_of_another() {
    let look = Look::parse(
        "from=2026-11-27&until=2026-11-28&act=item.consulted&report=0011-abcd&named=1&before=5.6",
    );
    let start = |day: Day, after: u8| i64::from(day.day) * 100 + i64::from(after);
    let query = look.query(start);
    assert_eq!(query, "report=0011-ABCD&named=1&act=item.consulted&since=2700&until=2801&before=5.6");
    assert!(look.narrows() && !Look::parse("before=5.6").narrows());
}

#[test]
fn what_means_nothing_is_left_out() {
    for query in
        ["", "act=item.eaten", "member=x", "report=weather", "from=yesterday", "before=x", "a=b", "named=1"]
    {
        assert_eq!(Look::parse(query).to_string(), "", "{query}");
    }
    for day in [
        "2026-13-01",
        "2026-1-01",
        "2026-00-10",
        "26-01-01",
        "2026-01-32",
        "2026-01",
        "+026-01-01",
        "1969-01-01",
    ] {
        assert!(day.parse::<Day>().is_err(), "{day}");
    }
    assert!("7KQ2-M4T".parse::<Called>().is_err());
}

proptest! {
    #[test]
    fn every_look_has_an_address_that_leads_back(
        member in proptest::option::of(any::<[u8; 16]>()),
        report in proptest::option::of((any::<[u8; 16]>(), any::<bool>())),
        named: bool,
        act in proptest::option::of(0..ACTS.len()),
        from in proptest::option::of((1970_u16..=9999, 1_u8..=12, 1_u8..=31)),
        place in proptest::option::of((any::<bool>(), 0_i64..1 << 40, 0_i64..1 << 40)),
    ) {
        let report = report.map(|(bytes, by_id)| {
            let id = ReportId::from_bytes(bytes);
            if by_id { Called::Id(id) } else { protocol::reference::of(&id).parse().unwrap() }
        });
        let look = Look {
            member: member.map(MemberId::from_bytes),
            report,
            named: named && report.is_some(),
            act: act.map(|place| ACTS[place].word),
            from: from.map(|(year, month, day)| Day { year, month, day }),
            until: None,
            place: place.and_then(|(newer, at, number)| Place::new(newer, &format!("{at}.{number}"))),
        };
        prop_assert_eq!(Look::parse(&look.to_string()), look);
    }
}
