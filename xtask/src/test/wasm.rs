//! The vectors once more, as the browser computes them.

use serde::Deserialize;

use super::tally::Tally;
use crate::error::Error;
use crate::{build, shell};

/// The last line that a runner prints.
#[derive(Debug, Deserialize)]
struct Outcome {
    passed: usize,
    #[serde(default)]
    failed: Vec<String>,
}

/// Compiles `crates/seal/wasm-tests` and has its `run.mjs` hold it against the vectors.
pub(super) fn run(tally: &mut Tally) -> Result<(), Error> {
    // No page uses it yet, and it must stay usable there.
    let check = ["check", "--package", "media", "--target", "wasm32-unknown-unknown"];
    tally.check("media compiles to WebAssembly", shell::run(shell::cargo().args(check)));

    let folder = shell::root().join("crates/seal/wasm-tests");
    let module = build::seal_vectors()?;

    let mut last = String::new();
    let mut node = shell::command("node");
    let succeeded =
        shell::watch(node.arg(folder.join("run.mjs")).arg(module), |line| line.clone_into(&mut last))?;
    let outcome: Outcome = serde_json::from_str(&last)
        .map_err(|error| Error::unexpected("crates/seal/wasm-tests/run.mjs", error))?;
    tally.pass(outcome.passed);
    let failures = outcome.failed.len();
    outcome.failed.into_iter().for_each(|name| tally.fail(format!("wasm: {name}")));
    if !succeeded && failures == 0 {
        tally.fail("wasm: the runner failed without naming a test");
    }
    Ok(())
}
