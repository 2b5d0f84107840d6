//! imessage-exporter's HTML: what fixtures cannot show.

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

use jiff::civil::{DateTime, date};
use proptest::prelude::*;
use support::{read, read_in_pieces};
use transcript::{Format, Reading, checked};

const FORMAT: Format = Format::ImessageHtml;

#[derive(Debug, Clone)]
struct Sent {
    name: Option<String>,
    at: DateTime,
    text: String,
    tapback: Option<&'static str>,
    /// Answers the message before, in its thread.
    reply: bool,
}

fn sent() -> impl Strategy<Value = Sent> {
    let at = (2010..2026_i16, 1..13_i8, 1..29_i8, 0..24_i8, 0..60_i8, 0..60_i8).prop_map(
        |(year, month, day, hour, minute, second)| date(year, month, day).at(hour, minute, second, 0),
    );
    let tapback = prop::option::of(prop::sample::select(vec!["Loved", "Liked", "🎉"]));
    (prop::option::of("[A-Z][a-zé]{1,6}"), at, "[!-~é⚽\u{200e}][ -~\n]{0,12}", tapback, any::<bool>())
        .prop_map(|(name, at, text, tapback, reply)| Sent { name, at, text, tapback, reply })
}

fn escape(text: &str) -> String {
    let escapes = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&apos;")];
    escapes.iter().fold(text.to_owned(), |text, (character, escaped)| text.replace(character, escaped))
}

/// One message, with `thread` in it.
fn one(sent: &Sent, thread: &str) -> String {
    let Sent { name, at, text, tapback, .. } = sent;
    let class = if name.is_none() { "sent iMessage" } else { "received" };
    let (when, text) = (at.strftime("%b %d, %Y %_I:%M:%S %p"), escape(text));
    let name = name.as_deref().unwrap_or("Me");
    let tapback = tapback.map_or(String::new(), |what| {
        format!(
            "<div class=\"tapbacks\"><hr><p>Tapbacks:</p>\n<div class=\"tapback\">\n<span class=\"tapback\"><b>{what}</b> \
             by Me</span>\n</div>\n</div>\n"
        )
    });
    format!(
        "<div class=\"message\">\n<div class=\"{class}\">\n<p><span class=\"timestamp\">{when}</span>\n\
         <span class=\"sender\">{name}</span></p>\n<hr><div class=\"message_part\">\n<span class=\"bubble\">{text}</span>\n\
         </div>\n{tapback}{thread}</div>\n</div>\n"
    )
}

fn render(chat: &[Sent]) -> String {
    let mut out = "<html>\n<head>\n<meta charset=\"UTF-8\"><style>\n</style>\n</head>\n<body>\n".to_owned();
    let mut rest = chat;
    while let Some((parent, after)) = rest.split_first() {
        let replies = after.iter().take_while(|sent| sent.reply).count();
        let (thread, after) = after.split_at(replies);
        let thread: String =
            thread.iter().map(|sent| format!("<div class=\"reply\">{}</div>\n", one(sent, ""))).collect();
        let thread =
            if thread.is_empty() { thread } else { format!("<div class=\"replies\">\n{thread}</div>\n") };
        out += &one(parent, &thread);
        rest = after;
    }
    out + "</body></html>"
}

proptest! {
    #[test]
    fn what_is_rendered_is_read(chat in prop::collection::vec(sent(), 1..10), piece in 1..300_usize) {
        let page = render(&chat);
        let (said, directory) = read(FORMAT, page.as_bytes());
        prop_assert!(said.unparsed.is_empty() && said.warnings.is_empty(), "{:?}", said.warnings);
        prop_assert_eq!(said.messages.len(), chat.len());
        for (message, sent) in said.messages.iter().zip(&chat) {
            prop_assert_eq!(&*message.text.value, &*sent.text);
            prop_assert_eq!(message.sent.reading, Reading::Local(sent.at));
            let sender = directory.participant(message.sender.unwrap()).unwrap();
            prop_assert_eq!(sender.exporter, sent.name.is_none());
            prop_assert_eq!(sender.display_name.as_deref(), Some(sent.name.as_deref().unwrap_or("Me")));
            let extras = message.extras.clone().unwrap_or_default();
            prop_assert_eq!(extras.reactions.first().map(|reaction| &*reaction.reaction), sent.tapback);
        }
        let (pieces, _) = read_in_pieces(FORMAT, page.as_bytes(), piece);
        prop_assert_eq!(pieces.joined(), said.joined());
    }

    #[test]
    fn the_books_hold_for_any_soup(parts in prop::collection::vec(prop::sample::select(vec![
        "<div class=\"message\">", "</div>", "<div class=\"sent SMS\">", "<div class=\"received\">", "<span class=\"timestamp\">",
        "Jan 2, 2021 3:04:05 PM (Read", "</span>", "<span class=\"sender\">", "Me", "<span class=\"bubble\">", "words",
        "<div class=\"replies\">", "<div class=\"reply\" id=\"A\">", "<span class=\"reply_anchor\"><a href=\"#r-A\">", "</a>",
        "<div class=\"announcement\">", "<audio src=\"a\" ", "<img src=\"data:x\">", "<div class=\"tapbacks\">",
        "<div class=\"tapback\">", "<table><tr><td>", "</td></tr>", "<xmp>", "</xmp>", "<div class=\"edited\">", "\n", "&amp;", "<",
    ]), 0..40), piece in 1..40_usize) {
        checked::read(FORMAT, parts.concat().as_bytes(), piece);
    }
}

#[test]
fn hostile_sources_are_read_in_good_time() {
    for inside in [
        "<div class=\"message\">",
        "<div class=\"replies\">",
        "<div class=\"reply\">",
        "<div>",
        "<table><tr>",
        "<audio ",
    ] {
        let open = inside.repeat(10_000);
        checked::read(FORMAT, ("<div class=\"message\">".to_owned() + &open).as_bytes(), 4096);
        let closed = "<div class=\"message\">".to_owned() + &open + &"</div>".repeat(10_001);
        checked::read(FORMAT, closed.as_bytes(), 4096);
    }
}
