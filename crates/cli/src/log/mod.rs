//! `safehand log`: what anybody may do with somebody's public log.

mod alarm;
pub(crate) mod check;
pub(crate) mod follow;
pub(crate) mod source;
mod walk;

use clap::{Args, Subcommand};
use ledger::VerifierKey;

pub(crate) use self::alarm::Alarm;

/// What can be done with a log.
#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Watch a log: that it only grows, that what is new is as it was signed, that witnesses cosign it
    Follow(follow::FollowOptions),
}

/// By which keys a log is believed.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// The log's key, as you know it from elsewhere: the key itself, or a file that holds it
    #[arg(long, value_name = "VKEY|FILE", value_parser = key)]
    pub(crate) log_key: Option<VerifierKey>,
    /// The key of a witness; again for more
    #[arg(long = "witness", value_name = "VKEY|FILE", value_parser = key)]
    pub(crate) witnesses: Vec<VerifierKey>,
}

/// A key, or the first line of a file.
pub(crate) fn key(text: &str) -> Result<VerifierKey, String> {
    let wrong = match text.parse() {
        Ok(key) => return Ok(key),
        Err(wrong) => wrong,
    };
    let Ok(file) = std::fs::read_to_string(text) else {
        return Err(format!("{wrong}, and no file has that name"));
    };
    let first = file.lines().next().unwrap_or_default();
    first.trim().parse().map_err(|error: ledger::Error| format!("in the file: {error}"))
}
