//! LINE's chat history: a title, when it was saved, then headings of days and below each the messages of that day.
//!
//! A message is a time, a name and a text with tabs between them; the app for the Mac writes single spaces, and some
//! copies have two or more. Where several lines belong to a message, newer versions put them in quotation marks and
//! double the marks inside. The name is empty where the app itself speaks.

mod day;
mod title;
mod words;

use std::ops::Range;

use jiff::civil::Time;

use crate::csv::undoubled;
use crate::dates::{Cursor, Day, Evidence, afternoon};
use crate::format::{Certainty, Descriptor, Format};
use crate::lines::{Block, Blocks, Lines, MARK, Reader, Turn, lossy, text, without_line_end};
use crate::names::Names;
use crate::{
    Attachment, Conversation, ConversationId, Kind, Message, Output, Parser, Participant, ParticipantId,
    Place, Precision, Reading, Sent, Span, StructureKind, Text, WarningKind, Window,
};
use day::Heading;

pub(crate) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::Line,
    name: "LINE chat history",
    streams: true,
    kept: "the title, names, times to the minute, texts of several lines, stickers and files as notes, calls, what was unsent",
    not_kept: "time zone, seconds, identifiers, files, reactions and what a message answers are not in the export",
    recognise,
    parser: || Box::new(Line::default()),
}];

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let head = head.strip_prefix(MARK).unwrap_or(head);
    let lines = || {
        head.split(|byte| *byte == b'\n')
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
            .filter(|line| !line.is_empty())
    };
    let first = lines().next()?;
    if first.starts_with(b"[LINE]") && title::read(first).is_some() {
        return Some((Certainty::Declared, "begins with [LINE] and the title of a chat history".to_owned()));
    }
    let mut below = lines().skip_while(|line| Heading::read(line).is_none());
    let heading = String::from_utf8_lossy(below.next()?).into_owned();
    let next = Said::read(below.next()?, None)?;
    let certainty = if next.layout == Layout::Tabs { Certainty::Marked } else { Certainty::Shape };
    Some((
        certainty,
        format!(
            "a day on its own line ({heading:?}) with times, names and texts below it, as LINE writes them"
        ),
    ))
}

/// What stands between time, name and text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Tabs,
    /// Two or more spaces: tabs that were copied from a screen.
    Wide,
    /// Single spaces: the app for the Mac. Names cannot be told from texts where they have spaces of their own.
    Single,
}

/// The first line of a message, by places in the line.
#[derive(Clone, Debug)]
struct Said {
    layout: Layout,
    time: Option<Time>,
    written: usize,
    name: Range<usize>,
    text: usize,
}

/// Halves of the day, written before the hour.
const HALVES: [(&str, bool); 8] = [
    ("午前", false),
    ("午後", true),
    ("上午", false),
    ("下午", true),
    ("오전", false),
    ("오후", true),
    ("AM", false),
    ("PM", true),
];

impl Said {
    /// Reads the first line of a message, in the layout that the file is known to have or in any.
    fn read(line: &[u8], known: Option<Layout>) -> Option<Self> {
        if !line
            .first()
            .is_some_and(|byte| byte.is_ascii_digit() || *byte >= 0x80 || matches!(byte, b'A' | b'P'))
        {
            return None;
        }
        let mut cursor = Cursor::new(line);
        let before =
            HALVES.iter().find(|(word, _)| cursor.take(word.as_bytes())).map(|(_, after_noon)| *after_noon);
        if before.is_some() {
            cursor.spaces();
        }
        let digits = cursor.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (time, precision) = cursor.clock()?;
        let half = before.or_else(|| cursor.half());
        let time = match half {
            Some(after_noon) => time.and_then(|time| afternoon(time, after_noon)),
            None => time,
        };
        let written = cursor.at();
        let rest = cursor.rest();
        let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
        let layout = match (rest.first(), spaces) {
            (Some(b'\t'), _) => Layout::Tabs,
            (_, 2..) => Layout::Wide,
            // `9:00 is early` is no message of a Mac: it writes two digits.
            (_, 1) if (digits == 2 || before.is_some()) && precision == Precision::Minute => Layout::Single,
            _ => return None,
        };
        if known.is_some_and(|known| known != layout) || layout == Layout::Single && rest.len() == 1 {
            return None;
        }
        let (name, text) = match layout {
            Layout::Tabs => {
                let start = written + 1;
                match memchr::memchr(b'\t', rest.get(1..)?) {
                    Some(end) => (start..start + end, start + end + 1),
                    None => (start..start, start),
                }
            }
            Layout::Wide => {
                let start = written + spaces;
                match memchr::memmem::find(line.get(start..)?, b"  ") {
                    // An empty name leaves room for two separators.
                    Some(end) if spaces < 8 => {
                        let behind =
                            line.get(start + end..)?.iter().take_while(|byte| **byte == b' ').count();
                        (start..start + end, start + end + behind)
                    }
                    _ => (start..start, start),
                }
            }
            Layout::Single => {
                let start = written + 1;
                match memchr::memchr(b' ', line.get(start..)?) {
                    Some(end) => (start..start + end, start + end + 1),
                    None => (start..start, start),
                }
            }
        };
        Some(Self { layout, time, written, name, text })
    }
}

