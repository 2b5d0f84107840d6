//! `ChatItem`: one message, call or note of the application.

use super::Frames;
use crate::formats::kit::{Unit, attachment, counted, identifier, keep, member};
use crate::json::Value;
use crate::{Attachment, Edited, Kind, Message, Output, Place, Reaction, Sent, Text};

impl Frames {
    pub(super) fn item(&mut self, frame: Value<'_>, item: Value<'_>, place: Place, out: &mut Output<'_>) {
        let conversation = match item.get("chatId") {
            Some(id) => self.people.chat_of(&id, out),
            None => out.directory.intern_conversation(crate::Conversation::default()),
        };
        let mut message = Message::bare(frame.span(), place, conversation, Sent::MISSING);
        message.kind = Kind::Withheld;
        for (key, value) in item.object() {
            self.field(&key, &value, &mut message, out);
        }
        let unsent = item.get("outgoing").is_some_and(|outgoing| reached_nobody(&outgoing));
        if unsent && matches!(message.kind, Kind::Text | Kind::Media | Kind::Contact | Kind::Poll) {
            message.kind = Kind::Unsent;
        }
        for (key, value) in frame.object().filter(|(key, _)| key != "chatItem") {
            self.once.unknown_field(&key, &value, &mut message, out);
        }
        out.message(&message);
    }

    /// A call over a link.
    pub(super) fn ad_hoc_call(
        &mut self,
        frame: Value<'_>,
        call: Value<'_>,
        place: Place,
        out: &mut Output<'_>,
    ) {
        let conversation = match call.get("recipientId") {
            Some(id) => self.people.link(&id, out),
            None => out.directory.intern_conversation(crate::Conversation::default()),
        };
        let mut message = Message::bare(frame.span(), place, conversation, Sent::MISSING);
        message.kind = Kind::Call;
        for (key, value) in call.object() {
            match &*key {
                "callTimestamp" => message.sent = counted(&value, Unit::Millis, out),
                "recipientId" => {}
                _ => keep(&format!("adHocCall.{key}"), &value, &mut message),
            }
        }
        out.message(&message);
    }

