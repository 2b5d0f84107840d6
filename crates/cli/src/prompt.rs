//! What has to be typed, and the files that may stand in for it.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// Fewer characters than this are no passphrase.
pub(crate) const SHORTEST_PASSPHRASE: usize = 16;

/// Where a passphrase comes from.
#[derive(Debug, Args)]
pub(crate) struct PassphraseArgs {
    /// Read the passphrase from the first line of a file instead of asking for it
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

impl PassphraseArgs {
    /// A passphrase that exists already.
    pub(crate) fn existing(&self, of: &str) -> Result<Zeroizing<String>> {
        match &self.passphrase_file {
            Some(path) => first_line(path),
            None => hidden(&format!("Passphrase of {of}: "), "--passphrase-file"),
        }
    }

    /// A new passphrase, typed twice.
    pub(crate) fn new_one(&self, of: &str) -> Result<Zeroizing<String>> {
        let passphrase = if let Some(path) = &self.passphrase_file {
            first_line(path)?
        } else {
            let first = hidden(&format!("New passphrase for {of}: "), "--passphrase-file")?;
            if first != hidden("The same passphrase again: ", "--passphrase-file")? {
                return Err(Error::PassphrasesDiffer);
            }
            first
        };
        if passphrase.chars().count() < SHORTEST_PASSPHRASE {
            return Err(Error::PassphraseShort(SHORTEST_PASSPHRASE));
        }
        Ok(passphrase)
    }
}

/// Asks for something that is not shown while it is typed.
pub(crate) fn hidden(question: &str, instead: &'static str) -> Result<Zeroizing<String>> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::NoTerminal { what: "a passphrase", instead });
    }
    rpassword::prompt_password(question).map(Zeroizing::new).map_err(Error::Terminal)
}

/// Asks for a line that is shown while it is typed.
pub(crate) fn line(question: &str, what: &'static str, instead: &'static str) -> Result<Zeroizing<String>> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::NoTerminal { what, instead });
    }
    eprint!("{question}");
    std::io::stderr().flush().map_err(Error::Terminal)?;
    let mut line = Zeroizing::new(String::new());
    std::io::stdin().read_line(&mut line).map_err(Error::Terminal)?;
    Ok(Zeroizing::new(line.trim().to_owned()))
}

/// The first line of a file; of standard input for `-`.
pub(crate) fn first_line(path: &Path) -> Result<Zeroizing<String>> {
    let text = Zeroizing::new(read(path)?);
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().trim_end().to_owned()))
}

/// All of a file; of standard input for `-`.
pub(crate) fn read(path: &Path) -> Result<String> {
    if path == Path::new("-") {
        return std::io::read_to_string(std::io::stdin()).map_err(Error::file(path));
    }
    std::fs::read_to_string(path).map_err(Error::file(path))
}
