//! `safehand verify receipt`: what a receipt proves and what it does not, made for somebody who trusts neither
//! the desk nor this project.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::ProgressBar;
use ledger::receipt::{Receipt, Verified};
use ledger::record::Id;
use ledger::{Kind, Record, SignedCheckpoint, VerifierKey, tree};
use protocol::proof::{Original, Originals};
use seal::{ItemId, Phrase, Resealed, Resealer};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::log::source::Source;
use crate::log::{Alarm, KeyArgs, prove};
use crate::{output, prompt, report};

/// Bytes of an original that are read at a time.
const PIECE: usize = 256 << 10;

/// Options of `safehand verify receipt`.
#[derive(Debug, Args)]
#[command(after_help = "\
Needs no connection, unless it is held against the log as it is now (--log). Without the words it shows that the log's key has signed for a report, and when. With
the words and the original files it also seals the files again, to the very bytes whose digest stands in the
log: so these files are what was received.

A receipt states the log's key itself. Give --log-key with the key as you know it from elsewhere (the
service's page, a witness, an earlier receipt), or the check shows only that the file agrees with itself.

Ends with exit code 0 when every check passed, 7 when one did not, 6 when the words do not open the receipt.

Examples:
  safehand verify receipt proof.txt --log-key report.vkey
  safehand verify receipt proof.txt --words chat.txt \"voice message.ogg\"
  safehand verify receipt proof.txt --words-file words.txt --json chat.txt
  safehand verify receipt proof.txt --log https://report.example
")]
pub(crate) struct ReceiptOptions {
    /// The receipt
    file: PathBuf,
    /// The files that were handed over; they need the words
    originals: Vec<PathBuf>,
    #[command(flatten)]
    keys: KeyArgs,
    /// Ask for the seven words
    #[arg(long)]
    words: bool,
    /// Read the seven words from the first line of a file; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "words")]
    words_file: Option<PathBuf>,
    /// The address of the service that the words are for, where the log has another
    #[arg(long, value_name = "URL")]
    origin: Option<String>,
    /// Hold it against the log as it is now too: a service's address, or a folder with a copy
    #[arg(long, value_name = "FOLDER|URL")]
    log: Option<Source>,
    /// Print the checks as JSON
    #[arg(long)]
    json: bool,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Passed,
    Failed,
    /// Nothing was there to be checked.
    Open,
}

/// One check, and what it says.
#[derive(Debug, Serialize)]
struct Check {
    outcome: Outcome,
    about: String,
    says: String,
}

/// The checks so far.
#[derive(Debug, Default)]
struct Checks(Vec<Check>);

impl Checks {
    fn add(&mut self, outcome: Outcome, about: impl Into<String>, says: impl Into<String>) {
        self.0.push(Check { outcome, about: about.into(), says: says.into() });
    }

    fn failed(&self) -> usize {
        self.0.iter().filter(|check| check.outcome == Outcome::Failed).count()
    }
}

/// Checks and tells.
pub(super) async fn run(options: &ReceiptOptions) -> Result<()> {
    if !options.originals.is_empty() && !options.words && options.words_file.is_none() {
        return Err(Error::WordsNeeded);
    }
    let bytes = std::fs::read(&options.file).map_err(Error::file(&options.file))?;
    let mut checks = Checks::default();
    match Receipt::parse(&bytes) {
        Err(why) => checks.add(Outcome::Failed, "file", why.to_string()),
        Ok(receipt) => check(&receipt, options, &mut checks).await?,
    }
    let failed = checks.failed();
    if options.json {
        output::json(&checks.0)?;
    } else {
        print(&checks, !options.originals.is_empty());
    }
    match failed {
        0 => Ok(()),
        failed => Err(Error::ReceiptFails { file: options.file.clone(), failed }),
    }
}

async fn check(receipt: &Receipt, options: &ReceiptOptions, checks: &mut Checks) -> Result<()> {
    let known = options.keys.log_key.as_ref();
    // Witnesses that the verifier knows count; those in the file are named, and no more.
    let verified = match receipt.verify(known, &options.keys.witnesses) {
        Ok(verified) => verified,
        Err(why) => {
            checks.add(Outcome::Failed, "log", why.to_string());
            return Ok(());
        }
    };
    signature(receipt, &verified, known, checks);
    witnesses(receipt, &verified, &options.keys.witnesses, checks);
    for (index, record) in verified.records() {
        checks.add(Outcome::Passed, format!("entry {index}"), says(record));
    }
    if let Some(log) = &options.log {
        match still_there(log, receipt).await {
            Ok(says) => checks.add(Outcome::Passed, "log now", says),
            Err(Error::Alarm(alarm)) => checks.add(Outcome::Failed, "log now", alarm.to_string()),
            Err(error) => return Err(error),
        }
    }
    if !options.words && options.words_file.is_none() {
        checks.add(
            Outcome::Open,
            "originals",
            "not looked at: with --words and the original files it can be shown that they are what was received",
        );
        return Ok(());
    }
    let phrase = words(options)?;
    let Some(sealed) = &receipt.sealed else {
        checks.add(Outcome::Open, "words", "this receipt holds nothing that is sealed to words");
        return Ok(());
    };
    let originals = open(sealed, &phrase, receipt.log.name(), options.origin.as_deref())?;
    checks.add(
        Outcome::Passed,
        "words",
        "they open what is sealed in the receipt: they are this report's words",
    );
    files(originals, &verified, options, checks)
}

