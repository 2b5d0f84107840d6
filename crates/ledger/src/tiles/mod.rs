//! The log as static files (C2SP `tlog-tiles`): where each is, and what is in it.
//!
//! A *tile* holds up to 256 consecutive hashes of one height, a *bundle* up to 256 consecutive entries.
//! Those at the right edge of a tree are partial and grow with it; once full they never change.

mod bundle;
mod set;

use std::fmt;
use std::str::FromStr;

use crate::tree::Node;
use crate::{Error, Hash, MAX_SIZE, text};

pub use bundle::{Entries, MAX_ENTRY_LEN, entries, write_entry};
pub use set::TileSet;

/// Hashes in a full tile, and entries in a full bundle.
pub const FULL: u16 = 256;

/// Bytes of a full tile.
pub const TILE_LEN: usize = FULL as usize * Hash::LEN;

/// Heights of the tree that one level of tiles spans.
const HEIGHT: u8 = 8;

/// The highest level of a tile in the specification. A tree of [`MAX_SIZE`] leaves reaches level 7.
const MAX_LEVEL: u8 = 63;

/// The path element that stands in place of a level for bundles.
const ENTRIES: &str = "entries";

/// `value` >> `bits`, also when nothing is left.
fn shr(value: u64, bits: u32) -> u64 {
    value.checked_shr(bits).unwrap_or(0)
}

/// How wide number `index` is where there are `count` elements; `None` when there is none of it.
fn width(count: u64, index: u64) -> Option<u16> {
    let before = index.checked_mul(u64::from(FULL))?;
    let left = count.checked_sub(before)?.min(u64::from(FULL));
    u16::try_from(left).ok().filter(|width| *width > 0)
}

/// Where a tile stands: its level, its number in the level, and how many hashes it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    level: u8,
    index: u64,
    width: u16,
}

impl Tile {
    /// A tile of `width` hashes.
    ///
    /// # Errors
    ///
    /// [`Error::Tile`] when the level is over 63, the width is 0 or over 256, or the tile lies beyond
    /// every tree of at most [`MAX_SIZE`] leaves.
    pub fn new(level: u8, index: u64, width: u16) -> Result<Self, Error> {
        let last = shr(MAX_SIZE, u32::from(level) * 8 + 8);
        if level > MAX_LEVEL || width == 0 || width > FULL || index > last {
            return Err(Error::Tile { level, index, width });
        }
        Ok(Self { level, index, width })
    }

    /// The tile at this place in a tree of `size` leaves; `None` when it would be empty.
    pub fn in_tree(level: u8, index: u64, size: u64) -> Option<Self> {
        let width = width(shr(size, u32::from(level) * 8), index)?;
        Some(Self { level, index, width })
    }

    /// The tile that the hash of `node` is computed from in a tree of `size` leaves; `None` when the
    /// node is not whole in it.
    pub fn of(node: Node, size: u64) -> Option<Self> {
        let (level, slots) = Self::slots(node)?;
        let tile = Self::in_tree(level, slots.start >> HEIGHT, size)?;
        (slots.end <= tile.first() + u64::from(tile.width)).then_some(tile)
    }

    /// The level whose hashes make this node, and which of them.
    fn slots(node: Node) -> Option<(u8, std::ops::Range<u64>)> {
        let below = node.level % HEIGHT;
        let end = node.index.checked_add(1)?.checked_mul(1 << below)?;
        Some((node.level / HEIGHT, node.index << below..end))
    }

    /// Its level.
    pub fn level(&self) -> u8 {
        self.level
    }

    /// Its number in its level.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes it holds, from 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Whether it holds all it ever will.
    pub fn is_full(&self) -> bool {
        self.width == FULL
    }

    /// The same place, full.
    #[must_use]
    pub fn full(self) -> Self {
        Self { width: FULL, ..self }
    }

    /// The number in its level of its first hash.
    pub fn first(&self) -> u64 {
        self.index * u64::from(FULL)
    }

