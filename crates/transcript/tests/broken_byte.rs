//! One broken byte in Telegram's JSON costs the message that it stands in and few behind it, and makes none that was
//! not there.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::path::Path;

use support::read;
use transcript::Format;

/// So many messages besides its own a broken byte may cost: the next, where the comma before it is lost; some more at the
/// end of the file, where a bracket made a message swallow them and the message is still short.
const MOST: usize = 4;

#[test]
fn what_stands_behind_a_broken_byte_is_read() {
    for name in ["media.json", "service.json", "single.json"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/telegram-json").join(name);
        let bytes = std::fs::read(path).unwrap();
        let (whole, _) = read(Format::TelegramJson, &bytes);
        // How messages begin is known from the first.
        let first = usize::try_from(whole.messages[0].source.end()).unwrap();
        let places = (first..bytes.len()).filter(|&at| match bytes[at] {
            b'{' | b'}' | b'[' | b']' => at % 2 == 0,
            _ => at % 23 == 0,
        });
        for at in places {
            for byte in *b"{}[]," {
                let mut broken = bytes.clone();
                broken[at] = byte;
                let (said, _) = read(Format::TelegramJson, &broken);
                let elsewhere = |from: u64, to: u64| from > at as u64 || to <= at as u64;
                let missing = whole.messages.iter().filter(|message| {
                    elsewhere(message.source.start(), message.source.end())
                        && !said.messages.iter().any(|other| {
                            other.source == message.source && other.text.value == message.text.value
                        })
                });
                assert!(missing.count() <= MOST, "{name}, byte {at} as {:?}", char::from(byte));
                for message in &said.messages {
                    assert!(
                        !elsewhere(message.source.start(), message.source.end())
                            || whole.messages.iter().any(|other| other.source == message.source),
                        "{name}, byte {at} as {:?}: a message from nowhere: {message:?}",
                        char::from(byte)
                    );
                }
            }
        }
    }
}
