//! The words: easy to read, and never a label on a person.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

/// What a reader of 9 to 11 manages (US grades 4 to 6), with a little room for words that have no
/// shorter name, such as "safeguarding lead".
const MEAN_GRADE: f64 = 5.0;
const WORST_GRADE: f64 = 9.0;

const QUESTIONS: &str = include_str!("../locales/en-GB/questions.ftl");
const INTERRUPTIONS: &str = include_str!("../locales/en-GB/interruptions.ftl");
const PAGES: &str = include_str!("../locales/en-GB/pages.ftl");
const REASONS: &str = include_str!("../locales/en-GB/reasons.ftl");
const SERVICES: &str = include_str!("../locales/en-GB/services.ftl");

/// Every message of a Fluent file, its id and its sentences, without markup.
fn messages(source: &str) -> Vec<(String, Vec<String>)> {
    let mut messages: Vec<(String, Vec<String>)> = Vec::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        let begins = line.starts_with(|c: char| c.is_ascii_lowercase());
        let text = match line.split_once('=') {
            Some((id, text)) if begins => {
                messages.push((id.trim().to_owned(), Vec::new()));
                text
            }
            Some((part, text)) if part.trim().starts_with('.') => text,
            _ => line,
        };
        let text = text.trim().trim_start_matches("- ").replace("__", "");
        // The name of a variant, or what opens and closes a choice of variants.
        let text = match text.split_once(']') {
            Some((_, rest)) if text.starts_with(['[', '*']) => rest.trim().to_owned(),
            _ => text,
        };
        if text.is_empty() || text == "}" || text.contains("->") {
            continue;
        }
        let sentences =
            text.split_inclusive(['.', '?', '!', ':']).map(str::trim).filter(|one| !one.is_empty());
        if let Some((_, all)) = messages.last_mut() {
            all.extend(sentences.map(str::to_owned));
        }
    }
    messages
}

fn words(sentence: &str) -> Vec<String> {
    let words = sentence.split(|c: char| !c.is_alphabetic() && c != '’');
    words.filter(|word| word.chars().any(char::is_alphabetic)).map(str::to_lowercase).collect()
}

/// Groups of vowels, less a silent "e": the usual estimate.
fn syllables(word: &str) -> usize {
    let word = word.trim_end_matches("’s");
    let vowel = |c: char| "aeiouy".contains(c);
    let mut count = 0;
    let mut before = false;
    for letter in word.chars() {
        count += usize::from(vowel(letter) && !before);
        before = vowel(letter);
    }
    let silent =
        word.ends_with('e') && !word.ends_with("le") || word.ends_with("ed") && !word.ends_with("ted");
    count.saturating_sub(usize::from(silent && count > 1)).max(1)
}

/// The Flesch-Kincaid grade of some sentences.
fn grade(sentences: &[String]) -> f64 {
    let all: Vec<Vec<String>> =
        sentences.iter().map(|one| words(one)).filter(|one| !one.is_empty()).collect();
    let number = |count: usize| f64::from(u32::try_from(count).unwrap());
    let words = number(all.iter().map(Vec::len).sum());
    let syllables = number(all.iter().flatten().map(|word| syllables(word)).sum());
    0.39 * words / number(all.len()) + 11.8 * syllables / words - 15.59
}

#[test]
fn the_questions_can_be_read_at_nine_to_eleven() {
    let messages: Vec<_> = [QUESTIONS, INTERRUPTIONS].iter().flat_map(|source| messages(source)).collect();
    let all: Vec<String> = messages.iter().flat_map(|(_, sentences)| sentences.clone()).collect();
    let mean = grade(&all);
    assert!(mean <= MEAN_GRADE, "the whole has grade {mean:.2}");
    for (id, sentences) in &messages {
        // The estimate says nothing about a few words.
        if sentences.iter().map(|one| words(one).len()).sum::<usize>() >= 25 {
            let grade = grade(sentences);
            assert!(grade <= WORST_GRADE, "{id} has grade {grade:.2}: {sentences:?}");
        }
    }
}

#[test]
fn sentences_are_short() {
    for (id, sentences) in [QUESTIONS, INTERRUPTIONS, PAGES].iter().flat_map(|source| messages(source)) {
        for sentence in sentences {
            let count = words(&sentence).len();
            assert!(count <= 25, "{id} has a sentence of {count} words: {sentence}");
        }
    }
}

#[test]
fn nobody_is_labelled() {
    let banned = [
        "suspect",
        "paedophile",
        "pedophile",
        "hunter",
        "victim",
        "predator",
        "offender",
        "abuser",
        "groomer",
        "perpetrator",
        "pervert",
        "nonce",
        "vigilante",
        "sting",
    ];
    for source in [QUESTIONS, INTERRUPTIONS, PAGES, REASONS, SERVICES] {
        for (id, sentences) in messages(source) {
            for word in sentences.iter().flat_map(|sentence| words(sentence)) {
                assert!(!banned.contains(&word.trim_end_matches('s')), "{id} says “{word}”");
            }
        }
    }
}

#[test]
fn nobody_is_asked_to_get_more_and_nothing_is_promised_that_is_not_so() {
    let banned = [
        "can you get",
        "try to get",
        "find out more from",
        "keep talking",
        "ask them",
        "ask him",
        "ask her",
        "completely anonymous",
        "fully anonymous",
        "untraceable",
        "guarantee",
        "100%",
        "score",
        "points",
        "risk level",
    ];
    for source in [QUESTIONS, INTERRUPTIONS, PAGES, REASONS, SERVICES] {
        for (id, sentences) in messages(source) {
            let text = sentences.join(" ").to_lowercase();
            for phrase in banned {
                assert!(!text.contains(phrase), "{id} says “{phrase}”");
            }
        }
    }
}

#[test]
fn the_limits_of_anonymity_are_told() {
    assert!(INTERRUPTIONS.contains("no one can promise that you can never be traced"));
    assert!(INTERRUPTIONS.contains("the police may try to find out who you are"));
}
