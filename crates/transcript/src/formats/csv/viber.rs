//! Viber's history as it mails it: rows of date, time, name, number and text, without a heading, every text that a
//! spreadsheet might mistake for a number written as `="…"`. The newest layout is separated by tabs.

use super::{first_rows, keep_further, message_of, ragged};
use crate::csv::{Row, Rows, Table};
use crate::dates::{Cursor, Day, Doubts, Evidence, Triple, afternoon};
use crate::format::{Certainty, Descriptor, Format};
use crate::names::Names;
use crate::{
    Conversation, Kind, Output, Parser, Participant, ParticipantId, Precision, Reading, Sent, Text,
    WarningKind, Window,
};

const COLUMNS: usize = 5;

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    format: Format::Viber,
    name: "Viber message history",
    streams: true,
    kept: "times as the phone's clock showed them, names and numbers, texts",
    not_kept: "time zone, pictures and other files, replies, reactions and the name of the conversation are not in the export",
    recognise,
    parser: || Box::new(Viber(Table::new(Messages::default()))),
};

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let mut rows = first_rows(head, 4);
    if rows.len() > 1 {
        // The last may be cut.
        rows.pop();
    }
    let fits = |row: &Vec<String>| match row.as_slice() {
        [date, time, _, number, _] => {
            parse_date(date.as_bytes()).is_some()
                && parse_time(time.as_bytes()).is_some()
                && is_number(number)
        }
        _ => false,
    };
    if rows.is_empty() || !rows.iter().all(fits) {
        return None;
    }
    let excel = memchr::memmem::find(head.get(..256).unwrap_or(head), b"=\"").is_some();
    let certainty = if excel { Certainty::Marked } else { Certainty::Shape };
    Some((
        certainty,
        "rows of date, time, name, telephone number and text without a heading, as Viber mails them"
            .to_owned(),
    ))
}

/// A telephone number, or nothing where Viber knows none.
fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| {
        byte.is_ascii_digit() || matches!(byte, b'+' | b' ' | b'-' | b'(' | b')' | b'X' | b'x' | b'*')
    })
}

struct Viber(Table<Messages>);

impl Parser for Viber {
    fn surveys(&self) -> bool {
        true
    }

    fn survey(&mut self, window: &Window<'_>) -> usize {
        self.0.survey(window)
    }

    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        self.0.parse(window, out)
    }
}

#[derive(Debug, Default)]
struct Messages {
    evidence: Evidence,
    names: Names<ParticipantId>,
    key: Vec<u8>,
    doubts: Doubts,
}

fn parse_date(written: &[u8]) -> Option<Triple> {
    let mut cursor = Cursor::new(written);
    cursor.spaces();
    let triple = Triple::read(&mut cursor)?;
    cursor.spaces();
    cursor.is_done().then_some(triple)
}

fn parse_time(written: &[u8]) -> Option<(Option<jiff::civil::Time>, Precision)> {
    let mut cursor = Cursor::new(written);
    cursor.spaces();
    let (time, precision) = cursor.clock()?;
    let time = match cursor.half() {
        Some(after_noon) => time.and_then(|time| afternoon(time, after_noon)),
        None => time,
    };
    cursor.spaces();
    cursor.is_done().then_some((time, precision))
}

impl Rows for Messages {
    fn survey(&mut self, row: &Row<'_>, window: &Window<'_>) {
        let mut sink = super::Nowhere;
        let date = row.text(0, window, &mut Output::new(&mut sink));
        if let Some(date) = parse_date(date.value.as_bytes()) {
            date.weigh(&mut self.evidence);
        }
    }

    fn row(&mut self, row: &Row<'_>, window: &Window<'_>, out: &mut Output<'_>) {
        if ragged(row, COLUMNS, window, out) {
            return;
        }
        let date = row.text(0, window, out);
        let clock = row.text(1, window, out);
        let (Some(day), Some((time, precision))) =
            (parse_date(date.value.as_bytes()), parse_time(clock.value.as_bytes()))
        else {
            let reason = format!(
                "a row beginning {:?}, {:?} where a date and a time were expected",
                date.value, clock.value
            );
            return out.unparsed(window.span(row.range.clone()), reason);
        };
        let conversation = out.directory.intern_conversation(Conversation::default());
        let mut message = message_of(row, window, conversation);
        let day = day.day(self.evidence.order());
        let at = message.source;
        let either = matches!(day, Day::Either { .. }).then_some(&*date.value);
        self.doubts.tell(either, self.evidence, at, out);
        let reading = day.at(time);
        if reading == Reading::Impossible {
            let note = format!("{:?} at {:?} does not exist", date.value, clock.value);
            out.warn(WarningKind::ImpossibleTime, at, note);
        }
        message.sent = Sent { written: written(&date, &clock, window), reading, precision };
        let (name, number) = (row.text(2, window, out), row.text(3, window, out));
        self.key.clear();
        self.key.extend_from_slice(name.value.as_bytes());
        self.key.push(0);
        self.key.extend_from_slice(number.value.as_bytes());
        let directory = &mut out.directory;
        if self.key.len() > 1 {
            message.sender = Some(self.names.get(&self.key, || {
                let some = |text: &Text<'_>| Some(text.value.to_string()).filter(|text| !text.is_empty());
                let (display_name, handle) = (some(&name), some(&number));
                directory.intern_participant(Participant {
                    exporter: name.value == "Me",
                    display_name,
                    handle,
                    platform_id: None,
                })
            }));
        }
        message.text = row.text(4, window, out);
        if message.text.is_empty() {
            message.kind = Kind::Withheld;
        }
        keep_further(row, COLUMNS, window, &mut message, out);
        out.message(&message);
    }
}

/// Date and time as written: with what stands between them if they stand in the source side by side.
fn written<'a>(date: &Text<'a>, time: &Text<'a>, window: &Window<'a>) -> Text<'a> {
    if let (Some(one), Some(other)) = (date.at, time.at) {
        let span = crate::Span::new(one.start(), other.end());
        let range = crate::lines::offset(span.start(), window)..crate::lines::offset(span.end(), window);
        let between = window.bytes.get(range).and_then(|bytes| std::str::from_utf8(bytes).ok());
        if let Some(text) = between.filter(|text| !text.contains(['"', '\t'])) {
            return Text::verbatim(text, span);
        }
    }
    Text::decoded(format!("{} {}", date.value, time.value))
}
