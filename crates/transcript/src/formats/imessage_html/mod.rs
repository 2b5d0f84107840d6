//! imessage-exporter's HTML: one page a conversation.
//!
//! A `div.message` holds one message; replies stand in the `div.replies` of the message that they answer. Since 2023
//! those are copies: the reply stands again at its own time, and the copy links to it (`#r-GUID`). Before, they are all
//! there is. Times are local to the exporting computer, no zone is written.

mod content;

use std::collections::HashMap;
use std::ops::Range;

use memchr::memmem;

use crate::format::{Certainty, Descriptor, Format};
use crate::markup::{Blocks, Lexed, Lines, Open, Step, Token, Tree, attributes, has_class};
use crate::{
    Conversation, ConversationId, Message, Output, Parser, Participant, ParticipantId, Place, Reading,
    StructureKind, WarningKind, Window,
};

use content::{Content, Said};

/// What the crate knows of it.
pub(crate) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::ImessageHtml,
    name: "iMessage by imessage-exporter, HTML",
    streams: true,
    kept: "senders, texts, local times to the second, read receipts, edits with the earlier versions, files, stickers, \
           app messages, tapbacks, replies and what they answer, announcements",
    not_kept: "the zone, and the conversation's name (it is the file's name), which the page does not state",
    recognise,
    parser: || Box::<ImessageHtml>::default(),
}];

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let has = |words: &[u8]| memmem::find(head, words).is_some();
    let message =
        has(b"<div class=\"message\"") && (has(b"<div class=\"sent ") || has(b"<div class=\"received\">"));
    let announcement = has(b"<div class=\"announcement\">") || has(b"<div class =\"announcement\">");
    ((message || announcement) && has(b"<span class=\"timestamp\">"))
        .then(|| (Certainty::Marked, "messages marked up as imessage-exporter does".to_owned()))
}

#[derive(Debug)]
struct ImessageHtml {
    blocks: Blocks,
    lines: Lines,
    conversation: Option<ConversationId>,
    /// What the replies seen in a thread answer, by their GUIDs.
    answers: HashMap<String, String>,
}

impl Default for ImessageHtml {
    fn default() -> Self {
        Self {
            blocks: Blocks::nesting(&[]),
            lines: Lines::default(),
            conversation: None,
            answers: HashMap::new(),
        }
    }
}

fn begins(open: &Open<'_>) -> bool {
    open.is(b"div")
        && attributes(open.inside)
            .value(b"class")
            .is_some_and(|class| has_class(class, b"message") || has_class(class, b"announcement"))
}

impl Parser for ImessageHtml {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        while let Some(step) = self.blocks.next(window, begins) {
            match step {
                Step::Outside(lexed) => self.outside(window, &lexed, out),
                Step::Block(range) => self.block(window, range, out),
                Step::Cut(range) => {
                    let span = window.span(range);
                    out.unparsed(span, "the file ends in the middle of this message");
                    out.warn(WarningKind::Truncated, span, "the file ends in the middle of a message");
                }
            }
        }
        let dealt = if window.last { window.bytes.len() } else { self.blocks.dealt(window) };
        self.lines.pass(window, dealt);
        dealt
    }
}

impl ImessageHtml {
    fn outside(&self, window: &Window<'_>, lexed: &Lexed<'_>, out: &mut Output<'_>) {
        let span = window.span(lexed.at.clone());
        let begun = self.conversation.is_some();
        let quiet = if begun { StructureKind::Syntax } else { StructureKind::Preamble };
        match lexed.token {
            Token::Text(raw) if begun && !raw.trim_ascii().is_empty() => {
                out.unparsed(span, "text outside of any message: expected a div of class \"message\"");
            }
            Token::Broken if window.last && lexed.at.end == window.bytes.len() => {
                out.unparsed(span, "the file ends in the middle of a tag");
                out.warn(WarningKind::Truncated, span, "the file ends in the middle of a tag");
            }
            Token::Broken => out.unparsed(span, "a tag without its end: expected `>`"),
            _ => out.structure(span, quiet),
        }
    }

