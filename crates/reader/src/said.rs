//! What the page asks, and what it is told. The console shares these types; between page and worker they are JSON.

use serde::{Deserialize, Serialize};
use transcript::{Format, Kind};

/// How many views there are: the timeline, and the other side of a comparison.
pub const VIEWS: usize = 2;

/// How many characters of a message a row shows; the rest is a step away.
pub const ROW_CHARACTERS: usize = 1500;

/// Something the page asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// The bytes of a file will come.
    Begin {
        /// The item it is.
        item: String,
        /// Its name as the reporter's device told it.
        name: String,
        /// Its size in bytes, as far as that is known.
        size: u64,
    },
    /// All bytes of the file have come and every check has held: read it.
    Finish {
        /// The present in milliseconds since 1970, so that later times stand out.
        now: i64,
    },
    /// The file that was begun is not to be read.
    Abandon,
    /// What has been read so far.
    Facts,
    /// Somebody states in which zone local times are; nothing takes that back.
    Zone {
        /// Its name in the IANA database.
        zone: Option<String>,
    },
    /// Somebody decides how the ambiguous dates of a source are to be read.
    DateOrder {
        /// The source.
        source: u32,
        /// Whether the day comes first; nothing leaves them undecided.
        day_first: Option<bool>,
    },
    /// The marks that stand.
    Marks {
        /// All of them.
        marks: Vec<MarkPlace>,
    },
    /// Shows only what passes.
    Filter {
        /// Which view.
        view: usize,
        /// What passes.
        filter: Filter,
    },
    /// Looks for words among what is shown.
    Search {
        /// Which view.
        view: usize,
        /// The words.
        words: String,
    },
    /// How many rows a view has, and what its search finds, after something was read or stated.
    Shown {
        /// Which view.
        view: usize,
    },
    /// The next message with a hit.
    Step {
        /// Which view.
        view: usize,
        /// The row to go on from.
        from: u32,
        /// Whether towards the end.
        forward: bool,
    },
    /// The next message, with a hit or without.
    NextMessage {
        /// Which view.
        view: usize,
        /// The row to go on from.
        from: u32,
        /// Whether towards the end.
        forward: bool,
    },
    /// Rows to show.
    Rows {
        /// Which view.
        view: usize,
        /// The first of them.
        from: u32,
        /// How many.
        count: u32,
    },
    /// The row of a message.
    RowOf {
        /// Which view.
        view: usize,
        /// The message.
        message: MessageId,
    },
    /// The row of the message that a byte of a source belongs to.
    RowOfByte {
        /// Which view.
        view: usize,
        /// The source.
        source: u32,
        /// The byte.
        byte: u64,
    },
    /// The row of the first message on a day or after it.
    RowOfDay {
        /// Which view.
        view: usize,
        /// The day, as `2026-09-12`.
        day: String,
    },
    /// The row nearest in time.
    RowAt {
        /// Which view.
        view: usize,
        /// The time, as rows give it.
        key: i64,
    },
    /// Everything about a message.
    Message {
        /// The message.
        message: MessageId,
    },
    /// Bytes of a message's source.
    Bytes {
        /// The source.
        source: u32,
        /// The first byte wanted; the line it lies on is shown whole.
        from: u64,
        /// How many lines.
        lines: u32,
        /// Bytes in a line.
        width: u32,
        /// The bytes to point out.
        span: [u64; 2],
    },
    /// Holds two exports of one chat against each other.
    Compare {
        /// The item of the first.
        first: String,
        /// The item of the second.
        second: String,
    },
    /// Where a passage from one message to another of the same source lies.
    Passage {
        /// One end.
        from: MessageId,
        /// The other.
        to: MessageId,
    },
}

/// What the page is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// It is done.
    Done,
    /// What became of a file.
    File(FileReport),
    /// What has been read so far.
    Facts(Facts),
    /// How many rows a view has now.
    Shown(Shown),
    /// What a search found.
    Found(Found),
    /// A row, where there is one, and which hit it is, counted from one.
    Row {
        /// The row.
        row: Option<u32>,
        /// Its place among the messages with hits.
        place: u32,
    },
    /// Rows.
    Rows {
        /// The first row's number.
        from: u32,
        /// The rows.
        rows: Vec<Row>,
    },
    /// A message.
    Message(Box<WholeMessage>),
    /// Bytes.
    Bytes(Dump),
    /// Where a passage lies.
    Passage(Passage),
    /// In what two exports differ.
    Comparison(ComparisonFacts),
    /// It cannot be done, and why.
    Refused {
        /// In words for a person.
        why: String,
    },
}

/// In what two exports differ; see [`transcript::align`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparisonFacts {
    /// The conversations that both have.
    pub conversations: Vec<ComparedFacts>,
    /// Those that only one has, in words.
    pub alone: Vec<String>,
}

