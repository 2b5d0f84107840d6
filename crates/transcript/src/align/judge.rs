//! What the pairs, and what is left without one, say.

use std::collections::HashSet;

use super::clock::{Estimate, clocks_change_between};
use super::entry::Entry;
use super::order::{Slots, in_order};
use super::pairing::{NONE, Pairs};
use super::senders::Senders;
use super::text::{Texts, compared, differ_in_mentions_alone};
use super::{At, Counts, Difference, DifferenceKind, NotCovered, Weight, Which};
use crate::review::lasting;
use crate::{Attachment, Kind, Message};

const HOUR: i64 = 3_600_000;
/// How many messages before and after one are looked at for others that cannot be told from it.
const TWINS: usize = 64;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) counts: Counts,
    pub(super) notes: Vec<String>,
    pub(super) not_covered: Vec<NotCovered>,
    pub(super) differences: Vec<Difference>,
    pub(super) pairs: Vec<(At, At)>,
}

pub(super) fn judge(pairs: &Pairs<'_>, clock: &Estimate, senders: &Senders, texts: &Texts<'_>) -> Judged {
    let kept = in_order(&pairs.to_b);
    let slots = Slots::new(&pairs.to_b, pairs.b.len(), &kept);
    let judge = Judge { pairs, clock, senders, texts, slots, order: Order::new(&pairs.to_b, kept) };
    judge.run()
}

struct Judge<'j> {
    pairs: &'j Pairs<'j>,
    clock: &'j Estimate,
    senders: &'j Senders,
    texts: &'j Texts<'j>,
    slots: Slots,
    order: Order,
}

