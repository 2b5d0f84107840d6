//! See `phrase_parse` in `crates/seal/tests/support/fuzz.rs`.
#![no_main]

#[path = "../../crates/seal/tests/support/fuzzing.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|input: &[u8]| support::fuzz::phrase_parse(input));
