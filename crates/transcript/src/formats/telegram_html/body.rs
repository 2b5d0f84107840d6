//! One message's element.

use super::{media, time};
use crate::markup::{Dialect, Element, Gather, Notes, Tree, decode};
use crate::{Extras, Kind, Precision, Sent, Text, Window};

/// What an element says.
#[derive(Debug)]
pub(super) struct Said<'a> {
    pub(super) service: bool,
    pub(super) from: Option<String>,
    pub(super) via: Option<String>,
    pub(super) forwarded: Forwarded,
    pub(super) sent: Sent<'a>,
    pub(super) kind: Kind,
    pub(super) text: Text<'a>,
    pub(super) extras: Extras,
    pub(super) reactions: Vec<(String, Option<String>, Option<u64>)>,
    pub(super) notes: Notes,
    pub(super) unknown: Vec<Vec<u8>>,
}

/// Whether a message is a forwarded one.
#[derive(Debug, Default)]
pub(super) enum Forwarded {
    #[default]
    No,
    /// From somebody, at some time.
    From(String, Option<String>),
    /// From the same as the message before.
    Joined,
}

impl Forwarded {
    pub(super) fn take(&mut self) -> Self {
        std::mem::take(self)
    }
}

pub(super) enum Service<'a> {
    Heading(Option<String>),
    Message(Box<Said<'a>>),
}

/// An element that is being read.
pub(super) struct Reading<'t, 'a> {
    pub(super) tree: &'t Tree<'a>,
    pub(super) window: &'t Window<'a>,
    pub(super) notes: Notes,
    pub(super) unknown: Vec<Vec<u8>>,
}

