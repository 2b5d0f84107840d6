//! A message as a record that other programs read: one JSON object, schema `safehand.message/1`.

use std::borrow::Cow;

use serde::Serialize;

use crate::{
    Conversation, Directory, Extras, Kind, Message, Participant, Place, Precision, Reading, Span, ZoneBasis,
};

/// One message with everything it refers to. Field by field in `docs/inspect.md`.
#[derive(Clone, Debug, Serialize)]
pub struct MessageRecord<'a> {
    /// `safehand.message/1`.
    pub schema: &'static str,
    /// Where it stands.
    pub source: SourceRecord<'a>,
    /// The conversation it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<&'a Conversation>,
    /// The account that sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<&'a Participant>,
    /// When.
    pub sent: SentRecord<'a>,
    /// What sort of message.
    pub kind: Kind,
    /// Its text.
    pub text: &'a str,
    /// Everything else.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub extras: Option<&'a Extras>,
}

/// Where a message stands in its source.
#[derive(Clone, Debug, Serialize)]
pub struct SourceRecord<'a> {
    /// The source's name, as the caller knows it.
    pub file: &'a str,
    /// First byte, and the byte after the last. Rows of a database have none: a row lies where the database likes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<[u64; 2]>,
    /// The line it begins on, counted from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// RFC 6901 pointer to it; for the row of a database, `/TABLE/ROWID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

/// When a message was sent.
#[derive(Clone, Debug, Serialize)]
pub struct SentRecord<'a> {
    /// As the export writes it.
    pub written: &'a str,
    /// What it means.
    #[serde(flatten)]
    pub reading: ReadingRecord,
    /// How exactly it is written.
    pub precision: Precision,
}

/// [`Reading`] as a record. Times are RFC 3339; local ones carry no offset.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "reading", rename_all = "snake_case")]
pub enum ReadingRecord {
    /// A point in time.
    Instant {
        /// In UTC.
        at: String,
        /// How the zone is known.
        zone: ZoneBasis,
    },
    /// On the exporting device's clock.
    Local {
        /// Without an offset.
        at: String,
    },
    /// Day and month cannot be told apart.
    Ambiguous {
        /// If the day comes first.
        day_first: String,
        /// If the month comes first.
        month_first: String,
    },
    /// No time that exists.
    Impossible,
    /// Not written.
    Missing,
}

impl From<Reading> for ReadingRecord {
    fn from(reading: Reading) -> Self {
        match reading {
            Reading::Instant(at, zone) => Self::Instant { at: at.to_string(), zone },
            Reading::Local(at) => Self::Local { at: at.to_string() },
            Reading::Ambiguous { day_first, month_first } => {
                Self::Ambiguous { day_first: day_first.to_string(), month_first: month_first.to_string() }
            }
            Reading::Impossible => Self::Impossible,
            Reading::Missing => Self::Missing,
        }
    }
}

impl<'a> MessageRecord<'a> {
    /// The record of a message of the source `file`, its bytes placed by `original` where the source was transcoded.
    pub fn new(
        file: &'a str,
        message: &'a Message<'_>,
        directory: &'a Directory,
        original: impl FnOnce(Span) -> Span,
    ) -> Self {
        let at = original(message.source);
        let (line, pointer) = match message.place {
            Place::Line(line) => (Some(line), None),
            Place::Element { array, index } => {
                let array = directory.pointers().get(array as usize).map_or("", |pointer| pointer);
                (None, Some(format!("{array}/{index}")))
            }
            Place::Bytes => (None, None),
        };
        Self {
            schema: "safehand.message/1",
            source: SourceRecord { file, bytes: Some([at.start(), at.end()]), line, pointer },
            conversation: directory.conversation(message.conversation),
            sender: message.sender.and_then(|sender| directory.participant(sender)),
            sent: SentRecord {
                written: &message.sent.written.value,
                reading: message.sent.reading.into(),
                precision: message.sent.precision,
            },
            kind: message.kind,
            text: &message.text.value,
            extras: message.extras.as_deref(),
        }
    }

    /// The name to show for the sender: display name, else handle, else the platform's identifier.
    pub fn sender_name(&self) -> Option<Cow<'a, str>> {
        self.sender.map(Participant::label)
    }
}

impl Participant {
    /// The name to show: display name, else handle, else the platform's identifier, else a note that there is none.
    pub fn label(&self) -> Cow<'_, str> {
        let name = self.display_name.as_deref().filter(|name| !name.is_empty());
        let name = name.or(self.handle.as_deref()).or(self.platform_id.as_deref());
        name.map_or(Cow::Borrowed("(unnamed account)"), Cow::Borrowed)
    }
}