#[derive(Debug, Default)]
struct Line {
    surveyed: Lines,
    blocks: Blocks,
    state: State,
}

#[derive(Debug, Default)]
struct State {
    evidence: Evidence,
    lead: Lead,
    begun: bool,
    layout: Option<Layout>,
    quote: bool,
    conversation: Option<ConversationId>,
    people: Names<ParticipantId>,
    day: Option<Day>,
    left_open: Option<u64>,
    warned: Warned,
}

/// What stands above in the title's place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Lead {
    #[default]
    Nothing,
    Title,
    Saved,
}

#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a warning of its own, given once")]
struct Warned {
    order: bool,
    mixture: bool,
    spaces: bool,
    no_day: bool,
}

impl Parser for Line {
    fn surveys(&self) -> bool {
        true
    }

    fn survey(&mut self, window: &Window<'_>) -> usize {
        while let Some(line) = self.surveyed.next(window) {
            if let Some(heading) = Heading::read(line.text) {
                heading.weigh(&mut self.state.evidence);
            } else if let Some(saved) = title::saved(line.text) {
                saved.weigh(&mut self.state.evidence);
            }
        }
        self.surveyed.dealt(window)
    }

    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        self.blocks.parse(&mut self.state, window, out)
    }
}

/// What a quotation mark that opened a text does on a line: whether it is still open behind it. A mark that is neither
/// doubled nor at the end shows that the first one opened nothing.
fn still_open(line: &[u8]) -> bool {
    let mut rest = line;
    while let Some(at) = memchr::memchr(b'"', rest) {
        match rest.get(at + 1) {
            Some(b'"') => rest = rest.get(at + 2..).unwrap_or_default(),
            _ => return false,
        }
    }
    true
}

impl Reader for State {
    fn turn(&mut self, line: &[u8], before: Option<&[u8]>) -> Turn {
        let line = line.strip_prefix(MARK).unwrap_or(line);
        if let Some(said) = Said::read(line, self.layout) {
            self.begun = true;
            self.layout = Some(said.layout);
            self.quote = match line.get(said.text..) {
                Some([b'"', rest @ ..]) => still_open(rest),
                _ => false,
            };
            return Turn::Begins;
        }
        let apart = before.is_none_or(<[u8]>::is_empty);
        if (!self.quote || apart) && Heading::read(line).is_some() {
            (self.begun, self.quote) = (true, false);
            return Turn::Begins;
        }
        let title = line.starts_with(b"[LINE]") && (!self.begun || apart)
            || !self.begun && self.lead == Lead::Nothing;
        if !self.quote && title && title::read(line).is_some() {
            self.lead = Lead::Title;
            return Turn::Begins;
        }
        if self.lead == Lead::Title && title::saved(line).is_some() {
            self.lead = Lead::Saved;
            return Turn::Begins;
        }
        if self.quote {
            self.quote = still_open(line);
        }
        match (self.begun, before) {
            // Above the first day every stretch of lines speaks for itself.
            (false, Some(above)) if line.is_empty() || above.is_empty() || self.lead != Lead::Nothing => {
                if self.lead != Lead::Nothing && !line.is_empty() {
                    self.lead = Lead::Nothing;
                }
                Turn::Begins
            }
            _ => Turn::Within,
        }
    }

