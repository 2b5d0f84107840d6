//! The EFF large word list (Electronic Frontier Foundation, 2016, CC BY 3.0).

use std::sync::LazyLock;

/// Words on the list: six to the fifth, five dice.
pub(super) const COUNT: usize = 7776;
/// Length of the longest, in bytes.
pub(super) const MAX_LEN: usize = 9;

/// The words without the dice, one a line, in their order.
const TEXT: &str = include_str!("eff_large_wordlist.txt");

static LIST: LazyLock<Vec<&'static str>> = LazyLock::new(|| TEXT.lines().collect());

/// The words of the list, in order.
pub(super) fn all() -> &'static [&'static str] {
    &LIST
}

/// The word of an index below [`COUNT`].
pub(super) fn word(index: u16) -> &'static str {
    LIST[usize::from(index)]
}

/// The index of a word that is written as on the list.
pub(super) fn index(word: &str) -> Option<u16> {
    // The list is in order, but for hyphens, which sort before letters and stand in order too.
    LIST.binary_search(&word).ok().and_then(|index| u16::try_from(index).ok())
}

#[cfg(test)]
mod tests {
    use super::{COUNT, MAX_LEN, TEXT, all, index};
    use crate::Digest;

    /// SHA-256 of `eff_large_wordlist.txt` as the EFF publishes it, dice and all.
    const PUBLISHED: &str = "addd35536511597a02fa0a9ff1e5284677b8883b83e986e43f15a3db996b903e";

    #[test]
    fn with_the_dice_put_back_the_list_is_the_published_file() {
        let die = |number: usize, at| char::from(b'1' + u8::try_from(number / 6_usize.pow(at) % 6).unwrap());
        let mut with_dice = String::new();
        for (number, word) in TEXT.lines().enumerate() {
            with_dice.extend((0..5).rev().map(|at| die(number, at)));
            with_dice += &["\t", word, "\n"].concat();
        }
        assert_eq!(Digest::of(with_dice).to_hex(), PUBLISHED);
    }

    #[test]
    fn every_word_is_found_at_its_place() {
        assert_eq!(all().len(), COUNT);
        for (at, word) in all().iter().enumerate() {
            assert_eq!(index(word).map(usize::from), Some(at), "{word}");
        }
        assert_eq!(all().iter().map(|word| word.len()).max(), Some(MAX_LEN));
    }

    #[test]
    fn the_words_with_hyphens_are_those_that_parsing_knows() {
        let hyphenated: Vec<_> = all().iter().filter(|word| word.contains('-')).collect();
        assert_eq!(hyphenated, [&"drop-down", &"felt-tip", &"t-shirt", &"yo-yo"]);
        // None of their first halves is a word, so a space after one is never a word's end.
        for half in ["drop", "felt", "t", "yo"] {
            assert_eq!(index(half), None);
        }
    }
}
