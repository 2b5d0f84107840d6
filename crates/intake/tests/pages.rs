//! What every page has, and what no page may have.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use common::{Dice, Tag, begin, context, fill_in, form, on_every_page, show, tags};
use intake::pages::{
    self, DeskLink, Dialogue, DialogueInput, DialogueMistake, Expired, FileMistake, FileProblem, FileRow,
    Files, Html, Line, Logged, PageContext, PhraseMistake, ReceiptView, ReportState, Route, Sent, Trouble,
    WordsMistake,
};
use intake::{DeskKind, Draft, Form, Language, Questionnaire, Standing, Turn};

const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&lt;";
const WORDS: [&str; 7] = ["apron", "barrel", "candle", "daisy", "eagle", "feather", "garden"];

fn files<'a>() -> Files<'a> {
    const TAKEN: &[FileRow<'static>] = &[FileRow {
        id: "a1",
        name: HOSTILE,
        size: 1_234_567,
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    }];
    const REFUSED: &[FileProblem<'static>] = &[
        FileProblem { name: HOSTILE, mistake: FileMistake::TooLarge },
        FileProblem { name: "empty.txt", mistake: FileMistake::Empty },
        FileProblem { name: "one-more.txt", mistake: FileMistake::TooMany { max: 50 } },
    ];
    Files { taken: TAKEN, refused: REFUSED, max_bytes: 2_000_000_000 }
}

