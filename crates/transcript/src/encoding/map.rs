//! From offsets in a transcoded text back to offsets in the source.

use crate::{Directory, Message, Sink, Span, Structure, Unparsed, Warning};

const WORD: u64 = 64;
/// Words between two counts.
const BLOCK: usize = 8;

/// From offsets in a transcoded text back to offsets in the source.
///
/// One bit for every byte of the text says whether a code unit of the source begins there; a count every 512 bytes
/// makes looking up cheap. That is a seventh of the text, however its characters are mixed.
#[derive(Clone, Debug)]
pub struct OffsetMap {
    /// Bytes of a code unit of the source; `0` where text and source are the same bytes.
    unit: u64,
    bits: Vec<u64>,
    /// How many bits are set before every [`BLOCK`]th word.
    counts: Vec<u64>,
    set: u64,
    /// Where the second unit of the last character of two units begins.
    half_at: u64,
    text_len: u64,
    source_len: u64,
}

impl OffsetMap {
    /// Text and source are the same bytes.
    pub const fn identity(len: u64) -> Self {
        Self {
            unit: 0,
            bits: Vec::new(),
            counts: Vec::new(),
            set: 0,
            half_at: 0,
            text_len: len,
            source_len: len,
        }
    }

    pub(super) const fn units(unit: u64) -> Self {
        Self { unit, bits: Vec::new(), counts: Vec::new(), set: 0, half_at: 0, text_len: 0, source_len: 0 }
    }

    /// Where in the source a range of the text comes from: the whole of every character it touches.
    ///
    /// Ranges that touch in the text touch in the source, as long as they are cut between characters.
    pub fn original(&self, text: Span) -> Span {
        Span::new(self.start(text.start()), self.end(text.end()))
    }

    /// Whether text and source are the same bytes.
    pub const fn is_identity(&self) -> bool {
        self.unit == 0
    }

    /// How long the source is.
    pub const fn source_len(&self) -> u64 {
        self.source_len
    }

    /// How long the text is.
    pub const fn text_len(&self) -> u64 {
        self.text_len
    }

    pub(super) fn source_grows(&mut self, by: u64) {
        self.source_len += by;
    }

    /// The text goes on with these bytes, which are whole characters.
    pub(super) fn text_grows(&mut self, text: &[u8]) {
        for &byte in text {
            if self.text_len.is_multiple_of(WORD) {
                if self.bits.len().is_multiple_of(BLOCK) {
                    self.counts.push(self.set);
                }
                self.bits.push(0);
            }
            if byte >= 0xF0 && self.unit == 2 {
                // Two units of UTF-16 for the four bytes.
                self.half_at = self.text_len + 2;
            }
            let begins = byte & 0xC0 != 0x80 || self.half_at == self.text_len;
            if begins && let Some(word) = self.bits.last_mut() {
                *word |= 1 << (self.text_len % WORD);
                self.set += 1;
            }
            self.text_len += 1;
        }
    }

    /// How many units begin before this offset of the text.
    fn units_before(&self, text: u64) -> u64 {
        let Ok(word) = usize::try_from(text / WORD) else { return self.set };
        let block = word / BLOCK;
        let Some(&counted) = self.counts.get(block) else { return self.set };
        let whole = self.bits.get(block * BLOCK..word).unwrap_or_default();
        let part = self.bits.get(word).map_or(0, |bits| bits & ((1 << (text % WORD)) - 1));
        counted
            + whole.iter().map(|word| u64::from(word.count_ones())).sum::<u64>()
            + u64::from(part.count_ones())
    }

    fn begins(&self, text: u64) -> bool {
        let word = usize::try_from(text / WORD).ok().and_then(|word| self.bits.get(word));
        word.is_none_or(|word| word >> (text % WORD) & 1 == 1)
    }

    fn start(&self, text: u64) -> u64 {
        if self.unit == 0 {
            return text.min(self.source_len);
        }
        if text >= self.text_len {
            return self.source_len;
        }
        let units = self.units_before(text);
        let units = if self.begins(text) { units } else { units.saturating_sub(1) };
        (units * self.unit).min(self.source_len)
    }

    fn end(&self, text: u64) -> u64 {
        if self.unit == 0 {
            return text.min(self.source_len);
        }
        if text >= self.text_len {
            return self.source_len;
        }
        (self.units_before(text) * self.unit).min(self.source_len)
    }
}

/// A sink that gives another every span in the source's own bytes.
///
/// Texts lose their span: in the source, these very bytes do not stand.
pub struct Mapped<'m, 's> {
    map: &'m OffsetMap,
    inner: &'s mut dyn Sink,
}

impl std::fmt::Debug for Mapped<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mapped").finish_non_exhaustive()
    }
}

impl<'m, 's> Mapped<'m, 's> {
    /// Gives `inner` what a parser says of the transcoded text.
    pub fn new(map: &'m OffsetMap, inner: &'s mut dyn Sink) -> Self {
        Self { map, inner }
    }
}

impl Sink for Mapped<'_, '_> {
    fn message(&mut self, message: &Message<'_>, directory: &Directory) {
        if self.map.is_identity() {
            return self.inner.message(message, directory);
        }
        let mut message = message.clone();
        message.source = self.map.original(message.source);
        message.text.at = None;
        message.sent.written.at = None;
        for attachment in message.extras.iter_mut().flat_map(|extras| &mut extras.attachments) {
            attachment.embedded = attachment.embedded.map(|span| self.map.original(span));
        }
        self.inner.message(&message, directory);
    }

    fn structure(&mut self, structure: Structure) {
        self.inner.structure(Structure { at: self.map.original(structure.at), ..structure });
    }

    fn unparsed(&mut self, unparsed: Unparsed) {
        self.inner.unparsed(Unparsed { at: self.map.original(unparsed.at), ..unparsed });
    }

    fn warning(&mut self, warning: Warning) {
        self.inner.warning(Warning { at: self.map.original(warning.at), ..warning });
    }
}
