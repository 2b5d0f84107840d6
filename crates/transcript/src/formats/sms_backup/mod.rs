//! SMS Backup & Restore by `SyncTech`, and what is written like it: Signal's old plain backup, Silence, Super Backup.
//!
//! A file is one `smses` or `calls` element full of `sms`, `mms` and `call` elements; its fields are those of Android's
//! tables of the same names (`Telephony.Sms`, `Telephony.Mms`, `CallLog.Calls`). The files of many phones are not
//! well-formed: emoji stand in them as two references to the halves of a surrogate pair. The telephone's own number is
//! not in the file, so what was sent from it has a sender without name or number.

mod fields;
mod mms;
mod part;

use memchr::memmem;

use crate::format::{Certainty, Descriptor, Format};
use crate::markup::{Dialect, Gather, Lexed, Lexer, Lines, Notes, Open, Token, attributes};
use crate::{
    Kind, Message, Output, Parser, Place, Precision, Reading, Sent, Span, StructureKind, Text, WarningKind,
    Window,
};

use fields::{Faults, People, sent};
use mms::Mms;

/// What the crate knows of it.
pub(crate) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::SmsBackup,
    name: "SMS Backup & Restore",
    streams: true,
    kept: "SMS, MMS with their texts, senders and attachments (as places in the file), calls, drafts and failed \
           messages as unsent; the address book's names; date_sent, subject, status, service centre, which SIM",
    not_kept: "the telephone's own number is not in the file; readable_date (the same time in the telephone's \
               language), layout of MMS (SMIL) and their delivery settings are left in the source",
    recognise,
    parser: || Box::<SmsBackup>::default(),
}];

/// The elements that hold the others.
const ROOTS: [&[u8]; 4] = [b"smses", b"calls", b"allsms", b"alllogs"];

/// What, where it stands in a value, shows that the value's end is missing.
const STOPS: &[&[u8]] = &[
    b"<sms ", b"<mms ", b"<call ", b"<part ", b"<addr ", b"</parts", b"</addrs", b"</mms", b"</smses",
    b"</calls", b"<smses", b"<?xml ",
];

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if !head.starts_with(b"<") {
        return None;
    }
    let root = [&b"<smses"[..], b"<calls", b"<allsms", b"<alllogs"].into_iter().find_map(|tag| {
        let at = memmem::find(head, tag)?;
        // Only a declaration and comments come before it.
        let before = head.get(..at)?;
        let marked = before.is_empty() || before.starts_with(b"<?xml") || before.starts_with(b"<!--");
        marked.then_some(tag)
    })?;
    Some((Certainty::Declared, format!("an XML file of {}> elements", String::from_utf8_lossy(root))))
}

#[derive(Debug)]
struct SmsBackup {
    lexer: Lexer,
    lines: Lines,
    people: People,
    faults: Faults,
    root: Option<Root>,
    /// Whether there was a root element.
    begun: bool,
    found: u64,
    mms: Option<Box<Mms>>,
    /// Where the next byte to be read stands.
    next: u64,
}

impl Default for SmsBackup {
    fn default() -> Self {
        Self {
            lexer: Lexer::new(Dialect::Xml, STOPS),
            lines: Lines::default(),
            people: People::default(),
            faults: Faults::default(),
            root: None,
            begun: false,
            found: 0,
            mms: None,
            next: 0,
        }
    }
}

/// The element around the messages.
#[derive(Debug)]
struct Root {
    at: Span,
    stated: Option<u64>,
}

impl Parser for SmsBackup {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        if self.next < window.base {
            // A piece without any boundary was taken away as unparsed, and with it what was held.
            self.mms = None;
        }
        let mut at = 0;
        loop {
            let next = match self.mms.take() {
                Some(mms) => self.in_mms(mms, window, at, out),
                None => self.between(window, at, out),
            };
            let Some(next) = next else { break };
            at = next;
        }
        if window.last {
            self.end(window, out);
            at = window.bytes.len();
        }
        self.lines.pass(window, at);
        self.next = window.base + at as u64;
        at
    }
}

