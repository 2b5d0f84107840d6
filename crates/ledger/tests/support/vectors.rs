//! The vectors: those that others published, and our own formats, pinned.
//!
//! Compiled twice: by `tests/vectors.rs` for the machine it runs on, and by `wasm-tests` for WebAssembly.
//! So nothing here touches files.

use serde_json::Value;

use ledger::note::{self, Note};
use ledger::receipt::{Entry, Receipt};
use ledger::tiles::{Resource, Tile};
use ledger::witness::AddCheckpoint;
use ledger::{Checkpoint, Edge, Hash, KeyType, SigningKey, VerifierKey, cosignature, tree};

use super::published::with_published_vectors;
use super::{MemoryLog, closed, log_key, witness_key};

/// A check of one file: says what is wrong, if anything is.
type Check = fn(&Value) -> Result<(), String>;

macro_rules! list {
    ($($name:ident = $check:ident $file:literal;)*) => {
        /// Every published vector: its name, its check, its text.
        const PUBLISHED: &[(&str, Check, &str)] =
            &[$((stringify!($name), $check, include_str!(concat!("../vectors/", $file)))),*];
    };
}

with_published_vectors!(list);

/// What came of a vector.
pub(crate) struct Outcome {
    /// Its name.
    pub(crate) vector: String,
    /// What is wrong, if anything is.
    pub(crate) result: Result<(), String>,
}

/// Checks every vector.
pub(crate) fn check_all() -> Vec<Outcome> {
    let published = PUBLISHED.iter().map(|(name, _, _)| (*name, check(name)));
    let ours = OURS.iter().map(|(name, pinned, make)| (*name, same(&make().as_str(), pinned)));
    published.chain(ours).map(|(name, result)| Outcome { vector: name.to_owned(), result }).collect()
}

/// Checks a published vector.
pub(crate) fn check(name: &str) -> Result<(), String> {
    let (_, check, text) =
        PUBLISHED.iter().find(|(other, _, _)| *other == name).ok_or("there is no such vector")?;
    check(&serde_json::from_str(text).map_err(|error| error.to_string())?)
}

fn same<T: PartialEq + std::fmt::Debug>(found: &T, expected: &T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{found:?}, not {expected:?}")) }
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field}"))
}

fn number(value: &Value, field: &str) -> u64 {
    value[field].as_u64().unwrap_or_else(|| panic!("no {field}"))
}

fn texts<'v>(value: &'v Value, field: &str) -> Vec<&'v str> {
    let list = value[field].as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|text| text.as_str().unwrap()).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}

fn root(vector: &Value) -> Result<(), String> {
    let mut edge = Edge::new();
    for leaf in texts(vector, "leaves") {
        edge.push(Hash::leaf(&bytes(leaf))).unwrap();
    }
    same(&edge.root().to_hex().as_str(), &text(vector, "root"))
}

fn proof(vector: &Value) -> Result<Vec<Hash>, ledger::Error> {
    texts(vector, "proof").iter().map(|hash| hash.parse()).collect()
}

/// Whether a proof is accepted is as it should be.
fn accepted(vector: &Value, result: &Result<(), ledger::Error>) -> Result<(), String> {
    if result.is_err() == vector["wantErr"].as_bool().unwrap() { Ok(()) } else { Err(format!("{result:?}")) }
}

fn inclusion(vector: &Value) -> Result<(), String> {
    let verify = || {
        let (leaf, root) = (text(vector, "leafHash").parse()?, text(vector, "root").parse()?);
        let (index, size) = (number(vector, "leafIdx"), number(vector, "treeSize"));
        tree::verify_inclusion(&leaf, index, size, &root, &proof(vector)?)
    };
    accepted(vector, &verify())
}

fn consistency(vector: &Value) -> Result<(), String> {
    // Some roots are no hashes but words, of which only matters whether they are the same.
    let root = |field| {
        let text = text(vector, field);
        text.parse().unwrap_or_else(|_| Hash::leaf(text.as_bytes()))
    };
    let verify = || {
        let (old_root, new_root) = (root("root1"), root("root2"));
        let (old, new) = (number(vector, "size1"), number(vector, "size2"));
        tree::verify_consistency(old, &old_root, new, &new_root, &proof(vector)?)
    };
    accepted(vector, &verify())
}

fn note(vector: &Value) -> Result<(), String> {
    let keys: Vec<VerifierKey> = texts(vector, "vkeys").iter().map(|key| key.parse().unwrap()).collect();
    let signed = Note::parse(text(vector, "note").as_bytes()).and_then(|note| note.verify(&keys));
    let names = signed.ok().map(|signed| signed.into_iter().map(|signed| signed.name).collect::<Vec<_>>());
    let expected = vector["signed"].as_array().map(|_| texts(vector, "signed"));
    same(&names.as_ref().map(|names| names.iter().map(String::as_str).collect()), &expected)
}

fn sign(vector: &Value) -> Result<(), String> {
    let seed = bytes(text(vector, "seed")).try_into().unwrap();
    let key = SigningKey::from_seed(text(vector, "name"), KeyType::Ed25519, &seed).unwrap();
    same(&key.verifier().to_string().as_str(), &text(vector, "vkey"))?;
    let line = key.sign(text(vector, "text")).unwrap();
    same(&format!("{line}\n").as_str(), &text(vector, "line"))
}

fn vkey(vector: &Value) -> Result<(), String> {
    let key = text(vector, "vkey").parse::<VerifierKey>();
    same(&key.is_ok(), &vector["valid"].as_bool().unwrap())?;
    key.map_or(Ok(()), |key| same(&key.to_string().as_str(), &text(vector, "vkey")))
}