/// Holds the receipt against the log as it is now: it must begin with everything that was signed then.
async fn still_there(log: &Source, receipt: &Receipt) -> Result<String> {
    let file = format!("{log}/checkpoint");
    let wrong = |why| Alarm::Proof { file: file.clone(), why };
    let now = SignedCheckpoint::parse(&log.checkpoint().await?).map_err(wrong)?;
    now.verify(&receipt.log, &[]).map_err(wrong)?;
    let (then, now) = (receipt.checkpoint.checkpoint(), now.checkpoint());
    if now.size() < then.size() {
        return Err(
            Alarm::Shorter { log: then.origin().to_owned(), then: then.size(), now: now.size() }.into()
        );
    }
    let proof =
        if now.size() == then.size() { Vec::new() } else { prove(log, then.size(), now.size()).await? };
    tree::verify_consistency(then.size(), then.root(), now.size(), now.root(), &proof).map_err(wrong)?;
    Ok(format!(
        "{log} has {} entries now and begins with the {} of this receipt, unchanged",
        now.size(),
        then.size()
    ))
}

fn signature(receipt: &Receipt, verified: &Verified, known: Option<&VerifierKey>, checks: &mut Checks) {
    let checkpoint = verified.checkpoint().checkpoint();
    let of = format!("{} has signed its log of {} entries", receipt.log.name(), checkpoint.size());
    let by = match known {
        Some(key) => format!("{of}, by the key that you gave: {key}"),
        None => format!(
            "{of}, by the key in this file: {}. That shows that the file agrees with itself; give --log-key to \
             show whose log it is",
            receipt.log
        ),
    };
    checks.add(Outcome::Passed, "signature", by);
}

fn witnesses(receipt: &Receipt, verified: &Verified, known: &[VerifierKey], checks: &mut Checks) {
    for signed in verified.checkpoint().cosigned() {
        let time = signed.time.and_then(|time| i64::try_from(time).ok()).map(output::exact_moment);
        let when = time.map_or_else(String::new, |time| format!(" on {time}, by its own clock"));
        checks.add(Outcome::Passed, "witness", format!("{} has cosigned that log{when}", signed.name));
    }
    if !verified.checkpoint().cosigned().is_empty() {
        return;
    }
    let by_file =
        receipt.verify(None, &receipt.witnesses).map(|verified| verified.checkpoint().cosigned().len());
    let says = match (known.len(), by_file) {
        (0, Ok(0)) => "no witness outside the desk's organisation has cosigned".to_owned(),
        (0, Ok(count)) => format!(
            "{count} have cosigned by the keys in this file, which anybody could have made: give --witness with \
             keys that you know"
        ),
        (0, Err(why)) => format!("by the keys in this file: {why}"),
        (given, _) => format!("none of the {given} witnesses whose keys you gave has cosigned"),
    };
    checks.add(Outcome::Open, "witnesses", says);
}

/// What an entry says, in words.
fn says(record: &Record) -> String {
    let at = output::exact_moment(record.at.unix());
    match (record.kind, record.item, record.sha256) {
        (Kind::ItemAdded, Some(item), Some(sha256)) => format!(
            "{at}: an item was received (item {item}); its sealed bytes have the SHA-256 {}",
            sha256.to_hex()
        ),
        (_, _, Some(sha256)) => {
            format!("{at}: a report was received; what was sent has the SHA-256 {}", sha256.to_hex())
        }
        _ => format!("{at}: {}", record.kind),
    }
}

fn words(options: &ReceiptOptions) -> Result<Phrase> {
    let words = match &options.words_file {
        Some(path) => prompt::first_line(path)?,
        None => prompt::line("The seven words: ", "the seven words", "--words-file")?,
    };
    Phrase::parse(&words).map_err(Error::Phrase)
}

