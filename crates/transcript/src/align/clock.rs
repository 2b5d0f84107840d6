//! How the clocks of two exports relate.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::Offset;
use serde::Serialize;

use super::entry::{Chat, Entry};
use super::pairing::anchors;
use crate::review::Moment;

const QUARTER: i64 = 15 * 60 * 1_000;
const DAY: i64 = 86_400_000;
/// By how many quarters of an hour clocks are put forward or back, in one zone or in two: Lord Howe Island's half hour
/// and another's hour make six quarters.
const CHANGES: [i64; 9] = [0, 4, -4, 2, -2, 8, -8, 6, -6];
/// By how many of them one zone puts its clocks forward or back.
const AN_HOUR: [i64; 4] = [4, -4, 2, -2];
/// What a message counts against a course of the clocks that does not explain it, and what a change counts.
const MISMATCH: u32 = 4;
const CHANGE: u32 = 2;
/// Between two changes lies at least this long.
const SHORTEST: i64 = 6 * DAY;
/// Two exports may round or receive at slightly different moments.
const JITTER: i64 = 2_000;

/// How the clocks of the two exports relate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// By how much the second export's times are later, from which message of the first on.
    pub shifts: Vec<Shift>,
    /// How far two times may be apart, beyond what they are written exactly to, before they differ.
    pub tolerance_seconds: i64,
    /// Whether both exports say themselves which points in time they mean.
    pub stated_by_both: bool,
}

/// A stretch in which the clocks are a constant time apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Shift {
    /// When it begins, by the first export; `None` from the beginning on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Moment>,
    /// By how many seconds the second export's times are later.
    pub seconds: i64,
}

/// The relation as far as it could be found.
#[derive(Clone, Debug, Default)]
pub(super) struct Estimate {
    pieces: Vec<Piece>,
    pub(super) tolerance: i64,
    pub(super) strict: bool,
    /// The first and the last message of the first export that show a shift, and their times.
    edges: Option<[(usize, i64); 2]>,
}

/// From and up to which message of the first export a shift is known to hold.
#[derive(Clone, Copy, Debug)]
struct Piece {
    from: usize,
    upto: usize,
    shift: i64,
}

impl Estimate {
    /// Whether times can be held against each other at all.
    pub(super) fn known(&self) -> bool {
        !self.pieces.is_empty()
    }

    /// The shifts that may hold at this message of the first export: two where a change lies near.
    pub(super) fn shifts(&self, place: usize) -> impl Iterator<Item = i64> {
        let after = self.pieces.partition_point(|piece| piece.from <= place);
        let here = self.pieces.get(after.saturating_sub(1)).copied();
        let next =
            self.pieces.get(after.max(1)).copied().filter(|_| here.is_some_and(|here| place > here.upto));
        here.into_iter().chain(next).map(|piece| piece.shift)
    }

    /// Whether two messages may have been sent at one time, with `slack` beyond what they are written exactly to.
    /// `None` where one has no time.
    pub(super) fn agree(&self, place: usize, a: &Entry, b: &Entry, slack: i64) -> Option<bool> {
        let (at, to) = (a.time?, b.time?);
        if !self.known() {
            return None;
        }
        let holds = |shift: i64| {
            let begins = at.saturating_add(shift);
            begins.saturating_sub(slack) < to.saturating_add(b.span + b.fold)
                && to.saturating_sub(slack) < begins.saturating_add(a.span + a.fold)
        };
        let near = |shift: i64| AN_HOUR.iter().any(|change| holds(shift + change * QUARTER));
        Some(self.shifts(place).any(holds) || (self.may_change(place, at) && self.shifts(place).any(near)))
    }

    /// Whether clocks may have been changed between the messages that show a shift and this one before or behind them.
    fn may_change(&self, place: usize, at: i64) -> bool {
        !self.strict
            && self.edges.is_some_and(|[(first, begins), (last, ends)]| {
                (place < first && clocks_change_between(at, begins))
                    || (place > last && clocks_change_between(ends, at))
            })
    }

    /// By how much the second is later, the shift taken off.
    pub(super) fn apart(&self, place: usize, a: &Entry, b: &Entry) -> Option<i64> {
        let apart = b.middle()?.saturating_sub(a.middle()?);
        self.shifts(place).map(|shift| apart.saturating_sub(shift)).min_by_key(|apart| apart.unsigned_abs())
    }

