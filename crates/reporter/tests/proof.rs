//! That a report stands in the log: checked, kept as a file, and shown again with nothing but words and originals.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;

use getrandom::SysRng;
use ledger::receipt::Receipt;
use ledger::record::{Digest, Id};
use ledger::{
    Actor, Checkpoint, Edge, Hash, KeyType, Kind, Leaf, Opening, Record, SignedCheckpoint, SigningKey, Time,
    cosignature, tree,
};
use protocol::ledger::{Inclusion, OpenedEntry};
use protocol::proof::{LogKeys, Original, Originals, ProofError};
use protocol::receipt::{ItemView, ReceiptView};
use reporter::{Dialogue, FileSealer, ReportKeys, Secrets};
use seal::rand_core::UnwrapErr;
use seal::{ItemKind, Place, ReporterKeys, SealedItem, SignedHeader, seal_item};

const NOW: i64 = 1_795_820_836;

fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

fn log_key() -> SigningKey {
    SigningKey::from_seed("desk.example/log", KeyType::Ed25519, &[3; 32]).unwrap()
}

fn witness_key() -> SigningKey {
    SigningKey::from_seed("witness.example", KeyType::Cosignature, &[4; 32]).unwrap()
}

fn log_keys() -> LogKeys {
    LogKeys { log: log_key().verifier().clone(), witnesses: vec![witness_key().verifier().clone()] }
}

/// A report with a document and two files, one of which is too large to travel along.
struct Story {
    keys: ReportKeys,
    reporter: ReporterKeys,
    view: ReceiptView,
    large: (Vec<u8>, Vec<u8>),
}

const SMALL: &[u8] = b"Football, homework and the weather.";

fn story() -> Story {
    let reporter = ReporterKeys::from_root(&[7; 32]);
    let keys = Secrets::generate(&mut rng()).keys(reporter.clone());
    let place = |kind| Place { report: keys.report, item: seal::ItemId::generate(&mut rng()), kind };
    let to = keys.identity.recipient();
    let answers = seal_item(place(ItemKind::Answers), None, b"{}", to, &keys.author, &mut rng()).unwrap();
    let small = seal_file(&keys, "homework.txt", SMALL);
    let large: Vec<u8> = (0..300_000_u32).map(|at| u8::try_from(at % 249).unwrap()).collect();
    let large_sealed = seal_file(&keys, "chat.txt", &large);
    let view = |item: &SealedItem, inline: bool| ItemView {
        signed: item.signed,
        received_at: NOW,
        body: inline.then(|| item.bytes.clone().into()),
    };
    let items = vec![view(&answers, true), view(&small, true), view(&large_sealed, false)];
    let sent: Vec<_> = items.iter().map(|item| item.signed).collect();
    let wrap = seal::wrap(keys.identity.seed(), keys.author.recipient(), &mut rng()).unwrap();
    let view = ReceiptView {
        report: keys.report,
        desk: "bay-police".into(),
        received_at: NOW,
        wrap: wrap.into(),
        items,
        ledger: logged(&sent, |_, record| record),
    };
    Story { keys, reporter, view, large: (large, large_sealed.bytes) }
}

fn seal_file(keys: &ReportKeys, name: &str, content: &[u8]) -> SealedItem {
    let mut sealer =
        FileSealer::new(keys.report, name, "text/plain", b"", keys.identity.recipient(), &mut rng()).unwrap();
    let mut bytes = Vec::new();
    sealer.push(content, &mut bytes);
    let signed = sealer.end().finish(&keys.author, &mut bytes).signed;
    SealedItem { signed, bytes }
}

