//! Checks that a questionnaire works: every branch leads forwards to a page, every page can be
//! reached and left, every condition can be decided, every id has its words.
//!
//! The build runs these checks over the built-in questionnaire and fails on the first bad line;
//! loading another one runs them again.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Fault, Problem};
use crate::model::{Condition, Field, FieldKind, Page, PageKind, Questionnaire, RESERVED, SEND};

/// Checks a questionnaire against the rules of the schema and against the words at hand.
///
/// `has_text` tells whether there is a text with this id.
///
/// # Errors
///
/// [`Error::Invalid`] with every problem found, in the order of the file.
pub fn validate(questionnaire: &Questionnaire, has_text: &dyn Fn(&str) -> bool) -> Result<(), Error> {
    let mut check = Check::new(questionnaire, has_text);
    check.run();
    if check.problems.is_empty() { Ok(()) } else { Err(Error::Invalid(check.problems)) }
}

struct Check<'a> {
    questionnaire: &'a Questionnaire,
    has_text: &'a dyn Fn(&str) -> bool,
    /// Where each page stands in the file; the first of two with one id.
    position: BTreeMap<&'a str, usize>,
    /// For each page, the pages that some path to it has passed.
    before: Vec<BTreeSet<usize>>,
    problems: Vec<Problem>,
}

impl<'a> Check<'a> {
    fn new(questionnaire: &'a Questionnaire, has_text: &'a dyn Fn(&str) -> bool) -> Self {
        let mut position = BTreeMap::new();
        for (index, page) in questionnaire.pages.iter().enumerate() {
            position.entry(page.id.as_str()).or_insert(index);
        }
        let before = vec![BTreeSet::new(); questionnaire.pages.len()];
        Self { questionnaire, has_text, position, before, problems: Vec::new() }
    }

    fn run(&mut self) {
        if self.questionnaire.pages.is_empty() {
            self.fault("pages", Fault::NoPages);
        }
        let reached = self.walk();
        for (index, page) in self.questionnaire.pages.iter().enumerate() {
            let place = format!("pages[{index}]");
            self.page_itself(page, index, &place);
            if !reached.contains(&index) && self.position.get(page.id.as_str()) == Some(&index) {
                self.fault(format!("{place}.id"), Fault::Unreachable(page.id.clone()));
            }
            for (number, field) in page.fields.iter().enumerate() {
                self.field(field, &page.id, index, &format!("{place}.fields[{number}]"));
            }
            self.branches(page, index, &place);
        }
        self.reasons();
    }

    /// Follows every branch from the first page. Branches lead forwards, so one pass in the order of
    /// the file sees each page after all pages that can come before it.
    fn walk(&mut self) -> BTreeSet<usize> {
        let mut reached = BTreeSet::from([0]);
        for (index, page) in self.questionnaire.pages.iter().enumerate() {
            if !reached.contains(&index) {
                continue;
            }
            for branch in &page.next {
                let Some(&target) = self.position.get(branch.to.as_str()) else { continue };
                if target > index {
                    reached.insert(target);
                    let mut passed = self.before[index].clone();
                    passed.insert(index);
                    self.before[target].extend(passed);
                }
            }
        }
        reached
    }

    fn page_itself(&mut self, page: &Page, index: usize, place: &str) {
        self.id(&page.id, &format!("{place}.id"));
        if self.position.get(page.id.as_str()) != Some(&index) || page.id == SEND {
            self.fault(format!("{place}.id"), Fault::Duplicate(page.id.clone()));
        }
        self.text(&page.id, &format!("{place}.id"));
        let only_buttons = page.fields.iter().all(|field| field.kind == FieldKind::Buttons);
        if page.kind != PageKind::Question && !(page.kind == PageKind::Interruption && only_buttons) {
            self.misplaced(!page.fields.is_empty(), "fields", place);
        }
        let mut seen = BTreeSet::new();
        for (number, field) in page.fields.iter().enumerate() {
            if !seen.insert(&field.id) {
                self.fault(format!("{place}.fields[{number}].id"), Fault::Duplicate(field.id.clone()));
            }
        }
        for name in &page.at_least_one {
            if page.field(name).is_none() {
                self.fault(format!("{place}.at_least_one"), Fault::UnknownField(name.clone()));
            }
        }
        if !page.at_least_one.is_empty() {
            self.text(&format!("{}_at-least-one", page.id), &format!("{place}.at_least_one"));
        }
    }

