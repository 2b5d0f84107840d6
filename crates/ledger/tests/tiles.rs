//! Tiles and bundles: coordinates, paths, bytes, and proofs made from nothing but tiles.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation
)]

mod support;

use ledger::tiles::{self, Bundle, FULL, MAX_ENTRY_LEN, Resource, TILE_LEN, Tile, TileSet};
use ledger::tree::{self, Node};
use ledger::{Error, Hash, MAX_SIZE};
use proptest::prelude::*;

use support::{leaves, naive_consistency, naive_inclusion, naive_root};

fn tile(level: u8, index: u64, width: u16) -> Tile {
    Tile::new(level, index, width).unwrap()
}

#[test]
fn paths_are_those_of_the_specification() {
    for (resource, path) in [
        (Resource::Tile(tile(0, 0, 256)), "tile/0/000"),
        (Resource::Tile(tile(0, 1_234_067, 256)), "tile/0/x001/x234/067"),
        (Resource::Tile(tile(1, 67, 5)), "tile/1/067.p/5"),
        (Resource::Tile(tile(0, 1067, 255)), "tile/0/x001/067.p/255"),
        (Resource::Tile(tile(63, 0, 1)), "tile/63/000.p/1"),
        (Resource::Bundle(Bundle::new(0, 256).unwrap()), "tile/entries/000"),
        (Resource::Bundle(Bundle::new(1_234_067, 17).unwrap()), "tile/entries/x001/x234/067.p/17"),
    ] {
        assert_eq!(resource.to_string(), path);
        assert_eq!(path.parse::<Resource>().unwrap(), resource);
    }
}

#[test]
fn other_spellings_of_paths_are_refused() {
    for path in [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile//000",
        "tile/00/000",
        "tile/64/000",
        "tile/256/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000",
        "tile/0/001/067",
        "tile/0/x001/x067",
        "tile/0/x000/067",
        "tile/0/x1/067",
        "tile/0/X001/067",
        "tile/0/x001//067",
        "tile/0/000/",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/05",
        "tile/0/000.p/5/",
        "tile/0/000.p/5.p/5",
        "tile/0/x001.p/5/067",
        "tile/0/+01",
        "tile/0/\u{661}23",
        "tile/data/000",
        "tile/Entries/000",
        "tile/entries/0",
        "tile/8/001",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999",
        "tile/entries/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert!(path.parse::<Resource>().is_err(), "{path}");
    }
}

#[test]
fn the_specification_s_tree_of_70000() {
    let size = 70_000;
    let full: Vec<_> = Tile::completed(0, size).collect();
    assert_eq!(full.iter().filter(|tile| tile.level() == 0).count(), 273);
    assert_eq!(full.iter().filter(|tile| tile.level() == 1).count(), 1);
    assert_eq!(full.len(), 274);
    assert_eq!(Tile::partial(size).collect::<Vec<_>>(), [tile(0, 273, 112), tile(1, 1, 17), tile(2, 0, 1)]);
    assert_eq!(Tile::partial(256).collect::<Vec<_>>(), [tile(1, 0, 1)]);
    assert_eq!(Tile::completed(0, 256).collect::<Vec<_>>(), [tile(0, 0, 256)]);
    assert_eq!(Tile::partial(0).count(), 0);
    assert_eq!(Tile::partial(MAX_SIZE).count(), 8);
    assert_eq!(Bundle::all(size).count(), 274);
    assert_eq!(Bundle::all(size).last(), Bundle::in_tree(273, size));
    assert_eq!(
        Bundle::in_tree(273, size).map(|bundle| (bundle.width(), bundle.first())),
        Some((112, 69_888))
    );
    assert_eq!(Bundle::in_tree(274, size), None);
    assert_eq!(
        Bundle::completed(255, 513).collect::<Vec<_>>(),
        [Bundle::new(0, 256).unwrap(), Bundle::new(1, 256).unwrap()]
    );
}

#[test]
fn there_are_no_such_tiles() {
    for (level, index, width) in
        [(64, 0, 256), (0, 0, 0), (0, 0, 257), (7, 1, 256), (0, MAX_SIZE >> 8 | 1 << 60, 256)]
    {
        assert_eq!(Tile::new(level, index, width), Err(Error::Tile { level, index, width }));
    }
    assert!(Tile::new(0, MAX_SIZE >> 8, 255).is_ok());
    assert_eq!(Bundle::new(0, 0), Err(Error::Bundle { index: 0, width: 0 }));
    assert_eq!(Tile::in_tree(0, u64::MAX, MAX_SIZE), None);
    assert_eq!(Tile::in_tree(255, 0, MAX_SIZE), None);
    assert_eq!(Tile::of(Node { level: 255, index: u64::MAX }, MAX_SIZE), None);
    assert_eq!(Tile::of(Node { level: 1, index: 1 }, 3), None, "the node is not whole yet");
}

/// The tiles of a log, as a directory would have them.
fn published(leaves: &[Hash]) -> impl Fn(Tile) -> Vec<u8> {
    let mut levels = vec![leaves.to_vec()];
    while levels.last().unwrap().len() >= 256 {
        levels.push(levels.last().unwrap().chunks_exact(256).map(naive_root).collect());
    }
    move |tile| {
        let first = usize::try_from(tile.first()).unwrap();
        let hashes = &levels[usize::from(tile.level())][first..first + usize::from(tile.width())];
        hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
    }
}

