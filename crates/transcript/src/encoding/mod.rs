//! Sources that are not UTF-8: recognised, transcoded for the parsers, every span given back in the file's own bytes.
//!
//! UTF-16 comes from a text that somebody opened and saved again, Windows-1252 from old tools. UTF-16 is told by its
//! byte order mark, or else by where its zero bytes stand. Windows-1252 is only assumed where a source is not UTF-8
//! and its bytes make sense as Windows-1252, and is always reported.

mod map;

use std::borrow::Cow;

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memmem;
use serde::Serialize;

pub use map::{Mapped, OffsetMap};

use crate::{HEAD, Span, Warning, WarningKind};

/// How a source's text is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, or nothing that is known better: the parsers read the bytes as they are.
    #[default]
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Windows-1252, as the WHATWG Encoding Standard has it.
    Windows1252,
}

/// What a source's encoding was recognised as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detected {
    /// The encoding.
    pub encoding: Encoding,
    /// What shows it, in words for a person.
    pub why: String,
    /// Whether that is an inference that a reader must be told of.
    pub inferred: bool,
}

/// A source as UTF-8, and the way back to its own bytes.
#[derive(Debug)]
pub struct Transcoded<'s> {
    /// The text; the source itself where it needed no transcoding.
    pub utf8: Cow<'s, [u8]>,
    /// From offsets in `utf8` to offsets in the source.
    pub map: OffsetMap,
    /// What was recognised.
    pub detected: Detected,
    /// What a reader of the timeline must know, its spans in the source.
    pub warnings: Vec<Warning>,
}

/// Code units of UTF-16 looked at to recognise it.
const SAMPLE: usize = HEAD / 2;

/// Recognises a source's encoding. `source` is the whole of it: only the whole shows that it is not UTF-8.
pub fn detect(source: &[u8]) -> Detected {
    if let Some(detected) = detect_utf16(source) {
        return detected;
    }
    let survey = Utf8Survey::of(source);
    let utf8 = |why: &str| Detected { encoding: Encoding::Utf8, why: why.to_owned(), inferred: false };
    if survey.invalid == 0 {
        return utf8("every byte is valid UTF-8");
    }
    if let Some(why) = survey.is_windows_1252() {
        return Detected { encoding: Encoding::Windows1252, why, inferred: true };
    }
    utf8("not valid UTF-8, and not sensible as UTF-16 or Windows-1252 either")
}

/// Recognises UTF-16 from a source's beginning; [`HEAD`] bytes are enough.
pub fn detect_utf16(head: &[u8]) -> Option<Detected> {
    let (encoding, name) = match head {
        // The mark of UTF-32 begins with that of UTF-16.
        [0xFF, 0xFE, 0, 0, ..] => return None,
        [0xFF, 0xFE, ..] => (Encoding::Utf16Le, "FF FE, of UTF-16 with the low byte first"),
        [0xFE, 0xFF, ..] => (Encoding::Utf16Be, "FE FF, of UTF-16 with the high byte first"),
        _ => return detect_unmarked_utf16(head),
    };
    Some(Detected { encoding, why: format!("begins with the byte order mark {name}"), inferred: false })
}

/// Without a mark, what shows UTF-16 is that the zero bytes stand on one side of the pairs: line breaks, spaces and
/// digits are in every chat, whatever its script.
fn detect_unmarked_utf16(head: &[u8]) -> Option<Detected> {
    let pairs = head.get(..HEAD).unwrap_or(head).as_chunks::<2>().0;
    if pairs.len() < 4 {
        return None;
    }
    let high_first = pairs.iter().filter(|[first, second]| *first == 0 && *second != 0).count();
    let low_first = pairs.iter().filter(|[first, second]| *first != 0 && *second == 0).count();
    let (encoding, zeros, others) = if high_first > low_first {
        (Encoding::Utf16Be, high_first, low_first)
    } else {
        (Encoding::Utf16Le, low_first, high_first)
    };
    if zeros * 8 < pairs.len() || others * 16 > zeros {
        return None;
    }
    let unit = |pair: &[u8; 2]| match encoding {
        Encoding::Utf16Be => u16::from_be_bytes(*pair),
        _ => u16::from_le_bytes(*pair),
    };
    let mut strange = 0_usize;
    for character in char::decode_utf16(pairs.iter().take(SAMPLE).map(unit)) {
        let sensible =
            character.is_ok_and(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}'));
        strange += usize::from(!sensible);
    }
    if strange * 100 > pairs.len() {
        return None;
    }
    let side = if encoding == Encoding::Utf16Be { "first" } else { "second" };
    let why = format!(
        "no byte order mark; {zeros} of the first {} pairs of bytes have a zero as the {side}, as UTF-16 has",
        pairs.len()
    );
    Some(Detected { encoding, why, inferred: true })
}

