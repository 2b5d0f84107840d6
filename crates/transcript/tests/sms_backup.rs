//! SMS Backup & Restore: what fixtures cannot show.

#![allow(
    clippy::format_push_string,
    clippy::format_collect,
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_wrap,
    reason = "helpers of a test that writes made-up chats"
)]
#![allow(missing_docs, reason = "tests")]

mod support;

use proptest::prelude::*;
use support::{Said, parser, read, read_in_pieces};
use transcript::{Format, Kind, Message, Output, Parser, Reading, Span, Stream, Window, checked};

const FORMAT: Format = Format::SmsBackup;

#[derive(Debug, Clone)]
struct Sms {
    address: String,
    name: String,
    millis: i64,
    sort: u8,
    body: String,
}

fn sms() -> impl Strategy<Value = Sms> {
    let body = "[ -~£é😘🌞\u{200e}\u{202f}\n\t]{0,40}";
    ("\\+447700900[0-9]{3}", "[A-Z][a-z]{1,6}", 1_000_000_000_000..1_900_000_000_000_i64, 1..=6_u8, body)
        .prop_map(|(address, name, millis, sort, body)| Sms { address, name, millis, sort, body })
}

/// Writes text as the phones do: `units` writes characters beyond the first plane as two references.
fn escape(text: &str, units: bool) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\n' | '\t' => out += &format!("&#{};", u32::from(character)),
            '\u{10000}'.. if units => {
                character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out += &format!("&#{unit};"));
            }
            _ => out.push(character),
        }
    }
    out
}

fn render(chat: &[Sms], units: bool) -> String {
    let mut out = format!(
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<smses count=\"{}\">\n",
        chat.len()
    );
    for Sms { address, name, millis, sort, body } in chat {
        let body = escape(body, units);
        out += &format!(
            "  <sms protocol=\"0\" address=\"{address}\" date=\"{millis}\" type=\"{sort}\" subject=\"null\" \
             body=\"{body}\" contact_name=\"{name}\" />\n"
        );
    }
    out + "</smses>\n"
}

proptest! {
    #[test]
    fn what_is_rendered_is_read(chat in prop::collection::vec(sms(), 0..12), units: bool, piece in 1..200_usize) {
        let file = render(&chat, units);
        let (said, directory) = read(FORMAT, file.as_bytes());
        prop_assert!(said.unparsed.is_empty());
        prop_assert_eq!(said.messages.len(), chat.len());
        for (message, sms) in said.messages.iter().zip(&chat) {
            prop_assert_eq!(&*message.text.value, &*sms.body);
            prop_assert_eq!(message.sent.reading, Reading::epoch_millis(sms.millis));
            prop_assert_eq!(message.kind == Kind::Unsent, sms.sort > 2);
            let sender = directory.participant(message.sender.unwrap()).unwrap();
            prop_assert_eq!(sender.exporter, sms.sort > 1);
            if sms.sort == 1 {
                prop_assert_eq!(sender.handle.as_deref(), Some(&*sms.address));
                prop_assert_eq!(sender.display_name.as_deref(), Some(&*sms.name));
            }
            let conversation = directory.conversation(message.conversation).unwrap();
            prop_assert_eq!(conversation.platform_id.as_deref(), Some(&*sms.address));
        }
        let (pieces, _) = read_in_pieces(FORMAT, file.as_bytes(), piece);
        prop_assert_eq!(pieces.joined(), said.joined());
    }

    #[test]
    fn the_books_hold_for_any_soup(parts in prop::collection::vec(prop::sample::select(vec![
        "<smses count=\"1\">", "</smses>", "<sms body=\"", "<sms address=\"1\" date=\"2\" body=\"a\" type=\"1\"/>", "\"", " />",
        "<mms date=\"3\" msg_box=\"1\">", "</mms>", "<parts>", "</parts>", "<part ct=\"text/plain\" text=\"x\"/>", "<part ",
        "data=\"QUJD", "text=\"<", "seq=0 ", "ct = 'a'", "<addrs>", "<addr address=\"5\" type=\"137\"/>", "&#55357;", "é", "\n",
        "<call number=\"1\" date=\"0\" type=\"1\"/>", "<!-- ", "-->", "<", ">", "/", "=", "x", "<part>", "</part>",
    ]), 0..40), piece in 1..30_usize) {
        checked::read(FORMAT, parts.concat().as_bytes(), piece);
    }
}

#[test]
fn hostile_sources_are_read_in_good_time() {
    for byte in [b'<', b'"', b'&', b'a', 0, b' ', b'/', b'='] {
        let mut source = b"<smses count=\"1\">".to_vec();
        source.extend(std::iter::repeat_n(byte, 1 << 20));
        checked::read(FORMAT, &source, 4096);
    }
    for opening in
        ["<sms ", "<sms a=", "<sms a=\"", "<mms><part ", "<mms><part x=\"<", "<mms>", "<smses>", "&#", "<!--"]
    {
        checked::read(FORMAT, ("<smses>".to_owned() + &opening.repeat(10_000)).as_bytes(), 4096);
        let mut long = ("<smses>".to_owned() + opening).into_bytes();
        long.extend(std::iter::repeat_n(b'"', 1 << 18));
        checked::read(FORMAT, &long, 4096);
    }
    let huge = "9".repeat(100_000);
    let source = format!(
        "<smses count=\"{huge}\"><sms date=\"{huge}\" type=\"{huge}\" address=\"1\" body=\"\"/></smses>"
    );
    let (said, _) = read(FORMAT, source.as_bytes());
    assert_eq!(said.messages[0].sent.reading, Reading::Impossible);
}

/// A parser in a parser: sees how much of the source waits in memory.
struct Watched {
    inner: Box<dyn Parser>,
    longest: usize,
}

impl Parser for Watched {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        self.longest = self.longest.max(window.bytes.len());
        self.inner.parse(window, out)
    }
}

#[test]
fn a_long_attachment_does_not_lie_in_memory() {
    let before = b"<smses count=\"1\"><mms date=\"1717228800000\" msg_box=\"1\" address=\"+447700900101\">\
        <parts><part ct=\"video/mp4\" cl=\"goal.mp4\" data=\"";
    let after = b"\"/><part ct=\"text/plain\" text=\"The goal\"/></parts></mms></smses>";
    let (piece, pieces) = (vec![b'A'; 1 << 16], 1600);
    let (mut said, mut watched) = (Said::default(), Watched { inner: parser(FORMAT), longest: 0 });
    let mut stream = Stream::new(&mut watched, &mut said);
    stream.push(before);
    for _ in 0..pieces {
        stream.push(&piece);
    }
    stream.push(after);
    stream.finish();
    assert!(watched.longest < 1 << 17, "{} bytes at once", watched.longest);
    let data = (1_u64 << 16) * pieces;
    let Message { text, extras, source, .. } = &said.messages[0];
    assert_eq!(text.value, "The goal");
    assert_eq!(source.len(), before.len() as u64 + data + after.len() as u64 - 17 - 8);
    let embedded = extras.as_ref().unwrap().attachments[0].embedded.unwrap();
    assert_eq!(embedded, Span::new(before.len() as u64, before.len() as u64 + data));
    assert!(said.unparsed.is_empty() && said.warnings.is_empty());
}
