//! Dates and times as text formats write them: digits, months by name, zones, and which of two numbers is the day.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::Offset;

use crate::{Output, Precision, Reading, Span, WarningKind, ZoneBasis};

/// Which of the two small numbers of a date comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    DayFirst,
    MonthFirst,
}

/// What the dates of a whole file show of their order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Evidence {
    day_first: bool,
    month_first: bool,
}

impl Evidence {
    /// One more date. A number over twelve is a day.
    pub(crate) fn add(&mut self, first: u16, second: u16) {
        match (first, second) {
            (13..=31, 1..=12) => self.day_first = true,
            (1..=12, 13..=31) => self.month_first = true,
            _ => {}
        }
    }

    /// One more date whose order something beside it shows.
    pub(crate) fn show(&mut self, order: Order) {
        match order {
            Order::DayFirst => self.day_first = true,
            Order::MonthFirst => self.month_first = true,
        }
    }

    /// The order that the file shows, if it shows one and only one.
    pub(crate) fn order(self) -> Option<Order> {
        match (self.day_first, self.month_first) {
            (true, false) => Some(Order::DayFirst),
            (false, true) => Some(Order::MonthFirst),
            _ => None,
        }
    }

    /// Whether some dates can only be read one way and some only the other.
    pub(crate) const fn contradicts_itself(self) -> bool {
        self.day_first && self.month_first
    }
}

/// What the reader of a file has been told of its dates: each doubt once.
#[derive(Debug, Default)]
pub(crate) struct Doubts {
    order: bool,
    mixture: bool,
}

impl Doubts {
    /// Warns of a date that can be read two ways, if it is the first, and of dates that are written two ways.
    pub(crate) fn tell(&mut self, either: Option<&str>, evidence: Evidence, at: Span, out: &mut Output<'_>) {
        if let Some(written) = either.filter(|_| !self.order) {
            self.order = true;
            let note =
                format!("no date of this file shows whether day or month comes first, as in {written:?}");
            out.warn(WarningKind::AmbiguousDates, at, note);
        }
        if evidence.contradicts_itself() && !self.mixture {
            self.mixture = true;
            let note = "some dates of this file begin with the day, others with the month";
            out.warn(WarningKind::MixedStyles, at, note);
        }
    }
}

/// A date of which the year is known, and of day and month perhaps not the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    Known(Date),
    Either { day_first: Date, month_first: Date },
    Impossible,
}

impl Day {
    /// Day and month in unknown order, as far as `order` and the calendar tell.
    pub(crate) fn read(first: u16, second: u16, year: i16, order: Option<Order>) -> Self {
        let (day_first, month_first) = (date(year, second, first), date(year, first, second));
        match (day_first, month_first, order) {
            (Some(day_first), Some(month_first), None) if day_first != month_first => {
                Self::Either { day_first, month_first }
            }
            (_, Some(date), Some(Order::MonthFirst)) | (Some(date), _, _) | (None, Some(date), _) => {
                Self::Known(date)
            }
            (None, None, _) => Self::Impossible,
        }
    }

    /// The reading that falls on this day of the week, if that tells the two apart.
    pub(crate) fn on(self, weekday: Weekday) -> Self {
        match self {
            Self::Either { day_first, month_first } => {
                match (day_first.weekday() == weekday, month_first.weekday() == weekday) {
                    (true, false) => Self::Known(day_first),
                    (false, true) => Self::Known(month_first),
                    _ => self,
                }
            }
            other => other,
        }
    }

    /// This day at this time of day.
    pub(crate) fn at(self, time: Option<Time>) -> Reading {
        let Some(time) = time else { return Reading::Impossible };
        match self {
            Self::Known(date) => Reading::Local(date.to_datetime(time)),
            Self::Either { day_first, month_first } => Reading::Ambiguous {
                day_first: day_first.to_datetime(time),
                month_first: month_first.to_datetime(time),
            },
            Self::Impossible => Reading::Impossible,
        }
    }
}

