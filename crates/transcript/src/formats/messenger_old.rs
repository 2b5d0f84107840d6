//! Facebook's `messages.htm`, as "Download your information" wrote it until 2018: all conversations in one page, or a
//! page each.
//!
//! A `div.thread` begins with the names of those who take part. In it a `div.message` holds who wrote and when, and the
//! paragraphs behind it, until the next one, hold what. Newest first, mostly. Times are in words of the account's
//! language; the zone beside them is `UTC+01` or a name.

use memchr::memmem;

use jiff::tz::Offset;

use super::kit::attachment;
use super::meta_html::dates;
use crate::format::{Certainty, Descriptor, Format};
use crate::markup::{
    Blocks, Dialect, Gather, Lexed, Lines, Notes, Open, Step, Token, Tree, attributes, decode, has_class,
};
use crate::{
    Conversation, ConversationId, Extras, Kind, Message, Output, Parser, Participant, Place, Precision,
    Reading, Sent, Span, StructureKind, Text, WarningKind, Window, ZoneBasis,
};

pub(super) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::MessengerHtmlOld,
    name: "Facebook Messenger, HTML of before 2018",
    streams: true,
    kept: "conversations by those who take part, senders, texts, times as written and understood where they are in \
           English or one of some twenty other languages, the offset from UTC where it is written, photos, videos, \
           sound and files by name, shared links",
    not_kept: "zones that are only named (PDT), which stay beside the local time; names of accounts that the page \
               shows by number",
    recognise,
    parser: || Box::<MessengerOld>::default(),
}];

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let has = |words: &[u8]| memmem::find(head, words).is_some();
    let page = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start().starts_with(b"<");
    (page && has(b"class=\"message_header\"") && has(b"class=\"user\"") && has(b"class=\"meta\"")).then(
        || {
            (
                Certainty::Marked,
                "messages with a message_header, as Facebook wrote them until 2018".to_owned(),
            )
        },
    )
}

#[derive(Debug)]
struct MessengerOld {
    blocks: Blocks,
    lines: Lines,
    /// Where the message at hand begins; it goes on until something else does.
    open: Option<u64>,
    /// Inside a paragraph of it.
    in_paragraph: bool,
    /// What a thread says before its first message.
    title: Option<String>,
    conversation: Option<ConversationId>,
    unreadable: bool,
}

impl Default for MessengerOld {
    fn default() -> Self {
        Self {
            blocks: Blocks::new(&[]),
            lines: Lines::default(),
            open: None,
            in_paragraph: false,
            title: None,
            conversation: None,
            unreadable: false,
        }
    }
}

fn is_div(open: &Open<'_>, class: &[u8]) -> bool {
    open.is(b"div") && attributes(open.inside).value(b"class").is_some_and(|value| has_class(value, class))
}

fn begins(open: &Open<'_>) -> bool {
    is_div(open, b"message")
}

impl Parser for MessengerOld {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        while let Some(step) = self.blocks.next(window, begins) {
            match step {
                Step::Block(range) | Step::Cut(range) => {
                    let start = window.base + range.start as u64;
                    self.close(window, start, out);
                    self.open = Some(start);
                }
                Step::Outside(lexed) if self.goes_on(&lexed) || self.is_cut(window, &lexed) => {}
                Step::Outside(lexed) => {
                    self.close(window, window.base + lexed.at.start as u64, out);
                    self.outside(window, &lexed, out);
                }
            }
        }
        let end = window.base + window.bytes.len() as u64;
        if window.last {
            if let Some(open) = self.open {
                let note = "the file ends in the middle of this message, or before its conversation does";
                out.warn(WarningKind::Truncated, Span::new(open, end), note);
            }
            self.close(window, end, out);
        }
        let dealt = if window.last { window.bytes.len() } else { self.blocks.dealt(window) };
        let open = self.open.map(|open| usize::try_from(open.saturating_sub(window.base)).unwrap_or(0));
        let dealt = dealt.min(open.unwrap_or(usize::MAX));
        self.lines.pass(window, dealt);
        dealt
    }
}

impl MessengerOld {
    /// Whether a token belongs to the message at hand: its paragraphs, what is in them, space between.
    fn goes_on(&mut self, lexed: &Lexed<'_>) -> bool {
        if self.open.is_none() {
            return false;
        }
        match lexed.token {
            Token::Open(open) if open.is(b"p") => {
                self.in_paragraph = !open.closed;
                true
            }
            Token::Close(name) if name.eq_ignore_ascii_case(b"p") => std::mem::take(&mut self.in_paragraph),
            Token::Open(open) => self.in_paragraph && !is_div(&open, b"thread"),
            Token::Text(raw) => self.in_paragraph || raw.trim_ascii().is_empty(),
            _ => self.in_paragraph,
        }
    }

