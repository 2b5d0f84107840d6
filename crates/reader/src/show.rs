//! Rows and messages as the page is told of them.

use jiff::tz::TimeZone;
use transcript::{Attachment, Extras, Message, Participant};

use crate::fold::Mapped;
use crate::room::Room;
use crate::source::Source;
use crate::view::Slot;
use crate::words::{self, time_facts, understood};
use crate::{MessageId, MessageRow, Notice, ROW_CHARACTERS, Row, WholeMessage};

/// How much of bytes that are not understood is shown in their row, in bytes.
const NOTICE_BYTES: usize = 400;
/// How much of an answered message is shown with its answer, in characters.
const ANSWERED_CHARACTERS: usize = 80;

/// A row of a view in which these words, folded already, are looked for.
pub(crate) fn row(room: &Room, slot: Slot, words: &[u8]) -> Option<Row> {
    match slot {
        Slot::Day(day) => {
            let (words, date) = words::day(day);
            Some(Row::Day { words, date })
        }
        Slot::Gap { source, number } => {
            let words = room.source(source.into())?.gaps.get(&number)?.clone();
            Some(Row::Gap { words })
        }
        Slot::Notice { source, number } => {
            notice(room.source(source.into())?, source, number).map(Row::Notice)
        }
        Slot::Message(place) => {
            let entry = room.order.entries.get(place as usize)?;
            let id = MessageId { source: entry.source.into(), number: entry.number };
            message(room, id, entry.key, words, ROW_CHARACTERS).map(Box::new).map(Row::Message)
        }
    }
}

fn notice(source: &Source, number: u16, noted: u32) -> Option<Notice> {
    let noted = source.notices.get(noted as usize)?;
    let mut text = String::new();
    if noted.unparsed {
        let bytes = noted.bytes.of(source.bytes()).unwrap_or_default();
        let shown = bytes.get(..NOTICE_BYTES).unwrap_or(bytes);
        text = String::from_utf8_lossy(shown).into_owned();
    }
    let bytes = [noted.bytes.start(), noted.bytes.end()];
    Some(Notice { source: number.into(), unparsed: noted.unparsed, words: noted.words.clone(), bytes, text })
}

fn message(room: &Room, id: MessageId, key: i64, words: &[u8], most: usize) -> Option<MessageRow> {
    let source = room.source(id.source)?;
    let message = source.timeline.get(id.number as usize)?;
    let number = u16::try_from(id.source).ok()?;
    let (text, of_characters) = beginning(&message.text.value, most);
    let (understood, doubtful) = told_time(source, &message, room.zone.as_ref());
    let extras = message.extras.as_deref();
    let files: Vec<String> =
        extras.into_iter().flat_map(|extras| &extras.attachments).map(file_words).collect();
    let hit_in_files = files.iter().any(|file| !Mapped::of(file).find(words).is_empty());
    let (marks, distressing) = room.marks_on(id);
    Some(MessageRow {
        id,
        key,
        conversation: room.conversation(number, message.conversation.0),
        account: message.sender.and_then(|sender| room.account(number, sender.0)),
        written: message.sent.written.value.to_string(),
        understood,
        doubtful,
        kind: message.kind,
        hits: Mapped::of(text).find(words),
        text: text.to_owned(),
        of_characters,
        edited: extras
            .and_then(|extras| extras.edited.as_ref())
            .map(|edited| edited.at.clone().unwrap_or_default()),
        answers: extras.and_then(|extras| answered(source, extras)),
        files,
        hit_in_files,
        reactions: extras.map(|extras| reactions(source, extras)).unwrap_or_default(),
        marks,
        distressing,
    })
}

