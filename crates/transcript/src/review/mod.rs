//! What a reader of a timeline must know before relying on it: gaps, times out of order or impossible, clock changes,
//! exports that may be cut short; and how much of what there is.
//!
//! Everything said here is about the export. A gap is a stretch without a message *in it*, whatever happened then.

mod gaps;
mod order;
mod times;

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};

use crate::{
    ConversationId, Directory, Format, Kind, Message, Participant, ParticipantId, Reading, Span, Timeline,
};

/// How many places a finding lists; it counts all of them.
pub const PLACES: usize = 100;

/// What the caller knows that the timeline does not say.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The present, so that later times stand out. Without it none is said to be in the future.
    pub now: Option<Timestamp>,
    /// The zone that somebody has stated for local times.
    pub zone: Option<TimeZone>,
    /// From how long on a stretch without a message is a gap. Without it each conversation's own pace decides.
    pub gap: Option<SignedDuration>,
    /// What the source was read as: some exports are known to stop at a number of messages.
    pub format: Option<Format>,
}

/// A moment as far as the export says: an instant, or a local time without a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// In UTC.
    Instant(Timestamp),
    /// On a clock whose zone nobody has stated; of an ambiguous date the reading that puts the day first.
    Local(DateTime),
}

impl Moment {
    /// What a reading gives, if it gives a moment.
    pub fn of(reading: Reading) -> Option<Self> {
        match reading {
            Reading::Instant(at, _) => Some(Self::Instant(at)),
            Reading::Local(local) | Reading::Ambiguous { day_first: local, .. } => Some(Self::Local(local)),
            Reading::Impossible | Reading::Missing => None,
        }
    }

    /// Milliseconds since 1970, local times as if they were UTC.
    pub(crate) fn millis(self) -> i64 {
        match self {
            Self::Instant(at) => at.as_millisecond(),
            Self::Local(local) => Offset::UTC.to_timestamp(local).map_or(0, Timestamp::as_millisecond),
        }
    }

    pub(crate) fn of_millis(millis: i64, local: bool) -> Option<Self> {
        let at = Timestamp::from_millisecond(millis).ok()?;
        Some(if local { Self::Local(Offset::UTC.to_datetime(at)) } else { Self::Instant(at) })
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Instant(at) => write!(f, "{at}"),
            Self::Local(local) => write!(f, "{local}"),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a timeline holds, and what a reader of it must know.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// How many messages.
    pub messages: u64,
    /// The earliest time. Times that exist only as ambiguous dates do not count here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Moment>,
    /// The latest time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Moment>,
    /// How many messages of each kind.
    pub kinds: BTreeMap<KindName, u64>,
    /// Every participant that sent something, in the directory's order; last, where there are any, the messages
    /// of which no sender is named.
    pub participants: Vec<ParticipantSummary>,
    /// Every conversation with a message.
    pub conversations: Vec<ConversationSummary>,
    /// What must be known, in plain words.
    pub findings: Vec<Finding>,
}

/// A kind under its serialised name, so that it can be a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindName(pub Kind);

impl KindName {
    const fn name(self) -> &'static str {
        match self.0 {
            Kind::Text => "text",
            Kind::Media => "media",
            Kind::Call => "call",
            Kind::Poll => "poll",
            Kind::Location => "location",
            Kind::Contact => "contact",
            Kind::System => "system",
            Kind::Deleted => "deleted",
            Kind::Withheld => "withheld",
            Kind::Unsent => "unsent",
        }
    }
}

impl Ord for KindName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.name().cmp(other.name())
    }
}

impl PartialOrd for KindName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for KindName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What one participant sent.
#[derive(Clone, Debug, Serialize)]
pub struct ParticipantSummary {
    /// The number in the directory; `None` for messages of which no sender is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<ParticipantId>,
    /// The account.
    #[serde(flatten)]
    pub participant: Participant,
    /// How many messages.
    pub messages: u64,
    /// How many of each kind.
    pub kinds: BTreeMap<KindName, u64>,
    /// The earliest time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Moment>,
    /// The latest time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Moment>,
}

/// What one conversation holds.
#[derive(Clone, Debug, Serialize)]
pub struct ConversationSummary {
    /// The number in the directory.
    pub id: ConversationId,
    /// Its title, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How many messages.
    pub messages: u64,
    /// The earliest time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Moment>,
    /// The latest time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Moment>,
    /// Stretches without a message, the longest first.
    pub gaps: Gaps,
}

/// Stretches without a message.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Gaps {
    /// From how many seconds on a stretch is listed.
    pub threshold_seconds: i64,
    /// What the conversation's own pace gives: a day, or four times what 99 of 100 messages follow within, if longer.
    pub derived_seconds: i64,
    /// Whether the caller stated the threshold.
    pub stated: bool,
    /// The longest, at most [`PLACES`].
    pub longest: Vec<Gap>,
}

/// A stretch without a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The time of the message before.
    pub from: Moment,
    /// The time of the message after.
    pub to: Moment,
    /// How long, in seconds.
    pub seconds: i64,
    /// Where the message before stands.
    pub before: Span,
    /// Where the message after stands.
    pub after: Span,
}

