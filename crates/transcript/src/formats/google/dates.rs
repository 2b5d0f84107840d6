//! Dates written out in the language of whoever asked for the Takeout.
//!
//! What is sure whatever the language: the year has four digits, the day one or two, the month is a word or a number
//! before 月 or 월, the time has colons. A date is understood only if the month's name is known, and if every word
//! that could change the time's meaning (beside it or between it and the date) is known too.

use jiff::civil::{Date, DateTime, Time, Weekday};

use super::names;

/// A date as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) local: DateTime,
    /// Whether UTC stands beside it.
    pub(super) utc: bool,
    /// A day of the week that is not the date's.
    pub(super) odd_weekday: Option<Weekday>,
}

#[derive(Default)]
struct Parts<'a> {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    time: Option<(i8, i8, i8)>,
    after_noon: Option<bool>,
    weekday: Option<Weekday>,
    utc: bool,
    doubtful: bool,
    /// A word that is not known, where it could still be a day's name.
    unknown: Option<&'a str>,
}

/// Understands a date, or not.
pub(super) fn read(text: &str) -> Option<Written> {
    let mut parts = Parts::default();
    let mut rest = text;
    while !rest.is_empty() {
        let first = rest.chars().next()?;
        rest = if first.is_ascii_digit() {
            parts.number(rest)?
        } else if first.is_alphabetic() {
            let end = rest.find(|char: char| !char.is_alphabetic()).unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(end)?;
            parts.word(word, after)?
        } else if separates(first) {
            rest.get(first.len_utf8()..)?
        } else {
            return None;
        };
    }
    parts.finish()
}

/// What may stand between words and numbers. A sign before a number could be an offset.
fn separates(char: char) -> bool {
    char.is_whitespace()
        || matches!(char, ',' | '.' | '/' | '-' | '·' | '،' | '(' | ')' | '\u{200e}' | '\u{200f}')
}

impl<'a> Parts<'a> {
    fn number(&mut self, rest: &'a str) -> Option<&'a str> {
        let end = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, after) = rest.split_at_checked(end)?;
        if after.starts_with(':') {
            return self.clock(rest);
        }
        let number: i16 = digits.parse().ok()?;
        let mark = after.chars().next();
        let after_mark = || mark.and_then(|mark| after.get(mark.len_utf8()..));
        let small = i8::try_from(number).ok();
        match (digits.len(), mark) {
            (_, Some('月' | '월')) => {
                fill(&mut self.month, small?)?;
                after_mark()
            }
            (_, Some('日' | '일')) => {
                fill(&mut self.day, small?)?;
                after_mark()
            }
            (4, Some('年' | '년')) => {
                fill(&mut self.year, number)?;
                after_mark()
            }
            (4, _) => {
                fill(&mut self.year, number)?;
                Some(after)
            }
            (1 | 2, _) if self.time.is_none() => {
                fill(&mut self.day, small?)?;
                Some(after)
            }
            _ => None,
        }
    }

    fn clock(&mut self, rest: &'a str) -> Option<&'a str> {
        let end = rest.find(|char: char| !char.is_ascii_digit() && char != ':').unwrap_or(rest.len());
        let (clock, after) = rest.split_at_checked(end)?;
        let mut fields = clock.split(':').map(|field| field.parse::<i8>().ok());
        let (hour, minute) = (fields.next()??, fields.next()??);
        let second = fields.next().unwrap_or(Some(0))?;
        if fields.next().is_some() {
            return None;
        }
        fill(&mut self.time, (hour, minute, second))?;
        Some(after)
    }

    fn word(&mut self, word: &'a str, after: &'a str) -> Option<&'a str> {
        let lower = word.to_lowercase();
        if let Some(day) = names::weekday(&lower) {
            self.weekday = Some(day);
        } else if let (Some(month), true) = (names::month(&lower), self.month.is_none()) {
            self.month = Some(month);
            self.doubtful = names::doubtful(&lower);
        } else if let Some(after_noon) = names::after_noon(&lower) {
            fill(&mut self.after_noon, after_noon)?;
        } else if self.time.is_some() {
            return self.word_after_time(&lower, after);
        } else if self.year.is_some() && self.month.is_some() && self.day.is_some() {
            // Between the date and the time a word that is not known might say which half of the day it is.
            if !names::between(&lower) {
                return None;
            }
        } else if !names::between(&lower) {
            // The name of the day in a language that is not listed; but only one.
            fill(&mut self.unknown, word)?;
        }
        Some(after)
    }

