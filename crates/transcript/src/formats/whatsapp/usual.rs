//! The beginning of a line in the style of the line before, with the name behind it: most lines of a chat. A few
//! words of the line are compared at once, and a name that is known is found without looking at it byte by byte.

use super::authors::Split;
use super::header::{Header, Style};
use super::quick::{self, Template};

/// A name of up to so many bytes is compared at once.
const LONGEST: usize = 32;
/// So much of a line is looked at; a shorter one at the end of a window is not usual.
pub(super) const HEAD: usize = 64;
const SLOTS: usize = 256;
const LOW: u64 = 0x0101_0101_0101_0101;
const COLONS: u64 = 0x3a3a_3a3a_3a3a_3a3a;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// What stands in the date's place, to be compared with that of another line.
pub(super) type Day = [u64; 2];

/// How the usual line begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usual {
    pub(super) style: Style,
    template: Option<Template>,
}

/// A line that begins as usual.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) day: Day,
    /// Where the name begins.
    pub(super) rest: usize,
    pub(super) split: Split,
    /// The first byte of the text, or what ends the line.
    pub(super) first: u8,
    name: Name,
    templated: bool,
}

/// A name with nothing behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    words: [u64; LONGEST / 8],
    len: usize,
}

/// For each length, which bytes of a name's words belong to it.
const MASKS: [[u64; LONGEST / 8]; LONGEST] = {
    let mut masks = [[0; LONGEST / 8]; LONGEST];
    let mut len = 0;
    while len < LONGEST {
        let mut byte = 0;
        while byte < len {
            masks[len][byte / 8] |= 0xff << (byte % 8 * 8);
            byte += 1;
        }
        len += 1;
    }
    masks
};

impl Name {
    /// A name, if it is short enough to be compared at once.
    pub(super) fn new(name: &[u8]) -> Option<Self> {
        if name.len() >= LONGEST {
            return None;
        }
        let mut padded = [0; LONGEST];
        padded.get_mut(..name.len())?.copy_from_slice(name);
        let mut words = [0; LONGEST / 8];
        for (word, bytes) in words.iter_mut().zip(padded.as_chunks::<8>().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        Some(Self { words, len: name.len() })
    }

    /// The name before the first colon, if it ends within these bytes.
    #[inline]
    fn before_colon(bytes: &[u8; LONGEST]) -> Option<Self> {
        let mut words = [0; LONGEST / 8];
        let mut colons = 0_u64;
        for (number, (word, bytes)) in words.iter_mut().zip(bytes.as_chunks::<8>().0).enumerate() {
            *word = u64::from_le_bytes(*bytes);
            // Nought where a colon stands; the lowest bit found in a word is right, those above it may not be.
            let other = *word ^ (COLONS);
            let found = other.wrapping_sub(LOW) & !other & HIGH;
            colons |= ((found >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (number * 8);
        }
        let len = colons.trailing_zeros() as usize;
        for (word, mask) in words.iter_mut().zip(MASKS.get(len)?) {
            *word &= mask;
        }
        Some(Self { words, len })
    }

    /// Whether both are the same, told without a branch for each word.
    #[inline]
    fn is(&self, other: &Self) -> bool {
        let pairs = self.words.iter().zip(&other.words);
        pairs.fold((self.len ^ other.len) as u64, |differ, (one, another)| differ | (one ^ another)) == 0
    }

    #[inline]
    fn slot(&self) -> usize {
        let [a, b, c, d] = self.words;
        let mixed = a ^ b.rotate_left(23) ^ c.rotate_left(41) ^ d ^ (self.len as u64) << 56;
        (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize & (SLOTS - 1)
    }
}

/// Numbers of authors by name.
#[derive(Debug)]
pub(super) struct Names(Box<[(Name, u32); SLOTS]>);

impl Default for Names {
    fn default() -> Self {
        Self(Box::new([(Name::default(), u32::MAX); SLOTS]))
    }
}

impl Names {
    /// The number of a name that is remembered.
    #[inline]
    pub(super) fn find(&self, seen: &Seen) -> Option<u32> {
        let (name, number) = self.0.get(seen.name.slot())?;
        name.is(&seen.name).then_some(*number)
    }

    pub(super) fn remember(&mut self, name: &[u8], number: u32) {
        if let Some(name) = Name::new(name)
            && let Some(slot) = self.0.get_mut(name.slot())
        {
            *slot = (name, number);
        }
    }
}

impl Usual {
    pub(super) fn new(style: Style) -> Option<Self> {
        quick::can(&style).then(|| Self { style, template: Template::new(&style) })
    }

    /// The line at `at` of a window, if it begins as usual and a short name stands behind that.
    ///
    /// What was seen goes to `then` and not back: a copy of it through memory took a tenth of all time.
    #[inline]
    pub(super) fn read<T>(
        &self,
        window: &[u8],
        at: usize,
        then: impl FnOnce(Seen) -> Option<T>,
    ) -> Option<T> {
        let line = window.get(at..)?;
        let head: &[u8; HEAD] = line.first_chunk()?;
        let (day, rest, templated) = if let Some(template) = &self.template
            && let Some(day) = template.day(head.first_chunk()?)
        {
            (day, template.len(), true)
        } else {
            let header = quick::read(head, &self.style)?;
            let [a, b, c] = header.date.map(u64::from);
            ([a | b << 16 | c << 32, 0], usize::from(header.rest), false)
        };
        let name = Name::before_colon(head.get(rest..)?.first_chunk()?)?;
        let colon = rest + name.len;
        let &[space, first] = line.get(colon + 1..)?.first_chunk()?;
        // A name is never empty.
        (name.len > 0 && space == b' ').then_some(())?;
        let split = Split { name: name.len, text: name.len + 2 };
        then(Seen { day, rest, split, first, name, templated })
    }
}

impl Usual {
    /// The header of a line that [`Usual::read`] has read.
    #[inline]
    pub(super) fn header(&self, line: &[u8], seen: &Seen) -> Option<Header> {
        match &self.template {
            Some(template) if seen.templated => Some(template.header(line.first_chunk()?, &self.style)),
            _ => quick::read(line, &self.style),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::whatsapp::authors::split;

    #[test]
    fn names_are_cut_as_by_the_slow_way() {
        let names =
            ["Al", "Zoë 🌧️", "a:b", ":", "", "1234567", "12345678", "\u{202a}+44 7700 900123\u{202c}"];
        let mut bytes = Vec::new();
        for name in names {
            for behind in [": text", ":text", ":", " "] {
                bytes.clear();
                bytes.extend_from_slice(name.as_bytes());
                bytes.extend_from_slice(behind.as_bytes());
                bytes.resize(LONGEST, b'-');
                let found = Name::before_colon(bytes.first_chunk().unwrap());
                let colon = bytes.iter().position(|&byte| byte == b':');
                assert_eq!(found.map(|found| found.len), colon);
                if let Some(colon) = colon {
                    assert_eq!(found, Name::new(&bytes[..colon]));
                    let slow = split(&bytes, false);
                    assert!(slow.is_none_or(|slow| slow.name >= colon));
                }
            }
        }
    }
}