    pub(super) fn told(&self, a: &[Entry]) -> Option<Clock> {
        let shifts = self.pieces.iter().enumerate().map(|(number, piece)| Shift {
            from: (number > 0).then(|| a.get(piece.from).and_then(Entry::moment)).flatten(),
            seconds: piece.shift / 1_000,
        });
        self.known().then(|| Clock {
            shifts: shifts.collect(),
            tolerance_seconds: self.tolerance / 1_000,
            stated_by_both: self.strict,
        })
    }

    /// The whole shift where both exports state their zone and yet differ.
    pub(super) fn unexplained(&self) -> Option<i64> {
        let piece = self.pieces.first()?;
        (self.strict && piece.shift != 0).then_some(piece.shift)
    }
}

/// A message that stands once in each export.
struct Sample {
    place: usize,
    at: i64,
    later: i64,
    quarters: i64,
}

/// Finds the shift, and where it changes.
pub(super) fn estimate(a: &[Entry], b: &[Entry], anchors: &[(u32, u32)]) -> Estimate {
    let pairs = || {
        anchors
            .iter()
            .filter_map(|&(here, there)| Some((here as usize, a.get(here as usize)?, b.get(there as usize)?)))
    };
    let strict = a.iter().chain(b).filter(|entry| entry.time.is_some()).all(|entry| entry.strict);
    let fine = pairs().filter(|(_, one, other)| one.span < DAY && other.span < DAY);
    let samples: Vec<Sample> = fine
        .filter_map(|(place, one, other)| {
            let (at, to) = (one.middle()?, other.middle()?);
            let later = to.saturating_sub(at);
            Some(Sample { place, at, later, quarters: (later + QUARTER / 2).div_euclid(QUARTER) })
        })
        .collect();
    let whole = |shift| vec![Piece { from: 0, upto: usize::MAX, shift }];
    let Some(base) = most_frequent(&samples) else {
        let by_day = pairs().any(|(_, one, other)| one.time.is_some() && other.time.is_some());
        let pieces = if by_day || strict { whole(0) } else { Vec::new() };
        return Estimate { pieces, tolerance: JITTER, strict, edges: None };
    };
    let states: Vec<i64> = CHANGES
        .iter()
        .map(|change| base + change)
        .filter(|state| *state == base || (!strict && samples.iter().any(|sample| sample.quarters == *state)))
        .collect();
    let course = without_short(&samples, course(&samples, &states));
    let skew = skew(&samples, &course, a, b);
    let mut pieces: Vec<Piece> = Vec::new();
    // What the course does not explain says nothing of where it changes.
    for (sample, state) in samples.iter().zip(&course).filter(|(sample, state)| sample.quarters == **state) {
        let shift = state * QUARTER + skew;
        match pieces.last_mut() {
            Some(last) if last.shift == shift => last.upto = sample.place,
            Some(_) => pieces.push(Piece { from: sample.place, upto: sample.place, shift }),
            None => pieces.push(Piece { from: 0, upto: sample.place, shift }),
        }
    }
    if pieces.is_empty() {
        pieces = whole(base * QUARTER + skew);
    }
    if let Some(last) = pieces.last_mut() {
        last.upto = usize::MAX;
    }
    let mut shown = samples.iter().zip(&course).filter(|(sample, state)| sample.quarters == **state);
    let edge = |(sample, _): (&Sample, &i64)| (sample.place, sample.at);
    let first = shown.next().map(edge);
    let edges = first.map(|first| [first, shown.next_back().map_or(first, edge)]);
    let mut estimate = Estimate { pieces, tolerance: 0, strict, edges };
    let beyond = |slack: i64, place, one, other| estimate.agree(place, one, other, slack) == Some(true);
    let mut gaps: Vec<i64> = pairs()
        .filter(|(place, one, other)| beyond(QUARTER, *place, one, other))
        .map(|(place, one, other)| {
            // Nought where the two intervals overlap.
            let apart = estimate.apart(place, one, other).unwrap_or_default().abs();
            (apart - i64::midpoint(one.span, other.span)).max(0)
        })
        .collect();
    estimate.tolerance = JITTER.max(4 * median(&mut gaps));
    estimate
}