/// One conversation as two exports have it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedFacts {
    /// What each calls it.
    pub titles: [Option<String>; 2],
    /// What must be known of the comparison: what each line is about, and the line.
    pub lines: Vec<(String, String)>,
    /// The first differences that the ways of exporting do not explain.
    pub unexplained: Vec<DifferenceFacts>,
    /// The first of those that they may explain.
    pub explained: Vec<DifferenceFacts>,
    /// How many there are of each.
    pub counts: [u64; 2],
}

/// Something in which two exports differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferenceFacts {
    /// In what, in a word or two.
    pub kind: String,
    /// In plain words.
    pub words: String,
    /// The message in each export that has it.
    pub messages: [Option<MessageId>; 2],
}

/// What passes a filter. Nothing set lets everything pass.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Of this conversation, by its number in [`Facts::conversations`].
    pub conversation: Option<u32>,
    /// Of this account, by its number in [`Facts::accounts`].
    pub account: Option<u32>,
    /// Of this sort.
    pub sort: Option<Sort>,
    /// From this day on, as `2026-09-12`.
    pub from_day: Option<String>,
    /// Up to this day, the day included.
    pub to_day: Option<String>,
    /// With such a mark.
    pub mark: Option<MarkFilter>,
}

impl Filter {
    /// Whether single messages are left out from among their neighbours, so that what lies between two shown messages
    /// is no gap.
    pub fn thins_out(&self) -> bool {
        self.account.is_some() || self.sort.is_some() || self.mark.is_some()
    }
}

/// Sorts of messages to filter by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Of this kind.
    Kind(Kind),
    /// Edited.
    Edited,
    /// Naming a file.
    Attachment,
    /// No message: warnings, and bytes that are not understood.
    Notice,
}

/// Marks to filter by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkFilter {
    /// Any mark.
    Any,
    /// The kind of this number, as in [`MarkPlace::kind`].
    Kind(u8),
}

/// Where a mark lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkPlace {
    /// The item of the file.
    pub item: String,
    /// The path inside the file, where that is an archive.
    pub path: Option<String>,
    /// SHA-256 of the bytes that are counted, in hexadecimal.
    pub sha256: String,
    /// The bytes, end excluded.
    pub bytes: [u64; 2],
    /// Which kind of mark, as the page numbers them.
    pub kind: u8,
    /// Whether the text is to be collapsed.
    pub distressing: bool,
}

/// A message: its source and its number there, in the order of the source's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessageId {
    /// The source's number in [`Facts::sources`].
    pub source: u32,
    /// The message's number in it.
    pub number: u32,
}

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    /// The item it is.
    pub item: String,
    /// Its name as the reporter's device told it.
    pub name: String,
    /// SHA-256 of it, in hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// How many chats were read from it.
    pub chats: u32,
    /// What of it was not read, and why; or why nothing was.
    pub notes: Vec<String>,
}

/// What has been read so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// How many messages.
    pub messages: u64,
    /// Files of exports.
    pub sources: Vec<SourceFacts>,
    /// Conversations.
    pub conversations: Vec<ConversationFacts>,
    /// Accounts, each within its source.
    pub accounts: Vec<AccountFacts>,
    /// The zone that was stated.
    pub zone: Option<String>,
}

/// What is known of one file of an export.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceFacts {
    /// The item of the file.
    pub item: String,
    /// The file's name.
    pub file: String,
    /// The path inside the file, where that is an archive.
    pub path: Option<String>,
    /// SHA-256 of the bytes that were read, in hexadecimal.
    pub sha256: String,
    /// Their number.
    pub size: u64,
    /// The format.
    pub format: Format,
    /// The format's name for a person.
    pub format_name: String,
    /// What shows that it is that.
    pub why: String,
    /// How its text is encoded, if not in UTF-8.
    pub encoding: Option<String>,
    /// How many messages.
    pub messages: u64,
    /// How many of them have a local time, its zone unknown.
    pub local: u64,
    /// How many have an ambiguous date.
    pub ambiguous: u64,
    /// How the ambiguous dates are to be read, if somebody decided.
    pub day_first: Option<bool>,
    /// How many bytes are not understood.
    pub unparsed: u64,
    /// How many warnings there are.
    pub warnings: u64,
    /// What must be known of it, in plain words.
    pub findings: Vec<String>,
}

/// One conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationFacts {
    /// Its source.
    pub source: u32,
    /// What it is called.
    pub title: String,
    /// How many messages.
    pub messages: u64,
    /// From when to when, in words.
    pub extent: String,
}

/// One account, as its source names it. Never a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountFacts {
    /// Its source.
    pub source: u32,
    /// Its place in the source, from nought: what its letter is made of.
    pub place: u32,
    /// The name to show.
    pub label: String,
    /// Its handle or identifier, where that is not the name.
    pub handle: Option<String>,
    /// Whether the export says that this account made it.
    pub exporter: bool,
    /// How many messages.
    pub messages: u64,
}

