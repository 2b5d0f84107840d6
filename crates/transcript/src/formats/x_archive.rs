//! The direct messages of an X (Twitter) archive: JSON behind `window.YTD.… =`.

use super::kit::{
    Accounts, Once, Source, Zoneless, attachment, has, identifier, keep, member, no_message, opens_with,
    says_nothing, unescaped, words, written_out,
};
use crate::format::{Certainty, Descriptor, Format};
use crate::json::{Kind as Json, Path, Step, Value, Visitor, Walk};
use crate::{
    Conversation, Edited, Kind, Message, Output, Parser, Participant, ParticipantId, Reaction, Sent,
    StructureKind, Window,
};

pub(super) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::XDirectMessages,
    name: "X (Twitter) archive, direct messages",
    streams: true,
    kept: "account numbers, times to the millisecond, texts, addresses, media, reactions, edits, who joined and left, \
           names of groups",
    not_kept: "names and handles, which this file does not have",
    recognise,
    parser: || Box::new(XReader::default()),
}];

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let start = head.get(..head.len().min(200)).unwrap_or_default();
    if has(start, &["window.YTD.direct_message"]) {
        return Some((Certainty::Declared, "begins with window.YTD.direct_message…".to_owned()));
    }
    (opens_with(head, b'[') && has(head, &["\"dmConversation\""]))
        .then(|| (Certainty::Marked, "a list of dmConversation".to_owned()))
}

/// How far the assignment before the JSON may reach, in bytes.
const ASSIGNMENT: usize = 4096;

#[derive(Debug, Default)]
struct XReader {
    begun: bool,
    walk: Walk,
    messages: Messages,
}

impl Parser for XReader {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        let mut skipped = 0;
        if !self.begun {
            let head = window.bytes.get(..ASSIGNMENT).unwrap_or(window.bytes);
            let end = head.iter().position(|byte| matches!(byte, b'=' | b'[' | b'{'));
            if end.is_none() && !window.last && head.len() < ASSIGNMENT {
                return 0;
            }
            self.begun = true;
            if let Some(end) = end.filter(|end| head.get(*end) == Some(&b'=')) {
                skipped = end + 1;
                let assignment = head.get(..end).unwrap_or_default();
                self.messages.sort = name_of(assignment);
                out.structure(window.span(0..skipped), StructureKind::Preamble);
            }
        }
        let bytes = window.bytes.get(skipped..).unwrap_or_default();
        let rest = Window { bytes, base: window.base + skipped as u64, last: window.last };
        skipped + self.walk.parse(&rest, &mut self.messages, out)
    }
}

/// `direct_messages_group` of `window.YTD.direct_messages_group.part0`.
fn name_of(assignment: &[u8]) -> Option<String> {
    let text = str::from_utf8(assignment).ok()?.trim();
    text.split('.').nth(2).map(str::to_owned)
}

#[derive(Debug, Default)]
struct Messages {
    sort: Option<String>,
    id: Option<String>,
    accounts: Accounts,
    once: Once,
}

impl Visitor for Messages {
    fn visit(&mut self, path: &Path<'_>, kind: Json) -> Step {
        if path.is("/#") {
            self.id = None;
        }
        let way = path.is("") || path.is("/#") || path.is("/#/dmConversation");
        if way || path.is("/#/dmConversation/messages") && kind == Json::Array {
            Step::Descend
        } else if path.is("/#/dmConversation/messages/#") || path.is("/#/dmConversation/conversationId") {
            Step::Take
        } else {
            Step::Skip
        }
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        if path.is("/#/dmConversation/conversationId") {
            self.id = identifier(&value);
            return out.structure(value.span(), StructureKind::Metadata);
        }
        if value.kind() != Json::Object {
            return no_message(&value, out);
        }
        let conversation =
            Conversation { title: None, platform_id: self.id.clone(), sort: self.sort.clone() };
        let conversation = out.directory.intern_conversation(conversation);
        let place = path.place(out);
        let mut message = Message::bare(value.span(), place, conversation, Sent::MISSING);
        for (event, body) in value.object() {
            self.event(&event, &body, &mut message, out);
        }
        out.message(&message);
    }
}

