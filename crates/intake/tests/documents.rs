//! What is sealed and sent: exactly what was asked and answered, and reasons instead of points.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Dice, begin, form, go_on, on_every_page};
use intake::{DeskKind, Draft, Error, FileEntry, Questionnaire, SealedOn, Turn};

/// 22 November 2026, 19:05 UTC.
const NOW: i64 = 1_795_374_300;
const HOUR: i64 = 3600;

fn answer(draft: Draft, page: &str, pairs: &[(&str, &str)]) -> Draft {
    let pairs: Vec<_> =
        pairs.iter().chain([&("page", page)]).map(|(n, v)| ((*n).into(), (*v).into())).collect();
    match draft.submit(Questionnaire::embedded(), &form(&pairs, "continue")) {
        Turn::Show(draft) | Turn::Send(draft) => draft,
        Turn::Mend(_, errors) => panic!("{page}: {errors:?}"),
    }
}

/// A parent's report with two accounts, up to the plan to meet.
fn up_to_the_meeting() -> Draft {
    let draft = answer(begin(DeskKind::Police), "leave", &[]);
    let draft = answer(draft, "danger", &[("now", "no")]);
    let draft = answer(draft, "who", &[("you", "parent")]);
    let draft = answer(draft, "route", &[("route", "anonymous")]);
    let draft = answer(draft, "anonymous", &[]);
    answer(draft, "about", &[("about", "contact"), ("about", "meet")])
}

fn meeting(when: &str, date: [&str; 3]) -> Draft {
    let [day, month, year] = date;
    let pairs = [("when", when), ("date-day", day), ("date-month", month), ("date-year", year)];
    answer(up_to_the_meeting(), "meeting", &pairs)
}

fn finish(draft: Draft) -> Draft {
    let draft = answer(draft, "child", &[("real", "no")]);
    let accounts = [
        ("accounts-0-platform", "Chess Club Online"),
        ("accounts-0-handle", "knight_7"),
        ("accounts-1-handle", "  "),
        ("accounts-2-contact", "07700 900123"),
    ];
    let draft = answer(draft, "accounts", &accounts);
    let draft = answer(draft, "person", &[("known", "no")]);
    let draft = answer(draft, "what", &[("story", "We talked about football.\r\nThen about rain.")]);
    let draft = answer(draft, "have", &[("have", "messages")]);
    let draft = answer(draft, "have-about", &[("complete", "yes")]);
    let draft = answer(draft, "upload-law", &[("images", "no")]);
    let draft = answer(draft, "files", &[]);
    let draft = answer(draft, "told", &[("told", "nobody")]);
    let draft = answer(draft, "check", &[]);
    answer(draft, "declaration", &[("agree", "true")])
}

fn file() -> FileEntry {
    FileEntry {
        item: "AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        name: "chat.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        size: 1234,
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
    }
}

#[test]
fn the_documents_say_what_was_asked_and_answered() {
    let draft = finish(meeting("later", ["9", "12", "2026"]));
    let documents = draft.documents(Questionnaire::embedded(), SealedOn::Device, NOW, vec![file()]).unwrap();
    insta::assert_json_snapshot!("answers", documents.answers);
    insta::assert_json_snapshot!("summary", documents.summary);
    assert!(!documents.urgent);
}

#[test]
fn a_draft_that_is_not_complete_has_no_documents() {
    let draft = meeting("later", ["", "", ""]);
    let outcome = draft.documents(Questionnaire::embedded(), SealedOn::Server, NOW, Vec::new());
    assert!(matches!(outcome, Err(Error::Incomplete { page }) if page == "child"));
}

