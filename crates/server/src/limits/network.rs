//! A token bucket per network, for writes that bring no proof of work.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use axum::extract::FromRequestParts;
use hmac::{Hmac, KeyInit, Mac};
use http::request::Parts;
use protocol::{ApiError, ErrorCode};
use sha2::Sha256;

/// Seconds after which a network that made no further write is forgotten.
const MEMORY: i64 = 600;
/// Networks remembered at once. When more come, all further ones share one bucket.
const CAPACITY: usize = 20_000;

/// Stands for a network (IPv4 /24, IPv6 /48) until the process ends: a hash under a key that was
/// drawn at start, so that it says nothing afterwards and nothing outside.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct NetworkTag(u64);

impl NetworkTag {
    /// The tag that all requests share whose network is not known.
    pub const UNKNOWN: Self = Self(0);
}

impl<S: Sync> FromRequestParts<S> for NetworkTag {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self::UNKNOWN))
    }
}

impl fmt::Debug for NetworkTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NetworkTag")
    }
}

/// Turns addresses into tags under a key of its own.
pub struct NetworkTagger {
    key: [u8; 32],
}

impl NetworkTagger {
    /// A tagger with a fresh random key.
    ///
    /// # Errors
    ///
    /// When the operating system gives no randomness.
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(Self { key })
    }

    /// The tag of the network that `address` belongs to.
    pub fn tag(&self, address: IpAddr) -> NetworkTag {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
            unreachable!("HMAC takes keys of any length")
        };
        match address.to_canonical() {
            IpAddr::V4(v4) => mac.update(&v4.octets()[..3]),
            IpAddr::V6(v6) => mac.update(&v6.octets()[..6]),
        }
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        NetworkTag(digest.first_chunk().copied().map_or(0, u64::from_le_bytes))
    }
}

impl fmt::Debug for NetworkTagger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key: _ } = self;
        f.debug_struct("NetworkTagger").finish_non_exhaustive()
    }
}

/// Lets each network make a burst of writes and then a few per minute.
#[derive(Debug)]
pub struct NetworkBucket {
    burst: f64,
    per_second: f64,
    networks: Mutex<HashMap<NetworkTag, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: i64,
}

impl NetworkBucket {
    /// Buckets of `burst` writes that refill at `per_minute`.
    pub fn new(burst: u32, per_minute: u32) -> Self {
        Self {
            burst: f64::from(burst.max(1)),
            per_second: f64::from(per_minute.max(1)) / 60.0,
            networks: Mutex::default(),
        }
    }

    /// Takes one write from the bucket of `network`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::SlowDown`], with the seconds to wait, when the bucket is empty.
    pub fn take(&self, network: NetworkTag, now: i64) -> Result<(), ApiError> {
        let mut networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        let tag = if networks.contains_key(&network) || Self::make_room(&mut networks, now) {
            network
        } else {
            NetworkTag::UNKNOWN
        };
        let bucket = networks.entry(tag).or_insert(Bucket { tokens: self.burst, at: now });
        bucket.tokens = (bucket.tokens + self.per_second * seconds_between(bucket.at, now)).min(self.burst);
        bucket.at = now;
        if bucket.tokens < 1.0 {
            return Err(self.refusal(bucket.tokens));
        }
        bucket.tokens -= 1.0;
        Ok(())
    }

    /// Forgets networks that have been quiet; cheap, meant for a timer.
    pub fn forget_quiet(&self, now: i64) {
        let mut networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        networks.retain(|_, bucket| now - bucket.at < MEMORY);
    }

    fn make_room(networks: &mut HashMap<NetworkTag, Bucket>, now: i64) -> bool {
        if networks.len() >= CAPACITY {
            networks.retain(|_, bucket| now - bucket.at < MEMORY);
        }
        networks.len() < CAPACITY
    }

    fn refusal(&self, tokens: f64) -> ApiError {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 1..=60")]
        let seconds = ((1.0 - tokens) / self.per_second).ceil().clamp(1.0, 60.0) as u32;
        ApiError::new(ErrorCode::SlowDown, "Too many requests for now. Wait a little and try again.")
            .retry_after(seconds)
    }
}

fn seconds_between(earlier: i64, later: i64) -> f64 {
    f64::from(u32::try_from(later.saturating_sub(earlier)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_gets_its_burst_and_then_its_rate() {
        let buckets = NetworkBucket::new(2, 60);
        let tag = NetworkTag(1);
        assert!(buckets.take(tag, 0).is_ok());
        assert!(buckets.take(tag, 0).is_ok());
        assert_eq!(buckets.take(tag, 0).unwrap_err().retry_after, Some(1));
        assert!(buckets.take(NetworkTag(2), 0).is_ok(), "another network is not held up");
        assert!(buckets.take(tag, 1).is_ok());
        assert!(buckets.take(tag, 1).is_err());
    }

    #[test]
    fn quiet_networks_are_forgotten() {
        let buckets = NetworkBucket::new(2, 60);
        buckets.take(NetworkTag(1), 0).unwrap();
        buckets.forget_quiet(MEMORY);
        assert!(buckets.networks.lock().unwrap().is_empty());
    }

    #[test]
    fn beyond_its_capacity_newcomers_share_one_bucket() {
        let buckets = NetworkBucket::new(1, 1);
        for tag in 1..=CAPACITY as u64 {
            buckets.take(NetworkTag(tag), 0).unwrap();
        }
        assert!(buckets.take(NetworkTag(1 << 40), 0).is_ok());
        assert!(buckets.take(NetworkTag(1 << 41), 0).is_err());
        assert!(buckets.networks.lock().unwrap().len() <= CAPACITY + 1);
    }

    #[test]
    fn a_tag_covers_a_prefix_and_changes_with_the_key() {
        let (one, other) = (NetworkTagger::new().unwrap(), NetworkTagger::new().unwrap());
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(one.tag(address("192.0.2.1")), one.tag(address("192.0.2.200")));
        assert_eq!(one.tag(address("192.0.2.1")), one.tag(address("::ffff:192.0.2.7")));
        assert_ne!(one.tag(address("192.0.2.1")), one.tag(address("192.0.3.1")));
        assert_eq!(one.tag(address("2001:db8:1::1")), one.tag(address("2001:db8:1:ffff::2")));
        assert_ne!(one.tag(address("2001:db8:1::1")), one.tag(address("2001:db8:2::1")));
        assert_ne!(one.tag(address("192.0.2.1")), other.tag(address("192.0.2.1")));
    }
}
