//! `safehand fsck`: nothing is lost, nothing was altered, nothing is there that should not be.

use clap::Args;
use serde::Serialize;
use server::Config;
use server::keys::SubKeys;
use store::Store;
use store::log::fsck::{Compared, Examined};

use crate::args::ConfigArgs;
use crate::error::{Error, Result};
use crate::log::source::Source;
use crate::log::{Alarm, KeyArgs, WholeArgs, check};
use crate::output;

/// Options of `safehand fsck`.
#[derive(Debug, Args)]
#[command(after_help = "\
With an address or a folder: reads the whole log as anybody may: every entry, every tile, the signed
checkpoint.

Without: looks over the instance of the configuration, which may run meanwhile. Every entry must have its act
and every act its entry; every item that was added must have its sealed bytes, unchanged; every object and every
report must have an entry.

Ends with exit code 7 when something is wrong; each finding says what and where.

Examples:
  safehand fsck --config /etc/safehand/safehand.toml
  safehand fsck https://report.example
  safehand fsck https://report.example --log-key report.vkey --json
")]
pub(crate) struct FsckOptions {
    /// The address of a service, or a folder with a copy of a log
    #[arg(value_name = "URL|FOLDER", conflicts_with = "config")]
    source: Option<Source>,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    how: WholeArgs,
}

/// What was found in an instance, as scripts read it.
#[derive(Debug, Serialize)]
struct Printed {
    log: String,
    entries: u64,
    acts: u64,
    erased: u64,
    items: u64,
    hash_lists: u64,
    objects: u64,
    sound: bool,
    findings: Vec<String>,
    more_findings: u64,
}

/// Checks and tells.
pub(crate) async fn run(options: FsckOptions) -> Result<()> {
    let FsckOptions { source, config, how } = options;
    match source {
        Some(source) => check::run(source, &how).await,
        None => instance(&config, &how.keys, how.json).await,
    }
}

/// Looks over the instance on this machine.
async fn instance(config: &ConfigArgs, keys: &KeyArgs, json: bool) -> Result<()> {
    let config = Config::load(config.config.as_deref(), std::env::vars())?;
    let secret = SubKeys::load(&config.server.key_file)?;
    let log_key = server::sequencer::log_key(&config, &secret)?;
    let key = keys.log_key.as_ref().unwrap_or(log_key.verifier());
    let store = Store::open(&config.store).await?;
    let spinner = spinner(json);
    let examined = store.log().fsck(key, &keys.witnesses).await;
    spinner.finish_and_clear();
    let Examined { log, store } = examined.map_err(|error| match error {
        store::Error::Ledger(why) => {
            Error::from(Alarm::Proof { file: "the newest checkpoint".to_owned(), why })
        }
        other => other.into(),
    })?;
    let Compared { acts, erased, items, hash_lists, objects, findings, more } = store;
    let told = log.findings.iter().map(ToString::to_string).chain(findings.iter().map(ToString::to_string));
    let printed = Printed {
        log: log.checkpoint.checkpoint().origin().to_owned(),
        entries: log.entries,
        acts,
        erased,
        items,
        hash_lists,
        objects,
        sound: log.is_sound() && findings.is_empty(),
        findings: told.collect(),
        more_findings: log.more + more,
    };
    if json {
        output::json(&printed)?;
    } else {
        print(&printed);
    }
    match printed.findings.len() as u64 + printed.more_findings {
        0 => Ok(()),
        found => Err(Alarm::Tampered { what: printed.log, found }.into()),
    }
}

/// Turns while the instance is gone through: how much there is shows only on the way.
fn spinner(hidden: bool) -> indicatif::ProgressBar {
    if hidden {
        return indicatif::ProgressBar::hidden();
    }
    let spinner = indicatif::ProgressBar::new_spinner().with_message("reading everything there is");
    spinner.enable_steady_tick(std::time::Duration::from_millis(100));
    spinner
}

fn print(printed: &Printed) {
    let Printed { log, entries, acts, erased, items, hash_lists, objects, .. } = printed;
    println!("log         {log}: {entries} entries");
    println!("acts        {acts} held against their entries, {erased} of them erased");
    println!("items       {items} whose sealed bytes were read, {objects} objects looked up");
    println!("hash lists  {hash_lists} whose sealed bytes were read");
    check::print_findings(&printed.findings, printed.more_findings);
    if printed.sound {
        println!(
            "sound       every entry has its act and every act its entry; every item has its bytes, unchanged"
        );
    }
}
