//! An `mms` element: the message, its parts, and whom it went to.

use super::ROOTS;
use super::fields::{self, Faults, MMS_QUIET, People, Seconds, is_null, read_date};
use super::part::{self, Part, What};
use crate::markup::{Attributes, Dialect, Lexer, Notes, Open, Token, attributes, decode};
use crate::{Extras, Kind, Message, Output, Place, Sent, Span, Text, Window};

/// What is known of the message so far. It is owned: the element's beginning may be long gone when its end comes.
#[derive(Debug)]
pub(super) struct Mms {
    at: Span,
    line: u64,
    address: Vec<u8>,
    contact: Vec<u8>,
    msg_box: Vec<u8>,
    m_type: Vec<u8>,
    date: Option<(String, Option<Span>)>,
    from: Option<String>,
    text: Option<(String, Option<Span>)>,
    extras: Extras,
    notes: Notes,
    part: Option<Part>,
    odd: Option<String>,
}

/// How reading goes on.
pub(super) enum Step {
    /// At this byte of the window.
    On(usize),
    /// With a longer window.
    More,
    /// The element ended; on at this byte.
    Ended(usize),
    /// The element is broken: it ends, unread, before this byte.
    Lost(usize, &'static str),
}

const NO_END: &str = "an mms element without its end tag: expected </mms> before the next element";

impl Mms {
    pub(super) fn new(window: &Window<'_>, at: Span, line: u64, open: Open<'_>) -> Self {
        let mut notes = Notes::default();
        let mut extras = None;
        let mut mms = Self {
            at,
            line,
            address: Vec::new(),
            contact: Vec::new(),
            msg_box: Vec::new(),
            m_type: Vec::new(),
            date: None,
            from: None,
            text: None,
            extras: Extras::default(),
            notes,
            part: None,
            odd: None,
        };
        let mut id = None;
        for attribute in attributes(open.inside) {
            let value = attribute.value;
            match attribute.name {
                b"address" => mms.address = value.to_vec(),
                b"contact_name" | b"name" => mms.contact = value.to_vec(),
                b"date" if !value.is_empty() => {
                    let text = decode(value, Dialect::Xml, &mut notes);
                    let place = matches!(text, std::borrow::Cow::Borrowed(_)).then(|| window.span_of(value));
                    mms.date = Some((text.into_owned(), place));
                }
                b"m_id" => {
                    id = (!is_null(value)).then(|| decode(value, Dialect::Xml, &mut notes).into_owned());
                }
                b"date_sent" if value == b"0" => {}
                name => {
                    match name {
                        b"msg_box" => mms.msg_box = value.to_vec(),
                        b"m_type" => mms.m_type = value.to_vec(),
                        _ => {}
                    }
                    fields::detail(&mut extras, attribute, MMS_QUIET, &mut notes);
                }
            }
        }
        mms.extras = extras.unwrap_or_default();
        mms.extras.id = id;
        mms.notes = notes;
        mms
    }

    /// Where the element begins.
    pub(super) const fn start(&self) -> u64 {
        self.at.start()
    }

    /// Reads on at `at`.
    pub(super) fn step(&mut self, lexer: &mut Lexer, window: &Window<'_>, at: usize) -> Step {
        if let Some(mut inner) = self.part.take() {
            return match inner.step(window, at, &mut self.notes) {
                part::Step::On(next) => self.keep(inner, Step::On(next)),
                part::Step::More => self.keep(inner, Step::More),
                part::Step::Ended(next) => {
                    self.add(inner);
                    Step::On(next)
                }
                part::Step::Lost(next) => Step::Lost(next, "a part element without its end: expected `>`"),
            };
        }
        let rest = window.bytes.get(at..).unwrap_or_default();
        match rest.first() {
            None => return Step::More,
            Some(b'<') => {}
            Some(_) => {
                let blank = memchr::memchr(b'<', rest).unwrap_or(rest.len());
                if !rest.get(..blank).unwrap_or_default().trim_ascii().is_empty() {
                    self.odd.get_or_insert_with(|| "text between the parts of an mms".to_owned());
                }
                return Step::On(at + blank);
            }
        }
        match rest.get(..6) {
            Some([b'<', b'p', b'a', b'r', b't', after])
                if after.is_ascii_whitespace() || matches!(after, b'/' | b'>') =>
            {
                return self.keep(Part::default(), Step::On(at + 5));
            }
            None if !window.last => return Step::More,
            _ => {}
        }
        let Some(found) = lexer.next(window, at) else { return Step::More };
        match found.token {
            Token::Open(open) if open.name == b"addr" => self.addressee(attributes(open.inside)),
            Token::Close(b"mms") => return Step::Ended(found.at.end),
            Token::Open(Open { name, .. }) | Token::Close(name) if is_outside(name) => {
                return Step::Lost(at, NO_END);
            }
            Token::Broken if found.at.end == window.bytes.len() => return Step::More,
            Token::Broken => return Step::Lost(found.at.end, NO_END),
            Token::Open(Open { name, .. }) if !matches!(name, b"parts" | b"addrs") => {
                self.odd.get_or_insert_with(|| {
                    format!("an element {:?} in an mms", String::from_utf8_lossy(name))
                });
            }
            _ => {}
        }
        Step::On(found.at.end)
    }

