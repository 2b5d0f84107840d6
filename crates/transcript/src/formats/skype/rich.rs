//! Skype's rich text: a fragment like HTML with elements of its own.

use std::borrow::Cow;

use crate::Window;
use crate::markup::{Dialect, Lexer, Notes, Open, Token, attributes, decode};

/// A file that a message shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct File {
    pub(super) address: Option<String>,
    pub(super) name: Option<String>,
    pub(super) size: Option<u64>,
    pub(super) sort: Option<String>,
}

/// What a fragment says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rich {
    /// The words, without those quoted and those that the service put in for programs that do not know files.
    pub(super) text: String,
    /// Whether there is any markup.
    pub(super) markup: bool,
    /// What was quoted.
    pub(super) quote: String,
    /// The identifier of the message quoted.
    pub(super) quoted: Option<String>,
    pub(super) edited: Option<String>,
    pub(super) files: Vec<File>,
    /// Other facts, by their name.
    pub(super) facts: Vec<(Cow<'static, str>, String)>,
    /// Who did what the service tells of.
    pub(super) initiator: Option<String>,
    pub(super) notes: Notes,
}

#[derive(Default)]
struct State {
    quote: usize,
    legacy: usize,
    object: usize,
    part: String,
    leaf: Leaf,
}

/// Elements whose words are a fact.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Leaf {
    #[default]
    None,
    Initiator,
    Target,
    Ignored,
    Name,
    Duration,
}

/// Reads a fragment.
pub(super) fn read(text: &str) -> Rich {
    let mut rich = Rich::default();
    let mut state = State::default();
    let window = Window::whole(text.as_bytes());
    let mut lexer = Lexer::new(Dialect::Html, &[]);
    let mut at = 0;
    while let Some(lexed) = lexer.next(&window, at) {
        if lexed.at.end <= at {
            break;
        }
        let raw = window.bytes.get(lexed.at.clone()).unwrap_or_default();
        at = lexed.at.end;
        match lexed.token {
            Token::Open(open) => {
                rich.markup = true;
                state.open(open, &mut rich);
                if open.closed {
                    state.close(open.name);
                }
            }
            Token::Close(name) => {
                rich.markup = true;
                state.close(name);
            }
            Token::Text(raw) => {
                let words = decode(raw, Dialect::Html, &mut rich.notes);
                state.words(&words, &mut rich);
            }
            Token::Raw(raw) => state.words(&String::from_utf8_lossy(raw), &mut rich),
            Token::Aside => rich.markup = true,
            Token::Broken => state.words(&String::from_utf8_lossy(raw), &mut rich),
        }
    }
    rich
}

impl State {
    fn open(&mut self, open: Open<'_>, rich: &mut Rich) {
        let name = open.name.to_ascii_lowercase();
        let mut notes = Notes::default();
        let mut attribute = |key: &[u8]| {
            let value = attributes(open.inside).value(key)?;
            Some(decode(value, Dialect::Html, &mut notes).into_owned()).filter(|value| !value.is_empty())
        };
        match &*name {
            b"quote" => {
                self.quote += 1;
                rich.quoted = attribute(b"messageid");
                for (key, fact) in [
                    (&b"author"[..], "quote.author"),
                    (b"authorname", "quote.authorname"),
                    (b"timestamp", "quote.timestamp"),
                ] {
                    rich.facts.extend(attribute(key).map(|value| (Cow::Borrowed(fact), value)));
                }
            }
            b"legacyquote" => self.legacy += 1,
            b"uriobject" => {
                self.object += 1;
                rich.files.push(File {
                    address: attribute(b"uri"),
                    sort: attribute(b"type"),
                    ..File::default()
                });
            }
            b"originalname" => {
                if let Some(file) = rich.files.last_mut() {
                    file.name = attribute(b"v");
                }
            }
            b"filesize" => {
                if let Some(file) = rich.files.last_mut() {
                    file.size = attribute(b"v").and_then(|size| size.parse().ok());
                }
            }
            b"e_m" => rich.edited = attribute(b"ts_ms").or_else(|| attribute(b"ts")),
            b"a" if self.object == 0 => {
                rich.facts.extend(attribute(b"href").map(|value| (Cow::Borrowed("link"), value)));
            }
            b"br" => self.words("\n", rich),
            b"partlist" => {
                rich.facts.extend(attribute(b"type").map(|value| (Cow::Borrowed("partlist.type"), value)));
                rich.facts
                    .extend(attribute(b"callid").map(|value| (Cow::Borrowed("partlist.callId"), value)));
            }
            b"part" => self.part = attribute(b"identity").unwrap_or_default(),
            b"location" => {
                for (key, fact) in
                    [(&b"latitude"[..], "location.latitude"), (b"longitude", "location.longitude")]
                {
                    rich.facts.extend(attribute(key).map(|value| (Cow::Borrowed(fact), value)));
                }
            }
            // A contact card; `s` is the account, `f` its name.
            b"c" => {
                rich.facts.extend(attribute(b"s").map(|value| (Cow::Borrowed("contact"), value)));
                if let Some(shown) = attribute(b"f") {
                    if !rich.text.is_empty() {
                        rich.text.push('\n');
                    }
                    rich.text.push_str(&shown);
                }
            }
            b"initiator" => self.leaf = Leaf::Initiator,
            b"target" | b"id" => self.leaf = Leaf::Target,
            b"eventtime" => self.leaf = Leaf::Ignored,
            b"name" => self.leaf = Leaf::Name,
            b"duration" => self.leaf = Leaf::Duration,
            _ => {}
        }
    }

    fn close(&mut self, name: &[u8]) {
        let counter = match &*name.to_ascii_lowercase() {
            b"quote" => &mut self.quote,
            b"legacyquote" => &mut self.legacy,
            b"uriobject" => &mut self.object,
            _ => {
                self.leaf = Leaf::None;
                return;
            }
        };
        *counter = counter.saturating_sub(1);
    }

    fn words(&mut self, words: &str, rich: &mut Rich) {
        match self.leaf {
            Leaf::Ignored => {}
            Leaf::Initiator => rich.initiator = Some(words.to_owned()),
            Leaf::Target => rich.facts.push((Cow::Borrowed("target"), words.to_owned())),
            Leaf::Name => rich.facts.push((Cow::Borrowed("part.name"), format!("{} {words}", self.part))),
            Leaf::Duration => {
                rich.facts.push((Cow::Borrowed("part.duration"), format!("{} {words}", self.part)));
            }
            Leaf::None if self.legacy > 0 || self.object > 0 => {}
            Leaf::None if self.quote > 0 => rich.quote.push_str(words),
            Leaf::None => rich.text.push_str(words),
        }
    }
}
