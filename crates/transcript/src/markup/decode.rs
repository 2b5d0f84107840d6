//! Character references resolved, and what was odd about them.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::Dialect;
use super::entities::NAMED;
use crate::{Output, Span, WarningKind};

/// What was odd in a text. Gathered over the texts of a message, so that it is said once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Notes {
    /// Bytes that are not UTF-8.
    pub(crate) invalid: bool,
    /// A character written as two references to halves of a surrogate pair, read as the character.
    pub(crate) joined: bool,
    /// A reference to half of a surrogate pair, or to what no character has.
    pub(crate) lone: bool,
    /// A named reference that is not known, or a reference that does not end; left as written.
    pub(crate) unknown: bool,
}

impl Notes {
    /// Warns of what is odd, except of joined pairs, which are the way of whole files: see [`Notes::joined`].
    pub(crate) fn warn(self, at: Span, out: &mut Output<'_>) {
        if self.invalid {
            out.warn(
                WarningKind::InvalidText,
                at,
                "bytes that are not UTF-8, shown with replacement characters; the source is unchanged",
            );
        }
        if self.lone {
            out.warn(
                WarningKind::InvalidEscape,
                at,
                "a reference to no character (half of a surrogate pair, or out of range), shown as U+FFFD",
            );
        }
        if self.unknown {
            out.warn(
                WarningKind::InvalidEscape,
                at,
                "an ampersand that begins no known character reference, left as written",
            );
        }
    }
}

/// The text that `raw` stands for. Borrowed only if it stands there just so.
pub(crate) fn decode<'a>(raw: &'a [u8], dialect: Dialect, notes: &mut Notes) -> Cow<'a, str> {
    let text = String::from_utf8_lossy(raw);
    notes.invalid |= matches!(text, Cow::Owned(_));
    if memchr(b'&', raw).is_none() {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    let mut changed = false;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        if let Some((character, len)) = reference(after, dialect, notes) {
            changed = true;
            out.push(character);
            rest = after.get(len..).unwrap_or_default();
        } else {
            out.push('&');
            notes.unknown |= looks_like_one(after, dialect);
            rest = after;
        }
    }
    if !changed {
        return text;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character of the reference whose ampersand stands just before, and how long the rest of it is.
fn reference(after: &str, dialect: Dialect, notes: &mut Notes) -> Option<(char, usize)> {
    if let Some((number, len)) = numeric(after) {
        let (code, len) = match number {
            0xD800..0xDC00 => {
                let next = after.get(len..).and_then(|tail| tail.strip_prefix('&')).and_then(numeric);
                match next {
                    Some((low @ 0xDC00..0xE000, more)) => {
                        notes.joined = true;
                        (0x1_0000 + ((number - 0xD800) << 10) + (low - 0xDC00), len + 1 + more)
                    }
                    _ => (number, len),
                }
            }
            0x80..0xA0 if dialect == Dialect::Html => (u32::from(windows_1252(number)), len),
            _ => (number, len),
        };
        let character = char::from_u32(code).filter(|&character| character != '\0');
        notes.lone |= character.is_none();
        return Some((character.unwrap_or(char::REPLACEMENT_CHARACTER), len));
    }
    let name = after.get(..after.bytes().take(32).position(|byte| !byte.is_ascii_alphanumeric())?)?;
    if !after.get(name.len()..)?.starts_with(';') {
        return None;
    }
    let found = NAMED.binary_search_by(|(known, _)| known.as_bytes().cmp(name.as_bytes())).ok()?;
    NAMED.get(found).map(|&(_, character)| (character, name.len() + 1))
}

/// The number of a numeric reference after its ampersand, and the length of the rest of it.
fn numeric(after: &str) -> Option<(u32, usize)> {
    let digits = after.strip_prefix('#')?;
    let (digits, radix, before) = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16, 2),
        None => (digits, 10, 1),
    };
    // Ten digits are enough for any number of 32 bits; leading noughts beyond them are not written.
    let len = digits.bytes().take(11).position(|byte| byte == b';')?;
    let number = digits.get(..len)?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let number = u64::from_str_radix(number, radix).ok()?;
    Some((u32::try_from(number).unwrap_or(u32::MAX), before + len + 1))
}

/// Whether what follows an ampersand was meant as a reference. HTML lets a bare ampersand stand.
fn looks_like_one(after: &str, dialect: Dialect) -> bool {
    let end = memchr2(b';', b'&', after.as_bytes().get(..32.min(after.len())).unwrap_or_default());
    let named = end.is_some_and(|end| {
        after.as_bytes().get(end) == Some(&b';')
            && after.as_bytes().get(..end).is_some_and(|name| {
                !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
            })
    });
    named || (dialect == Dialect::Xml)
}

/// What browsers take references to the control characters 128 to 159 for (HTML, section 13.2.5.80).
const fn windows_1252(code: u32) -> char {
    const TABLE: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    TABLE[(code & 31) as usize]
}