const SENT: &[FileRow<'static>] = &[FileRow { id: "b2", name: "sent.txt", size: 7, sha256: "00ff" }];
const TOO_LONG: DialogueMistake = DialogueMistake::TooLong { input: DialogueInput::Text, over: 1 };

fn expired(typed: &[String], words: bool, context: &PageContext<'_>) -> Html {
    pages::expired(&Expired { typed, again: "/desks/northfield", words }, context)
}

fn receipt(context: &PageContext<'_>, mistake: Option<WordsMistake>) -> Html {
    let typed = Form::from_iter([("word-2", HOSTILE)]);
    let view = ReceiptView {
        words: WORDS,
        received_at: 1_795_374_300,
        files: files(),
        logged: Logged::Entry { index: 1204, witnesses: 2 },
        asked: (2, 5),
        typed: Some(&typed),
        mistake,
    };
    pages::receipt(&view, context)
}

fn dialogue(context: &PageContext<'_>, mistake: Option<DialogueMistake>) -> Html {
    let typed = Form::from_iter([("text", HOSTILE), ("name", HOSTILE), ("contact", HOSTILE)]);
    let lines = [
        Line { from_desk: true, at: 1_795_374_300, text: "Do you still have the chat from Monday?" },
        Line { from_desk: false, at: 1_795_377_900, text: HOSTILE },
    ];
    let view = Dialogue {
        received_at: 1_795_374_300,
        state: Some(ReportState::Open),
        lines: &lines,
        standing: Standing::Anonymous,
        withdrawn: false,
        logged: Logged::Unchecked,
        files: files(),
        handed_over: SENT,
        sent: Some(Sent::Both),
        typed: Some(&typed),
        mistake,
    };
    pages::dialogue(&view, context)
}

/// Pages around the questionnaire, with hostile content wherever content goes.
fn around(context: &PageContext<'_>) -> Vec<(String, Html)> {
    let desk = context.desk.unwrap();
    let desks = [DeskLink { desk, href: "/desks/northfield" }];
    let word = PhraseMistake::Word {
        number: 3,
        word: HOSTILE.to_owned(),
        suggestions: vec!["candle".to_owned(), "cradle".to_owned(), HOSTILE.to_owned()],
    };
    let mut all = vec![
        ("home", pages::home(&desks, "/return", context)),
        ("start", pages::start(context)),
        ("receipt", receipt(context, None)),
        ("receipt-neither", receipt(context, Some(WordsMistake::Neither))),
        ("receipt-wrong", receipt(context, Some(WordsMistake::Wrong { number: 2 }))),
        ("done", pages::done(context)),
        ("return", pages::return_page("", None, context)),
        ("return-word", pages::return_page(HOSTILE, Some(&word), context)),
        ("return-count", pages::return_page(HOSTILE, Some(&PhraseMistake::Count(6)), context)),
        ("return-empty", pages::return_page("", Some(&PhraseMistake::Empty), context)),
        ("return-unknown", pages::return_page(HOSTILE, Some(&PhraseMistake::Unknown), context)),
        ("dialogue", dialogue(context, None)),
        ("dialogue-empty", dialogue(context, Some(DialogueMistake::Empty))),
        ("dialogue-name", dialogue(context, Some(DialogueMistake::NoName))),
        ("dialogue-contact", dialogue(context, Some(DialogueMistake::Unreadable(DialogueInput::Contact)))),
        ("dialogue-long", dialogue(context, Some(TOO_LONG))),
        ("expired", expired(&[HOSTILE.to_owned()], false, context)),
        ("expired-words", expired(&[HOSTILE.to_owned()], true, context)),
        ("expired-nothing", expired(&[], false, context)),
        (
            "expired-lost",
            expired(&[HOSTILE.to_owned()], false, &PageContext { hidden: &[], ..context.clone() }),
        ),
        ("safety", pages::safety(context)),
    ];
    if desk.kind == DeskKind::Police {
        all.push(("dialogue-unsent", dialogue(context, Some(DialogueMistake::Unsent))));
    }
    for trouble in [
        Trouble::NotFound,
        Trouble::TooLarge,
        Trouble::Busy,
        Trouble::NotSent,
        Trouble::Damaged,
        Trouble::Failed,
    ] {
        all.push(("trouble", pages::trouble(trouble, context)));
    }
    all.into_iter().map(|(name, html)| (name.to_owned(), html)).collect()
}

/// Each page of the questionnaire: empty, with mistakes, and full of hostile text.
fn questions(context: &PageContext<'_>) -> Vec<(String, Html)> {
    let questionnaire = Questionnaire::embedded();
    let mut all = Vec::new();
    for (page, draft) in on_every_page(context.desk.unwrap().kind) {
        let speak = format!("speak {}", context.language);
        let page_only = [("page".to_owned(), page.clone())];
        let draft = draft.submit(questionnaire, &form(&page_only, &speak)).draft().clone();
        let mut show = |name: &str, draft: &Draft, errors: &[_]| {
            let html = pages::question(questionnaire, draft, errors, &files(), context);
            all.push((format!("{page} {name}"), html));
        };
        show("empty", &draft, &[]);
        let empty = form(&[("page".to_owned(), page.clone())], "continue");
        if let Turn::Mend(draft, errors) = draft.clone().submit(questionnaire, &empty) {
            show("mistakes", &draft, &errors);
        }
        let hostile = hostile(&draft);
        if let Turn::Mend(draft, errors) = hostile {
            show("hostile", &draft, &errors);
        }
    }
    all
}

fn hostile(draft: &Draft) -> Turn {
    let mut pairs = fill_in(&show(draft, &[]), &mut Dice(5));
    for (name, value) in &mut pairs {
        if name != "page" {
            *value = HOSTILE.repeat(5000 / HOSTILE.len());
        }
    }
    draft.clone().submit(Questionnaire::embedded(), &form(&pairs, "continue"))
}

/// Every page at both desks, on both routes, in both languages: made once, looked at by many tests.
fn every_page(check: impl Fn(&str, &str, &PageContext<'_>)) {
    static MADE: OnceLock<Vec<(String, String, PageContext<'static>)>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let mut made = Vec::new();
        for kind in [DeskKind::Police, DeskKind::Charity] {
            for route in [Route::Device, Route::Server] {
                for language in Language::ALL {
                    let context = PageContext { language, ..context(kind, route) };
                    for (name, html) in questions(&context).into_iter().chain(around(&context)) {
                        made.push((name, html.document(&context), context.clone()));
                    }
                }
            }
        }
        made
    });
    for (name, html, context) in made {
        check(name, html, context);
    }
}

#[test]
fn every_page_has_exit_button_numbers_and_route_at_the_same_place() {
    every_page(|name, html, context| {
        let order = [
            "id=\"exit\"",
            "id=\"route-notice\"",
            "<main",
            "id=\"help\"",
            "tel:999",
            "tel:08001111",
            "<footer",
        ];
        let places: Vec<Option<usize>> = order.iter().map(|mark| html.find(mark)).collect();
        assert!(places.iter().all(Option::is_some), "{name}: {places:?}");
        let last_help = html.rfind("id=\"help\"").unwrap();
        assert_eq!(html.matches("id=\"help\"").count(), 1, "{name}");
        assert!(html[last_help..].contains("tel:999"), "{name}");
        assert!(places[0] < places[1] && places[1] < places[2] && places[2] < places[3], "{name}");
        assert!(
            html.contains("href=\"https://www.bbc.co.uk/weather\"") && html.contains("nofollow noreferrer")
        );
        let notice = match (context.route, context.language) {
            (Route::Device, Language::EnGb) => "locked on this device before they are sent",
            (Route::Server, Language::EnGb) => "using this page without JavaScript",
            (Route::Device, Language::Cy) => "cloi ar y ddyfais hon cyn eu hanfon",
            (Route::Server, Language::Cy) => "defnyddio’r dudalen hon heb JavaScript",
        };
        assert!(html.contains(notice), "{name}");
        assert_eq!(html.contains("safehand-unreviewed"), !context.language.reviewed(), "{name}");
    });
}

#[test]
fn what_was_typed_is_always_escaped_and_nothing_is_inline() {
    every_page(|name, html, _| {
        assert!(!html.contains("<script>") && !html.contains("<img"), "{name}");
        for tag in tags(html) {
            for attribute in tag.attributes.keys() {
                assert!(!attribute.starts_with("on") && attribute != "style", "{name}: {attribute}");
            }
            assert!(!tag.get("href").starts_with("javascript:"), "{name}");
        }
        assert!(!html.contains("<style"), "{name}");
    });
}

#[test]
fn ids_are_unique_and_every_reference_leads_somewhere() {
    every_page(|name, html, _| {
        let tags = tags(html);
        let mut ids = BTreeSet::new();
        for id in tags.iter().map(|tag| tag.get("id")).filter(|id| !id.is_empty()) {
            assert!(ids.insert(id), "{name}: id {id} is there twice");
        }
        for tag in &tags {
            let described = tag.get("aria-describedby").split_whitespace();
            let labelled = tag.get("aria-labelledby").split_whitespace();
            for id in described.chain(labelled).chain([tag.get("for"), tag.get("form")]) {
                assert!(id.is_empty() || ids.contains(id), "{name}: nothing has the id {id}");
            }
            if let Some(id) = tag.get("href").strip_prefix('#') {
                assert!(ids.contains(id), "{name}: the link to {id} leads nowhere");
            }
        }
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
    });
}

#[test]
fn enter_never_goes_back_or_changes_the_language() {
    every_page(|name, html, _| {
        let tags = tags(html);
        let inside = tags.iter().position(|tag| tag.name == "form").unwrap_or(usize::MAX);
        let belongs = |(place, tag): &(usize, &Tag)| tag.get("form") == "safehand" || *place > inside;
        let buttons = tags.iter().enumerate().filter(|(_, tag)| tag.get("type") == "submit");
        if let Some((_, first)) = buttons.clone().find(belongs) {
            assert!(["continue", "reply", "start"].contains(&first.get("value")), "{name}: {first:?}");
        }
    });
}

#[test]
fn every_input_has_a_label() {
    every_page(|name, html, _| {
        let tags = tags(html);
        let labels: BTreeSet<&str> =
            tags.iter().filter(|tag| tag.name == "label").map(|tag| tag.get("for")).collect();
        for tag in tags.iter().filter(|tag| tag.name == "input" || tag.name == "textarea") {
            if tag.get("type") != "hidden" {
                assert!(labels.contains(tag.get("id")), "{name}: {tag:?}");
            }
        }
    });
}

#[test]
fn a_charity_never_shows_an_input_for_files() {
    for route in [Route::Device, Route::Server] {
        let context = context(DeskKind::Charity, route);
        for (name, html) in questions(&context).into_iter().chain(around(&context)) {
            assert!(!html.body.contains("type=\"file\""), "{name}");
        }
    }
    let police = context(DeskKind::Police, Route::Server);
    let draft = on_every_page(DeskKind::Police).remove("files").unwrap();
    let html = pages::question(Questionnaire::embedded(), &draft, &[], &files(), &police);
    assert!(html.body.contains("type=\"file\"") && html.body.contains("multipart/form-data"));
}

#[test]
fn every_text_is_there_in_both_languages() {
    every_page(|name, html, _| {
        let text: String =
            html.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text).collect();
        assert!(!text.contains('{') && !text.contains('}') && !text.contains("__"), "{name}");
        for service in ["[emergency]", "[childline]", "[ceop]", "[iwf]", "[report-remove]", "[samaritans]"] {
            assert!(!text.contains(service), "{name}");
        }
    });
}

