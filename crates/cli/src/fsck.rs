//! `safehand fsck`: nothing is lost, nothing was altered, nothing is there that should not be.

use clap::Args;

use crate::error::Result;
use crate::log::source::Source;
use crate::log::{KeyArgs, check};

/// Options of `safehand fsck`.
#[derive(Debug, Args)]
#[command(after_help = "\
Reads the whole log as anybody may: every entry, every tile, the signed checkpoint.

Ends with exit code 7 when something is wrong; each finding says what and where.

Examples:
  safehand fsck https://report.example
  safehand fsck https://report.example --log-key report.vkey --json
")]
pub(crate) struct FsckOptions {
    /// The address of a service, or a folder with a copy of a log
    #[arg(value_name = "URL|FOLDER")]
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

/// Checks and tells.
pub(crate) async fn run(options: FsckOptions) -> Result<()> {
    let FsckOptions { source, keys, json, patience } = options;
    check::whole(&source.with_patience(patience), &keys, json).await?.tell(json)
}
