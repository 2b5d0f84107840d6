//! Binary fuse filters (Graf and Lemire 2022) in pieces, so that making one takes little more memory than the keys.

use xorf::{BinaryFuse32, Descriptor, Filter as _};

use super::StoredError;

/// A key's highest bits say which piece it belongs to.
const PIECES: usize = 64;
const SHIFT: u32 = 58;
/// Keys are kept in blocks of this many, so that growing never holds two copies. The blocks are large enough for an
/// allocator to give each back at once, but for a piece's first, so that a short list stays small.
const BLOCK: usize = 32_768;
const FIRST: usize = 2_048;
/// Of fewer keys in a piece no filter is made.
const FEW: usize = 32;
/// Memory of this size belongs to no filter that this module makes: 2²⁶ fingerprints in one piece.
const SLOTS_MAX: u32 = 1 << 26;

/// Keys on their way into a filter.
#[derive(Debug)]
pub(super) struct Keys(Vec<Vec<Vec<u64>>>);

impl Default for Keys {
    fn default() -> Self {
        Self(vec![Vec::new(); PIECES])
    }
}

impl Keys {
    pub(super) fn add(&mut self, key: u64) {
        let Some(piece) = self.0.get_mut((key >> SHIFT) as usize) else { return };
        match piece.last_mut() {
            Some(block) if block.len() < block.capacity() => block.push(key),
            last => {
                let mut block = Vec::with_capacity(if last.is_some() { BLOCK } else { FIRST });
                block.push(key);
                piece.push(block);
            }
        }
    }
}

/// A set that says of a key whether it may be in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pieces: Vec<Piece>,
    len: u64,
}

#[derive(Clone, Debug)]
enum Piece {
    /// Few keys, or those of which no filter could be made: in order, and exact.
    Keys(Vec<u64>),
    Fuse(BinaryFuse32),
}

impl Piece {
    /// Keys come in order.
    fn new(keys: Vec<u64>) -> Self {
        if keys.len() < FEW {
            return Self::Keys(keys);
        }
        match BinaryFuse32::try_from_iterator(keys.iter().copied()) {
            Ok(fuse) => Self::Fuse(fuse),
            Err(_) => Self::Keys(keys),
        }
    }
}

impl Filter {
    pub(super) fn new(keys: Keys) -> Self {
        let mut filter = Self::default();
        // Each piece's keys are given back before the next one is made.
        for mut blocks in keys.0 {
            let mut sorted = blocks.concat();
            blocks.clear();
            sorted.sort_unstable();
            sorted.dedup();
            filter.len += sorted.len() as u64;
            filter.pieces.push(Piece::new(sorted));
        }
        filter
    }

    pub(super) const fn len(&self) -> u64 {
        self.len
    }

    pub(super) fn may_hold(&self, key: u64) -> bool {
        match self.pieces.get((key >> SHIFT) as usize) {
            Some(Piece::Keys(keys)) => keys.binary_search(&key).is_ok(),
            Some(Piece::Fuse(fuse)) => fuse.contains(&key),
            None => false,
        }
    }

    pub(super) fn memory(&self) -> usize {
        let piece = |piece: &Piece| match piece {
            Piece::Keys(keys) => size_of_val(keys.as_slice()),
            Piece::Fuse(fuse) => size_of_val(&*fuse.fingerprints),
        };
        self.pieces.iter().map(piece).sum::<usize>() + size_of_val(self.pieces.as_slice())
    }

    /// The number of keys, then the pieces: seed, segment length, length of all segments, fingerprints; or, with a
    /// segment length of nought, the number of keys and the keys.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.len.to_le_bytes());
        for number in 0..PIECES {
            match self.pieces.get(number) {
                Some(Piece::Fuse(fuse)) => {
                    let Descriptor { seed, segment_length, segment_count_length, .. } = fuse.descriptor;
                    out.extend_from_slice(&seed.to_le_bytes());
                    out.extend_from_slice(&segment_length.to_le_bytes());
                    out.extend_from_slice(&segment_count_length.to_le_bytes());
                    for print in &fuse.fingerprints {
                        out.extend_from_slice(&print.to_le_bytes());
                    }
                }
                keys => {
                    let keys = match keys {
                        Some(Piece::Keys(keys)) => keys.as_slice(),
                        _ => &[],
                    };
                    out.extend_from_slice(&(keys.len() as u64).to_le_bytes());
                    out.extend_from_slice(&[0; 8]);
                    for key in keys {
                        out.extend_from_slice(&key.to_le_bytes());
                    }
                }
            }
        }
    }

    pub(super) fn read(rest: &mut &[u8]) -> Result<Self, StoredError> {
        let mut filter = Self { len: u64::from_le_bytes(*take(rest)?), pieces: Vec::with_capacity(PIECES) };
        for _ in 0..PIECES {
            let seed = u64::from_le_bytes(*take(rest)?);
            let segment_length = u32::from_le_bytes(*take(rest)?);
            let segment_count_length = u32::from_le_bytes(*take(rest)?);
            filter.pieces.push(if segment_length == 0 {
                Piece::Keys(read_keys(rest, seed)?)
            } else {
                Piece::Fuse(read_fuse(rest, seed, segment_length, segment_count_length)?)
            });
        }
        Ok(filter)
    }
}

