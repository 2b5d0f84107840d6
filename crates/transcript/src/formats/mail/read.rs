//! One mail: its fields, and where in the source they stand.

use std::borrow::Cow;
use std::ops::Range;

use mail_parser::{Address, Header, HeaderName, HeaderValue, Message as Mail, MessageParser};

use super::body;
use crate::dates::mail_date;
use crate::lines::text;
use crate::{
    Conversation, Kind, Message, Output, Participant, Place, Precision, Reading, Sent, Span, Text,
    WarningKind, Window,
};

/// The bytes of one mail, quotation of the mailbox taken off, and the way back to the source.
#[derive(Clone, Debug)]
pub(super) struct Source<'w, 'a> {
    pub(super) window: &'w Window<'a>,
    pub(super) start: usize,
    pub(super) bytes: Cow<'a, [u8]>,
    /// Places in `bytes` that a character of the source was taken out before, rising.
    pub(super) removed: Vec<usize>,
}

impl<'w, 'a> Source<'w, 'a> {
    /// A range of a window as it is.
    pub(super) fn plain(window: &'w Window<'a>, range: Range<usize>) -> Self {
        let bytes = Cow::Borrowed(window.bytes.get(range.clone()).unwrap_or_default());
        Self { window, start: range.start, bytes, removed: Vec::new() }
    }

    /// Where in the window a place of `bytes` lies.
    fn at(&self, place: usize) -> usize {
        self.start + place + self.removed.partition_point(|removed| *removed <= place)
    }

    /// Where in the window a range of `bytes` lies.
    pub(super) fn range(&self, range: Range<usize>) -> Range<usize> {
        let start = self.at(range.start);
        let end = if range.is_empty() { start } else { self.at(range.end - 1) + 1 };
        start..end
    }

    pub(super) fn span(&self, range: Range<usize>) -> Span {
        self.window.span(self.range(range))
    }

    /// The text at a range of `bytes`: as it stands if it stands so in the source.
    pub(super) fn text(&self, range: Range<usize>, out: &mut Output<'_>) -> Text<'a> {
        let there = self.range(range.clone());
        if there.len() == range.len() {
            return text(self.window, there, out);
        }
        let bytes = self.bytes.get(range.clone()).unwrap_or_default();
        Text::decoded(crate::lines::lossy(bytes, self.span(range), out))
    }
}

/// More of these and a mail is made to break readers, not to be read: its parts are then left as they are.
const MOST_PARTS: usize = 2000;
const MOST_MULTIPARTS: usize = 100;
const MOST_MAILS: usize = 30;

/// More lines than these above the body are not a mail's.
const MOST_FIELDS: usize = 10_000;

/// How many lines stand before the first blank one.
fn lines_above_body(bytes: &[u8]) -> usize {
    let lines = bytes.split(|byte| *byte == b'\n');
    lines.take_while(|line| !matches!(line, [] | [b'\r'])).take(MOST_FIELDS + 1).count()
}

/// Whether the parts of a mail are few enough to take apart, judged by the lines that would begin them.
fn is_tame(bytes: &[u8]) -> bool {
    let (mut parts, mut multiparts, mut mails) = (0, 0, 0);
    let mut typed = false;
    // Lines above the body of the mail, or of a part, which a line of "--" begins.
    let mut fields = Some(0);
    for line in bytes.split(|byte| *byte == b'\n') {
        fields = match line {
            [b'-', b'-', ..] => Some(0),
            [] | [b'\r'] => None,
            _ => fields.map(|fields| fields + 1),
        };
        if fields.is_some_and(|fields| fields > MOST_FIELDS) {
            return false;
        }
        let begins = line.trim_ascii_start();
        let is_type = begins.get(..12).is_some_and(|name| name.eq_ignore_ascii_case(b"content-type"));
        let folded = typed && matches!(line.first(), Some(b' ' | b'\t' | b'\r'));
        typed = is_type || folded;
        if !typed {
            continue;
        }
        parts += usize::from(is_type);
        let line = line.to_ascii_lowercase();
        multiparts += memchr::memmem::find_iter(&line, b"multipart").count();
        for word in [&b"rfc822"[..], b"global", b"digest"] {
            mails += memchr::memmem::find_iter(&line, word).count();
        }
    }
    parts <= MOST_PARTS && multiparts <= MOST_MULTIPARTS && mails <= MOST_MAILS
}

/// Reads a mail that takes up `whole` of the window. Returns whether it is one; if not, nothing was written.
pub(super) fn mail(
    source: &Source<'_, '_>,
    whole: Range<usize>,
    line: u64,
    envelope: Option<String>,
    out: &mut Output<'_>,
) -> bool {
    if lines_above_body(&source.bytes) > MOST_FIELDS {
        return false;
    }
    let at = source.window.span(whole);
    let tame = is_tame(&source.bytes);
    let parser = MessageParser::default();
    let parsed = if tame { parser.parse(&*source.bytes) } else { parser.parse_headers(&*source.bytes) };
    let Some(parsed) = parsed.filter(|parsed| !parsed.headers().is_empty()) else { return false };
    let thread = raw(&parsed, "X-GM-THRID").map(|value| value.trim().to_owned());
    let conversation = Conversation { platform_id: thread, ..Conversation::default() };
    let conversation = out.directory.intern_conversation(conversation);
    let mut message = Message {
        source: at,
        place: Place::Line(line),
        conversation,
        sender: None,
        sent: sent(source, &parsed, at, out),
        kind: Kind::Text,
        text: Text::EMPTY,
        extras: None,
    };
    sender(&mut message, &parsed, out);
    details(&mut message, &parsed);
    if let Some(envelope) = envelope {
        message.extras_mut().detail("From line", envelope);
    }
    if tame {
        body::read(&mut message, source, &parsed, out);
    } else {
        let note = format!(
            "more than {MOST_PARTS} parts, or more than {MOST_MULTIPARTS} within each other: the body is shown as it stands"
        );
        out.warn(WarningKind::Unknown, at, note);
        let blank = [&b"\n\n"[..], b"\n\r\n"]
            .map(|blank| memchr::memmem::find(&source.bytes, blank).map(|at| at + blank.len()));
        let begin = blank.into_iter().flatten().min().unwrap_or(source.bytes.len());
        message.text = source.text(begin..source.bytes.len(), out);
    }
    if message.text.is_empty() && message.extras.as_ref().is_some_and(|extras| !extras.attachments.is_empty())
    {
        message.kind = Kind::Media;
    }
    out.message(&message);
    true
}

fn header<'m, 'x>(mail: &'m Mail<'x>, name: &str) -> Option<&'m Header<'x>> {
    mail.headers().iter().rev().find(|header| header.name.as_str().eq_ignore_ascii_case(name))
}

fn raw<'m>(mail: &'m Mail<'_>, name: &str) -> Option<&'m str> {
    let header = header(mail, name)?;
    let value = mail.raw_message.get(header.offset_start as usize..header.offset_end as usize)?;
    std::str::from_utf8(value).ok()
}

/// The date as written, and what it means.
fn sent<'a>(source: &Source<'_, 'a>, mail: &Mail<'_>, at: Span, out: &mut Output<'_>) -> Sent<'a> {
    let Some(header) = header(mail, "Date") else { return Sent::MISSING };
    let (mut start, mut end) = (header.offset_start as usize, header.offset_end as usize);
    let value = source.bytes.get(start..end).unwrap_or_default();
    start += value.len() - value.trim_ascii_start().len();
    end -= value.len() - value.trim_ascii_end().len();
    if start >= end {
        return Sent::MISSING;
    }
    let written = source.text(start..end, out);
    let (reading, precision) = mail_date(written.value.as_bytes())
        .map_or((Reading::Impossible, Precision::Second), |stamp| {
            (stamp.reading(Reading::Local), stamp.precision)
        });
    if reading == Reading::Impossible {
        let note = format!("{:?} is not a date such as Mon, 2 Jan 2006 15:04:05 -0700", written.value);
        out.warn(WarningKind::ImpossibleTime, at, note);
    }
    Sent { written, reading, precision }
}

/// Every address of a field with its name.
fn addresses<'m>(address: &'m Address<'_>) -> Vec<(Option<&'m str>, &'m str)> {
    let lists: Vec<_> = match address {
        Address::List(list) => vec![list.as_slice()],
        Address::Group(groups) => groups.iter().map(|group| group.addresses.as_slice()).collect(),
    };
    let all = lists.into_iter().flatten();
    all.map(|one| (one.name.as_deref(), one.address.as_deref().unwrap_or_default()))
        .filter(|(name, address)| name.is_some() || !address.is_empty())
        .collect()
}

