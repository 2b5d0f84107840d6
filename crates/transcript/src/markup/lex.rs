//! The cutting of a window into tags, text and the rest.

use std::ops::Range;

use memchr::{memchr, memchr2, memchr3, memmem};

use crate::Window;

/// Which rules of markup hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// XML 1.0.
    Xml,
    /// HTML: names in any case, elements without an end, scripts and styles that hold no markup.
    Html,
}

/// One token and the bytes of the window it takes up. Tokens follow each other without a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lexed<'a> {
    /// Which bytes of the window.
    pub(crate) at: Range<usize>,
    /// What they are.
    pub(crate) token: Token<'a>,
}

/// What a stretch of markup is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A start tag.
    Open(Open<'a>),
    /// An end tag, by its name.
    Close(&'a [u8]),
    /// Text in which references have yet to be resolved.
    Text(&'a [u8]),
    /// Text that is what it is: a CDATA section's, a script's.
    Raw(&'a [u8]),
    /// A comment, a document type, a processing instruction.
    Aside,
    /// A tag that does not end: cut off by the end of the source, or by another tag.
    Broken,
}

/// A start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Open<'a> {
    /// The element's name as written.
    pub(crate) name: &'a [u8],
    /// What stands between the name and the end of the tag.
    pub(crate) inside: &'a [u8],
    /// Whether the element ends with the tag.
    pub(crate) closed: bool,
}

impl Open<'_> {
    /// Whether this is the element's name, in any case.
    pub(crate) const fn is(&self, name: &[u8]) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Elements of HTML whose content is not markup. `xmp` is what imessage-exporter writes previews in.
const RAW: [&[u8]; 5] = [b"script", b"style", b"xmp", b"textarea", b"title"];

/// Cuts windows into tokens. Remembers how far it has looked, so that a token which takes many windows to arrive is
/// looked at once.
#[derive(Clone, Debug)]
pub(crate) struct Lexer {
    dialect: Dialect,
    /// What cannot stand in an attribute's value and shows, where it does, that a quotation mark is missing.
    stops: &'static [&'static [u8]],
    raw: Option<&'static [u8]>,
    seen: Seen,
}

/// How far the token that begins at `start` was looked through, and in which quotation marks that was.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    start: u64,
    upto: u64,
    quote: u8,
}

impl Lexer {
    /// A lexer before the first byte. An attribute's value ends, broken, before any of `stops`.
    pub(crate) const fn new(dialect: Dialect, stops: &'static [&'static [u8]]) -> Self {
        Self { dialect, stops, raw: None, seen: Seen { start: 0, upto: 0, quote: 0 } }
    }

    /// Forgets what came before.
    pub(crate) const fn restart(&mut self) {
        self.raw = None;
        self.seen = Seen { start: 0, upto: 0, quote: 0 };
    }

    /// The token that begins at `at`; nothing where the window holds too little of it, or ends there.
    pub(crate) fn next<'a>(&mut self, window: &Window<'a>, at: usize) -> Option<Lexed<'a>> {
        let rest = window.bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let scan = Scan { rest, last: window.last };
        let start = window.base + at as u64;
        let mut seen =
            if self.seen.start == start { self.seen } else { Seen { start, upto: start, quote: 0 } };
        let from = usize::try_from(seen.upto - start).unwrap_or(0).min(rest.len());
        let found = match self.raw {
            Some(name) => scan.raw(name, from),
            None => scan.token(self.dialect, self.stops, from, &mut seen.quote),
        };
        match found {
            Found::Token(len, token) => {
                self.seen = Seen::default();
                self.raw = match token {
                    Token::Open(open) if self.dialect == Dialect::Html && !open.closed => {
                        RAW.into_iter().find(|name| open.is(name))
                    }
                    _ => None,
                };
                Some(Lexed { at: at..at + len, token })
            }
            Found::More(looked) => {
                seen.upto = start + looked.min(rest.len()) as u64;
                self.seen = seen;
                None
            }
        }
    }
}

enum Found<'a> {
    /// The token and its length.
    Token(usize, Token<'a>),
    /// More is needed; so many bytes need not be looked at again.
    More(usize),
}

#[derive(Clone, Copy)]
struct Scan<'a> {
    rest: &'a [u8],
    last: bool,
}

