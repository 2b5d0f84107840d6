//! Reads the input as every format of XML and HTML, whole and in pieces; see `transcript::checked`.
#![no_main]

use transcript::Format;

const FORMATS: [Format; 5] = [
    Format::SmsBackup,
    Format::TelegramHtml,
    Format::MessengerHtml,
    Format::InstagramHtml,
    Format::ImessageHtml,
];

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let piece = input.first().copied().map_or(1, usize::from);
    for format in FORMATS {
        transcript::checked::read(format, input, piece);
    }
});
