//! Going on after a break: first to where the brackets around the break close again, and if that is not clean, to the
//! next element that begins like the ones before it.

use memchr::memchr;

use super::scan::{Brackets, StringEnd, string_end};
use super::{Kind, is_space};

/// White space looked at before an element's bracket.
const BEHIND: usize = 128;
/// Bytes looked at after it.
pub(super) const AHEAD: usize = 4096;

/// Follows brackets from the place of a break to the comma or bracket that ends what is broken.
#[derive(Clone, Debug)]
pub(super) struct Balance {
    brackets: Brackets,
    string: bool,
    escaped: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Balanced {
    /// The comma or closing bracket outside everything broken.
    At(usize),
    /// Not to be trusted from this position on.
    Unclean(usize),
    /// Needs more bytes after this position.
    More(usize),
}

impl Balance {
    pub(super) fn new(brackets: Brackets) -> Self {
        Self { brackets, string: false, escaped: false }
    }

    pub(super) fn scan(&mut self, bytes: &[u8], mut at: usize) -> Balanced {
        loop {
            if self.string {
                let end = string_end(bytes, at + usize::from(self.escaped));
                let inside = match end {
                    StringEnd::At(end) => bytes.get(at..end),
                    StringEnd::Beyond { .. } => bytes.get(at..),
                };
                // A quote is missing somewhere if a "string" runs over the end of a line.
                if inside.unwrap_or_default().iter().any(|byte| matches!(byte, b'\n' | b'\r' | 0)) {
                    return Balanced::Unclean(at);
                }
                match end {
                    StringEnd::At(end) => (self.string, self.escaped, at) = (false, false, end),
                    StringEnd::Beyond { escaped } => {
                        self.escaped = escaped;
                        return Balanced::More(bytes.len());
                    }
                }
            }
            let Some(byte) = bytes.get(at) else { return Balanced::More(at) };
            match byte {
                b'"' => self.string = true,
                b'{' | b'[' => self.brackets.push(*byte == b'['),
                b'}' | b']' => match self.brackets.array() {
                    None => return Balanced::At(at),
                    Some(array) if array == (*byte == b']') => self.brackets.pop(),
                    Some(_) => return Balanced::Unclean(at),
                },
                b',' if self.brackets.depth() == 0 => return Balanced::At(at),
                _ => {}
            }
            at += 1;
        }
    }
}

/// How the elements of an array begin: the first two keys, quotes included.
#[derive(Clone, Debug, Default)]
pub(super) struct Signature {
    pub(super) first: Vec<u8>,
    pub(super) second: Vec<u8>,
}

impl Signature {
    /// Whether nothing is known of it.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// Learns from an element, or from what is there of one.
    pub(super) fn learn(&mut self, element: &[u8]) {
        if !self.is_empty() || element.first() != Some(&b'{') {
            return;
        }
        let head = element.get(..AHEAD).unwrap_or(element);
        let Some((first, after)) = key(head, 1) else { return };
        self.first = first.to_vec();
        let second =
            scalar(head, after).and_then(|at| token(head, at)).filter(|at| head.get(*at) == Some(&b','));
        if let Some((second, _)) = second.and_then(|at| key(head, at + 1)) {
            self.second = second.to_vec();
        }
    }

