//! Checks a whole log from nothing but its public files: hashes every entry anew, rebuilds the tree, and
//! holds it against every tile and the signed checkpoint.
//!
//! One pass, in constant memory, however long the log is. [`Fsck`] itself reads nothing: it says which file
//! it wants next and is handed its bytes, so that whoever reads may do so as they like, ahead of time or
//! over a network. [`run`] is the plain way.
//!
//! Two roots are made: one from the entries, one from the tiles of their hashes. Where they part, the one
//! that is the checkpoint's tells which of the two files is still as it was signed.

use std::fmt;

use crate::checkpoint::{SignedCheckpoint, VerifiedCheckpoint};
use crate::note::VerifierKey;
use crate::tiles::{self, Bundle, FULL, Resource, Tile};
use crate::{Edge, Error, Hash};

/// How many findings are kept; more are only counted, so that a log that is wrong from its first entry on
/// fills neither memory nor a screen.
pub const MAX_FINDINGS: usize = 100;

/// After so many files in a row that are not there, no more are asked for: a checkpoint may claim any size.
const MAX_MISSING: u32 = 1000;

/// Is called with the number and the bytes of every entry, and may refuse it.
pub type Each<'e> = dyn FnMut(u64, &[u8]) -> Result<(), Error> + 'e;

/// Something in a log that is not as it should be, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// A file that the tree needs is not there.
    Missing {
        /// The file.
        file: Resource,
    },
    /// From here on nothing was read: the reader stopped, or too many files in a row were not there.
    Unread {
        /// The first file that was not read.
        file: Resource,
    },
    /// A file cannot be read.
    Malformed {
        /// The file.
        file: Resource,
        /// What is wrong with it.
        error: Error,
    },
    /// An entry does not have the hash that stands in the tile of leaf hashes.
    Entry {
        /// The entry's number in the log.
        index: u64,
        /// The hash in the tile.
        expected: Hash,
        /// The hash of the entry.
        found: Hash,
    },
    /// A hash in a tile above the lowest level is not that of the tile below it.
    Node {
        /// The tile.
        tile: Tile,
        /// Which of its hashes, from zero.
        position: u16,
        /// The hash of what lies below.
        expected: Hash,
        /// The hash in the tile.
        found: Hash,
    },
    /// The application refuses an entry.
    Refused {
        /// The entry's number in the log.
        index: u64,
        /// Why.
        error: Error,
    },
    /// The log's root is not the one that is signed.
    Root {
        /// How many entries the checkpoint is over.
        size: u64,
        /// The root in the checkpoint.
        expected: Hash,
        /// The root over the entries; none when some are not there and no tile stands in for them.
        entries: Option<Hash>,
        /// The root over the tiles of their hashes; none as above.
        tiles: Option<Hash>,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { file } => write!(f, "{file} is not there"),
            Self::Unread { file } => write!(f, "from {file} on nothing was read"),
            Self::Malformed { file, error } => write!(f, "{file} cannot be read: {error}"),
            Self::Entry { index, expected, found } => {
                let bundle = index / u64::from(FULL);
                write!(f, "entry {index} (bundle {bundle}) has the hash {found}, its tile says {expected}")
            }
            Self::Node { tile, position, expected, found } => {
                write!(f, "hash {position} of {tile} is {found}, what lies below it has {expected}")
            }
            Self::Refused { index, error } => write!(f, "entry {index} is none of this log's: {error}"),
            Self::Root { size, expected, entries, tiles } => {
                write!(f, "the checkpoint over {size} entries has the root {expected}, but ")?;
                for (what, root) in [("the entries", entries), ("; the tiles of their hashes", tiles)] {
                    match root {
                        None => write!(f, "{what} are not all there")?,
                        Some(root) if root == expected => write!(f, "{what} have this one")?,
                        Some(root) => write!(f, "{what} have {root}")?,
                    }
                }
                Ok(())
            }
        }
    }
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The checkpoint that the log was held against.
    pub checkpoint: VerifiedCheckpoint,
    /// How many entries were read.
    pub entries: u64,
    /// What is wrong, in the order in which it was found; at most [`MAX_FINDINGS`].
    pub findings: Vec<Finding>,
    /// How many findings more there were.
    pub more: u64,
}

impl Report {
    /// Whether the log is what its checkpoint says, whole.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}

/// One hash of the tree, as the entries and as the tiles of their hashes have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pair {
    entries: Option<Hash>,
    tiles: Option<Hash>,
}

