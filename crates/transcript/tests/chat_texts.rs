//! `TikTok`'s text, signal-export's and sigtop's: rendered and read again, and what hostile files do.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::format_push_string)]

mod support;

use proptest::prelude::*;
use support::{Said, read, read_in_pieces};
use transcript::{Directory, Format, Reading};

type Rows = Vec<(String, String, i64)>;

fn rows() -> impl Strategy<Value = Rows> {
    let text = "[a-z][a-zé😀 ,]{0,12}(\n[a-z]{1,8}){0,3}";
    prop::collection::vec(("[A-Z][a-z]{1,6}", text, 1_000_000_000_i64..1_900_000_000), 1..12)
}

fn utc(seconds: i64) -> jiff::civil::DateTime {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::from_second(seconds).unwrap())
}

fn same(
    said: &Said,
    directory: &Directory,
    rows: &Rows,
    reading: impl Fn(i64) -> Reading,
) -> Result<(), TestCaseError> {
    prop_assert!(said.unparsed.is_empty(), "{:#?}", said.unparsed);
    prop_assert_eq!(said.messages.len(), rows.len());
    for (message, (name, text, seconds)) in said.messages.iter().zip(rows) {
        prop_assert_eq!(&message.text.value, text);
        prop_assert_eq!(message.sent.reading, reading(*seconds));
        let sender = directory.participant(message.sender.unwrap()).unwrap();
        prop_assert_eq!(sender.display_name.as_ref().or(sender.handle.as_ref()), Some(name));
    }
    Ok(())
}

proptest! {
    #[test]
    fn tiktok(rows in rows()) {
        let mut source = ">>> Chat History with bob::\n\n".to_owned();
        for (name, text, seconds) in &rows {
            source += &format!("{} UTC {name}: {text}\n", utc(*seconds).strftime("%Y-%m-%d %H:%M:%S"));
        }
        let (said, directory) = read(Format::TiktokText, source.as_bytes());
        same(&said, &directory, &rows, |seconds| {
            Reading::Instant(jiff::Timestamp::from_second(seconds).unwrap(), transcript::ZoneBasis::Stated)
        })?;
    }

    #[test]
    fn signal_export(rows in rows(), files in 0_usize..3, quote in any::<bool>()) {
        let mut source = String::new();
        for (name, text, seconds) in &rows {
            let quote = if quote { "\n\n> what was said\n\n" } else { "" };
            source += &format!("[{}] {name}: {quote}{text}  ", utc(*seconds).strftime("%Y-%m-%d %H:%M:%S"));
            source += &"![a b.jpg](./media/a%20b.jpg)  ".repeat(files);
            source += "\n\n";
        }
        let (said, directory) = read(Format::SignalText, source.as_bytes());
        same(&said, &directory, &rows, |seconds| Reading::Local(utc(seconds)))?;
        for message in &said.messages {
            let extras = message.extras.clone().unwrap_or_default();
            prop_assert_eq!(extras.attachments.len(), files);
            prop_assert_eq!(extras.details.len(), usize::from(quote));
        }
    }

    #[test]
    fn sigtop(rows in rows(), short in any::<bool>()) {
        let rows: Rows = rows.into_iter().map(|(name, text, seconds)| (name, text, seconds / 60 * 60)).collect();
        let mut source = if short { String::new() } else { "Conversation: Ann\n\n".to_owned() };
        for (name, text, seconds) in &rows {
            source += &if short {
                format!("{} {name}: {text}\n", utc(*seconds).strftime("%Y-%m-%d %H:%M"))
            } else {
                format!("From: {name}\nType: incoming\nSent: {} +0000\n\n{text}\n\n", utc(*seconds).strftime("%a, %-d %b %Y %H:%M:%S"))
            };
        }
        let (said, directory) = read(Format::SignalText, source.as_bytes());
        same(&said, &directory, &rows, |seconds| {
            if short {
                return Reading::Local(utc(seconds));
            }
            Reading::Instant(jiff::Timestamp::from_second(seconds).unwrap(), transcript::ZoneBasis::Stated)
        })?;
    }

    #[test]
    fn any_lines_are_accounted_for(lines in prop::collection::vec(prop::sample::select(vec![
        ">>> Chat History with a::", ">>> ", "2024-01-02 10:00:00 UTC a: b", "2024-01-02 10:00:00", "a:", "", "x",
        "[2022-05-17 18:30:31] Me: a  ", "[2022-05-17 18:30:31] Me: ", "> q", "![a](./media/a)  ", "(( s ))", "(- Me: a -)", "(- x -)",
        "Conversation: a (+447700900123)", "From: a", "Type: incoming", "Type: keychange", "Sent: Mon, 2 Jan 2006 15:04:05 -0700",
        "Edited: 2 versions", "| Version: 2", "|", "| x", "| > From: x", "| >", "> From: x", ">", "Attachment: a (b, 1 bytes)", "Reaction: x",
        "2022-05-17 18:30 a: [1 attachment] b", "2022-05-17 18:30 a: [reply to ", "\u{FEFF}", "](./media/a)", "[](./media/)",
    ]), 0..30), end in prop::sample::select(vec!["\n", "\r\n", "\r"])) {
        let source = lines.join(end);
        for format in [Format::TiktokText, Format::SignalText] {
            let (whole, _) = read(format, source.as_bytes());
            let (pieces, _) = read_in_pieces(format, source.as_bytes(), 5);
            prop_assert_eq!(pieces.joined(), whole.joined());
        }
    }
}

#[test]
fn hostile_files_end_in_time() {
    for line in [
        "\n",
        "a",
        ">",
        "> ",
        "![a](./media/a)  ",
        "|\n",
        "| Version: 1\n",
        "| > From: a\n",
        "(",
        ")",
        "](./media/",
        "  ",
    ] {
        for head in [
            ">>> Chat History with a::\n2024-01-02 10:00:00 UTC a: ",
            "[2022-05-17 18:30:31] Me: ",
            "From: a\nType: incoming\nEdited: 2 versions\n\n",
        ] {
            let source = format!("{head}{}", line.repeat((1 << 18) / line.len()));
            read(Format::TiktokText, source.as_bytes());
            read(Format::SignalText, source.as_bytes());
            read_in_pieces(Format::SignalText, source.as_bytes(), 4096);
        }
    }
}