/// Everything about a message.
pub(crate) fn whole(room: &Room, id: MessageId) -> Option<WholeMessage> {
    let source = room.source(id.source)?;
    let found = source.timeline.get(id.number as usize)?;
    let key = room.order.entries.get(room.place_of(id)? as usize)?.key;
    let row = message(room, id, key, &[], usize::MAX)?;
    let written = found.sent.reading;
    let decided = source.decide(written);
    let stated = room.zone.as_ref().map_or(decided, |zone| decided.in_zone(zone));
    let mut time = vec![("As written".to_owned(), found.sent.written.value.to_string())];
    time.extend(time_facts(written, stated, room.zone.as_ref()));
    let account = found.sender.and_then(|sender| source.account(sender)).map(account_facts);
    let bytes = source.original(found.source);
    Some(WholeMessage {
        row,
        account: account.unwrap_or_default(),
        time,
        details: found.extras.as_deref().map(details).unwrap_or_default(),
        place: source.place(&found),
        bytes: [bytes.start(), bytes.end()],
    })
}

fn told_time(source: &Source, message: &Message<'_>, zone: Option<&TimeZone>) -> (String, bool) {
    let decided = source.decide(message.sent.reading);
    let stated = zone.map_or(decided, |zone| decided.in_zone(zone));
    understood(stated, message.sent.precision, zone)
}

/// So many characters of a text, and how many it has if that is not all.
fn beginning(text: &str, most: usize) -> (&str, Option<u64>) {
    match text.char_indices().nth(most) {
        Some((end, _)) => (text.get(..end).unwrap_or(text), Some(text.chars().count() as u64)),
        None => (text, None),
    }
}

fn answered(source: &Source, extras: &Extras) -> Option<String> {
    let id = extras.reply_to.as_deref()?;
    let Some(message) = source.with_id(id) else {
        return Some("a message that is not in this export".to_owned());
    };
    let who = message.sender.and_then(|sender| source.account(sender)).map(Participant::label);
    let (text, cut) = beginning(&message.text.value, ANSWERED_CHARACTERS);
    let dots = if cut.is_some() { "…" } else { "" };
    Some(format!("{}: {text}{dots}", who.unwrap_or_default()))
}

fn file_words(file: &Attachment) -> String {
    let mut words = file.name.clone().unwrap_or_else(|| "a file without a name".to_owned());
    let facts: Vec<String> = file
        .sort
        .iter()
        .cloned()
        .chain(file.size.map(|size| format!("{size} bytes")))
        .chain(file.left_out.iter().map(|left| format!("left out of the export: {left}")))
        .chain(file.embedded.map(|_| "inside the export".to_owned()))
        .collect();
    if !facts.is_empty() {
        words = format!("{words} ({})", facts.join("; "));
    }
    words
}

fn reactions(source: &Source, extras: &Extras) -> Vec<String> {
    let told = extras.reactions.iter().map(|reaction| {
        let who = reaction.by.and_then(|by| source.account(by)).map(Participant::label);
        match (who, reaction.count) {
            (Some(who), _) => format!("{} {who}", reaction.reaction),
            (None, Some(count)) => format!("{} × {count}", reaction.reaction),
            (None, None) => reaction.reaction.clone(),
        }
    });
    told.collect()
}

fn account_facts(account: &Participant) -> Vec<(String, String)> {
    let named = [
        ("Name shown", &account.display_name),
        ("Handle or number", &account.handle),
        ("Platform’s identifier", &account.platform_id),
    ];
    let mut facts: Vec<(String, String)> =
        named.into_iter().filter_map(|(label, value)| Some((label.to_owned(), value.clone()?))).collect();
    if account.exporter {
        facts.push(("Export".to_owned(), "Made by this account, as the export says".to_owned()));
    }
    facts
}

fn details(extras: &Extras) -> Vec<(String, String)> {
    let Extras { id, reply_to, edited, attachments: _, reactions: _, details } = extras;
    let named = [("Identifier", id), ("Answers the message", reply_to)];
    let named = named.into_iter().filter_map(|(label, value)| Some((label.to_owned(), value.clone()?)));
    let edited = edited.iter().map(|edited| {
        let at = edited.at.clone().unwrap_or_else(|| "yes; the export does not say when".to_owned());
        ("Edited".to_owned(), at)
    });
    named
        .chain(edited)
        .chain(details.iter().map(|detail| (detail.name.to_string(), detail.value.clone())))
        .collect()
}
