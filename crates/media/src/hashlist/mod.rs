//! Lists of known files, held so that ten million hashes fit in a page's memory.
//!
//! **What is exact.** A cryptographic hash (SHA-256, SHA-1, MD5) is kept in a binary fuse filter with fingerprints of 32
//! bits: 4.7 bytes a hash. What is in the list is always found. What is not is taken for a hit with a probability of
//! [`FALSE_POSITIVES`]: about once in four thousand million files. A PDQ hash is kept as it is, and the search by
//! distance ([`PdqIndex`]) is exact; that is 96 bytes a hash.
//!
//! **What a hit means.** A hit of the filter locks the item at once and is a reason to look, not a finding. It is
//! confirmed by [`confirm`], which goes through the list itself for that very hash and says where in it and under which
//! category it stands; so the list must be kept beside the filter, and its SHA-256 in it says which list that is. A PDQ
//! hit gives its distance and is for a person to judge in any case.
//!
//! Importing needs 8 bytes a hash while the list is read, and gives them back piece by piece while the filter is made.

mod filter;
mod import;
mod near;

use std::fmt;
use std::io::Read;

use serde::{Deserialize, Serialize};

use self::filter::{Filter, Keys};
use crate::pdq::Hash;

pub use self::import::{Entry, ImportError, Imported, LINE_MAX, ListFormat, Refusal, TOLD};
pub use self::near::{Near, PdqIndex, REACH};

/// The probability with which a hash that is in no list is taken for one that is: 2⁻³².
pub const FALSE_POSITIVES: f64 = 1.0 / 4_294_967_296.0;

/// The sort of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// 128 bits.
    Md5,
    /// 160 bits.
    Sha1,
    /// 256 bits.
    Sha256,
    /// The perceptual hash of 256 bits.
    Pdq,
}

impl Algorithm {
    /// How many hexadecimal digits a hash of this sort has.
    pub const fn digits(self) -> usize {
        match self {
            Self::Md5 => 32,
            Self::Sha1 => 40,
            Self::Sha256 | Self::Pdq => 64,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Pdq => "PDQ hash",
        })
    }
}

/// A hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Digest {
    /// MD5.
    Md5([u8; 16]),
    /// SHA-1.
    Sha1([u8; 20]),
    /// SHA-256.
    Sha256([u8; 32]),
    /// PDQ.
    Pdq(Hash),
}

impl Digest {
    /// Its sort.
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Md5(_) => Algorithm::Md5,
            Self::Sha1(_) => Algorithm::Sha1,
            Self::Sha256(_) => Algorithm::Sha256,
            Self::Pdq(_) => Algorithm::Pdq,
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Md5(bytes) => bytes,
            Self::Sha1(bytes) => bytes,
            Self::Sha256(bytes) => bytes,
            Self::Pdq(hash) => &hash.0,
        }
    }

    /// The first 64 bits: of a cryptographic hash, as good as any.
    fn key(&self) -> u64 {
        self.bytes().first_chunk().copied().map_or(0, u64::from_be_bytes)
    }
}

/// Why something is no stored list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoredError {
    /// Not one, or of a version that this program does not know.
    #[error("this is no stored hash list of a version that is known here")]
    Unknown,
    /// It ends too early, or states lengths that do not fit together.
    #[error("the stored hash list is damaged: {0}")]
    Damaged(&'static str),
}

/// A list while it is imported.
#[derive(Debug, Default)]
pub struct Builder {
    exact: [Keys; 3],
    pdq: Vec<Hash>,
}

impl Builder {
    /// Reads a list into it. Several may be read one after the other. `bare` says what 64 digits without a heading
    /// are: SHA-256 or PDQ.
    ///
    /// # Errors
    /// [`ImportError`]. What was taken before the error stays in.
    pub fn import(&mut self, list: impl Read, bare: Algorithm) -> Result<Imported, ImportError> {
        import::import(list, bare, |entry| self.add(entry.digest))
    }

    /// Adds one hash.
    pub fn add(&mut self, digest: Digest) {
        match digest {
            Digest::Pdq(hash) => self.pdq.push(hash),
            exact => {
                if let Some(keys) = self.exact.get_mut(exact.algorithm() as usize) {
                    keys.add(exact.key());
                }
            }
        }
    }