/// A date, if there is such a day.
pub(crate) fn date(year: i16, month: u16, day: u16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A date of three numbers: `17/08/2014`, `2014-08-17`, `8.17.14`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Triple {
    first: u16,
    second: u16,
    year: i16,
    year_first: bool,
}

impl Triple {
    /// The date that comes next, its parts joined by `/`, `.` or `-`.
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let mut ahead = *cursor;
        let digits = ahead.digits();
        let one = ahead.number(1, 4)?;
        let separator = *ahead.rest.first()?;
        if !matches!(separator, b'/' | b'.' | b'-') || !ahead.take(&[separator]) {
            return None;
        }
        let two = ahead.number(1, 2)?;
        if !ahead.take(&[separator]) {
            return None;
        }
        let last_digits = ahead.digits();
        let found = if digits == 4 {
            let three = ahead.number(1, 2)?;
            Self { first: three, second: two, year: year(one, 4), year_first: true }
        } else if digits <= 2 && matches!(last_digits, 2 | 4) {
            let three = ahead.number(2, 4)?;
            Self { first: one, second: two, year: year(three, last_digits), year_first: false }
        } else {
            return None;
        };
        *cursor = ahead;
        Some(found)
    }

    /// Adds what this date shows of the order.
    pub(crate) fn weigh(self, evidence: &mut Evidence) {
        if !self.year_first {
            evidence.add(self.first, self.second);
        }
    }

    /// The day, as far as the order is known.
    pub(crate) fn day(self, order: Option<Order>) -> Day {
        let order = if self.year_first { Some(Order::DayFirst) } else { order };
        match Day::read(self.first, self.second, self.year, order) {
            // Behind a year comes the month: nothing else is known to be written.
            Day::Known(found)
                if self.year_first && date(self.year, self.second, self.first) != Some(found) =>
            {
                Day::Impossible
            }
            day => day,
        }
    }
}