impl Judge<'_> {
    fn run(&self) -> Judged {
        let (a, b) = (self.pairs.a, self.pairs.b);
        let mut judged = Judged::default();
        judged.counts.first = a.len() as u64;
        judged.counts.second = b.len() as u64;
        if self.pairs.to_b.iter().all(|&to| to == NONE) {
            judged.notes.push("The two exports have no message in common.".to_owned());
            judged.counts.first_not_covered = a.len() as u64;
            judged.counts.second_not_covered = b.len() as u64;
            return judged;
        }
        let files = Files::learn(self.pairs, self.texts);
        let mut rewritten = 0_u64;
        if let Some(shift) = self.clock.unexplained() {
            let words = format!(
                "both exports state their zone, and yet all times of the second are {} {}",
                lasting(shift.abs() / 1_000),
                if shift > 0 { "later" } else { "earlier" }
            );
            judged.differences.push(difference(DifferenceKind::Clock, Weight::Unexplained, words));
        }
        for (number, entry) in a.iter().enumerate() {
            match self.pairs.to_b.get(number).copied().filter(|&to| to != NONE) {
                None => self.alone(Which::First, number, entry, &mut judged),
                Some(to) => {
                    let Some(other) = b.get(to as usize) else { continue };
                    judged.counts.paired += 1;
                    judged.pairs.push((entry.at, other.at));
                    let before = judged.differences.len();
                    self.pair(number, to as usize, &files, &mut judged.differences);
                    judged.counts.agreeing += u64::from(before == judged.differences.len());
                    rewritten += u64::from(!entry.worded() && !other.worded() && entry.text != other.text);
                }
            }
        }
        for number in self.pairs.free_b() {
            if let Some(entry) = b.get(number) {
                self.alone(Which::Second, number, entry, &mut judged);
            }
        }
        for found in &judged.differences {
            match found.weight {
                Weight::Unexplained => judged.counts.unexplained += 1,
                Weight::Explained => judged.counts.explained += 1,
            }
        }
        if rewritten > 0 {
            judged.notes.push(format!(
                "{rewritten} messages that the service wrote or described (calls, files, changes to the group) are \
                 worded differently in the two exports; their sort and their time agree."
            ));
        }
        judged.notes.extend(files.notes());
        judged
    }

    /// A message that only one export has.
    fn alone(&self, export: Which, number: usize, entry: &Entry, judged: &mut Judged) {
        let outside = self.outside(export, number, entry, false).or_else(|| {
            self.twins(export, number, entry).find_map(|twin| self.outside(export, twin, entry, true))
        });
        if let Some(before) = outside {
            let count = match export {
                Which::First => &mut judged.counts.first_not_covered,
                Which::Second => &mut judged.counts.second_not_covered,
            };
            *count += 1;
            let known =
                judged.not_covered.iter_mut().find(|known| known.export == export && known.before == before);
            match known {
                Some(known) => {
                    known.messages += 1;
                    known.to = entry.at;
                    known.to_time = entry.moment();
                }
                None => judged.not_covered.push(NotCovered {
                    export,
                    messages: 1,
                    before,
                    from: entry.at,
                    to: entry.at,
                    from_time: entry.moment(),
                    to_time: entry.moment(),
                }),
            }
            return;
        }
        let (kind, here, there, others) = match export {
            Which::First => (DifferenceKind::OnlyInFirst, "first", "second", self.pairs.b),
            Which::Second => (DifferenceKind::OnlyInSecond, "second", "first", self.pairs.a),
        };
        let (weight, why) = match entry.class {
            Kind::System => (Weight::Explained, ": a line of the service, which not every export has"),
            Kind::Deleted => (Weight::Explained, ": the trace of a deleted message"),
            Kind::Unsent => (Weight::Explained, ": a message that was not sent"),
            Kind::Text => (Weight::Unexplained, ""),
            class if !others.iter().any(|other| other.class == class) => {
                (Weight::Explained, ", and the other has no messages of this sort at all")
            }
            _ => (Weight::Unexplained, ""),
        };
        let words = format!("only the {here} export has it, though the {there} covers its time{why}");
        let mut found = difference(kind, weight, words);
        match export {
            Which::First => found.first = Some(entry.at),
            Which::Second => found.second = Some(entry.at),
        }
        judged.differences.push(found);
    }

    /// Messages of the same words, account and time that have a counterpart: nobody can say which of them has it.
    fn twins<'s>(
        &'s self,
        export: Which,
        number: usize,
        entry: &'s Entry,
    ) -> impl Iterator<Item = usize> + 's {
        let (here, to, others) = match export {
            Which::First => (self.pairs.a, &self.pairs.to_b, self.pairs.b),
            Which::Second => (self.pairs.b, &self.pairs.to_a, self.pairs.a),
        };
        (number.saturating_sub(TWINS)..number.saturating_add(TWINS)).filter(move |&twin| {
            let Some((one, to)) = here.get(twin).zip(to.get(twin)) else { return false };
            let Some(other) = others.get(*to as usize) else { return false };
            let apart = one.time.zip(entry.time).map(|(one, other)| one.abs_diff(other));
            (one.text, one.class, one.sender) == (entry.text, entry.class, entry.sender)
                && apart.is_some_and(|apart| apart < one.span.max(other.span).unsigned_abs())
        })
    }

    /// Whether a message that stands in this place lies before (`true`) or after everything that the other export has;
    /// with `instead`, whether it would if it stood there without its counterpart.
    fn outside(&self, export: Which, number: usize, entry: &Entry, instead: bool) -> Option<bool> {
        let (slots, others, to) = match export {
            Which::First => (&self.slots.a, self.pairs.b, &self.pairs.to_a),
            Which::Second => (&self.slots.b, self.pairs.a, &self.pairs.to_b),
        };
        let slot = slots.get(number).copied().unwrap_or_default();
        let place = match export {
            Which::First => number,
            // Where it would stand in the first, for the shift between the clocks may be another elsewhere.
            Which::Second => {
                let before = (slot as usize).checked_sub(1).and_then(|before| self.order.places.get(before));
                before.map_or(0, |&(here, _)| here)
            }
        };
        let (first, last) = (slot <= u32::from(instead), slot == self.order.kept);
        let shift = self.clock.shifts(place).next().filter(|_| self.clock.known());
        let Some((time, shift)) = entry.time.zip(shift) else {
            return (first || last).then_some(first);
        };
        let shift = if export == Which::First { shift } else { -shift };
        let begins = time.saturating_add(shift);
        let ends = begins.saturating_add(entry.span + entry.fold);
        // What has no words of anybody may carry a time that means nothing.
        let counted = others.iter().zip(to).filter(|(other, to)| other.worded() || **to != NONE);
        let extent = Extent::of(counted.map(|(other, _)| other));
        let extent = extent?;
        // Where clocks are put back, what was sent before the other export begins may be written as later.
        let back = if entry.strict || !clocks_change_between(begins, begins) { 0 } else { HOUR };
        let slack = self.clock.tolerance + back;
        if ends <= extent.begins || (first && begins < extent.begins_until.saturating_add(slack)) {
            return Some(true);
        }
        (begins >= extent.ends || (last && ends > extent.ends_from.saturating_sub(slack))).then_some(false)
    }

    /// Everything in which the two messages of a pair differ.
    fn pair(&self, here: usize, there: usize, files: &Files, found: &mut Vec<Difference>) {
        let (Some(a), Some(b)) = (self.pairs.a.get(here), self.pairs.b.get(there)) else { return };
        let mut tell = |kind, weight, seconds, words| {
            let (first, second) = (Some(a.at), Some(b.at));
            found.push(Difference { first, second, seconds, ..difference(kind, weight, words) });
        };
        if (a.class == Kind::Deleted) != (b.class == Kind::Deleted) {
            let which = if a.class == Kind::Deleted { "first" } else { "second" };
            let words = format!("the {which} export says that it was deleted");
            tell(DifferenceKind::Deleted, Weight::Explained, None, words);
        } else if let Some((weight, words)) = self.text_differs(a, b) {
            tell(DifferenceKind::Text, weight, None, words);
        }
        let agree = self.clock.agree(here, a, b, self.clock.tolerance);
        if agree == Some(false) {
            let apart = self.clock.apart(here, a, b).unwrap_or_default();
            // To the second, away from nought, so that no difference is told as none.
            let seconds = apart.signum() * apart.abs().div_euclid(1_000).max(1);
            let words = format!(
                "the second export has it {} {}",
                lasting(seconds.abs()),
                if seconds > 0 { "later" } else { "earlier" }
            );
            tell(DifferenceKind::Time, Weight::Unexplained, Some(seconds), words);
        } else if let Some(tie) = self.order.moved(here, there, self.pairs, self.clock) {
            let (weight, words) = if tie {
                (Weight::Explained, "it stands in another place among messages of the same time")
            } else {
                (Weight::Unexplained, "it stands in another place among the others, with the same time")
            };
            tell(DifferenceKind::Order, weight, None, words.to_owned());
        }
        if !self.senders.may_be(a, b) {
            let words = "it is another account's in the second export".to_owned();
            tell(DifferenceKind::Sender, Weight::Unexplained, None, words);
        }
        if (a.attachments > 0 || b.attachments > 0)
            && let (Some(one), Some(other)) = (self.texts.first(a), self.texts.second(b))
            && let Some((weight, words)) = files.differ(a.at, attachments(&one), attachments(&other))
        {
            tell(DifferenceKind::Attachments, weight, None, words);
        }
    }

    fn text_differs(&self, a: &Entry, b: &Entry) -> Option<(Weight, String)> {
        if !(a.worded() || b.worded()) {
            return None;
        }
        if a.worded() != b.worded() {
            let which = if a.worded() { "first" } else { "second" };
            return Some((Weight::Unexplained, format!("only the {which} export has words here")));
        }
        let (one, other) = (self.texts.first(a)?, self.texts.second(b)?);
        let (one, other) = (compared(&one.text.value), compared(&other.text.value));
        if one == other {
            return None;
        }
        Some(if a.edited || b.edited {
            (Weight::Explained, "the text differs, and an export says that it was edited".to_owned())
        } else if differ_in_mentions_alone(&one, &other) {
            (
                Weight::Explained,
                "it mentions somebody by name in the one and by number in the other".to_owned(),
            )
        } else {
            (Weight::Unexplained, "the text differs".to_owned())
        })
    }
}

