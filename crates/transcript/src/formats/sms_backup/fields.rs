//! What the fields of a message mean, and who is behind an address.

use std::collections::HashSet;

use super::{Notes, Output, Precision, Reading, Sent, Span, Text, WarningKind, Window};
use crate::markup::{Attribute, Dialect, decode};
use crate::names::Names;
use crate::{Conversation, ConversationId, Extras, Participant, ParticipantId};

/// Values that say nothing: an absent one, and the one that Android's table has unless something set it.
pub(super) const SMS_QUIET: &[(&[u8], &[u8])] = &[
    (b"protocol", b"0"),
    (b"status", b"-1"),
    (b"read", b"1"),
    (b"locked", b"0"),
    (b"sub_id", b"-1"),
    (b"readable_date", b"*"),
    (b"toa", b"*"),
    (b"sc_toa", b"*"),
];

pub(super) const CALL_QUIET: &[(&[u8], &[u8])] =
    &[(b"readable_date", b"*"), (b"presentation", b"1"), (b"subscription_id", b"-1")];

pub(super) const MMS_QUIET: &[(&[u8], &[u8])] = &[
    (b"readable_date", b"*"),
    (b"read", b"1"),
    (b"locked", b"0"),
    (b"sub_id", b"-1"),
    (b"m_type", b"128"),
    (b"m_type", b"132"),
    (b"msg_box", b"1"),
    (b"msg_box", b"2"),
    (b"rr", b"*"),
    (b"ct_t", b"*"),
    (b"ct_l", b"*"),
    (b"ct_cls", b"*"),
    (b"read_status", b"*"),
    (b"seen", b"*"),
    (b"sub_cs", b"*"),
    (b"resp_st", b"*"),
    (b"resp_txt", b"*"),
    (b"retr_st", b"*"),
    (b"retr_txt", b"*"),
    (b"retr_txt_cs", b"*"),
    (b"d_tm", b"*"),
    (b"d_rpt", b"*"),
    (b"rpt_a", b"*"),
    (b"text_only", b"*"),
    (b"exp", b"*"),
    (b"st", b"*"),
    (b"pri", b"*"),
    (b"v", b"*"),
    (b"m_cls", b"*"),
    (b"m_size", b"*"),
    (b"tr_id", b"*"),
    (b"_id", b"*"),
    (b"creator", b"*"),
    (b"spam_report", b"*"),
    (b"safe_message", b"*"),
];

/// Whether a field says that there is nothing.
pub(super) fn is_null(value: &[u8]) -> bool {
    matches!(value, b"" | b"null")
}

/// Keeps a field as a detail, unless it says nothing.
pub(super) fn detail(
    extras: &mut Option<Extras>,
    attribute: Attribute<'_>,
    quiet: &[(&[u8], &[u8])],
    notes: &mut Notes,
) {
    let Attribute { name, value } = attribute;
    if is_null(value)
        || quiet.iter().any(|&(known, usual)| known == name && (usual == b"*" || usual == value))
    {
        return;
    }
    let value = decode(value, Dialect::Xml, notes).into_owned();
    extras.get_or_insert_default().detail(String::from_utf8_lossy(name).into_owned(), value);
}

/// The time that a `date` field means: milliseconds since 1970, and in some apps seconds.
pub(super) fn sent<'a>(window: &Window<'a>, date: Option<&'a [u8]>) -> (Sent<'a>, Seconds) {
    let Some(raw) = date.filter(|raw| !raw.is_empty()) else { return (Sent::MISSING, Seconds(false)) };
    let mut notes = Notes::default();
    let value = decode(raw, Dialect::Xml, &mut notes);
    let at = matches!(value, std::borrow::Cow::Borrowed(_)).then(|| window.span_of(raw));
    let (reading, precision, seconds) = read_date(&value);
    (Sent { written: Text { value, at }, reading, precision }, seconds)
}

/// Whether a time is in seconds where milliseconds are the rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seconds(pub(super) bool);

/// The milliseconds before which a `date` would be in the first three years of 1970, before any text message: such
/// numbers are seconds.
const TOO_EARLY: i64 = 100_000_000_000;

pub(super) fn read_date(value: &str) -> (Reading, Precision, Seconds) {
    match value.trim().parse::<i64>() {
        Ok(0) => (Reading::Missing, Precision::Second, Seconds(false)),
        Ok(seconds @ 1..TOO_EARLY) => (Reading::epoch_seconds(seconds), Precision::Second, Seconds(true)),
        Ok(millis) => (Reading::epoch_millis(millis), Precision::Millisecond, Seconds(false)),
        Err(_) if value == "null" => (Reading::Missing, Precision::Second, Seconds(false)),
        Err(_) => (Reading::Impossible, Precision::Second, Seconds(false)),
    }
}

