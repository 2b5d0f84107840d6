//! sigtop's text: a block of fields for every message, `From:`, `Type:`, `Sent:` and so on, then a blank line and the
//! text. A quotation stands between them behind `>`, the versions of an edited message behind `|`, the newest first.

use std::ops::Range;

use super::person;
use crate::dates::mail_date;
use crate::lines::{self, Block, Turn, lossy, text};
use crate::names::Names;
use crate::{
    Attachment, Edited, Kind, Message, Output, ParticipantId, Reaction, Reading, Sent, Text, WarningKind,
    Window,
};

/// Where blocks begin: at `From:` with `Type:` below it, or at `Type:` alone where nobody is named.
pub(super) fn turn(line: &[u8], before: Option<&[u8]>) -> Turn {
    if before.is_none() && line.starts_with(b"Conversation: ") {
        return Turn::Begins;
    }
    let Some(sort) = line.strip_prefix(b"Type: ") else { return Turn::Within };
    let plain = !sort.is_empty()
        && sort.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-');
    match before {
        Some(before) if plain && before.starts_with(b"From: ") => Turn::BeganBefore,
        // Outside a conversation these words are rare.
        None | Some(b"")
            if plain
                && (sort.contains(&b'-')
                    || matches!(sort, b"keychange" | b"unknown" | b"incoming" | b"story")) =>
        {
            Turn::Begins
        }
        _ => Turn::Within,
    }
}

/// A name and what stands behind it in brackets: a number or an identifier.
pub(super) fn named(whole: &str) -> (&str, Option<&str>) {
    let split = whole.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    match split {
        Some((name, detail)) if !name.is_empty() && is_detail(detail) => (name, Some(detail)),
        _ => (whole, None),
    }
}

fn is_detail(detail: &str) -> bool {
    let number = detail
        .strip_prefix('+')
        .is_some_and(|rest| rest.len() > 4 && rest.bytes().all(|byte| byte.is_ascii_digit()));
    let uuid = detail.len() == 36 && detail.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    number || uuid
}

/// Lines of a block by their places in the window.
struct Cut<'w, 'a> {
    window: &'w Window<'a>,
    lines: Vec<Range<usize>>,
    next: usize,
}

impl<'a> Cut<'_, 'a> {
    fn line(&self) -> Option<(&'a [u8], Range<usize>)> {
        let range = self.lines.get(self.next)?.clone();
        Some((self.window.bytes.get(range.clone())?, range))
    }
}

/// Reads a block into `message`.
pub(super) fn read<'a>(
    message: &mut Message<'a>,
    window: &Window<'a>,
    block: &Block<'_>,
    people: &mut Names<ParticipantId>,
    out: &mut Output<'_>,
) -> Option<()> {
    let lines = lines::each(window, block.range.clone());
    let mut cut = Cut { window, lines, next: 0 };
    if !cut.line()?.0.starts_with(b"From: ") && !cut.line()?.0.starts_with(b"Type: ") {
        return None;
    }
    // One blank line ends every block.
    if cut.lines.last().is_some_and(Range::is_empty) {
        cut.lines.pop();
    }
    let edited = fields(message, &mut cut, people, out);
    if edited {
        versions(message, &mut cut, out);
    } else {
        quotation(message, &mut cut, b"> ");
        // The blank line above the text.
        cut.next += 1;
        let body = cut.lines.get(cut.next..).unwrap_or_default();
        if let (Some(first), Some(last)) = (body.first(), body.last()) {
            message.text = text(window, first.start..last.end, out);
        }
    }
    let has_files = message.extras.as_ref().is_some_and(|extras| !extras.attachments.is_empty());
    if message.kind == Kind::Text && has_files {
        message.kind = Kind::Media;
    } else if message.kind == Kind::Text && message.text.is_empty() {
        message.kind = Kind::Withheld;
    }
    Some(())
}

/// Reads the fields. Returns whether versions follow.
fn fields<'a>(
    message: &mut Message<'a>,
    cut: &mut Cut<'_, 'a>,
    people: &mut Names<ParticipantId>,
    out: &mut Output<'_>,
) -> bool {
    let mut edited = false;
    while let Some((line, range)) = cut.line() {
        let Some(colon) = memchr::memmem::find(line, b": ").filter(|_| !line.is_empty()) else { break };
        let value = text(cut.window, range.start + colon + 2..range.end, out);
        match line.get(..colon).unwrap_or_default() {
            b"From" => message.sender = Some(person(&value.value, "You", people, out)),
            b"Type" => match &*value.value {
                "incoming" | "outgoing" => {}
                sort => {
                    message.kind = if sort == "call-history" { Kind::Call } else { Kind::System };
                    message.extras_mut().detail("Type", sort);
                }
            },
            b"Sent" => message.sent = sent(value, message.source, out),
            b"Attachment" => {
                let file = attachment(&value.value);
                message.extras_mut().attach(file);
            }
            b"Reaction" => {
                let (reaction, name) = value.value.split_once(" from ").unwrap_or((&value.value, ""));
                let by = (!name.is_empty()).then(|| person(name, "You", people, out));
                message.extras_mut().react(Reaction { reaction: reaction.to_owned(), by, count: None });
            }
            b"Edited" => {
                edited = true;
                message.extras_mut().edited = Some(Edited { at: None });
                message.extras_mut().detail("Edited", value.value);
            }
            name => message.extras_mut().detail(String::from_utf8_lossy(name).into_owned(), value.value),
        }
        cut.next += 1;
    }
    edited
}

