//! Everything that `cargo test` runs.

use super::tally::{Line, Tally, read};
use crate::error::Error;
use crate::{shell, tools};

/// Runs the workspace's tests with every outside program they can use.
pub(super) fn run(tally: &mut Tally) -> Result<(), Error> {
    let (tuspy, tlog) = (tools::tuspy()?, tools::tlog()?);
    tools::npm_packages(&shell::root().join("crates/seal/tests/interop"))?;
    let mut cargo = shell::cargo();
    cargo.args(["test", "--workspace", "--no-fail-fast"]);
    // Tests that would otherwise pass over a program that is not there fail instead.
    // The same cases every time, so that a run can be repeated; `cargo test` by itself draws others.
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        cargo.env("PROPTEST_RNG_SEED", "20261122");
    }
    cargo.env("TUSPY_PYTHON", tuspy).env("TLOG_PYTHON", tlog).env("SAFEHAND_REQUIRE_INTEROP", "1");

    let before = tally.failed();
    let succeeded = shell::watch(&mut cargo, |line| match read(line) {
        Line::Passed(tests) => tally.pass(tests),
        Line::Failed(name) => tally.fail(name),
        Line::Other => {}
    })?;
    if !succeeded && tally.failed() == before {
        tally.fail("cargo test did not run to its end");
    }
    Ok(())
}
