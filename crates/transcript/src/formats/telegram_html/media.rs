//! Files, calls, places, contacts and polls in a message.

use super::body::{Reading, Said};
use crate::{Attachment, Kind, Text};

/// Elements that hold a file and its picture, and what they hold.
const PICTURES: [(&[u8], &str); 4] = [
    (b"photo_wrap", "photo"),
    (b"sticker_wrap", "sticker"),
    (b"animated_wrap", "animation"),
    (b"video_file_wrap", "video_file"),
];

/// Reads a `media_wrap`.
pub(super) fn read<'a>(reading: &mut Reading<'_, 'a>, wrap: usize, said: &mut Said<'a>) {
    let tree = reading.tree;
    let poll = tree.find(tree.within(wrap), |element| element.has(b"media_poll"));
    if let Some(poll) = poll {
        return read_poll(reading, poll, said);
    }
    for (class, sort) in PICTURES {
        if let Some(link) = tree.find(tree.within(wrap), |element| element.has(class)) {
            said.kind = Kind::Media;
            let name = reading.attribute(link, b"href");
            let duration = tree.find(tree.within(link), |element| element.has(b"video_duration"));
            if let Some(duration) = duration {
                let words = reading.words(duration);
                said.extras.detail("duration", words);
            }
            said.extras.attach(Attachment { name, sort: Some(sort.to_owned()), ..Attachment::default() });
            return;
        }
    }
    let media = tree.find(tree.within(wrap), |element| element.has(b"media")).unwrap_or(wrap);
    generic(reading, media, said);
}

/// A block with a title, a description and a status.
fn generic<'a>(reading: &mut Reading<'_, 'a>, media: usize, said: &mut Said<'a>) {
    let tree = reading.tree;
    let class = tree.element(media).and_then(|element| element.attribute(b"class")).unwrap_or_default();
    let sort = class.split(u8::is_ascii_whitespace).find_map(|class| class.strip_prefix(b"media_"));
    let sort = sort.filter(|sort| *sort != b"wrap").map(|sort| String::from_utf8_lossy(sort).into_owned());
    let mut part = |name: &[u8]| {
        let found = tree.find(tree.within(media), |element| element.has(name))?;
        Some(reading.words(found)).filter(|words| !words.is_empty())
    };
    let (title, description, status) = (part(b"title"), part(b"description"), part(b"status"));
    let link = reading.attribute(media, b"href");
    let place =
        tree.find(tree.within(media), |element| element.has(b"description") || element.has(b"status"));
    let mut left =
        [("title", title.clone()), ("description", description.clone()), ("status", status.clone())];
    said.kind = match sort.as_deref().unwrap_or_default() {
        "call" => Kind::Call,
        "contact" => Kind::Contact,
        "location" | "live_location" | "venue" => {
            if let Some(place) = place.filter(|_| said.text.is_empty()) {
                said.text = reading.text(place);
                let shown = if description.is_some() { 1 } else { 2 };
                if let Some((_, taken)) = left.get_mut(shown) {
                    *taken = None;
                }
            }
            Kind::Location
        }
        "game" | "invoice" => said.kind,
        _ => {
            let gone = title.as_deref().is_some_and(|title| title.starts_with("Self-destructing"));
            let left_out = if gone { status } else { description.filter(|_| link.is_none()) };
            let name = link.clone().or_else(|| title.clone().filter(|_| sort.as_deref() == Some("file")));
            if left_out.is_some() {
                let taken = if gone { 2 } else { 1 };
                if let Some((_, taken)) = left.get_mut(taken) {
                    *taken = None;
                }
            }
            if name.is_some() && name == title {
                left[0].1 = None;
            }
            said.extras.attach(Attachment { name, sort, left_out, ..Attachment::default() });
            keep(said, left);
            said.kind = if gone { Kind::Withheld } else { Kind::Media };
            return;
        }
    };
    if let Some(link) = link {
        said.extras.detail("href", link);
    }
    keep(said, left);
}

fn keep(said: &mut Said<'_>, facts: [(&'static str, Option<String>); 3]) {
    for (name, value) in facts {
        if let Some(value) = value {
            said.extras.detail(name, value);
        }
    }
}

fn read_poll<'a>(reading: &mut Reading<'_, 'a>, poll: usize, said: &mut Said<'a>) {
    said.kind = Kind::Poll;
    let tree = reading.tree;
    let mut text = String::new();
    let parts: Vec<usize> = tree.children(poll).collect();
    for part in parts {
        if reading.is(part, b"question") {
            text += &reading.words(part);
        } else if reading.is(part, b"answer") {
            let votes = tree.find(tree.within(part), |element| element.has(b"details"));
            let all = reading.words(part);
            let votes = votes.map_or_else(String::new, |votes| reading.words(votes));
            let answer = all.strip_suffix(&*votes).unwrap_or(&all).trim_end();
            text.push('\n');
            text += answer;
            if !votes.is_empty() {
                said.extras
                    .detail("votes", format!("{}: {votes}", answer.strip_prefix("- ").unwrap_or(answer)));
            }
        } else if reading.is(part, b"total") {
            let words = reading.words(part);
            said.extras.detail("total", words);
        } else if reading.is(part, b"details") {
            let words = reading.words(part);
            said.extras.detail("poll", words);
        }
    }
    said.text = Text::decoded(text);
}
