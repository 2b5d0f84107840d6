//! Facebook Messenger's and Instagram's `message_1.html` of "Download your information".
//!
//! One element a message, told apart by class names that mean nothing and have hardly changed: `_a6-g` holds one,
//! `_a6-h` its sender, `_a6-p` what was written, `_a6-o` when, `_a6-q` reactions. Before 2021 they were `_2lej`,
//! `_2lek`, `_2let`, `_2lem` and `_tqp`. Blocks without a time are facts on the conversation. Newest first. Times are
//! local to some device, in words of the account's language, and no zone is written.

mod body;
pub(super) mod dates;
mod emoji;

use memchr::memmem;

use crate::format::{Certainty, Descriptor, Format};
use crate::markup::{
    Blocks, Dialect, Gather, Lexed, Notes, Open, Step, Token, Tree, attributes, decode, has_class,
};
use crate::{
    Conversation, ConversationId, Message, Output, Parser, Participant, Place, Reading, Sent, Span,
    StructureKind, Text, WarningKind, Window,
};

const KEPT: &str = "senders, texts, times as written and understood where they are in English or one of some twenty \
                    other languages, photos, videos, sound and files by name, shared links, reactions, what the \
                    conversation is (a message request)";

/// What the crate knows of them.
pub(crate) const DESCRIPTORS: &[Descriptor] = &[
    Descriptor {
        format: Format::MessengerHtml,
        name: "Facebook Messenger, HTML",
        streams: true,
        kept: KEPT,
        not_kept: "the zone of the times, which the export does not state; what was unsent; encrypted chats",
        recognise: |head| recognise(head, false),
        parser: || Box::<MetaHtml>::default(),
    },
    Descriptor {
        format: Format::InstagramHtml,
        name: "Instagram, HTML",
        streams: true,
        kept: KEPT,
        not_kept: "the zone of the times, which the export does not state; what was unsent or viewed once; chats with \
                   Meta AI, whose pages have other markup",
        recognise: |head| recognise(head, true),
        parser: || Box::<MetaHtml>::default(),
    },
];

fn recognise(head: &[u8], instagram: bool) -> Option<(Certainty, String)> {
    let has = |words: &[u8]| memmem::find(head, words).is_some();
    let page = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start().starts_with(b"<");
    // Posts and other pages of the same downloads have the same classes, and this one within.
    if !page || has(b"class=\"_2pin\"") {
        return None;
    }
    let named = has(b"instagram");
    let messenger = has(b"_a72d\"") || has(b"_2ph_ _a6-h") || has(b"_2ph_ _a6-p");
    let current = has(b"_a6-h _a6-i\"") && has(b"_a6-p\"") && has(b"_a6-o\"");
    let older = has(b"_2lej") && has(b"_2lek") && has(b"_2let\"");
    let fits = match (current, older) {
        (true, _) => instagram != messenger,
        (false, true) => instagram == named,
        _ => return None,
    };
    let service = if instagram { "Instagram" } else { "Messenger" };
    fits.then(|| (Certainty::Marked, format!("messages in the classes of {service}'s download")))
}

#[derive(Debug)]
struct MetaHtml {
    blocks: Blocks,
    title: Option<String>,
    in_title: bool,
    sort: Option<String>,
    conversation: Option<ConversationId>,
    /// What was warned of once.
    unreadable: bool,
    ambiguous: bool,
    /// The first pass, and what its dates show of the order of day and month.
    survey: Blocks,
    order: dates::Order,
}

impl Default for MetaHtml {
    fn default() -> Self {
        Self {
            blocks: Blocks::new(&[]),
            title: None,
            in_title: false,
            sort: None,
            conversation: None,
            unreadable: false,
            ambiguous: false,
            survey: Blocks::new(&[]),
            order: dates::Order::default(),
        }
    }
}

fn begins(open: &Open<'_>) -> bool {
    (open.is(b"div") || open.is(b"section"))
        && attributes(open.inside)
            .value(b"class")
            .is_some_and(|class| has_class(class, b"_a6-g") || has_class(class, b"_2lej"))
}

impl Parser for MetaHtml {
    fn surveys(&self) -> bool {
        true
    }

    fn survey(&mut self, window: &Window<'_>) -> usize {
        while let Some(step) = self.survey.next(window, begins) {
            let (Step::Block(range) | Step::Cut(range)) = step else { continue };
            let tree = Tree::of(window.bytes.get(range).unwrap_or_default());
            if let Some(time) = time_of(&tree) {
                self.order.add(&words(&tree, time, &mut Notes::default()));
            }
        }
        if window.last { window.bytes.len() } else { self.survey.dealt(window) }
    }

    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        while let Some(step) = self.blocks.next(window, begins) {
            match step {
                Step::Outside(lexed) => self.outside(window, &lexed, out),
                Step::Block(range) => self.block(window, range, out),
                Step::Cut(range) if window.last && range.end == window.bytes.len() => {
                    let span = window.span(range);
                    out.unparsed(span, "the file ends in the middle of this message");
                    out.warn(WarningKind::Truncated, span, "the file ends in the middle of a message");
                }
                Step::Cut(range) => {
                    let note = "this message's element has no end of its own: the next message begins in it";
                    out.warn(WarningKind::Contradiction, window.span(range.clone()), note);
                    self.block(window, range, out);
                }
            }
        }
        if window.last { window.bytes.len() } else { self.blocks.dealt(window) }
    }
}

