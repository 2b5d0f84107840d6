//! The header of a style that is already known, checked byte by byte: most lines of a chat begin alike.

use super::header::{Family, Header, Marker, Style};

/// Whether [`read`] knows how to check this style.
pub(super) const fn can(style: &Style) -> bool {
    !style.foreign
        && !style.time_first
        && !style.spaced
        && !style.odd_join
        && !style.long_first
        && matches!(style.separator, b'/' | b'.' | b'-')
        && matches!(style.colon, b':' | b'.')
        && !matches!(style.marker, Marker::Other)
        && matches!(style.family, Family::Dash | Family::Bracket)
}

/// How many bytes of a line a [`Template`] compares.
const WIDTH: usize = 24;

/// A style whose numbers all have two digits, or four in the year, as the bytes that may stand in each place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Template {
    /// What the bytes are with digits taken for noughts: eight at a time, the first byte lowest.
    bytes: [u64; WIDTH / 8],
    /// `ff` where a byte must be so, `f0` for digits, nought where anything may stand.
    strict: [u64; WIDTH / 8],
    /// `06` where a digit stands: added to it, one above 9 carries into the high half of its byte.
    six: [u64; WIDTH / 8],
    /// `ff` where the date stands.
    day: [u64; 2],
    /// Where date and time begin and end, and where the numbers stand: three of the date, hour, minute, second.
    start: u8,
    numbers: [u8; 6],
    end: u8,
    rest: u8,
    seconds: bool,
}

impl Template {
    /// The template of a style, if its numbers may all be so wide.
    pub(super) fn new(style: &Style) -> Option<Self> {
        if !can(style) || style.marker != Marker::None {
            return None;
        }
        let mut text = Vec::with_capacity(WIDTH);
        let bracket = style.family == Family::Bracket;
        if bracket {
            text.push(b'[');
        }
        let start = text.len();
        let mut numbers = [0; 6];
        let digits: [(usize, &[u8]); 6] = [
            (2, &[style.separator]),
            (2, &[style.separator]),
            (if style.long_last { 4 } else { 2 }, if style.comma { b", " } else { b" " }),
            (2, &[style.colon]),
            (2, if style.seconds { std::slice::from_ref(&style.colon) } else { b"" }),
            (if style.seconds { 2 } else { 0 }, b""),
        ];
        for ((width, behind), number) in digits.into_iter().zip(&mut numbers) {
            *number = u8::try_from(text.len()).ok()?;
            text.extend(std::iter::repeat_n(b'0', width));
            text.extend_from_slice(behind);
        }
        let end = text.len();
        text.extend_from_slice(if bracket { b"] " } else { b" - " });
        if text.len() > WIDTH {
            return None;
        }
        let mut template = Self {
            bytes: [0; WIDTH / 8],
            strict: [0; WIDTH / 8],
            six: [0; WIDTH / 8],
            day: [0; 2],
            start: u8::try_from(start).ok()?,
            numbers,
            end: u8::try_from(end).ok()?,
            rest: u8::try_from(text.len()).ok()?,
            seconds: style.seconds,
        };
        for (place, &byte) in text.iter().enumerate() {
            let (word, shift) = (place / 8, place % 8 * 8);
            let digit = byte == b'0';
            *template.bytes.get_mut(word)? |= u64::from(byte) << shift;
            *template.strict.get_mut(word)? |= (if digit { 0xf0 } else { 0xff }) << shift;
            *template.six.get_mut(word)? |= (if digit { 6 } else { 0 }) << shift;
            if (start..usize::from(numbers[3])).contains(&place) {
                *template.day.get_mut(word)? |= 0xff << shift;
            }
        }
        Some(template)
    }

    /// Reads a header of the style whose numbers are as wide as the template's.
    #[inline]
    pub(super) fn read(&self, line: &[u8], style: &Style) -> Option<Header> {
        let head = line.first_chunk()?;
        self.day(head)?;
        Some(self.header(head, style))
    }

