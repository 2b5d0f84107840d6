//! What a browser sends: pairs of names and values, the same from a page without JavaScript and from
//! the module that runs in the page.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::check::{FieldError, Mistake};
use crate::draft::typed;
use crate::model::{Field, FieldKind, Page, Questionnaire};
use crate::text::Language;

/// The pairs of a submitted form, in the order of the page.
///
/// What is no text is kept as it can be shown, with U+FFFD in the place of what cannot, and
/// remembered: the page that it was typed on says so beside the field.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    pairs: Vec<(String, String)>,
    /// The places of values that were not UTF-8.
    garbled: BTreeSet<usize>,
    /// Whether there was a name that was not UTF-8: nobody can tell which field it was for.
    stray: bool,
}

impl Form {
    /// All values with this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first value with this name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All pairs.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Adds a pair.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.pairs.push((name.into(), value.into()));
    }

    /// Adds a pair as it arrived, whatever its bytes are.
    pub fn push_bytes(&mut self, name: &[u8], value: &[u8]) {
        let value = String::from_utf8_lossy(value);
        // A U+FFFD that was typed is text like any other, and then nothing had to be replaced.
        if matches!(value, Cow::Owned(_)) {
            self.garbled.insert(self.pairs.len());
        }
        let name = String::from_utf8_lossy(name);
        self.stray |= matches!(name, Cow::Owned(_));
        self.push(name, value);
    }

    /// The first value with this name as text to be shown or kept, and whether all of it is text.
    pub fn legible(&self, name: &str) -> Option<(String, bool)> {
        let (place, (_, value)) = self.pairs.iter().enumerate().find(|(_, (key, _))| key == name)?;
        Some(self.text(place, value))
    }

    /// Everything in it that was typed, for a person whose draft can no longer be opened: what was
    /// chosen on the page it comes from is left out, and what the page itself put there.
    pub fn typed(&self, questionnaire: &Questionnaire) -> Vec<String> {
        if let Some(page) = self.first("page").and_then(|page| questionnaire.page(page)) {
            let values = read(page, self).values;
            return typed(page, |field| values.get(&field.id).cloned());
        }
        let own = ["do", "page", "draft"];
        let pairs = self.pairs.iter().enumerate().filter(|(_, (name, _))| !own.contains(&name.as_str()));
        let texts = pairs.map(|(place, (_, value))| self.text(place, value).0);
        texts.filter(|text| !text.trim().is_empty()).collect()
    }

    fn text(&self, place: usize, value: &str) -> (String, bool) {
        let (text, clean) = legible(value);
        (text, clean && !self.garbled.contains(&place))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Form {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { pairs, ..Self::default() }
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Form({} pairs)", self.pairs.len())
    }
}

/// Which button was pressed: the value of `do`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Go on. Also what a form without any `do` means.
    Continue,
    /// Go back one page, keeping what was typed.
    Back,
    /// From the list of answers: change this page.
    Change(String),
    /// One more entry of a group.
    Add(String),
    /// One entry of a group less, counted from 0.
    Remove(String, usize),
    /// Show the pages in another language.
    Speak(Language),
    /// On the files page: take the chosen files and stay. The caller's affair.
    Upload,
    /// On the files page: drop the file with this id. The caller's affair.
    RemoveFile(String),
}

impl Action {
    /// The button that a form was submitted with. What cannot be understood means [`Action::Continue`],
    /// which checks everything and therefore can do no harm.
    pub fn of(form: &Form) -> Self {
        let words = form.first("do").unwrap_or_default();
        let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
        match verb {
            "back" => Self::Back,
            "change" => Self::Change(rest.to_owned()),
            "add" => Self::Add(rest.to_owned()),
            "remove" => rest
                .split_once(' ')
                .and_then(|(group, number)| Some(Self::Remove(group.to_owned(), number.parse().ok()?)))
                .unwrap_or(Self::Continue),
            "speak" => Language::from_tag(rest).map_or(Self::Continue, Self::Speak),
            "upload" => Self::Upload,
            "remove-file" => Self::RemoveFile(rest.to_owned()),
            _ => Self::Continue,
        }
    }
}

/// One answer, as it was given.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Value {
    /// One text or one choice.
    One(String),
    /// Several choices; or the day, month and year of a date; or, where one was asked for, a mistake.
    Many(Vec<String>),
    /// The entries of a group.
    Entries(Vec<BTreeMap<String, String>>),
}

impl Value {
    /// The values in it, where it is not a group.
    pub(crate) fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
            Self::Entries(_) => &[],
        }
    }

    /// The entries that hold anything, with their place among all.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (usize, &BTreeMap<String, String>)> {
        let entries = match self {
            Self::Entries(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().enumerate().filter(|(_, entry)| entry.values().any(|text| !text.trim().is_empty()))
    }

    /// Whether nothing has been chosen or typed.
    pub(crate) fn is_blank(&self) -> bool {
        self.texts().iter().all(|text| text.trim().is_empty()) && self.entries().next().is_none()
    }
}

