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
        u16::from(two(line, &mut at)?) * 100 + u16::from(two(line, &mut at)?)
    } else {
        u16::from(two(line, &mut at)?)
    };
    if style.comma {
        expect(line, &mut at, b',')?;
    }
    expect(line, &mut at, b' ')?;
    let written = one_or_two(line, &mut at)?;
    expect(line, &mut at, style.colon)?;
    let minute = two(line, &mut at)?;
    let second_of_minute = if style.seconds {
        expect(line, &mut at, style.colon)?;
        two(line, &mut at)?
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
fn two(line: &[u8], at: &mut usize) -> Option<u8> {
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
