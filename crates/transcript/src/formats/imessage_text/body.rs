//! What stands below the time: the name, then text, attachments, tapbacks, edits and notes in the order of the parts.

use std::ops::Range;

use super::{Head, Rest, person};
use crate::lines::{self, lossy, text};
use crate::names::Names;
use crate::{Attachment, Edited, Kind, Message, Output, ParticipantId, Reaction, Text, Window};

/// Where the line after the one that ends at `line_end` begins.
pub(super) fn after_line(bytes: &[u8], line_end: usize) -> usize {
    match (bytes.get(line_end), bytes.get(line_end + 1)) {
        (None, _) => bytes.len(),
        (Some(b'\r'), Some(b'\n')) => line_end + 2,
        _ => line_end + 1,
    }
}

/// Where the text that goes on after the first line ends, line ends and blank lines behind it left out.
pub(super) fn without_blank_lines(bytes: &[u8], line_end: usize) -> usize {
    let tail = bytes.iter().rev().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    (bytes.len() - tail).max(line_end)
}

const EFFECTS: [&str; 13] = [
    "Sent with Confetti",
    "Sent with Echo",
    "Sent with Fireworks",
    "Sent with Balloons",
    "Sent with Heart",
    "Sent with Lasers",
    "Sent with Shooting Star",
    "Sent with Sparkles",
    "Sent with Spotlight",
    "Sent with Slam",
    "Sent with Loud",
    "Sent with Gentle",
    "Sent with Invisible Ink",
];

/// What a line of the body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Text,
    /// A line that says something and belongs to no text.
    Note,
    /// A copy of a reply.
    Copy,
}

/// A line of the body, by its place in the window.
#[derive(Clone, Debug)]
struct Piece {
    range: Range<usize>,
    part: Part,
}

/// Reads the body into `message`.
pub(super) fn read<'a>(
    message: &mut Message<'a>,
    window: &Window<'a>,
    range: Range<usize>,
    people: &mut Names<ParticipantId>,
    out: &mut Output<'_>,
) {
    let mut pieces = split(window, range);
    if pieces.is_empty() {
        return;
    }
    let name = pieces.remove(0);
    let name = text(window, name.range, out);
    if !name.is_empty() {
        message.sender = Some(person(&name.value, people, out));
    }
    // One blank line ends every block.
    if pieces.last().is_some_and(|last| last.range.is_empty()) {
        pieces.pop();
    }
    copies(message, window, &mut pieces);
    tapbacks(message, window, &mut pieces, people, out);
    for piece in pieces.iter_mut().filter(|piece| piece.part == Part::Text) {
        let line = window.bytes.get(piece.range.clone()).unwrap_or_default();
        if let Ok(line) = std::str::from_utf8(line)
            && note(message, line)
        {
            piece.part = Part::Note;
        }
    }
    let noted = pieces.iter().any(|piece| piece.part != Part::Text);
    let mut said: Vec<Range<usize>> =
        pieces.into_iter().filter(|piece| piece.part == Part::Text).map(|piece| piece.range).collect();
    while noted && said.last().is_some_and(Range::is_empty) {
        said.pop();
    }
    versions(message, window, &mut said, out);
    message.text = joined(window, &said, out);
    if message.kind == Kind::Text && message.text.is_empty() {
        let files = message.extras.as_ref().is_some_and(|extras| !extras.attachments.is_empty());
        message.kind = if files { Kind::Media } else { Kind::Withheld };
    }
    let kind = match &*message.text.value {
        "Started sharing location!" | "Stopped sharing location!" => Kind::Location,
        "SharePlay Message\nEnded" => Kind::System,
        "Handwritten messages are not yet supported!" => Kind::Withheld,
        value if value.starts_with("Unable to format app message: ") => Kind::Withheld,
        _ => return,
    };
    message.kind = kind;
}

fn split(window: &Window<'_>, range: Range<usize>) -> Vec<Piece> {
    let piece = |range| Piece { range, part: Part::Text };
    lines::each(window, range).into_iter().map(piece).collect()
}