impl<'a> Reading<'_, 'a> {
    fn empty(&self) -> Said<'a> {
        let id = self.tree.element(0).and_then(|element| element.attribute(b"id"));
        let id = id.map(|id| String::from_utf8_lossy(id.strip_prefix(b"message").unwrap_or(id)).into_owned());
        Said {
            service: false,
            from: None,
            via: None,
            forwarded: Forwarded::No,
            sent: Sent::MISSING,
            kind: Kind::Text,
            text: Text::EMPTY,
            extras: Extras { id: id.filter(|id| !id.is_empty()), ..Extras::default() },
            reactions: Vec::new(),
            notes: Notes::default(),
            unknown: Vec::new(),
        }
    }

    pub(super) fn service(mut self) -> Service<'a> {
        let mut said = self.empty();
        said.service = true;
        said.kind = Kind::System;
        let body = self.tree.find(self.tree.within(0), |element| element.has(b"body"));
        if let Some(body) = body {
            said.text = self.text(body);
            self.links(body, &mut said.extras);
        }
        let words = said.text.value.trim();
        if time::is_heading(words) {
            return Service::Heading(Some(words.to_owned()));
        }
        if words == "No exported messages" {
            return Service::Heading(None);
        }
        if words.starts_with("This message is not supported") {
            said.kind = Kind::Withheld;
        }
        let photo = self.tree.find(self.tree.within(0), |element| element.has(b"userpic_link"));
        if let Some(href) = photo.and_then(|photo| self.attribute(photo, b"href")) {
            said.extras.attach(crate::Attachment {
                name: Some(href),
                sort: Some("photo".to_owned()),
                ..crate::Attachment::default()
            });
        }
        (said.notes, said.unknown) = (self.notes, self.unknown);
        Service::Message(Box::new(said))
    }

    pub(super) fn message(mut self) -> Said<'a> {
        let mut said = self.empty();
        let body = self.tree.children(0).find(|&child| self.is(child, b"body")).unwrap_or(0);
        self.body(body, &mut said);
        (said.notes, said.unknown) = (self.notes, self.unknown);
        said
    }

    /// The parts of a message's body, and of the body of a forwarded one in it.
    fn body(&mut self, body: usize, said: &mut Said<'a>) {
        let mut parts: Vec<usize> = self.tree.children(body).collect();
        parts.reverse();
        let mut forwarded = false;
        while let Some(part) = parts.pop() {
            let Some(element) = self.tree.element(part) else {
                self.stray(part, said);
                continue;
            };
            if element.has(b"forwarded") && element.has(b"body") {
                forwarded = true;
                said.forwarded = Forwarded::Joined;
                let mut inner: Vec<usize> = self.tree.children(part).collect();
                inner.reverse();
                parts.extend(inner);
            } else if element.has(b"date") {
                said.sent = self.sent(&element);
            } else if element.has(b"from_name") {
                self.name(part, forwarded, said);
            } else if element.has(b"userpic_wrap") {
            } else if element.has(b"reply_to") {
                self.reply(part, said);
            } else if element.has(b"media_wrap") {
                media::read(self, part, said);
            } else if element.has(b"text") {
                if said.text.is_empty() {
                    said.text = self.text(part);
                } else {
                    let more = self.words(part);
                    said.extras.detail("text", more);
                }
                self.links(part, &mut said.extras);
            } else if element.has(b"signature") {
                let words = self.words(part);
                said.extras.detail("signature", words);
            } else if element.has(b"reactions") {
                self.reactions(part, said);
            } else if element.has(b"bot_buttons_table") {
                self.buttons(part, said);
            } else {
                let words = self.words(part);
                let class = element.attribute(b"class").unwrap_or(element.name);
                said.extras.detail(String::from_utf8_lossy(class).into_owned(), words);
                self.unknown.push(class.to_vec());
            }
        }
    }

    /// Text between the parts of a body, where none should be.
    fn stray(&mut self, part: usize, said: &mut Said<'a>) {
        let mut gather = Gather::default();
        self.tree.add(part, &mut gather, &mut self.notes);
        let words = gather.as_str().trim();
        if !words.is_empty() {
            said.extras.detail("body", words);
            self.unknown.push(b"body".to_vec());
        }
    }

    fn sent(&self, element: &Element<'a>) -> Sent<'a> {
        let Some(title) = element.attribute(b"title") else { return Sent::MISSING };
        let mut notes = self.notes;
        let value = decode(title, Dialect::Html, &mut notes);
        let at = matches!(value, std::borrow::Cow::Borrowed(_)).then(|| self.window.span_of(title));
        let reading = time::read(&value);
        Sent { written: Text { value, at }, reading, precision: Precision::Second }
    }

    fn name(&mut self, part: usize, forwarded: bool, said: &mut Said<'a>) {
        let span = self.tree.find(self.tree.within(part), |element| element.has(b"date"));
        let mut gather = Gather::default();
        let end = span.unwrap_or_else(|| self.tree.end(part));
        for index in part + 1..end {
            self.tree.add(index, &mut gather, &mut self.notes);
        }
        let all = gather.as_str().trim();
        let (name, via) = match all.rsplit_once(" via @") {
            Some((name, bot)) if !bot.contains(' ') => (name.trim_end(), Some(format!("@{bot}"))),
            _ => (all, None),
        };
        said.via = via.or(said.via.take());
        if forwarded {
            let date =
                span.and_then(|span| self.attribute(span, b"title")).or_else(|| span.map(|s| self.words(s)));
            said.forwarded = Forwarded::From(name.to_owned(), date);
        } else {
            said.from = Some(name.to_owned());
        }
    }

    fn reply(&mut self, part: usize, said: &mut Said<'a>) {
        let link = self.tree.find(self.tree.within(part), |element| element.is(b"a"));
        let href = link.and_then(|link| self.attribute(link, b"href"));
        if let Some((_, id)) = href.as_deref().and_then(|href| href.split_once("go_to_message")) {
            said.extras.reply_to = Some(id.to_owned());
        } else {
            let words = self.words(part);
            said.extras.detail("reply_to", words);
        }
    }

    fn reactions(&mut self, part: usize, said: &mut Said<'a>) {
        let one = |element: &Element<'_>| element.has(b"reaction");
        let mut from = part + 1;
        while let Some(reaction) = self.tree.find(from..self.tree.end(part), one) {
            let within = self.tree.within(reaction);
            from = within.end.max(reaction + 1);
            let find = |class: &[u8]| self.tree.find(within.clone(), |element| element.has(class));
            let (emoji, count) = (find(b"emoji"), find(b"count"));
            let mut emoji = emoji.map_or_else(String::new, |emoji| self.words(emoji));
            if emoji.is_empty() {
                let link = self.tree.find(within.clone(), |element| element.attribute(b"href").is_some());
                emoji = link.and_then(|link| self.attribute(link, b"href")).unwrap_or_default();
            }
            let mut named: u64 = 0;
            for index in within {
                let title = self.tree.element(index).and_then(|element| element.attribute(b"title"));
                if let Some(title) = title {
                    named += 1;
                    let name = decode(title, Dialect::Html, &mut self.notes).trim().to_owned();
                    said.reactions.push((emoji.clone(), Some(name), None));
                }
            }
            let count: Option<u64> = count.and_then(|count| self.words(count).parse().ok());
            match count {
                Some(count) if count > named => said.reactions.push((emoji, None, Some(count - named))),
                None if named == 0 => said.reactions.push((emoji, None, None)),
                _ => {}
            }
        }
    }

    fn buttons(&mut self, part: usize, said: &mut Said<'a>) {
        for index in self.tree.within(part) {
            if self.is(index, b"bot_button") {
                let words = self.words(index);
                said.extras.detail("button", words);
            }
        }
    }

    /// Addresses of links that the text does not show.
    fn links(&mut self, part: usize, extras: &mut Extras) {
        for index in self.tree.within(part) {
            let Some(element) = self.tree.element(index).filter(|element| element.is(b"a")) else { continue };
            let Some(raw) = element.attribute(b"href").filter(|href| !href.is_empty()) else { continue };
            let href = decode(raw, Dialect::Html, &mut self.notes);
            if let Some((_, id)) = href.split_once("#go_to_message") {
                extras.reply_to = Some(id.to_owned());
                continue;
            }
            let shown = self.words(index);
            let shown = shown.strip_prefix('@').unwrap_or(&shown);
            if !href.ends_with(shown) || shown.is_empty() {
                extras.detail("href", href.into_owned());
            }
        }
    }

    pub(super) fn is(&self, index: usize, class: &[u8]) -> bool {
        self.tree.element(index).is_some_and(|element| element.has(class))
    }

    pub(super) fn attribute(&mut self, index: usize, name: &[u8]) -> Option<String> {
        let raw = self.tree.element(index)?.attribute(name)?;
        Some(decode(raw, Dialect::Html, &mut self.notes).into_owned())
    }

    /// An element's text, as it stands.
    pub(super) fn text(&mut self, index: usize) -> Text<'a> {
        let mut gather = Gather::default();
        self.tree.indented(index, &mut gather, &mut self.notes);
        gather.finish(self.window)
    }

    /// An element's text without space around it, for names and facts.
    pub(super) fn words(&mut self, index: usize) -> String {
        let mut gather = Gather::default();
        self.tree.text(index, &mut gather, &mut self.notes);
        gather.as_str().trim().to_owned()
    }
}