/// The accounts and conversations of a file, by address and name as written.
#[derive(Debug, Default)]
pub(super) struct People {
    key: Vec<u8>,
    conversations: Names<ConversationId>,
    senders: Names<ParticipantId>,
}

impl People {
    fn key(&mut self, address: &[u8], contact: &[u8]) {
        self.key.clear();
        self.key.extend_from_slice(address);
        self.key.push(0);
        self.key.extend_from_slice(contact);
    }

    /// The conversation with an address.
    pub(super) fn conversation(
        &mut self,
        address: &[u8],
        contact: &[u8],
        notes: &mut Notes,
        out: &mut Output<'_>,
    ) -> ConversationId {
        self.key(address, contact);
        self.conversations.get(&self.key, || {
            let sort = address.contains(&b'~').then(|| "group".to_owned());
            let (title, platform_id) = (name(contact, notes), known(address, notes));
            out.directory.intern_conversation(Conversation { title, platform_id, sort })
        })
    }

    /// The account at an address; nobody where there is no address, or several.
    pub(super) fn sender(
        &mut self,
        address: &[u8],
        contact: &[u8],
        notes: &mut Notes,
        out: &mut Output<'_>,
    ) -> Option<ParticipantId> {
        if address.contains(&b'~') || (is_null(address) && name(contact, notes).is_none()) {
            return None;
        }
        self.key(address, contact);
        Some(self.senders.get(&self.key, || {
            let (display_name, handle) = (name(contact, notes), known(address, notes));
            out.directory.intern_participant(Participant { display_name, handle, ..Participant::default() })
        }))
    }

    /// The account whose telephone it is.
    pub(super) fn owner(&mut self, out: &mut Output<'_>) -> ParticipantId {
        self.senders.get(b"\0\0", || {
            out.directory.intern_participant(Participant { exporter: true, ..Participant::default() })
        })
    }
}

fn known(value: &[u8], notes: &mut Notes) -> Option<String> {
    (!is_null(value)).then(|| decode(value, Dialect::Xml, notes).into_owned())
}

/// A name of the address book. "(Unknown)" is the app's word for none.
fn name(contact: &[u8], notes: &mut Notes) -> Option<String> {
    known(contact, notes).filter(|name| name != "(Unknown)")
}

/// What is said once of a file.
#[derive(Debug, Default)]
pub(super) struct Faults {
    joined: bool,
    seconds: bool,
    unknown: HashSet<String>,
}

impl Faults {
    /// Warns of what was odd in a message's texts.
    pub(super) fn report(&mut self, notes: Notes, at: Span, out: &mut Output<'_>) {
        notes.warn(at, out);
        if notes.joined && !self.joined {
            self.joined = true;
            let note = "characters written as two references to halves of a surrogate pair, which XML does not allow, \
                        are joined here and in the rest of the file";
            out.warn(WarningKind::InvalidEscape, at, note);
        }
    }

    /// Warns of an odd time.
    pub(super) fn dated<'a>(
        &mut self,
        dated: (Sent<'a>, Seconds),
        at: Span,
        out: &mut Output<'_>,
    ) -> Sent<'a> {
        let (sent, Seconds(seconds)) = dated;
        let written = &sent.written.value;
        if matches!(sent.reading, Reading::Impossible) {
            let note = format!("date {written:?} is not a number of milliseconds since 1970");
            out.warn(WarningKind::ImpossibleTime, at, note);
        }
        if seconds && !self.seconds {
            self.seconds = true;
            let note = format!(
                "date {written:?} is read as seconds, here and in the rest of the file: as milliseconds it would be \
                 in the year {}",
                if written.len() < 11 { 1970 } else { 1971 }
            );
            out.warn(WarningKind::MixedStyles, at, note);
        }
        sent
    }

    /// Warns of a value that is not known, once for each.
    pub(super) fn unknown(
        &mut self,
        out: &mut Output<'_>,
        at: Span,
        field: &str,
        value: &[u8],
        expected: &str,
    ) {
        let note = format!("{field} {:?}: expected {expected}", String::from_utf8_lossy(value));
        if self.unknown.len() < 1000 && self.unknown.insert(note.clone()) {
            out.warn(WarningKind::Unknown, at, note);
        }
    }
}
