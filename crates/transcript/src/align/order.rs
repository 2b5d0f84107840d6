//! What keeps its order, and what does not.

use super::pairing::NONE;

/// Of the pairs, those that stand in the same order in both exports: as many as can be kept at once. For each message
/// of the first export whether it belongs to them.
pub(super) fn in_order(to_b: &[u32]) -> Vec<bool> {
    // The longest rising run, by patience: the smallest end of a run of each length, and what came before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<usize> = vec![usize::MAX; to_b.len()];
    let place = |number: usize| to_b.get(number).copied().unwrap_or(NONE);
    for (number, &to) in to_b.iter().enumerate() {
        if to == NONE {
            continue;
        }
        let run = ends.partition_point(|&end| place(end) < to);
        if let Some(previous) = run.checked_sub(1).and_then(|run| ends.get(run))
            && let Some(slot) = before.get_mut(number)
        {
            *slot = *previous;
        }
        match ends.get_mut(run) {
            Some(end) => *end = number,
            None => ends.push(number),
        }
    }
    let mut kept = vec![false; to_b.len()];
    let mut at = ends.last().copied();
    while let Some(number) = at {
        if let Some(slot) = kept.get_mut(number) {
            *slot = true;
        }
        at = before.get(number).copied().filter(|&before| before != usize::MAX);
    }
    kept
}

/// Between which of the kept pairs a message stands: how many of them come before it.
pub(super) struct Slots {
    pub(super) a: Vec<u32>,
    pub(super) b: Vec<u32>,
}

impl Slots {
    pub(super) fn new(to_b: &[u32], len_b: usize, kept: &[bool]) -> Self {
        let mut ends_b = vec![false; len_b];
        let mut count = 0;
        let mut a = Vec::with_capacity(to_b.len());
        for (&to, &kept) in to_b.iter().zip(kept) {
            if kept {
                count += 1;
                if let Some(end) = ends_b.get_mut(to as usize) {
                    *end = true;
                }
            }
            a.push(count);
        }
        let mut count = 0;
        let b = ends_b
            .into_iter()
            .map(|end| {
                count += u32::from(end);
                count
            })
            .collect();
        Self { a, b }
    }
}

#[cfg(test)]
mod tests {
    use super::{Slots, in_order};
    use crate::align::pairing::NONE;

    #[test]
    fn one_that_moved_does_not_move_the_others() {
        let to_b = [0, 1, 5, 2, NONE, 3, 4];
        assert_eq!(in_order(&to_b), [true, true, false, true, false, true, true]);
        let slots = Slots::new(&to_b, 6, &in_order(&to_b));
        assert_eq!(slots.a, [1, 2, 2, 3, 3, 4, 5]);
        assert_eq!(slots.b, [1, 2, 3, 4, 5, 5]);
    }
}
