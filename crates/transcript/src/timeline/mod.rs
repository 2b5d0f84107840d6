//! A whole source in memory: its messages, small enough that a hundred megabytes of chat fit in two hundred.

mod bytes;
mod extras;
mod packed;

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::{
    Directory, Extras, Message, Parser, Reading, Sent, Sink, Span, Structure, StructureKind, Text, Unparsed,
    Warning, WarningKind, parse_slice,
};
use packed::{Kept, Packed, Record, Tag};

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
    packed: Packed,
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
        self.store.packed.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The message of this number, in the order of the source's bytes.
    pub fn get(&self, number: usize) -> Option<Message<'_>> {
        self.store.packed.get(number).map(|record| self.view(&record))
    }

    /// All messages, in the order of the source's bytes.
    pub fn messages(&self) -> impl ExactSizeIterator<Item = Message<'_>> {
        self.store.packed.records().map(|record| self.view(&record))
    }

    /// The messages' numbers in order of time. Equal times keep the order of the bytes, or its reverse where the
    /// source as a whole runs backwards; messages without a time stay behind the one they follow in the source.
    pub fn by_time(&self) -> Vec<u32> {
        self.by_time_as(|reading| reading).into_iter().map(|(_, number)| number).collect()
    }

    /// The same, with every time taken as `understand` has it, and with the key that each is sorted by
    /// ([`Reading::sort_key`]; that of the message before where there is none), so that timelines can be merged.
    pub fn by_time_as(&self, understand: impl Fn(Reading) -> Reading) -> Vec<(i64, u32)> {
        let records = self.store.packed.records();
        let keys: Vec<Option<i64>> = records.map(|record| understand(record.reading()).sort_key()).collect();
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
            order.push((last, u32::try_from(number).unwrap_or(u32::MAX)));
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

    fn view<'t>(&'t self, record: &Record<'t>) -> Message<'t> {
        Message {
            source: record.source,
            place: record.place.clone(),
            conversation: record.conversation,
            sender: record.sender,
            sent: Sent {
                written: self.text(record.written),
                reading: record.reading(),
                precision: record.precision,
            },
            kind: record.kind,
            text: self.text(record.text),
            extras: record.extras(),
        }
    }

    fn text<'t>(&'t self, kept: Kept<'t>) -> Text<'t> {
        match kept {
            Kept::Nowhere => Text::EMPTY,
            Kept::Here(text) => Text::decoded(text),
            Kept::Source(at) => {
                Text { value: String::from_utf8_lossy(at.of(&self.source).unwrap_or_default()), at: Some(at) }
            }
        }
    }
}

impl Timeline<'static> {
    /// Reads a whole source and keeps it.
    pub fn keep(parser: &mut dyn Parser, source: Vec<u8>) -> Self {
        Self::of(parser, Cow::Owned(source))
    }
}

impl Record<'_> {
    fn reading(&self) -> Reading {
        let civil = |millis| Timestamp::from_millisecond(millis).map(|at| Offset::UTC.to_datetime(at)).ok();
        let reading = match self.tag {
            Tag::Missing => return Reading::Missing,
            Tag::Impossible => None,
            Tag::Instant(basis) => {
                Timestamp::from_millisecond(self.when).ok().map(|at| Reading::Instant(at, basis))
            }
            Tag::Local => civil(self.when).map(Reading::Local),
            Tag::Ambiguous => civil(self.when).map(|day_first| Reading::Ambiguous {
                day_first,
                month_first: civil(self.month_first).unwrap_or(day_first),
            }),
        };
        reading.unwrap_or(Reading::Impossible)
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
        self.message_bytes += message.source.len();
        let id = message.extras.as_deref().and_then(only_number);
        self.packed.push(message, id);
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
