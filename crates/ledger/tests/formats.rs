//! Notes, keys, checkpoints, cosignatures, proofs and requests to witnesses: what is written is read, in one
//! spelling only, and what is wrong is told.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ledger::note::{self, MAX_NOTE_LEN, MAX_SIGNATURES, Note, SignatureLine};
use ledger::witness::{AddCheckpoint, Refusal, SIZE_CONTENT_TYPE, Seen, decide, read_conflict};
use ledger::{
    Checkpoint, Edge, Error, Hash, KeyType, MAX_SIZE, Proof, SignedCheckpoint, SigningKey, VerifierKey,
    cosignature, tree,
};
use proptest::prelude::*;

const ORIGIN: &str = "desk.example/log";

fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, KeyType::Ed25519, &[1; 32]).unwrap()
}

fn witness_key(number: u8) -> SigningKey {
    SigningKey::from_seed(&format!("w{number}.example"), KeyType::Cosignature, &[100 + number; 32]).unwrap()
}

fn signed(size: u64, root: Hash) -> SignedCheckpoint {
    SignedCheckpoint::sign(&Checkpoint::new(ORIGIN, size, root).unwrap(), &log_key()).unwrap()
}

fn tree_of(size: usize) -> Edge {
    let mut edge = Edge::new();
    (0..size).for_each(|at| edge.push(Hash::leaf(&at.to_be_bytes())).unwrap());
    edge
}

fn text_error(result: &Result<impl std::fmt::Debug, Error>) -> bool {
    matches!(result, Err(Error::Text { .. }))
}

#[test]
fn keys_are_read_as_written() {
    for key in [log_key(), witness_key(1)] {
        let vkey = key.verifier().to_string();
        assert_eq!(&vkey.parse::<VerifierKey>().unwrap(), key.verifier());
        assert!(!format!("{key:?}").contains(&"01".repeat(8)), "{key:?}");
    }
}

#[test]
fn malformed_keys_are_refused() {
    let vkey = log_key().verifier().to_string();
    let (name, rest) = vkey.split_once('+').unwrap();
    let (id, key) = rest.split_once('+').unwrap();
    for text in [
        String::new(),
        name.to_owned(),
        format!("{name}+{id}"),
        format!("+{id}+{key}"),
        format!("a b+{id}+{key}"),
        format!("another+{id}+{key}"),
        format!("{name}+{}+{key}", id.to_uppercase()),
        format!("{name}+{}+{key}", &id[1..]),
        format!("{name}+{id}+{}", &key[..40]),
        format!("{name}+{id}+{key}\n"),
        format!("{name}+{id}+"),
    ] {
        assert!(text_error(&text.parse::<VerifierKey>()), "{text:?}");
    }
    let other_type = format!("{name}+{id}+{}", "BgAA");
    assert!(matches!(other_type.parse::<VerifierKey>(), Err(Error::KeyType { found: 6, .. })));
    // The identity of the group: every signature would fit it.
    let mut weak = [0; 32];
    weak[0] = 1;
    assert!(matches!(VerifierKey::new(name, KeyType::Ed25519, &weak), Err(Error::PublicKey { .. })));
}

#[test]
fn notes_keep_the_bytes_that_were_received() {
    let key = log_key();
    let text = "first\n\nthird\n";
    let note = Note::new(text, &[key.sign(text).unwrap()]).unwrap();
    let again = Note::parse(note.as_str().as_bytes()).unwrap();
    assert_eq!(again, note);
    assert_eq!(again.text(), text);
    let signed = again.verify(std::slice::from_ref(key.verifier())).unwrap();
    assert_eq!((signed.len(), signed[0].name.as_str(), signed[0].time), (1, ORIGIN, None));
    assert_eq!(again.verify(&[]), Err(Error::NotSigned));
    assert_eq!(again.verify(std::slice::from_ref(witness_key(1).verifier())), Err(Error::NotSigned));
}