    /// Whether the source ends with this, in the middle of what may belong to the message at hand.
    fn is_cut(&self, window: &Window<'_>, lexed: &Lexed<'_>) -> bool {
        let last = window.last && lexed.at.end == window.bytes.len();
        self.open.is_some() && last && matches!(lexed.token, Token::Text(_) | Token::Broken)
    }

    /// The message at hand ends here.
    fn close(&mut self, window: &Window<'_>, end: u64, out: &mut Output<'_>) {
        self.in_paragraph = false;
        let Some(start) = self.open.take() else { return };
        let place = |at: u64| usize::try_from(at.saturating_sub(window.base)).unwrap_or(usize::MAX);
        let tree = Tree::of(window.bytes.get(place(start)..place(end)).unwrap_or_default());
        let source = Span::new(start, end);
        let mut notes = Notes::default();
        let find = |class: &[u8]| tree.find(tree.within(0), |element| element.has(class));
        let (Some(user), Some(meta)) = (find(b"user"), find(b"meta")) else {
            let reason = "a message without its header: expected elements of class \"user\" and \"meta\"";
            return out.unparsed(source, reason);
        };
        let sender = words(&tree, user, &mut notes);
        let sender = (!sender.is_empty()).then(|| out.directory.intern_participant(account(sender)));
        let (sent, zone) = self.sent(&tree, meta, window, source, &mut notes, out);
        let mut extras = Extras::default();
        let mut gather = Gather::default();
        for node in tree.roots() {
            if tree.element(node).is_some_and(|element| element.is(b"p")) {
                paragraph(&tree, node, &mut gather, &mut extras, &mut notes);
            }
        }
        if let Some(zone) = zone {
            extras.detail("zone", zone);
        }
        notes.warn(source, out);
        let conversation = self.conversation(out);
        let text = gather.finish(window);
        out.message(&Message {
            source,
            place: Place::Line(self.lines.line(window, place(start))),
            conversation,
            sender,
            sent,
            kind: if extras.attachments.is_empty() { Kind::Text } else { Kind::Media },
            text,
            extras: (!extras.is_empty()).then(|| Box::new(extras)),
        });
    }

    fn outside(&mut self, window: &Window<'_>, lexed: &Lexed<'_>, out: &mut Output<'_>) {
        let span = window.span(lexed.at.clone());
        match lexed.token {
            Token::Open(open) if is_div(&open, b"thread") => {
                self.title = Some(String::new());
                self.conversation = None;
                out.structure(span, StructureKind::Syntax);
            }
            Token::Text(raw) if !raw.trim_ascii().is_empty() => {
                let mut notes = Notes::default();
                let said = decode(raw, Dialect::Html, &mut notes);
                notes.warn(span, out);
                match &mut self.title {
                    Some(title) if self.conversation.is_none() => {
                        if !title.is_empty() {
                            title.push_str("; ");
                        }
                        title.push_str(said.trim());
                        out.structure(span, StructureKind::Metadata);
                    }
                    Some(_) => {
                        out.unparsed(
                            span,
                            "text outside of any message: expected a div of class \"message\"",
                        );
                    }
                    None => out.structure(span, StructureKind::Preamble),
                }
            }
            Token::Broken if window.last && lexed.at.end == window.bytes.len() => {
                out.unparsed(span, "the file ends in the middle of a tag");
                out.warn(WarningKind::Truncated, span, "the file ends in the middle of a tag");
            }
            Token::Broken => out.unparsed(span, "a tag without its end: expected `>`"),
            _ if self.title.is_none() => out.structure(span, StructureKind::Preamble),
            _ => out.structure(span, StructureKind::Syntax),
        }
    }

    fn conversation(&mut self, out: &mut Output<'_>) -> ConversationId {
        let title = &self.title;
        *self.conversation.get_or_insert_with(|| {
            let title = title.clone().filter(|title| !title.is_empty());
            out.directory.intern_conversation(Conversation { title, ..Conversation::default() })
        })
    }

    /// The time, and the zone beside it where that is only named.
    fn sent<'a>(
        &mut self,
        tree: &Tree<'a>,
        index: usize,
        window: &Window<'a>,
        source: Span,
        notes: &mut Notes,
        out: &mut Output<'_>,
    ) -> (Sent<'a>, Option<String>) {
        let mut gather = Gather::default();
        tree.indented(index, &mut gather, notes);
        let written: Text<'a> = gather.finish(window);
        if written.value.trim().is_empty() {
            return (Sent::MISSING, None);
        }
        let (local, zone) = split_zone(written.value.trim());
        let (reading, precision) = without_weekday(local);
        let (reading, named) = match (reading, zone) {
            (Reading::Local(local), Zone::Offset(offset)) => {
                (Reading::at_offset(local, offset, ZoneBasis::Stated), None)
            }
            (reading, Zone::Named(name)) => (reading, Some(name.to_owned())),
            (reading, _) => (reading, None),
        };
        if reading == Reading::Impossible && !std::mem::replace(&mut self.unreadable, true) {
            let note = format!(
                "time {:?}: no date that exists, or in words this reader does not know; it and others like it are \
                 kept as written",
                written.value
            );
            out.warn(WarningKind::ImpossibleTime, source, note);
        }
        (Sent { written, reading, precision }, named)
    }
}

