//! What the service wrote: who did what is in fields, the words are made of those and nothing else. The actor is the
//! message's sender.

use std::fmt::Write as _;

use super::fields::Fields;
use super::{Draft, rich};
use crate::Kind;
use crate::json::Value;

/// Words for every action: `{x}` stands for the field `x`, and what is between `[` and `]` is left out where the field
/// in it is missing.
const ACTIONS: &[(&str, &str)] = &[
    (
        "allow_sending_messages",
        "allowed this bot to send messages[ (domain {reason_domain})][ (app {reason_app_name})]",
    ),
    ("attach_menu_bot_allowed", "allowed this bot to send messages by adding it to the attachment menu"),
    ("boost_apply", "boosted the group[, times: {boosts}]"),
    ("clear_history", "cleared the history"),
    ("conference_call", "conference call[, {duration_seconds} seconds]"),
    ("create_channel", "created the channel[ “{title}”]"),
    ("create_group", "created the group[ “{title}”][ with {members}]"),
    ("delete_group_photo", "removed the group's photo"),
    ("edit_chat_theme", "changed the chat's theme[ to {emoticon}]"),
    ("edit_group_photo", "changed the group's photo"),
    ("edit_group_title", "changed the group's title[ to “{title}”]"),
    ("gift_code_prize", "gift code[, months: {months}]"),
    ("giveaway_launch", "started a giveaway"),
    ("giveaway_results", "results of a giveaway[, winners: {winners}]"),
    ("group_call", "voice chat[, {duration} seconds]"),
    ("group_call_scheduled", "scheduled a voice chat[ for {schedule_date}]"),
    ("invite_members", "invited {members}"),
    ("invite_to_group_call", "invited {members} to the voice chat"),
    ("join_group_by_link", "joined the group by a link[ from {inviter}]"),
    ("join_group_by_request", "joined the group by request"),
    ("joined_telegram", "joined Telegram"),
    ("migrate_from_group", "made this supergroup from the group[ “{title}”]"),
    ("migrate_to_supergroup", "made this group a supergroup"),
    ("paid_messages_price_change", "changed the price of a message[ to {price_stars} stars]"),
    ("paid_messages_refund", "refunded paid messages[, messages: {messages_count}][, stars: {stars_count}]"),
    ("phone_call", "phone call[, {duration_seconds} seconds][, ended: {discard_reason}]"),
    ("pin_message", "pinned a message[ (number {message_id})]"),
    ("process_suggested_post", "decided on a suggested post[, rejected: {rejected}][, comment: {comment}]"),
    ("proximity_reached", "came within {distance} metres[ of {to}]"),
    ("refunded_payment", "refunded a payment[ of {amount}][ {currency}][, {peer_name}]"),
    ("remove_members", "removed {members}"),
    ("requested_peer", "shared what a button asked for[: {peers}]"),
    ("requested_phone_number", "asked for the phone number"),
    ("score_in_game", "scored[ {score}] in a game"),
    ("send_passport_values", "sent documents[: {values}]"),
    ("send_payment", "sent a payment[ of {amount}][ {currency}]"),
    ("send_premium_gift", "sent a gift of Telegram Premium[, months: {months}][, cost: {cost}]"),
    ("send_star_gift", "sent a gift[ of {stars} stars][: {gift_text}]"),
    ("send_stars_gift", "sent a gift of stars[, cost: {cost}]"),
    ("send_ton_gift", "sent a gift of TON[, cost: {cost}]"),
    ("send_webview_data", "sent data from a button to the bot"),
    ("set_chat_wallpaper", "set a new background for this chat"),
    ("set_messages_ttl", "set messages to delete themselves[, period: {period} seconds]"),
    ("set_same_chat_wallpaper", "set the same background for this chat"),
    ("stars_prize", "won a prize in a giveaway[, stars: {stars}][, of {boost_peer_name}]"),
    ("suggest_profile_photo", "suggested a profile photo"),
    ("suggested_post_refund", "the payment for a suggested post was refunded"),
    ("suggested_post_success", "a suggested post was shown and paid"),
    ("take_screenshot", "took a screenshot"),
    ("todo_append_tasks", "added tasks"),
    ("todo_completions", "marked tasks[ as done: {completed}][ as not done: {incompleted}]"),
    ("topic_created", "created the topic[ “{title}”]"),
    ("topic_edit", "changed the topic[, title: “{new_title}”][, icon: {new_icon_emoji_id}]"),
    ("web_app_bot_allowed", "allowed this bot to send messages in its web app"),
];

