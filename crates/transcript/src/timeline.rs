//! A whole source in memory: its messages, small enough that a hundred megabytes of chat fit in two hundred.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::{
    ConversationId, Directory, Extras, Kind, Message, Parser, ParticipantId, Place, Precision, Reading, Sent,
    Sink, Span, Structure, StructureKind, Text, Unparsed, Warning, WarningKind, ZoneBasis, parse_slice,
};

/// Records are kept in blocks of this many, so that growing never holds two copies.
const BLOCK: usize = 1 << 14;
/// Decoded texts begin at multiples of this, so that 32 bits address 32 GiB of them.
const GRAIN: usize = 8;
const NONE: u32 = u32::MAX;
const NO_ID: i64 = i64::MIN;
/// How many unparsed pieces, and how many warnings of one kind, are kept one by one. What a broken or hostile file has
/// beyond that is counted and kept as one, or the notes would take many times its size.
const ONE_BY_ONE: usize = 1 << 12;

/// The messages of one source, in the order of its bytes, with what else is known of those bytes.
///
/// Texts that stand in the source as they are, are not copied. Times are kept to the millisecond; what was written
/// beyond that is in [`Sent::written`].
#[derive(Debug)]
pub struct Timeline<'s> {
    source: Cow<'s, [u8]>,
    store: Store,
    /// Who and what took part.
    pub directory: Directory,
}

#[derive(Debug, Default)]
struct Store {
    blocks: Vec<Vec<Record>>,
    decoded: Vec<u8>,
    sides: Vec<Side>,
    structure: [u64; 4],
    message_bytes: u64,
    unparsed: Vec<Unparsed>,
    unparsed_bytes: u64,
    /// Whether a message came after the last unparsed piece.
    message_since: bool,
    /// Of the last piece, if it stands for several: how many.
    joined: u64,
    warnings: Vec<Warning>,
    /// How many warnings there are of each kind, and which of those kept stands for the rest.
    warned: BTreeMap<WarningKind, (usize, Option<usize>)>,
}

/// One message in 64 bytes. Offsets are relative to the message's first byte where 32 bits would not do.
#[derive(Clone, Copy, Debug)]
struct Record {
    start: u64,
    when: i64,
    /// The platform's identifier, where that is a number and all that the extras hold; else [`NO_ID`].
    id: i64,
    len: u32,
    text_at: u32,
    text_len: u32,
    array: u32,
    index: u32,
    sender: u32,
    conversation: u32,
    side: u32,
    written_at: u16,
    written_len: u8,
    kind: Kind,
    tag: Tag,
    precision: Precision,
    text_form: TextForm,
}

/// What few messages have.
#[derive(Debug, Default)]
struct Side {
    extras: Option<Box<Extras>>,
    written: Option<Box<str>>,
    month_first: Option<i64>,
    place: Option<Place>,
}

#[derive(Clone, Copy, Debug)]
enum Tag {
    Instant(ZoneBasis),
    Local,
    Ambiguous,
    Impossible,
    Missing,
}

#[derive(Clone, Copy, Debug)]
enum TextForm {
    Empty,
    Verbatim,
    Decoded,
}

impl<'s> Timeline<'s> {
    /// Reads a whole source.
    pub fn read(parser: &mut dyn Parser, source: &'s [u8]) -> Self {
        Self::of(parser, Cow::Borrowed(source))
    }

    fn of(parser: &mut dyn Parser, source: Cow<'s, [u8]>) -> Self {
        let mut store = Store::default();
        let directory = parse_slice(parser, &source, &mut store);
        store.close();
        Self { source, store, directory }
    }

    /// The source.
    pub fn source(&self) -> &[u8] {
        &self.source
    }

    /// How many messages.
    pub fn len(&self) -> usize {
        match self.store.blocks.split_last() {
            Some((last, full)) => full.len() * BLOCK + last.len(),
            None => 0,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.store.blocks.is_empty()
    }

    /// The message of this number, in the order of the source's bytes.
    pub fn get(&self, number: usize) -> Option<Message<'_>> {
        self.store.blocks.get(number / BLOCK)?.get(number % BLOCK).map(|record| self.view(record))
    }

