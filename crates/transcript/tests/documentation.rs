//! `docs/formats.md` says what the readers and their fixtures say.
//!
//! `UPDATE_FORMATS=1 cargo test -p transcript --test documentation` writes it anew.

mod support;

use std::fmt::Write as _;
use std::path::Path;

use transcript::descriptors;

const HEAD: &str = "\
# Formats of chat exports

What `safehand inspect` and the `transcript` crate read. This page is written by a test from the readers
themselves (`crates/transcript/tests/documentation.rs`) and from the fixtures that each is held against; a
variant is the name of its fixture in `crates/transcript/tests/fixtures/`, where its reviewed timeline lies
beside it.

Every reader accounts for every byte of a source: it belongs to a message, to known structure, or is reported as
unparsed. A format is recognised by its content, never by the name of the file. Sources in UTF-16 and
Windows-1252 are read too, and reported as such; places are given in the bytes of the original.

\"In pieces\" says whether a file longer than memory can be read.
";

#[test]
fn formats_are_documented_as_they_are() {
    let fixtures = support::fixtures();
    let mut page = HEAD.to_owned();
    for known in descriptors() {
        let variants: Vec<String> = fixtures
            .iter()
            .filter(|fixture| fixture.format == known.format)
            .map(|fixture| format!("`{}`", fixture.path.file_name().unwrap().to_str().unwrap()))
            .collect();
        assert!(!variants.is_empty(), "{} has no fixture", known.name);
        let id = serde_json::to_value(known.format).unwrap();
        writeln!(page, "\n## {}\n", known.name).unwrap();
        writeln!(page, "| | |\n|---|---|").unwrap();
        writeln!(page, "| `--format` | `{}` |", id.as_str().unwrap()).unwrap();
        writeln!(page, "| Variants tested | {} |", variants.join(", ")).unwrap();
        writeln!(page, "| Kept | {} |", cell(known.kept)).unwrap();
        writeln!(page, "| Not kept | {} |", cell(known.not_kept)).unwrap();
        writeln!(page, "| In pieces | {} |", if known.streams { "yes" } else { "no" }).unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats.md");
    if std::env::var_os("UPDATE_FORMATS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == page,
        "docs/formats.md is not what the readers say; write it anew with UPDATE_FORMATS=1"
    );
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
