//! Headings of days, in the languages and orders that LINE writes them.

use jiff::civil::{Date, Weekday};

use crate::dates::{Cursor, Day, Evidence, Order, Triple, date, weekday};

/// A day on its own line, with a day of the week beside it: a bare date may be part of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heading {
    date: Written,
    weekday: Option<Weekday>,
}

#[derive(Clone, Copy, Debug)]
enum Written {
    Known(Option<Date>),
    Triple(Triple),
}

impl Heading {
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        if line.len() > 80 {
            return None;
        }
        let mut cursor = Cursor::new(line);
        // `Tue, 02/01/2024`
        let name = cursor.word();
        if name.len() >= 3
            && let Some(weekday) = weekday(name)
        {
            if !cursor.take(b",") && !cursor.take(b".") {
                return None;
            }
            cursor.spaces();
            let triple = Triple::read(&mut cursor)?;
            return cursor
                .is_done()
                .then_some(Self { date: Written::Triple(triple), weekday: Some(weekday) });
        }
        let mut cursor = Cursor::new(line);
        let date = written(&mut cursor)?;
        cursor.spaces();
        let weekday = named(cursor.rest())?;
        Some(Self { date, weekday })
    }

    /// Adds what this heading shows of the order of day and month.
    pub(super) fn weigh(self, evidence: &mut Evidence) {
        let Written::Triple(triple) = self.date else { return };
        triple.weigh(evidence);
        if let (Day::Either { day_first, .. }, Some(weekday)) = (triple.day(None), self.weekday)
            && let Day::Known(known) = triple.day(None).on(weekday)
        {
            evidence.show(if known == day_first { Order::DayFirst } else { Order::MonthFirst });
        }
    }

    pub(super) const fn weekday(self) -> Option<Weekday> {
        self.weekday
    }

    /// The day, by its day of the week if that decides, else by what the whole file shows.
    pub(super) fn day(self, order: Option<Order>) -> Day {
        match self.date {
            Written::Known(date) => date.map_or(Day::Impossible, Day::Known),
            Written::Triple(triple) => match (triple.day(None), self.weekday) {
                (Day::Either { .. }, Some(weekday)) => match triple.day(None).on(weekday) {
                    known @ Day::Known(_) => known,
                    _ => triple.day(order),
                },
                _ => triple.day(order),
            },
        }
    }
}

/// A date with the year first, perhaps of an era.
fn written(cursor: &mut Cursor<'_>) -> Option<Written> {
    let mut ahead = *cursor;
    // Japanese eras begin with year 1.
    let era = match ahead.take_any(&["R", "令和", "H", "平成"]) {
        Some(0 | 1) => Some(2018),
        Some(_) => Some(1988),
        None => None,
    };
    if let Some(before) = era {
        let year = i16::try_from(ahead.number(1, 2)?).ok()? + before;
        let found = rest_of_date(&mut ahead, year)?;
        *cursor = ahead;
        return Some(Written::Known(found));
    }
    if let Some(year) = ahead.number(4, 4) {
        let year = i16::try_from(year).ok()?;
        if let Some(found) = rest_of_date(&mut ahead, year) {
            *cursor = ahead;
            return Some(Written::Known(found));
        }
        return None;
    }
    Triple::read(cursor).map(Written::Triple)
}

#[expect(clippy::option_option, reason = "a date as written, and whether there is such a day")]
fn rest_of_date(cursor: &mut Cursor<'_>, year: i16) -> Option<Option<Date>> {
    let (month, day) = match cursor.take_any(&["/", ".", "-", "年", "년"])? {
        3 | 4 => {
            cursor.spaces();
            let month = cursor.number(1, 2)?;
            cursor.take_any(&["月", "월"])?;
            cursor.spaces();
            let day = cursor.number(1, 2)?;
            cursor.take_any(&["日", "일"])?;
            (month, day)
        }
        separator => {
            let separator = ["/", ".", "-"].get(separator)?.as_bytes();
            let month = cursor.number(1, 2)?;
            if !cursor.take(separator) {
                return None;
            }
            (month, cursor.number(1, 2)?)
        }
    };
    Some(date(year, month, day))
}

