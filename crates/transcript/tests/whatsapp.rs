//! WhatsApp's exported chats beyond the fixtures: what holds for any chat, any style and any bytes.

#![allow(
    clippy::format_push_string,
    clippy::format_collect,
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_wrap,
    reason = "helpers of a test that writes made-up chats"
)]

mod support;

use std::fmt::Write as _;

use jiff::civil::{DateTime, date};
use proptest::prelude::*;
use support::{Said, read};
use transcript::{Directory, Format, Kind, Reading, WarningKind, checked};

/// One phone's way to begin a message, and to end it.
#[derive(Clone, Copy, Debug)]
struct Phone {
    header: fn(DateTime) -> String,
    ends: &'static str,
    seconds: bool,
}

fn twelve(at: DateTime) -> i8 {
    if at.hour() % 12 == 0 { 12 } else { at.hour() % 12 }
}

fn half(at: DateTime, halves: [&str; 2]) -> &str {
    halves[usize::from(at.hour() >= 12)]
}

fn digits(text: &str, nought: u32) -> String {
    text.chars().map(|c| c.to_digit(10).map_or(c, |digit| char::from_u32(nought + digit).unwrap())).collect()
}

const PHONES: &[Phone] = &[
    Phone { header: |t| t.strftime("%d/%m/%Y, %H:%M - ").to_string(), ends: "\n", seconds: false },
    Phone { header: |t| t.strftime("%d/%m/%y %H:%M - ").to_string(), ends: "\n", seconds: false },
    Phone { header: |t| t.strftime("%d.%m.%y, %H:%M - ").to_string(), ends: "\n", seconds: false },
    Phone { header: |t| t.strftime("%d-%m-%Y %H:%M - ").to_string(), ends: "\n", seconds: false },
    Phone { header: |t| t.strftime("%Y-%m-%d %H:%M - ").to_string(), ends: "\n", seconds: false },
    Phone { header: |t| t.strftime("%Y. %-m. %-d. %H:%M - ").to_string(), ends: "\n", seconds: false },
    Phone { header: |t| t.strftime("%-d.%-m.%Y klo %-H.%M - ").to_string(), ends: "\n", seconds: false },
    Phone { header: |t| t.strftime("%d.%m.%Y г., %H:%M - ").to_string(), ends: "\n", seconds: false },
    Phone { header: |t| t.strftime("%d/%m/%Y à %H:%M - ").to_string(), ends: "\n", seconds: false },
    Phone {
        header: |t| {
            let day = t.strftime("%-m/%-d/%y");
            format!("{day}, {}:{:02}\u{202f}{} - ", twelve(t), t.minute(), half(t, ["AM", "PM"]))
        },
        ends: "\n",
        seconds: false,
    },
    Phone {
        header: |t| {
            let day = t.strftime("%-d/%-m/%Y");
            format!("{day}, {}:{:02} {} - ", twelve(t), t.minute(), half(t, ["a.\u{a0}m.", "p.\u{a0}m."]))
        },
        ends: "\n",
        seconds: false,
    },
    Phone {
        header: |t| {
            format!(
                "{} {}{}:{:02} - ",
                t.strftime("%Y/%-m/%-d"),
                half(t, ["上午", "下午"]),
                twelve(t),
                t.minute()
            )
        },
        ends: "\n",
        seconds: false,
    },
    Phone {
        header: |t| {
            let day = t.strftime("%-d\u{200f}/%-m\u{200f}/%Y");
            let text = format!("{day}، {}:{:02} {} - ", twelve(t), t.minute(), half(t, ["ص", "م"]));
            digits(&text, 0x660)
        },
        ends: "\n",
        seconds: false,
    },
    Phone { header: |t| t.strftime("[%d/%m/%Y, %H:%M:%S] ").to_string(), ends: "\r\n", seconds: true },
    Phone { header: |t| t.strftime("\u{200e}[%d/%m/%y %H.%M.%S] ").to_string(), ends: "\r\n", seconds: true },
    Phone { header: |t| t.strftime("[%H:%M:%S, %-d/%-m/%y] ").to_string(), ends: "\r\n", seconds: true },
    Phone {
        header: |t| {
            let day = t.strftime("%-m/%-d/%y");
            format!(
                "[{day}, {}:{:02}:{:02}\u{202f}{}] ",
                twelve(t),
                t.minute(),
                t.second(),
                half(t, ["AM", "PM"])
            )
        },
        ends: "\r\n",
        seconds: true,
    },
    Phone {
        header: |t| {
            let day = t.strftime("%Y-%m-%d");
            format!("{day}, {}:{:02}:{:02} {}: ", twelve(t), t.minute(), t.second(), half(t, ["AM", "PM"]))
        },
        ends: "\n",
        seconds: true,
    },
];

