//! Imports the input as a list of hashes, stores it, and reads the input as a stored list; see `media::checked`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| media::checked::hashlist(input));
