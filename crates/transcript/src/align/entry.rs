//! The messages of an export in the form in which they are compared.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::{At, Side, text};
use crate::review::Moment;
use crate::{Extras, Kind, Message, Participant, Precision, Reading, Timeline, ZoneBasis};

pub(super) const NOBODY: u32 = u32::MAX;
/// Of a source whose neighbours in time run backwards more often than once in this many, and as often as this at least,
/// the order is that of time.
const DISORDER: usize = 20;
const DISORDERED: usize = 10;
/// Two conversations are one if they share one in so many of the texts that stand once in the smaller.
const SHARE: u64 = 10;

/// One message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) at: At,
    /// Its account on its side, or [`NOBODY`].
    pub(super) sender: u32,
    /// Stands for its text; nought for none.
    pub(super) text: u64,
    /// How many bytes the text has.
    pub(super) len: u32,
    /// When, in milliseconds; a local time as if it were UTC.
    pub(super) time: Option<i64>,
    /// For how many milliseconds from `time` on it may have been.
    pub(super) span: i64,
    /// How much later it may have been because the clock showed this time twice.
    pub(super) fold: i64,
    /// The other reading of an ambiguous date.
    pub(super) month_first: Option<i64>,
    pub(super) class: Kind,
    /// Whether the time is local.
    pub(super) local: bool,
    /// Whether the export itself says which point in time is meant.
    pub(super) strict: bool,
    pub(super) edited: bool,
    pub(super) attachments: u16,
}

impl Entry {
    /// The middle of the time in which it was sent.
    pub(super) fn middle(&self) -> Option<i64> {
        self.time.map(|time| time.saturating_add(self.span / 2))
    }

    pub(super) fn moment(&self) -> Option<Moment> {
        Moment::of_millis(self.time?, self.local)
    }

    /// Whether its text is somebody's words, to be compared letter by letter.
    pub(super) fn worded(&self) -> bool {
        self.text != 0 && matches!(self.class, Kind::Text | Kind::Media | Kind::Unsent)
    }
}

/// One conversation of an export.
#[derive(Clone, Debug, Default)]
pub(super) struct Chat {
    pub(super) title: Option<String>,
    /// In the order of the export, the earliest first.
    pub(super) entries: Vec<Entry>,
}

/// All conversations of an export, and its accounts.
#[derive(Debug, Default)]
pub(super) struct Chats {
    pub(super) chats: Vec<Chat>,
    pub(super) accounts: Vec<Participant>,
}

impl Chats {
    pub(super) fn read(side: &Side<'_>) -> Self {
        let mut read = Self::default();
        let mut known: HashMap<Participant, u32> = HashMap::new();
        let mut named: HashMap<(Option<String>, Option<String>), u32> = HashMap::new();
        let mut sources: Vec<u32> = Vec::new();
        for (number, timeline) in (0_u32..).zip(&side.timelines) {
            let senders: Vec<u32> = timeline
                .directory
                .participants()
                .iter()
                .map(|account| {
                    *known.entry(account.clone()).or_insert_with(|| {
                        read.accounts.push(account.clone());
                        u32::try_from(read.accounts.len() - 1).unwrap_or(NOBODY)
                    })
                })
                .collect();
            let chats = read.number_chats(timeline, &mut named);
            for &chat in &chats {
                let chat = chat as usize;
                if sources.len() <= chat {
                    sources.resize(chat + 1, 0);
                }
                if let Some(count) = sources.get_mut(chat) {
                    *count += 1;
                }
            }
            for (message, place) in timeline.messages().zip(0_u32..) {
                let at = At { timeline: number, message: place };
                let sender =
                    message.sender.and_then(|id| senders.get(id.0 as usize)).copied().unwrap_or(NOBODY);
                let chat = chats.get(message.conversation.0 as usize).copied().unwrap_or_default();
                if let Some(list) = read.chats.get_mut(chat as usize) {
                    list.entries.push(entry(&message, at, sender, side));
                }
            }
        }
        for (chat, sources) in read.chats.iter_mut().zip(sources) {
            in_order(&mut chat.entries, sources > 1);
        }
        read
    }

    /// The numbers of a timeline's conversations: parts of one chat in several files have one number.
    fn number_chats(
        &mut self,
        timeline: &Timeline<'_>,
        named: &mut HashMap<(Option<String>, Option<String>), u32>,
    ) -> Vec<u32> {
        let each = timeline.directory.conversations().iter().map(|known| {
            let fresh = u32::try_from(self.chats.len()).unwrap_or(NOBODY);
            let key = (known.title.clone(), known.platform_id.clone());
            let number = match key {
                (None, None) => fresh,
                key => *named.entry(key).or_insert(fresh),
            };
            if number == fresh {
                self.chats.push(Chat { title: known.title.clone(), entries: Vec::new() });
            }
            number
        });
        each.collect()
    }
}

