//! `messages.json` of one group of Google Chat.

use std::collections::HashMap;

use jiff::tz::Offset;

use super::dates;
use crate::formats::kit::{
    Accounts, Once, Source, Zoneless, attachment, identifier, keep, member, no_message, says_nothing,
    shortened, stamp, words, written,
};
use crate::json::{Kind as Json, Path, Step, Value, Visitor};
use crate::{
    Conversation, ConversationId, Edited, Kind, Message, Output, Participant, ParticipantId, Precision,
    Reaction, Reading, Sent, Span, WarningKind, ZoneBasis,
};

#[derive(Debug, Default)]
pub(super) struct Chat {
    accounts: Accounts,
    by_address: HashMap<String, ParticipantId>,
    once: Once,
    not_understood: u64,
}

impl Visitor for Chat {
    fn visit(&mut self, path: &Path<'_>, kind: Json) -> Step {
        if path.is("") || path.is("/messages") && kind == Json::Array {
            Step::Descend
        } else if path.is("/messages/#") {
            Step::Take
        } else {
            Step::Skip
        }
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        if value.kind() != Json::Object {
            return no_message(&value, out);
        }
        let place = path.place(out);
        let conversation = conversation(&value, out);
        let mut message = Message::bare(value.span(), place, conversation, Sent::MISSING);
        let mut found = Found::default();
        for (key, value) in value.object() {
            self.field(&key, &value, &mut message, &mut found, out);
        }
        message.kind = found.kind(&message);
        out.message(&message);
    }
}

impl Source for Chat {
    fn finish(&mut self, source: Span, out: &mut Output<'_>) {
        if self.not_understood > 1 {
            let note =
                format!("{} dates in all were not understood; they are kept as written", self.not_understood);
            out.warn(WarningKind::ImpossibleTime, source, note);
        }
    }
}

/// A message's identifier begins with the group's.
fn conversation(message: &Value<'_>, out: &mut Output<'_>) -> ConversationId {
    let id = member(message, "message_id");
    let group = id.as_deref().and_then(|id| id.split_once('/')).map(|(group, _)| group.to_owned());
    out.directory.intern_conversation(Conversation { title: None, platform_id: group, sort: None })
}

/// What one message turns out to have.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Found {
    files: bool,
    annotated: bool,
    call: bool,
    deleted: bool,
}

impl Found {
    fn kind(&self, message: &Message<'_>) -> Kind {
        match (self, message.text.is_empty()) {
            (Self { deleted: true, .. }, true) => Kind::Deleted,
            (Self { files: true, .. }, _) => Kind::Media,
            (_, false) => Kind::Text,
            (Self { call: true, .. }, _) => Kind::Call,
            (Self { annotated: true, .. }, _) => Kind::Media,
            _ => Kind::Withheld,
        }
    }
}

