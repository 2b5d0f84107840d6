//! The known-answer vectors, checked natively. `wasm-tests` checks the same in WebAssembly.
//!
//! A format that changes on purpose is pinned anew with `SAFEHAND_PIN_VECTORS=1 cargo test -p seal
//! --test vectors`; the difference is then what a reviewer reads.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

#[test]
fn every_vector_comes_out_as_pinned() {
    if std::env::var_os("SAFEHAND_PIN_VECTORS").is_some() {
        for file in support::FILES {
            let path = format!("{}/tests/vectors/{}.json", env!("CARGO_MANIFEST_DIR"), file.name);
            std::fs::write(path, support::recompute(file).unwrap()).unwrap();
        }
        panic!("pinned anew: look at the difference, then run without SAFEHAND_PIN_VECTORS");
    }
    let outcomes = support::check_all();
    let failed: Vec<String> = outcomes
        .iter()
        .filter_map(|outcome| outcome.result.as_ref().err().map(|why| format!("{}: {why}", outcome.vector)))
        .collect();
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), outcomes.len(), failed.join("\n"));
}
