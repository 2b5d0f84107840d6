//! The second pass: messages.

use jiff::civil::{Date, DateTime};

use super::authors::{Line, Split};
use super::body::{self, Body, Context};
use super::header::{Family, Header, LONGEST};
use super::order::{self, Order};
use super::survey::{Before, Facts, Survey};
use super::usual::Usual;
use super::words::{Note, Words, service, words};
use super::{people, warnings::Warnings};
use crate::{
    Conversation, ConversationId, Kind, Message, Output, Parser, ParticipantId, Place, Precision, Reading,
    Sent, Span, StructureKind, Text, WarningKind, Window, joined,
};

/// Reads one exported chat.
pub(super) struct Reader {
    survey: Survey,
    words: &'static Words,
    warnings: Warnings,
    conversation: Option<ConversationId>,
    /// Numbers of accounts, by number of author.
    people: Vec<Option<ParticipantId>>,
    /// The message that has been begun; none before the first.
    current: Option<Begun>,
    /// How a line of the current style mostly begins.
    usual: Option<UsualStyle>,
    /// The line that what has been begun begins on, counted from one.
    begun: u64,
    /// How many lines end before `scanned`.
    lines: u64,
    /// Up to where the source has been searched for a line that begins a message.
    scanned: u64,
    /// Whether a line begins there that has not been judged.
    fresh: bool,
    /// Where the next window must begin.
    next: u64,
    started: bool,
    /// The last date read: consecutive messages mostly share it.
    date: Option<(usize, [u16; 3], Date)>,
}

/// How a message begins.
#[derive(Clone, Copy)]
struct Begun {
    header: Header,
    /// The number of its style.
    number: usize,
    /// Its author, where there is no doubt.
    who: Option<(Split, u32)>,
    /// Whether a colon may stand in its text's first line.
    colon: bool,
}

/// The style of a header that needs no thought: accepted, not rare, names followed by a space.
struct UsualStyle {
    number: usize,
    usual: Usual,
    /// Only a line behind CR LF begins a message.
    crlf: bool,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            survey: Survey::default(),
            words: words(),
            warnings: Warnings::default(),
            conversation: None,
            people: Vec::new(),
            current: None,
            usual: None,
            begun: 1,
            lines: 0,
            scanned: 0,
            fresh: true,
            next: 0,
            started: false,
            date: None,
        }
    }
}

impl Parser for Reader {
    fn surveys(&self) -> bool {
        true
    }

    fn survey(&mut self, window: &Window<'_>) -> usize {
        self.survey.window(window)
    }

    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        let Some(mut begin) = self.start(window, out) else { return 0 };
        let bytes = window.bytes;
        if window.base != self.next {
            // What was begun has been given up as too long: go on behind it.
            self.current = None;
            self.scanned = window.base;
            self.fresh = false;
        }
        let mut at = usize::try_from(self.scanned.saturating_sub(window.base)).unwrap_or_default().max(begin);
        let mut text = Checked { window, text: None };
        loop {
            if self.fresh
                && let Some((begun, end)) = self.usual_line(bytes, at)
            {
                self.close(&mut text, begin, at, out);
                (begin, at) = (at, end);
                self.current = Some(begun);
                self.lines += 1;
                self.begun = self.lines;
                continue;
            }
            let rest = bytes.get(at..).unwrap_or_default();
            let end = memchr::memchr(b'\n', rest);
            if self.fresh {
                if end.is_none() && !window.last && rest.len() < LONGEST {
                    break;
                }
                let line = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
                if let Some((header, number)) = self.begins(window, at, line, out) {
                    self.close(&mut text, begin, at, out);
                    begin = at;
                    self.current = Some(Begun { header, number, who: None, colon: true });
                    self.remember_usual(number);
                    self.begun = self.lines + 1;
                }
                self.fresh = false;
            }
            let Some(end) = end else {
                at = bytes.len();
                break;
            };
            at += end + 1;
            self.lines += 1;
            self.fresh = true;
        }
        if window.last {
            self.close_last(&mut text, begin, out);
            self.warnings.finish(out, window.span(begin..bytes.len()));
            begin = bytes.len();
        }
        self.scanned = window.base + at as u64;
        self.next = window.base + begin as u64;
        begin
    }
}

