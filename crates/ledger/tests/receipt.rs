//! Receipts: read as written, verified, and every change told.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use ledger::receipt::{Entry, Receipt};
use ledger::{Actor, Error, KeyType, Kind, SigningKey, cosignature, tree};
use proptest::prelude::*;

use support::{MemoryLog, ORIGIN, closed, log_key, record, witness_key};

/// A receipt for the entries of these numbers in a log of `size`.
fn receipt(size: u64, indexes: &[u64], sealed: Option<Vec<u8>>) -> Receipt {
    let log = MemoryLog::new(size);
    let tiles = log.tiles();
    let entry = |index: u64| Entry {
        opening: closed(index).1,
        index,
        hashes: tree::prove_inclusion(index, size, |node| tiles.hash(node)).unwrap(),
    };
    let cosignature = cosignature::cosign(&witness_key(1), &log.signed(), 1_795_820_900).unwrap();
    Receipt {
        log: log_key().verifier().clone(),
        witnesses: vec![witness_key(1).verifier().clone()],
        checkpoint: log.signed().with_lines(&[cosignature]).unwrap(),
        entries: indexes.iter().map(|index| entry(*index)).collect(),
        sealed,
    }
}

fn sample() -> Receipt {
    receipt(300, &[0, 1, 299], Some((0..150).collect()))
}

#[test]
fn a_receipt_is_read_as_written_and_verified() {
    for sealed in [None, Some(Vec::new()), Some(vec![1; 47]), Some(vec![2; 48]), Some(vec![3; 1000])] {
        let receipt = receipt(300, &[0, 1, 299], sealed);
        let file = receipt.to_string();
        assert_eq!(Receipt::parse(file.as_bytes()).unwrap(), receipt);
        let verified = receipt.verify(Some(log_key().verifier()), &receipt.witnesses).unwrap();
        assert_eq!(verified.checkpoint().checkpoint().size(), 300);
        assert_eq!(verified.checkpoint().cosigned().len(), 1);
        assert_eq!(verified.report(), record(0).report.unwrap());
        assert_eq!(verified.records(), [(0, record(0)), (1, record(1)), (299, record(299))]);
        assert_eq!(receipt.verify(None, &[]).unwrap().checkpoint().cosigned().len(), 0);
    }
}

#[test]
fn its_first_lines_are_for_people() {
    let file = sample().to_string();
    let expected = "\
Safehand receipt

Received: one report with 2 sealed items
When:     2026-11-27 23:07:16 UTC
By:       desk.example/log

This file proves it: what was received stands in the desk's public log, which had
300 entries then and cannot be changed unseen. The file holds nothing of what was
reported and names nobody. Keep it as it is, with the original files.

To check it, without a connection:  safehand verify receipt FILE
With the seven words and the original files it also shows that these files are
what was received:  safehand verify receipt FILE --words ORIGINAL...

safehand-receipt v1
log desk.example/log+";
    assert_eq!(file[..expected.len()], *expected);
    assert!(file.replace('\u{2014}', "-").is_ascii());
}

#[test]
fn each_proof_in_it_stands_by_itself() {
    let receipt = sample();
    let file = receipt.to_string();
    for entry in &receipt.entries {
        let proof = receipt.proof(entry).to_string();
        assert!(file.contains(&format!("}}\n{proof}end entry\n")));
        let proof: ledger::Proof = proof.parse().unwrap();
        let leaf = entry.opening.leaf().unwrap().hash();
        assert!(proof.verify(&leaf, log_key().verifier(), &receipt.witnesses).is_ok());
    }
}

