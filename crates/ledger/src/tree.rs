//! The Merkle tree (RFC 6962 §2.1): its right edge, and proofs made over stored hashes.
//!
//! A tree is never in memory. What is stored are the roots of *perfect* subtrees, [`Node`]s, which
//! once made never change; appending needs only the [`Edge`], and a proof only some nodes.

use crate::{Error, Hash, MAX_SIZE};

/// A perfect subtree: 2^`level` leaves, the first of them number `index` · 2^`level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Its height; leaves have height 0. At most 62.
    pub level: u8,
    /// Its number among those of its height, from the left.
    pub index: u64,
}

impl Node {
    /// A leaf.
    pub const fn leaf(index: u64) -> Self {
        Self { level: 0, index }
    }
}

/// The right edge of a tree: the roots of the perfect subtrees it is made of, from left to right.
///
/// All that is needed to append, and to know the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    hashes: Vec<Hash>,
}

impl Edge {
    /// The edge of the empty tree.
    pub const fn new() -> Self {
        Self { size: 0, hashes: Vec::new() }
    }

    /// An edge that was stored as its size and its hashes.
    ///
    /// # Errors
    ///
    /// [`Error::Edge`] when there is not one hash for each set bit of the size, [`Error::TreeFull`]
    /// when the size is beyond [`MAX_SIZE`].
    pub fn from_parts(size: u64, hashes: Vec<Hash>) -> Result<Self, Error> {
        if size > MAX_SIZE {
            return Err(Error::TreeFull);
        }
        let wanted = size.count_ones() as usize;
        if hashes.len() != wanted {
            return Err(Error::Edge { size, wanted, found: hashes.len() });
        }
        Ok(Self { size, hashes })
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the perfect subtrees, the largest first.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        fold(self.hashes.iter().copied())
    }

    /// Appends a leaf.
    ///
    /// # Errors
    ///
    /// [`Error::TreeFull`] at [`MAX_SIZE`] leaves.
    pub fn push(&mut self, leaf: Hash) -> Result<(), Error> {
        self.push_with(leaf, |_, _| {})
    }

    /// Appends a leaf, and tells of every node that is whole now: the leaf and what it completes.
    ///
    /// # Errors
    ///
    /// [`Error::TreeFull`] at [`MAX_SIZE`] leaves.
    pub fn push_with(&mut self, leaf: Hash, mut made: impl FnMut(Node, Hash)) -> Result<(), Error> {
        self.push_subtree(0, leaf, &mut made)
    }

    /// Appends a perfect subtree of 2^`level` leaves by its root.
    ///
    /// # Errors
    ///
    /// [`Error::Unaligned`] when the size is no multiple of 2^`level`, [`Error::TreeFull`] beyond
    /// [`MAX_SIZE`] leaves.
    pub fn push_subtree(
        &mut self,
        level: u8,
        root: Hash,
        made: &mut impl FnMut(Node, Hash),
    ) -> Result<(), Error> {
        let leaves = 1_u64.checked_shl(u32::from(level)).ok_or(Error::TreeFull)?;
        if !self.size.is_multiple_of(leaves) {
            return Err(Error::Unaligned { size: self.size, level });
        }
        let size = self.size.checked_add(leaves).filter(|size| *size <= MAX_SIZE).ok_or(Error::TreeFull)?;
        let (mut level, mut hash) = (level, root);
        made(Node { level, index: self.size >> level }, hash);
        while self.size >> level & 1 == 1 {
            let Some(left) = self.hashes.pop() else { break };
            hash = Hash::node(&left, &hash);
            level += 1;
            made(Node { level, index: self.size >> level }, hash);
        }
        self.hashes.push(hash);
        self.size = size;
        Ok(())
    }
}

/// The root over perfect subtrees that stand from left to right, the largest first.
fn fold(hashes: impl DoubleEndedIterator<Item = Hash>) -> Hash {
    hashes.rev().reduce(|right, left| Hash::node(&left, &right)).unwrap_or_else(Hash::empty)
}

/// The leaves from `start` up to but not including `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    start: u64,
    end: u64,
}

impl Range {
    /// Where the tree over these leaves divides (RFC 6962 §2.1: the largest power of two below their
    /// number). They are at least two.
    fn split(self) -> u64 {
        self.start + (1 << (self.end - self.start - 1).ilog2())
    }

