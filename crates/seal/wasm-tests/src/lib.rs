//! The known-answer vectors of `seal`, compiled to WebAssembly and run under node by `run.mjs`, and
//! what `bench.mjs` measures.

mod bench;

use wasm_bindgen::prelude::wasm_bindgen;

#[path = "../../tests/support/mod.rs"]
mod support;

/// Checks every vector. One line each: `ok <vector>` or `FAILED <vector>: <why>`.
#[wasm_bindgen]
pub fn check_vectors() -> String {
    let line = |outcome: support::Outcome| match outcome.result {
        Ok(()) => format!("ok {}\n", outcome.vector),
        Err(why) => format!("FAILED {}: {why}\n", outcome.vector),
    };
    support::check_all().into_iter().map(line).collect::<Vec<_>>().concat()
}
