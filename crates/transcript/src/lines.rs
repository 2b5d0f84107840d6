//! Lines of a source that comes in windows, and blocks of lines that belong together.
//!
//! Both remember how far they have looked, so that a long line or a long block is not searched again with every window.

use std::ops::Range;

use crate::{Output, Span, Text, WarningKind, Window, joined};

/// One line, its ending (`\n`, `\r\n` or a lone `\r`) apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    /// Where it begins in the window.
    pub(crate) start: usize,
    /// What stands on it.
    pub(crate) text: &'a [u8],
    /// Its number, counted from one.
    pub(crate) number: u64,
}

/// Splits windows into lines.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    next: u64,
    searched: u64,
    number: u64,
}

impl Lines {
    /// The next line, if it is complete.
    pub(crate) fn next<'a>(&mut self, window: &Window<'a>) -> Option<Line<'a>> {
        if self.next < window.base {
            *self = Self { next: window.base, searched: window.base, number: self.number };
        }
        let start = offset(self.next, window);
        let from = offset(self.searched, window).max(start);
        let rest = window.bytes.get(from..)?;
        let (text_end, end) = match memchr::memchr2(b'\n', b'\r', rest) {
            Some(at) => {
                let at = from + at;
                match (window.bytes.get(at), window.bytes.get(at + 1)) {
                    (Some(b'\n'), _) => (at, at + 1),
                    (_, Some(b'\n')) => (at, at + 2),
                    (_, None) if !window.last => {
                        self.searched = window.base + at as u64;
                        return None;
                    }
                    _ => (at, at + 1),
                }
            }
            None if window.last && start < window.bytes.len() => (window.bytes.len(), window.bytes.len()),
            None => {
                self.searched = window.base + window.bytes.len() as u64;
                return None;
            }
        };
        self.next = window.base + end as u64;
        self.searched = self.next;
        self.number += 1;
        Some(Line { start, text: window.bytes.get(start..text_end)?, number: self.number })
    }

    /// How many of the window's bytes have been given out as lines.
    pub(crate) fn dealt(&self, window: &Window<'_>) -> usize {
        offset(self.next, window).min(window.bytes.len())
    }
}

/// Where in the window an offset of the source lies; the window's beginning if before it.
pub(crate) fn offset(at: u64, window: &Window<'_>) -> usize {
    usize::try_from(at.saturating_sub(window.base)).unwrap_or(usize::MAX)
}

/// So many lines of a block are told apart; what is beyond is one line more. No message has as many.
const MOST_LINES: usize = 1 << 14;

/// Where in the window the lines of a block lie, without their ends.
pub(crate) fn each(window: &Window<'_>, block: Range<usize>) -> Vec<Range<usize>> {
    let bytes = window.bytes.get(block.clone()).unwrap_or_default();
    let inside = Window { bytes, base: 0, last: true };
    let (mut lines, mut found) = (Lines::default(), Vec::new());
    while let Some(line) = lines.next(&inside) {
        let start = block.start + line.start;
        if found.len() == MOST_LINES {
            found.push(start..block.start + without_line_end(bytes).len());
            break;
        }
        found.push(start..start + line.text.len());
    }
    found
}

/// How many lines begin in these bytes after the first.
pub(crate) fn breaks(bytes: &[u8]) -> u64 {
    let mut sum = 0;
    for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
        if bytes.get(at) == Some(&b'\n') || bytes.get(at + 1) != Some(&b'\n') {
            sum += 1;
        }
    }
    sum
}

/// What a line does to the block before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It belongs to the block.
    Within,
    /// A block begins with it.
    Begins,
    /// A block began with the line before it.
    BeganBefore,
}

/// Lines that belong together: a heading, a message with all its lines.
#[derive(Clone, Debug)]
pub(crate) struct Block<'a> {
    /// Where in the window they lie, line ends included.
    pub(crate) range: Range<usize>,
    /// The number of the first line.
    pub(crate) number: u64,
    /// The line that the next block begins with; `None` at the end of the source.
    pub(crate) next: Option<&'a [u8]>,
}

/// Says where blocks begin, and what they are.
pub(crate) trait Reader {
    /// Whether a whole export in another format may be part of the last block (a file that a mail encloses).
    const ENCLOSES: bool = false;

    /// What `line` does to the block before it. `before` is the line above, if it is in the same block.
    fn turn(&mut self, line: &[u8], before: Option<&[u8]>) -> Turn;

    /// One block, complete. All its bytes must be written to `out`.
    fn block(&mut self, window: &Window<'_>, block: &Block<'_>, out: &mut Output<'_>);
}

/// Splits windows into blocks.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    lines: Lines,
    open: Option<(u64, u64)>,
    above: Option<(Range<u64>, u64)>,
}