    /// Its hashes, from its bytes.
    ///
    /// # Errors
    ///
    /// [`Error::TileLength`] when there are more or fewer bytes than its width asks for.
    pub fn hashes<'b>(&self, bytes: &'b [u8]) -> Result<impl ExactSizeIterator<Item = Hash> + 'b, Error> {
        self.check(bytes)?;
        let (hashes, _) = bytes.as_chunks();
        Ok(hashes.iter().map(|hash| Hash::from_bytes(*hash)))
    }

    /// That there are as many bytes as its width asks for.
    fn check(&self, bytes: &[u8]) -> Result<(), Error> {
        let (wanted, found) = (usize::from(self.width) * Hash::LEN, bytes.len());
        if wanted == found { Ok(()) } else { Err(Error::TileLength { tile: *self, wanted, found }) }
    }

    /// The hash of a node that [`Tile::of`] answered this tile for, from the tile's bytes.
    ///
    /// # Errors
    ///
    /// [`Error::TileLength`]; [`Error::NotInTile`] when the node is not computed from this tile.
    pub fn hash(&self, bytes: &[u8], node: Node) -> Result<Hash, Error> {
        let missing = Error::NotInTile { tile: *self, node };
        let Some((level, slots)) = Self::slots(node) else { return Err(missing) };
        let first = self.first();
        if level != self.level || slots.start < first || slots.end > first + u64::from(self.width) {
            return Err(missing);
        }
        let skip = usize::try_from(slots.start - first).unwrap_or(usize::MAX);
        let take = usize::try_from(slots.end - slots.start).unwrap_or(usize::MAX);
        Ok(perfect(self.hashes(bytes)?.skip(skip).take(take).collect()))
    }

    /// The full tiles of a tree of `new` leaves that a tree of `old` leaves did not have yet, lowest
    /// level first.
    pub fn completed(old: u64, new: u64) -> impl Iterator<Item = Self> {
        (0..=MAX_LEVEL).flat_map(move |level| {
            let bits = u32::from(level) * 8 + 8;
            (shr(old, bits)..shr(new, bits)).map(move |index| Self { level, index, width: FULL })
        })
    }

    /// The partial tiles of a tree of `size` leaves, lowest level first.
    pub fn partial(size: u64) -> impl Iterator<Item = Self> {
        (0..=MAX_LEVEL).filter_map(move |level| {
            let count = shr(size, u32::from(level) * 8);
            let tile = Self::in_tree(level, count >> HEIGHT, size)?;
            (!tile.is_full()).then_some(tile)
        })
    }
}

/// The root of a perfect subtree, from the hashes it is made of: a power of two of them.
pub(crate) fn perfect(mut hashes: Vec<Hash>) -> Hash {
    while hashes.len() > 1 {
        let half = hashes.len() / 2;
        for at in 0..half {
            hashes[at] = Hash::node(&hashes[2 * at], &hashes[2 * at + 1]);
        }
        hashes.truncate(half);
    }
    hashes.first().copied().unwrap_or_else(Hash::empty)
}

/// Where a bundle of entries stands: its number, and how many entries it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bundle {
    index: u64,
    width: u16,
}

impl Bundle {
    /// A bundle of `width` entries.
    ///
    /// # Errors
    ///
    /// [`Error::Bundle`] when the width is 0 or over 256, or the bundle lies beyond every tree of at
    /// most [`MAX_SIZE`] leaves.
    pub fn new(index: u64, width: u16) -> Result<Self, Error> {
        if width == 0 || width > FULL || index > MAX_SIZE >> HEIGHT {
            return Err(Error::Bundle { index, width });
        }
        Ok(Self { index, width })
    }

    /// The bundle of this number in a tree of `size` leaves; `None` when it would be empty.
    pub fn in_tree(index: u64, size: u64) -> Option<Self> {
        Some(Self { index, width: width(size, index)? })
    }

    /// Its number.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many entries it holds, from 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Whether it holds all it ever will.
    pub fn is_full(&self) -> bool {
        self.width == FULL
    }

    /// The same place, full.
    #[must_use]
    pub fn full(self) -> Self {
        Self { width: FULL, ..self }
    }

    /// The number of its first entry.
    pub fn first(&self) -> u64 {
        self.index * u64::from(FULL)
    }

    /// The tile of its entries' leaf hashes.
    pub fn tile(&self) -> Tile {
        Tile { level: 0, index: self.index, width: self.width }
    }

    /// The full bundles of a tree of `new` leaves that a tree of `old` leaves did not have yet.
    pub fn completed(old: u64, new: u64) -> impl Iterator<Item = Self> {
        (old >> HEIGHT..new >> HEIGHT).map(|index| Self { index, width: FULL })
    }

    /// The bundles of a tree of `size` leaves, the last perhaps partial.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        (0..size.div_ceil(u64::from(FULL))).filter_map(move |index| Self::in_tree(index, size))
    }
}