/// A place in bytes that are being read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    len: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, len: bytes.len() }
    }

    /// How many bytes have been read.
    pub(crate) const fn at(&self) -> usize {
        self.len - self.rest.len()
    }

    /// What has not been read.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether all has been read.
    pub(crate) const fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// Reads exactly these bytes, if they come next.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> bool {
        match self.rest.strip_prefix(bytes) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Reads the first of these that comes next, and says which.
    pub(crate) fn take_any(&mut self, of: &[&str]) -> Option<usize> {
        of.iter().position(|bytes| self.take(bytes.as_bytes()))
    }

    /// Reads spaces, wide and narrow ones that do not break too. Returns whether there were any.
    pub(crate) fn spaces(&mut self) -> bool {
        let before = self.rest.len();
        while self.take_any(&[" ", "\u{202f}", "\u{a0}", "\u{2009}"]).is_some() {}
        before != self.rest.len()
    }

    fn digits(&self) -> usize {
        self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// Reads `AM`, `pm` or `p.m.`, a space before it or none, and says whether it is after noon.
    pub(crate) fn half(&mut self) -> Option<bool> {
        let mut ahead = *self;
        ahead.spaces();
        let after_noon = match ahead.rest.first()? {
            b'A' | b'a' => false,
            b'P' | b'p' => true,
            _ => return None,
        };
        ahead.rest = ahead.rest.get(1..)?;
        let dotted = ahead.take(b".");
        if !ahead.take(b"M") && !ahead.take(b"m") || dotted && !ahead.take(b".") {
            return None;
        }
        if ahead.rest.first().is_some_and(u8::is_ascii_alphanumeric) {
            return None;
        }
        *self = ahead;
        Some(after_noon)
    }

    /// Reads a number of at least `min` and at most `max` digits, no digit following it.
    pub(crate) fn number(&mut self, min: usize, max: usize) -> Option<u16> {
        let digits = self.rest.iter().take(max + 1).take_while(|byte| byte.is_ascii_digit()).count();
        if digits < min || digits > max {
            return None;
        }
        let (number, rest) = self.rest.split_at_checked(digits)?;
        let mut value: u16 = 0;
        for digit in number {
            value = value.checked_mul(10)?.checked_add(u16::from(digit - b'0'))?;
        }
        self.rest = rest;
        Some(value)
    }

    /// Reads a word of ASCII letters.
    pub(crate) fn word(&mut self) -> &'a [u8] {
        let len = self.rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, b""));
        self.rest = rest;
        word
    }

    /// Reads `21:04`, `21:04:33` or `21:04:33.123`. An hour or minute that does not exist gives no time.
    pub(crate) fn clock(&mut self) -> Option<(Option<Time>, Precision)> {
        let mut ahead = *self;
        let hour = ahead.number(1, 2)?;
        if !ahead.take(b":") {
            return None;
        }
        let minute = ahead.number(2, 2)?;
        let (mut second, mut nanos, mut precision) = (0, 0, Precision::Minute);
        let mut further = ahead;
        if further.take(b":")
            && let Some(seconds) = further.number(2, 2)
        {
            (second, precision, ahead) = (seconds, Precision::Second, further);
            if further.take(b".")
                && let Some(fraction) = further.fraction()
            {
                (nanos, precision, ahead) = (fraction, Precision::Millisecond, further);
            }
        }
        *self = ahead;
        Some((time(hour, minute, second, nanos), precision))
    }

    fn fraction(&mut self) -> Option<i32> {
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (fraction, rest) = self.rest.split_at_checked(digits).filter(|_| digits > 0)?;
        let nine = fraction.iter().chain(std::iter::repeat(&b'0')).take(9);
        let nanos = nine.fold(0, |sum: i32, digit| sum * 10 + i32::from(digit - b'0'));
        self.rest = rest;
        Some(nanos)
    }

    /// Reads `Z`, `UTC`, `GMT`, `+02:00`, `+0200` or `+02`.
    pub(crate) fn zone(&mut self) -> Option<Offset> {
        let mut ahead = *self;
        if ahead.take_any(&["UTC", "GMT", "Z"]).is_some() {
            let plain = !ahead.rest.first().is_some_and(u8::is_ascii_alphanumeric);
            *self = ahead;
            return plain.then_some(Offset::UTC);
        }
        let sign = match ahead.take_any(&["+", "-", "\u{2212}"])? {
            0 => 1,
            _ => -1,
        };
        let digits = ahead.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (hours, minutes) = match digits {
            2 => {
                let hours = ahead.number(2, 2)?;
                let mut further = ahead;
                let minutes = if further.take(b":") { further.number(2, 2) } else { None };
                if minutes.is_some() {
                    ahead = further;
                }
                (hours, minutes.unwrap_or(0))
            }
            4 => {
                let both = ahead.number(4, 4)?;
                (both / 100, both % 100)
            }
            _ => return None,
        };
        let offset = Offset::from_seconds(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60)).ok()?;
        *self = ahead;
        (minutes < 60).then_some(offset)
    }
}

/// A time of day, if there is such a one.
pub(crate) fn time(hour: u16, minute: u16, second: u16, nanos: i32) -> Option<Time> {
    // A leap second is written and cannot be counted: the second before it stands for it.
    let second = second.min(if second == 60 { 59 } else { second });
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, nanos).ok()
}

/// The hour of the day from an hour of twelve.
pub(crate) fn afternoon(time: Time, after_noon: bool) -> Option<Time> {
    let hour = match (time.hour(), after_noon) {
        (12, false) => 0,
        (hour @ 1..=11, true) => hour + 12,
        // `0:30 PM` is half past twelve on the phones that write so.
        (0, true) => 12,
        (hour, _) => hour,
    };
    time.with().hour(hour).build().ok()
}

/// A point of time as ISO 8601 and its relatives write it: `2024-01-02 10:00:00.123+00:00`, `2024-01-02T10:00`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    /// Local time; nothing if no such time exists.
    pub(crate) local: Option<DateTime>,
    /// The offset, if written.
    pub(crate) offset: Option<Offset>,
    /// How exactly.
    pub(crate) precision: Precision,
    /// How many bytes it has.
    pub(crate) len: usize,
}

