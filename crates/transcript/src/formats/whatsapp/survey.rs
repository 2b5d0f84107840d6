//! The first pass: styles of headers, order of day and month, authors, line ends.

use super::authors::Authors;
use super::header::{self, Family, Header, Sort, Style};
use super::order::{self, Evidence, Order};
use super::quick;
use super::usual::{self, Day, Usual};
use super::words::{self, Note, service, without_marks};
use crate::Window;

/// So many styles are told apart. A file has one or two; more are no export's.
const MOST_STYLES: usize = 32;
/// So much of a line is looked at.
const LINE_HEAD: usize = 8 << 10;
/// How far into a line a name may reach, in bytes.
const NAME_REACH: usize = 96;

/// What a line stands behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    Nothing,
    Lf,
    CrLf,
}

impl Before {
    /// What stands before `at`.
    pub(super) fn at(bytes: &[u8], at: usize) -> Self {
        let back = |by: usize| at.checked_sub(by).and_then(|at| bytes.get(at)).copied();
        match (back(2), back(1)) {
            (Some(b'\r'), Some(b'\n')) => Self::CrLf,
            (_, Some(b'\n')) => Self::Lf,
            _ => Self::Nothing,
        }
    }
}

/// What the file shows of one style.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) evidence: Evidence,
    /// How a header of this style is read without the grammar.
    quick: bool,
    template: Option<quick::Template>,
    crlf: u64,
    lf: u64,
    /// Colons behind the first word that a space follows, and others.
    spaced: u64,
    tight: u64,
    /// Texts that begin with a mark of direction.
    marked: u64,
    /// How often it followed a header of another kind, and was not later than that.
    entered: u64,
    behind: u64,
    /// What has been concluded. `rare`: next to nothing in this file is written so, and it is believed of those only
    /// who wrote elsewhere.
    pub(super) rare: bool,
    pub(super) accepted: bool,
    pub(super) order: Order,
}

impl Facts {
    fn new(style: Style) -> Self {
        Self {
            evidence: Evidence::new(style),
            quick: quick::can(&style),
            template: quick::Template::new(&style),
            crlf: 0,
            lf: 0,
            spaced: 0,
            tight: 0,
            marked: 0,
            entered: 0,
            behind: 0,
            rare: false,
            accepted: true,
            order: Order::Undecided,
        }
    }

    const fn kind(&self) -> Sort {
        self.evidence.style.sort()
    }

    /// Whether names are followed by a colon without a space.
    pub(super) const fn is_tight(&self) -> bool {
        self.tight > self.spaced
    }

    /// Whether the service marks what it writes.
    pub(super) const fn has_marks(&self) -> bool {
        self.marked > 0
    }
}

/// A header, or a line that begins with one.
#[derive(Clone, Copy, Debug)]
enum First {
    Read(Header),
    Usual([u8; usual::HEAD]),
}

/// The line ends before lines that begin no message.
#[derive(Debug, Default)]
struct Within {
    crlf: u64,
    lf: u64,
}

/// The evidence of a file.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) facts: Vec<Facts>,
    pub(super) authors: Authors,
    /// The chat's name or the partner's, where iOS puts it before the file's first line.
    pub(super) title: Option<String>,
    /// Where another export begins that is not read with this one: once the file has been seen.
    pub(super) joined: Option<u64>,
    /// Where and in which style a line stands that begins an export, if no line in another style follows it.
    opening: Option<(u64, usize)>,
    within: Within,
    /// The style of the line before.
    current: usize,
    /// The kind of the header before, and the last time of each kind.
    last: Option<Sort>,
    times: Vec<(Sort, [i64; 2])>,
    /// The last header while there was one style only.
    first: Option<First>,
    /// How most lines begin, as long as there is one style only, and the date of the line before.
    usual: Option<(Usual, Day)>,
    mid_line: bool,
    next: u64,
    last_byte: u8,
    before: Before,
}

