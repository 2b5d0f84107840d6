//! Tiles and bundles as they are read: full ones from the object store, partial ones from the database.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use ledger::record::Commitment;
use ledger::tiles::{Bundle, FULL, Resource, Tile, write_entry};
use ledger::tree::{self, Node};
use ledger::{Hash, Leaf, Time};

use super::{Log, object_path};
use crate::sql::{Row, sql};
use crate::{Error, Store};

/// How many tiles are kept for proofs; 8 KiB and the nodes above them, another 8 KiB, each.
const KEPT: usize = 1024;

impl Log<'_> {
    /// A tile or a bundle that the public may read, or the beginning of one; `None` for what is not published.
    ///
    /// # Errors
    ///
    /// When the database or the object store fails, or a full tile that was published is not in the object store.
    pub async fn resource(&self, asked: Resource) -> Result<Option<Bytes>, Error> {
        let Some(published) = self.published().await? else { return Ok(None) };
        let here = match asked {
            Resource::Tile(tile) => Tile::in_tree(tile.level(), tile.index(), published).map(Resource::Tile),
            Resource::Bundle(bundle) => Bundle::in_tree(bundle.index(), published).map(Resource::Bundle),
        };
        let Some(here) = here.filter(|here| width(*here) >= width(asked)) else { return Ok(None) };
        match (here, asked) {
            (Resource::Tile(tile), Resource::Tile(asked)) if tile.is_full() => {
                let whole = self.stored(&here).await?;
                let wanted = usize::from(asked.width()) * Hash::LEN;
                Ok(Some(whole.slice(..wanted.min(whole.len()))))
            }
            (Resource::Bundle(_), Resource::Bundle(asked)) if asked.is_full() => {
                self.stored(&here).await.map(Some)
            }
            (_, Resource::Tile(asked)) => Ok(Some(pack(&hashes(self.0, asked).await?))),
            (_, Resource::Bundle(asked)) => pack_entries(&leaves(self.0, asked).await?).map(Some),
        }
    }

    async fn stored(&self, resource: &Resource) -> Result<Bytes, Error> {
        let path = object_path(resource);
        let found = self.0.objects().get_named(&path).await?;
        found.ok_or(Error::LogObject { path })
    }
}

fn width(resource: Resource) -> u16 {
    match resource {
        Resource::Tile(tile) => tile.width(),
        Resource::Bundle(bundle) => bundle.width(),
    }
}

/// The bytes of a tile.
pub(super) fn pack(hashes: &[Hash]) -> Bytes {
    hashes.iter().flat_map(Hash::as_bytes).copied().collect()
}

/// The hashes of a tile, from the database, which has them all.
pub(super) async fn hashes(store: &Store, tile: Tile) -> Result<Vec<Hash>, Error> {
    if tile.level() == 0 {
        let bundle = Bundle::new(tile.index(), tile.width())?;
        return Ok(hashes_of(&leaves(store, bundle).await?));
    }
    let query = sql("SELECT hash FROM log_nodes WHERE level = $1 AND n >= $2 AND n < $3 ORDER BY n")
        .bind(i64::from(tile.level()))
        .bind(tile.first())
        .bind(tile.first() + u64::from(tile.width()));
    let rows = store.read("log.nodes").await?.all(query).await?;
    let hashes = rows.iter().map(|row| row.get("hash")).collect::<Result<Vec<_>, _>>()?;
    if hashes.len() == usize::from(tile.width()) {
        Ok(hashes)
    } else {
        Err(Error::LogRows { resource: Resource::Tile(tile) })
    }
}

/// The hashes that leaves have in the tree.
pub(super) fn hashes_of(leaves: &[Leaf]) -> Vec<Hash> {
    leaves.iter().map(Leaf::hash).collect()
}

