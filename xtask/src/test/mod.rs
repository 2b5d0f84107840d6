//! `cargo xtask test`: every check there is, counted, with one line at the end.

mod browser;
mod lint;
mod native;
mod tally;
mod wasm;

use std::time::Instant;

use clap::{Args, ValueEnum};

use crate::error::Error;

use self::tally::Tally;

/// Which checks to run.
#[derive(Debug, Args)]
pub(crate) struct TestOptions {
    /// The parts to run; all of them when none is named.
    #[arg(value_enum)]
    parts: Vec<Part>,
}

/// A part that can be run on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Formatting, clippy, licences.
    Lint,
    /// Unit, property, vector, interoperation, HTTP and kill tests.
    Native,
    /// The same vectors in WebAssembly.
    Wasm,
    /// The whole story in Chromium.
    Browser,
}

/// Runs the parts, prints what failed and one line of counts.
///
/// # Errors
/// [`Error::ChecksFailed`] when anything failed; a part that could not run at all counts as one failure.
pub(crate) fn test(options: &TestOptions) -> Result<(), Error> {
    let parts = if options.parts.is_empty() { Part::value_variants() } else { &options.parts };
    let mut tally = Tally::default();
    for part in parts {
        let begun = Instant::now();
        let name = format!("{part:?}").to_lowercase();
        println!("\n── {name} ──");
        let outcome = match part {
            Part::Lint => {
                lint::run(&mut tally);
                Ok(())
            }
            Part::Native => native::run(&mut tally),
            Part::Wasm => wasm::run(&mut tally),
            Part::Browser => browser::run(&mut tally),
        };
        if let Err(error) = outcome {
            tally.fail(format!("{name}: {error}"));
        }
        println!("── {name}: {} s ──", begun.elapsed().as_secs());
    }
    tally.report()
}
