//! Reads the input as a mail and as a mailbox; see `safehand_fuzz::read_with`.
#![no_main]

use transcript::Format;

const FORMATS: &[Format] = &[Format::Eml, Format::Mbox];

libfuzzer_sys::fuzz_target!(|input: &[u8]| safehand_fuzz::read(FORMATS, input));