impl MetaHtml {
    fn outside(&mut self, window: &Window<'_>, lexed: &Lexed<'_>, out: &mut Output<'_>) {
        let span = window.span(lexed.at.clone());
        let begun = self.conversation.is_some();
        let quiet = if begun { StructureKind::Syntax } else { StructureKind::Preamble };
        match lexed.token {
            Token::Open(open) => {
                self.in_title = open.is(b"title");
                out.structure(span, quiet);
            }
            Token::Raw(raw) | Token::Text(raw) if self.in_title => {
                let mut notes = Notes::default();
                let title = decode(raw, Dialect::Html, &mut notes).trim().to_owned();
                notes.warn(span, out);
                self.title = Some(title).filter(|title| !title.is_empty());
                out.structure(span, StructureKind::Metadata);
            }
            Token::Text(raw) if begun && !raw.trim_ascii().is_empty() => {
                out.unparsed(span, "text outside of any message: expected an element of class \"_a6-g\"");
            }
            Token::Broken if window.last && lexed.at.end == window.bytes.len() => {
                out.unparsed(span, "the file ends in the middle of a tag");
                out.warn(WarningKind::Truncated, span, "the file ends in the middle of a tag");
            }
            Token::Broken => out.unparsed(span, "a tag without its end: expected `>`"),
            Token::Close(_) | Token::Text(_) | Token::Raw(_) | Token::Aside => {
                self.in_title = false;
                out.structure(span, quiet);
            }
        }
    }

    fn block(&mut self, window: &Window<'_>, range: std::ops::Range<usize>, out: &mut Output<'_>) {
        let source = window.span(range.clone());
        let tree = Tree::of(window.bytes.get(range).unwrap_or_default());
        let find = |now: &[u8], before: &[u8]| {
            tree.find(tree.within(0), |element| element.has(now) || element.has(before))
        };
        let (sender, written) = (find(b"_a6-h", b"_2lek"), find(b"_a6-p", b"_2let"));
        let mut notes = Notes::default();
        let Some(time) = time_of(&tree) else { return self.fact(&tree, source, &mut notes, out) };
        let sent = self.sent(&tree, time, window, source, &mut notes, out);
        let sender = sender.map(|index| words(&tree, index, &mut notes)).filter(|name| !name.is_empty());
        let sender = sender.map(|name| out.directory.intern_participant(Participant::named(name)));
        let mut said = body::Said::default();
        if let Some(written) = written {
            body::read(&tree, written, &mut said, &mut notes);
        }
        for (reaction, name) in said.reactions {
            let by = name.map(|name| out.directory.intern_participant(Participant::named(name)));
            said.extras.react(crate::Reaction { reaction, by, count: None });
        }
        let conversation = self.conversation(out);
        notes.warn(source, out);
        let text = said.text.finish(window);
        out.message(&Message {
            source,
            place: Place::Bytes,
            conversation,
            sender,
            sent,
            kind: body::kind(&text.value, &said.extras),
            text,
            extras: (!said.extras.is_empty()).then(|| Box::new(said.extras)),
        });
    }

    /// A block without a time: who takes part, or what sort of conversation it is.
    fn fact(&mut self, tree: &Tree<'_>, source: Span, notes: &mut Notes, out: &mut Output<'_>) {
        let words = words(tree, 0, notes);
        notes.warn(source, out);
        if words.eq_ignore_ascii_case("Mailbox thread pending") {
            self.sort = Some(words);
        }
        out.structure(source, StructureKind::Metadata);
    }

    fn conversation(&mut self, out: &mut Output<'_>) -> ConversationId {
        let (title, sort) = (&self.title, &self.sort);
        *self.conversation.get_or_insert_with(|| {
            let conversation =
                Conversation { title: title.clone(), sort: sort.clone(), ..Conversation::default() };
            out.directory.intern_conversation(conversation)
        })
    }

    fn sent<'a>(
        &mut self,
        tree: &Tree<'a>,
        index: usize,
        window: &Window<'a>,
        source: Span,
        notes: &mut Notes,
        out: &mut Output<'_>,
    ) -> Sent<'a> {
        let mut gather = Gather::default();
        tree.indented(index, &mut gather, notes);
        let written: Text<'a> = gather.finish(window);
        if written.value.trim().is_empty() {
            return Sent::MISSING;
        }
        let (reading, precision) = dates::read(&written.value);
        let reading = self.order.decide(reading);
        match reading {
            Reading::Impossible if !self.unreadable => {
                self.unreadable = true;
                let note = format!(
                    "time {:?}: no date that exists, or in words this reader does not know; it and others like it are \
                     kept as written",
                    written.value
                );
                out.warn(WarningKind::ImpossibleTime, source, note);
            }
            Reading::Ambiguous { .. } if !self.ambiguous => {
                self.ambiguous = true;
                let note =
                    format!("time {:?}: the day or the month may come first, here and below", written.value);
                out.warn(WarningKind::AmbiguousDates, source, note);
            }
            _ => {}
        }
        Sent { written, reading, precision }
    }
}

/// The element that holds a message's time.
fn time_of(tree: &Tree<'_>) -> Option<usize> {
    tree.find(tree.within(0), |element| element.has(b"_a6-o") || element.has(b"_2lem"))
}

/// An element's text without space around it.
fn words(tree: &Tree<'_>, index: usize, notes: &mut Notes) -> String {
    let mut gather = Gather::default();
    tree.text(index, &mut gather, notes);
    gather.as_str().trim().to_owned()
}
