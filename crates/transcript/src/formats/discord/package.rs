//! `messages.json` of one channel in Discord's data package.

use jiff::tz::Offset;

use super::{agree, compare, snowflake};
use crate::formats::kit::{
    Accounts, Once, Source, Zoneless, attachment, identifier, keep, no_message, says_nothing, stamp,
    written_out,
};
use crate::json::{Kind as Json, Path, Step, Value, Visitor};
use crate::{
    Conversation, Kind, Message, Output, Participant, Precision, Reading, Sent, WarningKind, ZoneBasis,
};

#[derive(Debug, Default)]
pub(super) struct Package {
    accounts: Accounts,
    once: Once,
}

impl Visitor for Package {
    fn visit(&mut self, path: &Path<'_>, _kind: Json) -> Step {
        match path.depth() {
            0 => Step::Descend,
            _ if path.is("/#") => Step::Take,
            _ => Step::Skip,
        }
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        if value.kind() != Json::Object {
            return no_message(&value, out);
        }
        // The channel is named beside this file; the messages are all of the account that asked for the package.
        let conversation = out.directory.intern_conversation(Conversation::default());
        let place = path.place(out);
        let mut message = Message::bare(value.span(), place, conversation, Sent::MISSING);
        message.sender =
            Some(self.accounts.of(b"", out, || Participant { exporter: true, ..Participant::default() }));
        let (mut id, mut time) = (None, None);
        for (key, value) in value.object() {
            match &*key {
                "ID" | "Id" | "id" => {
                    message.extras_mut().id = identifier(&value);
                    id = Some(value);
                }
                "Timestamp" | "timestamp" => time = Some(value),
                "Contents" | "contents" => match value.string() {
                    Some(text) => message.text = text,
                    None => keep(&key, &value, &mut message),
                },
                "Attachments" | "attachments" => {
                    for address in value.words().unwrap_or_default().split_whitespace() {
                        message
                            .extras_mut()
                            .attachments
                            .push(attachment(Some(address.to_owned()), "attachment"));
                    }
                }
                _ => self.once.unknown_field(&key, &value, &mut message, out),
            }
        }
        message.sent = sent(time, id, out);
        let files = message.extras.as_ref().is_some_and(|extras| !extras.attachments.is_empty());
        message.kind = match (files, message.text.is_empty()) {
            (true, _) => Kind::Media,
            (false, false) => Kind::Text,
            // A sticker, an embed or a poll: the package has nothing of it.
            (false, true) => Kind::Withheld,
        };
        out.message(&message);
    }
}

impl Source for Package {}

/// The time as written; an identifier that says the same shows that it is UTC, and is finer.
fn sent<'a>(time: Option<Value<'a>>, id: Option<Value<'a>>, out: &mut Output<'_>) -> Sent<'a> {
    let given = id.and_then(|id| snowflake(&id));
    let Some(time) = time.filter(|time| !says_nothing(time)) else {
        return match (given, id) {
            // The identifier alone tells it.
            (Some(given), Some(id)) => Sent {
                written: crate::formats::kit::written(&id),
                reading: Reading::Instant(given, ZoneBasis::Epoch),
                precision: Precision::Millisecond,
            },
            _ => Sent::MISSING,
        };
    };
    let sent = written_out(&time, Zoneless::Local, out);
    let Reading::Local(local) = sent.reading else {
        compare(&sent, id.as_ref(), out);
        return sent;
    };
    let Some(given) = given else { return sent };
    let as_utc = stamp(&sent.written.value).and_then(|stamp| Offset::UTC.to_timestamp(stamp.local).ok());
    if as_utc.is_some_and(|at| agree(at, given)) {
        let reading = Reading::Instant(given, ZoneBasis::Epoch);
        return Sent { reading, precision: Precision::Millisecond, ..sent };
    }
    let note = format!("the time is written {local} without a zone, and the identifier was given at {given}");
    out.warn(WarningKind::Contradiction, time.span(), note);
    sent
}