fn read_keys(rest: &mut &[u8], count: u64) -> Result<Vec<u64>, StoredError> {
    const ENDS: StoredError = StoredError::Damaged("it ends in a list of keys");
    let bytes = usize::try_from(count).ok().and_then(|count| count.checked_mul(8)).ok_or(ENDS)?;
    let bytes = rest.split_off(..bytes).ok_or(ENDS)?;
    let (keys, _) = bytes.as_chunks::<8>();
    let keys: Vec<u64> = keys.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
    if !keys.is_sorted() {
        return Err(StoredError::Damaged("keys are not in order"));
    }
    Ok(keys)
}

fn read_fuse(
    rest: &mut &[u8],
    seed: u64,
    segment_length: u32,
    segment_count_length: u32,
) -> Result<BinaryFuse32, StoredError> {
    // Three places in neighbouring segments: the first lies below `segment_count_length`.
    let sound = segment_length.is_power_of_two()
        && segment_length <= SLOTS_MAX
        && segment_count_length <= SLOTS_MAX
        && segment_count_length > 0
        && segment_count_length.is_multiple_of(segment_length);
    if !sound {
        return Err(StoredError::Damaged("the parts of a filter do not fit together"));
    }
    let slots = segment_count_length as usize + 2 * segment_length as usize;
    let bytes = rest.split_off(..4 * slots).ok_or(StoredError::Damaged("it ends in a filter"))?;
    let (fingerprints, _) = bytes.as_chunks::<4>();
    let fingerprints = fingerprints.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
    let segment_length_mask = segment_length - 1;
    let descriptor = Descriptor { seed, segment_length, segment_length_mask, segment_count_length };
    Ok(BinaryFuse32 { descriptor, fingerprints })
}

/// The next bytes of a stored list.
pub(super) fn take<'r, const N: usize>(rest: &mut &'r [u8]) -> Result<&'r [u8; N], StoredError> {
    let (first, left) = rest.split_first_chunk().ok_or(StoredError::Damaged("it ends too early"))?;
    *rest = left;
    Ok(first)
}

#[cfg(test)]
mod tests {
    use super::{Filter, Keys};
    use xorf::{BinaryFuse8, BinaryFuse16, Filter as _};

    /// As good as random, and different for different places: `SplitMix64`.
    const fn key(place: u64) -> u64 {
        let z = place.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One in 2³² cannot be counted in a test, one in 2⁸ and in 2¹⁶ can: what a filter takes for a hit is decided by
    /// the number of its bits and nothing else.
    #[test]
    fn false_hits_are_as_rare_as_the_bits_say() {
        const KEYS: u64 = 100_000;
        const TRIES: u64 = 4_000_000;
        let keys: Vec<u64> = (0..KEYS).map(key).collect();
        let hits = |may_hold: &dyn Fn(u64) -> bool| {
            (KEYS..KEYS + TRIES).filter(|&place| may_hold(key(place))).count()
        };
        let eight = BinaryFuse8::try_from_iterator(keys.iter().copied()).unwrap();
        let sixteen = BinaryFuse16::try_from_iterator(keys.iter().copied()).unwrap();
        let mut held = Keys::default();
        for &key in &keys {
            held.add(key);
        }
        let filter = Filter::new(held);
        assert!(keys.iter().all(|&key| filter.may_hold(key)));
        // 15,625 and 61 are expected, give or take four times the root.
        let (eight, sixteen) = (hits(&|key| eight.contains(&key)), hits(&|key| sixteen.contains(&key)));
        assert!((15_125..16_125).contains(&eight), "{eight}");
        assert!((30..93).contains(&sixteen), "{sixteen}");
        assert_eq!(hits(&|key| filter.may_hold(key)), 0);
    }
}
