//! Messenger's and Instagram's HTML: what fixtures cannot show.

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

#[derive(Debug, Clone)]
struct Sent {
    name: String,
    at: DateTime,
    text: String,
    photo: bool,
    reaction: Option<(&'static str, String)>,
}

fn sent() -> impl Strategy<Value = Sent> {
    let text = "([!-~é⚽\u{200e}][ -~]{0,12}[!-~]?)?(\n[a-zé]{1,8}){0,2}";
    let name = "[A-Z][a-zé&<]{1,6}";
    let at = (2010..2026_i16, 1..13_i8, 1..29_i8, 0..24_i8, 0..60_i8)
        .prop_map(|(year, month, day, hour, minute)| date(year, month, day).at(hour, minute, 0, 0));
    let reaction = prop::option::of((prop::sample::select(vec!["❤️", "👍🏽", "👨‍👩‍👧", "🇬🇧", "😂"]), name));
    (name, at, text, any::<bool>(), reaction).prop_map(|(name, at, text, photo, reaction)| Sent {
        name,
        at,
        text,
        photo,
        reaction,
    })
}

fn escape(text: &str) -> String {
    let escapes =
        [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#039;"), ("\n", "<br />")];
    escapes.iter().fold(text.to_owned(), |text, (character, escaped)| text.replace(character, escaped))
}

fn render(chat: &[Sent], instagram: bool, commas: bool) -> String {
    let mut out = "<html><head><title>Team</title></head><body><div role=\"main\">".to_owned();
    for Sent { name, at, text, photo, reaction } in chat {
        let (name, text) = (escape(name), escape(text));
        let photo = if *photo {
            "<div><a href=\"p/photos/1.jpg\"><img src=\"p/photos/1.jpg\" /></a></div>"
        } else {
            "<div></div>"
        };
        let reaction = reaction.as_ref().map_or(String::new(), |(emoji, name)| {
            format!("<div><ul class=\"_a6-q\"><li><span>{emoji}{}</span></li></ul></div>", escape(name))
        });
        let body = format!("<div><div></div><div>{text}</div>{photo}<div></div>{reaction}</div>");
        let when = at.strftime(if commas { "%b %d, %Y, %-I:%M %p" } else { "%b %d, %Y %-I:%M %P" });
        out += &if instagram {
            format!(
                "<div class=\"pam _3-95 _2ph- _a6-g uiBoxWhite noborder\"><h2 class=\"_3-95 _2pim _a6-h _a6-i\">{name}\
                 </h2><div class=\"_3-95 _a6-p\">{body}</div><div class=\"_3-94 _a6-o\">{when}</div></div>"
            )
        } else {
            format!(
                "<section class=\"_3-95 _a6-g\"><h2 class=\"_2ph_ _a6-h _a6-i\">{name}</h2><div class=\"_2ph_ _a6-p\">\
                 {body}</div><footer class=\"_3-94 _a6-o\"><div class=\"_a72d\">{when}</div></footer></section>"
            )
        };
    }
    out + "</div></body></html>"
}

proptest! {
    #[test]
    fn what_is_rendered_is_read(
        chat in prop::collection::vec(sent(), 1..10), instagram: bool, commas: bool, piece in 1..300_usize,
    ) {
        let page = render(&chat, instagram, commas);
        let format = if instagram { Format::InstagramHtml } else { Format::MessengerHtml };
        let (said, directory) = read(format, page.as_bytes());
        prop_assert!(said.unparsed.is_empty() && said.warnings.is_empty(), "{:?}", said.warnings);
        prop_assert_eq!(said.messages.len(), chat.len());
        for (message, sent) in said.messages.iter().zip(&chat) {
            prop_assert_eq!(&*message.text.value, &*sent.text);
            prop_assert_eq!(message.sent.reading, Reading::Local(sent.at));
            let name = |id| directory.participant(id).unwrap().display_name.clone();
            prop_assert_eq!(name(message.sender.unwrap()), Some(sent.name.clone()));
            let extras = message.extras.clone().unwrap_or_default();
            prop_assert_eq!(extras.attachments.len(), usize::from(sent.photo));
            let reaction = extras.reactions.first().map(|r| (r.reaction.clone(), name(r.by.unwrap()).unwrap()));
            prop_assert_eq!(reaction, sent.reaction.clone().map(|(emoji, name)| (emoji.to_owned(), name)));
        }
        let (pieces, _) = read_in_pieces(format, page.as_bytes(), piece);
        prop_assert_eq!(pieces.joined(), said.joined());
    }

    #[test]
    fn the_books_hold_for_any_soup(parts in prop::collection::vec(prop::sample::select(vec![
        "<section class=\"_a6-g\">", "</section>", "<div class=\"_2lej\">", "<div class=\"_a6-g\">", "<h2 class=\"_a6-h\">", "</h2>",
        "<div class=\"_a6-p\">", "<div>", "</div>", "<div class=\"_a6-o\">", "Jan 2, 2021 3:04 pm", "01/02/2021 03:04", "words",
        "<ul class=\"_a6-q\">", "<li>", "❤️Sam (Jan 2, 2021)", "</ul>", "<img src=\"a\">", "<a href=\"b\">", "</a>", "<title>", "</title>",
        "<br>", "<style>", "</style>", "&#039;", "<", "\u{200d}", "🇬",
    ]), 0..40), piece in 1..40_usize) {
        for format in [Format::MessengerHtml, Format::InstagramHtml] {
            checked::read(format, parts.concat().as_bytes(), piece);
        }
    }
}

#[test]
fn hostile_sources_are_read_in_good_time() {
    let head = "<div class=\"_a6-g\"><div class=\"_a6-p\">";
    for inside in [
        "<div>",
        "<div class=\"_a6-p\">",
        "<a href='",
        "</div>",
        "<ul class=\"_a6-q\"><li>",
        "<a href='x'>",
        "&",
        "<img src=x>",
    ] {
        checked::read(Format::MessengerHtml, (head.to_owned() + &inside.repeat(10_000)).as_bytes(), 4096);
        let closed = head.to_owned()
            + &inside.repeat(5_000)
            + "</div><div class=\"_a6-o\">"
            + &"9".repeat(100_000)
            + "</div></div>";
        checked::read(Format::MessengerHtml, closed.as_bytes(), 4096);
    }
}