    /// Where a header of the style stands: what is in the date's place, to be compared with that of other lines.
    #[inline]
    pub(super) fn day(&self, head: &[u8; WIDTH]) -> Option<[u64; 2]> {
        let mut words = [0; WIDTH / 8];
        let mut differs = 0;
        for (number, bytes) in head.as_chunks::<8>().0.iter().enumerate() {
            let word = u64::from_le_bytes(*bytes);
            words[number] = word;
            // A digit keeps its high half also with six added to it.
            let six_more = (word & 0x0f0f_0f0f_0f0f_0f0f) + self.six[number];
            differs |=
                ((word ^ self.bytes[number]) | (six_more & 0xf0f0_f0f0_f0f0_f0f0)) & self.strict[number];
        }
        let clock = eight(head, self.numbers[3]);
        let exists = two(clock, 0) <= 24 && two(clock, 3) <= 59 && (!self.seconds || two(clock, 6) <= 60);
        (differs == 0 && exists).then_some([words[0] & self.day[0], words[1] & self.day[1]])
    }

    /// How many bytes the header has.
    #[inline]
    pub(super) fn len(&self) -> usize {
        usize::from(self.rest)
    }

    /// The header that stands there.
    #[inline]
    pub(super) fn header(&self, head: &[u8; WIDTH], style: &Style) -> Header {
        let date = eight(head, self.start);
        let year = eight(head, self.numbers[2]);
        let century = if style.long_last { u16::from(two(year, 0)) * 100 } else { 0 };
        let year = century + u16::from(two(year, if style.long_last { 2 } else { 0 }));
        let clock = eight(head, self.numbers[3]);
        let hour = two(clock, 0);
        Header {
            style: *style,
            date: [u16::from(two(date, 0)), u16::from(two(date, 3)), year],
            hour: hour % 24,
            minute: two(clock, 3),
            second: if self.seconds { two(clock, 6) } else { 0 },
            twenty_four: hour == 24,
            reiwa: false,
            written: (self.start, self.end),
            rest: self.rest,
        }
    }
}

