//! Proof of work on unauthenticated writes ([`writes`] lists them): challenges that the server need not remember.
//!
//! A challenge is `version ‖ bits ‖ expiry ‖ random ‖ tag`, where the tag is an HMAC-SHA-256 over
//! the rest. Only solved ones cost memory, and only until they expire. Checking one is two
//! SHA-256-sized operations and a set lookup, some microseconds in all.

#[cfg(test)]
mod tests;
pub mod writes;

use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use protocol::public::WorkChallenge;
use protocol::{ApiError, ErrorCode};
use sha2::Sha256;

use crate::config::WorkConfig;
use crate::error::{Error, Result};
use crate::keys::{KEY_LEN, SubKeys};
use crate::limits::{SeenSet, Verdict};

const VERSION: u8 = 1;
const BODY_LEN: usize = 1 + 1 + 8 + 16;
const TAG_LEN: usize = 16;
const CHALLENGE_LEN: usize = BODY_LEN + TAG_LEN;
/// Challenges spent within one lifetime at most; some ten megabytes when it comes to that.
const MAX_SPENT: usize = 1 << 20;
/// Seconds over which the write rate is averaged.
const WINDOW: i64 = 10;

/// Issues challenges and accepts each solution once.
///
/// Processes that share an instance key accept one another's challenges, and each of them keeps
/// its own list of spent ones: behind a load balancer a solution is good once per process.
pub struct Work {
    key: zeroize::Zeroizing<[u8; KEY_LEN]>,
    config: WorkConfig,
    spent: SeenSet,
    load: Mutex<Load>,
}

/// Writes counted in the window under way and in the one before.
#[derive(Debug, Default)]
struct Load {
    started: i64,
    current: u32,
    previous: u32,
}

impl Work {
    /// Challenges under a sub-key of the instance's secret.
    pub fn new(keys: &SubKeys, config: WorkConfig) -> Self {
        let spent = SeenSet::new(i64::from(config.lifetime_seconds), MAX_SPENT);
        Self { key: keys.work(), config, spent, load: Mutex::default() }
    }

    /// A fresh challenge, as hard as the present load asks for.
    ///
    /// # Errors
    ///
    /// When the operating system gives no randomness.
    pub fn issue(&self, now: i64) -> Result<WorkChallenge> {
        let bits = self.bits(now);
        let expires = now + i64::from(self.config.lifetime_seconds);
        let mut challenge = Vec::with_capacity(CHALLENGE_LEN);
        challenge.extend([VERSION, bits]);
        challenge.extend(expires.to_be_bytes());
        challenge.resize(BODY_LEN, 0);
        getrandom::fill(&mut challenge[BODY_LEN - 16..]).map_err(Error::internal)?;
        let tag = self.mac(&challenge).finalize().into_bytes();
        challenge.extend(&tag[..TAG_LEN]);
        Ok(WorkChallenge { challenge: URL_SAFE_NO_PAD.encode(challenge), bits, expires })
    }

    /// Accepts the solution in the request's headers, once.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::WorkNeeded`] when it is missing, malformed, not ours, too old, wrong or spent.
    pub fn accept(&self, headers: &HeaderMap, now: i64) -> Result<()> {
        let header =
            headers.get(protocol::WORK_HEADER).ok_or_else(|| refused("A proof of work is needed."))?;
        let (challenge, nonce) =
            parse(header.as_bytes()).ok_or_else(|| refused("The proof of work is malformed."))?;
        self.check(&challenge, nonce, now)?;
        self.count(now);
        Ok(())
    }

    fn check(&self, challenge: &[u8; CHALLENGE_LEN], nonce: u64, now: i64) -> Result<()> {
        let (body, tag) = challenge.split_at(BODY_LEN);
        self.mac(body)
            .verify_truncated_left(tag)
            .map_err(|_| refused("The proof of work is for a challenge that was not given here."))?;
        let Challenge { bits, expires, serial } = Challenge::read(challenge);
        if now >= expires {
            return Err(refused("The proof of work is too old. Ask for a new challenge."));
        }
        if !seal::work::check(challenge, nonce, u32::from(bits)) {
            return Err(refused("The proof of work is wrong."));
        }
        match self.spent.insert(serial, now) {
            Verdict::Fresh => Ok(()),
            Verdict::Seen => Err(refused("The proof of work was used before. Ask for a new challenge.")),
            Verdict::Full => {
                Err(ApiError::new(ErrorCode::SlowDown, "Very much is arriving at once. Try again.")
                    .retry_after(5)
                    .into())
            }
        }
    }

    /// Leading zero bits asked for at the present write rate.
    pub fn bits(&self, now: i64) -> u8 {
        let load = self.load.lock().unwrap_or_else(PoisonError::into_inner);
        let writes = load.over_window(now);
        let calm = u64::from(self.config.calm_writes_per_second.max(1)) * WINDOW.unsigned_abs();
        let doublings = (writes / calm).checked_ilog2().map_or(0, |log| log + 1);
        let harder = u8::try_from(doublings).unwrap_or(u8::MAX);
        let (base, max) = (self.config.base_bits, self.config.max_bits.max(self.config.base_bits));
        base.saturating_add(harder).min(max)
    }

    fn count(&self, now: i64) {
        let mut load = self.load.lock().unwrap_or_else(PoisonError::into_inner);
        load.turn(now);
        load.current = load.current.saturating_add(1);
    }

    fn mac(&self, body: &[u8]) -> Hmac<Sha256> {
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(&*self.key) else {
            unreachable!("HMAC takes keys of any length")
        };
        mac.chain_update(body)
    }
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { key: _, config, spent: _, load } = self;
        f.debug_struct("Work").field("config", config).field("load", load).finish_non_exhaustive()
    }
}

/// What a challenge says, once its tag has vouched for it.
struct Challenge {
    bits: u8,
    expires: i64,
    /// The first eight of its random bytes tell it apart from all others.
    serial: u64,
}

impl Challenge {
    fn read(bytes: &[u8; CHALLENGE_LEN]) -> Self {
        let word = |at: usize| bytes[at..].first_chunk().copied().unwrap_or_default();
        Self { bits: bytes[1], expires: i64::from_be_bytes(word(2)), serial: u64::from_be_bytes(word(10)) }
    }
}

impl Load {
    fn turn(&mut self, now: i64) {
        let age = now.saturating_sub(self.started);
        if age < WINDOW {
            return;
        }
        self.previous = if age < 2 * WINDOW { self.current } else { 0 };
        self.current = 0;
        self.started = now;
    }

    /// Writes in the last window: all of the current one, and of the one before as much as still
    /// overlaps.
    fn over_window(&self, now: i64) -> u64 {
        let age = now.saturating_sub(self.started);
        let (recent, before) = match age {
            ..WINDOW => (self.current, self.previous),
            WINDOW..20 => (0, self.current),
            _ => (0, 0),
        };
        let left = (WINDOW - age.rem_euclid(WINDOW)).unsigned_abs();
        u64::from(recent) + u64::from(before) * left / WINDOW.unsigned_abs()
    }
}

fn parse(header: &[u8]) -> Option<([u8; CHALLENGE_LEN], u64)> {
    let (challenge, nonce) = std::str::from_utf8(header).ok()?.split_once('.')?;
    let challenge = URL_SAFE_NO_PAD.decode(challenge).ok()?.try_into().ok()?;
    Some((challenge, nonce.parse().ok()?))
}

fn refused(message: &str) -> Error {
    ApiError::new(ErrorCode::WorkNeeded, message).at("Safehand-Work").into()
}