    fn field<'a>(&mut self, key: &str, value: &Value<'a>, message: &mut Message<'a>, out: &mut Output<'_>) {
        match key {
            "chatId" | "directionless" => {}
            "authorId" => message.sender = self.people.recipient_of(value, out),
            "dateSent" => {
                message.sent = counted(value, Unit::Millis, out);
                // Signal tells messages apart by their author and this.
                message.extras_mut().id = identifier(value);
            }
            "expireStartDate" | "expiresInMs" | "sms" | "pinDetails" => keep(key, value, message),
            "revisions" => self.revisions(value, message, out),
            "incoming" => {
                for (key, value) in value.object() {
                    keep(&format!("incoming.{key}"), &value, message);
                }
            }
            "outgoing" => {
                for (key, value) in value.object() {
                    keep(&format!("outgoing.{key}"), &value, message);
                }
            }
            "standardMessage" => {
                message.kind = Kind::Text;
                self.parts(value, message, out);
                if message.extras.as_ref().is_some_and(|extras| !extras.attachments.is_empty()) {
                    message.kind = Kind::Media;
                } else if message.text.is_empty() {
                    message.kind = Kind::Withheld;
                }
            }
            "contactMessage" => self.of_kind(Kind::Contact, value, message, out),
            "stickerMessage" => self.of_kind(Kind::Media, value, message, out),
            "remoteDeletedMessage" => message.kind = Kind::Deleted,
            "adminDeletedMessage" => {
                message.kind = Kind::Deleted;
                if let Some(by) = value.get("adminId").and_then(|by| self.people.recipient_of(&by, out))
                    && let Some(by) = out.directory.participant(by)
                {
                    let name = by.display_name.clone().or_else(|| by.handle.clone()).unwrap_or_default();
                    message.extras_mut().detail("adminDeletedMessage.adminId", name);
                }
            }
            "updateMessage" => self.update(value, message, out),
            "paymentNotification" | "giftBadge" => {
                message.kind = Kind::System;
                for (field, part) in value.object() {
                    match (&*field, part.string()) {
                        ("note", Some(note)) => message.text = note,
                        _ => keep(&format!("{key}.{field}"), &part, message),
                    }
                }
            }
            "viewOnceMessage" => self.of_kind(Kind::Withheld, value, message, out),
            "directStoryReplyMessage" => {
                message.extras_mut().detail("item", key);
                self.of_kind(Kind::Text, value, message, out);
            }
            "poll" => self.poll(value, message, out),
            _ => self.once.unknown_field(key, value, message, out),
        }
        if message.kind != Kind::Text
            && matches!(key, "viewOnceMessage" | "giftBadge" | "paymentNotification")
        {
            message.extras_mut().detail("item", key.to_owned());
        }
    }

    fn of_kind<'a>(
        &mut self,
        kind: Kind,
        value: &Value<'a>,
        message: &mut Message<'a>,
        out: &mut Output<'_>,
    ) {
        message.kind = kind;
        self.parts(value, message, out);
    }

    /// The parts that messages of the different kinds are made of.
    fn parts<'a>(&mut self, value: &Value<'a>, message: &mut Message<'a>, out: &mut Output<'_>) {
        for (key, part) in value.object() {
            match &*key {
                "text" => text(&part, message),
                "textReply" => {
                    if let Some(inner) = part.get("text") {
                        text(&inner, message);
                    }
                    if let Some(long) = part.get("longText") {
                        message.extras_mut().attach(file_pointer(&long, "longText"));
                    }
                }
                "emoji" => message.text = part.string().unwrap_or_default(),
                "quote" => quote(&part, message),
                "attachments" => {
                    for file in part.array() {
                        attach(&file, message);
                    }
                }
                "attachment" => attach(&part, message),
                "longText" => {
                    let pointer = file_pointer(&part, "longText");
                    message.extras_mut().attach(pointer);
                }
                "linkPreview" => {
                    for link in part.array() {
                        for (field, value) in link.object().filter(|(field, _)| field != "image") {
                            keep(&format!("linkPreview.{field}"), &value, message);
                        }
                    }
                }
                "sticker" => {
                    if let Some(emoji) = part.get("emoji") {
                        keep("sticker.emoji", &emoji, message);
                    }
                    let pointer = part.get("data").unwrap_or(part);
                    message.extras_mut().attach(file_pointer(&pointer, "sticker"));
                }
                "contact" => contact_card(&part, message),
                "reactions" => self.reactions(&part, message, out),
                _ => self.once.unknown_field(&key, &part, message, out),
            }
        }
    }

    fn reactions(&mut self, value: &Value<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
        for reaction in value.array() {
            let by = reaction.get("authorId").and_then(|author| self.people.recipient_of(&author, out));
            let name = member(&reaction, "emoji").unwrap_or_default();
            let extras = message.extras_mut();
            if let Some(at) = reaction.get("sentTimestamp").and_then(|at| identifier(&at)) {
                extras.detail("reactions.sentTimestamp", at);
            }
            extras.react(Reaction { reaction: name, by, count: None });
        }
    }

    /// Earlier versions, the oldest first.
    fn revisions(&mut self, value: &Value<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
        for revision in value.array() {
            message.extras_mut().edited.get_or_insert(Edited { at: None });
            if let Some(at) = revision.get("dateSent") {
                keep("revisions.dateSent", &at, message);
            }
            let body = revision.get("standardMessage").and_then(|body| body.get("text")?.get("body"));
            match body {
                Some(body) => keep("revisions.text", &body, message),
                None => self.once.unknown_field("revisions", &revision, message, out),
            }
        }
    }

    fn update(&mut self, value: &Value<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
        message.kind = Kind::System;
        for (sort, body) in value.object() {
            let known = [
                "simpleUpdate",
                "groupChange",
                "expirationTimerChange",
                "profileChange",
                "threadMerge",
                "sessionSwitchover",
                "individualCall",
                "groupCall",
                "learnedProfileChange",
                "pollTerminate",
                "pinMessage",
            ];
            if !known.contains(&&*sort) {
                self.once.unknown_sort("updateMessage", &sort, body.span(), out);
            }
            if matches!(&*sort, "individualCall" | "groupCall") {
                message.kind = Kind::Call;
            }
            message.extras_mut().detail("update", sort.clone());
            for (field, part) in body.object() {
                match &*field {
                    "ringerRecipientId" | "startedCallRecipientId" => {
                        if let Some(who) = self.people.recipient_of(&part, out)
                            && let Some(who) = out.directory.participant(who)
                        {
                            let name = who.display_name.clone().or_else(|| who.handle.clone());
                            message.extras_mut().detail(format!("{sort}.{field}"), name.unwrap_or_default());
                        }
                    }
                    _ => keep(&format!("{sort}.{field}"), &part, message),
                }
            }
        }
    }

    fn poll<'a>(&mut self, value: &Value<'a>, message: &mut Message<'a>, out: &mut Output<'_>) {
        message.kind = Kind::Poll;
        let mut lines = member(value, "question").unwrap_or_default();
        for option in value.get("options").iter().flat_map(Value::array) {
            let name = member(&option, "option").unwrap_or_default();
            lines.push('\n');
            lines.push_str(&name);
            for vote in option.get("votes").iter().flat_map(Value::array) {
                let by = vote.get("voterId").and_then(|by| self.people.recipient_of(&by, out));
                if let Some(by) = by.and_then(|by| out.directory.participant(by)) {
                    let who = by.display_name.as_deref().or(by.handle.as_deref()).unwrap_or_default();
                    message.extras_mut().detail("poll.vote", format!("{who}: {name}"));
                }
            }
        }
        message.text = Text::decoded(lines);
        for (key, part) in value.object() {
            match &*key {
                "question" | "options" => {}
                "reactions" => self.reactions(&part, message, out),
                _ => keep(&format!("poll.{key}"), &part, message),
            }
        }
    }
}