fn checkpoint(vector: &Value) -> Result<(), String> {
    let text_of = text(vector, "text");
    let checkpoint = Checkpoint::parse(text_of);
    if vector.get("origin").is_none() {
        return checkpoint.map_or(Ok(()), |checkpoint| Err(format!("{checkpoint:?} was read")));
    }
    let checkpoint = checkpoint.map_err(|error| error.to_string())?;
    same(&checkpoint.origin(), &text(vector, "origin"))?;
    same(&checkpoint.size(), &number(vector, "size"))?;
    same(&checkpoint.root().to_string().as_str(), &text(vector, "root"))?;
    same(&checkpoint.text().as_str(), &text_of)?;
    if vector.get("time").is_none() {
        return Ok(());
    }
    let message = cosignature::message(text_of, number(vector, "time"));
    same(&message.as_slice(), &text(vector, "message").as_bytes())
}

fn request(vector: &Value) -> Result<(), String> {
    let body = text(vector, "request");
    let request = AddCheckpoint::parse(body.as_bytes()).map_err(|error| error.to_string())?;
    same(&request.to_string().as_str(), &body)?;
    same(&request.old, &number(vector, "old"))?;
    same(&(request.proof.len() as u64), &number(vector, "proof"))?;
    same(&request.checkpoint.checkpoint().size(), &number(vector, "size"))?;
    same(&(request.checkpoint.note().lines().len() as u64), &number(vector, "signatures"))
}

fn response(vector: &Value) -> Result<(), String> {
    let body = text(vector, "response");
    let lines = note::read_lines(body).map_err(|error| error.to_string())?;
    same(&lines.iter().map(note::SignatureLine::name).collect::<Vec<_>>(), &texts(vector, "names"))?;
    let again: Vec<_> = lines.iter().map(|line| format!("{line}\n")).collect();
    same(&again.concat().as_str(), &body)
}

fn tiles(vector: &Value) -> Result<(), String> {
    let size = number(vector, "size");
    for (level, count) in (0..).zip(vector["full"].as_array().unwrap()) {
        let full = Tile::completed(0, size).filter(|tile| tile.level() == level).count() as u64;
        same(&full, &count.as_u64().unwrap())?;
    }
    let partial: Vec<_> = Tile::partial(size).map(|tile| tile.to_string()).collect();
    same(&partial.iter().map(String::as_str).collect(), &texts(vector, "partial"))
}

fn path(vector: &Value) -> Result<(), String> {
    let read = text(vector, "path").parse::<Resource>();
    let expected = vector.get("index").map(|_| {
        let (level, width) = (number(vector, "level"), number(vector, "width"));
        let (level, width) = (u8::try_from(level).unwrap(), u16::try_from(width).unwrap());
        Resource::Tile(Tile::new(level, number(vector, "index"), width).unwrap())
    });
    same(&read.ok(), &expected)
}

/// Makes the text that is pinned.
type Make = fn() -> String;

/// Our own formats: name, pinned text, how it is made.
const OURS: &[(&str, &str, Make)] = &[
    ("ours_entries", include_str!("../vectors/ours/entries.txt"), entries),
    ("ours_checkpoint", include_str!("../vectors/ours/checkpoint.txt"), cosigned),
    ("ours_proof", include_str!("../vectors/ours/entry-1.tlog-proof"), tlog_proof),
    ("ours_receipt", include_str!("../vectors/ours/receipt.txt"), receipt_text),
];

/// The files of our own vectors and what they should hold, to pin them anew.
pub(crate) fn ours() -> Vec<(&'static str, String)> {
    let files = ["entries.txt", "checkpoint.txt", "entry-1.tlog-proof", "receipt.txt"];
    files.into_iter().zip(OURS).map(|(file, (_, _, make))| (file, make())).collect()
}

/// The receipt that is pinned: of a report with two items, in a log of 300 entries.
pub(crate) fn receipt() -> Receipt {
    let log = MemoryLog::new(300);
    let tiles = log.tiles();
    let entries = [0, 1, 299].map(|index| Entry {
        opening: closed(index).1,
        index,
        hashes: tree::prove_inclusion(index, 300, |node| tiles.hash(node)).unwrap(),
    });
    let lines =
        [1, 2].map(|number| cosignature::cosign(&witness_key(number), &log.signed(), 1_795_820_900).unwrap());
    Receipt {
        log: log_key().verifier().clone(),
        witnesses: [1, 2].map(|number| witness_key(number).verifier().clone()).to_vec(),
        checkpoint: log.signed().with_lines(&lines).unwrap(),
        entries: entries.to_vec(),
        sealed: Some((0..150).collect()),
    }
}

fn receipt_text() -> String {
    let (made, pinned) = (receipt().to_string(), OURS[3].1);
    // What was handed out stays readable, whatever is made today.
    if !pinned.is_empty() {
        let read = Receipt::parse(pinned.as_bytes()).unwrap();
        assert!(read.verify(Some(log_key().verifier()), &read.witnesses).is_ok());
    }
    made
}

fn cosigned() -> String {
    receipt().checkpoint.as_str().to_owned()
}

fn tlog_proof() -> String {
    let receipt = receipt();
    receipt.proof(&receipt.entries[1]).to_string()
}

fn entries() -> String {
    let entry = |index| {
        let (leaf, opening) = closed(index);
        let (record, leaf_text) =
            (String::from_utf8(opening.record).unwrap(), String::from_utf8(leaf.to_bytes()).unwrap());
        format!("record {record}\nleaf {leaf_text}\nhash {}\n", leaf.hash().to_hex())
    };
    (0..3).map(entry).collect::<Vec<_>>().concat()
}
