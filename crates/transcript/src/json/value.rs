//! One complete value.

use std::borrow::Cow;

use memchr::memchr;

use super::scan::{Scanned, Scanner};
use super::{Flaws, Kind, decode, is_space, skip_string, skip_value};
use crate::{Span, Text};

/// A view of one complete value, and where in the source it stands. Nothing is read before it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    raw: &'a [u8],
    at: u64,
    kind: Kind,
    /// Known to be a string without escapes or control characters.
    plain: bool,
}

/// Bytes that are not one JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at byte {at}")]
pub struct Malformed {
    /// Where in the source.
    pub at: u64,
    /// What should have stood there.
    pub expected: &'static str,
}

impl PartialEq for Value<'_> {
    /// The same bytes at the same place.
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw && self.at == other.at
    }
}

impl Eq for Value<'_> {}

impl<'a> Value<'a> {
    /// The one value that `text` holds, white space around it allowed; `at` is where in the source `text` begins.
    ///
    /// # Errors
    /// [`Malformed`] where the grammar is broken, the text ends too early, or something follows the value.
    ///
    /// ```
    /// use transcript::json::Value;
    /// let value = Value::read(br#" {"colour": ["red", 7]} "#, 0)?;
    /// let colour = value.get("colour").expect("a colour");
    /// assert_eq!(colour.array().nth(1).and_then(|seven| seven.integer()), Some(7));
    /// assert_eq!(colour.span().start(), 12);
    /// # Ok::<(), transcript::json::Malformed>(())
    /// ```
    pub fn read(text: &'a [u8], at: u64) -> Result<Self, Malformed> {
        let malformed = |position: usize, expected| Malformed { at: at + position as u64, expected };
        let start = text.iter().position(|byte| !is_space(*byte)).unwrap_or(text.len());
        let end = match Scanner::new().scan(text, start, true) {
            Scanned::End(end) => end,
            Scanned::More(_) => return Err(malformed(text.len(), "the rest of a value")),
            Scanned::Broken(position, expected) => return Err(malformed(position, expected)),
        };
        let rest = text.get(end..).unwrap_or_default();
        if let Some(more) = rest.iter().position(|byte| !is_space(*byte)) {
            return Err(malformed(end + more, "nothing after the value"));
        }
        let raw = text.get(start..end).unwrap_or_default();
        Self::checked(raw, at + start as u64).ok_or(malformed(start, "a value"))
    }

    /// A value of which a [`Scanner`] has found that it is one.
    pub(crate) fn checked(raw: &'a [u8], at: u64) -> Option<Self> {
        Some(Self { raw, at, kind: Kind::of(*raw.first()?)?, plain: false })
    }

    /// A string without escapes or control characters, quotes included.
    pub(crate) const fn plain_string(raw: &'a [u8], at: u64) -> Self {
        Self { raw, at, kind: Kind::String, plain: true }
    }

    /// Where the inside of a string stands, if it is known to hold neither escapes nor control characters.
    pub(crate) const fn plain_inside(&self) -> Option<Span> {
        let span = self.span();
        if self.plain { Some(Span::new(span.start() + 1, span.end() - 1)) } else { None }
    }

    /// What sort of value it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Its bytes as they stand in the source.
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Where in the source it stands.
    pub const fn span(&self) -> Span {
        Span::new(self.at, self.at + self.raw.len() as u64)
    }

