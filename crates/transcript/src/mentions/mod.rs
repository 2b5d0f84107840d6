//! Identifiers that stand in messages' texts: handles, telephone numbers, addresses.
//!
//! A mention is only that: the characters stand there. Whose account, telephone or home it is, nothing here says.
//!
//! One pass over the text without looking back further than a bounded distance, so that time grows with its length.

mod crypto;
mod net;
mod phone;
mod postcode;

use std::ops::Range;

use serde::Serialize;

pub use crypto::Currency;
pub use phone::Region;

use crate::{Message, Span};

/// What sort of identifier it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MentionKind {
    /// `@name`.
    Handle,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A web address.
    Url,
    /// A full postcode of the United Kingdom.
    Postcode,
    /// An address of a crypto currency whose checksum is right.
    Crypto(Currency),
}

/// An identifier that stands in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mention {
    /// What sort.
    pub kind: MentionKind,
    /// Which bytes of the text.
    pub at: Range<usize>,
    /// The form to compare by, where one is certain: E.164 for a telephone number, a postcode in capitals with its
    /// space, a host or a bech32 address in small letters. `None` where what is written must do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normal: Option<String>,
}

/// A mention and where it stands in the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Placed {
    /// What is mentioned, with its place in the text.
    #[serde(flatten)]
    pub mention: Mention,
    /// Its very bytes in the source; the whole message's where its text had to be decoded.
    pub source: Span,
    /// Whether `source` is exact.
    pub exact: bool,
}

/// Finds everything in a text, in order. Mentions do not overlap.
///
/// `region` is where national telephone numbers belong, if somebody has stated it. Without it they are found too, and
/// have no normal form.
pub fn find(text: &str, region: Option<Region>) -> Vec<Mention> {
    Scanner { text, bytes: text.as_bytes(), region, at: 0, atom: 0..0, found: Vec::new() }.run()
}

/// Finds everything in a message's text, with its place in the source.
pub fn in_message<'m>(
    message: &'m Message<'_>,
    region: Option<Region>,
) -> impl Iterator<Item = Placed> + use<'m> {
    let (source, at) = (message.source, message.text.at);
    find(&message.text.value, region).into_iter().map(move |mention| {
        let exact =
            at.map(|at| Span::new(at.start() + mention.at.start as u64, at.start() + mention.at.end as u64));
        Placed { mention, source: exact.unwrap_or(source), exact: exact.is_some() }
    })
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    region: Option<Region>,
    at: usize,
    /// The run of characters that addresses are made of, in which `at` is or which lies before it.
    atom: Range<usize>,
    found: Vec<Mention>,
}

/// What a matcher found from where it was asked: where it ends, and its normal form.
struct Match {
    kind: MentionKind,
    start: usize,
    end: usize,
    normal: Option<String>,
}

impl Scanner<'_> {
    fn run(mut self) -> Vec<Mention> {
        while let Some(&byte) = self.bytes.get(self.at) {
            let found = match byte {
                b'@' => net::handle(self.text, self.at),
                b'+' | b'(' if !self.follows_word() => phone::find(self.text, self.at, self.region),
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' if !self.follows_word() => self.at_word(),
                _ => None,
            };
            match found {
                Some(found) if found.end > self.at => {
                    self.at = found.end;
                    self.found.push(Mention {
                        kind: found.kind,
                        at: found.start..found.end,
                        normal: found.normal,
                    });
                }
                _ => self.step(byte),
            }
        }
        self.found
    }

    /// Over a run of letters and digits, or over one character.
    fn step(&mut self, byte: u8) {
        if byte.is_ascii_alphanumeric() {
            self.at = word_end(self.bytes, self.at);
        } else {
            self.at += 1;
        }
    }

    /// Whether a letter or digit stands before, so that nothing begins here.
    fn follows_word(&self) -> bool {
        ends_in_word(self.text, self.at)
    }

    fn at_word(&mut self) -> Option<Match> {
        let start = self.at;
        let word = word_end(self.bytes, start);
        if self.atom.end <= start {
            self.atom = start..net::atom_end(self.bytes, start);
            if let Some(found) = net::find(self.text, &self.atom) {
                return Some(found);
            }
        }
        if followed_by_word(self.text, word) {
            return None;
        }
        if let Some(found) = crypto::find(self.text, start..word) {
            return Some(found);
        }
        if self.bytes.get(start).is_some_and(u8::is_ascii_digit) {
            return phone::find(self.text, start, self.region);
        }
        postcode::find(self.text, start..word)
    }
}

/// Where the run of ASCII letters and digits ends.
fn word_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len())
}

/// Whether a letter, digit or underscore, of any script, ends just before `at`.
fn ends_in_word(text: &str, at: usize) -> bool {
    text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(is_word)
}

/// Whether a letter, digit or underscore, of any script, stands at `at`.
fn followed_by_word(text: &str, at: usize) -> bool {
    text.get(at..).and_then(|after| after.chars().next()).is_some_and(is_word)
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
