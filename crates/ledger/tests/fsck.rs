//! The check of a whole log: a sound log is sound, and every tampering is told with its place.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation
)]

mod support;

use std::collections::BTreeSet;

use ledger::fsck::{self, Finding, Fsck, MAX_FINDINGS, Report, Stopped};
use ledger::tiles::{Bundle, Resource, Tile};
use ledger::{Checkpoint, Error, Hash, KeyType, Leaf, MAX_SIZE, SignedCheckpoint, SigningKey};
use proptest::prelude::*;

use support::{MemoryLog, ORIGIN, closed, log_key};

fn check(log: &MemoryLog) -> Report {
    let mut reader = log.clone();
    fsck::run(&mut reader, log_key().verifier(), &[], &mut |_, entry| Leaf::parse(entry).map(drop)).unwrap()
}

/// What the findings say, a line each.
fn told(log: &MemoryLog) -> String {
    let report = check(log);
    assert!(!report.is_sound());
    report.findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn entries(size: u64) -> Vec<Vec<u8>> {
    (0..size).map(|index| closed(index).0.to_bytes()).collect()
}

fn root_of(log: &MemoryLog) -> Hash {
    *log.signed().checkpoint().root()
}

/// A tree with a full tile of level 1 would take 65,536 entries; the tests' largest has some of level 1.
const SIZE: u64 = 256 * 3 + 17;

#[test]
fn sound_logs_are_sound() {
    for size in [0, 1, 2, 255, 256, 257, 511, 512, 513, SIZE] {
        let log = MemoryLog::new(size);
        let report = check(&log);
        assert_eq!((report.findings, report.more, report.entries), (Vec::new(), 0, size));
        assert_eq!(report.checkpoint.checkpoint().size(), size);
    }
}

#[test]
fn a_log_with_three_levels_is_checked_to_its_top() {
    // Entries of one byte, so that it stays quick.
    let entries: Vec<_> = (0..65_536 + 300_u32).map(|at| vec![at as u8]).collect();
    let mut log = MemoryLog::of(&entries);
    let mut reader = log.clone();
    let run = |log: &mut MemoryLog| fsck::run(log, log_key().verifier(), &[], &mut |_, _| Ok(())).unwrap();
    assert!(run(&mut reader).is_sound());
    log.tile(1, 0)[32 * 255] ^= 1;
    let report = run(&mut log.clone());
    let [Finding::Node { tile, position: 255, .. }] = report.findings[..] else { panic!("{report:?}") };
    assert_eq!(tile, Tile::new(1, 0, 256).unwrap());
    log.tile(1, 0)[32 * 255] ^= 1;
    log.tile(2, 0)[0] ^= 1;
    let report = run(&mut log);
    let [Finding::Node { tile, position: 0, .. }] = report.findings[..] else { panic!("{report:?}") };
    assert_eq!(tile, Tile::new(2, 0, 1).unwrap());
}

#[test]
fn all_files_are_asked_for_once_in_the_order_of_the_plan() {
    for size in [0, 1, 256, 257, SIZE, 65_536, 65_536 + 300, 70_000, 65_536 * 2] {
        let checkpoint = Checkpoint::new(ORIGIN, size, Hash::empty()).unwrap();
        let checkpoint = SignedCheckpoint::sign(&checkpoint, &log_key()).unwrap();
        let mut fsck = Fsck::begin(checkpoint.as_str().as_bytes(), log_key().verifier(), &[]).unwrap();
        let plan: Vec<_> = fsck.plan().collect();
        for file in &plan {
            assert_eq!(fsck.wanted(), Some(*file));
            fsck.take(Some(&[]), &mut |_, _| Ok(()));
        }
        assert_eq!(fsck.wanted(), None);
        let all: BTreeSet<_> = Tile::completed(0, size)
            .chain(Tile::partial(size))
            .map(Resource::Tile)
            .chain(Bundle::all(size).map(Resource::Bundle))
            .collect();
        assert_eq!(plan.len(), all.len(), "{size}");
        assert_eq!(plan.iter().copied().collect::<BTreeSet<_>>(), all, "{size}");
    }
}

#[test]
fn a_changed_entry_is_told() {
    let mut log = MemoryLog::new(SIZE);
    let position = log.bundle(1).len() - 3;
    log.bundle(1)[position] ^= 1;
    let report = check(&log);
    let [
        Finding::Refused { index: 511, .. },
        Finding::Entry { index: 511, expected, .. },
        Finding::Root { size: SIZE, expected: root, entries: Some(entries), tiles: Some(tiles) },
    ] = report.findings[..]
    else {
        panic!("{report:?}")
    };
    assert_eq!(expected, closed(511).0.hash());
    assert_eq!((root, tiles), (root_of(&log), root));
    assert_ne!(entries, root);
    assert!(told(&log).contains("entry 511 (bundle 1) has the hash"), "{}", told(&log));
    assert!(told(&log).contains("; the tiles of their hashes have this one"), "{}", told(&log));
}

#[test]
fn an_entry_put_in_place_of_another_is_told() {
    let mut log = MemoryLog::new(SIZE);
    let other = closed(9999).0.to_bytes();
    let length = log.bundle(0).len();
    log.bundle(0)[length - other.len()..].copy_from_slice(&other);
    let report = check(&log);
    let [Finding::Entry { index: 255, found, .. }, Finding::Root { .. }] = report.findings[..] else {
        panic!("{report:?}")
    };
    assert_eq!(found, closed(9999).0.hash());
}

#[test]
fn reordered_inserted_and_removed_entries_are_told() {
    let whole = MemoryLog::new(SIZE);
    let tampered = |entries: &[Vec<u8>]| {
        let changed = MemoryLog::of(entries);
        let mut log = whole.clone();
        for index in 0..4 {
            *log.bundle(index) =
                changed.files.get(&Resource::Bundle(Bundle::in_tree(index, SIZE).unwrap())).unwrap().clone();
        }
        log
    };
    let mut reordered = entries(SIZE);
    reordered.swap(5, 300);
    let report = check(&tampered(&reordered));
    let [Finding::Entry { index: 5, .. }, Finding::Entry { index: 300, .. }, Finding::Root { .. }] =
        report.findings[..]
    else {
        panic!("{report:?}")
    };
    let mut inserted = entries(SIZE - 1);
    inserted.insert(700, closed(9999).0.to_bytes());
    let report = check(&tampered(&inserted));
    let first = &report.findings[0];
    assert!(matches!(first, Finding::Entry { index: 700, .. }), "{first}");
    assert_eq!(report.findings.len() as u64 + report.more, SIZE - 700 + 1);

    let mut removed = entries(SIZE + 1);
    removed.remove(10);
    let report = check(&tampered(&removed));
    assert!(matches!(report.findings[0], Finding::Entry { index: 10, .. }));
    assert_eq!((report.findings.len(), report.more), (MAX_FINDINGS, SIZE - 10 + 1 - MAX_FINDINGS as u64));
}

#[test]
fn truncated_bundles_and_tiles_are_told() {
    let mut log = MemoryLog::new(SIZE);
    let length = log.bundle(3).len();
    log.bundle(3).truncate(length - 1);
    let report = check(&log);
    let bundle = Bundle::in_tree(3, SIZE).unwrap();
    let error = Error::BundleTruncated { bundle, whole: 16 };
    assert_eq!(report.findings[0], Finding::Malformed { file: Resource::Bundle(bundle), error });
    assert!(matches!(report.findings[1], Finding::Root { entries: None, tiles: Some(_), .. }));
    assert!(told(&log).contains("the entries are not all there"), "{}", told(&log));

    let mut log = MemoryLog::new(SIZE);
    log.tile(0, 1).truncate(100);
    let report = check(&log);
    let tile = Tile::in_tree(0, 1, SIZE).unwrap();
    let error = Error::TileLength { tile, wanted: 8192, found: 100 };
    assert_eq!(report.findings, [Finding::Malformed { file: Resource::Tile(tile), error }]);
}

#[test]
fn missing_files_are_told_and_the_rest_is_checked() {
    let whole = MemoryLog::new(SIZE);
    for file in whole.files.keys() {
        let mut log = whole.clone();
        log.files.remove(file);
        let report = check(&log);
        assert_eq!(report.findings[0], Finding::Missing { file: *file });
        // Only what stands at the right edge has no tile above it that could stand in.
        assert!(report.findings.len() <= 2, "{file}: {report:?}");
    }
    let mut log = whole;
    let bundle = Resource::Bundle(Bundle::in_tree(0, SIZE).unwrap());
    log.files.remove(&bundle);
    log.bundle(2)[40] ^= 1;
    let report = check(&log);
    assert_eq!(report.findings[0], Finding::Missing { file: bundle });
    assert!(report.findings.iter().any(|finding| matches!(finding, Finding::Entry { index: 512, .. })));
}

#[test]
fn a_changed_tile_is_told() {
    let mut log = MemoryLog::new(SIZE);
    log.tile(0, 3)[0] ^= 1;
    let report = check(&log);
    let root = root_of(&log);
    let [Finding::Entry { index: 768, .. }, Finding::Root { entries: Some(entries), tiles: Some(tiles), .. }] =
        report.findings[..]
    else {
        panic!("{report:?}")
    };
    assert_eq!(entries, root, "the entries are as they were signed");
    assert_ne!(tiles, root);

    let mut log = MemoryLog::new(SIZE);
    log.tile(1, 0)[33] ^= 1;
    let report = check(&log);
    let [Finding::Node { tile, position: 1, .. }] = report.findings[..] else { panic!("{report:?}") };
    assert_eq!(tile, Tile::new(1, 0, 3).unwrap());
    assert!(told(&log).starts_with("hash 1 of tile/1/000.p/3 is "), "{}", told(&log));
}

#[test]
fn entries_and_tiles_changed_together_are_told_by_the_checkpoint() {
    let mut changed = entries(SIZE);
    changed[5] = closed(9999).0.to_bytes();
    let changed = MemoryLog::of(&changed);
    let log = MemoryLog { checkpoint: MemoryLog::new(SIZE).checkpoint, files: changed.files.clone() };
    let report = check(&log);
    let other = Some(root_of(&changed));
    let expected = Finding::Root { size: SIZE, expected: root_of(&log), entries: other, tiles: other };
    assert_eq!(report.findings, [expected]);
}

#[test]
fn without_a_believable_checkpoint_nothing_is_said() {
    let log = MemoryLog::new(3);
    let run = |log: &MemoryLog, key: &SigningKey| {
        fsck::run(&mut log.clone(), key.verifier(), &[], &mut |_, _| Ok(())).unwrap_err()
    };
    let other = SigningKey::from_seed(ORIGIN, KeyType::Ed25519, &[9; 32]).unwrap();
    assert_eq!(run(&log, &other), Stopped::Checkpoint(Error::NotSignedBy { name: ORIGIN.to_owned() }));
    let other = SigningKey::from_seed("other.example/log", KeyType::Ed25519, &[1; 32]).unwrap();
    assert!(matches!(run(&log, &other), Stopped::Checkpoint(Error::Origin { .. })));
    let mut garbled = log;
    garbled.checkpoint.truncate(20);
    assert!(matches!(run(&garbled, &log_key()), Stopped::Checkpoint(Error::Text { .. })));
}

#[test]
fn stopping_half_way_is_told() {
    let log = MemoryLog::new(300);
    let report = Fsck::begin(&log.checkpoint, log_key().verifier(), &[]).unwrap().finish();
    let file = Resource::Bundle(Bundle::in_tree(0, 300).unwrap());
    assert_eq!(report.findings[0], Finding::Unread { file });
    assert!(matches!(report.findings[1..], [Finding::Root { entries: None, tiles: None, .. }]));
}

#[test]
fn a_checkpoint_that_claims_too_much_is_not_followed_for_ever() {
    let checkpoint = Checkpoint::new(ORIGIN, MAX_SIZE, Hash::leaf(b"")).unwrap();
    let checkpoint = SignedCheckpoint::sign(&checkpoint, &log_key()).unwrap();
    let mut log = MemoryLog { checkpoint: checkpoint.as_str().into(), ..MemoryLog::new(300) };
    let report = fsck::run(&mut log, log_key().verifier(), &[], &mut |_, _| Ok(())).unwrap();
    assert_eq!((report.findings.len(), report.entries), (MAX_FINDINGS, 256));
    assert!(report.more > 0);
}

#[test]
fn a_partial_file_is_as_good_as_the_full_one_cut() {
    let (small, grown) = (MemoryLog::new(300), MemoryLog::new(SIZE));
    let mut fsck = Fsck::begin(&small.checkpoint, log_key().verifier(), &[]).unwrap();
    while let Some(file) = fsck.wanted() {
        let bytes = grown.files.get(&file).map(Vec::as_slice);
        let cut = grown.files.get(&file.full()).map(|wider| file.cut(wider).unwrap());
        fsck.take(bytes.or(cut).or(small.files.get(&file).map(Vec::as_slice)), &mut |_, _| Ok(()));
    }
    assert!(fsck.finish().is_sound());
    let tile = Resource::Tile(Tile::new(0, 0, 5).unwrap());
    assert!(matches!(tile.cut(&[0; 159]), Err(Error::TileLength { .. })));
    let bundle = Resource::Bundle(Bundle::new(0, 2).unwrap());
    assert!(matches!(bundle.cut(&[0, 0, 0]), Err(Error::BundleTruncated { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_flipped_bit_is_told(file in any::<prop::sample::Index>(), byte in any::<prop::sample::Index>(), bit in 0..8) {
        thread_local!(static LOG: MemoryLog = MemoryLog::new(600));
        let mut log = LOG.with(Clone::clone);
        let file = *file.get(&log.files.keys().copied().collect::<Vec<_>>());
        let bytes = log.files.get_mut(&file).unwrap();
        let at = byte.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        let report = check(&log);
        prop_assert!(!report.is_sound());
    }
}
