//! `TikTok`'s `Direct Messages.txt`: a heading `>>> Chat History with bob::` for every conversation, and below it lines
//! `2024-01-02 10:00:00 UTC alice: text`. Times are UTC, and in most exports say so.

use std::ops::Range;

use crate::dates::Stamp;
use crate::format::{Certainty, Descriptor, Format};
use crate::lines::{Block, Blocks, MARK, Reader, Turn, lossy, text, without_line_end};
use crate::names::Names;
use crate::{
    Conversation, ConversationId, Kind, Message, Output, Parser, Participant, ParticipantId, Place,
    Precision, Reading, Sent, StructureKind, Text, WarningKind, Window,
};

pub(crate) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::TiktokText,
    name: "TikTok Direct Messages.txt",
    streams: true,
    kept: "conversations, senders, times in UTC, texts and addresses of shared videos",
    not_kept: "pictures, stickers, reactions, deleted messages and names other than handles are not in the export",
    recognise,
    parser: || Box::new(TiktokText::default()),
}];

const HEADING: &[u8] = b">>> ";

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let head = head.strip_prefix(MARK).unwrap_or(head);
    let lines = || head.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty());
    let heading = lines().find(|line| line.starts_with(HEADING))?;
    let english = heading.starts_with(b">>> Chat History with ");
    let below = lines().skip_while(|line| !line.starts_with(HEADING)).take(8).find_map(stamp);
    let heading = String::from_utf8_lossy(heading.get(..80).unwrap_or(heading)).into_owned();
    match (english, below) {
        (true, _) => Some((Certainty::Marked, format!("a heading {heading:?} as TikTok writes it"))),
        (false, Some(_)) => Some((Certainty::Shape, format!("a heading {heading:?} with times below it"))),
        (false, None) => None,
    }
}

#[derive(Debug, Default)]
struct TiktokText {
    blocks: Blocks,
    state: State,
}

impl Parser for TiktokText {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        self.blocks.parse(&mut self.state, window, out)
    }
}

#[derive(Debug, Default)]
struct State {
    conversation: Option<ConversationId>,
    people: Names<ParticipantId>,
}

/// The time at the head of a line: with seconds, or the line is no message.
fn stamp(line: &[u8]) -> Option<Stamp> {
    Stamp::read(line).filter(|stamp| {
        stamp.precision >= Precision::Second && matches!(line.get(stamp.len), None | Some(b' '))
    })
}

impl Reader for State {
    fn turn(&mut self, line: &[u8], _: Option<&[u8]>) -> Turn {
        let line = line.strip_prefix(MARK).unwrap_or(line);
        if line.starts_with(HEADING) || stamp(line).is_some() { Turn::Begins } else { Turn::Within }
    }

    fn block(&mut self, window: &Window<'_>, block: &Block<'_>, out: &mut Output<'_>) {
        let mut range = block.range.clone();
        let bytes = window.bytes.get(range.clone()).unwrap_or_default();
        if window.base == 0 && range.start == 0 && bytes.starts_with(MARK) {
            out.structure(window.span(0..MARK.len()), StructureKind::Preamble);
            range.start = MARK.len();
        }
        let bytes = window.bytes.get(range.clone()).unwrap_or_default();
        let line_end = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
        let first = bytes.get(..line_end).unwrap_or_default();
        if let Some(stamp) = stamp(first) {
            return self.message(window, range, stamp, block, out);
        }
        if let Some(title) = first.strip_prefix(HEADING) {
            self.begin(title, window.span(range.start..range.start + line_end), out);
            let rest = range.start + line_end..range.end;
            let below = window.bytes.get(rest.clone()).unwrap_or_default();
            out.structure(window.span(range.start..range.start + line_end), StructureKind::Metadata);
            if below.iter().all(u8::is_ascii_whitespace) {
                out.structure(window.span(rest), StructureKind::Syntax);
            } else {
                out.unparsed(
                    window.span(rest),
                    "lines below a heading that begin with no time such as 2024-01-02 10:00:00 UTC",
                );
            }
        } else if bytes.iter().all(u8::is_ascii_whitespace) {
            out.structure(window.span(range), StructureKind::Syntax);
        } else {
            out.unparsed(
                window.span(range),
                "lines above the first heading such as \">>> Chat History with name::\"",
            );
        }
    }
}

impl State {
    fn begin(&mut self, title: &[u8], at: crate::Span, out: &mut Output<'_>) {
        let title = lossy(title, at, out);
        let title = title.trim_end().trim_end_matches(':');
        let name = title.strip_prefix("Chat History with ").unwrap_or(title).trim();
        let title = Some(name.to_owned()).filter(|name| !name.is_empty());
        self.conversation =
            Some(out.directory.intern_conversation(Conversation { title, ..Conversation::default() }));
    }

    fn message(
        &mut self,
        window: &Window<'_>,
        range: Range<usize>,
        stamp: Stamp,
        block: &Block<'_>,
        out: &mut Output<'_>,
    ) {
        let conversation = *self
            .conversation
            .get_or_insert_with(|| out.directory.intern_conversation(Conversation::default()));
        let bytes = window.bytes.get(range.clone()).unwrap_or_default();
        let at = window.span(range.clone());
        let mut content = without_line_end(bytes);
        // A blank line stands above every heading and at the end.
        if block.next.is_none_or(|next| next.starts_with(HEADING)) {
            while let Some(b'\r' | b'\n') = content.last() {
                content = without_line_end(content);
            }
        }
        let reading = stamp.reading(Reading::documented_utc);
        let written = text(window, range.start..range.start + stamp.len, out);
        if reading == Reading::Impossible {
            out.warn(WarningKind::ImpossibleTime, at, format!("{:?} does not exist", written.value));
        }
        // The name follows on the same line, or in some exports on the next.
        let behind = content.get(stamp.len..).unwrap_or_default();
        let skip = behind.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let name_at = stamp.len + skip;
        let line = content.get(name_at..).unwrap_or_default();
        let line_end = memchr::memchr2(b'\n', b'\r', line).unwrap_or(line.len());
        let line = line.get(..line_end).unwrap_or_default();
        let colon = memchr::memmem::find(line, b": ").or_else(|| line.strip_suffix(b":").map(<[u8]>::len));
        let mut message = Message {
            source: at,
            place: Place::Line(block.number),
            conversation,
            sender: None,
            sent: Sent { written, reading, precision: stamp.precision },
            kind: Kind::Text,
            text: Text::EMPTY,
            extras: None,
        };
        let text_at = if let Some(colon) = colon {
            let name = line.get(..colon).unwrap_or_default();
            let span = window.span(range.start + name_at..range.start + name_at + colon);
            message.sender = Some(self.people.get(name, || {
                let handle = Some(lossy(name, span, out));
                out.directory.intern_participant(Participant { handle, ..Participant::default() })
            }));
            (name_at + colon + 2).min(content.len())
        } else {
            message.kind = Kind::System;
            name_at
        };
        message.text = text(window, range.start + text_at..range.start + content.len(), out);
        if message.text.is_empty() && message.sender.is_some() {
            message.kind = Kind::Withheld;
        }
        out.message(&message);
    }
}
