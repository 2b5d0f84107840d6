//! Days and times in words.

use crate::text::{Texts, key};

const MONTHS: [&str; 12] = [
    key::MONTH_1,
    key::MONTH_2,
    key::MONTH_3,
    key::MONTH_4,
    key::MONTH_5,
    key::MONTH_6,
    key::MONTH_7,
    key::MONTH_8,
    key::MONTH_9,
    key::MONTH_10,
    key::MONTH_11,
    key::MONTH_12,
];

/// A time in seconds since 1970, e.g. "22 November 2026 at 19:05 (UTC)".
pub(super) fn long(texts: &Texts, time: i64) -> String {
    let (year, month, day) = civil(time.div_euclid(86_400));
    let second = time.rem_euclid(86_400);
    texts.with(
        key::TIME_LONG,
        &[
            ("day", day.to_string().into()),
            ("month", month_name(texts, month).into()),
            ("year", year.to_string().into()),
            ("hour", format!("{:02}", second / 3600).into()),
            ("minute", format!("{:02}", second / 60 % 60).into()),
        ],
    )
}

/// The machine's form of the same, for a `datetime` attribute.
pub(super) fn machine(time: i64) -> String {
    let (year, month, day) = civil(time.div_euclid(86_400));
    let second = time.rem_euclid(86_400);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

/// A day written `YYYY-MM-DD`, in words; unchanged where it is not one.
pub(super) fn day(texts: &Texts, written: &str) -> String {
    let mut parts = written.splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
        return written.to_owned();
    };
    let (Ok(month), Ok(day)) = (month.parse::<usize>(), day.parse::<u8>()) else { return written.to_owned() };
    texts.with(
        key::DAY_LONG,
        &[("day", day.to_string().into()), ("month", month_name(texts, month).into()), ("year", year.into())],
    )
}

fn month_name(texts: &Texts, month: usize) -> String {
    MONTHS.get(month.wrapping_sub(1)).map(|id| texts.get(id)).unwrap_or_default()
}

/// The civil date of a day since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms").
fn civil(days: i64) -> (i64, usize, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, usize::try_from(month).unwrap_or_default(), day)
}
