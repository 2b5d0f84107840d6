//! What the formats in JSON have in common: running a walk, with a first pass where a conversation's name stands
//! after its messages; accounts met before; fields that nobody has heard of; times.

mod iso;

use std::collections::{HashMap, HashSet};

pub(super) use iso::{Zoneless, stamp};

use crate::json::{Kind, Path, Step, Value, Visitor, Walk};
use crate::markup;
use crate::{
    Attachment, Message, Output, Parser, Participant, ParticipantId, Precision, Reading, Sent, Sink, Span,
    StructureKind, Text, Unparsed, Warning, WarningKind, Window, ZoneBasis,
};

/// A format that is read by a walk.
pub(super) trait Source: Visitor {
    /// Whether facts stand after the messages that they are about, so that the source is walked twice.
    const SURVEYS: bool = false;

    /// First pass: what to do with a value.
    fn scout(&mut self, _path: &Path<'_>, _kind: Kind) -> Step {
        Step::Skip
    }

    /// First pass: a value that was asked for.
    fn note(&mut self, _path: &Path<'_>, _value: Value<'_>) {}

    /// The source has been read to its end.
    fn finish(&mut self, _source: Span, _out: &mut Output<'_>) {}
}

/// The parser of such a format.
#[derive(Debug)]
pub(super) struct Reader<S> {
    source: S,
    walk: Walk,
    scout: Walk,
}

impl<S: Source> Reader<S> {
    pub(super) fn new(source: S) -> Self {
        Self { source, walk: Walk::new(), scout: Walk::new() }
    }
}

impl<S: Source> Parser for Reader<S> {
    fn surveys(&self) -> bool {
        S::SURVEYS
    }

    fn survey(&mut self, window: &Window<'_>) -> usize {
        let mut nobody = Nobody;
        let mut out = Output::from(&mut nobody, window.base);
        self.scout.parse(window, &mut Scout(&mut self.source), &mut out)
    }

    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        let dealt = self.walk.parse(window, &mut self.source, out);
        if window.last {
            let end = window.base + window.bytes.len() as u64;
            self.source.finish(Span::new(0, end), out);
        }
        dealt
    }
}

/// A sink that keeps nothing.
struct Nobody;

impl Sink for Nobody {
    fn message(&mut self, _: &Message<'_>, _: &crate::Directory) {}
    fn unparsed(&mut self, _: Unparsed) {}
    fn warning(&mut self, _: Warning) {}
}

struct Scout<'s, S>(&'s mut S);

impl<S: Source> Visitor for Scout<'_, S> {
    fn visit(&mut self, path: &Path<'_>, kind: Kind) -> Step {
        self.0.scout(path, kind)
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        self.0.note(path, value);
        out.structure(value.span(), StructureKind::Metadata);
    }
}

/// Accounts met before, by the bytes that name them in the source.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    last: Option<(Vec<u8>, ParticipantId)>,
    known: HashMap<Vec<u8>, ParticipantId>,
}

impl Accounts {
    /// The account that `raw` names, made if it is new.
    pub(super) fn of(
        &mut self,
        raw: &[u8],
        out: &mut Output<'_>,
        make: impl FnOnce() -> Participant,
    ) -> ParticipantId {
        if let Some((last, id)) = &self.last
            && last == raw
        {
            return *id;
        }
        let id = self.known.get(raw).copied().unwrap_or_else(|| out.directory.intern_participant(make()));
        if !self.known.contains_key(raw) {
            self.known.insert(raw.to_vec(), id);
        }
        self.last = Some((raw.to_vec(), id));
        id
    }

    /// Forgets them, where the same bytes may name others from here on.
    pub(super) fn clear(&mut self) {
        self.last = None;
        self.known.clear();
    }
}

/// What was warned of once and need not be again.
#[derive(Debug, Default)]
pub(super) struct Once(HashSet<String>);

impl Once {
    /// Keeps a field that the reader does not know as a detail, and warns of the first of its name.
    pub(super) fn unknown_field(
        &mut self,
        name: &str,
        value: &Value<'_>,
        message: &mut Message<'_>,
        out: &mut Output<'_>,
    ) {
        message.extras_mut().detail(name.to_owned(), value.plain());
        self.warn_field(name, value.span(), out);
    }

    /// Warns of the first field of a name.
    pub(super) fn warn_field(&mut self, name: &str, at: Span, out: &mut Output<'_>) {
        if self.first(name) {
            let note = format!(
                "a field {name:?} that this reader does not know; kept as a detail wherever it stands"
            );
            out.warn(WarningKind::Unknown, at, note);
        }
    }

    /// Warns of the first value of a name that is none of those known.
    pub(super) fn unknown_sort(&mut self, field: &str, sort: &str, at: Span, out: &mut Output<'_>) {
        if self.first(&format!("{field}\0{sort}")) {
            let note = format!(
                "{field} is {sort:?}, which this reader does not know; kept as a detail wherever it stands"
            );
            out.warn(WarningKind::Unknown, at, note);
        }
    }

    /// Whether nothing of this name was met before.
    pub(super) fn first(&mut self, name: &str) -> bool {
        !self.0.contains(name) && self.0.insert(name.to_owned())
    }
}

