//! What a message's element holds.

use std::ops::Range;

use crate::formats::meta_html::dates;
use crate::markup::{Dialect, Element, Gather, Node, Notes, Tree, decode};
use crate::{Attachment, Edited, Extras, Kind, Precision, Sent, Text, Window};

#[derive(Debug)]
pub(super) struct Said<'a> {
    /// The name shown, and whether it is the exporter's own message.
    pub(super) sender: Option<(String, bool)>,
    pub(super) sent: Sent<'a>,
    pub(super) kind: Kind,
    pub(super) text: Text<'a>,
    pub(super) extras: Extras,
    pub(super) reactions: Vec<(String, Option<String>)>,
    /// GUIDs of the replies whose copies stand in the element.
    pub(super) copies: Vec<String>,
    pub(super) notes: Notes,
}

impl Said<'_> {
    pub(super) fn says_something(&self) -> bool {
        !self.text.is_empty()
            || !self.extras.is_empty()
            || !self.reactions.is_empty()
            || !self.copies.is_empty()
    }
}

pub(super) struct Content<'t, 'a> {
    pub(super) tree: &'t Tree<'a>,
    pub(super) window: &'t Window<'a>,
}

/// Whether a message in a thread is a copy of one that stands elsewhere.
pub(super) fn is_copy(tree: &Tree<'_>, message: usize) -> bool {
    let anchor = tree.find(tree.within(message), |element| element.has(b"reply_anchor"));
    let link = anchor.and_then(|anchor| tree.find(tree.within(anchor), |element| element.is(b"a")));
    link.and_then(|link| tree.element(link)?.attribute(b"href")).is_some_and(|href| href.starts_with(b"#r-"))
}

/// Parts of a message that are read whole, with whatever stands in them.
const PARTS: [&[u8]; 18] = [
    b"timestamp",
    b"sender",
    b"bubble",
    b"edited",
    b"attachment",
    b"attachment_error",
    b"sticker",
    b"app",
    b"reactions",
    b"tapbacks",
    b"reply_anchor",
    b"reply_context",
    b"deleted",
    b"subject",
    b"shareplay",
    b"expressive",
    b"app_error",
    b"transcription",
];

/// Whether an element is a part of the message that it stands in, so that no other message begins in it.
pub(super) fn is_part(element: &Element<'_>) -> bool {
    is_file(element)
        || element
            .attribute(b"class")
            .is_some_and(|class| PARTS.iter().any(|name| crate::markup::has_class(class, name)))
}

fn is_file(element: &Element<'_>) -> bool {
    [&b"img"[..], b"video", b"audio"].iter().any(|name| element.is(name))
}