/// Marks the indented copies of replies, and keeps them as details.
fn copies(message: &mut Message<'_>, window: &Window<'_>, pieces: &mut [Piece]) {
    let mut copy: Option<String> = None;
    for piece in pieces {
        let line = window.bytes.get(piece.range.clone()).unwrap_or_default();
        let indent = line.iter().take_while(|byte| **byte == b' ').count();
        let content = line.get(indent..).unwrap_or_default();
        let begins = indent >= 4
            && Head::read(content).is_some_and(|head| !matches!(head.rest, Rest::Announcement(_)));
        let goes_on = copy.is_some() && (indent >= 4 || line.is_empty());
        if begins && let Some(done) = copy.take() {
            keep(message, &done);
        }
        if begins {
            copy = Some(String::from_utf8_lossy(content).into_owned());
        } else if goes_on && let Some(copy) = &mut copy {
            copy.push('\n');
            copy.push_str(&String::from_utf8_lossy(line.get(indent.min(4)..).unwrap_or_default()));
        } else {
            if let Some(done) = copy.take() {
                keep(message, &done);
            }
            continue;
        }
        piece.part = Part::Copy;
    }
    if let Some(done) = copy {
        keep(message, &done);
    }
}

fn keep(message: &mut Message<'_>, copy: &str) {
    message.extras_mut().detail("reply", copy.trim_end_matches('\n'));
}

/// Reads `Tapbacks:` (once `Reactions:`) and the lines below it.
fn tapbacks(
    message: &mut Message<'_>,
    window: &Window<'_>,
    pieces: &mut [Piece],
    people: &mut Names<ParticipantId>,
    out: &mut Output<'_>,
) {
    let line = |piece: &Piece| window.bytes.get(piece.range.clone()).unwrap_or_default();
    let mut from = 0;
    while let Some(at) = pieces
        .iter()
        .skip(from)
        .position(|piece| piece.part == Part::Text && matches!(line(piece), b"Tapbacks:" | b"Reactions:"))
    {
        let first = from + at + 1;
        let below = pieces.get(first..).unwrap_or_default();
        let count = below
            .iter()
            .take_while(|piece| piece.part == Part::Text && tapback(line(piece)).is_some())
            .count();
        from = first + count;
        if count == 0 {
            continue;
        }
        for piece in pieces.get_mut(first - 1..from).into_iter().flatten() {
            if let Some(Tapback { what, who, file }) = tapback(line(piece)) {
                let reaction = lossy(what, window.span(piece.range.clone()), out);
                let by = Some(person(&String::from_utf8_lossy(who), people, out));
                message.extras_mut().react(Reaction { reaction, by, count: None });
                if let Some(file) = file {
                    let name = Some(String::from_utf8_lossy(file).into_owned());
                    let sort = Some("sticker".to_owned());
                    message.extras_mut().attach(Attachment { name, sort, ..Attachment::default() });
                }
            }
            piece.part = Part::Note;
        }
    }
}

struct Tapback<'a> {
    what: &'a [u8],
    who: &'a [u8],
    file: Option<&'a [u8]>,
}

fn tapback(line: &[u8]) -> Option<Tapback<'_>> {
    if let Some(at) = memchr::memmem::find(line, b"Sticker from ") {
        let rest = line.get(at + b"Sticker from ".len()..)?;
        let what = line.get(..at + b"Sticker".len())?;
        if let Some(who) = rest.strip_suffix(b" not found!") {
            return Some(Tapback { what, who, file: None });
        }
        let split = memchr::memmem::find(rest, b": ")?;
        return Some(Tapback { what, who: rest.get(..split)?, file: rest.get(split + 2..) });
    }
    let at = memchr::memmem::find(line, b" by ").filter(|at| *at > 0 && *at <= 40)?;
    Some(Tapback { what: line.get(..at)?, who: line.get(at + 4..)?, file: None })
}

/// Reads a line that is not what somebody wrote. Returns whether it was one.
fn note(message: &mut Message<'_>, line: &str) -> bool {
    match line {
        "This message was deleted from the conversation!" => message.extras_mut().detail("deleted", line),
        "This message responded to an earlier message." => message.extras_mut().detail("replies", line),
        "Attachment missing!" => {
            let left_out = Some(line.to_owned());
            message.extras_mut().attach(Attachment { left_out, ..Attachment::default() });
        }
        _ if EFFECTS.contains(&line) => message.extras_mut().detail("effect", line),
        _ if line.starts_with("Transcription: ")
            && message.extras.as_ref().is_some_and(|extras| !extras.attachments.is_empty()) =>
        {
            message.extras_mut().detail("Transcription", line.trim_start_matches("Transcription: "));
        }
        _ if line.ends_with(" unsent this message part!")
            || line.contains(" unsent this message part ") && line.ends_with(" after sending!")
            || line.ends_with(" deleted a message.") =>
        {
            message.extras_mut().detail("unsent", line);
            message.kind = Kind::Deleted;
        }
        _ if line.contains("Sticker from ") => match tapback(line.as_bytes()) {
            Some(Tapback { file: Some(file), .. }) if path(&String::from_utf8_lossy(file)) => {
                let name = Some(String::from_utf8_lossy(file).into_owned());
                let sort = Some("sticker".to_owned());
                message.extras_mut().attach(Attachment { name, sort, ..Attachment::default() });
            }
            _ => return false,
        },
        _ if path(line) => {
            let name = Some(line.to_owned());
            message.extras_mut().attach(Attachment { name, ..Attachment::default() });
        }
        _ => return false,
    }
    true
}

