//! The chats of a report as one timeline: read, searched, filtered, and shown in windows of rows.
//!
//! [`Room`] holds everything that was read, compactly, where the page never holds more than the rows on the screen. In
//! the console it lives in a worker of its own; page and worker speak JSON ([`Ask`], [`Answer`]). Nothing here does
//! I/O, reads a clock or makes markup: texts go out as they are in the export, for the page to show safely.
//!
//! A place in a chat is told by the file's item, the path inside it where it is an archive, the SHA-256 of the bytes and
//! a range of them: that is what marks refer to, and it does not depend on how anything is read or sorted.

mod compare;
mod dump;
mod file;
mod fold;
mod index;
mod room;
mod said;
mod show;
mod source;
mod view;
mod words;

pub use room::Room;
pub use said::{
    AccountFacts, Answer, Ask, ComparedFacts, ComparisonFacts, ConversationFacts, DifferenceFacts, Dump,
    DumpLine, Facts, FileReport, Filter, Found, MarkFilter, MarkPlace, MessageId, MessageRow, Notice,
    Passage, ROW_CHARACTERS, Row, Shown, Sort, SourceFacts, VIEWS, WholeMessage,
};
pub use transcript::Kind;