#[test]
fn malformed_notes_are_refused() {
    let line = log_key().sign("text\n").unwrap().to_string();
    let good = format!("text\n\n{line}\n");
    assert!(Note::parse(good.as_bytes()).is_ok());
    for bytes in [
        b"".to_vec(),
        b"\n".to_vec(),
        b"text\n".to_vec(),
        b"text\n\n".to_vec(),
        format!("text\n{line}\n").into_bytes(),
        format!("text\n\n{line}").into_bytes(),
        format!("text\n\n{line}\n\n").into_bytes(),
        format!("text\n\n{line}\nmore\n").into_bytes(),
        format!("text\r\n\n{line}\n").into_bytes(),
        format!("te\0xt\n\n{line}\n").into_bytes(),
        format!("text\n\n{}\n", line.replace('\u{2014}', "-")).into_bytes(),
        format!("text\n\n{line}=\n").into_bytes(),
        format!("text\n\n{line} \n").into_bytes(),
        "text\n\n\u{2014} name AAAAAA==\n".into(),
        "text\n\n\u{2014} name AAAAAQ\n".into(),
        "text\n\n\u{2014}  AAAAAAA=\n".into(),
        "text\n\n\u{2014} na+me AAAAAAA=\n".into(),
        "text\n\n\u{2014} na\u{2003}me AAAAAAA=\n".into(),
        [b"\xff".as_slice(), good.as_bytes()].concat(),
    ] {
        assert!(text_error(&Note::parse(&bytes)), "{}", String::from_utf8_lossy(&bytes));
    }
    let long = format!("{}{good}", "x".repeat(MAX_NOTE_LEN));
    assert_eq!(Note::parse(long.as_bytes()), Err(Error::NoteLength { found: long.len() }));
    let many = format!("text\n\n{}", format!("{line}\n").repeat(MAX_SIGNATURES + 1));
    assert_eq!(Note::parse(many.as_bytes()), Err(Error::TooManySignatures));
    assert!(text_error(&Note::new("no newline", &[log_key().sign("x").unwrap()])));
    assert!(text_error(&Note::new("text\n", &[])));
}

#[test]
fn a_wrong_signature_of_a_known_key_spoils_the_note() {
    let (key, other) = (log_key(), SigningKey::from_seed("other", KeyType::Ed25519, &[2; 32]).unwrap());
    let lines = [other.sign("text\n").unwrap(), key.sign("another text\n").unwrap()];
    let note = Note::new("text\n", &lines).unwrap();
    let keys = [key.verifier().clone(), other.verifier().clone()];
    assert_eq!(note.verify(&keys), Err(Error::Signature { name: ORIGIN.to_owned() }));
    // Who does not know that key reads the other's.
    assert_eq!(note.verify(&keys[1..]).unwrap().len(), 1);
    // A good line and a bad one of the same key: the bad one counts.
    let note =
        Note::new("text\n", &[key.sign("text\n").unwrap(), key.sign("another text\n").unwrap()]).unwrap();
    assert_eq!(note.verify(&keys), Err(Error::Signature { name: ORIGIN.to_owned() }));
    // Twice the same: once.
    let note = Note::new("text\n", &[key.sign("text\n").unwrap(), key.sign("text\n").unwrap()]).unwrap();
    assert_eq!(note.verify(&keys).unwrap().len(), 1);
}

#[test]
fn a_key_counts_once_under_however_many_names() {
    let again = |name| SigningKey::from_seed(name, KeyType::Ed25519, &[2; 32]).unwrap();
    let (one, two) = (again("one"), again("two"));
    let note = Note::new("text\n", &[one.sign("text\n").unwrap(), two.sign("text\n").unwrap()]).unwrap();
    let signed = note.verify(&[one.verifier().clone(), two.verifier().clone()]).unwrap();
    assert_eq!(signed.iter().map(|signed| signed.name.as_str()).collect::<Vec<_>>(), ["one"]);
}

#[test]
fn a_later_line_of_a_key_takes_the_place_of_its_earlier_one() {
    let checkpoint = signed(3, tree_of(3).root());
    let [early, late] = [5, 6].map(|time| cosignature::cosign(&witness_key(1), &checkpoint, time).unwrap());
    let cosigned = checkpoint.with_lines(&[early]).unwrap().with_lines(std::slice::from_ref(&late)).unwrap();
    assert_eq!(cosigned.note().lines().len(), 2);
    assert_eq!(cosigned.note().lines()[1], late);
}

