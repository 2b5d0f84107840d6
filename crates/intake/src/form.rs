//! What a browser sends: pairs of names and values, the same from a page without JavaScript and from
//! the module that runs in the page.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{Field, FieldKind, Page};
use crate::text::Language;

/// The pairs of a submitted form, in the order of the page.
///
/// The caller decodes them; what is not UTF-8 it replaces (U+FFFD), so that the person sees what
/// arrived and can mend it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// All values with this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first value with this name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All pairs.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Adds a pair.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Form {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(pairs) = self;
        write!(f, "Form({} pairs)", pairs.len())
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

/// The answers of one page as its form gives them. Fields of other pages are not looked at.
pub(crate) fn read(page: &Page, form: &Form) -> BTreeMap<String, Value> {
    let values = page.fields.iter().filter_map(|field| Some((field.id.clone(), read_field(field, form)?)));
    values.collect()
}

fn read_field(field: &Field, form: &Form) -> Option<Value> {
    match field.kind {
        FieldKind::Checkboxes => {
            let chosen: Vec<String> = form.all(&field.id).map(str::to_owned).collect();
            (!chosen.is_empty()).then_some(Value::Many(chosen))
        }
        FieldKind::Date => {
            let part =
                |name: &str| form.first(&format!("{}-{name}", field.id)).unwrap_or_default().to_owned();
            Some(Value::Many(vec![part("day"), part("month"), part("year")]))
        }
        FieldKind::Group => Some(Value::Entries(read_group(field, form))),
        FieldKind::Radios | FieldKind::Buttons | FieldKind::Text | FieldKind::Textarea => {
            let mut all: Vec<String> = form.all(&field.id).map(unix_lines).collect();
            if all.len() > 1 { Some(Value::Many(all)) } else { all.pop().map(Value::One) }
        }
    }
}

/// Entries are named `group-number-field`. The numbers only give the order; gaps do not matter.
fn read_group(field: &Field, form: &Form) -> Vec<BTreeMap<String, String>> {
    let mut entries: BTreeMap<usize, BTreeMap<String, String>> = BTreeMap::new();
    for (name, value) in &form.0 {
        let place = name
            .strip_prefix(field.id.as_str())
            .and_then(|rest| rest.strip_prefix('-'))
            .and_then(|rest| rest.split_once('-'));
        let Some((number, inner)) = place else { continue };
        let known = field.fields.iter().any(|candidate| candidate.id == inner);
        if let (true, Ok(number)) = (known, number.parse()) {
            entries.entry(number).or_default().insert(inner.to_owned(), unix_lines(value));
        }
    }
    entries.into_values().collect()
}

/// Browsers send every line break of a form as CR LF, whatever the person typed.
fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}
