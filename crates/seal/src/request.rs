//! Requests of a reporter who comes back: signed with the key that the receipt yields.
//!
//! A proof goes into one `Authorization` header:
//! `Safehand-Reporter <lookup>.<time>.<nonce>.<signature>`, times as decimal Unix seconds, the
//! rest as base64url. The signature covers lookup id, method, path with query, time, nonce and the
//! SHA-256 of the body. How old a proof may be, and that no nonce comes twice, is for the server
//! to see to.

use std::fmt;
use std::str::FromStr;

use rand_core::CryptoRng;

use crate::receipt::{LookupId, ReporterKeys};
use crate::{Digest, Error, Signature, VerifyingKey, text};

/// The scheme's name in an `Authorization` header.
pub const SCHEME: &str = "Safehand-Reporter";

const SIGNATURE_DOMAIN: &str = "safehand/1 reporter request";
const WHAT: &str = "a reporter's proof";

/// What a request asks: its parts that are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The method, in upper case.
    pub method: &'a str,
    /// Path and query, as they are sent.
    pub path: &'a str,
    /// SHA-256 of the body; of nothing, when there is none.
    pub body: Digest,
}

/// Proof that a request comes from the holder of a receipt.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestProof {
    lookup: LookupId,
    time: u64,
    nonce: [u8; 16],
    signature: Signature,
}

impl RequestProof {
    /// Signs a request at `time` (Unix seconds).
    pub fn sign(
        keys: &ReporterKeys,
        request: &Request<'_>,
        time: u64,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Self {
        let nonce = crate::random(rng);
        let lookup = keys.lookup.clone();
        let signature =
            with_parts(&lookup, request, time, &nonce, |parts| keys.identity.sign(SIGNATURE_DOMAIN, parts));
        Self { lookup, time, nonce, signature }
    }

    /// Checks that whoever holds `key` signed this request.
    ///
    /// # Errors
    /// [`Error::SignatureKey`] or [`Error::RequestSignature`].
    pub fn verify(&self, key: &VerifyingKey, request: &Request<'_>) -> Result<(), Error> {
        with_parts(&self.lookup, request, self.time, &self.nonce, |parts| {
            key.verify(SIGNATURE_DOMAIN, parts, &self.signature, Error::RequestSignature)
        })
    }

    /// Which receipt the proof is for.
    pub fn lookup(&self) -> &LookupId {
        &self.lookup
    }

    /// When it was made, in Unix seconds, by the reporter's clock.
    pub fn time(&self) -> u64 {
        self.time
    }

    /// Tells proofs apart that are otherwise alike.
    pub fn nonce(&self) -> &[u8; 16] {
        &self.nonce
    }
}

fn with_parts<T>(
    lookup: &LookupId,
    request: &Request<'_>,
    time: u64,
    nonce: &[u8; 16],
    use_parts: impl FnOnce(&[&[u8]]) -> T,
) -> T {
    use_parts(&[
        lookup.expose(),
        request.method.as_bytes(),
        request.path.as_bytes(),
        &time.to_le_bytes(),
        nonce,
        request.body.as_bytes(),
    ])
}

impl fmt::Display for RequestProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lookup = text::encode(self.lookup.expose());
        write!(f, "{SCHEME} {lookup}.{}.{}.{}", self.time, text::encode(&self.nonce), self.signature)
    }
}

impl FromStr for RequestProof {
    type Err = Error;

    fn from_str(value: &str) -> Result<Self, Error> {
        let wrong = |why| Error::Text { what: WHAT, why };
        let (scheme, proof) = value.split_once(' ').ok_or(wrong("it has no scheme"))?;
        // Schemes are case-insensitive (RFC 9110, section 11.1).
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            return Err(wrong("its scheme is another"));
        }
        let mut parts = proof.split('.');
        let (Some(lookup), Some(time), Some(nonce), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(wrong("it does not have four parts"));
        };
        let canonical =
            time.bytes().all(|byte| byte.is_ascii_digit()) && (time == "0" || !time.starts_with('0'));
        Ok(Self {
            lookup: LookupId::from_bytes(text::decode(WHAT, lookup)?),
            time: time
                .parse()
                .ok()
                .filter(|_| canonical)
                .ok_or(wrong("its time is not a number of seconds"))?,
            nonce: text::decode(WHAT, nonce)?,
            signature: Signature::from_bytes(text::decode(WHAT, signature)?),
        })
    }
}

impl fmt::Debug for RequestProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Until its time has passed, whoever reads a proof could send it.
        let Self { lookup: _, time, nonce: _, signature: _ } = self;
        f.debug_struct("RequestProof").field("time", time).finish_non_exhaustive()
    }
}
