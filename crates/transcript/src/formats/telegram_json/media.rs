//! Files, places, contacts, polls and lists.

use super::message::further;
use super::{Draft, keep, rich};
use crate::json::Value;
use crate::{Attachment, Kind, Span};

/// How the sentences begin that stand in a file's place.
const SENTENCES: &[&str] = &[
    "(File not included",
    "(File unavailable",
    "(File exceeds",
    "(Photo not included",
    "(Photo unavailable",
    "(Photo exceeds",
    "(Video not included",
    "(Video unavailable",
    "(Video exceeds",
];

/// What a message carries beside its text.
#[derive(Debug, Default)]
pub(super) struct Media<'a> {
    photo: Option<Value<'a>>,
    photo_size: Option<Value<'a>>,
    file: Option<Value<'a>>,
    file_name: Option<Value<'a>>,
    file_size: Option<Value<'a>>,
    thumbnail: Option<Value<'a>>,
    thumbnail_size: Option<Value<'a>>,
    sort: Option<Value<'a>>,
    mime: Option<Value<'a>>,
    vcard: Option<Value<'a>>,
    vcard_size: Option<Value<'a>>,
    /// Length, width, performer and so on, in order.
    facts: Vec<(&'static str, Value<'a>)>,
    self_destructs: bool,
    contact: Option<Value<'a>>,
    location: Option<Value<'a>>,
    place_name: Option<Value<'a>>,
    address: Option<Value<'a>>,
    poll: Option<Value<'a>>,
    list: Option<Value<'a>>,
}

const FACTS: &[&str] = &[
    "sticker_emoji",
    "performer",
    "title",
    "duration_seconds",
    "width",
    "height",
    "media_spoiler",
    "self_destruct_period_seconds",
];

impl<'a> Media<'a> {
    /// Takes a field that is about media. One that stands twice is not taken again.
    pub(super) fn takes(&mut self, name: &str, value: &Value<'a>) -> bool {
        let place = match name {
            "photo" => &mut self.photo,
            "photo_file_size" => &mut self.photo_size,
            "file" => &mut self.file,
            "file_name" => &mut self.file_name,
            "file_size" => &mut self.file_size,
            "thumbnail" => &mut self.thumbnail,
            "thumbnail_file_size" => &mut self.thumbnail_size,
            "media_type" => &mut self.sort,
            "mime_type" => &mut self.mime,
            "contact_vcard" => &mut self.vcard,
            "contact_vcard_file_size" => &mut self.vcard_size,
            "contact_information" => &mut self.contact,
            "location_information" => &mut self.location,
            "place_name" => &mut self.place_name,
            "address" => &mut self.address,
            "poll" => &mut self.poll,
            "todo_list" => &mut self.list,
            _ => {
                let Some(fact) = FACTS.iter().find(|fact| **fact == name) else { return false };
                self.self_destructs |= *fact == "self_destruct_period_seconds";
                self.facts.push((fact, *value));
                return true;
            }
        };
        if place.is_some() {
            return false;
        }
        *place = Some(*value);
        true
    }

