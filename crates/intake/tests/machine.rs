//! The state machine: no sequence of answers reaches a dead end or a page that the answers exclude.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Dice, all_pages, begin, fill_in, form, go_on, on_every_page, show};
use intake::model::{Condition, Field, FieldKind, Page, SEND};
use intake::{Action, DeskKind, Draft, Questionnaire, Turn};
use proptest::prelude::*;

/// What one page was answered with, field by field, as pairs of the form.
type Answers = BTreeMap<String, Vec<(String, String)>>;

/// A second, independent reading of the rules, against which the machine is held.
#[derive(Default)]
struct Oracle {
    answers: BTreeMap<String, Answers>,
    done: BTreeSet<String>,
}

impl Oracle {
    fn value(&self, page: &str, field: &Field) -> Vec<String> {
        let pairs = self.answers.get(page).and_then(|fields| fields.get(&field.id));
        let texts = pairs.into_iter().flatten().map(|(_, value)| value.clone());
        texts.filter(|text| !text.trim().is_empty()).collect()
    }

    fn holds(&self, condition: &Condition, passed: &[&Page], desk: DeskKind) -> bool {
        let value = condition.answer.as_ref().map(|name| {
            let (page, field) = name.split_once('.').unwrap();
            let page = passed.iter().find(|passed| passed.id == page)?;
            let field = page.field(field).unwrap();
            if !self.asks(field, passed, desk) {
                return None;
            }
            Some(self.value(&page.id, field)).filter(|value| !value.is_empty())
        });
        let value = value.flatten();
        if !condition.is.is_empty() && !value.iter().flatten().any(|choice| condition.is.contains(choice)) {
            return false;
        }
        condition.given.is_none_or(|given| given == value.is_some())
            && condition.desk.is_none_or(|wanted| wanted == desk)
            && condition.all.iter().all(|inner| self.holds(inner, passed, desk))
            && (condition.any.is_empty() || condition.any.iter().any(|inner| self.holds(inner, passed, desk)))
            && condition.not.as_ref().is_none_or(|inner| !self.holds(inner, passed, desk))
    }

    fn asks(&self, field: &Field, passed: &[&Page], desk: DeskKind) -> bool {
        field.when.as_ref().is_none_or(|when| self.holds(when, passed, desk))
    }

    fn is_good(&self, page: &Page, passed: &[&Page], desk: DeskKind) -> bool {
        page.fields.iter().filter(|field| self.asks(field, passed, desk)).all(|field| {
            let value = self.value(&page.id, field);
            let offered = |choice: &String| {
                field.options.iter().any(|option| {
                    option.id == *choice
                        && option.when.as_ref().is_none_or(|when| self.holds(when, passed, desk))
                })
            };
            (!field.required || !value.is_empty()) && (!field.kind.is_choice() || value.iter().all(offered))
        })
    }

    fn path<'a>(&self, questionnaire: &'a Questionnaire, desk: DeskKind) -> (Vec<&'a str>, bool) {
        let mut passed: Vec<&Page> = Vec::new();
        let mut next = questionnaire.pages.first();
        while let Some(page) = next {
            if !self.done.contains(&page.id) || !self.is_good(page, &passed, desk) {
                let ids = passed.iter().map(|page| page.id.as_str()).chain([page.id.as_str()]);
                return (ids.collect(), false);
            }
            passed.push(page);
            let taken = page
                .next
                .iter()
                .find(|branch| branch.when.as_ref().is_none_or(|when| self.holds(when, &passed, desk)));
            let target = &taken.expect("a branch that always holds").to;
            next = if target == SEND { None } else { questionnaire.page(target) };
        }
        (passed.iter().map(|page| page.id.as_str()).collect(), true)
    }

    fn keep(&mut self, page: &Page, pairs: &[(String, String)], asked: &BTreeSet<String>) {
        let belongs = |field: &Field, name: &str| {
            name == field.id
                || (matches!(field.kind, FieldKind::Group | FieldKind::Date)
                    && name.starts_with(&format!("{}-", field.id)))
        };
        let kept = self.answers.entry(page.id.clone()).or_default();
        let mut fields = kept.clone();
        for field in page.fields.iter().filter(|field| asked.contains(&field.id)) {
            let own = pairs.iter().filter(|(name, _)| belongs(field, name)).cloned().collect();
            fields.insert(field.id.clone(), own);
        }
        if *kept != fields {
            *kept = fields;
            self.done.remove(&page.id);
        }
    }
}

