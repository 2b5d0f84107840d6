//! Reading a questionnaire from TOML, with errors that name the line.

use toml::de::{DeTable, DeValue};

use crate::error::{Error, Problem};
use crate::model::Questionnaire;
use crate::validate::validate;

/// Reads and checks a questionnaire.
///
/// `has_text` tells whether there is a text with this id.
///
/// # Errors
///
/// [`Error::Syntax`] when it is not TOML or not of the schema, [`Error::Invalid`] with every problem
/// when it would not work; both name lines.
pub(crate) fn from_toml(source: &str, has_text: &dyn Fn(&str) -> bool) -> Result<Questionnaire, Error> {
    let questionnaire: Questionnaire = toml::from_str(source).map_err(|error| syntax(source, &error))?;
    match validate(&questionnaire, has_text) {
        Ok(()) => Ok(questionnaire),
        Err(Error::Invalid(problems)) => Err(Error::Invalid(with_lines(source, problems))),
        Err(other) => Err(other),
    }
}

fn syntax(source: &str, error: &toml::de::Error) -> Error {
    let line = error.span().map(|span| line_of(source, span.start));
    Error::Syntax { line, message: error.message().to_owned() }
}

fn with_lines(source: &str, mut problems: Vec<Problem>) -> Vec<Problem> {
    if let Ok(document) = DeTable::parse(source) {
        for problem in &mut problems {
            problem.line = offset_of(document.get_ref(), &problem.place).map(|at| line_of(source, at));
        }
    }
    problems.sort_by_key(|problem| problem.line);
    problems
}

/// The offset of the deepest part of `place` that the file states.
fn offset_of(document: &DeTable<'_>, place: &str) -> Option<usize> {
    let mut table = document;
    let mut found = None;
    for step in place.split('.') {
        let (key, index) = match step.split_once('[') {
            Some((key, rest)) => (key, rest.trim_end_matches(']').parse::<usize>().ok()),
            None => (step, None),
        };
        let Some(mut value) = table.get(key) else { break };
        if let (Some(index), DeValue::Array(items)) = (index, value.get_ref()) {
            let Some(item) = items.get(index) else { break };
            value = item;
        }
        found = Some(value.span().start);
        let DeValue::Table(inner) = value.get_ref() else { break };
        table = inner;
    }
    found
}

fn line_of(source: &str, offset: usize) -> usize {
    1 + source.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}
