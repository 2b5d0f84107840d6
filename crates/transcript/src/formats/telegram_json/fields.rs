//! What stands in one message object, found in one pass over its bytes.

use crate::Span;
use crate::json::{self, Value};

/// A member that is no plain part of every message: its key and its value.
pub(super) type Member<'a> = (Value<'a>, Value<'a>);

/// The members of a message object. Of a key that stands twice, the second is among the rest.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    pub(super) at: Span,
    pub(super) id: Option<Value<'a>>,
    pub(super) sort: Option<Value<'a>>,
    pub(super) date: Option<Value<'a>>,
    pub(super) unixtime: Option<Value<'a>>,
    pub(super) from: Option<Value<'a>>,
    pub(super) from_id: Option<Value<'a>>,
    pub(super) text: Option<Value<'a>>,
    /// `text_entities`, unless they say just what a plain `text` says.
    pub(super) entities: Option<Value<'a>>,
    /// Whether there were `text_entities` of either sort.
    pub(super) had_entities: bool,
    pub(super) reply: Option<Value<'a>>,
    pub(super) rest: Vec<Member<'a>>,
    /// Whether a string holds escapes, bytes that are not UTF-8, or a key stands twice.
    pub(super) odd: bool,
}

/// Whether the bytes are known to be one value of right grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grammar {
    Known,
    Unknown,
}

impl<'a> Fields<'a> {
    /// Reads the object that begins at `at`, and gives the position after it. `bytes` begin at `base` in the source.
    /// `None` if the object is not whole or not right, or just not simple enough to be sure of.
    pub(super) fn read(bytes: &'a [u8], at: usize, base: u64, grammar: Grammar) -> Option<(Self, usize)> {
        let mut reader = Reader { bytes, base, at: at + 1, odd: false, grammar };
        let mut fields = Self {
            at: Span::default(),
            id: None,
            sort: None,
            date: None,
            unixtime: None,
            from: None,
            from_id: None,
            text: None,
            entities: None,
            had_entities: false,
            reply: None,
            rest: Vec::new(),
            odd: false,
        };
        if reader.token()? == b'}' {
            reader.at += 1;
        } else {
            loop {
                fields.member(&mut reader)?;
                match reader.token()? {
                    b',' => reader.at += 1,
                    b'}' => {
                        reader.at += 1;
                        break;
                    }
                    _ => return None,
                }
            }
        }
        fields.at = Span::new(base + at as u64, base + reader.at as u64);
        fields.odd |= reader.odd;
        Some((fields, reader.at))
    }

    fn member(&mut self, reader: &mut Reader<'a>) -> Option<()> {
        if reader.token()? != b'"' {
            return None;
        }
        let start = reader.at;
        let key = reader.string()?;
        let inside = reader.bytes.get(start + 1..reader.at - 1)?;
        if reader.token()? != b':' {
            return None;
        }
        reader.at += 1;
        reader.token()?;
        let place = match inside {
            b"id" => &mut self.id,
            b"type" => &mut self.sort,
            b"date" => &mut self.date,
            b"date_unixtime" => &mut self.unixtime,
            b"from" | b"actor" => &mut self.from,
            b"from_id" | b"actor_id" => &mut self.from_id,
            b"text" => &mut self.text,
            b"text_entities" => {
                if !std::mem::replace(&mut self.had_entities, true)
                    && let Some(text) = &self.text
                    && reader.repeats(text)
                {
                    return Some(());
                }
                &mut self.entities
            }
            b"reply_to_message_id" => &mut self.reply,
            _ => {
                let value = reader.value()?;
                self.odd |= self.rest.iter().any(|(other, _)| other.raw() == key.raw());
                self.rest.push((key, value));
                return Some(());
            }
        };
        let value = reader.value()?;
        if place.is_none() {
            *place = Some(value);
        } else {
            self.odd = true;
            self.rest.push((key, value));
        }
        Some(())
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    base: u64,
    at: usize,
    odd: bool,
    grammar: Grammar,
}

impl<'a> Reader<'a> {
    /// The next byte that is not white space, the position then at it.
    fn token(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if !json::is_space(byte) {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    fn string(&mut self) -> Option<Value<'a>> {
        let start = self.at;
        let end = match json::plain_string(self.bytes, start + 1) {
            json::Plain::Ends(end) => end,
            json::Plain::High(end) => {
                self.odd |= str::from_utf8(self.bytes.get(start..end)?).is_err();
                end
            }
            json::Plain::Odd => {
                self.odd = true;
                json::skip_string(self.bytes, start)?
            }
        };
        self.at = end;
        Value::checked(self.bytes.get(start..end)?, self.base + start as u64)
    }

    fn value(&mut self) -> Option<Value<'a>> {
        let start = self.at;
        let end = match self.bytes.get(start)? {
            b'"' => return self.string(),
            b'{' | b'[' => {
                self.odd = true;
                self.container(start)?
            }
            _ => self.scalar(start)?,
        };
        self.at = end;
        Value::checked(self.bytes.get(start..end)?, self.base + start as u64)
    }

    fn container(&self, start: usize) -> Option<usize> {
        match self.grammar {
            Grammar::Known => json::skip_value(self.bytes, start),
            Grammar::Unknown => json::checked_end(self.bytes, start),
        }
    }

    /// A number, `true`, `false` or `null`, with something after it.
    fn scalar(&self, start: usize) -> Option<usize> {
        let rest = self.bytes.get(start..)?;
        let number = rest.iter().position(|byte| !json::is_number(*byte))?;
        if number > 0 {
            return if matches!(rest.first(), Some(b'-' | b'0'..=b'9')) {
                Some(start + number)
            } else {
                None
            };
        }
        let word = [&b"true"[..], b"false", b"null"].into_iter().find(|word| rest.starts_with(word))?;
        Some(start + word.len())
    }

    /// Steps over `text_entities` if they say what `text` says: one plain part, or nothing where that is nothing.
    fn repeats(&mut self, text: &Value<'a>) -> bool {
        let raw = text.raw();
        let Some(after) = self.bytes.get(self.at..).and_then(|rest| repeated(rest, raw)) else {
            return false;
        };
        self.at += after;
        true
    }
}

/// The length of an array of one plain part that has this very string for text; of an empty array, if that is empty.
fn repeated(rest: &[u8], raw: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut expect = |word: &[u8]| {
        while json::is_space(*rest.get(at)?) {
            at += 1;
        }
        let there = rest.get(at..)?.starts_with(word);
        at += word.len();
        there.then_some(at)
    };
    expect(b"[")?;
    if raw == b"\"\"" {
        return expect(b"]");
    }
    for word in [&b"{"[..], b"\"type\"", b":", b"\"plain\"", b",", b"\"text\"", b":", raw, b"}"] {
        expect(word)?;
    }
    expect(b"]")
}