/// What a form says about one page.
pub(crate) struct Reading {
    /// The answers. Fields of other pages are not looked at.
    pub(crate) values: BTreeMap<String, Value>,
    /// What of them was no text.
    pub(crate) unreadable: Vec<FieldError>,
}

/// The answers of one page as its form gives them.
pub(crate) fn read(page: &Page, form: &Form) -> Reading {
    let mut reading = Reading { values: BTreeMap::new(), unreadable: Vec::new() };
    for field in &page.fields {
        let value = reading.field(field, form);
        reading.values.extend(value.map(|value| (field.id.clone(), value)));
    }
    if form.stray {
        reading.unreadable.push(unreadable("", String::new()));
    }
    reading
}

impl Reading {
    fn field(&mut self, field: &Field, form: &Form) -> Option<Value> {
        match field.kind {
            FieldKind::Checkboxes => {
                let chosen: Vec<String> = form.all(&field.id).map(str::to_owned).collect();
                (!chosen.is_empty()).then_some(Value::Many(chosen))
            }
            FieldKind::Date => {
                let read = ["day", "month", "year"].map(|part| {
                    let name = format!("{}-{part}", field.id);
                    form.legible(&name).unwrap_or((String::new(), true))
                });
                let clean = read.iter().all(|(_, clean)| *clean);
                self.note(clean, &field.id, format!("{}-day", field.id));
                Some(Value::Many(read.into_iter().map(|(text, _)| text).collect()))
            }
            FieldKind::Group => Some(Value::Entries(self.group(field, form))),
            FieldKind::Radios | FieldKind::Buttons | FieldKind::Text | FieldKind::Textarea => {
                let named = form.pairs.iter().enumerate().filter(|(_, (name, _))| *name == field.id);
                let read: Vec<(String, bool)> =
                    named.map(|(place, (_, value))| form.text(place, value)).collect();
                // A choice that is no text is not among those offered, which is told by itself.
                self.note(
                    !field.kind.is_text() || read.iter().all(|(_, clean)| *clean),
                    &field.id,
                    field.id.clone(),
                );
                let mut all: Vec<String> = read.into_iter().map(|(text, _)| text).collect();
                if all.len() > 1 { Some(Value::Many(all)) } else { all.pop().map(Value::One) }
            }
        }
    }

    /// Entries are named `group-number-field`. The numbers only give the order; gaps do not matter.
    fn group(&mut self, field: &Field, form: &Form) -> Vec<BTreeMap<String, String>> {
        let mut entries: BTreeMap<usize, BTreeMap<String, (String, bool)>> = BTreeMap::new();
        for (place, (name, value)) in form.pairs.iter().enumerate() {
            let parts = name
                .strip_prefix(field.id.as_str())
                .and_then(|rest| rest.strip_prefix('-'))
                .and_then(|rest| rest.split_once('-'));
            let Some((number, inner)) = parts else { continue };
            let known = field.fields.iter().any(|candidate| candidate.id == inner);
            if let (true, Ok(number)) = (known, number.parse()) {
                entries.entry(number).or_default().insert(inner.to_owned(), form.text(place, value));
            }
        }
        let mut texts = Vec::with_capacity(entries.len());
        for (number, entry) in entries.into_values().enumerate() {
            let entry = entry.into_iter().map(|(inner, (text, clean))| {
                self.note(clean, &field.id, format!("{}-{number}-{inner}", field.id));
                (inner, text)
            });
            texts.push(entry.collect());
        }
        texts
    }

    fn note(&mut self, clean: bool, field: &str, input: String) {
        if !clean {
            self.unreadable.push(unreadable(field, input));
        }
    }
}

fn unreadable(field: &str, input: String) -> FieldError {
    FieldError { field: field.to_owned(), input, mistake: Mistake::Unreadable }
}

/// A text as it can be shown, and whether it is all of what was sent.
///
/// Browsers send every line break of a form as CR LF, whatever the person typed; word processors put
/// vertical tabs and form feeds where they break lines and pages. Other control characters have no
/// look, and some of them no place in a page at all: each becomes U+FFFD, for the person to see.
fn legible(text: &str) -> (String, bool) {
    let mut clean = true;
    let unix = text.replace("\r\n", "\n");
    let shown = unix.chars().map(|letter| match letter {
        '\n' | '\t' => letter,
        '\r' | '\u{b}' | '\u{c}' => '\n',
        _ if letter.is_control() => {
            clean = false;
            char::REPLACEMENT_CHARACTER
        }
        _ => letter,
    });
    let shown = shown.collect();
    (shown, clean)
}
