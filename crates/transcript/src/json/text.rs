//! What strings say.

use std::borrow::Cow;

use memchr::memchr;

/// What is wrong with a string that was read all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four facts that do not depend on each other")]
pub struct Flaws {
    /// An escape that JSON does not have. `\x0B`, `\v`, `\'` are read as in JavaScript; others stay as written.
    pub escape: bool,
    /// A surrogate without its other half. Read as U+FFFD.
    pub surrogate: bool,
    /// A control character that is not escaped. Kept.
    pub control: bool,
    /// Bytes that are not UTF-8. Read as U+FFFD.
    pub utf8: bool,
}

impl Flaws {
    /// Whether anything is wrong.
    pub const fn any(self) -> bool {
        self.escape || self.surrogate || self.control || self.utf8
    }
}

/// What stands between the quotes of a string, its escapes resolved, and what is wrong with it.
///
/// Borrowed if it stands there as it is.
///
/// ```
/// use transcript::json::decode;
/// assert_eq!(decode(br"half past\t\ud83d\ude03").0, "half past\t😃");
/// let (text, flaws) = decode(br"line\x0Bbreak");
/// assert!(text == "line\u{b}break" && flaws.escape);
/// ```
pub fn decode(inside: &[u8]) -> (Cow<'_, str>, Flaws) {
    let controls = inside.iter().filter(|byte| **byte < 0x20).count();
    let mut flaws = Flaws { control: controls > 0, ..Flaws::default() };
    let Some(first) = memchr(b'\\', inside) else {
        return (plain(inside, &mut flaws), flaws);
    };
    let mut text = String::with_capacity(inside.len());
    let mut rest = inside;
    let mut next = Some(first);
    while let Some((before, escape)) = next.and_then(|at| rest.split_at_checked(at)) {
        text.push_str(&plain(before, &mut flaws));
        rest = resolve(escape, &mut text, &mut flaws);
        next = memchr(b'\\', rest);
    }
    text.push_str(&plain(rest, &mut flaws));
    (Cow::Owned(text), flaws)
}

fn plain<'a>(bytes: &'a [u8], flaws: &mut Flaws) -> Cow<'a, str> {
    if let Ok(text) = str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    flaws.utf8 = true;
    String::from_utf8_lossy(bytes)
}

/// Resolves the escape at the head of `escape` and gives what follows it.
fn resolve<'a>(escape: &'a [u8], text: &mut String, flaws: &mut Flaws) -> &'a [u8] {
    let Some((&letter, after)) = escape.get(1..).and_then(<[u8]>::split_first) else {
        flaws.escape = true;
        text.push('\\');
        return &[];
    };
    let simple = match letter {
        b'"' | b'\\' | b'/' => char::from(letter),
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'u' => return unicode(after, text, flaws),
        b'\'' | b'v' => {
            flaws.escape = true;
            if letter == b'v' { '\u{b}' } else { '\'' }
        }
        b'x' => {
            flaws.escape = true;
            match hex(after, 2) {
                Some((code, rest)) => {
                    text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    return rest;
                }
                None => text.push_str("\\x"),
            }
            return after;
        }
        _ => {
            // Left as written: the backslash here, what follows it with the text to come.
            flaws.escape = true;
            text.push('\\');
            return escape.get(1..).unwrap_or_default();
        }
    };
    text.push(simple);
    after
}

fn unicode<'a>(after: &'a [u8], text: &mut String, flaws: &mut Flaws) -> &'a [u8] {
    let Some((code, rest)) = hex(after, 4) else {
        flaws.escape = true;
        text.push_str("\\u");
        return after;
    };
    if let Some(char) = char::from_u32(code) {
        text.push(char);
        return rest;
    }
    let low = rest.strip_prefix(b"\\u").and_then(|rest| hex(rest, 4));
    if let (0xD800..0xDC00, Some((low @ 0xDC00..0xE000, rest))) = (code, low) {
        let joined = 0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        text.push(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
        return rest;
    }
    flaws.surrogate = true;
    text.push(char::REPLACEMENT_CHARACTER);
    rest
}

fn hex(bytes: &[u8], digits: usize) -> Option<(u32, &[u8])> {
    let (digits, rest) = bytes.split_at_checked(digits)?;
    let mut code = 0;
    for digit in digits {
        code = code << 4 | char::from(*digit).to_digit(16)?;
    }
    Some((code, rest))
}
