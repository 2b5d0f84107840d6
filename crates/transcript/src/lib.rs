//! Chat exports read into one timeline, with nothing lost and every message traceable to its bytes.
//!
//! A [`Parser`] reads one source (one file of an export) and tells a [`Sink`] what every byte of it is: part of a
//! message, known structure, or *unparsed*. [`Output`] keeps those books, so that a parser cannot drop anything
//! without its being reported. [`recognise`] finds the parser from the content; [`Timeline`] is the sink that keeps
//! everything, [`Stream`] feeds a parser piece by piece in bounded memory.
//!
//! Texts are what the export holds, with the format's own escapes resolved and nothing else changed: no
//! normalisation, no trimming of invisible characters. Times are given as written and as understood; a local time
//! stays local, an ambiguous date stays ambiguous ([`Reading`]).

pub mod align;
pub mod archive;
#[doc(hidden)]
pub mod checked;
pub mod collection;
mod csv;
mod dates;
pub mod encoding;
mod format;
mod formats;
mod joined;
pub mod json;
mod lines;
mod markup;
pub mod mentions;
mod model;
mod names;
mod output;
pub mod packet;
mod parser;
mod record;
pub mod review;
#[cfg(any(test, feature = "sample"))]
#[doc(hidden)]
pub mod sample;
mod span;
mod time;
mod timeline;
mod warning;

pub use format::{Certainty, Descriptor, Format, HEAD, Recognition, descriptors, recognise};
pub use formats::{CsvColumn, CsvMapping, CsvOrder, CsvTime, CsvZone, csv_mapped};
pub use model::{
    Attachment, Conversation, ConversationId, Detail, Edited, Extras, Kind, LONGEST_NAME, Message,
    Participant, ParticipantId, Place, Reaction, Text,
};
pub use output::{Directory, Output, Sink};
pub use parser::{LONGEST_PIECE, Parser, Stream, Survey, parse_slice};
pub use record::{MessageRecord, ReadingRecord, SentRecord, SourceRecord};
pub use span::{Span, Window};
pub use time::{Precision, Reading, Sent, ZoneBasis};
pub use timeline::{OwnedMessage, Timeline};
pub use warning::{Structure, StructureKind, Unparsed, Warning, WarningKind};
