//! Telegram's `result.json`, whole and in pieces; and what would be a message of it.
#![no_main]

use transcript::{Format, checked};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let piece = input.first().map_or(1, |byte| usize::from(*byte) + 1);
    checked::read(Format::TelegramJson, input, piece);
    // The fuzzer's bytes as one message among others: so it need not find the frame first.
    let mut source =
        b"{\"type\":\"personal_chat\",\"messages\":[{\"id\":1,\"type\":\"message\",\"text\":\"\"},".to_vec();
    source.extend_from_slice(input);
    source.extend_from_slice(b",{\"id\":2,\"type\":\"message\",\"text\":\"\"}]}");
    checked::read(Format::TelegramJson, &source, piece);
});
