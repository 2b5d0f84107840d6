//! What an entry says, and what of it is public.
//!
//! A *leaf*, public, says that there was an act, and when. It commits to a *record*, private: what was
//! done, by whom, to what. Record and salt together are the *opening* of the leaf: whoever is shown one can
//! check that it is what stands in the log, and whoever is not learns nothing from the log, not even by
//! guessing. Once a salt is erased, its leaf says nothing any more.

mod canonical;
mod kinds;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::text::public_bytes;
use crate::{Error, Hash, Time, text};

pub use kinds::{Actors, Field, Form, KINDS, Kind, KindRow, LoggedAct, Place};

/// The longest record, in bytes: room for a page of a thousand report ids and what else is in it. Well below
/// what an entry of the log may have, though only leaves go there.
pub const MAX_RECORD_LEN: usize = 32 << 10;

/// The label that a commitment begins with, before a zero byte.
pub const COMMITMENT_LABEL: &str = "safehand ledger commitment v1";

/// The largest number in a record: what every JSON implementation holds exactly (RFC 7493 §2.2).
pub const MAX_NUMBER: u64 = (1 << 53) - 1;

public_bytes! {
    /// The name of a report, an item or a member: 16 bytes, written as 22 characters of base64url.
    Id, 16, "an id"
}

public_bytes! {
    /// A SHA-256 digest of sealed bytes, written as 43 characters of base64url.
    Digest, 32, "a SHA-256 digest"
}

impl Digest {
    /// Sixty-four lower-case hexadecimal digits, as `sha256sum` prints them.
    pub fn to_hex(&self) -> String {
        text::hex(&self.0)
    }
}

/// Who acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// The reporter. Which one is never recorded; the record names the report.
    Reporter,
    /// The service itself, or whoever runs it from the command line.
    System,
    /// A member of a desk.
    Member(Id),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reporter => f.write_str("reporter"),
            Self::System => f.write_str("system"),
            Self::Member(id) => id.fmt(f),
        }
    }
}

impl FromStr for Actor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "reporter" => Ok(Self::Reporter),
            "system" => Ok(Self::System),
            id => id.parse().map(Self::Member),
        }
    }
}

/// A value in a record's detail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A word of ours or an id: printable ASCII without quotation marks and backslashes.
    Text(String),
    /// A number up to [`MAX_NUMBER`].
    Number(u64),
    /// Several words or ids.
    List(Vec<String>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Id> for Value {
    fn from(id: Id) -> Self {
        Self::Text(id.to_string())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl FromIterator<Id> for Value {
    fn from_iter<T: IntoIterator<Item = Id>>(ids: T) -> Self {
        Self::List(ids.into_iter().map(|id| id.to_string()).collect())
    }
}

/// What was done, by whom, when, to what. Private until opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What was done.
    pub kind: Kind,
    /// When.
    pub at: Time,
    /// Who did it.
    pub actor: Actor,
    /// The report it concerns.
    pub report: Option<Id>,
    /// The item it concerns.
    pub item: Option<Id>,
    /// The digest of the sealed bytes it concerns.
    pub sha256: Option<Digest>,
    /// Further identifiers and words of ours, by name.
    pub detail: BTreeMap<String, Value>,
}

impl Record {
    /// A record with nothing yet but what every record has.
    pub fn new(kind: Kind, at: Time, actor: Actor) -> Self {
        Self { kind, at, actor, report: None, item: None, sha256: None, detail: BTreeMap::new() }
    }

    /// Names the report.
    #[must_use]
    pub fn report(self, report: Id) -> Self {
        Self { report: Some(report), ..self }
    }

    /// Names the item.
    #[must_use]
    pub fn item(self, item: Id) -> Self {
        Self { item: Some(item), ..self }
    }

    /// States the digest of the sealed bytes.
    #[must_use]
    pub fn sha256(self, sha256: Digest) -> Self {
        Self { sha256: Some(sha256), ..self }
    }

    /// Adds a detail.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }

    /// Checks the record against its kind's row in [`KINDS`]: it has what the kind demands, of the form it
    /// demands, and nothing else.
    ///
    /// # Errors
    ///
    /// [`Error::FieldMissing`], [`Error::FieldUnknown`], [`Error::FieldForm`].
    pub fn check(&self) -> Result<(), Error> {
        self.kind.row().check(self)
    }

    /// The bytes that are committed to: canonical JSON (RFC 8785), all of it printable ASCII.
    ///
    /// # Errors
    ///
    /// As [`Record::check`]; [`Error::RecordLength`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        let bytes = canonical::write(self);
        if bytes.len() > MAX_RECORD_LEN { Err(Error::RecordLength { found: bytes.len() }) } else { Ok(bytes) }
    }

    /// Reads what [`Record::to_bytes`] writes, and no other spelling of it.
    ///
    /// # Errors
    ///
    /// [`Error::Text`] when it is malformed or not canonical, [`Error::Kind`] for a kind that is not known,
    /// and as [`Record::to_bytes`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_RECORD_LEN {
            return Err(Error::RecordLength { found: bytes.len() });
        }
        let record = canonical::read(bytes)?;
        if record.to_bytes()? == bytes {
            Ok(record)
        } else {
            Err(Error::Text { what: "a record", why: "it is not in its canonical form" })
        }
    }

    /// Closes the record under a salt, which is 32 random bytes used for nothing else.
    ///
    /// # Errors
    ///
    /// As [`Record::to_bytes`].
    pub fn close(&self, salt: [u8; 32]) -> Result<(Leaf, Opening), Error> {
        let opening = Opening { salt, record: self.to_bytes()? };
        Ok((Leaf { at: self.at, commitment: opening.commitment() }, opening))
    }
}

