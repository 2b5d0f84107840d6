//! The attributes of a start tag.

use memchr::memchr;

/// One attribute, its value as written: references not resolved, quotation marks not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attribute<'a> {
    /// The name as written.
    pub(crate) name: &'a [u8],
    /// The value as written; empty if there is none.
    pub(crate) value: &'a [u8],
}

/// The attributes in what stands between an element's name and the end of its tag, in order, doubles included.
pub(crate) const fn attributes(inside: &[u8]) -> Attributes<'_> {
    Attributes { rest: inside }
}

/// See [`attributes`].
#[derive(Clone, Debug)]
pub(crate) struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// The value of the first attribute of this name, in any case.
    pub(crate) fn value(mut self, name: &[u8]) -> Option<&'a [u8]> {
        self.find(|attribute| attribute.name.eq_ignore_ascii_case(name)).map(|attribute| attribute.value)
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        match scan_attribute(self.rest) {
            Scanned::Attribute(attribute, len) => {
                self.rest = self.rest.get(len..).unwrap_or_default();
                Some(attribute)
            }
            // What is left of a broken tag.
            Scanned::Open { name, value, .. } => {
                self.rest = &[];
                Some(Attribute { name, value })
            }
            Scanned::End(_) | Scanned::More => None,
        }
    }
}

/// What stands first in the inside of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scanned<'a> {
    /// An attribute, and how many bytes it and what precedes it take up.
    Attribute(Attribute<'a>, usize),
    /// The beginning of an attribute whose value has no end yet.
    Open {
        /// Its name.
        name: &'a [u8],
        /// What there is of its value.
        value: &'a [u8],
        /// The quotation mark that ends it.
        quote: u8,
    },
    /// `>` or `/>` after so many bytes.
    End(usize),
    /// Nothing more at hand.
    More,
}

/// The attribute, or the end of the tag, that comes first in `inside`.
pub(crate) fn scan_attribute(inside: &[u8]) -> Scanned<'_> {
    let Some(start) = inside.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != b'/') else {
        return Scanned::More;
    };
    let tail = inside.get(start..).unwrap_or_default();
    if tail.first() == Some(&b'>') {
        return Scanned::End(start + 1);
    }
    // A name may begin with anything, as in a browser, so that every byte is passed once.
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'>' | b'/');
    let len = tail.iter().skip(1).position(ends).map_or(tail.len(), |at| at + 1);
    let (name, after) = tail.split_at_checked(len).unwrap_or((tail, &[]));
    let blank = after.len() - after.trim_ascii_start().len();
    if after.get(blank) != Some(&b'=') {
        return Scanned::Attribute(Attribute { name, value: &[] }, start + len);
    }
    let after = after.get(blank + 1..).unwrap_or_default();
    let space = after.len() - after.trim_ascii_start().len();
    let before = start + len + blank + 1 + space;
    let value = after.get(space..).unwrap_or_default();
    let Some(&quote @ (b'"' | b'\'')) = value.first() else {
        let end = value.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'>');
        let value = value.get(..end.unwrap_or(value.len())).unwrap_or_default();
        return Scanned::Attribute(Attribute { name, value }, before + value.len());
    };
    let value = value.get(1..).unwrap_or_default();
    match memchr(quote, value) {
        Some(end) => {
            let value = value.get(..end).unwrap_or_default();
            Scanned::Attribute(Attribute { name, value }, before + end + 2)
        }
        None => Scanned::Open { name, value, quote },
    }
}

/// Whether a `class` attribute's value holds this class.
pub(crate) fn has_class(value: &[u8], class: &[u8]) -> bool {
    value.split(u8::is_ascii_whitespace).any(|word| word == class)
}