impl Source for Messages {}

impl Messages {
    fn account(&mut self, value: &Value<'_>, out: &mut Output<'_>) -> Option<ParticipantId> {
        let id = identifier(value)?;
        Some(
            self.accounts
                .of(value.raw(), out, || Participant { platform_id: Some(id), ..Participant::default() }),
        )
    }

    fn event<'a>(&mut self, event: &str, body: &Value<'a>, message: &mut Message<'a>, out: &mut Output<'_>) {
        match event {
            "messageCreate" => {}
            "welcomeMessageCreate" => message.extras_mut().detail("event", event),
            "reactionCreate"
            | "joinConversation"
            | "participantsJoin"
            | "participantsLeave"
            | "conversationNameUpdate" => {
                message.kind = Kind::System;
                message.extras_mut().detail("event", event);
            }
            _ => {
                message.kind = Kind::System;
                message.extras_mut().detail("event", event);
                self.once.unknown_sort("event", event, body.span(), out);
            }
        }
        let mut text = None;
        for (key, value) in body.object() {
            match &*key {
                "id" => message.extras_mut().id = identifier(&value),
                "senderId" | "initiatingUserId" => message.sender = self.account(&value, out),
                "recipientId" => self.recipient(&value, message),
                "createdAt" => message.sent = written_out(&value, Zoneless::Utc, out),
                "text" | "name" => text = Some(value),
                "mediaUrls" => {
                    for address in value.array().filter_map(|address| words(&address)) {
                        message.extras_mut().attach(attachment(Some(address), "media"));
                    }
                }
                "urls" => {
                    for address in value.array() {
                        keep("urls.expanded", &address.get("expanded").unwrap_or(address), message);
                    }
                }
                "reactions" => self.reactions(&value, message, out),
                "editHistory" => edits(&value, message),
                "userIds" | "participantsSnapshot" => {
                    for id in value.array() {
                        self.account(&id, out);
                        keep(&key, &id, message);
                    }
                }
                _ if message.kind == Kind::System => keep(&key, &value, message),
                _ => self.once.unknown_field(&key, &value, message, out),
            }
        }
        if let Some(value) = text {
            message.text = value.string().map(|text| unescaped(text, value.span(), out)).unwrap_or_default();
        }
        if message.kind == Kind::Text {
            let files = message.extras.as_ref().is_some_and(|extras| !extras.attachments.is_empty());
            message.kind = match (files, text) {
                (true, _) => Kind::Media,
                // The files of headers have no words.
                (false, None) => Kind::Withheld,
                (false, Some(_)) => Kind::Text,
            };
        }
    }

    /// Where a conversation's identifier is of two accounts, it names the recipient.
    fn recipient(&self, value: &Value<'_>, message: &mut Message<'_>) {
        let Some(id) = identifier(value) else { return };
        let named = self.id.as_deref().is_some_and(|both| both.split('-').any(|one| one == id));
        if !named {
            message.extras_mut().detail("recipientId", id);
        }
    }

    fn reactions(&mut self, value: &Value<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
        for reaction in value.array() {
            let by = reaction.get("senderId").and_then(|sender| self.account(&sender, out));
            if let Some(at) = member(&reaction, "createdAt") {
                message.extras_mut().detail("reactions.createdAt", at);
            }
            let name = member(&reaction, "reactionKey").unwrap_or_default();
            message.extras_mut().react(Reaction { reaction: name, by, count: None });
        }
    }
}

/// Earlier versions of a message.
fn edits(value: &Value<'_>, message: &mut Message<'_>) {
    for edit in value.array().filter(|edit| !says_nothing(edit)) {
        let at = edit.get("createdAtSec").and_then(|at| identifier(&at));
        if let Some(text) = edit.get("editedText") {
            keep("editHistory.editedText", &text, message);
        }
        message.extras_mut().edited = Some(Edited { at });
    }
}