    fn block(&mut self, window: &Window<'_>, block: &Block<'_>, out: &mut Output<'_>) {
        let mut range = block.range.clone();
        let bytes = window.bytes.get(range.clone()).unwrap_or_default();
        if window.base == 0 && range.start == 0 && bytes.starts_with(MARK) {
            out.structure(window.span(0..MARK.len()), StructureKind::Preamble);
            range.start = MARK.len();
        }
        let bytes = window.bytes.get(range.clone()).unwrap_or_default();
        let line_end = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
        let first = bytes.get(..line_end).unwrap_or_default();
        if let Some(said) = Said::read(first, self.layout) {
            return self.message(window, range, &said, block, out);
        }
        let kind = if let Some(heading) = Heading::read(first) {
            self.begin_day(heading, window.span(range.start..range.start + line_end), out);
            StructureKind::Syntax
        } else if let Some(title) = title::read(first) {
            let title = Conversation {
                title: Some(title.name),
                sort: title.group.then(|| "group".to_owned()),
                platform_id: None,
            };
            self.conversation = Some(out.directory.intern_conversation(title));
            self.day = None;
            StructureKind::Metadata
        } else if title::saved(first).is_some() {
            StructureKind::Metadata
        } else if without_line_end(bytes).is_empty() {
            StructureKind::Syntax
        } else {
            let reason = "neither a title, a day nor a message of LINE's chat history";
            return out.unparsed(window.span(range), reason);
        };
        // What stands below a heading and is no message is nobody's.
        let line = range.start..range.start + next_line(bytes, line_end);
        let rest = line.end..range.end;
        out.structure(window.span(line), kind);
        let below = window.bytes.get(rest.clone()).unwrap_or_default();
        if below.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            out.structure(window.span(rest), StructureKind::Syntax);
        } else {
            out.unparsed(
                window.span(rest),
                "lines below a heading that are no message: a time, a name and a text were expected",
            );
        }
    }
}

fn next_line(bytes: &[u8], line_end: usize) -> usize {
    match (bytes.get(line_end), bytes.get(line_end + 1)) {
        (None, _) => bytes.len(),
        (Some(b'\r'), Some(b'\n')) => line_end + 2,
        _ => line_end + 1,
    }
}

impl State {
    fn begin_day(&mut self, heading: Heading, at: Span, out: &mut Output<'_>) {
        let day = heading.day(self.evidence.order());
        match day {
            Day::Impossible => out.warn(WarningKind::ImpossibleTime, at, "no such day exists"),
            Day::Either { .. } if !self.warned.order => {
                self.warned.order = true;
                let note = "neither a weekday nor any other date of this file shows whether day or month comes first";
                out.warn(WarningKind::AmbiguousDates, at, note);
            }
            Day::Known(date) if heading.weekday().is_some_and(|weekday| weekday != date.weekday()) => {
                out.warn(
                    WarningKind::Contradiction,
                    at,
                    format!("{date} was not the day of the week written beside it"),
                );
            }
            _ => {}
        }
        if self.evidence.contradicts_itself() && !self.warned.mixture {
            self.warned.mixture = true;
            out.warn(
                WarningKind::MixedStyles,
                at,
                "some dates of this file begin with the day, others with the month",
            );
        }
        self.day = Some(day);
        self.left_open = None;
    }

