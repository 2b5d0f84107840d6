//! The Iranian calendar, which phones in Persian may write.

use jiff::ToSpan as _;
use jiff::civil::Date;

/// The day of the Solar Hijri calendar, for the years that WhatsApp has existed in: its leap years follow a cycle of
/// 33 years there, and 1 Farvardin 1400 was 21 March 2021.
pub(super) fn from_solar_hijri(year: i16, month: u16, day: u16) -> Option<Date> {
    let leap = |year: i16| matches!(year.rem_euclid(33), 1 | 5 | 9 | 13 | 17 | 22 | 26 | 30);
    let length = match month {
        1..=6 => 31,
        7..=11 => 30,
        12 if leap(year) => 30,
        12 => 29,
        _ => return None,
    };
    if day == 0 || day > length {
        return None;
    }
    let mut days: i32 = 0;
    for between in 1400..year {
        days += if leap(between) { 366 } else { 365 };
    }
    for between in year..1400 {
        days -= if leap(between) { 366 } else { 365 };
    }
    let months = i32::from(month) - 1;
    days += months.min(6) * 31 + (months - 6).max(0) * 30 + i32::from(day) - 1;
    Date::new(2021, 3, 21).ok()?.checked_add(days.days()).ok()
}

#[cfg(test)]
mod tests {
    use super::from_solar_hijri;

    #[test]
    fn new_years_days_as_observed() {
        for (year, gregorian) in [
            (1388, "2009-03-21"),
            (1391, "2012-03-20"),
            (1395, "2016-03-20"),
            (1399, "2020-03-20"),
            (1403, "2024-03-20"),
            (1404, "2025-03-21"),
        ] {
            assert_eq!(from_solar_hijri(year, 1, 1).unwrap().to_string(), gregorian, "{year}");
        }
        assert_eq!(from_solar_hijri(1403, 12, 30).unwrap().to_string(), "2025-03-20");
        assert_eq!(from_solar_hijri(1402, 12, 30), None);
        assert_eq!(from_solar_hijri(1401, 5, 29).unwrap().to_string(), "2022-08-20");
    }
}
