//! When a message was sent: as written, and as far as that can be understood.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use serde::Serialize;

use crate::Text;

/// The time of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent<'a> {
    /// The very words or digits of the export.
    pub written: Text<'a>,
    /// What they mean.
    pub reading: Reading,
    /// How exactly they were written.
    pub precision: Precision,
}

impl Sent<'_> {
    /// The export states no time.
    pub const MISSING: Self =
        Self { written: Text::EMPTY, reading: Reading::Missing, precision: Precision::Second };
}

/// What a written time means. A local time stays local until somebody states the zone;
/// day and month are never guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A point in time, and how the zone is known.
    Instant(Timestamp, ZoneBasis),
    /// A time on the exporting device's clock, its zone unknown.
    Local(DateTime),
    /// A local time whose day and month cannot be told apart from the whole file's evidence.
    Ambiguous {
        /// As it reads when the day comes first.
        day_first: DateTime,
        /// As it reads when the month comes first.
        month_first: DateTime,
    },
    /// Written, and not a time that exists (31 February, 25:00) or not in a form this reader knows.
    Impossible,
    /// Not written.
    Missing,
}

/// How the zone of an [`Reading::Instant`] is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneBasis {
    /// The export counts seconds or milliseconds from an epoch.
    Epoch,
    /// The export writes the zone or its offset beside the time.
    Stated,
    /// The format's documentation says that times are UTC, though the export does not write so.
    Format,
    /// Whoever reads the export stated it.
    Reader,
}

/// How exactly a time is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// Only the day.
    Day,
    /// To the minute.
    Minute,
    /// To the second.
    #[default]
    Second,
    /// To the millisecond or finer.
    Millisecond,
}

impl Reading {
    /// Milliseconds since 1970, or nothing if out of the range of times.
    pub fn epoch_millis(millis: i64) -> Self {
        Timestamp::from_millisecond(millis).map_or(Self::Impossible, |at| Self::Instant(at, ZoneBasis::Epoch))
    }

    /// Seconds since 1970.
    pub fn epoch_seconds(seconds: i64) -> Self {
        Timestamp::from_second(seconds).map_or(Self::Impossible, |at| Self::Instant(at, ZoneBasis::Epoch))
    }

    /// A local time at a stated offset from UTC.
    pub fn at_offset(local: DateTime, offset: Offset, basis: ZoneBasis) -> Self {
        offset.to_timestamp(local).map_or(Self::Impossible, |at| Self::Instant(at, basis))
    }

    /// A time that the format's documentation declares to be UTC.
    pub fn documented_utc(local: DateTime) -> Self {
        Self::at_offset(local, Offset::UTC, ZoneBasis::Format)
    }

    /// The local time, once its zone is stated. Instants stay as they are; a local time that the zone's clock change
    /// skips or repeats takes the earlier instant ([`jiff::tz::Disambiguation::Compatible`]) and is for the caller to report.
    #[must_use]
    pub fn in_zone(self, zone: &TimeZone) -> Self {
        match self {
            Self::Local(local) => zone
                .to_ambiguous_timestamp(local)
                .compatible()
                .map_or(Self::Impossible, |at| Self::Instant(at, ZoneBasis::Reader)),
            other => other,
        }
    }

    /// What timelines are sorted by: the instant, or the local time as if it were UTC; the day-first reading of an
    /// ambiguous one. `None` where there is no time to sort by.
    pub fn sort_key(self) -> Option<i64> {
        let utc = |local: DateTime| Offset::UTC.to_timestamp(local).ok();
        match self {
            Self::Instant(at, _) => Some(at),
            Self::Local(local) => utc(local),
            Self::Ambiguous { day_first, .. } => utc(day_first),
            Self::Impossible | Self::Missing => None,
        }
        .map(Timestamp::as_millisecond)
    }
}
