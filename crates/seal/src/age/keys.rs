//! The hybrid post-quantum recipient `mlkem768x25519`: keys, and wrapping of a file key.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Checksum, Hrp};
use curve25519_dalek::MontgomeryPoint;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable as _, Kem, OpModeR, OpModeS, Serializable as _};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::header::{self, Stanza};
use crate::text::serde_as_text;
use crate::{Error, Seed};

const TAG: &str = "mlkem768x25519";
const INFO: &[u8] = b"age-encryption.org/mlkem768x25519";
const RECIPIENT_HRP: Hrp = Hrp::parse_unchecked("age1pq");
const SECRET_HRP: Hrp = Hrp::parse_unchecked("age-secret-key-pq-");

pub(super) const FILE_KEY_LEN: usize = 16;
const ENCAPSULATED_LEN: usize = 1120;
/// Where the X25519 share begins in an encapsulated key, after the ML-KEM-768 ciphertext.
const X25519_OFFSET: usize = 1088;
const BODY_LEN: usize = FILE_KEY_LEN + 16;

type PublicKey = <XWing as Kem>::PublicKey;
type PrivateKey = <XWing as Kem>::PrivateKey;
type EncappedKey = <XWing as Kem>::EncappedKey;

/// Bech32 (BIP 173) without its limit on length, as the age specification has it.
enum LongBech32 {}

impl Checksum for LongBech32 {
    type MidstateRepr = <Bech32 as Checksum>::MidstateRepr;
    type CorrectionField = <Bech32 as Checksum>::CorrectionField;
    const ROOT_GENERATOR: Self::CorrectionField = Bech32::ROOT_GENERATOR;
    const ROOT_EXPONENTS: RangeInclusive<usize> = Bech32::ROOT_EXPONENTS;
    const CODE_LENGTH: usize = usize::MAX;
    const CHECKSUM_LENGTH: usize = Bech32::CHECKSUM_LENGTH;
    const GENERATOR_SH: [Self::MidstateRepr; 5] = Bech32::GENERATOR_SH;
    const TARGET_RESIDUE: Self::MidstateRepr = Bech32::TARGET_RESIDUE;
}

pub(crate) fn encode_bech32(hrp: Hrp, data: &[u8]) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail, and the code has no length limit.
    let _ = bech32::encode_lower_to_fmt::<LongBech32, _>(&mut text, hrp, data);
    text
}

/// Decodes text of one case with the given prefix into exactly `N` bytes.
pub(crate) fn decode_bech32<const N: usize>(
    what: &'static str,
    hrp: Hrp,
    text: &str,
) -> Result<Zeroizing<[u8; N]>, Error> {
    let parsed = CheckedHrpstring::new::<LongBech32>(text).map_err(|_| Error::Text {
        what,
        why: "a character is wrong or missing: its checksum does not match",
    })?;
    if parsed.hrp() != hrp {
        return Err(Error::Text { what, why: "its prefix is of another kind of text" });
    }
    parsed
        .validate_segwit_padding()
        .map_err(|_| Error::Text { what, why: "its last character has bits that should be zero" })?;
    let mut data = Zeroizing::new([0; N]);
    let mut bytes = parsed.byte_iter();
    for slot in data.iter_mut() {
        *slot = bytes.next().ok_or(Error::Text { what, why: "it is too short" })?;
    }
    match bytes.next() {
        None => Ok(data),
        Some(_) => Err(Error::Text { what, why: "it is too long" }),
    }
}

/// What a file can be sealed to: an age recipient of type `mlkem768x25519`, written `age1pq1…`.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(Box<PublicKey>);

impl Recipient {
    /// Length of the key in bytes: an ML-KEM-768 encapsulation key and an X25519 point.
    pub const LEN: usize = 1216;

    /// Reads the key's bytes.
    ///
    /// # Errors
    /// [`Error::Text`] when they are not a key.
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> Result<Self, Error> {
        let key = PublicKey::from_bytes(bytes)
            .map_err(|_| Error::Text { what: "an age recipient", why: "its bytes are not a key" })?;
        Ok(Self(Box::new(key)))
    }

    /// The key's bytes.
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        self.0.write_exact(&mut bytes);
        bytes
    }

    /// Writes the stanza that wraps `file_key` to this recipient.
    pub(super) fn wrap_file_key(
        &self,
        file_key: &FileKey,
        rng: &mut (impl CryptoRng + ?Sized),
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let (encapsulated, body) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeS::Base,
            &self.0,
            INFO,
            file_key.0.as_slice(),
            b"",
            &mut &mut *rng,
        )
        .map_err(|_| Error::Encapsulation)?;
        header::write_stanza(out, TAG, &encapsulated.to_bytes(), &body);
        Ok(())
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode_bech32(RECIPIENT_HRP, &self.to_bytes()))
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The whole key is two thousand characters: its head tells recipients apart.
        let text = self.to_string();
        write!(f, "Recipient({}…)", text.get(..23).unwrap_or(&text))
    }
}

impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::from_bytes(&*decode_bech32::<{ Self::LEN }>("an age recipient", RECIPIENT_HRP, text)?)
    }
}

serde_as_text!(Recipient);

/// The secret half of a [`Recipient`]: an age identity of type `AGE-SECRET-KEY-PQ-1…`.
#[derive(Clone)]
pub struct SecretKey(PrivateKey);

impl SecretKey {
    /// Takes 32 bytes as the seed of the hybrid key.
    pub fn from_seed(seed: &Seed) -> Self {
        Self::from_array(seed.expose())
    }

    fn from_array(bytes: &[u8; Seed::LEN]) -> Self {
        match PrivateKey::from_bytes(bytes) {
            Ok(key) => Self(key),
            Err(_) => unreachable!("any 32 bytes are an X-Wing decapsulation key"),
        }
    }

    /// What this key opens.
    pub fn recipient(&self) -> Recipient {
        Recipient(Box::new(XWing::sk_to_pk(&self.0)))
    }

    /// The text form that every age implementation reads, for keys that leave Safehand.
    pub fn to_age_string(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0; Seed::LEN]);
        self.0.write_exact(bytes.as_mut_slice());
        let mut text = encode_bech32(SECRET_HRP, bytes.as_slice());
        text.make_ascii_uppercase();
        Zeroizing::new(text)
    }

    /// Unwraps the file key of the first stanza that is for this key.
    pub(super) fn unwrap_file_key(&self, stanzas: &[Stanza<'_>]) -> Result<FileKey, Error> {
        for stanza in stanzas {
            if let Some(file_key) = self.unwrap_stanza(stanza)? {
                return Ok(file_key);
            }
        }
        Err(Error::AgeNoMatch)
    }

    fn unwrap_stanza(&self, stanza: &Stanza<'_>) -> Result<Option<FileKey>, Error> {
        if stanza.arguments.first() != Some(&TAG) {
            return Ok(None);
        }
        let [_, share] = stanza.arguments.as_slice() else {
            return Err(Error::AgeHeader("a hybrid stanza does not have two arguments"));
        };
        let share: [u8; ENCAPSULATED_LEN] = header::decode_exact(share.as_bytes())
            .ok_or(Error::AgeHeader("a hybrid stanza's key share is not 1120 bytes of base64"))?;
        if stanza.body.len() != BODY_LEN {
            return Err(Error::AgeHeader("a hybrid stanza's body is not 32 bytes"));
        }
        refuse_low_order(&share)?;
        let encapsulated = EncappedKey::from_bytes(&share)
            .map_err(|_| Error::AgeHeader("a hybrid stanza's key share cannot be read"))?;
        let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeR::Base,
            &self.0,
            &encapsulated,
            INFO,
            &stanza.body,
            b"",
        );
        Ok(opened.ok().and_then(FileKey::take))
    }
}

/// The age specification demands that a shared secret of zero is refused; `hpke` 0.15 does not look.
///
/// A clamped scalar is a multiple of the cofactor, so any one of them takes exactly the points of
/// low order to zero: whether the recipient's own would is known without touching it.
fn refuse_low_order(share: &[u8; ENCAPSULATED_LEN]) -> Result<(), Error> {
    let mut point = [0; 32];
    point.copy_from_slice(&share[X25519_OFFSET..]);
    let product = MontgomeryPoint(point).mul_clamped([9; 32]);
    if product.as_bytes().ct_eq(&[0; 32]).into() { Err(Error::AgeLowOrder) } else { Ok(()) }
}

impl AsRef<SecretKey> for SecretKey {
    fn as_ref(&self) -> &SecretKey {
        self
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

impl FromStr for SecretKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bytes = decode_bech32("an age secret key", SECRET_HRP, text)?;
        Ok(Self::from_array(&bytes))
    }
}

/// The 16-byte key of one file.
///
/// Opening by file key serves those who hold one file's key and no identity: disclosure of a single
/// file, and test vectors.
#[derive(Clone)]
pub struct FileKey(pub(super) Box<Zeroizing<[u8; FILE_KEY_LEN]>>);

impl FileKey {
    /// Takes the bytes as they are.
    pub fn from_bytes(bytes: &[u8; FILE_KEY_LEN]) -> Self {
        Self(Box::new(Zeroizing::new(*bytes)))
    }

    pub(super) fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut key = Self(Box::new(Zeroizing::new([0; FILE_KEY_LEN])));
        rng.fill_bytes(key.0.as_mut_slice());
        key
    }

    fn take(mut opened: Vec<u8>) -> Option<Self> {
        let key = opened.as_slice().try_into().ok().map(Self::from_bytes);
        opened.zeroize();
        key
    }
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey(..)")
    }
}