#[test]
fn proofs_are_made_from_tiles_alone() {
    let leaves = leaves(70_000);
    for (size, old, index) in
        [(70_000, 69_999, 12), (70_000, 256, 69_999), (65_536, 65_535, 65_535), (257, 256, 256), (1, 1, 0)]
    {
        let tile_bytes = published(&leaves[..size]);
        let mut set = TileSet::new(size as u64);
        let nodes = [
            tree::root_nodes(size as u64),
            tree::inclusion_nodes(index, size as u64).unwrap(),
            tree::consistency_nodes(old, size as u64).unwrap(),
        ]
        .concat();
        for tile in set.missing(&nodes) {
            set.insert(tile, tile_bytes(tile)).unwrap();
        }
        assert_eq!(set.missing(&nodes), []);
        let read = |node| set.hash(node);
        let root = tree::root(size as u64, read).unwrap();
        assert_eq!(root, naive_root(&leaves[..size]));
        let proof = tree::prove_inclusion(index, size as u64, read).unwrap();
        assert_eq!(proof, naive_inclusion(index as usize, &leaves[..size]));
        let proof = tree::prove_consistency(old, size as u64, read).unwrap();
        assert_eq!(proof, naive_consistency(old as usize, &leaves[..size]));
        assert_eq!(tree::edge(size as u64, read).unwrap().root(), root);
    }
}

#[test]
fn a_set_of_tiles_says_what_it_lacks() {
    let mut set = TileSet::new(3);
    let node = Node { level: 1, index: 0 };
    assert_eq!(set.hash(node), Err(Error::TileMissing(tile(0, 0, 3))));
    let beyond = Node { level: 2, index: 0 };
    assert_eq!(set.hash(beyond), Err(Error::NodeBeyond { node: beyond, size: 3 }));
    assert_eq!(set.missing(&[beyond]), []);
    let short = Err(Error::TileLength { tile: tile(0, 0, 3), wanted: 96, found: 95 });
    assert_eq!(set.insert(tile(0, 0, 3), vec![0; 95]), short);
    assert_eq!(
        tile(0, 0, 3).hash(&[0; 96], Node::leaf(3)),
        Err(Error::NotInTile { tile: tile(0, 0, 3), node: Node::leaf(3) })
    );
    assert_eq!(
        tile(0, 0, 256).hash(&[0; 3], Node::leaf(3)),
        Err(Error::TileLength { tile: tile(0, 0, 256), wanted: TILE_LEN, found: 3 })
    );
}

#[test]
fn bundles_are_read_to_their_end() {
    let bundle = Bundle::new(3, 2).unwrap();
    let mut bytes = Vec::new();
    tiles::write_entry(&mut bytes, b"one").unwrap();
    tiles::write_entry(&mut bytes, b"").unwrap();
    assert_eq!(bytes, b"\x00\x03one\x00\x00");
    let read = |bytes: &[u8]| {
        tiles::entries(bundle, bytes).map(|entry| entry.map(<[u8]>::to_vec)).collect::<Result<Vec<_>, _>>()
    };
    assert_eq!(read(&bytes).unwrap(), [b"one".as_slice(), b""]);
    for (cut, whole) in [(0, 0), (1, 0), (4, 0), (5, 1), (6, 1)] {
        assert_eq!(read(&bytes[..cut]), Err(Error::BundleTruncated { bundle, whole }));
    }
    bytes.push(7);
    assert_eq!(read(&bytes), Err(Error::BundleTrailing { bundle, found: 1 }));
    assert_eq!(tiles::entries(bundle, &bytes).count(), 3, "the error comes once");
    let long = vec![0; MAX_ENTRY_LEN + 1];
    assert_eq!(tiles::write_entry(&mut bytes, &long), Err(Error::EntryLength { found: 65_536 }));
    assert_eq!(bytes.len(), 8);
}

proptest! {
    #[test]
    fn paths_come_back(level in 0_u8..64, index in any::<u64>(), width in 1..=FULL) {
        let index = index % ((MAX_SIZE.checked_shr(u32::from(level) * 8 + 8).unwrap_or(0)) + 1);
        let resource = Resource::Tile(tile(level, index, width));
        prop_assert_eq!(resource.to_string().parse::<Resource>().unwrap(), resource);
        let bundle = Resource::Bundle(Bundle::new(index, width).unwrap());
        prop_assert_eq!(bundle.to_string().parse::<Resource>().unwrap(), bundle);
    }

    #[test]
    fn a_path_that_is_read_is_written_so(path in "tile/(entries|[0-9]{1,2})(/x?[0-9]{3}){1,3}(\\.p/[0-9]{1,3})?") {
        if let Ok(resource) = path.parse::<Resource>() {
            prop_assert_eq!(resource.to_string(), path);
        }
    }

    #[test]
    fn bundles_come_back(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..=256)) {
        let mut bytes = Vec::new();
        for entry in &entries {
            tiles::write_entry(&mut bytes, entry).unwrap();
        }
        let bundle = Bundle::new(0, u16::try_from(entries.len()).unwrap()).unwrap();
        let read = tiles::entries(bundle, &bytes).collect::<Result<Vec<_>, _>>().unwrap();
        prop_assert_eq!(read, entries);
    }

    #[test]
    fn every_byte_string_is_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), width in 1..=FULL) {
        let bundle = Bundle::new(0, width).unwrap();
        prop_assert!(tiles::entries(bundle, &bytes).count() <= usize::from(width) + 1);
    }
}