/// Opens what is sealed to the words. They are bound to the service's address, of which the log's name has
/// all but the scheme.
fn open(sealed: &[u8], phrase: &Phrase, log: &str, origin: Option<&str>) -> Result<Originals> {
    let address = log.strip_suffix("/log").unwrap_or(log);
    let origins = match origin {
        Some(origin) => vec![origin.trim_end_matches('/').to_owned()],
        None => vec![format!("https://{address}"), format!("http://{address}")],
    };
    for origin in &origins {
        let keys = phrase.derive(origin)?;
        match Originals::open(sealed, &keys.identity) {
            Err(protocol::proof::ProofError::Seal(seal::Error::AgeNoMatch)) => {}
            opened => return Ok(opened?),
        }
    }
    Err(Error::NotTheseWords(origins))
}

/// Seals every original again and holds it against what the log says.
fn files(
    originals: Originals,
    verified: &Verified,
    options: &ReceiptOptions,
    checks: &mut Checks,
) -> Result<()> {
    let mut left = originals.files;
    for path in &options.originals {
        let bar = report::bar(options.json, &path.display().to_string());
        let outcome = one(path, &mut left, verified, &bar);
        bar.finish_and_clear();
        let (outcome, says) = outcome?;
        checks.add(outcome, path.display().to_string(), says);
    }
    for Original { recipe, .. } in &left {
        let name = recipe.meta().map_or("a file", |meta| meta.name.as_str());
        checks.add(Outcome::Open, name, "was received; no original of it was given, or none that is it");
    }
    Ok(())
}

fn one(
    path: &Path,
    left: &mut Vec<Original>,
    verified: &Verified,
    bar: &ProgressBar,
) -> Result<(Outcome, String)> {
    let mut file = File::open(path).map_err(Error::file(path))?;
    let length = file.metadata().map_err(Error::file(path))?.len();
    bar.set_length(length);
    // Sealing tells its size in advance, so that hardly ever more than one has to be tried.
    let fits = |original: &Original| original.recipe.sealed_len(length) == original.size;
    let mut tried: Vec<(ItemId, Resealer)> = left
        .iter()
        .filter(|original| fits(original))
        .map(|original| (original.recipe.place().item, original.recipe.seal_again()))
        .collect();
    let mut piece = zeroize::Zeroizing::new(vec![0; PIECE]);
    while !tried.is_empty() {
        let read = file.read(&mut piece).map_err(Error::file(path))?;
        if read == 0 {
            break;
        }
        for (_, resealer) in &mut tried {
            resealer.push(&piece[..read]);
        }
        bar.inc(read as u64);
    }
    let sealed = tried.into_iter().map(|(item, resealer)| (item, resealer.finish()));
    for (item, Resealed { size, sha256, content }) in sealed {
        let Some(index) = entry_of(verified, item, &sha256) else { continue };
        let Some(at) = left.iter().position(|original| original.recipe.place().item == item) else {
            continue;
        };
        let original = left.swap_remove(at);
        let name = original.recipe.meta().map(|meta| meta.name.clone()).unwrap_or_default();
        return Ok((
            Outcome::Passed,
            format!(
                "is what was received as “{name}”: SHA-256 {}, sealed again to {size} bytes with the SHA-256 that \
                 entry {index} states",
                content.sha256.to_hex()
            ),
        ));
    }
    Ok((Outcome::Failed, "is none of the files that were received, or was changed since".to_owned()))
}

/// The entry that says that just these sealed bytes were received as this item.
fn entry_of(verified: &Verified, item: ItemId, sha256: &seal::Digest) -> Option<u64> {
    let item = Id::from_bytes(*item.as_bytes());
    let says_so = |record: &Record| {
        record.item == Some(item) && record.sha256.is_some_and(|found| found.as_bytes() == sha256.as_bytes())
    };
    verified.records().iter().find(|(_, record)| says_so(record)).map(|(index, _)| *index)
}

fn print(checks: &Checks, originals: bool) {
    for Check { outcome, about, says } in &checks.0 {
        let mark = match outcome {
            Outcome::Passed => "ok    ",
            Outcome::Failed => "WRONG ",
            Outcome::Open => "open  ",
        };
        println!("{mark}{about}: {says}");
    }
    if checks.failed() > 0 {
        return;
    }
    println!("\nThis shows: what the entries say stands in that log, signed by its key, in this order.");
    if originals {
        println!(
            "The originals marked ok are, byte for byte, what was received then: sealed again they are the bytes \
             whose\ndigest the log states. Nobody can make other files that do the same."
        );
    }
    println!(
        "It does not show: who the reporter is; that what was reported is true; who has read it since; and for \
         the time\nonly that the desk's own clock said so, unless a witness has cosigned."
    );
}
