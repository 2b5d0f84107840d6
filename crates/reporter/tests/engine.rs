//! The questionnaire in the page, and coming back, without a browser.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use getrandom::SysRng;
use intake::pages::{DialogueInput, DialogueMistake};
use intake::{Form, SealedOn};
use ledger::{KeyType, SigningKey};
use protocol::content::{Answers, Message, Speaker, Summary};
use protocol::ledger::Inclusion;
use protocol::proof::LogKeys;
use protocol::public::{DeskKind, DeskPublic};
use protocol::receipt::{ItemView, ReceiptView};
use protocol::submission::{ItemBody, ItemUpload, MAX_INLINE_ANSWERS, Submission};
use reporter::engine::{Engine, Listed, Refused, Step, Visit, Why};
use reporter::homecoming::{Outcome, Told, Wish, wish};
use reporter::{Dialogue, FileSealer, ReportKeys, SealedFile, Secrets, Sending};
use seal::rand_core::UnwrapErr;
use seal::{Identity, ItemId, ItemKind, Place, ReporterKeys, open_item, seal_item};

const NOW: i64 = 1_800_000_000;

const REPORT: &[&[(&str, &str)]] = &[
    &[("page", "leave")],
    &[("page", "danger"), ("now", "no")],
    &[("page", "who"), ("you", "public")],
    &[("page", "route"), ("route", "anonymous")],
    &[("page", "anonymous")],
    &[("page", "about"), ("about", "contact")],
    &[("page", "child"), ("real", "no")],
    &[("page", "accounts"), ("accounts-0-platform", "Chatterbox")],
    &[("page", "person"), ("known", "no")],
    &[("page", "what"), ("story", "Football, homework and the weather.")],
    &[("page", "have"), ("have", "messages")],
    &[("page", "have-about"), ("complete", "yes")],
    &[("page", "upload-law"), ("images", "no")],
    &[("page", "files")],
    &[("page", "told"), ("told", "nobody")],
    &[("page", "check")],
    &[("page", "declaration"), ("agree", "true")],
];

fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

fn desk(identity: &Identity) -> DeskPublic {
    DeskPublic {
        slug: "bay-police".into(),
        name: "Bay Police".into(),
        kind: DeskKind::Police,
        identity: identity.public(),
        accepts_files: true,
        max_file_bytes: 1 << 30,
    }
}

