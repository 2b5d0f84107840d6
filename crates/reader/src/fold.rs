//! Texts as they are searched: without regard to case, accents, or characters that nobody sees.

use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

/// Appends what `text` is searched as.
pub(crate) fn fold_into(text: &str, out: &mut Vec<u8>) {
    for character in text.chars() {
        fold_char(character, |folded| push(folded, out));
    }
}

/// A folded text that still knows where each of its bytes came from.
#[derive(Debug, Default)]
pub(crate) struct Mapped {
    folded: Vec<u8>,
    /// For every byte of `folded`, and for its end, the byte of the text where its character begins.
    origin: Vec<usize>,
}

impl Mapped {
    pub(crate) fn of(text: &str) -> Self {
        let mut mapped = Self::default();
        for (at, character) in text.char_indices() {
            fold_char(character, |folded| push(folded, &mut mapped.folded));
            mapped.origin.resize(mapped.folded.len(), at);
        }
        mapped.origin.push(text.len());
        mapped
    }

    /// Where in the text `needle`, folded already, is found: byte ranges that do not overlap.
    pub(crate) fn find(&self, needle: &[u8]) -> Vec<[usize; 2]> {
        if needle.is_empty() {
            return Vec::new();
        }
        let place = |at: usize| self.origin.get(at).copied().unwrap_or_default();
        let mut found: Vec<[usize; 2]> = Vec::new();
        for at in memchr::memmem::find_iter(&self.folded, needle) {
            let start = place(at);
            // One character may fold to several: a hit on part of them is a hit on the whole.
            let last = place(at + needle.len() - 1);
            let end = (at + needle.len()..self.origin.len()).map(place).find(|&end| end > last);
            let end = end.unwrap_or(last);
            match found.last_mut() {
                Some(last) if last[1] > start => last[1] = end.max(last[1]),
                _ => found.push([start, end]),
            }
        }
        found
    }
}

fn push(character: char, out: &mut Vec<u8>) {
    let mut buffer = [0; 4];
    out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
}

fn fold_char(character: char, mut push: impl FnMut(char)) {
    if character.is_ascii() {
        return push(if character.is_ascii_control() || character == ' ' {
            ' '
        } else {
            character.to_ascii_lowercase()
        });
    }
    if is_unseen(character) {
        return;
    }
    decompose_compatible(character, |part| {
        // Vowel signs of Indic scripts have no combining class and are letters to those who read them.
        if canonical_combining_class(part) == 0 {
            part.to_lowercase().for_each(|lower| fold_lower(lower, &mut push));
        }
    });
}

/// Letters with a stroke and the like do not decompose; telephones type quotation marks and dashes for people.
fn fold_lower(character: char, push: &mut impl FnMut(char)) {
    let plain = match character {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ı' => "i",
        'ς' => "σ",
        '‘' | '’' | '‛' | 'ʼ' | '′' => "'",
        '“' | '”' | '„' | '″' => "\"",
        '‐' | '‑' | '‒' | '–' | '—' | '−' => "-",
        other if other.is_whitespace() => " ",
        other if canonical_combining_class(other) != 0 => "",
        other => return push(other),
    };
    plain.chars().for_each(push);
}

/// Marks of direction, joiners, variation selectors, soft hyphens: nobody types them into a search.
fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{AD}'
            | '\u{61C}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{E0000}'..='\u{E01EF}'
    )
}

#[cfg(test)]
mod tests {
    use super::{Mapped, fold_into};
    use proptest::prelude::*;

    fn folded(text: &str) -> String {
        let mut out = Vec::new();
        fold_into(text, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn case_and_accents_do_not_count() {
        for (written, typed) in [
            ("Chloé", "chloe"),
            ("CHLOE\u{301}", "chloé"),
            ("Straße", "STRASSE"),
            ("Øyvind Łukasz", "oyvind lukasz"),
            ("don’t", "don't"),
            ("see\u{a0}you\nlater", "see you later"),
            ("home\u{202e}work\u{200b}", "homework"),
            ("ﬁeld", "field"),
            ("ΟΔΟΣ", "οδος"),
            ("İstanbul", "istanbul"),
        ] {
            assert_eq!(folded(written), folded(typed), "{written:?} and {typed:?}");
        }
    }

    #[test]
    fn letters_of_other_scripts_stay_what_they_are() {
        assert_ne!(folded("कि"), folded("का"));
    }

    #[test]
    fn a_hit_covers_the_characters_as_written() {
        let text = "Café — cafe\u{301} ok";
        let shown: Vec<&str> =
            Mapped::of(text).find(b"cafe").iter().map(|&[from, to]| &text[from..to]).collect();
        assert_eq!(shown, ["Café", "cafe\u{301}"]);
        let text = "Straße";
        let [from, to] = Mapped::of(text).find(b"ras")[0];
        assert_eq!(&text[from..to], "raß", "part of a letter is the letter");
    }

    proptest! {
        #[test]
        fn both_ways_of_folding_agree_and_hits_are_whole_characters(text in "\\PC{0,40}", needle in "\\PC{1,4}") {
            let mapped = Mapped::of(&text);
            prop_assert_eq!(&mapped.folded, &folded(&text).into_bytes());
            for [from, to] in mapped.find(folded(&needle).as_bytes()) {
                prop_assert!(text.is_char_boundary(from) && text.is_char_boundary(to) && from < to);
            }
        }

        #[test]
        fn what_is_in_a_text_is_found(before in "[a-zé ]{0,9}", word in "[a-zA-Zéß]{1,6}", after in "[a-zé ]{0,9}") {
            let found = Mapped::of(&format!("{before}{word}{after}")).find(folded(&word).as_bytes());
            prop_assert!(!found.is_empty());
        }
    }
}