fn sent<'a>(written: Text<'a>, at: crate::Span, out: &mut Output<'_>) -> Sent<'a> {
    let stamp = mail_date(written.value.as_bytes()).filter(|stamp| stamp.len == written.value.len());
    let (reading, precision) = match stamp {
        Some(stamp) => (stamp.reading(Reading::Local), stamp.precision),
        None if written.value == "unknown" => (Reading::Missing, crate::Precision::Second),
        None => (Reading::Impossible, crate::Precision::Second),
    };
    if reading == Reading::Impossible {
        let note = format!("{:?} is not a time such as Mon, 2 Jan 2006 15:04:05 -0700", written.value);
        out.warn(WarningKind::ImpossibleTime, at, note);
    }
    Sent { written, reading, precision }
}

/// `name (type, 12 bytes)`.
fn attachment(value: &str) -> Attachment {
    let facts = value.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    let Some((name, facts)) = facts else {
        return Attachment { name: Some(value.to_owned()), ..Attachment::default() };
    };
    let (sort, size) = match facts.rsplit_once(", ") {
        Some((sort, size)) => (sort, size.strip_suffix(" bytes").and_then(|size| size.parse().ok())),
        None => (facts, None),
    };
    Attachment {
        name: Some(name.to_owned()).filter(|name| name != "no filename"),
        sort: Some(sort.to_owned()).filter(|sort| !sort.is_empty()),
        size,
        ..Attachment::default()
    }
}

/// Takes the lines of a quotation, each behind `mark`, if they come after the next blank line.
fn quotation(message: &mut Message<'_>, cut: &mut Cut<'_, '_>, mark: &[u8]) {
    let line = |cut: &Cut<'_, '_>, at: usize| -> Option<Vec<u8>> {
        let range = cut.lines.get(at)?.clone();
        Some(cut.window.bytes.get(range)?.to_vec())
    };
    let mut head = mark.to_vec();
    head.extend_from_slice(b"From: ");
    if !line(cut, cut.next + 1).is_some_and(|line| line.starts_with(&head)) {
        return;
    }
    cut.next += 1;
    let mut quote = String::new();
    let bare = mark.trim_ascii_end();
    while let Some(line) = line(cut, cut.next) {
        let Some(rest) = line.strip_prefix(mark).or_else(|| (line == bare).then_some(&b""[..])) else {
            break;
        };
        quote.push_str(&String::from_utf8_lossy(rest));
        quote.push('\n');
        cut.next += 1;
    }
    message.extras_mut().detail("quote", quote.trim_end_matches('\n'));
}

/// Reads the versions of an edited message: the first is the newest, and the text.
fn versions<'a>(message: &mut Message<'a>, cut: &mut Cut<'_, 'a>, out: &mut Output<'_>) {
    cut.next += 1;
    let mut first = true;
    while let Some((line, _)) = cut.line() {
        if !line.starts_with(b"|") {
            // Nothing of sigtop's: it must not be lost.
            let rest = cut.lines.get(cut.next..).unwrap_or_default();
            if let (Some(from), Some(to)) = (rest.first(), rest.last()) {
                let span = cut.window.span(from.start..to.end);
                let bytes = cut.window.bytes.get(from.start..to.end).unwrap_or_default();
                let rest = lossy(bytes, span, out);
                message.extras_mut().detail("below the versions", rest);
            }
            return;
        }
        let mut facts = String::new();
        while let Some((line, range)) = cut.line() {
            let Some(field) = line.strip_prefix(b"| ").filter(|field| !field.is_empty()) else { break };
            if field.starts_with(b"Version: ") && !facts.is_empty() {
                break;
            }
            facts.push_str(&lossy(field, cut.window.span(range), out));
            facts.push('\n');
            cut.next += 1;
        }
        let before = message.extras.as_ref().map_or(0, |extras| extras.details.len());
        quotation(message, cut, b"| > ");
        let mut body: Vec<Range<usize>> = Vec::new();
        let separated = cut.line().is_some_and(|(line, _)| line == b"|");
        cut.next += 1;
        while separated && let Some((line, range)) = cut.line() {
            let Some(_) = line.strip_prefix(b"| ") else { break };
            if body.is_empty() && line.starts_with(b"| Version: ") {
                break;
            }
            body.push(range.start + 2..range.end);
            cut.next += 1;
        }
        if cut.line().is_some_and(|(line, _)| line == b"|") {
            cut.next += 1;
        }
        let said = match body.as_slice() {
            [] => Text::EMPTY,
            [one] => text(cut.window, one.clone(), out),
            several => {
                let lines = several.iter().map(|range| {
                    lossy(
                        cut.window.bytes.get(range.clone()).unwrap_or_default(),
                        cut.window.span(range.clone()),
                        out,
                    )
                });
                Text::decoded(lines.collect::<Vec<_>>().join("\n"))
            }
        };
        if first {
            message.extras_mut().detail("version", facts.trim_end_matches('\n'));
            message.text = said;
        } else {
            let quoted = message.extras.as_mut().is_some_and(|extras| extras.details.len() > before);
            let sep = if quoted { "\n(quotation above)\n" } else { "\n" };
            message
                .extras_mut()
                .detail("version", format!("{}{sep}{}", facts.trim_end_matches('\n'), said.value));
        }
        first = false;
    }
}