#[test]
fn a_meeting_within_72_hours_is_a_reason() {
    let questionnaire = Questionnaire::embedded();
    let reasons = |draft: Draft, now: i64| draft.reasons(questionnaire, now);
    let near = ["meeting_within_72h"];
    assert_eq!(reasons(meeting("today", ["", "", ""]), NOW), near);
    assert_eq!(reasons(meeting("soon", ["", "", ""]), NOW), near);
    assert!(reasons(meeting("later", ["", "", ""]), NOW).is_empty());
    assert!(reasons(meeting("unknown", ["", "", ""]), NOW).is_empty());
    // The day counts whatever was chosen beside it.
    assert_eq!(reasons(meeting("later", ["25", "11", "2026"]), NOW), near);
    assert!(reasons(meeting("later", ["30", "11", "2026"]), NOW).is_empty());
    assert_eq!(reasons(meeting("later", ["30", "11", "2026"]), NOW + 5 * 24 * HOUR), near);
    assert!(reasons(meeting("past", ["19", "11", "2026"]), NOW).is_empty());
    assert!(meeting("today", ["", "", ""]).is_urgent(questionnaire, NOW));
}

#[test]
fn a_group_that_confronted_somebody_is_a_reason() {
    let questionnaire = Questionnaire::embedded();
    let draft = answer(begin(DeskKind::Police), "leave", &[]);
    let draft = answer(draft, "danger", &[("now", "unsure")]);
    let draft = answer(draft, "who", &[("you", "group")]);
    let draft = answer(draft, "confronted", &[("met", "planned")]);
    assert_eq!(draft.path(questionnaire).last(), Some(&"stop"));
    assert_eq!(draft.reasons(questionnaire, NOW), ["danger_unsure", "confronted_or_streamed"]);
    assert!(draft.is_urgent(questionnaire, NOW));
    // Once the answer no longer counts, neither does the reason.
    let draft = answer(draft, "who", &[("you", "public")]);
    assert_eq!(draft.reasons(questionnaire, NOW), ["danger_unsure"]);
    assert!(!draft.is_urgent(questionnaire, NOW));
    let draft = answer(draft, "who", &[("you", "under18")]);
    assert_eq!(draft.reasons(questionnaire, NOW), ["danger_unsure", "child_reporter"]);
}

#[test]
fn what_the_answers_exclude_is_not_sent() {
    let questionnaire = Questionnaire::embedded();
    let complete = finish(meeting("soon", ["", "", ""]));
    let list = [("page".to_owned(), "check".to_owned())];
    let draft = complete.submit(questionnaire, &form(&list, "change have")).draft().clone();
    let draft = answer(draft, "have", &[("have", "nothing")]);
    let draft = answer(draft, "check", &[]);
    let draft = answer(draft, "declaration", &[("agree", "true")]);
    let documents = draft.documents(questionnaire, SealedOn::Server, NOW, vec![file()]).unwrap();
    assert!(documents.answers.files.is_empty() && documents.summary.files == 0);
    let pages: Vec<&str> = documents.answers.pages.iter().map(|page| page.page.as_str()).collect();
    assert!(!pages.contains(&"have-about") && !pages.contains(&"files"));
}

#[test]
fn every_complete_report_has_documents_for_every_page_of_its_path() {
    let questionnaire = Questionnaire::embedded();
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let mut draft = begin(DeskKind::Charity);
        let sent = loop {
            match go_on(draft, &mut dice) {
                Turn::Show(next) => draft = next,
                Turn::Send(sent) => break sent,
                Turn::Mend(_, errors) => panic!("{errors:?}"),
            }
        };
        let documents = sent.documents(questionnaire, SealedOn::Telephone, NOW, vec![file()]).unwrap();
        let path = sent.path(questionnaire);
        let pages: Vec<&str> = documents.answers.pages.iter().map(|page| page.page.as_str()).collect();
        assert_eq!(pages, path.into_iter().filter(|page| *page != "check").collect::<Vec<_>>());
        assert!(documents.answers.files.is_empty(), "a charity never has files");
        for field in documents.answers.pages.iter().flat_map(|page| &page.fields) {
            assert_eq!(field.values.len(), field.shown.len(), "{}", field.field);
            assert!(!field.label.is_empty());
        }
    }
}

#[test]
fn nothing_that_was_typed_is_in_debug_output() {
    let draft = on_every_page(DeskKind::Police).remove("check").unwrap();
    let debug = format!("{draft:?} {:?}", form(&[("story".to_owned(), "homework".to_owned())], "continue"));
    assert!(!debug.contains("homework") && !debug.contains("football"), "{debug}");
}
