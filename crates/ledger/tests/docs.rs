//! `docs/ledger.md` says what the table of kinds says, and its script for checking a receipt by hand works.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ledger::record::{Field, KINDS, Place};

const BEGIN: &str = "<!-- kinds -->\n";
const END: &str = "<!-- /kinds -->\n";

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ledger.md")
}

fn words(field: &Field) -> String {
    let place = if field.place == Place::Detail { "detail." } else { "" };
    let optional = if field.required { "" } else { ", may be left out" };
    format!("`{place}{}` {}: {}{optional}", field.name, field.meaning, field.form.as_str())
}

fn table() -> String {
    let mut table =
        String::from("\n| kind | act | who | when it is written | what an auditor reads | fields |\n");
    table.push_str("|---|---|---|---|---|---|\n");
    for row in KINDS {
        let act = row.act.map_or("–", ledger::record::LoggedAct::as_str);
        let fields: Vec<_> = row.fields.iter().map(words).collect();
        let (who, fields) = (row.actors.to_words(), fields.join("<br>"));
        writeln!(table, "| `{}` | {act} | {who} | {} | {} | {fields} |", row.word, row.written, row.says)
            .unwrap();
    }
    table.push('\n');
    table
}

#[test]
fn the_page_holds_the_table_of_kinds() {
    let written = std::fs::read_to_string(page()).unwrap();
    let (head, rest) = written.split_once(BEGIN).unwrap();
    let (_, tail) = rest.split_once(END).unwrap();
    let expected = format!("{head}{BEGIN}{}{END}{tail}", table());
    if std::env::var_os("UPDATE_LEDGER_DOCS").is_some() {
        std::fs::write(page(), &expected).unwrap();
        return;
    }
    assert!(
        written == expected,
        "docs/ledger.md is not what the table of kinds says; write it anew with UPDATE_LEDGER_DOCS=1"
    );
}

/// Runs the page's script over a receipt, for the entry of this number.
fn by_hand(receipt: &str, number: u32) -> std::process::Output {
    let page = std::fs::read_to_string(page()).unwrap();
    let script = page.split_once("```sh\n").unwrap().1.split_once("\n```").unwrap().0;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(receipt.as_bytes()).unwrap();
    Command::new("sh")
        .args(["-c", script, "check.sh"])
        .arg(file.path())
        .arg(number.to_string())
        .output()
        .unwrap()
}

/// Whether the script can run here.
fn has_tools() -> bool {
    let has = |program: &str| {
        let mut probe = Command::new(program);
        let probe = probe.arg(if program == "openssl" { "version" } else { "--version" });
        probe.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    if ["openssl", "basenc", "sha256sum"].into_iter().all(has) {
        return true;
    }
    let required = std::env::var_os("SAFEHAND_REQUIRE_INTEROP").is_some_and(|value| value == "1");
    assert!(!required, "SAFEHAND_REQUIRE_INTEROP=1 is set, but openssl or coreutils are not to be had");
    eprintln!("the check by hand is not tested: openssl or coreutils are not to be had");
    false
}

const RECEIPT: &str = include_str!("vectors/ours/receipt.txt");

#[test]
fn a_receipt_can_be_checked_by_hand() {
    if !has_tools() {
        return;
    }
    for (number, index) in [(1, 0), (2, 1), (3, 299)] {
        let output = by_hand(RECEIPT, number);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(
            said.starts_with(&format!("entry {index} of 300 in desk.example/log: {{\"actor\"")),
            "{said}"
        );
    }
}

#[test]
fn a_check_by_hand_sees_what_was_changed() {
    if !has_tools() {
        return;
    }
    for (from, to) in [
        ("23:07:16Z", "23:07:15Z"),
        ("salt 00", "salt 01"),
        ("index 0\n", "index 1\n"),
        ("\n300\n", "\n301\n"),
        ("— desk.example/log HZwHgng4", "— desk.example/log HZwHgng5"),
    ] {
        let changed = RECEIPT.replacen(from, to, 1);
        assert_ne!(changed, RECEIPT, "{from}");
        let output = by_hand(&changed, 1);
        assert!(!output.status.success(), "{from}: {}", String::from_utf8_lossy(&output.stdout));
    }
}
