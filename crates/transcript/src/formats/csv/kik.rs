//! What Kik produces to police: tables of messages (`data-text.csv`, `data-media.csv`), logs without texts
//! (`chat_sent.csv` and its relatives), and the older logs, separated by tabs and without a heading (`chat_sent.txt`).

use super::{first_rows, keep_further, message_of, ragged};
use crate::csv::{Row, Rows, Table, headings};
use crate::dates::Stamp;
use crate::format::{Certainty, Descriptor, Format};
use crate::names::Names;
use crate::{
    Attachment, Conversation, ConversationId, Kind, Message, Output, Parser, Participant, ParticipantId,
    Precision, Reading, Sent, StructureKind, Text, WarningKind, Window,
};

pub(super) const DESCRIPTOR: Descriptor = Descriptor {
    format: Format::Kik,
    name: "Kik, as produced to police",
    streams: true,
    kept: "identifiers, senders, receivers and groups, texts, names of files, times in milliseconds, addresses and ports as details",
    not_kept: "the logs hold no texts, only that so many messages were sent",
    recognise,
    parser: || Box::new(Kik(Table::new(Messages::default()))),
};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Id,
    ReplyTo,
    Sender,
    Receiver,
    Group,
    Text,
    /// A time, counted or written.
    Time,
    /// The same time, written for people.
    Spoken,
    /// The name or identifier of a file.
    File,
    /// What sort of file.
    Sort,
    /// Anything else, kept under its name.
    Other,
}

fn role(name: &str) -> Role {
    match name {
        "id" => Role::Id,
        "parent_id" => Role::ReplyTo,
        "sender_id" | "sender" | "user_jid" => Role::Sender,
        "receiver_id" | "receiver" | "friend_user_jid" => Role::Receiver,
        "group_jid" => Role::Group,
        "message" => Role::Text,
        "sent_at_ts" | "epoch" | "ts" => Role::Time,
        "sent_at" | "dt" => Role::Spoken,
        "filename" | "cid" => Role::File,
        _ => Role::Other,
    }
}

/// Sets of names that only Kik's tables have together.
const SIGNATURES: [&[&str]; 3] = [
    &["sender_id", "receiver_id", "sent_at"],
    &["user_jid", "friend_user_jid", "ts"],
    &["sender", "receiver", "group_jid"],
];

fn is_heading(names: &[String]) -> bool {
    let has = |wanted: &&str| names.iter().any(|name| name.trim() == *wanted);
    SIGNATURES.iter().any(|signature| signature.iter().all(has))
}

/// The columns of the older logs, by their number and what they hold.
fn old_log(cells: &[String]) -> Option<&'static [(&'static str, Role)]> {
    const SENT: &[(&str, Role)] = &[
        ("time", Role::Time),
        ("sender", Role::Sender),
        ("recipient", Role::Receiver),
        ("messages", Role::Other),
        ("ip", Role::Other),
        ("datetime", Role::Spoken),
    ];
    const MEDIA: &[(&str, Role)] = &[
        ("time", Role::Time),
        ("sender", Role::Sender),
        ("recipient", Role::Receiver),
        ("media type", Role::Sort),
        ("content id", Role::File),
        ("ip", Role::Other),
        ("datetime", Role::Spoken),
    ];
    const GROUP: &[(&str, Role)] = &[
        ("time", Role::Time),
        ("sender", Role::Sender),
        ("group", Role::Group),
        ("recipient", Role::Receiver),
        ("messages", Role::Other),
        ("ip", Role::Other),
        ("datetime", Role::Spoken),
    ];
    const GROUP_MEDIA: &[(&str, Role)] = &[
        ("time", Role::Time),
        ("sender", Role::Sender),
        ("group", Role::Group),
        ("recipient", Role::Receiver),
        ("media type", Role::Sort),
        ("content id", Role::File),
        ("ip", Role::Other),
        ("datetime", Role::Spoken),
    ];
    let time = cells.first()?;
    if time.len() != 13 || !time.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Stamp::read(cells.last()?.as_bytes())?;
    let counted =
        |column: usize| cells.get(column).is_some_and(|cell| cell.bytes().all(|byte| byte.is_ascii_digit()));
    match cells.len() {
        6 if counted(3) => Some(SENT),
        7 if counted(4) => Some(GROUP),
        7 => Some(MEDIA),
        8 => Some(GROUP_MEDIA),
        _ => None,
    }
}

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    let rows = first_rows(head, 2);
    let first = rows.first()?;
    if is_heading(first) {
        return Some((
            Certainty::Marked,
            "headed with the columns of Kik's productions to police".to_owned(),
        ));
    }
    old_log(first)?;
    Some((
        Certainty::Marked,
        "rows of milliseconds, two user names, an address and a time, as Kik's logs are".to_owned(),
    ))
}

