//! Rich text: an array of strings and of parts with a type.

use std::borrow::Cow;

use crate::json::{Kind, Value};
use crate::{Extras, Text};

/// Parts that say everything by their text: what they are can be read off it.
const EVIDENT: &[&str] =
    &["plain", "mention", "hashtag", "bot_command", "link", "email", "phone", "cashtag", "bank_card"];

/// What a text says, whatever its form: a string, or the texts of the parts of an array. `None` for anything else.
pub(super) fn text<'a>(value: &Value<'a>) -> Option<Text<'a>> {
    match value.kind() {
        Kind::String => value.string(),
        Kind::Null => Some(Text::EMPTY),
        Kind::Array => {
            let mut parts = value.array();
            match (parts.next(), parts.next()) {
                (None, _) => Some(Text::EMPTY),
                (Some(only), None) if only.kind() == Kind::String => only.string(),
                _ => Some(Text::decoded(words(value))),
            }
        }
        _ => None,
    }
}

/// The texts of all parts, one after the other.
pub(super) fn words(value: &Value<'_>) -> String {
    match value.kind() {
        Kind::Array => value.array().filter_map(|part| said(&part)).collect(),
        _ => said(value).unwrap_or_default().into_owned(),
    }
}

fn said<'a>(part: &Value<'a>) -> Option<Cow<'a, str>> {
    if part.kind() == Kind::Object { part.get("text")?.words() } else { part.words() }
}

/// Keeps what the parts say beyond their text: how they are set, where links lead, whom mentions name.
pub(super) fn details(value: &Value<'_>, extras: &mut Extras) {
    for part in value.array().filter(|part| part.kind() == Kind::Object) {
        let sort = part.get("type").and_then(|sort| sort.words()).unwrap_or_default();
        if !EVIDENT.contains(&&*sort) {
            extras.detail(format!("text.{sort}"), said(&part).unwrap_or_default());
        }
        for (key, value) in part.object() {
            if !matches!(&*key, "type" | "text") {
                super::keep(&format!("text.{sort}.{key}"), &value, extras);
            }
        }
    }
}
