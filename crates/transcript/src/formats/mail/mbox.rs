//! Mailboxes: mails one after the other, each below a line `From somebody Mon Jan  1 00:00:00 2024`.
//!
//! So that no line of a text looks like that, writers put `>` before it: before `From ` alone (mboxo, which loses
//! which lines had one of their own) or before any number of `>` and `From ` (mboxrd). One `>` is taken off again.

use std::borrow::Cow;

use super::read::{self, Source};
use crate::dates::{Cursor, month};
use crate::format::{Certainty, Descriptor, Format};
use crate::lines::{Block, Blocks, MARK, Reader, Turn};
use crate::{Output, Parser, StructureKind, Window};

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    format: Format::Mbox,
    name: "Mailbox",
    streams: true,
    kept: "what is kept of a mail; Gmail's threads as conversations and its labels as details",
    not_kept: "fields on the way a mail took are left in the source; a mail within a mail is an attachment",
    recognise,
    parser: || Box::new(Mbox::default()),
};

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let head = head.strip_prefix(MARK).unwrap_or(head).trim_ascii_start();
    let end = memchr::memchr(b'\n', head)?;
    let line = head.get(..end)?;
    if !is_envelope(line.strip_suffix(b"\r").unwrap_or(line)) {
        return None;
    }
    let (known, _) = super::fields(head.get(end + 1..)?)?;
    (known > 0).then(|| {
        (Certainty::Declared, "a line \"From … time\" above a mail's fields, as mailboxes have".to_owned())
    })
}

/// Whether a line is one that mailboxes put above a mail: it ends with a time that has a month, a clock and a year.
fn is_envelope(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ").filter(|rest| rest.len() < 1000) else { return false };
    let (mut months, mut clocks, mut years) = (false, false, false);
    for word in rest.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty()) {
        months |= word.len() == 3 && month(word).is_some();
        let mut cursor = Cursor::new(word);
        clocks |= cursor.clock().is_some() && cursor.is_done();
        years |= word.len() == 4 && word.iter().all(u8::is_ascii_digit);
    }
    months && clocks && years
}

#[derive(Debug, Default)]
struct Mbox {
    blocks: Blocks,
    mails: Mails,
}

impl Parser for Mbox {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        self.blocks.parse(&mut self.mails, window, out)
    }
}

#[derive(Debug, Default)]
struct Mails;

impl Reader for Mails {
    const ENCLOSES: bool = true;

    fn turn(&mut self, line: &[u8], before: Option<&[u8]>) -> Turn {
        let line = line.strip_prefix(MARK).unwrap_or(line);
        if before.is_none_or(<[u8]>::is_empty) && is_envelope(line) { Turn::Begins } else { Turn::Within }
    }

    fn block(&mut self, window: &Window<'_>, block: &Block<'_>, out: &mut Output<'_>) {
        let mut range = block.range.clone();
        if window.base == 0 && range.start == 0 && window.bytes.starts_with(MARK) {
            out.structure(window.span(0..MARK.len()), StructureKind::Preamble);
            range.start = MARK.len();
        }
        let bytes = window.bytes.get(range.clone()).unwrap_or_default();
        let line_end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
        let first = crate::lines::without_line_end(bytes.get(..line_end).unwrap_or_default());
        if !is_envelope(first) {
            let kind = StructureKind::Syntax;
            return if bytes.iter().all(u8::is_ascii_whitespace) {
                out.structure(window.span(range), kind);
            } else {
                out.unparsed(
                    window.span(range),
                    "lines above the first mail: a line \"From … time\" was expected",
                );
            };
        }
        let mail = range.start + line_end..range.end;
        let envelope = String::from_utf8_lossy(first.get(b"From ".len()..).unwrap_or_default()).into_owned();
        let source = unquoted(window, mail);
        if !read::mail(&source, range.clone(), block.number, Some(envelope), out) {
            out.unparsed(window.span(range), "no fields of a mail below its line \"From … time\"");
        }
    }
}

/// A mail with one `>` taken off every line of `>` and `From `.
fn unquoted<'w, 'a>(window: &'w Window<'a>, range: std::ops::Range<usize>) -> Source<'w, 'a> {
    let bytes = window.bytes.get(range.clone()).unwrap_or_default();
    let mut source = Source::plain(window, range);
    let mut plain: Vec<u8> = Vec::new();
    let (mut from, mut removed) = (0, Vec::new());
    for at in memchr::memmem::find_iter(bytes, b">From ") {
        let line = bytes.get(..at).unwrap_or_default();
        let marks = line.iter().rev().take_while(|byte| **byte == b'>').count();
        let begins = at - marks;
        if begins > 0 && bytes.get(begins - 1) != Some(&b'\n') {
            continue;
        }
        plain.extend_from_slice(bytes.get(from..begins).unwrap_or_default());
        removed.push(plain.len());
        from = begins + 1;
    }
    if !removed.is_empty() {
        plain.extend_from_slice(bytes.get(from..).unwrap_or_default());
        source.bytes = Cow::Owned(plain);
        source.removed = removed;
    }
    source
}
