//! Signed notes (C2SP `signed-note`): a text and the lines of those who signed it.
//!
//! Signatures are checked over the bytes received, which are kept; nothing is written anew before it is
//! verified. Two types of signature are known: plain Ed25519, and the timestamped cosignatures of
//! witnesses (see [`crate::cosignature`]). Lines of keys or types that are not known are kept and ignored,
//! as the specification demands.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::Signer as _;
use sha2::{Digest as _, Sha256};

use crate::{Error, cosignature, text};

/// The longest note that is read, in bytes. A checkpoint's text takes some hundred; a hundred witnesses
/// with the largest signatures in use (ML-DSA-44, 2,432 bytes, 3,244 in base64) and a long name each take
/// some 340,000.
pub const MAX_NOTE_LEN: usize = 512 << 10;

/// The most signature lines that a note may have; the specification asks for 16 at least.
pub const MAX_SIGNATURES: usize = 100;

/// The longest name of a key, in bytes.
pub const MAX_NAME_LEN: usize = 255;

const DASH: &str = "\u{2014} ";
const KEY: &str = "a verifier key";
const LINE: &str = "a signature line";

/// What a key signs, by the signature type bytes of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// 0x01: Ed25519 over the text of the note.
    Ed25519,
    /// 0x04: a timestamped cosignature of a checkpoint.
    Cosignature,
}

impl KeyType {
    const fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::Cosignature => 4,
        }
    }
}

/// Checks a key's name: not empty, without spaces, plus signs or control characters.
fn check_name(what: &'static str, name: &str) -> Result<(), Error> {
    let why = if name.is_empty() {
        "its name is empty"
    } else if name.len() > MAX_NAME_LEN {
        "its name is longer than 255 bytes"
    } else if name.chars().any(|letter| letter.is_whitespace() || letter.is_control() || letter == '+') {
        "its name holds a space, a plus or a control character"
    } else {
        return Ok(());
    };
    Err(Error::Text { what, why })
}

/// A public key and its name, written as a *vkey*: `name+id+base64`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: u32,
    key_type: KeyType,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifierKey {
    /// A key of this name.
    ///
    /// # Errors
    ///
    /// [`Error::Text`] for a name that is none, [`Error::PublicKey`] when the bytes are no Ed25519 key.
    pub fn new(name: &str, key_type: KeyType, key: &[u8; 32]) -> Result<Self, Error> {
        check_name(KEY, name)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(key)
            .ok()
            .filter(|key| !key.is_weak())
            .ok_or_else(|| Error::PublicKey { name: name.to_owned() })?;
        Ok(Self { id: key_id(name, key_type, &key), name: name.to_owned(), key_type, key })
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of a hash over name, type and key: tells keys of one name apart.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// What the key signs.
    pub fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// The 32 bytes of the Ed25519 key.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Checks one signature over a note's text; for a cosignature, answers its time.
    fn check(&self, note: &str, signature: &[u8]) -> Option<Signed> {
        let (time, signature) = match self.key_type {
            KeyType::Ed25519 => (None, signature),
            KeyType::Cosignature => {
                let (time, signature) = signature.split_first_chunk()?;
                (Some(u64::from_be_bytes(*time)), signature)
            }
        };
        let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
        let verified = match time {
            None => self.key.verify_strict(note.as_bytes(), &signature),
            Some(time) if time > text::MAX_SIZE => return None,
            Some(time) => self.key.verify_strict(&cosignature::message(note, time), &signature),
        };
        verified.ok().map(|()| Signed { name: self.name.clone(), id: self.id, time })
    }
}

fn key_id(name: &str, key_type: KeyType, key: &ed25519_dalek::VerifyingKey) -> u32 {
    let hash = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', key_type.byte()])
        .chain_update(key.as_bytes())
        .finalize();
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![self.key_type.byte()];
        key.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, self.id, text::base64(&key))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl FromStr for VerifierKey {
    type Err = Error;

    fn from_str(vkey: &str) -> Result<Self, Error> {
        let malformed = |why| Error::Text { what: KEY, why };
        // The base64 may hold a plus; the name and the id do not.
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(malformed("it is not a name, an id and a key with a plus between them"));
        };
        let id = u32::from_be_bytes(text::array_from_hex(KEY, id.as_bytes())?);
        let key = text::from_base64(KEY, key)?;
        let (type_byte, key) = key.split_first().ok_or(malformed("its key is empty"))?;
        let key_type = [KeyType::Ed25519, KeyType::Cosignature]
            .into_iter()
            .find(|key_type| key_type.byte() == *type_byte)
            .ok_or_else(|| Error::KeyType { name: name.to_owned(), found: *type_byte })?;
        let key = key.try_into().map_err(|_| malformed("its key is not 32 bytes long"))?;
        let key = Self::new(name, key_type, key)?;
        if key.id == id { Ok(key) } else { Err(malformed("its id is not that of its name and key")) }
    }
}

