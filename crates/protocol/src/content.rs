//! What is inside sealed items. The server never sees these types filled in: only the reporter's
//! module, the console and the command line do.
//!
//! Each document names its schema and version, so that it can be read in twenty years.

use seal::ItemId;
use serde::{Deserialize, Serialize};

/// Where the answers were sealed, told to the officer because it decides who could have read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealedOn {
    /// On the reporter's own device: nobody on the way could read them.
    Device,
    /// On the server, in memory, while one request ran: the reporter's browser had no JavaScript.
    Server,
    /// By an operator, from a telephone call.
    Telephone,
}

/// How the reporter chose to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not named. Intelligence; cannot be an exhibit.
    Anonymous,
    /// Named to the desk, and to nobody without consent.
    Confidential,
    /// Willing to be asked for a statement.
    Witness,
}

/// The questionnaire as it was answered: `safehand.answers/1`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// Always [`Answers::SCHEMA`].
    pub schema: String,
    /// Which questionnaire, e.g. `default`.
    pub questionnaire: String,
    /// Which edition of it.
    pub version: u32,
    /// The language the questions were shown in (BCP 47).
    pub language: String,
    /// Where this was sealed.
    pub sealed_on: SealedOn,
    /// How the reporter chose to be known, where they got that far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Standing>,
    /// The pages in the order they were walked.
    pub pages: Vec<AnsweredPage>,
    /// Reasons for urgency that the answers gave, by id. Reasons, never points.
    pub reasons: Vec<String>,
    /// The files handed over with the answers.
    pub files: Vec<FileEntry>,
}

impl Answers {
    /// The schema's name and version.
    pub const SCHEMA: &str = "safehand.answers/1";
}

/// One page of the questionnaire, as it was shown and answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnsweredPage {
    /// The page's id.
    pub page: String,
    /// Its question, in the words that were shown.
    pub question: String,
    /// Its fields in the order they were shown.
    pub fields: Vec<AnsweredField>,
}

/// One field, as it was shown and answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnsweredField {
    /// The field's id; the fields of a repeated group carry their place, e.g. `accounts.1.handle`.
    pub field: String,
    /// Its label, in the words that were shown.
    pub label: String,
    /// What was chosen or typed. Several for checkboxes; option ids for choices.
    pub values: Vec<String>,
    /// The same in the words that were shown. Equal to `values` for typed text.
    pub shown: Vec<String>,
}

/// A file that was handed over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileEntry {
    /// The item that holds it.
    pub item: ItemId,
    /// Its name on the reporter's device.
    pub name: String,
    /// Its media type, as the device told it.
    pub media_type: String,
    /// Its size in bytes before sealing.
    pub size: u64,
    /// SHA-256 of it before sealing, in hexadecimal.
    pub sha256: String,
}

/// The one line of a report that the queue shows: `safehand.summary/1`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Always [`Summary::SCHEMA`].
    pub schema: String,
    /// A short title made from the answers by rule, e.g. the concern and the platform.
    pub title: String,
    /// Reasons for urgency, by id.
    pub reasons: Vec<String>,
    /// How the reporter chose to be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Standing>,
    /// What it is about, by option id.
    pub about: Vec<String>,
    /// How many accounts are named.
    pub accounts: u32,
    /// How many files were handed over.
    pub files: u32,
}

impl Summary {
    /// The schema's name and version.
    pub const SCHEMA: &str = "safehand.summary/1";
}

/// A word between reporter and desk: `safehand.message/1`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Always [`Message::SCHEMA`].
    pub schema: String,
    /// Who is speaking. Checked against the item's author by whoever opens it.
    pub from: Speaker,
    /// What is said.
    pub text: String,
}

impl Message {
    /// The schema's name and version.
    pub const SCHEMA: &str = "safehand.message/1";

    /// A message as this edition writes it.
    pub fn new(from: Speaker, text: impl Into<String>) -> Self {
        Self { schema: Self::SCHEMA.to_owned(), from, text: text.into() }
    }
}

/// Who speaks in a [`Message`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// Whoever made the report.
    Reporter,
    /// A member, for the desk.
    Desk,
}

/// A member's note to colleagues: `safehand.note/1`. Sealed to the desk, because the reporter holds
/// the report's own seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// Always [`Note::SCHEMA`].
    pub schema: String,
    /// What it says.
    pub text: String,
}

impl Note {
    /// The schema's name and version.
    pub const SCHEMA: &str = "safehand.note/1";

    /// A note as this edition writes it.
    pub fn new(text: impl Into<String>) -> Self {
        Self { schema: Self::SCHEMA.to_owned(), text: text.into() }
    }
}

/// A passage of a file that a member has marked: `safehand.mark/1`. Sealed to the desk and signed by the member.
///
/// Marks are never changed. A later one names the one it replaces; one of the kind [`MarkKind::Withdrawn`] takes it
/// back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Always [`Mark::SCHEMA`].
    pub schema: String,
    /// What the passage is marked as.
    pub kind: MarkKind,
    /// Where it lies.
    pub passage: MarkedPassage,
    /// Why, in the member's words. May be empty.
    pub note: String,
    /// Whether its text is to be collapsed until somebody asks for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub distressing: bool,
    /// The earlier mark that this one takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<ItemId>,
}

impl Mark {
    /// The schema's name and version.
    pub const SCHEMA: &str = "safehand.mark/1";
}

/// What a passage is marked as. Whatever helps the person reported is marked as readily as what does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// It matters.
    Relevant,
    /// It speaks for the person reported.
    Exculpatory,
    /// Somebody has to look into it.
    Check,
    /// The mark it replaces no longer stands.
    Withdrawn,
}

/// A range of bytes of a file, found again by anybody who holds the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarkedPassage {
    /// The item of the file: the parent of the mark.
    pub item: ItemId,
    /// The path inside the file, where that is an archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// SHA-256, in hexadecimal, of the bytes that are counted: the file's, or those of the file in the archive.
    pub sha256: String,
    /// The first byte.
    pub from: u64,
    /// The byte after the last.
    pub to: u64,
    /// How many messages it was when it was marked.
    pub messages: u32,
    /// Where its first message stands, in a person's terms (`line 12`, `JSON pointer /messages/3`).
    pub place: String,
}

/// Why a member asks to see media: `safehand.release/1`. Sealed to the desk and signed by the member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReleaseReason {
    /// Always [`ReleaseReason::SCHEMA`].
    pub schema: String,
    /// The items, as the request names them: what is signed is what is asked for.
    pub items: Vec<ItemId>,
    /// Why, in the member's words.
    pub reason: String,
}

impl ReleaseReason {
    /// The schema's name and version.
    pub const SCHEMA: &str = "safehand.release/1";

    /// A reason as this edition writes it.
    pub fn new(items: Vec<ItemId>, reason: impl Into<String>) -> Self {
        Self { schema: Self::SCHEMA.to_owned(), items, reason: reason.into() }
    }
}

/// A reporter's later change of mind: `safehand.amendment/1`. Adds to the answers, never rewrites them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Amendment {
    /// Always [`Amendment::SCHEMA`].
    pub schema: String,
    /// The standing the reporter now chooses. Only ever towards being a witness.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Standing>,
    /// Whether the reporter asks not to be contacted again.
    #[serde(default)]
    pub withdraw_contact: bool,
    /// A name and a way to reach them, where they now give one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

impl Amendment {
    /// The schema's name and version.
    pub const SCHEMA: &str = "safehand.amendment/1";
}
