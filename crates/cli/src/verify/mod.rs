//! `safehand verify`: checks that need no service and trust nobody: for whoever is handed a receipt or a log.

mod consistency;
mod receipt;

use clap::{Args, Subcommand};

use crate::error::Result;
use crate::log::source::Source;
use crate::log::{WholeArgs, check};

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
    how: WholeArgs,
}

/// Runs one of the checks.
pub(crate) async fn run(command: VerifyCommand) -> Result<()> {
    match command {
        VerifyCommand::Receipt(options) => receipt::run(&options).await,
        VerifyCommand::Log(LogOptions { source, how }) => check::run(source, &how).await,
        VerifyCommand::Consistency(options) => consistency::run(options).await,
    }
}
