//! What a witness needs to know, from options and a file.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use ledger::VerifierKey;
use serde::Deserialize;

use super::{MemoryError, WitnessOptions};

/// Where it listens unless it is told: on this machine alone.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8447);

/// Why a witness does not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WitnessError {
    /// The configuration file cannot be read.
    #[error("{}: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Something has to be said and was not.
    #[error("a witness needs {what}: give --{option}, or {key} in the configuration file")]
    Missing {
        /// What.
        what: &'static str,
        /// The option.
        option: &'static str,
        /// What it is called in the file.
        key: &'static str,
    },
    /// A key is not one.
    #[error("“{key}” is not the key of a log: {why}")]
    LogKey {
        /// What was given.
        key: String,
        /// What is wrong with it.
        why: ledger::Error,
    },
    /// The name cannot be one.
    #[error("“{name}” cannot be a witness's name: {why}")]
    Name {
        /// What was given.
        name: String,
        /// What is wrong with it.
        why: ledger::Error,
    },
    /// A cosigner's key was given where a log's belongs.
    #[error("{0} is the key of a witness, not of a log")]
    NotALog(String),
    /// The folder cannot be used.
    #[error("{}: {source}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another witness runs on it.
    #[error("{}: another witness is running on this folder", .0.display())]
    InUse(PathBuf),
    /// The key is there and what was seen is not.
    #[error(
        "{}: the witness's key is here, but what it has seen is gone. Under this key it could now be led into \
cosigning a fork. Move the folder away, start a new witness under a new name, and tell the logs its key",
        .0.display()
    )]
    Forgot(PathBuf),
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] server::keys::KeyError),
    /// What was seen cannot be used.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    name: Option<String>,
    folder: Option<PathBuf>,
    listen: Option<SocketAddr>,
    logs: Vec<String>,
}

/// What a witness runs on.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) name: String,
    pub(super) folder: PathBuf,
    pub(super) listen: SocketAddr,
    /// The logs' keys; the name of each is the origin of its log.
    pub(super) logs: Vec<VerifierKey>,
}

/// Options before the file before what goes without saying.
pub(super) fn settle(options: WitnessOptions) -> Result<Settings, WitnessError> {
    let file = match &options.config {
        Some(path) => read(path)?,
        None => File::default(),
    };
    let in_file =
        file.logs.iter().map(|key| key.parse().map_err(|why| WitnessError::LogKey { key: key.clone(), why }));
    let logs = if options.logs.is_empty() { in_file.collect::<Result<_, _>>()? } else { options.logs };
    if let Some(witness) = logs.iter().find(|key| key.key_type() != ledger::KeyType::Ed25519) {
        return Err(WitnessError::NotALog(witness.to_string()));
    }
    if logs.is_empty() && !options.show_key {
        return Err(WitnessError::Missing {
            what: "the key of at least one log",
            option: "log",
            key: "logs",
        });
    }
    let missing = |what, option| WitnessError::Missing { what, option, key: option };
    Ok(Settings {
        name: options.name.or(file.name).ok_or_else(|| missing("a name", "name"))?,
        folder: options.folder.or(file.folder).ok_or_else(|| missing("a folder of its own", "folder"))?,
        listen: options.listen.or(file.listen).unwrap_or(LISTEN),
        logs,
    })
}

fn read(path: &std::path::Path) -> Result<File, WitnessError> {
    let failed = |why: String| WitnessError::File { path: path.to_owned(), why };
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    toml::from_str(&text).map_err(|error| failed(error.to_string().trim_end().to_owned()))
}
