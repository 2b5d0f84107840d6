//! Recipients and chats, by the numbers that frames refer to them with.

use std::collections::HashMap;

use crate::formats::kit::{identifier, member};
use crate::json::Value;
use crate::{Conversation, ConversationId, Output, Participant, ParticipantId, WarningKind};

#[derive(Debug, Default)]
pub(super) struct People {
    own_name: Option<String>,
    own_handle: Option<String>,
    recipients: HashMap<String, Recipient>,
    chats: HashMap<String, ConversationId>,
}

#[derive(Debug, Default)]
struct Recipient {
    participant: Participant,
    /// A group's title, or the account's name.
    title: Option<String>,
    sort: &'static str,
    number: Option<ParticipantId>,
}

/// Two parts of a name, as Signal shows them.
fn joined(value: &Value<'_>, given: &str, family: &str) -> Option<String> {
    match (member(value, given), member(value, family)) {
        (Some(given), Some(family)) => Some(format!("{given} {family}")),
        (given, family) => given.or(family),
    }
}

impl People {
    pub(super) fn account(&mut self, value: &Value<'_>) {
        self.own_name = joined(value, "givenName", "familyName");
        self.own_handle = member(value, "username");
    }

    pub(super) fn recipient(&mut self, value: &Value<'_>) {
        let Some(id) = value.get("id").and_then(|id| identifier(&id)) else { return };
        let mut made = Recipient::default();
        for (key, part) in value.object() {
            match &*key {
                "self" => {
                    made.sort = "self";
                    made.participant = Participant {
                        display_name: self.own_name.clone(),
                        handle: self.own_handle.clone(),
                        platform_id: None,
                        exporter: true,
                    };
                    made.title.clone_from(&self.own_name);
                }
                "contact" => {
                    made.sort = "contact";
                    made.participant = contact(&part);
                    made.title =
                        made.participant.display_name.clone().or_else(|| made.participant.handle.clone());
                }
                "group" => {
                    made.sort = "group";
                    let title = part.get("snapshot").and_then(|snapshot| snapshot.get("title"));
                    made.title = title.and_then(|title| member(&title, "title"));
                }
                "releaseNotes" => {
                    made.sort = "releaseNotes";
                    made.participant = Participant::named("Signal");
                    made.title = Some("Signal".to_owned());
                }
                "distributionList" => {
                    made.sort = "distributionList";
                    let list = part.get("distributionList");
                    made.title = list.and_then(|list| member(&list, "name"));
                }
                "callLink" => {
                    made.sort = "callLink";
                    made.title = member(&part, "name");
                }
                _ => {}
            }
        }
        self.recipients.insert(id, made);
    }

    pub(super) fn chat(&mut self, value: &Value<'_>, out: &mut Output<'_>) {
        let Some(id) = value.get("id").and_then(|id| identifier(&id)) else { return };
        let recipient = value.get("recipientId").and_then(|id| identifier(&id)).unwrap_or_default();
        let conversation = self.conversation_with(&recipient, &id);
        self.chats.insert(id, out.directory.intern_conversation(conversation));
    }

    /// The number keeps two groups of one name apart.
    fn conversation_with(&self, recipient: &str, chat: &str) -> Conversation {
        let recipient = self.recipients.get(recipient);
        Conversation {
            title: recipient.and_then(|recipient| recipient.title.clone()),
            platform_id: Some(chat.to_owned()),
            sort: recipient.map(|recipient| recipient.sort.to_owned()).filter(|sort| !sort.is_empty()),
        }
    }

    /// The chat of this number.
    pub(super) fn chat_of(&mut self, id: &Value<'_>, out: &mut Output<'_>) -> ConversationId {
        let number = identifier(id).unwrap_or_default();
        if let Some(&known) = self.chats.get(&number) {
            return known;
        }
        let note = format!("chat {number} is referred to, and no line before describes it");
        out.warn(WarningKind::Contradiction, id.span(), note);
        let conversation = Conversation { platform_id: Some(number.clone()), ..Conversation::default() };
        let made = out.directory.intern_conversation(conversation);
        self.chats.insert(number, made);
        made
    }

    /// A call over a link belongs to no chat; the link stands for one.
    pub(super) fn link(&mut self, id: &Value<'_>, out: &mut Output<'_>) -> ConversationId {
        let number = identifier(id).unwrap_or_default();
        let conversation = self.conversation_with(&number, &format!("recipient {number}"));
        out.directory.intern_conversation(conversation)
    }

    /// The account of this number.
    pub(super) fn recipient_of(&mut self, id: &Value<'_>, out: &mut Output<'_>) -> Option<ParticipantId> {
        let number = identifier(id)?;
        if !self.recipients.contains_key(&number) {
            let note = format!("recipient {number} is referred to, and no line before describes it");
            out.warn(WarningKind::Contradiction, id.span(), note);
            let platform_id = Some(format!("recipient {number}"));
            let participant = Participant { platform_id, ..Participant::default() };
            self.recipients.insert(number.clone(), Recipient { participant, ..Recipient::default() });
        }
        let recipient = self.recipients.get_mut(&number)?;
        let participant = &recipient.participant;
        Some(*recipient.number.get_or_insert_with(|| out.directory.intern_participant(participant.clone())))
    }
}

/// The name as Signal shows it: the nickname given, the name in the telephone's contacts, the profile's.
fn contact(value: &Value<'_>) -> Participant {
    let nickname = value.get("nickname").and_then(|name| joined(&name, "given", "family"));
    let display_name = nickname
        .or_else(|| joined(value, "systemGivenName", "systemFamilyName"))
        .or_else(|| joined(value, "profileGivenName", "profileFamilyName"));
    let phone = value.get("e164").and_then(|phone| identifier(&phone)).map(|phone| format!("+{phone}"));
    Participant {
        display_name,
        handle: phone.or_else(|| member(value, "username")),
        platform_id: member(value, "aci").or_else(|| member(value, "pni")),
        exporter: false,
    }
}
