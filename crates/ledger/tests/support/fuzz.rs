//! What each fuzz target does with its input. Used by the targets in `fuzz/` and, over their corpora, by
//! `tests/corpus.rs`.
#![allow(dead_code, reason = "each target uses the part it needs")]

use ledger::note::{Note, SignatureLine};
use ledger::receipt::Receipt;
use ledger::tiles::{self, Bundle, Resource};
use ledger::witness::{AddCheckpoint, decide};
use ledger::{Checkpoint, Hash, KeyType, Leaf, Proof, Record, SignedCheckpoint, SigningKey, VerifierKey};

/// Keys that a hostile note may name.
fn keys() -> Vec<VerifierKey> {
    let kinds = [KeyType::Ed25519, KeyType::Cosignature];
    let key =
        |kind| SigningKey::from_seed("desk.example/log", kind, &[1; 32]).map(|key| key.verifier().clone());
    kinds.into_iter().filter_map(|kind| key(kind).ok()).collect()
}

/// A note: kept as it was, every line as it is written, and no key's signature made up.
pub(crate) fn note(input: &[u8]) {
    if let Ok(note) = Note::parse(input) {
        assert_eq!(note.as_str().as_bytes(), input);
        let lines: Vec<SignatureLine> = note.lines().to_vec();
        assert_eq!(
            Note::new(note.text(), &lines).map(|again| again.as_str().as_bytes().to_vec()).as_deref(),
            Ok(input)
        );
        let _ = note.verify(&keys());
    }
    if let Ok(text) = std::str::from_utf8(input)
        && let Ok(key) = text.parse::<VerifierKey>()
    {
        assert_eq!(key.to_string(), text);
    }
}

/// A checkpoint, bare or signed: one spelling.
pub(crate) fn checkpoint(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        assert_eq!(checkpoint.text(), text);
    }
    if let Ok(signed) = SignedCheckpoint::parse(input) {
        assert_eq!(signed.as_str(), text);
        assert_eq!(signed.checkpoint().text(), signed.note().text());
        for key in keys() {
            let _ = signed.verify(&key, &keys());
        }
    }
}

/// A proof: one spelling, and no entry proven that is none.
pub(crate) fn tlog_proof(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(proof) = text.parse::<Proof>() {
        assert_eq!(proof.to_string(), text);
        for key in keys() {
            assert!(proof.verify(&Hash::empty(), &key, &[]).is_err());
        }
    }
}

/// A request to a witness: one spelling, and an answer whatever it holds.
pub(crate) fn witness_request(input: &[u8]) {
    if let Ok(request) = AddCheckpoint::parse(input) {
        assert_eq!(request.to_string().as_bytes(), input);
        if let Err(refusal) = decide(&request, &keys(), None) {
            assert!([400, 403, 404, 409, 422].contains(&refusal.status()));
        }
    }
}

/// A receipt: one spelling, and what verifies says what its records say.
pub(crate) fn ledger_receipt(input: &[u8]) {
    if let Ok(receipt) = Receipt::parse(input) {
        assert_eq!(receipt.to_string().as_bytes(), input);
        if let Ok(verified) = receipt.verify(None, &receipt.witnesses) {
            assert_eq!(verified.records().len(), receipt.entries.len());
        }
    }
}

/// A bundle of entries, after two bytes that say how many: read to its end or told where it breaks off.
pub(crate) fn entry_bundle(input: &[u8]) {
    let Some((width, bytes)) = input.split_first_chunk() else { return };
    let Ok(bundle) = Bundle::new(0, u16::from_be_bytes(*width)) else { return };
    let Ok(entries) = tiles::entries(bundle, bytes).collect::<Result<Vec<_>, _>>() else { return };
    let mut again = Vec::new();
    for entry in &entries {
        if let Ok(leaf) = Leaf::parse(entry) {
            assert_eq!(leaf.to_bytes(), *entry);
        }
        assert!(tiles::write_entry(&mut again, entry).is_ok());
    }
    assert_eq!(again, bytes);
    assert_eq!(Resource::Bundle(bundle).cut(bytes), Ok(bytes));
}

/// A record, and a path: one spelling each.
pub(crate) fn ledger_record(input: &[u8]) {
    if let Ok(record) = Record::parse(input) {
        assert_eq!(record.to_bytes().as_deref(), Ok(input));
    }
    if let Ok(text) = std::str::from_utf8(input)
        && let Ok(resource) = text.parse::<Resource>()
    {
        assert_eq!(resource.to_string(), text);
    }
}
