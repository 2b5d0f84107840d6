//! When an unattended console locks itself.

/// Seconds before the lock at which the warning appears, for sessions long enough to have one.
const NOTICE: i64 = 120;

/// Watches how long ago the member last did something. Times are milliseconds of any one clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle {
    limit: i64,
    last: i64,
}

/// What an [`Idle`] watch finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// Somebody is there.
    Attended,
    /// Nobody has been for a while: the keys are wiped in this many seconds.
    Warning {
        /// Whole seconds left, at least one.
        seconds: i64,
    },
    /// The time is up.
    Expired,
}

impl Idle {
    /// Starts to watch at `now`, to lock after `limit` seconds without activity.
    pub fn new(limit: u32, now: i64) -> Self {
        Self { limit: i64::from(limit) * 1000, last: now }
    }

    /// The member did something at `now`. Not heard once the time is up: a key pressed after the
    /// computer woke from sleep must not reopen what should be locked.
    pub fn active(&mut self, now: i64) {
        if self.watch(now) != Watch::Expired {
            self.last = self.last.max(now);
        }
    }

    /// What the watch finds at `now`.
    pub fn watch(&self, now: i64) -> Watch {
        let left = self.limit - (now - self.last);
        let notice = (NOTICE * 1000).min(self.limit / 2);
        if left <= 0 {
            Watch::Expired
        } else if left <= notice {
            Watch::Warning { seconds: (left + 999) / 1000 }
        } else {
            Watch::Attended
        }
    }

    /// Milliseconds since the last activity.
    pub fn quiet_for(&self, now: i64) -> i64 {
        now - self.last
    }
}

#[cfg(test)]
mod tests {
    use super::{Idle, Watch};
    use proptest::prelude::*;

    #[test]
    fn warns_two_minutes_before_it_locks() {
        let idle = Idle::new(900, 0);
        assert_eq!(idle.watch(779_999), Watch::Attended);
        assert_eq!(idle.watch(780_000), Watch::Warning { seconds: 120 });
        assert_eq!(idle.watch(899_500), Watch::Warning { seconds: 1 });
        assert_eq!(idle.watch(900_000), Watch::Expired);
    }

    #[test]
    fn activity_starts_the_time_again_but_not_after_the_end() {
        let mut idle = Idle::new(900, 0);
        idle.active(880_000);
        assert_eq!(idle.watch(900_000), Watch::Attended);
        idle.active(2_000_000);
        assert_eq!(idle.watch(2_000_000), Watch::Expired);
    }

    proptest! {
        #[test]
        fn a_warning_always_comes_before_the_lock(limit in 1_u32..100_000, step in 1_i64..500) {
            let idle = Idle::new(limit, 0);
            let mut now = i64::from(limit) * 500;
            let mut warned = false;
            while idle.watch(now) != Watch::Expired {
                warned |= matches!(idle.watch(now), Watch::Warning { .. });
                now += step.max(i64::from(limit) / 8);
            }
            prop_assert!(warned);
        }
    }
}
