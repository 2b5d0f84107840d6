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
