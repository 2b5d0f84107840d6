//! Reading seven words as people type them.

use std::fmt;

use zeroize::Zeroizing;

use super::{WORDS, words};

/// Words whose first half, typed with a space or hyphen after it, is no word by itself.
const HYPHENATED: [(&str, &str, &str); 4] = [
    ("drop", "down", "drop-down"),
    ("felt", "tip", "felt-tip"),
    ("t", "shirt", "t-shirt"),
    ("yo", "yo", "yo-yo"),
];
/// The same, typed without anything between.
const RUN_TOGETHER: [(&str, &str); 3] =
    [("dropdown", "drop-down"), ("felttip", "felt-tip"), ("tshirt", "t-shirt")];

/// Nothing longer is looked at: seven words and their separators are far shorter.
const MAX_TYPED_LEN: usize = 1024;
/// Shortest beginning of a word that is completed in a suggestion.
const MIN_PREFIX: usize = 4;
const MAX_SUGGESTIONS: usize = 3;
const MAX_DISTANCE: usize = 2;

/// Why a typed phrase is not one.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// There are more or fewer than seven words.
    #[error("a receipt has seven words, but {found} were typed")]
    Count {
        /// Words typed.
        found: usize,
    },
    /// A word is not on the list.
    ///
    /// What was typed is close to a secret: it may be shown to whoever typed it, never logged. So
    /// neither `Display` nor `Debug` says it.
    #[error("word {position} is not on the list of words")]
    Word {
        /// Which word, from one.
        position: usize,
        /// What was typed, in lower case.
        typed: Zeroizing<String>,
        /// Words on the list that it may have been meant for, the likeliest first; at most three.
        suggestions: Vec<&'static str>,
    },
    /// More was typed than any phrase is long.
    #[error("what was typed is too long to be a receipt")]
    TooLong,
}

impl fmt::Debug for PhraseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count { found } => f.debug_struct("Count").field("found", found).finish(),
            Self::Word { position, typed: _, suggestions: _ } => {
                f.debug_struct("Word").field("position", position).finish_non_exhaustive()
            }
            Self::TooLong => f.write_str("TooLong"),
        }
    }
}

pub(super) fn parse(typed: &str) -> Result<[u16; WORDS], PhraseError> {
    if typed.len() > MAX_TYPED_LEN {
        return Err(PhraseError::TooLong);
    }
    let lower = Zeroizing::new(typed.to_lowercase());
    let tokens: Vec<&str> =
        lower.split(|c: char| !c.is_alphabetic()).filter(|token| !token.is_empty()).collect();
    let candidates = join_hyphenated(&tokens);
    // A wrong word first: it may be the reason for a wrong count.
    let mut indices = Zeroizing::new(Vec::with_capacity(candidates.len()));
    for (at, candidate) in candidates.iter().enumerate() {
        let index = words::index(candidate).ok_or_else(|| PhraseError::Word {
            position: at + 1,
            typed: Zeroizing::new((*candidate).to_owned()),
            suggestions: suggest(candidate),
        })?;
        indices.push(index);
    }
    indices.as_slice().try_into().map_err(|_| PhraseError::Count { found: indices.len() })
}

fn join_hyphenated<'a>(mut tokens: &[&'a str]) -> Vec<&'a str> {
    let mut joined = Vec::with_capacity(tokens.len());
    while let Some((first, rest)) = tokens.split_first() {
        let pair = rest
            .first()
            .and_then(|second| HYPHENATED.iter().find(|(head, tail, _)| head == first && tail == second));
        if let Some((_, _, word)) = pair {
            joined.push(*word);
            tokens = &rest[1..];
        } else {
            let whole = RUN_TOGETHER.iter().find(|(typed, _)| typed == first).map(|(_, word)| *word);
            joined.push(whole.unwrap_or(first));
            tokens = rest;
        }
    }
    joined
}

/// "Did you mean": words that a typed one is the beginning of, or is at most two slips away from.
fn suggest(typed: &str) -> Vec<&'static str> {
    let length = typed.chars().count();
    // Three letters are two slips away from hundreds of words.
    let reach = if length <= 3 { 1 } else { MAX_DISTANCE };
    let mut near: Vec<(usize, &'static str)> = words::all()
        .iter()
        .filter(|word| word.len().abs_diff(length) <= reach || is_prefix(typed, word))
        .filter_map(|word| {
            let distance = if is_prefix(typed, word) { 0 } else { strsim::osa_distance(typed, word) };
            (distance <= reach).then_some((distance, *word))
        })
        .collect();
    near.sort_unstable();
    near.truncate(MAX_SUGGESTIONS);
    near.into_iter().map(|(_, word)| word).collect()
}

fn is_prefix(typed: &str, word: &str) -> bool {
    typed.len() >= MIN_PREFIX && word.starts_with(typed)
}
