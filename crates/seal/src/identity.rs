//! Identities: a key to open with and a key to sign with, both from one seed.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::age::{Recipient, SecretKey};
use crate::text::public_bytes;
use crate::{Error, Seed, kdf};

public_bytes! {
    /// An Ed25519 public key (RFC 8032), by which an author is known.
    VerifyingKey, 32, "a verifying key"
}

public_bytes! {
    /// An Ed25519 signature (RFC 8032).
    Signature, 64, "a signature"
}

/// Whoever can open and sign: a member, a desk, a report, a reporter.
///
/// Both keys come from one [`Seed`] by HKDF-SHA-256 under distinct labels.
#[derive(Clone)]
pub struct Identity {
    seed: Seed,
    secret: SecretKey,
    signing: SigningKey,
    public: PublicIdentity,
}

/// What may be known of an [`Identity`]: where to seal to, and how to check its signatures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicIdentity {
    /// What is sealed to this identity is sealed to this recipient.
    pub recipient: Recipient,
    /// Checks what this identity signed.
    pub verifying_key: VerifyingKey,
}

impl Identity {
    /// The identity of a seed.
    pub fn from_seed(seed: Seed) -> Self {
        let secret = {
            let hybrid = kdf::labelled(seed.expose(), "identity mlkem768x25519", "");
            SecretKey::from_seed(&Seed::from_bytes(*hybrid))
        };
        let signing = SigningKey::from_bytes(&kdf::labelled(seed.expose(), "identity ed25519", ""));
        let public = PublicIdentity {
            recipient: secret.recipient(),
            verifying_key: VerifyingKey::from_bytes(signing.verifying_key().to_bytes()),
        };
        Self { seed, secret, signing, public }
    }

    /// Draws a new identity.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self::from_seed(Seed::generate(rng))
    }

    /// The identity that a secret of another kind yields: an OPAQUE export key, a passkey's PRF
    /// output, an invite's secret. `label` keeps the kinds apart.
    ///
    /// `secret` must be hard to guess by itself: nothing here is slow.
    pub fn from_secret(label: &str, secret: &[u8]) -> Self {
        Self::from_seed(Seed::from_bytes(*kdf::labelled(secret, "identity of a secret", label)))
    }

    /// What may be known of it.
    pub fn public(&self) -> PublicIdentity {
        self.public.clone()
    }

    /// Where to seal to.
    pub fn recipient(&self) -> &Recipient {
        &self.public.recipient
    }

    /// How to check its signatures.
    pub fn verifying_key(&self) -> VerifyingKey {
        self.public.verifying_key
    }

    /// The secret that all of it comes from.
    pub fn seed(&self) -> &Seed {
        &self.seed
    }

    /// The secret key for another age implementation, `AGE-SECRET-KEY-PQ-1…`: opens what is sealed
    /// to this identity, and cannot sign.
    pub fn to_age_string(&self) -> Zeroizing<String> {
        self.secret.to_age_string()
    }

    /// Signs `parts` under `domain`: no signature made for one domain, or for other parts, is valid here.
    pub fn sign(&self, domain: &str, parts: &[&[u8]]) -> Signature {
        Signature::from_bytes(self.signing.sign(&transcript(domain, parts)).to_bytes())
    }
}

impl VerifyingKey {
    /// Checks a signature that [`Identity::sign`] made, strictly: neither keys of small order nor
    /// malleable signatures pass.
    ///
    /// # Errors
    /// [`Error::SignatureKey`] when this is no key; `mismatch` when the signature does not fit.
    pub(crate) fn verify(
        &self,
        domain: &str,
        parts: &[&[u8]],
        signature: &Signature,
        mismatch: Error,
    ) -> Result<(), Error> {
        let key =
            ed25519_dalek::VerifyingKey::from_bytes(self.as_bytes()).map_err(|_| Error::SignatureKey)?;
        let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
        key.verify_strict(&transcript(domain, parts), &signature).map_err(|_| mismatch)
    }
}

/// Domain and parts, each after its length: no two different lists read the same.
fn transcript(domain: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in std::iter::once(&domain.as_bytes()).chain(parts) {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

impl AsRef<SecretKey> for Identity {
    fn as_ref(&self) -> &SecretKey {
        &self.secret
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed: _, secret: _, signing: _, public } = self;
        f.debug_struct("Identity").field("verifying_key", &public.verifying_key).finish_non_exhaustive()
    }
}
