//! Tiles at hand, to make proofs from.

use std::collections::{BTreeMap, BTreeSet};

use super::Tile;
use crate::tree::Node;
use crate::{Error, Hash};

/// Some tiles of a tree of one size: fetched first ([`TileSet::missing`]), then read
/// ([`TileSet::hash`]) by the functions of [`crate::tree`]. Fetching may so be asynchronous.
///
/// ```
/// use ledger::{Error, Hash, tiles::TileSet, tree};
///
/// # fn main() -> Result<(), Error> {
/// let leaves = [Hash::leaf(b"a"), Hash::leaf(b"b"), Hash::leaf(b"c")];
/// let mut tiles = TileSet::new(3);
/// for tile in tiles.missing(&tree::inclusion_nodes(1, 3)?) {
///     assert_eq!(tile.to_string(), "tile/0/000.p/3"); // what one would fetch
///     tiles.insert(tile, leaves.map(|leaf| *leaf.as_bytes()).concat())?;
/// }
/// let proof = tree::prove_inclusion(1, 3, |node| tiles.hash(node))?;
/// let root = tree::root(3, |node| tiles.hash(node))?;
/// tree::verify_inclusion(&leaves[1], 1, 3, &root, &proof)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TileSet {
    size: u64,
    tiles: BTreeMap<Tile, Vec<u8>>,
}

impl TileSet {
    /// No tiles yet of a tree of `size` leaves.
    pub fn new(size: u64) -> Self {
        Self { size, tiles: BTreeMap::new() }
    }

    /// The tiles that these nodes need and that are not at hand, each once. Nodes that the tree does not
    /// have are left out; [`TileSet::hash`] tells of them.
    pub fn missing(&self, nodes: &[Node]) -> Vec<Tile> {
        let wanted: BTreeSet<_> = nodes.iter().filter_map(|node| Tile::of(*node, self.size)).collect();
        wanted.into_iter().filter(|tile| !self.tiles.contains_key(tile)).collect()
    }

    /// Adds a tile.
    ///
    /// # Errors
    ///
    /// [`Error::TileLength`] when its bytes do not fit its width.
    pub fn insert(&mut self, tile: Tile, bytes: Vec<u8>) -> Result<(), Error> {
        tile.check(&bytes)?;
        self.tiles.insert(tile, bytes);
        Ok(())
    }

    /// The hash of a node.
    ///
    /// # Errors
    ///
    /// [`Error::TileMissing`] when its tile is not at hand, [`Error::NodeBeyond`] when the tree has no
    /// such node.
    pub fn hash(&self, node: Node) -> Result<Hash, Error> {
        let tile = Tile::of(node, self.size).ok_or(Error::NodeBeyond { node, size: self.size })?;
        tile.hash(self.tiles.get(&tile).ok_or(Error::TileMissing(tile))?, node)
    }
}
