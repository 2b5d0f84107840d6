//! Dates, times and lengths of time in words.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use transcript::{Precision, Reading, ZoneBasis};

const DAY_MS: i64 = 86_400_000;

/// Where an undated message stands among days.
pub(crate) const NO_DAY: i32 = i32::MIN;

/// Days since 1970, of sort keys that come in order.
#[derive(Debug)]
pub(crate) struct Days<'z> {
    zone: Option<&'z TimeZone>,
    /// The day that was found last, and its first and last millisecond.
    known: Option<(i32, i64, i64)>,
}

impl<'z> Days<'z> {
    pub(crate) fn new(zone: Option<&'z TimeZone>) -> Self {
        Self { zone, known: None }
    }

    pub(crate) fn of(&mut self, key: i64) -> i32 {
        if key == i64::MIN {
            return NO_DAY;
        }
        if let Some((day, first, last)) = self.known
            && (first..=last).contains(&key)
        {
            return day;
        }
        let day = self.look(key);
        day.map_or(NO_DAY, |known| {
            self.known = Some(known);
            known.0
        })
    }

    fn look(&self, key: i64) -> Option<(i32, i64, i64)> {
        let Some(zone) = self.zone else {
            let day = key.div_euclid(DAY_MS);
            return Some((i32::try_from(day).ok()?, day * DAY_MS, day * DAY_MS + DAY_MS - 1));
        };
        let date = Timestamp::from_millisecond(key).ok()?.to_zoned(zone.clone()).date();
        let begins = |date: Date| Some(date.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond());
        let (first, next) = (begins(date)?, begins(date.tomorrow().ok()?)?);
        Some((day_number(date), first, next - 1))
    }
}

/// Days from 1970 to a date.
pub(crate) fn day_number(date: Date) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.until(date).map_or(NO_DAY, |span| span.get_days())
}

/// The date so many days after 1970.
pub(crate) fn date_of(day: i32) -> Option<Date> {
    jiff::civil::date(1970, 1, 1).checked_add(Span::new().try_days(day).ok()?).ok()
}

/// A day as a heading has it.
pub(crate) fn day(day: i32) -> (String, String) {
    match date_of(day) {
        Some(date) => (date.strftime("%A %-d %B %Y").to_string(), date.to_string()),
        None => ("No date".to_owned(), String::new()),
    }
}

/// What a time means, and whether that leaves a doubt.
pub(crate) fn understood(reading: Reading, precision: Precision, zone: Option<&TimeZone>) -> (String, bool) {
    // The year stands at the day's heading.
    let form = match precision {
        Precision::Day => "%-d %b",
        Precision::Minute => "%-d %b, %H:%M %Z",
        Precision::Second | Precision::Millisecond => "%-d %b, %H:%M:%S %Z",
    };
    match reading {
        Reading::Instant(at, _) => {
            let shown = at.to_zoned(zone.cloned().unwrap_or(TimeZone::UTC));
            (shown.strftime(form).to_string(), false)
        }
        Reading::Local(_) => ("zone unknown".to_owned(), true),
        Reading::Ambiguous { day_first, month_first } => {
            let date = |date: Date| date.strftime("%-d %B").to_string();
            let (one, other) = (date(day_first.date()), date(month_first.date()));
            (format!("{one} or {other}: undecided"), true)
        }
        Reading::Impossible => ("no time that exists".to_owned(), true),
        Reading::Missing => ("no time stated".to_owned(), true),
    }
}

/// All there is to say of a time.
pub(crate) fn time_facts(
    written: Reading,
    stated: Reading,
    zone: Option<&TimeZone>,
) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut say = |label: &str, value: String| facts.push((label.to_owned(), value));
    match written {
        Reading::Local(local) => {
            say("On the device’s clock", local.strftime("%A %-d %B %Y, %H:%M:%S").to_string());
        }
        Reading::Ambiguous { day_first, month_first } => {
            say("If the day comes first", day_first.strftime("%A %-d %B %Y, %H:%M:%S").to_string());
            say("If the month comes first", month_first.strftime("%A %-d %B %Y, %H:%M:%S").to_string());
        }
        Reading::Instant(at, basis) => {
            say("In UTC", at.to_string());
            say("How the zone is known", basis_words(basis).to_owned());
        }
        Reading::Impossible => {
            say("Meaning", "No time that exists, or in a form that is not known".to_owned());
        }
        Reading::Missing => say("Meaning", "The export states no time".to_owned()),
    }
    match (stated, zone) {
        (Reading::Instant(at, basis), Some(zone)) => {
            let shown = at.to_zoned(zone.clone());
            say("In the stated zone", shown.strftime("%A %-d %B %Y, %H:%M:%S %Z").to_string());
            if basis == ZoneBasis::Reader {
                say("In UTC, if the stated zone is right", at.to_string());
            }
        }
        (Reading::Local(_), _) => say("Zone", "Not known. Somebody who knows must state it".to_owned()),
        _ => {}
    }
    facts
}

const fn basis_words(basis: ZoneBasis) -> &'static str {
    match basis {
        ZoneBasis::Epoch => "The export counts from 1970",
        ZoneBasis::Stated => "The export writes it beside the time",
        ZoneBasis::Format => {
            "The format’s documentation says that times are UTC; the export does not write so"
        }
        ZoneBasis::Reader => "Stated by whoever reads it",
    }
}

#[cfg(test)]
mod tests {
    use super::{Days, NO_DAY, date_of, day, day_number};
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    #[test]
    fn a_day_begins_at_midnight_of_the_stated_zone() {
        let london = TimeZone::get("Europe/London").unwrap();
        // 23:30 UTC on 30 June is half past midnight on 1 July in London.
        let key = 1_782_862_200_000;
        let utc = Days::new(None).of(key);
        assert_eq!(day(utc).1, "2026-06-30");
        assert_eq!(Days::new(Some(&london)).of(key), utc + 1);
        assert_eq!(Days::new(None).of(i64::MIN), NO_DAY);
        assert_eq!(day(NO_DAY).0, "No date");
    }

    proptest! {
        #[test]
        fn remembering_a_day_changes_nothing(keys in prop::collection::vec(0_i64..4_000_000_000_000, 1..40)) {
            let zone = TimeZone::get("America/New_York").unwrap();
            let mut days = Days::new(Some(&zone));
            for key in keys {
                prop_assert_eq!(days.of(key), Days::new(Some(&zone)).of(key));
            }
        }

        #[test]
        fn days_and_dates_go_both_ways(number in -700_000_i32..2_900_000) {
            prop_assert_eq!(day_number(date_of(number).unwrap()), number);
        }
    }
}