fn sender(message: &mut Message<'_>, mail: &Mail<'_>, out: &mut Output<'_>) {
    let Some(from) = mail.from() else { return };
    let all = addresses(from);
    let Some((name, address)) = all.first() else { return };
    let participant = Participant {
        display_name: name.map(str::to_owned),
        handle: Some((*address).to_owned()).filter(|address| !address.is_empty()),
        ..Participant::default()
    };
    message.sender = Some(out.directory.intern_participant(participant));
    if all.len() > 1 {
        message.extras_mut().detail("From", listed(&all));
    }
}

fn listed(all: &[(Option<&str>, &str)]) -> String {
    let each = all.iter().map(|(name, address)| match name {
        Some(name) if address.is_empty() => (*name).to_owned(),
        Some(name) => format!("{name} <{address}>"),
        None => (*address).to_owned(),
    });
    each.collect::<Vec<_>>().join(", ")
}

/// The fields that a person would read.
fn details(message: &mut Message<'_>, mail: &Mail<'_>) {
    for header in mail.headers() {
        let name = match &header.name {
            HeaderName::Subject => "Subject",
            HeaderName::To => "To",
            HeaderName::Cc => "Cc",
            HeaderName::Bcc => "Bcc",
            HeaderName::ReplyTo => "Reply-To",
            HeaderName::Sender => "Sender",
            HeaderName::Other(name) if name.eq_ignore_ascii_case("X-Gmail-Labels") => "X-Gmail-Labels",
            HeaderName::MessageId => {
                if let Some(id) = header.value.as_text() {
                    message.extras_mut().id = Some(id.to_owned());
                }
                continue;
            }
            HeaderName::InReplyTo => {
                let first = header.value.as_text_list().and_then(|ids| ids.first());
                message.extras_mut().reply_to = first.map(|id| id.clone().into_owned());
                continue;
            }
            _ => continue,
        };
        let value = match &header.value {
            HeaderValue::Address(address) => match addresses(address) {
                // A group may have a name and nobody in it.
                nobody if nobody.is_empty() => {
                    raw(mail, header.name.as_str()).unwrap_or_default().trim().to_owned()
                }
                all => listed(&all),
            },
            HeaderValue::Text(value) => value.trim().to_owned(),
            HeaderValue::TextList(values) => values.join(", "),
            _ => continue,
        };
        message.extras_mut().detail(name, value);
    }
}
