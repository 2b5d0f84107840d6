//! `TikTok`'s "Download your data" in JSON: `user_data.json`, `user_data_tiktok.json`.

use super::kit::{Accounts, Once, Reader, Source, Zoneless, has, keep, no_message, opens_with, written_out};
use crate::format::{Certainty, Descriptor, Format};
use crate::json::{Kind as Json, Path, Step, Value, Visitor};
use crate::{Conversation, Kind, Message, Output, Participant, Sent};

pub(super) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::TiktokJson,
    name: "TikTok, JSON",
    streams: true,
    kept: "account names, times (UTC, as TikTok writes them), texts, addresses of shared videos, group chats",
    not_kept: "what is not a chat: watch history, likes and the rest of the file are metadata here",
    recognise,
    parser: || Box::new(Reader::new(Tiktok::default())),
}];

/// Objects on the way to the chats, in the layouts since 2020.
const WAY: &[&str] = &[
    "Direct Message",
    "Direct Messages",
    "Chat History",
    "ChatHistory",
    "Group Chat",
    "GroupChat",
    "Group Chats",
];

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    if !opens_with(head, b'{') {
        return None;
    }
    if has(head, &["\"ChatHistory\""]) || has(head, &["\"Chat History with "]) {
        return Some((Certainty::Marked, "the list \"ChatHistory\"".to_owned()));
    }
    // In most files the chats come after much else.
    let sections = [
        "\"Favorite Videos\"",
        "\"Your Activity\"",
        "\"App Settings\"",
        "\"Tiktok Live\"",
        "\"TikTok Live\"",
        "\"Follower List\"",
        "\"Fans List\"",
        "\"FavoriteVideoList\"",
        "\"Video Browsing History\"",
        "\"Watch History\"",
        "\"Ads and data\"",
        "\"ProfileMap\"",
    ];
    let found: Vec<&str> = sections.into_iter().filter(|section| has(head, &[section])).collect();
    (found.len() >= 2).then(|| (Certainty::Marked, format!("sections {}", found.join(", "))))
}

#[derive(Debug, Default)]
struct Tiktok {
    accounts: Accounts,
    once: Once,
}

impl Visitor for Tiktok {
    fn visit(&mut self, path: &Path<'_>, kind: Json) -> Step {
        let depth = path.depth();
        let on_the_way = |step: usize| path.key_at(step).is_some_and(|key| WAY.contains(&key));
        match (kind, depth) {
            (Json::Object, 0) => Step::Descend,
            (Json::Object, _) if (0..depth).all(on_the_way) => Step::Descend,
            (Json::Array, 2..) if (0..depth - 1).all(on_the_way) && path.key().is_some() => Step::Descend,
            (_, 3..) if path.index().is_some() && (0..depth - 2).all(on_the_way) => Step::Take,
            _ => Step::Skip,
        }
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        if value.kind() != Json::Object {
            return no_message(&value, out);
        }
        let list = path.key_at(path.depth().saturating_sub(2)).unwrap_or_default();
        let group =
            (0..path.depth()).filter_map(|step| path.key_at(step)).any(|key| key.starts_with("Group Chat"));
        let sort = group.then(|| "Group Chat".to_owned());
        let title = Some(other_party(list)).filter(|title| !title.is_empty()).map(str::to_owned);
        let conversation = out.directory.intern_conversation(Conversation { title, platform_id: None, sort });
        let place = path.place(out);
        let mut message = Message::bare(value.span(), place, conversation, Sent::MISSING);
        for (key, value) in value.object() {
            match &*key {
                "Date" => message.sent = written_out(&value, Zoneless::Utc, out),
                "From" => {
                    if let Some(name) = value.words().filter(|name| !name.is_empty()) {
                        message.sender = Some(self.accounts.of(value.raw(), out, || Participant {
                            handle: Some(name.into_owned()),
                            ..Participant::default()
                        }));
                    }
                }
                "Content" => match value.string() {
                    Some(text) => message.text = text,
                    None => keep(&key, &value, &mut message),
                },
                _ => self.once.unknown_field(&key, &value, &mut message, out),
            }
        }
        if message.text.is_empty() {
            message.kind = Kind::Withheld;
        }
        out.message(&message);
    }
}

impl Source for Tiktok {}

/// `Chat History with NAME:` without what is not the name.
fn other_party(list: &str) -> &str {
    let name = list.strip_prefix("Chat History with ").or_else(|| list.strip_prefix("Group Chat with "));
    match name {
        Some(name) => name.strip_suffix(':').unwrap_or(name),
        None => list,
    }
}
