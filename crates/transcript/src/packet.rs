//! Whether what was handed over together is complete: gaps, chats exported twice, files that were declared or named and
//! are not there.
//!
//! A finding here says what is missing *in the packet*, never what happened.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::align::{self, At, Counts, Side};
use crate::review::{self, ConversationSummary, Finding};
use crate::{Format, Reading, Timeline};

/// So many texts of a chat are looked at to find out which chats are the same: those that share one in ten.
const TEXTS: usize = 4_096;
const SHARE: usize = 10;
/// A text as short as this is said in many chats.
const DISTINCTIVE: usize = 16;

/// One chat of a packet.
#[derive(Clone, Debug)]
pub struct PacketSource<'a> {
    /// Its name in the packet.
    pub name: &'a str,
    /// What it was read as.
    pub format: Option<Format>,
    /// Its messages, and what somebody has stated of its times.
    pub side: Side<'a>,
}

/// A file that somebody says belongs to the packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// Its size in bytes, if stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Its SHA-256 in hexadecimal digits, if stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// A file that is in the packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Present {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
}

/// What is missing in a packet, and what does not agree.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Completeness {
    /// Of each source: its conversations with their gaps, and what must be known of it.
    pub sources: Vec<SourceCheck>,
    /// Sources that hold the same conversation, and whether they agree.
    pub same: Vec<SameChat>,
    /// Declared files, and what became of them, in the order in which they were declared.
    pub declared: Vec<DeclaredCheck>,
    /// Numbers of the files that are there and were not declared.
    pub undeclared: Vec<usize>,
}

/// What one source holds and lacks.
#[derive(Clone, Debug, Serialize)]
pub struct SourceCheck {
    /// Its name in the packet.
    pub name: String,
    /// Its conversations, each with its gaps.
    pub conversations: Vec<ConversationSummary>,
    /// Findings in words: gaps, exports that may be cut short, times that cannot be.
    pub findings: Vec<Finding>,
    /// When the earliest message with a time was sent, and which it is: whether that is the first contact is for a
    /// person to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest: Option<At>,
}

/// Two sources with the same conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SameChat {
    /// The numbers of the two sources.
    pub sources: [usize; 2],
    /// The counts of the comparison, the conversations added up.
    pub counts: Counts,
    /// Whether nothing is left unexplained.
    pub agree: bool,
}

/// What became of a declared file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeclaredCheck {
    /// What was declared.
    #[serde(flatten)]
    pub declared: Declared,
    /// Whether it is there.
    pub state: DeclaredState,
    /// The number of the file that is it, or may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<usize>,
}

/// Whether a declared file is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclaredState {
    /// It is, under its name, and whatever else was stated agrees.
    Present,
    /// It is, by its SHA-256, under another name.
    Renamed,
    /// A file of its name is there, and its size or SHA-256 is another.
    Differs,
    /// It is not.
    Missing,
}

