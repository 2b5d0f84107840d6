//! Telegram Desktop's `messages.html`, as its `export_output_html.cpp` writes it.
//!
//! Every message is a `div.message`. One that is `joined` was written by the sender of the one before. Service
//! messages have no time; day headings are service messages whose text is a date. The `title` of a message's time is
//! the only place in any Telegram export that states the zone; before 2022 it did not.

mod body;
mod media;
mod time;

use std::collections::HashSet;

use memchr::memmem;

use crate::format::{Certainty, Descriptor, Format};
use crate::markup::{
    Blocks, Dialect, Lexed, Lines, Notes, Open, Step, Token, Tree, attributes, decode, has_class,
};
use crate::{
    Conversation, ConversationId, Message, Output, Parser, Participant, ParticipantId, Place, Span,
    StructureKind, WarningKind, Window,
};

/// What the crate knows of it.
pub(crate) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::TelegramHtml,
    name: "Telegram Desktop, HTML",
    streams: true,
    kept: "messages with their zone where stated, joined ones under their sender, replies, forwards with their origin \
           and time, service messages, files and why they were left out, calls, polls, places, contacts, reactions, \
           links, buttons, bots written through",
    not_kept: "times of service messages, edits and accounts' ids are not in this export (result.json has them); \
               bold and the like are not kept",
    recognise,
    parser: || Box::<TelegramHtml>::default(),
}];

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    // A page may also have been pasted into a chat of lines, or joined to one.
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if text.first() != Some(&b'<') {
        return None;
    }
    let has = |words: &[u8]| memmem::find(head, words).is_some();
    let page = has(b"<title>Exported Data</title>") && has(b"page_header");
    let message = has(b"class=\"message default clearfix") || has(b"class=\"message service\"");
    match (page, message) {
        (true, true) => {
            Some((Certainty::Declared, "Telegram's page \"Exported Data\" with messages".to_owned()))
        }
        (false, true) if has(b"pull_right date details") => {
            Some((Certainty::Marked, "messages marked up as Telegram does".to_owned()))
        }
        (true, false) if has(b"class=\"history\"") => {
            Some((Certainty::Marked, "Telegram's page \"Exported Data\" with a history".to_owned()))
        }
        _ => None,
    }
}

#[derive(Debug)]
struct TelegramHtml {
    blocks: Blocks,
    lines: Lines,
    header: Header,
    conversation: Option<ConversationId>,
    /// Who wrote the message before, for a joined one.
    before: Option<Before>,
    /// The day heading above.
    day: Option<String>,
    unknown: HashSet<Vec<u8>>,
}

/// What a joined message takes from the one before.
#[derive(Clone, Debug, Default)]
struct Before {
    sender: Option<ParticipantId>,
    via: Option<String>,
    forwarded: Option<String>,
}

/// Where in the page around the messages the reader is.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Header {
    title: Option<String>,
    at_top: bool,
    heading: bool,
    /// In the link to the page before or after.
    pagination: bool,
    begun: bool,
}

impl Default for TelegramHtml {
    fn default() -> Self {
        Self {
            blocks: Blocks::new(&[b"<div class=\"message "]),
            lines: Lines::default(),
            header: Header::default(),
            conversation: None,
            before: None,
            day: None,
            unknown: HashSet::new(),
        }
    }
}

fn begins(open: &Open<'_>) -> bool {
    open.is(b"div")
        && attributes(open.inside).value(b"class").is_some_and(|class| {
            has_class(class, b"message") && (has_class(class, b"default") || has_class(class, b"service"))
        })
}

impl Parser for TelegramHtml {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        while let Some(step) = self.blocks.next(window, begins) {
            match step {
                Step::Outside(lexed) => self.outside(window, &lexed, out),
                Step::Block(range) => self.message(window, range, out),
                Step::Cut(range) if window.last && range.end == window.bytes.len() => {
                    let span = window.span(range);
                    out.unparsed(span, "the file ends in the middle of this message");
                    out.warn(WarningKind::Truncated, span, "the file ends in the middle of a message");
                }
                Step::Cut(range) => {
                    let note = "this message's element has no end of its own: the next message begins in it";
                    out.warn(WarningKind::Contradiction, window.span(range.clone()), note);
                    self.message(window, range, out);
                }
            }
        }
        let dealt = if window.last { window.bytes.len() } else { self.blocks.dealt(window) };
        self.lines.pass(window, dealt);
        dealt
    }
}

