//! Examines the input as a file, as a whole and by parts; see `media::checked`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| drop(media::checked::examine(input)));