    fn keep(&mut self, part: Part, step: Step) -> Step {
        self.part = Some(part);
        step
    }

    fn add(&mut self, part: Part) {
        match part.what() {
            What::Layout => {}
            What::File(file) => self.extras.attach(file),
            What::Text(text, at) => match &mut self.text {
                None => self.text = Some((text, at)),
                Some((before, at)) => {
                    *at = None;
                    before.push('\n');
                    before.push_str(&text);
                }
            },
        }
    }

    /// An `addr` element. Its types are those of the headers of an MMS (OMA-TS-MMS-ENC, table 12).
    fn addressee(&mut self, attributes: Attributes<'_>) {
        let Some(raw) = attributes.clone().value(b"address").filter(|address| !is_null(address)) else {
            return;
        };
        let address = decode(raw, Dialect::Xml, &mut self.notes).into_owned();
        // What a telephone writes for its own number.
        if address == "insert-address-token" {
            return;
        }
        match attributes.value(b"type") {
            Some(b"137") => self.from = Some(address),
            Some(b"151") => self.extras.detail("to", address),
            Some(b"130") => self.extras.detail("cc", address),
            Some(b"129") => self.extras.detail("bcc", address),
            _ => self.extras.detail("addr", address),
        }
    }

    /// Says the message, which ends at `end`.
    pub(super) fn finish(mut self, end: u64, people: &mut People, faults: &mut Faults, out: &mut Output<'_>) {
        let source = Span::new(self.at.start(), end);
        let conversation = people.conversation(&self.address, &self.contact, &mut self.notes, out);
        let from_here = match &*self.msg_box {
            b"1" => Some(false),
            b"2" | b"3" | b"4" | b"5" => Some(true),
            other => {
                faults.unknown(out, source, "msg_box", other, "1 (received), 2 (sent), 3, 4 or 5 (not sent)");
                None
            }
        };
        let from = self.from.take();
        let sender = match (from_here, &from) {
            (Some(true), _) => Some(people.owner(out)),
            (Some(false), Some(from)) if from.as_bytes() != self.address => {
                people.sender(from.as_bytes(), b"", &mut self.notes, out)
            }
            (Some(false), _) => people.sender(&self.address, &self.contact, &mut self.notes, out),
            (None, _) => None,
        };
        if let (Some(from), false) = (from, from_here == Some(false)) {
            self.extras.detail("from", from);
        }
        if let Some(odd) = self.odd.take() {
            faults.unknown(out, source, "mms", odd.as_bytes(), "parts and addrs");
        }
        let written = self.date.take();
        let dated = match &written {
            None => (Sent::MISSING, Seconds(false)),
            Some((value, at)) => {
                let (reading, precision, seconds) = read_date(value);
                (Sent { written: Text { value: value.into(), at: *at }, reading, precision }, seconds)
            }
        };
        let sent = faults.dated(dated, source, out);
        faults.report(self.notes, source, out);
        let kind = self.kind();
        let text = self.text.take().map_or(Text::EMPTY, |(value, at)| Text { value: value.into(), at });
        let extras = (!self.extras.is_empty()).then(|| Box::new(self.extras));
        out.message(&Message {
            source,
            place: Place::Line(self.line),
            conversation,
            sender,
            sent,
            kind,
            text,
            extras,
        });
    }

    fn kind(&self) -> Kind {
        let sorts = || self.extras.attachments.iter().map(|file| file.sort.as_deref().unwrap_or_default());
        let is_card = |sort: &str| matches!(&*sort.to_ascii_lowercase(), "text/x-vcard" | "text/vcard");
        match &*self.m_type {
            // A notice that a message waits, which was never fetched.
            b"130" => Kind::Withheld,
            _ if matches!(&*self.msg_box, b"3" | b"4" | b"5") => Kind::Unsent,
            _ if sorts().next().is_none() => Kind::Text,
            _ if sorts().all(is_card) => Kind::Contact,
            _ => Kind::Media,
        }
    }
}

fn is_outside(name: &[u8]) -> bool {
    ROOTS.contains(&name) || matches!(name, b"sms" | b"mms" | b"call")
}