const CALLS: &[&str] = &["phone_call", "group_call", "conference_call"];

/// Words for a service message, before the text that it may have.
pub(super) fn read(fields: &Fields<'_>, draft: &mut Draft<'_>) {
    let said = field(fields, "information_text");
    let action = field(fields, "action");
    let words = match (&said, &action) {
        (Some(said), _) => said.clone(),
        (None, Some(action)) => match ACTIONS.binary_search_by(|(name, _)| (*name).cmp(action)) {
            Ok(_) if action == "set_messages_ttl" && field(fields, "period").as_deref() == Some("0") => {
                "set messages not to delete themselves".to_owned()
            }
            Ok(at) => ACTIONS.get(at).map(|(_, words)| fill(words, fields)).unwrap_or_default(),
            // An action of a later version: its own name, as it stands there.
            Err(_) => action.replace('_', " "),
        },
        (None, None) => String::new(),
    };
    if action.is_some_and(|action| CALLS.contains(&&*action)) {
        draft.message.kind = Kind::Call;
    }
    let text = std::mem::take(&mut draft.message.text);
    if words.is_empty() {
        draft.message.text = text;
        return;
    }
    draft.say(&words);
    draft.say(&text.value);
}

fn member<'f, 'a>(fields: &'f Fields<'a>, name: &str) -> Option<&'f Value<'a>> {
    fields.rest.iter().find(|(key, _)| key.words().is_some_and(|key| key == name)).map(|(_, value)| value)
}

/// What a field says in words; nothing if it is missing or empty.
fn field(fields: &Fields<'_>, name: &str) -> Option<String> {
    let value = member(fields, name)?;
    let words = match value.kind() {
        _ if name == "gift_text" => rich::words(value),
        crate::json::Kind::Array => {
            let parts = value.array().map(|part| match part.kind() {
                crate::json::Kind::Null => "an unknown account".to_owned(),
                crate::json::Kind::Object => {
                    part.get("text").map(|text| rich::words(&text)).unwrap_or_default()
                }
                _ => part.plain(),
            });
            let joined = |mut words: String, part: String| {
                words.push_str(if words.is_empty() { "" } else { ", " });
                words + &part
            };
            parts.fold(String::new(), joined)
        }
        crate::json::Kind::Null => "an unknown account".to_owned(),
        _ => value.plain(),
    };
    (!words.is_empty()).then_some(words)
}

fn fill(pattern: &str, fields: &Fields<'_>) -> String {
    let mut words = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['[', '{']) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        words.push_str(before);
        if let Some((part, after)) = from.strip_prefix('[').and_then(|part| part.split_once(']')) {
            if let Some(part) = slot(part, fields) {
                words.push_str(&part);
            }
            rest = after;
        } else if let Some((part, after)) = from.split_once('}') {
            let part = slot(&format!("{part}}}"), fields);
            words.push_str(part.as_deref().unwrap_or("somebody whom the export does not name"));
            rest = after;
        } else {
            break;
        }
    }
    let _ = write!(words, "{rest}");
    words
}

/// Words with one field in them; nothing if that is missing.
fn slot(part: &str, fields: &Fields<'_>) -> Option<String> {
    let (before, rest) = part.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some(format!("{before}{}{after}", field(fields, name)?))
}
