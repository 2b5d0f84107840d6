//! Bad input: every field at its limit and one past it, wrong types, too many of something. Each gets
//! a message beside the field, keeps what was typed, and loses nothing.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Dice, fill_in, form, on_every_page, show};
use intake::model::{Field, FieldKind};
use intake::{DeskKind, Draft, FieldError, Form, Mistake, Questionnaire, Turn};

/// Every text field, with the name of its input and a draft that stands on its page and asks it.
fn text_fields() -> Vec<(String, Field, Draft)> {
    let questionnaire = Questionnaire::embedded();
    let mut fields = Vec::new();
    for (page, draft) in on_every_page(DeskKind::Police) {
        let html = show(&draft, &[]);
        for field in &questionnaire.page(&page).unwrap().fields {
            let inner = field.fields.iter().map(|inner| (format!("{}-0-{}", field.id, inner.id), inner));
            let own = field.kind.is_text().then(|| (field.id.clone(), field));
            for (input, field) in own.into_iter().chain(inner) {
                if html.contains(&format!("id=\"{input}\"")) {
                    fields.push((input, field.clone(), draft.clone()));
                }
            }
        }
    }
    fields
}

fn submit_with(draft: &Draft, input: &str, text: &str) -> Turn {
    let mut pairs = fill_in(&show(draft, &[]), &mut Dice(5));
    pairs.retain(|(name, _)| name != input);
    pairs.push((input.to_owned(), text.to_owned()));
    draft.clone().submit(Questionnaire::embedded(), &form(&pairs, "continue"))
}

fn mended(turn: Turn) -> (Draft, Vec<FieldError>) {
    match turn {
        Turn::Mend(draft, errors) => (draft, errors),
        other => panic!("accepted: {other:?}"),
    }
}

#[test]
fn a_text_at_its_limit_is_taken() {
    let fields = text_fields();
    assert!(fields.len() > 30, "only {} text fields were found", fields.len());
    for (input, field, draft) in fields {
        let full = "ŵ".repeat(field.limit.unwrap());
        let turn = submit_with(&draft, &input, &full);
        assert!(!matches!(turn, Turn::Mend(..)), "{input}: {turn:?}");
    }
}

#[test]
fn a_text_one_past_its_limit_is_kept_and_told_beside_the_field() {
    for (input, field, draft) in text_fields() {
        let limit = field.limit.unwrap();
        let long = "ŵ".repeat(limit + 1);
        let (draft, errors) = mended(submit_with(&draft, &input, &long));
        assert_eq!(errors.len(), 1, "{input}");
        assert_eq!(errors[0].input, input);
        assert_eq!(errors[0].mistake, Mistake::TooLong { limit, over: 1 });
        let html = show(&draft, &errors);
        assert!(html.contains(&long), "{input} lost what was typed");
        assert!(html.contains(&format!("id=\"{input}-error\"")), "{input} has no message beside it");
        assert!(html.contains(&format!("href=\"#{input}\"")), "{input} is not in the list of mistakes");
        assert!(html.contains("<title>Error: "));
    }
}

#[test]
fn a_line_break_counts_once() {
    let mut on = on_every_page(DeskKind::Police);
    let draft = on.remove("describe").unwrap();
    let lines = "a\r\n".repeat(1000);
    assert!(!matches!(submit_with(&draft, "text", &lines), Turn::Mend(..)));
    let (_, errors) = mended(submit_with(&draft, "text", &"a\r\n".repeat(1001)));
    assert_eq!(errors[0].mistake, Mistake::TooLong { limit: 2000, over: 2 });
}

/// Bytes that are no text, and what is shown in their place.
const BROKEN: &[(&[u8], &str)] = &[
    (b"rain \xff\xfe again", "rain \u{fffd}\u{fffd} again"),
    (b"cut off \xe2\x82", "cut off \u{fffd}"),
    (b"nothing \0 here", "nothing \u{fffd} here"),
    (b"a bell \x07 and \x1b[31m red", "a bell \u{fffd} and \u{fffd}[31m red"),
    (b"of old \xc2\x92 pages", "of old \u{fffd} pages"),
];

/// What a page holds, with `bytes` in one input, as it arrives.
fn arrived(draft: &Draft, input: &str, bytes: &[u8], action: &str) -> Form {
    let mut form = Form::default();
    for (name, value) in fill_in(&show(draft, &[]), &mut Dice(5)) {
        if name != input {
            form.push(name, value);
        }
    }
    form.push_bytes(input.as_bytes(), bytes);
    form.push("do", action);
    form
}