fn difference(kind: DifferenceKind, weight: Weight, words: impl Into<String>) -> Difference {
    Difference { kind, weight, first: None, second: None, seconds: None, words: words.into() }
}

fn attachments<'m>(message: &'m Message<'_>) -> &'m [Attachment] {
    message.extras.as_deref().map_or(&[], |extras| &extras.attachments)
}

/// The times of the earliest and of the latest message, each from where to where it may lie.
struct Extent {
    begins: i64,
    begins_until: i64,
    ends_from: i64,
    ends: i64,
}

impl Extent {
    fn of<'e>(entries: impl Iterator<Item = &'e Entry>) -> Option<Self> {
        let mut extent: Option<Self> = None;
        for entry in entries {
            let Some(from) = entry.time else { continue };
            let until = from.saturating_add(entry.span + entry.fold);
            let known = extent.get_or_insert(Self {
                begins: from,
                begins_until: until,
                ends_from: from,
                ends: until,
            });
            if from < known.begins {
                (known.begins, known.begins_until) = (from, until);
            }
            if until > known.ends {
                (known.ends_from, known.ends) = (from, until);
            }
        }
        extent
    }
}

/// Which pairs keep their order.
struct Order {
    keeps: Vec<bool>,
    /// The kept pairs' places in both exports.
    places: Vec<(usize, usize)>,
    kept: u32,
}

