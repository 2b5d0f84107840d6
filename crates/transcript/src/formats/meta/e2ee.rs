//! One message of Messenger's download of end-to-end encrypted chats.

use super::Meta;
use super::message::Found;
use crate::format::Certainty;
use crate::formats::kit::{Unit, counted, has, opens_with};
use crate::json::Value;
use crate::{Message, Output};

pub(super) fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let shape = opens_with(head, b'{') && has(head, &["\"messages\""]);
    if shape && has(head, &["\"threadName\"", "\"participants\""]) {
        return Some((Certainty::Marked, "participants, threadName and messages".to_owned()));
    }
    (shape && has(head, &["\"senderName\"", "\"isUnsent\""]))
        .then(|| (Certainty::Marked, "messages with senderName and isUnsent".to_owned()))
}

impl Meta {
    pub(super) fn encrypted_field<'a>(
        &mut self,
        key: &str,
        value: &Value<'a>,
        message: &mut Message<'a>,
        found: &mut Found,
        out: &mut Output<'_>,
    ) {
        match key {
            "senderName" => message.sender = self.account(value, out),
            "timestamp" => message.sent = counted(value, Unit::Millis, out),
            "text" => self.content(key, value, message, out),
            "isUnsent" => found.unsent = value.bool() == Some(true),
            "media" => self.files(key, value, message, found, out),
            "reactions" => self.reactions(value, message, out),
            "type" => {
                let sort = value.plain();
                match &*sort.to_ascii_lowercase() {
                    "text" | "generic" | "media" => return,
                    "placeholder" | "link" | "share" | "sticker" => {}
                    lower if lower.contains("call") => found.called(),
                    _ => self.once.unknown_sort(key, &sort, value.span(), out),
                }
                message.extras_mut().detail("type", sort);
            }
            _ => self.once.unknown_field(key, value, message, out),
        }
    }
}
