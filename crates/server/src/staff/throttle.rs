//! A growing delay for whoever tries passphrases.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Mutex, PoisonError};

use protocol::{ApiError, ErrorCode};

/// Seconds after its last attempt until a name or a network is forgotten.
const MEMORY: i64 = 900;
/// Names and networks remembered at once. Beyond it, all further ones share a place.
const CAPACITY: usize = 20_000;

/// How many attempts are free, and how long the delay after them can become.
#[derive(Debug, Clone, Copy)]
struct Patience {
    free: u32,
    longest: i64,
}

/// One person rarely mistypes five times; the delay stays short enough that nobody can lock a
/// colleague out by trying in their name.
const NAME: Patience = Patience { free: 5, longest: 60 };
/// Many colleagues sit behind one network.
const NETWORK: Patience = Patience { free: 40, longest: 300 };

/// Counts attempts per sign-in name and per network, by keyed hashes that mean nothing outside this
/// process. Every attempt counts when it begins: in OPAQUE a wrong passphrase is noticed by the client,
/// who need not come back to tell.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    hasher: RandomState,
    attempts: Mutex<HashMap<u64, Attempts>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Attempts {
    count: u32,
    last: i64,
    not_before: i64,
}

impl Throttle {
    /// Counts an attempt in this name.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::SlowDown`], with the seconds to wait, when it comes too early.
    pub(super) fn name(&self, login: &str, now: i64) -> Result<(), ApiError> {
        self.attempt(self.hasher.hash_one(("name", login)), NAME, now)
    }

    /// Counts an attempt from this network.
    ///
    /// # Errors
    ///
    /// As [`Throttle::name`].
    pub(super) fn network(&self, network: impl Hash, now: i64) -> Result<(), ApiError> {
        self.attempt(self.hasher.hash_one(("network", network)), NETWORK, now)
    }

    /// Forgets the attempts in this name: its owner has come.
    pub(super) fn succeeded(&self, login: &str) {
        self.lock().remove(&self.hasher.hash_one(("name", login)));
    }

    fn attempt(&self, key: u64, patience: Patience, now: i64) -> Result<(), ApiError> {
        let mut all = self.lock();
        if !all.contains_key(&key) && all.len() >= CAPACITY {
            all.retain(|_, attempts| now - attempts.last < MEMORY);
        }
        let key = if all.contains_key(&key) || all.len() < CAPACITY { key } else { 0 };
        let attempts = all.entry(key).or_default();
        if now - attempts.last >= MEMORY {
            *attempts = Attempts::default();
        }
        if now < attempts.not_before {
            return Err(too_early(attempts.not_before - now));
        }
        attempts.count += 1;
        attempts.last = now;
        let over = attempts.count.saturating_sub(patience.free);
        if over > 0 {
            attempts.not_before = now + 2_i64.saturating_pow(over).min(patience.longest);
        }
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Attempts>> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn too_early(seconds: i64) -> ApiError {
    ApiError::new(ErrorCode::SlowDown, "Too many attempts to sign in. Wait a little and try again.")
        .retry_after(u32::try_from(seconds).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_and_is_forgotten() {
        let throttle = Throttle::default();
        let mut now = 1_000;
        let mut waits = Vec::new();
        for _ in 0..14 {
            match throttle.name("a.okafor", now) {
                Ok(()) => waits.push(0),
                Err(refusal) => {
                    let wait = refusal.retry_after.unwrap();
                    waits.push(wait);
                    now += i64::from(wait);
                    throttle.name("a.okafor", now).unwrap();
                }
            }
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert!(throttle.name("a.okafor", now).is_err());
        assert!(throttle.name("b.lindqvist", now).is_ok(), "another name is not held up");
        assert!(throttle.name("a.okafor", now + MEMORY).is_ok());
    }

    #[test]
    fn success_clears_a_name() {
        let throttle = Throttle::default();
        for _ in 0..6 {
            throttle.name("a.okafor", 0).unwrap();
        }
        assert!(throttle.name("a.okafor", 0).is_err());
        throttle.succeeded("a.okafor");
        assert!(throttle.name("a.okafor", 0).is_ok());
    }

    #[test]
    fn a_network_is_held_up_whatever_names_it_tries() {
        let throttle = Throttle::default();
        for _ in 0..=NETWORK.free {
            throttle.network(7_u64, 0).unwrap();
        }
        assert!(throttle.network(7_u64, 0).is_err());
        assert!(throttle.network(8_u64, 0).is_ok());
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::default();
        for name in 0..CAPACITY + 50 {
            let _ = throttle.name(&name.to_string(), 0);
        }
        assert!(throttle.lock().len() <= CAPACITY + 1);
    }
}
