//! Holds the two exports before and behind the first NUL against each other; see `transcript::checked`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| transcript::checked::compare(input));