/// What somebody might do on a page.
#[derive(Clone, Debug)]
enum Step {
    GoOn(u64),
    GoOnEmpty,
    GoOnWrongly,
    Back(u64),
    Change(usize),
    Add,
    Remove(usize),
    Speak,
    Old(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => any::<u64>().prop_map(Step::GoOn),
        1 => Just(Step::GoOnEmpty),
        1 => Just(Step::GoOnWrongly),
        2 => any::<u64>().prop_map(Step::Back),
        2 => any::<usize>().prop_map(Step::Change),
        1 => Just(Step::Add),
        1 => (0_usize..3).prop_map(Step::Remove),
        1 => Just(Step::Speak),
        1 => any::<usize>().prop_map(Step::Old),
    ]
}

fn desk() -> impl Strategy<Value = DeskKind> {
    prop_oneof![Just(DeskKind::Police), Just(DeskKind::Charity)]
}

/// Does one step to the draft, and the same to the oracle.
fn take(draft: Draft, oracle: &mut Oracle, step: &Step) -> Turn {
    let questionnaire = Questionnaire::embedded();
    let page = draft.page(questionnaire).unwrap();
    let (path, _) = oracle.path(questionnaire, draft.desk());
    let path: Vec<String> = path.into_iter().map(str::to_owned).collect();
    let before: Vec<&Page> =
        path.iter().take_while(|id| **id != page.id).map(|id| questionnaire.page(id).unwrap()).collect();
    let asked: BTreeSet<String> = page
        .fields
        .iter()
        .filter(|field| oracle.asks(field, &before, draft.desk()))
        .map(|field| field.id.clone())
        .collect();
    let html = show(&draft, &[]);
    let (pairs, action) = match step {
        Step::GoOn(seed) => (fill_in(&html, &mut Dice(*seed)), "continue".to_owned()),
        Step::GoOnEmpty => (vec![("page".to_owned(), page.id.clone())], "continue".to_owned()),
        Step::GoOnWrongly => {
            let wrong = page.fields.iter().map(|field| (field.id.clone(), "no-such-choice".to_owned()));
            (
                wrong.filter(|(id, _)| page.field(id).unwrap().kind.is_choice()).collect(),
                "continue".to_owned(),
            )
        }
        Step::Back(seed) => (fill_in(&html, &mut Dice(*seed)), "back".to_owned()),
        Step::Change(which) => (fill_in(&html, &mut Dice(1)), format!("change {}", path[which % path.len()])),
        Step::Add => (fill_in(&html, &mut Dice(2)), "add accounts".to_owned()),
        Step::Remove(which) => (fill_in(&html, &mut Dice(2)), format!("remove accounts {which}")),
        Step::Speak => (fill_in(&html, &mut Dice(3)), "speak en-GB".to_owned()),
        Step::Old(which) => {
            // A form of a page that may not be on the path any more: an old tab.
            let old = &questionnaire.pages[which % questionnaire.pages.len()];
            if path.contains(&old.id) {
                return Turn::Show(draft);
            }
            (vec![("page".to_owned(), old.id.clone())], "continue".to_owned())
        }
    };
    if !matches!(step, Step::Old(_)) {
        oracle.keep(page, &pairs, &asked);
    }
    match Action::of(&form(&pairs, &action)) {
        Action::Change(_) => {
            oracle.done.remove("check");
            oracle.done.remove("declaration");
            oracle.answers.remove("check");
            oracle.answers.remove("declaration");
        }
        Action::Add(_) | Action::Remove(..) if page.id == "accounts" => {
            oracle.done.remove("accounts");
        }
        _ => {}
    }
    let id = page.id.clone();
    let turn = draft.submit(questionnaire, &form(&pairs, &action));
    let went_on = action == "continue" && !matches!(turn, Turn::Mend(..)) && !matches!(step, Step::Old(_));
    if went_on {
        oracle.done.insert(id);
    } else if matches!(turn, Turn::Mend(..)) {
        oracle.done.remove(&id);
    }
    turn
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_path_is_what_the_answers_say_and_never_ends_dead(
        desk in desk(), steps in proptest::collection::vec(step(), 1..70)
    ) {
        let questionnaire = Questionnaire::embedded();
        let mut oracle = Oracle::default();
        let mut draft = begin(desk);
        for step in &steps {
            let turn = take(draft, &mut oracle, step);
            draft = turn.draft().clone();

            let (expected, complete) = oracle.path(questionnaire, desk);
            prop_assert_eq!(draft.path(questionnaire), expected, "after {:?}", step);
            prop_assert_eq!(draft.is_complete(questionnaire), complete);
            prop_assert_eq!(matches!(turn, Turn::Send(_)) && !complete, false, "sent before it was complete");
            let page = draft.page(questionnaire).expect("a page to show");
            prop_assert!(draft.path(questionnaire).contains(&page.id.as_str()));

            let written = serde_json::to_string(&draft).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Draft>(&written).unwrap(), &draft);
        }
        // Whatever has been done, good answers lead to the end.
        let mut dice = Dice(11);
        for _ in 0..=questionnaire.pages.len() {
            match go_on(draft, &mut dice) {
                Turn::Send(_) => return Ok(()),
                Turn::Show(next) => draft = next,
                Turn::Mend(stuck, errors) => {
                    let page = stuck.page(questionnaire).map(|page| page.id.clone());
                    return Err(TestCaseError::fail(format!("stuck at {page:?}: {errors:?}")));
                }
            }
        }
        prop_assert!(false, "no end in sight");
    }

    #[test]
    fn back_and_on_again_comes_to_the_same_page(desk in desk(), seed in any::<u64>(), pages in 1_usize..40) {
        let questionnaire = Questionnaire::embedded();
        let mut dice = Dice(seed);
        let mut draft = begin(desk);
        for _ in 0..pages {
            if let Turn::Show(next) = go_on(draft.clone(), &mut dice) { draft = next } else { break }
        }
        let here = draft.page(questionnaire).unwrap().id.clone();
        let path = draft.path(questionnaire).len();
        let page_only = [("page".to_owned(), here.clone())];
        prop_assume!(path > 1);
        // The page has not been answered, so an empty form leaves it as it is.
        let back = draft.submit(questionnaire, &form(&page_only, "back")).draft().clone();
        prop_assert_ne!(&back.page(questionnaire).unwrap().id, &here);
        prop_assert_eq!(back.path(questionnaire).len(), path);
        // Going on with what the page shows changes nothing.
        let same = as_shown(&show(&back, &[]));
        let again = back.submit(questionnaire, &form(&same, "continue"));
        prop_assert_eq!(&again.draft().page(questionnaire).unwrap().id, &here);
    }

    #[test]
    fn a_draft_from_anywhere_does_no_harm(text in "\\PC*", values in any::<Vec<String>>()) {
        let questionnaire = Questionnaire::embedded();
        let draft = serde_json::json!({
            "questionnaire": "default", "version": 1, "desk": "police", "language": "cy",
            "at": text, "reviewing": true,
            "pages": { "leave": { "done": true }, "danger": { "done": true, "values": { "now": { "many": values } } } },
        });
        let draft: Draft = serde_json::from_value(draft).unwrap();
        prop_assert_eq!(draft.path(questionnaire), ["leave", "danger"]);
        prop_assert_eq!(&draft.page(questionnaire).unwrap().id, "danger");
        prop_assert!(show(&draft, &[]).contains("id=\"exit\""));
    }
}

