//! Telegram Desktop's `result.json`: one chat, or the whole account. Read from the application's
//! `export_output_json.cpp`, and from what older versions wrote.

mod fields;
mod media;
mod message;
mod people;
mod rich;
mod service;
mod when;

use std::collections::HashSet;

use fields::{Fields, Grammar};
use people::People;

use crate::format::{Certainty, Descriptor, Format};
use crate::json::{self, Kind, Path, Step, Value, Visitor, Walk};
use crate::{
    Conversation, ConversationId, Extras, Output, Parser, Span, StructureKind, Text, WarningKind, Window,
};

pub(super) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::TelegramJson,
    name: "Telegram Desktop, result.json",
    streams: true,
    kept: "text with where its links lead, replies, forwards, edits, reactions, polls, contacts, places, calls, what \
           the service wrote, every further field; files by their paths, or the words that say why they are not there",
    not_kept: "the export holds no deleted messages, no earlier wording of edited ones, and of media that this export \
               cannot hold only that they were there",
    recognise,
    parser: || Box::new(Reader::default()),
}];

/// What only this export writes as the sort of a chat.
const SORTS: &[&str] = &[
    "saved_messages",
    "replies",
    "verification_codes",
    "personal_chat",
    "bot_chat",
    "private_group",
    "private_supergroup",
    "public_supergroup",
    "private_channel",
    "public_channel",
];

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if text.first() != Some(&b'{') {
        return None;
    }
    let has = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
    let sort = SORTS.iter().find(|sort| has(&format!("\"{sort}\"")));
    let ids =
        has("\"date_unixtime\"") || has("\"from_id\"") || has("\"text_entities\"") || has("\"actor_id\"");
    if has("\"messages\"")
        && let Some(sort) = sort
    {
        let certainty = if ids { Certainty::Marked } else { Certainty::Shape };
        return Some((
            certainty,
            format!("a chat of the sort \"{sort}\" with messages, as Telegram Desktop writes it"),
        ));
    }
    let account = has("\"personal_information\"")
        && (has("\"chats\"") || has("\"frequent_contacts\"") || has("Telegram"));
    if account || (has("\"left_chats\"") && has("\"list\"")) {
        return Some((
            Certainty::Marked,
            "the account's \"personal_information\" as Telegram Desktop writes it".to_owned(),
        ));
    }
    (ids && has("\"messages\"") && has("\"type\"") && has("\"date\"")).then(|| {
        (
            Certainty::Shape,
            "\"messages\" with \"from_id\" or \"date_unixtime\" as Telegram writes them".to_owned(),
        )
    })
}

#[derive(Debug, Default)]
struct Reader {
    walk: Walk,
    export: Export,
}

impl Parser for Reader {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        self.walk.parse(window, &mut self.export, out)
    }
}

/// What is known of the export so far.
#[derive(Debug, Default)]
struct Export {
    chat: Chat,
    /// How many steps deep messages stand, inside an array of them.
    messages: Option<usize>,
    people: People,
    /// Fields of messages that were warned of.
    unknown: HashSet<String>,
    /// Sentences instead of files that were warned of.
    left_out: HashSet<String>,
}

/// What is known of the chat that is being read.
#[derive(Debug, Default)]
struct Chat {
    facts: Conversation,
    number: Option<ConversationId>,
}

/// Whether the object of a message holds others, as it does if a bracket is broken. Most messages are short, and no message
/// is written into another.
fn swallows(raw: &[u8]) -> bool {
    const SHORT: usize = 1024;
    raw.len() > SHORT && memchr::memmem::find_iter(raw, b"\"date_unixtime\":").nth(1).is_some()
}

/// Whether a chat's own object stands here: the document, or an element of the account's lists.
fn is_chat(path: &Path<'_>) -> bool {
    path.depth() == 0 || path.is("/chats/list/#") || path.is("/left_chats/list/#")
}

/// The key of a member of a chat's own object.
fn chat_key<'w>(path: &Path<'w>) -> Option<&'w str> {
    let depth_fits = path.depth() == 1
        || (path.depth() == 4
            && path.key_at(1) == Some("list")
            && matches!(path.key_at(0), Some("chats" | "left_chats")));
    if depth_fits { path.key() } else { None }
}

impl Visitor for Export {
    fn visit(&mut self, path: &Path<'_>, kind: Kind) -> Step {
        if self.messages == Some(path.depth()) {
            return Step::Take;
        }
        if is_chat(path) {
            self.chat = Chat::default();
            return Step::Descend;
        }
        match chat_key(path) {
            Some("messages") => {
                self.messages = Some(path.depth() + 1);
                Step::Descend
            }
            Some("name" | "type" | "id") => Step::Take,
            Some("personal_information") if path.depth() == 1 => Step::Take,
            Some("chats" | "left_chats") if path.depth() == 1 && kind == Kind::Object => Step::Descend,
            _ if path.is("/chats/list") || path.is("/left_chats/list") => Step::Descend,
            _ => Step::Skip,
        }
    }