impl Reader {
    /// Deals with a byte order mark. Nothing if more bytes are needed to see whether there is one.
    fn start(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> Option<usize> {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        if self.started {
            return Some(0);
        }
        if window.bytes.len() < MARK.len() && !window.last {
            return None;
        }
        self.started = true;
        let title = self.survey.title.take();
        self.conversation =
            Some(out.directory.intern_conversation(Conversation { title, ..Conversation::default() }));
        self.next = window.base;
        if window.bytes.starts_with(MARK) {
            out.structure(window.span(0..MARK.len()), StructureKind::Preamble);
            return Some(MARK.len());
        }
        Some(0)
    }

    /// The message that begins with the line at `at`, and where that line ends, if it begins as usual.
    #[inline]
    fn usual_line(&self, bytes: &[u8], at: usize) -> Option<(Begun, usize)> {
        let UsualStyle { number, usual, crlf } = self.usual.as_ref()?;
        usual.read(bytes, at, |seen| {
            let author = self.survey.authors.usual(&seen)?;
            if *crlf && Before::at(bytes, at) == Before::Lf {
                return None;
            }
            let mut end = at + seen.rest + seen.split.text;
            end += memchr::memchr2(b'\n', b':', bytes.get(end..)?)?;
            let colon = bytes.get(end) == Some(&b':');
            if colon {
                end += memchr::memchr(b'\n', bytes.get(end..)?)?;
            }
            let header = usual.header(bytes.get(at..)?, &seen)?;
            let who = Some((seen.split, author));
            Some((Begun { header, number: *number, who, colon }, end + 1))
        })
    }

    /// A message of this style has begun: the next may be read by it.
    fn remember_usual(&mut self, number: usize) {
        if self.usual.as_ref().is_some_and(|usual| usual.number == number) {
            return;
        }
        let facts = self.survey.facts.get(number);
        let usual = facts
            .filter(|facts| facts.accepted && !facts.rare && !facts.is_tight())
            .and_then(|facts| Usual::new(facts.evidence.style));
        let crlf = self.survey.needs_crlf(number);
        self.usual = usual.map(|usual| UsualStyle { number, usual, crlf });
    }

    /// The header of the line at `at`, if a message begins with it.
    #[inline]
    fn begins(
        &mut self,
        window: &Window<'_>,
        at: usize,
        line: &[u8],
        out: &mut Output<'_>,
    ) -> Option<(Header, usize)> {
        if !super::header::may_begin(*line.first()?) {
            return None;
        }
        let (header, number) = self.survey.header(line)?;
        let facts = self.survey.facts.get(number)?;
        if self.survey.joined.is_some_and(|joined| window.base + at as u64 >= joined) {
            return None;
        }
        let reason = if !facts.accepted {
            "other lines of the file are written in another way, and outnumber it"
        } else if facts.rare && self.is_stranger(line, &header, number) {
            "hardly a line of the file is written so, and nobody known wrote it"
        } else if self.survey.needs_crlf(number)
            && Before::at(window.bytes, at) == Before::Lf
            && self.is_not_later(&header, number)
        {
            "it stands behind a line end that this file has only inside of messages, and its time is not later"
        } else {
            return Some((header, number));
        };
        let span = window.span(at..at + usize::from(header.rest));
        let date = String::from_utf8_lossy(written(line, &header));
        out.warn(
            WarningKind::PastedHeader,
            span,
            format!("\"{date}\" looks like a message's first line and was read as part of the message above: {reason}"),
        );
        None
    }

    /// Whether a line has no author, or one that wrote in this style only.
    fn is_stranger(&mut self, line: &[u8], header: &Header, number: usize) -> bool {
        let own = self.survey.facts.get(number).map_or(0, |facts| facts.evidence.count);
        let rest = line.get(usize::from(header.rest)..).unwrap_or_default();
        match self.survey.authors.judge(rest, false, header.style.family == Family::Bracket) {
            Line::Service => !self.is_service(rest),
            Line::Written(_, author) => author
                .and_then(|author| self.survey.authors.get(author))
                .is_none_or(|author| u64::from(author.count) <= own),
        }
    }

    /// Whether a line without an author says what the service is known to say.
    fn is_service(&self, sentence: &[u8]) -> bool {
        self.words.note(sentence).is_some() || std::str::from_utf8(sentence).is_ok_and(service::is_one)
    }

    /// Whether a header's time is that of the message begun, or before it.
    fn is_not_later(&self, header: &Header, number: usize) -> bool {
        let time = |header: &Header, number: usize| {
            times(order::reading(header, self.survey.facts.get(number)?.order))
        };
        match (self.current.and_then(|begun| time(&begun.header, begun.number)), time(header, number)) {
            (Some(begun), Some(now)) => now.0 <= begun.0 && now.1 <= begun.1,
            _ => true,
        }
    }

    /// What was begun last ends where the source does, or before another export that was joined to it.
    fn close_last(&mut self, text: &mut Checked<'_, '_>, begin: usize, out: &mut Output<'_>) {
        let window = text.window;
        let end = window.bytes.len();
        let last = window.bytes.get(begin..).unwrap_or_default();
        let own = self.survey.joined.map(|at| usize::try_from(at.saturating_sub(window.base)).unwrap_or(end));
        let own = own.filter(|at| (begin..end).contains(at)).map(|at| {
            (at, "another export of WhatsApp, written in another way, stands behind the last message. Read it by itself, cut from here on".to_owned())
        });
        let other = self.current.and_then(|_| joined::second(last)).map(|(at, reason)| (begin + at, reason));
        match own.into_iter().chain(other).min() {
            Some((cut, reason)) => {
                self.close(text, begin, cut, out);
                out.unparsed(window.span(cut..end), reason);
            }
            None => self.close(text, begin, end, out),
        }
    }

    /// What was begun at `begin` ends at `end`.
    #[inline]
    fn close(&mut self, text: &mut Checked<'_, '_>, begin: usize, end: usize, out: &mut Output<'_>) {
        if begin >= end {
            return;
        }
        if let Some(begun) = self.current {
            return self.message(text, begin..end, &begun, out);
        }
        let window = text.window;
        let span = window.span(begin..end);
        if window.bytes.get(begin..end).is_some_and(|bytes| bytes.trim_ascii().is_empty()) {
            return out.structure(span, StructureKind::Syntax);
        }
        let reason = if self.survey.facts.iter().any(|facts| facts.accepted) {
            "expected a line that begins with a date, a time and \" - \", or with both in square brackets"
        } else {
            "no line begins as a message of WhatsApp does: with a date, a time and \" - \", or with both in square brackets"
        };
        out.unparsed(span, reason);
    }

    fn message(
        &mut self,
        text: &mut Checked<'_, '_>,
        range: std::ops::Range<usize>,
        begun: &Begun,
        out: &mut Output<'_>,
    ) {
        let &Begun { ref header, number, who, colon } = begun;
        let window = text.window;
        let source = window.span(range.clone());
        let Some(bytes) = window.bytes.get(range) else { return };
        let Some(facts) = self.survey.facts.get(number) else { return };
        let (tight, marks, order) = (facts.is_tight(), facts.has_marks(), facts.order);
        let bracket = header.style.family == Family::Bracket;
        let content = bytes.get(usize::from(header.rest)..).unwrap_or_default();
        let content =
            content.strip_suffix(b"\n").map_or(content, |line| line.strip_suffix(b"\r").unwrap_or(line));
        // What ends without a line end may have one more line than line ends were counted.
        let single = self.lines <= self.begun && bytes.last() == Some(&b'\n');
        let line = match who {
            Some((split, author)) => Line::Written(split, Some(author)),
            None => self.survey.authors.judge(content, tight, bracket),
        };
        let (sender, body, name) = match line {
            Line::Service => (None, self.service(content), None),
            Line::Written(split, author) => {
                self.written(content, split, author, (bracket, marks, single, colon), out)
            }
        };
        let reading = self.reading(header, number, order);
        let written = written(bytes, header);
        // Taken before the message is made, so that it is put together where it stays.
        let parts = [text.part(written), text.part(body.text)];
        let mut message = Message {
            source,
            place: Place::Line(self.begun),
            conversation: self.conversation.unwrap_or(ConversationId(0)),
            sender,
            sent: Sent {
                written: text.whole(written, parts[0]),
                reading,
                precision: if header.style.seconds { Precision::Second } else { Precision::Minute },
            },
            kind: body.kind,
            text: text.whole(body.text, parts[1]),
            extras: body.extras,
        };
        if let Some(name) = name {
            message.extras_mut().detail("author", name);
        }
        if message.text.at.is_none() && !message.text.is_empty() {
            Warnings::invalid_text(out, window.span_of(body.text));
        }
        self.warnings.look(out, &message, header, number, facts_of(&self.survey, number));
        out.message(&message);
    }

    /// A line without an author.
    fn service<'a>(&self, sentence: &'a [u8]) -> Body<'a> {
        let kind = match self.words.note(sentence) {
            Some(Note::MissedVoice | Note::MissedVideo) => Kind::Call,
            _ => Kind::System,
        };
        Body { kind, text: sentence, extras: None }
    }

    /// A line with somebody in the author's place: the account, the text, and the name if it is not the writer's.
    fn written<'a>(
        &mut self,
        content: &'a [u8],
        split: Split,
        author: Option<u32>,
        (bracket, marks, single, colon): (bool, bool, bool, bool),
        out: &mut Output<'_>,
    ) -> (Option<ParticipantId>, Body<'a>, Option<String>) {
        let name = content.get(..split.name).unwrap_or_default();
        let text = content.get(split.text..).unwrap_or_default();
        let known = author.and_then(|author| self.survey.authors.get(author));
        let plain_author = known.is_none_or(|author| author.plain > 0);
        let body = body::read(
            self.words,
            text,
            Context { bracket, marks, plain_author, author: name, single, colon },
        );
        if body.kind == Kind::System {
            // iOS: the chat's name or the person acting stands where the author would.
            let name = people::shown(&String::from_utf8_lossy(name)).to_owned();
            return (None, body, Some(name));
        }
        (Some(self.person(name, author, out)), body, None)
    }

    #[inline]
    fn person(&mut self, name: &[u8], author: Option<u32>, out: &mut Output<'_>) -> ParticipantId {
        let place = author.map_or(usize::MAX, |author| author as usize);
        if let Some(&Some(known)) = self.people.get(place) {
            return known;
        }
        let exporter =
            author.and_then(|author| self.survey.authors.get(author)).is_some_and(|author| author.exporter);
        let participant = people::participant(&String::from_utf8_lossy(name), exporter);
        let id = out.directory.intern_participant(participant);
        if place != usize::MAX {
            if self.people.len() <= place {
                self.people.resize(place + 1, None);
            }
            if let Some(entry) = self.people.get_mut(place) {
                *entry = Some(id);
            }
        }
        id
    }

    #[inline]
    fn reading(&mut self, header: &Header, number: usize, order: Order) -> Reading {
        if order == Order::Undecided {
            return order::reading(header, order);
        }
        let date = match self.date {
            Some((style, written, date)) if style == number && written == header.date => date,
            _ => {
                let Some(date) = order::date(header, order) else { return Reading::Impossible };
                self.date = Some((number, header.date, date));
                date
            }
        };
        order::at(date, header).map_or(Reading::Impossible, Reading::Local)
    }
}

