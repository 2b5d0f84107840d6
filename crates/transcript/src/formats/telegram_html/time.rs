//! The times that the export writes, always day first.

use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::{Reading, ZoneBasis};

/// `23.08.2023 13:11:23 UTC-08:00`, or without the zone.
pub(super) fn read(written: &str) -> Reading {
    read_known(written).unwrap_or(Reading::Impossible)
}

fn read_known(written: &str) -> Option<Reading> {
    let written = written.trim();
    let (local, zone) = match written.split_once(" UTC") {
        Some((local, zone)) => (local, Some(zone)),
        None => (written, None),
    };
    let (day, time) = local.split_once(' ')?;
    let mut day = day.split('.');
    let (d, m, y) = (number(day.next()?)?, number(day.next()?)?, number(day.next()?)?);
    let mut time = time.split(':');
    let (hour, minute) = (number(time.next()?)?, number(time.next()?)?);
    let second = time.next().map_or(Some(0), number)?;
    if day.next().is_some() || time.next().is_some() {
        return None;
    }
    let small = |number: i16| i8::try_from(number).ok();
    let local =
        DateTime::new(y, small(m)?, small(d)?, small(hour)?, small(minute)?, small(second)?, 0).ok()?;
    let Some(zone) = zone else { return Some(Reading::Local(local)) };
    let (sign, zone) = match zone.strip_prefix('-') {
        Some(zone) => (-1, zone),
        None => (1, zone.strip_prefix('+').unwrap_or(zone)),
    };
    let (hours, minutes) = zone.split_once(':').unwrap_or((zone, "0"));
    let zone = if zone.is_empty() { 0 } else { i32::from(number(hours)?) * 60 + i32::from(number(minutes)?) };
    let offset = Offset::from_seconds(sign * zone * 60).ok()?;
    Some(Reading::at_offset(local, offset, ZoneBasis::Stated))
}

/// Whether a service message is a day heading: `23 August 2023`.
pub(super) fn is_heading(text: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut words = text.split(' ');
    let (Some(day), Some(month), Some(year), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return false;
    };
    MONTHS.contains(&month)
        && number(day).is_some_and(|day| (1..=31).contains(&day))
        && number(year).is_some_and(|year| year > 1900)
}

fn number(digits: &str) -> Option<i16> {
    (1..=4).contains(&digits.len()).then_some(())?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}