/// What the bytes of a source that may not be UTF-8 look like.
#[derive(Debug, Default)]
struct Utf8Survey {
    /// Sequences of more than one byte that are valid.
    valid: u64,
    /// Bytes of 80 and above that are not.
    invalid: u64,
    /// Of those, the ones that stand for a letter or sign in Windows-1252 where one may stand.
    fitting: u64,
    /// Of those, the five that Windows-1252 does not define.
    undefined: u64,
    /// Control characters other than line breaks and tabs.
    controls: u64,
    /// Whether the only fault is a sequence cut off by the end.
    cut: bool,
    len: u64,
}

impl Utf8Survey {
    fn of(source: &[u8]) -> Self {
        let mut survey = Self { len: source.len() as u64, ..Self::default() };
        let mut before = 0_usize;
        for chunk in source.utf8_chunks() {
            let valid = chunk.valid().as_bytes();
            survey.valid += valid.iter().filter(|&&byte| byte >= 0xC0).count() as u64;
            let control = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0xC);
            survey.controls += valid.iter().filter(control).count() as u64;
            let bad = before + valid.len();
            for (offset, &byte) in chunk.invalid().iter().enumerate() {
                survey.invalid += 1;
                survey.undefined += u64::from(matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D));
                let at = bad + offset;
                let last = at.checked_sub(1).and_then(|at| source.get(at));
                survey.fitting += u64::from(fits(byte, last.copied(), source.get(at + 1).copied()));
            }
            before = bad + chunk.invalid().len();
            survey.cut = survey.invalid == chunk.invalid().len() as u64
                && before == source.len()
                && std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
        }
        survey
    }

    /// Why the source is Windows-1252, if it is.
    fn is_windows_1252(&self) -> Option<String> {
        let Self { valid, invalid, fitting, undefined, controls, cut, len } = *self;
        // A few broken bytes among many good sequences are damaged UTF-8, not another encoding.
        if cut || undefined > 0 || controls > 0 || valid * 10 > invalid {
            return None;
        }
        if invalid * 3 > len || fitting * 10 < invalid * 9 {
            return None;
        }
        Some(format!(
            "not valid UTF-8; its {invalid} bytes above 7F make sense as letters and signs of Windows-1252"
        ))
    }
}

/// Whether a byte above 7F is, in Windows-1252, a character that may stand between these two.
fn fits(byte: u8, before: Option<u8>, after: Option<u8>) -> bool {
    let wordish = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte >= 0x80);
    let open =
        |byte: Option<u8>| byte.is_none_or(|byte| byte.is_ascii_whitespace() || byte.is_ascii_punctuation());
    match byte {
        // Quotes, dashes, the dots, the euro, signs of Latin-1: anywhere.
        0x80 | 0x82 | 0x84..=0x87 | 0x89 | 0x8B | 0x91..=0x97 | 0x99 | 0x9B | 0xA0..=0xBF | 0xD7 | 0xF7 => {
            true
        }
        // Letters: in a word, or alone (à, É).
        _ => wordish(before) || wordish(after) || (open(before) && open(after)),
    }
}

/// Recognises a source's encoding and gives it as UTF-8.
pub fn transcode(source: &[u8]) -> Transcoded<'_> {
    transcode_as(source, detect(source))
}

