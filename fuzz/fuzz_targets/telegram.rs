//! Telegram's `result.json`; and what would be a message of it. See `safehand_fuzz::read_with`.
#![no_main]

use transcript::Format;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    safehand_fuzz::read(&[Format::TelegramJson], input);
    // The fuzzer's bytes as one message among others: so it need not find the frame first.
    if input.first() == Some(&b'{') && !input.starts_with(b"{\"type\"") {
        let mut source =
            b"{\"type\":\"personal_chat\",\"messages\":[{\"id\":1,\"type\":\"message\",\"text\":\"\"},"
                .to_vec();
        source.extend_from_slice(input);
        source.extend_from_slice(b",{\"id\":2,\"type\":\"message\",\"text\":\"\"}]}");
        safehand_fuzz::read(&[Format::TelegramJson], &source);
    }
});
