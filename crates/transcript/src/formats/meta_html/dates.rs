//! Times in words of many languages. What is not wholly understood is not understood.

use jiff::civil::DateTime;

use crate::{Precision, Reading};

/// Names of the months, whole and shortened, in English, French, German, Spanish, Italian, Portuguese, Dutch, Swedish,
/// Danish, Norwegian, Polish, Czech, Romanian, Turkish, Hungarian and Russian.
const MONTHS: [&str; 12] = [
    "jan january janv janvier januar jän jänner ene enero gen gennaio janeiro januari sty stycznia led ledna ian \
     ianuarie oca ocak január янв января",
    "feb february févr février fév februar febrero febbraio fev fevereiro februari lut lutego úno února februarie şub \
     şubat febr február фев февр февраля",
    "mar march mars mär märz marzo março mrt maart marca bře března martie mart márc március марта",
    "apr april avr avril abr abril aprile kwi kwietnia dub dubna aprilie nis nisan ápr április апр апреля",
    "may mai mayo mag maggio maio mei maj maja kvě května mayıs máj május мая май",
    "jun june juin juni junio giu giugno junho cze czerwca čvn června iun iunie haz haziran jún június июн июня",
    "jul july juil juillet juli julio lug luglio julho lip lipca čvc července iul iulie tem temmuz júl július июл июля",
    "aug august août aoû ago agosto augustus augusti sie sierpnia srp srpna ağu ağustos augusztus авг августа",
    "sep sept september septembre septiembre set settembre setembro wrz września zář září septembrie eyl eylül szept \
     szeptember сен сент сентября",
    "oct october octobre okt oktober octubre ott ottobre out outubro paź października říj října octombrie eki ekim \
     október окт октября",
    "nov november novembre noviembre novembro lis listopada listopadu noiembrie noi kas kasım ноя нояб ноября",
    "dec december déc décembre dez dezember dic diciembre dicembre dezembro des desember gru grudnia pro prosince \
     decembrie ara aralık дек декабря",
];

/// What a word of a date says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Month(i8),
    Afternoon(bool),
    /// `Tháng 10`: the number after it is the month.
    MonthFollows,
    /// `10월`, `10月`: the number before it is.
    MonthBefore,
    /// A word that says nothing of the time: `at`, `um`, `de`.
    Nothing,
    /// Any other. It might say that it is afternoon.
    Unknown,
}

const CONNECTING: &str =
    "at à um de del la a las om kl klo às as o g г в den the of alle ore uhr 년 年 일 日";

/// Reads a time.
pub(in crate::formats) fn read(written: &str) -> (Reading, Precision) {
    let Some(parts) = Parts::of(written) else { return (Reading::Impossible, Precision::Minute) };
    let reading = parts.reading().unwrap_or(Reading::Impossible);
    let precision = match parts.time {
        None => Precision::Day,
        Some((_, _, None)) => Precision::Minute,
        Some(_) => Precision::Second,
    };
    (reading, precision)
}

/// Whether it is a time at all.
pub(super) fn is_date(written: &str) -> bool {
    !matches!(read(written).0, Reading::Impossible)
}

/// What the dates of a whole file show of the order of day and month.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Order {
    day_first: bool,
    month_first: bool,
}

impl Order {
    /// One more time of the file. Of a day above twelve the order is plain.
    pub(super) fn add(&mut self, written: &str) {
        let parts = Parts::of(written).filter(|parts| parts.month.is_none() && parts.month_at.is_none());
        if let Some([(first, 1 | 2, '/' | '-'), (second, 1 | 2, _), _]) =
            parts.as_ref().map(|parts| &*parts.numbers)
        {
            self.day_first |= *first > 12 && *second <= 12;
            self.month_first |= *second > 12 && *first <= 12;
        }
    }

    /// A time as this order has it; undecided where the file shows none, or both.
    pub(super) fn decide(self, reading: Reading) -> Reading {
        match (reading, self) {
            (Reading::Ambiguous { day_first, .. }, Self { day_first: true, month_first: false }) => {
                Reading::Local(day_first)
            }
            (Reading::Ambiguous { month_first, .. }, Self { day_first: false, month_first: true }) => {
                Reading::Local(month_first)
            }
            _ => reading,
        }
    }
}

#[derive(Debug, Default)]
struct Parts {
    /// Numbers that are not the time, with how many digits they have and which mark stands behind.
    numbers: Vec<(i16, usize, char)>,
    month: Option<i8>,
    /// Which of `numbers` is the month, where a word beside it says so.
    month_at: Option<usize>,
    afternoon: Option<bool>,
    time: Option<(i8, i8, Option<i8>)>,
    after_de: bool,
}

