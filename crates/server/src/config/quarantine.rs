//! `[quarantine]`: how long a release waits and holds. Within bounds, because a release that never ends is none.

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize};

const HOUR: i64 = 3600;

/// `[quarantine]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuarantineConfig {
    /// Hours after which a release that nobody has answered is stale: 1 to 168. Default 24.
    #[serde(deserialize_with = "within::<_, 1, 168>")]
    pub request_hours: u64,
    /// Hours for which an approved release is in force: 1 to 24. Default 8.
    #[serde(deserialize_with = "within::<_, 1, 24>")]
    pub approval_hours: u64,
    /// The largest sealed hash list, in bytes: 64 KiB to 512 MiB. Default 64 MiB.
    #[serde(deserialize_with = "within::<_, 65_536, 536_870_912>")]
    pub max_hash_list_bytes: u64,
}

impl Default for QuarantineConfig {
    fn default() -> Self {
        Self { request_hours: 24, approval_hours: 8, max_hash_list_bytes: 64 << 20 }
    }
}

impl QuarantineConfig {
    /// Seconds that a release waits for an answer.
    pub(crate) fn request_seconds(&self) -> i64 {
        seconds(self.request_hours)
    }

    /// Seconds that an approved release is in force.
    pub(crate) fn approval_seconds(&self) -> i64 {
        seconds(self.approval_hours)
    }
}

fn seconds(hours: u64) -> i64 {
    i64::try_from(hours).unwrap_or(i64::MAX).saturating_mul(HOUR)
}

fn within<'de, D: Deserializer<'de>, const LOW: u64, const HIGH: u64>(from: D) -> Result<u64, D::Error> {
    let value = u64::deserialize(from)?;
    if (LOW..=HIGH).contains(&value) {
        Ok(value)
    } else {
        let expected = format!("a number from {LOW} to {HIGH}");
        Err(D::Error::invalid_value(Unexpected::Unsigned(value), &expected.as_str()))
    }
}
