//! Where a log is read from: a service, or a folder that it was copied to.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use client::PublicLog;
use ledger::VerifierKey;
use ledger::tiles::Resource;

use super::Alarm;
use crate::error::{Error, Result};

/// A log that can be read.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// Files as `tlog-tiles` names them.
    Folder(PathBuf),
    /// The same, served.
    Url(PublicLog),
}

impl FromStr for Source {
    type Err = client::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("http://") || text.starts_with("https://") {
            PublicLog::new(text).map(Self::Url)
        } else {
            Ok(Self::Folder(text.into()))
        }
    }
}

impl Source {
    /// The same, trying for this long when it cannot be reached.
    pub(crate) fn with_patience(self, seconds: u64) -> Self {
        match self {
            Self::Url(log) => Self::Url(log.with_patience(Duration::from_secs(seconds))),
            folder @ Self::Folder(_) => folder,
        }
    }

    /// The key that the log states, to be believed only as far as the place it was read from.
    pub(crate) async fn key(&self) -> Result<VerifierKey> {
        match self {
            Self::Url(log) => Ok(log.key().await?),
            Self::Folder(folder) => {
                let path = folder.join("key");
                let Some(bytes) = read(&path)? else { return Err(Error::NoLogKey(self.to_string())) };
                let text = String::from_utf8_lossy(&bytes);
                Ok(text
                    .trim()
                    .parse()
                    .map_err(|why| Alarm::Proof { file: path.display().to_string(), why })?)
            }
        }
    }

    /// The newest checkpoint.
    pub(crate) async fn checkpoint(&self) -> Result<Vec<u8>> {
        match self {
            Self::Url(log) => Ok(log.checkpoint().await?),
            Self::Folder(folder) => {
                let path = folder.join("checkpoint");
                read(&path)?.ok_or_else(|| Error::file(&path)(io::Error::from(io::ErrorKind::NotFound)))
            }
        }
    }

    /// A tile or bundle, or nothing where the log does not have it.
    pub(crate) async fn read(&self, file: Resource) -> Result<Option<Vec<u8>>> {
        let folder = match self {
            Self::Url(log) => return Ok(log.read(file).await?),
            Self::Folder(folder) => folder,
        };
        if let Some(bytes) = read(&folder.join(file.to_string()))? {
            return Ok(Some(bytes));
        }
        let full = file.full();
        let wider = if full == file { None } else { read(&folder.join(full.to_string()))? };
        Ok(wider.map(|wider| file.cut(&wider).map(<[u8]>::to_vec).unwrap_or(wider)))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Url(log) => f.write_str(&log.address()),
        }
    }
}

/// A file's bytes, or nothing where there is none.
fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        // Where a file should be a folder, the path is none either.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(Error::file(path)(error)),
    }
}
