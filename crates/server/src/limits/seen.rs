//! A memory of what was used once, which forgets by itself.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// What a [`SeenSet`] says of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not seen before; it is now.
    Fresh,
    /// Seen before.
    Seen,
    /// The memory is full, so that nothing can be said; the caller refuses for now.
    Full,
}

/// Remembers 64-bit entries for at least `lifetime` seconds and at most twice that, in two
/// generations that are dropped whole. Entries must come from a uniform source (a keyed hash or
/// a random number), of which 64 bits make an accidental repeat negligible.
#[derive(Debug)]
pub struct SeenSet {
    lifetime: i64,
    capacity: usize,
    generations: Mutex<Generations>,
}

#[derive(Debug, Default)]
struct Generations {
    started: i64,
    current: HashSet<u64>,
    previous: HashSet<u64>,
}

impl SeenSet {
    /// A memory of `lifetime` seconds that holds at most twice `capacity` entries (about nine
    /// bytes each, made as they come).
    pub fn new(lifetime: i64, capacity: usize) -> Self {
        Self { lifetime, capacity, generations: Mutex::default() }
    }

    /// Remembers `entry` and says whether it was new at `now`.
    pub fn insert(&self, entry: u64, now: i64) -> Verdict {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.turn(now, self.lifetime);
        if generations.previous.contains(&entry) || generations.current.contains(&entry) {
            return Verdict::Seen;
        }
        if generations.current.len() >= self.capacity {
            return Verdict::Full;
        }
        generations.current.insert(entry);
        Verdict::Fresh
    }
}

impl Generations {
    fn turn(&mut self, now: i64, lifetime: i64) {
        let age = now.saturating_sub(self.started);
        if age < lifetime {
            return;
        }
        let current = std::mem::take(&mut self.current);
        self.previous = if age < 2 * lifetime { current } else { HashSet::new() };
        self.started = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_remembered_for_its_lifetime_and_then_forgotten() {
        let seen = SeenSet::new(10, 100);
        assert_eq!(seen.insert(1, 1_000), Verdict::Fresh);
        assert_eq!(seen.insert(1, 1_009), Verdict::Seen);
        assert_eq!(seen.insert(1, 1_019), Verdict::Seen);
        assert_eq!(seen.insert(1, 1_040), Verdict::Fresh);
    }

    #[test]
    fn a_full_memory_refuses_instead_of_forgetting() {
        let seen = SeenSet::new(10, 2);
        assert_eq!(seen.insert(1, 0), Verdict::Fresh);
        assert_eq!(seen.insert(2, 0), Verdict::Fresh);
        assert_eq!(seen.insert(3, 0), Verdict::Full);
        assert_eq!(seen.insert(2, 0), Verdict::Seen);
        assert_eq!(seen.insert(3, 10), Verdict::Fresh);
    }
}
