//! What a witness remembers: for each log the checkpoint that it cosigned last.
//!
//! One file holds all of it, so that it is there as a whole or missing as a whole. It is on the disk before a
//! cosignature goes out: a witness that forgot could be led into cosigning a fork of what it cosigned before.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use ledger::SignedCheckpoint;
use ledger::witness::{AddCheckpoint, Refusal, Seen, decide};
use ledger::{Error as LedgerError, VerifierKey};
use serde::{Deserialize, Serialize};

use crate::durable::{self, Disk};

/// The version of the file's form.
const VERSION: u32 = 1;

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    v: u32,
    /// The checkpoints, by the origin of their log, as the logs signed them.
    logs: BTreeMap<String, String>,
}

/// Why a checkpoint was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MemoryError {
    /// The witness must not cosign it.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// What the witness has seen cannot be read.
    #[error("{}: {source}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What the witness has seen is not written as it should be.
    #[error("{}: this is not what a witness has seen: {why}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}

/// What was seen of every log, and where it is kept.
pub(super) struct Memory<D> {
    disk: D,
    path: PathBuf,
    /// `None` when it has to be read again, because a write failed and may have happened all the same.
    logs: Option<BTreeMap<String, SignedCheckpoint>>,
}

impl<D: Disk> Memory<D> {
    /// Nothing seen yet: writes the file.
    pub(super) fn create(disk: D, path: &Path) -> Result<Self, MemoryError> {
        let mut memory = Self { disk, path: path.to_owned(), logs: None };
        memory.write(BTreeMap::new())?;
        Ok(memory)
    }

    /// Reads what was seen. Nothing where there is no file.
    pub(super) fn open(disk: D, path: &Path) -> Result<Option<Self>, MemoryError> {
        let mut memory = Self { disk, path: path.to_owned(), logs: None };
        Ok(memory.load()?.map(|logs| {
            memory.logs = Some(logs);
            memory
        }))
    }

    /// The checkpoint of a log that was cosigned last.
    pub(super) fn last(&mut self, origin: &str) -> Result<Option<SignedCheckpoint>, MemoryError> {
        Ok(self.logs()?.get(origin).cloned())
    }

    /// Every log that was seen, by origin.
    pub(super) fn all(&mut self) -> Result<BTreeMap<String, SignedCheckpoint>, MemoryError> {
        self.logs().cloned()
    }

    /// Decides whether a checkpoint may be cosigned, and remembers it. When this returns without an error, what
    /// was seen is on the disk.
    ///
    /// # Errors
    /// [`MemoryError::Refused`]; or when it cannot be remembered, and then it must not be cosigned.
    pub(super) fn take(&mut self, request: &AddCheckpoint, keys: &[VerifierKey]) -> Result<(), MemoryError> {
        let origin = request.checkpoint.checkpoint().origin();
        let seen = self.last(origin)?.map(|last| seen(&last));
        decide(request, keys, seen).map_err(|refusal| MemoryError::Refused(Box::new(refusal)))?;
        let mut logs = self.logs()?.clone();
        logs.insert(origin.to_owned(), request.checkpoint.clone());
        // Written also where nothing is new: a write that failed before may have left it in the system's
        // memory and not on the disk.
        self.write(logs)
    }

    fn logs(&mut self) -> Result<&BTreeMap<String, SignedCheckpoint>, MemoryError> {
        if self.logs.is_none() {
            let missing = || self.form("it is missing, and was there when the witness started");
            let loaded = self.load()?.ok_or_else(missing)?;
            self.logs = Some(loaded);
        }
        self.logs.as_ref().ok_or_else(|| self.form("it was not read"))
    }

    fn load(&self) -> Result<Option<BTreeMap<String, SignedCheckpoint>>, MemoryError> {
        let Some(bytes) = self.disk.read(&self.path).map_err(|source| self.failed(source))? else {
            return Ok(None);
        };
        let written: Written = serde_json::from_slice(&bytes).map_err(|error| self.form(&error))?;
        if written.v != VERSION {
            return Err(self.form(&format!("it is of version {}", written.v)));
        }
        let read = |(origin, note): (String, String)| {
            let checkpoint = SignedCheckpoint::parse(note.as_bytes())?;
            match checkpoint.checkpoint().origin() {
                found if found == origin => Ok((origin, checkpoint)),
                found => Err(LedgerError::Origin { found: found.to_owned(), expected: origin }),
            }
        };
        let logs: Result<_, LedgerError> = written.logs.into_iter().map(read).collect();
        logs.map(Some).map_err(|error| self.form(&error))
    }

    fn write(&mut self, logs: BTreeMap<String, SignedCheckpoint>) -> Result<(), MemoryError> {
        let texts = logs.iter().map(|(origin, last)| (origin.clone(), last.as_str().to_owned())).collect();
        let written = Written { v: VERSION, logs: texts };
        let bytes = serde_json::to_vec_pretty(&written).map_err(|error| self.form(&error))?;
        // Until all is done, only the disk knows what was done.
        self.logs = None;
        durable::replace(&self.disk, &self.path, &bytes).map_err(|source| self.failed(source))?;
        self.logs = Some(logs);
        Ok(())
    }

    fn failed(&self, source: io::Error) -> MemoryError {
        MemoryError::Disk { path: self.path.clone(), source }
    }

    fn form(&self, why: &(impl ToString + ?Sized)) -> MemoryError {
        MemoryError::Form { path: self.path.clone(), why: why.to_string() }
    }
}

/// What the protocol remembers of a checkpoint.
pub(super) fn seen(checkpoint: &SignedCheckpoint) -> Seen {
    let checkpoint = checkpoint.checkpoint();
    Seen { size: checkpoint.size(), root: *checkpoint.root() }
}
