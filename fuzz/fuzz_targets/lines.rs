//! Reads the input as every format made of lines; see `safehand_fuzz::read_with`.
#![no_main]

use transcript::Format;

const FORMATS: &[Format] = &[Format::ImessageText, Format::Line, Format::TiktokText, Format::SignalText];

libfuzzer_sys::fuzz_target!(|input: &[u8]| safehand_fuzz::read(FORMATS, input));
