//! Messages as a few bytes each: what a message shares with the one before it is not written again.

use super::bytes::{Bytes, put, put_signed, put_text};
use super::extras::{self, Names};
use crate::{
    ConversationId, Extras, Kind, Message, ParticipantId, Place, Precision, Reading, Span, Text, ZoneBasis,
};

/// So many messages build on each other; each such block can be read by itself.
const BLOCK: usize = 16;
/// A chunk of this size is followed by another, so that growing never holds two copies of everything.
const CHUNK: usize = 1 << 18;
/// What times are counted in, in milliseconds: the longest that the messages of a block allow.
const UNITS: [i64; 3] = [60_000, 1000, 1];

const KINDS: [Kind; 10] = [
    Kind::Text,
    Kind::Media,
    Kind::Call,
    Kind::Poll,
    Kind::Location,
    Kind::Contact,
    Kind::System,
    Kind::Deleted,
    Kind::Withheld,
    Kind::Unsent,
];
const PRECISIONS: [Precision; 4] =
    [Precision::Day, Precision::Minute, Precision::Second, Precision::Millisecond];
const TAGS: [Tag; 8] = [
    Tag::Missing,
    Tag::Impossible,
    Tag::Ambiguous,
    Tag::Local,
    Tag::Instant(ZoneBasis::Epoch),
    Tag::Instant(ZoneBasis::Stated),
    Tag::Instant(ZoneBasis::Format),
    Tag::Instant(ZoneBasis::Reader),
];

/// Which reading a time has, without the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Missing,
    Impossible,
    Ambiguous,
    Local,
    Instant(ZoneBasis),
}

impl Tag {
    const fn of(reading: Reading) -> Self {
        match reading {
            Reading::Missing => Self::Missing,
            Reading::Impossible => Self::Impossible,
            Reading::Ambiguous { .. } => Self::Ambiguous,
            Reading::Local(_) => Self::Local,
            Reading::Instant(_, basis) => Self::Instant(basis),
        }
    }

    const fn code(self) -> u32 {
        match self {
            Self::Missing => 0,
            Self::Impossible => 1,
            Self::Ambiguous => 2,
            Self::Local => 3,
            Self::Instant(ZoneBasis::Epoch) => 4,
            Self::Instant(ZoneBasis::Stated) => 5,
            Self::Instant(ZoneBasis::Format) => 6,
            Self::Instant(ZoneBasis::Reader) => 7,
        }
    }

    const fn has_time(self) -> bool {
        !matches!(self, Self::Missing | Self::Impossible)
    }
}

/// Where a text is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kept<'a> {
    Nowhere,
    Source(Span),
    Here(&'a str),
}

/// A message as it was packed. Its extras are still bytes.
#[derive(Clone, Debug)]
pub(super) struct Record<'a> {
    pub(super) source: Span,
    pub(super) place: Place,
    pub(super) conversation: ConversationId,
    pub(super) sender: Option<ParticipantId>,
    pub(super) kind: Kind,
    pub(super) precision: Precision,
    pub(super) tag: Tag,
    /// Milliseconds; the month first if that differs.
    pub(super) when: i64,
    pub(super) month_first: i64,
    pub(super) written: Kept<'a>,
    pub(super) text: Kept<'a>,
    id: Option<i64>,
    extras: Option<&'a [u8]>,
    names: &'a Names,
}

impl Record<'_> {
    pub(super) fn extras(&self) -> Option<Box<Extras>> {
        if let Some(id) = self.id {
            return Some(Box::new(Extras { id: Some(id.to_string()), ..Extras::default() }));
        }
        self.extras.map(|bytes| Box::new(extras::read(&mut Bytes(bytes), self.names)))
    }
}

/// What stands where in a message's shape: the place of the lowest bit.
mod shape {
    pub(super) const TAG: u32 = 4;
    pub(super) const TEXT: u32 = 7;
    pub(super) const WRITTEN: u32 = 9;
    pub(super) const PLACE: u32 = 11;
    pub(super) const PRECISION: u32 = 13;
    pub(super) const UNIT: u32 = 15;
    pub(super) const ID: u32 = 17;
    pub(super) const EXTRAS: u32 = 18;
    /// The forms of a text.
    pub(super) const SOURCE: u32 = 1;
    pub(super) const HERE: u32 = 2;
    /// The forms of a place.
    pub(super) const LINE: u32 = 1;
    pub(super) const ELEMENT: u32 = 2;

