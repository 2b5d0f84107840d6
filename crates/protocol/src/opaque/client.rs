use std::fmt;

use opaque_ke::{
    ClientLoginFinishParameters, ClientRegistrationFinishParameters, CredentialResponse, Identifiers,
    RegistrationResponse,
};
use seal::Identity;
use seal::rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use super::{CONTEXT, Lent, OpaqueError, Suite};
use crate::Bytes;

/// Separates the vault's identity from any other use of the export key.
const VAULT_LABEL: &str = "safehand/vault/1";

/// 64 bytes that only the passphrase and the server's record together yield. Wiped when dropped.
pub struct ExportKey(Zeroizing<Vec<u8>>);

impl ExportKey {
    fn take(bytes: &mut [u8]) -> Self {
        let key = Self(Zeroizing::new(bytes.to_vec()));
        bytes.zeroize();
        key
    }

    /// The identity to which the member's seed is wrapped; the wrap is the vault that the server keeps.
    pub fn vault_identity(&self) -> Identity {
        Identity::from_secret(VAULT_LABEL, &self.0)
    }

    /// The bytes themselves.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for ExportKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExportKey(…)")
    }
}

/// A registration under way on the client. Holds the passphrase until it is finished or dropped.
pub struct ClientRegistration {
    state: opaque_ke::ClientRegistration<Suite>,
    passphrase: Zeroizing<Vec<u8>>,
}

/// What a finished registration yields.
#[derive(Debug)]
pub struct Registered {
    /// The record for the server to keep.
    pub upload: Bytes,
    /// The key to wrap the vault with.
    pub export_key: ExportKey,
}

impl ClientRegistration {
    /// Blinds the passphrase and returns the request to send.
    ///
    /// The passphrase is taken byte for byte: normalise it first (NFC) where a keyboard may differ.
    ///
    /// # Errors
    /// [`OpaqueError::Malformed`] if the passphrase cannot be mapped into the group.
    pub fn start(
        passphrase: &str,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(Self, Bytes), OpaqueError> {
        let passphrase = Zeroizing::new(passphrase.as_bytes().to_vec());
        let started = opaque_ke::ClientRegistration::<Suite>::start(&mut Lent(rng), &passphrase)?;
        let request = Bytes(started.message.serialize().to_vec());
        Ok((Self { state: started.state, passphrase }, request))
    }

    /// Makes the record from the server's answer. Runs the key stretching function: a fifth of a second
    /// and 64 MiB on an ordinary machine.
    ///
    /// # Errors
    /// [`OpaqueError::Malformed`] or [`OpaqueError::Reflected`] for an answer
    /// that is no answer to this request; [`OpaqueError::Stretch`] for lack of memory.
    pub fn finish(
        self,
        response: &Bytes,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Registered, OpaqueError> {
        let response = RegistrationResponse::deserialize(response.as_slice())?;
        let mut finished = self.state.finish(
            &mut Lent(rng),
            &self.passphrase,
            response,
            ClientRegistrationFinishParameters::new(Identifiers::default(), None),
        )?;
        Ok(Registered {
            upload: Bytes(finished.message.serialize().to_vec()),
            export_key: ExportKey::take(&mut finished.export_key),
        })
    }
}

impl fmt::Debug for ClientRegistration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientRegistration(…)")
    }
}

/// A sign-in under way on the client. Holds the passphrase until it is finished or dropped.
pub struct ClientLogin {
    state: opaque_ke::ClientLogin<Suite>,
    passphrase: Zeroizing<Vec<u8>>,
}

/// What a finished sign-in yields.
#[derive(Debug)]
pub struct LoginFinished {
    /// The proof for the server that this side knows the passphrase.
    pub finalization: Bytes,
    /// The key that opens the vault.
    pub export_key: ExportKey,
}

impl ClientLogin {
    /// Blinds the passphrase and returns the request to send.
    ///
    /// # Errors
    /// [`OpaqueError::Malformed`] if the passphrase cannot be mapped into the group.
    pub fn start(
        passphrase: &str,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(Self, Bytes), OpaqueError> {
        let passphrase = Zeroizing::new(passphrase.as_bytes().to_vec());
        let started = opaque_ke::ClientLogin::<Suite>::start(&mut Lent(rng), &passphrase)?;
        let request = Bytes(started.message.serialize().to_vec());
        Ok((Self { state: started.state, passphrase }, request))
    }

    /// Opens the server's answer with the passphrase. Runs the key stretching function.
    ///
    /// # Errors
    /// [`OpaqueError::WrongCredentials`] if the passphrase does not open the answer, or the name is not
    /// known: the two look the same. Otherwise as [`ClientRegistration::finish`].
    pub fn finish(
        self,
        response: &Bytes,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<LoginFinished, OpaqueError> {
        let response = CredentialResponse::deserialize(response.as_slice())?;
        let mut finished = self.state.finish(
            &mut Lent(rng),
            &self.passphrase,
            response,
            ClientLoginFinishParameters::new(Some(CONTEXT), Identifiers::default(), None),
        )?;
        Ok(LoginFinished {
            finalization: Bytes(finished.message.serialize().to_vec()),
            export_key: ExportKey::take(&mut finished.export_key),
        })
    }
}

impl fmt::Debug for ClientLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientLogin(…)")
    }
}