/// What a server answers: the entries of these items among others, each record changed by `change`.
fn logged(sent: &[SignedHeader], change: impl Fn(usize, Record) -> Record) -> Inclusion {
    let report = Id::from_bytes(*sent[0].header.report.as_bytes());
    let record = |kind| Record::new(kind, Time::from_unix(NOW).unwrap(), Actor::Reporter).report(report);
    let mut records = vec![record(Kind::ReportReceived).sha256(Digest::from_bytes([1; 32]))];
    records.extend(sent.iter().map(|SignedHeader { header, .. }| {
        record(Kind::ItemAdded)
            .item(Id::from_bytes(*header.item.as_bytes()))
            .sha256(Digest::from_bytes(*header.sha256.as_bytes()))
    }));
    let closed: Vec<(Leaf, Opening)> = records
        .into_iter()
        .enumerate()
        .map(|(at, record)| change(at, record).close([u8::try_from(at).unwrap(); 32]).unwrap())
        .collect();
    // Other people's entries stand before, between and after.
    let mut leaves: Vec<Hash> = Vec::new();
    let mut places = Vec::new();
    for (leaf, _) in &closed {
        leaves.push(Hash::leaf(b"somebody else's"));
        places.push(leaves.len() as u64);
        leaves.push(leaf.hash());
    }
    leaves.push(Hash::leaf(b"the last"));
    let size = leaves.len() as u64;
    let hash = |node: tree::Node| {
        let width = 1_usize << node.level;
        let first = usize::try_from(node.index).unwrap() * width;
        let mut edge = Edge::new();
        for leaf in &leaves[first..first + width] {
            edge.push(*leaf)?;
        }
        Ok::<_, ledger::Error>(edge.root())
    };
    let root = tree::root(size, hash).unwrap();
    let checkpoint = Checkpoint::new("desk.example/log", size, root).unwrap();
    let signed = SignedCheckpoint::sign(&checkpoint, &log_key()).unwrap();
    let line = cosignature::cosign(&witness_key(), &signed, 1_795_820_900).unwrap();
    let entries = closed.iter().zip(places).map(|((_, opening), index)| OpenedEntry {
        index,
        salt: opening.salt.as_slice().into(),
        record: String::from_utf8(opening.record.clone()).unwrap(),
        path: tree::prove_inclusion(index, size, hash)
            .unwrap()
            .into_iter()
            .map(|hash| seal::Digest::from_bytes(*hash.as_bytes()))
            .collect(),
    });
    Inclusion {
        checkpoint: signed.with_lines(&[line]).unwrap().as_str().to_owned(),
        entries: entries.collect(),
    }
}

impl Story {
    fn come_back(&self) -> Dialogue {
        let ReporterKeys { lookup, identity } = self.reporter.clone();
        Dialogue::open(lookup.hash(), identity, self.view.clone()).unwrap()
    }

    fn heads(&self) -> HashMap<seal::ItemId, Vec<u8>> {
        let wanted = self.come_back().heads().unwrap();
        let cut = |range: &std::ops::Range<u64>| {
            self.large.1[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()].to_vec()
        };
        wanted.iter().map(|head| (head.item, cut(&head.range))).collect()
    }

    fn sent(&self) -> Vec<SignedHeader> {
        self.view.items.iter().map(|item| item.signed).collect()
    }
}

#[test]
fn what_stands_in_the_log_is_checked_and_told() {
    let story = story();
    let logged = story.come_back().logged(&log_keys()).unwrap();
    assert_eq!((logged.index, logged.witnesses), (1, 1));
    let stranger = LogKeys { witnesses: Vec::new(), ..log_keys() };
    assert_eq!(story.come_back().logged(&stranger).unwrap().witnesses, 0);
}