impl<'a> Content<'_, 'a> {
    /// Reads the nodes of a message; `whole` if they begin with its element.
    pub(super) fn read(&mut self, nodes: Range<usize>, whole: bool) -> Said<'a> {
        let mut said = Said {
            sender: None,
            sent: Sent::MISSING,
            kind: Kind::Text,
            text: Text::EMPTY,
            extras: Extras::default(),
            reactions: Vec::new(),
            copies: Vec::new(),
            notes: Notes::default(),
        };
        let mut text = Gather::default();
        let head = self.tree.element(nodes.start).filter(|_| whole);
        if let Some(id) = head.and_then(|element| element.attribute(b"id")) {
            said.extras.id = Some(String::from_utf8_lossy(id.strip_prefix(b"r-").unwrap_or(id)).into_owned());
        }
        let announcement = head.is_some_and(|element| element.has(b"announcement"));
        let mut own = false;
        let mut node = nodes.start + usize::from(whole);
        while node < nodes.end {
            let next = node + 1;
            node = match self.tree.node(node) {
                Some(Node::Element(element)) if element.has(b"sent") => {
                    own = true;
                    next
                }
                Some(Node::Element(element)) if self.part(node, &element, own, &mut text, &mut said) => {
                    self.tree.end(node).max(next)
                }
                Some(Node::Text(raw)) if raw.contains(&b'\n') && raw.trim_ascii().is_empty() => next,
                Some(Node::Text(raw)) if announcement => {
                    let begun = !text.as_str().is_empty();
                    let raw = if begun { raw } else { raw.trim_ascii_start() };
                    text.text(raw, Dialect::Html, &mut said.notes);
                    next
                }
                Some(Node::Text(raw)) => {
                    let words = decode(raw, Dialect::Html, &mut said.notes);
                    match words.trim() {
                        "" | "Subject:" => {}
                        words => said.extras.detail("note", words),
                    }
                    next
                }
                _ => next,
            };
        }
        said.text = text.finish(self.window);
        said.kind = match () {
            () if announcement && said.text.value.trim_end_matches('.').ends_with("deleted a message") => {
                Kind::Deleted
            }
            () if announcement => Kind::System,
            () if !said.extras.attachments.is_empty() => Kind::Media,
            () => Kind::Text,
        };
        said
    }

    /// A part that is known by its class. Says whether it is dealt with whole.
    fn part(
        &mut self,
        node: usize,
        element: &Element<'a>,
        own: bool,
        text: &mut Gather<'a>,
        said: &mut Said<'a>,
    ) -> bool {
        if is_file(element) || element.has(b"attachment") || element.has(b"sticker") {
            self.files(node, element, said);
            return true;
        }
        let Some(class) = element.attribute(b"class") else { return false };
        let is = |name: &[u8]| crate::markup::has_class(class, name);
        if is(b"timestamp") {
            self.sent(node, said);
        } else if is(b"sender") {
            said.sender = Some((self.words(node, said), own));
        } else if is(b"bubble") {
            if !text.as_str().is_empty() {
                text.push("\n");
            }
            self.tree.text(node, text, &mut said.notes);
            self.links(node, said);
        } else if is(b"edited") {
            self.edited(node, text, said);
        } else if is(b"attachment_error") {
            let left_out = Some(self.words(node, said));
            said.extras.attach(Attachment { left_out, ..Attachment::default() });
        } else if is(b"app") {
            self.app(node, said);
        } else if is(b"reactions") || is(b"tapbacks") {
            self.reactions(node, said);
        } else if is(b"replies") {
            self.copies(node, said);
        } else if is(b"reply_anchor") || is(b"reply_context") {
        } else if [&b"deleted"[..], b"subject", b"shareplay", b"expressive", b"app_error", b"transcription"]
            .iter()
            .any(|name| is(name))
        {
            let words = self.words(node, said);
            said.extras.detail(String::from_utf8_lossy(class).into_owned(), words);
        } else {
            return false;
        }
        true
    }

    /// `Jul 17, 2022 5:04:04 PM (Read by you after 5 seconds)`
    fn sent(&mut self, node: usize, said: &mut Said<'a>) {
        for index in self.tree.within(node) {
            match self.tree.node(index) {
                Some(Node::Element(element)) if element.is(b"a") => {
                    let href =
                        element.attribute(b"href").map(|href| decode(href, Dialect::Html, &mut said.notes));
                    let guid = href.as_deref().and_then(|href| href.split_once("message-guid="));
                    if let Some((_, guid)) = guid.filter(|(_, guid)| !guid.is_empty()) {
                        said.extras.id = Some(guid.to_owned());
                    }
                }
                Some(Node::Text(raw)) if !raw.trim_ascii().is_empty() => {
                    let raw = raw.trim_ascii();
                    let end = memchr::memmem::find(raw, b" (").unwrap_or(raw.len());
                    let (date, read) = raw.split_at_checked(end).unwrap_or((raw, &[]));
                    let (date, read) = if date.starts_with(b"(") { (&b""[..], raw) } else { (date, read) };
                    if !read.is_empty() {
                        let read = decode(read.trim_ascii(), Dialect::Html, &mut said.notes);
                        said.extras.detail("read", read.trim_matches(['(', ')']));
                    }
                    if said.sent.written.is_empty() && !date.is_empty() {
                        let value = decode(date, Dialect::Html, &mut said.notes);
                        let at =
                            matches!(value, std::borrow::Cow::Borrowed(_)).then(|| self.window.span_of(date));
                        let (reading, _) = dates::read(&value);
                        said.sent =
                            Sent { written: Text { value, at }, reading, precision: Precision::Second };
                    }
                }
                _ => {}
            }
        }
    }

    /// A table with a row for every version, the last the one that stands.
    fn edited(&mut self, node: usize, text: &mut Gather<'a>, said: &mut Said<'a>) {
        let rows: Vec<usize> = self
            .tree
            .within(node)
            .filter(|&row| self.tree.element(row).is_some_and(|element| element.is(b"tr")))
            .collect();
        if rows.is_empty() {
            let words = self.words(node, said);
            said.extras.detail("edited", words);
        }
        for (number, &row) in rows.iter().enumerate() {
            let mut cells = self.tree.children(row).filter(|&cell| self.tree.element(cell).is_some());
            let (when, version) = (cells.next(), cells.next());
            if let Some(when) = when.map(|when| self.words(when, said)).filter(|when| !when.is_empty()) {
                said.extras.edited = Some(Edited { at: Some(when) });
            }
            let Some(version) = version else { continue };
            if number + 1 == rows.len() {
                if !text.as_str().is_empty() {
                    text.push("\n");
                }
                self.tree.text(version, text, &mut said.notes);
            } else {
                let words = self.words(version, said);
                said.extras.detail("before_edit", words);
            }
        }
        if rows.len() > 1 && said.extras.edited.is_none() {
            said.extras.edited = Some(Edited { at: None });
        }
    }

    fn files(&mut self, node: usize, outer: &Element<'a>, said: &mut Said<'a>) {
        let before = said.extras.attachments.len();
        for index in node..self.tree.end(node) {
            let Some(element) = self.tree.element(index) else { continue };
            let address = element.attribute(b"src").or_else(|| element.attribute(b"href"));
            let Some(raw) = address.filter(|raw| !raw.is_empty()) else { continue };
            let (name, embedded) = if raw.starts_with(b"data:") {
                (None, Some(self.window.span_of(raw)))
            } else {
                (Some(decode(raw, Dialect::Html, &mut said.notes).into_owned()), None)
            };
            if name.is_some() && said.extras.attachments.iter().any(|file| file.name == name) {
                continue;
            }
            let stated = element.attribute(b"type").map(|sort| String::from_utf8_lossy(sort).into_owned());
            let sort = stated.unwrap_or_else(|| match () {
                () if outer.has(b"sticker") => "sticker".to_owned(),
                () if element.is(b"img") => "image".to_owned(),
                () if element.is(b"source") || element.is(b"video") => "video".to_owned(),
                () if element.is(b"audio") => "audio".to_owned(),
                () => "file".to_owned(),
            });
            said.extras.attach(Attachment { name, sort: Some(sort), embedded, ..Attachment::default() });
        }
        let words = self.words(node, said);
        if said.extras.attachments.len() == before {
            let left_out = Some(words).filter(|words| !words.is_empty());
            said.extras.attach(Attachment { left_out, ..Attachment::default() });
        } else if !words.is_empty() {
            said.extras.detail("attachment", words);
        }
    }

    /// Addresses in a text that it does not show.
    fn links(&mut self, node: usize, said: &mut Said<'a>) {
        for index in self.tree.within(node) {
            let Some(element) = self.tree.element(index).filter(|element| element.is(b"a")) else { continue };
            let Some(raw) = element.attribute(b"href").filter(|raw| !raw.is_empty()) else { continue };
            let href = decode(raw, Dialect::Html, &mut said.notes).into_owned();
            if href != self.words(index, said) {
                said.extras.detail("href", href);
            }
        }
    }

    /// A bubble of another app: its words, and where it leads.
    fn app(&mut self, node: usize, said: &mut Said<'a>) {
        for index in self.tree.within(node) {
            match self.tree.node(index) {
                Some(Node::Element(element)) if element.is(b"a") => {
                    if let Some(href) = element.attribute(b"href") {
                        let href = decode(href, Dialect::Html, &mut said.notes).into_owned();
                        said.extras.detail("href", href);
                    }
                }
                Some(Node::Text(raw) | Node::Raw(raw)) if !raw.trim_ascii().is_empty() => {
                    let words = decode(raw, Dialect::Html, &mut said.notes).trim().to_owned();
                    said.extras.detail("app", words);
                }
                _ => {}
            }
        }
    }

    /// `<div class="reaction"><span><b>Loved</b> by Sam</span></div>`, or a sticker and `from Sam` or `by Sam`.
    fn reactions(&mut self, node: usize, said: &mut Said<'a>) {
        let mut index = node + 1;
        while index < self.tree.end(node) {
            let is_one = self.tree.element(index).is_some_and(|element| {
                element.is(b"div") && (element.has(b"reaction") || element.has(b"tapback"))
            });
            if !is_one {
                index += 1;
                continue;
            }
            let words = self.words(index, said).replace('\u{a0}', " ");
            let words = words.trim();
            let name = words.rsplit_once("by ").or_else(|| words.rsplit_once("from "));
            let (what, name) =
                name.map_or((words, None), |(what, name)| (what.trim(), Some(name.trim().to_owned())));
            let picture = self.tree.find(self.tree.within(index), |element| element.is(b"img"));
            let picture = picture.and_then(|picture| self.tree.element(picture)?.attribute(b"src"));
            let reaction = match picture {
                Some(raw) if what.is_empty() => decode(raw, Dialect::Html, &mut said.notes).into_owned(),
                _ => what.to_owned(),
            };
            said.reactions.push((reaction, name.filter(|name| !name.is_empty())));
            index = self.tree.end(index).max(index + 1);
        }
    }

    /// Replies of which this is not the only place.
    fn copies(&mut self, node: usize, said: &mut Said<'a>) {
        for index in self.tree.within(node) {
            let Some(element) = self.tree.element(index).filter(|element| element.has(b"reply")) else {
                continue;
            };
            if let Some(id) = element.attribute(b"id") {
                said.copies.push(String::from_utf8_lossy(id).into_owned());
            }
        }
    }

    fn words(&mut self, node: usize, said: &mut Said<'a>) -> String {
        let mut gather = Gather::default();
        self.tree.text(node, &mut gather, &mut said.notes);
        gather.as_str().trim().to_owned()
    }
}
