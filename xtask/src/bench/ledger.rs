//! `cargo xtask bench ledger`: the log, beside what SHA-256 and Ed25519 cost at all.

use std::fs;
use std::path::Path;
use std::process::Command;

use clap::Args;
use serde::Deserialize;

use super::{Figures, json};
use crate::error::Error;
use crate::shell;

/// Options of the measurement.
#[derive(Debug, Args)]
pub(crate) struct LedgerOptions {
    /// Entries of the log that is checked; its files take some 150 bytes each.
    #[arg(long, default_value_t = 10_000_000, value_name = "N")]
    entries: u64,
    /// Entries that the sequencer of a real store takes in.
    #[arg(long, default_value_t = 400_000, value_name = "N")]
    durable: u64,
}

/// What the sequencer of a store on SQLite and a folder did.
#[derive(Debug, Deserialize)]
struct Sequenced {
    entries_per_second: f64,
    lone_ack_ms: f64,
    flush_ms: f64,
    sha256_per_second: f64,
}

/// What checking a whole log took.
#[derive(Debug, Deserialize)]
struct Fsck {
    entries: u64,
    seconds: f64,
    bare_seconds: f64,
    sha256_mb_per_s: f64,
    peak_mib: f64,
}

/// What checking one proof took, in microseconds.
#[derive(Debug, Deserialize)]
struct Verify {
    inclusion: f64,
    proof: f64,
    cosigned: f64,
    ed25519: f64,
    sha256: f64,
}

/// What `yardstick write` answers.
#[derive(Debug, Deserialize)]
struct Written {}

/// Measures one thing at a time.
pub(super) fn measure(options: &LedgerOptions) -> Result<Figures, Error> {
    shell::run(shell::cargo().args([
        "build",
        "--release",
        "--package",
        "ledger",
        "--example",
        "log_yardstick",
    ]))?;
    let yardstick = shell::target().join("release").join("examples").join("log_yardstick");
    let mut figures = Figures::default();
    proofs(&yardstick, &mut figures)?;
    whole_log(&yardstick, options.entries, &mut figures)?;
    sequencer(options.durable, &mut figures)?;
    Ok(figures)
}

/// Acts through a real store on SQLite and a folder, from being recorded to being in the published log: in
/// transactions of 64 from 32 clients, beside hashing alone; and one at a time, beside the flush of the disk that each
/// of its four writes waits for.
fn sequencer(entries: u64, figures: &mut Figures) -> Result<(), Error> {
    println!("recording and sequencing {entries} entries …");
    shell::run(shell::cargo().args([
        "build",
        "--release",
        "--package",
        "store",
        "--example",
        "ledger_rate",
    ]))?;
    let mut rate = Command::new(shell::target().join("release").join("examples").join("ledger_rate"));
    let found: Sequenced = json(rate.arg(entries.to_string()).current_dir(shell::root()))?;
    let Sequenced { entries_per_second, lone_ack_ms, flush_ms, sha256_per_second } = found;
    figures.add_against("durable_entries_per_second", entries_per_second, "1/s", sha256_per_second);
    figures.add_against("lone_ack_ms", lone_ack_ms, "ms", flush_ms);
    Ok(())
}

/// One proof in a log of ten million entries: its inclusion, with the log's signature, and with two witnesses'.
fn proofs(yardstick: &Path, figures: &mut Figures) -> Result<(), Error> {
    println!("verifying proofs …");
    let found: Verify = json(Command::new(yardstick).arg("verify"))?;
    figures.add_against("verify_inclusion_us", found.inclusion, "us", found.sha256);
    figures.add_against("verify_proof_us", found.proof, "us", found.sha256 + found.ed25519);
    let three = found.sha256 + 3.0 * found.ed25519;
    figures.add_against("verify_proof_2_witnesses_us", found.cosigned, "us", three);
    Ok(())
}

/// A whole log from files, beside bare SHA-256 over the blocks that its leaves and nodes take.
fn whole_log(yardstick: &Path, entries: u64, figures: &mut Figures) -> Result<(), Error> {
    println!("writing a log of {entries} entries …");
    let folder = shell::target().join("bench").join("log");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Error::file(&folder))?;
    }
    let _: Written = json(Command::new(yardstick).arg("write").arg(&folder).arg(entries.to_string()))?;
    println!("checking it …");
    let found: Fsck = json(Command::new(yardstick).arg("fsck").arg(&folder))?;
    fs::remove_dir_all(&folder).map_err(Error::file(&folder))?;
    if found.entries != entries {
        return Err(Error::unexpected("yardstick fsck", format!("{} of {entries} entries", found.entries)));
    }
    let name = if entries == 10_000_000 { "fsck_10m_s".to_owned() } else { format!("fsck_{entries}_s") };
    figures.add_against(&name, found.seconds, "s", found.bare_seconds);
    figures.add("fsck_rss_mib", found.peak_mib, "MiB");
    figures.add("sha256_mb_per_second", found.sha256_mb_per_s, "MB/s");
    Ok(())
}
