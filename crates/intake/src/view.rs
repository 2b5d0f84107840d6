//! The answers that count: those of the pages on the path, and on them only of the fields that were
//! asked. Conditions are decided by them and by nothing else.

use crate::draft::Record;
use crate::form::Value;
use crate::model::{Condition, DeskKind, Field, FieldKind, Page};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// The pages passed so far, with their answers.
pub(crate) struct View<'a> {
    pub(crate) desk: DeskKind,
    pub(crate) passed: Vec<(&'a Page, &'a Record)>,
}

impl<'a> View<'a> {
    pub(crate) fn new(desk: DeskKind) -> Self {
        Self { desk, passed: Vec::new() }
    }

    /// The answer `page.field`, where the page is on the path and the field was asked.
    pub(crate) fn answer(&self, name: &str) -> Option<(&'a Field, &'a Value)> {
        let (page, field) = name.split_once('.')?;
        let (page, record) = self.passed.iter().find(|(passed, _)| passed.id == page)?;
        let field = page.field(field)?;
        let value = record.values.get(&field.id)?;
        (self.asks(field) && !value.is_blank()).then_some((field, value))
    }

    /// Whether a field is asked at all.
    pub(crate) fn asks(&self, field: &Field) -> bool {
        field.when.as_ref().is_none_or(|when| self.holds(when))
    }

    /// Whether a condition holds, where the present time does not matter.
    pub(crate) fn holds(&self, condition: &Condition) -> bool {
        self.holds_at(condition, None)
    }

    /// Whether a condition holds at a time, in seconds since 1970.
    pub(crate) fn holds_at(&self, condition: &Condition, now: Option<i64>) -> bool {
        let Condition { answer, is, given, within_hours, desk, all, any, not } = condition;
        let value = answer.as_ref().map(|name| self.answer(name));
        let value = value.flatten();
        let chosen = |wanted: &String| value.is_some_and(|(_, value)| value.texts().contains(wanted));
        (is.is_empty() || is.iter().any(chosen))
            && given.is_none_or(|given| given == value.is_some())
            && within_hours.is_none_or(|hours| is_near(value, hours, now))
            && desk.is_none_or(|desk| desk == self.desk)
            && all.iter().all(|inner| self.holds_at(inner, now))
            && (any.is_empty() || any.iter().any(|inner| self.holds_at(inner, now)))
            && not.as_ref().is_none_or(|inner| !self.holds_at(inner, now))
    }
}

fn is_near(answer: Option<(&Field, &Value)>, hours: u32, now: Option<i64>) -> bool {
    let Some(now) = now else { return false };
    let day = answer.filter(|(field, _)| field.kind == FieldKind::Date).and_then(|(_, value)| day_of(value));
    // The day may be meant in any time zone of the reporter's: half a day either way errs towards
    // telling somebody.
    day.is_some_and(|start| start - DAY / 2 < now + i64::from(hours) * HOUR && now < start + DAY + DAY / 2)
}

/// The first second (UTC) of the day that a date field holds.
pub(crate) fn day_of(value: &Value) -> Option<i64> {
    let [day, month, year] = value.texts() else { return None };
    let day: i64 = day.trim().parse().ok()?;
    let month: i64 = month.trim().parse().ok()?;
    let year: i64 = year.trim().parse().ok().filter(|year| (1900..=2200).contains(year))?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=length).contains(&day).then(|| days_from_civil(year, month, day) * DAY)
}

/// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}