impl Blocks {
    /// Reads what blocks are complete. Returns how many bytes those have.
    pub(crate) fn parse(
        &mut self,
        reader: &mut impl Reader,
        window: &Window<'_>,
        out: &mut Output<'_>,
    ) -> usize {
        if self.open.is_some_and(|(start, _)| start < window.base) {
            (self.open, self.above) = (None, None);
        }
        while let Some(line) = self.lines.next(window) {
            let above = self.above.take();
            let before = above.as_ref().and_then(|(range, _)| {
                window.bytes.get(offset(range.start, window)..offset(range.end, window))
            });
            let begin = match (reader.turn(line.text, before), &above, self.open) {
                (Turn::Begins, ..) | (_, _, None) => Some((line.start, line.number, line.text)),
                (Turn::BeganBefore, Some((range, number)), _) => {
                    Some((offset(range.start, window), *number, before.unwrap_or_default()))
                }
                _ => None,
            };
            if let Some((start, number, text)) = begin {
                self.close(reader, window, start, Some(text), out);
                self.open = Some((window.base + start as u64, number));
            }
            let text = window.base + line.start as u64;
            self.above = Some((text..text + line.text.len() as u64, line.number));
        }
        if window.last {
            self.close_last(reader, window, out);
            return window.bytes.len();
        }
        self.open.map_or_else(|| self.lines.dealt(window), |(start, _)| offset(start, window))
    }

    /// Ends the last block where the source ends, or before another export that was joined to it.
    fn close_last<R: Reader>(&mut self, reader: &mut R, window: &Window<'_>, out: &mut Output<'_>) {
        let len = window.bytes.len();
        let start = self.open.map_or(len, |(start, _)| offset(start, window));
        let last = window.bytes.get(start..).unwrap_or_default();
        match if R::ENCLOSES { None } else { joined::second(last) } {
            Some((cut, reason)) => {
                self.close(reader, window, start + cut, None, out);
                out.unparsed(window.span(start + cut..len), reason);
            }
            None => self.close(reader, window, len, None, out),
        }
    }

    fn close(
        &mut self,
        reader: &mut impl Reader,
        window: &Window<'_>,
        end: usize,
        next: Option<&[u8]>,
        out: &mut Output<'_>,
    ) {
        if let Some((start, number)) = self.open.take() {
            let range = offset(start, window)..end;
            if !range.is_empty() {
                reader.block(window, &Block { range, number, next }, out);
            }
        }
    }
}

/// The text at a range of the window: just as it stands, or with replacement characters and a warning.
pub(crate) fn text<'a>(window: &Window<'a>, range: Range<usize>, out: &mut Output<'_>) -> Text<'a> {
    let bytes = window.bytes.get(range.clone()).unwrap_or_default();
    let at = window.span(range);
    match std::str::from_utf8(bytes) {
        _ if bytes.is_empty() => Text::EMPTY,
        Ok(text) => Text::verbatim(text, at),
        Err(_) => Text::decoded(lossy(bytes, at, out)),
    }
}

/// Bytes as text, with replacement characters and a warning where they are not UTF-8.
pub(crate) fn lossy(bytes: &[u8], at: Span, out: &mut Output<'_>) -> String {
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, std::borrow::Cow::Owned(_)) {
        out.warn(
            WarningKind::InvalidText,
            at,
            "these bytes are not UTF-8; shown with replacement characters",
        );
    }
    text.into_owned()
}

/// Without the line end that stands at the end, if any.
pub(crate) fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// The UTF-8 byte order mark.
pub(crate) const MARK: &[u8] = b"\xEF\xBB\xBF";

#[cfg(test)]
mod tests {
    use super::*;

    fn all(source: &[u8], size: usize) -> Vec<(Vec<u8>, u64)> {
        let (mut lines, mut found, mut held) = (Lines::default(), Vec::new(), Vec::new());
        let mut base = 0;
        let pieces: Vec<&[u8]> = source.chunks(size).collect();
        for (number, piece) in pieces.iter().enumerate() {
            held.extend_from_slice(piece);
            let window = Window { bytes: &held, base, last: number + 1 == pieces.len() };
            while let Some(line) = lines.next(&window) {
                found.push((line.text.to_vec(), line.number));
            }
            let dealt = lines.dealt(&window);
            held.drain(..dealt);
            base += dealt as u64;
        }
        found
    }

    #[test]
    fn all_line_ends_however_cut() {
        let source = b"one\ntwo\r\nthree\rfour\n\r\n\rfive";
        let whole = all(source, 1000);
        let texts: Vec<&[u8]> = whole.iter().map(|(text, _)| text.as_slice()).collect();
        assert_eq!(texts, [&b"one"[..], b"two", b"three", b"four", b"", b"", b"five"]);
        assert_eq!(breaks(source), 6);
        for size in 1..source.len() {
            assert_eq!(all(source, size), whole, "in pieces of {size}");
        }
    }
}
