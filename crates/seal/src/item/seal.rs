//! Sealing items.

use std::fmt;

use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};

use super::{ContentFacts, FileMeta, ItemHeader, Place, SealedItem, SignedHeader, frame};
use crate::age::{self, Beginning, Recipient, Sealer};
use crate::{Digest, Error, Identity};

/// Seals an item whose content is in memory.
///
/// # Errors
/// [`Error::MetaTooLong`] when name and type of a file are longer than 4 KiB together, and
/// [`Error::Encapsulation`].
pub fn seal_item(
    place: Place,
    meta: Option<&FileMeta>,
    content: &[u8],
    to: &Recipient,
    author: &Identity,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<SealedItem, Error> {
    let size = ItemSealer::sealed_len(place, meta, content.len() as u64)?;
    // A size that does not fit cannot be allocated; the vector then grows until it says so itself.
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    let mut sealer = ItemSealer::new(place, meta, to, rng)?;
    sealer.push(content, &mut bytes);
    let (signed, _) = sealer.finish(author, &mut bytes);
    Ok(SealedItem { signed, bytes })
}

/// Seals an item whose content comes as a stream, in one pass and constant memory.
pub struct ItemSealer {
    place: Place,
    sealer: Sealer,
    /// The age header, written before the sealer had anywhere to write it.
    unsent: Vec<u8>,
    head_len: usize,
    content_len: u64,
    content_digest: Sha256,
    sealed_len: u64,
    sealed_digest: Sha256,
}

impl ItemSealer {
    /// Begins an item.
    ///
    /// # Errors
    /// As [`seal_item`].
    pub fn new(
        place: Place,
        meta: Option<&FileMeta>,
        to: &Recipient,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Self, Error> {
        let head = frame::head(&place, meta)?;
        let mut unsent = Vec::with_capacity(age::PREFIX_LEN);
        let sealer = Sealer::new(std::slice::from_ref(to), rng, &mut unsent)?;
        Ok(Self::with(place, &head, sealer, unsent))
    }

    /// Begins an item again whose head and beginning are known.
    pub(super) fn again(place: Place, head: &[u8], beginning: &Beginning) -> Self {
        let mut unsent = Vec::with_capacity(age::PREFIX_LEN);
        let sealer = Sealer::again(beginning, &mut unsent);
        Self::with(place, head, sealer, unsent)
    }

    fn with(place: Place, head: &[u8], mut sealer: Sealer, mut unsent: Vec<u8>) -> Self {
        sealer.push(head, &mut unsent);
        Self {
            place,
            sealer,
            unsent,
            head_len: head.len(),
            content_len: 0,
            content_digest: Sha256::new(),
            sealed_len: 0,
            sealed_digest: Sha256::new(),
        }
    }

    /// Length of the sealed bytes for content of `content_len` bytes, known before sealing.
    ///
    /// # Errors
    /// [`Error::MetaTooLong`].
    pub fn sealed_len(place: Place, meta: Option<&FileMeta>, content_len: u64) -> Result<u64, Error> {
        Ok(age::sealed_len(frame::padded_len(frame::head(&place, meta)?.len(), content_len)))
    }

    /// Takes content, and appends to `out` what of it can be sealed by now.
    pub fn push(&mut self, content: &[u8], out: &mut Vec<u8>) {
        self.content_digest.update(content);
        self.content_len += content.len() as u64;
        self.seal(content, out);
    }

    /// Ends the content. What is left to seal is the padding, which for a large file is itself large.
    pub fn end(self) -> EndedItem {
        let facts =
            ContentFacts { size: self.content_len, sha256: Digest::of_state(self.content_digest.clone()) };
        let frame_len = frame::padded_len(self.head_len, facts.size);
        let zeros = frame_len - facts.size - (self.head_len + frame::TRAILER_LEN) as u64;
        EndedItem { sealer: self, facts, zeros }
    }

    /// Pads, seals what is left, and signs as `author`.
    pub fn finish(self, author: &Identity, out: &mut Vec<u8>) -> (SignedHeader, ContentFacts) {
        self.end().finish(author, out)
    }

    fn seal(&mut self, plaintext: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        out.append(&mut self.unsent);
        self.sealer.push(plaintext, out);
        self.sealed_digest.update(&out[start..]);
        self.sealed_len += (out.len() - start) as u64;
    }
}

/// An item whose content has ended.
pub struct EndedItem {
    sealer: ItemSealer,
    facts: ContentFacts,
    /// How many bytes of padding are still to be sealed.
    zeros: u64,
}

impl EndedItem {
    /// Seals at most `at_most` bytes of the padding, so that memory stays constant. Answers whether
    /// there is more; [`EndedItem::finish`] seals whatever is left.
    pub fn pad(&mut self, at_most: u64, out: &mut Vec<u8>) -> bool {
        const ZEROS: [u8; 4096] = [0; 4096];
        let mut now = at_most.min(self.zeros);
        self.zeros -= now;
        while now > 0 {
            let some = usize::try_from(now).unwrap_or(usize::MAX).min(ZEROS.len());
            self.sealer.seal(&ZEROS[..some], out);
            now -= some as u64;
        }
        self.zeros > 0
    }

    /// Pads, seals what is left, and signs as `author`.
    pub fn finish(self, author: &Identity, out: &mut Vec<u8>) -> (SignedHeader, ContentFacts) {
        let (header, facts) = self.complete(out);
        (header.sign(author), facts)
    }

    /// Pads and seals what is left.
    pub(super) fn complete(mut self, out: &mut Vec<u8>) -> (ItemHeader, ContentFacts) {
        self.pad(u64::MAX, out);
        let Self { mut sealer, facts, zeros: _ } = self;
        sealer.seal(&frame::trailer(&facts), out);
        let start = out.len();
        sealer.sealer.finish(out);
        sealer.sealed_digest.update(&out[start..]);
        let header = ItemHeader {
            report: sealer.place.report,
            item: sealer.place.item,
            kind: sealer.place.kind,
            author: None,
            size: sealer.sealed_len + (out.len() - start) as u64,
            sha256: Digest::of_state(sealer.sealed_digest),
        };
        (header, facts)
    }
}

impl fmt::Debug for EndedItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndedItem").field("zeros", &self.zeros).finish_non_exhaustive()
    }
}

impl fmt::Debug for ItemSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemSealer").field("place", &self.place).finish_non_exhaustive()
    }
}