/// A private key and its name. Never printed; erased when dropped.
#[derive(Clone)]
pub struct SigningKey {
    secret: ed25519_dalek::SigningKey,
    public: VerifierKey,
}

impl SigningKey {
    /// The key of this name that these 32 secret bytes yield (RFC 8032).
    ///
    /// # Errors
    ///
    /// [`Error::Text`] for a name that is none.
    pub fn from_seed(name: &str, key_type: KeyType, seed: &[u8; 32]) -> Result<Self, Error> {
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = VerifierKey::new(name, key_type, secret.verifying_key().as_bytes())?;
        Ok(Self { secret, public })
    }

    /// The public half.
    pub fn verifier(&self) -> &VerifierKey {
        &self.public
    }

    fn line(&self, signature: Vec<u8>) -> SignatureLine {
        SignatureLine { name: self.public.name.clone(), id: self.public.id, signature }
    }

    /// Signs a note's text.
    ///
    /// # Errors
    ///
    /// [`Error::KeyPurpose`] with a cosigner's key.
    pub fn sign(&self, note: &str) -> Result<SignatureLine, Error> {
        if self.public.key_type != KeyType::Ed25519 {
            return Err(Error::KeyPurpose { name: self.public.name.clone() });
        }
        Ok(self.line(self.secret.sign(note.as_bytes()).to_vec()))
    }

    /// Cosigns a checkpoint's text at a time, in seconds since the Unix epoch.
    pub(crate) fn cosign(&self, note: &str, time: u64) -> Result<SignatureLine, Error> {
        if self.public.key_type != KeyType::Cosignature {
            return Err(Error::KeyPurpose { name: self.public.name.clone() });
        }
        let mut signature = time.to_be_bytes().to_vec();
        signature.extend_from_slice(&self.secret.sign(&cosignature::message(note, time)).to_bytes());
        Ok(self.line(signature))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { secret: _, public } = self;
        write!(f, "SigningKey(of {public})")
    }
}

/// A signature line: `— name base64`. That it is well-formed says nothing about its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine {
    name: String,
    id: u32,
    signature: Vec<u8>,
}

impl SignatureLine {
    /// The name of the key that is said to have signed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of that key.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The signature, without the id.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

impl fmt::Display for SignatureLine {
    /// Without the newline at its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.id.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.signature);
        write!(f, "{DASH}{} {}", self.name, text::base64(&bytes))
    }
}

impl FromStr for SignatureLine {
    type Err = Error;

    fn from_str(line: &str) -> Result<Self, Error> {
        let malformed = |why| Error::Text { what: LINE, why };
        let (name, signature) = line
            .strip_prefix(DASH)
            .and_then(|line| line.split_once(' '))
            .ok_or(malformed("it is not a dash, a name and a signature"))?;
        check_name(LINE, name)?;
        let bytes = text::from_base64(LINE, signature)?;
        match bytes.split_first_chunk() {
            Some((id, signature)) if !signature.is_empty() => {
                Ok(Self { name: name.to_owned(), id: u32::from_be_bytes(*id), signature: signature.to_vec() })
            }
            _ => Err(malformed("its signature is too short")),
        }
    }
}

/// Reads signature lines that stand alone, as a witness answers with.
///
/// # Errors
///
/// [`Error::Text`] when a line is malformed, [`Error::TooManySignatures`].
pub fn read_lines(lines: &str) -> Result<Vec<SignatureLine>, Error> {
    let lines: Vec<_> = text::lines("signature lines", lines)?.take(MAX_SIGNATURES + 1).collect();
    if lines.len() > MAX_SIGNATURES {
        return Err(Error::TooManySignatures);
    }
    lines.into_iter().map(str::parse).collect()
}

