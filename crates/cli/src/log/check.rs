//! A whole log checked from nothing but its public files: `safehand verify log` and `safehand fsck URL`.

use futures_util::StreamExt as _;
use indicatif::{ProgressBar, ProgressStyle};
use ledger::fsck::{Fsck, Report};
use ledger::record::Leaf;
use ledger::{SignedCheckpoint, Time};
use serde::Serialize;

use super::source::Source;
use super::{Alarm, KeyArgs, WholeArgs};
use crate::error::Result;
use crate::output;

/// How many files are asked for ahead of the one that is checked.
const AHEAD: usize = 16;

/// What was found, as scripts read it.
#[derive(Debug, Serialize)]
struct Printed {
    log: String,
    key: String,
    key_pinned: bool,
    size: u64,
    root: String,
    entries: u64,
    first: Option<String>,
    last: Option<String>,
    cosigned: Vec<String>,
    sound: bool,
    findings: Vec<String>,
    more_findings: u64,
}

/// A log that was gone through.
struct Checked {
    report: Report,
    printed: Printed,
}

/// Checks a log and tells.
pub(crate) async fn run(source: Source, how: &WholeArgs) -> Result<()> {
    whole(&source.with_patience(how.patience), &how.keys, how.json).await?.tell(how.json)
}

/// Reads a log from its first entry to its last and says what is wrong.
async fn whole(source: &Source, keys: &KeyArgs, quiet: bool) -> Result<Checked> {
    let key = match &keys.log_key {
        Some(key) => key.clone(),
        None => source.key().await?,
    };
    let note = source.checkpoint().await?;
    let wrong = |why| Alarm::Proof { file: "checkpoint".to_owned(), why };
    let mut fsck = Fsck::begin(&note, &key, &keys.witnesses).map_err(wrong)?;
    let size = SignedCheckpoint::parse(&note).map_err(wrong)?.checkpoint().size();

    let bar = bar(quiet, size);
    let mut times: Option<(Time, Time)> = None;
    let mut each = |_: u64, entry: &[u8]| {
        let Leaf { at, .. } = Leaf::parse(entry)?;
        times = Some(times.map_or((at, at), |(first, _)| (first, at)));
        bar.inc(1);
        Ok(())
    };
    let ahead = futures_util::stream::iter(fsck.plan()).map(|file| source.read(file));
    let mut files = std::pin::pin!(ahead.buffered(AHEAD));
    while let Some(bytes) = files.next().await {
        fsck.take(bytes?.as_deref(), &mut each);
    }
    bar.finish_and_clear();
    let report = fsck.finish();
    let checkpoint = report.checkpoint.checkpoint();
    let printed = Printed {
        log: checkpoint.origin().to_owned(),
        key: key.to_string(),
        key_pinned: keys.log_key.is_some(),
        size: checkpoint.size(),
        root: checkpoint.root().to_string(),
        entries: report.entries,
        first: times.map(|(first, _)| first.to_string()),
        last: times.map(|(_, last)| last.to_string()),
        cosigned: report.checkpoint.cosigned().iter().map(|signed| signed.name.clone()).collect(),
        sound: report.is_sound(),
        findings: report.findings.iter().map(ToString::to_string).collect(),
        more_findings: report.more,
    };
    Ok(Checked { report, printed })
}

/// A bar that counts entries; hidden where nobody looks at it.
fn bar(hidden: bool, entries: u64) -> ProgressBar {
    const SHAPE: &str = "[{bar:40}] {human_pos} of {human_len} entries  {per_sec}  {eta} left";
    if hidden {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(SHAPE).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(entries).with_style(style.progress_chars("=> "))
}

impl Checked {
    /// Prints what came out; an error when something is wrong.
    fn tell(self, json: bool) -> Result<()> {
        let Self { report, printed } = self;
        if json {
            output::json(&printed)?;
        } else {
            print(&printed);
        }
        match report.findings.len() as u64 + report.more {
            0 => Ok(()),
            found => Err(Alarm::Tampered { what: printed.log, found }.into()),
        }
    }
}

/// Prints what is wrong, one finding a line.
pub(crate) fn print_findings(findings: &[String], more: u64) {
    for finding in findings {
        println!("WRONG       {finding}");
    }
    if more > 0 {
        println!("WRONG       and {more} findings more");
    }
}

fn print(printed: &Printed) {
    let Printed { log, key, size, root, entries, .. } = printed;
    println!("log         {log}");
    if printed.key_pinned {
        println!("key         {key}");
    } else {
        println!("key         {key}, as the log states it itself; --log-key pins it");
    }
    println!("checkpoint  {size} entries, root {root}: signed by that key");
    match printed.cosigned.as_slice() {
        [] => println!("witnesses   none of the witnesses whose keys were given has cosigned it"),
        names => println!("witnesses   cosigned by {}", names.join(", ")),
    }
    if let (Some(first), Some(last)) = (&printed.first, &printed.last) {
        println!("entries     {entries}, of {first} to {last}");
    }
    print_findings(&printed.findings, printed.more_findings);
    if printed.sound {
        println!(
            "sound       every entry has the hash that its tile says, every tile that of those below, and all"
        );
        println!(
            "            together the root that is signed: nothing was changed, removed, added or moved"
        );
    }
}
