//! What is sealed and sent: the answers as an officer will read them, and the one line for the queue.
//!
//! Questions, labels and choices are written out in the words that were shown, so that nobody has to
//! look up years later what was asked.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::draft::{Draft, Record};
use crate::error::Error;
use crate::form::Value;
use crate::machine::Path;
use crate::model::{Field, FieldKind, Page, PageKind, Questionnaire};
use crate::text::{Language, Texts, Voice};
use crate::view::{View, day_of};

/// Where the answers were sealed, told to the officer because it decides who could have read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealedOn {
    /// On the reporter's own device: nobody on the way could read them.
    Device,
    /// On the server, in memory, while one request ran.
    Server,
    /// By an operator, from a telephone call.
    Telephone,
}

/// How the reporter chose to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not named.
    Anonymous,
    /// Named to the desk, and to nobody without consent.
    Confidential,
    /// Willing to be asked for a statement.
    Witness,
}

/// The questionnaire as it was answered: `safehand.answers/1`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswersDocument {
    /// Always [`AnswersDocument::SCHEMA`].
    pub schema: Cow<'static, str>,
    /// Which questionnaire.
    pub questionnaire: String,
    /// Which edition of it.
    pub version: u32,
    /// The language the questions were shown in.
    pub language: Language,
    /// Where this was sealed.
    pub sealed_on: SealedOn,
    /// How the reporter chose to be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Standing>,
    /// The pages in the order they were walked.
    pub pages: Vec<AnsweredPage>,
    /// Reasons for urgency, by id.
    pub reasons: Vec<String>,
    /// The files handed over with the answers.
    pub files: Vec<FileEntry>,
}

impl AnswersDocument {
    /// The schema's name and version.
    pub const SCHEMA: &str = "safehand.answers/1";
}

impl std::fmt::Debug for AnswersDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AnswersDocument({} pages)", self.pages.len())
    }
}

/// One page, as it was shown and answered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnsweredPage {
    /// The page's id.
    pub page: String,
    /// Its question, in the words that were shown.
    pub question: String,
    /// Its fields in the order they were shown, answered or not.
    pub fields: Vec<AnsweredField>,
}

/// One field, as it was shown and answered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnsweredField {
    /// The field's id; the fields of a group carry their place, e.g. `accounts.1.handle`.
    pub field: String,
    /// Its label, in the words that were shown.
    pub label: String,
    /// What was chosen or typed; empty when it was asked and not answered.
    pub values: Vec<String>,
    /// The same in the words that were shown. Equal to `values` for typed text.
    pub shown: Vec<String>,
}

/// A file that was handed over.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// The item that holds it.
    pub item: String,
    /// Its name on the reporter's device.
    pub name: String,
    /// Its media type, as the device told it.
    pub media_type: String,
    /// Its size in bytes before sealing.
    pub size: u64,
    /// SHA-256 of it before sealing, in hexadecimal.
    pub sha256: String,
}

/// The one line of a report that the queue shows: `safehand.summary/1`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryDocument {
    /// Always [`SummaryDocument::SCHEMA`].
    pub schema: Cow<'static, str>,
    /// What it is about and on which platform, in English.
    pub title: String,
    /// Reasons for urgency, by id.
    pub reasons: Vec<String>,
    /// How the reporter chose to be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Standing>,
    /// What it is about, by option id.
    pub about: Vec<String>,
    /// How many accounts are named.
    pub accounts: u32,
    /// How many files were handed over.
    pub files: u32,
}

impl SummaryDocument {
    /// The schema's name and version.
    pub const SCHEMA: &str = "safehand.summary/1";
}

/// Everything that the answers turn into when the report is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Documents {
    /// The answers, to be sealed.
    pub answers: AnswersDocument,
    /// The queue's line, to be sealed.
    pub summary: SummaryDocument,
    /// The one bit that is not sealed: whether somebody should be woken.
    pub urgent: bool,
}

impl Draft {
    /// The reasons for urgency that the answers give at a time (seconds since 1970), by id, in the
    /// order of the rules.
    pub fn reasons(&self, questionnaire: &Questionnaire, now: i64) -> Vec<String> {
        let view = self.walk(questionnaire).view;
        let given = questionnaire.reasons.iter().filter(|reason| view.holds_at(&reason.when, Some(now)));
        given.map(|reason| reason.id.clone()).collect()
    }

    /// Whether any of the reasons at a time (seconds since 1970) is one to wake somebody for.
    pub fn is_urgent(&self, questionnaire: &Questionnaire, now: i64) -> bool {
        let view = self.walk(questionnaire).view;
        questionnaire.reasons.iter().any(|reason| reason.urgent && view.holds_at(&reason.when, Some(now)))
    }

    /// The documents to seal. `now` is in seconds since 1970; `files` are left out when the answers
    /// exclude files.
    ///
    /// # Errors
    ///
    /// [`Error::Incomplete`] when a page is still to be answered.
    pub fn documents(
        &self,
        questionnaire: &Questionnaire,
        sealed_on: SealedOn,
        now: i64,
        files: Vec<FileEntry>,
    ) -> Result<Documents, Error> {
        let path = self.walk(questionnaire);
        if let Some(open) = path.open {
            return Err(Error::Incomplete { page: open.id.clone() });
        }
        let files = if self.takes_files(questionnaire) { files } else { Vec::new() };
        let writer = Writer { texts: Texts::of(self.language), voice: voice(&path.view), view: &path.view };
        let reasons = self.reasons(questionnaire, now);
        let summary = summary(&path, &reasons, &files);
        let answers = AnswersDocument {
            schema: AnswersDocument::SCHEMA.into(),
            questionnaire: self.questionnaire.clone(),
            version: self.version,
            language: self.language,
            sealed_on,
            route: standing(&path.view),
            pages: writer.pages(),
            reasons,
            files,
        };
        Ok(Documents { answers, summary, urgent: self.is_urgent(questionnaire, now) })
    }
}

