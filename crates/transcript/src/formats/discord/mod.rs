//! Discord: its own data package, and what `DiscordChatExporter` writes.

mod exporter;
mod package;

use jiff::Timestamp;

use super::kit::{Reader, has, opens_with};
use crate::format::{Certainty, Descriptor, Format};
use crate::json::Value;
use crate::{Output, Reading, Sent, WarningKind};

pub(super) const DESCRIPTORS: &[Descriptor] = &[
    Descriptor {
        format: Format::DiscordPackage,
        name: "Discord data package, messages.json",
        streams: true,
        kept: "identifiers in full, times to the millisecond, texts, attachments by address",
        not_kept: "messages of others, which the package never has; the channel's name, which stands in channel.json",
        recognise: recognise_package,
        parser: || Box::new(Reader::new(package::Package::default())),
    },
    Descriptor {
        format: Format::DiscordExporter,
        name: "DiscordChatExporter, JSON",
        streams: true,
        kept: "accounts with names and identifiers, times with their zone, edits, texts, attachments, embeds, stickers, \
               reactions with whose they are, replies, forwards, calls, commands, pins, server messages",
        not_kept: "avatars, colours and roles of accounts; addresses of emoji pictures; the server's picture",
        recognise: recognise_exporter,
        parser: || Box::new(Reader::new(exporter::Exporter::default())),
    },
];

fn recognise_package(head: &[u8]) -> Option<(Certainty, String)> {
    (opens_with(head, b'[') && has(head, &["\"ID\"", "\"Timestamp\"", "\"Contents\""]))
        .then(|| (Certainty::Marked, "a list with ID, Timestamp and Contents".to_owned()))
}

fn recognise_exporter(head: &[u8]) -> Option<(Certainty, String)> {
    (opens_with(head, b'{') && has(head, &["\"guild\"", "\"channel\"", "\"messages\""]))
        .then(|| (Certainty::Marked, "guild, channel and messages".to_owned()))
}

/// Discord's first moment, in milliseconds since 1970: identifiers count from it.
const EPOCH: u64 = 1_420_070_400_000;

/// When an identifier was given, to the millisecond.
fn snowflake(id: &Value<'_>) -> Option<Timestamp> {
    let text = id.words().or_else(|| id.number_text().map(Into::into))?;
    let id: u64 = text.parse().ok()?;
    // An identifier below this is of the first minute of Discord, or none.
    let millis = (id >> 22).checked_add(EPOCH).filter(|_| id >> 22 > 60_000)?;
    Timestamp::from_millisecond(i64::try_from(millis).ok()?).ok()
}

/// Whether two times are the same but for what stands behind the second.
fn agree(one: Timestamp, other: Timestamp) -> bool {
    (one.as_millisecond() - other.as_millisecond()).abs() <= 1_000
}

/// Warns if a message's time and its identifier contradict each other.
fn compare(sent: &Sent<'_>, id: Option<&Value<'_>>, out: &mut Output<'_>) {
    let (Reading::Instant(at, _), Some(id)) = (sent.reading, id) else { return };
    if let Some(given) = snowflake(id)
        && !agree(at, given)
    {
        let note =
            format!("the time is written {}, and the identifier was given at {given}", sent.written.value);
        out.warn(WarningKind::Contradiction, id.span(), note);
    }
}
