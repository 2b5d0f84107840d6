//! The fuzzers' corpora. `CORPUS=overwrite cargo test -p media --test corpus` writes the made-up files anew.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::fs;
use std::path::PathBuf;

fn folder(target: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../../fuzz/corpus", target].iter().collect()
}

#[test]
fn metadata() {
    for (name, bytes) in support::all() {
        let path = folder("metadata").join(name);
        if std::env::var("CORPUS").is_ok_and(|wish| wish == "overwrite") {
            fs::write(&path, &bytes).unwrap();
        }
        assert!(fs::read(&path).unwrap() == bytes, "{}: is not as it is made", path.display());
    }
    let mut played = 0;
    for entry in fs::read_dir(folder("metadata")).unwrap() {
        media::checked::examine(&fs::read(entry.unwrap().path()).unwrap());
        played += 1;
    }
    assert!(played >= 13);
}

#[test]
fn hashlist() {
    let mut played = 0;
    for entry in fs::read_dir(folder("hashlist")).unwrap() {
        media::checked::hashlist(&fs::read(entry.unwrap().path()).unwrap());
        played += 1;
    }
    assert!(played >= 4);
}
