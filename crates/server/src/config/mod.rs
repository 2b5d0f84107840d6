//! The configuration: one TOML file, every key with a default, each overridable by environment.
//!
//! A variable is called `SAFEHAND_<SECTION>_<KEY>`, for example `SAFEHAND_SERVER_LISTEN` or
//! `SAFEHAND_LIMITS_MAX_FILE_BYTES`. Section names hold no underscore, so the first one ends the
//! section. The value is read as TOML where that fits the key, else as a string.

mod load;
mod quarantine;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use store::StoreConfig;

pub use self::load::{ConfigError, unknown_variables};
pub use self::quarantine::QuarantineConfig;
use crate::site::SiteConfig;
use crate::staff::StaffConfig;

/// A configuration file with every key at its default and a word on each, to begin one's own from.
pub const TEMPLATE: &str = include_str!("safehand.toml");

/// Everything that can be set.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the instance is reached and what it is called.
    pub server: ServerConfig,
    /// Certificates, when this process speaks TLS itself.
    pub tls: TlsConfig,
    /// Where rows and sealed objects are kept.
    pub store: StoreConfig,
    /// Sizes, counts and times that bound what one visitor can ask of the server.
    pub limits: LimitsConfig,
    /// The proof of work on unauthenticated writes.
    pub work: WorkConfig,
    /// What the server clears away by itself.
    pub sweep: SweepConfig,
    /// What is logged.
    pub log: LogConfig,
    /// Sign-in and sessions of members.
    pub staff: StaffConfig,
    /// Media in quarantine.
    pub quarantine: QuarantineConfig,
    /// The reporter's pages.
    pub site: SiteConfig,
    /// Who vouches for the log from outside.
    pub ledger: LedgerConfig,
}

/// `[server]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port to listen on. Default `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// The origin as browsers see it, `scheme://host[:port]`. Part of every receipt's derivation:
    /// once reports exist it must never change. Default `http://localhost:8080`.
    pub origin: String,
    /// The line's name on its pages. Default `Safehand`.
    pub name: String,
    /// The file with the instance's secret; made on first start. Keep it out of database backups.
    /// Default `instance.key`, beside the configuration file.
    pub key_file: PathBuf,
    /// How long running requests may take to finish after a stop signal, in seconds. Default 20.
    pub shutdown_seconds: u64,
    /// Open connections at most; further ones wait. Default 2048.
    pub max_connections: usize,
    /// A header whose last entry is the client's address, set by a reverse proxy that is the only
    /// way in. Default: none, the peer's own address counts.
    pub forwarded_header: Option<String>,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            origin: "http://localhost:8080".into(),
            name: "Safehand".into(),
            key_file: "instance.key".into(),
            shutdown_seconds: 20,
            max_connections: 2048,
            forwarded_header: None,
        }
    }
}

impl ServerConfig {
    /// Whether browsers reach the instance over TLS, here or at a proxy in front.
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

/// `[tls]`: both or neither.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsConfig {
    /// PEM file with the certificate chain, leaf first.
    pub certificate: Option<PathBuf>,
    /// PEM file with the private key.
    pub private_key: Option<PathBuf>,
}

/// `[limits]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Largest JSON body of a report or reply, in bytes. Default 4 MiB.
    pub max_json_bytes: usize,
    /// Largest sealed file, in bytes. Default 16 GiB.
    pub max_file_bytes: u64,
    /// Bytes of all uploads in progress that may be in memory. Each takes at least 256 KiB of it;
    /// beyond that further ones are asked to wait. Default 24 MiB.
    pub upload_memory_bytes: usize,
    /// Hours after its last byte until an unfinished or unclaimed upload is removed. Default 24.
    pub upload_hours: u32,
    /// Bytes that all uploads may take which no report has claimed; further files are refused until some
    /// are claimed or expire. Default 256 GiB.
    pub upload_bytes: u64,
    /// The same for one desk, so that one desk’s flood leaves room at the others.
    /// Default 128 GiB.
    pub upload_bytes_per_desk: u64,
    /// Seconds a request of the API may take in all. Default 30.
    pub request_seconds: u64,
    /// Seconds a body may stand still, and a request's headers may take. Default 15.
    pub idle_seconds: u64,
    /// Without JavaScript: writes that one network may make at once. Default 20.
    pub network_burst: u32,
    /// Without JavaScript: writes per minute that one network earns back. Default 10.
    pub network_per_minute: u32,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            max_json_bytes: 4 << 20,
            max_file_bytes: 16 << 30,
            upload_memory_bytes: 24 << 20,
            upload_hours: 24,
            upload_bytes: 256 << 30,
            upload_bytes_per_desk: 128 << 30,
            request_seconds: 30,
            idle_seconds: 15,
            network_burst: 20,
            network_per_minute: 10,
        }
    }
}