struct Kik(Table<Messages>);

impl Parser for Kik {
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
        self.0.parse(window, out)
    }
}

#[derive(Debug, Default)]
struct Messages {
    columns: Option<Vec<(String, Role)>>,
    people: Names<ParticipantId>,
    conversations: Names<ConversationId>,
    key: Vec<u8>,
}

/// What one row says, column by column.
#[derive(Default)]
struct Said<'a> {
    sender: Text<'a>,
    receiver: Text<'a>,
    group: Text<'a>,
    time: Text<'a>,
    spoken: Text<'a>,
    spoken_name: String,
    sort: Text<'a>,
}

impl Rows for Messages {
    fn row(&mut self, row: &Row<'_>, window: &Window<'_>, out: &mut Output<'_>) {
        let mut own = self.columns.take();
        if own.is_none() {
            let names = headings(row, window, out);
            if is_heading(&names) {
                self.columns = Some(
                    names
                        .into_iter()
                        .map(|name| (role(&name), name))
                        .map(|(role, name)| (name, role))
                        .collect(),
                );
                return out.structure(window.span(row.range.clone()), StructureKind::Preamble);
            }
            let Some(columns) = old_log(&names) else {
                let reason = "neither a heading nor a row of a log of messages as Kik writes them";
                return out.unparsed(window.span(row.range.clone()), reason);
            };
            own = Some(columns.iter().map(|(name, role)| ((*name).to_owned(), *role)).collect());
        }
        if let Some(columns) = &own
            && !ragged(row, columns.len(), window, out)
        {
            self.message(columns, row, window, out);
        }
        self.columns = own;
    }
}

impl Messages {
    fn message(
        &mut self,
        columns: &[(String, Role)],
        row: &Row<'_>,
        window: &Window<'_>,
        out: &mut Output<'_>,
    ) {
        let mut message = message_of(row, window, ConversationId(0));
        let mut said = Said::default();
        for (column, (name, role)) in columns.iter().enumerate() {
            let value = row.text(column, window, out);
            if value.is_empty() {
                continue;
            }
            match role {
                Role::Id => message.extras_mut().id = Some(value.value.into_owned()),
                Role::ReplyTo => message.extras_mut().reply_to = Some(value.value.into_owned()),
                Role::Sender => said.sender = value,
                Role::Receiver => {
                    message.extras_mut().detail(crate::model::name_of_detail(name), value.value.to_string());
                    said.receiver = value;
                }
                Role::Group => said.group = value,
                Role::Text => message.text = value,
                Role::Time if said.time.is_empty() || name != "ts" => {
                    if !said.time.is_empty() {
                        message.extras_mut().detail("ts", said.time.value.to_string());
                    }
                    said.time = value;
                }
                Role::Spoken => (said.spoken, said.spoken_name) = (value, crate::model::name_of_detail(name)),
                Role::File => {
                    let name = Some(value.value.into_owned());
                    message.extras_mut().attach(Attachment { name, ..Attachment::default() });
                }
                Role::Sort => said.sort = value,
                Role::Time | Role::Other => {
                    message.extras_mut().detail(crate::model::name_of_detail(name), value.value);
                }
            }
        }
        if let Some(file) = message.extras.as_mut().and_then(|extras| extras.attachments.first_mut())
            && !said.sort.is_empty()
        {
            file.sort = Some(said.sort.value.to_string());
        }
        let has_text_column = columns.iter().any(|(_, role)| *role == Role::Text);
        let has_file = message.extras.as_ref().is_some_and(|extras| !extras.attachments.is_empty());
        message.kind = match (message.text.is_empty(), has_file, has_text_column) {
            (_, true, _) => Kind::Media,
            (true, false, false) => Kind::Withheld,
            _ => Kind::Text,
        };
        self.place(&said, &mut message, out);
        keep_further(row, columns.len(), window, &mut message, out);
        time(said, &mut message, out);
        out.message(&message);
    }

