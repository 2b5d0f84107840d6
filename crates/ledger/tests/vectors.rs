//! The vectors, checked natively. `wasm-tests` checks the same in WebAssembly.
//!
//! A format of ours that changes on purpose is pinned anew with `SAFEHAND_PIN_VECTORS=1 cargo test -p ledger
//! --test vectors`; the difference is then what a reviewer reads.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::vectors;

macro_rules! named_tests {
    ($($name:ident = $check:ident $file:literal;)*) => {
        $(#[test]
        fn $name() {
            vectors::check(stringify!($name)).unwrap();
        })*
    };
}

mod published {
    use super::vectors;

    super::support::with_published_vectors!(named_tests);
}

#[test]
fn our_own_formats_come_out_as_pinned() {
    if std::env::var_os("SAFEHAND_PIN_VECTORS").is_some() {
        for (file, text) in vectors::ours() {
            std::fs::write(format!("{}/tests/vectors/ours/{file}", env!("CARGO_MANIFEST_DIR")), text)
                .unwrap();
        }
        panic!("pinned anew: look at the difference, then run without SAFEHAND_PIN_VECTORS");
    }
    let outcomes = vectors::check_all();
    let failed: Vec<_> = outcomes
        .iter()
        .filter_map(|outcome| outcome.result.as_ref().err().map(|why| (&outcome.vector, why)))
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(outcomes.len(), 239 + 4);
}

#[test]
fn every_vector_file_is_in_the_list() {
    fn count(folder: &std::path::Path) -> usize {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries
            .map(|path| {
                if path.is_dir() {
                    count(&path)
                } else {
                    usize::from(path.extension().is_some_and(|it| it == "json"))
                }
            })
            .sum()
    }
    let folder = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    assert_eq!(count(&folder), 239);
}