impl LimitsConfig {
    /// The largest sealed file, in bytes: padding adds at most an eighth (Padmé), the chunks' tags far less.
    pub fn largest_upload(&self) -> u64 {
        self.max_file_bytes.saturating_add(self.max_file_bytes / 8).saturating_add(64 * 1024)
    }
}

/// `[work]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkConfig {
    /// Leading zero bits asked for in quiet times. 16 bits are about a tenth of a second on a
    /// phone. Default 16.
    pub base_bits: u8,
    /// Leading zero bits asked for at most; keeps the honest phone under two seconds. Default 20.
    pub max_bits: u8,
    /// Writes per second up to which the base applies; each doubling asks for one bit more.
    /// Default 8.
    pub calm_writes_per_second: u32,
    /// Seconds for which a challenge can be used. Default 900.
    pub lifetime_seconds: u32,
}

impl Default for WorkConfig {
    fn default() -> Self {
        Self { base_bits: 16, max_bits: 20, calm_writes_per_second: 8, lifetime_seconds: 900 }
    }
}

/// `[sweep]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct SweepConfig {
    /// Seconds between two rounds that remove what has expired: uploads that no report claimed,
    /// sessions, invites, exchanges, spent nonces, keys of drafts. Default 60.
    pub every_seconds: u64,
    /// Hours between two searches for objects that no row knows of, which a crash while a file was
    /// being stored leaves behind. Processes over one database share the turns. An object is removed
    /// a day after an upload that it could belong to would have expired. Default 24.
    pub orphans_every_hours: u32,
}

impl Default for SweepConfig {
    fn default() -> Self {
        Self { every_seconds: 60, orphans_every_hours: 24 }
    }
}

/// `[log]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// What our own code logs. Libraries never log below `warn`. Default `info`.
    pub level: LogLevel,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { level: LogLevel::Info }
    }
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Only what needs somebody's attention.
    Error,
    /// And what may need it.
    Warn,
    /// And one line per request.
    Info,
}

/// `[ledger]`
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LedgerConfig {
    /// Witnesses that are asked to cosign checkpoints. Default none.
    pub witnesses: Vec<WitnessConfig>,
    /// Milliseconds that an acknowledgement waits at most, once it is in the log, for a witness that answered
    /// last time. Default 300.
    pub witness_wait_ms: u64,
    /// The address of a time-stamping authority (RFC 3161). Default: none, checkpoints are not stamped.
    pub tsa: Option<String>,
    /// Hours between two stamps. Default 24.
    pub tsa_every_hours: u32,
}

impl Default for LedgerConfig {
    fn default() -> Self {
        Self { witnesses: Vec::new(), witness_wait_ms: 300, tsa: None, tsa_every_hours: 24 }
    }
}

/// One witness of `[ledger]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessConfig {
    /// What people call it.
    pub name: String,
    /// Its key, as it publishes it: `<name>+<hash>+<base64>` (C2SP `signed-note`, type 4).
    pub key: String,
    /// Where it is asked: the address before `/add-checkpoint` (C2SP `tlog-witness`).
    pub url: String,
}

impl Config {
    /// The rules in force, by section: what is asked of visitors and members, what is kept for how long, and who
    /// vouches for the log. Each as the digest of its JSON; where the instance is and where it keeps things is not
    /// among them.
    pub(crate) fn rules(&self) -> Result<Vec<(&'static str, seal::Digest)>, serde_json::Error> {
        fn digest(section: &impl Serialize) -> Result<seal::Digest, serde_json::Error> {
            serde_json::to_vec(section).map(seal::Digest::of)
        }
        Ok(vec![
            ("ledger", digest(&self.ledger)?),
            ("limits", digest(&self.limits)?),
            ("quarantine", digest(&self.quarantine)?),
            ("site", digest(&self.site)?),
            ("staff", digest(&self.staff)?),
            ("sweep", digest(&self.sweep)?),
            ("work", digest(&self.work)?),
        ])
    }

    /// Reads `file` (defaults alone when there is none), lays the environment over it, and makes
    /// its paths relative to the file's folder.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is not TOML, names an unknown key or holds a wrong value.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        load::load(file, environment)
    }
}
