//! Who writes in a chat: decided from the whole file, because a name may hold what ends one.

use std::collections::HashMap;

use super::usual::{Names, Seen};
use super::words::service;

/// A supposed name longer than this is none.
const LONGEST_NAME: usize = 300;
/// What is longer than this and stands before a colon once only is a sentence, in whatever language.
const LONGEST_LONELY_NAME: usize = 120;
/// As many names are kept; a chat has at most some thousands. What is beyond is judged by its own line.
const MOST: usize = 1 << 16;
const CACHE: usize = 256;

/// Where a line's author ends and its text begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Split {
    /// Length of the name.
    pub(super) name: usize,
    /// Where the text begins.
    pub(super) text: usize,
}

/// Divides `line` at its first colon that may end a name: with a space or nothing behind it,
/// or in a `tight` style, where no space follows a name, at its first.
#[inline]
pub(super) fn split(line: &[u8], tight: bool) -> Option<Split> {
    let head = line.get(..LONGEST_NAME).unwrap_or(line);
    // Most names are short: no search is set up for them.
    let near = head.iter().take(16).position(|&byte| byte == b':');
    let mut from = near.unwrap_or_default();
    while let Some(found) = memchr::memchr(b':', head.get(from..)?) {
        let colon = from + found;
        if colon > 0 {
            match line.get(colon + 1) {
                _ if tight => return Some(Split { name: colon, text: colon + 1 }),
                Some(b' ') => return Some(Split { name: colon, text: colon + 2 }),
                None | Some(b'\r' | b'\n') => return Some(Split { name: colon, text: colon + 1 }),
                _ => {}
            }
        }
        from = colon + 1;
    }
    None
}

/// One supposed author.
#[derive(Debug)]
pub(super) struct Author {
    name: Box<[u8]>,
    pub(super) count: u32,
    /// Texts that do not begin with a mark, as those do which the service writes on iOS.
    pub(super) plain: u32,
    /// Wrote "You deleted this message": the account that made the export.
    pub(super) exporter: bool,
    longer: Longer,
    /// Was judged, and no line of it needs to be judged again.
    settled: bool,
}

/// Whether the name may go on behind its first colon.
#[derive(Debug)]
enum Longer {
    Unseen,
    /// All texts so far began with these words, and a colon or a space behind them.
    Maybe {
        more: Box<[u8]>,
        /// How often it was a colon.
        colons: u32,
        /// How often what followed the colon was a note of the service, which begins a text.
        sure: u32,
    },
    No,
}

/// The supposed authors of a file.
#[derive(Debug)]
pub(super) struct Authors {
    list: Vec<Author>,
    numbers: HashMap<Box<[u8]>, u32>,
    cache: [u32; CACHE],
    usual: Names,
    /// Names that go on behind a colon, once the file has been seen.
    longer: Vec<Box<str>>,
}

/// What a line is, as far as its author tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Somebody wrote it. The number is that of [`Authors::get`], if the name was met in the survey.
    Written(Split, Option<u32>),
    /// The service wrote it.
    Service,
}

impl Default for Authors {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            numbers: HashMap::new(),
            cache: [u32::MAX; CACHE],
            usual: Names::default(),
            longer: Vec::new(),
        }
    }
}

fn slot(name: &[u8]) -> usize {
    let at = |place: usize| u32::from(name.get(place).copied().unwrap_or_default());
    let mixed = at(0) | at(name.len() / 2) << 8 | at(name.len().wrapping_sub(1)) << 16 | at(2) << 24;
    let len = u32::try_from(name.len()).unwrap_or_default();
    (mixed ^ len).wrapping_mul(0x9e37_79b1) as usize >> 24 & (CACHE - 1)
}

impl Authors {
    #[inline]
    fn find(&mut self, name: &[u8]) -> Option<u32> {
        let slot = slot(name);
        let cached = self.cache.get(slot).copied().unwrap_or(u32::MAX);
        if self.list.get(cached as usize).is_some_and(|author| *author.name == *name) {
            return Some(cached);
        }
        let number = *self.numbers.get(name)?;
        if let Some(entry) = self.cache.get_mut(slot) {
            *entry = number;
        }
        Some(number)
    }