impl Stamp {
    /// The stamp that `bytes` begin with.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let year = cursor.number(4, 4)?;
        let separator = *cursor.rest().first()?;
        if !matches!(separator, b'-' | b'/' | b'.') || !cursor.take(&[separator]) {
            return None;
        }
        let month = cursor.number(1, 2)?;
        if !cursor.take(&[separator]) {
            return None;
        }
        let day = cursor.number(1, 2)?;
        let date = date(i16::try_from(year).ok()?, month, day);
        let mut ahead = cursor;
        let _ = ahead.take(b",");
        if (ahead.take(b"T") || ahead.spaces())
            && let Some((time, precision)) = ahead.clock()
        {
            let mut zone = ahead;
            zone.spaces();
            let offset = zone.zone();
            let len = if offset.is_some() { zone.at() } else { ahead.at() };
            let local = date.zip(time).map(|(date, time)| date.to_datetime(time));
            return Some(Self { local, offset, precision, len });
        }
        let local = date.map(|date| date.to_datetime(Time::midnight()));
        Some(Self { local, offset: None, precision: Precision::Day, len: cursor.at() })
    }

    /// The stamp that these bytes are, and nothing else.
    pub(crate) fn whole(bytes: &[u8]) -> Option<Self> {
        Self::read(bytes).filter(|stamp| stamp.len == bytes.len())
    }

    /// What it means: an instant if the offset is written, else what `unstated` makes of the local time.
    pub(crate) fn reading(&self, unstated: impl FnOnce(DateTime) -> Reading) -> Reading {
        match (self.local, self.offset) {
            (None, _) => Reading::Impossible,
            (Some(local), Some(offset)) => Reading::at_offset(local, offset, ZoneBasis::Stated),
            (Some(local), None) => unstated(local),
        }
    }
}