impl Parts {
    fn of(written: &str) -> Option<Self> {
        if written.len() > 120 {
            return None;
        }
        let mut parts = Self::default();
        let mut rest = written;
        let mut month_follows = false;
        while let Some(first) = rest.chars().next() {
            if first.is_ascii_digit() {
                // Before a time, `de` is Hungarian for the morning.
                let unclear = std::mem::take(&mut parts.after_de);
                let len = rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
                let (digits, after) = rest.split_at_checked(len)?;
                let number: i16 = (len <= 4).then(|| digits.parse().ok())??;
                rest = after;
                if let Some(tail) = rest.strip_prefix(':') {
                    rest = parts.clock(number, tail).filter(|_| !unclear)?;
                    continue;
                }
                if std::mem::take(&mut month_follows) {
                    parts.month_at = Some(parts.numbers.len());
                }
                parts.numbers.push((number, len, rest.chars().next().unwrap_or(' ')));
            } else if first.is_alphabetic() {
                let len = rest
                    .char_indices()
                    .find(|&(at, c)| at > 0 && !(c.is_alphabetic() || is_dotted(rest, at)));
                let (word, after) = rest.split_at_checked(len.map_or(rest.len(), |(at, _)| at))?;
                rest = after;
                if let Some(afternoon) = half(word, &mut rest) {
                    parts.half(afternoon)?;
                } else {
                    parts.word(word, &mut month_follows)?;
                }
            } else {
                rest = rest.get(first.len_utf8()..)?;
            }
        }
        Some(parts)
    }

    /// The rest of a time of day, after the hour and its colon.
    fn clock<'w>(&mut self, hour: i16, after: &'w str) -> Option<&'w str> {
        let two = |text: &'w str| -> Option<(i8, &'w str)> {
            let (digits, after) = text.split_at_checked(2)?;
            let ends = !after.starts_with(|c: char| c.is_ascii_digit());
            (ends && digits.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| Some((digits.parse().ok()?, after)))?
        };
        let (minute, after) = two(after)?;
        let (second, after) = match after.strip_prefix(':') {
            Some(tail) => two(tail).map(|(second, after)| (Some(second), after))?,
            None => (None, after),
        };
        if self.time.replace((i8::try_from(hour).ok()?, minute, second)).is_some() {
            return None;
        }
        Some(after)
    }

    fn word(&mut self, word: &str, month_follows: &mut bool) -> Option<()> {
        match meaning(word) {
            Word::Month(month) if self.month.replace(month).is_some() => return None,
            Word::Afternoon(afternoon) => self.half(afternoon)?,
            Word::Unknown => return None,
            Word::MonthFollows => *month_follows = true,
            Word::MonthBefore => self.month_at = Some(self.numbers.len().checked_sub(1)?),
            Word::Month(_) | Word::Nothing => {}
        }
        self.after_de = word.eq_ignore_ascii_case("de");
        Some(())
    }

    fn half(&mut self, afternoon: bool) -> Option<()> {
        self.afternoon.replace(afternoon).is_none().then_some(())
    }

    fn reading(&self) -> Option<Reading> {
        let (hour, minute, second) = self.time.map_or((0, 0, 0), |(h, m, s)| (h, m, s.unwrap_or(0)));
        let hour = match (self.afternoon, hour) {
            (None, hour) => hour,
            (Some(afternoon), 12) => {
                if afternoon {
                    12
                } else {
                    0
                }
            }
            (Some(afternoon), 1..=11) => hour + if afternoon { 12 } else { 0 },
            // Some languages mark the morning of a 24-hour clock ("0:15 am").
            (Some(false), 0) => 0,
            _ => return None,
        };
        let at = |year: i16, month: i16, day: i16| {
            let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
            DateTime::new(year, month, day, hour, minute, second, 0).ok()
        };
        let numbers = &*self.numbers;
        if let Some(month) = self.month.map(i16::from) {
            let [(first, one, _), (last, two, _)] = *numbers else { return None };
            return match (one, two) {
                (1 | 2, 4) => at(last, month, first),
                (4, 1 | 2) => at(first, month, last),
                _ => None,
            }
            .map(Reading::Local);
        }
        let [(a, one, mark), (b, two, other), (c, three, _)] = *numbers else { return None };
        if let Some(place) = self.month_at {
            return match (place, one, three) {
                (0, _, 4) => at(c, a, b),
                (1, _, 4) => at(c, b, a),
                (1, 4, _) => at(a, b, c),
                _ => None,
            }
            .map(Reading::Local);
        }
        match (one, two, three, mark, other) {
            (4, 1 | 2, 1 | 2, ..) => at(a, b, c).map(Reading::Local),
            // Nobody writes the month first with full stops.
            (1 | 2, 1 | 2, 4, '.', '.') => at(c, b, a).map(Reading::Local),
            (1 | 2, 1 | 2, 4, '/' | '-', '/' | '-') => match (at(c, b, a), at(c, a, b)) {
                (Some(one), Some(other)) if one == other => Some(Reading::Local(one)),
                (Some(day_first), Some(month_first)) => Some(Reading::Ambiguous { day_first, month_first }),
                (one, other) => one.or(other).map(Reading::Local),
            },
            _ => None,
        }
    }
}