const NAMES: &[&str] = &[
    "Alice",
    "Bob",
    "Ann - Marie",
    "Zoë 🌧️ Müller",
    "12:30 club",
    "Kim (added by Coach)",
    "Sue \"Boots\" Lee",
    "~\u{202f}Sam",
    "left",
    "You",
    "[1] keeper",
    "明",
];

/// Lines that look like what they are not.
const LINES: &[&str] = &[
    "2/11/19: Arrival",
    "[06/01/2023] training",
    "06/01/2023 10:00",
    "12:30 - lunch",
    "He left me at the station",
    "Alice added Bob",
    "Bob changed the subject from \"rain\" to \"sun\"",
    "Note: bring boots: both",
    "<3",
    "a <b> c",
    "(file attached)",
    "page 3 (of 4)",
    "Messages and calls are end-to-end encrypted.",
    "https://example.org/?q=1:2",
    "This message was deleted by me, I think",
    "POLL:",
    "- ball",
    "\u{1f469}\u{200d}\u{1f680} \u{2028} odd",
    "",
    " indented ",
];

#[derive(Clone, Debug)]
struct Written {
    author: &'static str,
    text: String,
    minutes: u16,
}

prop_compose! {
    fn written()(
        author in proptest::sample::select(NAMES),
        first in "[A-Za-z][\\PC]{0,24}[a-z]",
        more in proptest::collection::vec(proptest::sample::select(LINES), 0..4),
        minutes in 0_u16..3000,
    ) -> Written {
        let text = std::iter::once(first.as_str()).chain(more).collect::<Vec<_>>().join("\n");
        Written { author, text, minutes }
    }
}

fn times(chat: &[Written], seconds: bool) -> Vec<DateTime> {
    // A day above twelve at once, so that the order of day and month is proved.
    let mut at = date(2023, 1, 25).at(10, 0, if seconds { 7 } else { 0 }, 0);
    chat.iter()
        .map(|message| {
            at = at.checked_add(jiff::Span::new().minutes(message.minutes)).unwrap();
            at
        })
        .collect()
}