#[test]
fn checkpoints_are_read_in_one_spelling() {
    let root = Hash::leaf(b"");
    let checkpoint = Checkpoint::new(ORIGIN, 7, root).unwrap();
    assert_eq!(checkpoint.text(), format!("{ORIGIN}\n7\n{root}\n"));
    let extended = format!("{ORIGIN}\n7\n{root}\nmore\nlines\n");
    let read = Checkpoint::parse(&extended).unwrap();
    assert_eq!((read.extensions().len(), read.text()), (2, extended));
    let text = root.to_string();
    for malformed in [
        String::new(),
        format!("{ORIGIN}\n7\n"),
        format!("{ORIGIN}\n7\n{root}"),
        format!("\n7\n{root}\n"),
        format!("{ORIGIN}\n07\n{root}\n"),
        format!("{ORIGIN}\n+7\n{root}\n"),
        format!("{ORIGIN}\n\n{root}\n"),
        format!("{ORIGIN}\n-1\n{root}\n"),
        format!("{ORIGIN}\n7 \n{root}\n"),
        format!("{ORIGIN}\n9223372036854775808\n{root}\n"),
        format!("{ORIGIN}\n7\n{}\n", text.trim_end_matches('=')),
        format!("{ORIGIN}\n7\n{root}=\n"),
        format!("{ORIGIN}\n7\nAAAA\n"),
        format!("{ORIGIN}\n7\n{root}\n\n"),
    ] {
        assert!(text_error(&Checkpoint::parse(&malformed)), "{malformed:?}");
    }
    assert_eq!(Checkpoint::new(ORIGIN, 0, root), Err(Error::EmptyRoot { found: root }));
    assert!(Checkpoint::new(ORIGIN, 0, Hash::empty()).is_ok());
    assert!(text_error(&Checkpoint::new("two\nlines", 7, root)));
    assert!(text_error(&Checkpoint::new(ORIGIN, MAX_SIZE + 1, root)));
}

#[test]
fn a_checkpoint_is_believed_when_its_log_signed() {
    let (key, witness) = (log_key(), witness_key(1));
    let signed = signed(3, tree_of(3).root());
    let cosigned =
        signed.with_lines(&[cosignature::cosign(&witness, &signed, 1_795_820_836).unwrap()]).unwrap();
    let cosigned = SignedCheckpoint::parse(cosigned.as_str().as_bytes()).unwrap();
    let witnesses = [witness.verifier().clone(), witness_key(2).verifier().clone()];
    let verified = cosigned.verify(key.verifier(), &witnesses).unwrap();
    assert_eq!(verified.checkpoint().size(), 3);
    assert_eq!(verified.cosigned().len(), 1);
    assert_eq!(
        (verified.cosigned()[0].name.as_str(), verified.cosigned()[0].time),
        ("w1.example", Some(1_795_820_836))
    );
    // The same cosignature again changes nothing.
    assert_eq!(cosigned.with_lines(&cosigned.note().lines()[1..]).unwrap(), cosigned);

    let as_log = SigningKey::from_seed("other.example", KeyType::Ed25519, &[8; 32]).unwrap();
    let signed_too = signed.with_lines(&[as_log.sign(signed.note().text()).unwrap()]).unwrap();
    assert!(signed_too.verify(key.verifier(), &[as_log.verifier().clone()]).unwrap().cosigned().is_empty());
    let type_4 = SigningKey::from_seed(ORIGIN, KeyType::Cosignature, &[1; 32]).unwrap();
    assert_eq!(signed.verify(type_4.verifier(), &[]), Err(Error::KeyPurpose { name: ORIGIN.to_owned() }));

    let other = SigningKey::from_seed(ORIGIN, KeyType::Ed25519, &[9; 32]).unwrap();
    let not_signed = Err(Error::NotSignedBy { name: ORIGIN.to_owned() });
    assert_eq!(cosigned.verify(other.verifier(), &witnesses), not_signed);
    let elsewhere = SigningKey::from_seed("elsewhere.example", KeyType::Ed25519, &[1; 32]).unwrap();
    assert!(matches!(cosigned.verify(elsewhere.verifier(), &[]), Err(Error::Origin { .. })));
    assert!(matches!(SignedCheckpoint::sign(signed.checkpoint(), &elsewhere), Err(Error::Origin { .. })));

    let tampered = cosigned.as_str().replace("\n3\n", "\n4\n");
    let tampered = SignedCheckpoint::parse(tampered.as_bytes()).unwrap();
    assert_eq!(tampered.verify(key.verifier(), &[]), Err(Error::Signature { name: ORIGIN.to_owned() }));
}

