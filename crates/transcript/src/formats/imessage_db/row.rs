//! One row of the table `message`, with what other tables say of it.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};

use super::plist::{Item, Plist};
use super::{Rows, stream};
use crate::formats::kit::{identifier, member, shortened};
use crate::json::Value;
use crate::{
    Attachment, Conversation, Edited, Kind, Message, Output, Participant, ParticipantId, Place, Precision,
    Reaction, Reading, Sent, Text, WarningKind, ZoneBasis,
};

/// The beginning of 2001 in UTC, in seconds since 1970.
const EPOCH: i64 = 978_307_200;
/// Counts of this many and more are nanoseconds: as seconds they would lie in the year 33,000.
const NANOSECONDS_FROM: u64 = 1_000_000_000_000;

/// The columns that are read.
#[derive(Default)]
struct Columns<'a> {
    rowid: Option<i64>,
    guid: Option<String>,
    text: Text<'a>,
    body: Option<Value<'a>>,
    summary: Option<Value<'a>>,
    date: Option<Value<'a>>,
    handle: i64,
    other_handle: i64,
    from_me: bool,
    is_sent: bool,
    is_empty: bool,
    error: i64,
    item_type: i64,
    action: i64,
    title: Option<String>,
    app: Option<String>,
    account: Option<String>,
    own_address: Option<String>,
    about: Option<String>,
    about_sort: i64,
    emoji: Option<String>,
    thread: Option<String>,
    reply_to: Option<String>,
    edited: i64,
    retracted: i64,
    details: Vec<(&'static str, String)>,
}

impl<'a> Columns<'a> {
    fn read(row: &Value<'a>) -> Self {
        let mut read = Self::default();
        for (name, value) in row.object() {
            let number = || value.integer().unwrap_or_default();
            let mut detail = |name| read.details.push((name, value.plain()));
            match &*name {
                "ROWID" => read.rowid = value.integer(),
                "guid" => read.guid = identifier(&value),
                "text" => read.text = value.string().unwrap_or_default(),
                "attributedBody" => read.body = Some(value),
                "message_summary_info" => read.summary = Some(value),
                "date" => read.date = Some(value),
                "handle_id" => read.handle = number(),
                "other_handle" => read.other_handle = number(),
                "is_from_me" => read.from_me = number() != 0,
                "is_sent" => read.is_sent = number() != 0,
                "is_empty" => read.is_empty = number() != 0,
                "error" => read.error = number(),
                "item_type" => read.item_type = number(),
                "group_action_type" => read.action = number(),
                "group_title" => read.title = identifier(&value),
                "balloon_bundle_id" => read.app = identifier(&value),
                "account" => read.account = identifier(&value),
                "destination_caller_id" => read.own_address = identifier(&value),
                "associated_message_guid" => read.about = identifier(&value),
                "associated_message_type" => read.about_sort = number(),
                "associated_message_emoji" => read.emoji = identifier(&value),
                "thread_originator_guid" => read.thread = identifier(&value),
                "reply_to_guid" => read.reply_to = identifier(&value),
                "date_edited" => read.edited = number(),
                "date_retracted" => read.retracted = number(),
                "service" => detail("service"),
                "subject" => detail("subject"),
                "country" => detail("country"),
                "expressive_send_style_id" => detail("expressive_send_style_id"),
                "thread_originator_part" => detail("thread_originator_part"),
                "date_read" if number() != 0 => read.details.push(("date_read", time_of(number()))),
                "date_delivered" if number() != 0 => read.details.push(("date_delivered", time_of(number()))),
                "date_played" if number() != 0 => read.details.push(("date_played", time_of(number()))),
                "date_recovered" if number() != 0 => read.details.push(("date_recovered", time_of(number()))),
                "is_spam" if number() != 0 => detail("is_spam"),
                "is_audio_message" if number() != 0 => detail("is_audio_message"),
                "is_expirable" if number() != 0 => detail("is_expirable"),
                "expire_state" if number() != 0 => detail("expire_state"),
                "share_status" if number() != 0 => detail("share_status"),
                "share_direction" if number() != 0 => detail("share_direction"),
                "was_downgraded" if number() != 0 => detail("was_downgraded"),
                "was_delivered_quietly" if number() != 0 => detail("was_delivered_quietly"),
                "payload_data" => detail("payload_data"),
                _ => {}
            }
        }
        read
    }

