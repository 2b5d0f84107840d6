//! Two exports of one conversation, held against each other: what both have, what only one has, and what differs.
//!
//! The exports may be of different formats, zones and precisions, name the accounts differently, word the service's
//! lines differently, and cover different stretches of time. What that explains is told apart from what it does not
//! ([`Weight`]). Which of two differing exports is right, nothing here says: a message that only one export has may
//! have been removed from the other or inserted into this one.
//!
//! Texts are compared in the Unicode form NFC, with white space run together and marks without width left out;
//! nothing else is overlooked. Times are compared as far as both are written exactly, after the shift between the two
//! clocks was found from the messages whose text stands once in each export. Without a stated zone that shift may
//! change where clocks change (Friday to Sunday in March, April, May, September, October or November) by half an hour,
//! one, one and a half or two; every shift is listed in [`Clock::shifts`], so that a whole stretch moved by just an hour shows there.
//!
//! Time grows with n log n, memory with about 150 bytes for each message of both.

mod clock;
mod entry;
mod judge;
mod order;
mod pairing;
mod rest;
mod senders;
#[cfg(test)]
mod tests;
mod text;
mod words;

use jiff::tz::TimeZone;
use serde::Serialize;

use self::entry::{Chat, Chats};
use crate::review::Moment;
use crate::{Participant, Timeline};

pub use self::clock::{Clock, Shift};

/// One export: all its sources, and what somebody has stated of its times.
#[derive(Clone, Debug)]
pub struct Side<'a> {
    /// Its sources, in the order in which the export numbers them.
    pub timelines: Vec<&'a Timeline<'a>>,
    /// The zone of local times, where somebody has stated it.
    pub zone: Option<TimeZone>,
    /// Whether the day comes first in dates that can be read two ways, where somebody has stated it. Otherwise the
    /// reading that agrees better with the other export is taken, and a note says so.
    pub day_first: Option<bool>,
}

impl<'a> Side<'a> {
    /// An export of one source of which nothing is stated.
    pub fn of(timeline: &'a Timeline<'a>) -> Self {
        Self { timelines: vec![timeline], zone: None, day_first: None }
    }
}

/// A message of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct At {
    /// Which of [`Side::timelines`].
    pub timeline: u32,
    /// The message's number in it.
    pub message: u32,
}

/// Which of the two exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// The one named first.
    First,
    /// The one named second.
    Second,
}

/// What two exports have in common and where they differ.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Comparison {
    /// Every conversation that both hold.
    pub conversations: Vec<Compared>,
    /// Conversations that only one of the exports holds.
    pub alone: Vec<Alone>,
}

/// A conversation that only one of the exports holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alone {
    /// Which export.
    pub export: Which,
    /// Its title, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How many messages it has.
    pub messages: u64,
}

/// One conversation as both exports have it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Compared {
    /// What the first export calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_title: Option<String>,
    /// What the second export calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_title: Option<String>,
    /// How many of what.
    pub counts: Counts,
    /// How the two clocks relate; `None` where no two times could be held against each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// Which account of the one is which of the other, by the messages both have.
    pub accounts: Vec<SameAccount>,
    /// What a reader of the comparison must know, in plain words.
    pub notes: Vec<String>,
    /// Stretches that only one export covers.
    pub not_covered: Vec<NotCovered>,
    /// Every difference, in the order of the first export.
    pub differences: Vec<Difference>,
    /// The messages that stand for each other, in the order of the first export.
    #[serde(skip)]
    pub pairs: Vec<(At, At)>,
}

/// How many messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// In the first export.
    pub first: u64,
    /// In the second export.
    pub second: u64,
    /// That stand for each other.
    pub paired: u64,
    /// Of those, without any difference.
    pub agreeing: u64,
    /// Differences that the ways of exporting do not explain.
    pub unexplained: u64,
    /// Differences that they may explain.
    pub explained: u64,
    /// Messages of the first export outside what the second covers.
    pub first_not_covered: u64,
    /// Messages of the second export outside what the first covers.
    pub second_not_covered: u64,
}

