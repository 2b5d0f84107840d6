//! Which message of the one export is which of the other: by text and time.

use std::collections::HashMap;

use super::clock::Estimate;
use super::entry::Entry;
use super::senders::Senders;
use crate::Kind;

pub(super) const NONE: u32 = u32::MAX;
/// From how many texts that stand once in each export on no others are looked for.
const ENOUGH: usize = 16;
/// How many messages of one text within one time are tried.
const TRIED: usize = 256;

/// Messages whose text stands once in each export, in the order of the first. Where there are few, also those that
/// stand once together with what follows.
pub(super) fn anchors(a: &[Entry], b: &[Entry]) -> Vec<(u32, u32)> {
    let mut found = common(&once(a, |entry, _| entry.worded().then_some((entry.text, 0))), b, |entry, _| {
        entry.worded().then_some((entry.text, 0))
    });
    if found.len() < ENOUGH {
        let key = |entry: &Entry, next: Option<&Entry>| {
            (entry.worded() && next.is_some_and(Entry::worded))
                .then(|| (entry.text, next.map_or(0, |next| next.text)))
        };
        found.extend(common(&once(a, key), b, key));
        found.sort_unstable();
        found.dedup_by_key(|pair| pair.0);
    }
    found.sort_unstable();
    found
}

type Key = (u64, u64);

fn once(entries: &[Entry], key: impl Fn(&Entry, Option<&Entry>) -> Option<Key>) -> HashMap<Key, u32> {
    let mut seen = HashMap::new();
    for (number, entry) in (0_u32..).zip(entries) {
        if let Some(key) = key(entry, entries.get(number as usize + 1)) {
            seen.entry(key).and_modify(|known| *known = NONE).or_insert(number);
        }
    }
    seen.retain(|_, number| *number != NONE);
    seen
}

fn common(
    here: &HashMap<Key, u32>,
    b: &[Entry],
    key: impl Fn(&Entry, Option<&Entry>) -> Option<Key>,
) -> Vec<(u32, u32)> {
    let there = once(b, key);
    let mut found: Vec<(u32, u32)> =
        here.iter().filter_map(|(key, &number)| Some((number, *there.get(key)?))).collect();
    found.sort_unstable();
    found
}

/// What stands for what so far.
#[derive(Debug)]
pub(super) struct Pairs<'e> {
    pub(super) a: &'e [Entry],
    pub(super) b: &'e [Entry],
    pub(super) to_b: Vec<u32>,
    pub(super) to_a: Vec<u32>,
}

impl<'e> Pairs<'e> {
    pub(super) fn new(a: &'e [Entry], b: &'e [Entry]) -> Self {
        Self { a, b, to_b: vec![NONE; a.len()], to_a: vec![NONE; b.len()] }
    }

    pub(super) fn join(&mut self, here: usize, there: usize) {
        if let (Some(to), Some(from)) = (self.to_b.get_mut(here), self.to_a.get_mut(there)) {
            *to = u32::try_from(there).unwrap_or(NONE);
            *from = u32::try_from(here).unwrap_or(NONE);
        }
    }

    pub(super) fn free_a(&self) -> Vec<usize> {
        free(&self.to_b)
    }

    pub(super) fn free_b(&self) -> Vec<usize> {
        free(&self.to_a)
    }
}

fn free(to: &[u32]) -> Vec<usize> {
    to.iter().enumerate().filter(|(_, to)| **to == NONE).map(|(number, _)| number).collect()
}

/// Pairs what has the same text, or the same sort where the text is the service's, at the same time: first exactly,
/// then as far as the clocks differ; first of the same account, then of any.
pub(super) fn by_content(pairs: &mut Pairs<'_>, clock: &Estimate, senders: &Senders) {
    if !clock.known() {
        return;
    }
    let text = |entry: &Entry| (entry.text != 0).then_some(entry.text);
    for (slack, same_account) in [(0, true), (clock.tolerance, true), (clock.tolerance, false)] {
        pass(pairs, clock, slack, same_account.then_some(senders), text);
    }
    // Without words of somebody there is only the sort to go by.
    let sort = |entry: &Entry| (!entry.worded()).then_some(entry.class as u64);
    let family = |entry: &Entry| match entry.class {
        Kind::System | Kind::Call => Some(1),
        Kind::Text | Kind::Unsent => None,
        _ => (!entry.worded()).then_some(2),
    };
    pass(pairs, clock, 0, Some(senders), sort);
    pass(pairs, clock, clock.tolerance, Some(senders), sort);
    pass(pairs, clock, clock.tolerance, None, sort);
    pass(pairs, clock, clock.tolerance, Some(senders), family);
}

/// One pass over what is not paired yet.
fn pass(
    pairs: &mut Pairs<'_>,
    clock: &Estimate,
    slack: i64,
    senders: Option<&Senders>,
    key: impl Fn(&Entry) -> Option<u64>,
) {
    let mut there: Vec<(u64, i64, usize)> = pairs
        .free_b()
        .into_iter()
        .filter_map(|number| {
            let entry = pairs.b.get(number)?;
            Some((key(entry)?, entry.time?, number))
        })
        .collect();
    there.sort_unstable();
    // How far before its time a message of the second export may have to be looked for.
    let reach =
        there.iter().filter_map(|found| pairs.b.get(found.2)).map(|entry| entry.span + entry.fold).max();
    let reach = reach.unwrap_or_default() + slack;
    let mut next = Next::new(there.len());
    for number in pairs.free_a() {
        let Some(entry) = pairs.a.get(number) else { continue };
        let (Some(wanted), Some(time)) = (key(entry), entry.time) else { continue };
        let found = clock.shifts(number).find_map(|shift| {
            let from = time.saturating_add(shift).saturating_sub(reach);
            let begins = there.partition_point(|&(key, at, _)| (key, at) < (wanted, from));
            let ends = time.saturating_add(shift + entry.span + entry.fold + slack);
            let mut place = next.free(begins);
            for _ in 0..TRIED {
                let &(key, at, number_b) = there.get(place)?;
                if key != wanted || at >= ends {
                    return None;
                }
                let other = pairs.b.get(number_b)?;
                let fits = clock.agree(number, entry, other, slack) == Some(true);
                if fits && senders.is_none_or(|senders| senders.may_be(entry, other)) {
                    return Some((place, number_b));
                }
                place = next.free(place + 1);
            }
            None
        });
        if let Some((place, number_b)) = found {
            next.take(place);
            pairs.join(number, number_b);
        }
    }
}

/// The next place that is not taken, found without going over the taken ones again and again.
struct Next(Vec<usize>);

impl Next {
    fn new(len: usize) -> Self {
        Self((0..=len).collect())
    }

    fn free(&mut self, place: usize) -> usize {
        let mut end = place;
        while let Some(&to) = self.0.get(end)
            && to != end
        {
            end = to;
        }
        let mut at = place;
        while let Some(slot) = self.0.get_mut(at)
            && *slot != end
        {
            at = std::mem::replace(slot, end);
        }
        end
    }

    fn take(&mut self, place: usize) {
        if let Some(slot) = self.0.get_mut(place) {
            *slot = place + 1;
        }
    }
}
