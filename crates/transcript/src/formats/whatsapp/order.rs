//! Which number of a date is the day: decided from the whole file, never from a convention that could be wrong.

use jiff::civil::{Date, DateTime, Time};

use super::header::{Header, Style};
use crate::Reading;

/// The order in which one style writes year, month and day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
    YearFirst,
    YearDayMonth,
    /// Day and month first or month and day first: the file does not say.
    Undecided,
}

/// Orders that are weighed against each other, as indices into [`Evidence::runs`].
const ORDERS: [Order; 4] = [Order::DayFirst, Order::MonthFirst, Order::YearFirst, Order::YearDayMonth];

/// A step back by so many days is more than a message that was delivered late.
const FAR: i32 = 20;

/// So many times as many dates must speak for an order as against it, for those against it to be read as errors.
const OVERWHELMING: u64 = 50;

/// What the dates of one style show.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    pub(super) style: Style,
    pub(super) count: u64,
    runs: [Run; 4],
    last: [u16; 3],
    /// Dates that exist with the day first and not with the month first; the reverse; only with the year first.
    only_day_first: u64,
    only_month_first: u64,
    only_year_first: u64,
    only_year_day: u64,
}

/// How dates run, read in one order.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    day: i32,
    back: u32,
    far_back: u32,
}

impl Evidence {
    pub(super) const fn new(style: Style) -> Self {
        let run = Run { day: 0, back: 0, far_back: 0 };
        Self {
            style,
            count: 0,
            runs: [run; 4],
            last: [0; 3],
            only_day_first: 0,
            only_month_first: 0,
            only_year_first: 0,
            only_year_day: 0,
        }
    }

    /// One more date of this style, in the order of the file.
    #[inline]
    pub(super) fn add(&mut self, header: &Header) {
        self.count += 1;
        if header.date != self.last {
            self.day(header);
        }
    }

    fn day(&mut self, header: &Header) {
        self.last = header.date;
        let mut exists = [false; 4];
        for ((run, order), exists) in self.runs.iter_mut().zip(ORDERS).zip(&mut exists) {
            let Some(date) = date(header, order) else { continue };
            *exists = true;
            let day = i32::from(date.year()) * 372 + i32::from(date.month()) * 31 + i32::from(date.day());
            if run.day > day + 1 {
                run.back += 1;
                run.far_back += u32::from(run.day - day >= FAR);
            }
            run.day = day;
        }
        let [day_first, month_first, year_first, year_day] = exists;
        self.only_day_first += u64::from(day_first && !month_first);
        self.only_month_first += u64::from(month_first && !day_first);
        self.only_year_first += u64::from(
            year_first && !(if self.style.long_first { year_day } else { day_first || month_first }),
        );
        self.only_year_day += u64::from(year_day && !year_first);
    }

    /// What the dates of the whole file say.
    pub(super) fn order(&self) -> Order {
        let [day_first, month_first, ..] = self.runs;
        if self.style.separator == b'M' {
            return Order::DayFirst;
        }
        if self.style.long_first || self.style.separator == b'Y' {
            // No phone is known to write the day in the middle: the file must prove it.
            return if self.only_year_day > self.only_year_first {
                Order::YearDayMonth
            } else {
                Order::YearFirst
            };
        }
        let (for_day, for_month) = (self.only_day_first, self.only_month_first);
        if !self.style.long_last && self.only_year_first > for_day.max(for_month) {
            return Order::YearFirst;
        }
        if for_day > for_month * OVERWHELMING {
            return Order::DayFirst;
        }
        if for_month > for_day * OVERWHELMING {
            return Order::MonthFirst;
        }
        if for_day + for_month > 0 {
            return Order::Undecided;
        }
        // Numbers separated by full stops are never written month first (Unicode CLDR, all locales).
        if self.style.separator == b'.' {
            return Order::DayFirst;
        }
        match (day_first.runs_straight(month_first), month_first.runs_straight(day_first)) {
            (true, false) => Order::DayFirst,
            (false, true) => Order::MonthFirst,
            _ => Order::Undecided,
        }
    }

    /// Whether both orders were proved by different dates: two phones' styles that look alike.
    pub(super) const fn contradicts_itself(&self) -> bool {
        self.only_day_first > 0 && self.only_month_first > 0
    }
}

impl Run {
    /// Whether dates run forward in this order and cannot in the other.
    const fn runs_straight(self, other: Self) -> bool {
        self.back == 0 && (other.far_back > 0 || other.back > 1)
    }
}

/// The date of a header, read in one order; nothing if there is no such day.
pub(super) fn date(header: &Header, order: Order) -> Option<Date> {
    let [a, b, c] = header.date;
    let (year, month, day) = match order {
        Order::DayFirst => (c, b, a),
        Order::MonthFirst => (c, a, b),
        Order::YearFirst => (a, b, c),
        Order::YearDayMonth => (a, c, b),
        Order::Undecided => return None,
    };
    let year = i16::try_from(year).ok()?;
    if header.style.separator == b'M' && year == 0 {
        // Not written, and not to be guessed.
        return None;
    }
    let year = match year {
        _ if header.reiwa => 2018 + year,
        // Two digits of the Buddhist era: 52 and more were 2009 and later, when WhatsApp began.
        52..=99 => 2500 + year - 543,
        0..=51 => 2000 + year,
        2400..=2700 => year - 543,
        1380..=1425 => return super::calendar::from_solar_hijri(year, month, day),
        1900..=2200 => year,
        _ => return None,
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

pub(super) fn at(date: Date, header: &Header) -> Option<DateTime> {
    let hour = i8::try_from(header.hour).ok()?;
    let minute = i8::try_from(header.minute).ok()?;
    let second = i8::try_from(header.second.min(59)).ok()?;
    Some(DateTime::from_parts(date, Time::new(hour, minute, second, 0).ok()?))
}

/// What a header's date and time mean in the order that the file's evidence gives.
pub(super) fn reading(header: &Header, order: Order) -> Reading {
    if order == Order::Undecided {
        let day_first = date(header, Order::DayFirst).and_then(|date| at(date, header));
        let month_first = date(header, Order::MonthFirst).and_then(|date| at(date, header));
        return match (day_first, month_first) {
            (Some(day_first), Some(month_first)) if day_first == month_first => Reading::Local(day_first),
            (Some(day_first), Some(month_first)) => Reading::Ambiguous { day_first, month_first },
            (Some(only), None) | (None, Some(only)) => Reading::Local(only),
            (None, None) => Reading::Impossible,
        };
    }
    date(header, order).and_then(|date| at(date, header)).map_or(Reading::Impossible, Reading::Local)
}
