//! Lists as an officer has them on disk, made into lists as they are stored.

use std::io::{self, Read};

use media::hashlist::{Algorithm, Builder, HashList, ImportError, ListFormat};
use media::hex::encode as hex;
use sha2::{Digest as _, Sha256};

use crate::Error;
use crate::said::{ImportFacts, ListFacts};

/// So many refusals are told to the page one by one.
const TOLD: usize = 10;

/// A list that was imported.
#[derive(Debug)]
pub struct List {
    /// What was read.
    pub facts: ImportFacts,
    /// The list as it is stored, to be sealed.
    pub stored: Vec<u8>,
}

impl List {
    /// What was read, as JSON.
    pub fn facts_json(&self) -> String {
        // Facts are plain data, and writing those does not fail.
        serde_json::to_string(&self.facts).unwrap_or_default()
    }
}

/// Reads a list. `pdq` says that 64 digits without a heading are PDQ hashes, and not SHA-256.
///
/// # Errors
/// [`Error::Import`] where it cannot be read to its end, [`Error::NoHash`] where nothing in it is a hash.
pub fn import(list: impl Read, pdq: bool) -> Result<List, Error> {
    let bare = if pdq { Algorithm::Pdq } else { Algorithm::Sha256 };
    let mut list = Hashed { list, hasher: Sha256::new() };
    let mut builder = Builder::default();
    let imported = builder.import(&mut list, bare)?;
    // The reader of a JSON list stops at its end, and what stands behind belongs to the file all the same.
    io::copy(&mut list, &mut io::sink()).map_err(ImportError::Read)?;
    let source: [u8; 32] = list.hasher.finalize().into();
    let made = builder.finish(source);
    if made.is_empty() {
        return Err(Error::NoHash);
    }
    let facts = ImportFacts {
        hashes: facts(&made),
        format: match imported.format {
            ListFormat::Lines => "one hash a line",
            ListFormat::Table => "a table",
            ListFormat::ProjectVic => "Project VIC’s JSON",
        }
        .to_owned(),
        refused: imported.refused,
        refusals: imported.refusals.into_iter().take(TOLD).map(|one| (one.place, one.why)).collect(),
        sha256: hex(&source),
    };
    Ok(List { facts, stored: made.to_bytes() })
}

/// How many hashes a list has.
pub(crate) fn facts(list: &HashList) -> ListFacts {
    ListFacts {
        md5: list.len(Algorithm::Md5),
        sha1: list.len(Algorithm::Sha1),
        sha256: list.len(Algorithm::Sha256),
        pdq: list.len(Algorithm::Pdq),
    }
}

struct Hashed<R> {
    list: R,
    hasher: Sha256,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.list.read(out)?;
        self.hasher.update(out.get(..count).unwrap_or_default());
        Ok(count)
    }
}