    /// Whether an element begins here; `None` if these bytes do not tell.
    pub(super) fn fits(&self, bytes: &[u8], quote: usize) -> Option<bool> {
        let bytes = bytes.get(..quote + AHEAD).unwrap_or(bytes);
        let rest = bytes.get(quote..)?;
        if !rest.starts_with(&self.first) {
            return if self.first.starts_with(rest) { None } else { Some(false) };
        }
        if self.second.is_empty() {
            return token(bytes, quote + self.first.len()).map(|at| bytes.get(at) == Some(&b':'));
        }
        let colon = token(bytes, quote + self.first.len())?;
        if bytes.get(colon) != Some(&b':') {
            return Some(false);
        }
        let value = token(bytes, colon + 1)?;
        if matches!(bytes.get(value), Some(b'{' | b'[')) {
            return Some(false);
        }
        let comma = token(bytes, scalar(bytes, value)?)?;
        if bytes.get(comma) != Some(&b',') {
            return Some(false);
        }
        let second = bytes.get(token(bytes, comma + 1)?..)?;
        if second.len() < self.second.len() && self.second.starts_with(second) {
            return None;
        }
        Some(second.starts_with(&self.second))
    }
}

/// The position of the next byte that is not white space.
pub(super) fn token(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.iter().position(|byte| !is_space(*byte)).map(|found| at + found)
}

/// A key with its quotes, and where its value begins.
fn key(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let start = token(bytes, at)?;
    if bytes.get(start) != Some(&b'"') {
        return None;
    }
    let end = super::skip_string(bytes, start)?;
    let colon = token(bytes, end)?;
    if bytes.get(colon) != Some(&b':') {
        return None;
    }
    Some((bytes.get(start..end)?, token(bytes, colon + 1)?))
}

/// The position after a value that is not a container.
fn scalar(bytes: &[u8], at: usize) -> Option<usize> {
    match Kind::of(*bytes.get(at)?)? {
        Kind::Object | Kind::Array => None,
        Kind::String => super::skip_string(bytes, at),
        _ => {
            let plain = |byte: &u8| super::scan::is_number(*byte) || byte.is_ascii_lowercase();
            bytes.get(at..)?.iter().position(|byte| !plain(byte)).map(|found| at + found)
        }
    }
}

/// An array that is being walked, as a search knows it.
pub(super) struct Known<'a> {
    /// The number of its frame.
    pub(super) frame: usize,
    /// The key it stands under.
    pub(super) key: Option<&'a str>,
    pub(super) signature: &'a Signature,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An element of the array of this frame begins here.
    Element { frame: usize, at: usize },
    /// Another array of the same name begins before any element: those of this frame and deeper are out of reach.
    Beyond { frame: usize, from: usize },
    /// None before this position.
    None(usize),
}

/// The next element of one of the arrays, the innermost last in `arrays`, from `at` on.
/// Bytes before `floor` are not looked at.
pub(super) fn search(bytes: &[u8], floor: usize, mut at: usize, last: bool, arrays: &[Known<'_>]) -> Found {
    loop {
        let Some(found) = bytes.get(at..).and_then(|rest| memchr(b'"', rest)) else {
            return Found::None(bytes.len());
        };
        let quote = at + found;
        if let Some(start) = opened(bytes, floor, quote) {
            for array in arrays.iter().rev().filter(|array| !array.signature.is_empty()) {
                match array.signature.fits(bytes, quote) {
                    Some(true) => return Found::Element { frame: array.frame, at: start },
                    None if !last && bytes.len() - quote < AHEAD => return Found::None(quote),
                    _ => {}
                }
            }
        }
        for array in arrays {
            match array.key.and_then(|key| names_array(bytes, quote, key)) {
                Some(true) => return Found::Beyond { frame: array.frame, from: quote + 1 },
                None if array.key.is_some() && !last && bytes.len() - quote < AHEAD => {
                    return Found::None(quote);
                }
                _ => {}
            }
        }
        at = quote + 1;
    }
}

/// How far back of the position reached a search must still see.
pub(super) const LOOK_BACK: usize = BEHIND * 2;

/// Where the bracket stands that `quote` follows as its first key, if a comma stands before it.
fn opened(bytes: &[u8], floor: usize, quote: usize) -> Option<usize> {
    let before = |from: usize| {
        let low = from.saturating_sub(BEHIND).max(floor);
        let space = bytes.get(low..from)?;
        space.iter().rposition(|byte| !is_space(*byte)).map(|at| low + at)
    };
    let start = before(quote).filter(|at| bytes.get(*at) == Some(&b'{'))?;
    before(start).filter(|at| bytes.get(*at) == Some(&b',')).map(|_| start)
}

/// Whether the string at `quote` is this key of an array; `None` if these bytes do not tell.
fn names_array(bytes: &[u8], quote: usize, key: &str) -> Option<bool> {
    let bytes = bytes.get(..quote + AHEAD).unwrap_or(bytes);
    let rest = bytes.get(quote + 1..)?;
    let common = rest.len().min(key.len());
    if rest.get(..common) != key.as_bytes().get(..common) {
        return Some(false);
    }
    let end = quote + 1 + key.len();
    if *bytes.get(end)? != b'"' {
        return Some(false);
    }
    let colon = token(bytes, end + 1)?;
    if bytes.get(colon) != Some(&b':') {
        return Some(false);
    }
    Some(bytes.get(token(bytes, colon + 1)?) == Some(&b'['))
}