fn visit() -> Visit {
    serde_json::from_str(r#"{"language":"en-GB","home":"/"}"#).unwrap()
}

/// The key of a log that signs for nothing here.
fn log_keys() -> LogKeys {
    let key = SigningKey::from_seed("bay.example/log", KeyType::Ed25519, &[1; 32]).unwrap();
    LogKeys { log: key.verifier().clone(), witnesses: Vec::new() }
}

fn form(pairs: &[(&str, &str)]) -> Form {
    pairs.iter().copied().collect()
}

/// Walks `REPORT` up to the page before `until` pages are answered.
fn walked(engine: &mut Engine, until: usize) -> Step {
    let mut last = None;
    for pairs in &REPORT[..until] {
        let step = engine.submit(&form(pairs));
        assert!(!matches!(step, Step::Mend { .. }), "{pairs:?}: {step:?}");
        last = Some(step);
    }
    last.unwrap()
}

/// A report's keys without the cost of Argon2id.
fn keys() -> (ReportKeys, ReporterKeys) {
    let reporter = ReporterKeys::from_root(&[7; 32]);
    (Secrets::generate(&mut rng()).keys(reporter.clone()), reporter)
}

fn inline(item: &ItemUpload) -> Vec<u8> {
    match &item.body {
        ItemBody::Inline(bytes) => bytes.as_slice().to_vec(),
        ItemBody::Upload(upload) => panic!("{upload} is not here"),
    }
}

fn received(submission: &Submission) -> ReceiptView {
    let view = |item: &ItemUpload| ItemView {
        signed: item.signed,
        received_at: NOW,
        body: match &item.body {
            ItemBody::Inline(bytes) => Some(bytes.clone()),
            ItemBody::Upload(_) => None,
        },
    };
    ReceiptView {
        report: submission.report,
        desk: "bay-police".into(),
        received_at: NOW,
        wrap: submission.reporter.wrap.clone(),
        items: submission.items.iter().map(view).collect(),
        ledger: Inclusion { checkpoint: String::new(), entries: Vec::new() },
    }
}

fn file(keys: &ReportKeys, content: &[u8]) -> (SealedFile, Vec<u8>) {
    let to = keys.identity.recipient();
    let mut sealer = FileSealer::new(keys.report, "chat.txt", "text/plain", b"", to, &mut rng()).unwrap();
    let expected = sealer.sealed_len(content.len() as u64).unwrap();
    let mut out = Vec::new();
    content.chunks(1000).for_each(|piece| sealer.push(piece, &mut out));
    let mut ended = sealer.end();
    while ended.pad(512, &mut out) {}
    let file = ended.finish(&keys.author, &mut out);
    assert_eq!(out.len() as u64, expected);
    (SealedFile { upload: "upload".into(), ..file }, out)
}

#[test]
fn a_page_on_the_device_names_no_address_to_send_answers_to() {
    let engine = Engine::new(visit(), desk(&Identity::generate(&mut rng())));
    let body = engine.show().body;
    assert!(body.contains("action=\"about:blank\""), "{body}");
    assert!(!body.contains("name=\"draft\""));
}

#[test]
fn mistakes_are_shown_and_nothing_typed_is_lost() {
    let mut engine = Engine::new(visit(), desk(&Identity::generate(&mut rng())));
    walked(&mut engine, 9);
    let long = "x".repeat(20_001);
    let Step::Mend { shown } = engine.submit(&form(&[("page", "what"), ("story", &long)])) else { panic!() };
    assert!(shown.body.contains("error-summary") && shown.body.contains(&long));
}

#[test]
fn the_browsers_own_buttons_keep_what_was_typed_on_the_page_that_is_left() {
    let mut engine = Engine::new(visit(), desk(&Identity::generate(&mut rng())));
    walked(&mut engine, 9);
    let leaving = form(&[("page", "what"), ("story", "Half a sen")]);
    assert_eq!(engine.revisit("who", &leaving).unwrap().page.as_deref(), Some("who"));
    let back = engine.revisit("what", &form(&[("page", "who"), ("you", "public")])).unwrap();
    assert!(back.body.contains("Half a sen"));
    // A page that is not on the path is not opened.
    let shown = engine.revisit("declaration", &form(&[("page", "what"), ("story", "Half a sen")])).unwrap();
    assert_eq!(shown.page.as_deref(), Some("what"));
}

#[test]
fn files_that_were_not_taken_are_told_beside_the_input() {
    let mut engine = Engine::new(visit(), desk(&Identity::generate(&mut rng())));
    walked(&mut engine, 13);
    let taken = Listed { id: "f1".into(), name: "chat.txt".into(), size: 5, sha256: "ab".into() };
    engine.set_files(vec![taken], vec![Refused { name: "empty.txt".into(), why: Why::Empty }]);
    let body = engine.show().body;
    assert!(body.contains("chat.txt") && body.contains("empty.txt") && body.contains("file-error"));
    let step = engine.submit(&form(&[("page", "files"), ("do", "remove-file f1")]));
    assert_eq!(step, Step::RemoveFile { id: "f1".into() });
}

#[test]
fn a_finished_draft_is_sealed_to_the_desk_and_opens_again_for_the_reporter() {
    let desk_identity = Identity::generate(&mut rng());
    let mut engine = Engine::new(visit(), desk(&desk_identity));
    assert_eq!(walked(&mut engine, REPORT.len()), Step::Send);
    let (keys, _) = keys();
    let (file, _) = file(&keys, &b"rain on Tuesday\n".repeat(300));
    let to = Sending { desk: &desk(&desk_identity), sealed_on: SealedOn::Device, now: NOW };
    let submission = keys.seal(engine.draft(), std::slice::from_ref(&file), to, &mut rng()).unwrap();

    // The desk reads it.
    let seed = seal::unwrap(submission.desk_wrap.as_slice(), &desk_identity).unwrap();
    let report = Identity::from_seed(seed);
    let opened = |index: usize| {
        let item: &ItemUpload = &submission.items[index];
        item.signed.verify().unwrap();
        open_item(&item.signed, &inline(item), &report).unwrap().content.to_vec()
    };
    let answers: Answers = serde_json::from_slice(&opened(0)).unwrap();
    assert_eq!(answers.files.as_slice(), std::slice::from_ref(&file.entry));
    assert!(answers.pages.iter().flat_map(|page| &page.fields).any(|field| field.shown == ["Chatterbox"]));
    let summary: Summary = serde_json::from_slice(&opened(1)).unwrap();
    assert_eq!((summary.accounts, summary.files), (1, 1));

    // The reporter comes back and sees the file's name, the desk's words and their own.
    let mut view = received(&submission);
    let said = serde_json::to_vec(&Message::new(Speaker::Desk, "Which club?")).unwrap();
    let place =
        Place { report: submission.report, item: ItemId::generate(&mut rng()), kind: ItemKind::Message };
    let sealed = seal_item(place, None, &said, report.recipient(), &desk_identity, &mut rng()).unwrap();
    view.items.push(ItemView { signed: sealed.signed, received_at: NOW, body: Some(sealed.bytes.into()) });
    let author = ReporterKeys::from_root(&[7; 32]).identity;
    let dialogue = Dialogue::open(keys.lookup, author, view.clone()).unwrap();
    let reply = dialogue.message(ItemId::generate(&mut rng()), "The homework club.", &mut rng()).unwrap();
    let [item] = reply.items.as_slice() else { panic!() };
    view.items.push(ItemView { signed: item.signed, received_at: NOW + 60, body: Some(inline(item).into()) });
    let author = ReporterKeys::from_root(&[7; 32]).identity;
    let told = Told::of(&Dialogue::open(keys.lookup, author, view).unwrap(), &log_keys());
    let shown = visit().dialogue(&told, &desk(&desk_identity), &Outcome::default(), None);
    assert!(shown.body.contains("Which club?") && shown.body.contains("The homework club."));
}

#[test]
fn a_message_that_only_claims_to_be_the_reporters_is_not_shown() {
    let desk_identity = Identity::generate(&mut rng());
    let mut engine = Engine::new(visit(), desk(&desk_identity));
    walked(&mut engine, REPORT.len());
    let (keys, reporter) = keys();
    let to = Sending { desk: &desk(&desk_identity), sealed_on: SealedOn::Device, now: NOW };
    let mut view = received(&keys.seal(engine.draft(), &[], to, &mut rng()).unwrap());
    let said = serde_json::to_vec(&Message::new(Speaker::Reporter, "Never said.")).unwrap();
    let place = Place { report: view.report, item: ItemId::generate(&mut rng()), kind: ItemKind::Message };
    let to = keys.identity.recipient();
    let sealed = seal_item(place, None, &said, to, &desk_identity, &mut rng()).unwrap();
    view.items.push(ItemView { signed: sealed.signed, received_at: NOW, body: Some(sealed.bytes.into()) });
    let told = Told::of(&Dialogue::open(keys.lookup, reporter.identity, view).unwrap(), &log_keys());
    assert!(told.lines().is_empty());
}

#[test]
fn a_charity_desk_is_sent_no_file() {
    let identity = Identity::generate(&mut rng());
    let (keys, _) = keys();
    let mut charity = DeskPublic { kind: DeskKind::Charity, accepts_files: false, ..desk(&identity) };
    charity.slug = "harbour".into();
    let mut engine = Engine::new(visit(), desk(&identity));
    walked(&mut engine, REPORT.len());
    let to = Sending { desk: &charity, sealed_on: SealedOn::Device, now: NOW };
    let (file, _) = file(&keys, b"rain");
    let refused = keys.seal(engine.draft(), &[file], to, &mut rng()).unwrap_err();
    assert!(matches!(refused, reporter::Error::FilesNotAccepted));
}

#[test]
fn every_field_at_its_limit_fits_into_one_report() {
    let identity = Identity::generate(&mut rng());
    let mut engine = Engine::new(visit(), desk(&identity));
    let full = |limit: usize| "😀".repeat(limit);
    for pairs in REPORT {
        let page = pairs[0].1;
        let mut pairs: Vec<(String, String)> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let questionnaire = intake::Questionnaire::embedded();
        for field in &questionnaire.page(page).unwrap().fields {
            if let Some(limit) = field.limit {
                pairs.retain(|(name, _)| *name != field.id);
                pairs.push((field.id.clone(), full(limit)));
            }
            for entry in 0..field.max.unwrap_or_default() {
                for inner in &field.fields {
                    let name = format!("{}-{entry}-{}", field.id, inner.id);
                    pairs.retain(|(known, _)| *known != name);
                    pairs.push((name, full(inner.limit.unwrap_or_default())));
                }
            }
        }
        let step = engine.submit(&pairs.into_iter().collect());
        assert!(!matches!(step, Step::Mend { .. }), "{page}");
    }
    let (keys, _) = keys();
    let to = Sending { desk: &desk(&identity), sealed_on: SealedOn::Device, now: NOW };
    let submission = keys.seal(engine.draft(), &[], to, &mut rng()).unwrap();
    assert!(submission.items[0].signed.header.size <= MAX_INLINE_ANSWERS as u64);
}

#[test]
fn what_a_button_of_the_dialogue_asks_for() {
    let asked = |pairs: &[(&str, &str)]| wish(&form(pairs), 0);
    assert_eq!(
        asked(&[("do", "reply"), ("text", " Rain. ")]),
        Some(Ok(Wish::Reply { text: "Rain.".into() }))
    );
    assert_eq!(asked(&[("do", "reply"), ("text", "  ")]), Some(Err(DialogueMistake::Empty)));
    assert_eq!(asked(&[("do", "witness"), ("name", "Robin Doe")]), Some(Err(DialogueMistake::NoContact)));
    assert_eq!(asked(&[("do", "withdraw")]), Some(Ok(Wish::Withdraw)));
    assert_eq!(asked(&[("do", "leave")]), Some(Ok(Wish::Leave)));
    assert_eq!(asked(&[("do", "remove-file f1")]), Some(Ok(Wish::RemoveFile { id: "f1".into() })));
    assert_eq!(asked(&[]), None);
}

#[test]
fn files_that_are_ready_go_along_and_are_not_left_behind() {
    let asked = |pairs: &[(&str, &str)]| wish(&form(pairs), 2);
    assert_eq!(asked(&[("do", "reply"), ("text", " ")]), Some(Ok(Wish::HandOver)));
    assert_eq!(asked(&[("do", "hand-over")]), Some(Ok(Wish::HandOver)));
    assert_eq!(asked(&[("do", "leave")]), Some(Err(DialogueMistake::Unsent)));
}

#[test]
fn what_is_typed_into_the_dialogue_is_counted_as_the_page_counts_it() {
    for (input, action) in [
        (DialogueInput::Text, "reply"),
        (DialogueInput::Name, "witness"),
        (DialogueInput::Contact, "witness"),
    ] {
        let asked = |typed: String| {
            let mut form: Form = [("do", action)].into_iter().collect();
            for other in
                [DialogueInput::Name, DialogueInput::Contact].into_iter().filter(|other| *other != input)
            {
                form.push(other.name(), "Robin");
            }
            form.push(input.name(), typed);
            wish(&form, 0).unwrap()
        };
        assert!(asked("😀".repeat(input.limit())).is_ok(), "{input:?}");
        let long = asked("😀".repeat(input.limit() + 1));
        assert_eq!(long, Err(DialogueMistake::TooLong { input, over: 1 }));
        assert!(asked("a\r\n".repeat(input.limit() / 2)).is_ok(), "{input:?}: a line break counts once");
        assert_eq!(asked("rain\0".into()), Err(DialogueMistake::Unreadable(input)));
    }
}

#[test]
fn words_are_checked_before_any_key_is_derived() {
    assert!(visit().ask_for_words(Some("one two")).is_some());
    let good = "abacus abdomen abdominal abide abiding ability ablaze";
    assert_eq!(visit().ask_for_words(Some(good)), None);
    assert!(visit().unknown_words(good).body.contains(good));
}