/// Eight bytes of a head as one word, the first of them lowest.
#[inline]
fn eight(head: &[u8; WIDTH], at: u8) -> u64 {
    let at = usize::from(at) % (WIDTH - 8);
    head.get(at..).and_then(|bytes| bytes.first_chunk()).map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// The number of two digits at one place of such a word.
#[inline]
const fn two(word: u64, place: u32) -> u8 {
    (word >> (place * 8) & 0xf) as u8 * 10 + (word >> (place * 8 + 8) & 0xf) as u8
}

/// Reads a header of exactly this style, or nothing: then the whole grammar decides.
/// Whatever it reads, the grammar reads the same.
#[inline]
pub(super) fn read(line: &[u8], style: &Style) -> Option<Header> {
    let mut at = 0;
    if style.family == Family::Bracket {
        if line.first() == Some(&0xe2) {
            line.starts_with("\u{200e}".as_bytes()).then_some(())?;
            at = 3;
        }
        expect(line, &mut at, b'[')?;
    }
    let start = at;
    let first = one_or_two(line, &mut at)?;
    expect(line, &mut at, style.separator)?;
    let second = one_or_two(line, &mut at)?;
    expect(line, &mut at, style.separator)?;
    let third = if style.long_last {
        u16::from(two_digits(line, &mut at)?) * 100 + u16::from(two_digits(line, &mut at)?)
    } else {
        u16::from(two_digits(line, &mut at)?)
    };
    if style.comma {
        expect(line, &mut at, b',')?;
    }
    expect(line, &mut at, b' ')?;
    let written = one_or_two(line, &mut at)?;
    expect(line, &mut at, style.colon)?;
    let minute = two_digits(line, &mut at)?;
    let second_of_minute = if style.seconds {
        expect(line, &mut at, style.colon)?;
        two_digits(line, &mut at)?
    } else {
        0
    };
    let hour = match style.marker {
        Marker::None => written % 24,
        marker => half(line, &mut at, marker, written)?,
    };
    if minute > 59 || second_of_minute > 60 || written > 24 {
        return None;
    }
    let end = at;
    if style.family == Family::Bracket {
        expect(line, &mut at, b']')?;
        expect(line, &mut at, b' ')?;
    } else {
        (line.get(at..at + 3)? == b" - ").then_some(())?;
        at += 3;
    }
    Some(Header {
        style: *style,
        date: [u16::from(first), u16::from(second), third],
        hour,
        minute,
        second: second_of_minute,
        twenty_four: written == 24,
        reiwa: false,
        written: (u8::try_from(start).ok()?, u8::try_from(end).ok()?),
        rest: u8::try_from(at).ok()?,
    })
}

#[inline]
fn expect(line: &[u8], at: &mut usize, byte: u8) -> Option<()> {
    (*line.get(*at)? == byte).then(|| *at += 1)
}

#[inline]
fn digit(line: &[u8], at: usize) -> Option<u8> {
    let value = line.get(at)?.wrapping_sub(b'0');
    (value < 10).then_some(value)
}

#[inline]
fn one_or_two(line: &[u8], at: &mut usize) -> Option<u8> {
    let first = digit(line, *at)?;
    if let Some(second) = digit(line, *at + 1) {
        *at += 2;
        return Some(first * 10 + second);
    }
    *at += 1;
    Some(first)
}

#[inline]
fn two_digits(line: &[u8], at: &mut usize) -> Option<u8> {
    let value = digit(line, *at)? * 10 + digit(line, *at + 1)?;
    *at += 2;
    Some(value)
}

fn half(line: &[u8], at: &mut usize, marker: Marker, written: u8) -> Option<u8> {
    for space in [&b" "[..], "\u{202f}".as_bytes(), "\u{a0}".as_bytes()] {
        if line.get(*at..)?.starts_with(space) {
            *at += space.len();
            break;
        }
    }
    let letter = *line.get(*at)?;
    let second = *line.get(*at + 1)?;
    let afternoon = match (marker, letter, second) {
        (Marker::Upper, b'A', b'M') | (Marker::Lower, b'a', b'm') => false,
        (Marker::Upper, b'P', b'M') | (Marker::Lower, b'p', b'm') => true,
        _ => return None,
    };
    *at += 2;
    (1..=12).contains(&written).then_some(written % 12 + if afternoon { 12 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::super::header;
    use super::{Template, can, read};

    /// What the quick ways read, the grammar reads the same; what the grammar reads in a style, its quick way reads.
    #[test]
    fn quick_ways_and_grammar_agree() {
        let headers = [
            "05/01/2023, 21:04 - Alice: text and more of it",
            "05.01.23, 21:04 - Alice: text and more of it",
            "05-01-2023 21:04 - Alice: text and more of it",
            "1/5/23, 9:04\u{202f}PM - Alice: text",
            "05/01/23, 9:04 pm - Alice: text",
            "[05/01/2023, 21:04:33] Alice: text and more",
            "\u{200e}[05/01/2023, 21:04:33] Alice: text and more",
            "[05.01.23 21.04.33] Alice: text and more of it",
            "[1/5/23, 12:04:33\u{a0}AM] Alice: text",
        ];
        for text in headers {
            let style = header::read(text.as_bytes()).unwrap().style;
            assert!(can(&style), "{text}");
            let template = Template::new(&style);
            assert_eq!(read(text.as_bytes(), &style), header::read(text.as_bytes()), "{text}");
            for place in 0..text.len().min(34) {
                for byte in 0..=u8::MAX {
                    let mut bytes = text.as_bytes().to_vec();
                    bytes[place] = byte;
                    for cut in [bytes.len(), place] {
                        let line = &bytes[..cut];
                        let truth = header::read(line).filter(|header| header.style == style);
                        let quick = read(line, &style);
                        assert!(quick.is_none() || quick == truth, "{}", String::from_utf8_lossy(line));
                        let fixed = template.and_then(|template| template.read(line, &style));
                        assert!(fixed.is_none() || fixed == truth, "{}", String::from_utf8_lossy(line));
                    }
                }
            }
        }
        let plain = headers[0].as_bytes();
        let style = header::read(plain).unwrap().style;
        assert!(Template::new(&style).unwrap().read(plain, &style).is_some());
    }
}
