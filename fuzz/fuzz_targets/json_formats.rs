//! Reads the input as every format of JSON but Telegram's; see `safehand_fuzz::read_with`.
#![no_main]

use transcript::Format;

const FORMATS: &[Format] = &[
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
    Format::ImessageDb,
];

libfuzzer_sys::fuzz_target!(|input: &[u8]| safehand_fuzz::read(FORMATS, input));
