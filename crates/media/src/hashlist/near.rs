//! PDQ hashes within a distance of another, found without going over all of them.
//!
//! Multi-index hashing (Norouzi, Punjani, Fleet 2012): a hash is cut into 16 bands of 16 bits. Of two hashes at most 31
//! bits apart, at least one band differs in one bit or none, or all bands together would differ in 32. So it is enough to
//! look at the hashes that share a band, or have it but for one bit: 16 × 17 short lists. Nothing within [`REACH`] is
//! missed and every distance is computed, so the search is exact.

use crate::pdq::Hash;

/// Up to this distance the index is used; beyond it all hashes are compared. Both are exact.
pub const REACH: u32 = 31;
const BANDS: usize = 16;
const VALUES: usize = 1 << 16;

/// PDQ hashes that can be searched by distance: 96 bytes for each hash, and 4 MiB.
#[derive(Clone, Debug, Default)]
pub struct PdqIndex {
    hashes: Vec<Hash>,
    bands: Vec<Band>,
}

/// For each value of a band, which hashes have it.
#[derive(Clone, Debug)]
struct Band {
    begins: Vec<u32>,
    numbers: Vec<u32>,
}

/// A hash of the list that is near.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Near {
    /// How many bits differ.
    pub distance: u32,
    /// The hash in the list.
    pub hash: Hash,
}

impl PdqIndex {
    /// An index of these hashes; those that occur twice are kept once.
    pub fn new(mut hashes: Vec<Hash>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        hashes.shrink_to_fit();
        let bands = (0..BANDS).map(|band| Band::new(&hashes, band)).collect();
        Self { hashes, bands }
    }

    /// The hashes, in order.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// How many bytes of memory it takes.
    pub fn memory(&self) -> usize {
        let band = |band: &Band| 4 * (band.begins.len() + band.numbers.len());
        self.hashes.len() * size_of::<Hash>() + self.bands.iter().map(band).sum::<usize>()
    }

    /// All hashes at most `distance` bits from `wanted`, the nearest first.
    pub fn within(&self, wanted: &Hash, distance: u32) -> Vec<Near> {
        let near = |hash: &Hash| Near { distance: wanted.distance(hash), hash: *hash };
        let mut found: Vec<Near> = if distance > REACH {
            self.hashes.iter().map(near).filter(|near| near.distance <= distance).collect()
        } else {
            let mut found = Vec::new();
            for (number, band) in self.bands.iter().enumerate() {
                let value = band_of(wanted, number);
                for flip in std::iter::once(0).chain((0..16).map(|bit| 1_u16 << bit)) {
                    let candidates = band.with(value ^ flip).iter();
                    let candidates = candidates.filter_map(|&number| self.hashes.get(number as usize));
                    found.extend(candidates.map(near).filter(|near| near.distance <= distance));
                }
            }
            found
        };
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Band {
    fn new(hashes: &[Hash], band: usize) -> Self {
        let mut begins = vec![0_u32; VALUES + 1];
        for hash in hashes {
            if let Some(count) = begins.get_mut(usize::from(band_of(hash, band)) + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for count in &mut begins {
            sum += *count;
            *count = sum;
        }
        let mut next = begins.clone();
        let mut numbers = vec![0_u32; hashes.len()];
        for (number, hash) in (0_u32..).zip(hashes) {
            if let Some(place) = next.get_mut(usize::from(band_of(hash, band))) {
                if let Some(slot) = numbers.get_mut(*place as usize) {
                    *slot = number;
                }
                *place += 1;
            }
        }
        Self { begins, numbers }
    }

    fn with(&self, value: u16) -> &[u32] {
        let value = usize::from(value);
        let ends = self.begins.get(value).zip(self.begins.get(value + 1));
        ends.and_then(|(from, to)| self.numbers.get(*from as usize..*to as usize)).unwrap_or_default()
    }
}

fn band_of(hash: &Hash, band: usize) -> u16 {
    let byte = |at: usize| hash.0.get(at).copied().unwrap_or_default();
    u16::from_be_bytes([byte(2 * band), byte(2 * band + 1)])
}