#[test]
fn a_changed_cosignature_is_refused() {
    let (key, witness) = (log_key(), witness_key(1));
    let signed = signed(3, tree_of(3).root());
    let line = cosignature::cosign(&witness, &signed, 1_795_820_836).unwrap();
    assert_eq!(line.signature().len(), 8 + 64);
    assert_eq!(line.signature()[..8], 1_795_820_836_u64.to_be_bytes());
    let mut bytes = line.id().to_be_bytes().to_vec();
    bytes.extend_from_slice(line.signature());
    for at in [4, 11, 12, 75] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let text = format!("\u{2014} w1.example {}", base64(&changed));
        let changed = signed.with_lines(&[text.parse().unwrap()]).unwrap();
        let refused = changed.verify(key.verifier(), &[witness.verifier().clone()]);
        assert_eq!(refused, Err(Error::Signature { name: "w1.example".to_owned() }), "byte {at}");
        assert!(changed.verify(key.verifier(), &[]).is_ok(), "who does not know the witness ignores it");
    }
    assert_eq!(cosignature::cosign(&witness, &signed, 0), Err(Error::CosignatureTime { time: 0 }));
    assert!(cosignature::cosign(&witness, &signed, MAX_SIZE + 1).is_err());
    assert!(matches!(cosignature::cosign(&key, &signed, 1), Err(Error::KeyPurpose { .. })));
    assert!(matches!(witness.sign("text\n"), Err(Error::KeyPurpose { .. })));
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// A proof of entry 1 of 3.
fn proof(extra: Option<Vec<u8>>) -> Proof {
    let leaves: Vec<_> = (0..3_usize).map(|at| Hash::leaf(&at.to_be_bytes())).collect();
    let hashes = vec![leaves[0], leaves[2]];
    Proof { extra, index: 1, hashes, checkpoint: signed(3, tree_of(3).root()) }
}

#[test]
fn proofs_are_read_as_written_and_verified() {
    let leaf = Hash::leaf(&1_usize.to_be_bytes());
    for extra in [None, Some(Vec::new()), Some(vec![7; 100])] {
        let proof = proof(extra);
        let again: Proof = proof.to_string().parse().unwrap();
        assert_eq!(again, proof);
        assert_eq!(again.verify(&leaf, log_key().verifier(), &[]).unwrap().checkpoint().size(), 3);
        let refused = again.verify(&Hash::leaf(b""), log_key().verifier(), &[]);
        assert!(matches!(refused, Err(Error::Inclusion { index: 1, size: 3, .. })));
    }
}

#[test]
fn malformed_proofs_are_refused() {
    let good = proof(Some(vec![1])).to_string();
    for (from, to) in [
        ("c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v2\n"),
        ("c2sp.org/tlog-proof@v1\n", ""),
        ("extra AQ==\n", "extra AQ\n"),
        ("extra AQ==\n", "extra\n"),
        ("extra AQ==\n", "extra AQ==\nextra AQ==\n"),
        ("index 1\n", "index 01\n"),
        ("index 1\n", "index\n"),
        ("index 1\n", ""),
        ("index 1\n", "index 1\n\n"),
        ("index 1\n", "index 1\r\n"),
        ("=\n\n", "=\n"),
        ("=\n\n", "=\nAAAA\n\n"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good);
        assert!(text_error(&bad.parse::<Proof>()), "{bad}");
    }
    let mut many = proof(None);
    many.hashes = vec![Hash::empty(); 64];
    assert!(text_error(&many.to_string().parse::<Proof>()));
}

