//! What a message holds: text, files, links, reactions.

use super::{emoji, words};
use crate::markup::{Dialect, Element, Gather, Node, Notes, Tree, decode};
use crate::{Attachment, Extras, Kind};

#[derive(Debug, Default)]
pub(super) struct Said<'a> {
    pub(super) text: Gather<'a>,
    pub(super) extras: Extras,
    /// Reactions, and whose.
    pub(super) reactions: Vec<(String, Option<String>)>,
}

/// Reads the element that holds what was written: some boxes in boxes, then one box each for what the message quotes,
/// its text, files, shares, reactions. Which is which, their content shows.
pub(super) fn read<'a>(tree: &Tree<'a>, body: usize, said: &mut Said<'a>, notes: &mut Notes) {
    let mut inner = body;
    while let Some(only) = only_child(tree, inner) {
        inner = only;
    }
    if tree.children(inner).all(|child| is_inline(tree, child)) {
        return tree.indented(inner, &mut said.text, notes);
    }
    for child in tree.children(inner) {
        part(tree, child, said, notes);
    }
}

/// The one box in a box, if there is nothing beside it.
fn only_child(tree: &Tree<'_>, index: usize) -> Option<usize> {
    let mut children = tree.children(index).filter(|&child| !is_blank(tree, child));
    let only =
        children.next().filter(|&child| tree.element(child).is_some_and(|element| element.is(b"div")))?;
    children.next().is_none().then_some(only)
}

fn is_blank(tree: &Tree<'_>, index: usize) -> bool {
    matches!(tree.node(index), Some(Node::Text(raw)) if raw.trim_ascii().is_empty())
}

fn is_inline(tree: &Tree<'_>, index: usize) -> bool {
    tree.element(index).is_none_or(|element| {
        [&b"br"[..], b"b", b"i", b"em", b"strong", b"span", b"u", b"s"].iter().any(|name| element.is(name))
    })
}

fn part<'a>(tree: &Tree<'a>, index: usize, said: &mut Said<'a>, notes: &mut Notes) {
    let Some(element) = tree.element(index) else {
        if !is_blank(tree, index) {
            tree.add(index, &mut said.text, notes);
        }
        return;
    };
    if element.is(b"br") {
        return said.text.push("\n");
    }
    let holds = |fits: &dyn Fn(&Element<'_>) -> bool| {
        fits(&element) || tree.find(tree.within(index), |element| fits(element)).is_some()
    };
    let list = |element: &Element<'_>| element.is(b"ul") && (element.has(b"_a6-q") || element.has(b"_tqp"));
    let file = |element: &Element<'_>| [&b"img"[..], b"video", b"audio"].iter().any(|name| element.is(name));
    if holds(&list) {
        return reactions(tree, index, said, notes);
    }
    if holds(&file) {
        return files(tree, index, said, notes);
    }
    let beside_text = tree
        .children(index)
        .any(|child| matches!(tree.node(child), Some(Node::Text(raw)) if !raw.trim_ascii().is_empty()));
    if holds(&|element| element.is(b"a")) && !beside_text {
        return share(tree, index, said, notes);
    }
    if said.text.as_str().is_empty() {
        tree.indented(index, &mut said.text, notes);
        links(tree, index, said, notes);
    } else {
        let more = words(tree, index, notes);
        if !more.is_empty() {
            said.extras.detail("note", more);
        }
    }
}

/// Addresses in a text that it does not show.
fn links(tree: &Tree<'_>, index: usize, said: &mut Said<'_>, notes: &mut Notes) {
    for node in tree.within(index) {
        let Some(element) = tree.element(node).filter(|element| element.is(b"a")) else { continue };
        let Some(raw) = element.attribute(b"href").filter(|raw| !raw.is_empty()) else { continue };
        let href = decode(raw, Dialect::Html, notes).into_owned();
        if href != words(tree, node, notes) {
            said.extras.detail("href", href);
        }
    }
}

