//! A place in the head of a line, and the small things that stand there in any script.

/// A place in a line.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
}

/// A number as written.
pub(super) struct Number {
    pub(super) value: u16,
    pub(super) digits: u8,
    /// Not in digits 0 to 9.
    pub(super) foreign: bool,
}

/// The noughts of the scripts whose digits phones use.
const NOUGHTS: [u32; 19] = [
    0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0,
    0x0f20, 0x1040, 0x17e0, 0x1810, 0x07c0, 0xff10,
];

/// Marks of direction and the byte order mark: invisible, and anywhere in a header.
pub(super) const fn is_mark(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}')
}

/// The first character of `bytes` and its length; nothing if it is not UTF-8 there.
pub(super) fn first_char(bytes: &[u8]) -> Option<(char, usize)> {
    let first = *bytes.first()?;
    if first < 0x80 {
        return Some((char::from(first), 1));
    }
    let len = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let c = std::str::from_utf8(bytes.get(..len)?).ok()?.chars().next()?;
    Some((c, len))
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn char(&self) -> Option<(char, usize)> {
        first_char(self.rest())
    }

    pub(super) fn at_line_end(&self) -> bool {
        matches!(self.peek(), None | Some(b'\r' | b'\n'))
    }

    /// Steps over `byte`, if it stands here.
    pub(super) fn byte(&mut self, byte: u8) -> bool {
        let is = self.peek() == Some(byte);
        self.at += usize::from(is);
        is
    }

    /// Steps over `bytes`, if they stand here.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> bool {
        let is = self.rest().starts_with(bytes);
        if is {
            self.at += bytes.len();
        }
        is
    }

    /// Steps over `text`, if it stands here.
    pub(super) fn text(&mut self, text: &str) -> bool {
        self.bytes(text.as_bytes())
    }

    /// Steps over `text`, if it stands here in capitals or not.
    pub(super) fn word(&mut self, text: &str) -> bool {
        let is = self.rest().get(..text.len()).is_some_and(|here| here.eq_ignore_ascii_case(text.as_bytes()));
        if is {
            self.at += text.len();
        }
        is
    }

    /// Steps over marks of direction.
    pub(super) fn marks(&mut self) {
        while self.peek().is_some_and(|byte| byte >= 0x80) {
            match self.char() {
                Some((c, len)) if is_mark(c) => self.at += len,
                _ => return,
            }
        }
    }

    /// Steps over one space of any width.
    pub(super) fn space(&mut self) -> bool {
        match self.char() {
            Some((c, len)) if is_space(c) => {
                self.at += len;
                true
            }
            _ => false,
        }
    }

    /// Steps over spaces of any width; how many.
    pub(super) fn spaces(&mut self) -> usize {
        let mut count = 0;
        while self.space() {
            count += 1;
        }
        count
    }

    /// Reads up to `most` digits of any script. More digits than that are no number.
    pub(super) fn number(&mut self, most: u8) -> Option<Number> {
        let mut number = Number { value: 0, digits: 0, foreign: false };
        while let Some((c, len)) = self.char() {
            let Some(digit) = digit(c) else { break };
            if number.digits == most {
                return None;
            }
            number.value = number.value * 10 + digit;
            number.digits += 1;
            number.foreign |= len > 1;
            self.at += len;
        }
        (number.digits > 0).then_some(number)
    }
}

fn digit(c: char) -> Option<u16> {
    if c.is_ascii_digit() {
        return Some(u16::from(c as u8 - b'0'));
    }
    if c.is_ascii() {
        return None;
    }
    let code = u32::from(c);
    NOUGHTS.iter().find_map(|&nought| {
        let value = code.checked_sub(nought)?;
        (value < 10).then(|| u16::try_from(value).ok())?
    })
}
