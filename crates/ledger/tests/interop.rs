//! Interoperation with another implementation of the same formats, the `PyPI` packages `aics-tlog` and
//! `aics-witness`, both ways.
//!
//! Needs a Python that has them: `TLOG_PYTHON`, or the one that `cargo xtask test` prepares. Where there is
//! none the tests say so and do nothing, unless `SAFEHAND_REQUIRE_INTEROP=1` is set: then they fail.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod support;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use ledger::tiles::Resource;
use ledger::witness::{AddCheckpoint, Refusal, read_conflict};
use ledger::{Hash, SignedCheckpoint, VerifierKey, cosignature, fsck, note, tree};

use support::{MemoryLog, ORIGIN, closed, leaves, log_key, naive_root, witness_key};

/// Around the edges of tiles.
const SIZES: [u64; 7] = [1, 2, 255, 256, 257, 513, 700];

const TIME: u64 = 1_795_820_900;

fn python() -> Option<PathBuf> {
    let prepared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/tlog/bin/python");
    let named = std::env::var_os("TLOG_PYTHON").map(PathBuf::from);
    named.or(Some(prepared)).filter(|python| python.exists())
}

/// Has the other side do tasks; `None` when it cannot run here and need not.
fn ask(tasks: &[Value]) -> Option<Vec<Value>> {
    let Some(python) = python() else {
        let required = std::env::var_os("SAFEHAND_REQUIRE_INTEROP").is_some_and(|value| value == "1");
        assert!(!required, "there is no Python with aics-tlog: run `cargo xtask test`, which installs it");
        eprintln!("interoperation not tested: there is no Python with aics-tlog");
        return None;
    };
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/interop/interop.py");
    let mut child =
        Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&serde_json::to_vec(tasks).unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the other side failed");
    let results: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(results.len(), tasks.len());
    Some(results)
}

fn text(result: &Value, field: &str) -> String {
    result[field].as_str().unwrap_or_else(|| panic!("no {field}: {result}")).to_owned()
}

fn hashes(list: &Value) -> Vec<Hash> {
    list.as_array().unwrap().iter().map(|hash| hash.as_str().unwrap().parse().unwrap()).collect()
}

fn texts(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(ToString::to_string).collect()
}

fn cosigned(log: &MemoryLog) -> SignedCheckpoint {
    let line = cosignature::cosign(&witness_key(1), &log.signed(), TIME).unwrap();
    log.signed().with_lines(&[line]).unwrap()
}

/// All about a log of ours that they are to verify.
fn verify_task(size: u64) -> Value {
    let log = MemoryLog::new(size);
    let tiles = log.tiles();
    let read = |node| tiles.hash(node);
    let files: BTreeMap<_, _> =
        log.files.iter().map(|(file, bytes)| (file.to_string(), STANDARD.encode(bytes))).collect();
    let inclusion = [0, size / 2, size - 1].map(|index| {
        json!({ "index": index, "hashes": texts(&tree::prove_inclusion(index, size, read).unwrap()) })
    });
    let consistency = [1, size.div_ceil(2), size].map(|old| {
        let hashes = texts(&tree::prove_consistency(old, size, read).unwrap());
        json!({ "old": old, "root": tree::root(old, read).unwrap().to_string(), "hashes": hashes })
    });
    json!({
        "task": "verify",
        "key": log_key().verifier().to_string(),
        "witnesses": [witness_key(1).verifier().to_string()],
        "checkpoint": cosigned(&log).as_str(),
        "files": files,
        "inclusion": inclusion,
        "consistency": consistency,
    })
}

#[test]
fn what_we_publish_they_verify() {
    let Some(results) = ask(&SIZES.map(verify_task)) else { return };
    for (size, result) in SIZES.into_iter().zip(&results) {
        assert_eq!(result["size"], size, "{result}");
        assert_eq!(result["times"], json!([TIME]));
        assert_eq!(result["bundles"], size.div_ceil(256));
        let tiles =
            MemoryLog::new(size).files.keys().filter(|file| matches!(file, Resource::Tile(_))).count();
        assert_eq!(result["tiles"], tiles);
    }
}

#[test]
fn they_refuse_what_was_changed_after_we_published() {
    let good = verify_task(300);
    let mut tasks = Vec::new();
    for path in
        ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"]
    {
        let mut task = good.clone();
        let mut bytes = STANDARD.decode(task["files"][path].as_str().unwrap()).unwrap();
        bytes[30] ^= 1;
        task["files"][path] = STANDARD.encode(bytes).into();
        tasks.push(task);
    }
    for (from, to) in
        [("\n300\n", "\n299\n"), ("w1.example", "w2.example"), ("desk.example", "desk2.example")]
    {
        let mut task = good.clone();
        task["checkpoint"] = task["checkpoint"].as_str().unwrap().replace(from, to).into();
        tasks.push(task);
    }
    for proof in ["inclusion", "consistency"] {
        let mut task = good.clone();
        task[proof][1]["hashes"][0] = Hash::empty().to_string().into();
        tasks.push(task);
    }
    let Some(results) = ask(&tasks) else { return };
    for (at, result) in results.iter().enumerate() {
        assert!(result["error"].is_string(), "change {at} was not seen: {result}");
    }
}