public_bytes! {
    /// What a leaf commits to its record with: a SHA-256 digest. In a leaf it stands in hexadecimal.
    Commitment, 32, "a commitment"
}

impl Commitment {
    /// Sixty-four lower-case hexadecimal digits.
    pub fn to_hex(&self) -> String {
        text::hex(&self.0)
    }
}

/// What opens a leaf: its record and the salt that it was closed under.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    /// The salt.
    pub salt: [u8; 32],
    /// The record, as [`Record::to_bytes`] wrote it.
    pub record: Vec<u8>,
}

impl Opening {
    /// SHA-256 over [`COMMITMENT_LABEL`], a zero byte, the salt and the record.
    pub fn commitment(&self) -> Commitment {
        let hash = Sha256::new()
            .chain_update(COMMITMENT_LABEL)
            .chain_update([0])
            .chain_update(self.salt)
            .chain_update(&self.record)
            .finalize();
        Commitment(hash.into())
    }

    /// The leaf that this opens, made anew from it.
    ///
    /// # Errors
    ///
    /// As [`Record::parse`].
    pub fn leaf(&self) -> Result<Leaf, Error> {
        Ok(Leaf { at: Record::parse(&self.record)?.at, commitment: self.commitment() })
    }

    /// The record, once it is shown to be what the leaf commits to.
    ///
    /// # Errors
    ///
    /// [`Error::Commitment`], [`Error::LeafTime`], and as [`Record::parse`].
    pub fn open(&self, leaf: &Leaf) -> Result<Record, Error> {
        let found = self.commitment();
        if found != leaf.commitment {
            return Err(Error::Commitment { expected: leaf.commitment.to_hex(), found: found.to_hex() });
        }
        let record = Record::parse(&self.record)?;
        if record.at != leaf.at {
            return Err(Error::LeafTime { leaf: leaf.at, record: record.at });
        }
        Ok(record)
    }
}

impl fmt::Debug for Opening {
    /// Without the salt, whose erasure must not be undone by a log line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { salt: _, record } = self;
        write!(f, "Opening({} B)", record.len())
    }
}

/// What stands in the public log: that there was an act, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Leaf {
    /// When.
    pub at: Time,
    /// To what it commits.
    pub commitment: Commitment,
}

impl Leaf {
    /// The length of every leaf, in bytes.
    pub const LEN: usize =
        Self::HEAD.len() + Time::TEXT_LEN + Self::MIDDLE.len() + 2 * Commitment::LEN + Self::TAIL.len();
    const HEAD: &str = "{\"at\":\"";
    const MIDDLE: &str = "\",\"commitment\":\"";
    const TAIL: &str = "\",\"v\":1}";

    /// The entry of the log: canonical JSON (RFC 8785), always [`Leaf::LEN`] bytes long.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { at, commitment } = self;
        format!("{}{at}{}{}{}", Self::HEAD, Self::MIDDLE, commitment.to_hex(), Self::TAIL).into_bytes()
    }

    /// Reads an entry, in its only spelling.
    ///
    /// # Errors
    ///
    /// [`Error::Text`].
    pub fn parse(entry: &[u8]) -> Result<Self, Error> {
        let malformed = Error::Text { what: "a leaf", why: "it is not a leaf of version 1" };
        let inside = entry
            .strip_prefix(Self::HEAD.as_bytes())
            .and_then(|rest| rest.strip_suffix(Self::TAIL.as_bytes()))
            .and_then(|rest| rest.split_at_checked(Time::TEXT_LEN));
        let Some((at, rest)) = inside else { return Err(malformed) };
        let commitment = rest.strip_prefix(Self::MIDDLE.as_bytes()).ok_or(malformed.clone())?;
        let at = std::str::from_utf8(at).map_err(|_| malformed)?.parse()?;
        let commitment = text::array_from_hex("the commitment of a leaf", commitment)?;
        Ok(Self { at, commitment: Commitment::from_bytes(commitment) })
    }

    /// Its hash in the tree.
    pub fn hash(&self) -> Hash {
        Hash::leaf(&self.to_bytes())
    }
}