#[test]
fn a_page_before_both_routes_has_the_words_of_the_other_ready() {
    every_page(|name, html, context| {
        let first = ["home", "start", "safety", "return"].iter().any(|page| name.starts_with(page));
        let waiting = first && context.route == Route::Server;
        let not_found = name == "trouble" && html.contains("id=\"route-device\"");
        assert_eq!(html.contains("id=\"route-device\""), waiting || not_found, "{name}");
    });
}

#[test]
fn a_form_that_ends_says_until_when_it_can_be_sent() {
    every_page(|name, html, context| {
        let told = match context.language {
            Language::EnGb => {
                "You can send this page until 22 November 2026 at 19:05 (UTC). Each time you continue, you get 2 more hours."
            }
            Language::Cy => "Gallwch anfon y dudalen hon tan 22 Tachwedd 2026 am 19:05 (UTC).",
        };
        assert_eq!(html.contains(told), html.contains("<form"), "{name}");
    });
    let context = PageContext { keeps: None, ..context(DeskKind::Police, Route::Device) };
    assert!(!dialogue(&context, None).body.contains("id=\"keeps\""));
}

#[test]
fn a_file_can_be_removed_until_it_is_sent() {
    let body = dialogue(&context(DeskKind::Police, Route::Device), None).body;
    assert!(body.contains("value=\"remove-file a1\"") && body.contains("value=\"hand-over\""));
    assert!(body.contains("sent.txt") && !body.contains("remove-file b2"));
}

