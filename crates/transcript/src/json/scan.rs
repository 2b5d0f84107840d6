//! Where values end.

use memchr::memchr2;

use super::{DEEPEST, is_space};

/// A stack of bits: one for every open bracket, so that a million of them are 125 kB.
#[derive(Clone, Debug, Default)]
pub(super) struct Brackets {
    words: Vec<u64>,
    depth: usize,
}

impl Brackets {
    pub(super) fn push(&mut self, array: bool) {
        let (word, bit) = (self.depth / 64, self.depth % 64);
        if word == self.words.len() {
            self.words.push(0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word = *word & !(1 << bit) | u64::from(array) << bit;
        }
        self.depth += 1;
    }

    /// Whether the innermost open bracket is an array's.
    pub(super) fn array(&self) -> Option<bool> {
        let last = self.depth.checked_sub(1)?;
        self.words.get(last / 64).map(|word| word >> (last % 64) & 1 == 1)
    }

    pub(super) fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    pub(super) const fn depth(&self) -> usize {
        self.depth
    }
}

/// What must come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    /// Inside a string that is a key or is not; the first byte may be escaped.
    String {
        key: bool,
        escaped: bool,
    },
    Number,
    Done,
}

/// Finds the end of one value and checks its grammar on the way, however the value is cut.
#[derive(Clone, Debug)]
pub(super) struct Scanner {
    brackets: Brackets,
    expect: Expect,
    deepest: usize,
    string: usize,
}

/// How far a [`Scanner`] came. Positions are in the bytes it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scanned {
    /// The value ends before this position.
    End(usize),
    /// Everything before this position is read; give the rest again with more.
    More(usize),
    /// Not JSON at this position: what was expected there.
    Broken(usize, &'static str),
}

impl Scanner {
    /// For a value that is to be looked into: not deeper than [`DEEPEST`].
    pub(super) fn new() -> Self {
        Self { brackets: Brackets::default(), expect: Expect::Value, deepest: DEEPEST, string: 0 }
    }

    /// For a value that is only passed over.
    pub(super) fn any_depth() -> Self {
        Self { deepest: usize::MAX, ..Self::new() }
    }

    /// The brackets open where it stands.
    pub(super) fn into_brackets(self) -> Brackets {
        self.brackets
    }

    /// Where the last string began, in the bytes given then.
    pub(super) const fn last_string(&self) -> usize {
        self.string
    }

    /// Reads on from `at`.
    pub(super) fn scan(&mut self, bytes: &[u8], mut at: usize, last: bool) -> Scanned {
        loop {
            match self.expect {
                Expect::String { key, escaped } => {
                    match string_end(bytes, at + usize::from(escaped)) {
                        StringEnd::At(end) => at = end,
                        StringEnd::Beyond { escaped } => {
                            self.expect = Expect::String { key, escaped };
                            return Scanned::More(bytes.len());
                        }
                    }
                    self.expect = if key { Expect::Colon } else { self.after_value() };
                }
                Expect::Number => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let len = rest.iter().position(|byte| !is_number(*byte)).unwrap_or(rest.len());
                    at += len;
                    if len == rest.len() && !last {
                        return Scanned::More(at);
                    }
                    self.expect = self.after_value();
                }
                Expect::Done => return Scanned::End(at),
                _ => {}
            }
            if self.expect == Expect::Done {
                return Scanned::End(at);
            }
            let Some(&byte) = bytes.get(at) else { return Scanned::More(at) };
            if is_space(byte) {
                at += 1;
                continue;
            }
            match self.token(bytes, at, byte) {
                Ok(next) => at = next,
                Err(stop) => return stop,
            }
        }
    }

    /// One token outside strings and numbers.
    fn token(&mut self, bytes: &[u8], at: usize, byte: u8) -> Result<usize, Scanned> {
        let broken = |expected| Err(Scanned::Broken(at, expected));
        match (self.expect, byte) {
            (Expect::ValueOrEnd, b']') | (Expect::KeyOrEnd, b'}') => self.close(),
            (Expect::CommaOrEnd, b']') if self.brackets.array() == Some(true) => self.close(),
            (Expect::CommaOrEnd, b'}') if self.brackets.array() == Some(false) => self.close(),
            (Expect::CommaOrEnd, b',') => {
                self.expect = if self.brackets.array() == Some(true) { Expect::Value } else { Expect::Key };
            }
            (Expect::Colon, b':') => self.expect = Expect::Value,
            (Expect::Key | Expect::KeyOrEnd, b'"') => self.string(at, true),
            (Expect::Value | Expect::ValueOrEnd, _) => return self.value(bytes, at, byte),
            (Expect::Key | Expect::KeyOrEnd, _) => return broken("a key in quotes"),
            (Expect::Colon, _) => return broken("`:` after a key"),
            _ if self.brackets.array() == Some(true) => return broken("`,` or `]` after an element"),
            _ => return broken("`,` or `}` after a value"),
        }
        Ok(at + 1)
    }

    fn value(&mut self, bytes: &[u8], at: usize, byte: u8) -> Result<usize, Scanned> {
        match byte {
            b'{' | b'[' if self.brackets.depth() >= self.deepest => {
                return Err(Scanned::Broken(at, "no more than 128 brackets within each other"));
            }
            b'{' | b'[' => {
                self.brackets.push(byte == b'[');
                self.expect = if byte == b'[' { Expect::ValueOrEnd } else { Expect::KeyOrEnd };
            }
            b'"' => self.string(at, false),
            b'-' | b'0'..=b'9' => self.expect = Expect::Number,
            _ => {
                let rest = bytes.get(at..).unwrap_or_default();
                for word in [&b"true"[..], b"false", b"null"] {
                    if rest.starts_with(word) {
                        self.expect = self.after_value();
                        return Ok(at + word.len());
                    }
                    if word.starts_with(rest) {
                        return Err(Scanned::More(at));
                    }
                }
                return Err(Scanned::Broken(at, "a value"));
            }
        }
        Ok(at + 1)
    }

    fn string(&mut self, at: usize, key: bool) {
        self.string = at;
        self.expect = Expect::String { key, escaped: false };
    }

    fn close(&mut self) {
        self.brackets.pop();
        self.expect = self.after_value();
    }

    fn after_value(&self) -> Expect {
        if self.brackets.depth() == 0 { Expect::Done } else { Expect::CommaOrEnd }
    }
}

