//! `cargo xtask bench`: measurements with names that last.

mod intake;
mod ledger;
mod media;
mod process;
mod transcript;

use std::fs;
use std::process::Command;

use clap::Subcommand;
use serde::Serialize;

use crate::error::Error;
use crate::shell;

/// What can be measured.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Sealed reports from submission to durable, uploads, sealing speed, memory, pages.
    Intake(intake::IntakeOptions),
    /// The log of acts: verifying proofs, checking a whole log.
    Ledger(ledger::LedgerOptions),
    /// Reading chat exports, natively and in WebAssembly, in memory and as a stream.
    Transcript(transcript::TranscriptOptions),
    /// Hash lists, PDQ, and holding two exports against each other.
    Media(media::MediaOptions),
}

/// Measures and writes `target/bench/NAME.json`.
pub(crate) fn bench(bench: &Bench) -> Result<(), Error> {
    match bench {
        Bench::Intake(options) => intake::measure(options)?.publish("intake"),
        Bench::Ledger(options) => ledger::measure(options)?.publish("ledger"),
        Bench::Transcript(options) => transcript::measure(options)?.publish("transcript"),
        Bench::Media(options) => media::measure(options)?.publish("media"),
    }
}

/// Runs a program whose last line of output is JSON.
fn json<T: serde::de::DeserializeOwned>(command: &mut Command) -> Result<T, Error> {
    let output = shell::read(command)?;
    let last = output.lines().last().unwrap_or_default();
    serde_json::from_str(last).map_err(|error| Error::unexpected(shell::describe(command), error))
}

/// One figure.
#[derive(Clone, Debug, Serialize)]
struct Figure {
    /// A name that does not change from one release to the next.
    name: String,
    value: f64,
    unit: &'static str,
    /// The value of the thing that it is held against, in the same unit.
    reference: Option<f64>,
    /// `value` divided by `reference`.
    ratio: Option<f64>,
}

/// The figures of one run.
#[derive(Debug, Default)]
struct Figures(Vec<Figure>);

impl Figures {
    /// Adds a figure that stands for itself.
    fn add(&mut self, name: &str, value: f64, unit: &'static str) {
        self.0.push(Figure { name: name.to_owned(), value, unit, reference: None, ratio: None });
    }

    /// Adds a figure and what it was held against in the same run.
    fn add_against(&mut self, name: &str, value: f64, unit: &'static str, reference: f64) {
        let ratio = (reference > 0.0).then(|| value / reference);
        self.0.push(Figure { name: name.to_owned(), value, unit, reference: Some(reference), ratio });
    }

    /// Prints a table and writes the same as JSON.
    fn publish(&self, name: &str) -> Result<(), Error> {
        println!("\n{:<28} {:>12} {:<6} {:>12} {:>7}", "figure", "value", "unit", "reference", "ratio");
        for figure in &self.0 {
            let reference = figure.reference.map(|value| format!("{value:.1}")).unwrap_or_default();
            let ratio = figure.ratio.map(|value| format!("{value:.2}")).unwrap_or_default();
            println!(
                "{:<28} {:>12.2} {:<6} {reference:>12} {ratio:>7}",
                figure.name, figure.value, figure.unit
            );
        }
        let folder = shell::target().join("bench");
        fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        let path = folder.join(format!("{name}.json"));
        let json = serde_json::to_vec_pretty(&self.0).map_err(|error| Error::unexpected(name, error))?;
        fs::write(&path, json).map_err(Error::file(&path))?;
        println!("\nwritten to {}", path.strip_prefix(shell::root()).unwrap_or(&path).display());
        Ok(())
    }
}
