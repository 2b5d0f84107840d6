//! Interoperation with another age implementation, the npm package `age-encryption`, both ways; and
//! our own formats read by code that shares none of ours.
//!
//! Needs `node`, and `npm ci` in `tests/interop`. Where they are missing the tests say so and do
//! nothing, unless `SAFEHAND_REQUIRE_INTEROP=1` is set: then they fail.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod support;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use seal::age;
use seal::{FileMeta, Identity, ItemId, ItemKind, Place, ReportId, Seed};

use support::CountingRng;

/// Around every boundary that the format has.
const LENGTHS: [usize; 9] = [0, 1, 40, 65_519, 65_535, 65_536, 65_537, 131_072, 300_000];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/interop")
}

/// Why the other implementation cannot be run here, if it cannot.
fn missing() -> Option<&'static str> {
    let node = Command::new("node").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !node.is_ok_and(|status| status.success()) {
        Some("`node` is not to be had")
    } else if !folder().join("node_modules/age-encryption").is_dir() {
        Some("`npm ci` was not run in crates/seal/tests/interop")
    } else {
        None
    }
}

/// Has the other side do tasks; `None` when it cannot run here and need not.
fn ask(tasks: &[Value]) -> Option<Vec<Value>> {
    if let Some(why) = missing() {
        let required = std::env::var("SAFEHAND_REQUIRE_INTEROP").is_ok_and(|value| value == "1");
        assert!(!required, "SAFEHAND_REQUIRE_INTEROP=1 is set, but {why}");
        eprintln!("interoperation not tested: {why}");
        return None;
    }
    let mut node = Command::new("node")
        .arg("interop.mjs")
        .current_dir(folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    node.stdin.take().unwrap().write_all(&serde_json::to_vec(tasks).unwrap()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "the other side failed");
    let results: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(results.len(), tasks.len());
    Some(results)
}

fn bytes(result: &Value, field: &str) -> Vec<u8> {
    STANDARD.decode(result[field].as_str().unwrap_or_else(|| panic!("no {field}: {result}"))).unwrap()
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

fn identity(byte: u8) -> Identity {
    Identity::from_seed(Seed::from_bytes([byte; 32]))
}

#[test]
fn what_we_seal_they_open() {
    let (first, second) = (identity(1), identity(2));
    let to = [first.recipient().clone(), second.recipient().clone()];
    let tasks: Vec<Value> = LENGTHS
        .iter()
        .flat_map(|length| {
            let file = age::encrypt(&to, &content(*length), &mut CountingRng::new("interop")).unwrap();
            [&first, &second].map(|identity| {
                json!({
                    "task": "open",
                    "identity": identity.to_age_string().as_str(),
                    "file": STANDARD.encode(&file),
                })
            })
        })
        .collect();
    let Some(results) = ask(&tasks) else { return };
    for (length, pair) in LENGTHS.iter().zip(results.chunks(2)) {
        for result in pair {
            assert!(bytes(result, "plaintext") == content(*length), "{length} bytes");
        }
    }
}

#[test]
fn what_they_seal_we_open() {
    let (first, second) = (identity(1), identity(2));
    let tasks: Vec<Value> = LENGTHS
        .iter()
        .map(|length| {
            json!({
                "task": "seal",
                "recipients": [first.recipient(), second.recipient()],
                "plaintext": STANDARD.encode(content(*length)),
            })
        })
        .collect();
    let Some(results) = ask(&tasks) else { return };
    for (length, result) in LENGTHS.iter().zip(&results) {
        let file = bytes(result, "file");
        for identity in [&first, &second] {
            let opened = age::decrypt(&file, identity).unwrap();
            assert!(opened.as_slice() == content(*length), "{length} bytes");
        }
        let refused = age::decrypt(&file, &identity(3)).unwrap_err();
        assert_eq!(refused, seal::Error::AgeNoMatch, "{length} bytes");
    }
}

#[test]
fn they_refuse_what_was_changed_after_we_sealed() {
    let identity = identity(1);
    let file = age::encrypt(
        std::slice::from_ref(identity.recipient()),
        &content(70_000),
        &mut CountingRng::new("interop"),
    )
    .unwrap();
    let tasks: Vec<Value> = [100, age::PREFIX_LEN - 20, age::PREFIX_LEN, 60_000, file.len() - 1]
        .into_iter()
        .map(|at| {
            let mut changed = file.clone();
            changed[at] ^= 1;
            json!({
                "task": "open",
                "identity": identity.to_age_string().as_str(),
                "file": STANDARD.encode(changed),
            })
        })
        .collect();
    let Some(results) = ask(&tasks) else { return };
    assert!(results.iter().all(|result| result["error"].is_string()), "{results:?}");
}

#[test]
fn identities_are_what_node_derives_from_the_same_seed() {
    let tasks: Vec<Value> = (0..4_u8)
        .map(|byte| json!({ "task": "identity", "seed": format!("{byte:02x}").repeat(32) }))
        .collect();
    let Some(results) = ask(&tasks) else { return };
    for (byte, result) in (0..4_u8).zip(&results) {
        let ours = identity(byte);
        assert_eq!(result["age_secret"], ours.to_age_string().as_str());
        assert_eq!(result["recipient"], json!(ours.recipient()));
        assert_eq!(result["verifying_key"], json!(ours.verifying_key()));
    }
}

#[test]
fn items_are_read_by_code_that_shares_none_of_ours() {
    let (report, author) = (identity(1), identity(2));
    let mut rng = CountingRng::new("interop items");
    let meta = FileMeta { name: "homework 3.png".to_owned(), media_type: "image/png".to_owned() };
    let tasks: Vec<Value> = LENGTHS
        .iter()
        .map(|length| {
            let place = Place {
                report: ReportId::generate(&mut rng),
                item: ItemId::generate(&mut rng),
                kind: ItemKind::File,
            };
            let to = report.recipient();
            let sealed =
                seal::seal_item(place, Some(&meta), &content(*length), to, &author, &mut rng).unwrap();
            json!({
                "task": "item",
                "header": sealed.signed,
                "sealed": STANDARD.encode(&sealed.bytes),
                "seed": "01".repeat(32),
            })
        })
        .collect();
    let Some(results) = ask(&tasks) else { return };
    for ((length, task), result) in LENGTHS.iter().zip(&tasks).zip(&results) {
        assert!(bytes(result, "content") == content(*length), "{length} bytes");
        assert_eq!(result["header"]["name"], meta.name);
        assert_eq!(result["header"]["item"], task["header"]["item"]);
    }
}
