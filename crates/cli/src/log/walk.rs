//! Reading on from where a tree ends: entries are hashed anew and held against the tiles, in constant memory.

use futures_util::StreamExt as _;
use ledger::record::Leaf;
use ledger::tiles::{Bundle, FULL, Resource, Tile, entries};
use ledger::tree::Node;
use ledger::{Edge, Hash, Time};

use super::Alarm;
use super::source::Source;
use crate::error::Result;

/// How many bundles are asked for ahead.
const AHEAD: usize = 16;
/// Heights that one level of tiles spans.
const HEIGHT: u8 = 8;

/// What was new.
#[derive(Debug, Default)]
pub(super) struct News {
    /// The time that the first new entry states.
    pub(super) first: Option<Time>,
    /// The time that the last one states.
    pub(super) last: Option<Time>,
    /// The first thing that was wrong with a file, which the roots may show to be worse.
    pub(super) finding: Option<Alarm>,
}

/// Grows a tree to `size` with the entries that the log serves.
pub(super) async fn grow(source: &Source, edge: &mut Edge, size: u64) -> Result<News> {
    let mut news = News::default();
    let old = edge.size();
    let first = old / u64::from(FULL);
    let bundles = (first..).map_while(|index| Bundle::in_tree(index, size));
    let wanted = bundles.filter(move |bundle| bundle.first() + u64::from(bundle.width()) > old);
    let read = async |bundle: Bundle| (bundle, source.read(Resource::Bundle(bundle)).await);
    let mut files = std::pin::pin!(futures_util::stream::iter(wanted).map(read).buffered(AHEAD));
    let mut tiles = Tiles { source, size, last: Vec::new() };
    while let Some((bundle, bytes)) = files.next().await {
        let file = || format!("{source}/{bundle}");
        let bytes = bytes?.ok_or_else(|| Alarm::File { file: file(), why: "it is not there".to_owned() })?;
        let mut made = Vec::new();
        let here = entries(bundle, &bytes).zip(bundle.first()..);
        for (entry, index) in here {
            let entry = entry.map_err(|why| Alarm::Proof { file: file(), why })?;
            if index < old {
                continue;
            }
            match Leaf::parse(entry) {
                Ok(Leaf { at, .. }) => {
                    news.first.get_or_insert(at);
                    news.last = Some(at);
                }
                Err(why) => {
                    let file = format!("{}: entry {index}", file());
                    news.finding.get_or_insert(Alarm::Proof { file, why });
                }
            }
            let whole = |node: Node, hash| made.push((node, hash));
            edge.push_with(Hash::leaf(entry), whole).map_err(|why| Alarm::Proof { file: file(), why })?;
        }
        for (node, hash) in made {
            if let Some(finding) = tiles.disagrees(node, hash).await? {
                news.finding.get_or_insert(finding);
            }
        }
    }
    Ok(news)
}

/// The tiles that were read last, one for each level.
struct Tiles<'a> {
    source: &'a Source,
    size: u64,
    last: Vec<Option<(Tile, Vec<Hash>)>>,
}

impl Tiles<'_> {
    /// What the tile of a node says, if it is not what the entries make.
    async fn disagrees(&mut self, node: Node, made: Hash) -> Result<Option<Alarm>> {
        if !node.level.is_multiple_of(HEIGHT) {
            return Ok(None);
        }
        let (level, index) = (node.level / HEIGHT, node.index / u64::from(FULL));
        let Some(tile) = Tile::in_tree(level, index, self.size) else { return Ok(None) };
        let file = format!("{}/{tile}", self.source);
        let slot = usize::from(level);
        if self.last.len() <= slot {
            self.last.resize(slot + 1, None);
        }
        if self.last[slot].as_ref().is_none_or(|(last, _)| *last != tile) {
            let Some(bytes) = self.source.read(Resource::Tile(tile)).await? else {
                return Ok(Some(Alarm::File { file, why: "it is not there".to_owned() }));
            };
            match tile.hashes(&bytes) {
                Ok(hashes) => self.last[slot] = Some((tile, hashes.collect())),
                Err(why) => return Ok(Some(Alarm::Proof { file, why })),
            }
        }
        let position = usize::try_from(node.index % u64::from(FULL)).unwrap_or_default();
        let found = self.last[slot].as_ref().and_then(|(_, hashes)| hashes.get(position));
        if found == Some(&made) {
            return Ok(None);
        }
        let found = found.map_or_else(|| "missing".to_owned(), ToString::to_string);
        let why = format!("hash {position} is {found}, but the entries below it have {made}");
        Ok(Some(Alarm::File { file, why }))
    }
}
