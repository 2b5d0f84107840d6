//! The first line of a message: date, time, and what stands between them and the author.
//!
//! The grammar takes every variant that phones are known to write, in any language's digits and halves of the day.
//! It only looks at a line's first [`LONGEST`] bytes, so that a line need not be complete to be judged.

use super::cursor::Cursor;
use super::halves::{self, Half};
use super::months;

/// How many bytes of a line the grammar looks at.
pub(super) const LONGEST: usize = 128;

/// What stands round date and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Family {
    /// `[date, time] Author: ` of iOS.
    Bracket,
    /// `date, time - Author: ` of Android.
    Dash,
    /// `date, time: Author: ` of old iOS.
    Colon,
}

/// How the half of the day is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Marker {
    /// 24 hours.
    None,
    /// `PM`
    Upper,
    /// `pm`
    Lower,
    /// Anything else: `p. m.`, 下午.
    Other,
}

/// What tells headers apart even if their numbers look alike: what stands round them, whether the time comes first,
/// whether the month is a word.
pub(super) type Sort = (Family, bool, bool);

impl Style {
    pub(super) const fn sort(&self) -> Sort {
        (self.family, self.time_first, self.separator == b'M')
    }
}

/// How one phone, in one language, writes the beginning of every message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one choice of a phone, and every combination may occur"
)]
pub(super) struct Style {
    pub(super) family: Family,
    /// Between the numbers of the date; `Y` for 年月日, `M` if the month is a word.
    pub(super) separator: u8,
    /// A space follows the date's separator.
    pub(super) spaced: bool,
    /// The first number of the date has four digits.
    pub(super) long_first: bool,
    /// The last number of the date has four digits.
    pub(super) long_last: bool,
    /// The join between date and time is `, `.
    pub(super) comma: bool,
    /// The join between date and time is neither `, ` nor one space.
    pub(super) odd_join: bool,
    /// Between hour and minute.
    pub(super) colon: u8,
    pub(super) seconds: bool,
    pub(super) marker: Marker,
    pub(super) time_first: bool,
    /// Digits other than 0 to 9.
    pub(super) foreign: bool,
}

/// Date and time of a message as written, and where its rest begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) style: Style,
    /// The three numbers of the date in the order written.
    pub(super) date: [u16; 3],
    /// The hour, 0 to 23, the half of the day applied; `u8::MAX` if there is no such hour.
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
    /// The hour was written as 24.
    pub(super) twenty_four: bool,
    /// The year is of the Reiwa era (`R4`).
    pub(super) reiwa: bool,
    /// Where date and time stand in the line.
    pub(super) written: (u8, u8),
    /// Where the rest of the line begins: the author, or what the service says.
    pub(super) rest: u8,
}

/// Whether a line may begin with a header at all; most lines of bodies do not pass.
#[inline]
pub(super) const fn may_begin(first: u8) -> bool {
    matches!(first, b'0'..=b'9' | b'[' | b'A'..=b'Z' | 0xe2 | 0xef | 0xd8..=0xdb | 0xe0 | 0xe1)
}

/// Reads the header at the beginning of `line`, by the whole grammar.
pub(super) fn read(line: &[u8]) -> Option<Header> {
    let first = *line.first()?;
    // Of words, only a month and a day begin a header.
    if !may_begin(first) || (first.is_ascii_uppercase() && !months::may_begin(line)) {
        return None;
    }
    let head = line.get(..LONGEST).unwrap_or(line);
    let mut cursor = Cursor::new(head);
    cursor.marks();
    let bracket = cursor.byte(b'[');
    cursor.marks();
    let start = cursor.at;
    let (date, clock, time_first, join) = if let Some(date) = Date::read(&mut cursor) {
        let join = Join::read(&mut cursor)?;
        (date, Clock::read(&mut cursor)?, false, join)
    } else {
        cursor.at = start;
        let clock = Clock::read(&mut cursor)?;
        let join = Join::read(&mut cursor)?;
        (Date::read(&mut cursor)?, clock, true, join)
    };
    let end = cursor.at;
    let family = tail(&mut cursor, bracket, clock.second.is_some())?;
    let style = Style {
        family,
        separator: date.separator,
        spaced: date.spaced,
        long_first: date.long[0],
        long_last: date.long[2],
        comma: join == Join::Comma,
        odd_join: join == Join::Odd,
        colon: clock.colon,
        seconds: clock.second.is_some(),
        marker: clock.marker,
        time_first,
        foreign: date.foreign || clock.foreign,
    };
    Some(Header {
        style,
        date: date.numbers,
        hour: clock.hour,
        minute: clock.minute,
        second: clock.second.unwrap_or_default(),
        twenty_four: clock.twenty_four,
        reiwa: date.reiwa,
        written: (u8::try_from(start).ok()?, u8::try_from(end).ok()?),
        rest: u8::try_from(cursor.at).ok()?,
    })
}

