use serde::Serialize;

use crate::Span;

/// Something about a source that a reader of the timeline must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// Where in the source.
    pub at: Span,
    /// What is wrong there, in a sentence that names values as written. Never advice to ignore it.
    pub note: String,
}

/// What a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WarningKind {
    /// Day and month cannot be told apart from the file.
    AmbiguousDates,
    /// A time that does not exist, or in a form that this reader does not know.
    ImpossibleTime,
    /// A message's time is before the message above it.
    OutOfOrder,
    /// What looks like a message's first line stands where it may have been pasted into another message.
    PastedHeader,
    /// Bytes that are not UTF-8; shown with replacement characters, the source unchanged.
    InvalidText,
    /// Text written in the wrong encoding by the exporting service, and repaired.
    RepairedEncoding,
    /// Text that looks wrongly encoded and could not be repaired with certainty.
    SuspectEncoding,
    /// A number of messages that the export states and that was not found.
    CountMismatch,
    /// Two values under one name where the format has one.
    DuplicateKey,
    /// An escape or character reference that the format does not allow, read as it was surely meant.
    InvalidEscape,
    /// The export says that something was left out, or a message has more parts than are kept one by one.
    LeftOut,
    /// Punctuation of the format missing or too many where the meaning is plain all the same (a comma).
    Malformed,
    /// Two styles in one file: exports joined, or the phone's language changed.
    MixedStyles,
    /// An identifier, sort or field that this reader does not know; its value is kept as a detail.
    Unknown,
    /// The source ends in the middle of something.
    Truncated,
    /// Two statements of the export that contradict each other.
    Contradiction,
}

/// Bytes that are neither a message nor anything known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unparsed {
    /// Which bytes.
    pub at: Span,
    /// Why, and what was expected there.
    pub reason: String,
}

/// Bytes that are not a message and are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Structure {
    /// Which bytes.
    pub at: Span,
    /// What they are.
    pub kind: StructureKind,
}

/// What known bytes outside messages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StructureKind {
    /// A byte order mark, a title, a preamble, a file header.
    Preamble,
    /// Facts on a conversation, its participants, or the account.
    Metadata,
    /// Day headings, separators, brackets, markup, blank lines between messages.
    Syntax,
    /// A count, checksum or closing line.
    Closing,
}