/// What a page's form would send as it stands.
fn as_shown(html: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut rest = html;
    for tag in common::tags(html) {
        let name = tag.get("name").to_owned();
        match (tag.name.as_str(), tag.get("type")) {
            _ if name.is_empty() || name == "do" => {}
            ("input", "radio" | "checkbox") if !tag.attributes.contains_key("checked") => {}
            ("input", "file") => {}
            ("input", _) => pairs.push((name, tag.get("value").to_owned())),
            ("textarea", _) => {
                let (_, after) = rest.split_once("<textarea").unwrap();
                let (_, content) = after.split_once('>').unwrap();
                let (content, after) = content.split_once("</textarea>").unwrap();
                rest = after;
                pairs.push((name, content.trim_start_matches('\n').replace('\n', "\r\n")));
            }
            // Of two buttons, the first.
            ("button", _) if !pairs.iter().any(|(known, _)| *known == name) => {
                pairs.push((name, tag.get("value").to_owned()));
            }
            _ => {}
        }
    }
    pairs
}

#[test]
fn every_page_can_be_reached() {
    let police: BTreeSet<String> = on_every_page(DeskKind::Police).into_keys().collect();
    assert_eq!(police, all_pages());
}

#[test]
fn a_charity_is_never_offered_files() {
    let charity: BTreeSet<String> = on_every_page(DeskKind::Charity).into_keys().collect();
    let without: BTreeSet<String> = ["files", "held", "upload-law"].map(str::to_owned).into();
    assert_eq!(charity, &all_pages() - &without);
}

