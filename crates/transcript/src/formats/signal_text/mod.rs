//! Signal Desktop as other people's tools write it: signal-export's `chat.md`, and sigtop's text, long and short.

mod markdown;
mod short;
mod sigtop;

use crate::format::{Certainty, Descriptor, Format};
use crate::lines::{Block, Blocks, MARK, Reader, Turn};
use crate::names::Names;
use crate::{
    Conversation, ConversationId, Kind, Message, Output, Parser, Participant, ParticipantId, Place, Sent,
    StructureKind, Text, Window,
};

pub(crate) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::SignalText,
    name: "Signal, text of signal-export and sigtop",
    streams: true,
    kept: "names, times, texts, quotes, attachments by name, type and size, reactions, edits, calls, deletions",
    not_kept: "signal-export and sigtop's short text have no time zone; messages that had disappeared are not in the export",
    recognise,
    parser: || Box::new(SignalText::default()),
}];

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let head = head.strip_prefix(MARK).unwrap_or(head);
    let mut lines = head
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty());
    let (first, second) = (lines.next()?, lines.next().unwrap_or_default());
    if first.starts_with(b"Conversation: ")
        && (second.starts_with(b"From: ") || second.starts_with(b"Type: "))
    {
        return Some((
            Certainty::Declared,
            "a conversation's name and messages under From:, Type: and Sent:, as sigtop writes them"
                .to_owned(),
        ));
    }
    if first.starts_with(b"From: ") && second.starts_with(b"Type: ") {
        return Some((
            Certainty::Marked,
            "messages under From:, Type: and Sent:, as sigtop writes them".to_owned(),
        ));
    }
    markdown::recognise(head).or_else(|| short::recognise(head))
}

/// Which tool wrote the file, once a line shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Markdown,
    Sigtop,
    Short,
}

#[derive(Debug, Default)]
struct SignalText {
    blocks: Blocks,
    state: State,
}

impl Parser for SignalText {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        self.blocks.parse(&mut self.state, window, out)
    }
}

#[derive(Debug, Default)]
struct State {
    layout: Option<Layout>,
    conversation: Option<ConversationId>,
    people: Names<ParticipantId>,
}

impl Reader for State {
    fn turn(&mut self, line: &[u8], before: Option<&[u8]>) -> Turn {
        let line = line.strip_prefix(MARK).unwrap_or(line);
        if self.layout.is_none() {
            self.layout = if markdown::Head::read(line).is_some() {
                Some(Layout::Markdown)
            } else if short::Head::read(line).is_some() {
                Some(Layout::Short)
            } else if sigtop::turn(line, before) != Turn::Within {
                Some(Layout::Sigtop)
            } else {
                None
            };
        }
        let begins = match self.layout {
            Some(Layout::Markdown) => markdown::Head::read(line).is_some(),
            Some(Layout::Short) => short::Head::read(line).is_some(),
            Some(Layout::Sigtop) => return sigtop::turn(line, before),
            None => false,
        };
        if begins { Turn::Begins } else { Turn::Within }
    }

    fn block(&mut self, window: &Window<'_>, block: &Block<'_>, out: &mut Output<'_>) {
        let mut block = block.clone();
        let bytes = window.bytes.get(block.range.clone()).unwrap_or_default();
        if window.base == 0 && block.range.start == 0 && bytes.starts_with(MARK) {
            out.structure(window.span(0..MARK.len()), StructureKind::Preamble);
            block.range.start = MARK.len();
        }
        let bytes = window.bytes.get(block.range.clone()).unwrap_or_default();
        let at = window.span(block.range.clone());
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return out.structure(at, StructureKind::Syntax);
        }
        let line_end = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
        let first = bytes.get(..line_end).unwrap_or_default();
        if self.layout == Some(Layout::Sigtop) && first.starts_with(b"Conversation: ") {
            return self.name(window, &block, line_end, out);
        }
        let mut message = self.message(window, &block, out);
        let read = match self.layout {
            Some(Layout::Markdown) => markdown::read(&mut message, window, &block, &mut self.people, out),
            Some(Layout::Short) => short::read(&mut message, window, &block, &mut self.people, out),
            Some(Layout::Sigtop) => sigtop::read(&mut message, window, &block, &mut self.people, out),
            None => None,
        };
        match read {
            Some(()) => out.message(&message),
            None => out.unparsed(at, "lines above the first message of signal-export or sigtop"),
        }
    }
}

impl State {
    /// sigtop's first line.
    fn name(&mut self, window: &Window<'_>, block: &Block<'_>, line_end: usize, out: &mut Output<'_>) {
        let start = block.range.start;
        let name = start + b"Conversation: ".len()..start + line_end;
        let name = crate::lines::text(window, name, out);
        let (title, detail) = sigtop::named(&name.value);
        let (title, platform_id) = (Some(title.to_owned()), detail.map(str::to_owned));
        self.conversation =
            Some(out.directory.intern_conversation(Conversation { title, platform_id, sort: None }));
        let rest = start + line_end..block.range.end;
        out.structure(window.span(start..start + line_end), StructureKind::Metadata);
        let below = window.bytes.get(rest.clone()).unwrap_or_default();
        if below.iter().all(u8::is_ascii_whitespace) {
            out.structure(window.span(rest), StructureKind::Syntax);
        } else {
            out.unparsed(window.span(rest), "lines below the conversation's name that are no message");
        }
    }

    fn message<'a>(&mut self, window: &Window<'a>, block: &Block<'_>, out: &mut Output<'_>) -> Message<'a> {
        let conversation = *self
            .conversation
            .get_or_insert_with(|| out.directory.intern_conversation(Conversation::default()));
        Message {
            source: window.span(block.range.clone()),
            place: Place::Line(block.number),
            conversation,
            sender: None,
            sent: Sent::MISSING,
            kind: Kind::Text,
            text: Text::EMPTY,
            extras: None,
        }
    }
}

/// The account behind a name; `own` is what the tool calls the account that the messages were exported from.
fn person(name: &str, own: &str, people: &mut Names<ParticipantId>, out: &mut Output<'_>) -> ParticipantId {
    people.get(name.as_bytes(), || {
        let exporter = name == own;
        let (display_name, detail) = sigtop::named(name);
        let number = detail.filter(|detail| detail.starts_with('+'));
        out.directory.intern_participant(Participant {
            display_name: Some(display_name.to_owned()),
            handle: number.map(str::to_owned),
            platform_id: detail.filter(|_| number.is_none()).map(str::to_owned),
            exporter,
        })
    })
}
