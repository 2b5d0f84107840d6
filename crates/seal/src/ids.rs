//! Names of things and digests of bytes: all public, all fixed in length.

use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};

use crate::text::public_bytes;

public_bytes! {
    /// A report's name: 16 random bytes, drawn by whoever seals it.
    ReportId, 16, "a report id"
}

public_bytes! {
    /// An item's name: 16 random bytes, drawn by whoever seals it.
    ItemId, 16, "an item id"
}

public_bytes! {
    /// A SHA-256 digest (FIPS 180-4).
    Digest, 32, "a SHA-256 digest"
}

impl ReportId {
    /// Draws a new id.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(crate::random(rng))
    }
}

impl ItemId {
    /// Draws a new id.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(crate::random(rng))
    }
}

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Sixty-four lower-case hexadecimal digits, as `sha256sum` prints them.
    pub fn to_hex(&self) -> String {
        use std::fmt::Write as _;
        self.0.iter().fold(String::with_capacity(2 * Self::LEN), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    pub(crate) fn of_state(state: Sha256) -> Self {
        Self(state.finalize().into())
    }
}