#[test]
fn an_edited_receipt_is_refused() {
    let good = sample().to_string();
    for (from, to) in [
        ("2 sealed items", "3 sealed items"),
        ("23:07:16 UTC", "23:07:17 UTC"),
        ("Safehand receipt\n", "Safehand receipt \n"),
        ("300 entries then", "301 entries then"),
        ("safehand-receipt v1", "safehand-receipt v2"),
        ("log desk", "log  desk"),
        ("witness w1", "w1"),
        ("begin entry\n", "begin entry\n\n"),
        ("end entry\n", "end entry\nend entry\n"),
        ("end entry\n", ""),
        ("salt 0", "salt A"),
        ("salt ", "salt 00"),
        ("record {", "record  {"),
        ("record {\"actor\":\"reporter\"", "record {\"actor\":\"somebody\""),
        ("index 0\n", "extra AAAA\nindex 0\n"),
        ("index 0\n", "index 00\n"),
        ("\n300\n", "\n299\n"),
        ("-----BEGIN AGE", "-----BEGIN OLD"),
        ("-----END AGE ENCRYPTED FILE-----\n", ""),
        ("-----END AGE ENCRYPTED FILE-----\n", "-----END AGE ENCRYPTED FILE-----"),
        ("-----END AGE ENCRYPTED FILE-----\n", "-----END AGE ENCRYPTED FILE-----\n\n"),
        ("FILE-----\nAAEC", "FILE-----\nAA\nEC"),
        ("\n", "\r\n"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from:?}");
        assert!(Receipt::parse(bad.as_bytes()).is_err(), "{from:?} to {to:?}");
    }
    assert!(Receipt::parse(b"\xff").is_err());
    assert!(Receipt::parse(b"").is_err());
    for length in 0..good.len() {
        assert!(
            length == good.find("-----BEGIN").unwrap() || Receipt::parse(&good.as_bytes()[..length]).is_err(),
            "{length}"
        );
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let known = Some(log_key().verifier().clone());
    let verify = |receipt: &Receipt| receipt.verify(known.as_ref(), &receipt.witnesses).unwrap_err();

    let other = SigningKey::from_seed(ORIGIN, KeyType::Ed25519, &[9; 32]).unwrap();
    let wrong_key = Receipt { log: other.verifier().clone(), ..sample() };
    assert!(matches!(verify(&wrong_key), Error::ReceiptKey { .. }));
    assert_eq!(wrong_key.verify(None, &[]), Err(Error::NotSignedBy { name: ORIGIN.to_owned() }));

    let mut wrong = sample();
    wrong.entries[1].opening.salt[0] ^= 1;
    let Error::ReceiptEntry { number: 2, error } = verify(&wrong) else { panic!("not told") };
    assert!(matches!(*error, Error::Inclusion { index: 1, size: 300, .. }));

    let mut wrong = sample();
    wrong.entries[2].opening = closed(298).1;
    assert!(verify(&wrong).to_string().starts_with("entry 3 of the receipt: the entry is not number 299"));

    let mut wrong = sample();
    wrong.entries[2].hashes.pop();
    let Error::ReceiptEntry { number: 3, error } = verify(&wrong) else { panic!("not told") };
    assert!(matches!(*error, Error::ProofLength { .. }));

    assert_eq!(
        verify(&receipt(300, &[1, 2], None)),
        Error::ReceiptRecord { number: 1, found: Kind::ItemAdded }
    );
    assert_eq!(
        verify(&receipt(300, &[0, 0], None)),
        Error::ReceiptRecord { number: 2, found: Kind::ReportReceived }
    );
    assert_eq!(
        verify(&receipt(300, &[0, 5, 5], None)),
        Error::ReceiptRecord { number: 3, found: Kind::ItemAdded }
    );
    assert_eq!(verify(&receipt(300, &[0, 7, 5], None)), Error::ReceiptOrder { number: 3 });
}

#[test]
fn entries_of_another_report_are_refused() {
    let entry = |byte: u8, index: u64| {
        let id = ledger::record::Id::from_bytes([byte; 16]);
        let record = ledger::Record { report: Some(id), ..record(index) };
        ledger::Record { actor: Actor::Reporter, ..record }.close([8; 32]).unwrap()
    };
    let closed = [entry(1, 0), entry(2, 1)];
    let log = MemoryLog::of(&closed.each_ref().map(|(leaf, _)| leaf.to_bytes()));
    let tiles = log.tiles();
    let entries = (0..).zip(&closed).map(|(index, (_, opening))| Entry {
        opening: opening.clone(),
        index,
        hashes: tree::prove_inclusion(index, 2, |node| tiles.hash(node)).unwrap(),
    });
    let log_vkey = log_key().verifier().clone();
    let receipt = Receipt {
        log: log_vkey,
        witnesses: Vec::new(),
        checkpoint: log.signed(),
        entries: entries.collect(),
        sealed: None,
    };
    assert_eq!(receipt.verify(None, &[]), Err(Error::ReceiptReport { number: 2 }));
}

#[test]
fn proofs_to_different_checkpoints_are_refused() {
    let (a, b) = (receipt(300, &[0, 1], None).to_string(), receipt(301, &[0, 1], None).to_string());
    let block = |file: &str| {
        let start = file.rfind("begin entry").unwrap();
        file[start..].to_owned()
    };
    let mixed = a.replace(&block(&a), &block(&b));
    let refused = Receipt::parse(mixed.as_bytes()).unwrap_err();
    assert!(refused.to_string().contains("different checkpoints"), "{refused}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn receipts_come_back(size in 1..400_u64, sealed in prop::option::of(prop::collection::vec(any::<u8>(), 0..200))) {
        let receipt = receipt(size, &(0..size.min(4)).collect::<Vec<_>>(), sealed);
        prop_assert_eq!(Receipt::parse(receipt.to_string().as_bytes()).unwrap(), receipt);
    }

    #[test]
    fn a_changed_byte_never_verifies_as_something_else(at in any::<prop::sample::Index>(), with in any::<u8>()) {
        thread_local!(static GOOD: Receipt = sample());
        let good = GOOD.with(Clone::clone);
        let mut file = good.to_string().into_bytes();
        let at = at.index(file.len());
        file[at] = with;
        if let Ok(read) = Receipt::parse(&file)
            && let Ok(verified) = read.verify(Some(&good.log), &[])
        {
            prop_assert_eq!(verified, good.verify(None, &[]).unwrap());
        }
    }
}
