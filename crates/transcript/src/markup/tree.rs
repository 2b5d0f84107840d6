//! One element, laid out flat: a node for every tag and text, each knowing where its content ends.

use std::ops::Range;

use super::{
    Attributes, Dialect, Gather, Lexer, Notes, Open, Token, attributes, has_class, without_indent,
    without_indent_after,
};
use crate::Window;

/// Elements nested deeper than this are read as if they were not nested.
pub(crate) const DEEPEST: usize = 256;

/// Elements of HTML that have no content and no end tag (HTML, section 13.1.2).
const VOID: [&[u8]; 14] = [
    b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"source",
    b"track", b"wbr", b"param",
];

/// A start tag and what belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    /// The name as written.
    pub(crate) name: &'a [u8],
    /// What stands in the tag after the name.
    pub(crate) inside: &'a [u8],
    /// Where the tag begins in what the tree is of.
    pub(crate) start: usize,
    /// Where it ends: behind its end tag, if it has one, or where what ends it begins.
    pub(crate) end: usize,
}

impl<'a> Element<'a> {
    /// Whether it has this name.
    pub(crate) const fn is(&self, name: &[u8]) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Its attributes.
    pub(crate) const fn attributes(&self) -> Attributes<'a> {
        attributes(self.inside)
    }

    /// The value of an attribute as written.
    pub(crate) fn attribute(&self, name: &[u8]) -> Option<&'a [u8]> {
        self.attributes().value(name)
    }

    /// Whether it has this class.
    pub(crate) fn has(&self, class: &[u8]) -> bool {
        self.attribute(b"class").is_some_and(|value| has_class(value, class))
    }
}