/// Who is reading, as far as the answers tell.
pub(crate) fn voice<'a>(view: &View<'a>) -> Voice<'a> {
    Voice {
        reporter: chosen(view, "who.you").first().map_or("", String::as_str),
        desk: Some(view.desk),
        route: chosen(view, "route.route").first().map_or("", String::as_str),
    }
}

fn chosen<'a>(view: &View<'a>, answer: &str) -> &'a [String] {
    view.answer(answer).map(|(_, value)| value.texts()).unwrap_or_default()
}

fn standing(view: &View<'_>) -> Option<Standing> {
    match chosen(view, "route.route").first()?.as_str() {
        "anonymous" => Some(Standing::Anonymous),
        "confidential" => Some(Standing::Confidential),
        "witness" => Some(Standing::Witness),
        _ => None,
    }
}

fn summary(path: &Path<'_>, reasons: &[String], files: &[FileEntry]) -> SummaryDocument {
    const PLATFORM: usize = 40;
    let view = &path.view;
    // The queue is read by the desk, whatever language the reporter used.
    let english = Texts::of(Language::EnGb);
    let about = chosen(view, "about.about").to_vec();
    let mut title = about
        .iter()
        .map(|choice| english.said(&format!("about_about_{choice}"), Voice::ANYBODY))
        .collect::<Vec<_>>()
        .join("; ");
    let accounts: Vec<_> = view
        .answer("accounts.accounts")
        .map(|(_, value)| value.entries().map(|(_, entry)| entry).collect())
        .unwrap_or_default();
    let platform =
        accounts.iter().filter_map(|entry| entry.get("platform")).find(|name| !name.trim().is_empty());
    if let Some(platform) = platform {
        title.push_str(" · ");
        title.extend(platform.trim().chars().take(PLATFORM));
    }
    SummaryDocument {
        schema: SummaryDocument::SCHEMA.into(),
        title,
        reasons: reasons.to_vec(),
        route: standing(view),
        about,
        accounts: u32::try_from(accounts.len()).unwrap_or(u32::MAX),
        files: u32::try_from(files.len()).unwrap_or(u32::MAX),
    }
}

/// Whether a field, whose text is `text`, is labelled by the title of its page.
pub(crate) fn titled_by_page(page: &Page, text: &str, texts: &Texts) -> bool {
    page.sole_field().is_some() && !texts.has(text)
}

/// Writes answers out in the words that were shown.
pub(crate) struct Writer<'a> {
    pub(crate) texts: &'static Texts,
    pub(crate) voice: Voice<'a>,
    pub(crate) view: &'a View<'a>,
}

impl Writer<'_> {
    /// The pages passed, as they were shown and answered.
    pub(crate) fn pages(&self) -> Vec<AnsweredPage> {
        let shown = self.view.passed.iter().filter(|(page, _)| page.kind != PageKind::Check);
        shown.map(|(page, record)| self.page(page, record)).collect()
    }

    fn page(&self, page: &Page, record: &Record) -> AnsweredPage {
        let question = self.texts.said(&page.id, self.voice);
        let mut fields = Vec::new();
        for field in page.fields.iter().filter(|field| self.view.asks(field)) {
            let text = format!("{}_{}", page.id, field.id);
            let label = if titled_by_page(page, &text, self.texts) {
                question.clone()
            } else {
                self.texts.said(&text, self.voice)
            };
            let value = record.values.get(&field.id).filter(|value| !value.is_blank());
            match (field.kind, value) {
                (FieldKind::Group, Some(value)) => self.group(field, &text, value, &mut fields),
                (_, value) => fields.push(self.field(field, &text, label, value)),
            }
        }
        AnsweredPage { page: page.id.clone(), question, fields }
    }

    fn field(&self, field: &Field, text: &str, label: String, value: Option<&Value>) -> AnsweredField {
        let mut values = value.map(|value| value.texts().to_vec()).unwrap_or_default();
        let shown = match field.kind {
            FieldKind::Date if value.and_then(day_of).is_some() => {
                let parts: Vec<&str> = values.iter().map(|part| part.trim()).collect();
                let shown = parts.join("/");
                values = match parts.as_slice() {
                    [day, month, year] => vec![format!("{year}-{month:0>2}-{day:0>2}")],
                    _ => Vec::new(),
                };
                vec![shown]
            }
            kind if kind.is_choice() => {
                values.iter().map(|choice| self.texts.said(&format!("{text}_{choice}"), self.voice)).collect()
            }
            _ => values.clone(),
        };
        AnsweredField { field: field.id.clone(), label, values, shown }
    }

    fn group(&self, field: &Field, text: &str, value: &Value, fields: &mut Vec<AnsweredField>) {
        for (number, (_, entry)) in value.entries().enumerate() {
            let entry_label = self.entry(text, number + 1);
            for inner in &field.fields {
                let Some(typed) = entry.get(&inner.id).filter(|typed| !typed.trim().is_empty()) else {
                    continue;
                };
                let label = self.texts.said(&format!("{text}_{}", inner.id), self.voice);
                fields.push(AnsweredField {
                    field: format!("{}.{}.{}", field.id, number + 1, inner.id),
                    label: format!("{entry_label}: {label}"),
                    values: vec![typed.clone()],
                    shown: vec![typed.clone()],
                });
            }
        }
    }

    /// What one entry of a group is called, e.g. "Account 2".
    pub(crate) fn entry(&self, text: &str, number: usize) -> String {
        format!("{} {number}", self.texts.part(text, "entry", self.voice).unwrap_or_default())
    }
}