fn most_frequent(samples: &[Sample]) -> Option<i64> {
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for sample in samples {
        *counts.entry(sample.quarters).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(quarters, count)| (count, -quarters.abs())).map(|(quarters, _)| quarters)
}

fn median(values: &mut [i64]) -> i64 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The course of the shift that leaves least unexplained: one state for each sample.
fn course(samples: &[Sample], states: &[i64]) -> Vec<i64> {
    let mut costs: Vec<u32> = vec![0; states.len()];
    let mut from: Vec<Vec<u8>> = Vec::with_capacity(samples.len());
    let mut before: Option<i64> = None;
    for sample in samples {
        let may_change = before.is_some_and(|before| clocks_change_between(before, sample.at));
        before = Some(sample.at);
        let cheapest = costs.iter().enumerate().min_by_key(|&(_, cost)| cost).map_or(0, |(state, _)| state);
        let mut came = vec![0_u8; states.len()];
        let last = costs.clone();
        let change = last.get(cheapest).copied().unwrap_or_default().saturating_add(CHANGE);
        for (number, state) in states.iter().enumerate() {
            let stay = last.get(number).copied().unwrap_or(u32::MAX);
            let (cost, source) =
                if may_change && change < stay { (change, cheapest) } else { (stay, number) };
            if let (Some(slot), Some(came)) = (costs.get_mut(number), came.get_mut(number)) {
                *slot = cost.saturating_add(if sample.quarters == *state { 0 } else { MISMATCH });
                *came = u8::try_from(source).unwrap_or_default();
            }
        }
        from.push(came);
    }
    let mut state = costs.iter().enumerate().min_by_key(|&(_, cost)| cost).map_or(0, |(state, _)| state);
    let mut course = vec![0; samples.len()];
    for (slot, came) in course.iter_mut().zip(&from).rev() {
        *slot = states.get(state).copied().unwrap_or_default();
        state = came.get(state).map_or(0, |&source| usize::from(source));
    }
    course
}

/// Takes back changes that lie closer together than clocks are ever changed.
fn without_short(samples: &[Sample], mut course: Vec<i64>) -> Vec<i64> {
    let mut begins = 0;
    while let Some(&state) = course.get(begins) {
        let len = course.iter().skip(begins).take_while(|other| **other == state).count();
        let end = begins + len;
        let before = begins.checked_sub(1).and_then(|before| course.get(before)).copied();
        let lasts = match (samples.get(begins), samples.get(end)) {
            (Some(first), Some(next)) => (next.at - first.at).abs(),
            _ => i64::MAX,
        };
        // Of two zones, one may change an hour before the other; but then the clocks do not go back to what they were.
        let after = course.get(end).copied();
        if let Some(before) = before
            && lasts < SHORTEST
            && after == Some(before)
        {
            for slot in course.iter_mut().skip(begins).take(len) {
                *slot = before;
            }
        }
        begins = end;
    }
    course
}

/// Whether some country's clocks may have been changed between two times: Friday to Sunday, as seen from anywhere,
/// in the months in which that is done.
pub(super) fn clocks_change_between(one: i64, other: i64) -> bool {
    let (from, to) = (one.min(other) - DAY / 2, one.max(other) + DAY / 2);
    let civil = |at| Timestamp::from_millisecond(at).map(|at| Offset::UTC.to_datetime(at));
    let mut at = from;
    // More than two months contain some change, wherever they begin in spring or autumn; a year surely does.
    for _ in 0..370 {
        let Ok(day) = civil(at) else { return false };
        let weekend = matches!(day.weekday(), Weekday::Friday | Weekday::Saturday | Weekday::Sunday);
        if weekend && matches!(day.month(), 3 | 4 | 5 | 9 | 10 | 11) {
            return true;
        }
        if at >= to {
            return false;
        }
        at = (at + DAY).min(to);
    }
    true
}

