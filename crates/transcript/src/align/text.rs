//! Texts in the form in which they are compared.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::entry::Entry;
use super::{At, Side};
use crate::Message;

/// How many characters of two texts are looked at to say how similar they are.
const LOOKED_AT: usize = 400;

/// The messages of both exports, for when their texts are needed.
pub(super) struct Texts<'t> {
    pub(super) first: &'t Side<'t>,
    pub(super) second: &'t Side<'t>,
}

impl<'t> Texts<'t> {
    pub(super) fn first(&self, entry: &Entry) -> Option<Message<'t>> {
        message(self.first, entry.at)
    }

    pub(super) fn second(&self, entry: &Entry) -> Option<Message<'t>> {
        message(self.second, entry.at)
    }
}

fn message<'t>(side: &'t Side<'t>, at: At) -> Option<Message<'t>> {
    side.timelines.get(at.timeline as usize)?.get(at.message as usize)
}

/// A text in NFC, white space run together, marks without width left out.
pub(super) fn compared(text: &str) -> Cow<'_, str> {
    let plain = text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_whitespace() && byte != b' ');
    if plain && !text.contains("  ") {
        return Cow::Borrowed(text.trim_matches(' '));
    }
    let mut out = String::with_capacity(text.len());
    let mut push = |c: char| {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !without_width(c) {
            out.push(c);
        }
    };
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text.chars().for_each(&mut push);
    } else {
        text.nfc().for_each(&mut push);
    }
    out.truncate(out.trim_end().len());
    Cow::Owned(out)
}

/// Marks of direction, of line breaking and of how a sign is drawn. Joiners stay: words and emoji are made with them.
fn without_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'
        | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// What stands for a text among the entries; nought for none.
pub(super) fn fingerprint(compared: &str) -> u64 {
    if compared.is_empty() {
        return 0;
    }
    let mut hasher = DefaultHasher::new();
    compared.hash(&mut hasher);
    hasher.finish().max(1)
}

/// Whether two texts differ only in whom an `@` names: one export has the name, another the number.
pub(super) fn differ_in_mentions_alone(one: &str, other: &str) -> bool {
    if !(one.contains('@') && other.contains('@')) {
        return false;
    }
    // A name may have several words, a number spaces; what follows a mention must be the same in both.
    let (mut one, mut other) = (one.split('@'), other.split('@'));
    if one.next() != other.next() {
        return false;
    }
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) => {
                let named_alike = one.split(' ').next() == other.split(' ').next();
                let alike = || after_name(one).any(|rest| after_name(other).any(|same| same == rest));
                if one != other && (named_alike || !alike()) {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

/// What may come after a name of up to three words.
fn after_name(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.match_indices(' ').map(|(at, _)| at).chain([text.len()]).take(3);
    ends.filter_map(|end| text.get(end..))
}

/// How much of two texts is the same, in thousandths: pairs of neighbouring characters that both have.
pub(super) fn similarity(one: &str, other: &str) -> u32 {
    let bigrams = |text: &str| {
        let chars: Vec<char> = text.chars().take(LOOKED_AT).collect();
        let mut pairs: Vec<(char, char)> = chars.iter().copied().zip(chars.iter().copied().skip(1)).collect();
        pairs.sort_unstable();
        pairs
    };
    let (one, other) = (bigrams(one), bigrams(other));
    if one.is_empty() || other.is_empty() {
        return 0;
    }
    let (mut at, mut to, mut same) = (0, 0, 0_usize);
    while let (Some(a), Some(b)) = (one.get(at), other.get(to)) {
        same += usize::from(a == b);
        at += usize::from(a <= b);
        to += usize::from(b <= a);
    }
    u32::try_from(2_000 * same / (one.len() + other.len())).unwrap_or(1_000)
}

#[cfg(test)]
mod tests {
    use super::{compared, differ_in_mentions_alone, similarity};

    #[test]
    fn only_what_cannot_be_seen_is_overlooked() {
        assert_eq!(compared("  kick-off  at\r\n ten "), "kick-off at ten");
        assert_eq!(compared("\u{200e}cafe\u{301}\u{a0}now"), "café now");
        assert_eq!(compared("☀\u{fe0f}"), "☀");
        assert_ne!(compared("Ten"), compared("ten"));
        assert_ne!(compared("see you."), compared("see you"));
        assert_ne!(compared("👩\u{200d}🚀"), compared("👩🚀"));
    }

    #[test]
    fn a_mention_may_be_a_name_or_a_number() {
        assert!(differ_in_mentions_alone("@Coach Kim training at ten", "@447700900123 training at ten"));
        assert!(!differ_in_mentions_alone("@Coach Kim training at ten", "@447700900123 training at nine"));
        assert!(!differ_in_mentions_alone("training at ten", "training at nine"));
    }

    #[test]
    fn likeness_has_a_scale() {
        assert_eq!(similarity("rain today", "rain today"), 1_000);
        assert!(similarity("rain today at ten", "rain today at two") > 600);
        assert!(similarity("rain today", "homework: page forty-two") < 300);
    }
}
