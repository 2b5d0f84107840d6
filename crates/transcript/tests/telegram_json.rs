//! Telegram's JSON beyond the fixtures: made-up chats read back, hostile bytes, broken exports.

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
use serde_json::{Value as Json, json};
use support::{read, read_in_pieces};
use transcript::{Format, Kind, Reading, WarningKind, checked};

const FORMAT: Format = Format::TelegramJson;

/// A message as it should come out.
#[derive(Clone, Debug)]
struct Planned {
    id: i64,
    seconds: i64,
    with_seconds: bool,
    offset: i64,
    name: Option<String>,
    account: u32,
    parts: Vec<(bool, String)>,
    reply: Option<i64>,
    photo: Option<String>,
    mood: Option<String>,
    service: bool,
}

prop_compose! {
    fn planned()(
        id in -1000_i64..1_000_000, seconds in 1_376_000_000_i64..1_900_000_000, with_seconds: bool,
        quarters in -48_i64..=56, name in prop::option::of(".{1,20}"), account in 0_u32..9,
        parts in prop::collection::vec((any::<bool>(), "(.|\n){1,30}"), 0..4), reply in prop::option::of(1_i64..1000),
        photo in prop::option::of("photos/[a-z0-9@._-]{1,20}jpg"), mood in prop::option::of("[a-z(]{0,9}"),
        service in prop::bool::weighted(0.1),
    ) -> Planned {
        Planned {
            id, seconds, with_seconds, offset: quarters * 900, name, account, parts, reply, photo, mood, service,
        }
    }
}

