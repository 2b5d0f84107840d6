//! WhatsApp's own notes in any language, and a quick way to tell that a text is none of them.

mod languages;
mod languages_east;
pub(super) mod service;

use std::collections::HashMap;
use std::sync::OnceLock;

use super::cursor::{first_char, is_mark};
use languages::{Language, WEST};
use languages_east::EAST;
use unicode_normalization::UnicodeNormalization as _;

/// What a note says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Note {
    /// Something of this sort was left out of the export.
    Omitted(Sort),
    /// Behind or before the name of a file.
    Attached,
    Deleted,
    /// Deleted by whoever made the export.
    YouDeleted,
    Edited,
    MissedVoice,
    MissedVideo,
    LiveLocation,
    /// View-once and other messages that the export does not hold.
    Withheld,
}

/// A sort of media, as the export tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Any,
    Image,
    Video,
    Audio,
    Gif,
    Sticker,
    Document,
    Contact,
}

impl Sort {
    /// The word for it in [`crate::Attachment::sort`].
    pub(super) const fn word(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::Image => Some("image"),
            Self::Video => Some("video"),
            Self::Audio => Some("audio"),
            Self::Gif => Some("gif"),
            Self::Sticker => Some("sticker"),
            Self::Document => Some("document"),
            Self::Contact => Some("contact"),
        }
    }
}

/// Messages that an export does not hold, whatever they were.
const WITHHELD: &str = "View once voice message omitted|View once photo|View once video|\
View once photo omitted|View once video omitted|\
You received a view once message. For added privacy, you can only open it on your phone|\
Recibiste un mensaje de visualización única. Para mayor privacidad, solo puedes abrirlo en tu teléfono|\
Waiting for this message. This may take a while|\
Waiting for this message. Check your phone|\
Mensaje de voz de visualización única omitido|Einmalansicht-Sprachnachricht weggelassen|\
Message vocal à vue unique omis|Mensagem de voz de visualização única omitida";

/// The notes of every language.
pub(super) struct Words {
    notes: HashMap<Box<str>, Note>,
    /// One bit for the length and some bytes of every note, folded.
    quick: Box<[u64; QUICK]>,
    longest: usize,
}

/// The notes, put together once.
pub(super) fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(Words::new)
}

/// How many words of 64 bits the quick check has.
const QUICK: usize = 2048;

#[inline]
fn fold(bytes: &[u8]) -> usize {
    let at = |place: usize| u32::from(bytes.get(place).copied().unwrap_or_default());
    let len = bytes.len();
    let mixed = at(0) | at(len / 2) << 8 | at(len.wrapping_sub(1)) << 16 | at(len / 4) << 24;
    let len = u32::try_from(len).unwrap_or_default().wrapping_mul(0x85eb_ca6b);
    (mixed ^ len).wrapping_mul(0x9e37_79b1) as usize >> 15 & (QUICK * 64 - 1)
}

impl Words {
    fn new() -> Self {
        let mut words = Self { notes: HashMap::new(), quick: Box::new([0; QUICK]), longest: 0 };
        for language in WEST.iter().chain(EAST) {
            words.language(language);
        }
        words.add(WITHHELD, Note::Withheld);
        words
    }

    fn language(&mut self, language: &Language) {
        let &Language { media, image, video, audio, gif, sticker, document, contact, .. } = language;
        let sorts = [
            (media, Sort::Any),
            (image, Sort::Image),
            (video, Sort::Video),
            (audio, Sort::Audio),
            (gif, Sort::Gif),
            (sticker, Sort::Sticker),
            (document, Sort::Document),
            (contact, Sort::Contact),
        ];
        for (texts, sort) in sorts {
            self.add(texts, Note::Omitted(sort));
        }
        self.add(language.file, Note::Attached);
        self.add(language.attached, Note::Attached);
        self.add(language.deleted, Note::Deleted);
        self.add(language.you_deleted, Note::YouDeleted);
        self.add(language.edited, Note::Edited);
        self.add(language.missed_voice, Note::MissedVoice);
        self.add(language.missed_video, Note::MissedVideo);
        self.add(language.live_location, Note::LiveLocation);
    }