    fn message(
        &mut self,
        window: &Window<'_>,
        range: Range<usize>,
        said: &Said,
        block: &Block<'_>,
        out: &mut Output<'_>,
    ) {
        let conversation = *self
            .conversation
            .get_or_insert_with(|| out.directory.intern_conversation(Conversation::default()));
        let at = window.span(range.clone());
        let start = range.start;
        let written = text(window, start..start + said.written, out);
        let reading = self.reading(said, at, out);
        let mut message = Message {
            source: at,
            place: Place::Line(block.number),
            conversation,
            sender: None,
            sent: Sent { written, reading, precision: Precision::Minute },
            kind: Kind::Text,
            text: Text::EMPTY,
            extras: None,
        };
        let name = window.bytes.get(start + said.name.start..start + said.name.end).unwrap_or_default();
        if name.is_empty() {
            message.kind = Kind::System;
        } else {
            let span = window.span(start + said.name.start..start + said.name.end);
            let people = &mut self.people;
            message.sender = Some(people.get(name, || {
                let name = lossy(name, span, out);
                out.directory.intern_participant(Participant::named(name))
            }));
            if said.layout == Layout::Single && !self.warned.spaces {
                self.warned.spaces = true;
                let note = "this layout has only spaces between names and texts: of a name with spaces the first word alone is taken for it";
                out.warn(WarningKind::Unknown, at, note);
            }
        }
        message.text = self.text(window, start + said.text..range.end, block, out);
        classify(&mut message, said.layout);
        out.message(&message);
    }

    fn reading(&mut self, said: &Said, at: Span, out: &mut Output<'_>) -> Reading {
        let Some(day) = self.day else {
            if !self.warned.no_day {
                self.warned.no_day = true;
                out.warn(WarningKind::ImpossibleTime, at, "no day stands above this time");
            }
            return Reading::Impossible;
        };
        let reading = day.at(said.time);
        if said.time.is_none() {
            out.warn(WarningKind::ImpossibleTime, at, "no such time of day exists");
        }
        reading
    }

    /// The text of a message: all its lines, the quotation marks round several of them taken off.
    fn text<'a>(
        &mut self,
        window: &Window<'a>,
        range: Range<usize>,
        block: &Block<'_>,
        out: &mut Output<'_>,
    ) -> Text<'a> {
        let bytes = window.bytes.get(range.clone()).unwrap_or_default();
        let mut content = without_line_end(bytes);
        // The blank line above a day, or at the end, is the format's.
        if block.next.is_none_or(|next| Said::read(next, self.layout).is_none()) {
            while let Some(b'\r' | b'\n') = content.last() {
                content = without_line_end(content);
            }
        }
        let several = memchr::memchr2(b'\n', b'\r', content).is_some();
        let inside =
            content.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).filter(|_| several);
        if let Some(inside) = inside.filter(|inside| still_open(inside)) {
            self.left_open = None;
            let start = range.start + 1;
            let range = start..start + inside.len();
            return match undoubled(inside) {
                std::borrow::Cow::Borrowed(_) => text(window, range, out),
                std::borrow::Cow::Owned(plain) => Text::decoded(lossy(&plain, window.span(range), out)),
            };
        }
        match content.strip_prefix(b"\"") {
            Some(rest) if still_open(rest) => self.left_open = Some(block.number),
            _ if several && content.ends_with(b"\"") => {
                if let Some(line) = self.left_open.take() {
                    let note = format!(
                        "the quotation mark opened on line {line} is closed here: this may have been pasted into that message"
                    );
                    out.warn(WarningKind::PastedHeader, window.span(block.range.clone()), note);
                }
            }
            _ => {}
        }
        text(window, range.start..range.start + content.len(), out)
    }
}

/// Tells stickers, files, calls and what was unsent from texts.
fn classify(message: &mut Message<'_>, layout: Layout) {
    let text = &*message.text.value;
    if text.starts_with('☎') {
        message.kind = Kind::Call;
        return;
    }
    if message.sender.is_none() {
        if words::is_unsent(text) {
            message.kind = Kind::Deleted;
        }
        return;
    }
    let Some((word, kind, rest)) = words::placeholder(text, layout == Layout::Single) else {
        if words::is_unsent_alone(text) {
            message.kind = Kind::Deleted;
        }
        return;
    };
    message.kind = kind;
    if kind == Kind::Media {
        let name = Some(rest.trim().to_owned()).filter(|name| !name.is_empty() && words::is_file(word));
        let file = Attachment { name, sort: Some(word.to_owned()), ..Attachment::default() };
        message.extras_mut().attach(file);
    }
}