impl Order {
    fn new(to_b: &[u32], keeps: Vec<bool>) -> Self {
        let each = to_b.iter().enumerate().zip(&keeps).filter(|(_, kept)| **kept);
        let places: Vec<(usize, usize)> = each.map(|((here, &there), _)| (here, there as usize)).collect();
        let kept = u32::try_from(places.len()).unwrap_or(u32::MAX);
        Self { keeps, places, kept }
    }

    /// If it does not keep its order: whether it has only passed messages of the same time.
    fn moved(&self, here: usize, there: usize, pairs: &Pairs<'_>, clock: &Estimate) -> Option<bool> {
        if self.keeps.get(here).copied().unwrap_or(true) {
            return None;
        }
        let before_a = self.places.partition_point(|&(place, _)| place < here);
        let before_b = self.places.partition_point(|&(_, place)| place < there);
        // Those that stand before it in one export and behind it in the other.
        let passed = self.places.get(before_a.min(before_b)..before_a.max(before_b))?;
        let overlap = |one: &Entry, other: &Entry| {
            let times = one.time.zip(other.time);
            times.is_none_or(|(at, to)| {
                at < to.saturating_add(other.span + clock.tolerance)
                    && to < at.saturating_add(one.span + clock.tolerance)
            })
        };
        let ends = [passed.first()?, passed.last()?];
        let (a, b) = (pairs.a.get(here)?, pairs.b.get(there)?);
        let tie_a = ends.iter().all(|(place, _)| pairs.a.get(*place).is_some_and(|other| overlap(a, other)));
        let tie_b = ends.iter().all(|(_, place)| pairs.b.get(*place).is_some_and(|other| overlap(b, other)));
        Some(tie_a || tie_b)
    }
}

/// How many files stand before each message.
fn files_before(entries: &[Entry]) -> Vec<i64> {
    let mut sum = 0;
    let before = entries.iter().map(|entry| {
        let before = sum;
        sum += i64::from(entry.attachments);
        before
    });
    before.collect()
}

fn between(here: usize, there: usize) -> Option<i64> {
    Some(i64::try_from(there).ok()? - i64::try_from(here).ok()?)
}

/// By how much the second of two names counts on from the first, if they differ in one number alone.
fn counted_apart(one: &str, other: &str) -> Option<i64> {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let same =
        |pairs: &mut dyn Iterator<Item = (&u8, &u8)>| pairs.take_while(|(one, other)| one == other).count();
    let digits =
        |bytes: &[u8], from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let mut from = same(&mut one.iter().zip(other));
    while from.checked_sub(1).and_then(|before| one.get(before)).is_some_and(u8::is_ascii_digit) {
        from -= 1;
    }
    let (ends, other_ends) = (from + digits(one, from), from + digits(other, from));
    if one.get(ends..) != other.get(other_ends..) {
        return None;
    }
    let number = |digits: Option<&[u8]>| std::str::from_utf8(digits?).ok()?.parse::<i64>().ok();
    number(other.get(from..other_ends))?.checked_sub(number(one.get(from..ends))?)
}

/// What of files can be compared: two exports of one format name them alike, two of different formats do not.
#[derive(Debug, Default)]
struct Files {
    /// Pairs in which both, the first alone or the second alone names files.
    both: u64,
    first: u64,
    second: u64,
    /// Pairs of single files of which both give a name or a size, and those that agree.
    names: (u64, u64),
    sizes: (u64, u64),
    /// Messages of the first export whose files are called differently because exports number their files, and count on
    /// after one that the other does not have: those whose numbers are as far apart as their places, and those in a row
    /// of at least [`ROW`].
    renumbered: HashSet<At>,
}

