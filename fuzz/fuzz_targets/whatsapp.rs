//! Reads the input as WhatsApp's exported chat; see `safehand_fuzz::read_with`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| safehand_fuzz::read(&[transcript::Format::Whatsapp], input));
