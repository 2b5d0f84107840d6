//! Formats in JSON, all but Telegram's: chats made up, written as each service writes them and read back; hostile
//! input; the fuzz target's corpus.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod support;

use proptest::prelude::*;
use serde_json::{Value, json};
use transcript::{Directory, Format, Kind, OwnedMessage, Reading, WarningKind, checked};

const FORMATS: [Format; 14] = [
    Format::MessengerJson,
    Format::InstagramJson,
    Format::MessengerE2ee,
    Format::Snapchat,
    Format::DiscordPackage,
    Format::DiscordExporter,
    Format::TiktokJson,
    Format::GoogleChat,
    Format::Hangouts,
    Format::Skype,
    Format::XDirectMessages,
    Format::SignalJsonl,
    Format::Wechat,
    Format::ImessageDb,
];

/// One message of a made-up chat.
#[derive(Clone, Debug)]
struct Bland {
    sender: usize,
    /// Milliseconds since 1970.
    at: i64,
    text: String,
}

const NAMES: [&str; 3] = ["alice.striker", "Zoë Keeper", "bob \"wing\" ⚽"];

impl Bland {
    fn name(&self) -> &'static str {
        NAMES[self.sender]
    }

    fn utc(&self, form: &str) -> String {
        jiff::Timestamp::from_millisecond(self.at).unwrap().strftime(form).to_string()
    }

    fn snowflake(&self) -> u64 {
        (u64::try_from(self.at).unwrap() - 1_420_070_400_000) << 22
    }
}

fn text() -> impl Strategy<Value = String> {
    let words = prop_oneof![
        Just("rain".to_owned()),
        Just("match & goal".to_owned()),
        Just("a < b > c".to_owned()),
        Just("he said \"six\"\\seven".to_owned()),
        Just("line\nbreak\ttab".to_owned()),
        Just("Grüße ☔ 👩‍👩‍👧".to_owned()),
        Just("\u{200e}\u{202f}x".to_owned()),
        Just("&amp; &#39;".to_owned()),
        "\\PC{1,12}",
    ];
    proptest::collection::vec(words, 1..4).prop_map(|words| words.join(" "))
}

fn chat() -> impl Strategy<Value = Vec<Bland>> {
    // From 2016 to 2029.
    let message = (0..NAMES.len(), 1_451_606_400_000_i64..1_861_920_000_000, text());
    proptest::collection::vec(message.prop_map(|(sender, at, text)| Bland { sender, at, text }), 1..8)
}

