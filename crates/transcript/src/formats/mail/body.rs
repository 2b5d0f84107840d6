//! The parts of a mail: which of them is the text, and which are attachments.

use std::borrow::Cow;

use mail_parser::{Encoding, Message as Mail, MessagePart, MimeHeaders, PartType};

use super::html;
use super::read::Source;
use crate::{Attachment, Message, Output, Text, WarningKind};

/// Reads text and attachments into `message`.
pub(super) fn read<'a>(
    message: &mut Message<'a>,
    source: &Source<'_, 'a>,
    mail: &Mail<'_>,
    out: &mut Output<'_>,
) {
    let parts: Vec<&MessagePart<'_>> = mail
        .text_body
        .iter()
        .filter_map(|id| mail.parts.get(*id as usize))
        .filter(|part| is_text(part))
        .collect();
    let mut texts = parts.iter().map(|part| text(part, source, out)).filter(|text| !text.is_empty());
    message.text = texts.next().unwrap_or_default();
    let mut more: Vec<Text<'a>> = texts.collect();
    if !more.is_empty() {
        let mut whole = std::mem::take(&mut message.text).value.into_owned();
        for part in more.drain(..) {
            whole.push('\n');
            whole.push_str(&part.value);
        }
        message.text = Text::decoded(whole);
    }
    for part in parts {
        doubts(part, source, out);
    }
    for id in &mail.attachments {
        if let Some(part) = mail.parts.get(*id as usize) {
            let file = attachment(part, source);
            message.extras_mut().attach(file);
        }
    }
}

const fn is_text(part: &MessagePart<'_>) -> bool {
    matches!(part.body, PartType::Text(_) | PartType::Html(_))
}

/// The text of a part: plain as it is, HTML without its markup.
fn text<'a>(part: &MessagePart<'_>, source: &Source<'_, 'a>, out: &mut Output<'_>) -> Text<'a> {
    let plain = match &part.body {
        PartType::Text(plain) => plain,
        PartType::Html(html) => return Text::decoded(html::to_text(html)),
        _ => return Text::EMPTY,
    };
    let attribute = |name: &str| part.content_type().and_then(|kind| kind.attribute(name));
    let flowed = attribute("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
    let plain = plain.trim_end_matches(['\r', '\n']);
    if flowed {
        let joined =
            unflowed(plain, attribute("delsp").is_some_and(|value| value.eq_ignore_ascii_case("yes")));
        if joined != plain {
            return Text::decoded(joined.into_owned());
        }
    }
    let start = part.offset_body as usize;
    let raw = source.bytes.get(start..part.offset_end as usize).unwrap_or_default();
    if part.encoding == Encoding::None && raw.starts_with(plain.as_bytes()) {
        return source.text(start..start + plain.len(), out);
    }
    Text::decoded(plain.to_owned())
}

/// Lines joined that were broken to be short: RFC 3676. Quoted lines stay apart from others.
fn unflowed(plain: &str, without_space: bool) -> Cow<'_, str> {
    if !plain.contains(" \n") && !plain.contains(" \r\n") && !plain.starts_with(' ') && !plain.contains("\n ")
    {
        return Cow::Borrowed(plain);
    }
    let mut joined = String::with_capacity(plain.len());
    let mut open: Option<usize> = None;
    for (number, line) in plain.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let content = line.get(depth..).unwrap_or_default();
        // A space was put before what would look quoted, and before `From `.
        let content = content.strip_prefix(' ').unwrap_or(content);
        if content == "-- " {
            open = None;
        }
        if number > 0 && open != Some(depth) {
            joined.push('\n');
        }
        if depth > 0 && open != Some(depth) {
            joined.extend(std::iter::repeat_n('>', depth));
            joined.push(' ');
        }
        // The line that stands before a signature ends with a space and flows nowhere.
        let flows = content.ends_with(' ') && content != "-- ";
        joined.push_str(if flows && without_space { content.trim_end_matches(' ') } else { content });
        open = flows.then_some(depth);
    }
    Cow::Owned(joined)
}

/// Warns of texts that could not be decoded as they say they are.
fn doubts(part: &MessagePart<'_>, source: &Source<'_, '_>, out: &mut Output<'_>) {
    let at = source.span(part.offset_body as usize..part.offset_end.max(part.offset_body) as usize);
    let (PartType::Text(text) | PartType::Html(text)) = &part.body else { return };
    if part.is_encoding_problem && part.encoding != Encoding::None {
        out.warn(
            WarningKind::SuspectEncoding,
            at,
            "this part is not encoded as its fields say; shown as it stands",
        );
    } else if text.contains('\u{FFFD}') {
        let charset = part.content_type().and_then(|kind| kind.attribute("charset")).unwrap_or("none stated");
        out.warn(
            WarningKind::InvalidText,
            at,
            format!(
                "bytes that are no text in the character set {charset:?}; shown with replacement characters"
            ),
        );
    }
}

fn attachment(part: &MessagePart<'_>, source: &Source<'_, '_>) -> Attachment {
    let sort = part.content_type().map(|kind| match kind.subtype() {
        Some(subtype) => format!("{}/{subtype}", kind.ctype()),
        None => kind.ctype().to_owned(),
    });
    let (start, end) = (part.offset_body as usize, part.offset_end.max(part.offset_body) as usize);
    let (name, size) = match &part.body {
        PartType::Message(inner) => (
            part.attachment_name().or_else(|| inner.subject()),
            end.min(source.bytes.len()).saturating_sub(start),
        ),
        PartType::Multipart(_) => (part.attachment_name(), end - start),
        _ => (part.attachment_name(), part.contents().len()),
    };
    Attachment {
        name: name.map(str::to_owned),
        sort,
        size: Some(size as u64),
        left_out: None,
        embedded: Some(source.span(start..end.min(source.bytes.len()).max(start))),
    }
}

#[cfg(test)]
mod tests {
    use super::unflowed;

    #[test]
    fn flowed_lines_are_joined() {
        assert_eq!(unflowed("one \ntwo\nthree", false), "one two\nthree");
        assert_eq!(unflowed("one \ntwo", true), "onetwo");
        assert_eq!(unflowed("> one \n> two \nthree \n-- \nAnn", false), "> one two \nthree \n-- \nAnn");
        assert_eq!(unflowed(" From here\r\n >no quote", false), "From here\n>no quote");
    }
}
