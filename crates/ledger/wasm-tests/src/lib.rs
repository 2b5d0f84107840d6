//! The vectors of `ledger`, compiled to WebAssembly and run under node by `run.mjs` of `seal`'s.

use wasm_bindgen::prelude::wasm_bindgen;

#[path = "../../tests/support/mod.rs"]
#[expect(clippy::unwrap_used, clippy::panic, reason = "these are tests, though not to the compiler")]
mod support;

/// Checks every vector. One line each: `ok <vector>` or `FAILED <vector>: <why>`.
#[wasm_bindgen]
pub fn check_vectors() -> String {
    let line = |outcome: support::vectors::Outcome| match outcome.result {
        Ok(()) => format!("ok {}\n", outcome.vector),
        Err(why) => format!("FAILED {}: {why}\n", outcome.vector),
    };
    support::vectors::check_all().into_iter().map(line).collect::<Vec<_>>().concat()
}
