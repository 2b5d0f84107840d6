//! signal-export's `chat.md`: `[2022-05-17 18:30:31] Name: text`, once `[2022-05-17, 18:30] Name: text`.
//!
//! A quotation stands before the text, reactions, stickers and attachments behind it, and the text itself ends with
//! the two spaces that are Markdown's line break.

use std::ops::Range;

use super::person;
use crate::dates::Stamp;
use crate::format::Certainty;
use crate::lines::{Block, text};
use crate::names::Names;
use crate::{
    Attachment, Kind, Message, Output, ParticipantId, Precision, Reaction, Reading, Sent, WarningKind, Window,
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
        let inside = line.strip_prefix(b"[")?;
        let stamp = Stamp::read(inside)
            .filter(|stamp| stamp.precision >= Precision::Minute && stamp.offset.is_none())?;
        // Four digits, two, two: anything else is another tool's.
        if inside.get(4) != Some(&b'-') || inside.get(7) != Some(&b'-') {
            return None;
        }
        let rest = inside.get(stamp.len..)?.strip_prefix(b"] ")?;
        let start = 1 + stamp.len + 2;
        let colon = memchr::memchr(b':', rest).filter(|colon| *colon > 0)?;
        let space = usize::from(rest.get(colon + 1) == Some(&b' '));
        Some(Self { stamp, name: start..start + colon, text: start + colon + 1 + space })
    }
}

pub(super) fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let lines = || head.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let first = Head::read(lines().next()?)?;
    let heads = lines().filter(|line| Head::read(line).is_some()).count();
    let breaks = lines().filter(|line| line.ends_with(b"  ")).count();
    let files = memchr::memmem::find(head, b"](./media/").is_some();
    let own = memchr::memmem::find(head, b"] Me: ").is_some();
    let shape = "times in square brackets, names and texts, as signal-export writes them";
    Some(if files || breaks * 2 >= heads {
        (Certainty::Declared, format!("{shape}, with Markdown's line breaks and attachments"))
    } else if first.stamp.precision == Precision::Minute || own {
        (Certainty::Marked, shape.to_owned())
    } else {
        (Certainty::Shape, shape.to_owned())
    })
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
    let bytes = window.bytes.get(block.range.clone())?;
    let line_end = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
    let head = Head::read(bytes.get(..line_end)?)?;
    let written = text(window, start + 1..start + 1 + head.stamp.len, out);
    let reading = head.stamp.reading(Reading::Local);
    if reading == Reading::Impossible {
        out.warn(WarningKind::ImpossibleTime, message.source, format!("{:?} does not exist", written.value));
    }
    message.sent = Sent { written, reading, precision: head.stamp.precision };
    let name = text(window, start + head.name.start..start + head.name.end, out);
    if name.value != "No-Sender" {
        message.sender = Some(person(&name.value, "Me", people, out));
    }
    let mut body = head.text.min(bytes.len())..bytes.len();
    trim(bytes, &mut body);
    quotation(message, bytes, &mut body);
    let mut files = Vec::new();
    while let Some(file) = file(bytes, &mut body) {
        files.push(file);
    }
    files.reverse();
    if !files.is_empty() {
        message.extras_mut().attachments = files;
    }
    if let Some(sticker) = enclosed(bytes, &mut body, b"(( ", b" ))") {
        let name = Some(String::from_utf8_lossy(sticker).into_owned());
        message.extras_mut().attach(Attachment {
            name,
            sort: Some("sticker".to_owned()),
            ..Attachment::default()
        });
    }
    if let Some(listed) = enclosed(bytes, &mut body, b"(- ", b" -)") {
        reactions(message, &String::from_utf8_lossy(listed), people, out);
    }
    // Markdown's line break.
    if bytes.get(body.clone()).is_some_and(|rest| rest.ends_with(b"  ")) {
        body.end -= 2;
    }
    message.text = text(window, start + body.start..start + body.end, out);
    let said = &*message.text.value;
    let has_files = message.extras.as_ref().is_some_and(|extras| !extras.attachments.is_empty());
    message.kind = if said == "(This message was deleted)" {
        Kind::Deleted
    } else if is_call(said) {
        Kind::Call
    } else if has_files {
        Kind::Media
    } else if said.is_empty() {
        Kind::Withheld
    } else {
        Kind::Text
    };
    Some(())
}

/// Leaves out the line ends at the end.
fn trim(bytes: &[u8], body: &mut Range<usize>) {
    while body.end > body.start && matches!(bytes.get(body.end - 1), Some(b'\n' | b'\r')) {
        body.end -= 1;
    }
}

