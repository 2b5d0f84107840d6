//! Wrapping: giving an identity to another by sealing its seed to them.

use rand_core::CryptoRng;

use crate::age::{self, Recipient};
use crate::{Error, Identity, Seed};

/// Wraps a seed: a small age file that holds its 32 bytes, sealed to one recipient.
///
/// # Errors
/// [`Error::Encapsulation`] when the recipient's key cannot be used.
pub fn wrap(seed: &Seed, to: &Recipient, rng: &mut (impl CryptoRng + ?Sized)) -> Result<Vec<u8>, Error> {
    age::encrypt(std::slice::from_ref(to), seed.expose(), rng)
}

/// Opens what [`wrap`] made.
///
/// # Errors
/// The check of the age file that fails, or [`Error::WrapLength`].
pub fn unwrap(wrapped: &[u8], with: &Identity) -> Result<Seed, Error> {
    let opened = age::decrypt(wrapped, with)?;
    let bytes = opened.as_slice().try_into().map_err(|_| Error::WrapLength)?;
    Ok(Seed::from_bytes(bytes))
}
