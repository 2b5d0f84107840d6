//! imessage-exporter's text: rendered and read again, and what hostile files do.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::format_push_string)]

mod support;

use proptest::prelude::*;
use support::{read, read_in_pieces};
use transcript::{Format, Reading};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

proptest! {
    #[test]
    fn rendered_and_read_again(
        messages in prop::collection::vec(("[A-Z][a-z]{1,6}", "[a-z][a-zé😀 ,]{0,20}(\n[a-z ]{1,8}){0,3}", 1_u32..29), 1..12),
        month in 0_usize..12,
        hour in 0_u32..24,
    ) {
        let mut source = String::new();
        let mut expected = Vec::new();
        let mut days: Vec<u32> = messages.iter().map(|(_, _, day)| *day).collect();
        days.sort_unstable();
        for ((name, text, _), day) in messages.iter().zip(days) {
            let (half, twelve) = (if hour < 12 { "AM" } else { "PM" }, (hour + 11) % 12 + 1);
            source += &format!("{} {day:02}, 2022 {twelve:>2}:04:09 {half}\n{name}\n{text}\n\n", MONTHS[month]);
            expected.push((name, text, format!("2022-{:02}-{day:02}T{hour:02}:04:09", month + 1)));
        }
        let (said, directory) = read(Format::ImessageText, source.as_bytes());
        prop_assert_eq!(said.messages.len(), expected.len());
        prop_assert!(said.warnings.is_empty() && said.unparsed.is_empty(), "{:#?}", said);
        for (message, (name, text, time)) in said.messages.iter().zip(expected) {
            prop_assert_eq!(&message.text.value, text);
            prop_assert_eq!(message.sent.reading, Reading::Local(time.parse().unwrap()));
            prop_assert_eq!(directory.participant(message.sender.unwrap()).unwrap().display_name.as_ref(), Some(name));
        }
    }

    #[test]
    fn any_bytes_are_accounted_for(lines in prop::collection::vec(prop::sample::select(vec![
        "May 17, 2022  5:29:42 PM", "May 17, 2022  5:29:42 PM X left", "", "    May 17, 2022  5:29:42 PM", "Me", "    x",
        "Tapbacks:", "Loved by Me", "Edited 1 second later: y", "attachments/1/a.png", "\u{FFFD}", "Attachment missing!",
        "Sticker from Me: /a/b.heic", "Me unsent this message part!", "Unable to format announcement!", " by ", "Edited  later: ",
    ]), 0..30), end in prop::sample::select(vec!["\n", "\r\n", "\r"])) {
        let source = lines.join(end);
        let (whole, _) = read(Format::ImessageText, source.as_bytes());
        let (pieces, _) = read_in_pieces(Format::ImessageText, source.as_bytes(), 5);
        prop_assert_eq!(pieces.joined(), whole.joined());
    }
}

#[test]
fn hostile_files_end_in_time() {
    for line in
        ["\n", "a", " ", "    May 17, 2022  5:29:42 PM\n", "May 17, 2022  5:29:42 PM\n\n", "Tapbacks:\n"]
    {
        let source = format!("May 17, 2022  5:29:42 PM\nMe\n{}", line.repeat((1 << 20) / line.len()));
        read(Format::ImessageText, source.as_bytes());
        read_in_pieces(Format::ImessageText, source.as_bytes(), 4096);
    }
}