    /// The perfect subtrees it is made of, from left to right.
    fn nodes(self) -> impl Iterator<Item = Node> {
        let mut start = self.start;
        std::iter::from_fn(move || {
            let left = (start < self.end).then(|| self.end - start)?;
            let level = left.ilog2().min(start.trailing_zeros());
            let index = start >> level;
            start += 1 << level;
            Some(Node { level: u8::try_from(level).unwrap_or(u8::MAX), index })
        })
    }

    fn hash<E>(self, read: &mut impl FnMut(Node) -> Result<Hash, E>) -> Result<Hash, E> {
        let hashes = self.nodes().map(read).collect::<Result<Vec<_>, E>>()?;
        Ok(fold(hashes.into_iter()))
    }
}

/// The subtrees whose roots make an inclusion proof (RFC 6962 §2.1.1), in the order of the proof.
fn inclusion_ranges(index: u64, size: u64) -> Result<Vec<Range>, Error> {
    if size > MAX_SIZE {
        return Err(Error::TreeFull);
    }
    if index >= size {
        return Err(Error::IndexBeyond { index, size });
    }
    let mut ranges = Vec::new();
    let mut range = Range { start: 0, end: size };
    while range.end - range.start > 1 {
        let split = range.split();
        let (left, right) = (Range { end: split, ..range }, Range { start: split, ..range });
        if index < split {
            ranges.push(right);
            range = left;
        } else {
            ranges.push(left);
            range = right;
        }
    }
    ranges.reverse();
    Ok(ranges)
}

/// The subtrees whose roots make a consistency proof (RFC 6962 §2.1.2), in the order of the proof.
fn consistency_ranges(old: u64, new: u64) -> Result<Vec<Range>, Error> {
    if new > MAX_SIZE {
        return Err(Error::TreeFull);
    }
    if old > new {
        return Err(Error::SizesReversed { old, new });
    }
    let mut ranges = Vec::new();
    if old == 0 || old == new {
        return Ok(ranges);
    }
    let mut range = Range { start: 0, end: new };
    let mut known = true;
    while range.end > old {
        let split = range.split();
        let (left, right) = (Range { end: split, ..range }, Range { start: split, ..range });
        if old <= split {
            ranges.push(right);
            range = left;
        } else {
            ranges.push(left);
            range = right;
            known = false;
        }
    }
    if !known {
        ranges.push(range);
    }
    ranges.reverse();
    Ok(ranges)
}

fn prove<E>(ranges: Vec<Range>, mut read: impl FnMut(Node) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
    ranges.into_iter().map(|range| range.hash(&mut read)).collect()
}

/// The root of the first `size` leaves, from stored hashes.
///
/// # Errors
///
/// What `read` answers, and [`Error::TreeFull`].
pub fn root<E: From<Error>>(size: u64, mut read: impl FnMut(Node) -> Result<Hash, E>) -> Result<Hash, E> {
    if size > MAX_SIZE {
        return Err(Error::TreeFull.into());
    }
    Range { start: 0, end: size }.hash(&mut read)
}

/// The right edge of the tree of the first `size` leaves, from stored hashes.
///
/// # Errors
///
/// What `read` answers, and [`Error::TreeFull`].
pub fn edge<E: From<Error>>(size: u64, read: impl FnMut(Node) -> Result<Hash, E>) -> Result<Edge, E> {
    let hashes = root_nodes(size).into_iter().map(read).collect::<Result<Vec<_>, E>>()?;
    Ok(Edge::from_parts(size, hashes)?)
}

/// Proves that a leaf is in the tree of the first `size` leaves (RFC 6962 §2.1.1), from stored hashes.
///
/// # Errors
///
/// [`Error::IndexBeyond`] when there is no such leaf; what `read` answers.
pub fn prove_inclusion<E: From<Error>>(
    index: u64,
    size: u64,
    read: impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    prove(inclusion_ranges(index, size)?, read)
}

/// Proves that the first `old` leaves of a tree of `new` leaves are what the tree of `old` leaves had
/// (RFC 6962 §2.1.2), from stored hashes. The proof is empty when `old` is 0 or `new`.
///
/// # Errors
///
/// [`Error::SizesReversed`] when `old` is larger than `new`; what `read` answers.
pub fn prove_consistency<E: From<Error>>(
    old: u64,
    new: u64,
    read: impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    prove(consistency_ranges(old, new)?, read)
}

/// The nodes that [`root`] and [`edge`] read, for whoever fetches before asking.
pub fn root_nodes(size: u64) -> Vec<Node> {
    Range { start: 0, end: size.min(MAX_SIZE) }.nodes().collect()
}

