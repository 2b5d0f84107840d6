//! What stands in one message object, found in one pass over its bytes.

use super::when::{self, Local};
use crate::json::{self, Value};
use crate::{Span, Text};

/// A member that is no plain part of every message: its key and its value.
pub(super) type Member<'a> = (Value<'a>, Value<'a>);

/// The members of a message object. Of a key that stands twice, the second is among the rest.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    pub(super) at: Span,
    /// The whole object, if it is UTF-8.
    whole: Option<&'a str>,
    pub(super) id: Option<Value<'a>>,
    pub(super) sort: Option<Value<'a>>,
    pub(super) date: Option<Value<'a>>,
    /// The same understood, where that was done on the way.
    pub(super) local: Option<Local>,
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
    pub(super) fn read(&mut self, bytes: &'a [u8], at: usize, base: u64, grammar: Grammar) -> Option<usize> {
        let mut reader = Reader { bytes, base, at: at + 1, odd: false, grammar };
        self.head(&mut reader);
        // After the head stands a comma, and after that a member.
        if reader.token()? == b'}' && self.id.is_none() {
            reader.at += 1;
        } else {
            loop {
                self.member(&mut reader)?;
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
        self.at = Span::new(base + at as u64, base + reader.at as u64);
        self.whole = str::from_utf8(bytes.get(at..reader.at)?).ok();
        self.odd |= reader.odd || self.whole.is_none();
        Some(reader.at)
    }

    /// Whether it may be a message: it is neither a part of a text nor a chat.
    pub(super) fn is_message(&self) -> bool {
        (self.id.is_some() || self.date.is_some() || self.text.is_none())
            && !self.rest.iter().any(|(key, _)| key.raw() == b"\"messages\"")
    }

    /// What a string says; `None` if it is not a string.
    pub(super) fn string(&self, value: &Value<'a>) -> Option<Text<'a>> {
        if let Some(inside) = value.plain_inside()
            && let Some(text) = self.slice(inside)
        {
            return Some(Text::verbatim(text, inside));
        }
        value.string()
    }

    /// What a string says, or anything else as it is written.
    pub(super) fn plain(&self, value: &Value<'a>) -> String {
        let at = if value.kind() == json::Kind::Number { Some(value.span()) } else { value.plain_inside() };
        at.and_then(|at| self.slice(at)).map_or_else(|| value.plain(), str::to_owned)
    }

    fn slice(&self, at: Span) -> Option<&'a str> {
        let from = usize::try_from(at.start().checked_sub(self.at.start())?).ok()?;
        self.whole?.get(from..from + usize::try_from(at.len()).ok()?)
    }

    /// The first four members as the application writes them, as far as they are so: the rest is for [`Self::member`].
    fn head(&mut self, reader: &mut Reader<'a>) -> Option<()> {
        let mut at = reader.literal(reader.at, b"\"id\": ")?;
        let end = reader.scalar(at)?;
        let id = reader.part(at, end)?;
        at = reader.comma(end)?;
        (self.id, reader.at) = (Some(id), at);

        at = reader.literal(at, b"\"type\": ")?;
        let end = reader.literal(at, b"\"message\"")?;
        let sort = reader.plain_part(at, end)?;
        at = reader.comma(end)?;
        (self.sort, reader.at) = (Some(sort), at);

        at = reader.literal(at, b"\"date\": ")?;
        let end = at + 21;
        let date = reader.plain_part(at, end)?;
        let local = Local::read(date.raw())?;
        at = reader.comma(end)?;
        (self.date, self.local, reader.at) = (Some(date), Some(local), at);

        at = reader.literal(at, b"\"date_unixtime\": ")?;
        let end = at + 12;
        let seconds = reader.plain_part(at, end)?;
        if !(seconds.raw().starts_with(b"\"") && seconds.raw().ends_with(b"\"")) {
            return None;
        }
        when::count(&seconds)?;
        at = reader.comma(end)?;
        (self.unixtime, reader.at) = (Some(seconds), at);
        Some(())
    }

    fn member(&mut self, reader: &mut Reader<'a>) -> Option<()> {
        if reader.token()? != b'"' {
            return None;
        }
        let start = reader.at;
        let Some(key) = Key::of(reader.bytes.get(start + 1..)?) else {
            let key = reader.string()?;
            reader.colon()?;
            let value = reader.value()?;
            self.odd |= self.rest.iter().any(|(other, _)| other.raw() == key.raw());
            self.rest.push((key, value));
            return Some(());
        };
        reader.at += key.len() + 2;
        let end = reader.at;
        reader.colon()?;
        let place = match key {
            Key::Id => &mut self.id,
            Key::Type => &mut self.sort,
            Key::Date => &mut self.date,
            Key::Unixtime => &mut self.unixtime,
            Key::From | Key::Actor => &mut self.from,
            Key::FromId | Key::ActorId => &mut self.from_id,
            Key::Text => &mut self.text,
            Key::Entities => {
                if !std::mem::replace(&mut self.had_entities, true)
                    && let Some(text) = &self.text
                    && reader.repeats(text)
                {
                    return Some(());
                }
                &mut self.entities
            }
            Key::Reply => &mut self.reply,
        };
        let value = reader.value()?;
        if place.is_none() {
            *place = Some(value);
        } else {
            self.odd = true;
            let raw = reader.bytes.get(start..end)?;
            self.rest.push((Value::plain_string(raw, reader.base + start as u64), value));
        }
        Some(())
    }
}

/// The keys that most messages have.
#[derive(Clone, Copy)]
enum Key {
    Id,
    Type,
    Date,
    Unixtime,
    From,
    FromId,
    Actor,
    ActorId,
    Text,
    Entities,
    Reply,
}

impl Key {
    /// The key whose inside stands at the head of these bytes, its closing quote with it.
    #[inline]
    fn of(rest: &[u8]) -> Option<Self> {
        // Not a switch by the first byte: this order is nearly always the same, and so is what the processor expects.
        Some(if rest.starts_with(b"from\"") {
            Self::From
        } else if rest.starts_with(b"from_id\"") {
            Self::FromId
        } else if rest.starts_with(b"text\"") {
            Self::Text
        } else if rest.starts_with(b"text_entities\"") {
            Self::Entities
        } else if rest.starts_with(b"reply_to_message_id\"") {
            Self::Reply
        } else {
            return Self::seldom(rest);
        })
    }

    fn seldom(rest: &[u8]) -> Option<Self> {
        Some(match *rest.first()? {
            b'i' if rest.starts_with(b"id\"") => Self::Id,
            b't' if rest.starts_with(b"type\"") => Self::Type,
            b'd' if rest.starts_with(b"date\"") => Self::Date,
            b'd' if rest.starts_with(b"date_unixtime\"") => Self::Unixtime,
            b'a' if rest.starts_with(b"actor\"") => Self::Actor,
            b'a' if rest.starts_with(b"actor_id\"") => Self::ActorId,
            _ => return None,
        })
    }

    const fn len(self) -> usize {
        match self {
            Self::Id => 2,
            Self::Type | Self::Date | Self::From | Self::Text => 4,
            Self::Actor => 5,
            Self::FromId => 7,
            Self::ActorId => 8,
            Self::Unixtime | Self::Entities => 13,
            Self::Reply => 19,
        }
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
    #[inline]
    fn token(&mut self) -> Option<u8> {
        let (byte, at) = json::next_token(self.bytes, self.at)?;
        self.at = at;
        Some(byte)
    }

    /// The position after these bytes, if they stand here, white space before them aside.
    #[inline]
    fn literal(&self, at: usize, word: &'static [u8]) -> Option<usize> {
        let (_, at) = json::next_token(self.bytes, at)?;
        self.bytes.get(at..)?.starts_with(word).then_some(at + word.len())
    }

    /// The position of what follows a comma.
    #[inline]
    fn comma(&self, at: usize) -> Option<usize> {
        if *self.bytes.get(at)? != b',' {
            return None;
        }
        json::next_token(self.bytes, at + 1).map(|(_, at)| at)
    }

    #[inline]
    fn part(&self, start: usize, end: usize) -> Option<Value<'a>> {
        Value::checked(self.bytes.get(start..end)?, self.base + start as u64)
    }

    /// A string of which is known that it is plain.
    #[inline]
    fn plain_part(&self, start: usize, end: usize) -> Option<Value<'a>> {
        Some(Value::plain_string(self.bytes.get(start..end)?, self.base + start as u64))
    }

    /// Steps over the colon, to the value.
    #[inline]
    fn colon(&mut self) -> Option<()> {
        if self.token()? != b':' {
            return None;
        }
        self.at += 1;
        self.token().map(|_| ())
    }

    #[inline]
    fn string(&mut self) -> Option<Value<'a>> {
        let start = self.at;
        match json::plain_string(self.bytes, start + 1) {
            json::Plain::Ends(end) => {
                self.at = end;
                self.plain_part(start, end)
            }
            json::Plain::Odd => {
                let (end, common) = json::escaped_string(self.bytes, start)?;
                self.odd |= !common;
                self.at = end;
                self.part(start, end)
            }
        }
    }

    fn value(&mut self) -> Option<Value<'a>> {
        let start = self.at;
        let end = match self.bytes.get(start)? {
            b'"' => return self.string(),
            b'[' => match self.rich() {
                Some(end) => end,
                None => self.container(start)?,
            },
            b'{' => self.container(start)?,
            _ => self.scalar(start)?,
        };
        self.at = end;
        self.part(start, end)
    }

    fn container(&mut self, start: usize) -> Option<usize> {
        self.odd = true;
        match self.grammar {
            Grammar::Known => json::skip_value(self.bytes, start),
            Grammar::Unknown => json::checked_end(self.bytes, start),
        }
    }

    /// The end of an array of strings and of objects of a few plain members, as rich text is.
    fn rich(&mut self) -> Option<usize> {
        self.at += 1;
        if self.token()? == b']' {
            return Some(self.at + 1);
        }
        loop {
            match self.token()? {
                b'"' => {
                    self.string()?;
                }
                b'{' => {
                    self.at += 1;
                    self.simple_object()?;
                }
                _ => return None,
            }
            match self.token()? {
                b',' => self.at += 1,
                b']' => return Some(self.at + 1),
                _ => return None,
            }
        }
    }

    /// Steps over the rest of an object of up to four plain members of different names.
    fn simple_object(&mut self) -> Option<()> {
        let mut keys: [&[u8]; 4] = [&[]; 4];
        for number in 0..keys.len() {
            if self.token()? != b'"' {
                return None;
            }
            let key = self.string()?.raw();
            if keys.contains(&key) {
                return None;
            }
            *keys.get_mut(number)? = key;
            self.colon()?;
            if self.token()? == b'"' {
                self.string()?;
            } else {
                self.at = self.scalar(self.at)?;
            }
            let after = self.token()?;
            self.at += 1;
            match after {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
        None
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
        let after = if text.kind() == json::Kind::String { self.repeated(text.raw()) } else { None };
        self.at = after.unwrap_or(self.at);
        after.is_some()
    }

    /// The position after an array of one plain part that has this very string for text; after an empty array, if that
    /// is empty.
    fn repeated(&self, raw: &[u8]) -> Option<usize> {
        let mut at = self.literal(self.at, b"[")?;
        if raw == b"\"\"" {
            return self.literal(at, b"]");
        }
        at = self.literal(at, b"{")?;
        at = if let Some(at) = self.literal(at, b"\"type\": \"plain\",") {
            self.literal(at, b"\"text\": ")?
        } else {
            at = self.literal(at, b"\"type\"")?;
            at = self.literal(at, b":")?;
            at = self.literal(at, b"\"plain\"")?;
            at = self.literal(at, b",")?;
            at = self.literal(at, b"\"text\"")?;
            at = self.literal(at, b":")?;
            json::next_token(self.bytes, at)?.1
        };
        if !self.bytes.get(at..)?.starts_with(raw) {
            return None;
        }
        at = self.literal(at + raw.len(), b"}")?;
        self.literal(at, b"]")
    }
}
