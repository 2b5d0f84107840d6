//! Reads the input as every format of XML and HTML; see `safehand_fuzz::read_with`.
#![no_main]

use transcript::Format;

const FORMATS: &[Format] = &[
    Format::SmsBackup,
    Format::TelegramHtml,
    Format::MessengerHtml,
    Format::MessengerHtmlOld,
    Format::InstagramHtml,
    Format::ImessageHtml,
];

libfuzzer_sys::fuzz_target!(|input: &[u8]| safehand_fuzz::read(FORMATS, input));
