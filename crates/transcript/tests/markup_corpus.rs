//! The corpus of the fuzz target `markup`, replayed: what once was found stays found.

#![allow(missing_docs, reason = "tests")]

use transcript::{Format, checked};

const FORMATS: [Format; 6] = [
    Format::SmsBackup,
    Format::TelegramHtml,
    Format::MessengerHtml,
    Format::MessengerHtmlOld,
    Format::InstagramHtml,
    Format::ImessageHtml,
];

#[test]
fn markup() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/markup");
    let mut inputs = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let input = std::fs::read(entry.unwrap().path()).unwrap();
        for format in FORMATS {
            for piece in [1, 13, 200] {
                checked::read(format, &input, piece);
            }
        }
        inputs += 1;
    }
    assert!(inputs > 0, "the corpus is empty");
}