/// Something that must be known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// In plain words.
    pub words: String,
    /// How often.
    pub count: u64,
    /// Where, at most [`PLACES`] of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Span>,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingKind {
    /// A stretch without a message.
    Gap,
    /// Messages that stand behind later ones.
    OutOfOrder,
    /// Times that do not exist or cannot be read.
    ImpossibleTime,
    /// No time at all.
    NoTime,
    /// Times after the present.
    FutureTime,
    /// Times from before there was such a service.
    EarlyTime,
    /// Local times that the zone's clock change skips.
    SkippedTime,
    /// Local times that the zone's clock change repeats.
    RepeatedTime,
    /// Local times, and nobody has stated their zone.
    ZoneUnknown,
    /// Dates of which day and month cannot be told apart.
    AmbiguousDates,
    /// Instants and local times in one conversation.
    MixedTimes,
    /// As many messages as an export is known to stop at.
    MaybeCut,
}

/// Reviews a timeline.
pub fn review(timeline: &Timeline<'_>, options: &Options) -> Summary {
    let by_time = timeline.by_time();
    let in_time = by_time.iter().filter_map(|&number| timeline.get(usize::try_from(number).ok()?));
    review_messages(timeline.messages(), in_time, &timeline.directory, options)
}

/// Reviews messages given twice: in the order of the source, and in the order of time.
pub fn review_messages<'m>(
    in_source: impl Iterator<Item = Message<'m>>,
    in_time: impl Iterator<Item = Message<'m>>,
    directory: &Directory,
    options: &Options,
) -> Summary {
    let mut counts = Counts::default();
    let mut times = times::Times::new(options);
    let mut order = order::Orders::default();
    for message in in_source {
        counts.add(&message);
        times.add(&message);
        order.add(&message);
    }
    let mut gaps = gaps::AllGaps::default();
    in_time.for_each(|message| gaps.add(&message));
    let mut summary = counts.summary(directory);
    summary.findings = times.findings();
    summary.findings.extend(order.findings(directory));
    for conversation in &mut summary.conversations {
        conversation.gaps = gaps.of(conversation.id, options.gap);
        summary.findings.extend(gaps::finding(conversation));
        summary.findings.extend(maybe_cut(conversation, options.format));
    }
    summary
}

/// `WhatsApp`'s export is known to stop at about 40,000 messages, and at about 10,000 with media, the oldest left out.
fn maybe_cut(conversation: &ConversationSummary, format: Option<Format>) -> Option<Finding> {
    if format != Some(Format::Whatsapp) {
        return None;
    }
    let (cap, with) = match conversation.messages {
        9_900..=10_100 => ("10,000", "with media"),
        39_500..=40_500 => ("40,000", "without media"),
        _ => return None,
    };
    let words = format!(
        "{} messages: WhatsApp's export {with} is known to stop at about {cap}, the oldest left out without a word. \
         There may have been earlier messages.",
        conversation.messages
    );
    Some(Finding { kind: FindingKind::MaybeCut, words, count: 1, places: Vec::new() })
}

/// First and last of what was seen, ambiguous dates not counted.
#[derive(Clone, Copy, Debug, Default)]
struct Extent {
    first: Option<Moment>,
    last: Option<Moment>,
}

impl Extent {
    fn add(&mut self, reading: Reading) {
        if matches!(reading, Reading::Ambiguous { .. }) {
            return;
        }
        let Some(moment) = Moment::of(reading) else { return };
        if self.first.is_none_or(|first| moment.millis() < first.millis()) {
            self.first = Some(moment);
        }
        if self.last.is_none_or(|last| moment.millis() > last.millis()) {
            self.last = Some(moment);
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Count {
    messages: u64,
    kinds: BTreeMap<KindName, u64>,
    extent: Extent,
}

impl Count {
    fn add(&mut self, message: &Message<'_>) {
        self.messages += 1;
        *self.kinds.entry(KindName(message.kind)).or_default() += 1;
        self.extent.add(message.sent.reading);
    }
}

#[derive(Debug, Default)]
struct Counts {
    all: Count,
    senders: BTreeMap<ParticipantId, Count>,
    nobody: Count,
    conversations: BTreeMap<ConversationId, Count>,
}

impl Counts {
    fn add(&mut self, message: &Message<'_>) {
        self.all.add(message);
        self.conversations.entry(message.conversation).or_default().add(message);
        match message.sender {
            Some(sender) => self.senders.entry(sender).or_default().add(message),
            None => self.nobody.add(message),
        }
    }

    fn summary(self, directory: &Directory) -> Summary {
        let mut participants: Vec<ParticipantSummary> = Vec::new();
        let senders = self.senders.into_iter().map(|(id, count)| (Some(id), count));
        let nobody = (self.nobody.messages > 0).then_some((None, self.nobody));
        for (id, count) in senders.chain(nobody) {
            let participant = id.and_then(|id| directory.participant(id)).cloned().unwrap_or_default();
            let Extent { first, last } = count.extent;
            let Count { messages, kinds, .. } = count;
            participants.push(ParticipantSummary { id, participant, messages, kinds, first, last });
        }
        let conversation = |(id, count): (ConversationId, Count)| ConversationSummary {
            id,
            title: directory.conversation(id).and_then(|conversation| conversation.title.clone()),
            messages: count.messages,
            first: count.extent.first,
            last: count.extent.last,
            gaps: Gaps::default(),
        };
        Summary {
            messages: self.all.messages,
            first: self.all.extent.first,
            last: self.all.extent.last,
            kinds: self.all.kinds,
            participants,
            conversations: self.conversations.into_iter().map(conversation).collect(),
            findings: Vec::new(),
        }
    }
}

/// How a conversation is called in a sentence.
fn called(title: Option<&str>, id: ConversationId) -> String {
    title.map_or_else(|| format!("conversation {}", id.0 + 1), |title| format!("the conversation {title:?}"))
}

/// A length of time in words, to the nearest sensible unit.
pub fn lasting(seconds: i64) -> String {
    let (count, unit) = match seconds {
        ..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
