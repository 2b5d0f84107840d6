//! Times as they stand in entries: UTC, to the second, in the one form of RFC 3339 that ends in `Z`.

use std::fmt;
use std::str::FromStr;

use crate::Error;

const DAY: i64 = 86_400;
/// Days from 0000-03-01, where the calculation begins, to the Unix epoch.
const EPOCH: i64 = 719_468;
/// Days in 400 years.
const ERA: i64 = 146_097;

/// A second of UTC, from year 0000 to year 9999, written `2026-11-27T23:07:16Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// The length of its text.
    pub const TEXT_LEN: usize = 20;
    const FIRST: i64 = -62_167_219_200;
    const LAST: i64 = 253_402_300_799;

    /// Seconds since the Unix epoch.
    ///
    /// # Errors
    ///
    /// [`Error::Time`] outside the years 0000 to 9999.
    pub fn from_unix(seconds: i64) -> Result<Self, Error> {
        if (Self::FIRST..=Self::LAST).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(Error::Time { seconds })
        }
    }

    /// Seconds since the Unix epoch.
    pub fn unix(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, second) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Time {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = Error::Text { what: "a time", why: "it is not written like 2026-11-27T23:07:16Z" };
        let bytes = text.as_bytes();
        let shape = bytes.len() == Self::TEXT_LEN
            && bytes.iter().zip(b"0000-00-00T00:00:00Z").all(|(byte, shape)| match shape {
                b'0' => byte.is_ascii_digit(),
                shape => byte == shape,
            });
        if !shape {
            return Err(malformed);
        }
        let field = |from: usize, to: usize| {
            bytes[from..to].iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
        };
        let date = (field(0, 4), field(5, 7), field(8, 10));
        let (hour, minute, second) = (field(11, 13), field(14, 16), field(17, 19));
        let time = Self(days(date) * DAY + hour * 3600 + minute * 60 + second);
        // A date or an hour that there is not comes out as another one.
        if time.to_string() == text { Ok(time) } else { Err(malformed) }
    }
}

/// Year, month and day of the proleptic Gregorian calendar, from days since the Unix epoch. The year is
/// taken to begin in March, so that the leap day is its last.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH;
    let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The inverse of [`civil`].
fn days((year, month, day): (i64, i64, i64)) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let from_march = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * ERA + of_era - EPOCH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_827_696, "2000-02-29T12:34:56Z"),
            (1_795_820_836, "2026-11-27T23:07:16Z"),
            (Time::FIRST, "0000-01-01T00:00:00Z"),
            (Time::LAST, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(Time::from_unix(seconds).unwrap().to_string(), text);
            assert_eq!(text.parse::<Time>().unwrap().unix(), seconds);
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "2026-11-27",
            "2026-11-27T23:07:16",
            "2026-11-27 23:07:16Z",
            "2026-11-27t23:07:16z",
            "2026-11-27T23:07:16+00:00",
            "2026-11-27T23:07:16.0Z",
            "2026-11-27T24:00:00Z",
            "2026-11-27T23:07:60Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-10T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "+026-11-27T23:07:16Z",
        ] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
        assert!(Time::from_unix(Time::LAST + 1).is_err());
        assert!(Time::from_unix(Time::FIRST - 1).is_err());
    }
}
