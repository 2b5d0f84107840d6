use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A range of bytes of one source, counted from its first byte, end excluded.
///
/// ```
/// use transcript::Span;
/// let span = Span::new(3, 8);
/// assert_eq!(span.len(), 5);
/// assert_eq!(span.of(b"On time today"), Some(&b"time "[..]));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    start: u64,
    end: u64,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`. An end before the start is an empty span at `start`.
    pub const fn new(start: u64, end: u64) -> Self {
        Self { start, end: if end < start { start } else { end } }
    }

    /// The first byte's offset.
    pub const fn start(self) -> u64 {
        self.start
    }

    /// The offset after the last byte.
    pub const fn end(self) -> u64 {
        self.end
    }

    /// How many bytes.
    pub const fn len(self) -> u64 {
        self.end - self.start
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies in it whole.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The bytes themselves, where `source` is the whole source; `None` if it is shorter than that.
    pub fn of(self, source: &[u8]) -> Option<&[u8]> {
        source.get(usize::try_from(self.start).ok()?..usize::try_from(self.end).ok()?)
    }
}

/// A part of a source that is being read, and where in the source it lies.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    /// The bytes at hand.
    pub bytes: &'a [u8],
    /// The offset of the first of them in the source.
    pub base: u64,
    /// Whether the source ends where the window does.
    pub last: bool,
}

impl<'a> Window<'a> {
    /// A whole source.
    pub const fn whole(bytes: &'a [u8]) -> Self {
        Self { bytes, base: 0, last: true }
    }

    /// Where in the source a range of the window lies.
    pub fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.base + range.start as u64, self.base + range.end as u64)
    }

    /// Where in the source a slice of the window lies. The slice must be cut from this window's bytes.
    pub fn span_of(&self, part: &[u8]) -> Span {
        let offset = (part.as_ptr() as usize).saturating_sub(self.bytes.as_ptr() as usize);
        debug_assert!(offset + part.len() <= self.bytes.len(), "a part of another window");
        self.span(offset..offset + part.len())
    }
}
