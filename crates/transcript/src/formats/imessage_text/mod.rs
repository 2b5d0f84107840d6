//! imessage-exporter's text: blocks of a time, a name and what was said, a blank line between them.
//!
//! Times are `May 17, 2022  5:29:42 PM`, with two spaces before an hour of one digit, on the clock of the machine that
//! exported. A reply stands twice: at its own time, and indented below what it answers. It is a message where it stands
//! at its own time; the indented copy is kept with the message it answers, so that nothing is counted twice.

mod body;

use jiff::civil::DateTime;

use crate::dates::{Cursor, Day, afternoon, date, month};
use crate::format::{Certainty, Descriptor, Format};
use crate::lines::{Block, Blocks, MARK, Reader, Turn, text};
use crate::names::Names;
use crate::{
    Conversation, ConversationId, Kind, Message, Output, Parser, Participant, ParticipantId, Place,
    Precision, Reading, Sent, StructureKind, WarningKind, Window,
};

pub(crate) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::ImessageText,
    name: "iMessage, imessage-exporter's text",
    streams: true,
    kept: "times, names, texts, read receipts, tapbacks, edits, attachments, effects, announcements, replies",
    not_kept: "time zone and identifiers are not in the export; the conversation's name is the file's",
    recognise,
    parser: || Box::new(ImessageText::default()),
}];

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let head = head.strip_prefix(MARK).unwrap_or(head);
    let mut lines =
        head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).peekable();
    let mut first = true;
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let certainty = if first { Certainty::Marked } else { Certainty::Shape };
        first = false;
        let Some(found) = Head::read(line) else { continue };
        let why = match found.rest {
            Rest::Nothing | Rest::Receipt(_) if lines.peek().is_some_and(|name| !name.is_empty()) => "a line",
            Rest::Announcement(_) if certainty == Certainty::Marked => "an announcement after",
            _ => continue,
        };
        return Some((
            certainty,
            format!("{why} with a time such as \"May 17, 2022  5:29:42 PM\", as imessage-exporter writes it"),
        ));
    }
    None
}

/// The first line of a block.
#[derive(Clone, Copy, Debug)]
struct Head<'a> {
    reading: Reading,
    /// How long the time is, in bytes.
    len: usize,
    rest: Rest<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Rest<'a> {
    Nothing,
    /// What stands between the brackets: who read it, and how long after.
    Receipt(&'a [u8]),
    /// What happened.
    Announcement(&'a [u8]),
}

impl<'a> Head<'a> {
    fn read(line: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(line);
        let month = month(cursor.word()).filter(|_| cursor.at() == 3)?;
        if !cursor.take(b" ") {
            return None;
        }
        let day = cursor.number(1, 2)?;
        if !cursor.take(b", ") {
            return None;
        }
        let year = i16::try_from(cursor.number(4, 4)?).ok()?;
        if !cursor.spaces() {
            return None;
        }
        let (time, precision) = cursor.clock().filter(|(_, precision)| *precision == Precision::Second)?;
        debug_assert_eq!(precision, Precision::Second, "filtered");
        let after_noon = cursor.half()?;
        let time = time.and_then(|time| afternoon(time, after_noon));
        let reading = date(year, month, day).map_or(Reading::Impossible, |date| Day::Known(date).at(time));
        let rest = match cursor.rest() {
            b"" => Rest::Nothing,
            rest => match rest.strip_prefix(b" (").and_then(|rest| rest.strip_suffix(b")")) {
                Some(receipt) if receipt.starts_with(b"Read by ") => Rest::Receipt(receipt),
                _ => Rest::Announcement(rest.strip_prefix(b" ")?),
            },
        };
        Some(Self { reading, len: cursor.at(), rest })
    }
}

/// A time back by more than a clock change is no message in a file that is sorted by time.
const BACK: i64 = 2 * 3_600_000;
/// What stands for an announcement of a sort that the exporter did not know: even its time is missing.
const UNKNOWN_ANNOUNCEMENT: &[u8] = b"Unable to format announcement!";

#[derive(Debug, Default)]
struct ImessageText {
    blocks: Blocks,
    blocks_state: State,
}

#[derive(Debug, Default)]
struct State {
    conversation: Option<ConversationId>,
    people: Names<ParticipantId>,
    last: Option<(i64, DateTime)>,
    begun: bool,
}

impl Parser for ImessageText {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        self.blocks.parse(&mut self.blocks_state, window, out)
    }
}

