//! The state machine: where a draft is, where it can go, and what a submitted form does to it.
//!
//! Nothing is remembered that the answers do not say. The path is worked out anew from the first page
//! each time: a page is passed when the person went on from it and its answers are still good, given
//! the pages before it. So an answer that changes what comes later takes effect at once, and a draft
//! that somebody has tampered with can at worst be an unfinished one.

use std::collections::BTreeMap;

use crate::check::{FieldError, Mistake, check};
use crate::draft::{Draft, Record};
use crate::form::{Action, Form, Reading, Value, read};
use crate::model::{FieldKind, Page, PageKind, Questionnaire, SEND};
use crate::view::View;

/// What submitting a form leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Turn {
    /// Show the page that the draft is on now.
    Show(Draft),
    /// Show the same page again with these mistakes. The draft holds everything that was typed.
    Mend(Draft, Vec<FieldError>),
    /// Every page is answered and the declaration made: seal the report and send it.
    Send(Draft),
}

impl Turn {
    /// The draft, whatever is to be done with it.
    pub fn draft(&self) -> &Draft {
        match self {
            Self::Show(draft) | Self::Mend(draft, _) | Self::Send(draft) => draft,
        }
    }
}

/// The pages from the first to the first that is not done, and whether there is none such.
pub(crate) struct Path<'a> {
    pub(crate) view: View<'a>,
    /// The page to answer next; none when the path leads to sending.
    pub(crate) open: Option<&'a Page>,
}

impl<'a> Path<'a> {
    /// All pages on the path, the open one last.
    pub(crate) fn pages(&self) -> impl DoubleEndedIterator<Item = &'a Page> {
        self.view.passed.iter().map(|(page, _)| *page).chain(self.open)
    }

    fn last(&self) -> Option<&'a Page> {
        self.pages().next_back()
    }
}

impl Draft {
    /// The page that is open.
    ///
    /// It is always on the path: where a draft says otherwise, it is the page to answer next.
    pub fn page<'a>(&'a self, questionnaire: &'a Questionnaire) -> Option<&'a Page> {
        let path = self.walk(questionnaire);
        path.pages().find(|page| page.id == self.at).or_else(|| path.last())
    }

    /// The ids of the pages on the path so far, the last of them the one to answer next.
    pub fn path<'a>(&'a self, questionnaire: &'a Questionnaire) -> Vec<&'a str> {
        self.walk(questionnaire).pages().map(|page| page.id.as_str()).collect()
    }

    /// Whether every page is answered, so that the report can be sent.
    pub fn is_complete(&self, questionnaire: &Questionnaire) -> bool {
        self.walk(questionnaire).open.is_none()
    }

    /// Whether files can be handed over: the page that takes them is on the path. Files that came
    /// before an answer excluded that page are not part of the report.
    pub fn takes_files(&self, questionnaire: &Questionnaire) -> bool {
        self.walk(questionnaire).pages().any(|page| page.kind == PageKind::Files)
    }

    /// Does what a submitted form asks for.
    pub fn submit(mut self, questionnaire: &Questionnaire, form: &Form) -> Turn {
        let Some(page) = self.page_of(questionnaire, form) else { return Turn::Show(self) };
        self.at.clone_from(&page.id);
        let unreadable = self.keep(questionnaire, page, form);
        let action = Action::of(form);
        // Nobody leaves a page on which some of what they typed was lost, without having seen it.
        if !unreadable.is_empty() {
            return self.show_unreadable(questionnaire, page, action == Action::Continue, unreadable);
        }
        match action {
            Action::Continue => self.go_on(questionnaire, page),
            Action::Back => self.go_back(questionnaire, page),
            Action::Change(target) => self.change(questionnaire, &target),
            Action::Add(group) => self.add(page, &group),
            Action::Remove(group, number) => self.remove(page, &group, number),
            Action::Speak(language) => {
                self.language = language;
                Turn::Show(self)
            }
            Action::Upload | Action::RemoveFile(_) => Turn::Show(self),
        }
    }

    pub(crate) fn walk<'a>(&'a self, questionnaire: &'a Questionnaire) -> Path<'a> {
        let mut view = View::new(self.desk);
        let mut next = questionnaire.pages.first();
        while let Some(page) = next {
            let done = self.pages.get(&page.id).filter(|record| record.done);
            let Some(record) = done.filter(|record| check(page, record, &view).is_empty()) else { break };
            view.passed.push((page, record));
            next = leads_to(questionnaire, page, &view);
        }
        Path { view, open: next }
    }