fn tail(cursor: &mut Cursor<'_>, bracket: bool, seconds: bool) -> Option<Family> {
    cursor.marks();
    if bracket {
        cursor.byte(b']').then_some(())?;
        cursor.space();
        return Some(Family::Bracket);
    }
    if seconds && cursor.bytes(b": ") {
        return Some(Family::Colon);
    }
    let before = cursor.at;
    cursor.spaces();
    cursor.marks();
    if cursor.at == before || !(cursor.byte(b'-') || cursor.text("–") || cursor.text("—")) {
        return None;
    }
    (cursor.space() || cursor.at_line_end()).then_some(Family::Dash)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Join {
    Comma,
    Space,
    Odd,
}

/// Words that phones put between date and time.
const JOINS: &[&str] = &[
    "à", "klo", "kl.", "um", "at", "a las", "às", "alle ore", "alle", "o", "om", "u", "v", "в", "о", "ob",
    "في",
];

impl Join {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        cursor.marks();
        let start = cursor.at;
        let mut odd = cursor.byte(b'.');
        let comma = cursor.byte(b',');
        odd |= !comma && (cursor.text("،") || cursor.text("、"));
        cursor.marks();
        let spaces = cursor.spaces();
        if spaces > 0 {
            let word = cursor.at;
            if JOINS.iter().any(|join| cursor.text(join) && cursor.spaces() > 0) {
                odd = true;
            } else {
                cursor.at = word;
            }
        }
        cursor.marks();
        if cursor.at == start {
            return None;
        }
        Some(match (odd, comma) {
            (false, true) if spaces == 1 => Self::Comma,
            (false, false) if spaces == 1 => Self::Space,
            _ => Self::Odd,
        })
    }
}

struct Date {
    numbers: [u16; 3],
    long: [bool; 3],
    separator: u8,
    spaced: bool,
    foreign: bool,
    reiwa: bool,
}