const DAYS: [Weekday; 7] = [
    Weekday::Sunday,
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
];
const JAPANESE: [&str; 7] = ["日", "月", "火", "水", "木", "金", "土"];
const CHINESE: [&str; 7] = ["日", "一", "二", "三", "四", "五", "六"];
const KOREAN: [&str; 7] = ["일", "월", "화", "수", "목", "금", "토"];
const THAI: [&str; 7] = ["อาทิตย์", "จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์"];
const THAI_SHORT: [&str; 7] = ["อา.", "จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส."];

/// The day of the week that the rest of a line names and nothing else; `Some(None)` if it stands in brackets and is
/// of a language not known here.
#[expect(clippy::option_option, reason = "a heading, and whether its day of the week is known")]
fn named(rest: &[u8]) -> Option<Option<Weekday>> {
    let rest = std::str::from_utf8(rest).ok()?.trim_end();
    let bracketed = ["()", "（）"].into_iter().find_map(|pair| {
        let mut pair = pair.chars();
        rest.strip_prefix(pair.next()?)?.strip_suffix(pair.next()?)
    });
    let word = bracketed.unwrap_or(rest).trim();
    let english = weekday(word.as_bytes()).filter(|_| is_english(word));
    let found = english.or_else(|| {
        let at = |names: &[&str; 7], word: &str| {
            names.iter().position(|name| *name == word).and_then(|at| DAYS.get(at)).copied()
        };
        let chinese =
            word.strip_prefix("星期").or_else(|| word.strip_prefix('週')).or_else(|| word.strip_prefix('周'));
        match chinese {
            Some("天") => Some(Weekday::Sunday),
            Some(day) => at(&CHINESE, day),
            None => at(&JAPANESE, word.strip_suffix("曜日").unwrap_or(word))
                .or_else(|| at(&CHINESE, word).filter(|_| bracketed.is_some()))
                .or_else(|| at(&KOREAN, word.strip_suffix("요일").unwrap_or(word)))
                .or_else(|| at(&THAI, word.strip_prefix("วัน").unwrap_or(word)))
                .or_else(|| at(&THAI_SHORT, word)),
        }
    });
    match (found, bracketed) {
        (Some(day), _) => Some(Some(day)),
        (None, Some(word))
            if !word.is_empty()
                && word.chars().count() <= 12
                && !word.contains(|c: char| c.is_ascii_digit()) =>
        {
            Some(None)
        }
        _ => None,
    }
}

fn is_english(word: &str) -> bool {
    const NAMES: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    word.len() >= 3 && NAMES.iter().any(|name| name.starts_with(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_in_many_shapes() {
        for line in [
            "2024.01.02 Tuesday",
            "2024/01/02(火)",
            "2024/01/02 火曜日",
            "2024.01.02 火曜日",
            "2024/1/2（週二）",
            "2024/1/2週二",
            "2024/1/2周二",
            "2024/01/02（二）",
            "2024/01/02 Tue",
            "2024/01/02(Tue)",
            "2024年1月2日(火)",
            "R6/01/02(火)",
            "Tue, 01/02/2024",
            "Tue, 02/01/2024",
            "Tue, 2/1/2024",
            "2024.01.02 화요일",
            "2024년 1월 2일 화요일",
            "2024/01/02 อังคาร",
            "2024/01/02(mar.)",
        ] {
            let heading = Heading::read(line.as_bytes()).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(heading.day(None), Day::Known(date(2024, 1, 2).unwrap()), "{line}");
        }
        for line in [
            "2024/01/02",
            "2024/01/02 10:00",
            "Tue, nothing",
            "2024/01/02 see you",
            "2024/01/02(10:00)",
            "Tuesday",
        ] {
            assert!(Heading::read(line.as_bytes()).is_none(), "{line}");
        }
    }
}