    /// Puts what was taken into the message.
    pub(super) fn give(self, draft: &mut Draft<'a>, mut left_out: impl FnMut(&str, Span)) {
        let service = draft.message.kind != Kind::Text;
        let mut any = false;
        let mut there = false;
        let mut file = |sort: &str, path: &Value<'a>, name: Option<&Value<'a>>, size: Option<&Value<'a>>| {
            let file = attachment(sort, path, name, size);
            if let Some(sentence) = &file.left_out {
                left_out(sentence, path.span());
            }
            any |= sort != "thumbnail";
            there |= sort != "thumbnail" && file.left_out.is_none() && file.name.is_some();
            file
        };
        let sort = self.sort.as_ref().or(self.mime.as_ref()).map(Value::plain);
        let files = [
            self.photo.map(|path| file("photo", &path, None, self.photo_size.as_ref())),
            self.file.map(|path| {
                let sort = sort.as_deref().unwrap_or("file");
                file(sort, &path, self.file_name.as_ref(), self.file_size.as_ref())
            }),
            self.vcard.map(|path| file("contact_vcard", &path, None, self.vcard_size.as_ref())),
            self.thumbnail.map(|path| file("thumbnail", &path, None, self.thumbnail_size.as_ref())),
        ];
        draft.extras.attachments.extend(files.into_iter().flatten());
        any |= self.sort.is_some();
        let mut detail = |name: &'static str, value: &Option<Value<'a>>, wanted: bool| {
            if let Some(value) = value.as_ref().filter(|_| wanted) {
                keep(name, value, &mut draft.extras);
            }
        };
        // What the attachments do not say already.
        detail("file_name", &self.file_name, true);
        detail("media_type", &self.sort, self.file.is_none());
        detail("mime_type", &self.mime, self.sort.is_some() || self.file.is_none());
        detail("photo_file_size", &self.photo_size, self.photo.is_none());
        detail("file_size", &self.file_size, self.file.is_none());
        detail("thumbnail_file_size", &self.thumbnail_size, self.thumbnail.is_none());
        detail("contact_vcard_file_size", &self.vcard_size, self.vcard.is_none());
        for (name, value) in &self.facts {
            keep(name, value, &mut draft.extras);
        }
        let kind = if self.self_destructs && !there { Kind::Withheld } else { Kind::Media };
        if !service && (any || self.self_destructs) {
            draft.message.kind = kind;
        }
        self.cards(draft, service);
    }

    /// A contact, a place, a poll, a list: in words too, where they are the message.
    fn cards(&self, draft: &mut Draft<'a>, service: bool) {
        let card = |kind: Kind, words: String, draft: &mut Draft<'a>| {
            if !service {
                draft.message.kind = kind;
                draft.say(&words);
            }
        };
        if let Some(contact) = &self.contact {
            card(Kind::Contact, members(contact, &["first_name", "last_name", "phone_number"], " "), draft);
            keep("contact_information", contact, &mut draft.extras);
        }
        let named = [&self.place_name, &self.address].map(|value| value.as_ref().map(Value::plain));
        if self.location.is_some() || self.place_name.is_some() {
            let words = named.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ");
            let place = match &self.location {
                Some(place) if words.is_empty() => members(place, &["latitude", "longitude"], ", "),
                _ => words,
            };
            card(Kind::Location, place, draft);
        }
        for (name, value) in [
            ("place_name", &self.place_name),
            ("address", &self.address),
            ("location_information", &self.location),
        ] {
            if let Some(value) = value {
                keep(name, value, &mut draft.extras);
            }
        }
        if let Some(poll) = &self.poll {
            card(Kind::Poll, poll_words(poll), draft);
            for answer in poll.get("answers").iter().flat_map(Value::array) {
                let part = |key| answer.get(key).map(|value| rich::words(&value)).unwrap_or_default();
                let number = answer.get("voters").map(|voters| voters.plain()).unwrap_or_default();
                let chosen = answer.get("chosen").and_then(|chosen| chosen.bool()) == Some(true);
                let mark = if chosen { ", chosen" } else { "" };
                draft.extras.detail("poll.answers", format!("{}: {number} voters{mark}", part("text")));
                further("poll.answers", &answer, &["text", "voters", "chosen"], &mut draft.extras);
            }
            further("poll", poll, &["question", "answers"], &mut draft.extras);
        }
        if let Some(list) = &self.list {
            let mut words = list.get("title").map(|title| rich::words(&title)).unwrap_or_default();
            for item in list.get("answers").iter().flat_map(Value::array) {
                words.push_str("\n- ");
                words.push_str(&item.get("text").map(|text| rich::words(&text)).unwrap_or_default());
            }
            card(Kind::Text, words, draft);
            keep("todo_list", list, &mut draft.extras);
        }
    }
}

fn poll_words(poll: &Value<'_>) -> String {
    let mut words = poll.get("question").map(|question| rich::words(&question)).unwrap_or_default();
    for answer in poll.get("answers").iter().flat_map(Value::array) {
        words.push_str("\n- ");
        words.push_str(&answer.get("text").map(|text| rich::words(&text)).unwrap_or_default());
    }
    words
}

fn members(value: &Value<'_>, keys: &[&str], between: &str) -> String {
    let parts: Vec<String> = keys.iter().filter_map(|key| value.get(key)).map(|part| part.plain()).collect();
    parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(between)
}

fn attachment(
    sort: &str,
    path: &Value<'_>,
    name: Option<&Value<'_>>,
    size: Option<&Value<'_>>,
) -> Attachment {
    let path = if path.is_null() { String::new() } else { path.plain() };
    let size = size.and_then(Value::integer_or_digits).and_then(|size| u64::try_from(size).ok());
    let sort = Some(sort.to_owned());
    let sentence = if path.ends_with(')') { path.rfind('(') } else { None };
    let sentence = sentence.filter(|at| {
        SENTENCES.iter().any(|words| path.get(*at..).is_some_and(|rest| rest.starts_with(words)))
    });
    let named = || name.map(Value::plain).filter(|name| !name.is_empty());
    match sentence.and_then(|at| path.split_at_checked(at)) {
        Some((before, sentence)) => {
            let before = before.trim_end();
            let name = if before.is_empty() { named() } else { Some(before.to_owned()) };
            Attachment { name, sort, size, left_out: Some(sentence.to_owned()), embedded: None }
        }
        None if path.is_empty() => Attachment { name: named(), sort, size, ..Attachment::default() },
        None => Attachment { name: Some(path), sort, size, ..Attachment::default() },
    }
}
