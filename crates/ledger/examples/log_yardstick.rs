//! Measures the log for `cargo xtask bench ledger`. The last line of output is JSON.
//!
//! - `write FOLDER ENTRIES`: writes the public files of a log
//! - `fsck FOLDER`: checks them, beside bare SHA-256 over as many bytes
//! - `verify`: checks one proof many times, beside the bare cryptography in it
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::cast_precision_loss)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use ed25519_dalek::Signer as _;
use ledger::fsck::{self, LogReader};
use ledger::record::Commitment;
use ledger::tiles::{self, Bundle, Resource, Tile};
use ledger::tree::{self, Node};
use ledger::{
    Checkpoint, Edge, Error, Hash, KeyType, Leaf, Proof, SignedCheckpoint, SigningKey, Time, cosignature,
};
use sha2::{Digest as _, Sha256};

const ORIGIN: &str = "desk.example/log";

/// Bytes that SHA-256 goes through for a leaf of ours, and for a node: whole blocks.
const HASHED: f64 = 2.0 * 128.0;

fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, KeyType::Ed25519, &[1; 32]).unwrap()
}

fn leaf(index: u64) -> Leaf {
    let at = Time::from_unix(1_795_820_836 + i64::try_from(index / 1000).unwrap()).unwrap();
    Leaf { at, commitment: Commitment::from_bytes(Sha256::digest(index.to_be_bytes()).into()) }
}

/// A log as files below a folder, as a web server would have them.
struct Folder(PathBuf);

impl Folder {
    fn put(&self, path: &str, bytes: &[u8]) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn write(&self, size: u64) {
        let mut edge = Edge::new();
        // By level of tiles, the hashes of the tile that is not full yet.
        let mut open: Vec<Vec<u8>> = vec![Vec::new(); 8];
        let mut entries = Vec::new();
        for index in 0..size {
            let entry = leaf(index).to_bytes();
            tiles::write_entry(&mut entries, &entry).unwrap();
            let mut made: Vec<(Node, Hash)> = Vec::new();
            edge.push_with(Hash::leaf(&entry), |node, hash| made.push((node, hash))).unwrap();
            for (node, hash) in made.into_iter().filter(|(node, _)| node.level % 8 == 0) {
                let bytes = &mut open[usize::from(node.level / 8)];
                bytes.extend_from_slice(hash.as_bytes());
                if bytes.len() == tiles::TILE_LEN {
                    let tile = Tile::in_tree(node.level / 8, node.index / 256, size).unwrap();
                    self.put(&tile.to_string(), &std::mem::take(bytes));
                }
            }
            if index % 256 == 255 || index + 1 == size {
                let bundle = Bundle::in_tree(index / 256, size).unwrap();
                self.put(&bundle.to_string(), &std::mem::take(&mut entries));
            }
        }
        for tile in Tile::partial(size) {
            self.put(&tile.to_string(), &open[usize::from(tile.level())]);
        }
        let checkpoint = Checkpoint::new(ORIGIN, size, edge.root()).unwrap();
        self.put("checkpoint", SignedCheckpoint::sign(&checkpoint, &log_key()).unwrap().as_str().as_bytes());
    }
}

impl LogReader for Folder {
    type Error = std::io::Error;

    fn checkpoint(&mut self) -> Result<Vec<u8>, Self::Error> {
        fs::read(self.0.join("checkpoint"))
    }

    fn read(&mut self, file: Resource) -> Result<Option<Vec<u8>>, Self::Error> {
        fs::read(self.0.join(file.to_string())).map(Some)
    }
}

/// Bytes a second of bare SHA-256, the best of five.
fn sha256_speed() -> f64 {
    let bytes = vec![7; 64 << 20];
    let best = (0..5).map(|_| {
        let begun = Instant::now();
        std::hint::black_box(Sha256::digest(&bytes));
        begun.elapsed().as_secs_f64()
    });
    bytes.len() as f64 / best.fold(f64::INFINITY, f64::min)
}

