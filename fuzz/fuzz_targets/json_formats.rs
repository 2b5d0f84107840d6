//! Reads the input as every format of JSON but Telegram's, whole and in pieces; see `transcript::checked`.
#![no_main]

use transcript::Format;

const FORMATS: [Format; 13] = [
    Format::MessengerJson,
    Format::InstagramJson,
    Format::MessengerE2ee,
    Format::Snapchat,
    Format::DiscordPackage,
    Format::DiscordExporter,
    Format::TiktokJson,
    Format::GoogleChat,
    Format::Hangouts,
    Format::Skype,
    Format::XDirectMessages,
    Format::SignalJsonl,
    Format::Wechat,
];

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let piece = input.first().copied().map_or(1, usize::from);
    for format in FORMATS {
        transcript::checked::read(format, input, piece);
    }
});
