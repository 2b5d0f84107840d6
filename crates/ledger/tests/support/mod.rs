//! What several tests need: a naive tree, and a log in memory.
#![allow(dead_code, unused_imports, reason = "each test uses the part it needs")]

mod published;
pub(crate) mod vectors;

pub(crate) use published::with_published_vectors;

use std::collections::BTreeMap;

use ledger::fsck::LogReader;
use ledger::record::{Digest, Id};
use ledger::tiles::{self, Bundle, Resource, Tile, TileSet};
use ledger::{
    Actor, Checkpoint, Edge, Hash, KeyType, Kind, Leaf, Opening, Record, SignedCheckpoint, SigningKey, Time,
};

/// RFC 6962 §2.1, word for word: recursive, over all leaves.
pub(crate) fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::empty(),
        [leaf] => *leaf,
        leaves => {
            let (left, right) = leaves.split_at(largest_power_below(leaves.len()));
            Hash::node(&naive_root(left), &naive_root(right))
        }
    }
}

/// RFC 6962 §2.1.1.
pub(crate) fn naive_inclusion(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let split = largest_power_below(leaves.len());
    let (left, right) = leaves.split_at(split);
    if index < split {
        let mut proof = naive_inclusion(index, left);
        proof.push(naive_root(right));
        proof
    } else {
        let mut proof = naive_inclusion(index - split, right);
        proof.push(naive_root(left));
        proof
    }
}

/// RFC 6962 §2.1.2.
pub(crate) fn naive_consistency(old: usize, leaves: &[Hash]) -> Vec<Hash> {
    if old == 0 { Vec::new() } else { subproof(old, leaves, true) }
}

fn subproof(old: usize, leaves: &[Hash], known: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if known { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let split = largest_power_below(leaves.len());
    let (left, right) = leaves.split_at(split);
    if old <= split {
        let mut proof = subproof(old, left, known);
        proof.push(naive_root(right));
        proof
    } else {
        let mut proof = subproof(old - split, right, false);
        proof.push(naive_root(left));
        proof
    }
}

fn largest_power_below(count: usize) -> usize {
    count.next_power_of_two() / 2
}

/// So many different leaves.
pub(crate) fn leaves(count: usize) -> Vec<Hash> {
    (0..count).map(|at| Hash::leaf(&at.to_be_bytes())).collect()
}

/// A log as its public files, in memory.
#[derive(Clone)]
pub(crate) struct MemoryLog {
    pub(crate) checkpoint: Vec<u8>,
    pub(crate) files: BTreeMap<Resource, Vec<u8>>,
}

/// The log's name in tests.
pub(crate) const ORIGIN: &str = "desk.example/log";

pub(crate) fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, KeyType::Ed25519, &[1; 32]).unwrap()
}

pub(crate) fn witness_key(number: u8) -> SigningKey {
    SigningKey::from_seed(&format!("w{number}.example"), KeyType::Cosignature, &[100 + number; 32]).unwrap()
}

/// The record that entry `index` of the tests' logs commits to: first a report, then its items.
pub(crate) fn record(index: u64) -> Record {
    let at = Time::from_unix(1_795_820_836 + i64::try_from(index).unwrap()).unwrap();
    let mut item = [0; 16];
    item[..8].copy_from_slice(&index.to_be_bytes());
    let (kind, report) =
        (if index == 0 { Kind::ReportReceived } else { Kind::ItemAdded }, Id::from_bytes([7; 16]));
    let record = Record::new(kind, at, Actor::Reporter).report(report).sha256(Digest::from_bytes([9; 32]));
    if index == 0 { record } else { record.item(Id::from_bytes(item)) }
}

/// Entry `index` of the tests' logs.
pub(crate) fn closed(index: u64) -> (Leaf, Opening) {
    let mut salt = [5; 32];
    salt[..8].copy_from_slice(&index.to_be_bytes());
    record(index).close(salt).unwrap()
}

impl MemoryLog {
    /// A log of so many entries.
    pub(crate) fn new(size: u64) -> Self {
        Self::of(&(0..size).map(|index| closed(index).0.to_bytes()).collect::<Vec<_>>())
    }

    /// A log of these entries, signed.
    pub(crate) fn of(entries: &[Vec<u8>]) -> Self {
        let size = entries.len() as u64;
        let mut files: BTreeMap<Resource, Vec<u8>> = BTreeMap::new();
        let mut edge = Edge::new();
        for (index, entry) in (0..).zip(entries) {
            let bundle = Bundle::in_tree(index / 256, size).unwrap();
            tiles::write_entry(files.entry(Resource::Bundle(bundle)).or_default(), entry).unwrap();
            edge.push_with(Hash::leaf(entry), |node, hash| {
                if node.level % 8 == 0 {
                    let tile = Tile::in_tree(node.level / 8, node.index / 256, size).unwrap();
                    files.entry(Resource::Tile(tile)).or_default().extend_from_slice(hash.as_bytes());
                }
            })
            .unwrap();
        }
        let checkpoint = Checkpoint::new(ORIGIN, size, edge.root()).unwrap();
        let checkpoint = SignedCheckpoint::sign(&checkpoint, &log_key()).unwrap();
        Self { checkpoint: checkpoint.as_str().into(), files }
    }

    /// Its checkpoint, read.
    pub(crate) fn signed(&self) -> SignedCheckpoint {
        SignedCheckpoint::parse(&self.checkpoint).unwrap()
    }

    /// All its tiles.
    pub(crate) fn tiles(&self) -> TileSet {
        let mut set = TileSet::new(self.signed().checkpoint().size());
        for (file, bytes) in &self.files {
            if let Resource::Tile(tile) = file {
                set.insert(*tile, bytes.clone()).unwrap();
            }
        }
        set
    }

    pub(crate) fn bundle(&mut self, index: u64) -> &mut Vec<u8> {
        let size = self.signed().checkpoint().size();
        self.files.get_mut(&Resource::Bundle(Bundle::in_tree(index, size).unwrap())).unwrap()
    }

    pub(crate) fn tile(&mut self, level: u8, index: u64) -> &mut Vec<u8> {
        let size = self.signed().checkpoint().size();
        self.files.get_mut(&Resource::Tile(Tile::in_tree(level, index, size).unwrap())).unwrap()
    }
}

impl LogReader for MemoryLog {
    type Error = std::convert::Infallible;

    fn checkpoint(&mut self) -> Result<Vec<u8>, Self::Error> {
        Ok(self.checkpoint.clone())
    }

    fn read(&mut self, file: Resource) -> Result<Option<Vec<u8>>, Self::Error> {
        Ok(self.files.get(&file).cloned())
    }
}