impl Reader for State {
    fn turn(&mut self, line: &[u8], before: Option<&[u8]>) -> Turn {
        let apart = before.is_none_or(<[u8]>::is_empty);
        let line = line.strip_prefix(MARK).unwrap_or(line);
        let head = Head::read(line);
        // Below lines that are not the exporter's the first message need not stand apart.
        let first = !self.begun && head.is_some_and(|head| !matches!(head.rest, Rest::Announcement(_)));
        if first || apart && (line == UNKNOWN_ANNOUNCEMENT || head.is_some()) {
            self.begun = true;
            return Turn::Begins;
        }
        Turn::Within
    }

    fn block(&mut self, window: &Window<'_>, block: &Block<'_>, out: &mut Output<'_>) {
        let mut range = block.range.clone();
        let bytes = window.bytes.get(range.clone()).unwrap_or_default();
        if bytes.starts_with(MARK) && window.base == 0 && range.start == 0 {
            out.structure(window.span(0..MARK.len()), StructureKind::Preamble);
            range.start = MARK.len();
        }
        let bytes = window.bytes.get(range.clone()).unwrap_or_default();
        if bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            return out.structure(window.span(range), StructureKind::Syntax);
        }
        let line_end = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
        let first = bytes.get(..line_end).unwrap_or_default();
        let conversation = *self
            .conversation
            .get_or_insert_with(|| out.directory.intern_conversation(Conversation::default()));
        let mut message = Message {
            source: window.span(range.clone()),
            place: Place::Line(block.number),
            conversation,
            sender: None,
            sent: Sent::MISSING,
            kind: Kind::Text,
            text: crate::Text::EMPTY,
            extras: None,
        };
        if first == UNKNOWN_ANNOUNCEMENT {
            message.kind = Kind::System;
            message.text = text(window, range.start..range.start + line_end, out);
            return out.message(&message);
        }
        let Some(head) = Head::read(first) else {
            return out.unparsed(
                window.span(range),
                "lines before the first time such as \"May 17, 2022  5:29:42 PM\"",
            );
        };
        let written = text(window, range.start..range.start + head.len, out);
        self.watch(&head, message.source, &written.value, out);
        message.sent = Sent { written, reading: head.reading, precision: Precision::Second };
        let body = body::after_line(bytes, line_end);
        match head.rest {
            Rest::Announcement(what) => {
                message.kind = Kind::System;
                let start = range.start + line_end - what.len();
                let end = body::without_blank_lines(bytes, line_end);
                message.text = text(window, start..range.start + end, out);
            }
            Rest::Receipt(receipt) => {
                let receipt = String::from_utf8_lossy(receipt).into_owned();
                message.extras_mut().detail("receipt", receipt);
                body::read(&mut message, window, range.start + body..range.end, &mut self.people, out);
            }
            Rest::Nothing => {
                body::read(&mut message, window, range.start + body..range.end, &mut self.people, out);
            }
        }
        out.message(&message);
    }
}

impl State {
    /// The exporter sorts by time: a block from long before the one above may be part of that one's text.
    fn watch(&mut self, head: &Head<'_>, at: crate::Span, written: &str, out: &mut Output<'_>) {
        let (Some(key), Reading::Local(local)) = (head.reading.sort_key(), head.reading) else {
            let note = format!("{written:?} does not exist");
            return out.warn(WarningKind::ImpossibleTime, at, note);
        };
        if let Some((last, before)) = self.last
            && key < last - BACK
        {
            let note = format!(
                "{written:?} is before {before}, and the export is sorted: this may have been pasted into the message above"
            );
            return out.warn(WarningKind::PastedHeader, at, note);
        }
        self.last = Some((key, local));
    }
}

/// The account behind a name. Numbers and addresses are what one would type to reach it.
fn person(name: &str, people: &mut Names<ParticipantId>, out: &mut Output<'_>) -> ParticipantId {
    people.get(name.as_bytes(), || {
        let number =
            name.strip_prefix('+').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
        let address = name.contains('@') && !name.contains(' ');
        out.directory.intern_participant(if number || address {
            Participant { handle: Some(name.to_owned()), ..Participant::default() }
        } else {
            Participant { exporter: name == "Me", ..Participant::named(name) }
        })
    })
}