/// As Facebook and Instagram write text: every byte of its UTF-8 a character.
fn mangled(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

/// Whether somewhere a character that is a lead byte of UTF-8 stands before one that is a continuation byte.
fn could_be_mangled(text: &str) -> bool {
    let pairs = text.chars().zip(text.chars().skip(1));
    pairs
        .into_iter()
        .any(|(one, next)| matches!(one, '\u{c2}'..='\u{f4}') && matches!(next, '\u{80}'..='\u{bf}'))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn list(chat: &[Bland], message: impl Fn(&Bland) -> Value) -> Value {
    chat.iter().map(message).collect()
}

fn meta(chat: &[Bland]) -> Value {
    json!({
        "participants": NAMES.map(|name| json!({"name": mangled(name)})),
        "messages": list(chat, |message| json!({
            "sender_name": mangled(message.name()), "timestamp_ms": message.at, "content": mangled(&message.text),
            "is_geoblocked_for_viewer": false,
        })),
        "title": mangled("Match day ☔"), "thread_path": "inbox/matchday_1", "magic_words": [],
    })
}

fn snapchat(chat: &[Bland]) -> Value {
    json!({"matchday": list(chat, |message| json!({
        "From": message.name(), "Media Type": "TEXT", "Created": message.utc("%Y-%m-%d %H:%M:%S UTC"),
        "Content": message.text, "Conversation Title": null, "IsSender": message.sender == 0,
        "Created(microseconds)": message.at, "IsSaved": true, "Media IDs": "",
    }))})
}

fn exporter(chat: &[Bland]) -> Value {
    json!({
        "guild": {"id": "0", "name": "Direct Messages"}, "channel": {"id": "7", "type": "DirectTextChat", "name": "x"},
        "messages": list(chat, |message| json!({
            "id": message.snowflake().to_string(), "type": "Default",
            "timestamp": message.utc("%Y-%m-%dT%H:%M:%S.%3f+00:00"), "timestampEdited": null, "isPinned": false,
            "content": message.text, "author": {"id": message.sender.to_string(), "name": message.name(),
            "discriminator": "0000", "nickname": message.name(), "isBot": false}, "attachments": [], "embeds": [],
            "reactions": [], "mentions": [],
        })),
        "messageCount": chat.len(),
    })
}

fn google_chat(chat: &[Bland]) -> Value {
    json!({"messages": list(chat, |message| json!({
        "creator": {"name": message.name(), "email": "a@example.org", "user_type": "Human"},
        "created_date": message.utc("%A, %B %-d, %Y at %-I:%M:%S\u{202f}%p UTC"), "text": message.text,
        "topic_id": "t", "message_id": "s/t/m",
    }))})
}

fn hangouts(chat: &[Bland]) -> Value {
    let people = NAMES.map(|name| json!({"id": {"gaia_id": name, "chat_id": name}, "fallback_name": name}));
    json!({"conversations": [{
        "conversation": {"conversation_id": {"id": "c"}, "conversation": {"type": "GROUP", "participant_data": people}},
        "events": list(chat, |message| json!({
            "sender_id": {"gaia_id": message.name(), "chat_id": message.name()}, "event_id": "e",
            "timestamp": (message.at * 1000).to_string(), "event_type": "REGULAR_CHAT_MESSAGE",
            "chat_message": {"message_content": {"segment": [{"type": "TEXT", "text": message.text}]}},
        })),
    }]})
}

fn skype(chat: &[Bland]) -> Value {
    json!({"userId": "8:me", "conversations": [{"id": "19:x@thread.skype", "MessageList": list(chat, |message| json!({
        "id": "1", "originalarrivaltime": message.utc("%Y-%m-%dT%H:%M:%S.%3fZ"), "messagetype": "RichText",
        "content": escaped(&message.text), "from": format!("8:{}", message.name()), "displayName": message.name(),
    }))}]})
}

fn x_archive(chat: &[Bland]) -> String {
    let messages = list(chat, |message| {
        json!({"messageCreate": {
            "id": "1", "senderId": message.name(), "recipientId": "2", "text": escaped(&message.text), "urls": [],
            "createdAt": message.utc("%Y-%m-%dT%H:%M:%S.%3fZ"), "mediaUrls": [], "reactions": [],
        }})
    });
    let conversation = json!([{"dmConversation": {"conversationId": "1-2", "messages": messages}}]);
    format!("window.YTD.direct_messages.part0 = {conversation:#}")
}

fn signal(chat: &[Bland]) -> String {
    let mut lines = vec![json!({"version": "1", "backupTimeMs": "1"})];
    for (number, name) in NAMES.iter().enumerate() {
        lines.push(json!({"recipient": {"id": number.to_string(), "contact": {"profileGivenName": name}}}));
    }
    lines.push(json!({"chat": {"id": "1", "recipientId": "1"}}));
    lines.extend(chat.iter().map(|message| {
        json!({"chatItem": {
            "chatId": "1", "authorId": message.sender.to_string(), "dateSent": message.at.to_string(), "incoming": {},
            "standardMessage": {"text": {"body": message.text}},
        }})
    }));
    lines.iter().fold(String::new(), |text, line| text + &line.to_string() + "\n")
}

/// Rows of `chat.db`; the text of every other account in an attributed string, as macOS archives it.
fn imessage(chat: &[Bland]) -> String {
    let archived = |text: &str| -> String {
        let len = u16::try_from(text.len()).unwrap().to_le_bytes();
        let head: &[u8] = b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\0\x84\x84\x08NSObject\
            \0\x85\x92\x84\x84\x84\x08NSString\x01\x94\x84\x01+\x81";
        let bytes = [head, &len, text.as_bytes(), b"\x86\x84\x02iI\x01\x00\x86"].concat();
        bytes
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|half| char::from_digit(half.into(), 16))
            .collect()
    };
    let mut lines = vec![json!({"schema": "safehand.imessage-rows/1", "tables": {"message": chat.len()}})];
    for (number, name) in NAMES.iter().enumerate() {
        lines.push(json!({"handle": {"ROWID": number, "id": name}}));
    }
    lines.push(
        json!({"chat": {"ROWID": 1, "guid": "iMessage;+;chat1", "style": 43, "display_name": "Match day"}}),
    );
    for (number, message) in chat.iter().enumerate() {
        let (column, text) = match message.sender % 2 {
            0 => ("text", message.text.clone()),
            _ => ("attributedBody", archived(&message.text)),
        };
        let date = (message.at - 978_307_200_000) * 1_000_000;
        lines.push(json!({"message": {"ROWID": number, "handle_id": message.sender, "date": date, column: text}, "chats": [1]}));
    }
    lines.iter().fold(String::new(), |text, line| text + &line.to_string() + "\n")
}

fn rest(format: Format, chat: &[Bland]) -> Value {
    match format {
        Format::MessengerJson | Format::InstagramJson => meta(chat),
        Format::MessengerE2ee => json!({
            "participants": NAMES, "threadName": "Match day",
            "messages": list(chat, |message| json!({
                "senderName": message.name(), "text": message.text, "timestamp": message.at, "type": "text",
                "isUnsent": false, "media": [], "reactions": [],
            })),
        }),
        Format::Snapchat => snapchat(chat),
        Format::DiscordPackage => list(chat, |message| {
            json!({
                "ID": message.snowflake(), "Timestamp": message.utc("%Y-%m-%d %H:%M:%S"), "Contents": message.text,
                "Attachments": "",
            })
        }),
        Format::DiscordExporter => exporter(chat),
        Format::TiktokJson => json!({"Direct Message": {"Direct Messages": {"ChatHistory": {
            "Chat History with bob:": list(chat, |message| json!({
                "Date": message.utc("%Y-%m-%d %H:%M:%S"), "From": message.name(), "Content": message.text,
            })),
        }}}}),
        Format::GoogleChat => google_chat(chat),
        Format::Hangouts => hangouts(chat),
        Format::Skype => skype(chat),
        Format::Wechat => json!({
            "weflow": {}, "session": {"wxid": "w", "messageCount": chat.len()},
            "messages": list(chat, |message| json!({
                "localId": 1, "createTime": message.at.div_euclid(1000), "type": "文本消息", "content": message.text,
                "isSend": 0, "senderUsername": message.name(), "senderDisplayName": message.name(),
            })),
        }),
        other => panic!("{other:?} is written otherwise"),
    }
}

fn written(format: Format, chat: &[Bland], pretty: bool) -> Vec<u8> {
    match format {
        Format::XDirectMessages => x_archive(chat).into_bytes(),
        Format::SignalJsonl => signal(chat).into_bytes(),
        Format::ImessageDb => imessage(chat).into_bytes(),
        Format::MessengerJson | Format::InstagramJson => {
            // The services escape what is not ASCII.
            let text = rest(format, chat).to_string();
            let escape = |char: char| {
                if char.is_ascii() { char.to_string() } else { format!("\\u{:04x}", char as u32) }
            };
            text.chars().map(escape).collect::<String>().into_bytes()
        }
        _ if pretty => serde_json::to_vec_pretty(&rest(format, chat)).unwrap(),
        _ => serde_json::to_vec(&rest(format, chat)).unwrap(),
    }
}

/// Of messages as read: whose, when and what. Formats that write seconds give seconds.
fn plainly(message: &OwnedMessage, directory: &Directory) -> (String, i64, String) {
    let sender = message.sender.and_then(|sender| directory.participant(sender)).cloned().unwrap_or_default();
    let name = sender.display_name.or(sender.handle).or(sender.platform_id).unwrap_or_default();
    let Reading::Instant(at, _) = message.sent.reading else { panic!("no instant: {message:?}") };
    (name, at.as_millisecond(), message.text.value.to_string())
}

fn check(format: Format, chat: &[Bland], pretty: bool) {
    let bytes = written(format, chat, pretty);
    let (said, directory) = support::read(format, &bytes);
    assert!(said.unparsed.is_empty(), "{format:?}: {:?}", said.unparsed);
    let bad: Vec<_> =
        said.warnings.iter().filter(|warning| warning.kind != WarningKind::RepairedEncoding).collect();
    let references = |warning: &&transcript::Warning| warning.kind != WarningKind::InvalidEscape;
    assert!(!bad.into_iter().any(|warning| references(&warning)), "{format:?}: {:?}", said.warnings);
    let seconds = matches!(format, Format::TiktokJson | Format::GoogleChat | Format::Wechat);
    let expected: Vec<_> = chat
        .iter()
        .map(|message| {
            let at = if seconds { message.at.div_euclid(1000) * 1000 } else { message.at };
            // The package is of one account's messages and does not name it.
            let name = if format == Format::DiscordPackage { "" } else { message.name() };
            (name.to_owned(), at, message.text.clone())
        })
        .collect();
    let found: Vec<_> = said.messages.iter().map(|message| plainly(message, &directory)).collect();
    assert_eq!(found, expected, "{format:?}");
    assert!(said.messages.iter().all(|message| message.kind == Kind::Text), "{format:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read(chat in chat(), pretty: bool) {
        // Characters that are the bytes of UTF-8 cannot be told from mangled ones where texts are written whole.
        let doubtful = chat.iter().any(|message| could_be_mangled(&message.text));
        for format in FORMATS.into_iter().filter(|format| !doubtful || *format != Format::MessengerE2ee) {
            check(format, &chat, pretty);
        }
    }

    /// The books hold whatever is done to a file, and however it is cut.
    #[test]
    fn damage_does_not_matter(chat in chat(), at: prop::sample::Index, with: Option<u8>, piece in 1_usize..40) {
        for format in FORMATS {
            let mut bytes = written(format, &chat, false);
            let at = at.index(bytes.len());
            match with {
                Some(byte) => bytes[at] = byte,
                None => drop(bytes.remove(at)),
            }
            checked::read(format, &bytes, piece);
        }
    }

    /// What was repaired says so, and nothing else is touched.
    #[test]
    fn only_mangled_text_is_repaired(text in text()) {
        let whole = json!({"participants": ["A"], "threadName": "T", "messages": [
            {"senderName": "A", "text": text, "timestamp": 1, "isUnsent": false},
        ]});
        let (said, _) = support::read(Format::MessengerE2ee, whole.to_string().as_bytes());
        let mangles = text.chars().all(|char| u32::from(char) < 256) && !text.is_ascii();
        prop_assert!(mangles || said.messages[0].text.value == text);
    }
}

#[test]
fn one_byte_over_and_over() {
    for format in FORMATS {
        for byte in *b"{[\"\\a0\n=,:\xff\xef" {
            checked::read(format, &vec![byte; 1 << 20], 1 << 16);
        }
    }
}

#[test]
fn deep_nesting_and_huge_numbers() {
    for format in FORMATS {
        for (open, close) in [("[", "]"), ("{\"messages\":", "}"), ("{\"a\":[", "]}")] {
            let deep = format!("{}0{}", open.repeat(10_000), close.repeat(10_000));
            checked::read(format, deep.as_bytes(), 4096);
            let within = format!("{{\"messages\":[{deep},{{\"content\":\"after it\"}}]}}");
            checked::read(format, within.as_bytes(), 4096);
        }
        let digits = "9".repeat(5_000);
        for number in [&*digits, "1e999", "-0", "-9223372036854775808", "18446744073709551615", "0.1"] {
            let chat = [Bland { sender: 0, at: 1_600_000_000_000, text: "rain".to_owned() }];
            let bytes = String::from_utf8(written(format, &chat, false)).unwrap();
            for given in ["1600000000000", "1600000000", "\"1600000000000\"", "\"1600000000000000\""] {
                checked::read(format, bytes.replace(given, number).as_bytes(), 7);
            }
        }
    }
}

#[test]
fn many_accounts_and_many_unknown_fields_take_no_longer() {
    let messages: Vec<Value> = (0..20_000)
        .map(|number| json!({"sender_name": format!("n{number}"), "timestamp_ms": 1, "content": "x", format!("f{number}"): 1}))
        .collect();
    let bytes = json!({"messages": messages, "thread_path": "inbox/x"}).to_string();
    let (said, directory) = support::read(Format::MessengerJson, bytes.as_bytes());
    assert_eq!((said.messages.len(), directory.participants().len()), (20_000, 20_000));
}

/// What the fuzzer was given and has found, as far as it is worth keeping.
#[test]
fn the_corpus() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/json_formats");
    let mut any = false;
    for entry in std::fs::read_dir(root).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        any = true;
        for format in FORMATS {
            for piece in [1, 13, usize::MAX] {
                checked::read(format, &bytes, piece);
            }
        }
    }
    assert!(any);
}