fn facts_of(survey: &Survey, number: usize) -> Option<&Facts> {
    survey.facts.get(number)
}

fn written<'a>(line: &'a [u8], header: &Header) -> &'a [u8] {
    line.get(usize::from(header.written.0)..usize::from(header.written.1)).unwrap_or_default()
}

/// A window's bytes as text. All of them are checked at once, when the first message in the window is complete:
/// then they are not mostly the beginning of a long one that comes again.
struct Checked<'w, 'a> {
    window: &'w Window<'a>,
    text: Option<&'a str>,
}

impl<'a> Checked<'_, 'a> {
    fn text(&mut self) -> &'a str {
        self.text.get_or_insert_with(|| match std::str::from_utf8(self.window.bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid = self.window.bytes.get(..error.valid_up_to()).unwrap_or_default();
                std::str::from_utf8(valid).unwrap_or_default()
            }
        })
    }

    /// A part of the window as text, if it is UTF-8.
    #[inline]
    fn part(&mut self, part: &'a [u8]) -> Option<&'a str> {
        let start = (part.as_ptr() as usize).wrapping_sub(self.window.bytes.as_ptr() as usize);
        let checked = self.text().get(start..start.saturating_add(part.len()));
        checked.or_else(|| std::str::from_utf8(part).ok())
    }

    /// The same as a message holds it, `text` being what [`Self::part`] gave.
    #[inline]
    fn whole(&self, part: &'a [u8], text: Option<&'a str>) -> Text<'a> {
        match text {
            _ if part.is_empty() => Text::EMPTY,
            Some(text) => Text::verbatim(text, self.window.span_of(part)),
            None => Text::decoded(String::from_utf8_lossy(part)),
        }
    }
}

/// A reading's earliest and latest meaning, as numbers of which the later time is the greater, in seconds of months of 31
/// days.
pub(super) type Times = (i64, i64);

/// A reading's earliest and latest meaning.
#[inline]
pub(super) fn times(reading: Reading) -> Option<Times> {
    let number = |at: DateTime| {
        let days = (i64::from(at.year()) * 12 + i64::from(at.month())) * 31 + i64::from(at.day());
        (days * 24 + i64::from(at.hour())) * 3600 + i64::from(at.minute()) * 60 + i64::from(at.second())
    };
    match reading {
        Reading::Local(time) => Some((number(time), number(time))),
        Reading::Ambiguous { day_first, month_first } => Some((number(day_first), number(month_first))),
        _ => None,
    }
}

/// The span of a message's header.
pub(super) fn header_span(message: &Message<'_>, header: &Header) -> Span {
    let start = message.source.start();
    Span::new(start, start + u64::from(header.rest))
}
