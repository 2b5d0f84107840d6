//! Passphrase sign-in by OPAQUE (RFC 9807): the server learns neither the passphrase nor anything it
//! could try passphrases against without the instance's own OPRF seed.
//!
//! Suite: ristretto255-SHA512 for the OPRF, 3DH over ristretto255, and Argon2id (64 MiB, three passes,
//! one lane) as the key stretching function, which runs on the client. Every message is a run of
//! [`Bytes`](crate::Bytes), ready to travel as JSON.
//!
//! What the client gets out of it is the *export key*: 64 bytes that depend on the passphrase and on the
//! server's record, and that the server never sees. [`ExportKey::vault_identity`] turns it into the
//! identity to which a member's vault is wrapped.

mod client;
#[cfg(feature = "opaque-server")]
mod server;
#[cfg(feature = "opaque-server")]
#[cfg(test)]
mod tests;

pub use client::{ClientLogin, ClientRegistration, ExportKey, LoginFinished, Registered};
#[cfg(feature = "opaque-server")]
pub use server::{LoginAnswer, PendingLogin, Record, ServerKeys};

use argon2::{Algorithm, Argon2, Params, Version};
use opaque_ke::errors::{InternalError, ProtocolError};
use opaque_ke::generic_array::{ArrayLength, GenericArray};
use opaque_ke::ksf::Ksf;
use opaque_ke::rand as legacy_rand;
use opaque_ke::{CipherSuite, Ristretto255, TripleDh};
use seal::rand_core::CryptoRng;

/// Memory of the key stretching function, in KiB.
pub const STRETCH_MEMORY_KIB: u32 = 64 * 1024;
/// Passes of the key stretching function.
pub const STRETCH_PASSES: u32 = 3;
/// Lanes of the key stretching function. One, because a browser has no threads to give it.
pub const STRETCH_LANES: u32 = 1;

/// Names the protocol and its version inside the handshake, so that a message of another protocol over the
/// same keys cannot be mistaken for one of ours.
const CONTEXT: &[u8] = b"safehand/sign-in/1";

/// What can be wrong with a sign-in message. Never says anything about the passphrase or a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpaqueError {
    /// A message has the wrong length, or holds a value that is not in the group.
    #[error("the sign-in message is malformed")]
    Malformed,
    /// The name or the passphrase is wrong. The protocol cannot tell which, on purpose.
    #[error("the name or the passphrase is wrong")]
    WrongCredentials,
    /// The answer repeats the request, as a server that knows no key would.
    #[error("the server only repeated the request")]
    Reflected,
    /// The key stretching function could not run; the device lacks the memory for it.
    #[error("the passphrase could not be stretched: not enough memory")]
    Stretch,
}

impl From<ProtocolError> for OpaqueError {
    fn from(error: ProtocolError) -> Self {
        match error {
            ProtocolError::InvalidLoginError => Self::WrongCredentials,
            ProtocolError::ReflectedValueError => Self::Reflected,
            ProtocolError::LibraryError(InternalError::KsfError) => Self::Stretch,
            _ => Self::Malformed,
        }
    }
}

/// The cipher suite of every message of this module.
struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2_0_10::Sha512>;
    type Ksf = Stretch;
}

/// Argon2id with this module's parameters.
#[derive(Default)]
struct Stretch;

impl Ksf for Stretch {
    fn hash<L: ArrayLength<u8>>(
        &self,
        input: GenericArray<u8, L>,
    ) -> Result<GenericArray<u8, L>, InternalError> {
        // RFC 9807 section 7: the salt may be constant, since the OPRF output it stretches is already
        // salted by the record's own OPRF key.
        const SALT: [u8; 16] = [0; 16];
        let params = Params::new(STRETCH_MEMORY_KIB, STRETCH_PASSES, STRETCH_LANES, None)
            .map_err(|_| InternalError::KsfError)?;
        let mut output = GenericArray::default();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(&input, &SALT, &mut output)
            .map_err(|_| InternalError::KsfError)?;
        Ok(output)
    }
}

/// Lends a generator of today's `rand_core` to `opaque-ke`, which asks for one of version 0.6.
struct Lent<'a, R: ?Sized>(&'a mut R);

impl<R: CryptoRng + ?Sized> legacy_rand::RngCore for Lent<'_, R> {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        self.0.fill_bytes(dest);
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), legacy_rand::Error> {
        self.0.fill_bytes(dest);
        Ok(())
    }
}

impl<R: CryptoRng + ?Sized> legacy_rand::CryptoRng for Lent<'_, R> {}
