//! What is found, while it is being found.

use std::borrow::Cow;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::{Field, Group, RevealKind};

/// So many fields are kept.
const FIELDS_MAX: usize = 2_000;
/// So many characters of a value are kept.
const VALUE_MAX: usize = 2_000;
const NOTES_MAX: usize = 50;

/// What is found.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) fields: Vec<Field>,
    pub(super) notes: Vec<String>,
    pub(super) facts: Facts,
}

/// What the judgement needs in a form to be compared.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) times: Vec<Time>,
    /// The picture's width and height by its own header, and by its metadata.
    pub(super) size: Option<(u32, u32)>,
    pub(super) stated_size: Option<((u32, u32), [u64; 2])>,
    pub(super) preview: Option<((u32, u32), [u64; 2])>,
    pub(super) programs: Vec<(String, [u64; 2])>,
    pub(super) active: Vec<(&'static str, [u64; 2])>,
    pub(super) revisions: u32,
    pub(super) reveals: Vec<(RevealKind, String, [u64; 2])>,
    /// Latitude and longitude with their signs, as they come in parts.
    pub(super) gps: Gps,
}

#[derive(Debug, Default)]
pub(super) struct Gps {
    pub(super) latitude: Option<f64>,
    pub(super) longitude: Option<f64>,
    pub(super) south: bool,
    pub(super) west: bool,
    pub(super) date: Option<String>,
    pub(super) time: Option<(u32, u32, u32)>,
    pub(super) bytes: [u64; 2],
}

/// A time that the file states.
#[derive(Clone, Debug)]
pub(super) struct Time {
    /// What happened then, in a person's words.
    pub(super) what: &'static str,
    pub(super) sort: TimeSort,
    pub(super) when: When,
    pub(super) bytes: [u64; 2],
}

/// What sort of event a time is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeSort {
    Made,
    Changed,
}

/// A point in time, or a time on some clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Instant(Timestamp),
    Local(DateTime),
}

impl When {
    /// Seconds since 1970, local times as if they were UTC.
    pub(super) fn seconds(self) -> i64 {
        match self {
            Self::Instant(at) => at.as_second(),
            Self::Local(local) => Offset::UTC.to_timestamp(local).map_or(0, Timestamp::as_second),
        }
    }
}

impl std::fmt::Display for When {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Instant(at) => write!(f, "{at}"),
            Self::Local(local) => write!(f, "{local}"),
        }
    }
}

impl Table {
    pub(super) fn add(
        &mut self,
        group: Group,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<String>,
        meaning: Option<String>,
        at: Range<u64>,
    ) {
        if self.fields.len() >= FIELDS_MAX {
            self.note(format!("More than {FIELDS_MAX} fields; the rest is not listed."));
            return;
        }
        let value = clip(value.into());
        self.fields.push(Field { group, name: name.into(), value, meaning, bytes: [at.start, at.end] });
    }

    pub(super) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if self.notes.len() < NOTES_MAX && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub(super) fn reveal(&mut self, what: RevealKind, value: impl Into<String>, at: &Range<u64>) {
        let value = clip(value.into());
        let known = |known: &(RevealKind, String, _)| known.0 == what && known.1 == value;
        if !value.trim().is_empty() && self.facts.reveals.len() < 200 && !self.facts.reveals.iter().any(known)
        {
            self.facts.reveals.push((what, value, [at.start, at.end]));
        }
    }

    pub(super) fn time(&mut self, what: &'static str, sort: TimeSort, when: Option<When>, at: &Range<u64>) {
        if let Some(when) = when
            && self.facts.times.len() < 100
        {
            self.facts.times.push(Time { what, sort, when, bytes: [at.start, at.end] });
        }
    }

    pub(super) fn program(&mut self, name: &str, at: &Range<u64>) {
        if !name.trim().is_empty() && self.facts.programs.len() < 50 {
            self.facts.programs.push((clip(name.trim().to_owned()), [at.start, at.end]));
            self.reveal(RevealKind::Program, name.trim(), at);
        }
    }

    /// The picture's size; of several pictures in one file, the largest.
    pub(super) fn size(&mut self, width: u32, height: u32, at: Range<u64>) {
        let area = |size: (u32, u32)| u64::from(size.0) * u64::from(size.1);
        self.add(Group::Picture, "size", format!("{width} × {height}"), None, at);
        if self.facts.size.is_none_or(|known| area(known) < area((width, height))) {
            self.facts.size = Some((width, height));
        }
    }
}

fn clip(value: String) -> String {
    match value.char_indices().nth(VALUE_MAX) {
        None => value,
        Some((end, _)) => {
            format!("{}… ({} characters in all)", value.get(..end).unwrap_or_default(), value.chars().count())
        }
    }
}

/// A time as Exif writes it, `2024:05:01 10:00:00`, perhaps with an offset beside it.
pub(super) fn exif_time(written: &str, offset: Option<&str>) -> Option<When> {
    let (date, clock) = written.trim_matches(['\0', ' ']).split_once(' ')?;
    let local: DateTime = format!("{}T{clock}", date.replace(':', "-")).parse().ok()?;
    let with = offset.and_then(|offset| format!("{local}{}", offset.trim_matches(['\0', ' '])).parse().ok());
    Some(with.map_or(When::Local(local), When::Instant))
}

/// A time as ISO 8601 has it, with or without a zone; a date alone is none.
pub(super) fn iso_time(written: &str) -> Option<When> {
    let mut written = written.trim().to_owned();
    // `+0100` as QuickTime writes it.
    let digits = written.len().checked_sub(5).and_then(|at| written.get(at..)).filter(|zone| {
        zone.starts_with(['+', '-']) && zone.bytes().skip(1).all(|byte| byte.is_ascii_digit())
    });
    if digits.is_some() && written.contains('T') {
        written.insert(written.len() - 2, ':');
    }
    if let Ok(instant) = written.parse::<Timestamp>() {
        return Some(When::Instant(instant));
    }
    (written.contains('T') || written.contains(' ')).then(|| written.parse().ok().map(When::Local)).flatten()
}

/// Seconds since 1904, as in ISO base media files; nought is none.
pub(super) fn since_1904(seconds: u64) -> Option<When> {
    const TO_1970: i64 = 2_082_844_800;
    let seconds = i64::try_from(seconds).ok().filter(|&seconds| seconds != 0)?;
    Timestamp::from_second(seconds.checked_sub(TO_1970)?).ok().map(When::Instant)
}

/// Text of unknown encoding: UTF-8 where it is, Latin-1 otherwise; up to the first NUL.
pub(super) fn text(bytes: &[u8]) -> String {
    let bytes = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_end().to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect::<String>().trim_end().to_owned(),
    }
}

/// Text of UTF-16 with the given order of bytes, up to the first NUL.
pub(super) fn wide(bytes: &[u8], big: bool) -> String {
    let units = bytes.chunks_exact(2).map(|pair| match *pair {
        [one, other] if big => u16::from_be_bytes([one, other]),
        [one, other] => u16::from_le_bytes([one, other]),
        _ => 0,
    });
    char::decode_utf16(units.take_while(|&unit| unit != 0)).map(|unit| unit.unwrap_or('\u{fffd}')).collect()
}
