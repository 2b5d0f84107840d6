//! Seven words, as people type them, and the keys they yield.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use proptest::prelude::*;
use seal::{Error, Phrase, PhraseError};
use support::CountingRng;

const WRITTEN: &str = "football salad drizzle kite yo-yo walnut zoom";

fn word_error(typed: &str) -> (usize, Vec<&'static str>) {
    match Phrase::parse(typed) {
        Err(PhraseError::Word { position, ref suggestions, .. }) => (position, suggestions.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn is_read_however_it_is_typed() {
    for typed in [
        WRITTEN,
        "FOOTBALL SALAD DRIZZLE KITE YO-YO WALNUT ZOOM",
        "  football-salad-drizzle-kite-yo-yo-walnut-zoom\n",
        "football, salad, drizzle, kite, yo yo, walnut, zoom.",
        "1. football 2. salad 3. drizzle 4. kite 5. yo‑yo 6. walnut 7. zoom",
        "“Football” salad—drizzle\tkite yo-yo / walnut … zoom!",
    ] {
        assert_eq!(Phrase::parse(typed).unwrap().to_string(), WRITTEN, "{typed}");
    }
}

#[test]
fn hyphenated_words_are_read_with_and_without_their_hyphen() {
    for typed in [
        "drop-down felt-tip t-shirt kite kite kite kite",
        "drop down felt tip t shirt kite kite kite kite",
        "dropdown felttip tshirt kite kite kite kite",
    ] {
        let words = Phrase::parse(typed).unwrap().words();
        assert_eq!(words[..3], ["drop-down", "felt-tip", "t-shirt"], "{typed}");
    }
}

#[test]
fn the_two_spellings_of_one_word_yield_the_same_keys() {
    let keys = |typed| Phrase::parse(typed).unwrap().derive("https://desk.example").unwrap();
    let hyphenated = keys(WRITTEN);
    let plain = keys("football salad drizzle kite yoyo walnut zoom");
    assert_eq!(hyphenated.lookup, plain.lookup);
    assert_eq!(hyphenated.identity.seed(), plain.identity.seed());
}

#[test]
fn a_word_that_is_not_on_the_list_gets_did_you_mean() {
    let (position, suggestions) = word_error("fotball salad drizzle kite yo-yo walnut zoom");
    assert_eq!((position, suggestions[0]), (1, "football"));
    assert!(suggestions.len() <= 3);
    let (position, suggestions) = word_error("football salad drizzel kite yo-yo walnut zoom");
    assert_eq!((position, suggestions[0]), (3, "drizzle"));
    let (position, suggestions) = word_error("football salad drizzle kite yo-yo waln zoom");
    assert_eq!((position, suggestions[0]), (6, "walnut"));
    assert_eq!(word_error("football salad drizzle kite yo-yo walnut qqqqqqqqq"), (7, vec![]));
}

#[test]
fn a_prefix_is_suggested_and_never_accepted() {
    let (position, suggestions) = word_error("footb salad drizzle kite yo-yo walnut zoom");
    assert_eq!(position, 1);
    assert!(suggestions.contains(&"football"));
}

#[test]
fn a_wrong_count_says_how_many() {
    assert_eq!(Phrase::parse("").unwrap_err(), PhraseError::Count { found: 0 });
    assert_eq!(Phrase::parse("football salad").unwrap_err(), PhraseError::Count { found: 2 });
    let eight = format!("{WRITTEN} zoom");
    assert_eq!(Phrase::parse(&eight).unwrap_err(), PhraseError::Count { found: 8 });
    assert_eq!(Phrase::parse(&"zoom ".repeat(1000)).unwrap_err(), PhraseError::TooLong);
}

#[test]
fn another_origin_or_word_yields_other_keys() {
    let phrase = Phrase::parse(WRITTEN).unwrap();
    let here = phrase.derive("https://desk.example").unwrap();
    let there = phrase.derive("https://desk.example:8443").unwrap();
    let other = Phrase::parse("football salad drizzle kite yo-yo walnut zone").unwrap();
    let other = other.derive("https://desk.example").unwrap();
    assert_ne!(here.lookup, there.lookup);
    assert_ne!(here.identity.seed(), there.identity.seed());
    assert_ne!(here.lookup, other.lookup);
    assert_ne!(here.identity.seed(), other.identity.seed());
}

#[test]
fn an_origin_too_short_to_salt_with_is_refused() {
    assert_eq!(Phrase::parse(WRITTEN).unwrap().derive("http://").unwrap_err(), Error::Origin);
}

#[test]
fn words_are_drawn_from_the_whole_list_evenly() {
    let mut rng = CountingRng::new("even");
    let mut early = 0;
    for _ in 0..4000 {
        let words = Phrase::generate(&mut rng).words();
        // "lurch" stands just before the middle of the list.
        early += words.iter().filter(|word| **word <= "lurch").count();
    }
    let share = f64::from(u32::try_from(early).unwrap()) / 28_000.0;
    assert!((0.48..0.53).contains(&share), "{share}");
}

proptest! {
    #[test]
    fn what_is_drawn_is_read_back(
        seed in any::<u64>(),
        separators in prop::collection::vec("[ ,.;\t0-9_/-]{1,3}", 7),
        upper in any::<[bool; 7]>(),
    ) {
        let phrase = Phrase::generate(&mut CountingRng::new(seed.to_le_bytes()));
        let mut typed = String::new();
        for ((word, separator), upper) in phrase.words().iter().zip(&separators).zip(upper) {
            typed += &if upper { word.to_uppercase() } else { (*word).to_owned() };
            typed += separator;
        }
        prop_assert_eq!(Phrase::parse(&typed).unwrap().words(), phrase.words());
    }

    #[test]
    fn nothing_typed_makes_parsing_panic(typed in ".*") {
        let _ = Phrase::parse(&typed);
    }
}