/// Whether a line is the path of a file as the exporter writes it: where Messages keeps it, or where it was copied to.
fn path(line: &str) -> bool {
    let rooted = line.starts_with('/') || line.starts_with("~/") || line.starts_with("attachments/");
    let kept = rooted
        || line.contains("/Attachments/")
        || line.contains("/StickerCache/")
        || line.contains("/attachments/");
    let Some((folders, name)) = line.rsplit_once('/') else { return false };
    // A sticker's path may be followed by where it came from.
    let name = name.split_once(" (").map_or(name, |(name, _)| name);
    let hashed = name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let typed = name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty()
            && (1..=12).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    kept && !line.contains("://") && folders.len() > 1 && (typed || hashed)
}

/// Takes the versions of an edited message apart: the last one stays in `said`, the earlier ones become details.
fn versions(
    message: &mut Message<'_>,
    window: &Window<'_>,
    said: &mut Vec<Range<usize>>,
    out: &mut Output<'_>,
) {
    let bytes = |range: &Range<usize>| window.bytes.get(range.clone()).unwrap_or_default();
    let Some(original) = said.first().filter(|range| {
        Head::read(bytes(range)).is_some_and(|head| matches!(head.rest, Rest::Announcement(_)))
    }) else {
        return;
    };
    let mut earlier = vec![original.clone()];
    let mut last: Vec<Range<usize>> = Vec::new();
    let mut when = None;
    for range in said.iter().skip(1) {
        let line = bytes(range);
        if let Some((after, skip)) = edit(line) {
            earlier.append(&mut last);
            when = Some(String::from_utf8_lossy(after).into_owned());
            last.push(range.start + skip..range.end);
        } else if last.is_empty() {
            earlier.push(range.clone());
        } else {
            last.push(range.clone());
        }
    }
    let Some(at) = when else {
        // A time and a text, and no edit: the time tells when the first version was sent.
        if let Some(head) = said.first().and_then(|range| Head::read(bytes(range)))
            && let Some(range) = said.first_mut()
        {
            message.extras_mut().edited = Some(Edited { at: None });
            range.start += head.len + 1;
        }
        return;
    };
    for range in earlier {
        let version = lossy(bytes(&range), window.span(range.clone()), out);
        message.extras_mut().detail("version", version);
    }
    message.extras_mut().edited = Some(Edited { at: Some(at) });
    *said = last;
}

/// `Edited 5 seconds later: ` and where the text behind it begins.
fn edit(line: &[u8]) -> Option<(&[u8], usize)> {
    let rest = line.strip_prefix(b"Edited ")?;
    let end = memchr::memmem::find(rest, b" later: ")?;
    let skip = b"Edited ".len() + end + b" later: ".len();
    rest.get(..end + b" later".len()).map(|when| (when, skip))
}

/// Lines as one text: as it stands if the lines stand together.
fn joined<'a>(window: &Window<'a>, said: &[Range<usize>], out: &mut Output<'_>) -> Text<'a> {
    let (Some(first), Some(last)) = (said.first(), said.last()) else { return Text::EMPTY };
    let together = said.windows(2).all(|pair| match pair {
        [one, other] => matches!(window.bytes.get(one.end..other.start), Some(b"\n" | b"\r" | b"\r\n")),
        _ => true,
    });
    if together {
        return text(window, first.start..last.end, out);
    }
    let mut whole = String::new();
    for (number, range) in said.iter().enumerate() {
        if number > 0 {
            whole.push('\n');
        }
        whole.push_str(&text(window, range.clone(), out).value);
    }
    Text::decoded(whole)
}