    /// A message, the replies that stand nowhere but in it, and what it goes on with behind them.
    fn block(&mut self, window: &Window<'_>, range: Range<usize>, out: &mut Output<'_>) {
        let tree = Tree::of(window.bytes.get(range.clone()).unwrap_or_default());
        let replies = replies(&tree);
        let mut content = Content { tree: &tree, window };
        let first = replies.first().map_or(tree.end(0), |&reply| reply);
        let parent = content.read(0..first, true);
        let (id, sender, sent) = (parent.extras.id.clone(), parent.sender.clone(), parent.sent.clone());
        let mut at = 0;
        let end_of = |node: usize| tree.element(node).map_or(0, |element| element.start);
        let upto = if replies.is_empty() { range.len() } else { end_of(first) };
        self.say(parent, window, range.start..range.start + upto, out);
        at += upto;
        for (place, &reply) in replies.iter().enumerate() {
            let start = end_of(reply);
            out.structure(window.span(range.start + at..range.start + start), StructureKind::Syntax);
            let end = tree.element(reply).map_or(start, |element| element.end);
            let mut said = content.read(reply..tree.end(reply), true);
            said.extras.reply_to.clone_from(&id);
            if id.is_none() {
                let parent = window.base + range.start as u64;
                said.extras.detail("replies", format!("to the message at byte {parent}"));
            }
            self.say(said, window, range.start + start..range.start + end, out);
            at = end;
            // What the message goes on with behind a reply.
            let next = replies.get(place + 1).copied().unwrap_or_else(|| tree.end(0));
            let mut more = content.read(tree.end(reply)..next, false);
            let upto = if next == tree.end(0) { range.len() } else { end_of(next) };
            if more.says_something() {
                (more.sender, more.sent) = (sender.clone(), sent.clone());
                more.sent.written.at = None;
                more.extras.detail(
                    "continues",
                    id.clone().unwrap_or_else(|| "the message above the reply".to_owned()),
                );
                self.say(more, window, range.start + at..range.start + upto, out);
            } else {
                out.structure(window.span(range.start + at..range.start + upto), StructureKind::Syntax);
            }
            at = upto;
        }
    }

    fn say(&mut self, mut said: Said<'_>, window: &Window<'_>, range: Range<usize>, out: &mut Output<'_>) {
        let source = window.span(range.clone());
        let conversation = *self
            .conversation
            .get_or_insert_with(|| out.directory.intern_conversation(Conversation::default()));
        let line = self.lines.line(window, range.start);
        if let Some(id) = &said.extras.id {
            if said.extras.reply_to.is_none() {
                said.extras.reply_to = self.answers.remove(id);
            }
            for reply in &said.copies {
                if self.answers.len() < 1_000_000 {
                    self.answers.insert(reply.clone(), id.clone());
                }
            }
        }
        for reply in said.copies {
            said.extras.detail("answered_by", reply);
        }
        let sender = said.sender.map(|(name, own)| account(&name, own, out));
        for (reaction, name) in said.reactions {
            let by = name.map(|name| account(&name, name == "Me", out));
            said.extras.react(crate::Reaction { reaction, by, count: None });
        }
        said.notes.warn(source, out);
        if matches!(said.sent.reading, Reading::Impossible) {
            let note = format!("time {:?}: expected `Jan 2, 2006 3:04:05 PM`", said.sent.written.value);
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

/// Where a name is not in the address book, the exporter writes the telephone number or the e-mail address.
fn account(name: &str, own: bool, out: &mut Output<'_>) -> ParticipantId {
    let address = name.contains('@') || (name.starts_with('+') && name.len() > 1);
    let (display_name, handle) =
        if address { (None, Some(name.to_owned())) } else { (Some(name.to_owned()), None) };
    out.directory.intern_participant(Participant {
        display_name,
        handle,
        exporter: own,
        ..Participant::default()
    })
}

/// The messages in a block's threads that are not copies; messages in those belong to them.
fn replies(tree: &Tree<'_>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut node = 1;
    while node < tree.end(0) {
        let element = tree.element(node);
        let is_reply = element.is_some_and(|element| {
            element.is(b"div") && (element.has(b"message") || element.has(b"announcement"))
        });
        let passed = is_reply || element.is_some_and(|element| content::is_part(&element));
        if is_reply && !content::is_copy(tree, node) {
            found.push(node);
        }
        node = if passed { tree.end(node).max(node + 1) } else { node + 1 };
    }
    found
}
