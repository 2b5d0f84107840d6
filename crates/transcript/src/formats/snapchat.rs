//! Snapchat's "My Data": `chat_history.json` as it was until about 2023 and as it is since, and `snap_history.json`.

use super::kit::{
    Accounts, Once, Reader, Source, Unit, Zoneless, attachment, counted, has, keep, no_message, opens_with,
    says_nothing, unescaped, written_out,
};
use crate::format::{Certainty, Descriptor, Format};
use crate::json::{Kind as Json, Path, Step, Value, Visitor};
use crate::{Conversation, Kind, Message, Output, Participant, Precision, Reading, Sent, Span, WarningKind};

pub(super) const DESCRIPTORS: &[Descriptor] = &[Descriptor {
    format: Format::Snapchat,
    name: "Snapchat, My Data",
    streams: true,
    kept: "account names, times to the millisecond where stated, texts, sorts of message, media by identifier, status \
           lines, conversation titles",
    not_kept: "what neither side saved, of which the export has at most the time; that a message was saved is not \
               repeated, that it was not is",
    recognise,
    parser: || Box::new(Reader::new(Snapchat::default())),
}];

fn recognise(head: &[u8]) -> Option<(Certainty, String)> {
    if !opens_with(head, b'{') {
        return None;
    }
    for key in ["\"Received Saved Chat History\"", "\"Sent Saved Chat History\""] {
        if has(head, &[key]) {
            return Some((Certainty::Marked, format!("the list {key}")));
        }
    }
    (has(head, &["\"Media Type\"", "\"Created\"", "\"From\""]) && has(head, &["\"IsSender\""]))
        .then(|| (Certainty::Marked, "messages with Media Type, Created and IsSender".to_owned()))
}

#[derive(Debug, Default)]
struct Snapchat {
    accounts: Accounts,
    once: Once,
}

/// The lists of the older shape, by what their names end with.
fn is_older(list: &str) -> bool {
    list.ends_with("Chat History") && (list.starts_with("Received ") || list.starts_with("Sent "))
}

/// What a name says, if it says anything.
fn name(value: Option<Value<'_>>) -> Option<std::borrow::Cow<'_, str>> {
    value?.words().filter(|name| !name.is_empty())
}

/// What is found in one message before it is put together.
#[derive(Default)]
struct Found<'a> {
    from: Option<Value<'a>>,
    to: Option<Value<'a>>,
    title: Option<Value<'a>>,
    created: Option<Value<'a>>,
    micros: Option<Value<'a>>,
    sort: Option<Value<'a>>,
    mine: Option<bool>,
}

impl Visitor for Snapchat {
    fn visit(&mut self, path: &Path<'_>, kind: Json) -> Step {
        if path.is("") || path.is("/*") && kind == Json::Array {
            Step::Descend
        } else if path.is("/*/#") {
            Step::Take
        } else {
            Step::Skip
        }
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        if value.kind() != Json::Object {
            return no_message(&value, out);
        }
        let list = path.key_at(0).unwrap_or_default();
        let older = is_older(list);
        let place = path.place(out);
        let nowhere = crate::ConversationId(0);
        let mut message = Message::bare(value.span(), place, nowhere, Sent::MISSING);
        let mut found = Found { mine: older.then(|| list.starts_with("Sent ")), ..Found::default() };
        for (key, value) in value.object() {
            self.field(&key, value, older, &mut message, &mut found, out);
        }
        message.sent = found.sent(value.span(), &mut message, out);
        self.people(list, older, &found, &mut message, out);
        self.sort(&found, &mut message, out);
        out.message(&message);
    }
}

impl Source for Snapchat {}