    fn is_one(&self, path: &Path<'_>, value: &Value<'_>) -> bool {
        self.messages != Some(path.depth()) || !swallows(value.raw())
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        if self.messages == Some(path.depth()) {
            let base = value.span().start();
            let place = path.place(out);
            let mut fields = Fields::default();
            return match fields.read(value.raw(), 0, base, Grammar::Known) {
                Some(_) if value.kind() == Kind::Object && fields.is_message() => {
                    self.message(&fields, place, out);
                }
                _ => out.unparsed(value.span(), "expected an object with a message"),
            };
        }
        match path.key() {
            Some("personal_information") => {
                self.people.owner = value.get("user_id").map(|id| id.plain());
            }
            Some(key) => self.fact(key, &value, out),
            None => {}
        }
        out.structure(value.span(), StructureKind::Metadata);
    }

    fn leave(&mut self, path: &Path<'_>, out: &mut Output<'_>) {
        if self.messages == Some(path.depth() + 1) {
            self.messages = None;
            self.conversation(out);
        }
    }

    fn reopens(&self, array: &Path<'_>) -> bool {
        chat_key(array) == Some("messages")
    }

    fn reopen(&mut self, array: &Path<'_>) {
        self.messages = Some(array.depth() + 1);
    }

    fn dash(
        &mut self,
        path: &Path<'_>,
        window: &Window<'_>,
        at: usize,
        out: &mut Output<'_>,
    ) -> Option<usize> {
        if self.messages != Some(path.depth()) || window.bytes.get(at) != Some(&b'{') {
            return None;
        }
        let mut fields = Fields::default();
        let end = fields.read(window.bytes, at, window.base, Grammar::Unknown)?;
        let raw = window.bytes.get(at..end)?;
        if !fields.is_message() || swallows(raw) {
            return None;
        }
        if fields.odd {
            json::report(&Value::checked(raw, fields.at.start())?, out);
        }
        let place = path.place(out);
        self.message(&fields, place, out);
        Some(end)
    }
}

impl Export {
    fn fact(&mut self, key: &str, value: &Value<'_>, out: &mut Output<'_>) {
        let fact = (!value.is_null()).then(|| value.plain());
        let place = match key {
            "name" => &mut self.chat.facts.title,
            "type" => &mut self.chat.facts.sort,
            _ => &mut self.chat.facts.platform_id,
        };
        if self.chat.number.is_some() && *place != fact {
            let note =
                format!("the chat's \"{key}\" {} stands after its messages, which lack it", short(value));
            out.warn(WarningKind::Contradiction, value.span(), note);
        }
        *place = fact;
    }

    fn conversation(&mut self, out: &mut Output<'_>) -> ConversationId {
        let chat = &mut self.chat;
        *chat.number.get_or_insert_with(|| out.directory.intern_conversation(chat.facts.clone()))
    }

    /// Warns of a field that this reader does not know, once.
    fn unknown(&mut self, key: &str, at: Span, out: &mut Output<'_>) {
        if self.unknown.len() < 1000 && !self.unknown.contains(key) {
            self.unknown.insert(key.to_owned());
            out.warn(
                WarningKind::Unknown,
                at,
                format!("messages have a field {key:?} that is not known; kept as a detail"),
            );
        }
    }

    fn warn_left_out(&mut self, sentence: &str, at: Span, out: &mut Output<'_>) {
        if self.left_out.len() < 1000 && !self.left_out.contains(sentence) {
            self.left_out.insert(sentence.to_owned());
            let note = format!(
                "instead of a file the export says: {sentence} (first here, others are not warned of)"
            );
            out.warn(WarningKind::LeftOut, at, note);
        }
    }
}

/// Keeps a value as details: a list as one detail for every element, an object as one for every member.
fn keep(name: &str, value: &Value<'_>, extras: &mut Extras) {
    let mut inside: Vec<(String, Parts<'_>)> = Vec::new();
    let mut next = Some((name.to_owned(), *value));
    loop {
        if let Some((name, value)) = next.take() {
            let mut parts = match value.kind() {
                Kind::Object => Parts::Object(value.object()),
                Kind::Array => Parts::Array(value.array()),
                _ => Parts::None,
            };
            next = parts.next(&name);
            if next.is_some() {
                inside.push((name, parts));
                continue;
            }
            extras.detail(name, value.plain());
        }
        let Some((name, parts)) = inside.last_mut() else { return };
        next = parts.next(name);
        if next.is_none() {
            inside.pop();
        }
    }
}

/// What is left of a list or an object.
enum Parts<'a> {
    Object(json::Members<'a>),
    Array(json::Elements<'a>),
    None,
}

impl<'a> Parts<'a> {
    fn next(&mut self, name: &str) -> Option<(String, Value<'a>)> {
        match self {
            Self::Object(members) => members.next().map(|(key, value)| (format!("{name}.{key}"), value)),
            Self::Array(elements) => elements.next().map(|value| (name.to_owned(), value)),
            Self::None => None,
        }
    }
}

/// A value for a note, not longer than a line.
fn short(value: &Value<'_>) -> String {
    let raw = value.raw();
    let text = String::from_utf8_lossy(raw.get(..60).unwrap_or(raw));
    if raw.len() > 60 { format!("{text}…") } else { text.into_owned() }
}

/// What one message is made of, on the way.
struct Draft<'a> {
    message: crate::Message<'a>,
    extras: Box<Extras>,
}

impl Draft<'_> {
    /// Another paragraph of the text.
    fn say(&mut self, words: &str) {
        if words.is_empty() {
            return;
        }
        let text = &mut self.message.text;
        let joined = if text.is_empty() { words.to_owned() } else { format!("{}\n{words}", text.value) };
        *text = Text::decoded(joined);
    }
}
