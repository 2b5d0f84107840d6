//! A report in the making: which page is open, and what has been answered so far.
//!
//! A draft is plain data. Whoever holds it (a page's module, or a sealed field in a page) decides
//! where it lives; it never holds anything but what the person typed and where they are.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::form::Value;
use crate::model::{DeskKind, Field, FieldKind, Page, Questionnaire};
use crate::text::Language;

/// A report in the making.
///
/// Answers of pages that later answers excluded are kept, so that going back finds them; they neither
/// count for any condition nor leave the draft when the report is sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    pub(crate) questionnaire: String,
    pub(crate) version: u32,
    pub(crate) desk: DeskKind,
    pub(crate) language: Language,
    /// The page that is open.
    pub(crate) at: String,
    /// Whether the person came here from the list of answers and is to return to it.
    pub(crate) reviewing: bool,
    pub(crate) pages: BTreeMap<String, Record>,
}

/// What one page was answered with.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// Whether the person has gone on from this page with these very values.
    pub(crate) done: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) values: BTreeMap<String, Value>,
}

impl Draft {
    /// An empty draft on the first page.
    pub fn new(questionnaire: &Questionnaire, desk: DeskKind, language: Language) -> Self {
        Self {
            questionnaire: questionnaire.id.clone(),
            version: questionnaire.version,
            desk,
            language,
            at: questionnaire.pages.first().map(|page| page.id.clone()).unwrap_or_default(),
            reviewing: false,
            pages: BTreeMap::new(),
        }
    }

    /// Accepts a draft that comes back from outside.
    ///
    /// # Errors
    ///
    /// [`Error::OtherEdition`] when it was begun with another questionnaire or edition.
    pub fn check_edition(&self, questionnaire: &Questionnaire) -> Result<(), Error> {
        let same = self.questionnaire == questionnaire.id && self.version == questionnaire.version;
        if same { Ok(()) } else { Err(Error::OtherEdition) }
    }

    /// The kind of desk it is for.
    pub fn desk(&self) -> DeskKind {
        self.desk
    }

    /// The language it is shown in.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether nothing has been answered yet.
    pub fn is_empty(&self) -> bool {
        self.pages.values().all(|record| !record.done && record.values.is_empty())
    }

    pub(crate) fn value(&self, page: &str, field: &str) -> Option<&Value> {
        self.pages.get(page)?.values.get(field)
    }

    /// Everything that was typed, page by page, to be shown to the person when the report itself can
    /// no longer be sent. What was chosen is not in it: nobody has to type that again.
    pub fn typed(&self, questionnaire: &Questionnaire) -> Vec<String> {
        let pages = questionnaire.pages.iter();
        pages.flat_map(|page| typed(page, |field| self.value(&page.id, &field.id).cloned())).collect()
    }
}

/// What was typed into the fields of a page.
pub(crate) fn typed(page: &Page, value: impl Fn(&Field) -> Option<Value>) -> Vec<String> {
    let mut typed = Vec::new();
    for field in page.fields.iter().filter(|field| !field.kind.is_choice()) {
        let Some(value) = value(field).filter(|value| !value.is_blank()) else { continue };
        match field.kind {
            FieldKind::Date => typed.push(value.texts().join(" ")),
            _ => typed.extend(value.texts().iter().filter(|text| !text.trim().is_empty()).cloned()),
        }
        // In the order in which they are asked.
        typed.extend(value.entries().map(|(_, entry)| {
            let texts = field.fields.iter().filter_map(|inner| entry.get(&inner.id));
            texts.filter(|text| !text.trim().is_empty()).cloned().collect::<Vec<_>>().join(", ")
        }));
    }
    typed
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { questionnaire, version, desk, language, at: _, reviewing: _, pages } = self;
        f.debug_struct("Draft")
            .field("questionnaire", questionnaire)
            .field("version", version)
            .field("desk", desk)
            .field("language", language)
            .field("pages", &format_args!("{} kept back", pages.len()))
            .finish_non_exhaustive()
    }
}