impl AccountFacts {
    /// The letter of a place: A to Z, then AA.
    pub fn letter(place: u32) -> String {
        let mut rest = place;
        let mut letters = Vec::new();
        loop {
            letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
            match rest / 26 {
                0 => break,
                more => rest = more - 1,
            }
        }
        letters.into_iter().rev().collect()
    }
}

/// How many rows a view has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Rows, those of days, gaps and notices included.
    pub rows: u32,
    /// Messages among them.
    pub messages: u32,
    /// Notices that do not pass the filter.
    pub notices_hidden: u32,
    /// What the search finds.
    pub found: Found,
}

/// What a search found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// How often the words stand in what is shown.
    pub hits: u64,
    /// In how many messages.
    pub messages: u32,
}

/// One row of a view.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "row", rename_all = "snake_case")]
pub enum Row {
    /// A new day begins.
    Day {
        /// Its date in words.
        words: String,
        /// As `2026-09-12`.
        date: String,
    },
    /// A stretch without a message in a conversation.
    Gap {
        /// How long, and in which conversation.
        words: String,
    },
    /// A warning, or bytes that are not understood.
    Notice(Notice),
    /// A message.
    Message(Box<MessageRow>),
}

/// A warning, or bytes that are not understood.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Notice {
    /// The source it concerns.
    pub source: u32,
    /// Whether it is about bytes that are not understood.
    pub unparsed: bool,
    /// What it says.
    pub words: String,
    /// The bytes it concerns.
    pub bytes: [u64; 2],
    /// What those bytes say, where they are not understood; at most some hundred characters.
    pub text: String,
}

/// A message in a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageRow {
    /// Which.
    pub id: MessageId,
    /// What it is sorted by.
    pub key: i64,
    /// Its conversation's number in [`Facts::conversations`].
    pub conversation: u32,
    /// Its account's number in [`Facts::accounts`], where the export names one.
    pub account: Option<u32>,
    /// The time as the export writes it.
    pub written: String,
    /// What it means: in the stated zone, in UTC, or that the zone is unknown, or both readings of an ambiguous date.
    pub understood: String,
    /// Whether that leaves a doubt.
    pub doubtful: bool,
    /// What sort of message.
    pub kind: Kind,
    /// Its text, or the beginning of it.
    pub text: String,
    /// How many characters it has, if not all are in `text`.
    pub of_characters: Option<u64>,
    /// Where the search's words stand in `text`: byte ranges.
    pub hits: Vec<[usize; 2]>,
    /// That it was edited, and when if the export says so.
    pub edited: Option<String>,
    /// What it answers, where the export says so and the message is there.
    pub answers: Option<String>,
    /// The files it names, with what the export says of them.
    pub files: Vec<String>,
    /// Whether the search's words stand in one of those names.
    pub hit_in_files: bool,
    /// Reactions, in words.
    pub reactions: Vec<String>,
    /// The marks on it: their places in [`Ask::Marks`].
    pub marks: Vec<u32>,
    /// Whether a mark on it says that its text is distressing.
    pub distressing: bool,
}

/// Everything about a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WholeMessage {
    /// The row, its text whole.
    pub row: MessageRow,
    /// The account, field by field.
    pub account: Vec<(String, String)>,
    /// The time: as written, every reading, what is known of the zone.
    pub time: Vec<(String, String)>,
    /// Further facts that the export states, under its own names.
    pub details: Vec<(String, String)>,
    /// Line or JSON pointer.
    pub place: String,
    /// The bytes in the source, end excluded.
    pub bytes: [u64; 2],
}

/// Bytes of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dump {
    /// The size of the source.
    pub size: u64,
    /// Lines.
    pub lines: Vec<DumpLine>,
}

/// One line of bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DumpLine {
    /// The offset of its first byte.
    pub at: u64,
    /// The bytes in hexadecimal, two digits each.
    pub hex: Vec<String>,
    /// The bytes as characters of ASCII, a full stop for every other.
    pub text: String,
    /// Which of them are pointed out: places in the line, end excluded.
    pub lit: [u32; 2],
}

/// A passage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The item of the file.
    pub item: String,
    /// The path inside the file, where that is an archive.
    pub path: Option<String>,
    /// SHA-256 of the bytes that are counted, in hexadecimal.
    pub sha256: String,
    /// The bytes, end excluded.
    pub bytes: [u64; 2],
    /// How many messages.
    pub messages: u32,
    /// Line or JSON pointer of its first message.
    pub place: String,
    /// The time of its first message as written.
    pub written: String,
    /// The account of its first message.
    pub who: String,
    /// The first message.
    pub first: MessageId,
}
