//! `Hangouts.json`, as it was until about 2017 (`conversation_state`) and after (`conversations`).

use std::collections::HashMap;

use crate::formats::kit::{
    Accounts, Once, Source, Unit, attachment, counted, identifier, keep, member, no_message, says_nothing,
    words,
};
use crate::json::{Kind as Json, Path, Step, Value, Visitor};
use crate::{
    Conversation, ConversationId, Kind, Message, Output, Participant, ParticipantId, Sent, StructureKind,
    Text,
};

#[derive(Debug, Default)]
pub(super) struct Hangouts {
    here: Here,
    accounts: Accounts,
    once: Once,
}

/// The conversation at hand.
#[derive(Debug, Default)]
struct Here {
    number: Option<ConversationId>,
    conversation: Conversation,
    people: HashMap<String, Participant>,
    exporter: Option<String>,
}

const EVENTS: [&str; 2] = ["/conversations/#/events", "/conversation_state/#/conversation_state/event"];
const FACTS: [&str; 2] =
    ["/conversations/#/conversation", "/conversation_state/#/conversation_state/conversation"];
const WAY: [&str; 6] = [
    "",
    "/conversations",
    "/conversations/#",
    "/conversation_state",
    "/conversation_state/#",
    "/conversation_state/#/conversation_state",
];

impl Visitor for Hangouts {
    fn visit(&mut self, path: &Path<'_>, kind: Json) -> Step {
        if path.is("/conversations/#") || path.is("/conversation_state/#") {
            self.here = Here::default();
            self.accounts.clear();
        }
        if WAY.iter().any(|way| path.is(way)) {
            return Step::Descend;
        }
        if EVENTS.iter().any(|way| path.is(way)) && kind == Json::Array {
            return Step::Descend;
        }
        let event = path.depth() > 2 && path.index().is_some();
        if event || FACTS.iter().any(|way| path.is(way)) { Step::Take } else { Step::Skip }
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        if path.index().is_none() {
            self.here.learn(&value);
            return out.structure(value.span(), StructureKind::Metadata);
        }
        if value.kind() != Json::Object {
            return no_message(&value, out);
        }
        let place = path.place(out);
        let conversation = self.here.number(&value, out);
        let mut message = Message::bare(value.span(), place, conversation, Sent::MISSING);
        message.kind = Kind::System;
        for (key, value) in value.object() {
            self.field(&key, &value, &mut message, out);
        }
        out.message(&message);
    }
}

impl Source for Hangouts {}

/// The identifier in `{"id": "…"}`.
fn id_of(value: &Value<'_>, key: &str) -> Option<String> {
    value.get(key)?.get("id").and_then(|id| identifier(&id))
}

/// An account's number in `{"gaia_id": "…", "chat_id": "…"}`.
fn account_id(value: &Value<'_>) -> Option<String> {
    member(value, "gaia_id").or_else(|| member(value, "chat_id"))
}

impl Here {
    fn learn(&mut self, header: &Value<'_>) {
        // The newer shape has the conversation's facts one step further down.
        let facts =
            header.get("conversation").filter(|inner| inner.kind() == Json::Object).unwrap_or(*header);
        self.conversation = Conversation {
            title: member(&facts, "name"),
            platform_id: id_of(&facts, "id").or_else(|| id_of(header, "conversation_id")),
            sort: member(&facts, "type"),
        };
        self.exporter = facts
            .get("self_conversation_state")
            .and_then(|own| own.get("self_read_state"))
            .and_then(|read| read.get("participant_id"))
            .and_then(|id| account_id(&id));
        for person in facts.get("participant_data").iter().flat_map(Value::array) {
            let Some(id) = person.get("id").and_then(|id| account_id(&id)) else { continue };
            let phone = person.get("phone_number").and_then(|phone| member(&phone, "e164"));
            let exporter = self.exporter.as_ref() == Some(&id);
            self.people.insert(
                id.clone(),
                Participant {
                    display_name: member(&person, "fallback_name"),
                    handle: phone,
                    platform_id: Some(id),
                    exporter,
                },
            );
        }
    }

    fn number(&mut self, event: &Value<'_>, out: &mut Output<'_>) -> ConversationId {
        let conversation = &mut self.conversation;
        *self.number.get_or_insert_with(|| {
            if conversation.platform_id.is_none() {
                conversation.platform_id = id_of(event, "conversation_id");
            }
            out.directory.intern_conversation(conversation.clone())
        })
    }

    fn person(&self, id: &str) -> Participant {
        self.people.get(id).cloned().unwrap_or_else(|| Participant {
            platform_id: Some(id.to_owned()),
            exporter: self.exporter.as_deref() == Some(id),
            ..Participant::default()
        })
    }
}

impl Hangouts {
    fn account(&mut self, value: &Value<'_>, out: &mut Output<'_>) -> Option<ParticipantId> {
        let id = account_id(value)?;
        let here = &self.here;
        Some(self.accounts.of(value.raw(), out, || here.person(&id)))
    }