/// Takes the quotation off that a reply begins with.
fn quotation(message: &mut Message<'_>, bytes: &[u8], body: &mut Range<usize>) {
    let content = bytes.get(body.clone()).unwrap_or_default();
    let breaks = content.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    let Some(mut rest) = content.get(breaks..).filter(|rest| breaks > 0 && rest.starts_with(b"> ")) else {
        return;
    };
    let mut quote = String::new();
    while let Some(line) = rest.strip_prefix(b"> ").or_else(|| rest.strip_prefix(b">")) {
        let end = memchr::memchr(b'\n', line).map_or(line.len(), |at| at + 1);
        quote.push_str(&String::from_utf8_lossy(line.get(..end).unwrap_or_default()));
        rest = line.get(end..).unwrap_or_default();
    }
    let gap = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    body.start = body.end - rest.len() + gap;
    message.extras_mut().detail("quote", quote.trim_end_matches(['\n', '\r']));
}

/// Takes an attachment off the end: `![name](./media/name)  `, or the note that it was not exported.
fn file(bytes: &[u8], body: &mut Range<usize>) -> Option<Attachment> {
    let content = bytes.get(body.clone())?;
    let content = content.strip_suffix(b"  ").unwrap_or(content);
    for note in [&b"(media not exported)"[..], b"(attachment not exported)"] {
        if let Some(rest) = content.strip_suffix(note) {
            body.end = body.start + rest.len();
            let left_out = Some(String::from_utf8_lossy(note).into_owned());
            return Some(Attachment { left_out, ..Attachment::default() });
        }
    }
    let inside = content.strip_suffix(b")")?;
    let open = memchr::memmem::rfind(inside, b"](")?;
    let path = inside.get(open + 2..)?;
    let sticker = path.starts_with(b"../exported_stickers/");
    if !(sticker || path.starts_with(b"./media/") || path.starts_with(b"media/")) || path.contains(&b'\n') {
        return None;
    }
    // The path is made of the name, spaces as %20: so much of the text before it is the name, brackets and all.
    let named = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let written = String::from_utf8_lossy(named).replace("%20", " ");
    let before = inside.get(..open)?;
    let by_path =
        before.strip_suffix(written.as_bytes()).and_then(|rest| rest.strip_suffix(b"[")).map(<[u8]>::len);
    let bracket = by_path.or_else(|| memchr::memrchr(b'[', before))?;
    let mut end = bracket;
    if end > 0 && before.get(end - 1) == Some(&b'!') {
        end -= 1;
    }
    body.end = body.start + end;
    Some(Attachment {
        name: Some(String::from_utf8_lossy(path).into_owned()),
        sort: sticker.then(|| "sticker".to_owned()),
        ..Attachment::default()
    })
}

/// Takes a line off the end that is enclosed like this.
fn enclosed<'a>(bytes: &'a [u8], body: &mut Range<usize>, before: &[u8], behind: &[u8]) -> Option<&'a [u8]> {
    let content = bytes.get(body.clone())?;
    let content = content.strip_suffix(b"  ").unwrap_or(content);
    let inside = content.strip_suffix(behind)?;
    let line = memchr::memrchr(b'\n', inside)?;
    let listed = inside.get(line + 1..)?.strip_prefix(before)?;
    let end = if line > 0 && inside.get(line - 1) == Some(&b'\r') { line - 1 } else { line };
    body.end = body.start + end;
    Some(listed)
}

fn reactions(
    message: &mut Message<'_>,
    listed: &str,
    people: &mut Names<ParticipantId>,
    out: &mut Output<'_>,
) {
    if !listed.split(", ").all(|one| one.contains(": ")) {
        return message.extras_mut().detail("reactions", listed);
    }
    for (name, reaction) in listed.split(", ").filter_map(|one| one.rsplit_once(": ")) {
        let by = Some(person(name, "Me", people, out));
        message.extras_mut().react(Reaction { reaction: reaction.to_owned(), by, count: None });
    }
}

/// Whether a text is signal-export's line about a call and nothing else.
fn is_call(said: &str) -> bool {
    let Some(rest) = ["Incoming ", "Outgoing ", "Missed "].iter().find_map(|start| said.strip_prefix(start))
    else {
        return false;
    };
    let rest = ["voice ", "video ", "group ", "adhoc ", "direct "]
        .iter()
        .find_map(|sort| rest.strip_prefix(sort))
        .unwrap_or(rest);
    match rest.strip_prefix("call") {
        Some("") => true,
        Some(note) => note.starts_with(" (") && note.ends_with(')') && !note.contains('\n'),
        None => false,
    }
}
