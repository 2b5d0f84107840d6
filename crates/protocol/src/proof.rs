//! What a reporter makes of the log's answer: the check that a report stands in it, and the receipt to keep.
//!
//! The receipt is a file of [`ledger::receipt`]. What it holds under the reporter's words is [`Originals`]: for
//! each file what is needed to seal it again to the very bytes whose digest stands in the log. So its holder can
//! show that *these* files are what was received, and needs nobody's help for it.

use ::ledger::receipt::{Entry, Receipt};
use ::ledger::record::Id;
use ::ledger::{Hash, Kind, Opening, Record, SignedCheckpoint, VerifierKey};
use seal::rand_core::CryptoRng;
use seal::{Digest, Identity, ItemHeader, ItemId, Recipe, ReportId, SignedHeader, age, padded_len};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::ledger::{Inclusion, OpenedEntry};

/// Why what came as proof is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The log's own check failed.
    #[error(transparent)]
    Ledger(#[from] ::ledger::Error),
    /// A salt does not have 32 bytes.
    #[error("the salt of entry {index} has {found} bytes, not 32")]
    Salt {
        /// The entry.
        index: u64,
        /// How many bytes there are.
        found: usize,
    },
    /// The entries are another report's.
    #[error("the log's entries are of another report")]
    Report,
    /// Something that was handed over is not among the entries.
    #[error("the log has no entry for item {0}")]
    ItemMissing(ItemId),
    /// The log says that other bytes were received.
    #[error("the log says that item {item} has the SHA-256 {found}, but it was sealed to {expected}")]
    ItemDigest {
        /// The item.
        item: ItemId,
        /// The digest of what was handed over.
        expected: Digest,
        /// The digest in the log.
        found: String,
    },
    /// Sealing or opening failed.
    #[error(transparent)]
    Seal(#[from] seal::Error),
    /// What was sealed in a receipt is not what belongs there.
    #[error("what is sealed in the receipt cannot be read: {0}")]
    Originals(String),
}

/// By which keys a log is believed. In JSON: `{"key": …, "witnesses": […]}`, each as C2SP `signed-note` writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StatedKeys", into = "StatedKeys")]
pub struct LogKeys {
    /// The log's own.
    pub log: VerifierKey,
    /// Those of its witnesses.
    pub witnesses: Vec<VerifierKey>,
}

/// Keys as they are stated.
#[derive(Serialize, Deserialize)]
struct StatedKeys {
    key: String,
    witnesses: Vec<String>,
}

impl TryFrom<StatedKeys> for LogKeys {
    type Error = ::ledger::Error;

    fn try_from(stated: StatedKeys) -> Result<Self, ::ledger::Error> {
        Self::parse(&stated.key, &stated.witnesses)
    }
}

impl From<LogKeys> for StatedKeys {
    fn from(keys: LogKeys) -> Self {
        let witnesses = keys.witnesses.iter().map(ToString::to_string).collect();
        Self { key: keys.log.to_string(), witnesses }
    }
}

/// That a report stands in the log: every check has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// The number of the entry that says that the report was received.
    pub index: u64,
    /// How many of the known witnesses have cosigned the log with it in.
    pub witnesses: usize,
}

impl LogKeys {
    /// Reads keys as an instance states them.
    ///
    /// # Errors
    ///
    /// When one of them is none.
    pub fn parse(log: &str, witnesses: &[String]) -> Result<Self, ::ledger::Error> {
        let witnesses = witnesses.iter().map(|key| key.parse()).collect::<Result<_, _>>()?;
        Ok(Self { log: log.parse()?, witnesses })
    }

    /// A receipt of these entries, with nothing sealed in it.
    ///
    /// # Errors
    ///
    /// When the entries are not written as they should be. Nothing is checked.
    pub fn receipt(&self, inclusion: &Inclusion) -> Result<Receipt, ProofError> {
        Ok(Receipt {
            log: self.log.clone(),
            witnesses: self.witnesses.clone(),
            checkpoint: SignedCheckpoint::parse(inclusion.checkpoint.as_bytes())?,
            entries: inclusion.entries.iter().map(entry).collect::<Result<_, _>>()?,
            sealed: None,
        })
    }