    pub(super) fn get(&self, number: u32) -> Option<&Author> {
        self.list.get(number as usize)
    }

    fn knows(&self, name: &str) -> bool {
        self.numbers.contains_key(name.as_bytes())
    }

    /// One line of the survey: `line` is what follows the header.
    #[inline]
    pub(super) fn add(&mut self, line: &[u8], tight: bool) -> Option<(&mut Author, usize)> {
        let split = split(line, tight)?;
        let name = line.get(..split.name)?;
        let text = line.get(split.text..).unwrap_or_default();
        let number = match self.find(name) {
            Some(number) => number,
            None if self.list.len() < MOST => {
                let number = u32::try_from(self.list.len()).ok()?;
                self.numbers.insert(name.into(), number);
                self.list.push(Author {
                    name: name.into(),
                    count: 0,
                    plain: 0,
                    exporter: false,
                    longer: Longer::Unseen,
                    settled: false,
                });
                number
            }
            None => return None,
        };
        let author = self.list.get_mut(number as usize)?;
        author.count += 1;
        author.plain += u32::from(!(text.starts_with(b"\xe2\x80\x8e") || text.starts_with(b"\xe2\x80\x8f")));
        if !matches!(author.longer, Longer::No) {
            author.longer.see(text);
        }
        self.usual.remember(name, number);
        let author = self.list.get_mut(number as usize)?;
        Some((author, split.text))
    }

    /// The author of one line of the survey that begins as usual and of whom nothing else is to be learnt from it.
    #[inline]
    pub(super) fn add_usual(&mut self, seen: &Seen) -> Option<&mut Author> {
        let author = self.list.get_mut(self.usual.find(seen)? as usize)?;
        if !matches!(author.longer, Longer::No) {
            return None;
        }
        author.count += 1;
        author.plain += 1;
        Some(author)
    }

    /// The author of a line that begins as usual, if no line of theirs needs to be judged.
    #[inline]
    pub(super) fn usual(&self, seen: &Seen) -> Option<u32> {
        let number = self.usual.find(seen)?;
        self.get(number)?.settled.then_some(number)
    }

    /// The survey is over.
    pub(super) fn settle(&mut self) {
        self.longer = self.list.iter().filter_map(Author::longer_name).take(64).collect();
    }

    /// Who wrote a line, judged by the whole file. `bracket`: iOS, where every line has somebody in the author's place.
    #[inline]
    pub(super) fn judge(&mut self, line: &[u8], tight: bool, bracket: bool) -> Line {
        let Some(split) = split(line, tight) else { return Line::Service };
        let Some(name) = line.get(..split.name) else { return Line::Service };
        let number = self.find(name);
        if let Some(number) = number
            && self.get(number).is_some_and(|author| author.settled)
        {
            self.usual.remember(name, number);
            return Line::Written(split, Some(number));
        }
        let line = self.doubt(line, split, number, bracket);
        // Of a name met more than once, the name alone is judged.
        if let (Line::Written(..), Some(number)) = (line, number)
            && let Some(author) = self.list.get_mut(number as usize)
        {
            author.settled = author.count > 1 && author.longer_name().is_none();
            self.usual.remember(&author.name, number);
        }
        line
    }

    fn doubt(&self, line: &[u8], split: Split, number: Option<u32>, bracket: bool) -> Line {
        let author = number.and_then(|number| self.get(number));
        if let Some(longer) = author.and_then(Author::longer_name) {
            let written = line.strip_prefix(longer.as_bytes()).and_then(|rest| rest.strip_prefix(b": "));
            if let Some(text) = written {
                let split = Split { name: longer.len(), text: line.len() - text.len() };
                return Line::Written(split, number);
            }
            if !bracket && line.starts_with(longer.as_bytes()) {
                return Line::Service;
            }
        }
        let written = Line::Written(split, number);
        if bracket {
            return written;
        }
        let first_line = memchr::memchr(b'\n', line).and_then(|end| line.get(..end)).unwrap_or(line);
        let (Ok(name), Ok(text)) = (
            std::str::from_utf8(line.get(..split.name).unwrap_or_default()),
            std::str::from_utf8(first_line.get(..1024).unwrap_or(first_line)),
        ) else {
            return written;
        };
        let count = author.map_or(1, |author| author.count);
        if self.is_sentence(name, text, count) { Line::Service } else { written }
    }

