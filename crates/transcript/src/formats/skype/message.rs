//! One message.

use super::{Skype, rich};
use crate::formats::kit::{Zoneless, identifier, keep, no_message, words, written_out};
use crate::json::{Kind as Json, Value};
use crate::{Attachment, Edited, Kind, Message, Output, Place, Reaction, Sent, Text};

#[derive(Default)]
struct Found<'a> {
    from: Option<Value<'a>>,
    shown: Option<String>,
    content: Option<Value<'a>>,
    sort: String,
    deleted: bool,
}

impl Skype {
    pub(super) fn message(&mut self, value: Value<'_>, place: Place, out: &mut Output<'_>) {
        if value.kind() != Json::Object {
            return no_message(&value, out);
        }
        let conversation = self.conversation(out);
        let mut message = Message::bare(value.span(), place, conversation, Sent::MISSING);
        let mut found = Found::default();
        for (key, value) in value.object() {
            match &*key {
                "id" => message.extras_mut().id = identifier(&value),
                "originalarrivaltime" => message.sent = written_out(&value, Zoneless::Utc, out),
                "messagetype" => found.sort = value.plain(),
                "from" => found.from = Some(value),
                "displayName" => found.shown = words(&value),
                "content" => found.content = Some(value),
                "properties" => self.properties(&value, &mut message, &mut found, out),
                "amsreferences" => keep(&key, &value, &mut message),
                // The number of the message's state on the server; the conversation at hand.
                "version" | "conversationid" => {}
                _ => self.once.unknown_field(&key, &value, &mut message, out),
            }
        }
        self.content(&found, &mut message, out);
        // What the service says in a group stands under the group's own identifier.
        let from = found.from.and_then(|from| words(&from)).filter(|from| !from.starts_with("19:"));
        if let (Some(from), None) = (from, message.sender) {
            message.sender = Some(self.account(&from, found.shown.take(), out));
        }
        if found.deleted && message.text.is_empty() {
            message.kind = Kind::Deleted;
        }
        out.message(&message);
    }

    fn properties(
        &mut self,
        value: &Value<'_>,
        message: &mut Message<'_>,
        found: &mut Found<'_>,
        out: &mut Output<'_>,
    ) {
        for (key, value) in value.object() {
            match &*key {
                "edittime" => message.extras_mut().edited = Some(Edited { at: identifier(&value) }),
                "deletetime" => {
                    found.deleted = true;
                    keep("properties.deletetime", &value, message);
                }
                "emotions" => self.emotions(&value, message, out),
                _ => keep(&format!("properties.{key}"), &value, message),
            }
        }
    }

    /// Reactions: a list, or a string that holds one.
    fn emotions(&mut self, value: &Value<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
        let inner = value.words();
        let list = match &inner {
            Some(text) => Value::read(text.as_bytes(), 0).ok(),
            None => Some(*value),
        };
        let Some(list) = list.filter(|list| list.kind() == Json::Array) else {
            return keep("properties.emotions", value, message);
        };
        for emotion in list.array() {
            let name = emotion.get("key").and_then(|key| words(&key)).unwrap_or_default();
            for user in emotion.get("users").iter().flat_map(Value::array) {
                let who = user.get("mri").and_then(|mri| words(&mri));
                let by = who.map(|who| self.account(&who, None, out));
                message.extras_mut().react(Reaction { reaction: name.clone(), by, count: None });
            }
        }
    }

    fn content<'a>(&mut self, found: &Found<'a>, message: &mut Message<'a>, out: &mut Output<'_>) {
        let sort = &*found.sort;
        message.kind = kind(sort);
        if !matches!(sort, "Text" | "RichText") {
            let known = message.kind != Kind::Text;
            if !known && let Some(content) = found.content {
                self.once.unknown_sort("messagetype", sort, content.span(), out);
            }
            message.extras_mut().detail("messagetype", sort);
        }
        let Some(content) = found.content else { return };
        let Some(text) = content.string() else { return keep("content", &content, message) };
        // Plain text and lists in JSON have no markup.
        if matches!(sort, "Text" | "Poll" | "Notice" | "PopCard") || !text.value.contains(['<', '&']) {
            message.text = text;
            return without_words(message);
        }
        let rich = rich::read(&text.value);
        rich.notes.warn(content.span(), out);
        if rich.markup {
            message.extras_mut().detail("content", text.value.clone());
        }
        if let Some(initiator) = &rich.initiator {
            message.sender = Some(self.account(initiator, None, out));
        }
        let extras = message.extras_mut();
        extras.reply_to = rich.quoted;
        if !rich.quote.is_empty() {
            extras.detail("quote", rich.quote);
        }
        if extras.edited.is_none() && rich.edited.is_some() {
            extras.edited = Some(Edited { at: rich.edited });
        }
        let files = !rich.files.is_empty();
        for file in rich.files {
            if let (Some(_), Some(address)) = (&file.name, &file.address) {
                extras.detail("uri", address.clone());
            }
            let (sort, size) = (file.sort, file.size);
            extras.attach(Attachment {
                name: file.name.or(file.address),
                sort,
                size,
                ..Attachment::default()
            });
        }
        for (name, value) in rich.facts {
            // A link that shows its own address says it in the text.
            if name != "link" || !rich.text.contains(&*value) {
                extras.detail(name, value);
            }
        }
        if files {
            message.kind = Kind::Media;
        }
        message.text = if rich.text == *text.value { text } else { Text::decoded(rich.text) };
        without_words(message);
    }
}

/// A text message without text is one whose words are not shown.
fn without_words(message: &mut Message<'_>) {
    if message.kind == Kind::Text && message.text.is_empty() {
        message.kind = Kind::Withheld;
    }
}

fn kind(sort: &str) -> Kind {
    match sort {
        "RichText/Location" => Kind::Location,
        "RichText/Contacts" => Kind::Contact,
        "RichText/UriObject" | "RichText/Files" => Kind::Media,
        "Poll" => Kind::Poll,
        "Notice" | "PopCard" => Kind::System,
        _ if sort.starts_with("RichText/Media_") => Kind::Media,
        _ if sort.starts_with("Event/Call") => Kind::Call,
        _ if [
            "ThreadActivity/",
            "InviteFreeRelationshipChanged",
            "EndToEndEncryption/",
            "Event/",
            "Translation/",
        ]
        .iter()
        .any(|start| sort.starts_with(start)) =>
        {
            Kind::System
        }
        _ => Kind::Text,
    }
}