    /// The page that a form was shown for, where that page is still on the path. It may not be when
    /// the form comes from an old tab.
    fn page_of<'a>(&self, questionnaire: &'a Questionnaire, form: &Form) -> Option<&'a Page> {
        let claimed = form.first("page").unwrap_or(&self.at);
        questionnaire.page(claimed).filter(|page| self.path(questionnaire).contains(&page.id.as_str()))
    }

    /// The answers of the pages before `page`, which is on the path.
    pub(crate) fn view_before<'a>(&'a self, questionnaire: &'a Questionnaire, page: &Page) -> View<'a> {
        let mut view = self.walk(questionnaire).view;
        let place = view.passed.iter().position(|(passed, _)| passed.id == page.id);
        view.passed.truncate(place.unwrap_or(view.passed.len()));
        view
    }

    /// Keeps what was typed, right or wrong; and what was typed into fields that are not asked any
    /// more, in case they are asked again. Answers what of it was no text.
    fn keep(&mut self, questionnaire: &Questionnaire, page: &Page, form: &Form) -> Vec<FieldError> {
        let Reading { mut values, mut unreadable } = read(page, form);
        let view = self.view_before(questionnaire, page);
        let unasked: Vec<&str> =
            page.fields.iter().filter(|field| !view.asks(field)).map(|field| field.id.as_str()).collect();
        let record = self.pages.entry(page.id.clone()).or_default();
        unreadable.retain(|error| !unasked.contains(&error.field.as_str()));
        for field in unasked {
            values.remove(field);
            values.extend(record.values.get_key_value(field).map(|(id, value)| (id.clone(), value.clone())));
        }
        if record.values != values {
            *record = Record { done: false, values };
        }
        record.done &= unreadable.is_empty();
        unreadable
    }

    fn show_unreadable(
        self,
        questionnaire: &Questionnaire,
        page: &Page,
        checked: bool,
        unreadable: Vec<FieldError>,
    ) -> Turn {
        let record = self.pages.get(&page.id).cloned().unwrap_or_default();
        let mut errors = check(page, &record, &self.view_before(questionnaire, page));
        // What else is wrong is told by the button that goes on, as always.
        let one_input = |field: &str| page.field(field).is_some_and(|field| field.kind != FieldKind::Group);
        let same = |one: &FieldError, other: &FieldError| {
            one.input == other.input || (one.field == other.field && one_input(&one.field))
        };
        errors.retain(|error| checked && !unreadable.iter().any(|other| same(error, other)));
        errors.extend(unreadable);
        let place = |error: &FieldError| page.fields.iter().position(|field| field.id == error.field);
        errors.sort_by_key(place);
        Turn::Mend(self, errors)
    }

    fn go_on(mut self, questionnaire: &Questionnaire, page: &Page) -> Turn {
        let mut record = self.pages.get(&page.id).cloned().unwrap_or_default();
        let errors = check(page, &record, &self.view_before(questionnaire, page));
        record.done = errors.is_empty();
        self.pages.insert(page.id.clone(), record);
        if errors.is_empty() { self.arrive(questionnaire, page) } else { Turn::Mend(self, errors) }
    }

    /// Opens the page after `page`; or, for somebody who came from the list of answers, the first one
    /// that is still to be answered, which is that list unless the change opened new questions.
    fn arrive(mut self, questionnaire: &Questionnaire, page: &Page) -> Turn {
        let path = self.walk(questionnaire);
        let following = path.pages().skip_while(|passed| passed.id != page.id).nth(1);
        let next = if self.reviewing { path.open } else { following.or(path.open) };
        let Some(next) = next else { return Turn::Send(self) };
        let (at, listed) = (next.id.clone(), next.kind == PageKind::Check);
        self.at = at;
        self.reviewing &= !listed;
        Turn::Show(self)
    }

    fn go_back(mut self, questionnaire: &Questionnaire, page: &Page) -> Turn {
        let path = self.walk(questionnaire);
        let before = path.pages().take_while(|passed| passed.id != page.id).last();
        if let Some(at) = before.map(|page| page.id.clone()) {
            self.at = at;
        }
        Turn::Show(self)
    }

    fn change(mut self, questionnaire: &Questionnaire, target: &str) -> Turn {
        if !self.path(questionnaire).contains(&target) {
            return Turn::Show(self);
        }
        target.clone_into(&mut self.at);
        self.reviewing = true;
        // Whatever comes after the list of answers was said about other answers than these.
        let from = questionnaire.pages.iter().position(|page| page.kind == PageKind::Check);
        for page in questionnaire.pages.iter().skip(from.unwrap_or(usize::MAX)) {
            self.pages.remove(&page.id);
        }
        Turn::Show(self)
    }

    fn add(mut self, page: &Page, group: &str) -> Turn {
        let Some((entries, max)) = self.entries(page, group) else { return Turn::Show(self) };
        if entries.len() >= max {
            let mistake = Mistake::TooMany { max, count: entries.len() + 1 };
            let error = FieldError { field: group.to_owned(), input: group.to_owned(), mistake };
            return Turn::Mend(self, vec![error]);
        }
        // An empty form shows one empty entry without having any.
        if entries.is_empty() {
            entries.push(BTreeMap::new());
        }
        entries.push(BTreeMap::new());
        Turn::Show(self)
    }

    fn remove(mut self, page: &Page, group: &str, number: usize) -> Turn {
        if let Some((entries, _)) = self.entries(page, group)
            && number < entries.len()
        {
            entries.remove(number);
        }
        Turn::Show(self)
    }

    fn entries(&mut self, page: &Page, group: &str) -> Option<(&mut Vec<BTreeMap<String, String>>, usize)> {
        let field = page.field(group).filter(|field| field.kind == FieldKind::Group)?;
        let record = self.pages.get_mut(&page.id)?;
        record.done = false;
        match record.values.get_mut(group)? {
            Value::Entries(entries) => Some((entries, field.max.unwrap_or(usize::MAX))),
            _ => None,
        }
    }
}

/// The page that a passed page leads to; none when it leads to sending.
fn leads_to<'a>(questionnaire: &'a Questionnaire, page: &Page, view: &View<'_>) -> Option<&'a Page> {
    let taken = page.next.iter().find(|branch| branch.when.as_ref().is_none_or(|when| view.holds(when)))?;
    if taken.to == SEND { None } else { questionnaire.page(&taken.to) }
}