/// The files that a box names, each once; a video's element repeats its address as a link.
fn files(tree: &Tree<'_>, index: usize, said: &mut Said<'_>, notes: &mut Notes) {
    for index in index..tree.end(index) {
        let Some(element) = tree.element(index) else { continue };
        let address = element.attribute(b"src").or_else(|| element.attribute(b"href"));
        let Some(raw) = address.filter(|raw| !raw.is_empty()) else { continue };
        let name = decode(raw, Dialect::Html, notes).into_owned();
        if element.is(b"a") && is_web(&name) {
            said.extras.detail("share", name);
            continue;
        }
        if said.extras.attachments.iter().any(|file| file.name.as_ref() == Some(&name)) {
            continue;
        }
        let sort = sort(&element, &name).to_owned();
        said.extras.attach(Attachment { name: Some(name), sort: Some(sort), ..Attachment::default() });
    }
    // Facts that stand beside a picture (where and when it was taken).
    let beside = words(tree, index, notes);
    if !beside.is_empty() && !beside.starts_with("Click for ") {
        said.extras.detail("beside", beside);
    }
}

fn sort(element: &Element<'_>, name: &str) -> &'static str {
    const FOLDERS: [(&str, &str); 7] = [
        ("/photos/", "photo"),
        ("/videos/", "video"),
        ("/audio/", "audio"),
        ("/gifs/", "gif"),
        ("stickers_used/", "sticker"),
        ("/files/", "file"),
        ("/avatars/", "picture"),
    ];
    let known = FOLDERS.iter().find(|(folder, _)| name.contains(folder)).map(|&(_, sort)| sort);
    known.unwrap_or(match () {
        () if element.is(b"img") => "photo",
        () if element.is(b"video") => "video",
        () if element.is(b"audio") => "audio",
        () => "file",
    })
}

fn is_web(address: &str) -> bool {
    let is =
        |prefix: &str| address.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    is("http://") || is("https://")
}

/// A link to something shared, or to a file, and what is said of it.
fn share(tree: &Tree<'_>, index: usize, said: &mut Said<'_>, notes: &mut Notes) {
    let mut link_ends = index;
    for node in index..tree.end(index) {
        match tree.node(node) {
            Some(Node::Element(element)) if element.is(b"a") => {
                let href =
                    element.attribute(b"href").map(|raw| decode(raw, Dialect::Html, notes).into_owned());
                let shown = words(tree, node, notes);
                link_ends = tree.end(node);
                match href {
                    Some(href) if !is_web(&href) && !href.is_empty() => {
                        said.extras.attach(Attachment {
                            name: Some(href),
                            sort: Some("file".to_owned()),
                            ..Attachment::default()
                        });
                    }
                    Some(href) => {
                        if shown != href && !shown.is_empty() {
                            said.extras.detail("share_text", shown);
                        }
                        said.extras.detail("share", href);
                    }
                    None if !shown.is_empty() => said.extras.detail("share_text", shown),
                    None => {}
                }
            }
            Some(Node::Text(raw)) if node >= link_ends && !raw.trim_ascii().is_empty() => {
                let text = decode(raw, Dialect::Html, notes).trim().to_owned();
                said.extras.detail("share_text", text);
            }
            _ => {}
        }
    }
}

/// `<li><span>❤️name<span> (Apr 23, 2022 5:32 pm)</span></span></li>`
fn reactions(tree: &Tree<'_>, index: usize, said: &mut Said<'_>, notes: &mut Notes) {
    for item in index..tree.end(index) {
        if !tree.element(item).is_some_and(|element| element.is(b"li")) {
            continue;
        }
        let all = words(tree, item, notes);
        let (words, dated) = match all.rsplit_once(" (") {
            Some((before, date))
                if date.ends_with(')') && super::dates::is_date(date.trim_end_matches(')')) =>
            {
                (before.trim_end(), true)
            }
            _ => (&*all, false),
        };
        match emoji::split(words) {
            Some((reaction, name)) => {
                let name = name.trim();
                said.reactions.push((reaction.to_owned(), (!name.is_empty()).then(|| name.to_owned())));
            }
            None if words.is_empty() => {}
            None => said.reactions.push((words.to_owned(), None)),
        }
        if dated {
            said.extras.detail("reaction", all);
        }
    }
}

pub(super) fn kind(text: &str, extras: &Extras) -> Kind {
    if !extras.attachments.is_empty() {
        return Kind::Media;
    }
    // Only the English words are known; others stay text.
    if text.trim_end_matches('.').ends_with(" unsent a message") && !text.contains('\n') {
        return Kind::Deleted;
    }
    Kind::Text
}