/// The leaves of a bundle's entries, from the database.
pub(super) async fn leaves(store: &Store, bundle: Bundle) -> Result<Vec<Leaf>, Error> {
    let query = sql("SELECT at, leaf FROM acts WHERE idx >= $1 AND idx < $2 ORDER BY idx")
        .bind(bundle.first())
        .bind(bundle.first() + u64::from(bundle.width()));
    let rows = store.read("log.leaves").await?.all(query).await?;
    let leaves = rows.iter().map(leaf_from_row).collect::<Result<Vec<_>, _>>()?;
    if leaves.len() == usize::from(bundle.width()) {
        Ok(leaves)
    } else {
        Err(Error::LogRows { resource: Resource::Bundle(bundle) })
    }
}

/// The bytes of a bundle.
pub(super) fn pack_entries(leaves: &[Leaf]) -> Result<Bytes, Error> {
    let mut bytes = Vec::with_capacity(leaves.len() * (Leaf::LEN + 2));
    for leaf in leaves {
        write_entry(&mut bytes, &leaf.to_bytes())?;
    }
    Ok(bytes.into())
}

/// The leaf of an act, from its columns.
pub(super) fn leaf_from_row(row: &Row) -> Result<Leaf, Error> {
    let commitment: Vec<u8> = row.get("leaf")?;
    let commitment = commitment.try_into().map_err(|_| Error::Column { column: "leaf" })?;
    Ok(Leaf { at: Time::from_unix(row.get("at")?)?, commitment: Commitment::from_bytes(commitment) })
}

/// Tiles that proofs were made from lately, with the nodes above their hashes.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<HashMap<Tile, Arc<Nodes>>>);

/// The hashes of a tile and, above them, those of every complete pair, up to one that is over all.
#[derive(Debug)]
struct Nodes(Vec<Vec<Hash>>);

impl Nodes {
    fn over(hashes: Vec<Hash>) -> Self {
        let mut heights = vec![hashes];
        while let Some(below) = heights.last().filter(|below| below.len() > 1) {
            let above = below.as_chunks().0.iter().map(|[left, right]| Hash::node(left, right)).collect();
            heights.push(above);
        }
        Self(heights)
    }

    fn hash(&self, tile: Tile, node: Node) -> Option<Hash> {
        let height = usize::from(node.level % 8);
        let at = node.index.checked_sub(tile.first() >> height)?;
        self.0.get(height)?.get(usize::try_from(at).ok()?).copied()
    }
}

impl Kept {
    fn get(&self, tile: &Tile) -> Option<Arc<Nodes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(tile).cloned()
    }

    fn keep(&self, tile: Tile, nodes: Arc<Nodes>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(tile, nodes);
    }
}

/// All tiles that some nodes of a tree need.
pub(super) struct Grove {
    size: u64,
    tiles: HashMap<Tile, Arc<Nodes>>,
}

impl Grove {
    /// Fetches what `nodes` need of the tree of `size` entries.
    pub(super) async fn fetch(
        store: &Store,
        size: u64,
        nodes: impl IntoIterator<Item = Node>,
    ) -> Result<Self, Error> {
        let wanted: HashSet<Tile> = nodes.into_iter().filter_map(|node| Tile::of(node, size)).collect();
        let mut tiles = HashMap::with_capacity(wanted.len());
        for tile in wanted {
            let nodes = if let Some(nodes) = store.kept().get(&tile) {
                nodes
            } else {
                let nodes = Arc::new(Nodes::over(hashes(store, tile).await?));
                store.kept().keep(tile, Arc::clone(&nodes));
                nodes
            };
            tiles.insert(tile, nodes);
        }
        Ok(Self { size, tiles })
    }

    pub(super) fn hash(&self, node: Node) -> Result<Hash, ledger::Error> {
        let beyond = ledger::Error::NodeBeyond { node, size: self.size };
        let Some(tile) = Tile::of(node, self.size) else { return Err(beyond) };
        self.tiles.get(&tile).and_then(|nodes| nodes.hash(tile, node)).ok_or(beyond)
    }
}

/// The root of the first `size` entries, from the database.
pub(super) async fn root(store: &Store, size: u64) -> Result<Hash, Error> {
    let grove = Grove::fetch(store, size, tree::root_nodes(size)).await?;
    Ok(tree::root(size, |node| grove.hash(node))?)
}

const _: () = assert!(FULL == 256, "a tile is eight levels of nodes");
