//! Printing: manual page, JSON, times, random numbers' twin for terminals.

use std::io::Write as _;

use getrandom::SysRng;
use jiff::Timestamp;
use protocol::UnixSeconds;
use seal::rand_core::UnwrapErr;
use serde::Serialize;

use crate::error::{Error, Result};

/// Prints the manual pages of the command and of every subcommand, one after the other.
pub(crate) fn man(command: &clap::Command) -> Result<()> {
    let mut out = std::io::stdout().lock();
    clap_mangen::Man::new(command.clone()).render(&mut out).map_err(Error::Output)
}

/// Prints a value as one line of JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, value).map_err(|error| Error::Output(error.into()))?;
    writeln!(out).map_err(Error::Output)
}

/// A moment as people in the United Kingdom write it, with its zone.
pub(crate) fn moment(at: UnixSeconds) -> String {
    Timestamp::from_second(at)
        .map_or_else(|_| at.to_string(), |at| at.strftime("%-d %B %Y, %H:%M UTC").to_string())
}

/// The same to the second, for what has to be exact.
pub(crate) fn exact_moment(at: UnixSeconds) -> String {
    Timestamp::from_second(at)
        .map_or_else(|_| at.to_string(), |at| at.strftime("%-d %B %Y, %H:%M:%S UTC").to_string())
}

/// Whole seconds since the Unix epoch by this machine's clock.
pub(crate) fn now() -> UnixSeconds {
    Timestamp::now().as_second()
}

/// The operating system's random numbers.
pub(crate) fn random() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}
