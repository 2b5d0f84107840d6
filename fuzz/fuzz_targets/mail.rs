//! Reads the input as a mail and as a mailbox, whole and in pieces; see `transcript::checked`.
#![no_main]

use transcript::{Format, checked};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let piece = input.first().copied().map_or(1, usize::from);
    for format in [Format::Eml, Format::Mbox] {
        checked::read(format, input, piece);
    }
});
