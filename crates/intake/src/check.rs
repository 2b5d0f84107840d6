//! Checks what a page was answered with. Each mistake names the input it belongs beside.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::draft::Record;
use crate::form::Value;
use crate::model::{Field, FieldKind, Page};
use crate::view::{View, day_of};

/// One mistake in what a page was answered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's id; empty where the form itself was damaged and nobody can tell which field it was.
    pub field: String,
    /// The id of the input on the page that the mistake stands beside.
    pub input: String,
    /// What is wrong.
    pub mistake: Mistake,
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mistake {
    /// Nothing was answered, and the page needs it.
    Missing,
    /// Not one of a few fields was filled in.
    NoneOfThem,
    /// The text is longer than the limit.
    TooLong {
        /// The most characters it may have.
        limit: usize,
        /// How many there are too many.
        over: usize,
    },
    /// More than one answer came where one was asked for.
    NotOne,
    /// Not an answer that can be given here.
    NotOffered,
    /// Something was typed or sent that is no text. It is kept as U+FFFD, and may be sent so once the person has
    /// seen it.
    Unreadable,
    /// "None of these" was chosen together with something else.
    NotAlone,
    /// The day does not exist, or a part of it is missing.
    NotADay,
    /// A group has more entries than it may.
    TooMany {
        /// The most entries it may have.
        max: usize,
        /// How many there are.
        count: usize,
    },
}

/// All mistakes of a page, in the order of its fields.
pub(crate) fn check(page: &Page, record: &Record, view: &View<'_>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for field in page.fields.iter().filter(|field| view.asks(field)) {
        let value = record.values.get(&field.id);
        if let Some(value) = value.filter(|value| !value.is_blank()) {
            check_field(field, value, view, &mut errors);
        } else if field.required {
            errors.push(error(field, first_input(field), Mistake::Missing));
        }
    }
    let filled = |name: &String| record.values.get(name).is_some_and(|value| !value.is_blank());
    if let Some(first) = page.at_least_one.first().and_then(|name| page.field(name))
        && !page.at_least_one.iter().any(filled)
    {
        errors.push(error(first, first.id.clone(), Mistake::NoneOfThem));
    }
    errors
}

fn check_field(field: &Field, value: &Value, view: &View<'_>, errors: &mut Vec<FieldError>) {
    let mistake = match (field.kind, value) {
        (FieldKind::Group, Value::Entries(entries)) => return check_group(field, entries, errors),
        (FieldKind::Text | FieldKind::Textarea, Value::One(text)) => too_long(field, text),
        (FieldKind::Radios | FieldKind::Buttons, Value::One(choice)) => {
            (!offers(field, choice, view)).then_some(Mistake::NotOffered)
        }
        (FieldKind::Checkboxes, Value::Many(chosen)) => check_choices(field, chosen, view),
        (FieldKind::Date, Value::Many(_)) => day_of(value).is_none().then_some(Mistake::NotADay),
        _ => Some(Mistake::NotOne),
    };
    errors.extend(mistake.map(|mistake| error(field, first_input(field), mistake)));
}

fn check_choices(field: &Field, chosen: &[String], view: &View<'_>) -> Option<Mistake> {
    if chosen.iter().any(|choice| !offers(field, choice, view)) {
        return Some(Mistake::NotOffered);
    }
    let alone =
        |choice: &&String| field.options.iter().any(|option| option.exclusive && option.id == **choice);
    let lone = chosen.iter().find(alone)?;
    chosen.iter().any(|choice| choice != lone).then_some(Mistake::NotAlone)
}

fn check_group(field: &Field, entries: &[BTreeMap<String, String>], errors: &mut Vec<FieldError>) {
    let count = entries.iter().filter(|entry| entry.values().any(|text| !text.trim().is_empty())).count();
    if let Some(max) = field.max.filter(|max| count > *max) {
        errors.push(error(field, field.id.clone(), Mistake::TooMany { max, count }));
    }
    for (number, entry) in entries.iter().enumerate() {
        for inner in &field.fields {
            let mistake = entry.get(&inner.id).and_then(|text| too_long(inner, text));
            let input = format!("{}-{number}-{}", field.id, inner.id);
            errors.extend(mistake.map(|mistake| error(field, input, mistake)));
        }
    }
}

fn offers(field: &Field, choice: &str, view: &View<'_>) -> bool {
    let offered = |when: &_| view.holds(when);
    field.options.iter().any(|option| option.id == choice && option.when.as_ref().is_none_or(offered))
}

fn too_long(field: &Field, text: &str) -> Option<Mistake> {
    let limit = field.limit?;
    let over = text.chars().count().saturating_sub(limit);
    (over > 0).then_some(Mistake::TooLong { limit, over })
}

fn first_input(field: &Field) -> String {
    match field.kind {
        FieldKind::Date => format!("{}-day", field.id),
        _ => field.id.clone(),
    }
}

fn error(field: &Field, input: String, mistake: Mistake) -> FieldError {
    FieldError { field: field.id.clone(), input, mistake }
}