/// By how much one clock was simply wrong: what the shift by quarters leaves in the median, if that is more than
/// rounding.
fn skew(samples: &[Sample], course: &[i64], a: &[Entry], b: &[Entry]) -> i64 {
    let mut left: Vec<i64> = samples
        .iter()
        .zip(course)
        .filter(|(sample, state)| sample.quarters == **state)
        .map(|(sample, state)| sample.later - state * QUARTER)
        .collect();
    let middle = median(&mut left);
    let coarsest = |entries: &[Entry]| {
        entries.iter().filter(|entry| entry.span < DAY).map(|entry| entry.span).max().unwrap_or_default()
    };
    if middle.abs() > coarsest(a).max(coarsest(b)) / 2 + JITTER { middle } else { 0 }
}

/// The entries of both sides, with one of the two readings of their dates.
type Read<'c> = (Cow<'c, [Entry]>, Cow<'c, [Entry]>);
/// How many messages agree with it and how long it lasts; itself; of which sides the month was put first.
type Tried<'c> = ((usize, Reverse<u64>), Read<'c>, [bool; 2]);

/// Decides between the two readings of ambiguous dates by which of them agrees with the other export.
pub(super) fn settle_dates<'c>(a: &'c Chat, b: &'c Chat, notes: &mut Vec<String>) -> Read<'c> {
    let (plain_a, plain_b) = (Cow::Borrowed(a.entries.as_slice()), Cow::Borrowed(b.entries.as_slice()));
    let (other_a, other_b) = (month_first(&plain_a), month_first(&plain_b));
    if other_a.is_none() && other_b.is_none() {
        return (plain_a, plain_b);
    }
    let mut best: Option<Tried<'c>> = None;
    for (swap_a, one) in [(false, Some(&plain_a)), (true, other_a.as_ref())] {
        for (swap_b, other) in [(false, Some(&plain_b)), (true, other_b.as_ref())] {
            let (Some(one), Some(other)) = (one, other) else { continue };
            let anchors = anchors(one, other);
            let clock = estimate(one, other, &anchors);
            let agreeing = anchors.iter().filter(|&&(here, there)| {
                let pair = one.get(here as usize).zip(other.get(there as usize));
                pair.is_some_and(|(one, other)| {
                    clock.agree(here as usize, one, other, clock.tolerance) == Some(true)
                })
            });
            // Where both readings agree, the one by which people wrote every day and not every month.
            let score = (agreeing.count(), Reverse(lasts(one).saturating_add(lasts(other))));
            if best.as_ref().is_none_or(|best| score > best.0) {
                best = Some((score, (one.clone(), other.clone()), [swap_a, swap_b]));
            }
        }
    }
    let Some((_, settled, swapped)) = best else { return (plain_a, plain_b) };
    for (export, ambiguous, month_first) in [
        ("first", other_a.is_some(), swapped.first() == Some(&true)),
        ("second", other_b.is_some(), swapped.last() == Some(&true)),
    ] {
        if ambiguous {
            let order = if month_first { "month" } else { "day" };
            notes.push(format!(
                "Dates of the {export} export can be read two ways; they were read with the {order} first, which agrees \
                 better with the other export."
            ));
        }
    }
    settled
}

fn lasts(entries: &[Entry]) -> u64 {
    let times = || entries.iter().filter_map(|entry| entry.time);
    times().min().zip(times().max()).map_or(0, |(first, last)| last.abs_diff(first))
}

fn month_first<'c>(entries: &[Entry]) -> Option<Cow<'c, [Entry]>> {
    entries.iter().any(|entry| entry.month_first.is_some()).then(|| {
        let swapped = entries.iter().map(|entry| Entry { time: entry.month_first.or(entry.time), ..*entry });
        Cow::Owned(swapped.collect())
    })
}

#[cfg(test)]
mod tests {
    use super::clocks_change_between;

    fn at(written: &str) -> i64 {
        written.parse::<jiff::Timestamp>().unwrap().as_millisecond()
    }

    #[test]
    fn clocks_change_on_weekends_in_spring_and_autumn() {
        assert!(clocks_change_between(at("2024-10-26T20:00:00Z"), at("2024-10-27T08:00:00Z")));
        assert!(clocks_change_between(at("2024-01-05T20:00:00Z"), at("2024-06-05T08:00:00Z")));
        assert!(!clocks_change_between(at("2024-10-22T13:00:00Z"), at("2024-10-23T08:00:00Z")));
        assert!(!clocks_change_between(at("2024-06-01T20:00:00Z"), at("2024-07-10T08:00:00Z")));
    }
}
