//! The public log of an instance, read as anybody may: checkpoint, tiles, entries, key.

use std::time::Duration;

use ledger::VerifierKey;
use ledger::note::MAX_NOTE_LEN;
use ledger::tiles::{FULL, MAX_ENTRY_LEN, Resource, TILE_LEN};
use protocol::ErrorCode;

use crate::error::{Error, Result};
use crate::transport::{Outgoing, Transport};

/// Where an instance has its log.
const PREFIX: &str = "/log";
/// The longest bundle: as many entries as there can be, each as long as it can be.
const MAX_BUNDLE_LEN: usize = FULL as usize * (2 + MAX_ENTRY_LEN);
/// The longest file with a key that is read.
const MAX_KEY_LEN: usize = 4096;

/// A log that is served over HTTP (C2SP `tlog-tiles`). Cheap to clone.
#[derive(Clone, Debug)]
pub struct PublicLog {
    transport: Transport,
    prefix: String,
}

impl PublicLog {
    /// Prepares to read the log of the instance at `address`; nothing is asked yet. An address with a path of
    /// its own is the log's, so that logs of others can be read too.
    ///
    /// # Errors
    /// [`Error::Address`] when it is no `http` or `https` address, [`Error::Tls`] when this machine has no
    /// usable certificates.
    pub fn new(address: &str) -> Result<Self> {
        let transport = Transport::new(address)?;
        // The transport has read the address; only the path is of interest here.
        let after_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
        let path = after_scheme.find('/').map_or("", |at| &after_scheme[at..]);
        let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let prefix = if path.is_empty() { PREFIX } else { path };
        Ok(Self { transport, prefix: prefix.to_owned() })
    }

    /// Keeps trying for this long when the log cannot be reached.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { transport: self.transport.with_patience(patience), ..self }
    }

    /// Where the log is.
    pub fn address(&self) -> String {
        format!("{}{}", self.transport.origin(), self.prefix)
    }

    /// The log's key as the instance states it.
    ///
    /// # Errors
    /// When the log cannot be reached, states none, or what it states is none.
    pub async fn key(&self) -> Result<VerifierKey> {
        let bytes = self.get("key", MAX_KEY_LEN).await?;
        let bytes = bytes.ok_or_else(|| Error::unexpected("the log's key", "it states none"))?;
        let text = String::from_utf8_lossy(&bytes);
        text.trim().parse().map_err(|error| Error::unexpected("the log's key", error))
    }

    /// The newest checkpoint, byte for byte.
    ///
    /// # Errors
    /// When the log cannot be reached or has none.
    pub async fn checkpoint(&self) -> Result<Vec<u8>> {
        let bytes = self.get("checkpoint", MAX_NOTE_LEN).await?;
        bytes.ok_or_else(|| {
            Error::unexpected("the checkpoint", "there is none; is this the address of a log?")
        })
    }

    /// A tile or bundle; `None` when the log does not have it. Where a partial one is gone, the full one is
    /// fetched and cut.
    ///
    /// # Errors
    /// When the log cannot be reached.
    pub async fn read(&self, file: Resource) -> Result<Option<Vec<u8>>> {
        let limit = match file {
            Resource::Tile(_) => TILE_LEN,
            Resource::Bundle(_) => MAX_BUNDLE_LEN,
        };
        if let Some(bytes) = self.get(&file.to_string(), limit).await? {
            return Ok(Some(bytes));
        }
        let full = file.full();
        if full == file {
            return Ok(None);
        }
        let wider = self.get(&full.to_string(), limit).await?;
        // One that is too short to be cut is handed on as it is: whoever checks it says what is wrong.
        Ok(wider.map(|wider| file.cut(&wider).map(<[u8]>::to_vec).unwrap_or(wider)))
    }

    async fn get(&self, path: &str, limit: usize) -> Result<Option<Vec<u8>>> {
        let outgoing = Outgoing::get(format!("{}/{path}", self.prefix));
        self.transport.patiently(|| self.once(&outgoing, limit)).await
    }

    async fn once(&self, outgoing: &Outgoing, limit: usize) -> Result<Option<Vec<u8>>> {
        let mut response = match self.transport.send(outgoing).await {
            Ok(response) => response,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        while let Some(chunk) = self.transport.chunk(&mut response).await? {
            if bytes.len() + chunk.len() > limit {
                let why = format!("it is longer than the {limit} bytes that it can have");
                return Err(Error::unexpected(outgoing.path(), why));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Some(bytes))
    }
}

/// Whether the log has no such file. A server that keeps no partial ones may say that they are gone.
fn is_missing(error: &Error) -> bool {
    matches!(error.code(), Some(ErrorCode::NotFound | ErrorCode::Expired))
}