    /// Whether what stands before a colon is not a name but the beginning of a sentence of the service.
    fn is_sentence(&self, name: &str, line: &str, count: u32) -> bool {
        if service::quotes(name) && (count == 1 || self.begins_with_somebody(name)) {
            return true;
        }
        if count == 1 && service::begins_like_one(name) {
            return true;
        }
        if let Some(who) = service::acting(name, line)
            && (self.knows(who) || service::is_you(who))
            && count == 1
        {
            return true;
        }
        if count == 1 && name.len() > LONGEST_LONELY_NAME {
            return true;
        }
        // A sentence about somebody whose name holds the colon.
        count == 1
            && self.longer.iter().any(|longer| {
                line.find(&**longer)
                    .is_some_and(|at| at > 0 && at < name.len() && at + longer.len() > name.len())
            })
    }

    /// Whether the words before some space are a known author's name, or "You".
    fn begins_with_somebody(&self, name: &str) -> bool {
        name.match_indices(' ').take(12).any(|(space, _)| {
            let who = name.get(..space).unwrap_or_default();
            service::is_you(who) || self.knows(who)
        })
    }
}

impl Author {
    /// The name with what follows its first colon, if the whole file shows that it goes on there.
    fn longer_name(&self) -> Option<Box<str>> {
        let Longer::Maybe { more, colons, sure } = &self.longer else { return None };
        if *colons < 3 && *sure == 0 {
            return None;
        }
        let name = [&*self.name, b": ", more.trim_ascii_end()].concat();
        String::from_utf8(name).ok().map(String::into_boxed_str)
    }
}

/// So much of a text may belong to a name.
const LONGEST_MORE: usize = 64;

impl Longer {
    fn see(&mut self, text: &[u8]) {
        let head = text.get(..LONGEST_MORE).unwrap_or(text);
        let colon = split(head, false).filter(|split| split.text > split.name + 1);
        let words = colon.and_then(|split| head.get(..split.name)).unwrap_or(head);
        match self {
            Self::No => return,
            // Less than the words: the file may end here.
            Self::Maybe { more, .. } if words.len() < more.len() && more.starts_with(words) => return,
            Self::Unseen => *self = Self::Maybe { more: words.into(), colons: 0, sure: 0 },
            Self::Maybe { more, colons, .. } => {
                let common = common_words(more, words);
                if common < more.len() {
                    *more = more.get(..common).unwrap_or_default().into();
                    *colons = 0;
                }
            }
        }
        match (&mut *self, colon) {
            (Self::Maybe { more, .. }, _) if more.is_empty() => *self = Self::No,
            (Self::Maybe { more, colons, sure }, Some(split)) if split.name == more.len() => {
                *colons += 1;
                *sure += u32::from(is_note(text.get(split.text..)));
            }
            _ => {}
        }
    }
}

/// The length of the words that two texts both begin with.
fn common_words(one: &[u8], other: &[u8]) -> usize {
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let ends = |text: &[u8]| text.get(same).is_none_or(|&byte| matches!(byte, b' ' | b':'));
    if ends(one) && ends(other) {
        return same;
    }
    one.get(..same).and_then(|words| memchr::memrchr(b' ', words)).unwrap_or_default()
}

/// Whether a text begins as only the service's notes do.
fn is_note(text: Option<&[u8]>) -> bool {
    text.is_some_and(|text| {
        (text.starts_with(b"<") && text.trim_ascii_end().ends_with(b">"))
            || text.starts_with("\u{200e}".as_bytes())
            || text.starts_with("\u{200f}".as_bytes())
    })
}
