//! E-mail: one message in a file (RFC 5322), or a mailbox of them (RFC 4155 and its older relatives).
//!
//! MIME is taken apart by `mail-parser`; what is told here is where in the source everything stands, which part is
//! the text, and what the mailbox did to lines that begin with `From `.

mod body;
mod html;
mod mbox;
mod read;

use crate::dates::mail_date;
use crate::format::{Certainty, Descriptor, Format};
use crate::lines::MARK;
use crate::{Output, Parser, StructureKind, Window};

pub(crate) const DESCRIPTORS: &[Descriptor] = &[
    Descriptor {
        format: Format::Eml,
        name: "E-mail",
        streams: false,
        kept: "sender, date as written with its zone, subject, recipients, text (HTML where there is no plain text), names, types, sizes and places of attachments, identifiers",
        not_kept: "fields on the way the mail took are left in the source; a mail within a mail is an attachment",
        recognise,
        parser: || Box::new(Eml),
    },
    mbox::DESCRIPTOR,
];

/// Fields that mails have and little else does, in lower case.
const FIELDS: [&[u8]; 14] = [
    b"from",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"message-id",
    b"received",
    b"mime-version",
    b"return-path",
    b"delivered-to",
    b"reply-to",
    b"content-type",
    b"dkim-signature",
    b"x-gm-thrid",
];

/// How many of these fields stand in the head that `bytes` begin with; nothing if it begins with no field at all.
fn fields(bytes: &[u8]) -> Option<(usize, bool)> {
    let (mut known, mut dated) = (Vec::new(), false);
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if matches!(line.first(), Some(b' ' | b'\t')) && number > 0 {
            continue;
        }
        let Some(colon) = memchr::memchr(b':', line) else {
            if number == 0 {
                return None;
            }
            break;
        };
        let name = line.get(..colon).unwrap_or_default().trim_ascii_end();
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
            if number == 0 {
                return None;
            }
            break;
        }
        let name = name.to_ascii_lowercase();
        if name == b"date" && line.get(colon + 1..).is_some_and(|value| mail_date(value).is_some()) {
            dated = true;
        }
        if FIELDS.contains(&name.as_slice()) && !known.contains(&name) {
            known.push(name);
        }
    }
    Some((known.len(), dated))
}

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let (known, dated) = fields(head.strip_prefix(MARK).unwrap_or(head))?;
    match (known, dated) {
        (3.., true) => {
            Some((Certainty::Marked, "begins with the fields of a mail, among them its date".to_owned()))
        }
        (3.., false) | (2, true) => Some((Certainty::Shape, "begins with fields that mails have".to_owned())),
        _ => None,
    }
}

struct Eml;

impl Parser for Eml {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        let len = window.bytes.len();
        if !window.last || len == 0 {
            return 0;
        }
        let mark = if window.base == 0 && window.bytes.starts_with(MARK) { MARK.len() } else { 0 };
        out.structure(window.span(0..mark), StructureKind::Preamble);
        if mark == len {
            return len;
        }
        let source = read::Source::plain(window, mark..len);
        if !read::mail(&source, mark..len, 1, None, out) {
            out.unparsed(
                window.span(mark..len),
                "no mail: fields such as \"From: …\" were expected at the beginning",
            );
        }
        len
    }
}
