//! Identifiers that stand in messages: what, how often, where. Whose they are, nothing here says.

use std::collections::HashMap;
use std::io::Write;

use serde::Serialize;
use transcript::mentions::{MentionKind, Region, in_message};
use transcript::{Message, MessageRecord};

use super::plain::safe;
use super::read::Source;

/// How many identifiers a summary lists.
const LISTED: usize = 20;

/// A message for other programs, with the identifiers that stand in it.
#[derive(Serialize)]
pub(super) struct WithMentions<'m> {
    #[serde(flatten)]
    record: MessageRecord<'m>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mentions: Vec<Mentioned<'m>>,
}

/// An identifier in a message.
#[derive(Serialize)]
struct Mentioned<'m> {
    kind: MentionKind,
    /// As it stands there.
    text: &'m str,
    /// The form to compare by, where one is certain.
    #[serde(skip_serializing_if = "Option::is_none")]
    normal: Option<String>,
    /// Its bytes; the whole message's where the text had to be decoded; none of a database.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<[u64; 2]>,
    exact: bool,
}

impl<'m> WithMentions<'m> {
    pub(super) fn of(source: &'m Source<'_>, message: &'m Message<'_>) -> Self {
        let mentions = in_message(message, source.region()).map(|placed| Mentioned {
            kind: placed.mention.kind,
            text: message.text.value.get(placed.mention.at).unwrap_or_default(),
            normal: placed.mention.normal,
            bytes: source.place_of(placed.source),
            exact: placed.exact,
        });
        Self { mentions: mentions.collect(), record: source.message_record(message) }
    }
}

/// Prints the identifiers that stand in a source's messages, the most frequent first.
pub(super) fn print(source: &Source<'_>, out: &mut dyn Write) -> std::io::Result<()> {
    let mut counts: HashMap<(MentionKind, String), u64> = HashMap::new();
    for message in source.timeline.messages() {
        for placed in in_message(&message, source.region()) {
            let written = message.text.value.get(placed.mention.at).unwrap_or_default();
            let name = placed.mention.normal.unwrap_or_else(|| written.to_owned());
            *counts.entry((placed.mention.kind, name)).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|(one, often), (other, seldom)| seldom.cmp(often).then_with(|| one.cmp(other)));
    for ((kind, name), count) in counts.iter().take(LISTED) {
        let times = if *count == 1 { "once".to_owned() } else { format!("{count} times") };
        writeln!(out, "  mentioned  {} ({}), {times}", safe(name, false), word(*kind))?;
    }
    match counts.len().checked_sub(LISTED) {
        Some(rest @ 1..) => writeln!(out, "  and {rest} more mentions; --json lists all"),
        _ => Ok(()),
    }
}

const fn word(kind: MentionKind) -> &'static str {
    match kind {
        MentionKind::Handle => "handle",
        MentionKind::Phone => "telephone",
        MentionKind::Email => "e-mail",
        MentionKind::Url => "web address",
        MentionKind::Postcode => "postcode",
        MentionKind::Crypto(_) => "crypto currency",
        _ => "identifier",
    }
}

/// The country of national telephone numbers, as typed.
pub(super) fn region_named(typed: &str) -> Result<Region, String> {
    Region::of(typed).ok_or_else(|| "a country that is known by two letters is expected, as in GB".to_owned())
}