/// The file after this one, `None` being before the first: each bundle and the tile of its hashes, each tile
/// above as soon as all below it was seen, and last the partial ones.
fn after(file: Option<Resource>, size: u64) -> Option<Resource> {
    let partial = |level: u8| Tile::partial(size).find(|tile| tile.level() >= level).map(Resource::Tile);
    let tile = match file {
        None => return Bundle::in_tree(0, size).map(Resource::Bundle),
        Some(Resource::Bundle(bundle)) => return Some(Resource::Tile(bundle.tile())),
        Some(Resource::Tile(tile)) => tile,
    };
    if !tile.is_full() {
        return partial(tile.level() + 1);
    }
    let seen = tile.index() + 1;
    if seen.is_multiple_of(u64::from(FULL)) {
        return Tile::in_tree(tile.level() + 1, seen / u64::from(FULL) - 1, size).map(Resource::Tile);
    }
    let bundle = Bundle::in_tree(seen << (8 * u32::from(tile.level())), size);
    bundle.map(Resource::Bundle).or_else(|| partial(1))
}

/// A check under way.
#[derive(Clone, Debug)]
pub struct Fsck {
    checkpoint: VerifiedCheckpoint,
    wanted: Option<Resource>,
    /// How many files in a row were not there.
    missing: u32,
    /// By level of tiles, the hashes that are not in a full tile yet.
    levels: Vec<Vec<Pair>>,
    entries: u64,
    findings: Vec<Finding>,
    more: u64,
}

impl Fsck {
    /// Begins with a log's checkpoint.
    ///
    /// # Errors
    ///
    /// When the checkpoint cannot be read or verified: [`SignedCheckpoint::parse`],
    /// [`SignedCheckpoint::verify`]. Nothing can be said of the log then.
    pub fn begin(checkpoint: &[u8], log: &VerifierKey, witnesses: &[VerifierKey]) -> Result<Self, Error> {
        let checkpoint = SignedCheckpoint::parse(checkpoint)?.verify(log, witnesses)?;
        let wanted = after(None, checkpoint.checkpoint().size());
        let levels = vec![Vec::new()];
        Ok(Self { checkpoint, wanted, missing: 0, levels, entries: 0, findings: Vec::new(), more: 0 })
    }

    /// The file to hand over next; `None` when all were, or when a thousand in a row were not there.
    pub fn wanted(&self) -> Option<Resource> {
        self.wanted.filter(|_| self.missing < MAX_MISSING)
    }

    /// This file and all that will be wanted after it, in their order, for whoever reads ahead.
    pub fn plan(&self) -> impl Iterator<Item = Resource> + use<> {
        let size = self.checkpoint.checkpoint().size();
        std::iter::successors(self.wanted, move |file| after(Some(*file), size))
    }

    /// Takes the bytes of the file that is wanted; `None` when the log does not have it. `each` is called
    /// with the number and the bytes of every entry, and may refuse it. Does nothing when no file is wanted.
    pub fn take(&mut self, bytes: Option<&[u8]>, each: &mut Each<'_>) {
        let Some(file) = self.wanted else { return };
        self.missing = if bytes.is_none() { self.missing.saturating_add(1) } else { 0 };
        if bytes.is_none() {
            self.find(Finding::Missing { file });
        }
        match file {
            Resource::Bundle(bundle) => self.take_bundle(bundle, bytes, each),
            Resource::Tile(tile) => self.take_tile(tile, bytes),
        }
        self.wanted = after(self.wanted, self.checkpoint.checkpoint().size());
    }

    /// What came out. Stopping before all files were handed over is a finding.
    pub fn finish(mut self) -> Report {
        let (size, expected) = (self.checkpoint.checkpoint().size(), *self.checkpoint.checkpoint().root());
        let (entries, tiles) = match self.wanted {
            None => (self.root(|pair| pair.entries), self.root(|pair| pair.tiles)),
            Some(file) => {
                self.find(Finding::Unread { file });
                (None, None)
            }
        };
        if entries != Some(expected) || tiles != Some(expected) {
            self.find(Finding::Root { size, expected, entries, tiles });
        }
        let Self { checkpoint, entries, findings, more, .. } = self;
        Report { checkpoint, entries, findings, more }
    }

    fn find(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }

    fn take_bundle(&mut self, bundle: Bundle, bytes: Option<&[u8]>, each: &mut Each<'_>) {
        let mut hashes = Vec::with_capacity(usize::from(FULL));
        for (index, entry) in (bundle.first()..).zip(tiles::entries(bundle, bytes.unwrap_or_default())) {
            match entry {
                Ok(entry) => {
                    hashes.push(Pair { entries: Some(Hash::leaf(entry)), tiles: None });
                    if let Err(error) = each(index, entry) {
                        self.find(Finding::Refused { index, error });
                    }
                }
                Err(error) if bytes.is_some() => {
                    self.find(Finding::Malformed { file: Resource::Bundle(bundle), error });
                }
                Err(_) => {}
            }
        }
        self.entries += hashes.len() as u64;
        hashes.resize(usize::from(bundle.width()), Pair { entries: None, tiles: None });
        self.levels[0] = hashes;
    }

