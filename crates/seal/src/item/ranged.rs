//! Opening an item by range, so that a long video can be watched without fetching all of it.

use std::fmt;
use std::ops::Range;

use zeroize::Zeroizing;

use super::{ContentFacts, FileMeta, SignedHeader, frame};
use crate::age::{CHUNK_LEN, Layout, PREFIX_LEN, Ranged, SEALED_CHUNK_LEN};
use crate::{Error, Identity};

/// An item that is opened by range.
///
/// To begin, fetch [`head_range`](Self::head_range) and [`tail_range`](Self::tail_range); after
/// that, for every range of content, its [`sealed_range`](Self::sealed_range).
///
/// Every byte given out was sealed, at that place, in the one file that the head belongs to, and
/// that file says that it is this item. What a range cannot show is that the *author* sealed it:
/// the signature covers the digest of all sealed bytes. Evidence is to be opened whole.
pub struct RangedItem {
    ranged: Ranged,
    meta: Option<FileMeta>,
    head_len: u64,
    facts: ContentFacts,
}

impl RangedItem {
    /// The sealed bytes that hold an item's head.
    ///
    /// # Errors
    /// [`Error::ItemPaddedSize`] when no item has the size in the header.
    pub fn head_range(signed: &SignedHeader) -> Result<Range<u64>, Error> {
        frame::len_in(signed.header.size)?;
        Ok(0..signed.header.size.min((PREFIX_LEN + SEALED_CHUNK_LEN) as u64))
    }

    /// The sealed bytes that hold an item's trailer.
    ///
    /// # Errors
    /// [`Error::ItemPaddedSize`] when no item has the size in the header.
    pub fn tail_range(signed: &SignedHeader) -> Result<Range<u64>, Error> {
        let layout = Layout::of_plaintext(frame::len_in(signed.header.size)?);
        let sealed = layout.sealed_range(&layout.chunks_of(&trailer_range(layout.plaintext()))?);
        Ok(PREFIX_LEN as u64 + sealed.start..PREFIX_LEN as u64 + sealed.end)
    }

    /// Begins: `head` and `tail` are the sealed bytes of the two ranges above.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn open(signed: &SignedHeader, head: &[u8], tail: &[u8], with: &Identity) -> Result<Self, Error> {
        signed.verify()?;
        let frame_len = frame::len_in(signed.header.size)?;
        let ranged = Ranged::new(head, signed.header.size, with)?;
        if ranged.plaintext_len() != frame_len {
            return Err(Error::ItemPaddedSize);
        }
        let beginning = 0..frame_len.min(CHUNK_LEN as u64);
        let first = head.get(PREFIX_LEN..).unwrap_or_default();
        let first = ranged.open(&beginning, &first[..first.len().min(SEALED_CHUNK_LEN)])?;
        let head = frame::read_head(&first, &signed.header.place())?.ok_or(Error::FrameHeader)?;
        let trailer = ranged.open(&trailer_range(frame_len), tail)?;
        let trailer = trailer.as_slice().try_into().map_err(|_| Error::FrameLength)?;
        let facts = frame::read_trailer(trailer, head.len, frame_len)?;
        Ok(Self { ranged, meta: head.meta, head_len: head.len as u64, facts })
    }

    /// Name and type, when it is a file.
    pub fn meta(&self) -> Option<&FileMeta> {
        self.meta.as_ref()
    }

    /// Length and digest of the content, as they were sealed with it. The digest is for whoever
    /// reads all of the content to check.
    pub fn facts(&self) -> ContentFacts {
        self.facts
    }

    /// Where in the sealed bytes the chunks lie that hold `range` of the content.
    ///
    /// # Errors
    /// [`Error::Range`] when it lies outside the content.
    pub fn sealed_range(&self, range: &Range<u64>) -> Result<Range<u64>, Error> {
        self.ranged.sealed_range(&self.in_frame(range)?)
    }

    /// Opens `range` of the content from exactly the bytes of its [`sealed_range`](Self::sealed_range).
    ///
    /// # Errors
    /// [`Error::Range`] when the bytes are not as many as that; [`Error::AgeChunk`] when a chunk
    /// does not authenticate.
    pub fn read(&self, range: &Range<u64>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.ranged.open(&self.in_frame(range)?, sealed)
    }

    fn in_frame(&self, range: &Range<u64>) -> Result<Range<u64>, Error> {
        if range.start > range.end || range.end > self.facts.size {
            return Err(Error::Range);
        }
        Ok(self.head_len + range.start..self.head_len + range.end)
    }
}

fn trailer_range(frame_len: u64) -> Range<u64> {
    frame_len - frame::TRAILER_LEN as u64..frame_len
}

impl fmt::Debug for RangedItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ranged, meta: _, head_len: _, facts } = self;
        f.debug_struct("RangedItem")
            .field("ranged", ranged)
            .field("size", &facts.size)
            .finish_non_exhaustive()
    }
}
