//! Reads the input as WhatsApp's exported chat, whole and in pieces; see `transcript::checked`.
#![no_main]

use transcript::Format;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let piece = input.first().copied().map_or(1, |first| usize::from(first).max(1));
    transcript::checked::read(Format::Whatsapp, input, piece);
});