/// Whether a value says nothing: `null`, `false`, an empty string, list or object.
pub(super) fn says_nothing(value: &Value<'_>) -> bool {
    match value.kind() {
        Kind::Null => true,
        Kind::Bool => value.bool() == Some(false),
        Kind::String => value.raw().len() <= 2,
        Kind::Array => value.array().next().is_none(),
        Kind::Object => value.object().next().is_none(),
        Kind::Number => false,
    }
}

/// What a string says if it says anything.
pub(super) fn words(value: &Value<'_>) -> Option<String> {
    value.words().filter(|words| !words.is_empty()).map(std::borrow::Cow::into_owned)
}

/// The same of a member.
pub(super) fn member(value: &Value<'_>, key: &str) -> Option<String> {
    words(&value.get(key)?)
}

/// A string or number as text, if it says anything: identifiers are written either way.
pub(super) fn identifier(value: &Value<'_>) -> Option<String> {
    match value.kind() {
        Kind::String => words(value),
        Kind::Number => value.number_text().map(str::to_owned),
        _ => None,
    }
}

/// An attachment of this name.
pub(super) fn attachment(name: Option<String>, sort: &str) -> Attachment {
    Attachment { name, sort: Some(sort.to_owned()), ..Attachment::default() }
}

/// What a string says, or a number as written; nothing for anything else.
pub(super) fn written<'a>(value: &Value<'a>) -> Text<'a> {
    match value.number_text() {
        Some(number) => Text::verbatim(number, value.span()),
        None => value.string().unwrap_or_default(),
    }
}

/// What a number counts since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Millis,
    Micros,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Millis => "milliseconds",
            Self::Micros => "microseconds",
        }
    }

    /// The instant, if times reach so far.
    pub(super) fn instant(self, count: i64) -> Option<jiff::Timestamp> {
        match self {
            Self::Seconds => jiff::Timestamp::from_second(count),
            Self::Millis => jiff::Timestamp::from_millisecond(count),
            Self::Micros => jiff::Timestamp::from_microsecond(count),
        }
        .ok()
    }
}

/// A time counted from 1970, as a number or as digits in a string.
pub(super) fn counted<'a>(value: &Value<'a>, unit: Unit, out: &mut Output<'_>) -> Sent<'a> {
    if says_nothing(value) {
        return Sent::MISSING;
    }
    let precision = if unit == Unit::Seconds { Precision::Second } else { Precision::Millisecond };
    let written = written(value);
    let reading = value.integer_or_digits().and_then(|count| unit.instant(count));
    let reading = reading.map_or(Reading::Impossible, |at| Reading::Instant(at, ZoneBasis::Epoch));
    if reading == Reading::Impossible {
        let unit = unit.name();
        let note = format!("expected a count of {unit} since 1970 as the time, found {}", shortened(value));
        out.warn(WarningKind::ImpossibleTime, value.span(), note);
    }
    Sent { written, reading, precision }
}

/// A time written out, in a form of ISO 8601 and its like.
pub(super) fn written_out<'a>(value: &Value<'a>, zoneless: Zoneless, out: &mut Output<'_>) -> Sent<'a> {
    if says_nothing(value) {
        return Sent::MISSING;
    }
    let written = written(value);
    let read = stamp(&written.value);
    let reading = read.map_or(Reading::Impossible, |stamp| stamp.reading(zoneless));
    if reading == Reading::Impossible {
        let note = format!("expected a time such as 2024-01-31 18:00:00, found {}", shortened(value));
        out.warn(WarningKind::ImpossibleTime, value.span(), note);
    }
    Sent { written, reading, precision: read.map_or(Precision::Second, |stamp| stamp.precision) }
}

/// A value as written, for a note.
pub(super) fn shortened(value: &Value<'_>) -> String {
    let text = String::from_utf8_lossy(value.raw());
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.into_owned(),
    }
}

/// Says that an element is not the object that a message would be.
pub(super) fn no_message(value: &Value<'_>, out: &mut Output<'_>) {
    out.unparsed(value.span(), format!("expected an object as a message, found {}", shortened(value)));
}

/// Whether the head of a source, its byte order mark and white space aside, begins like this.
pub(super) fn opens_with(head: &[u8], byte: u8) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.trim_ascii_start().first() == Some(&byte)
}

/// Whether the head of a source has all of these.
pub(super) fn has(head: &[u8], needles: &[&str]) -> bool {
    needles.iter().all(|needle| memchr::memmem::find(head, needle.as_bytes()).is_some())
}

/// A text in which the format writes some characters as HTML does (`&lt;`).
pub(super) fn unescaped<'a>(text: Text<'a>, at: Span, out: &mut Output<'_>) -> Text<'a> {
    let mut notes = markup::Notes::default();
    let changed = match markup::decode(text.value.as_bytes(), markup::Dialect::Html, &mut notes) {
        std::borrow::Cow::Owned(changed) => Some(changed),
        std::borrow::Cow::Borrowed(_) => None,
    };
    notes.warn(at, out);
    changed.map_or(text, Text::decoded)
}

/// Keeps a value as a detail if it says anything.
pub(super) fn keep(key: &str, value: &Value<'_>, message: &mut Message<'_>) {
    if !says_nothing(value) {
        message.extras_mut().detail(key.to_owned(), value.plain());
    }
}
