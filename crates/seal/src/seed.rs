//! The 32 bytes that an identity comes from.

use std::fmt;

use rand_core::CryptoRng;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The secret that an [`Identity`](crate::Identity) is derived from: 32 uniformly random bytes.
///
/// Lives in one heap allocation that is overwritten when dropped, is never printed, and is compared in
/// constant time.
#[derive(Clone)]
pub struct Seed(Box<Zeroizing<[u8; Seed::LEN]>>);

impl Seed {
    /// Length in bytes.
    pub const LEN: usize = 32;

    /// Draws a new seed.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut seed = Self::zeroed();
        rng.fill_bytes(seed.0.as_mut_slice());
        seed
    }

    /// Takes the bytes as the seed. The caller's copy is the caller's to erase.
    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        let bytes = Zeroizing::new(bytes);
        let mut seed = Self::zeroed();
        seed.0.copy_from_slice(bytes.as_slice());
        seed
    }

    /// The bytes, for wrapping and sharing; whatever copies them must erase the copy.
    pub fn expose(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    fn zeroed() -> Self {
        Self(Box::new(Zeroizing::new([0; Self::LEN])))
    }
}

impl PartialEq for Seed {
    fn eq(&self, other: &Self) -> bool {
        self.expose().ct_eq(other.expose()).into()
    }
}

impl Eq for Seed {}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}