const ROW: usize = 3;

impl Files {
    fn learn(pairs: &Pairs<'_>, texts: &Texts<'_>) -> Self {
        let mut learned = Self::default();
        let mut row: Vec<At> = Vec::new();
        let (files_a, files_b) = (files_before(pairs.a), files_before(pairs.b));
        for (here, (a, &to)) in pairs.a.iter().zip(&pairs.to_b).enumerate() {
            let there = to as usize;
            let Some(b) = pairs.b.get(there) else { continue };
            match (a.attachments > 0, b.attachments > 0) {
                (true, true) => learned.both += 1,
                (true, false) => learned.first += 1,
                (false, true) => learned.second += 1,
                (false, false) => continue,
            }
            let (Some(one), Some(other)) = (texts.first(a), texts.second(b)) else { continue };
            for (one, other) in attachments(&one).iter().zip(attachments(&other)) {
                if let (Some(one), Some(other)) = (&one.name, &other.name) {
                    learned.names.1 += 1;
                    learned.names.0 += u64::from(one == other);
                    if one == other {
                        row.clear();
                    } else {
                        row.push(a.at);
                        let files = files_b.get(there).zip(files_a.get(here)).map(|(b, a)| b - a);
                        let apart = counted_apart(one, other);
                        if apart.is_some() && (apart == files || apart == between(here, there)) {
                            learned.renumbered.insert(a.at);
                        }
                    }
                    if row.len() >= ROW {
                        learned.renumbered.extend(row.iter().copied());
                        // The last of them stay, for the next one is of the same row.
                        row.drain(..=(row.len() - ROW));
                    }
                }
                if let (Some(one), Some(other)) = (one.size, other.size) {
                    learned.sizes.1 += 1;
                    learned.sizes.0 += u64::from(one == other);
                }
            }
        }
        learned
    }

    fn differ(&self, at: At, one: &[Attachment], other: &[Attachment]) -> Option<(Weight, String)> {
        if one.is_empty() != other.is_empty() {
            let (which, alone) =
                if other.is_empty() { ("first", self.first) } else { ("second", self.second) };
            let weight = if self.both > alone { Weight::Unexplained } else { Weight::Explained };
            return Some((weight, format!("only the {which} export names a file")));
        }
        if one.len() != other.len() {
            return Some((
                Weight::Unexplained,
                format!("{} files in the first export, {} in the second", one.len(), other.len()),
            ));
        }
        for (one, other) in one.iter().zip(other) {
            if let (Some(one), Some(other)) = (&one.name, &other.name)
                && one != other
                && 2 * self.names.0 > self.names.1
                && !self.renumbered.contains(&at)
            {
                return Some((
                    Weight::Unexplained,
                    format!("a file is called {one:?} in the first export, {other:?} in the second"),
                ));
            }
            if let (Some(one), Some(other)) = (one.size, other.size)
                && one != other
                && 2 * self.sizes.0 > self.sizes.1
            {
                return Some((
                    Weight::Unexplained,
                    format!("a file has {one} bytes in the first export, {other} in the second"),
                ));
            }
        }
        None
    }

    fn notes(&self) -> Option<String> {
        let (agree, all) = self.names;
        ((all > agree && 2 * agree <= all) || !self.renumbered.is_empty()).then(|| {
            "The two exports name files in different ways; where they do, the names were not held against each other."
                .to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::counted_apart;

    #[test]
    fn names_that_differ_in_one_number_count_on() {
        assert_eq!(counted_apart("photos/photo_9@13-06.jpg", "photos/photo_10@13-06.jpg"), Some(1));
        assert_eq!(counted_apart("photo_19.jpg", "photo_10.jpg"), Some(-9));
        assert_eq!(counted_apart("photo_1@13-06.jpg", "photo_2@14-06.jpg"), None);
        assert_eq!(counted_apart("photo_.jpg", "photo_1.jpg"), None);
        assert_eq!(counted_apart("a.jpg", "b.jpg"), None);
    }
}
