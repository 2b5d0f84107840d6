//! The vectors once more, as the browser computes them.

use std::path::Path;

use serde::Deserialize;

use super::tally::Tally;
use crate::error::Error;
use crate::{build, shell};

/// The last line that the runner prints.
#[derive(Debug, Deserialize)]
struct Outcome {
    passed: usize,
    #[serde(default)]
    failed: Vec<String>,
}

/// Compiles the vectors of the crates that have some, and has `run.mjs` hold them against what is published.
pub(super) fn run(tally: &mut Tally) -> Result<(), Error> {
    // No page uses it yet, and it must stay usable there.
    let check = ["check", "--package", "media", "--target", "wasm32-unknown-unknown"];
    tally.check("media compiles to WebAssembly", shell::run(shell::cargo().args(check)));
    vectors("seal", &build::seal_vectors()?, tally)?;
    vectors("ledger", &build::ledger_vectors()?, tally)
}

fn vectors(name: &str, module: &Path, tally: &mut Tally) -> Result<(), Error> {
    const RUNNER: &str = "crates/seal/wasm-tests/run.mjs";
    let mut last = String::new();
    let mut node = shell::command("node");
    let succeeded =
        shell::watch(node.arg(shell::root().join(RUNNER)).arg(module), |line| line.clone_into(&mut last))?;
    let outcome: Outcome = serde_json::from_str(&last).map_err(|error| Error::unexpected(RUNNER, error))?;
    tally.pass(outcome.passed);
    let failures = outcome.failed.len();
    outcome.failed.into_iter().for_each(|vector| tally.fail(format!("wasm: {name}: {vector}")));
    if !succeeded && failures == 0 {
        tally.fail(format!("wasm: {name}: the runner failed without naming a test"));
    }
    Ok(())
}