/// A key that signed, and when if it says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The key's name.
    pub name: String,
    /// The key's id.
    pub id: u32,
    /// For a cosignature, its time in seconds since the Unix epoch.
    pub time: Option<u64>,
}

/// A note as it was received or made: well-formed, its signatures not checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Note {
    whole: String,
    text_len: usize,
    lines: Vec<SignatureLine>,
}

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    ///
    /// [`Error::NoteLength`], [`Error::TooManySignatures`], or [`Error::Text`] for what is malformed.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let malformed = |why| Error::Text { what: "a signed note", why };
        if bytes.len() > MAX_NOTE_LEN {
            return Err(Error::NoteLength { found: bytes.len() });
        }
        let note = std::str::from_utf8(bytes).map_err(|_| malformed("it is not UTF-8"))?;
        if note.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
            return Err(malformed("it holds a control character"));
        }
        let blank = note.rfind("\n\n").ok_or(malformed("it has no blank line before its signatures"))?;
        let lines = read_lines(&note[blank + 2..])?;
        Ok(Self { whole: note.to_owned(), text_len: blank + 1, lines })
    }

    /// Makes a note of a text, which ends in a newline, and signature lines.
    ///
    /// # Errors
    ///
    /// As [`Note::parse`].
    pub fn new(text: &str, lines: &[SignatureLine]) -> Result<Self, Error> {
        let mut note = format!("{text}\n");
        for line in lines {
            note.push_str(&line.to_string());
            note.push('\n');
        }
        let made = Self::parse(note.as_bytes())?;
        if made.text() == text {
            Ok(made)
        } else {
            Err(Error::Text { what: "a signed note", why: "its text does not end in a newline" })
        }
    }

    /// The text, to its last newline. Not to be believed before [`Note::verify`].
    pub fn text(&self) -> &str {
        &self.whole[..self.text_len]
    }

    /// The signature lines, checked or not.
    pub fn lines(&self) -> &[SignatureLine] {
        &self.lines
    }

    /// The whole note as it was received.
    pub fn as_str(&self) -> &str {
        &self.whole
    }

    /// The same text with more signature lines. A line of a key that has one already takes its place: some
    /// readers refuse a note with two lines of one key.
    ///
    /// # Errors
    ///
    /// [`Error::NoteLength`], [`Error::TooManySignatures`].
    pub fn with_lines(&self, lines: &[SignatureLine]) -> Result<Self, Error> {
        let mut all = self.lines.clone();
        for line in lines {
            match all.iter_mut().find(|other| other.name == line.name && other.id == line.id) {
                Some(other) => *other = line.clone(),
                None => all.push(line.clone()),
            }
        }
        Self::new(self.text(), &all)
    }

    /// Checks the signatures of these keys, and answers those that signed, in the order of their lines.
    /// Lines of other keys are ignored. A key counts once, under however many names it may be known.
    ///
    /// # Errors
    ///
    /// [`Error::Signature`] when a line bears the name and id of one of the keys but is not its
    /// signature: the whole note is refused then. [`Error::AmbiguousKey`] when two different keys have
    /// one name and id. [`Error::NotSigned`] when none of the keys signed.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<Vec<Signed>, Error> {
        let mut signed = Vec::new();
        let mut counted: Vec<&VerifierKey> = Vec::new();
        for line in &self.lines {
            let mut known = keys.iter().filter(|key| key.name == line.name && key.id == line.id);
            let Some(key) = known.next() else { continue };
            if known.any(|other| other != key) {
                return Err(Error::AmbiguousKey { name: line.name.clone() });
            }
            let found = key
                .check(self.text(), &line.signature)
                .ok_or_else(|| Error::Signature { name: line.name.clone() })?;
            if !counted.iter().any(|other| other.key == key.key && other.key_type == key.key_type) {
                counted.push(key);
                signed.push(found);
            }
        }
        if signed.is_empty() { Err(Error::NotSigned) } else { Ok(signed) }
    }
}

impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Note").field(&self.whole).finish()
    }
}
