//! One message of "Download your information".

use super::Meta;
use crate::formats::kit::{Unit, attachment, counted, no_message, says_nothing};
use crate::json::{Kind as Json, Value};
use crate::{Attachment, Kind, Message, Output, Place, Reaction, Sent};

/// What a message turns out to have.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Found {
    pub(super) unsent: bool,
    pub(super) files: bool,
    share: bool,
    call: bool,
    system: bool,
}

impl Meta {
    pub(super) fn message(&mut self, value: Value<'_>, place: Place, out: &mut Output<'_>) {
        if value.kind() != Json::Object {
            return no_message(&value, out);
        }
        let conversation = self.conversation(out);
        let mut message = Message::bare(value.span(), place, conversation, Sent::MISSING);
        let mut found = Found::default();
        for (key, value) in value.object() {
            if self.encrypted {
                self.encrypted_field(&key, &value, &mut message, &mut found, out);
            } else {
                self.field(&key, &value, &mut message, &mut found, out);
            }
        }
        message.kind = found.kind(&message);
        if found.unsent && message.kind != Kind::Deleted {
            message.extras_mut().detail("is_unsent", "true");
        }
        out.message(&message);
    }

    fn field<'a>(
        &mut self,
        key: &str,
        value: &Value<'a>,
        message: &mut Message<'a>,
        found: &mut Found,
        out: &mut Output<'_>,
    ) {
        match key {
            "sender_name" => message.sender = self.account(value, out),
            "timestamp_ms" => message.sent = counted(value, Unit::Millis, out),
            // In the first exports in JSON, of early 2018, in seconds.
            "timestamp" if message.sent == Sent::MISSING => {
                let long =
                    value.integer_or_digits().is_some_and(|count| count.unsigned_abs() > 99_999_999_999);
                message.sent = counted(value, if long { Unit::Millis } else { Unit::Seconds }, out);
            }
            "content" => self.content(key, value, message, out),
            "photos" | "videos" | "audio_files" | "files" | "gifs" | "sticker" => {
                self.files(key, value, message, found, out);
            }
            "share" => self.share(value, message, found, out),
            "reactions" => self.reactions(value, message, out),
            "is_unsent" => found.unsent = value.bool() == Some(true),
            "call_duration" => {
                found.call = true;
                message.extras_mut().detail("call_duration", value.plain());
            }
            "missed" => {
                found.call = true;
                message.extras_mut().detail("missed", value.plain());
            }
            "type" => self.sort(value, message, found, out),
            "ip"
            | "is_taken_down"
            | "is_geoblocked_for_viewer"
            | "is_unsent_image_by_messenger_kid_parent"
            | "bumped_message_metadata"
            | "users"
            | "plan" => {
                if !says_nothing(value) && !says_not_bumped(value) {
                    let plain = self.plain(value, out);
                    message.extras_mut().detail(key.to_owned(), plain);
                }
            }
            _ => self.once.unknown_field(key, value, message, out),
        }
    }

    pub(super) fn content<'a>(
        &mut self,
        key: &str,
        value: &Value<'a>,
        message: &mut Message<'a>,
        out: &mut Output<'_>,
    ) {
        match self.text(value, out) {
            Some(text) if message.text.is_empty() => message.text = text,
            // The key stands twice: neither text may be lost.
            Some(text) => message.extras_mut().detail(key.to_owned(), text.value),
            None if value.is_null() => {}
            None => message.extras_mut().detail(key.to_owned(), value.plain()),
        }
    }

    /// A value for a detail, put right if it is a text.
    fn plain(&mut self, value: &Value<'_>, out: &mut Output<'_>) -> String {
        self.words(value, out).unwrap_or_else(|| value.plain())
    }

    fn sort(
        &mut self,
        value: &Value<'_>,
        message: &mut Message<'_>,
        found: &mut Found,
        out: &mut Output<'_>,
    ) {
        let sort = value.plain();
        match &*sort {
            "Generic" | "Share" => return,
            "Call" => {
                found.call = true;
                return;
            }
            "Subscribe" | "Unsubscribe" | "Plan" => found.system = true,
            "Payment" => {}
            other => self.once.unknown_sort("type", other, value.span(), out),
        }
        message.extras_mut().detail("type", sort);
    }

    pub(super) fn files(
        &mut self,
        sort: &str,
        value: &Value<'_>,
        message: &mut Message<'_>,
        found: &mut Found,
        out: &mut Output<'_>,
    ) {
        let one = (value.kind() == Json::Object).then_some(*value);
        for file in one.into_iter().chain(value.array()) {
            found.files = true;
            let mut attached = attachment(None, sort);
            for (key, value) in file.object() {
                match &*key {
                    "uri" => match self.words(&value, out) {
                        Some(words) if words.starts_with("Failed to download") => {
                            attached.left_out = Some(words);
                        }
                        words => attached.name = words,
                    },
                    "ai_stickers" if says_nothing(&value) => {}
                    other => {
                        let plain = self.plain(&value, out);
                        message.extras_mut().detail(format!("{sort}.{other}"), plain);
                    }
                }
            }
            message.extras_mut().attach(attached);
        }
    }

    fn share(
        &mut self,
        value: &Value<'_>,
        message: &mut Message<'_>,
        found: &mut Found,
        out: &mut Output<'_>,
    ) {
        for (key, value) in value.object() {
            let Some(words) = self.words(&value, out) else { continue };
            found.share = true;
            let extras = message.extras_mut();
            if key == "link" {
                extras.attach(Attachment { name: Some(words), ..attachment(None, "share") });
            } else {
                extras.detail(format!("share.{key}"), words);
            }
        }
    }

    pub(super) fn reactions(&mut self, value: &Value<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
        for reaction in value.array() {
            let mut made = Reaction { reaction: String::new(), by: None, count: None };
            for (key, value) in reaction.object() {
                match &*key {
                    "reaction" => made.reaction = self.words(&value, out).unwrap_or_default(),
                    "actor" => made.by = self.account(&value, out),
                    other => message.extras_mut().detail(format!("reactions.{other}"), value.plain()),
                }
            }
            message.extras_mut().react(made);
        }
    }
}

/// `{"is_bumped": false}` says nothing.
fn says_not_bumped(value: &Value<'_>) -> bool {
    value.kind() == Json::Object && value.object().all(|(_, value)| value.bool() == Some(false))
}

impl Found {
    fn kind(&self, message: &Message<'_>) -> Kind {
        let words = !message.text.is_empty();
        if self.call {
            Kind::Call
        } else if self.system {
            Kind::System
        } else if self.files {
            Kind::Media
        } else if words {
            Kind::Text
        } else if self.share {
            Kind::Media
        } else if self.unsent {
            Kind::Deleted
        } else {
            Kind::Withheld
        }
    }

    pub(super) fn called(&mut self) {
        self.call = true;
    }
}