    fn word_after_time(&mut self, lower: &str, after: &'a str) -> Option<&'a str> {
        match lower {
            "utc" | "gmt" => {
                self.utc = true;
                Some(after)
            }
            "a" | "p" => {
                // `a. m.`, `p.m.`
                let tail = after.trim_start_matches(['.', ' ', '\u{a0}', '\u{202f}']);
                let tail = tail.strip_prefix(['m', 'M'])?;
                fill(&mut self.after_noon, lower == "p")?;
                Some(tail)
            }
            _ => None,
        }
    }

    fn finish(self) -> Option<Written> {
        let (hour, minute, second) = self.time?;
        let hour = match (self.after_noon, hour) {
            (None, hour) => hour,
            (Some(after_noon), 12) => {
                if after_noon {
                    12
                } else {
                    0
                }
            }
            (Some(after_noon), 1..=11) => hour + if after_noon { 12 } else { 0 },
            (Some(_), _) => return None,
        };
        let date = Date::new(self.year?, self.month?, self.day?).ok()?;
        let odd_weekday = self.weekday.filter(|weekday| *weekday != date.weekday());
        if self.doubtful && (self.weekday.is_none() || odd_weekday.is_some()) {
            return None;
        }
        let time = Time::new(hour, minute, second, 0).ok()?;
        Some(Written { local: DateTime::from_parts(date, time), utc: self.utc, odd_weekday })
    }
}

/// Sets what must come only once.
fn fill<T>(place: &mut Option<T>, value: T) -> Option<()> {
    if place.is_some() {
        return None;
    }
    *place = Some(value);
    Some(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date};

    use super::read;

    #[test]
    fn forms_that_are_known() {
        let evening = date(2021, 2, 7).at(17, 13, 43, 0);
        for text in [
            "Sunday, February 7, 2021 at 5:13:43 PM UTC",
            "Sunday, February 7, 2021 at 5:13:43\u{202f}PM UTC",
            "Sunday, February 7, 2021 at 5:13:43\u{202f}p.m. UTC",
            "Sunday, 7 February 2021 at 17:13:43 UTC",
            "Sunday 7 February 2021 at 17:13:43 UTC",
            "2021. február 7., vasárnap 17:13:43 UTC",
            "Sonntag, 7. Februar 2021 um 17:13:43 UTC",
            "dimanche 7 février 2021 à 17:13:43 UTC",
            "domingo, 7 de febrero de 2021, 17:13:43 UTC",
            "domingo, 7 de febrero de 2021 a las 5:13:43 p. m. UTC",
            "domingo, 7 de fevereiro de 2021 às 17:13:43 UTC",
            "zondag 7 februari 2021 om 17:13:43 UTC",
            "niedziela, 7 lutego 2021 17:13:43 UTC",
            "воскресенье, 7 февраля 2021 г. в 17:13:43 UTC",
            "2021年2月7日日曜日 17:13:43 UTC",
            "2021年2月7日星期日 下午5:13:43 UTC",
            "2021년 2월 7일 일요일 오후 5:13:43 UTC",
        ] {
            let written = read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((written.local, written.utc, written.odd_weekday), (evening, true, None), "{text}");
        }
        assert_eq!(read("Thursday, November 3, 2016 at 12:00:50 AM UTC").unwrap().local.hour(), 0);
        assert_eq!(
            read("Monday, January 5, 2024 at 1:02:03 PM UTC").unwrap().odd_weekday,
            Some(Weekday::Monday)
        );
        assert!(!read("Sunday, 7 February 2021 at 17:13:43").unwrap().utc);
    }

    #[test]
    fn what_is_not_sure_is_not_understood() {
        for text in [
            "",
            "yesterday",
            // Which half of the day, in a language that is not listed.
            "Κυριακή, 7 February 2021 στις 5:13:43 μ.μ. UTC",
            "Sunday, 7 February 2021 at 5:13:43 xm UTC",
            "Sunday, 7 February 2021 evening 5:13:43 UTC",
            // Numbers alone.
            "07.02.2021 17:13:43 UTC",
            // Another calendar.
            "sheshanbe 7 bahman 1399 17:13:43",
            "令和3年2月7日 17:13:43 UTC",
            // Not a time.
            "Sunday, 30 February 2021 at 17:13:43 UTC",
            "Sunday, February 7, 2021 at 15:13:43 PM UTC",
            "Sunday, February 7, 2021 at 25:13:43 UTC",
            // Polish or Croatian.
            "7 listopada 2021 17:13:43 UTC",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("niedziela, 7 listopada 2021 17:13:43 UTC").unwrap().local.month(), 11);
    }
}
