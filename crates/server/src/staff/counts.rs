//! Who read how much on which day: sums over the ledger, as facts for an auditor to ask about.

use std::collections::BTreeMap;

use protocol::MemberId;
use protocol::oversight::LedgerCount;
use store::members::Member;
use store::oversight::DayReading;

use crate::error::{Error, Result};

const DAY: i64 = 86_400;
const DEFAULT_DAYS: i64 = 7;
const MAX_DAYS: i64 = 31;

/// The time that is counted over: what was asked for, or the days that end now.
///
/// # Errors
///
/// When it is longer than the counting of a busy desk should take.
pub(super) fn window(since: Option<i64>, until: Option<i64>, now: i64) -> Result<(i64, i64)> {
    let until = until.unwrap_or(now + 1);
    let since = since.unwrap_or_else(|| until.saturating_sub(DEFAULT_DAYS * DAY));
    // One hour more: the days of the person who asks may begin and end in another time of the year.
    if until.saturating_sub(since) > MAX_DAYS * DAY + 3600 {
        return Err(Error::invalid(
            "since",
            format!("Counts cover at most {MAX_DAYS} days. Choose a shorter time."),
        ));
    }
    Ok((since, until))
}

/// The sums, newest day first, then by name.
pub(super) fn rows(readings: &[DayReading], members: &[Member]) -> Vec<LedgerCount> {
    let mut sums: BTreeMap<(i64, MemberId), LedgerCount> = BTreeMap::new();
    for reading in readings {
        let sum = sums.entry((reading.day, reading.member)).or_insert_with(|| LedgerCount {
            day: reading.day,
            member: reading.member,
            name: name(reading.member, members),
            reports: 0,
            unassigned: 0,
            items: 0,
        });
        sum.reports += 1;
        sum.unassigned += u32::from(!reading.assigned);
        sum.items = sum.items.saturating_add(u32::try_from(reading.items).unwrap_or(u32::MAX));
    }
    let mut rows: Vec<_> = sums.into_values().collect();
    rows.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| a.name.cmp(&b.name)).then(a.member.cmp(&b.member)));
    rows
}

fn name(id: MemberId, members: &[Member]) -> String {
    let found = members.iter().find(|member| member.id == id);
    found.map_or_else(|| id.to_string(), |member| member.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_the_last_week_or_what_was_asked_for_within_a_month() {
        let now = 1_800_000_000;
        assert_eq!(window(None, None, now).unwrap(), (now + 1 - 7 * DAY, now + 1));
        assert_eq!(window(Some(5), Some(9), now).unwrap(), (5, 9));
        assert!(window(Some(now - 31 * DAY), Some(now), now).is_ok());
        assert!(window(Some(0), None, now).is_err());
        assert!(window(Some(i64::MIN), Some(i64::MAX), now).is_err());
    }
}