    pub(super) const fn of(shape: u32, field: u32, bits: u32) -> u32 {
        shape >> field & ((1 << bits) - 1)
    }
}

/// What a message's first byte says of it: that something is not as it was in the message before.
mod differs {
    pub(super) const SHAPE: u8 = 1;
    pub(super) const GAP: u8 = 1 << 1;
    pub(super) const SENDER: u8 = 1 << 2;
    pub(super) const CONVERSATION: u8 = 1 << 3;
    pub(super) const PLACE: u8 = 1 << 4;
    pub(super) const TEXT_AT: u8 = 1 << 5;
    pub(super) const TAIL: u8 = 1 << 6;
    pub(super) const WRITTEN: u8 = 1 << 7;
}

/// What the next message is compared with.
#[derive(Clone, Copy, Debug, Default)]
struct Last {
    shape: u32,
    end: u64,
    when: i64,
    id: i64,
    /// Of the account plus one.
    sender: u64,
    conversation: u32,
    /// The line or the index, and the array.
    number: u64,
    array: u32,
    /// From the message's beginning to the text, and from the text to the message's end.
    text_at: u64,
    tail: u64,
    written: (u64, u64),
}

/// Messages one behind the other.
#[derive(Debug, Default)]
pub(super) struct Packed {
    chunks: Vec<Vec<u8>>,
    /// Where blocks begin: the chunk and the place in it.
    blocks: Vec<(u32, u32)>,
    len: usize,
    last: Last,
    /// The date of the message before and when it began, in milliseconds.
    day: Option<(jiff::civil::Date, i64)>,
    scratch: Vec<u8>,
    names: Names,
}

/// A text of a message as it is to be packed: its form, and where it stands from the message's beginning.
fn form(text: &Text<'_>, source: Span) -> (u32, u64, u64) {
    match text.at {
        _ if text.is_empty() => (0, 0, 0),
        Some(at) if source.contains(at) && at.len() == text.value.len() as u64 => {
            (shape::SOURCE, at.start() - source.start(), at.len())
        }
        _ => (shape::HERE, 0, 0),
    }
}

impl Packed {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Milliseconds of a reading; nought where there is no time.
    fn millis(&mut self, reading: Reading) -> i64 {
        let Reading::Local(local) = reading else { return reading.sort_key().unwrap_or_default() };
        if local.subsec_nanosecond() != 0 {
            return reading.sort_key().unwrap_or_default();
        }
        let day = match self.day {
            Some((date, day)) if date == local.date() => day,
            _ => {
                let midnight = Reading::Local(local.date().to_datetime(jiff::civil::Time::midnight()));
                let Some(day) = midnight.sort_key() else {
                    return reading.sort_key().unwrap_or_default();
                };
                self.day = Some((local.date(), day));
                day
            }
        };
        let seconds =
            i64::from(local.hour()) * 3600 + i64::from(local.minute()) * 60 + i64::from(local.second());
        day + seconds * 1000
    }

    /// The chunk that the next message goes to.
    fn chunk(&mut self) -> Option<&mut Vec<u8>> {
        if self.len.is_multiple_of(BLOCK) {
            self.last = Last::default();
            if self.chunks.last().is_none_or(|chunk| chunk.len() >= CHUNK) {
                let first = self.chunks.is_empty();
                self.chunks.push(if first { Vec::new() } else { Vec::with_capacity(CHUNK + CHUNK / 16) });
            }
            let place = self.chunks.last().map_or(0, Vec::len);
            let chunk = u32::try_from(self.chunks.len() - 1).ok()?;
            self.blocks.push((chunk, u32::try_from(place).ok()?));
        }
        self.chunks.last_mut()
    }

