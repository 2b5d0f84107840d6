//! sigtop's short text: `2006-01-02 15:04 Name: [1 attachment] text`, further lines of a text below it as they are.

use std::ops::Range;

use super::person;
use crate::dates::Stamp;
use crate::format::Certainty;
use crate::lines::{Block, text, without_line_end};
use crate::names::Names;
use crate::{
    Attachment, Edited, Kind, Message, Output, ParticipantId, Precision, Reading, Sent, WarningKind, Window,
};

/// The head of a message, by places in its first line.
#[derive(Clone, Debug)]
pub(super) struct Head {
    stamp: Stamp,
    name: Range<usize>,
    text: usize,
}

impl Head {
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let stamp =
            Stamp::read(line).filter(|stamp| stamp.precision == Precision::Minute && stamp.len == 16)?;
        if line.get(4) != Some(&b'-') || line.get(10) != Some(&b' ') {
            return None;
        }
        let rest = line.get(stamp.len..)?.strip_prefix(b" ")?;
        let start = stamp.len + 1;
        let colon = memchr::memmem::find(rest, b": ").or_else(|| rest.strip_suffix(b":").map(<[u8]>::len));
        let colon = colon.filter(|colon| *colon > 0)?;
        Some(Self { stamp, name: start..start + colon, text: (start + colon + 2).min(line.len()) })
    }
}

pub(super) fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let mut lines = head.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    Head::read(lines.next()?)?;
    let own =
        memchr::memmem::find(head, b" You: ").is_some() || memchr::memmem::find(head, b" You:\n").is_some();
    let certainty = if own { Certainty::Marked } else { Certainty::Shape };
    Some((
        certainty,
        "a time to the minute, a name and a text on every line, as sigtop's short text is".to_owned(),
    ))
}

/// Reads a block into `message`.
pub(super) fn read<'a>(
    message: &mut Message<'a>,
    window: &Window<'a>,
    block: &Block<'_>,
    people: &mut Names<ParticipantId>,
    out: &mut Output<'_>,
) -> Option<()> {
    let start = block.range.start;
    let bytes = without_line_end(window.bytes.get(block.range.clone())?);
    let line_end = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
    let head = Head::read(bytes.get(..line_end)?)?;
    let written = text(window, start..start + head.stamp.len, out);
    let reading = head.stamp.reading(Reading::Local);
    if reading == Reading::Impossible {
        out.warn(WarningKind::ImpossibleTime, message.source, format!("{:?} does not exist", written.value));
    }
    message.sent = Sent { written, reading, precision: head.stamp.precision };
    let name = text(window, start + head.name.start..start + head.name.end, out);
    message.sender = Some(person(&name.value, "You", people, out));
    let mut body = head.text.min(bytes.len())..bytes.len();
    let content = bytes.get(body.clone()).unwrap_or_default();
    if let Some((inside, len)) = bracketed(content.get(..content.len().min(1000)).unwrap_or_default())
        && facts(message, inside)
    {
        body.start += len;
        if bytes.get(body.start) == Some(&b' ') {
            body.start += 1;
        }
    }
    message.text = text(window, start + body.start..start + body.end, out);
    let has_files = message.extras.as_ref().is_some_and(|extras| !extras.attachments.is_empty());
    if message.kind == Kind::Text && has_files {
        message.kind = Kind::Media;
    } else if message.kind == Kind::Text && message.text.is_empty() {
        message.kind = Kind::Withheld;
    }
    Some(())
}

/// What stands in square brackets at the beginning, and how many bytes that has.
fn bracketed(content: &[u8]) -> Option<(&str, usize)> {
    let end = memchr::memchr(b']', content)?;
    let inside = std::str::from_utf8(content.get(1..end)?).ok()?;
    (content.first() == Some(&b'[') && !inside.contains('\n')).then_some((inside, end + 1))
}

/// Reads sigtop's facts on a message. Returns whether all of it was understood; else somebody wrote it.
fn facts(message: &mut Message<'_>, inside: &str) -> bool {
    if let Some(sort) = inside.strip_suffix(" message") {
        if sort.is_empty()
            || !sort.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        {
            return false;
        }
        message.kind = if sort == "call-history" { Kind::Call } else { Kind::System };
        message.extras_mut().detail("type", sort);
        return true;
    }
    let mut rest = inside;
    let mut files = None;
    let last = rest.rsplit(", ").next().unwrap_or(rest);
    let counted = last.strip_suffix(" attachments").or_else(|| last.strip_suffix(" attachment"));
    if counted.is_some_and(|count| !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit())) {
        files = Some(last.to_owned());
        rest = rest.strip_suffix(last).unwrap_or(rest);
        rest = rest.strip_suffix(", ").unwrap_or(rest);
    }
    let mut edited = false;
    if let Some(before) = rest.strip_suffix("edited") {
        edited = true;
        rest = before.strip_suffix(", ").unwrap_or(before);
    }
    if !(rest.is_empty() || rest.starts_with("reply to ")) || (files.is_none() && !edited && rest.is_empty())
    {
        return false;
    }
    if !rest.is_empty() {
        message.extras_mut().detail("quote", rest);
    }
    if edited {
        message.extras_mut().edited = Some(Edited { at: None });
    }
    if files.is_some() {
        message.extras_mut().attach(Attachment { left_out: files, ..Attachment::default() });
    }
    true
}