#[test]
fn what_is_no_text_is_told_beside_every_field_and_kept_as_it_can_be_shown() {
    for (input, _, draft) in text_fields() {
        for (bytes, shown) in BROKEN {
            for action in ["continue", "back", "speak cy", "add accounts"] {
                let form = arrived(&draft, &input, bytes, action);
                let (mended, errors) = mended(draft.clone().submit(Questionnaire::embedded(), &form));
                assert_eq!(errors.len(), 1, "{input} {action}: {errors:?}");
                assert_eq!(
                    (errors[0].input.as_str(), &errors[0].mistake),
                    (input.as_str(), &Mistake::Unreadable)
                );
                let html = show(&mended, &errors);
                assert!(html.contains(shown), "{input} {action} lost what was typed");
                assert!(html.contains(&format!("id=\"{input}-error\"")), "{input} has no message beside it");
                assert!(html.contains("could not be read"), "{input}");
            }
        }
        // Whoever has seen it may leave it so: it is text now.
        let form = arrived(&draft, &input, BROKEN[0].1.as_bytes(), "continue");
        let turn = draft.clone().submit(Questionnaire::embedded(), &form);
        assert!(!matches!(turn, Turn::Mend(..)), "{input}: {turn:?}");
    }
}

#[test]
fn what_is_no_text_is_told_for_days_choices_and_names_too() {
    let questionnaire = Questionnaire::embedded();
    let on = on_every_page(DeskKind::Police);
    for (bytes, shown) in BROKEN {
        for part in ["day", "month", "year"] {
            let form = arrived(&on["meeting"], &format!("date-{part}"), bytes, "continue");
            let (draft, errors) = mended(on["meeting"].clone().submit(questionnaire, &form));
            assert_eq!(errors.iter().filter(|error| error.field == "date").count(), 1, "{errors:?}");
            let html = show(&draft, &errors);
            assert!(
                html.contains(&format!("value=\"{shown}\"")) && html.contains("id=\"date-error\""),
                "{part}"
            );
        }
        for (page, field) in [("danger", "now"), ("have", "have"), ("call", "done")] {
            let Some(draft) = on.get(page) else { continue };
            let form = arrived(draft, field, bytes, "continue");
            let (_, errors) = mended(draft.clone().submit(questionnaire, &form));
            assert_eq!(errors[0].mistake, Mistake::NotOffered, "{page}");
        }
    }
    // Nobody can tell where this belongs, so the page asks to look at everything.
    let mut form = arrived(&on["describe"], "text", b"Homework.", "continue");
    form.push_bytes(b"te\xffxt", b"weather");
    let (draft, errors) = mended(on["describe"].clone().submit(questionnaire, &form));
    let html = show(&draft, &errors);
    assert!(html.contains("A part of this page did not arrive as you sent it") && html.contains("Homework."));
}

#[test]
fn line_breaks_of_word_processors_are_line_breaks() {
    let draft = on_every_page(DeskKind::Police).remove("describe").unwrap();
    let form = arrived(&draft, "text", b"one\x0btwo\x0cthree\rfour\r\nfive\tsix", "upload");
    let turn = draft.submit(Questionnaire::embedded(), &form);
    let Turn::Show(draft) = turn else { panic!("{turn:?}") };
    assert!(show(&draft, &[]).contains("one\ntwo\nthree\nfour\nfive\tsix"));
}

#[test]
fn choices_that_were_not_offered_are_refused() {
    for (page, draft) in on_every_page(DeskKind::Charity) {
        let fields = &Questionnaire::embedded().page(&page).unwrap().fields;
        for field in fields.iter().filter(|field| field.kind.is_choice()) {
            if !show(&draft, &[]).contains(&format!("name=\"{}\"", field.id)) {
                continue;
            }
            let (_, errors) = mended(submit_with(&draft, &field.id, "<script>"));
            assert_eq!(errors[0].mistake, Mistake::NotOffered, "{page}");
            if field.kind == FieldKind::Radios {
                let mut pairs = fill_in(&show(&draft, &[]), &mut Dice(5));
                let first = field.options[0].id.clone();
                pairs.push((field.id.clone(), first));
                let turn = draft.clone().submit(Questionnaire::embedded(), &form(&pairs, "continue"));
                assert_eq!(mended(turn).1[0].mistake, Mistake::NotOne, "{page}");
            }
        }
    }
}

#[test]
fn nothing_at_all_is_told_beside_every_field_that_is_needed() {
    for (page, draft) in on_every_page(DeskKind::Police) {
        let empty = form(&[("page".to_owned(), page.clone())], "continue");
        let required = &Questionnaire::embedded().page(&page).unwrap().fields;
        if let Turn::Mend(draft, errors) = draft.submit(Questionnaire::embedded(), &empty) {
            let html = show(&draft, &errors);
            for error in &errors {
                assert!(html.contains(&format!("href=\"#{}\"", error.input)), "{page}: {error:?}");
                assert!(html.contains(&format!("id=\"{}\"", error.input)), "{page}: {error:?}");
            }
        } else {
            assert!(required.iter().all(|field| !field.required), "{page}");
        }
    }
}

