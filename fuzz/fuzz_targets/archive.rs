//! See `archive` in `crates/transcript/tests/support/around.rs`.
#![no_main]

#[path = "../../crates/transcript/tests/support/around.rs"]
mod around;

libfuzzer_sys::fuzz_target!(|input: &[u8]| around::archive(input));