/// Checks a packet. `now` makes later times stand out; `gap` is from how long on a stretch without a message is told,
/// and without it each conversation's own pace decides.
pub fn check(
    sources: &[PacketSource<'_>],
    declared: &[Declared],
    present: &[Present],
    now: Option<Timestamp>,
    gap: Option<SignedDuration>,
) -> Completeness {
    let (declared, undeclared) = files(declared, present);
    Completeness {
        sources: sources.iter().map(|source| check_source(source, now, gap)).collect(),
        same: same(sources),
        declared,
        undeclared,
    }
}

fn check_source(
    source: &PacketSource<'_>,
    now: Option<Timestamp>,
    gap: Option<SignedDuration>,
) -> SourceCheck {
    let options = review::Options { now, zone: source.side.zone.clone(), gap, format: source.format };
    let (mut conversations, mut findings) = (Vec::new(), Vec::new());
    let mut earliest: Option<(i64, At)> = None;
    for (number, timeline) in (0_u32..).zip(&source.side.timelines) {
        let summary = review::review(timeline, &options);
        conversations.extend(summary.conversations);
        findings.extend(summary.findings);
        for (message, place) in timeline.messages().zip(0_u32..) {
            if let Some(key) = sort_key(message.sent.reading)
                && earliest.is_none_or(|known| key < known.0)
            {
                earliest = Some((key, At { timeline: number, message: place }));
            }
        }
    }
    SourceCheck {
        name: source.name.to_owned(),
        conversations,
        findings,
        earliest: earliest.map(|known| known.1),
    }
}

/// A date that may be another one is no first date.
fn sort_key(reading: Reading) -> Option<i64> {
    if matches!(reading, Reading::Ambiguous { .. }) { None } else { reading.sort_key() }
}

/// Compares every two sources that have enough texts in common.
fn same(sources: &[PacketSource<'_>]) -> Vec<SameChat> {
    let texts: Vec<Vec<u64>> = sources.iter().map(|source| some_texts(&source.side.timelines)).collect();
    let mut found = Vec::new();
    for (one, mine) in texts.iter().enumerate() {
        for (other, theirs) in texts.iter().enumerate().skip(one + 1) {
            if !alike(mine, theirs) {
                continue;
            }
            let (Some(first), Some(second)) = (sources.get(one), sources.get(other)) else { continue };
            let mut counts = Counts::default();
            for chat in align::compare(&first.side, &second.side).conversations {
                counts.add(&chat.counts);
            }
            if counts.paired > 0 {
                found.push(SameChat { sources: [one, other], counts, agree: counts.unexplained == 0 });
            }
        }
    }
    found
}

/// The smallest fingerprints of a source's longer texts, in order: of two sources with the same texts, the same ones.
fn some_texts(timelines: &[&Timeline<'_>]) -> Vec<u64> {
    let mut all: Vec<u64> = Vec::new();
    for timeline in timelines {
        let long = timeline.messages().filter(|message| message.text.value.len() >= DISTINCTIVE);
        all.extend(long.map(|message| align::fingerprint_of(&message.text.value)));
    }
    all.sort_unstable();
    all.dedup();
    all.truncate(TEXTS);
    all
}

/// Whether enough texts of the smaller are in the other, as far as both lists go: a part of a chat is that chat.
fn alike(mine: &[u64], theirs: &[u64]) -> bool {
    let upto = |texts: &[u64]| {
        if texts.len() < TEXTS { u64::MAX } else { texts.last().copied().unwrap_or(u64::MAX) }
    };
    let limit = upto(mine).min(upto(theirs));
    let within = |texts: &[u64]| texts.partition_point(|&text| text <= limit);
    let (mine, theirs) = (mine.get(..within(mine)), theirs.get(..within(theirs)));
    let (Some(mine), Some(theirs)) = (mine, theirs) else { return false };
    let common = mine.iter().filter(|text| theirs.binary_search(text).is_ok()).count();
    common > 0 && common * SHARE >= mine.len().min(theirs.len())
}

fn files(declared: &[Declared], present: &[Present]) -> (Vec<DeclaredCheck>, Vec<usize>) {
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_digest: HashMap<String, Vec<usize>> = HashMap::new();
    for (number, file) in present.iter().enumerate() {
        by_name.entry(&file.name).or_default().push(number);
        by_digest.entry(file.sha256.to_ascii_lowercase()).or_default().push(number);
    }
    let mut taken = HashSet::new();
    let checks = declared
        .iter()
        .map(|wanted| {
            let digest = wanted.sha256.as_deref().map(str::to_ascii_lowercase);
            let agrees = |&number: &usize| {
                present.get(number).is_some_and(|file| {
                    wanted.size.is_none_or(|size| size == file.size)
                        && digest.as_ref().is_none_or(|digest| file.sha256.eq_ignore_ascii_case(digest))
                })
            };
            let named = by_name.get(wanted.name.as_str()).map(Vec::as_slice).unwrap_or_default();
            let equal = digest
                .as_ref()
                .and_then(|digest| by_digest.get(digest))
                .map(Vec::as_slice)
                .unwrap_or_default();
            let (state, file) = if let Some(&file) = named.iter().find(|file| agrees(file)) {
                (DeclaredState::Present, Some(file))
            } else if let Some(&file) = equal.first() {
                (DeclaredState::Renamed, Some(file))
            } else if let Some(&file) = named.first() {
                (DeclaredState::Differs, Some(file))
            } else {
                (DeclaredState::Missing, None)
            };
            taken.extend(file);
            DeclaredCheck { declared: wanted.clone(), state, file }
        })
        .collect();
    (checks, (0..present.len()).filter(|number| !taken.contains(number)).collect())
}

impl Counts {
    fn add(&mut self, other: &Self) {
        let Self {
            first,
            second,
            paired,
            agreeing,
            unexplained,
            explained,
            first_not_covered,
            second_not_covered,
        } = *other;
        self.first += first;
        self.second += second;
        self.paired += paired;
        self.agreeing += agreeing;
        self.unexplained += unexplained;
        self.explained += explained;
        self.first_not_covered += first_not_covered;
        self.second_not_covered += second_not_covered;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use jiff::tz::TimeZone;

    use super::{Declared, DeclaredState, PacketSource, Present, check};
    use crate::align::Side;
    use crate::sample::pair::{Exporter, What, conversation, export};
    use crate::{Timeline, recognise};

    fn read(bytes: &[u8]) -> Timeline<'_> {
        let best = recognise(bytes).into_iter().next().unwrap();
        Timeline::read(&mut *(best.format.descriptor().unwrap().parser)(), bytes)
    }

    #[test]
    fn the_same_chat_is_found_among_others_and_compared() {
        let said = conversation(300, 1_700_000_000, 1);
        let mut altered = said.clone();
        altered[150].what = What::Text("we won by forty goals in the snow".to_owned());
        let zone = TimeZone::UTC;
        let bytes = [
            export(&said, Exporter::WhatsappIos, &zone),
            export(&conversation(300, 1_700_000_000, 2), Exporter::Telegram, &zone),
            export(&said, Exporter::Telegram, &zone),
            export(&altered, Exporter::Telegram, &zone),
        ];
        let timelines: Vec<Timeline<'_>> = bytes.iter().map(|bytes| read(bytes)).collect();
        let sources: Vec<PacketSource<'_>> = timelines
            .iter()
            .map(|timeline| PacketSource { name: "chat", format: None, side: Side::of(timeline) })
            .collect();
        let found = check(&sources, &[], &[], None, None);
        let pairs: Vec<_> = found.same.iter().map(|same| (same.sources, same.agree)).collect();
        assert_eq!(pairs, [([0, 2], true), ([0, 3], false), ([2, 3], false)]);
        assert_eq!(found.same[0].counts.agreeing, 300);
        assert!(found.sources.iter().all(|source| source.earliest.unwrap().message == 0));
    }

    #[test]
    fn declared_files_are_there_or_not() {
        let present = |name: &str, size, digest: &str| Present {
            name: name.to_owned(),
            size,
            sha256: digest.repeat(32),
        };
        let there = [
            present("a.jpg", 1, "aa"),
            present("b.jpg", 2, "bb"),
            present("c.jpg", 3, "cc"),
            present("d.jpg", 4, "dd"),
        ];
        let declared = |name: &str, size, digest: Option<&str>| Declared {
            name: name.to_owned(),
            size,
            sha256: digest.map(|digest| digest.repeat(32)),
        };
        let wanted = [
            declared("a.jpg", Some(1), Some("AA")),
            declared("other.jpg", None, Some("bb")),
            declared("c.jpg", Some(9), None),
            declared("e.jpg", None, None),
        ];
        let found = check(&[], &wanted, &there, None, None);
        let states: Vec<_> = found.declared.iter().map(|check| (check.state, check.file)).collect();
        assert_eq!(
            states,
            [
                (DeclaredState::Present, Some(0)),
                (DeclaredState::Renamed, Some(1)),
                (DeclaredState::Differs, Some(2)),
                (DeclaredState::Missing, None)
            ]
        );
        assert_eq!(found.undeclared, [3]);
    }
}
