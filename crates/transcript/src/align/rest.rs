//! What text and time together did not pair: messages at another time, with another text, or both.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::clock::Estimate;
use super::entry::Entry;
use super::order::{Slots, in_order};
use super::pairing::Pairs;
use super::senders::Senders;
use super::text::{Texts, compared, similarity};
use crate::Kind;

/// A text this long says by itself which message it is, however far away in time.
const DISTINCTIVE: u32 = 16;
const DAY: u64 = 86_400_000;
/// Thousandths of two texts that are the same where they are one text, altered.
const SIMILAR: u32 = 600;
/// Up to how many combinations are tried between two neighbours that both exports have.
const COMBINATIONS: usize = 256;
/// Otherwise so many before and after the same time.
const NEAR: usize = 4;

pub(super) fn pair(pairs: &mut Pairs<'_>, clock: &Estimate, senders: &Senders, texts: &Texts<'_>) {
    let slots = slots(pairs);
    same_text(pairs, clock, &slots);
    same_slot(pairs, clock, senders, texts, &slots);
}

pub(super) fn slots(pairs: &Pairs<'_>) -> Slots {
    Slots::new(&pairs.to_b, pairs.b.len(), &in_order(&pairs.to_b))
}

/// The same text at another time: first between the same neighbours, then anywhere if that is likely enough.
fn same_text(pairs: &mut Pairs<'_>, clock: &Estimate, slots: &Slots) {
    let mut left: HashMap<u64, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for number in pairs.free_a() {
        if let Some(entry) = pairs.a.get(number).filter(|entry| entry.worded()) {
            left.entry(entry.text).or_default().0.push(number);
        }
    }
    for number in pairs.free_b() {
        if let Some(lists) = pairs.b.get(number).and_then(|entry| left.get_mut(&entry.text)) {
            lists.1.push(number);
        }
    }
    let mut lists: Vec<(Vec<usize>, Vec<usize>)> = left.into_values().collect();
    lists.sort_unstable();
    for (mut here, mut there) in lists {
        let slot_a = |number: &usize| slots.a.get(*number).copied();
        let slot_b = |number: &usize| slots.b.get(*number).copied();
        merge(&mut here, &mut there, |one, other| slot_a(one).cmp(&slot_b(other)), pairs);
        let mut rest = there.into_iter();
        let mut next = rest.next();
        for one in here {
            let Some(other) = next else { break };
            let (Some(a), Some(b)) = (pairs.a.get(one), pairs.b.get(other)) else { continue };
            let apart = clock.apart(one, a, b).map(i64::unsigned_abs);
            if a.len >= DISTINCTIVE || apart.is_none_or(|apart| apart <= DAY) {
                pairs.join(one, other);
                next = rest.next();
            }
        }
    }
}

/// Joins what compares as equal in two rising lists, and leaves the rest in them.
fn merge(
    here: &mut Vec<usize>,
    there: &mut Vec<usize>,
    compare: impl Fn(&usize, &usize) -> std::cmp::Ordering,
    pairs: &mut Pairs<'_>,
) {
    let (mut at, mut to) = (0, 0);
    let (mut rest, mut others) = (Vec::new(), Vec::new());
    while let (Some(one), Some(other)) = (here.get(at), there.get(to)) {
        match compare(one, other) {
            std::cmp::Ordering::Less => {
                rest.push(*one);
                at += 1;
            }
            std::cmp::Ordering::Greater => {
                others.push(*other);
                to += 1;
            }
            std::cmp::Ordering::Equal => {
                pairs.join(*one, *other);
                at += 1;
                to += 1;
            }
        }
    }
    rest.extend(here.iter().skip(at));
    others.extend(there.iter().skip(to));
    (*here, *there) = (rest, others);
}