/// A request from a log of 3 to one of 7 entries.
fn request() -> AddCheckpoint {
    let mut nodes = std::collections::HashMap::new();
    let mut edge = Edge::new();
    for at in 0..7_usize {
        edge.push_with(Hash::leaf(&at.to_be_bytes()), |node, hash| {
            nodes.insert(node, hash);
        })
        .unwrap();
    }
    let proof = tree::prove_consistency(3, 7, |node| Ok::<_, Error>(nodes[&node])).unwrap();
    AddCheckpoint { old: 3, proof, checkpoint: signed(7, edge.root()) }
}

#[test]
fn requests_are_read_as_written() {
    let request = request();
    assert_eq!(AddCheckpoint::parse(request.to_string().as_bytes()).unwrap(), request);
    let first = AddCheckpoint { old: 0, proof: Vec::new(), ..request };
    assert_eq!(AddCheckpoint::parse(first.to_string().as_bytes()).unwrap(), first);
}

#[test]
fn malformed_requests_are_refused() {
    let good = request().to_string();
    for (from, to) in [
        ("old 3\n", ""),
        ("old 3\n", "old  3\n"),
        ("old 3\n", "old 03\n"),
        ("old 3\n", "old -3\n"),
        ("old 3\n", "old 3\n\n"),
        ("old 3\n", "old 3\nAAAA\n"),
        ("old 3\n", "old 3\r\n"),
        ("=\n\n", "=\n"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good);
        assert!(AddCheckpoint::parse(bad.as_bytes()).is_err(), "{bad}");
    }
    let mut many = request();
    many.proof = vec![Hash::empty(); 64];
    assert!(AddCheckpoint::parse(many.to_string().as_bytes()).is_err());
    assert!(AddCheckpoint::parse(b"\xff").is_err());
}

#[test]
fn a_witness_answers_as_the_specification_says() {
    let keys = [log_key().verifier().clone()];
    let seen = |size: usize| Some(Seen { size: size as u64, root: tree_of(size).root() });
    let status = |request: &AddCheckpoint, keys: &[VerifierKey], seen| {
        decide(request, keys, seen).map(|seen| seen.size).map_err(|refusal| refusal.status())
    };
    let good = request();
    assert_eq!(status(&good, &keys, seen(3)), Ok(7));
    assert_eq!(decide(&good, &keys, seen(3)).unwrap().root, tree_of(7).root());

    assert_eq!(status(&good, &[], seen(3)), Err(404));
    let other = [SigningKey::from_seed(ORIGIN, KeyType::Ed25519, &[9; 32]).unwrap().verifier().clone()];
    assert_eq!(status(&good, &other, seen(3)), Err(403));
    let tampered = good.to_string().replace("\n7\n", "\n8\n");
    assert_eq!(status(&AddCheckpoint::parse(tampered.as_bytes()).unwrap(), &keys, seen(3)), Err(403));
    assert_eq!(status(&AddCheckpoint { old: 8, ..good.clone() }, &keys, seen(3)), Err(400));

    for last in [None, seen(2), seen(7)] {
        let refusal = decide(&good, &keys, last).unwrap_err();
        let size = last.map_or(0, |seen| seen.size);
        assert_eq!(refusal, Refusal::Conflict(size));
        assert_eq!((refusal.status(), refusal.body()), (409, (SIZE_CONTENT_TYPE, format!("{size}\n"))));
        assert_eq!(read_conflict(&refusal.body().1), Ok(size));
    }

    let fork = Some(Seen { size: 3, root: tree_of(4).root() });
    assert_eq!(status(&good, &keys, fork), Err(422));
    assert_eq!(status(&AddCheckpoint { proof: Vec::new(), ..good.clone() }, &keys, seen(3)), Err(422));
    assert_eq!(status(&AddCheckpoint { old: 0, ..good.clone() }, &keys, None), Err(422));
    let first = AddCheckpoint { old: 0, proof: Vec::new(), ..good.clone() };
    assert_eq!(status(&first, &keys, None), Ok(7));
    let again = AddCheckpoint { old: 7, proof: Vec::new(), ..good.clone() };
    assert_eq!(status(&again, &keys, seen(7)), Ok(7));
    assert_eq!(status(&again, &keys, Some(Seen { size: 7, root: tree_of(6).root() })), Err(422));
    assert_eq!(status(&AddCheckpoint { old: 7, ..good }, &keys, seen(7)), Err(422));

    let empty = |root: Hash| {
        let text = format!("{ORIGIN}\n0\n{root}\n");
        let note = Note::new(&text, &[log_key().sign(&text).unwrap()]).unwrap();
        let checkpoint = SignedCheckpoint::parse(note.as_str().as_bytes()).unwrap();
        AddCheckpoint { old: 0, proof: Vec::new(), checkpoint }
    };
    assert_eq!(status(&empty(Hash::empty()), &keys, None), Ok(0));
    assert_eq!(status(&empty(Hash::leaf(b"")), &keys, None), Err(422));
    assert!(empty(Hash::leaf(b"")).checkpoint.verify(&keys[0], &[]).is_err());
}