    /// What is said of a tapback, a sticker or another thing put on a message.
    const fn is_tapback(&self) -> bool {
        self.about_sort >= 2000 && self.about_sort < 4000
    }
}

impl Rows {
    pub(super) fn message(&mut self, line: &Value<'_>, row: &Value<'_>, out: &mut Output<'_>) {
        let mut columns = Columns::read(row);
        let conversation = self.conversation(line, out);
        let place = columns.rowid.and_then(|number| u64::try_from(number).ok());
        let place = place.map_or(Place::Bytes, |index| {
            let array = *self.messages.get_or_insert_with(|| out.directory.intern_pointer("/message"));
            Place::Element { array, index }
        });
        let sent = sent(columns.date.as_ref(), out);
        let mut message = Message::bare(line.span(), place, conversation, sent);
        message.sender = if columns.from_me {
            Some(own(&columns, out))
        } else {
            self.handles.get(&columns.handle).copied()
        };
        message.text = std::mem::take(&mut columns.text);
        let extras = message.extras_mut();
        extras.id = columns.guid.take();
        extras.details.extend(
            columns.details.drain(..).map(|(name, value)| crate::Detail { name: Cow::Borrowed(name), value }),
        );
        if columns.error != 0 {
            extras.detail("error", columns.error.to_string());
        }
        body(&columns, line, &mut message, out);
        self.beside(line, &mut message, out);
        relations(&columns, &mut message);
        let retracted = history(&columns, &mut message);
        if retracted && message.text.is_empty() {
            // What was edited is what was taken back.
            let extras = message.extras_mut();
            if let Some(Edited { at: Some(at) }) = extras.edited.take() {
                extras.detail("date_edited", at);
            }
        }
        self.kind(&columns, retracted, &mut message, out);
        out.message(&message);
    }

    /// The chat that the message belongs to. One that was deleted lately is in its chat's list of those alone.
    fn conversation(&self, line: &Value<'_>, out: &mut Output<'_>) -> crate::ConversationId {
        let chats = line.get("chats");
        let deleted = line.get("deleted");
        let numbers = chats.iter().flat_map(Value::array).filter_map(|chat| chat.integer());
        let of_deleted = deleted.iter().flat_map(Value::array).filter_map(|one| one.get("chat")?.integer());
        numbers
            .chain(of_deleted)
            .find_map(|number| self.chats.get(&number).copied())
            .unwrap_or_else(|| out.directory.intern_conversation(Conversation::default()))
    }

    /// What the other tables hold of the message.
    fn beside(&self, line: &Value<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
        for (key, value) in line.object() {
            match &*key {
                "chats" => {
                    for chat in value.array().skip(1) {
                        message.extras_mut().detail("also_in_chat", chat.plain());
                    }
                }
                "deleted" => {
                    for one in value.array() {
                        let when = one.get("date").and_then(|date| date.integer()).unwrap_or_default();
                        message.extras_mut().detail("recently_deleted", time_of(when));
                    }
                }
                "attachments" => {
                    for file in value.array() {
                        message.extras_mut().attach(attachment(&file));
                    }
                }
                "tapbacks" => {
                    for one in value.array() {
                        let number =
                            |name| one.get(name).and_then(|value| value.integer()).unwrap_or_default();
                        let by = if number("from_me") == 0 {
                            self.handles.get(&number("handle")).copied()
                        } else {
                            Some(own(&Columns::read(&one), out))
                        };
                        let reaction = tapback(number("type"), member(&one, "emoji").as_deref());
                        message.extras_mut().react(Reaction { reaction, by, count: None });
                    }
                }
                _ => {}
            }
        }
    }

    fn kind(&self, columns: &Columns<'_>, retracted: bool, message: &mut Message<'_>, out: &mut Output<'_>) {
        let files = message.extras.as_ref().is_some_and(|extras| !extras.attachments.is_empty());
        let nothing = message.text.is_empty() && !files;
        message.kind = match columns {
            Columns { item_type: 6, .. } => Kind::Call,
            Columns { item_type: 1.., .. } => Kind::System,
            _ if columns.is_tapback() => Kind::System,
            _ if retracted && nothing => Kind::Deleted,
            Columns { from_me: true, is_sent: false, error: 1.., .. } => Kind::Unsent,
            _ if files => Kind::Media,
            Columns { app: Some(app), .. } if app.ends_with(":com.apple.messages.Polls") => Kind::Poll,
            _ if nothing => Kind::Withheld,
            _ => Kind::Text,
        };
        if matches!(message.kind, Kind::System | Kind::Call) && message.text.is_empty() {
            message.text = Text::decoded(self.announcement(columns, out));
        }
    }

