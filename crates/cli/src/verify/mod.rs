//! `safehand verify`: checks that need no service and trust nobody: for whoever is handed a receipt or a log.

mod consistency;
mod receipt;

use clap::{Args, Subcommand};

use crate::error::Result;
use crate::log::source::Source;
use crate::log::{KeyArgs, check};

/// What can be checked.
#[derive(Debug, Subcommand)]
pub(crate) enum VerifyCommand {
    /// Check a receipt: what was received and when; with its words and the originals, that it was these files
    Receipt(receipt::ReceiptOptions),
    /// Check a whole log: every entry, every tile, the signed checkpoint
    Log(LogOptions),
    /// Check that a later checkpoint of a log continues an earlier one
    Consistency(consistency::ConsistencyOptions),
}

/// Options of `safehand verify log`.
#[derive(Debug, Args)]
#[command(after_help = "\
A folder holds what a log serves, under the same names: checkpoint, key, tile/0/000, tile/entries/000, …

Examples:
  safehand verify log https://report.example --log-key report.vkey
  safehand verify log ./log-of-november --json
")]
pub(crate) struct LogOptions {
    /// The folder that the log was copied to, or its address
    #[arg(value_name = "FOLDER|URL")]
    source: Source,
    #[command(flatten)]
    keys: KeyArgs,
    /// Print the result as JSON, and no progress
    #[arg(long)]
    json: bool,
    /// Keep trying for this many seconds when the log cannot be reached
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    patience: u64,
}

/// Runs one of the checks.
pub(crate) async fn run(command: VerifyCommand) -> Result<()> {
    match command {
        VerifyCommand::Receipt(options) => receipt::run(&options).await,
        VerifyCommand::Log(LogOptions { source, keys, json, patience }) => {
            check::whole(&source.with_patience(patience), &keys, json).await?.tell(json)
        }
        VerifyCommand::Consistency(options) => consistency::run(options).await,
    }
}