    fn field(&mut self, field: &Field, owner: &str, page: usize, place: &str) {
        let at_id = format!("{place}.id");
        self.id(&field.id, &at_id);
        if RESERVED.contains(&field.id.as_str()) {
            self.fault(at_id.as_str(), Fault::Reserved(field.id.clone()));
        }
        let text = format!("{owner}_{}", field.id);
        let may_be_titled_by_page =
            self.questionnaire.pages[page].sole_field().is_some_and(|sole| sole == field);
        if !(self.has_text)(&text) && !may_be_titled_by_page {
            self.fault(at_id.as_str(), Fault::MissingText(text.clone()));
        }
        self.condition(field.when.as_ref(), page, false, &format!("{place}.when"));
        if field.kind.is_choice() && field.options.is_empty() {
            self.fault(at_id.as_str(), Fault::NoChoices(field.id.clone()));
        }
        if field.kind.is_text() && field.limit.is_none() {
            self.fault(at_id.as_str(), Fault::NoLimit(field.id.clone()));
        }
        self.misplaced(field.limit.is_some() && !field.kind.is_text(), "limit", place);
        self.misplaced(!field.options.is_empty() && !field.kind.is_choice(), "options", place);
        self.misplaced(field.max.is_some() && field.kind != FieldKind::Group, "max", place);
        self.misplaced(field.keyboard.is_some() && field.kind != FieldKind::Text, "keyboard", place);
        self.choices(field, &text, page, place);
        self.group(field, &text, page, place);
    }

    fn choices(&mut self, field: &Field, text: &str, page: usize, place: &str) {
        let mut seen = BTreeSet::new();
        for (number, choice) in field.options.iter().enumerate() {
            let place = format!("{place}.options[{number}]");
            self.id(&choice.id, &format!("{place}.id"));
            if !seen.insert(&choice.id) {
                self.fault(format!("{place}.id"), Fault::Duplicate(choice.id.clone()));
            }
            self.text(&format!("{text}_{}", choice.id), &format!("{place}.id"));
            self.condition(choice.when.as_ref(), page, false, &format!("{place}.when"));
            let alone = choice.exclusive && field.kind != FieldKind::Checkboxes;
            self.misplaced(alone, "exclusive", &place);
        }
    }

    fn group(&mut self, field: &Field, text: &str, page: usize, place: &str) {
        if field.kind != FieldKind::Group {
            self.misplaced(!field.fields.is_empty(), "fields", place);
            return;
        }
        let texts_only = field.fields.iter().all(|inner| inner.kind.is_text() && !inner.required);
        if field.fields.is_empty() || !texts_only || field.max.is_none_or(|max| max == 0) {
            self.fault(format!("{place}.id"), Fault::BadGroup(field.id.clone()));
        }
        let mut seen = BTreeSet::new();
        for (number, inner) in field.fields.iter().enumerate() {
            let place = format!("{place}.fields[{number}]");
            if !seen.insert(&inner.id) {
                self.fault(format!("{place}.id"), Fault::Duplicate(inner.id.clone()));
            }
            self.field(inner, text, page, &place);
        }
    }

    fn branches(&mut self, page: &Page, index: usize, place: &str) {
        let last = page.next.len().saturating_sub(1);
        if page.next.last().is_none_or(|branch| branch.when.is_some()) {
            self.fault(format!("{place}.next"), Fault::DeadEnd(page.id.clone()));
        }
        for (number, branch) in page.next.iter().enumerate() {
            let place = format!("{place}.next[{number}]");
            match self.position.get(branch.to.as_str()) {
                _ if branch.to == SEND => {}
                None => self.fault(format!("{place}.to"), Fault::UnknownTarget(branch.to.clone())),
                Some(&target) if target <= index => {
                    self.fault(format!("{place}.to"), Fault::Backwards(branch.to.clone()));
                }
                Some(_) => {}
            }
            if branch.when.is_none() && number < last {
                self.fault(format!("{place}.to"), Fault::NeverTaken);
            }
            self.condition(branch.when.as_ref(), index, true, &format!("{place}.when"));
        }
    }