impl Default for Survey {
    fn default() -> Self {
        Self {
            facts: Vec::new(),
            authors: Authors::default(),
            title: None,
            joined: None,
            opening: None,
            within: Within::default(),
            current: 0,
            last: None,
            times: Vec::new(),
            first: None,
            usual: None,
            mid_line: false,
            next: 0,
            last_byte: 0,
            before: Before::Nothing,
        }
    }
}

impl Survey {
    /// Looks at the lines of a window; how many bytes need not come again.
    pub(super) fn window(&mut self, window: &Window<'_>) -> usize {
        let bytes = window.bytes;
        if window.base != self.next {
            self.mid_line = true;
        }
        let mut at = 0;
        while at < bytes.len() {
            if !self.mid_line
                && let Some(end) = self.usual_line(bytes, at)
            {
                at = end;
                continue;
            }
            let rest = bytes.get(at..).unwrap_or_default();
            let end = memchr::memchr(b'\n', rest);
            if !self.mid_line {
                if end.is_none() && !window.last && rest.len() < LINE_HEAD {
                    break;
                }
                let line = rest.get(..end.unwrap_or(rest.len()).min(LINE_HEAD)).unwrap_or(rest);
                if self.line(line, end.is_some(), window.base + at as u64) {
                    self.remember_usual(bytes, at);
                }
            }
            let Some(end) = end else {
                self.mid_line = true;
                self.last_byte = rest.last().copied().unwrap_or_default();
                at = bytes.len();
                break;
            };
            let before =
                end.checked_sub(1).and_then(|before| rest.get(before)).copied().unwrap_or(self.last_byte);
            self.before = if before == b'\r' { Before::CrLf } else { Before::Lf };
            self.last_byte = b'\n';
            self.mid_line = false;
            at += end + 1;
        }
        self.next = window.base + at as u64;
        if window.last {
            self.settle();
        }
        at
    }

    /// Deals with a line that begins as the one before, on the same day and by an author known well. Returns its end.
    ///
    /// It does to the evidence what [`Survey::line`] would do.
    #[inline]
    fn usual_line(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        let &mut Self {
            ref usual,
            ref mut facts,
            ref mut authors,
            ref mut first,
            ref mut before,
            ref mut last_byte,
            ..
        } = self;
        let (usual, day) = usual.as_ref()?;
        usual.read(bytes, at, |seen| {
            // What begins with this byte may be a mark of direction.
            if seen.day != *day || seen.first == 0xe2 {
                return None;
            }
            let start = at + seen.rest + seen.split.text;
            let end = start + memchr::memchr(b'\n', bytes.get(start..)?)?;
            let facts = facts.first_mut()?;
            let author = authors.add_usual(&seen)?;
            facts.evidence.count += 1;
            match before {
                Before::Nothing => {}
                Before::Lf => facts.lf += 1,
                Before::CrLf => facts.crlf += 1,
            }
            let text = bytes.get(start..end).unwrap_or_default();
            let unended = text.strip_suffix(b"\r");
            let text = unended.unwrap_or(text);
            if facts.evidence.style.family == Family::Bracket {
                facts.spaced += 1;
            } else if text.len() < 160 && words::words().note(text) == Some(Note::YouDeleted) {
                author.exporter = true;
            }
            *first = bytes.get(at..)?.first_chunk().copied().map(First::Usual);
            *before = if unended.is_some() { Before::CrLf } else { Before::Lf };
            *last_byte = b'\n';
            Some(end + 1)
        })
    }

    /// Remembers how the line at `at` begins, if the next may be read by it.
    fn remember_usual(&mut self, bytes: &[u8], at: usize) {
        let [facts] = self.facts.as_slice() else {
            self.usual = None;
            return;
        };
        let usual = match self.usual {
            Some((usual, _)) => Some(usual),
            None => Usual::new(facts.evidence.style),
        };
        let usable = usual.filter(|_| !facts.is_tight());
        self.usual = usable.and_then(|usual| Some((usual, usual.read(bytes, at, |seen| Some(seen.day))?)));
    }