    /// All messages, in the order of the source's bytes.
    pub fn messages(&self) -> impl ExactSizeIterator<Item = Message<'_>> {
        let mut records = self.store.blocks.iter().flatten();
        (0..self.len()).map(move |_| match records.next() {
            Some(record) => self.view(record),
            None => unreachable!("as many records as their blocks hold"),
        })
    }

    /// The messages' numbers in order of time. Equal times keep the order of the bytes, or its reverse where the
    /// source as a whole runs backwards; messages without a time stay behind the one they follow in the source.
    pub fn by_time(&self) -> Vec<u32> {
        self.by_time_as(|reading| reading).into_iter().map(|(_, number)| number).collect()
    }

    /// The same, with every time taken as `understand` has it, and with the key that each is sorted by
    /// ([`Reading::sort_key`]; that of the message before where there is none), so that timelines can be merged.
    pub fn by_time_as(&self, understand: impl Fn(Reading) -> Reading) -> Vec<(i64, u32)> {
        let reading = |record: &Record| record.reading(self.store.sides.get(record.side as usize));
        let records = self.store.blocks.iter().flatten();
        let keys: Vec<Option<i64>> = records.map(|record| understand(reading(record)).sort_key()).collect();
        let (mut rising, mut falling) = (0_u64, 0_u64);
        let mut before = None;
        for key in keys.iter().copied().flatten() {
            match before {
                Some(last) if key > last => rising += 1,
                Some(last) if key < last => falling += 1,
                _ => {}
            }
            before = Some(key);
        }
        let backwards = falling > rising;
        let mut order: Vec<(i64, u32)> = Vec::with_capacity(keys.len());
        let mut last = i64::MIN;
        for position in 0..keys.len() {
            let number = if backwards { keys.len() - 1 - position } else { position };
            last = keys.get(number).copied().flatten().unwrap_or(last);
            order.push((last, u32::try_from(number).unwrap_or(NONE)));
        }
        order.sort_by_key(|&(key, _)| key);
        order
    }

    /// How many bytes belong to messages.
    pub fn message_bytes(&self) -> u64 {
        self.store.message_bytes
    }

    /// How many bytes are structure of a kind.
    pub fn structure_bytes(&self, kind: StructureKind) -> u64 {
        self.store.structure.get(kind as usize).copied().unwrap_or_default()
    }

    /// How many bytes are not understood.
    pub fn unparsed_bytes(&self) -> u64 {
        self.store.unparsed_bytes
    }

    /// The bytes that are not understood. Where there are thousands, one stands for a row of them with the structure
    /// between, and says so.
    pub fn unparsed(&self) -> &[Unparsed] {
        &self.store.unparsed
    }

    /// What a reader of the timeline must know.
    pub fn warnings(&self) -> &[Warning] {
        &self.store.warnings
    }

    fn view(&self, record: &Record) -> Message<'_> {
        let source = Span::new(record.start, record.start + u64::from(record.len));
        let side = self.store.sides.get(record.side as usize);
        Message {
            source,
            place: record.place(side),
            conversation: ConversationId(record.conversation),
            sender: (record.sender != NONE).then_some(ParticipantId(record.sender)),
            sent: Sent {
                written: self.written(record, side),
                reading: record.reading(side),
                precision: record.precision,
            },
            kind: record.kind,
            text: self.text(record),
            extras: match record.id {
                NO_ID => side.and_then(|side| side.extras.clone()),
                id => Some(Box::new(Extras { id: Some(id.to_string()), ..Extras::default() })),
            },
        }
    }

    fn text(&self, record: &Record) -> Text<'_> {
        match record.text_form {
            TextForm::Empty => Text::EMPTY,
            TextForm::Verbatim => self.verbatim(record.start + u64::from(record.text_at), record.text_len),
            TextForm::Decoded => {
                let start = record.text_at as usize * GRAIN;
                let bytes =
                    self.store.decoded.get(start..start + record.text_len as usize).unwrap_or_default();
                Text { value: String::from_utf8_lossy(bytes), at: None }
            }
        }
    }

    fn written(&self, record: &Record, side: Option<&Side>) -> Text<'_> {
        if let Some(written) = side.and_then(|side| side.written.as_deref()) {
            return Text::decoded(written.to_owned());
        }
        if record.written_len == 0 {
            return Text::EMPTY;
        }
        self.verbatim(record.start + u64::from(record.written_at), u32::from(record.written_len))
    }

    fn verbatim(&self, start: u64, len: u32) -> Text<'_> {
        let at = Span::new(start, start + u64::from(len));
        Text { value: String::from_utf8_lossy(at.of(&self.source).unwrap_or_default()), at: Some(at) }
    }
}

impl Timeline<'static> {
    /// Reads a whole source and keeps it.
    pub fn keep(parser: &mut dyn Parser, source: Vec<u8>) -> Self {
        Self::of(parser, Cow::Owned(source))
    }
}