/// The nodes that [`prove_inclusion`] reads.
///
/// # Errors
///
/// [`Error::IndexBeyond`] when there is no such leaf.
pub fn inclusion_nodes(index: u64, size: u64) -> Result<Vec<Node>, Error> {
    Ok(inclusion_ranges(index, size)?.into_iter().flat_map(Range::nodes).collect())
}

/// The nodes that [`prove_consistency`] reads.
///
/// # Errors
///
/// [`Error::SizesReversed`] when `old` is larger than `new`.
pub fn consistency_nodes(old: u64, new: u64) -> Result<Vec<Node>, Error> {
    Ok(consistency_ranges(old, new)?.into_iter().flat_map(Range::nodes).collect())
}

/// Checks an inclusion proof (RFC 9162 §2.1.3.2): that the leaf whose hash is `leaf` has number `index`
/// among the `size` leaves under `root`.
///
/// # Errors
///
/// [`Error::IndexBeyond`], [`Error::ProofLength`], or [`Error::Inclusion`] when the proof leads to
/// another root.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    root: &Hash,
    proof: &[Hash],
) -> Result<(), Error> {
    if index >= size {
        return Err(Error::IndexBeyond { index, size });
    }
    // Siblings below the place where the path leaves the right border, and those to its left above.
    let inner = u64::BITS - (index ^ (size - 1)).leading_zeros();
    let border = index.checked_shr(inner).unwrap_or(0).count_ones();
    let wanted = (inner + border) as usize;
    if proof.len() != wanted {
        return Err(Error::ProofLength { wanted, found: proof.len() });
    }
    let (below, above) = proof.split_at(inner as usize);
    let hash = below.iter().enumerate().fold(*leaf, |hash, (level, sibling)| {
        if index >> level & 1 == 0 { Hash::node(&hash, sibling) } else { Hash::node(sibling, &hash) }
    });
    let found = above.iter().fold(hash, |hash, sibling| Hash::node(sibling, &hash));
    if found == *root { Ok(()) } else { Err(Error::Inclusion { index, size, expected: *root, found }) }
}

/// Checks a consistency proof (RFC 9162 §2.1.4.2): that the tree of `new` leaves begins with the leaves
/// of the tree of `old` leaves.
///
/// # Errors
///
/// [`Error::SizesReversed`]; [`Error::EmptyTree`] for `old` = 0, from which nothing can be proven;
/// [`Error::ProofLength`]; [`Error::Inconsistent`] when the proof leads to another root than one of the two.
pub fn verify_consistency(
    old: u64,
    old_root: &Hash,
    new: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), Error> {
    if old > new {
        return Err(Error::SizesReversed { old, new });
    }
    if old == 0 {
        return Err(Error::EmptyTree);
    }
    let wanted = if old == new { 0 } else { consistency_ranges(old, new)?.len() };
    if proof.len() != wanted {
        return Err(Error::ProofLength { wanted, found: proof.len() });
    }
    let (old_found, new_found) =
        if old == new { (*old_root, *old_root) } else { walk(old, new, old_root, proof) };
    for (size, expected, found) in [(old, old_root, old_found), (new, new_root, new_found)] {
        if *expected != found {
            return Err(Error::Inconsistent { old, new, size, expected: *expected, found });
        }
    }
    Ok(())
}

/// Steps 3 to 6 of RFC 9162 §2.1.4.2: both roots, as the proof has them. The proof has the right length.
fn walk(old: u64, new: u64, old_root: &Hash, proof: &[Hash]) -> (Hash, Hash) {
    let (seed, rest) = match proof {
        [seed, rest @ ..] if !old.is_power_of_two() => (seed, rest),
        _ => (old_root, proof),
    };
    let shift = (old - 1).trailing_ones();
    let (mut first, mut second) = ((old - 1) >> shift, (new - 1) >> shift);
    let (mut old_hash, mut new_hash) = (*seed, *seed);
    for sibling in rest {
        if first & 1 == 1 || first == second {
            old_hash = Hash::node(sibling, &old_hash);
            new_hash = Hash::node(sibling, &new_hash);
            while first & 1 == 0 && first != 0 {
                first >>= 1;
                second >>= 1;
            }
        } else {
            new_hash = Hash::node(&new_hash, sibling);
        }
        first >>= 1;
        second >>= 1;
    }
    (old_hash, new_hash)
}
