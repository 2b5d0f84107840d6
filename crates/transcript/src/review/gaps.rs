//! Stretches without a message, by each conversation's own pace.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use jiff::SignedDuration;

use super::{ConversationSummary, Finding, FindingKind, Gap, Gaps, Moment, PLACES, called, lasting};
use crate::{ConversationId, Message, Reading, Span};

const DAY: i64 = 86_400;

#[derive(Debug, Default)]
pub(super) struct AllGaps {
    conversations: BTreeMap<ConversationId, Pace>,
}

/// How messages follow each other: how many within each power of two of seconds, and the longest pauses.
#[derive(Debug)]
struct Pace {
    before: Option<(i64, bool, Span)>,
    within: [u64; 64],
    longest: BinaryHeap<Reverse<(i64, Pause)>>,
}

/// A pause's ends in milliseconds, whether they are local times, and where the messages stand.
type Pause = (i64, i64, bool, Span, Span);

impl Default for Pace {
    fn default() -> Self {
        Self { before: None, within: [0; 64], longest: BinaryHeap::new() }
    }
}

impl AllGaps {
    /// Messages come in order of time.
    pub(super) fn add(&mut self, message: &Message<'_>) {
        let reading = message.sent.reading;
        // Nobody can say how long it is to a day that may be another.
        if matches!(reading, Reading::Ambiguous { .. }) {
            return;
        }
        let Some(moment) = Moment::of(reading) else { return };
        let (at, local) = (moment.millis(), matches!(moment, Moment::Local(_)));
        let pace = self.conversations.entry(message.conversation).or_default();
        if let Some((before, was_local, there)) = pace.before
            && was_local == local
        {
            let seconds = at.saturating_sub(before).max(0) / 1000;
            let power = seconds.checked_ilog2().map_or(0, |power| power as usize + 1);
            if let Some(count) = pace.within.get_mut(power) {
                *count += 1;
            }
            pace.longest.push(Reverse((seconds, (before, at, local, there, message.source))));
            if pace.longest.len() > PLACES {
                pace.longest.pop();
            }
        }
        pace.before = Some((at, local, message.source));
    }

    pub(super) fn of(&mut self, conversation: ConversationId, stated: Option<SignedDuration>) -> Gaps {
        let pace = self.conversations.remove(&conversation).unwrap_or_default();
        let derived_seconds = pace.derived();
        let threshold_seconds = stated.map_or(derived_seconds, |stated| stated.as_secs());
        let mut longest: Vec<Gap> = Vec::new();
        for Reverse((seconds, (from, to, local, before, after))) in pace.longest.into_sorted_vec() {
            let ends = (Moment::of_millis(from, local), Moment::of_millis(to, local));
            if seconds > threshold_seconds
                && let (Some(from), Some(to)) = ends
            {
                longest.push(Gap { from, to, seconds, before, after });
            }
        }
        Gaps { threshold_seconds, derived_seconds, stated: stated.is_some(), longest }
    }
}

impl Pace {
    /// Four times the time within which 99 of 100 messages follow, to the next power of two; a day at least.
    fn derived(&self) -> i64 {
        let all: u64 = self.within.iter().sum();
        let mut seen = 0;
        for (power, count) in self.within.iter().enumerate() {
            seen += count;
            if seen.saturating_mul(100) >= all.saturating_mul(99) {
                let within =
                    1_i64.checked_shl(u32::try_from(power).unwrap_or(u32::MAX)).unwrap_or(i64::MAX / 4);
                return within.saturating_mul(4).max(DAY);
            }
        }
        DAY
    }
}

pub(super) fn finding(conversation: &ConversationSummary) -> Option<Finding> {
    let Gaps { threshold_seconds, stated, longest, .. } = &conversation.gaps;
    let gap = longest.first()?;
    let basis = if *stated { "as asked for" } else { "by the conversation's own pace" };
    let words = format!(
        "In {} there are {} stretches of more than {} ({basis}) without a message in this export; the longest is {}, \
         from {} to {}.",
        called(conversation.title.as_deref(), conversation.id),
        if longest.len() == PLACES { format!("{PLACES} or more") } else { longest.len().to_string() },
        lasting(*threshold_seconds),
        lasting(gap.seconds),
        gap.from,
        gap.to,
    );
    let places = longest.iter().map(|gap| gap.after).collect();
    Some(Finding { kind: FindingKind::Gap, words, count: longest.len() as u64, places })
}