#[test]
fn nobody_under_18_is_asked_for_files_and_all_see_the_law_first() {
    let questionnaire = Questionnaire::embedded();
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let mut draft = begin(DeskKind::Police);
        while let Turn::Show(next) = go_on(draft.clone(), &mut dice) {
            draft = next;
        }
        let path = draft.path(questionnaire);
        if path.contains(&"young") {
            assert!(!path.contains(&"files") && !draft.takes_files(questionnaire));
        }
        if let Some(files) = path.iter().position(|page| *page == "files") {
            assert_eq!(path[files - 1], "upload-law");
            assert!(draft.takes_files(questionnaire));
        }
    }
}

#[test]
fn a_change_from_the_list_of_answers_returns_to_it() {
    let questionnaire = Questionnaire::embedded();
    let draft = on_every_page(DeskKind::Police).remove("check").unwrap();
    let list = [("page".to_owned(), "check".to_owned())];
    let draft = draft.submit(questionnaire, &form(&list, "change have")).draft().clone();
    assert_eq!(draft.page(questionnaire).unwrap().id, "have");
    let nothing = [("page", "have"), ("have", "nothing"), ("do", "continue")].map(own);
    let draft = draft.submit(questionnaire, &form(&nothing, "continue")).draft().clone();
    assert_eq!(draft.page(questionnaire).unwrap().id, "check");

    // A change that opens new questions asks them, and then returns.
    let draft = draft.submit(questionnaire, &form(&list, "change have")).draft().clone();
    let device = [("page", "have"), ("have", "device")].map(own);
    let mut draft = draft.submit(questionnaire, &form(&device, "continue")).draft().clone();
    let mut seen = vec![draft.page(questionnaire).unwrap().id.clone()];
    while seen.last().unwrap() != "check" {
        draft = go_on(draft, &mut Dice(1)).draft().clone();
        seen.push(draft.page(questionnaire).unwrap().id.clone());
    }
    assert!(seen.len() <= 3, "asked only what was new: {seen:?}");
}

#[test]
fn answers_that_were_excluded_come_back_with_the_page() {
    let questionnaire = Questionnaire::embedded();
    let mut draft = begin(DeskKind::Police);
    let mut answer = |pairs: &[(&str, &str)]| {
        let pairs: Vec<_> = pairs.iter().copied().map(own).collect();
        draft = draft.clone().submit(questionnaire, &form(&pairs, "continue")).draft().clone();
        draft.clone()
    };
    answer(&[("page", "leave")]);
    answer(&[("page", "danger"), ("now", "no")]);
    answer(&[("page", "who"), ("you", "professional")]);
    answer(&[("page", "professional"), ("role", "Teacher of sport"), ("lead", "yes")]);
    let without = answer(&[("page", "who"), ("you", "parent")]);
    assert!(!without.path(questionnaire).contains(&"professional"));
    let again = answer(&[("page", "who"), ("you", "professional")]);
    assert!(again.path(questionnaire).contains(&"route"));
    assert_eq!(again.page(questionnaire).unwrap().id, "professional");
    assert!(show(&again, &[]).contains("Teacher of sport"));
}

fn own((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