impl<'a> Scan<'a> {
    fn token(self, dialect: Dialect, stops: &[&[u8]], from: usize, quote: &mut u8) -> Found<'a> {
        let rest = self.rest;
        if rest.first() != Some(&b'<') {
            return self.text(from);
        }
        match rest.get(1) {
            None if self.last => self.text(1),
            None => Found::More(0),
            Some(b'!') => self.declaration(from),
            Some(b'?') => {
                let end: &[u8] = if dialect == Dialect::Xml { b"?>" } else { b">" };
                self.until(end, from.max(2), |_| Token::Aside)
            }
            Some(b'/') => match rest.get(2) {
                Some(letter) if is_name_start(*letter) => self.close(from.max(2)),
                None if !self.last => Found::More(0),
                _ => self.text(from.max(2)),
            },
            Some(letter) if is_name_start(*letter) => self.open(stops, from.max(1), quote),
            Some(_) => self.text(from.max(1)),
        }
    }

    /// Text, up to a `<` that begins markup.
    fn text(self, from: usize) -> Found<'a> {
        let mut at = from;
        while let Some(more) = memchr(b'<', self.rest.get(at..).unwrap_or_default()) {
            at += more;
            match (self.rest.get(at + 1), self.rest.get(at + 2)) {
                (Some(b'!' | b'?'), _) => return self.take(at, Token::Text),
                (Some(letter), _) | (Some(b'/'), Some(letter)) if is_name_start(*letter) => {
                    return self.take(at, Token::Text);
                }
                (None, _) | (Some(b'/'), None) if !self.last => return Found::More(at),
                _ => at += 1,
            }
        }
        if self.last { self.take(self.rest.len(), Token::Text) } else { Found::More(self.rest.len()) }
    }

    /// The content of an element that holds no markup, up to its end tag.
    fn raw(self, name: &[u8], from: usize) -> Found<'a> {
        let ends = |tail: &[u8]| matches!(tail.get(..name.len() + 2), Some([b'<', b'/', found @ ..]) if found.eq_ignore_ascii_case(name));
        if ends(self.rest) {
            return self.close(from.max(2));
        }
        let mut at = from;
        while let Some(more) = memchr(b'<', self.rest.get(at..).unwrap_or_default()) {
            at += more;
            let tail = self.rest.get(at..).unwrap_or_default();
            match tail.len() > name.len() + 1 {
                true if ends(tail) => return self.take(at, Token::Raw),
                true => at += 1,
                false if self.last => break,
                false => return Found::More(at),
            }
        }
        if self.last { self.take(self.rest.len(), Token::Raw) } else { Found::More(self.rest.len()) }
    }

    fn take(self, len: usize, token: impl Fn(&'a [u8]) -> Token<'a>) -> Found<'a> {
        Found::Token(len, token(self.rest.get(..len).unwrap_or_default()))
    }

    /// What begins with `<!`.
    fn declaration(self, from: usize) -> Found<'a> {
        const CDATA: &[u8] = b"<![CDATA[";
        let rest = self.rest;
        let could_be = |mark: &[u8]| !self.last && rest.len() < mark.len() && mark.starts_with(rest);
        if rest.starts_with(b"<!--") {
            // `<!-->` is an empty comment to a browser.
            return match rest.get(4..).and_then(|tail| tail.first()) {
                Some(b'>') => Found::Token(5, Token::Aside),
                _ => self.until(b"-->", from.max(4), |_| Token::Aside),
            };
        }
        if rest.starts_with(CDATA) {
            let text = |all: &'a [u8]| all.get(CDATA.len()..all.len() - 3).unwrap_or_default();
            return self.until(b"]]>", from.max(CDATA.len()), |all| Token::Raw(text(all)));
        }
        if could_be(b"<!--") || could_be(CDATA) {
            return Found::More(0);
        }
        match memchr2(b'>', b'[', rest) {
            Some(at) if rest.get(at) == Some(&b'[') => self.until(b"]>", from.max(at), |_| Token::Aside),
            _ => self.until(b">", from.max(2), |_| Token::Aside),
        }
    }

    fn until(self, end: &[u8], from: usize, token: impl Fn(&'a [u8]) -> Token<'a>) -> Found<'a> {
        match memmem::find(self.rest.get(from..).unwrap_or_default(), end) {
            Some(more) => self.take(from + more + end.len(), token),
            None if self.last => self.take(self.rest.len(), |_| Token::Broken),
            None => Found::More(self.rest.len().saturating_sub(end.len() - 1).max(from)),
        }
    }

    fn close(self, from: usize) -> Found<'a> {
        match memchr2(b'>', b'<', self.rest.get(from..).unwrap_or_default()) {
            Some(more) if self.rest.get(from + more) == Some(&b'>') => {
                let inside = self.rest.get(2..from + more).unwrap_or_default();
                Found::Token(from + more + 1, Token::Close(name_of(inside)))
            }
            Some(more) => self.take(from + more, |_| Token::Broken),
            None if self.last => self.take(self.rest.len(), |_| Token::Broken),
            None => Found::More(self.rest.len()),
        }
    }

    fn open(self, stops: &[&[u8]], from: usize, quote: &mut u8) -> Found<'a> {
        let mut at = from;
        loop {
            let tail = self.rest.get(at..).unwrap_or_default();
            if *quote != 0 {
                let end = if stops.is_empty() { memchr(*quote, tail) } else { memchr2(*quote, b'<', tail) };
                let Some(more) = end else { break };
                at += more;
                if self.rest.get(at) == Some(&b'<') {
                    match self.stopped(at, stops) {
                        Some(true) => return self.take(at, |_| Token::Broken),
                        Some(false) => {}
                        None => return Found::More(at),
                    }
                } else {
                    *quote = 0;
                }
                at += 1;
                continue;
            }
            let Some(more) = next_of_tag(tail) else { break };
            at += more;
            match self.rest.get(at) {
                Some(b'>') => return self.opened(at),
                Some(b'<') => return self.take(at, |_| Token::Broken),
                Some(mark) if is_value_next(self.rest.get(..at).unwrap_or_default()) => *quote = *mark,
                _ => {}
            }
            at += 1;
        }
        if self.last { self.take(self.rest.len(), |_| Token::Broken) } else { Found::More(self.rest.len()) }
    }

    /// Whether one of `stops` stands at `at`; nothing if too little is at hand to say.
    fn stopped(self, at: usize, stops: &[&[u8]]) -> Option<bool> {
        let tail = self.rest.get(at..).unwrap_or_default();
        if stops.iter().any(|stop| tail.starts_with(stop)) {
            return Some(true);
        }
        let undecided = !self.last && stops.iter().any(|stop| stop.starts_with(tail));
        (!undecided).then_some(false)
    }

    fn opened(self, end: usize) -> Found<'a> {
        let inside = self.rest.get(1..end).unwrap_or_default();
        let name = name_of(inside);
        let after = inside.get(name.len()..).unwrap_or_default();
        let (inside, closed) = match after.strip_suffix(b"/") {
            // `<a href=x/>`: the stroke belongs to a value without quotation marks.
            Some(before) if !ends_in_bare_value(before) => (before, true),
            _ => (after, false),
        };
        Found::Token(end + 1, Token::Open(Open { name, inside, closed }))
    }
}