#[test]
fn what_does_not_hold_is_not_told() {
    let mut story = story();
    let sent = story.sent();
    let refused = |story: &Story| story.come_back().logged(&log_keys()).unwrap_err();

    // Another digest than what was handed over; an entry left out; another report's entries.
    story.view.ledger =
        logged(&sent, |at, record| if at == 2 { record.sha256(Digest::from_bytes([9; 32])) } else { record });
    assert!(matches!(refused(&story), ProofError::ItemDigest { item, .. } if item == sent[1].header.item));
    story.view.ledger = logged(&sent[..2], |_, record| record);
    assert_eq!(refused(&story), ProofError::ItemMissing(sent[2].header.item));
    story.view.ledger = logged(&sent, |_, record| record.report(Id::from_bytes([8; 16])));
    assert_eq!(refused(&story), ProofError::Report);

    // A record that is not what was committed to; a proof of another place; another log's key.
    story.view.ledger = logged(&sent, |_, record| record);
    let good = story.view.ledger.clone();
    story.view.ledger.entries[0].record = good.entries[0].record.replace("2026", "2025");
    assert!(matches!(refused(&story), ProofError::Ledger(ledger::Error::ReceiptEntry { number: 1, .. })));
    story.view.ledger = good.clone();
    story.view.ledger.entries[1].path = good.entries[2].path.clone();
    assert!(matches!(refused(&story), ProofError::Ledger(ledger::Error::ReceiptEntry { number: 2, .. })));
    story.view.ledger = good.clone();
    story.view.ledger.entries[0].salt = vec![1; 31].into();
    assert!(matches!(refused(&story), ProofError::Salt { index: 1, found: 31 }));
    story.view.ledger = good;
    let other = SigningKey::from_seed("desk.example/log", KeyType::Ed25519, &[5; 32]).unwrap();
    let other = LogKeys { log: other.verifier().clone(), witnesses: Vec::new() };
    assert!(story.come_back().logged(&other).is_err());
}

#[test]
fn a_receipt_shows_again_that_these_files_were_received() {
    let story = story();
    let dialogue = story.come_back();
    assert_eq!(dialogue.heads().unwrap().len(), 1, "the small file travelled along");
    let text = dialogue.receipt(&log_keys(), &story.heads(), &mut rng()).unwrap();
    for canary in ["chat.txt", "homework.txt", "Football"] {
        assert!(!text.contains(canary), "it names no content");
    }
    let receipt = Receipt::parse(text.as_bytes()).unwrap();
    let verified = receipt.verify(Some(log_key().verifier()), &receipt.witnesses).unwrap();
    assert_eq!(verified.records().len(), 4);
    assert_eq!(verified.checkpoint().cosigned().len(), 1);

    let sealed = receipt.sealed.as_ref().unwrap();
    let originals = Originals::open(sealed, &story.reporter.identity).unwrap();
    let contents: [(&str, &[u8]); 2] = [("homework.txt", SMALL), ("chat.txt", &story.large.0)];
    for (Original { size, recipe }, (name, content)) in originals.files.iter().zip(contents) {
        assert_eq!(recipe.meta().unwrap().name, name);
        assert_eq!(recipe.sealed_len(content.len() as u64), *size);
        let mut again = recipe.seal_again();
        again.push(content);
        let sealed = again.finish();
        let item = Id::from_bytes(*recipe.place().item.as_bytes());
        let (_, record) = verified.records().iter().find(|(_, record)| record.item == Some(item)).unwrap();
        assert_eq!(record.sha256.unwrap().as_bytes(), sealed.sha256.as_bytes(), "{name}");
    }
    // Not even the desk opens it, and nobody with other words.
    assert!(Originals::open(sealed, &story.keys.identity).is_err());
    assert!(Originals::open(sealed, &ReporterKeys::from_root(&[8; 32]).identity).is_err());
}

#[test]
fn a_file_that_is_damaged_at_the_desk_leaves_the_rest_of_the_receipt_whole() {
    let story = story();
    let mut heads = story.heads();
    for head in heads.values_mut() {
        head[2000] ^= 1;
    }
    let text = story.come_back().receipt(&log_keys(), &heads, &mut rng()).unwrap();
    let receipt = Receipt::parse(text.as_bytes()).unwrap();
    receipt.verify(Some(log_key().verifier()), &[]).unwrap();
    let originals = Originals::open(receipt.sealed.as_ref().unwrap(), &story.reporter.identity).unwrap();
    assert_eq!(originals.files.len(), 1);
}

#[test]
fn keys_are_stated_in_json_as_others_state_them() {
    let json = serde_json::to_string(&log_keys()).unwrap();
    assert!(json.starts_with("{\"key\":\"desk.example/log+"), "{json}");
    assert_eq!(serde_json::from_str::<LogKeys>(&json).unwrap(), log_keys());
    assert!(serde_json::from_str::<LogKeys>(&json.replace("desk", "desc")).is_err());
}
