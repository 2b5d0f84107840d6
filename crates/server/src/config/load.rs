//! From a file and the environment to a [`Config`].

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{Table, Value};

use super::Config;

const PREFIX: &str = "SAFEHAND_";
const SECTIONS: [&str; 10] =
    ["server", "tls", "store", "limits", "work", "sweep", "log", "staff", "quarantine", "site"];

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is not TOML, or a key in it is unknown or has a wrong value.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A variable names an unknown key or holds a wrong value. The value is not repeated: it may
    /// be a password.
    #[error("environment: {source}")]
    Environment {
        /// Which key and why.
        source: Box<toml::de::Error>,
    },
}

pub(super) fn load(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Config, ConfigError> {
    let mut table = match file {
        Some(path) => read(path)?,
        None => Table::new(),
    };
    for (name, value) in environment {
        if let Some((section, key)) = section_and_key(&name) {
            table = overlay(&table, &section, &key, &value)?;
        }
    }
    let mut config = Config::deserialize(table).map_err(environment_error)?;
    if let Some(folder) = file.and_then(Path::parent) {
        config.resolve(folder);
    }
    Ok(config)
}

/// Reads the file on its own first: only then does an error name its line.
fn read(path: &Path) -> Result<Table, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
    let failed = |source| ConfigError::File { path: path.to_owned(), source: Box::new(source) };
    toml::from_str::<Config>(&text).map_err(failed)?;
    toml::from_str(&text).map_err(failed)
}

/// Lays one variable over the table: as TOML where that is what the key takes, else as a string.
fn overlay(table: &Table, section: &str, key: &str, value: &str) -> Result<Table, ConfigError> {
    let with = |value: Value| {
        let mut table = table.clone();
        let entry = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(entry) = entry {
            entry.insert(key.to_owned(), value);
        }
        Config::deserialize(table.clone()).map(|_| table)
    };
    let text = || Value::String(value.to_owned());
    match as_toml(value) {
        Some(typed) => with(typed).or_else(|error| with(text()).map_err(|_| error)),
        None => with(text()),
    }
    .map_err(environment_error)
}

fn environment_error(source: toml::de::Error) -> ConfigError {
    ConfigError::Environment { source: Box::new(source) }
}

fn section_and_key(variable: &str) -> Option<(String, String)> {
    let name = variable.strip_prefix(PREFIX)?.to_ascii_lowercase();
    let (section, key) = name.split_once('_')?;
    SECTIONS.contains(&section).then(|| (section.to_owned(), key.to_owned()))
}

fn as_toml(value: &str) -> Option<Value> {
    toml::from_str::<Table>(&format!("value = {value}")).ok()?.remove("value")
}

/// Variables that begin like ours but set nothing: most often a slip of the pen.
pub fn unknown_variables(names: impl IntoIterator<Item = String>) -> Vec<String> {
    names
        .into_iter()
        .filter(|name| name.starts_with(PREFIX) && section_and_key(name).is_none())
        .filter(|name| name != "SAFEHAND_CONFIG" && !name.starts_with("SAFEHAND_REQUIRE_"))
        .collect()
}

impl Config {
    fn resolve(&mut self, folder: &Path) {
        let against = |path: &mut PathBuf| *path = folder.join(&path);
        against(&mut self.server.key_file);
        self.tls.certificate.iter_mut().chain(&mut self.tls.private_key).for_each(against);
        for (setting, scheme) in [(&mut self.store.database, "sqlite:"), (&mut self.store.objects, "file:")] {
            if let Some(path) = setting.strip_prefix(scheme) {
                *setting = format!("{scheme}{}", folder.join(path).display());
            }
        }
    }
}