#[test]
fn answers_of_witnesses_are_read_strictly() {
    let line = cosignature::cosign(&witness_key(1), &signed(3, tree_of(3).root()), 5).unwrap();
    assert_eq!(note::read_lines(&format!("{line}\n")).unwrap(), std::slice::from_ref(&line));
    assert!(text_error(&note::read_lines("")));
    assert!(text_error(&note::read_lines(&line.to_string())));
    assert!(text_error(&note::read_lines(&format!("\n{line}\n"))));
    for body in ["", "7", "07\n", "7\n\n", " 7\n", "x\n"] {
        assert!(text_error(&read_conflict(body)), "{body:?}");
    }
}

fn lines() -> impl Strategy<Value = Vec<SignatureLine>> {
    let line = ("[a-z./]{1,20}", prop::collection::vec(any::<u8>(), 5..90))
        .prop_map(|(name, bytes)| format!("\u{2014} {name} {}", base64(&bytes)).parse().unwrap());
    prop::collection::vec(line, 1..5)
}

proptest! {
    #[test]
    fn notes_come_back(text in "([^\\x00-\\x1f]{0,20}\n){1,5}", lines in lines()) {
        let note = Note::new(&text, &lines).unwrap();
        let again = Note::parse(note.as_str().as_bytes()).unwrap();
        prop_assert_eq!(again.text(), text);
        prop_assert_eq!(again.lines(), lines);
    }

    #[test]
    fn checkpoints_come_back(origin in "[^\\x00-\\x1f]{1,40}", size in 1..=MAX_SIZE, root: [u8; 32]) {
        let checkpoint = Checkpoint::new(&origin, size, Hash::from_bytes(root)).unwrap();
        prop_assert_eq!(Checkpoint::parse(&checkpoint.text()).unwrap(), checkpoint);
    }

    #[test]
    fn proofs_and_requests_come_back(
        extra in prop::option::of(prop::collection::vec(any::<u8>(), 0..50)),
        number in 0..=MAX_SIZE,
        hashes in prop::collection::vec(any::<[u8; 32]>().prop_map(Hash::from_bytes), 0..=63),
    ) {
        let checkpoint = signed(3, Hash::leaf(b""));
        let proof = Proof { extra, index: number, hashes: hashes.clone(), checkpoint: checkpoint.clone() };
        prop_assert_eq!(proof.to_string().parse::<Proof>().unwrap(), proof);
        let request = AddCheckpoint { old: number, proof: hashes, checkpoint };
        prop_assert_eq!(AddCheckpoint::parse(request.to_string().as_bytes()).unwrap(), request);
    }

    #[test]
    fn what_is_read_is_written_as_it_was(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(note) = Note::parse(&bytes) {
            prop_assert_eq!(note.as_str().as_bytes(), &bytes[..]);
        }
    }
}
