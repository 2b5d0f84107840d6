//! Solved proofs of work, kept ready so that nobody who signs in waits for one.

/// Milliseconds for which a solved proof is trusted to be good still. Instances accept them for fifteen
/// minutes unless told otherwise; one that comes too late is refused and solved anew.
const FRESH_MS: i64 = 10 * 60_000;

/// A small stock of solved proofs, each good for one request.
#[derive(Debug, Default)]
pub struct Stamps {
    /// Proofs with the time at which their challenge was asked for, oldest first.
    ready: Vec<(String, i64)>,
    wanted: usize,
    solving: bool,
}

impl Stamps {
    /// Asks for so many proofs to be ready. Answers whether somebody has to begin to solve: whoever is told
    /// so must come back with [`Self::solved`] or [`Self::failed`].
    pub fn want(&mut self, count: usize, now_ms: i64) -> bool {
        self.wanted = count;
        self.begin(now_ms)
    }

    /// Takes a proof that is still fresh.
    pub fn take(&mut self, now_ms: i64) -> Option<String> {
        self.forget_stale(now_ms);
        if self.ready.is_empty() {
            return None;
        }
        self.wanted = self.wanted.saturating_sub(1);
        Some(self.ready.remove(0).0)
    }

    /// Whether one is being solved, so that waiting is better than beginning another.
    pub fn is_solving(&self) -> bool {
        self.solving
    }

    /// Puts a solved proof in stock. Answers whether the next one has to be begun.
    pub fn solved(&mut self, stamp: String, asked_at_ms: i64, now_ms: i64) -> bool {
        self.solving = false;
        self.ready.push((stamp, asked_at_ms));
        self.begin(now_ms)
    }

    /// The one being solved came to nothing. No other is begun: whoever needs one will find out why.
    pub fn failed(&mut self) -> bool {
        self.solving = false;
        false
    }

    fn begin(&mut self, now_ms: i64) -> bool {
        self.forget_stale(now_ms);
        let begins = !self.solving && self.ready.len() < self.wanted;
        self.solving |= begins;
        begins
    }

    fn forget_stale(&mut self, now_ms: i64) {
        // A clock that was put back makes the future look old enough to forget, too.
        self.ready.retain(|(_, asked_at)| (0..FRESH_MS).contains(&(now_ms - asked_at)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_is_solved_until_there_are_enough() {
        let mut stamps = Stamps::default();
        assert!(stamps.want(2, 0));
        assert!(stamps.is_solving());
        assert!(!stamps.want(2, 0), "one is being solved already");
        assert!(stamps.solved("a".into(), 0, 10), "a second is wanted");
        assert!(!stamps.solved("b".into(), 10, 20));
        assert!(!stamps.want(2, 30), "there are two");
        assert_eq!(stamps.take(40).as_deref(), Some("a"));
        assert_eq!(stamps.take(40).as_deref(), Some("b"));
        assert_eq!(stamps.take(40), None, "each is good for one request");
        assert!(stamps.want(1, 50));
    }

    #[test]
    fn what_was_taken_is_not_made_up_for() {
        let mut stamps = Stamps::default();
        assert!(stamps.want(2, 0));
        assert!(stamps.solved("a".into(), 0, 0));
        stamps.take(0).unwrap();
        assert!(!stamps.solved("b".into(), 0, 0), "the two that were asked for have been solved");
    }

    #[test]
    fn old_ones_are_forgotten_and_solved_anew() {
        let mut stamps = Stamps::default();
        stamps.want(1, 0);
        stamps.solved("old".into(), 0, 5);
        assert!(!stamps.want(1, FRESH_MS - 1));
        assert!(stamps.want(1, FRESH_MS));
        assert_eq!(stamps.take(FRESH_MS), None);
        stamps.solved("new".into(), FRESH_MS, FRESH_MS + 5);
        assert_eq!(stamps.take(FRESH_MS + 6).as_deref(), Some("new"));
    }

    #[test]
    fn a_failure_does_not_stand_in_the_way_of_the_next_try() {
        let mut stamps = Stamps::default();
        assert!(stamps.want(1, 0));
        assert!(!stamps.failed());
        assert!(!stamps.is_solving());
        assert!(stamps.want(1, 0));
    }
}