#[test]
fn what_they_publish_we_verify() {
    let tasks = SIZES.map(|size| {
        let entries: Vec<_> = (0..size).map(|index| STANDARD.encode(closed(index).0.to_bytes())).collect();
        json!({
            "task": "make", "origin": ORIGIN, "entries": entries, "seed": STANDARD.encode([1; 32]),
            "witness": "w1.example", "witness_seed": STANDARD.encode([101; 32]), "time": TIME,
        })
    });
    let Some(results) = ask(&tasks) else { return };
    for (size, result) in SIZES.into_iter().zip(&results) {
        let (key, witness) = (text(result, "key"), text(result, "witness_key"));
        assert_eq!(
            (&key, &witness),
            (&log_key().verifier().to_string(), &witness_key(1).verifier().to_string())
        );
        let (key, witness): (VerifierKey, VerifierKey) = (key.parse().unwrap(), witness.parse().unwrap());

        let ours = MemoryLog::new(size);
        assert_eq!(text(result, "checkpoint"), cosigned(&ours).as_str(), "the same signatures, to the byte");
        let files = result["files"].as_object().unwrap().iter();
        let files = files
            .map(|(path, bytes)| (path.parse().unwrap(), STANDARD.decode(bytes.as_str().unwrap()).unwrap()));
        let mut theirs = MemoryLog { checkpoint: text(result, "checkpoint").into(), files: files.collect() };
        assert_eq!(theirs.files, ours.files, "the same files, to the byte");
        let report = fsck::run(&mut theirs, &key, &[witness], &mut |_, _| Ok(())).unwrap();
        assert!(report.is_sound(), "{report:?}");
        assert_eq!(report.checkpoint.cosigned()[0].time, Some(TIME));

        let root = *report.checkpoint.checkpoint().root();
        for (index, proof) in (0..).zip(result["inclusion"].as_array().unwrap()) {
            tree::verify_inclusion(&closed(index).0.hash(), index, size, &root, &hashes(proof)).unwrap();
        }
        let roots = hashes(&result["roots"]);
        for ((old, old_root), proof) in (1..).zip(&roots).zip(result["consistency"].as_array().unwrap()) {
            tree::verify_consistency(old, old_root, size, &root, &hashes(proof)).unwrap();
        }
    }
}

#[test]
fn a_witness_reads_our_request_and_we_its_answer() {
    let log = MemoryLog::new(700);
    let tiles = log.tiles();
    let requests = [0, 1, 256, 699, 700].map(|old| {
        let proof = tree::prove_consistency(old, 700, |node| tiles.hash(node)).unwrap();
        AddCheckpoint { old, proof, checkpoint: log.signed() }
    });
    let response = format!("{}\n", cosignature::cosign(&witness_key(1), &log.signed(), TIME).unwrap());
    let (_, conflict) = Refusal::Conflict(20_852_014).body();
    let tasks = requests.clone().map(|request| {
        json!({ "task": "request", "request": request.to_string(), "response": response, "conflict": conflict })
    });
    let Some(results) = ask(&tasks) else { return };
    for (request, result) in requests.iter().zip(&results) {
        assert_eq!(result["old"], request.old, "{result}");
        assert_eq!(hashes(&result["proof"]), request.proof);
        assert_eq!(text(result, "checkpoint"), request.checkpoint.as_str());
        assert_eq!(AddCheckpoint::parse(text(result, "written").as_bytes()).unwrap(), *request);
        assert_eq!(note::read_lines(&text(result, "response")).unwrap().len(), 1);
        assert_eq!(text(result, "response"), response);
        assert_eq!(result["conflict"], read_conflict(&conflict).unwrap());
    }
}

#[test]
fn the_tree_of_the_definition_is_theirs_too() {
    let entries: Vec<_> = (0..40_usize).map(|at| STANDARD.encode(at.to_be_bytes())).collect();
    let task = json!({
        "task": "make", "origin": ORIGIN, "entries": entries, "seed": STANDARD.encode([1; 32]),
        "witness": "w1.example", "witness_seed": STANDARD.encode([101; 32]), "time": TIME,
    });
    let Some(results) = ask(&[task]) else { return };
    let leaves = leaves(40);
    let roots: Vec<_> = (1..=40).map(|size| naive_root(&leaves[..size])).collect();
    assert_eq!(hashes(&results[0]["roots"]), roots);
}
