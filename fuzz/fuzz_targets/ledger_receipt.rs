//! See `ledger_receipt` in `crates/ledger/tests/support/fuzz.rs`.
#![no_main]

#[path = "../../crates/ledger/tests/support/fuzz.rs"]
mod fuzz;

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::ledger_receipt(input));