    fn reasons(&mut self) {
        let mut seen = BTreeSet::new();
        let end = self.questionnaire.pages.len();
        for (number, reason) in self.questionnaire.reasons.iter().enumerate() {
            let place = format!("reasons[{number}]");
            if !seen.insert(&reason.id) {
                self.fault(format!("{place}.id"), Fault::Duplicate(reason.id.clone()));
            }
            self.text(&format!("reason_{}", reason.id), &format!("{place}.id"));
            self.condition(Some(&reason.when), end, true, &format!("{place}.when"));
        }
    }

    /// `page` is where the condition is decided; `here` tells whether its own answers are known then.
    fn condition(&mut self, condition: Option<&Condition>, page: usize, here: bool, place: &str) {
        let Some(condition) = condition else { return };
        let Condition { answer, is, given, within_hours, desk, all, any, not } = condition;
        let compares = !is.is_empty() || given.is_some() || within_hours.is_some();
        if compares != answer.is_some() {
            self.fault(place, Fault::LooseAnswer);
        } else if !compares && desk.is_none() && all.is_empty() && any.is_empty() && not.is_none() {
            self.fault(place, Fault::EmptyCondition);
        }
        if let Some(answer) = answer {
            self.answer(answer, condition, (page, here), place);
        }
        for (number, inner) in all.iter().enumerate() {
            self.condition(Some(inner), page, here, &format!("{place}.all[{number}]"));
        }
        for (number, inner) in any.iter().enumerate() {
            self.condition(Some(inner), page, here, &format!("{place}.any[{number}]"));
        }
        self.condition(not.as_deref(), page, here, &format!("{place}.not"));
    }

    fn answer(&mut self, answer: &str, condition: &Condition, at: (usize, bool), place: &str) {
        let questionnaire = self.questionnaire;
        let found = answer.split_once('.').and_then(|(page, field)| {
            let index = *self.position.get(page)?;
            questionnaire.pages[index].field(field).map(|field| (index, field))
        });
        let Some((index, field)) = found else {
            return self.fault(format!("{place}.answer"), Fault::UnknownAnswer(answer.to_owned()));
        };
        let (page, here) = at;
        let known = match self.before.get(page) {
            Some(before) => before.contains(&index) || (here && index == page),
            None => true,
        };
        if !known {
            self.fault(format!("{place}.answer"), Fault::AnswerComesLater(answer.to_owned()));
        }
        for wanted in &condition.is {
            if !field.options.iter().any(|choice| choice.id == *wanted) {
                self.fault(format!("{place}.is"), Fault::UnknownChoice(wanted.clone()));
            }
        }
        if condition.within_hours.is_some() && field.kind != FieldKind::Date {
            self.fault(format!("{place}.within_hours"), Fault::NotADate(answer.to_owned()));
        }
    }

    fn id(&mut self, id: &str, place: &str) {
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !id.starts_with(|c: char| c.is_ascii_lowercase()) || !id.chars().all(letters) {
            self.fault(place, Fault::NotAnId(id.to_owned()));
        }
    }

    fn text(&mut self, id: &str, place: &str) {
        if !(self.has_text)(id) {
            self.fault(place, Fault::MissingText(id.to_owned()));
        }
    }

    fn misplaced(&mut self, is: bool, property: &'static str, place: &str) {
        if is {
            self.fault(format!("{place}.{property}"), Fault::Misplaced { property });
        }
    }

    fn fault(&mut self, place: impl Into<String>, fault: Fault) {
        self.problems.push(Problem { place: place.into(), line: None, fault });
    }
}
