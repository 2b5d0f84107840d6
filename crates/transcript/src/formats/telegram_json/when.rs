//! Times: a local clock's, and the count of seconds that says which instant it was.

use jiff::civil::DateTime;

use super::fields::Fields;
use crate::json::Value;
use crate::{Output, Precision, Reading, Sent, Text, WarningKind};

/// Offsets that clocks have had since there is Telegram, in seconds, and how they are divided.
const OFFSETS: std::ops::RangeInclusive<i64> = -12 * 3600..=14 * 3600;
const QUARTER: i64 = 15 * 60;

/// When a message was sent: the instant where `date_unixtime` gives it, else the local time.
pub(super) fn sent<'a>(fields: &Fields<'a>, out: &mut Output<'_>) -> Sent<'a> {
    let written = match (&fields.date, &fields.unixtime) {
        (Some(date), _) if !date.is_null() => written(fields, date),
        (_, Some(seconds)) if !seconds.is_null() => written(fields, seconds),
        _ => return Sent::MISSING,
    };
    let local = fields.local.or_else(|| Local::read(fields.date.as_ref()?.raw()));
    let seconds = fields.unixtime.as_ref().and_then(count);
    let reading = match (seconds, local) {
        (Some(seconds), _) => Reading::epoch_seconds(seconds),
        (None, Some(local)) => civil(local).map_or(Reading::Impossible, Reading::Local),
        (None, None) => Reading::Impossible,
    };
    if let Some(value) = fields.unixtime.as_ref().filter(|value| seconds.is_none() && !value.is_null()) {
        let note = format!("expected a count of seconds as \"date_unixtime\", found {}", super::short(value));
        out.warn(WarningKind::ImpossibleTime, value.span(), note);
    } else if let Some(date) = fields.date.as_ref().filter(|date| local.is_none() && !date.is_null()) {
        let note =
            format!("expected a date as 2016-01-01T08:11:29 as \"date\", found {}", super::short(date));
        out.warn(WarningKind::ImpossibleTime, date.span(), note);
    }
    if let (Some(seconds), Some(local)) = (seconds, local)
        && !tallies(local, seconds)
    {
        let note = format!(
            "\"date\" {} and \"date_unixtime\" {seconds} are not the same time in any zone; the latter is taken",
            written.value
        );
        out.warn(WarningKind::Contradiction, fields.at, note);
    }
    Sent { written, reading, precision: Precision::Second }
}

/// Whether a clock somewhere on earth showed the local time at that instant.
fn tallies(local: Local, seconds: i64) -> bool {
    local
        .seconds()
        .checked_sub(seconds)
        .is_some_and(|offset| OFFSETS.contains(&offset) && offset % QUARTER == 0)
}

/// A count of seconds, as a string or a number.
pub(super) fn count(value: &Value<'_>) -> Option<i64> {
    let raw = value.raw();
    let digits = raw.strip_prefix(b"\"").and_then(|raw| raw.strip_suffix(b"\"")).unwrap_or(raw);
    let (negative, digits) = match digits.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, digits),
    };
    if digits.is_empty() || digits.len() > 12 {
        return None;
    }
    let mut number = 0_i64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + i64::from(digit - b'0');
    }
    Some(if negative { -number } else { number })
}

/// A local time as it is written, each part within its bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Local {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Local {
    /// Reads `"2016-01-01T08:11:29"`, quotes included.
    pub(super) fn read(raw: &[u8]) -> Option<Self> {
        let text: &[u8; 21] = raw.try_into().ok()?;
        let [
            b'"',
            y1,
            y2,
            y3,
            y4,
            b'-',
            m1,
            m2,
            b'-',
            d1,
            d2,
            b'T' | b' ',
            h1,
            h2,
            b':',
            n1,
            n2,
            b':',
            s1,
            s2,
            b'"',
        ] = *text
        else {
            return None;
        };
        let digits = [y1, y2, y3, y4, m1, m2, d1, d2, h1, h2, n1, n2, s1, s2];
        if !digits.iter().fold(true, |all, digit| all & digit.is_ascii_digit()) {
            return None;
        }
        let two = |tens: u8, ones: u8| i64::from(tens - b'0') * 10 + i64::from(ones - b'0');
        let (month, day, hour, minute, second) =
            (two(m1, m2), two(d1, d2), two(h1, h2), two(n1, n2), two(s1, s2));
        let fits =
            (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 60;
        let year = two(y1, y2) * 100 + two(y3, y4);
        fits.then_some(Self { year, month, day, hour, minute, second })
    }

    /// Seconds since 1970 on that clock, by the civil calendar (H. Hinnant, `days_from_civil`).
    fn seconds(self) -> i64 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((self.month + 9) % 12) + 2) / 5 + self.day - 1;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        days * 86_400 + self.hour * 3600 + self.minute * 60 + self.second
    }
}

/// The same as a date that exists, or nothing.
fn civil(local: Local) -> Option<DateTime> {
    DateTime::new(
        i16::try_from(local.year).ok()?,
        i8::try_from(local.month).ok()?,
        i8::try_from(local.day).ok()?,
        i8::try_from(local.hour).ok()?,
        i8::try_from(local.minute).ok()?,
        i8::try_from(local.second).ok()?,
        0,
    )
    .ok()
}

/// Whether a time of editing means that there was none: old exports write the epoch.
pub(super) fn never(value: &Value<'_>) -> bool {
    count(value) == Some(0)
        || Local::read(value.raw()).is_some_and(|local| OFFSETS.contains(&local.seconds()))
        || value.is_null()
        || value.raw() == b"\"\""
}

/// A time as the export writes it, a string or a number.
fn written<'a>(fields: &Fields<'a>, value: &Value<'a>) -> Text<'a> {
    match fields.string(value) {
        Some(text) => text,
        None => match str::from_utf8(value.raw()) {
            Ok(raw) => Text::verbatim(raw, value.span()),
            Err(_) => Text::decoded(value.plain()),
        },
    }
}
