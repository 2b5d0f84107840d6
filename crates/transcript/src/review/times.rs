//! Times that cannot be, may not be, or could be two.

use std::collections::BTreeMap;

use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::{Finding, FindingKind, Moment, Options, PLACES};
use crate::{Message, Reading, Span};

/// The first short message was sent on 3 December 1992; no export holds an earlier one.
const EARLIEST: i64 = 723_340_800_000;
/// Clocks run this much ahead of UTC at most.
const AHEAD: SignedDuration = SignedDuration::from_hours(14);

#[derive(Debug)]
pub(super) struct Times<'o> {
    zone: Option<&'o TimeZone>,
    now: Option<Timestamp>,
    found: BTreeMap<FindingKind, (u64, Vec<Span>)>,
    latest: Option<Moment>,
    earliest: Option<Moment>,
}

impl<'o> Times<'o> {
    pub(super) fn new(options: &'o Options) -> Self {
        let (zone, now) = (options.zone.as_ref(), options.now);
        Self { zone, now, found: BTreeMap::new(), latest: None, earliest: None }
    }

    pub(super) fn add(&mut self, message: &Message<'_>) {
        let reading = message.sent.reading;
        let at = message.source;
        match reading {
            Reading::Impossible => self.note(FindingKind::ImpossibleTime, at),
            Reading::Missing => self.note(FindingKind::NoTime, at),
            Reading::Ambiguous { .. } => self.note(FindingKind::AmbiguousDates, at),
            Reading::Local(local) => {
                match self.zone.map(|zone| zone.to_ambiguous_timestamp(local).offset()) {
                    None => self.note(FindingKind::ZoneUnknown, at),
                    Some(AmbiguousOffset::Gap { .. }) => self.note(FindingKind::SkippedTime, at),
                    Some(AmbiguousOffset::Fold { .. }) => self.note(FindingKind::RepeatedTime, at),
                    Some(AmbiguousOffset::Unambiguous { .. }) => {}
                }
            }
            Reading::Instant(..) => {}
        }
        let Some(moment) = Moment::of(reading) else { return };
        if self.is_future(reading) {
            self.note(FindingKind::FutureTime, at);
            if self.latest.is_none_or(|latest| moment.millis() > latest.millis()) {
                self.latest = Some(moment);
            }
        }
        if moment.millis() < EARLIEST {
            self.note(FindingKind::EarlyTime, at);
            if self.earliest.is_none_or(|earliest| moment.millis() < earliest.millis()) {
                self.earliest = Some(moment);
            }
        }
    }

    /// A local time is only surely in the future if it is so in every zone, or in the one stated; an ambiguous date
    /// if it is in both readings.
    fn is_future(&self, reading: Reading) -> bool {
        let Some(now) = self.now else { return false };
        let unstated = now.checked_add(AHEAD).unwrap_or(Timestamp::MAX).as_millisecond();
        match reading {
            Reading::Instant(at, _) => at > now,
            Reading::Local(local) => match self.zone.map(|zone| Reading::Local(local).in_zone(zone)) {
                Some(Reading::Instant(at, _)) => at > now,
                _ => Moment::Local(local).millis() > unstated,
            },
            Reading::Ambiguous { day_first, month_first } => {
                Moment::Local(day_first.min(month_first)).millis() > unstated
            }
            Reading::Impossible | Reading::Missing => false,
        }
    }

    fn note(&mut self, kind: FindingKind, at: Span) {
        let (count, places) = self.found.entry(kind).or_default();
        *count += 1;
        // That no zone is known holds for all alike; a place would tell nothing.
        if places.len() < PLACES && kind != FindingKind::ZoneUnknown {
            places.push(at);
        }
    }

    pub(super) fn findings(self) -> Vec<Finding> {
        let zone = self.zone.and_then(TimeZone::iana_name).unwrap_or("the stated zone");
        let shown = |moment: Option<Moment>| moment.map(|moment| moment.to_string()).unwrap_or_default();
        let (latest, earliest) = (shown(self.latest), shown(self.earliest));
        let mut findings = Vec::new();
        for (kind, (count, places)) in self.found {
            let messages =
                if count == 1 { "1 message has".to_owned() } else { format!("{count} messages have") };
            let words = match kind {
                FindingKind::ImpossibleTime => {
                    format!("{messages} a time that does not exist or cannot be read.")
                }
                FindingKind::NoTime => format!("{messages} no time."),
                FindingKind::AmbiguousDates => {
                    format!(
                        "{messages} a date of which day and month cannot be told apart. Both readings are kept."
                    )
                }
                FindingKind::ZoneUnknown => {
                    format!(
                        "{messages} a local time, and the zone is not known. Somebody who knows must state it."
                    )
                }
                FindingKind::SkippedTime => {
                    format!(
                        "{messages} a local time that did not exist in {zone}: the clocks were put forward over it."
                    )
                }
                FindingKind::RepeatedTime => format!(
                    "{messages} a local time that came twice in {zone} when the clocks were put back; the earlier is \
                     taken."
                ),
                FindingKind::FutureTime => {
                    format!("{messages} a time in the future; the latest is {latest}.")
                }
                FindingKind::EarlyTime => format!(
                    "{messages} a time before December 1992, when the first text message was sent; the earliest is \
                     {earliest}. A clock that was never set writes 1970."
                ),
                _ => continue,
            };
            findings.push(Finding { kind, words, count, places });
        }
        findings
    }
}
