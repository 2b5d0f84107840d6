//! From the members of an object to a message.

use super::fields::Fields;
use super::media::Media;
use super::{Draft, Export, keep, rich, service, short, when};
use crate::json::{Kind as JsonKind, Value};
use crate::{Edited, Extras, Kind, Message, Output, Place, Reaction, WarningKind};

/// Fields that are kept as they are.
const PLAIN: &[&str] = &[
    "author",
    "forwarded_from",
    "forwarded_from_id",
    "forwarded_date",
    "forwarded_date_unixtime",
    "saved_from",
    "saved_from_id",
    "reply_to_peer_id",
    "via_bot",
    "game_title",
    "game_description",
    "game_link",
    "invoice_information",
    "giveaway_information",
    "giveaway_results",
    "paid_stars_amount",
    "inline_bot_buttons",
    "live_location_period_seconds",
    "topic_id",
    "views",
    "forwards",
    "silent",
    "pinned",
];

impl Export {
    /// Says the message, or that it is none.
    pub(super) fn message(&mut self, fields: &Fields<'_>, place: Place, out: &mut Output<'_>) {
        let at = fields.at;
        if fields.id.is_none() && fields.date.is_none() && fields.unixtime.is_none() && fields.text.is_none()
        {
            return out.unparsed(at, "expected a message with \"id\", \"date\" or \"text\"");
        }
        let conversation = self.conversation(out);
        let sent = when::sent(fields, out);
        let message = Message::bare(at, place, conversation, sent);
        let mut draft = Draft { message, extras: Box::default() };
        draft.message.sender = self.people.number(fields.from, fields.from_id, out);
        draft.extras.id = fields.id.as_ref().map(|id| fields.plain(id));
        draft.extras.reply_to = fields.reply.map(|id| id.plain());
        text(fields, &mut draft, out);
        sort(fields, &mut draft, out);
        if draft.message.kind == Kind::System {
            service::read(fields, &mut draft);
        }
        if !fields.rest.is_empty() {
            self.rest(fields, &mut draft, out);
        }
        let Draft { mut message, extras } = draft;
        if !extras.is_empty() {
            message.extras = Some(extras);
        }
        out.message(&message);
    }

    /// Everything that not all messages have.
    fn rest<'a>(&mut self, fields: &Fields<'a>, draft: &mut Draft<'a>, out: &mut Output<'_>) {
        let service = draft.message.kind == Kind::System || draft.message.kind == Kind::Call;
        let mut media = Media::default();
        let mut edited = None;
        for (key, value) in &fields.rest {
            let Some(name) = key.words() else { continue };
            match &*name {
                "edited" => edited = Some(*value),
                "edited_unixtime" if when::never(value) => {}
                "edited_unixtime" => keep(&name, value, &mut draft.extras),
                "reactions" if value.kind() == JsonKind::Array => self.reactions(value, draft, out),
                // A second time under one key: what the first did not say.
                "text" => {
                    if draft.message.text.is_empty() {
                        draft.message.text = rich::text(value).unwrap_or_default();
                    }
                    keep("text", value, &mut draft.extras);
                }
                name if media.takes(name, value) => {}
                name if service || PLAIN.contains(&name) => keep(name, value, &mut draft.extras),
                name => {
                    if !matches!(
                        name,
                        "id" | "type" | "date" | "date_unixtime" | "from" | "from_id" | "text_entities"
                    ) {
                        self.unknown(name, key.span(), out);
                    }
                    keep(name, value, &mut draft.extras);
                }
            }
        }
        if let Some(edited) = edited.filter(|edited| !when::never(edited)) {
            draft.extras.edited = Some(Edited { at: Some(edited.plain()) });
        } else if draft.extras.details.iter().any(|detail| detail.name == "edited_unixtime") {
            draft.extras.edited = Some(Edited { at: None });
        }
        media.give(draft, |sentence, at| self.warn_left_out(sentence, at, out));
    }

    fn reactions(&mut self, list: &Value<'_>, draft: &mut Draft<'_>, out: &mut Output<'_>) {
        for reaction in list.array() {
            let word = |key| reaction.get(key).map(|value| value.plain());
            let said = word("emoji").or_else(|| word("document_id")).or_else(|| word("type"));
            let Some(said) = said.or_else(|| reaction.words().map(std::borrow::Cow::into_owned)) else {
                keep("reactions", &reaction, &mut draft.extras);
                continue;
            };
            let count = reaction.get("count").and_then(|count| count.integer_or_digits());
            let mut count = count.and_then(|count| u64::try_from(count).ok());
            for recent in reaction.get("recent").iter().flat_map(Value::array) {
                let by = self.people.number(recent.get("from"), recent.get("from_id"), out);
                if by.is_some() {
                    count = count.map(|count| count.saturating_sub(1));
                }
                draft.extras.react(Reaction { reaction: said.clone(), by, count: None });
                further("reactions.recent", &recent, &["from", "from_id"], &mut draft.extras);
            }
            // Those whom the list of the most recent does not name.
            if count != Some(0) {
                draft.extras.react(Reaction { reaction: said, by: None, count });
            }
            further(
                "reactions",
                &reaction,
                &["type", "emoji", "document_id", "count", "recent"],
                &mut draft.extras,
            );
            if reaction.get("type").is_some_and(|sort| sort.raw() != b"\"emoji\"") {
                further(
                    "reactions",
                    &reaction,
                    &["emoji", "document_id", "count", "recent"],
                    &mut draft.extras,
                );
            }
        }
    }
}