#[test]
fn none_of_these_stands_alone() {
    let draft = on_every_page(DeskKind::Police).remove("have").unwrap();
    let pairs = [("page", "have"), ("have", "messages"), ("have", "nothing")];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (_, errors) = mended(draft.submit(Questionnaire::embedded(), &form(&pairs, "continue")));
    assert_eq!(errors[0].mistake, Mistake::NotAlone);
}

#[test]
fn days_that_do_not_exist_are_told() {
    let draft = on_every_page(DeskKind::Police).remove("meeting").unwrap();
    let with = |day: &str, month: &str, year: &str| {
        let pairs = [("page", "meeting"), ("when", "later"), ("date-day", day), ("date-month", month)];
        let mut pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        pairs.push(("date-year".to_owned(), year.to_owned()));
        draft.clone().submit(Questionnaire::embedded(), &form(&pairs, "continue"))
    };
    for (day, month, year) in [("29", "2", "2028"), ("28", "02", "2027"), ("", "", ""), (" 1", "12 ", "2026")]
    {
        assert!(!matches!(with(day, month, year), Turn::Mend(..)), "{day} {month} {year}");
    }
    for (day, month, year) in [
        ("29", "2", "2027"),
        ("31", "4", "2026"),
        ("0", "1", "2026"),
        ("1", "13", "2026"),
        ("1", "", "2026"),
        ("x", "1", "2026"),
        ("1", "1", "26"),
        ("99999999999999999999", "1", "2026"),
    ] {
        let (draft, errors) = mended(with(day, month, year));
        assert_eq!(errors[0].mistake, Mistake::NotADay, "{day} {month} {year}");
        assert!(show(&draft, &errors).contains(&format!("value=\"{day}\"")));
    }
}

fn count_in_words(count: usize) -> String {
    if count < 1000 { count.to_string() } else { format!("{},{:03}", count / 1000, count % 1000) }
}

fn accounts(draft: &Draft, count: usize, action: &str) -> Turn {
    let mut pairs = vec![("page".to_owned(), "accounts".to_owned())];
    for number in 0..count {
        pairs.push((format!("accounts-{number}-platform"), "Chess Club Online".to_owned()));
        pairs.push((format!("accounts-{number}-handle"), format!("knight_{number}")));
    }
    draft.clone().submit(Questionnaire::embedded(), &form(&pairs, action))
}

#[test]
fn twenty_accounts_are_taken_and_a_thousand_are_kept_and_told() {
    let draft = on_every_page(DeskKind::Police).remove("accounts").unwrap();
    assert!(matches!(accounts(&draft, 20, "continue"), Turn::Show(_)));
    for count in [21, 1000] {
        let (draft, errors) = mended(accounts(&draft, count, "continue"));
        assert_eq!(errors[0].mistake, Mistake::TooMany { max: 20, count });
        let html = show(&draft, &errors);
        assert!(html.contains(&format!(
            "there are {}. Remove {}",
            count_in_words(count),
            count_in_words(count - 20)
        )));
        for number in 0..count {
            assert!(
                html.contains(&format!("value=\"knight_{number}\"")),
                "account {number} of {count} was lost"
            );
        }
    }
}

#[test]
fn accounts_are_added_and_removed_without_losing_the_others() {
    let draft = on_every_page(DeskKind::Police).remove("accounts").unwrap();
    let added = accounts(&draft, 2, "add accounts").draft().clone();
    let html = show(&added, &[]);
    assert!(html.contains("accounts-2-handle") && !html.contains("accounts-3-handle"));
    let removed = accounts(&added, 3, "remove accounts 1").draft().clone();
    let html = show(&removed, &[]);
    assert!(html.contains("knight_0") && !html.contains("knight_1") && html.contains("knight_2"));
    let (full, errors) = mended(accounts(&draft, 20, "add accounts"));
    assert_eq!(errors[0].mistake, Mistake::TooMany { max: 20, count: 21 });
    assert!(show(&full, &errors).contains("knight_19"));
}

#[test]
fn everything_typed_can_be_shown_when_a_draft_has_expired() {
    let draft = on_every_page(DeskKind::Police).remove("check").unwrap();
    let typed = draft.typed(Questionnaire::embedded());
    assert!(typed.iter().any(|text| text.contains("We talked about homework.")));
    assert!(typed.iter().all(|text| text != "yes" && text != "no"), "nobody typed that: {typed:?}");
}