const MONTHS: [&[u8]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
const WEEKDAYS: [(&[u8], Weekday); 7] = [
    (b"mon", Weekday::Monday),
    (b"tue", Weekday::Tuesday),
    (b"wed", Weekday::Wednesday),
    (b"thu", Weekday::Thursday),
    (b"fri", Weekday::Friday),
    (b"sat", Weekday::Saturday),
    (b"sun", Weekday::Sunday),
];

/// The number of a month by its English name or the first three letters of it.
pub(crate) fn month(word: &[u8]) -> Option<u16> {
    let three = word.get(..3)?;
    let at = MONTHS.iter().position(|name| three.eq_ignore_ascii_case(name))?;
    u16::try_from(at + 1).ok()
}

/// A day of the week by its English name or the first three letters of it.
pub(crate) fn weekday(word: &[u8]) -> Option<Weekday> {
    let three = word.get(..3)?;
    WEEKDAYS.iter().find(|(name, _)| three.eq_ignore_ascii_case(name)).map(|(_, day)| *day)
}

/// The year that two or four digits mean.
pub(crate) fn year(number: u16, digits: usize) -> i16 {
    let number = i16::try_from(number).unwrap_or(i16::MAX);
    match (digits, number) {
        (2, 0..=69) => 2000 + number,
        (2, _) => 1900 + number,
        _ => number,
    }
}

/// The offsets that RFC 5322, section 4.3 names by letters.
fn obsolete_zone(word: &[u8]) -> Option<Offset> {
    let hours = match word.to_ascii_uppercase().as_slice() {
        b"UT" | b"GMT" | b"UTC" | b"Z" => 0,
        b"EDT" => -4,
        b"EST" | b"CDT" => -5,
        b"CST" | b"MDT" => -6,
        b"MST" | b"PDT" => -7,
        b"PST" => -8,
        _ => return None,
    };
    Offset::from_hours(hours).ok()
}

/// A time as RFC 5322, section 3.3 writes it: `Mon, 2 Jan 2006 15:04:05 -0700`.
pub(crate) fn mail_date(bytes: &[u8]) -> Option<Stamp> {
    let mut cursor = Cursor::new(bytes);
    cursor.spaces();
    let mut ahead = cursor;
    if !ahead.word().is_empty() {
        cursor = ahead;
        let _ = cursor.take(b",");
        cursor.spaces();
    }
    let day = cursor.number(1, 2)?;
    if !cursor.spaces() && !cursor.take(b"-") {
        return None;
    }
    let month = month(cursor.word())?;
    if !cursor.spaces() && !cursor.take(b"-") {
        return None;
    }
    let digits = cursor.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
    let year = year(cursor.number(2, 4)?, digits);
    cursor.spaces();
    let (time, precision) = cursor.clock()?;
    let local = date(year, month, day).zip(time).map(|(date, time)| date.to_datetime(time));
    let mut zone = cursor;
    zone.spaces();
    let mut named = zone;
    let (offset, len) = match (zone.zone(), obsolete_zone(named.word())) {
        (Some(offset), _) => (Some(offset), zone.at()),
        (None, Some(offset)) => (Some(offset), named.at()),
        (None, None) => (None, cursor.at()),
    };
    Some(Stamp { local, offset, precision, len })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_decides_and_nothing_else() {
        let mut evidence = Evidence::default();
        evidence.add(5, 6);
        assert_eq!(evidence.order(), None);
        evidence.add(13, 2);
        assert_eq!(evidence.order(), Some(Order::DayFirst));
        evidence.add(2, 14);
        assert!(evidence.contradicts_itself());
        assert_eq!(evidence.order(), None);
        let either = Day::read(2, 1, 2024, None);
        assert!(matches!(either, Day::Either { .. }));
        assert_eq!(either.on(Weekday::Tuesday), Day::Known(date(2024, 1, 2).unwrap()));
        assert_eq!(either.on(Weekday::Thursday), Day::Known(date(2024, 2, 1).unwrap()));
        assert_eq!(either.on(Weekday::Sunday), either);
        assert_eq!(Day::read(31, 2, 2024, None), Day::Impossible);
        assert_eq!(Day::read(3, 3, 2024, None), Day::Known(date(2024, 3, 3).unwrap()));
    }

    #[test]
    fn stamps() {
        for (written, reading, len) in [
            ("2024-01-02 10:00:00", "Local(2024-01-02T10:00:00)", 19),
            ("2024-01-02T10:00:00.5Z!", "Instant(2024-01-02T10:00:00.5Z, Stated)", 22),
            ("2024/1/2 10:00 +02:00", "Instant(2024-01-02T08:00:00Z, Stated)", 21),
            ("2024-01-02 10:00:00 UTC", "Instant(2024-01-02T10:00:00Z, Stated)", 23),
            ("2024-01-02, 10:00] x", "Local(2024-01-02T10:00:00)", 17),
            ("2024-13-02 10:00", "Impossible", 16),
            ("2024-01-02 25:00", "Impossible", 16),
            ("2024-01-02 UTCA", "Local(2024-01-02T00:00:00)", 10),
        ] {
            let stamp = Stamp::read(written.as_bytes()).unwrap();
            assert_eq!(
                (format!("{:?}", stamp.reading(Reading::Local)), stamp.len),
                (reading.to_owned(), len),
                "{written}"
            );
        }
        assert!(Stamp::read(b"20240-01-02").is_none());
    }

    #[test]
    fn dates_of_mails() {
        for (written, reading) in [
            ("Mon, 2 Jan 2006 15:04:05 -0700", "Instant(2006-01-02T22:04:05Z, Stated)"),
            ("2 Jan 06 15:04 GMT", "Instant(2006-01-02T15:04:00Z, Stated)"),
            ("Tue, 03 Jan 2006 15:04:05 EST (later)", "Instant(2006-01-03T20:04:05Z, Stated)"),
            ("Tue, 03 Jan 2006 15:04:05", "Local(2006-01-03T15:04:05)"),
            ("Tue, 31 Feb 2006 15:04:05 +0000", "Impossible"),
        ] {
            let stamp = mail_date(written.as_bytes()).unwrap();
            assert_eq!(format!("{:?}", stamp.reading(Reading::Local)), reading, "{written}");
        }
    }
}