impl SmsBackup {
    /// What stands outside of any `mms` element. Gives where to go on.
    fn between(&mut self, window: &Window<'_>, at: usize, out: &mut Output<'_>) -> Option<usize> {
        let Lexed { at: range, token } = self.lexer.next(window, at)?;
        let span = window.span(range.clone());
        let quiet = if self.begun { StructureKind::Syntax } else { StructureKind::Preamble };
        match token {
            Token::Open(open) if ROOTS.contains(&open.name) => {
                self.close_root(out);
                let value = attributes(open.inside).value(b"count");
                let stated = value.and_then(|value| std::str::from_utf8(value).ok()?.parse().ok());
                self.root = (!open.closed).then_some(Root { at: span, stated });
                self.found = 0;
                self.begun = true;
                out.structure(span, StructureKind::Preamble);
            }
            Token::Open(open) if open.name == b"sms" => self.sms(window, range.start, span, open, out),
            Token::Open(open) if open.name == b"call" => self.call(window, range.start, span, open, out),
            Token::Open(open) if open.name == b"mms" => {
                let line = self.lines.line(window, range.start);
                let mms = Box::new(Mms::new(window, span, line, open));
                if open.closed {
                    self.found += 1;
                    mms.finish(span.end(), &mut self.people, &mut self.faults, out);
                } else {
                    out.hold(span.end());
                    self.mms = Some(mms);
                }
            }
            Token::Close(name) if ROOTS.contains(&name) => {
                out.structure(span, StructureKind::Closing);
                self.close_root(out);
            }
            Token::Close(b"sms" | b"call" | b"mms") | Token::Aside => out.structure(span, quiet),
            Token::Text(text) if is_blank(text) => out.structure(span, quiet),
            Token::Broken if window.last && range.end == window.bytes.len() => {
                out.unparsed(span, "the file ends in the middle of this element");
                out.warn(WarningKind::Truncated, span, "the file ends in the middle of an element");
            }
            Token::Broken => {
                out.unparsed(span, "a tag without its end: expected `>` before the next element");
            }
            Token::Text(_) | Token::Raw(_) => {
                out.unparsed(span, "text outside of any element: expected an sms, mms or call element");
            }
            Token::Open(open) => out.unparsed(span, unknown(open.name)),
            Token::Close(name) => out.unparsed(span, unknown(name)),
        }
        Some(range.end)
    }

    /// The count that a file states, against what it holds.
    fn close_root(&mut self, out: &mut Output<'_>) {
        let Some(Root { at, stated }) = self.root.take() else { return };
        if let Some(stated) = stated
            && stated != self.found
        {
            let found = self.found;
            out.warn(
                WarningKind::CountMismatch,
                at,
                format!("the file states {stated} entries and holds {found}"),
            );
        }
    }

    fn end(&mut self, window: &Window<'_>, out: &mut Output<'_>) {
        let end = window.base + window.bytes.len() as u64;
        if let Some(mms) = self.mms.take() {
            let span = Span::new(mms.start(), end);
            out.unparsed(span, "the file ends in the middle of this mms element");
            out.warn(WarningKind::Truncated, span, "the file ends in the middle of an mms element");
        }
        if self.root.is_some() {
            let note = "the file ends before its root element does: expected </smses> or </calls>";
            out.warn(WarningKind::Truncated, Span::new(end, end), note);
        }
        self.close_root(out);
    }

    fn in_mms(
        &mut self,
        mut mms: Box<Mms>,
        window: &Window<'_>,
        at: usize,
        out: &mut Output<'_>,
    ) -> Option<usize> {
        match mms.step(&mut self.lexer, window, at) {
            mms::Step::On(next) => {
                out.hold(window.base + next as u64);
                self.mms = Some(mms);
                Some(next)
            }
            mms::Step::More => {
                self.mms = Some(mms);
                None
            }
            mms::Step::Ended(next) => {
                self.found += 1;
                mms.finish(window.base + next as u64, &mut self.people, &mut self.faults, out);
                Some(next)
            }
            mms::Step::Lost(next, why) => {
                out.unparsed(Span::new(mms.start(), window.base + next as u64), why);
                Some(next)
            }
        }
    }

