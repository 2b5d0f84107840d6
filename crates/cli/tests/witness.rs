//! The witness on the wire: the statuses of the specification, and a client that we did not write.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ledger::note::{KeyType, SigningKey};
use ledger::witness::AddCheckpoint;
use ledger::{Checkpoint, Hash, SignedCheckpoint};
use serde_json::Value;

use support::witness::RunningWitness;
use support::{safehand, stdout};

/// A Python that has aics-witness: `TLOG_PYTHON`, or the one that `cargo xtask test` prepares.
fn python() -> Option<PathBuf> {
    let prepared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/tlog/bin/python");
    let named = std::env::var_os("TLOG_PYTHON").map(PathBuf::from);
    named.or(Some(prepared)).filter(|python| python.exists())
}

fn feed(python: &Path, words: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/feed.py");
    stdout(Command::new(python).arg(script).args(words).stderr(Stdio::inherit()))
}

fn shown_key(folder: &Path) -> Command {
    let mut command = safehand();
    command.args(["witness", "--name", "witness.example", "--show-key", "--folder"]).arg(folder);
    command
}

#[test]
fn another_implementation_is_cosigned_and_its_fork_is_not() {
    let Some(python) = python() else {
        let required = std::env::var_os("SAFEHAND_REQUIRE_INTEROP").is_some_and(|value| value == "1");
        assert!(!required, "there is no Python with aics-witness: run `cargo xtask test`, which installs it");
        eprintln!("interoperation not tested: there is no Python with aics-witness");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let log = feed(&python, &["key"]);
    let key = stdout(&mut shown_key(folder.path()));
    let witness = RunningWitness::start(folder.path(), &[log.trim()]);
    let url = format!("http://{}", witness.address);
    let told = feed(&python, &["feed", &url, key.trim()]);
    let told: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (cosigned, forks) = told.split_at(6);
    for one in cosigned {
        assert!(one["line"].as_str().unwrap().starts_with("\u{2014} witness.example "), "{one}");
    }
    assert_eq!(
        forks.iter().map(|one| one["fork"].as_u64()).collect::<Vec<_>>(),
        [Some(422), Some(422)],
        "{told:?}"
    );
}

#[test]
fn its_key_is_made_once_and_never_without_what_it_has_seen() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("witness");
    let key = stdout(&mut shown_key(&folder));
    assert!(key.starts_with("witness.example+"), "{key}");
    assert_eq!(stdout(&mut shown_key(&folder)), key);
    let mode = fs::metadata(folder.join("witness.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    fs::rename(folder.join("seen.json"), folder.join("elsewhere.json")).unwrap();
    let refused = shown_key(&folder).output().unwrap();
    assert_eq!(refused.status.code(), Some(5));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("what it has seen is gone"), "{said}");
}

#[test]
fn one_runs_on_a_folder_and_says_how_it_is() {
    let log = SigningKey::from_seed("log.example", KeyType::Ed25519, &[7; 32]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let witness = RunningWitness::start(folder.path(), &[&log.verifier().to_string()]);
    let second = shown_key(folder.path()).output().unwrap();
    assert_eq!(second.status.code(), Some(5));
    assert!(String::from_utf8(second.stderr).unwrap().contains("another witness is running on this folder"));

    let checkpoint = Checkpoint::new("log.example", 1, Hash::leaf(b"rain")).unwrap();
    let checkpoint = SignedCheckpoint::sign(&checkpoint, &log).unwrap();
    let request = |old| AddCheckpoint { old, proof: Vec::new(), checkpoint: checkpoint.clone() }.to_string();
    assert_eq!(witness.post(&request(0)).0, 200);
    assert_eq!(witness.post(&request(0)), (409, "1\n".to_owned()));
    assert_eq!(witness.post(&request(1)).0, 200);
    assert_eq!(witness.post("old 0\n").0, 400);
    assert_eq!(witness.post(&"x".repeat(1 << 21)).0, 413);
    let page = witness.get("/");
    assert!(page.contains("log log.example: cosigned at size 1 "), "{page}");

    // Started again, it remembers.
    drop(witness);
    let witness = RunningWitness::start(folder.path(), &[&log.verifier().to_string()]);
    assert_eq!(witness.post(&request(0)), (409, "1\n".to_owned()));
}
