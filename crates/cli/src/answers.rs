//! Answers from a file or the command line, run through the questionnaire itself.
//!
//! The same state machine that asks in a browser decides here which pages are on the path, what is missing
//! and what the reasons for urgency are. An answer is named `page.field`, as in `what.story`.

use std::collections::BTreeMap;

use intake::model::{Field, FieldKind, Page};
use intake::{DeskKind, Draft, FieldError, Form, Language, Mistake, Questionnaire, SealedOn, Turn};
use protocol::content::{Answers, Summary};
use serde_json::Value;

use crate::error::{Error, Result};

/// What was answered, by `page.field`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given(BTreeMap<String, Value>);

/// A questionnaire that is answered to the end.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) answers: Answers,
    pub(crate) summary: Summary,
    /// The one bit that is not sealed.
    pub(crate) urgent: bool,
    /// Whether the answers lead past the page that takes files.
    pub(crate) takes_files: bool,
}

impl Given {
    /// Reads a JSON object whose keys are `page.field`.
    pub(crate) fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text).map(Self).map_err(|error| Error::AnswersShape(error.to_string()))
    }

    /// Adds one answer, in front of one from a file.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Adds `page.field=value`; several values for one field are several choices.
    pub(crate) fn add(&mut self, assignment: &str) -> Result<()> {
        let (name, value) = assignment
            .split_once('=')
            .ok_or_else(|| Error::AnswersShape(format!("“{assignment}” is not PAGE.FIELD=VALUE")))?;
        match self.0.get_mut(name) {
            Some(Value::Array(values)) => values.push(value.into()),
            Some(first) => *first = Value::Array(vec![first.clone(), value.into()]),
            None => self.set(name, value),
        }
        Ok(())
    }

    /// Walks the questionnaire with these answers, for a desk of this kind at this time.
    ///
    /// # Errors
    /// [`Error::Answers`] with everything that is missing or wrong on the first page that has such.
    pub(crate) fn walk(&self, desk: DeskKind, now: i64) -> Result<Answered> {
        let questionnaire = Questionnaire::embedded();
        self.check_names(questionnaire)?;
        let mut draft = Draft::new(questionnaire, desk, Language::EnGb);
        // Branches only lead forwards, so there are never more turns than pages.
        for _ in 0..=questionnaire.pages.len() {
            let Some(page) = draft.page(questionnaire) else { break };
            let form = self.form(page);
            let page = page.clone();
            draft = match draft.submit(questionnaire, &form) {
                Turn::Show(next) => next,
                Turn::Send(done) => return documents(questionnaire, &done, now),
                Turn::Mend(_, mistakes) => {
                    let told = mistakes.iter().map(|mistake| tell(&page, mistake)).collect();
                    return Err(Error::Answers(told));
                }
            };
        }
        Err(Error::Answers(vec!["  the questionnaire does not come to an end".to_owned()]))
    }

    /// An answer to a question that is nowhere asked is most often a slip of the pen.
    fn check_names(&self, questionnaire: &Questionnaire) -> Result<()> {
        let known = |name: &str| {
            let place = name.split_once('.');
            place.is_some_and(|(page, field)| {
                questionnaire.page(page).is_some_and(|page| page.field(field).is_some())
            })
        };
        let unknown = self.0.keys().filter(|name| !known(name));
        let told: Vec<_> = unknown.map(|name| format!("  {name}: is not a question")).collect();
        if told.is_empty() { Ok(()) } else { Err(Error::Answers(told)) }
    }

    /// The page's form as a browser would send it.
    fn form(&self, page: &Page) -> Form {
        let mut form = Form::from_iter([("page", page.id.as_str()), ("do", "continue")]);
        for field in &page.fields {
            if let Some(value) = self.0.get(&format!("{}.{}", page.id, field.id)) {
                fill(&mut form, field, value);
            }
        }
        form
    }
}

fn fill(form: &mut Form, field: &Field, value: &Value) {
    match (field.kind, value) {
        (FieldKind::Date, Value::String(date)) => {
            let parts = date.split('-').map(|part| part.trim_start_matches('0'));
            for (part, value) in ["year", "month", "day"].iter().zip(parts) {
                form.push(format!("{}-{part}", field.id), value);
            }
        }
        (FieldKind::Group, Value::Array(entries)) => {
            for (number, entry) in entries.iter().enumerate() {
                for (inner, value) in entry.as_object().into_iter().flatten() {
                    form.push(format!("{}-{number}-{inner}", field.id), text(value));
                }
            }
        }
        (_, Value::Array(values)) => values.iter().for_each(|value| form.push(&field.id, text(value))),
        (_, value) => form.push(&field.id, text(value)),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A mistake, with what would do.
fn tell(page: &Page, error: &FieldError) -> String {
    let offered = page.field(&error.field).map(offered).unwrap_or_default();
    let what = match &error.mistake {
        Mistake::Missing => format!("has to be answered{offered}"),
        Mistake::NoneOfThem => format!("one of {} has to be answered", page.at_least_one.join(", ")),
        Mistake::TooLong { limit, over } => format!("is {over} characters longer than {limit}"),
        Mistake::NotOne => format!("takes one answer{offered}"),
        Mistake::NotOffered => format!("is not among the answers offered{offered}"),
        Mistake::Unreadable => "has characters that are no text".to_owned(),
        Mistake::NotAlone => format!("has an answer that excludes the others{offered}"),
        Mistake::NotADay => "is not a day; write it as 2026-11-30".to_owned(),
        Mistake::TooMany { max, count } => format!("has {count} entries; it takes {max}"),
    };
    format!("  {}.{}: {what}", page.id, error.field)
}

fn offered(field: &Field) -> String {
    let choices: Vec<_> = field.options.iter().map(|choice| choice.id.as_str()).collect();
    if choices.is_empty() { String::new() } else { format!(" ({})", choices.join(", ")) }
}

/// The questionnaire's documents are the protocol's, under the same names.
fn same<T: serde::de::DeserializeOwned>(document: &impl serde::Serialize) -> Result<T> {
    serde_json::to_value(document)
        .and_then(serde_json::from_value)
        .map_err(|error| Error::AnswersShape(error.to_string()))
}

fn documents(questionnaire: &Questionnaire, draft: &Draft, now: i64) -> Result<Answered> {
    let documents = draft
        .documents(questionnaire, SealedOn::Device, now, Vec::new())
        .map_err(|error| Error::Answers(vec![format!("  {error}")]))?;
    Ok(Answered {
        answers: same(&documents.answers)?,
        summary: same(&documents.summary)?,
        urgent: documents.urgent,
        takes_files: draft.takes_files(questionnaire),
    })
}