/// Keeps the members of an object but those that are read already.
pub(super) fn further(name: &str, value: &Value<'_>, known: &[&str], extras: &mut Extras) {
    for (key, value) in value.object().filter(|(key, _)| !known.contains(&&**key)) {
        keep(&format!("{name}.{key}"), &value, extras);
    }
}

fn text<'a>(fields: &Fields<'a>, draft: &mut Draft<'a>, out: &mut Output<'_>) {
    let Some(text) = fields.text.as_ref().or(fields.entities.as_ref()) else { return };
    if let Some(said) = fields.string(text).or_else(|| rich::text(text)) {
        draft.message.text = said;
    } else {
        let note =
            format!("expected a string or an array as \"text\", found {}; kept as a detail", short(text));
        out.warn(WarningKind::Unknown, text.span(), note);
        keep("text", text, &mut draft.extras);
    }
    let Some(entities) = fields.entities.as_ref().filter(|_| fields.text.is_some()) else {
        return rich::details(text, &mut draft.extras);
    };
    // Both say the same in sound exports; the entities then say all that the text does, and more.
    let words = rich::words(entities);
    let second =
        || fields.rest.iter().any(|(key, value)| key.raw() == b"\"text\"" && rich::words(value) == words);
    if entities.kind() == JsonKind::Array && (words == draft.message.text.value || second()) {
        return rich::details(entities, &mut draft.extras);
    }
    let note = format!("\"text_entities\" say {words:?} where \"text\" says otherwise; kept as a detail");
    out.warn(WarningKind::Contradiction, entities.span(), note);
    rich::details(text, &mut draft.extras);
    keep("text_entities", entities, &mut draft.extras);
}

fn sort(fields: &Fields<'_>, draft: &mut Draft<'_>, out: &mut Output<'_>) {
    let Some(sort) = &fields.sort else {
        out.warn(
            WarningKind::Unknown,
            fields.at,
            "a message without \"type\"; read as one that somebody wrote",
        );
        return;
    };
    draft.message.kind = match sort.raw() {
        b"\"message\"" => return,
        b"\"service\"" => Kind::System,
        b"\"unsupported\"" => Kind::Withheld,
        _ => {
            let note = format!("a message of the type {}, which is not known; its text is read", short(sort));
            out.warn(WarningKind::Unknown, sort.span(), note);
            Kind::Text
        }
    };
    if draft.message.kind != Kind::System {
        draft.extras.detail("type", sort.plain());
    }
}