/// `a. m.` and `p. m.`, which Spanish writes with a space: whether it is afternoon, `rest` then behind it.
fn half(word: &str, rest: &mut &str) -> Option<bool> {
    let afternoon = match word {
        "a" | "A" => false,
        "p" | "P" => true,
        _ => return None,
    };
    let tail = rest.strip_prefix('.')?.trim_start().strip_prefix(['m', 'M'])?;
    if tail.starts_with(char::is_alphanumeric) {
        return None;
    }
    *rest = tail;
    Some(afternoon)
}

/// Whether the full stop at `at` belongs to a word: `p.m.`
fn is_dotted(rest: &str, at: usize) -> bool {
    rest.get(at..).is_some_and(|tail| tail.starts_with('.'))
        && rest.get(at + 1..).is_some_and(|tail| tail.starts_with(char::is_alphabetic))
}

fn meaning(word: &str) -> Word {
    let word = word.to_lowercase();
    let found = MONTHS.iter().zip(1..).find(|(names, _)| names.split(' ').any(|name| name == word));
    if let Some((_, month)) = found {
        return Word::Month(month);
    }
    match &*word {
        "am" | "a.m" | "오전" | "上午" | "午前" | "sa" | "ص" | "πμ" => Word::Afternoon(false),
        "pm" | "p.m" | "오후" | "下午" | "午後" | "ch" | "م" | "μμ" => Word::Afternoon(true),
        "tháng" => Word::MonthFollows,
        "월" | "月" => Word::MonthBefore,
        word if CONNECTING.split(' ').any(|known| known == word) => Word::Nothing,
        _ => Word::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn one_moment_in_many_words() {
        let morning = Reading::Local(date(2017, 9, 22).at(6, 33, 0, 0));
        let evening = Reading::Local(date(2017, 9, 22).at(18, 33, 0, 0));
        for written in [
            "Sep 22, 2017 6:33 am",
            "Sep 22, 2017, 6:33 AM",
            "September 22, 2017 at 6:33 AM",
            "22 Sept 2017, 06:33",
            "22 Sep 2017 06:33",
            "22 sept. 2017 à 06:33",
            "22. Sept. 2017, 06:33",
            "22.09.2017, 06:33",
            "22.9.2017 6:33",
            "22 set 2017, 6:33 a.m.",
            "22 de set. de 2017, 06:33",
            "sept. 22, 2017 6:33 a.\u{a0}m.",
            "sep 22, 2017 6:33 sa",
            "Tháng 9 22, 2017 6:33 sa",
            "9월 22, 2017 6:33 오전",
            "2017년 9월 22일 오전 6:33",
            "9月 22, 2017 6:33 上午",
            "2017-09-22 06:33",
            "22/09/2017, 06:33",
            "9/22/2017, 6:33\u{202f}AM",
            "wrz 22, 2017 6:33 AM",
            "22 сент. 2017 г. 6:33",
            "2017. szept. 22. 6:33",
            "Sep 22, 2017 6:33am",
        ] {
            assert_eq!(read(written), (morning, Precision::Minute), "{written}");
        }
        for written in [
            "Sep 22, 2017 6:33 pm",
            "Sep 22, 2017 6:33pm",
            "22 sept 2017, 6:33 p. m.",
            "Tháng 9 22, 2017 6:33 ch",
            "9월 22, 2017 6:33 오후",
            "22 Sep 2017 18:33",
            "22/09/2017 18:33",
        ] {
            assert_eq!(read(written), (evening, Precision::Minute), "{written}");
        }
        let exact = Reading::Local(date(2021, 1, 2).at(0, 4, 5, 0));
        assert_eq!(read("Jan 02, 2021 12:04:05 am"), (exact, Precision::Second));
        assert_eq!(read("Jan 2, 2021").1, Precision::Day);
    }

    #[test]
    fn what_may_be_either_is_not_decided() {
        let (day_first, month_first) = (date(2021, 2, 1).at(6, 33, 0, 0), date(2021, 1, 2).at(6, 33, 0, 0));
        assert_eq!(read("01/02/2021, 06:33").0, Reading::Ambiguous { day_first, month_first });
        assert_eq!(read("02/02/2021, 06:33").0, Reading::Local(date(2021, 2, 2).at(6, 33, 0, 0)));
    }

    #[test]
    fn what_is_not_wholly_understood_is_not_understood() {
        for written in [
            "Feb 30, 2021 6:33 am",
            "Jan 2, 2021 13:33 pm",
            "Jan 2, 2021 25:00",
            "Jan 2, 2021 6:33 em",
            "2 Frobuary 2021",
            "2017. szept. 22. de. 6:33",
            "Jan 2",
            "",
            "6:33",
            "Jan Feb 2, 2021",
            "Jan 2 3 2021 6:33",
            "Jan 2, 21 6:33",
            "22/13/2021",
            "Jan 2, 2021 6:3",
            "Jan 2, 2021 6:33 7:33",
            "99999 Jan 2",
            "am pm Jan 2, 2021 6:33",
        ] {
            assert_eq!(read(written).0, Reading::Impossible, "{written}");
        }
    }
}
