//! The table in `docs/tampering.md`: which check notices what, and what it says.

use std::fmt::Write as _;
use std::path::Path;

use crate::CHECKS;

/// What everybody said of one tampering.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) said: [Option<Vec<String>>; CHECKS.len()],
}

/// Compares the document with what was found, or writes it.
pub(crate) fn check(rows: &[Row]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/tampering.md");
    let document = document(rows);
    if std::env::var_os("SAFEHAND_PIN_DOCS").is_some() {
        std::fs::write(&path, document).unwrap();
        return;
    }
    let pinned = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        pinned, document,
        "docs/tampering.md is not what was found; SAFEHAND_PIN_DOCS=1 writes it anew"
    );
}

fn document(rows: &[Row]) -> String {
    let mut text = String::from(
        "# Tampering, and who notices\n\n\
         Written by `crates/cli/tests/tamper` from what it did to a desk with two days of work behind it and what\n\
         everybody said then. `SAFEHAND_PIN_DOCS=1 cargo test -p cli --test tamper` writes it anew.\n\n\
         | check | command | who runs it |\n|---|---|---|\n\
         | doctor | `safehand doctor`, and the service at every start, which then refuses to put anything on record | the desk |\n\
         | fsck of the instance | `safehand fsck --config FILE` | the desk |\n\
         | fsck of the log | `safehand fsck URL` | anybody |\n\
         | monitor | `safehand log follow URL`, having looked today, or, where it is about what is served, yesterday | anybody |\n\
         | witness | `safehand witness`, having cosigned then | another organisation |\n\
         | receipt | `safehand verify receipt FILE --log URL`, with receipts of both days | a reporter |\n\n",
    );
    let _ = writeln!(text, "| what is done | {} |", CHECKS.join(" | "));
    let _ = writeln!(text, "|---|{}", "---|".repeat(CHECKS.len()));
    for Row { name, said, .. } in rows {
        let marks: Vec<_> = said.iter().map(|said| if said.is_some() { "notices" } else { "" }).collect();
        let _ = writeln!(text, "| {name} | {} |", marks.join(" | "));
    }
    text.push_str("\n## What they say\n");
    for Row { name, what, said } in rows {
        let _ = writeln!(text, "\n### {}{}\n\n{}{}.\n", upper(name), &name[1..], upper(what), &what[1..]);
        for (check, said) in CHECKS.iter().zip(said) {
            // The first two say what and where; what follows from them may be long.
            for said in said.iter().flatten().take(2) {
                let _ = writeln!(text, "- {check}: “{}”", neutral(said));
            }
        }
    }
    text
}

fn upper(text: &str) -> String {
    text[..1].to_uppercase()
}

/// Answers of the witness protocol, which are the same each time.
const STATUSES: [&str; 3] = ["403", "409", "422"];

/// The same words without what is different each time: addresses, paths, hashes, ids, counts.
fn neutral(said: &str) -> String {
    let word = |word: &str| {
        let inner = word.trim_matches(|c: char| ",.;:()“”".contains(c));
        let digits = inner.bytes().all(|b| b.is_ascii_digit());
        let told = if inner.is_empty() || STATUSES.contains(&inner) {
            inner.to_owned()
        } else if inner.contains("127.0.0.1") && !inner.contains("://") {
            "desk.example/log".to_owned()
        } else if inner.starts_with('/') || inner.contains("://") || inner.starts_with("tile/") {
            let end = inner.find("/tile/").map_or(0, |at| at + 1);
            let kept = if inner.starts_with("tile/") { inner } else { &inner[end..] };
            kept.split(".p/").next().filter(|kept| kept.starts_with("tile/")).unwrap_or("…").to_owned()
        } else if inner.len() >= 20
            && inner.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=_-".contains(&b))
        {
            "…".to_owned()
        } else if digits {
            "N".to_owned()
        } else {
            inner.to_owned()
        };
        word.replacen(inner, &told, usize::from(!inner.is_empty()))
    };
    said.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