fn entry(message: &Message<'_>, at: At, sender: u32, side: &Side<'_>) -> Entry {
    let compared = text::compared(&message.text.value);
    let mut entry = Entry {
        at,
        sender,
        text: text::fingerprint(&compared),
        len: u32::try_from(compared.len()).unwrap_or(u32::MAX),
        time: None,
        span: match message.sent.precision {
            Precision::Day => 86_400_000,
            Precision::Minute => 60_000,
            Precision::Second => 1_000,
            Precision::Millisecond => 1,
        },
        fold: 0,
        month_first: None,
        class: message.kind,
        local: false,
        strict: false,
        edited: message.extras.as_deref().is_some_and(|extras| extras.edited.is_some()),
        attachments: files(message.extras.as_deref()),
    };
    let reading = match (message.sent.reading, side.day_first) {
        (Reading::Ambiguous { day_first, .. }, Some(true)) => Reading::Local(day_first),
        (Reading::Ambiguous { month_first, .. }, Some(false)) => Reading::Local(month_first),
        (reading, _) => reading,
    };
    match (reading, &side.zone) {
        (Reading::Instant(time, basis), _) => {
            entry.time = Some(time.as_millisecond());
            entry.strict = basis != ZoneBasis::Reader;
        }
        (Reading::Local(local), Some(zone)) => in_zone(&mut entry, local, zone),
        (Reading::Ambiguous { month_first, .. }, _) => {
            entry.time = reading.sort_key();
            entry.month_first = Reading::Local(month_first).sort_key();
            entry.local = true;
        }
        (reading, _) => {
            entry.time = reading.sort_key();
            entry.local = true;
        }
    }
    entry
}

fn files(extras: Option<&Extras>) -> u16 {
    extras.map_or(0, |extras| u16::try_from(extras.attachments.len()).unwrap_or(u16::MAX))
}

/// A local time in a stated zone; where the clock shows it twice, both are kept.
fn in_zone(entry: &mut Entry, local: jiff::civil::DateTime, zone: &TimeZone) {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    if let AmbiguousOffset::Fold { before, after } = ambiguous.offset() {
        entry.fold = i64::from(before.seconds() - after.seconds()) * 1_000;
    }
    entry.time = ambiguous.compatible().ok().map(Timestamp::as_millisecond);
    entry.local = entry.time.is_none();
}

/// The export's own order, the earliest first; the order of time where the export has none or comes in several files.
fn in_order(entries: &mut [Entry], several: bool) {
    let (mut rising, mut falling) = (0_usize, 0_usize);
    let mut before = None;
    for time in entries.iter().filter_map(|entry| entry.time) {
        match before {
            Some(last) if time > last => rising += 1,
            Some(last) if time < last => falling += 1,
            _ => {}
        }
        before = Some(time);
    }
    if falling > rising {
        entries.reverse();
    }
    let against = rising.min(falling);
    if several || (against >= DISORDERED && against * DISORDER > entries.len()) {
        // What has no time stays behind the message before it.
        let mut last = i64::MIN;
        let keys: Vec<i64> = entries
            .iter()
            .map(|entry| {
                last = entry.time.unwrap_or(last);
                last
            })
            .collect();
        let mut numbered: Vec<(i64, Entry)> = keys.into_iter().zip(entries.iter().copied()).collect();
        numbered.sort_by_key(|&(key, _)| key);
        for (place, (_, entry)) in entries.iter_mut().zip(numbered) {
            *place = entry;
        }
    }
}

/// Which conversations of the one are which of the other, by the texts that stand once in each export.
pub(super) fn together(one: &Chats, other: &Chats) -> Vec<(usize, usize)> {
    if let ([a], [b]) = (one.chats.as_slice(), other.chats.as_slice())
        && !(a.entries.is_empty() || b.entries.is_empty())
    {
        return vec![(0, 0)];
    }
    let single = |chats: &Chats| {
        let mut seen: HashMap<u64, Option<usize>> = HashMap::new();
        for (number, chat) in chats.chats.iter().enumerate() {
            for entry in chat.entries.iter().filter(|entry| entry.worded()) {
                seen.entry(entry.text).and_modify(|known| *known = None).or_insert(Some(number));
            }
        }
        seen
    };
    let (mine, others) = (single(one), single(other));
    let distinct = |seen: &HashMap<u64, Option<usize>>| {
        let mut counts: HashMap<usize, u64> = HashMap::new();
        for chat in seen.values().flatten() {
            *counts.entry(*chat).or_default() += 1;
        }
        counts
    };
    let (own, theirs) = (distinct(&mine), distinct(&others));
    let mut common: HashMap<(usize, usize), u64> = HashMap::new();
    for (text, a) in &mine {
        if let (Some(a), Some(Some(b))) = (a, others.get(text)) {
            *common.entry((*a, *b)).or_default() += 1;
        }
    }
    // A greeting that two chats share does not make them one.
    common.retain(|(a, b), count| {
        let all = |counts: &HashMap<usize, u64>, chat| counts.get(chat).copied().unwrap_or_default();
        *count * SHARE >= all(&own, a).min(all(&theirs, b))
    });
    let mut ranked: Vec<((usize, usize), u64)> = common.into_iter().collect();
    ranked.sort_by_key(|&(pair, count)| (std::cmp::Reverse(count), pair));
    let (mut left, mut right) = (HashSet::new(), HashSet::new());
    let mut taken: Vec<(usize, usize)> = Vec::new();
    for ((a, b), _) in ranked {
        if !left.contains(&a) && !right.contains(&b) {
            left.insert(a);
            right.insert(b);
            taken.push((a, b));
        }
    }
    taken.sort_unstable();
    taken
}