    /// Makes the list. `source` is the SHA-256 of what was imported, so that a hit can be confirmed in it.
    pub fn finish(self, source: [u8; 32]) -> HashList {
        HashList { source, exact: self.exact.map(Filter::new), pdq: PdqIndex::new(self.pdq) }
    }
}

/// A list of known files.
#[derive(Clone, Debug, Default)]
pub struct HashList {
    source: [u8; 32],
    exact: [Filter; 3],
    pdq: PdqIndex,
}

impl HashList {
    /// The SHA-256 of the list that it was made from.
    pub const fn source(&self) -> &[u8; 32] {
        &self.source
    }

    /// How many different hashes of a sort it holds.
    pub fn len(&self, algorithm: Algorithm) -> u64 {
        match self.exact.get(algorithm as usize) {
            Some(filter) => filter.len(),
            None => self.pdq.hashes().len() as u64,
        }
    }

    /// Whether it holds none at all.
    pub fn is_empty(&self) -> bool {
        self.exact.iter().all(|filter| filter.len() == 0) && self.pdq.hashes().is_empty()
    }

    /// How many bytes of memory it takes.
    pub fn memory(&self) -> usize {
        self.exact.iter().map(Filter::memory).sum::<usize>() + self.pdq.memory()
    }

    /// Whether the list may hold this hash; a PDQ hash, whether it holds this very one. `false` is certain.
    pub fn may_hold(&self, digest: &Digest) -> bool {
        match digest {
            Digest::Pdq(hash) => self.pdq.hashes().binary_search(hash).is_ok(),
            exact => {
                self.exact.get(exact.algorithm() as usize).is_some_and(|filter| filter.may_hold(exact.key()))
            }
        }
    }

    /// The PDQ hashes at most `distance` bits away, the nearest first. Exact.
    pub fn near(&self, hash: &Hash, distance: u32) -> Vec<Near> {
        self.pdq.within(hash, distance)
    }

    /// Writes the list as bytes that [`HashList::from_bytes`] reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.memory() / 2 + 64);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&self.source);
        self.exact.iter().for_each(|filter| filter.write(&mut out));
        out.extend_from_slice(&(self.pdq.hashes().len() as u64).to_le_bytes());
        self.pdq.hashes().iter().for_each(|hash| out.extend_from_slice(&hash.0));
        out
    }

    /// Reads what [`HashList::to_bytes`] wrote. Takes no more memory than the bytes justify.
    ///
    /// # Errors
    /// [`StoredError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoredError> {
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(StoredError::Unknown)?;
        let source = *filter::take::<32>(&mut rest)?;
        let mut exact = [Filter::default(), Filter::default(), Filter::default()];
        for filter in &mut exact {
            *filter = Filter::read(&mut rest)?;
        }
        let count = u64::from_le_bytes(*filter::take(&mut rest)?);
        let (hashes, left) = rest.as_chunks::<32>();
        if hashes.len() as u64 != count || !left.is_empty() {
            return Err(StoredError::Damaged("the number of PDQ hashes is not the stated one"));
        }
        Ok(Self { source, exact, pdq: PdqIndex::new(hashes.iter().copied().map(Hash).collect()) })
    }
}

const MAGIC: &[u8] = b"safehand hash list 1\n";

/// Where a list has a hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Confirmed {
    /// The line, counted from one; in JSON the entry.
    pub place: u64,
    /// The list's category, if it states one.
    pub category: Option<String>,
}

/// Looks for a hash in the list itself: the first entry that has it, or `None` if the filter was wrong.
///
/// # Errors
/// [`ImportError`] where the list cannot be read to its end.
pub fn confirm(list: impl Read, bare: Algorithm, wanted: &Digest) -> Result<Option<Confirmed>, ImportError> {
    let mut found = None;
    import::import(list, bare, |entry| {
        if found.is_none() && entry.digest == *wanted {
            found = Some(Confirmed { place: entry.place, category: entry.category.map(str::to_owned) });
        }
    })?;
    Ok(found)
}