    fn field<'a>(&mut self, key: &str, value: &Value<'a>, message: &mut Message<'a>, out: &mut Output<'_>) {
        match key {
            "sender_id" => message.sender = self.account(value, out),
            "timestamp" => message.sent = counted(value, Unit::Micros, out),
            "event_id" => message.extras_mut().id = identifier(value),
            "chat_message" => {
                for (key, part) in value.object() {
                    match &*key {
                        "message_content" => content(&part, message),
                        _ => keep(&format!("chat_message.{key}"), &part, message),
                    }
                }
                let files = message.extras.as_ref().is_some_and(|extras| !extras.attachments.is_empty());
                message.kind = match (files, message.text.is_empty()) {
                    (true, _) if message.kind == Kind::Location => Kind::Location,
                    (true, _) => Kind::Media,
                    (false, false) => Kind::Text,
                    (false, true) => Kind::Withheld,
                };
            }
            "hangout_event" => {
                message.kind = Kind::Call;
                for (key, part) in value.object() {
                    self.people_or_detail(&format!("hangout_event.{key}"), &part, message, out);
                }
            }
            "membership_change" => {
                for (key, part) in value.object() {
                    self.people_or_detail(&format!("membership_change.{key}"), &part, message, out);
                }
            }
            "conversation_rename" => {
                for (key, part) in value.object() {
                    match (&*key, part.string()) {
                        ("new_name", Some(name)) => message.text = name,
                        _ => keep(&format!("conversation_rename.{key}"), &part, message),
                    }
                }
            }
            "event_type" => {
                let sort = value.plain();
                if !matches!(&*sort, "REGULAR_CHAT_MESSAGE" | "HANGOUT_EVENT") {
                    if !matches!(
                        &*sort,
                        "ADD_USER"
                            | "REMOVE_USER"
                            | "RENAME_CONVERSATION"
                            | "SMS"
                            | "OTR_MODIFICATION"
                            | "VOICEMAIL"
                    ) {
                        self.once.unknown_sort(key, &sort, value.span(), out);
                    }
                    message.extras_mut().detail("event_type", sort);
                }
            }
            // Whose copy it is, its number and its order, over what it came.
            "conversation_id"
            | "self_event_state"
            | "advances_sort_timestamp"
            | "event_version"
            | "delivery_medium" => {}
            "event_otr" => {
                if value.words().is_some_and(|otr| otr != "ON_THE_RECORD") {
                    keep(key, value, message);
                }
            }
            _ => self.once.unknown_field(key, value, message, out),
        }
    }

    fn people_or_detail(
        &mut self,
        key: &str,
        value: &Value<'_>,
        message: &mut Message<'_>,
        out: &mut Output<'_>,
    ) {
        if !key.ends_with(".participant_id") {
            return keep(key, value, message);
        }
        let one = (value.kind() == Json::Object).then_some(*value);
        for person in one.into_iter().chain(value.array()) {
            self.account(&person, out);
            if let Some(id) = account_id(&person) {
                message.extras_mut().detail(key.to_owned(), id);
            }
        }
    }
}

fn content<'a>(value: &Value<'a>, message: &mut Message<'a>) {
    for (key, part) in value.object() {
        match &*key {
            "segment" => segments(&part, message),
            "attachment" => {
                for attached in part.array() {
                    embedded(&attached.get("embed_item").unwrap_or(attached), message);
                }
            }
            _ => keep(&format!("message_content.{key}"), &part, message),
        }
    }
}

fn segments<'a>(value: &Value<'a>, message: &mut Message<'a>) {
    let mut texts: Vec<Text<'a>> = Vec::new();
    for segment in value.array() {
        let text = segment.get("text").and_then(|text| text.string());
        let target = segment.get("link_data").and_then(|link| member(&link, "link_target"));
        if let Some(target) = target.filter(|target| text.as_ref().is_none_or(|text| text.value != **target))
        {
            message.extras_mut().detail("link_target", target);
        }
        let line_break =
            segment.get("type").is_some_and(|sort| sort.words().is_some_and(|sort| sort == "LINE_BREAK"));
        match text {
            Some(text) => texts.push(text),
            None if line_break => texts.push(Text::decoded("\n")),
            None => {}
        }
    }
    message.text = match texts.len() {
        1 => texts.pop().unwrap_or_default(),
        _ => Text::decoded(texts.iter().map(|text| &*text.value).collect::<String>()),
    };
}

/// A photo, a recording or a place, by its address.
fn embedded(item: &Value<'_>, message: &mut Message<'_>) {
    let sort = item.get("type").and_then(|sort| match sort.kind() {
        Json::Array => sort.array().next().and_then(|first| words(&first)),
        _ => words(&sort),
    });
    let sort = sort.unwrap_or_else(|| "attachment".to_owned());
    if sort.contains("PLACE") || item.get("place_v2").is_some() {
        message.kind = Kind::Location;
    }
    let mut name = None;
    for (key, part) in item.object().filter(|(_, part)| part.kind() == Json::Object && !says_nothing(part)) {
        let address = ["url", "original_content_url", "download_url", "embed_url"]
            .iter()
            .find_map(|field| member(&part, field));
        name = name.or(address);
        if key == "place_v2" {
            keep("place_v2.name", &part.get("name").unwrap_or(part), message);
        }
    }
    message.extras_mut().attach(attachment(name, &sort));
}