impl Record {
    fn place(&self, side: Option<&Side>) -> Place {
        match side.and_then(|side| side.place.clone()) {
            Some(place) => place,
            None if self.array == NONE => Place::Line(u64::from(self.index)),
            None => Place::Element { array: self.array, index: u64::from(self.index) },
        }
    }

    fn reading(&self, side: Option<&Side>) -> Reading {
        let at = Timestamp::from_millisecond(self.when);
        let civil = |millis| Timestamp::from_millisecond(millis).map(|at| Offset::UTC.to_datetime(at));
        match (self.tag, at) {
            (Tag::Missing, _) => Reading::Missing,
            (Tag::Impossible, _) | (_, Err(_)) => Reading::Impossible,
            (Tag::Instant(basis), Ok(at)) => Reading::Instant(at, basis),
            (Tag::Local, Ok(at)) => Reading::Local(Offset::UTC.to_datetime(at)),
            (Tag::Ambiguous, Ok(at)) => {
                let day_first = Offset::UTC.to_datetime(at);
                let month_first =
                    side.and_then(|side| side.month_first).and_then(|millis| civil(millis).ok());
                Reading::Ambiguous { day_first, month_first: month_first.unwrap_or(day_first) }
            }
        }
    }
}

impl Store {
    fn pack_text(&mut self, message: &Message<'_>) -> (TextForm, u32, u32) {
        let text = &message.text;
        let len = u32::try_from(text.value.len()).unwrap_or(NONE);
        if text.is_empty() {
            return (TextForm::Empty, 0, 0);
        }
        if let Some(at) = text.at
            && message.source.contains(at)
            && let Ok(offset) = u32::try_from(at.start() - message.source.start())
        {
            return (TextForm::Verbatim, offset, len);
        }
        let padding = self.decoded.len().next_multiple_of(GRAIN) - self.decoded.len();
        self.decoded.extend_from_slice(&[0; GRAIN][..padding]);
        let offset = u32::try_from(self.decoded.len() / GRAIN).unwrap_or(NONE);
        self.decoded.extend_from_slice(text.value.as_bytes());
        (TextForm::Decoded, offset, len)
    }

    fn pack_written(sent: &Sent<'_>, source: Span, side: &mut Side) -> (u16, u8) {
        if sent.written.is_empty() {
            return (0, 0);
        }
        let packed = sent.written.at.filter(|&at| source.contains(at)).and_then(|at| {
            Some((u16::try_from(at.start() - source.start()).ok()?, u8::try_from(at.len()).ok()?))
        });
        packed.unwrap_or_else(|| {
            side.written = Some(Box::from(&*sent.written.value));
            (0, 0)
        })
    }

    fn pack_reading(reading: Reading, side: &mut Side) -> (Tag, i64) {
        let key = reading.sort_key().unwrap_or_default();
        let tag = match reading {
            Reading::Instant(_, basis) => Tag::Instant(basis),
            Reading::Local(_) => Tag::Local,
            Reading::Ambiguous { month_first, .. } => {
                side.month_first = Reading::Local(month_first).sort_key();
                Tag::Ambiguous
            }
            Reading::Impossible => Tag::Impossible,
            Reading::Missing => Tag::Missing,
        };
        (tag, key)
    }

    fn pack_place(place: &Place, side: &mut Side) -> (u32, u32) {
        let packed = match *place {
            Place::Line(line) => u32::try_from(line).ok().map(|line| (NONE, line)),
            Place::Element { array, index } => u32::try_from(index).ok().map(|index| (array, index)),
            Place::Bytes => None,
        };
        packed.unwrap_or_else(|| {
            side.place = Some(place.clone());
            (NONE, 0)
        })
    }
}

impl Side {
    fn is_empty(&self) -> bool {
        let Self { extras, written, month_first, place } = self;
        extras.is_none() && written.is_none() && month_first.is_none() && place.is_none()
    }
}

impl Store {
    /// Says of what stands for several that it does.
    fn close(&mut self) {
        self.close_unparsed();
        for (count, rest) in self.warned.values() {
            if let Some(rest) = rest.and_then(|rest| self.warnings.get_mut(rest))
                && *count > ONE_BY_ONE + 1
            {
                let further = count - ONE_BY_ONE - 1;
                rest.note = format!("{further} more of this kind, and the first of them: {}", rest.note);
            }
        }
    }