/// A text with its styles and mentions.
fn text<'a>(value: &Value<'a>, message: &mut Message<'a>) {
    for (key, part) in value.object() {
        match &*key {
            "body" => message.text = part.string().unwrap_or_default(),
            _ => keep(&format!("text.{key}"), &part, message),
        }
    }
}

fn quote(value: &Value<'_>, message: &mut Message<'_>) {
    for (key, part) in value.object() {
        match &*key {
            "targetSentTimestamp" => message.extras_mut().reply_to = identifier(&part),
            "text" => keep("quote.text", &part.get("body").unwrap_or(part), message),
            // The author of the message answered, whom that message names.
            "authorId" => {}
            "type" if part.words().is_some_and(|sort| sort == "NORMAL") => {}
            _ => keep(&format!("quote.{key}"), &part, message),
        }
    }
}

/// An attachment of a message: a pointer, and what the message says of it.
fn attach(value: &Value<'_>, message: &mut Message<'_>) {
    let pointer = value.get("pointer").unwrap_or(*value);
    let made = file_pointer(&pointer, "attachment");
    let extras = message.extras_mut();
    extras.attach(made);
    for (key, from) in [("caption", pointer), ("flag", *value)] {
        if let Some(words) = member(&from, key).filter(|words| words != "NONE") {
            extras.detail(format!("attachment.{key}"), words);
        }
    }
}

fn file_pointer(pointer: &Value<'_>, otherwise: &str) -> Attachment {
    let sort = member(pointer, "contentType").unwrap_or_else(|| otherwise.to_owned());
    let locator = pointer.get("locatorInfo").or_else(|| pointer.get("backupLocator"));
    let size = locator.and_then(|locator| locator.get("size")).and_then(|size| size.integer_or_digits());
    let size = size.and_then(|size| u64::try_from(size).ok());
    Attachment { size, ..attachment(member(pointer, "fileName"), &sort) }
}

/// A card's name is the text; its numbers and addresses are details.
fn contact_card(value: &Value<'_>, message: &mut Message<'_>) {
    let name = value.get("name").map(|name| {
        let parts = ["prefix", "givenName", "middleName", "familyName", "suffix"];
        let parts: Vec<String> = parts.iter().filter_map(|part| member(&name, part)).collect();
        parts.join(" ")
    });
    let name = name.filter(|name| !name.is_empty()).or_else(|| member(value, "organization"));
    message.text = Text::decoded(name.unwrap_or_default());
    for (key, part) in value.object() {
        match &*key {
            "name" | "avatar" => {}
            "number" | "email" => {
                for entry in part.array() {
                    keep(&format!("contact.{key}"), &entry.get("value").unwrap_or(entry), message);
                }
            }
            _ => keep(&format!("contact.{key}"), &part, message),
        }
    }
}

/// Whether the states of sending, if there are any, show that it reached nobody.
fn reached_nobody(outgoing: &Value<'_>) -> bool {
    let gone = |status: Value<'_>| {
        status.object().any(|(key, _)| matches!(&*key, "sent" | "delivered" | "read" | "viewed"))
    };
    let states = outgoing.get("sendStatus");
    let mut states = states.iter().flat_map(Value::array).peekable();
    states.peek().is_some() && !states.any(gone)
}
