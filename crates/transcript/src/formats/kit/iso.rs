//! Times written out in ISO 8601 and its like.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use crate::{Precision, Reading, ZoneBasis};

/// What a time without a zone means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Zoneless {
    /// It stays local.
    Local,
    /// The format's documentation says that it is UTC.
    Utc,
}

/// A time as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) struct Stamp {
    /// On the clock.
    pub(in crate::formats) local: DateTime,
    /// The offset beside it.
    pub(in crate::formats) offset: Option<Offset>,
    /// To what.
    pub(in crate::formats) precision: Precision,
}

impl Stamp {
    /// What it means.
    pub(in crate::formats) fn reading(self, zoneless: Zoneless) -> Reading {
        match (self.offset, zoneless) {
            (Some(offset), _) => Reading::at_offset(self.local, offset, ZoneBasis::Stated),
            (None, Zoneless::Utc) => Reading::documented_utc(self.local),
            (None, Zoneless::Local) => Reading::Local(self.local),
        }
    }
}

/// `2024-01-31T18:00:00.123+01:00`, with a space for the `T`, without seconds or fraction, `Z`, ` UTC` or no zone.
pub(in crate::formats) fn stamp(text: &str) -> Option<Stamp> {
    let mut rest = Rest(text.as_bytes());
    let year = rest.digits(4)?;
    rest.one_of(b"-/")?;
    let month = rest.digits(2)?;
    rest.one_of(b"-/")?;
    let day = rest.digits(2)?;
    rest.one_of(b"T ")?;
    let hour = rest.digits(2)?;
    rest.one_of(b":")?;
    let minute = rest.digits(2)?;
    let mut clock = (0, 0, Precision::Minute);
    if rest.one_of(b":").is_some() {
        let second = rest.digits(2)?;
        clock = match rest.fraction() {
            Some(nanos) => (second, nanos, Precision::Millisecond),
            None => (second, 0, Precision::Second),
        };
    }
    let (second, nanos, precision) = clock;
    let offset = if rest.0.is_empty() { None } else { Some(rest.offset()?) };
    let small = |number: i32| i8::try_from(number).ok();
    let date = Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?).ok()?;
    let time = Time::new(small(hour)?, small(minute)?, small(second)?, nanos).ok()?;
    Some(Stamp { local: DateTime::from_parts(date, time), offset, precision })
}

struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn one_of(&mut self, bytes: &[u8]) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        if !bytes.contains(&first) {
            return None;
        }
        self.0 = rest;
        Some(first)
    }

    fn digits(&mut self, count: usize) -> Option<i32> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.0 = rest;
        Some(digits.iter().fold(0, |number, digit| number * 10 + i32::from(digit - b'0')))
    }

    fn fraction(&mut self) -> Option<i32> {
        let rest = self.0.strip_prefix(b".").or_else(|| self.0.strip_prefix(b","))?;
        let count = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, rest) = rest.split_at_checked(count).filter(|(digits, _)| !digits.is_empty())?;
        self.0 = rest;
        let mut nanos = 0;
        for place in 0..9 {
            nanos = nanos * 10 + digits.get(place).map_or(0, |digit| i32::from(digit - b'0'));
        }
        Some(nanos)
    }

    /// The zone, which must be all that is left.
    fn offset(&mut self) -> Option<Offset> {
        if let b"Z" | b"z" | b" UTC" | b"UTC" | b" Z" | b" GMT" = self.0 {
            return Some(Offset::UTC);
        }
        let _ = self.one_of(b" ");
        let sign = if self.one_of(b"+-")? == b'-' { -1 } else { 1 };
        let hours = self.digits(2)?;
        let _ = self.one_of(b":");
        let minutes = if self.0.is_empty() { 0 } else { self.digits(2)? };
        if !self.0.is_empty() || hours > 18 || minutes > 59 {
            return None;
        }
        Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
    }
}
