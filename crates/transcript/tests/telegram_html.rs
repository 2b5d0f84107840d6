//! Telegram Desktop's HTML: what fixtures cannot show.

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

use jiff::civil::date;
use jiff::tz::Offset;
use proptest::prelude::*;
use support::{read, read_in_pieces};
use transcript::{Format, Reading, ZoneBasis, checked};

const FORMAT: Format = Format::TelegramHtml;

#[derive(Debug, Clone)]
struct Sent {
    name: String,
    seconds: u32,
    text: String,
    reply_to: Option<u32>,
}

fn sent() -> impl Strategy<Value = Sent> {
    let text = "[ -~é⚽\u{200e}\u{202f}]{0,20}(\n[a-zé]{1,8}[ -~]{0,5}){0,2}";
    (
        prop::sample::select(vec!["Sam", "Zoë Lee", "A & B <c>", "Kim: \"K\""]),
        0..86_400_u32,
        text,
        prop::option::of(1..99_u32),
    )
        .prop_map(|(name, seconds, text, reply_to)| Sent {
            name: name.to_owned(),
            seconds,
            text,
            reply_to,
        })
}

fn escape(text: &str) -> String {
    let escapes =
        [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&apos;"), ("\n", "<br>")];
    escapes.iter().fold(text.to_owned(), |text, (character, escaped)| text.replace(character, escaped))
}

fn render(chat: &[Sent], offset: i8) -> String {
    let mut out = "<!DOCTYPE html>\n<html>\n <head>\n<title>Exported Data</title>\n </head>\n <body>\n  \
        <div class=\"page_header\">\n<div class=\"text bold\">\nTeam\n</div>\n</div>\n\n  <div class=\"history\">\n"
        .to_owned();
    let mut before = None;
    for (id, Sent { name, seconds, text, reply_to }) in chat.iter().enumerate() {
        let joined = before == Some(name);
        before = Some(name);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let class = if joined { " joined" } else { "" };
        out += &format!(
            "\n   <div class=\"message default clearfix{class}\" id=\"message{id}\">\n\n    <div class=\"body\">\n"
        );
        out += &format!(
            "\n     <div class=\"pull_right date details\" title=\"23.08.2023 {hour:02}:{minute:02}:{second:02} \
             UTC{}{:02}:30\">\n{hour:02}:{minute:02}\n     </div>\n",
            if offset < 0 { '-' } else { '+' },
            offset.abs(),
        );
        if !joined {
            out += &format!("\n     <div class=\"from_name\">\n{} \n     </div>\n", escape(name));
        }
        if let Some(id) = reply_to {
            out += &format!(
                "\n     <div class=\"reply_to details\">\nIn reply to <a href=\"#go_to_message{id}\" onclick=\"return \
                 GoToMessage({id})\">this message</a>\n     </div>\n"
            );
        }
        if !text.is_empty() {
            out += &format!("\n     <div class=\"text\">\n{}\n     </div>\n", escape(text));
        }
        out += "\n    </div>\n\n   </div>\n";
    }
    out + "\n  </div>\n\n </body>\n\n</html>\n"
}

proptest! {
    #[test]
    fn what_is_rendered_is_read(chat in prop::collection::vec(sent(), 1..10), offset in -11..12_i8, piece in 1..300_usize) {
        let page = render(&chat, offset);
        let (said, directory) = read(FORMAT, page.as_bytes());
        prop_assert!(said.unparsed.is_empty() && said.warnings.is_empty(), "{:?}", said.warnings);
        prop_assert_eq!(said.messages.len(), chat.len());
        for (id, (message, sent)) in said.messages.iter().zip(&chat).enumerate() {
            prop_assert_eq!(&*message.text.value, &*sent.text);
            let sender = directory.participant(message.sender.unwrap()).unwrap();
            prop_assert_eq!(sender.display_name.as_deref(), Some(&*sent.name));
            let extras = message.extras.clone().unwrap_or_default();
            prop_assert_eq!(extras.id, Some(id.to_string()));
            prop_assert_eq!(extras.reply_to, sent.reply_to.map(|id| id.to_string()));
            let seconds = i32::from(offset.abs()) * 3600 + 1800;
            let offset = Offset::from_seconds(if offset < 0 { -seconds } else { seconds }).unwrap();
            let local = date(2023, 8, 23).at(0, 0, 0, 0) + jiff::SignedDuration::from_secs(sent.seconds.into());
            prop_assert_eq!(message.sent.reading, Reading::at_offset(local, offset, ZoneBasis::Stated));
        }
        let (pieces, _) = read_in_pieces(FORMAT, page.as_bytes(), piece);
        prop_assert_eq!(pieces.joined(), said.joined());
    }

    #[test]
    fn the_books_hold_for_any_soup(parts in prop::collection::vec(prop::sample::select(vec![
        "<div class=\"message default clearfix\" id=\"message1\">", "<div class=\"message default clearfix joined\">",
        "<div class=\"message service\" id=\"message-1\">", "<div class=\"body\">", "<div class=\"body details\">", "</div>",
        "<div class=\"pull_right date details\" title=\"23.08.2023 13:11:23 UTC+01:00\">", "<div class=\"from_name\">", "Sam",
        "<div class=\"text\">", "<div class=\"media_wrap\">", "<div class=\"media_poll\">", "<a class=\"media media_file\" href=\"",
        "\">", "<br>", "<script>", "</script>", "1 May 2024", "<span class=\"reactions\">", "<span class=\"reaction\">", "</span>",
        "<div class=\"page_header\">", "<div class=\"text bold\">", "&amp;", "<a href=\"#go_to_message5\">", "</a>", "\n", "<!--", "-->",
        "<div class=\"forwarded body\">", "<",
    ]), 0..40), piece in 1..40_usize) {
        checked::read(FORMAT, parts.concat().as_bytes(), piece);
    }
}

#[test]
fn hostile_sources_are_read_in_good_time() {
    let head = "<div class=\"message default clearfix\" id=\"message1\">";
    for inside in [
        "<div>",
        "<div class=\"body\">",
        "<a href='",
        "</div>",
        "<div class=\"message service\">",
        "<p>",
        "&",
        "<",
    ] {
        checked::read(FORMAT, (head.to_owned() + &inside.repeat(10_000)).as_bytes(), 4096);
    }
    for byte in [b'<', b'"', b'&', b'a', 0, b' '] {
        let mut source = head.as_bytes().to_vec();
        source.extend(std::iter::repeat_n(byte, 1 << 20));
        checked::read(FORMAT, &source, 1 << 14);
    }
}