impl Snapchat {
    fn field<'a>(
        &mut self,
        key: &str,
        value: Value<'a>,
        older: bool,
        message: &mut Message<'a>,
        found: &mut Found<'a>,
        out: &mut Output<'_>,
    ) {
        match key {
            "From" => found.from = Some(value),
            "To" => found.to = Some(value),
            "Conversation Title" => found.title = Some(value),
            "Created" => found.created = Some(value),
            "Created(microseconds)" => found.micros = Some(value),
            "Media Type" => found.sort = Some(value),
            "IsSender" => found.mine = value.bool(),
            "Text" | "Content" => match value.string() {
                Some(text) if message.text.is_empty() => {
                    message.text = if older { unescaped(text, value.span(), out) } else { text };
                }
                _ => keep(key, &value, message),
            },
            "IsSaved" => {
                if value.bool() == Some(false) {
                    message.extras_mut().detail("IsSaved", "false");
                }
            }
            "Media IDs" => {
                let words = value.words().unwrap_or_default();
                for id in words.split(" | ").filter(|id| !id.is_empty()) {
                    let sort = "Media ID";
                    message.extras_mut().attach(attachment(Some(id.to_owned()), sort));
                }
            }
            _ => self.once.unknown_field(key, &value, message, out),
        }
    }

    fn people(
        &mut self,
        list: &str,
        older: bool,
        found: &Found<'_>,
        message: &mut Message<'_>,
        out: &mut Output<'_>,
    ) {
        let mine = found.mine == Some(true);
        let from = name(found.from);
        message.sender = match (&from, found.from) {
            (Some(from), Some(value)) => {
                let raw = [value.raw(), if mine { b"1" } else { b"0" }].concat();
                Some(self.accounts.of(&raw, out, || Participant {
                    handle: Some(from.to_string()),
                    exporter: mine,
                    ..Participant::default()
                }))
            }
            // The older shape does not name the account that made the export.
            _ if mine => {
                Some(self.accounts.of(b"", out, || Participant { exporter: true, ..Participant::default() }))
            }
            _ => None,
        };
        let conversation = if older {
            let other = if mine { name(found.to) } else { from };
            if !mine && let Some(to) = name(found.to) {
                message.extras_mut().detail("To", to);
            }
            Conversation { title: other.map(std::borrow::Cow::into_owned), ..Conversation::default() }
        } else {
            let title = name(found.title).map(std::borrow::Cow::into_owned);
            Conversation { title, platform_id: Some(list.to_owned()), sort: None }
        };
        message.conversation = out.directory.intern_conversation(conversation);
    }

    fn sort(&mut self, found: &Found<'_>, message: &mut Message<'_>, out: &mut Output<'_>) {
        let words = !message.text.is_empty();
        let files = message.extras.as_ref().is_some_and(|extras| !extras.attachments.is_empty());
        let bare = if words { Kind::Text } else { Kind::Withheld };
        let Some(value) = found.sort.filter(|value| !says_nothing(value)) else {
            message.kind = if files { Kind::Media } else { bare };
            return;
        };
        let sort = value.plain();
        message.kind = match &*sort {
            "TEXT" if files => Kind::Media,
            "TEXT" => {
                message.kind = bare;
                return;
            }
            "LOCATION" => Kind::Location,
            "MEDIA" | "IMAGE" | "VIDEO" | "PHOTO" | "STICKER" | "NOTE" | "SHARE" | "SHARESAVEDSTORY" => {
                Kind::Media
            }
            call if call.starts_with("STATUSCALL") => Kind::Call,
            status if status.starts_with("STATUS") => Kind::System,
            _ => {
                self.once.unknown_sort("Media Type", &sort, value.span(), out);
                if files { Kind::Media } else { bare }
            }
        };
        message.extras_mut().detail("Media Type", sort);
    }
}

impl<'a> Found<'a> {
    /// The time: the count where it and the words agree, for it is finer; else the words, for they name their zone.
    fn sent(&self, at: Span, message: &mut Message<'a>, out: &mut Output<'_>) -> Sent<'a> {
        let created = self.created.filter(|value| !says_nothing(value));
        let words = created.map(|value| written_out(&value, Zoneless::Utc, out));
        let micros = self.micros.filter(|value| value.integer_or_digits().is_some_and(|count| count != 0));
        let Some(value) = micros else { return words.unwrap_or(Sent::MISSING) };
        // The name says microseconds; what is written are milliseconds, or one day may be microseconds.
        let unit = match value.integer_or_digits() {
            Some(count) if count.unsigned_abs() < 100_000_000_000_000 => Unit::Millis,
            _ => Unit::Micros,
        };
        let count = counted(&value, unit, out);
        let Some(words) = words else { return count };
        if let (Reading::Instant(one, _), Reading::Instant(other, _)) = (words.reading, count.reading)
            && one.as_second() == other.as_second()
        {
            return Sent { precision: Precision::Millisecond, ..count };
        }
        if let (Reading::Instant(..), Reading::Instant(other, _)) = (words.reading, count.reading) {
            let note = format!(
                "Created says {}, Created(microseconds) says {other}; the first is shown",
                words.written.value
            );
            out.warn(WarningKind::Contradiction, at, note);
        }
        message.extras_mut().detail("Created(microseconds)", value.plain());
        if matches!(words.reading, Reading::Instant(..)) { words } else { count }
    }
}
