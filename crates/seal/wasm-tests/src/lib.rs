//! The known-answer vectors of `seal`, compiled to WebAssembly and run under node by `run.mjs`.

use wasm_bindgen::prelude::wasm_bindgen;

#[path = "../../tests/support/mod.rs"]
mod support;

/// Checks every vector. One line each: `ok <vector>` or `FAILED <vector>: <why>`.
#[wasm_bindgen]
pub fn check_vectors() -> String {
    support::check_all().into_iter().fold(String::new(), |mut report, outcome| {
        match outcome.result {
            Ok(()) => report.push_str(&format!("ok {}\n", outcome.vector)),
            Err(why) => report.push_str(&format!("FAILED {}: {why}\n", outcome.vector)),
        }
        report
    })
}
