//! The timeline for other programs: JSON lines, CSV, Timesketch.

use std::io::Write;

use protocol::csv;
use serde::Serialize;
use transcript::{Message, Reading};

use super::Order;
use super::mentioned::WithMentions;
use super::read::{Attachments, Source};
use crate::error::{Error, Result};

/// The columns of the CSV, in order.
const COLUMNS: [&str; 14] = [
    "file",
    "sha256",
    "start",
    "end",
    "line",
    "pointer",
    "conversation",
    "sender",
    "sender_id",
    "written",
    "time",
    "reading",
    "kind",
    "text",
];

/// Prints a record for each source, each folder's files, and each message.
pub(super) fn json(
    sources: &[Source<'_>],
    folders: &[Attachments<'_>],
    order: &Order,
    out: &mut dyn Write,
) -> Result<()> {
    for source in sources {
        line(&source.record(), out)?;
    }
    for folder in folders {
        line(&FolderRecord::of(folder), out)?;
    }
    order.for_each(sources, &mut |source, message| line(&WithMentions::of(source, message), out))
}

/// Which files of a folder or archive the chats name. Files are named by their path in it.
#[derive(Serialize)]
struct FolderRecord<'a> {
    schema: &'static str,
    folder: &'a str,
    files: Vec<&'a str>,
    attachments: &'a transcript::collection::Matches,
}

impl<'a> FolderRecord<'a> {
    fn of(folder: &'a Attachments<'_>) -> Self {
        let files = folder.collection.files.iter().map(|file| file.name.as_str()).collect();
        Self { schema: "safehand.folder/1", folder: folder.name, files, attachments: &folder.matches }
    }
}

/// Prints a row for each message.
pub(super) fn csv(sources: &[Source<'_>], order: &Order, out: &mut dyn Write) -> Result<()> {
    write!(out, "{}", csv::row(COLUMNS)).map_err(Error::Output)?;
    order.for_each(sources, &mut |source, message| {
        let record = source.message_record(message);
        let [start, end] =
            record.source.bytes.map_or_else(Default::default, |bytes| bytes.map(|offset| offset.to_string()));
        let (time, reading) = time(message.sent.reading);
        let sender_id = record.sender.and_then(|known| known.handle.as_ref().or(known.platform_id.as_ref()));
        let cells: [&str; COLUMNS.len()] = [
            record.source.file,
            source.sha256,
            &start,
            &end,
            &record.source.line.map(|line| line.to_string()).unwrap_or_default(),
            record.source.pointer.as_deref().unwrap_or_default(),
            source.conversation_name(message),
            &record.sender_name().unwrap_or_default(),
            sender_id.map_or("", String::as_str),
            record.sent.written,
            &time,
            reading,
            &kind(message),
            record.text,
        ];
        write!(out, "{}", csv::row(cells)).map_err(Error::Output)
    })
}

/// What Timesketch must have in every event, and what helps.
#[derive(Serialize)]
struct Event<'a> {
    message: String,
    datetime: String,
    timestamp: i64,
    timestamp_desc: &'static str,
    data_type: &'static str,
    format: String,
    sender: Option<String>,
    conversation: Option<&'a str>,
    kind: String,
    source_file: &'a str,
    source_sha256: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_start: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_end: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_pointer: Option<String>,
}

/// Prints an event for each message that has a point in time.
///
/// # Errors
/// [`Error::ZoneNeeded`] where a message has only a local time: Timesketch knows points in time alone.
pub(super) fn timesketch(sources: &[Source<'_>], order: &Order, out: &mut dyn Write) -> Result<()> {
    order.for_each(sources, &mut |source, message| {
        let Reading::Instant(at, _) = message.sent.reading else {
            return match message.sent.reading {
                Reading::Local(_) => Err(Error::ZoneNeeded(source.name.to_owned())),
                Reading::Ambiguous { .. } => Err(Error::DateOrderNeeded(source.name.to_owned())),
                _ => Ok(()),
            };
        };
        let record = source.message_record(message);
        let sender = record.sender_name();
        let bytes = record.source.bytes;
        let event = Event {
            message: format!("{}: {}", sender.as_deref().unwrap_or("(service)"), record.text),
            datetime: at.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string(),
            timestamp: at.as_microsecond(),
            timestamp_desc: "Sent",
            data_type: "safehand:message",
            format: super::read::name_of(source.format),
            sender: sender.map(std::borrow::Cow::into_owned),
            conversation: record.conversation.and_then(|known| known.title.as_deref()),
            kind: kind(message),
            source_file: source.name,
            source_sha256: source.sha256,
            source_start: bytes.map(|[start, _]| start),
            source_end: bytes.map(|[_, end]| end),
            source_pointer: record.source.pointer,
        };
        line(&event, out)
    })
}

/// The name of a message's kind, as in JSON.
pub(super) fn kind(message: &Message<'_>) -> String {
    super::read::json_name(&message.kind)
}

/// A time for a column, and what sort of time it is.
pub(super) fn time(reading: Reading) -> (String, &'static str) {
    match reading {
        Reading::Instant(at, _) => (at.to_string(), "instant"),
        Reading::Local(at) => (at.to_string(), "local"),
        Reading::Ambiguous { day_first, month_first } => {
            (format!("{day_first} or {month_first}"), "ambiguous")
        }
        Reading::Impossible => (String::new(), "impossible"),
        Reading::Missing => (String::new(), "missing"),
    }
}

fn line(value: &impl Serialize, out: &mut dyn Write) -> Result<()> {
    serde_json::to_writer(&mut *out, value).map_err(|error| Error::Output(error.into()))?;
    writeln!(out).map_err(Error::Output)
}