/// Adds a paragraph's text, its files, and where its links lead.
fn paragraph<'a>(
    tree: &Tree<'a>,
    node: usize,
    text: &mut Gather<'a>,
    extras: &mut Extras,
    notes: &mut Notes,
) {
    if !words(tree, node, &mut Notes::default()).is_empty() {
        if !text.as_str().is_empty() {
            text.push("\n");
        }
        tree.indented(node, text, notes);
    }
    for index in tree.within(node) {
        let Some(element) = tree.element(index) else { continue };
        let address = element.attribute(b"src").or_else(|| element.attribute(b"href"));
        let Some(raw) = address.filter(|raw| !raw.is_empty()) else { continue };
        let address = decode(raw, Dialect::Html, notes).into_owned();
        if element.is(b"a") && address.contains("://") {
            if address != words(tree, index, &mut Notes::default()) {
                extras.detail("href", address);
            }
        } else if !extras.attachments.iter().any(|file| file.name.as_ref() == Some(&address)) {
            let sort = match () {
                () if element.is(b"img") => "photo",
                () if element.is(b"video") || element.is(b"source") => "video",
                () if element.is(b"audio") => "audio",
                () => "file",
            };
            extras.attach(attachment(Some(address), sort));
        }
    }
}

/// Accounts without a name are shown by their number: `100000001@facebook.com`.
fn account(name: String) -> Participant {
    match name.strip_suffix("@facebook.com") {
        Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            Participant { platform_id: Some(number.to_owned()), handle: Some(name), ..Participant::default() }
        }
        _ => Participant::named(name),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Zone<'a> {
    Offset(Offset),
    Named(&'a str),
    None,
}

/// Splits `UTC+01` or `PDT` off a time.
fn split_zone(written: &str) -> (&str, Zone<'_>) {
    let Some((before, last)) = written.rsplit_once([' ', '\u{a0}']) else { return (written, Zone::None) };
    let Some(offset) = last.strip_prefix("UTC").or_else(|| last.strip_prefix("GMT")) else {
        let named = (2..=5).contains(&last.len()) && last.bytes().all(|byte| byte.is_ascii_uppercase());
        return if named && last != "AM" && last != "PM" {
            (before, Zone::Named(last))
        } else {
            (written, Zone::None)
        };
    };
    let seconds = || -> Option<i32> {
        if offset.is_empty() {
            return Some(0);
        }
        let sign = if offset.starts_with('-') { -1 } else { 1 };
        let digits = offset.strip_prefix(['+', '-'])?;
        let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "0"));
        let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
        ((0..=14).contains(&hours) && (0..60).contains(&minutes))
            .then_some(sign * (hours * 3600 + minutes * 60))
    };
    match seconds().and_then(|seconds| Offset::from_seconds(seconds).ok()) {
        Some(offset) => (before, Zone::Offset(offset)),
        None => (before, Zone::Named(last)),
    }
}

/// A time with the name of the day before it, in whatever language: the rest must be understood whole.
fn without_weekday(written: &str) -> (Reading, Precision) {
    let read = dates::read(written);
    let rest = written.trim_start_matches(char::is_alphabetic);
    if read.0 != Reading::Impossible || rest.len() == written.len() {
        return read;
    }
    dates::read(rest.trim_start_matches([',', ' ', '.']))
}

/// An element's text without space around it.
fn words(tree: &Tree<'_>, index: usize, notes: &mut Notes) -> String {
    let mut gather = Gather::default();
    tree.text(index, &mut gather, notes);
    gather.as_str().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::Offset;

    use super::{Zone, split_zone, without_weekday};
    use crate::Reading;

    #[test]
    fn times_with_days_and_zones() {
        let at = Reading::Local(date(2012, 1, 2).at(15, 4, 0, 0));
        for (written, zone) in [
            ("Monday, January 2, 2012 at 3:04pm UTC+01", Zone::Offset(Offset::constant(1))),
            ("Monday, January 2, 2012 at 3:04pm PST", Zone::Named("PST")),
            ("Montag, 2. Januar 2012 um 15:04 UTC", Zone::Offset(Offset::UTC)),
            ("lundi 2 janvier 2012 à 15:04 UTC-07", Zone::Offset(Offset::constant(-7))),
            ("lunes, 2 de enero de 2012 a las 15:04", Zone::None),
            ("2 January 2012 at 15:04", Zone::None),
            ("January 2, 2012 at 3:04 PM", Zone::None),
        ] {
            let (local, found) = split_zone(written);
            assert_eq!(found, zone, "{written}");
            assert_eq!(without_weekday(local).0, at, "{written}");
        }
    }
}
