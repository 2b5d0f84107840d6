//! The corpora of the fuzz targets, replayed: what once was found stays found.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/fuzzing.rs"]
mod support;

use std::path::PathBuf;

fn replay(target: &str, run: impl Fn(&[u8])) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut inputs = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        run(&std::fs::read(entry.unwrap().path()).unwrap());
        inputs += 1;
    }
    assert!(inputs > 0, "the corpus of {target} is empty");
}

#[test]
fn age_decrypt() {
    replay("age_decrypt", support::fuzz::age_decrypt);
}

#[test]
fn item_open() {
    replay("item_open", support::fuzz::item_open);
}

#[test]
fn phrase_parse() {
    replay("phrase_parse", support::fuzz::phrase_parse);
}

#[test]
fn request_proof_parse() {
    replay("request_proof_parse", support::fuzz::request_proof_parse);
}
