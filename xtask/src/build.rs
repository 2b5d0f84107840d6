//! What the demo, the tests and the benchmarks all need built.

use std::path::PathBuf;

use crate::error::Error;
use crate::web::{self, WebOptions};
use crate::{shell, tools};

/// Builds the browser's files into `target/web`, unless nothing has changed since the last time.
pub(crate) fn web(force: bool) -> Result<(), Error> {
    tools::wasm_compiler();
    web::build(&WebOptions { force, ..WebOptions::default() }).map_err(Error::Web)
}

/// Builds the release binary, with the browser's files inside, and says where it is.
pub(crate) fn safehand() -> Result<PathBuf, Error> {
    web(false)?;
    shell::run(shell::cargo().args(["build", "--release", "--package", "cli"]))?;
    Ok(shell::target().join("release").join("safehand"))
}

/// Builds the program that generates and measures chat exports, and says where it is.
pub(crate) fn yardstick() -> Result<PathBuf, Error> {
    let arguments =
        ["build", "--release", "--package", "transcript", "--features", "sample", "--example", "yardstick"];
    shell::run(shell::cargo().args(arguments))?;
    Ok(shell::target().join("release").join("examples").join("yardstick"))
}

/// Compiles the readers of chat exports to WebAssembly, and says in which folder they are.
pub(crate) fn transcript_bench() -> Result<PathBuf, Error> {
    tools::wasm_compiler();
    web::for_node(&shell::root(), "transcript-wasm-bench", "transcript_wasm_bench").map_err(Error::Web)
}

/// Compiles the vectors of `ledger` to WebAssembly, and says in which folder they are.
pub(crate) fn ledger_vectors() -> Result<PathBuf, Error> {
    tools::wasm_compiler();
    web::for_node(&shell::root(), "ledger-wasm-tests", "ledger_wasm_tests").map_err(Error::Web)
}

/// Compiles the vectors of `seal` to WebAssembly, and says in which folder they are.
pub(crate) fn seal_vectors() -> Result<PathBuf, Error> {
    tools::wasm_compiler();
    web::for_node(&shell::root(), "seal-wasm-tests", "seal_wasm_tests").map_err(Error::Web)
}