    fn sms(&mut self, window: &Window<'_>, start: usize, source: Span, open: Open<'_>, out: &mut Output<'_>) {
        self.found += 1;
        let mut notes = Notes::default();
        let (mut address, mut contact, mut sort, mut date) = (&b""[..], &b""[..], &b""[..], None);
        let mut body = Gather::default();
        let mut date_sent = None;
        let mut extras = None;
        for attribute in attributes(open.inside) {
            match attribute.name {
                b"address" => address = attribute.value,
                b"contact_name" | b"name" => contact = attribute.value,
                b"type" => sort = attribute.value,
                b"date" => date = Some(attribute.value),
                b"body" => body.text(attribute.value, Dialect::Xml, &mut notes),
                b"date_sent" => date_sent = Some(attribute),
                _ => fields::detail(&mut extras, attribute, fields::SMS_QUIET, &mut notes),
            }
        }
        if let Some(attribute) =
            date_sent.filter(|attribute| attribute.value != b"0" && Some(attribute.value) != date)
        {
            fields::detail(&mut extras, attribute, &[], &mut notes);
        }
        let conversation = self.people.conversation(address, contact, &mut notes, out);
        let (kind, from_here) = match sort {
            b"1" => (Kind::Text, Some(false)),
            b"2" => (Kind::Text, Some(true)),
            b"3" | b"4" | b"5" | b"6" => (Kind::Unsent, Some(true)),
            _ => (Kind::Text, None),
        };
        if !matches!(sort, b"1" | b"2") {
            extras.get_or_insert_default().detail("type", String::from_utf8_lossy(sort));
        }
        if from_here.is_none() {
            self.faults.unknown(out, source, "type", sort, "1 (received), 2 (sent), 3, 4, 5 or 6 (not sent)");
        }
        let sender = match from_here {
            Some(true) => Some(self.people.owner(out)),
            Some(false) => self.people.sender(address, contact, &mut notes, out),
            None => None,
        };
        let sent = self.faults.dated(sent(window, date), source, out);
        self.faults.report(notes, source, out);
        out.message(&Message {
            source,
            place: Place::Line(self.lines.line(window, start)),
            conversation,
            sender,
            sent,
            kind,
            text: body.finish(window),
            extras: extras.map(Box::new),
        });
    }

    fn call(
        &mut self,
        window: &Window<'_>,
        start: usize,
        source: Span,
        open: Open<'_>,
        out: &mut Output<'_>,
    ) {
        self.found += 1;
        let mut notes = Notes::default();
        let (mut number, mut contact, mut sort, mut date) = (&b""[..], &b""[..], &b""[..], None);
        let mut extras = None;
        for attribute in attributes(open.inside) {
            match attribute.name {
                b"number" => number = attribute.value,
                b"contact_name" | b"name" => contact = attribute.value,
                b"date" => date = Some(attribute.value),
                name => {
                    if name == b"type" {
                        sort = attribute.value;
                    }
                    fields::detail(&mut extras, attribute, fields::CALL_QUIET, &mut notes);
                }
            }
        }
        let conversation = self.people.conversation(number, contact, &mut notes, out);
        let sender = match sort {
            b"2" => Some(self.people.owner(out)),
            // Received, missed, left on the mailbox, declined, blocked, answered on another device.
            b"1" | b"3" | b"4" | b"5" | b"6" | b"7" => self.people.sender(number, contact, &mut notes, out),
            _ => {
                self.faults.unknown(out, source, "type", sort, "a call's type from 1 to 7");
                None
            }
        };
        let sent = self.faults.dated(sent(window, date), source, out);
        self.faults.report(notes, source, out);
        out.message(&Message {
            source,
            place: Place::Line(self.lines.line(window, start)),
            conversation,
            sender,
            sent,
            kind: Kind::Call,
            text: Text::EMPTY,
            extras: extras.map(Box::new),
        });
    }
}

fn is_blank(text: &[u8]) -> bool {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii().is_empty()
}

fn unknown(name: &[u8]) -> String {
    format!("an element {:?}: expected sms, mms or call", String::from_utf8_lossy(name))
}