    /// The members of an object in order, keys that come twice both; nothing if it is not an object.
    pub fn object(&self) -> Members<'a> {
        let open = self.kind == Kind::Object;
        Members { raw: if open { self.raw } else { &[] }, base: self.at, at: 1 }
    }

    /// The elements of an array in order; nothing if it is not an array.
    pub fn array(&self) -> Elements<'a> {
        let open = self.kind == Kind::Array;
        Elements { raw: if open { self.raw } else { &[] }, base: self.at, at: 1 }
    }

    /// The value of the first member of this name. [`Value::object`] is cheaper where several are wanted.
    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        self.object().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// What a string says: verbatim if it stands there as it is. `None` if it is not a string.
    pub fn string(&self) -> Option<Text<'a>> {
        let inside = self.inside()?;
        if self.plain
            && let Ok(text) = str::from_utf8(inside)
        {
            return Some(Text::verbatim(text, Span::new(self.at + 1, self.span().end() - 1)));
        }
        Some(match decode(inside) {
            (Cow::Borrowed(text), _) => Text::verbatim(text, Span::new(self.at + 1, self.span().end() - 1)),
            (Cow::Owned(text), _) => Text::decoded(text),
        })
    }

    /// A string's words alone.
    pub fn words(&self) -> Option<Cow<'a, str>> {
        let inside = self.inside()?;
        match str::from_utf8(inside) {
            Ok(words) if self.plain => Some(Cow::Borrowed(words)),
            _ => Some(decode(inside).0),
        }
    }

    /// What is wrong with a string that is read all the same. [`super::Walk`] warns of it for every value taken.
    pub fn flaws(&self) -> Flaws {
        self.inside().map_or_else(Flaws::default, |inside| decode(inside).1)
    }

    /// What stands between a string's quotes.
    fn inside(&self) -> Option<&'a [u8]> {
        if self.kind != Kind::String {
            return None;
        }
        self.raw.get(1..self.raw.len().checked_sub(1)?)
    }

    /// A number as written.
    pub fn number_text(&self) -> Option<&'a str> {
        if self.kind == Kind::Number { str::from_utf8(self.raw).ok() } else { None }
    }

    /// A whole number that fits; `None` for anything else, `1.0` and `1e3` included.
    pub fn integer(&self) -> Option<i64> {
        self.number_text()?.parse().ok()
    }

    /// A whole number, or a string of nothing but one: exports write 64-bit numbers either way.
    pub fn integer_or_digits(&self) -> Option<i64> {
        match self.kind {
            Kind::Number => self.integer(),
            Kind::String => self.words()?.parse().ok(),
            _ => None,
        }
    }

    /// `true` or `false`.
    pub fn bool(&self) -> Option<bool> {
        if self.kind == Kind::Bool { Some(self.raw == b"true") } else { None }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        self.kind == Kind::Null
    }

    /// For a detail or a note: what a string says, and anything else as written.
    pub fn plain(&self) -> String {
        match self.words() {
            Some(words) => words.into_owned(),
            None => match str::from_utf8(self.raw) {
                Ok(raw) => raw.to_owned(),
                Err(_) => String::from_utf8_lossy(self.raw).into_owned(),
            },
        }
    }
}

/// The members of an object: [`Value::object`].
#[derive(Clone, Debug)]
pub struct Members<'a> {
    raw: &'a [u8],
    base: u64,
    at: usize,
}

/// The elements of an array: [`Value::array`].
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    raw: &'a [u8],
    base: u64,
    at: usize,
}

/// The position of the next byte that is neither white space nor a comma or colon.
pub(super) fn next_token(raw: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let byte = *raw.get(at)?;
        if !(is_space(byte) || byte == b',' || byte == b':') {
            return Some(at);
        }
        at += 1;
    }
}

fn value_at(raw: &[u8], base: u64, at: usize) -> Option<(Value<'_>, usize)> {
    let end = skip_value(raw, at)?;
    Some((Value::checked(raw.get(at..end)?, base + at as u64)?, end))
}

impl<'a> Members<'a> {
    /// As the iterator, with the key as a value: its place, and its bytes as written.
    pub fn next_pair(&mut self) -> Option<(Value<'a>, Value<'a>)> {
        let start = next_token(self.raw, self.at)?;
        if self.raw.get(start) != Some(&b'"') {
            return None;
        }
        let end = skip_string(self.raw, start)?;
        let key = Value::checked(self.raw.get(start..end)?, self.base + start as u64)?;
        let (value, end) = value_at(self.raw, self.base, next_token(self.raw, end)?)?;
        self.at = end;
        Some((key, value))
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (Cow<'a, str>, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = self.next_pair()?;
        Some((key.words()?, value))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = next_token(self.raw, self.at)?;
        let (value, end) = value_at(self.raw, self.base, start)?;
        self.at = end;
        Some(value)
    }
}

/// Whether a string's bytes between its quotes hold an escape.
pub(super) fn has_escape(raw: &[u8]) -> bool {
    memchr(b'\\', raw).is_some()
}