impl TelegramHtml {
    /// What stands around the messages.
    fn outside(&mut self, window: &Window<'_>, lexed: &Lexed<'_>, out: &mut Output<'_>) {
        let span = window.span(lexed.at.clone());
        let header = &mut self.header;
        let quiet = if header.begun { StructureKind::Syntax } else { StructureKind::Preamble };
        match lexed.token {
            Token::Open(open) => {
                let class = attributes(open.inside).value(b"class").unwrap_or_default();
                header.at_top |= has_class(class, b"page_header");
                header.heading = header.at_top && has_class(class, b"text") && has_class(class, b"bold");
                header.pagination |= has_class(class, b"pagination");
                if has_class(class, b"history") {
                    header.at_top = false;
                }
                out.structure(span, quiet);
            }
            Token::Close(name) => {
                header.heading = false;
                if name.eq_ignore_ascii_case(b"a") {
                    header.pagination = false;
                }
                out.structure(span, quiet);
            }
            Token::Text(raw) if header.heading => {
                let mut notes = Notes::default();
                let title = decode(raw, Dialect::Html, &mut notes).trim().to_owned();
                notes.warn(span, out);
                header.title = Some(title).filter(|title| !title.is_empty());
                out.structure(span, StructureKind::Metadata);
            }
            Token::Text(raw) if header.begun && !header.pagination && !is_blank(raw) => {
                out.unparsed(span, "text outside of any message: expected a div of class \"message\"");
            }
            Token::Text(_) | Token::Raw(_) | Token::Aside => out.structure(span, quiet),
            Token::Broken if window.last => {
                out.unparsed(span, "the file ends in the middle of a tag");
                out.warn(WarningKind::Truncated, span, "the file ends in the middle of a tag");
            }
            Token::Broken => out.unparsed(span, "a tag without its end: expected `>`"),
        }
    }

    fn message(&mut self, window: &Window<'_>, range: std::ops::Range<usize>, out: &mut Output<'_>) {
        let line = self.lines.line(window, range.start);
        let source = window.span(range.clone());
        let tree = Tree::of(window.bytes.get(range).unwrap_or_default());
        self.header.begun = true;
        let class = tree.element(0).and_then(|element| element.attribute(b"class")).unwrap_or_default();
        let reading = body::Reading { tree: &tree, window, notes: Notes::default(), unknown: Vec::new() };
        let said = if has_class(class, b"service") {
            match reading.service() {
                body::Service::Heading(day) => {
                    self.day = day;
                    self.before = None;
                    return out.structure(source, StructureKind::Syntax);
                }
                body::Service::Message(said) => {
                    self.before = None;
                    *said
                }
            }
        } else {
            reading.message()
        };
        let conversation = self.conversation(out);
        let joined = has_class(class, b"joined");
        self.say(said, joined, conversation, source, line, out);
    }

    fn conversation(&mut self, out: &mut Output<'_>) -> ConversationId {
        let title = &self.header.title;
        *self.conversation.get_or_insert_with(|| {
            out.directory
                .intern_conversation(Conversation { title: title.clone(), ..Conversation::default() })
        })
    }

    fn say(
        &mut self,
        mut said: body::Said<'_>,
        joined: bool,
        conversation: ConversationId,
        source: Span,
        line: u64,
        out: &mut Output<'_>,
    ) {
        let mut sender = None;
        if !said.service {
            let mut before = if joined { self.before.clone() } else { None };
            if let Some(name) = said.from.take() {
                let id = out.directory.intern_participant(Participant::named(name));
                before = Some(Before { sender: Some(id), via: said.via.take(), forwarded: None });
            } else if before.is_none() {
                let note = if joined {
                    "a message joined to the one before, and no message of a person stands before it: its sender is unknown"
                } else {
                    "a message without its sender's name: expected a div of class \"from_name\""
                };
                out.warn(WarningKind::Contradiction, source, note);
            }
            let before = self.before.insert(before.unwrap_or_default());
            sender = before.sender;
            match said.forwarded.take() {
                body::Forwarded::No => before.forwarded = None,
                body::Forwarded::From(from, date) => {
                    said.extras.detail("forwarded_from", from.clone());
                    if let Some(date) = date {
                        said.extras.detail("forwarded_date", date);
                    }
                    before.forwarded = Some(from);
                }
                body::Forwarded::Joined => match &before.forwarded {
                    Some(from) => said.extras.detail("forwarded_from", from.clone()),
                    None => said.extras.detail("forwarded", "true"),
                },
            }
            if let Some(via) = said.via.take().or_else(|| before.via.clone()) {
                said.extras.detail("via_bot", via);
            }
        } else if let Some(day) = &self.day {
            said.extras.detail("day", day.clone());
        }
        for (reaction, name, count) in said.reactions {
            let by = name.map(|name| out.directory.intern_participant(Participant::named(name)));
            said.extras.react(crate::Reaction { reaction, by, count });
        }
        for class in said.unknown {
            let note = format!(
                "an element of class {:?}; its text is kept as a detail",
                String::from_utf8_lossy(&class)
            );
            if self.unknown.len() < 1000 && self.unknown.insert(class) {
                out.warn(WarningKind::Unknown, source, note);
            }
        }
        said.notes.warn(source, out);
        if matches!(said.sent.reading, crate::Reading::Impossible) {
            let note =
                format!("time {:?}: expected day.month.year hour:minute:second", said.sent.written.value);
            out.warn(WarningKind::ImpossibleTime, source, note);
        }
        out.message(&Message {
            source,
            place: Place::Line(line),
            conversation,
            sender,
            sent: said.sent,
            kind: said.kind,
            text: said.text,
            extras: (!said.extras.is_empty()).then(|| Box::new(said.extras)),
        });
    }
}

fn is_blank(raw: &[u8]) -> bool {
    raw.trim_ascii().is_empty()
}