fn fsck(folder: &Path) {
    let mut reader = Folder(folder.to_owned());
    let begun = Instant::now();
    let mut each = |_: u64, entry: &[u8]| Leaf::parse(entry).map(drop);
    let report = fsck::run(&mut reader, log_key().verifier(), &[], &mut each).unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    assert!(report.is_sound(), "{report:?}");
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: f64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    let speed = sha256_speed();
    println!(
        "{{\"entries\":{},\"seconds\":{seconds},\"bare_seconds\":{},\"sha256_mb_per_s\":{},\"peak_mib\":{}}}",
        report.entries,
        report.entries as f64 * HASHED / speed,
        speed / 1e6,
        peak / 1024.0
    );
}

/// Microseconds that something takes, the best of five rounds.
fn micros(mut task: impl FnMut()) -> f64 {
    const TIMES: u32 = 2000;
    let rounds = (0..5).map(|_| {
        let begun = Instant::now();
        (0..TIMES).for_each(|_| task());
        begun.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES)
    });
    rounds.fold(f64::INFINITY, f64::min)
}

/// A proof of an entry in a log of ten million, with two cosignatures. The other
/// entries are made up, which a proof cannot tell.
fn verify() {
    let (size, index) = (10_000_000, 9_876_543);
    let leaf = leaf(index);
    let read = |node: Node| {
        let here = node.level == 0 && node.index == index;
        let bytes = [node.index.to_be_bytes(), u64::from(node.level).to_be_bytes()].concat();
        Ok::<_, Error>(if here { leaf.hash() } else { Hash::leaf(&bytes) })
    };
    let hashes = tree::prove_inclusion(index, size, read).unwrap();
    let refused = tree::verify_inclusion(&leaf.hash(), index, size, &Hash::empty(), &hashes);
    let Err(Error::Inclusion { found: root, .. }) = refused else { panic!("{refused:?}") };
    let checkpoint =
        SignedCheckpoint::sign(&Checkpoint::new(ORIGIN, size, root).unwrap(), &log_key()).unwrap();
    let witnesses = [1, 2].map(|number| {
        SigningKey::from_seed(&format!("w{number}.example"), KeyType::Cosignature, &[number; 32]).unwrap()
    });
    let lines = witnesses.each_ref().map(|key| cosignature::cosign(key, &checkpoint, 1_795_820_900).unwrap());
    let proof = Proof { extra: None, index, hashes, checkpoint: checkpoint.with_lines(&lines).unwrap() };
    let witnesses = witnesses.map(|key| key.verifier().clone());

    let log = log_key().verifier().clone();
    let inclusion =
        micros(|| tree::verify_inclusion(&leaf.hash(), index, size, &root, &proof.hashes).unwrap());
    let alone = micros(|| drop(proof.verify(&leaf.hash(), &log, &[]).unwrap()));
    let cosigned = micros(|| drop(proof.verify(&leaf.hash(), &log, &witnesses).unwrap()));
    let key = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
    let (signature, public) = (key.sign(b"a checkpoint"), key.verifying_key());
    let ed25519 = micros(|| public.verify_strict(b"a checkpoint", &signature).unwrap());
    let nodes = vec![7; 128 * (proof.hashes.len() + 1)];
    let sha256 = micros(|| {
        std::hint::black_box(Sha256::digest(&nodes));
    });
    println!(
        "{{\"inclusion\":{inclusion},\"proof\":{alone},\"cosigned\":{cosigned},\"ed25519\":{ed25519},\
         \"sha256\":{sha256}}}"
    );
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", folder, entries] => {
            Folder(folder.into()).write(entries.parse().unwrap());
            println!("{{}}");
        }
        ["fsck", folder] => fsck(Path::new(folder)),
        ["verify"] => verify(),
        _ => panic!("usage: yardstick write FOLDER ENTRIES | fsck FOLDER | verify"),
    }
}
