//! The corpus of the fuzz target `align`, replayed; and every fixture against itself: no export differs from itself.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

mod support;

use transcript::align::{Side, compare};
use transcript::{Timeline, checked};

#[test]
fn corpus() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/align");
    let mut inputs = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        checked::compare(&std::fs::read(entry.unwrap().path()).unwrap());
        inputs += 1;
    }
    assert!(inputs >= 3);
}

#[test]
fn no_fixture_differs_from_itself() {
    let mut compared = 0;
    for fixture in support::fixtures() {
        let utf8 = transcript::encoding::transcode(&fixture.bytes).utf8;
        let timeline = Timeline::read(&mut *support::parser(fixture.format), &utf8);
        let comparison = compare(&Side::of(&timeline), &Side::of(&timeline));
        for chat in &comparison.conversations {
            let counts = chat.counts;
            let all = [counts.first, counts.first_not_covered + counts.paired];
            assert_eq!(chat.differences, [], "{}", fixture.path.display());
            assert_eq!(all, [counts.first; 2], "{}", fixture.path.display());
            // What has neither words nor time to be known by stays alone; everything else stands for itself.
            let itself = chat.pairs.iter().filter(|pair| pair.0 == pair.1).count();
            assert_eq!(itself, chat.pairs.len(), "{}", fixture.path.display());
            compared += itself;
        }
    }
    assert!(compared > 500, "{compared}");
}