#[test]
fn long_texts_say_how_much_they_take_and_short_ones_do_not() {
    every_page(|name, html, context| {
        for tag in tags(html).iter().filter(|tag| tag.name == "textarea" && tag.get("id") != "typed") {
            let info = format!("{}-info", tag.get("id"));
            assert!(tag.get("aria-describedby").split(' ').any(|id| id == info), "{name}: {tag:?}");
            let limit: u64 = tag.get("data-limit").parse().unwrap();
            let written = format!("{},{:03}", limit / 1000, limit % 1000);
            let told = match context.language {
                Language::EnGb => format!("You can enter up to {written} characters"),
                Language::Cy => format!("Gallwch roi hyd at {written} nod"),
            };
            assert!(html.contains(&told), "{name}: {told}");
        }
    });
}

#[test]
fn the_receipt_lets_go_for_two_words_or_a_tick() {
    let check = |pairs: &[(&str, &str)]| pages::check_words(WORDS, (2, 5), &pairs.iter().copied().collect());
    assert_eq!(check(&[]), Err(WordsMistake::Neither));
    assert_eq!(check(&[("word-2", " ")]), Err(WordsMistake::Neither));
    assert_eq!(check(&[("word-2", "Barrel "), ("word-5", "eagle")]), Ok(()));
    assert_eq!(check(&[("word-2", "barrel"), ("word-5", "beagle")]), Err(WordsMistake::Wrong { number: 5 }));
    assert_eq!(check(&[("word-2", "barrel")]), Err(WordsMistake::Wrong { number: 5 }));
    assert_eq!(check(&[("written", "yes")]), Ok(()));
}

#[test]
fn the_language_changes_without_losing_what_was_typed() {
    let questionnaire = Questionnaire::embedded();
    let draft = on_every_page(DeskKind::Police).remove("what").unwrap();
    let pairs = [("page", "what"), ("story", "They spoke about the weather.")];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let welsh = draft.submit(questionnaire, &form(&pairs, "speak cy")).draft().clone();
    assert_eq!(welsh.language(), Language::Cy);
    let html = show(&welsh, &[]);
    assert!(html.contains("<html class=\"govuk-template\" lang=\"cy\">"));
    assert!(html.contains("They spoke about the weather.") && html.contains("Beth ddigwyddodd?"));
}

#[test]
fn languages_are_negotiated() {
    for (accepted, language) in [
        ("", Language::EnGb),
        ("fr-FR, fr;q=0.9", Language::EnGb),
        ("cy", Language::Cy),
        ("cy-GB, en;q=0.8", Language::Cy),
        ("en;q=0.7, cy;q=0.9", Language::Cy),
        ("cy;q=0, en;q=0.1", Language::EnGb),
        ("cy;q=nonsense", Language::EnGb),
    ] {
        assert_eq!(Language::negotiate(accepted), language, "{accepted}");
    }
}

#[test]
fn main_pages_look_as_they_did() {
    let context = context(DeskKind::Police, Route::Server);
    let on = on_every_page(DeskKind::Police);
    insta::assert_snapshot!("question", show(&begin_on(&on, "danger"), &[]));
    insta::assert_snapshot!("interruption", show(&begin_on(&on, "image-law"), &[]));
    insta::assert_snapshot!("receipt", receipt(&context, None).document(&context));
    insta::assert_snapshot!(
        "return",
        pages::return_page("apron barel", Some(&PhraseMistake::Count(2)), &context).body
    );
    assert_eq!(begin(DeskKind::Police).path(Questionnaire::embedded()), ["leave"]);
}

fn begin_on(on: &std::collections::BTreeMap<String, Draft>, page: &str) -> Draft {
    on.get(page).unwrap().clone()
}