    /// Whether a header stands there.
    fn line(&mut self, line: &[u8], complete: bool, at: u64) -> bool {
        let header =
            line.first().is_some_and(|&first| header::may_begin(first)).then(|| self.header(line)).flatten();
        let Some((header, number)) = header else {
            match self.before {
                Before::Lf if complete => self.within.lf += 1,
                Before::CrLf if complete => self.within.crlf += 1,
                _ => {}
            }
            return false;
        };
        let Some(facts) = self.facts.get_mut(number) else { return false };
        facts.evidence.add(&header);
        match self.before {
            Before::Nothing => {}
            Before::Lf => facts.lf += 1,
            Before::CrLf => facts.crlf += 1,
        }
        let kind = facts.kind();
        if self.facts.len() > 1 {
            self.change(&header, kind, number);
        } else {
            self.first_kind(&header, kind);
        }
        let rest = line.get(usize::from(header.rest)..).unwrap_or_default();
        if number > 0 {
            self.opening = self.opening.filter(|(_, style)| *style == number);
            if self.opening.is_none() && opens_an_export(rest) {
                self.opening = Some((at, number));
            }
        } else {
            self.opening = None;
        }
        self.author(rest, number);
        true
    }

    /// Reads a header: in the style of the one before, or else by the whole grammar.
    #[inline]
    pub(super) fn header(&mut self, line: &[u8]) -> Option<(Header, usize)> {
        if let Some(facts) = self.facts.get(self.current) {
            let style = &facts.evidence.style;
            let header = facts.template.and_then(|template| template.read(line, style));
            if let Some(header) = header.or_else(|| if facts.quick { quick::read(line, style) } else { None })
            {
                return Some((header, self.current));
            }
        }
        let header = header::read(line)?;
        let known = self.facts.iter().position(|facts| facts.evidence.style == header.style);
        let number = match known {
            Some(number) => number,
            None if self.facts.len() < MOST_STYLES => {
                self.facts.push(Facts::new(header.style));
                self.facts.len() - 1
            }
            None => return None,
        };
        self.current = number;
        Some((header, number))
    }

    /// Whether messages end with CR LF in this file and a bare LF only breaks lines inside them (iOS).
    pub(super) fn needs_crlf(&self, number: usize) -> bool {
        self.facts.get(number).is_some_and(|facts| {
            facts.evidence.style.family == Family::Bracket
                && facts.crlf >= 3
                && facts.crlf > 2 * facts.lf
                && self.within.crlf * 9 <= self.within.lf + facts.lf
        })
    }

    /// Remembers the time of a header of the only kind so far.
    #[inline]
    fn first_kind(&mut self, header: &Header, kind: Sort) {
        self.last = Some(kind);
        self.first = Some(First::Read(*header));
    }