/// A node of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Node<'a> {
    /// An element.
    Element(Element<'a>),
    /// Text with references.
    Text(&'a [u8]),
    /// Text without.
    Raw(&'a [u8]),
}

/// So many nodes are laid out of one stretch, and no message has them: what is beyond is one text, its tags and all.
const MOST_NODES: usize = 1 << 13;

/// The nodes of a stretch of HTML in the order of their beginnings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree<'a> {
    nodes: Vec<(Node<'a>, usize)>,
}

impl<'a> Tree<'a> {
    /// Lays out a stretch of HTML.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        let window = Window::whole(bytes);
        let mut lexer = Lexer::new(Dialect::Html, &[]);
        let mut nodes: Vec<(Node<'a>, usize)> = Vec::with_capacity(32);
        let mut open: Vec<usize> = Vec::new();
        let (mut at, mut too_deep) = (0, 0_usize);
        while let Some(lexed) = lexer.next(&window, at) {
            let next = nodes.len() + 1;
            if next == MOST_NODES {
                nodes.push((Node::Raw(bytes.get(lexed.at.start..).unwrap_or_default()), next));
                break;
            }
            match lexed.token {
                Token::Open(tag) => {
                    let parent = is_parent(&tag);
                    nodes.push((Node::Element(element(tag, lexed.at.clone())), next));
                    match open.len() < DEEPEST {
                        true if parent => open.push(next - 1),
                        false if parent => too_deep += 1,
                        _ => {}
                    }
                }
                Token::Close(_) if too_deep > 0 => too_deep -= 1,
                Token::Close(name) => close(&mut nodes, &mut open, name, lexed.at.clone()),
                Token::Text(raw) => nodes.push((Node::Text(raw), next)),
                Token::Raw(raw) => nodes.push((Node::Raw(raw), next)),
                // A start tag without its `>`: imessage-exporter writes its sounds so.
                Token::Broken => {
                    let tag = bytes.get(lexed.at.start + 1..lexed.at.end).unwrap_or_default();
                    let name = tag.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(tag.len());
                    if let Some((name, inside)) =
                        tag.split_at_checked(name).filter(|(name, _)| !name.is_empty())
                    {
                        let open = Open { name, inside, closed: true };
                        nodes.push((Node::Element(element(open, lexed.at.clone())), next));
                    }
                }
                Token::Aside => {}
            }
            at = lexed.at.end;
        }
        let end = nodes.len();
        for index in open {
            finish(&mut nodes, index, end, bytes.len());
        }
        Self { nodes }
    }

    /// A node.
    pub(crate) fn node(&self, index: usize) -> Option<Node<'a>> {
        self.nodes.get(index).map(|&(node, _)| node)
    }

    /// An element, if the node is one.
    pub(crate) fn element(&self, index: usize) -> Option<Element<'a>> {
        match self.node(index) {
            Some(Node::Element(element)) => Some(element),
            _ => None,
        }
    }

    /// The number of the first node after this one and all in it.
    pub(crate) fn end(&self, index: usize) -> usize {
        self.nodes.get(index).map_or(self.nodes.len(), |&(_, end)| end)
    }

    /// All nodes in this one.
    pub(crate) fn within(&self, index: usize) -> Range<usize> {
        index + 1..self.end(index)
    }

    /// The nodes directly in this one.
    pub(crate) fn children(&self, index: usize) -> Children<'_, 'a> {
        Children { tree: self, next: index + 1, end: self.end(index) }
    }

    /// The nodes that lie in no other.
    pub(crate) fn roots(&self) -> Children<'_, 'a> {
        Children { tree: self, next: 0, end: self.nodes.len() }
    }

    /// The first element in `range` that fits.
    pub(crate) fn find(&self, mut range: Range<usize>, fits: impl Fn(&Element<'a>) -> bool) -> Option<usize> {
        range.find(|&index| self.element(index).is_some_and(|element| fits(&element)))
    }

    /// All text in a node, line breaks included.
    pub(crate) fn text(&self, index: usize, gather: &mut Gather<'a>, notes: &mut Notes) {
        for index in self.within(index) {
            self.add(index, gather, notes);
        }
    }

    /// The same, without the line ends and spaces that indent the element's tags.
    pub(crate) fn indented(&self, index: usize, gather: &mut Gather<'a>, notes: &mut Notes) {
        let within = self.within(index);
        for node in within.clone() {
            let Some(Node::Text(raw)) = self.node(node) else {
                self.add(node, gather, notes);
                continue;
            };
            let (head, tail) = (node == within.start, node + 1 == within.end);
            let raw = match (head, tail) {
                (true, true) => without_indent(raw),
                (true, false) => raw.strip_prefix(b"\r\n").or_else(|| raw.strip_prefix(b"\n")).unwrap_or(raw),
                (false, true) => without_indent_after(raw),
                (false, false) => raw,
            };
            gather.text(raw, Dialect::Html, notes);
        }
    }

    /// The text that one node adds.
    pub(crate) fn add(&self, index: usize, gather: &mut Gather<'a>, notes: &mut Notes) {
        match self.node(index) {
            Some(Node::Text(raw)) => gather.text(raw, Dialect::Html, notes),
            Some(Node::Raw(raw)) => gather.raw(raw, notes),
            Some(Node::Element(element)) if element.is(b"br") => gather.push("\n"),
            _ => {}
        }
    }
}

/// See [`Tree::children`].
#[derive(Clone, Debug)]
pub(crate) struct Children<'t, 'a> {
    tree: &'t Tree<'a>,
    next: usize,
    end: usize,
}

impl Iterator for Children<'_, '_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let index = self.next;
        (index < self.end).then(|| {
            self.next = self.tree.end(index).max(index + 1);
            index
        })
    }
}

fn is_parent(tag: &Open<'_>) -> bool {
    !tag.closed && !VOID.iter().any(|name| tag.is(name))
}

const fn element(tag: Open<'_>, at: Range<usize>) -> Element<'_> {
    Element { name: tag.name, inside: tag.inside, start: at.start, end: at.end }
}

fn close(nodes: &mut [(Node<'_>, usize)], open: &mut Vec<usize>, name: &[u8], at: Range<usize>) {
    let is_it =
        |&index: &usize| matches!(nodes.get(index), Some((Node::Element(element), _)) if element.is(name));
    let Some(position) = open.iter().rposition(is_it) else { return };
    let end = nodes.len();
    for (place, index) in open.drain(position..).enumerate() {
        // The end tag is that of the first; those in it end where it begins.
        finish(nodes, index, end, if place == 0 { at.end } else { at.start });
    }
}

fn finish(nodes: &mut [(Node<'_>, usize)], index: usize, end: usize, at: usize) {
    if let Some((Node::Element(element), last)) = nodes.get_mut(index) {
        *last = end;
        element.end = at;
    }
}