impl Planned {
    fn text(&self) -> String {
        self.parts.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// As the application writes it: the number and the type come first.
    fn written(&self) -> String {
        let mut rest = self.render();
        let members = rest.as_object_mut().unwrap();
        let (id, sort) = (members.remove("id").unwrap(), members.remove("type").unwrap());
        let rest = serde_json::to_string_pretty(&rest).unwrap();
        format!("{{\n  \"id\": {id},\n  \"type\": {sort},{}", rest.strip_prefix('{').unwrap())
    }

    fn render(&self) -> Json {
        let date = jiff::Timestamp::from_second(self.seconds + self.offset).unwrap();
        let date = date.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        let mut message = json!({"id": self.id, "type": "message", "date": date});
        let members = message.as_object_mut().unwrap();
        if self.with_seconds {
            members.insert("date_unixtime".into(), self.seconds.to_string().into());
        }
        let label = if self.service { "actor" } else { "from" };
        members.insert(label.into(), self.name.clone().into());
        members.insert(format!("{label}_id"), format!("user{}", self.account).into());
        if self.service {
            members.insert("type".into(), "service".into());
            members.insert("action".into(), "joined_telegram".into());
            members.insert("text".into(), "".into());
            members.insert("text_entities".into(), json!([]));
            return message;
        }
        if let Some(reply) = self.reply {
            members.insert("reply_to_message_id".into(), reply.into());
        }
        if let Some(photo) = &self.photo {
            members.insert("photo".into(), photo.clone().into());
        }
        if let Some(mood) = &self.mood {
            members.insert("mood".into(), mood.clone().into());
        }
        let part = |(bold, text): &(bool, String)| json!({"type": if *bold { "bold" } else { "plain" }, "text": text});
        let text = match self.parts.as_slice() {
            [] => json!(""),
            [(false, text)] => json!(text),
            parts => parts.iter().map(|one| if one.0 { part(one) } else { json!(one.1) }).collect(),
        };
        members.insert("text".into(), text);
        members.insert("text_entities".into(), self.parts.iter().map(part).collect());
        message
    }
}

fn is_as_planned(planned: &[Planned], bytes: &[u8]) {
    let (said, directory) = read(FORMAT, bytes);
    assert_eq!(said.messages.len(), planned.len());
    assert_eq!(said.unparsed, []);
    for (message, plan) in said.messages.iter().zip(planned) {
        let extras = message.extras.as_deref().unwrap();
        assert_eq!(extras.id, Some(plan.id.to_string()));
        let sender = directory.participant(message.sender.unwrap()).unwrap();
        assert_eq!(
            (&sender.display_name, &sender.platform_id),
            (&plan.name, &Some(format!("user{}", plan.account)))
        );
        match message.sent.reading {
            Reading::Instant(at, _) => assert!(plan.with_seconds && at.as_second() == plan.seconds),
            Reading::Local(local) => {
                let local = jiff::tz::Offset::UTC.to_timestamp(local).unwrap().as_second();
                assert!(!plan.with_seconds && local == plan.seconds + plan.offset);
            }
            other => panic!("{other:?}"),
        }
        if plan.service {
            assert_eq!((message.kind, &*message.text.value), (Kind::System, "joined Telegram"));
            continue;
        }
        assert_eq!(message.text.value, plan.text());
        assert_eq!(extras.reply_to, plan.reply.map(|id| id.to_string()));
        let photo = extras.attachments.first().and_then(|photo| photo.name.clone());
        assert_eq!(photo, plan.photo);
        assert_eq!(message.kind, if plan.photo.is_some() { Kind::Media } else { Kind::Text });
        let details = |name: &str| -> Vec<&str> {
            extras
                .details
                .iter()
                .filter(|detail| detail.name == name)
                .map(|detail| detail.value.as_str())
                .collect()
        };
        let bold: Vec<&str> =
            plan.parts.iter().filter(|(bold, _)| *bold).map(|(_, text)| text.as_str()).collect();
        assert_eq!(details("text.bold"), bold);
        assert_eq!(details("mood"), Vec::from_iter(plan.mood.as_deref()));
    }
    // serde_json writes keys in the order of the alphabet: the chat's name and type after its messages.
    let unlike = said.warnings.iter().find(|warning| {
        warning.kind != WarningKind::Unknown && !warning.note.contains("stands after its messages")
    });
    assert_eq!(unlike, None, "a warning of nothing");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_chat_is_read_as_it_was_planned(planned in prop::collection::vec(planned(), 0..12), piece in 1_usize..300) {
        let messages: Vec<Json> = planned.iter().map(Planned::render).collect();
        let chat = json!({"name": "Football", "type": "private_group", "id": 5, "messages": messages});
        for bytes in [
            serde_json::to_vec(&chat).unwrap(),
            serde_json::to_vec_pretty(&chat).unwrap(),
            {
                let messages: Vec<String> = planned.iter().map(Planned::written).collect();
                format!("{{\n \"type\": \"bot_chat\",\n \"messages\": [\n{}\n ]\n}}\n", messages.join(",\n  ")).into_bytes()
            },
            serde_json::to_vec_pretty(&json!({"personal_information": {}, "chats": {"list": [chat]}})).unwrap(),
        ] {
            is_as_planned(&planned, &bytes);
            checked::read(FORMAT, &bytes, piece);
        }
    }

    /// Messages that a change of bytes does not touch are found as they were, or reported as unparsed.
    #[test]
    fn one_break_costs_few_messages(
        planned in prop::collection::vec(planned(), 6..12), at in any::<prop::sample::Index>(), piece in 1_usize..300,
        byte in "[\\[\\]{}:,\"\\\\x0]?"
    ) {
        let messages: Vec<String> = planned.iter().map(Planned::written).collect();
        let mut bytes = format!("{{\"id\": 5, \"messages\": [\n{}\n]}}", messages.join(",\n")).into_bytes();
        let (whole, _) = read(FORMAT, &bytes);
        let at = at.index(bytes.len());
        let change = byte.len() as i64 - 1;
        bytes.splice(at..=at, byte.bytes());
        checked::read(FORMAT, &bytes, piece);
        let (said, _) = read(FORMAT, &bytes);
        let before = whole.messages.iter().filter(|message| message.source.end() <= at as u64).count();
        for (number, message) in whole.messages.iter().take(before).enumerate() {
            prop_assert_eq!(&said.messages[number].text.value, &message.text.value);
        }
        // Those after the next one after the break, if the break is inside the array.
        let opened = whole.messages.first().unwrap().source.start() <= at as u64;
        for message in whole.messages.iter().skip(before + 2).filter(|_| opened) {
            let there = said.messages.iter().any(|other| {
                other.source.start() as i64 == message.source.start() as i64 + change && other.text.value == message.text.value
            });
            // A break that closes the document early leaves the rest unparsed, which is poor and not silent.
            let start = message.source.start().saturating_add_signed(change);
            let told = said.unparsed.iter().any(|piece| piece.at.start() <= start && start < piece.at.end());
            prop_assert!(there || told, "lost {:?}: {:?}", message.source, said.unparsed);
        }
    }
}

#[test]
fn hostile_bytes() {
    let head = "{\"name\": \"a\", \"type\": \"personal_chat\", \"id\": 1, \"messages\": [{\"id\": 1, \"type\": \"message\", \
                \"date\": \"2016-01-01T08:11:29\", \"text\": \"yes\"}, ";
    let digits = "9".repeat(100_000);
    let tails = [
        "[".repeat(10_000),
        "{\"id\":".repeat(10_000),
        format!("{{\"id\": {digits}, \"date_unixtime\": {digits}, \"text\": \"x\"}}]}}"),
        format!("{{\"id\": 2, \"text\": {}1{}}}]}}", "[".repeat(10_000), "]".repeat(10_000)),
        "a".repeat(1 << 20),
        "\"".repeat(1 << 20),
        "\\".repeat(1 << 20),
        "{".repeat(1 << 20),
        "\0".repeat(1 << 20),
        "{\"id\": 1, \"text\": \"".to_owned() + &"x".repeat(1 << 20),
        String::new(),
    ];
    for tail in tails {
        for head in [head, ""] {
            let source = format!("{head}{tail}");
            let (said, _) = read(FORMAT, source.as_bytes());
            assert!(head.is_empty() || said.messages[0].text.value == "yes");
            checked::read(FORMAT, source.as_bytes(), 4096);
        }
    }
}

#[test]
fn cut_at_every_thousandth_byte() {
    let sample = include_bytes!("fixtures/telegram-json/single.json");
    let (whole, _) = read(FORMAT, sample);
    for len in (0..sample.len()).step_by(97) {
        let (said, _) = read(FORMAT, &sample[..len]);
        assert_eq!(said.messages[..], whole.messages[..said.messages.len()]);
        let complete = whole.messages.iter().filter(|message| message.source.end() <= len as u64).count();
        assert_eq!(said.messages.len(), complete);
        assert!(said.warnings.iter().any(|warning| warning.kind == WarningKind::Truncated), "{len}");
    }
}

/// What the fuzzer was given to begin with, and what it found.
#[test]
fn corpus() {
    for target in ["telegram", "json"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
        let mut files = 0;
        for file in std::fs::read_dir(&folder).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            files += 1;
            for piece in [1, 5, 64, 1000] {
                checked::read(FORMAT, &bytes, piece);
            }
        }
        assert!(files > 3);
    }
}

#[test]
fn pieces_of_any_size() {
    let sample = include_bytes!("fixtures/telegram-json/traps.json");
    let whole = read(FORMAT, sample).0.joined();
    for size in [2, 3, 5, 13, 100, 333, 1000] {
        assert_eq!(read_in_pieces(FORMAT, sample, size).0.joined(), whole);
    }
}