    /// Compares the time of a header that is of another kind than the one before with the last of all other kinds.
    fn change(&mut self, header: &Header, kind: Sort, number: usize) {
        let first = match self.first.take() {
            Some(First::Read(header)) => Some(header),
            Some(First::Usual(line)) => header::read(&line),
            None => None,
        };
        if let Some(first) = first
            && let Some(last) = self.last
        {
            self.times.push((last, minutes(&first)));
        }
        let now = minutes(header);
        if self.last != Some(kind)
            && let Some(facts) = self.facts.get_mut(number)
        {
            facts.entered += 1;
            let is_behind = |times: [i64; 2]| now.iter().zip(times).all(|(&now, last)| now <= last);
            facts.behind +=
                u64::from(self.times.iter().any(|&(other, times)| other != kind && is_behind(times)));
        }
        self.last = Some(kind);
        match self.times.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, times)) => *times = now,
            None => self.times.push((kind, now)),
        }
    }

    fn author(&mut self, line: &[u8], number: usize) {
        let Some(facts) = self.facts.get_mut(number) else { return };
        let bracket = facts.evidence.style.family == Family::Bracket;
        let is_first = facts.evidence.count == 1 && number == 0;
        if bracket && let Some(colon) = memchr::memchr(b':', line) {
            match line.get(colon + 1) {
                None | Some(b'\r') => {}
                Some(b' ') => facts.spaced += 1,
                // A colon with a space further on may be the end of a name that holds one: "12:30 club: Hi".
                Some(_) if line.windows(2).take(NAME_REACH).any(|pair| pair == b": ") => {}
                Some(_) => facts.tight += 1,
            }
        }
        let tight = facts.is_tight();
        let Some((author, at)) = self.authors.add(line, tight) else { return };
        let text = line.get(at..).unwrap_or_default();
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let marked = text.starts_with(b"\xe2\x80\x8e") || text.starts_with(b"\xe2\x80\x8f");
        facts.marked += u64::from(marked);
        if text.len() < 160 && (marked || !bracket) && words::words().note(text) == Some(Note::YouDeleted) {
            author.exporter = true;
        }
        if is_first && bracket {
            let sentence = std::str::from_utf8(without_marks(text)).unwrap_or_default();
            if service::begins_like_one(sentence) {
                let name = line.get(..at).unwrap_or_default();
                let name = String::from_utf8_lossy(name);
                self.title = Some(super::people::shown(name.trim_end_matches([' ', ':'])).to_owned());
            }
        }
    }

    /// Draws the conclusions.
    fn settle(&mut self) {
        let count = |kind| -> u64 {
            self.facts.iter().filter(|facts| facts.kind() == kind).map(|facts| facts.evidence.count).sum()
        };
        let most = self.facts.iter().map(|facts| count(facts.kind())).max().unwrap_or_default();
        let first = self.facts.first().map(Facts::kind);
        let accepted: Vec<bool> = self
            .facts
            .iter()
            .map(|facts| {
                let own = count(facts.kind());
                let quoted = facts.behind == facts.entered && own < 20;
                Some(facts.kind()) == first || own == most || (own * 5 >= most && !quoted)
            })
            .collect();
        let commonest = self.facts.iter().map(|facts| facts.evidence.count).max().unwrap_or_default();
        for (facts, accepted) in self.facts.iter_mut().zip(accepted) {
            facts.accepted = accepted;
            facts.rare = facts.evidence.count < 3 && facts.evidence.count * 50 < commonest;
            facts.order = facts.evidence.order();
        }
        let of_its_own =
            |&(_, style): &(u64, usize)| self.facts.get(style).is_some_and(|facts| !facts.accepted);
        self.joined = self.opening.filter(of_its_own).map(|(at, _)| at);
        self.authors.settle();
        self.current = 0;
    }
}

/// Whether a line, behind its header, says what WhatsApp says at the beginning of a chat and nobody copies from it: that
/// messages are encrypted. Such sentences are long.
fn opens_an_export(rest: &[u8]) -> bool {
    const LONG: usize = 70;
    let rest = rest.strip_suffix(b"\r").unwrap_or(rest);
    let own = |sentence: &[u8]| {
        sentence.len() >= LONG && std::str::from_utf8(sentence).is_ok_and(service::begins_like_one)
    };
    let behind = memchr::memmem::find(rest, ": \u{200e}".as_bytes()).and_then(|colon| rest.get(colon + 2..));
    own(without_marks(rest)) || behind.is_some_and(|sentence| own(without_marks(sentence)))
}

/// A header's time in minutes from some day, the day first and the month first.
fn minutes(header: &Header) -> [i64; 2] {
    let minutes = |order| {
        order::date(header, order).map_or(i64::MIN, |date| {
            let days = i64::from(date.year()) * 372 + i64::from(date.month()) * 31 + i64::from(date.day());
            days * 1440 + i64::from(header.hour) * 60 + i64::from(header.minute)
        })
    };
    if header.style.long_first || header.style.separator == b'Y' {
        return [minutes(Order::YearFirst); 2];
    }
    let [day_first, month_first] = [minutes(Order::DayFirst), minutes(Order::MonthFirst)];
    let either = |one: i64, other: i64| if one == i64::MIN { other } else { one };
    [either(day_first, month_first), either(month_first, day_first)]
}
