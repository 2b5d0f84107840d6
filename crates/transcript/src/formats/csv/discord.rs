//! Discord's data package before 2024: `messages.csv`, headed `ID,Timestamp,Contents,Attachments`.
//!
//! It holds the requester's own messages and nobody else's. The identifier is a snowflake: the time stands in it a
//! second time, in milliseconds since 2015, and is compared with the one written.

use jiff::Timestamp;

use super::{first_rows, keep_further, message_of, ragged};
use crate::csv::{Row, Rows, Table, headings};
use crate::dates::Stamp;
use crate::format::{Certainty, Descriptor, Format};
use crate::{
    Attachment, Conversation, ConversationId, Kind, Output, Parser, Participant, ParticipantId, Precision,
    Reading, Sent, StructureKind, WarningKind, Window,
};

/// The first millisecond of 2015, from which snowflakes count.
const EPOCH: i64 = 1_420_070_400_000;
const COLUMNS: [&str; 4] = ["id", "timestamp", "contents", "attachments"];

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    format: Format::DiscordPackageCsv,
    name: "Discord data package, messages.csv",
    streams: true,
    kept: "identifiers as text, times (checked against the identifiers), contents, attachment addresses",
    not_kept: "the other side of the conversation, edits, reactions and replies are not in the package; the channel's name is in index.json",
    recognise,
    parser: || Box::new(DiscordCsv(Table::new(Messages::default()))),
};

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let rows = first_rows(head, 1);
    let names = rows.first()?;
    let fits = COLUMNS.iter().all(|column| names.iter().any(|name| name.trim().eq_ignore_ascii_case(column)));
    fits.then(|| {
        (
            Certainty::Marked,
            "headed ID, Timestamp, Contents and Attachments, as Discord's package was until 2024".to_owned(),
        )
    })
}

struct DiscordCsv(Table<Messages>);

impl Parser for DiscordCsv {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        self.0.parse(window, out)
    }
}

#[derive(Debug, Default)]
struct Messages {
    columns: Option<Columns>,
    who: Option<(ConversationId, ParticipantId)>,
}

#[derive(Debug)]
struct Columns {
    names: Vec<String>,
    of: [Option<usize>; 4],
}

impl Rows for Messages {
    fn row(&mut self, row: &Row<'_>, window: &Window<'_>, out: &mut Output<'_>) {
        let Some(columns) = &self.columns else {
            let names = headings(row, window, out);
            let of = COLUMNS.map(|column| names.iter().position(|name| name.eq_ignore_ascii_case(column)));
            self.columns = Some(Columns { names, of });
            return out.structure(window.span(row.range.clone()), StructureKind::Preamble);
        };
        if ragged(row, columns.names.len(), window, out) {
            return;
        }
        let (conversation, sender) = *self.who.get_or_insert_with(|| {
            let requester = Participant { exporter: true, ..Participant::default() };
            (
                out.directory.intern_conversation(Conversation::default()),
                out.directory.intern_participant(requester),
            )
        });
        let mut message = message_of(row, window, conversation);
        message.sender = Some(sender);
        let [id, time, contents, attachments] =
            columns.of.map(|column| column.map(|column| row.text(column, window, out)).unwrap_or_default());
        message.text = contents;
        for address in attachments.value.split_ascii_whitespace() {
            let name = Some(address.to_owned());
            message.extras_mut().attach(Attachment { name, ..Attachment::default() });
        }
        if message.text.is_empty() {
            message.kind = Kind::Media;
        }
        let at = message.source;
        let stamp = Stamp::whole(time.value.trim().as_bytes());
        let reading = stamp.map_or(Reading::Impossible, |stamp| stamp.reading(Reading::documented_utc));
        let precision = stamp.map_or(Precision::Second, |stamp| stamp.precision);
        match (reading, snowflake(&id.value)) {
            (Reading::Impossible, _) if time.is_empty() => {}
            (Reading::Impossible, _) => {
                let note = format!("{:?} is not a time such as 2021-01-02 10:00:00+00:00", time.value);
                out.warn(WarningKind::ImpossibleTime, at, note);
            }
            (Reading::Instant(written, _), Some(coined))
                if written.duration_since(coined).as_secs().abs() > 2 =>
            {
                let note =
                    format!("the time written is {:?}, the one in the identifier {coined}", time.value);
                out.warn(WarningKind::Contradiction, at, note);
            }
            _ => {}
        }
        let reading = if time.is_empty() { Reading::Missing } else { reading };
        message.sent = Sent { written: time, reading, precision };
        if !id.is_empty() {
            message.extras_mut().id = Some(id.value.into_owned());
        }
        for (column, name) in columns.names.iter().enumerate() {
            if !columns.of.contains(&Some(column)) {
                let value = row.text(column, window, out);
                if !value.is_empty() {
                    message.extras_mut().detail(crate::model::name_of_detail(name), value.value);
                }
            }
        }
        keep_further(row, columns.names.len(), window, &mut message, out);
        out.message(&message);
    }
}

/// When a snowflake was made.
fn snowflake(id: &str) -> Option<Timestamp> {
    let number: u64 = id.parse().ok()?;
    let millis = i64::try_from(number >> 22).ok()?;
    Timestamp::from_millisecond(millis.checked_add(EPOCH)?).ok().filter(|_| millis > 0)
}