    fn take_tile(&mut self, tile: Tile, bytes: Option<&[u8]>) {
        let level = usize::from(tile.level());
        let mut pairs = std::mem::take(&mut self.levels[level]);
        match bytes.map(|bytes| tile.hashes(bytes)) {
            None => {}
            Some(Err(error)) => self.find(Finding::Malformed { file: Resource::Tile(tile), error }),
            Some(Ok(hashes)) => {
                for ((position, pair), found) in (0..).zip(&mut pairs).zip(hashes) {
                    self.compare(tile, position, pair, found);
                }
            }
        }
        if !tile.is_full() {
            self.levels[level] = pairs;
            return;
        }
        let parent = fold(&pairs);
        if self.levels.len() == level + 1 {
            self.levels.push(Vec::with_capacity(usize::from(FULL)));
        }
        self.levels[level + 1].push(parent);
    }

    /// Holds a hash in a tile against what was made from below, and fills in what could not be.
    fn compare(&mut self, tile: Tile, position: u16, pair: &mut Pair, found: Hash) {
        if tile.level() == 0 {
            pair.tiles = Some(found);
            if let Some(entry) = pair.entries.filter(|entry| *entry != found) {
                let index = tile.first() + u64::from(position);
                self.find(Finding::Entry { index, expected: found, found: entry });
            }
            return;
        }
        // What differs below was told below; a tile that agrees with either side adds nothing to it.
        let below = [pair.tiles, pair.entries];
        if let Some(expected) = below[0].or(below[1]).filter(|_| !below.contains(&Some(found))) {
            self.find(Finding::Node { tile, position, expected, found });
        }
        pair.entries = pair.entries.or(Some(found));
        pair.tiles = pair.tiles.or(Some(found));
    }

    /// The root over what is left at the levels, from the highest down.
    fn root(&self, side: impl Fn(&Pair) -> Option<Hash>) -> Option<Hash> {
        let mut edge = Edge::new();
        for (level, pairs) in self.levels.iter().enumerate().rev() {
            let height = u8::try_from(8 * level).ok()?;
            for pair in pairs {
                edge.push_subtree(height, side(pair)?, &mut |_, _| {}).ok()?;
            }
        }
        Some(edge.root())
    }
}

/// The hash above a full tile. A side that lacks a hash has none; it may be filled in from the tile above.
fn fold(pairs: &[Pair]) -> Pair {
    let side = |side: fn(&Pair) -> Option<Hash>| {
        pairs.iter().map(side).collect::<Option<Vec<_>>>().map(tiles::perfect)
    };
    let entries = side(|pair| pair.entries);
    let same = pairs.iter().all(|pair| pair.entries == pair.tiles);
    Pair { entries, tiles: if same { entries } else { side(|pair| pair.tiles) } }
}

/// Reads the public files of a log.
pub trait LogReader {
    /// Why reading failed, other than that a file is not there.
    type Error;

    /// The checkpoint.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn checkpoint(&mut self) -> Result<Vec<u8>, Self::Error>;

    /// A tile or bundle; `None` when the log does not have it. A partial one may be gone because the log
    /// has grown since: then [`Resource::full`], [cut](Resource::cut) to its width, is as good.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn read(&mut self, file: Resource) -> Result<Option<Vec<u8>>, Self::Error>;
}

/// Why [`run`] came to no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped<E> {
    /// The checkpoint cannot be believed.
    Checkpoint(Error),
    /// Reading failed.
    Read(E),
}

/// Checks a log from its first file to its last.
///
/// # Errors
///
/// [`Stopped::Checkpoint`] when there is nothing to hold the log against, [`Stopped::Read`] when the reader
/// fails. Everything else is a finding.
pub fn run<R: LogReader>(
    reader: &mut R,
    log: &VerifierKey,
    witnesses: &[VerifierKey],
    each: &mut Each<'_>,
) -> Result<Report, Stopped<R::Error>> {
    let checkpoint = reader.checkpoint().map_err(Stopped::Read)?;
    let mut fsck = Fsck::begin(&checkpoint, log, witnesses).map_err(Stopped::Checkpoint)?;
    while let Some(file) = fsck.wanted() {
        let bytes = reader.read(file).map_err(Stopped::Read)?;
        fsck.take(bytes.as_deref(), each);
    }
    Ok(fsck.finish())
}