/// Between the same neighbours: what may be one message although the text differs, the likeliest first.
fn same_slot(pairs: &mut Pairs<'_>, clock: &Estimate, senders: &Senders, texts: &Texts<'_>, slots: &Slots) {
    let mut groups: BTreeMap<u32, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for number in pairs.free_a() {
        groups.entry(slots.a.get(number).copied().unwrap_or_default()).or_default().0.push(number);
    }
    for number in pairs.free_b() {
        if let Some(group) = slots.b.get(number).and_then(|slot| groups.get_mut(slot)) {
            group.1.push(number);
        }
    }
    let sorts = |entries: &[Entry]| -> HashSet<Kind> {
        entries.iter().filter(|entry| !entry.worded()).map(|entry| entry.class).collect()
    };
    let (sorts_a, sorts_b) = (sorts(pairs.a), sorts(pairs.b));
    let last = slots.a.last().copied().unwrap_or_default();
    for (slot, (here, mut there)) in groups {
        // Words in the one and a file in the other are one message only if both exports have files, and in the middle.
        let inner = slot > 0 && slot < last;
        let alone = here.len() == 1 && there.len() == 1;
        let few = here.len() * there.len() <= COMBINATIONS;
        if !few {
            there.sort_by_key(|&number| pairs.b.get(number).and_then(Entry::middle));
        }
        let mut found: Vec<(u32, usize, usize)> = Vec::new();
        for &one in &here {
            let Some(a) = pairs.a.get(one) else { continue };
            let near = if few { there.as_slice() } else { near(&there, one, a, pairs, clock) };
            for &other in near {
                let Some(b) = pairs.b.get(other) else { continue };
                let mixed = match (a.worded(), b.worded()) {
                    (true, false) => b.class != Kind::Deleted && !(inner && sorts_a.contains(&b.class)),
                    (false, true) => a.class != Kind::Deleted && !(inner && sorts_b.contains(&a.class)),
                    _ => false,
                };
                if mixed {
                    continue;
                }
                let agree = clock.agree(one, a, b, clock.tolerance);
                if let Some(score) = score((a, b), agree, senders.may_be(a, b), alone, texts) {
                    found.push((score, one, other));
                }
            }
        }
        found.sort_by_key(|&(score, one, other)| (std::cmp::Reverse(score), one, other));
        for (_, one, other) in found {
            let free = |to: &[u32], number: usize| to.get(number) == Some(&super::pairing::NONE);
            if free(&pairs.to_b, one) && free(&pairs.to_a, other) {
                pairs.join(one, other);
            }
        }
    }
}

fn near<'l>(there: &'l [usize], place: usize, a: &Entry, pairs: &Pairs<'_>, clock: &Estimate) -> &'l [usize] {
    let shift = clock.shifts(place).next().unwrap_or_default();
    let wanted = a.middle().map(|middle| middle.saturating_add(shift));
    let middle = there.partition_point(|&number| pairs.b.get(number).and_then(Entry::middle) < wanted);
    let end = there.len().min(middle + NEAR);
    there.get(middle.saturating_sub(NEAR)..end).unwrap_or_default()
}

/// How likely two messages between the same neighbours are one; `None` if they are not taken for one.
fn score(
    (a, b): (&Entry, &Entry),
    agree: Option<bool>,
    same_account: bool,
    alone: bool,
    texts: &Texts<'_>,
) -> Option<u32> {
    let of_service = |entry: &Entry| matches!(entry.class, Kind::System | Kind::Call);
    if of_service(a) != of_service(b) {
        return None;
    }
    if a.worded() && b.worded() {
        let (one, other) = (texts.first(a)?, texts.second(b)?);
        let alike = similarity(&compared(&one.text.value), &compared(&other.text.value));
        let similar = alike >= SIMILAR && a.len.min(b.len) >= DISTINCTIVE / 2;
        return match (agree, same_account) {
            (Some(true), true) => Some(3_000 + alike),
            (Some(true), false) if similar => Some(2_000 + alike),
            (Some(false), true) if similar => Some(1_000 + alike),
            (None, true) if similar || alone => Some(1_000 + alike),
            _ => None,
        };
    }
    match agree {
        Some(true) => same_account.then_some(if a.class == b.class { 900 } else { 800 }),
        None if same_account && a.class == b.class && a.text == b.text => Some(700),
        _ => (same_account && a.class == b.class && !of_service(a)).then_some(500),
    }
}
