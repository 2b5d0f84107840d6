//! Signal's plain export: JSON lines, a frame of libsignal's `backup.proto` each, in the JSON mapping of Protocol
//! Buffers (numbers of 64 bits as strings, what has its default left out).
//!
//! Frames refer to recipients and chats by numbers that earlier frames give.

mod item;
mod people;

use super::kit::{Once, Source, has, opens_with, shortened};
use crate::format::{Certainty, Descriptor, Format};
use crate::json::{Kind as Json, Path, Step, Value, Visitor, Walk, report};
use crate::{Output, Parser, Place, StructureKind, WarningKind, Window};

use people::People;

pub(super) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::SignalJsonl,
    name: "Signal, plain export (JSON lines)",
    streams: true,
    kept: "names, numbers and account identifiers, times to the millisecond, texts, earlier versions, replies, \
           reactions, attachments by name, type and size, stickers, contacts, polls, calls, changes of groups, \
           deletions, what was sent and not delivered",
    not_kept: "disappearing messages and view-once pictures, which Signal leaves out; keys, settings and stickers \
               packs, which are metadata here",
    recognise,
    parser: || Box::new(SignalReader::default()),
}];

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    if !opens_with(head, b'{') && !opens_with(head, b'[') {
        return None;
    }
    if has(head, &["\"backupTimeMs\"", "\"version\""]) {
        return Some((Certainty::Declared, "a first line with version and backupTimeMs".to_owned()));
    }
    (has(head, &["\"chatItem\"", "\"chatId\"", "\"authorId\""]))
        .then(|| (Certainty::Marked, "lines with chatItem, chatId and authorId".to_owned()))
}

#[derive(Debug, Default)]
struct SignalReader {
    frames: Frames,
    mode: Mode,
    line: u64,
    /// How far the source was looked through for the end of the line at hand.
    looked: u64,
}

#[derive(Debug, Default)]
enum Mode {
    #[default]
    Start,
    Lines,
    /// One list, as earlier versions of libsignal wrote it.
    List(Walk),
}

impl Parser for SignalReader {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        if matches!(self.mode, Mode::Start) {
            let mark: &[u8] = b"\xef\xbb\xbf";
            if window.bytes.len() < mark.len() && mark.starts_with(window.bytes) && !window.last {
                return 0;
            }
            let head = window.bytes.strip_prefix(mark).unwrap_or(window.bytes).trim_ascii_start();
            self.mode = match head.first() {
                None if !window.last => return 0,
                Some(b'[') => Mode::List(Walk::new()),
                _ => Mode::Lines,
            };
        }
        match &mut self.mode {
            Mode::List(walk) => walk.parse(window, &mut self.frames, out),
            _ => self.lines(window, out),
        }
    }
}

impl SignalReader {
    fn lines(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        let mut at = 0;
        while let Some(rest) = window.bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let known = self.looked.saturating_sub(window.base + at as u64);
            let known = usize::try_from(known).unwrap_or(0).min(rest.len());
            let unseen = rest.get(known..).unwrap_or_default();
            let end = memchr::memchr(b'\n', unseen).map(|end| known + end);
            if end.is_none() && !window.last {
                self.looked = window.base + window.bytes.len() as u64;
                break;
            }
            let content = end.unwrap_or(rest.len());
            let whole = end.map_or(rest.len(), |end| end + 1);
            self.one_line(window, at..at + content, end.is_none(), out);
            out.structure(window.span(at + content..at + whole), StructureKind::Syntax);
            at += whole;
            self.line += 1;
        }
        at
    }

    fn one_line(&mut self, window: &Window<'_>, at: std::ops::Range<usize>, cut: bool, out: &mut Output<'_>) {
        let mut line = window.bytes.get(at.clone()).unwrap_or_default();
        let mut start = at.start;
        if self.line == 0 && window.base + start as u64 == 0 && line.starts_with(b"\xef\xbb\xbf") {
            out.structure(window.span(start..start + 3), StructureKind::Preamble);
            line = line.get(3..).unwrap_or_default();
            start += 3;
        }
        let lead = line.len() - line.trim_ascii_start().len();
        let frame = line.trim_ascii();
        let (from, to) = (start + lead, start + lead + frame.len());
        out.structure(window.span(start..from), StructureKind::Syntax);
        if !frame.is_empty() {
            match Value::read(frame, window.base + from as u64) {
                Ok(value) => {
                    report(&value, out);
                    self.frames.frame(value, Place::Line(self.line + 1), out);
                }
                Err(malformed) => {
                    if cut {
                        let note = format!("the source ends inside line {}", self.line + 1);
                        out.warn(WarningKind::Truncated, window.span(from..to), note);
                    }
                    out.unparsed(window.span(from..to), format!("{malformed} (in line {})", self.line + 1));
                }
            }
        }
        out.structure(window.span(to..at.end), StructureKind::Syntax);
    }
}

/// What the frames so far have said.
#[derive(Debug, Default)]
struct Frames {
    people: People,
    once: Once,
}

impl Visitor for Frames {
    fn visit(&mut self, path: &Path<'_>, _kind: Json) -> Step {
        if path.is("") { Step::Descend } else { Step::Take }
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        let place = path.place(out);
        self.frame(value, place, out);
    }
}

impl Source for Frames {}

impl Frames {
    fn frame(&mut self, frame: Value<'_>, place: Place, out: &mut Output<'_>) {
        if frame.kind() != Json::Object {
            return out.unparsed(frame.span(), format!("expected a frame, found {}", shortened(&frame)));
        }
        for (key, value) in frame.object() {
            match &*key {
                "chatItem" => return self.item(frame, value, place, out),
                "adHocCall" => return self.ad_hoc_call(frame, value, place, out),
                "account" => self.people.account(&value),
                "recipient" => self.people.recipient(&value),
                "chat" => self.people.chat(&value, out),
                _ => {}
            }
        }
        out.structure(frame.span(), StructureKind::Metadata);
    }
}
