//! A file of which some blocks are there.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{BLOCK, HELD_MAX};

/// The most that is read at once.
pub(super) const READ_MAX: usize = 4 << 20;

/// Why reading does not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// These bytes are not there yet.
    Need(Range<u64>),
    /// The file, or the part that is read, ends before.
    Short,
    /// More would be held than is allowed.
    Limit,
}

pub(super) struct Source<'s> {
    size: u64,
    blocks: &'s BTreeMap<u64, Box<[u8]>>,
}

impl<'s> Source<'s> {
    pub(super) const fn new(size: u64, blocks: &'s BTreeMap<u64, Box<[u8]>>) -> Self {
        Self { size, blocks }
    }

    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    /// Exactly so many bytes.
    pub(super) fn read(&self, at: u64, len: usize) -> Result<Vec<u8>, Stop> {
        let end = at.checked_add(len as u64).filter(|&end| end <= self.size).ok_or(Stop::Short)?;
        if len > READ_MAX {
            return Err(Stop::Limit);
        }
        let mut out = Vec::with_capacity(len);
        let mut at = at;
        while at < end {
            let number = at / BLOCK;
            let Some(block) = self.blocks.get(&number) else { return Err(self.missing(number, end)) };
            let from = usize::try_from(at % BLOCK).unwrap_or_default();
            let upto =
                usize::try_from(end - number * BLOCK).map_or(block.len(), |upto| upto.min(block.len()));
            let part = block.get(from..upto).filter(|part| !part.is_empty()).ok_or(Stop::Short)?;
            out.extend_from_slice(part);
            at += part.len() as u64;
        }
        Ok(out)
    }

    /// So many bytes, or as many as there are up to the end.
    pub(super) fn up_to(&self, at: u64, len: usize) -> Result<Vec<u8>, Stop> {
        let there = self.size.checked_sub(at).ok_or(Stop::Short)?;
        self.read(at, usize::try_from(there).map_or(len, |there| there.min(len)))
    }

    /// A fixed number of bytes.
    pub(super) fn array<const N: usize>(&self, at: u64) -> Result<[u8; N], Stop> {
        let bytes = self.read(at, N)?;
        bytes.first_chunk().copied().ok_or(Stop::Short)
    }

    pub(super) fn u32(&self, at: u64) -> Result<u32, Stop> {
        self.array(at).map(u32::from_be_bytes)
    }

    /// From the first block that is missing to the last in one request.
    fn missing(&self, from: u64, end: u64) -> Stop {
        let held: u64 = self.blocks.values().map(|block| block.len() as u64).sum();
        let range = from * BLOCK..(end.div_ceil(BLOCK) * BLOCK).min(self.size);
        if held + (range.end - range.start) > HELD_MAX { Stop::Limit } else { Stop::Need(range) }
    }
}

/// Of a part that lies whole in memory: a number at a place.
pub(super) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(super) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(super) fn be64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(super) fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The part of the file that so many bytes from `at` on are.
pub(super) fn span(at: u64, len: usize) -> Range<u64> {
    at..at.saturating_add(len as u64)
}