    /// Checks that the log has signed for a report with just what was handed over of it.
    ///
    /// # Errors
    ///
    /// The first check that fails.
    pub fn check<'i>(
        &self,
        inclusion: &Inclusion,
        report: ReportId,
        sent: impl IntoIterator<Item = &'i ItemHeader>,
    ) -> Result<Logged, ProofError> {
        let verified = self.receipt(inclusion)?.verify(Some(&self.log), &self.witnesses)?;
        if verified.report() != Id::from_bytes(*report.as_bytes()) {
            return Err(ProofError::Report);
        }
        say(verified.records(), sent)?;
        let index = verified.records().first().map_or(0, |(index, _)| *index);
        Ok(Logged { index, witnesses: verified.checkpoint().cosigned().len() })
    }

    /// The same for what was added to a report that is there already.
    ///
    /// # Errors
    ///
    /// The first check that fails.
    pub fn check_added<'i>(
        &self,
        inclusion: &Inclusion,
        report: ReportId,
        sent: impl IntoIterator<Item = &'i ItemHeader>,
    ) -> Result<(), ProofError> {
        let receipt = self.receipt(inclusion)?;
        let mut records = Vec::with_capacity(receipt.entries.len());
        for entry in &receipt.entries {
            let leaf = entry.opening.leaf()?;
            receipt.proof(entry).verify(&leaf.hash(), &self.log, &self.witnesses)?;
            let record = entry.opening.open(&leaf)?;
            if record.report != Some(Id::from_bytes(*report.as_bytes())) {
                return Err(ProofError::Report);
            }
            records.push((entry.index, record));
        }
        say(&records, sent)
    }
}

/// That the log says of each of these items that just its bytes were received.
fn say<'i>(
    records: &[(u64, Record)],
    sent: impl IntoIterator<Item = &'i ItemHeader>,
) -> Result<(), ProofError> {
    for header in sent {
        let item = Id::from_bytes(*header.item.as_bytes());
        let of_item = |record: &&Record| record.kind == Kind::ItemAdded && record.item == Some(item);
        let found = records.iter().map(|(_, record)| record).find(of_item);
        let found = found.and_then(|record| record.sha256).ok_or(ProofError::ItemMissing(header.item))?;
        if found.as_bytes() != header.sha256.as_bytes() {
            let (item, expected) = (header.item, header.sha256);
            return Err(ProofError::ItemDigest { item, expected, found: found.to_string() });
        }
    }
    Ok(())
}

fn entry(opened: &OpenedEntry) -> Result<Entry, ProofError> {
    let OpenedEntry { index, salt, record, path } = opened;
    let found = salt.len();
    let salt = salt.as_slice().try_into().map_err(|_| ProofError::Salt { index: *index, found })?;
    let opening = Opening { salt, record: record.as_bytes().to_vec() };
    let hashes = path.iter().map(|hash| Hash::from_bytes(*hash.as_bytes())).collect();
    Ok(Entry { opening, index: *index, hashes })
}

/// What a receipt holds under the reporter's words.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Originals {
    schema: String,
    /// The files that were handed over.
    pub files: Vec<Original>,
}

/// One file that was handed over.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Original {
    /// Length of its sealed bytes, which tells most other files apart from it before they are read.
    pub size: u64,
    /// What seals it again.
    pub recipe: Recipe,
}

impl Original {
    /// Reads it from the beginning of a file's sealed bytes ([`Recipe::head_range`]), for whoever can open it.
    ///
    /// # Errors
    ///
    /// The first check that fails.
    pub fn read(signed: &SignedHeader, head: &[u8], report: &Identity) -> Result<Self, seal::Error> {
        Ok(Self { size: signed.header.size, recipe: Recipe::read(signed, head, report)? })
    }
}

impl Originals {
    /// The document's name and version.
    pub const SCHEMA: &'static str = "safehand.originals/1";

    /// What seals these files again.
    pub fn new(files: Vec<Original>) -> Self {
        Self { schema: Self::SCHEMA.to_owned(), files }
    }

    /// Seals it to whoever has the words. Its length tells little of how many files there are, and nothing of
    /// their names.
    ///
    /// # Errors
    ///
    /// When it cannot be sealed.
    pub fn seal(
        &self,
        reporter: &Identity,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, ProofError> {
        let told = serde_json::to_vec(self).map_err(|error| ProofError::Originals(error.to_string()))?;
        let mut told = Zeroizing::new(told);
        let padded = usize::try_from(padded_len(told.len() as u64)).unwrap_or(told.len());
        // Space after a JSON value belongs to no value.
        told.resize(padded, b' ');
        Ok(age::encrypt(std::slice::from_ref(reporter.recipient()), &told, rng)?)
    }

    /// Opens what a receipt holds under the words of `reporter`.
    ///
    /// # Errors
    ///
    /// When it was sealed to other words, was changed, or is not of this schema.
    pub fn open(sealed: &[u8], reporter: &Identity) -> Result<Self, ProofError> {
        let told = age::decrypt(sealed, reporter)?;
        let originals: Self =
            serde_json::from_slice(&told).map_err(|error| ProofError::Originals(error.to_string()))?;
        if originals.schema == Self::SCHEMA {
            Ok(originals)
        } else {
            Err(ProofError::Originals(format!("it is of the schema “{}”", originals.schema)))
        }
    }
}