pub(crate) const fn is_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StringEnd {
    /// After the closing quote.
    At(usize),
    /// Not among these bytes; the byte that comes next may be escaped.
    Beyond { escaped: bool },
}

/// The end of a string whose inside is read from `at` on.
pub(super) fn string_end(bytes: &[u8], mut at: usize) -> StringEnd {
    loop {
        let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) else {
            return StringEnd::Beyond { escaped: at > bytes.len() };
        };
        at += found;
        if bytes.get(at) == Some(&b'"') {
            return StringEnd::At(at + 1);
        }
        at += 2;
    }
}

/// The position after a string's closing quote, where `at` is that of its opening quote.
pub(crate) fn skip_string(bytes: &[u8], at: usize) -> Option<usize> {
    match string_end(bytes, at + 1) {
        StringEnd::At(end) => Some(end),
        StringEnd::Beyond { .. } => None,
    }
}

/// The position after the value that begins at `at`, where the grammar is known to be kept (or does not matter).
pub(crate) fn skip_value(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => skip_string(bytes, at),
        b'{' | b'[' => skip_container(bytes, at),
        _ => {
            let rest = bytes.get(at..)?;
            let plain = |byte: &u8| is_number(*byte) || byte.is_ascii_lowercase();
            Some(at + rest.iter().position(|byte| !plain(byte)).unwrap_or(rest.len()))
        }
    }
}

fn skip_container(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = skip_string(bytes, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The next byte that is not white space, and its position.
#[inline]
pub(crate) fn next_token(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    let rest = bytes.get(at..)?;
    let first = *rest.first()?;
    if first > b' ' {
        return Some((first, at));
    }
    // A line end and an indentation of up to seven are one word.
    if let Some(word) = rest.first_chunk::<8>() {
        let word = u64::from_le_bytes(*word);
        let is = |byte: u64| {
            let other = word ^ (ONES * byte);
            !(((other & !HIGHS) + !HIGHS) | other) & HIGHS
        };
        let others = !(is(0x20) | is(0x0a)) & HIGHS;
        at += if others == 0 { 8 } else { (others.trailing_zeros() / 8) as usize };
    }
    loop {
        let byte = *bytes.get(at)?;
        if !is_space(byte) {
            return Some((byte, at));
        }
        at += 1;
    }
}

/// The position after the value that begins at `at`, if its grammar is right, it is not too deep, and it ends.
pub(crate) fn checked_end(bytes: &[u8], at: usize) -> Option<usize> {
    match Scanner::new().scan(bytes, at, false) {
        Scanned::End(end) => Some(end),
        Scanned::More(_) | Scanned::Broken(..) => None,
    }
}

/// What sort of string it is whose inside begins somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plain {
    /// One without escapes and control characters; the position after its closing quote.
    Ends(usize),
    /// Anything else, its end perhaps not among the bytes.
    Odd,
}

/// Looks at a string whose inside begins at `at`: most are short and plain, and this is quick for those.
#[inline]
pub(crate) fn plain_string(bytes: &[u8], mut at: usize) -> Plain {
    let zero_bytes = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    // Eight bytes at a time. A byte above the first that is found may be marked wrongly, the first is right.
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*word);
        let quote = zero_bytes(word ^ (ONES * 0x22));
        let escape = zero_bytes(word ^ (ONES * 0x5c));
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let stop = quote | escape | control;
        if stop == 0 {
            at += 8;
            continue;
        }
        let first = stop.trailing_zeros() / 8;
        at += first as usize;
        return if bytes.get(at) == Some(&b'"') { Plain::Ends(at + 1) } else { Plain::Odd };
    }
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return Plain::Ends(at + 1),
            b'\\' | 0..0x20 => return Plain::Odd,
            _ => at += 1,
        }
    }
    Plain::Odd
}

/// The position after the string that begins at `start`, and whether it holds no escapes but those of one letter that
/// JSON has, and no control characters.
pub(crate) fn escaped_string(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    let mut common = true;
    let mut at = start + 1;
    loop {
        match plain_string(bytes, at) {
            Plain::Ends(end) => return Some((end, common)),
            Plain::Odd => {
                let found = bytes.get(at..)?.iter().position(|byte| matches!(byte, b'\\' | 0..0x20))?;
                at += found;
                if *bytes.get(at)? == b'\\' {
                    common &=
                        matches!(bytes.get(at + 1)?, b'"' | b'\\' | b'/' | b'n' | b't' | b'r' | b'b' | b'f');
                    at += 2;
                } else {
                    common = false;
                    at += 1;
                }
            }
        }
    }
}