impl Date {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let start = cursor.at;
        Self::numbered(cursor).or_else(|| {
            cursor.at = start;
            Self::named(cursor)
        })
    }

    /// `28 Aug 2013`, `Mar 5`: Android until 2015, at first without the year, which then is given as nought.
    fn named(cursor: &mut Cursor<'_>) -> Option<Self> {
        let before = cursor.number(2).map(|number| number.value);
        if before.is_some() {
            cursor.space().then_some(())?;
        }
        let month = months::word(cursor)?;
        let day = if let Some(day) = before {
            day
        } else {
            cursor.space().then_some(())?;
            cursor.number(2)?.value
        };
        let here = cursor.at;
        cursor.byte(b',');
        let year = if cursor.space() { cursor.number(4).filter(|number| number.digits == 4) } else { None };
        if year.is_none() {
            cursor.at = here;
        }
        Some(Self {
            numbers: [day, month, year.map_or(0, |year| year.value)],
            long: [false, false, true],
            separator: b'M',
            spaced: true,
            foreign: false,
            reiwa: false,
        })
    }

    fn numbered(cursor: &mut Cursor<'_>) -> Option<Self> {
        let mut date = Self {
            numbers: [0; 3],
            long: [false; 3],
            separator: 0,
            spaced: false,
            foreign: false,
            reiwa: false,
        };
        for place in 0..3 {
            cursor.marks();
            date.reiwa |= place != 1 && cursor.byte(b'R');
            let number = cursor.number(4)?;
            if number.digits == 3 || (number.digits == 4 && place == 1) {
                return None;
            }
            *date.numbers.get_mut(place)? = number.value;
            *date.long.get_mut(place)? = number.digits == 4;
            date.foreign |= number.foreign;
            cursor.marks();
            match place {
                0 => date.separate(cursor)?,
                1 => {
                    let mut second = Self { numbers: [0; 3], long: [false; 3], ..date };
                    second.separate(cursor)?;
                    (second.separator == date.separator).then_some(())?;
                }
                _ => date.close(cursor),
            }
        }
        (!(date.long[0] && date.long[2])).then_some(date)
    }

    fn separate(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        self.separator = match cursor.peek()? {
            byte @ (b'/' | b'.' | b'-') => {
                cursor.at += 1;
                byte
            }
            _ if ["年", "月", "년", "월"].iter().any(|sign| cursor.text(sign)) => b'Y',
            _ => return None,
        };
        self.spaced = cursor.space();
        Some(())
    }

    /// What may follow the last number of a date and belongs to it.
    fn close(&mut self, cursor: &mut Cursor<'_>) {
        if self.separator == b'Y' {
            let _ = cursor.text("日") || cursor.text("일");
        }
        let here = cursor.at;
        cursor.space();
        if cursor.text("г.") || cursor.text("р.") {
            return;
        }
        // "BE": the year itself is high enough to tell.
        if !cursor.text("BE") {
            cursor.at = here;
        }
    }
}

struct Clock {
    hour: u8,
    minute: u8,
    second: Option<u8>,
    colon: u8,
    marker: Marker,
    foreign: bool,
    twenty_four: bool,
}

impl Clock {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        cursor.marks();
        let mut half = halves::word(cursor);
        let mut marker = if half.is_some() { Marker::Other } else { Marker::None };
        cursor.spaces();
        cursor.marks();
        let hour = cursor.number(2)?;
        cursor.marks();
        let colon = Self::colon(cursor)?;
        let minute = Self::two(cursor)?;
        let here = cursor.at;
        let second = if Self::colon(cursor) == Some(colon) { Self::two(cursor) } else { None };
        if second.is_none() {
            cursor.at = here;
        }
        let bare = cursor.at;
        cursor.marks();
        cursor.spaces();
        cursor.marks();
        if half.is_none()
            && let Some((found, written)) = halves::after(cursor)
        {
            half = Some(found);
            marker = written;
        } else {
            cursor.at = bare;
        }
        if minute > 59 || second.is_some_and(|second| second > 60) || hour.value > 24 {
            return None;
        }
        let written = u8::try_from(hour.value).ok()?;
        Some(Self {
            hour: half.map_or(written % 24, |half| half.hour(written)),
            minute,
            second,
            colon,
            marker,
            foreign: hour.foreign,
            twenty_four: written == 24,
        })
    }

    fn colon(cursor: &mut Cursor<'_>) -> Option<u8> {
        let byte = cursor.peek()?;
        if matches!(byte, b':' | b'.') {
            cursor.at += 1;
            return Some(byte);
        }
        let here = cursor.at;
        cursor.spaces();
        if cursor.byte(b'h') {
            cursor.spaces();
            return Some(b'h');
        }
        cursor.at = here;
        None
    }

    fn two(cursor: &mut Cursor<'_>) -> Option<u8> {
        cursor.marks();
        let number = cursor.number(2)?;
        (number.digits == 2).then(|| u8::try_from(number.value).ok())?
    }
}

impl Half {
    /// The hour of 24 that a clock of twelve hours means.
    fn hour(self, written: u8) -> u8 {
        if written > 12 {
            // "21:04 PM": the clock counts to 24 and says the half as well.
            return written % 24;
        }
        match (self, written) {
            // 晚上12 is midnight, the other hours of 晚上 are evening.
            (Self::Morning | Self::Night, 12) => 0,
            // 中午 are the hours round noon.
            (Self::Morning, hour) | (Self::Noon, hour @ 10..=12) => hour,
            (Self::Afternoon, 12) => 12,
            (_, hour) => hour + 12,
        }
    }
}