    /// Adds a message. `id` is its identifier, if that is a number and all that its extras hold.
    pub(super) fn push(&mut self, message: &Message<'_>, id: Option<i64>) {
        let when = self.millis(message.sent.reading);
        let source = message.source;
        let (text_form, text_at, text_len) = form(&message.text, source);
        let (written_form, written_at, written_len) = form(&message.sent.written, source);
        let extras = message.extras.as_deref().filter(|extras| id.is_none() && !extras.is_empty());
        let (place_form, array, number) = match message.place {
            Place::Line(line) => (shape::LINE, 0, line),
            Place::Element { array, index } => (shape::ELEMENT, array, index),
            Place::Bytes => (0, 0, 0),
        };
        let tag = Tag::of(message.sent.reading);
        if self.len.is_multiple_of(BLOCK) && self.chunk().is_none() {
            return;
        }
        let Self { chunks, last, scratch, names, .. } = self;
        let Some(out) = chunks.last_mut() else { return };
        let since = when.wrapping_sub(last.when);
        let unit = unit(since, shape::of(last.shape, shape::UNIT, 2));
        let shape = message.kind as u32
            | tag.code() << shape::TAG
            | text_form << shape::TEXT
            | written_form << shape::WRITTEN
            | place_form << shape::PLACE
            | (message.sent.precision as u32) << shape::PRECISION
            | unit << shape::UNIT
            | u32::from(id.is_some()) << shape::ID
            | u32::from(extras.is_some()) << shape::EXTRAS;
        let sender = message.sender.map_or(0, |sender| u64::from(sender.0) + 1);
        let tail = source.len() - text_at - text_len;
        let is = |bit: u8, differs: bool| if differs { bit } else { 0 };
        let head = is(differs::SHAPE, shape != last.shape)
            | is(differs::GAP, source.start() != last.end)
            | is(differs::SENDER, sender != last.sender)
            | is(differs::CONVERSATION, message.conversation.0 != last.conversation)
            | is(differs::PLACE, place_form != 0 && (array != last.array || number != last.number + 1))
            | is(differs::TEXT_AT, text_form == shape::SOURCE && text_at != last.text_at)
            | is(differs::TAIL, text_form == shape::SOURCE && tail != last.tail)
            | is(
                differs::WRITTEN,
                written_form == shape::SOURCE && (written_at, written_len) != last.written,
            );
        out.push(head);
        put(out, source.len());
        if head & differs::SHAPE != 0 {
            put(out, u64::from(shape));
        }
        if head & differs::GAP != 0 {
            put(out, source.start().wrapping_sub(last.end));
        }
        if head & differs::SENDER != 0 {
            put(out, sender);
        }
        if head & differs::CONVERSATION != 0 {
            put(out, u64::from(message.conversation.0));
        }
        if head & differs::PLACE != 0 {
            put(out, u64::from(array));
            put_signed(out, number.wrapping_sub(last.number).cast_signed());
        }
        if head & differs::TEXT_AT != 0 {
            put(out, text_at);
        }
        if head & differs::TAIL != 0 {
            put(out, tail);
        }
        if head & differs::WRITTEN != 0 {
            put(out, written_at);
            put(out, written_len);
        }
        if tag.has_time() {
            put_signed(out, in_units(since, unit));
            last.when = when;
        }
        put_rest(out, message, when, (text_form, written_form));
        if let Some(id) = id {
            put_signed(out, id.wrapping_sub(last.id));
            last.id = id;
        }
        if let Some(extras) = extras {
            scratch.clear();
            extras::write(extras, names, scratch);
            put(out, scratch.len() as u64);
            out.extend_from_slice(scratch);
        }
        last.shape = shape;
        last.end = source.end();
        last.sender = sender;
        last.conversation = message.conversation.0;
        if place_form != 0 {
            (last.array, last.number) = (array, number);
        }
        if text_form == shape::SOURCE {
            (last.text_at, last.tail) = (text_at, tail);
        }
        if written_form == shape::SOURCE {
            last.written = (written_at, written_len);
        }
        self.len += 1;
    }

    /// The message of this number.
    pub(super) fn get(&self, number: usize) -> Option<Record<'_>> {
        if number >= self.len {
            return None;
        }
        let mut records =
            Records { packed: self, next: number / BLOCK * BLOCK, bytes: Bytes(&[]), last: Last::default() };
        records.nth(number % BLOCK)
    }

    /// All messages in order.
    pub(super) fn records(&self) -> Records<'_> {
        Records { packed: self, next: 0, bytes: Bytes(&[]), last: Last::default() }
    }
}

/// Writes what few messages have: a second reading of the time, and texts that do not stand in the source.
#[inline]
fn put_rest(out: &mut Vec<u8>, message: &Message<'_>, when: i64, (text, written): (u32, u32)) {
    if let Reading::Ambiguous { month_first, .. } = message.sent.reading {
        let month_first = Reading::Local(month_first).sort_key().unwrap_or_default();
        put_signed(out, month_first.wrapping_sub(when));
    }
    if text == shape::HERE {
        put_text(out, &message.text.value);
    }
    if written == shape::HERE {
        put_text(out, &message.sent.written.value);
    }
}

