use std::fmt;

use hkdf::Hkdf;
use opaque_ke::errors::ProtocolError;
use opaque_ke::key_exchange::group::Group;
use opaque_ke::{
    CredentialFinalization, CredentialRequest, Identifiers, RegistrationRequest, RegistrationUpload,
    Ristretto255, ServerLogin, ServerLoginParameters, ServerRegistration, ServerSetup,
};
use seal::rand_core::CryptoRng;
use sha2::Sha512;
use zeroize::Zeroizing;

use super::{CONTEXT, Lent, OpaqueError, Suite};
use crate::Bytes;

const SALT: &[u8] = b"safehand/sign-in/keys/1";

/// The instance's long-lived sign-in keys: OPRF seed, static key pair, and the key of the record that
/// stands in for a name nobody has. Losing them voids every passphrase of the instance.
pub struct ServerKeys(ServerSetup<Suite>);

impl ServerKeys {
    /// The keys that follow from a secret of the instance: always the same ones for the same seed.
    ///
    /// HKDF-SHA-512 (RFC 5869) gives the OPRF seed and the seeds of the two key pairs, which are derived by
    /// `DeriveDiffieHellmanKeyPair` (RFC 9807 section 2.1).
    ///
    /// # Errors
    /// [`OpaqueError::Malformed`] for the one seed in 2²⁵² that yields no key.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, OpaqueError> {
        let hkdf = Hkdf::<Sha512>::new(Some(SALT), seed);
        let mut setup = Zeroizing::new(Vec::with_capacity(128));
        setup.extend_from_slice(&*expand::<64>(&hkdf, b"oprf seed")?);
        setup.extend_from_slice(&Ristretto255::serialize_sk(&scalar(&hkdf, b"static key")?));
        let stand_in = Ristretto255::public_key(&scalar(&hkdf, b"stand-in key")?);
        setup.extend_from_slice(&Ristretto255::serialize_pk(&stand_in));
        Ok(Self(ServerSetup::deserialize(&setup)?))
    }

    /// Answers a registration request for `login`. Keeps no state.
    ///
    /// # Errors
    /// [`OpaqueError::Malformed`].
    pub fn answer_registration(&self, request: &Bytes, login: &str) -> Result<Bytes, OpaqueError> {
        let request = RegistrationRequest::deserialize(request.as_slice())?;
        let answer = ServerRegistration::<Suite>::start(&self.0, request, login.as_bytes())?;
        Ok(Bytes(answer.message.serialize().to_vec()))
    }

    /// Answers a sign-in request. Without a record the answer is made up, with the same shape and the same
    /// work, so that it does not tell whether `login` exists.
    ///
    /// # Errors
    /// [`OpaqueError::Malformed`].
    pub fn answer_login(
        &self,
        request: &Bytes,
        login: &str,
        record: Option<&Record>,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<LoginAnswer, OpaqueError> {
        let request = CredentialRequest::deserialize(request.as_slice())?;
        let started = ServerLogin::start(
            &mut Lent(rng),
            &self.0,
            record.map(|record| record.0.clone()),
            request,
            login.as_bytes(),
            parameters(),
        )?;
        Ok(LoginAnswer {
            response: Bytes(started.message.serialize().to_vec()),
            pending: PendingLogin(Zeroizing::new(started.state.serialize().to_vec())),
        })
    }
}

impl fmt::Debug for ServerKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerKeys(…)")
    }
}

/// A member's registration record: what the server keeps instead of a passphrase hash.
pub struct Record(ServerRegistration<Suite>);

impl Record {
    /// Checks and takes what a client uploads at the end of a registration.
    ///
    /// # Errors
    /// [`OpaqueError::Malformed`].
    pub fn from_upload(upload: &Bytes) -> Result<Self, OpaqueError> {
        let upload = RegistrationUpload::<Suite>::deserialize(upload.as_slice())?;
        Ok(Self(ServerRegistration::finish(upload)))
    }

    /// A record that [`Record::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`OpaqueError::Malformed`] if the bytes are anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OpaqueError> {
        Ok(Self(ServerRegistration::deserialize(bytes)?))
    }

    /// The record as bytes, for the store.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.serialize().to_vec()
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Record(…)")
    }
}

/// The server's answer to a sign-in request.
#[derive(Debug)]
pub struct LoginAnswer {
    /// The message for the client.
    pub response: Bytes,
    /// What the server needs to check the client's last message.
    pub pending: PendingLogin,
}

/// The server's side of a sign-in between its two messages.
pub struct PendingLogin(Zeroizing<Vec<u8>>);

impl PendingLogin {
    /// A state that [`PendingLogin::as_bytes`] wrote. It is checked when it is used.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The state as bytes, to be sealed before they leave the process.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Checks the client's proof that it knows the passphrase.
    ///
    /// # Errors
    /// [`OpaqueError::WrongCredentials`] if it does not; [`OpaqueError::Malformed`] for anything that is no proof.
    pub fn finish(self, finalization: &Bytes) -> Result<(), OpaqueError> {
        let finalization = CredentialFinalization::deserialize(finalization.as_slice())?;
        let state = ServerLogin::<Suite>::deserialize(&self.0)?;
        state.finish(finalization, parameters())?;
        Ok(())
    }
}

impl fmt::Debug for PendingLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PendingLogin(…)")
    }
}

fn parameters() -> ServerLoginParameters<'static, 'static> {
    ServerLoginParameters { context: Some(CONTEXT), identifiers: Identifiers::default() }
}

fn expand<const N: usize>(hkdf: &Hkdf<Sha512>, purpose: &[u8]) -> Result<Zeroizing<[u8; N]>, OpaqueError> {
    let mut key = Zeroizing::new([0; N]);
    hkdf.expand(purpose, &mut *key).map_err(|_| OpaqueError::Malformed)?;
    Ok(key)
}

fn scalar(hkdf: &Hkdf<Sha512>, purpose: &[u8]) -> Result<<Ristretto255 as Group>::Sk, OpaqueError> {
    let seed = expand::<32>(hkdf, purpose)?;
    Ristretto255::derive_scalar((*seed).into()).map_err(|error| ProtocolError::from(error).into())
}