/// An account that both exports have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SameAccount {
    /// As the first export names it.
    pub first: Participant,
    /// As the second export names it.
    pub second: Participant,
    /// How many messages show it.
    pub messages: u64,
}

/// Messages before or after everything that the other export has. That is no difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotCovered {
    /// The export that has them.
    pub export: Which,
    /// How many.
    pub messages: u64,
    /// Whether they come before what the other has, or after it.
    pub before: bool,
    /// The first of them.
    pub from: At,
    /// The last of them.
    pub to: At,
    /// When the first of them was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_time: Option<Moment>,
    /// When the last of them was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_time: Option<Moment>,
}

/// Something in which the exports differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// In what.
    pub kind: DifferenceKind,
    /// Whether the ways of exporting may explain it.
    pub weight: Weight,
    /// The message in the first export.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<At>,
    /// The message in the second export.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<At>,
    /// For times: by how many seconds the second is later, the clocks' shift taken off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
    /// In plain words.
    pub words: String,
}

/// In what two exports differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DifferenceKind {
    /// Only the first export has the message, within what both cover.
    OnlyInFirst,
    /// Only the second export has the message, within what both cover.
    OnlyInSecond,
    /// The texts differ.
    Text,
    /// The times differ.
    Time,
    /// The accounts that sent it differ.
    Sender,
    /// It stands in another place among the others.
    Order,
    /// The files that it names differ.
    Attachments,
    /// One says that it was deleted.
    Deleted,
    /// The clocks as a whole, although both exports state their zone.
    Clock,
}

/// Whether the ways in which exports are made may explain a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// They do not: somebody should look.
    Unexplained,
    /// They may: an edit or a deletion that an export tells of, lines of the service, what a format leaves out.
    Explained,
}

/// Holds two exports against each other.
pub fn compare(first: &Side<'_>, second: &Side<'_>) -> Comparison {
    let (one, other) = (Chats::read(first), Chats::read(second));
    let together = entry::together(&one, &other);
    let mut comparison = Comparison::default();
    for &(a, b) in &together {
        if let (Some(a), Some(b)) = (one.chats.get(a), other.chats.get(b)) {
            comparison.conversations.push(compare_chats(first, second, (&one, a), (&other, b)));
        }
    }
    let alone = |export, chats: &Chats, taken: &dyn Fn(usize) -> bool| {
        let left = chats.chats.iter().enumerate().filter(|(number, _)| !taken(*number));
        left.map(|(_, chat)| Alone { export, title: chat.title.clone(), messages: chat.entries.len() as u64 })
            .collect::<Vec<_>>()
    };
    comparison.alone = alone(Which::First, &one, &|number| together.iter().any(|pair| pair.0 == number));
    comparison
        .alone
        .extend(alone(Which::Second, &other, &|number| together.iter().any(|pair| pair.1 == number)));
    comparison
}

/// What stands for a text when it is compared.
pub(crate) fn fingerprint_of(text: &str) -> u64 {
    text::fingerprint(&text::compared(text))
}

fn compare_chats(
    first: &Side<'_>,
    second: &Side<'_>,
    (one, a): (&Chats, &Chat),
    (other, b): (&Chats, &Chat),
) -> Compared {
    let mut notes = Vec::new();
    let titles = (a.title.clone(), b.title.clone());
    let (a, b) = clock::settle_dates(a, b, &mut notes);
    let (a, b) = (&*a, &*b);
    let texts = text::Texts { first, second };
    let anchors = pairing::anchors(a, b);
    let clock = clock::estimate(a, b, &anchors);
    let senders = senders::Senders::learn(a, b, &anchors, &clock);
    let mut pairs = pairing::Pairs::new(a, b);
    pairing::by_content(&mut pairs, &clock, &senders);
    rest::pair(&mut pairs, &clock, &senders, &texts);
    let judged = judge::judge(&pairs, &clock, &senders, &texts);
    let accounts = senders.accounts(one, other);
    notes.extend(judged.notes);
    Compared {
        first_title: titles.0,
        second_title: titles.1,
        counts: judged.counts,
        clock: clock.told(a),
        accounts,
        notes,
        not_covered: judged.not_covered,
        differences: judged.differences,
        pairs: judged.pairs,
    }
}