    fn close_unparsed(&mut self) {
        let joined = std::mem::take(&mut self.joined);
        if joined > 0
            && let Some(last) = self.unparsed.last_mut()
        {
            last.reason = format!("{} pieces with structure between, the first: {}", joined + 1, last.reason);
        }
    }
}

/// The identifier, if it is all there is and a number that is written as numbers are.
fn only_number(extras: &Extras) -> Option<i64> {
    let Extras { id: Some(id), reply_to: None, edited: None, attachments, reactions, details } = extras
    else {
        return None;
    };
    let digits = id.strip_prefix('-').unwrap_or(id).as_bytes();
    let first = *digits.first()?;
    let canonical = digits.len() <= 18 && (first != b'0' || id == "0");
    let alone = attachments.is_empty() && reactions.is_empty() && details.is_empty();
    if !(canonical && alone) {
        return None;
    }
    let mut number = 0_i64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + i64::from(digit - b'0');
    }
    Some(if id.starts_with('-') { -number } else { number })
}

impl Sink for Store {
    fn message(&mut self, message: &Message<'_>, _: &Directory) {
        self.message_since = true;
        let mut side = Side::default();
        let id = message.extras.as_deref().and_then(only_number).unwrap_or(NO_ID);
        if id == NO_ID
            && let Some(extras) = &message.extras
            && !extras.is_empty()
        {
            side.extras = Some(extras.clone());
        }
        let (text_form, text_at, text_len) = self.pack_text(message);
        let (written_at, written_len) = Self::pack_written(&message.sent, message.source, &mut side);
        let (tag, when) = Self::pack_reading(message.sent.reading, &mut side);
        let (array, index) = Self::pack_place(&message.place, &mut side);
        let side = if side.is_empty() {
            NONE
        } else {
            self.sides.push(side);
            u32::try_from(self.sides.len() - 1).unwrap_or(NONE)
        };
        self.message_bytes += message.source.len();
        let record = Record {
            start: message.source.start(),
            when,
            id,
            len: u32::try_from(message.source.len()).unwrap_or(NONE),
            text_at,
            text_len,
            array,
            index,
            sender: message.sender.map_or(NONE, |sender| sender.0),
            conversation: message.conversation.0,
            side,
            written_at,
            written_len,
            kind: message.kind,
            tag,
            precision: message.sent.precision,
            text_form,
        };
        match self.blocks.last_mut() {
            Some(block) if block.len() < BLOCK => block.push(record),
            Some(_) => {
                let mut block = Vec::with_capacity(BLOCK);
                block.push(record);
                self.blocks.push(block);
            }
            None => self.blocks.push(vec![record]),
        }
    }

    fn structure(&mut self, structure: Structure) {
        if let Some(sum) = self.structure.get_mut(structure.kind as usize) {
            *sum += structure.at.len();
        }
    }

    fn unparsed(&mut self, unparsed: Unparsed) {
        self.unparsed_bytes += unparsed.at.len();
        if self.unparsed.len() >= ONE_BY_ONE
            && !self.message_since
            && let Some(last) = self.unparsed.last_mut()
        {
            last.at = Span::new(last.at.start(), unparsed.at.end());
            self.joined += 1;
            return;
        }
        self.close_unparsed();
        self.message_since = false;
        self.unparsed.push(unparsed);
    }

    fn warning(&mut self, warning: Warning) {
        let (count, rest) = self.warned.entry(warning.kind).or_default();
        *count += 1;
        if *count > ONE_BY_ONE {
            if let Some(rest) = rest.and_then(|rest| self.warnings.get_mut(rest)) {
                let (start, end) =
                    (rest.at.start().min(warning.at.start()), rest.at.end().max(warning.at.end()));
                rest.at = Span::new(start, end);
                return;
            }
            *rest = Some(self.warnings.len());
        }
        self.warnings.push(warning);
    }
}

/// What [`Message::into_owned`] gives: a message that borrows from nothing.
pub type OwnedMessage = Message<'static>;

impl Message<'_> {
    /// The same, borrowing from nothing.
    pub fn into_owned(self) -> OwnedMessage {
        let own = |text: Text<'_>| Text { value: Cow::Owned(text.value.into_owned()), at: text.at };
        Message {
            source: self.source,
            place: self.place,
            conversation: self.conversation,
            sender: self.sender,
            sent: Sent {
                written: own(self.sent.written),
                reading: self.sent.reading,
                precision: self.sent.precision,
            },
            kind: self.kind,
            text: own(self.text),
            extras: self.extras,
        }
    }
}
