//! Google's Takeout: Chat, and Hangouts before it.

mod chat;
mod dates;
mod hangouts;
mod names;

use super::kit::{Reader, has, opens_with};
use crate::format::{Certainty, Descriptor, Format};

pub(super) const DESCRIPTORS: &[Descriptor] = &[
    Descriptor {
        format: Format::GoogleChat,
        name: "Google Chat, Takeout",
        streams: true,
        kept: "names and addresses, times written out in many languages, texts, files by name, links, reactions, \
               quotations, edits, deletions",
        not_kept: "what was deleted; the group's name and members, which stand in group_info.json",
        recognise: recognise_chat,
        parser: || Box::new(Reader::new(chat::Chat::default())),
    },
    Descriptor {
        format: Format::Hangouts,
        name: "Google Hangouts, Takeout",
        streams: true,
        kept: "names and account numbers, times to the microsecond, texts, links, photos and places by address, calls, \
               who joined and left, names of groups",
        not_kept: "bold and italics; how far each had read",
        recognise: recognise_hangouts,
        parser: || Box::new(Reader::new(hangouts::Hangouts::default())),
    },
];

fn recognise_chat(head: &[u8]) -> Option<(Certainty, String)> {
    if !opens_with(head, b'{') || !has(head, &["\"messages\"", "\"topic_id\""]) {
        return None;
    }
    ["\"created_date\"", "\"message_state\""]
        .into_iter()
        .find(|field| has(head, &[field]))
        .map(|field| (Certainty::Marked, format!("messages with topic_id and {field}")))
}

fn recognise_hangouts(head: &[u8]) -> Option<(Certainty, String)> {
    if !opens_with(head, b'{') {
        return None;
    }
    if has(head, &["\"conversation_state\""]) && has(head, &["\"conversation_id\""]) {
        return Some((Certainty::Marked, "the list conversation_state".to_owned()));
    }
    (has(head, &["\"conversations\"", "\"conversation_id\""]) && has(head, &["\"self_conversation_state\""])
        || has(head, &["\"conversations\"", "\"participant_data\""]))
    .then(|| (Certainty::Marked, "conversations with their participant_data".to_owned()))
}