    /// What happened, in words: the database has only numbers for it.
    fn announcement(&self, columns: &Columns<'_>, out: &Output<'_>) -> String {
        let other = self.handles.get(&columns.other_handle).and_then(|id| out.directory.participant(*id));
        let other = other.map_or(Cow::Borrowed("an account that is not named"), Participant::label);
        match (columns.item_type, columns.action) {
            _ if columns.is_tapback() => tapback(columns.about_sort, columns.emoji.as_deref()),
            (1, 0) => format!("added {other} to the conversation"),
            (1, 1) => format!("removed {other} from the conversation"),
            (2, _) => match &columns.title {
                Some(title) => format!("named the conversation “{title}”"),
                None => "removed the name of the conversation".to_owned(),
            },
            (3, 0) => "left the conversation".to_owned(),
            (3, 1) => "changed the picture of the group".to_owned(),
            (3, 2) => "removed the picture of the group".to_owned(),
            (4, _) => "began or ended to share where they are".to_owned(),
            (5, _) => "kept an audio message".to_owned(),
            (6, _) => "a FaceTime call".to_owned(),
            (item, action) => format!("an event of item_type {item}, group_action_type {action}"),
        }
    }
}

/// The account whose device the database is from.
fn own(columns: &Columns<'_>, out: &mut Output<'_>) -> ParticipantId {
    let account = columns.account.as_deref();
    // `E:` before an address of e-mail, `P:` before a telephone number.
    let account = account.map(|account| account.split_once(':').map_or(account, |(_, address)| address));
    let handle = columns.own_address.as_deref().or(account).filter(|handle| !handle.is_empty());
    out.directory.intern_participant(Participant {
        display_name: None,
        handle: handle.map(str::to_owned),
        platform_id: None,
        exporter: true,
    })
}

fn attachment(file: &Value<'_>) -> Attachment {
    let size = file.get("total_bytes").and_then(|size| size.integer_or_digits());
    Attachment {
        // The name as sent is what people know it by; the path is where it lies.
        name: member(file, "filename").or_else(|| member(file, "transfer_name")),
        sort: member(file, "mime_type").or_else(|| member(file, "uti")),
        size: size.and_then(|size| u64::try_from(size).ok()),
        left_out: None,
        embedded: None,
    }
}

/// The text, where the column for it is empty.
fn body(columns: &Columns<'_>, line: &Value<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
    let Some(body) = columns.body.as_ref().filter(|_| message.text.is_empty()) else { return };
    let archive = blob(body);
    if let Some(text) = archive.as_deref().and_then(stream::text) {
        message.text = Text::decoded(text);
        return;
    }
    let rowid = columns.rowid.unwrap_or_default();
    let len = archive.map_or(0, |archive| archive.len());
    let note = format!(
        "message {rowid}: attributedBody ({len} bytes) is no attributed string in a typedstream; the message is \
         shown without a text"
    );
    out.warn(WarningKind::Unknown, line.span(), note);
    message.extras_mut().detail("attributedBody", shortened(body));
}

/// Which message it answers, or is put on.
fn relations(columns: &Columns<'_>, message: &mut Message<'_>) {
    let extras = message.extras_mut();
    if let Some(about) = &columns.about {
        extras.reply_to = Some(bare(about).to_owned());
        extras.detail("associated_message_type", columns.about_sort.to_string());
        if let Some(part) = about.strip_suffix(bare(about)).filter(|part| !part.is_empty()) {
            extras.detail("associated_message_part", part);
        }
    } else {
        extras.reply_to.clone_from(&columns.thread);
    }
    // Set on every message of a chat to the one before: no answer by itself.
    if let Some(before) = columns.reply_to.as_ref().filter(|before| Some(*before) != columns.thread.as_ref())
    {
        extras.detail("reply_to_guid", before.clone());
    }
    if let Some(app) = &columns.app {
        extras.detail("balloon_bundle_id", app.clone());
    }
    if columns.is_empty {
        extras.detail("is_empty", "1");
    }
}