/// Where the next byte stands that matters in a tag. Looked for piece by piece: of two searches for different bytes,
/// one must not run far beyond what the other finds, again for every tag.
fn next_of_tag(tail: &[u8]) -> Option<usize> {
    const PIECE: usize = 256;
    let mut before = 0;
    for piece in tail.chunks(PIECE) {
        let first = memchr3(b'"', b'\'', b'>', piece);
        let broken = memchr(b'<', piece.get(..first.unwrap_or(piece.len())).unwrap_or_default());
        if let Some(found) = broken.or(first) {
            return Some(before + found);
        }
        before += piece.len();
    }
    None
}

/// Whether a quotation mark after these bytes of a tag begins a value.
fn is_value_next(before: &[u8]) -> bool {
    before.trim_ascii_end().last() == Some(&b'=')
}

fn ends_in_bare_value(before: &[u8]) -> bool {
    let word = before.iter().rposition(u8::is_ascii_whitespace).map_or(0, |space| space + 1);
    let word = before.get(word..).unwrap_or_default();
    memchr(b'=', word).is_some_and(|equals| !matches!(word.get(equals + 1), None | Some(b'"' | b'\'')))
        && !matches!(word.last(), Some(b'"' | b'\''))
}

fn name_of(inside: &[u8]) -> &[u8] {
    let end = inside.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'='));
    inside.get(..end.unwrap_or(inside.len())).unwrap_or_default()
}

const fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b':' || byte >= 0x80
}