/// What of [`UNITS`] a time is counted in: that of the message before, if it can be.
#[inline]
const fn unit(since: i64, last: u32) -> u32 {
    match last {
        0 if since % 60_000 == 0 => 0,
        0 | 1 if since % 1000 == 0 => 1,
        _ => 2,
    }
}

#[inline]
const fn in_units(since: i64, unit: u32) -> i64 {
    match unit {
        0 => since / 60_000,
        1 => since / 1000,
        _ => since,
    }
}

/// Unpacks messages in order.
pub(super) struct Records<'a> {
    packed: &'a Packed,
    next: usize,
    bytes: Bytes<'a>,
    last: Last,
}

impl<'a> Records<'a> {
    /// A text in the form `form`, of which the place is known.
    fn text(&mut self, form: u32, start: u64, len: u64) -> Kept<'a> {
        match form {
            shape::SOURCE => Kept::Source(Span::new(start, start.saturating_add(len))),
            shape::HERE => Kept::Here(self.bytes.text()),
            _ => Kept::Nowhere,
        }
    }

    fn place(&mut self, form: u32, differs: bool) -> Place {
        if form == 0 {
            return Place::Bytes;
        }
        if differs {
            self.last.array = self.bytes.small();
            self.last.number = self.last.number.wrapping_add(self.bytes.signed().cast_unsigned());
        } else {
            self.last.number += 1;
        }
        if form == shape::LINE {
            return Place::Line(self.last.number);
        }
        Place::Element { array: self.last.array, index: self.last.number }
    }

    fn record(&mut self) -> Record<'a> {
        let head = self.bytes.byte();
        let differs = |bit: u8| head & bit != 0;
        let len = self.bytes.number();
        if differs(differs::SHAPE) {
            self.last.shape = self.bytes.small();
        }
        let shape = self.last.shape;
        let field = |field, bits| shape::of(shape, field, bits);
        let gap = if differs(differs::GAP) { self.bytes.number() } else { 0 };
        let start = self.last.end.wrapping_add(gap);
        let source = Span::new(start, start.saturating_add(len));
        self.last.end = source.end();
        if differs(differs::SENDER) {
            self.last.sender = self.bytes.number();
        }
        if differs(differs::CONVERSATION) {
            self.last.conversation = self.bytes.small();
        }
        let place = self.place(field(shape::PLACE, 2), differs(differs::PLACE));
        if differs(differs::TEXT_AT) {
            self.last.text_at = self.bytes.number();
        }
        if differs(differs::TAIL) {
            self.last.tail = self.bytes.number();
        }
        if differs(differs::WRITTEN) {
            self.last.written = (self.bytes.number(), self.bytes.number());
        }
        let tag = TAGS.get(field(shape::TAG, 3) as usize).copied().unwrap_or(Tag::Missing);
        if tag.has_time() {
            let unit = UNITS.get(field(shape::UNIT, 2) as usize).copied().unwrap_or(1);
            self.last.when = self.last.when.wrapping_add(self.bytes.signed().wrapping_mul(unit));
        }
        let when = self.last.when;
        let month_first = if tag == Tag::Ambiguous { when.wrapping_add(self.bytes.signed()) } else { when };
        let Last { text_at, tail, written, .. } = self.last;
        let text_len = len.saturating_sub(text_at).saturating_sub(tail);
        let text = self.text(field(shape::TEXT, 2), start + text_at, text_len);
        let written = self.text(field(shape::WRITTEN, 2), start + written.0, written.1);
        let id = (field(shape::ID, 1) == 1).then(|| {
            self.last.id = self.last.id.wrapping_add(self.bytes.signed());
            self.last.id
        });
        let extras = (field(shape::EXTRAS, 1) == 1).then(|| {
            let len = self.bytes.number();
            self.bytes.take(len)
        });
        Record {
            source,
            place,
            conversation: ConversationId(self.last.conversation),
            sender: self
                .last
                .sender
                .checked_sub(1)
                .and_then(|sender| u32::try_from(sender).ok())
                .map(ParticipantId),
            kind: KINDS.get(field(0, 4) as usize).copied().unwrap_or_default(),
            precision: PRECISIONS.get(field(shape::PRECISION, 2) as usize).copied().unwrap_or_default(),
            tag,
            when,
            month_first,
            written,
            text,
            id,
            extras,
            names: &self.packed.names,
        }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        if self.next >= self.packed.len {
            return None;
        }
        if self.next.is_multiple_of(BLOCK) {
            let &(chunk, place) = self.packed.blocks.get(self.next / BLOCK)?;
            self.bytes = Bytes(self.packed.chunks.get(chunk as usize)?.get(place as usize..)?);
            self.last = Last::default();
        }
        self.next += 1;
        Some(self.record())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.packed.len - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Records<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sent;
    use jiff::Timestamp;
    use jiff::civil::date;

    /// Every kind, reading, precision and place, in an order in which each field changes by itself at some time.
    fn messages() -> Vec<Message<'static>> {
        let local = |minutes: i64| {
            date(1969, 12, 31).at(23, 0, 0, 0).checked_add(jiff::Span::new().seconds(minutes * 61)).unwrap()
        };
        let mut messages = Vec::new();
        let mut at = 0;
        for number in 0..2000_u32 {
            let wide = i64::from(number);
            let pick = |of: u32| number / 3 % of;
            let start = at + u64::from(number % 5 == 0) * 3;
            let source = Span::new(start, start + 40 + u64::from(number % 200));
            at = source.end();
            let instant = Timestamp::from_millisecond(1_600_000_000_000 + wide * 4001).unwrap();
            let reading = match pick(9) {
                0 => Reading::Missing,
                1 => Reading::Impossible,
                2 => Reading::Ambiguous { day_first: local(wide), month_first: local(wide * 40_000) },
                3 | 4 => Reading::Local(local(wide)),
                5 => Reading::Instant(instant, ZoneBasis::Epoch),
                6 => Reading::Instant(instant, ZoneBasis::Stated),
                7 => Reading::Instant(instant, ZoneBasis::Format),
                _ => Reading::Instant(instant, ZoneBasis::Reader),
            };
            let text = |long: u64| match number % 4 {
                0 => Text::EMPTY,
                1 | 2 => Text { value: "12345".into(), at: Some(Span::new(start + long, start + long + 5)) },
                _ => Text::decoded(format!("text {number}")),
            };
            let mut message = Message {
                source,
                place: match pick(4) {
                    0 => Place::Bytes,
                    1 => Place::Element { array: number % 2, index: u64::from(number) },
                    _ => Place::Line(u64::from(number) * 7),
                },
                conversation: ConversationId(number / 100),
                sender: (number % 7 > 0).then_some(ParticipantId(number % 3)),
                sent: Sent { written: text(2), reading, precision: PRECISIONS[pick(4) as usize] },
                kind: KINDS[pick(10) as usize],
                text: text(u64::from(number % 30)),
                extras: None,
            };
            match number % 11 {
                0 => message.extras_mut().detail("note", format!("{number}")),
                1 | 2 => message.extras_mut().id = Some((wide - 9).to_string()),
                _ => {}
            }
            messages.push(message);
        }
        messages
    }

    #[test]
    fn messages_come_back() {
        let messages = messages();
        let mut packed = Packed::default();
        let id = |message: &Message<'_>| message.extras.as_deref()?.id.as_deref()?.parse().ok();
        for message in &messages {
            packed.push(message, id(message));
        }
        assert_eq!(packed.records().len(), messages.len());
        for (number, (record, message)) in packed.records().zip(&messages).enumerate() {
            let same = |record: &Record<'_>| {
                assert_eq!((record.source, &record.place), (message.source, &message.place), "{number}");
                assert_eq!((record.conversation, record.sender), (message.conversation, message.sender));
                assert_eq!((record.kind, record.precision), (message.kind, message.sent.precision));
                assert_eq!(record.reading(), message.sent.reading, "{number}");
                assert_eq!(record.extras(), message.extras, "{number}");
                for (kept, text) in [(record.text, &message.text), (record.written, &message.sent.written)] {
                    match kept {
                        Kept::Nowhere => assert!(text.is_empty()),
                        Kept::Source(at) => assert_eq!(Some(at), text.at),
                        Kept::Here(kept) => assert_eq!((kept, None), (&*text.value, text.at)),
                    }
                }
            };
            same(&record);
            same(&packed.get(number).unwrap());
        }
        assert!(packed.get(messages.len()).is_none());
    }

    #[test]
    fn kinds_and_precisions_have_the_numbers_of_their_places() {
        assert!(KINDS.iter().enumerate().all(|(place, &kind)| kind as usize == place));
        assert!(PRECISIONS.iter().enumerate().all(|(place, &precision)| precision as usize == place));
        assert!(TAGS.iter().enumerate().all(|(place, &tag)| tag.code() as usize == place));
    }
}