    /// Who to whom.
    fn place(&mut self, said: &Said<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
        let (one, other) = (&*said.sender.value, &*said.receiver.value);
        let (first, second) = if one <= other { (one, other) } else { (other, one) };
        self.key.clear();
        if said.group.is_empty() {
            self.key.extend_from_slice(first.as_bytes());
            self.key.push(0);
            self.key.extend_from_slice(second.as_bytes());
        } else {
            self.key.extend_from_slice(said.group.value.as_bytes());
        }
        let directory = &mut out.directory;
        message.conversation = self.conversations.get(&self.key, || {
            directory.intern_conversation(if said.group.is_empty() {
                let between = if first.is_empty() { second.to_owned() } else { format!("{first}, {second}") };
                Conversation { title: Some(between), ..Conversation::default() }
            } else {
                let platform_id = Some(said.group.value.to_string());
                Conversation { platform_id, sort: Some("group".to_owned()), ..Conversation::default() }
            })
        });
        if !one.is_empty() {
            message.sender = Some(self.people.get(one.as_bytes(), || {
                directory.intern_participant(Participant {
                    handle: Some(one.to_owned()),
                    ..Participant::default()
                })
            }));
        }
    }
}

/// The time: counted if it is, else as written.
fn time<'a>(said: Said<'a>, message: &mut Message<'a>, out: &mut Output<'_>) {
    let at = message.source;
    let spoken_alone = said.time.is_empty();
    let (written, spoken) = if spoken_alone { (said.spoken, Text::EMPTY) } else { (said.time, said.spoken) };
    let counted: Option<i64> = written.value.parse().ok().filter(|_| written.value.len() >= 9);
    let stamp = Stamp::whole(written.value.as_bytes());
    let (reading, precision) = match (counted, stamp) {
        _ if written.is_empty() => (Reading::Missing, Precision::Second),
        (Some(count), _) if written.value.len() >= 12 => {
            (Reading::epoch_millis(count), Precision::Millisecond)
        }
        (Some(count), _) => (Reading::epoch_seconds(count), Precision::Second),
        (None, Some(stamp)) => (stamp.reading(Reading::Local), stamp.precision),
        (None, None) => (Reading::Impossible, Precision::Second),
    };
    if reading == Reading::Impossible {
        let note = format!(
            "{:?} is neither a count of milliseconds nor a time such as 2021-01-02 10:00:00",
            written.value
        );
        out.warn(WarningKind::ImpossibleTime, at, note);
    }
    if !spoken.is_empty() {
        // The zone of the written time is the provider's and not stated: it can differ by hours, not by other minutes.
        if let (Reading::Instant(counted, _), Some(Some(local))) =
            (reading, Stamp::read(spoken.value.as_bytes()).map(|stamp| stamp.local))
        {
            let apart =
                Reading::documented_utc(local).sort_key().map(|key| (key - counted.as_millisecond()).abs());
            if apart.is_some_and(|apart| apart > 15 * 3_600_000) {
                let note = format!("the time counted is {counted}, the one written {:?}", spoken.value);
                out.warn(WarningKind::Contradiction, at, note);
            }
        }
        message.extras_mut().detail(said.spoken_name, spoken.value);
    }
    message.sent = Sent { written, reading, precision };
}