/// A message's GUID without the part of it that is meant: `p:0/GUID`, `bp:GUID`.
pub(super) fn bare(about: &str) -> &str {
    let bare = about.rsplit_once('/').map_or(about, |(_, guid)| guid);
    bare.strip_prefix("bp:").unwrap_or(bare)
}

/// Earlier versions and parts that were taken back. Says whether anything was.
fn history(columns: &Columns<'_>, message: &mut Message<'_>) -> bool {
    if columns.edited != 0 {
        message.extras_mut().edited = Some(Edited { at: Some(time_of(columns.edited)) });
    }
    if columns.retracted != 0 {
        message.extras_mut().detail("date_retracted", time_of(columns.retracted));
    }
    let mut retracted = columns.retracted != 0;
    let bytes = columns.summary.as_ref().and_then(blob).unwrap_or_default();
    let Some(list) = Plist::of(&bytes) else { return retracted };
    let Some(top) = list.top() else { return retracted };
    for part in list.get(top, b"rp").into_iter().flat_map(|parts| list.elements(parts)) {
        if let Item::Integer(part) = part {
            message.extras_mut().detail("retracted_part", part.to_string());
            retracted = true;
        }
    }
    for (part, versions) in list.get(top, b"ec").into_iter().flat_map(|parts| list.members(parts)) {
        for version in list.elements(versions) {
            let text = match list.get(version, b"t") {
                Some(Item::Data(archive)) => stream::text(archive),
                Some(Item::Ascii(text)) => Some(String::from_utf8_lossy(text).into_owned()),
                _ => None,
            };
            // The last version is the message itself.
            if text.as_deref() == Some(&*message.text.value) {
                continue;
            }
            let when = match list.get(version, b"d") {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "a count of seconds; what is beyond is no time"
                )]
                Some(Item::Real(seconds)) => time_of(seconds as i64),
                Some(Item::Integer(count)) => time_of(count),
                _ => String::new(),
            };
            let text = text.unwrap_or_else(|| "(not understood)".to_owned());
            let part = String::from_utf8_lossy(part);
            let extras = message.extras_mut();
            extras.edited.get_or_insert(Edited { at: None });
            extras.detail("before_edit", text);
            extras.detail("before_edit_part", part.into_owned());
            extras.detail("before_edit_at", when);
        }
    }
    retracted
}

/// What a tapback says.
fn tapback(sort: i64, emoji: Option<&str>) -> String {
    let name = match sort % 1000 {
        0 => "Loved",
        1 => "Liked",
        2 => "Disliked",
        3 => "Laughed at",
        4 => "Emphasized",
        5 => "Questioned",
        6 => emoji.unwrap_or("an emoji"),
        7 => "a sticker",
        _ => "a tapback",
    };
    if sort >= 3000 { format!("took back: {name}") } else { name.to_owned() }
}

/// The bytes that hexadecimal digits stand for.
fn blob(value: &Value<'_>) -> Option<Vec<u8>> {
    let words = value.words()?;
    let digits = words.as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    if digits.len() % 2 != 0 {
        return None;
    }
    digits.chunks_exact(2).map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}

/// The time that a row counts to.
fn instant(count: i64) -> Option<(Timestamp, Precision)> {
    let (since, precision) = if count.unsigned_abs() >= NANOSECONDS_FROM {
        (SignedDuration::from_nanos(count), Precision::Millisecond)
    } else {
        (SignedDuration::from_secs(count), Precision::Second)
    };
    let epoch = Timestamp::from_second(EPOCH).ok()?;
    Some((epoch.checked_add(since).ok()?, precision))
}

/// The same, written out.
fn time_of(count: i64) -> String {
    instant(count).map_or_else(|| count.to_string(), |(at, _)| at.to_string())
}

fn sent<'a>(date: Option<&Value<'a>>, out: &mut Output<'_>) -> Sent<'a> {
    let Some(date) = date.filter(|date| date.integer() != Some(0)) else { return Sent::MISSING };
    let written = date.number_text().map_or_else(Text::default, |text| Text::verbatim(text, date.span()));
    if let Some((at, precision)) = date.integer().and_then(instant) {
        return Sent { written, reading: Reading::Instant(at, ZoneBasis::Epoch), precision };
    }
    let note = format!("expected a count since 2001 as the time, found {}", shortened(date));
    out.warn(WarningKind::ImpossibleTime, date.span(), note);
    Sent { written, reading: Reading::Impossible, precision: Precision::Second }
}