    fn add(&mut self, texts: &str, note: Note) {
        for text in texts.split('|').filter(|text| !text.is_empty()) {
            let Some(first) = text.chars().next() else { continue };
            let rest = text.get(first.len_utf8()..).unwrap_or_default();
            for first in [first.to_lowercase().to_string(), first.to_uppercase().to_string()] {
                let text = format!("{first}{rest}");
                // Accents and nuktas may be letters of their own or part of one; phones write either.
                self.one(text.nfd().collect(), note);
                self.one(text.nfc().collect(), note);
                self.one(with_nuktas(&text), note);
                self.one(text, note);
            }
        }
    }

    fn one(&mut self, text: String, note: Note) {
        let bit = fold(text.as_bytes());
        if let Some(word) = self.quick.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
        self.longest = self.longest.max(text.len());
        self.notes.entry(text.into_boxed_str()).or_insert(note);
    }

    /// What `text` says, if it is a note and nothing else. Marks, `<>` and a final full stop are looked past.
    #[inline]
    pub(super) fn note(&self, text: &[u8]) -> Option<Note> {
        let bare = bare(text);
        if bare.len() > self.longest {
            return None;
        }
        let bit = fold(bare);
        if self.quick.get(bit / 64)? >> (bit % 64) & 1 == 0 {
            return None;
        }
        self.look_up(bare)
    }

    #[cold]
    fn look_up(&self, bare: &[u8]) -> Option<Note> {
        self.notes.get(std::str::from_utf8(bare).ok()?).copied()
    }
}

/// `text` with letters and their nuktas as one character, which the normal forms of Unicode avoid.
fn with_nuktas(text: &str) -> String {
    const LETTERS: [(&str, &str); 13] = [
        ("\u{915}\u{93c}", "\u{958}"),
        ("\u{916}\u{93c}", "\u{959}"),
        ("\u{917}\u{93c}", "\u{95a}"),
        ("\u{91c}\u{93c}", "\u{95b}"),
        ("\u{921}\u{93c}", "\u{95c}"),
        ("\u{922}\u{93c}", "\u{95d}"),
        ("\u{92b}\u{93c}", "\u{95e}"),
        ("\u{92f}\u{93c}", "\u{95f}"),
        ("\u{9a1}\u{9bc}", "\u{9dc}"),
        ("\u{9a2}\u{9bc}", "\u{9dd}"),
        ("\u{9af}\u{9bc}", "\u{9df}"),
        ("\u{a16}\u{a3c}", "\u{a59}"),
        ("\u{a1c}\u{a3c}", "\u{a5b}"),
    ];
    let mut text: String = text.nfc().collect();
    for (two, one) in LETTERS {
        text = text.replace(two, one);
    }
    text
}

/// A note without what surrounds it.
#[inline]
pub(super) fn bare(text: &[u8]) -> &[u8] {
    let mut text = without_marks(text);
    if let Some(inner) = text.strip_prefix(b"<").and_then(|text| text.strip_suffix(b">")) {
        text = without_marks(inner).trim_ascii();
    }
    if !matches!(text.last(), Some(b'.' | 0x82 | 0xa4 | 0x94)) {
        return text;
    }
    for stop in [".", "。", "।", "۔"] {
        if let Some(shorter) = text.strip_suffix(stop.as_bytes()) {
            return shorter;
        }
    }
    text
}

/// `text` behind the marks of direction that it begins with.
#[inline]
pub(super) fn without_marks(text: &[u8]) -> &[u8] {
    let mut text = text;
    while text.first().is_some_and(|&byte| byte >= 0x80) {
        match first_char(text) {
            Some((c, len)) if is_mark(c) => text = text.get(len..).unwrap_or_default(),
            _ => break,
        }
    }
    text
}