impl Chat {
    fn field<'a>(
        &mut self,
        key: &str,
        value: &Value<'a>,
        message: &mut Message<'a>,
        found: &mut Found,
        out: &mut Output<'_>,
    ) {
        match key {
            "creator" => {
                message.sender = self.creator(value, out);
                if let Some(sort) = member(value, "user_type").filter(|sort| sort != "Human") {
                    message.extras_mut().detail("creator.user_type", sort);
                }
            }
            "created_date" => message.sent = self.date(value, out),
            "updated_date" => {
                if let Some(at) = words(value) {
                    message.extras_mut().edited = Some(Edited { at: Some(at) });
                }
            }
            "text" => match value.string() {
                Some(text) if message.text.is_empty() => message.text = text,
                _ => keep(key, value, message),
            },
            "message_id" => message.extras_mut().id = identifier(value),
            // Part of the identifier in all exports seen.
            "topic_id" => {}
            "attached_files" => found.files |= files(value, message),
            "annotations" => {
                found.annotated = !says_nothing(value);
                found.call = memchr::memmem::find(value.raw(), b"\"video_call_metadata\"").is_some();
                keep(key, value, message);
            }
            "reactions" => self.reactions(value, message, out),
            "quoted_message_metadata" => {
                message.extras_mut().reply_to = value.get("message_id").and_then(|id| identifier(&id));
                if let Some(text) = value.get("text") {
                    keep("quoted_message_metadata.text", &text, message);
                }
                if let Some(name) = value.get("creator").and_then(|creator| creator.get("name")) {
                    keep("quoted_message_metadata.creator", &name, message);
                }
            }
            "message_state" => {
                found.deleted = value.words().is_some_and(|state| state == "DELETED");
                if !found.deleted {
                    keep(key, value, message);
                }
            }
            "deleted_date" => keep(key, value, message),
            "deletion_metadata" => {
                let sort = value.get("deletion_type").unwrap_or(*value);
                keep("deletion_type", &sort, message);
            }
            "previous_message_versions" | "upload_metadata" | "dlp_scan_outcome" | "dlp_scan_summary" => {
                keep(key, value, message);
            }
            _ => self.once.unknown_field(key, value, message, out),
        }
    }

    fn creator(&mut self, value: &Value<'_>, out: &mut Output<'_>) -> Option<ParticipantId> {
        if says_nothing(value) {
            return None;
        }
        let by_address = &mut self.by_address;
        let address = member(value, "email");
        let id = self.accounts.of(value.raw(), out, || Participant {
            display_name: member(value, "name"),
            handle: address.clone(),
            ..Participant::default()
        });
        if let Some(address) = address {
            by_address.entry(address).or_insert(id);
        }
        Some(id)
    }

    fn reactions(&mut self, value: &Value<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
        for reaction in value.array() {
            let emoji = reaction.get("emoji");
            let name = emoji.and_then(|emoji| match emoji.kind() {
                Json::String => words(&emoji),
                _ => {
                    member(&emoji, "unicode").or_else(|| emoji.get("custom_emoji").map(|emoji| emoji.plain()))
                }
            });
            let name = name.unwrap_or_default();
            let mut any = false;
            for address in
                reaction.get("reactor_emails").iter().flat_map(Value::array).filter_map(|who| words(&who))
            {
                any = true;
                let by = *self.by_address.entry(address).or_insert_with_key(|address| {
                    let handle = Some(address.clone());
                    out.directory.intern_participant(Participant { handle, ..Participant::default() })
                });
                message.extras_mut().react(Reaction { reaction: name.clone(), by: Some(by), count: None });
            }
            if !any {
                message.extras_mut().react(Reaction { reaction: name, by: None, count: None });
            }
        }
    }

    fn date<'a>(&mut self, value: &Value<'a>, out: &mut Output<'_>) -> Sent<'a> {
        if says_nothing(value) {
            return Sent::MISSING;
        }
        let text = written(value);
        let Some(read) = dates::read(&text.value) else {
            let iso = stamp(&text.value).map(|stamp| (stamp.reading(Zoneless::Local), stamp.precision));
            let (reading, precision) = iso.unwrap_or((Reading::Impossible, Precision::Second));
            if reading == Reading::Impossible {
                self.not_understood += 1;
                if self.not_understood == 1 {
                    let note = format!(
                        "a date that is not understood, in a language or form not known: {}",
                        shortened(value)
                    );
                    out.warn(WarningKind::ImpossibleTime, value.span(), note);
                }
            }
            return Sent { written: text, reading, precision };
        };
        if let Some(weekday) = read.odd_weekday {
            let note = format!("{}: that day was not a {weekday:?}", text.value);
            out.warn(WarningKind::Contradiction, value.span(), note);
        }
        let reading = if read.utc {
            Reading::at_offset(read.local, Offset::UTC, ZoneBasis::Stated)
        } else {
            Reading::Local(read.local)
        };
        Sent { written: text, reading, precision: Precision::Second }
    }
}

fn files(value: &Value<'_>, message: &mut Message<'_>) -> bool {
    let mut any = false;
    for file in value.array() {
        any = true;
        let (original, export) = (member(&file, "original_name"), member(&file, "export_name"));
        let extras = message.extras_mut();
        if let (Some(original), Some(_)) = (&original, &export) {
            extras.detail("attached_files.original_name", original.clone());
        }
        extras.attach(attachment(export.or(original), "attached_file"));
    }
    any
}
