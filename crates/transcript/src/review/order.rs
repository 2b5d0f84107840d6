//! Messages that do not stand in order of time.

use std::collections::BTreeMap;

use super::{Finding, FindingKind, Moment, PLACES, called, lasting};
use crate::{ConversationId, Directory, Message, Span};

#[derive(Debug, Default)]
pub(super) struct Orders {
    conversations: BTreeMap<ConversationId, Order>,
}

/// Both directions are followed, since only the end shows in which one the export runs.
#[derive(Debug, Default)]
struct Order {
    rising: Stretches,
    falling: Stretches,
    rose: u64,
    fell: u64,
    before: Option<i64>,
    local: bool,
    instant: bool,
}

/// Stretches of messages that lie behind the furthest time reached.
#[derive(Debug, Default)]
struct Stretches {
    furthest: Option<i64>,
    open: bool,
    count: u64,
    messages: u64,
    most: i64,
    places: Vec<Span>,
}

impl Stretches {
    fn add(&mut self, at: i64, place: Span) {
        match self.furthest {
            Some(furthest) if at < furthest => {
                self.messages += 1;
                self.most = self.most.max(furthest.saturating_sub(at));
                let listed = self.count == self.places.len() as u64;
                if !self.open && self.places.len() < PLACES {
                    self.places.push(place);
                } else if self.open
                    && listed
                    && let Some(last) = self.places.last_mut()
                {
                    *last = Span::new(last.start(), place.end());
                }
                self.count += u64::from(!self.open);
                self.open = true;
            }
            _ => {
                self.furthest = Some(at);
                self.open = false;
            }
        }
    }
}

impl Orders {
    /// Messages come in order of the source.
    pub(super) fn add(&mut self, message: &Message<'_>) {
        let Some(moment) = Moment::of(message.sent.reading) else { return };
        let order = self.conversations.entry(message.conversation).or_default();
        let at = moment.millis();
        match moment {
            Moment::Local(_) => order.local = true,
            Moment::Instant(_) => order.instant = true,
        }
        order.rose += u64::from(order.before.is_some_and(|before| at > before));
        order.fell += u64::from(order.before.is_some_and(|before| at < before));
        order.before = Some(at);
        order.rising.add(at, message.source);
        order.falling.add(at.saturating_neg(), message.source);
    }

    pub(super) fn findings(self, directory: &Directory) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (id, order) in self.conversations {
            let title = directory.conversation(id).and_then(|conversation| conversation.title.as_deref());
            let called = called(title, id);
            if order.local && order.instant {
                let words = format!(
                    "In {called} some times are instants and some are local without a zone: how they lie to each other \
                     is not certain."
                );
                findings.push(Finding { kind: FindingKind::MixedTimes, words, count: 1, places: Vec::new() });
            }
            let backwards = order.fell > order.rose;
            let (stretches, which, than) = if backwards {
                (order.falling, "The export lists the newest first", "an older one")
            } else {
                (order.rising, "The export lists the oldest first", "a newer one")
            };
            if stretches.count == 0 {
                continue;
            }
            let words = format!(
                "In {called} {} messages in {} stretches stand after {than}, by up to {}. {which} otherwise.",
                stretches.messages,
                stretches.count,
                lasting(stretches.most / 1000),
            );
            let count = stretches.count;
            findings.push(Finding { kind: FindingKind::OutOfOrder, words, count, places: stretches.places });
        }
        findings
    }
}