/// Gives a source as UTF-8 that is encoded as stated.
pub fn transcode_as(source: &[u8], detected: Detected) -> Transcoded<'_> {
    let mut warnings = Vec::new();
    if detected.inferred {
        let note = format!("the source is read as {}: {}", detected.encoding.name(), detected.why);
        warnings.push(Warning {
            kind: WarningKind::SuspectEncoding,
            at: Span::new(0, source.len() as u64),
            note,
        });
    }
    let Some(mut transcoder) = Transcoder::new(detected.encoding) else {
        let map = OffsetMap::identity(source.len() as u64);
        return Transcoded { utf8: Cow::Borrowed(source), map, detected, warnings };
    };
    let mut utf8 = Vec::with_capacity(source.len() / detected.encoding.unit() * 5 / 4);
    transcoder.push(source, &mut utf8);
    let map = transcoder.finish(&mut utf8);
    warnings.extend(replaced(&utf8, source, &map, detected.encoding));
    Transcoded { utf8: Cow::Owned(utf8), map, detected, warnings }
}

/// One warning for the surrogates without a partner and the half character at the end.
fn replaced(utf8: &[u8], source: &[u8], map: &OffsetMap, encoding: Encoding) -> Option<Warning> {
    let written: [u8; 2] = match encoding {
        Encoding::Utf16Le => [0xFD, 0xFF],
        Encoding::Utf16Be => [0xFF, 0xFD],
        Encoding::Utf8 | Encoding::Windows1252 => return None,
    };
    let mut first = None;
    let mut count = 0_u64;
    for at in memmem::find_iter(utf8, "\u{FFFD}") {
        let there = map.original(Span::new(at as u64, at as u64 + 3));
        if there.of(source) != Some(&written[..]) {
            count += 1;
            first.get_or_insert(there);
        }
    }
    let note = format!("{count} halves of characters in the UTF-16 have no other half; this is the first");
    first.map(|at| Warning { kind: WarningKind::InvalidText, at, note })
}

impl Encoding {
    /// Its name for a person.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16 (little-endian)",
            Self::Utf16Be => "UTF-16 (big-endian)",
            Self::Windows1252 => "Windows-1252",
        }
    }

    /// How many bytes a code unit has.
    const fn unit(self) -> usize {
        match self {
            Self::Utf8 | Self::Windows1252 => 1,
            Self::Utf16Le | Self::Utf16Be => 2,
        }
    }
}

/// Transcodes a source that comes piece by piece.
pub struct Transcoder {
    decoder: Decoder,
    map: OffsetMap,
}

impl std::fmt::Debug for Transcoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transcoder").field("map", &self.map).finish_non_exhaustive()
    }
}

impl Transcoder {
    /// For a source in this encoding; `None` if it needs no transcoding. A byte order mark stays in the text.
    pub fn new(encoding: Encoding) -> Option<Self> {
        let decoder = match encoding {
            Encoding::Utf8 => return None,
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
            Encoding::Windows1252 => WINDOWS_1252,
        };
        let map = OffsetMap::units(encoding.unit() as u64);
        Some(Self { decoder: decoder.new_decoder_without_bom_handling(), map })
    }

    /// Appends the next bytes of the source to `utf8`, as far as they make whole characters.
    pub fn push(&mut self, piece: &[u8], utf8: &mut Vec<u8>) {
        self.decode(piece, false, utf8);
        self.map.source_grows(piece.len() as u64);
    }

    /// The source ends here.
    pub fn finish(mut self, utf8: &mut Vec<u8>) -> OffsetMap {
        self.decode(&[], true, utf8);
        self.map
    }

    fn decode(&mut self, mut piece: &[u8], last: bool, utf8: &mut Vec<u8>) {
        let mut block = [0_u8; 8 << 10];
        loop {
            let (result, read, written, _) = self.decoder.decode_to_utf8(piece, &mut block, last);
            let text = block.get(..written).unwrap_or_default();
            self.map.text_grows(text);
            utf8.extend_from_slice(text);
            piece = piece.get(read..).unwrap_or_default();
            if result == CoderResult::InputEmpty {
                return;
            }
        }
    }
}