fn names(said: &Said, directory: &Directory) -> Vec<String> {
    said.messages
        .iter()
        .map(|message| {
            let account = message.sender.map(|sender| directory.participant(sender).unwrap());
            account.and_then(|account| account.display_name.clone()).unwrap_or_default()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_any_phone_writes_is_read_back(chat in proptest::collection::vec(written(), 1..24)) {
        for phone in PHONES {
            let times = times(&chat, phone.seconds);
            let mut source = String::new();
            for (message, &at) in chat.iter().zip(&times) {
                write!(source, "{}{}: {}{}", (phone.header)(at), message.author, message.text, phone.ends).unwrap();
            }
            let (said, directory) = read(Format::Whatsapp, source.as_bytes());
            let texts: Vec<&str> = said.messages.iter().map(|message| &*message.text.value).collect();
            let meant: Vec<&str> = chat.iter().map(|message| message.text.as_str()).collect();
            prop_assert_eq!(texts, meant, "{}", source);
            let authors: Vec<&str> = chat.iter().map(|message| message.author).collect();
            prop_assert_eq!(names(&said, &directory), authors, "{}", source);
            for (message, at) in said.messages.iter().zip(times) {
                prop_assert_eq!(message.sent.reading, Reading::Local(at), "{}", source);
                prop_assert!(message.text.at.is_some());
            }
            prop_assert_eq!(said.unparsed.len(), 0);
            // Without its line end, a last text that ends with one has lost it: nothing tells.
            if !chat.last().unwrap().text.ends_with('\n') {
                let unended = source.strip_suffix(phone.ends).unwrap();
                let (said, _) = read(Format::Whatsapp, unended.as_bytes());
                prop_assert_eq!(&*said.messages.last().unwrap().text.value, chat.last().unwrap().text.as_str());
            }
        }
    }

    #[test]
    fn any_bytes_are_accounted_for(bytes in proptest::collection::vec(any::<u8>(), 0..400), piece in 1_usize..50) {
        checked::read(Format::Whatsapp, &bytes, piece);
    }

    #[test]
    fn any_lines_are_accounted_for(
        lines in proptest::collection::vec((0..PHONES.len(), "\\PC{0,20}(: )?\\PC{0,12}", "\r?\n"), 0..30),
        piece in 1_usize..90,
    ) {
        let mut source = String::new();
        for (number, (phone, text, end)) in lines.into_iter().enumerate() {
            let at = date(2023, 1, 1).at(0, 0, 0, 0).checked_add(jiff::Span::new().hours(i64::try_from(number * 31).unwrap()));
            let header = if number % 3 == 2 { String::new() } else { (PHONES[phone].header)(at.unwrap()) };
            write!(source, "{header}{text}{end}").unwrap();
        }
        checked::read(Format::Whatsapp, source.as_bytes(), piece);
    }
}

/// Sentences of the service that hold what ends a name, and texts of persons that read like sentences of the service.
#[test]
fn the_service_is_no_author_and_an_author_is_not_the_service() {
    let service = [
        "Alice created group \"Football: Sundays\"",
        "Alice changed the subject from \"A: B\" to \"C: D\"",
        "You changed the subject to “Team: Blue”",
        "Bob changed the group name from “A: B” to “C”",
        "Alice hat den Betreff von „A: B“ zu „C: D“ geändert.",
        "Alice hat die Gruppe „Team: Blau“ erstellt.",
        "Alice creó el grupo \"Equipo: azul\"",
        "Alice a changé le sujet de « A: B » à « C »",
        "Alice ha creato il gruppo \"Squadra: blu\"",
        "Alice criou o grupo \"Time: azul\"",
        "Alice heeft het onderwerp gewijzigd van \"A: B\" naar \"C\"",
        "Alice создал(-а) группу «Клуб: синие»",
        "Alice vaihtoi ryhmän aiheeksi \"Joukkue: sininen\"",
        "Alice さんがグループ「チーム: 青」を作成しました",
        "Alice added Coach: Red",
        "Alice removed Coach: Red",
        "You added Coach: Red",
        "Your security code with Coach: Red changed. Tap to learn more.",
        "Messages and calls are end-to-end encrypted. Only people in this chat can read them: tap to learn more.",
    ];
    for sentence in service {
        let source = format!(
            "25/01/2023, 10:00 - Alice: one\n25/01/2023, 10:01 - Bob: two\n25/01/2023, 10:02 - {sentence}\n25/01/2023, 10:03 - Alice: three\n"
        );
        let (said, directory) = read(Format::Whatsapp, source.as_bytes());
        let message = &said.messages[2];
        assert_eq!((message.kind, message.sender, &*message.text.value), (Kind::System, None, sentence));
        assert_eq!(directory.participants().len(), 2, "{sentence}");
    }
    for text in service.into_iter().chain([
        "He left me at the station",
        "left",
        "You deleted this message, why?",
        "Missed voice call from you, sorry",
        "Bob left the group",
        "They removed the goal",
    ]) {
        for (source, line) in [
            (format!("25/01/2023, 10:00 - Alice: one\n25/01/2023, 10:01 - Alice: {text}\n"), 1),
            (format!("[25/01/2023, 10:00:00] Alice: one\r\n[25/01/2023, 10:01:00] Alice: {text}\r\n"), 1),
        ] {
            let (said, directory) = read(Format::Whatsapp, source.as_bytes());
            let message = &said.messages[line];
            assert_eq!((message.kind, &*message.text.value), (Kind::Text, text));
            assert_eq!(names(&said, &directory)[line], "Alice");
        }
    }
}

#[test]
fn a_caption_needs_no_line_end() {
    for end in ["", "\n"] {
        let source =
            format!("25/01/2023, 10:00 - Alice: IMG-20230125-WA0001.jpg (file attached)\nThe pitch{end}");
        let (said, _) = read(Format::Whatsapp, source.as_bytes());
        assert_eq!((said.messages[0].kind, &*said.messages[0].text.value), (Kind::Media, "The pitch"));
    }
}

#[test]
fn two_orders_in_one_style_are_not_decided() {
    let source = "05/06/2023, 10:00 - Alice: cannot be told\n25/06/2023, 10:00 - Alice: day first\n\
                  06/28/2023, 10:00 - Bob: month first\n07/08/2023, 10:00 - Bob: cannot be told\n";
    let (said, _) = read(Format::Whatsapp, source.as_bytes());
    let readings: Vec<Reading> = said.messages.iter().map(|message| message.sent.reading).collect();
    let at = |month, day| date(2023, month, day).at(10, 0, 0, 0);
    assert_eq!(
        readings,
        [
            Reading::Ambiguous { day_first: at(6, 5), month_first: at(5, 6) },
            Reading::Local(at(6, 25)),
            Reading::Local(at(6, 28)),
            Reading::Ambiguous { day_first: at(8, 7), month_first: at(7, 8) },
        ]
    );
    let ambiguous =
        said.warnings.iter().filter(|warning| warning.kind == WarningKind::AmbiguousDates).count();
    assert_eq!(ambiguous, 1);
}

#[test]
fn hostile_bytes() {
    const SIZE: usize = 1 << 20;
    for byte in
        [0, b'[', b'0', b'9', b'\n', b'\r', b':', b'<', b' ', b'/', b'A', b'"', 0x80, 0xd9, 0xe2, 0xff]
    {
        checked::read(Format::Whatsapp, &vec![byte; SIZE], 64 << 10);
    }
    let header = "25/01/2023, 10:00 - Alice: ";
    for (first, repeated) in [
        (header, ":"),
        (header, ": "),
        (header, "a: <\u{200e}"),
        (header, "(<"),
        (header, "\u{200e}"),
        (header, "\n["),
        (header, "\n25/01/2023, 10:00"),
        (header, "\n25/01/2023, 10:00 - "),
        (header, "\n25/01/2023, 10:00 - \""),
        ("[25/01/2023, 10:00:00] A: ", "\r\n[24/01/2023, 10:00:00] A: \n[23/01/2023, 10:00:00] B: "),
        ("", "1/1/1, 1:11 - a: b\n11.1.1 1:11 - a: b\n[1-1-1 1:11] a:b\n"),
    ] {
        let source = [first, &repeated.repeat(SIZE / repeated.len())].concat();
        checked::read(Format::Whatsapp, source.as_bytes(), 64 << 10);
    }
}

/// As many authors as there are lines, each with a name that must be thought about.
#[test]
fn many_authors() {
    let mut source = String::new();
    for number in 0..40_000 {
        writeln!(source, "25/01/2023, 10:00 - Alice changed the \"{number} “: text").unwrap();
        writeln!(source, "25/01/2023, 10:00 - {number}: more: <x>").unwrap();
    }
    let (said, _) = read(Format::Whatsapp, source.as_bytes());
    assert_eq!(said.messages.len(), 80_000);
}

#[test]
fn the_corpus_is_read() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/whatsapp");
    let mut count = 0;
    for file in std::fs::read_dir(corpus).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        checked::read(
            Format::Whatsapp,
            &bytes,
            bytes.first().copied().map_or(1, |first| usize::from(first).max(1)),
        );
        count += 1;
    }
    assert!(count > 3);
}