/// A static file of the log, other than its checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// Hashes.
    Tile(Tile),
    /// Entries.
    Bundle(Bundle),
}

impl Resource {
    /// The same place, full.
    #[must_use]
    pub fn full(self) -> Self {
        match self {
            Self::Tile(tile) => Self::Tile(tile.full()),
            Self::Bundle(bundle) => Self::Bundle(bundle.full()),
        }
    }

    /// Its own bytes, from those of a wider file of the same place: a log may drop a partial file once the
    /// full one is there.
    ///
    /// # Errors
    ///
    /// [`Error::TileLength`] or [`Error::BundleTruncated`] when there is less in them.
    pub fn cut<'b>(&self, wider: &'b [u8]) -> Result<&'b [u8], Error> {
        match self {
            Self::Tile(tile) => {
                let wanted = usize::from(tile.width) * Hash::LEN;
                let short = Error::TileLength { tile: *tile, wanted, found: wider.len() };
                wider.get(..wanted).ok_or(short)
            }
            Self::Bundle(bundle) => {
                let mut length = 0;
                for entry in entries(*bundle, wider).take(usize::from(bundle.width)) {
                    length += 2 + entry?.len();
                }
                Ok(&wider[..length])
            }
        }
    }
}

/// Writes `x001/x234/067[.p/5]`.
fn write_place(f: &mut fmt::Formatter<'_>, index: u64, width: u16) -> fmt::Result {
    let mut groups = Vec::new();
    let mut rest = index;
    loop {
        groups.push(rest % 1000);
        rest /= 1000;
        if rest == 0 {
            break;
        }
    }
    while groups.len() > 1 {
        write!(f, "x{:03}/", groups.pop().unwrap_or_default())?;
    }
    write!(f, "{:03}", groups[0])?;
    if width == FULL { Ok(()) } else { write!(f, ".p/{width}") }
}

/// Reads what [`write_place`] writes.
fn read_place(text: &str) -> Result<(u64, u16), Error> {
    const WHAT: &str = "the path of a tile";
    let malformed = |why| Error::Text { what: WHAT, why };
    let (place, width) = match text.split_once(".p/") {
        None => (text, FULL),
        Some((place, width)) => {
            let width = text::decimal(WHAT, width)?;
            let width = u16::try_from(width).ok().filter(|width| (1..FULL).contains(width));
            (place, width.ok_or(malformed("a partial tile is 1 to 255 wide"))?)
        }
    };
    let mut elements = place.split('/').peekable();
    let (mut index, mut first) = (0_u64, true);
    while let Some(element) = elements.next() {
        let digits = if elements.peek().is_some() { element.strip_prefix('x') } else { Some(element) };
        let digits = digits
            .filter(|digits| digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .ok_or(malformed("its number is not in groups of three digits, all but the last with an x"))?;
        if first && digits == "000" && elements.peek().is_some() {
            return Err(malformed("its number begins with a group of zeros"));
        }
        first = false;
        let group: u64 = digits.parse().map_err(|_| malformed("its number is not in digits"))?;
        index = index
            .checked_mul(1000)
            .and_then(|index| index.checked_add(group))
            .ok_or(malformed("its number is too large"))?;
    }
    Ok((index, width))
}

impl fmt::Display for Tile {
    /// The path below the log's prefix: `tile/0/x001/067.p/5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tile/{}/", self.level)?;
        write_place(f, self.index, self.width)
    }
}

impl fmt::Display for Bundle {
    /// The path below the log's prefix: `tile/entries/x001/067.p/5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tile/{ENTRIES}/")?;
        write_place(f, self.index, self.width)
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tile(tile) => tile.fmt(f),
            Self::Bundle(bundle) => bundle.fmt(f),
        }
    }
}

impl FromStr for Resource {
    type Err = Error;

    /// Reads a path below the log's prefix, `tile/…`, in its only spelling.
    fn from_str(path: &str) -> Result<Self, Error> {
        let what = "the path of a tile";
        let (level, place) = path
            .strip_prefix("tile/")
            .and_then(|rest| rest.split_once('/'))
            .ok_or(Error::Text { what, why: "it does not begin with tile/ and a level" })?;
        let (index, width) = read_place(place)?;
        if level == ENTRIES {
            return Bundle::new(index, width).map(Self::Bundle);
        }
        let level = u8::try_from(text::decimal(what, level)?)
            .map_err(|_| Error::Text { what, why: "its level is over 63" })?;
        Tile::new(level, index, width).map(Self::Tile)
    }
}
