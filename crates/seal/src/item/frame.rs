//! What is inside an item's seal.
//!
//! ```text
//! "safehand item 1\n"            16 bytes
//! length of the sealed header     4 bytes, little endian
//! sealed header                   JSON
//! content
//! zeros                           up to the Padmé length of the whole frame
//! length of the content           8 bytes, little endian
//! SHA-256 of the content         32 bytes
//! ```
//!
//! Length and digest come last, so that a file of any size is sealed in one pass.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::{ContentFacts, FileMeta, ItemKind, Place};
use crate::age::{self, Layout};
use crate::{Digest, Error, ItemId, ReportId, padme};

const MAGIC: &[u8; 16] = b"safehand item 1\n";
const SCHEMA: &str = "safehand.item/1";
const PREAMBLE_LEN: usize = MAGIC.len() + size_of::<u32>();
/// The sealed header lies in the first chunk whole, whatever the file is called.
const MAX_HEADER_LEN: usize = 4096;
pub(super) const TRAILER_LEN: usize = size_of::<u64>() + Digest::LEN;
const MIN_LEN: u64 = (PREAMBLE_LEN + TRAILER_LEN) as u64;

/// The sealed header.
#[derive(Serialize, Deserialize)]
struct SealedHeader {
    schema: String,
    report: ReportId,
    item: ItemId,
    kind: ItemKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
}

/// The beginning of a frame, up to the content.
pub(super) fn head(place: &Place, meta: Option<&FileMeta>) -> Result<Zeroizing<Vec<u8>>, Error> {
    let header = SealedHeader {
        schema: SCHEMA.to_owned(),
        report: place.report,
        item: place.item,
        kind: place.kind,
        name: meta.map(|meta| meta.name.clone()),
        media_type: meta.map(|meta| meta.media_type.clone()),
    };
    let json = Zeroizing::new(serde_json::to_vec(&header).map_err(|_| Error::FrameHeader)?);
    let length = u32::try_from(json.len()).map_err(|_| Error::MetaTooLong)?;
    if json.len() > MAX_HEADER_LEN {
        return Err(Error::MetaTooLong);
    }
    Ok(around(length, &json))
}

/// A frame's head as it was written.
pub(super) struct Written {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) place: Place,
    pub(super) meta: Option<FileMeta>,
}

fn around(length: u32, json: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut head = Zeroizing::new(Vec::with_capacity(PREAMBLE_LEN + json.len()));
    head.extend_from_slice(MAGIC);
    head.extend_from_slice(&length.to_le_bytes());
    head.extend_from_slice(json);
    head
}

/// The beginning of a frame around a sealed header that was written before, and what that header says.
///
/// Another writer may have put its fields in another order, so the bytes are kept as they are.
pub(super) fn head_of(json: &str) -> Result<Written, Error> {
    let header: SealedHeader = serde_json::from_str(json).map_err(|_| Error::FrameHeader)?;
    let place = Place { report: header.report, item: header.item, kind: header.kind };
    let length = u32::try_from(json.len()).map_err(|_| Error::FrameHeader)?;
    let head = around(length, json.as_bytes());
    let Some(Head { meta, .. }) = read_head(&head, &place)? else { return Err(Error::FrameHeader) };
    Ok(Written { bytes: head, place, meta })
}

/// The sealed header in a frame's head, as it was written.
pub(super) fn header_in(head: &[u8]) -> Result<&str, Error> {
    let json = head.get(PREAMBLE_LEN..).ok_or(Error::FrameHeader)?;
    std::str::from_utf8(json).map_err(|_| Error::FrameHeader)
}

/// The end of a frame, after the padding.
pub(super) fn trailer(facts: &ContentFacts) -> [u8; TRAILER_LEN] {
    let mut trailer = [0; TRAILER_LEN];
    let (size, digest) = trailer.split_at_mut(size_of::<u64>());
    size.copy_from_slice(&facts.size.to_le_bytes());
    digest.copy_from_slice(facts.sha256.as_bytes());
    trailer
}

/// Length of the whole frame.
pub(super) const fn padded_len(head_len: usize, content_len: u64) -> u64 {
    padme::padded_len(content_len.saturating_add((head_len + TRAILER_LEN) as u64))
}

/// Length of the frame in an item of `sealed` bytes.
pub(super) fn len_in(sealed: u64) -> Result<u64, Error> {
    sealed
        .checked_sub(age::PREFIX_LEN as u64)
        .and_then(Layout::of_sealed)
        .map(Layout::plaintext)
        .filter(|length| *length >= MIN_LEN && padme::least_padded_to(*length).is_some())
        .ok_or(Error::ItemPaddedSize)
}

/// A frame's head as it was read.
pub(super) struct Head {
    pub(super) meta: Option<FileMeta>,
    pub(super) len: usize,
}

/// Reads a head from the beginning of a frame, or `None` when it may go on after `bytes`.
pub(super) fn read_head(bytes: &[u8], expected: &Place) -> Result<Option<Head>, Error> {
    let seen = bytes.len().min(MAGIC.len());
    if bytes[..seen] != MAGIC[..seen] {
        return Err(Error::FrameVersion);
    }
    let Some((length, rest)) = bytes.get(MAGIC.len()..).and_then(<[u8]>::split_first_chunk) else {
        return Ok(None);
    };
    let length = u32::from_le_bytes(*length) as usize;
    if length > MAX_HEADER_LEN {
        return Err(Error::FrameHeader);
    }
    let Some(json) = rest.get(..length) else { return Ok(None) };
    let header: SealedHeader = serde_json::from_slice(json).map_err(|_| Error::FrameHeader)?;
    if header.schema != SCHEMA {
        return Err(Error::FrameVersion);
    }
    check_place(&header, expected)?;
    let meta = match (header.name, header.media_type) {
        (Some(name), Some(media_type)) => Some(FileMeta { name, media_type }),
        (None, None) => None,
        _ => return Err(Error::FrameHeader),
    };
    Ok(Some(Head { meta, len: PREAMBLE_LEN + length }))
}

fn check_place(sealed: &SealedHeader, expected: &Place) -> Result<(), Error> {
    if sealed.report != expected.report {
        return Err(Error::FramePlace("report"));
    }
    if sealed.item != expected.item {
        return Err(Error::FramePlace("item"));
    }
    if sealed.kind != expected.kind {
        return Err(Error::FramePlace("kind"));
    }
    Ok(())
}

/// Reads a trailer, and checks that its length is the one that gives a frame of `frame_len`.
pub(super) fn read_trailer(
    trailer: &[u8; TRAILER_LEN],
    head_len: usize,
    frame_len: u64,
) -> Result<ContentFacts, Error> {
    let (size, digest) = trailer.split_at(size_of::<u64>());
    let (Ok(size), Ok(digest)) = (size.try_into(), digest.try_into()) else { return Err(Error::FrameLength) };
    let facts = ContentFacts { size: u64::from_le_bytes(size), sha256: Digest::from_bytes(digest) };
    let fits = facts.size <= frame_len && padded_len(head_len, facts.size) == frame_len;
    if fits { Ok(facts) } else { Err(Error::FrameLength) }
}

/// Takes a frame apart as it comes, and gives out its content.
///
/// Where content ends and padding begins is known only from the trailer. Up to the least length
/// that is padded to this frame's, all is content; after that, zeros are counted and not given out
/// until something else follows them or the trailer says that they are content.
pub(super) struct Reader {
    expected: Place,
    frame_len: u64,
    head: Option<Head>,
    /// Bytes of the frame taken in so far.
    at: u64,
    /// The head until it is whole, then the trailer.
    partial: Zeroizing<Vec<u8>>,
    given: u64,
    withheld_zeros: u64,
    digest: Sha256,
}

impl Reader {
    pub(super) fn new(expected: Place, frame_len: u64) -> Self {
        Self {
            expected,
            frame_len,
            head: None,
            at: 0,
            partial: Zeroizing::new(Vec::with_capacity(PREAMBLE_LEN + MAX_HEADER_LEN)),
            given: 0,
            withheld_zeros: 0,
            digest: Sha256::new(),
        }
    }

    pub(super) fn meta(&self) -> Option<&FileMeta> {
        self.head.as_ref().and_then(|head| head.meta.as_ref())
    }

    pub(super) fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        if self.head.is_none() {
            bytes = match self.take_head(bytes)? {
                Some(rest) => rest,
                None => return Ok(()),
            };
        }
        bytes = self.take_until(self.certain_end(), bytes, |reader, content| reader.give(content, out));
        bytes = self.take_until(self.body_end(), bytes, |reader, rest| reader.give_or_withhold(rest, out));
        self.partial.extend_from_slice(bytes);
        self.at += bytes.len() as u64;
        Ok(())
    }

    pub(super) fn finish(mut self, out: &mut Vec<u8>) -> Result<(Option<FileMeta>, ContentFacts), Error> {
        let Some(head) = self.head.take() else { return Err(Error::FrameHeader) };
        let trailer = self.partial.as_slice().try_into().map_err(|_| Error::FrameLength)?;
        let facts = read_trailer(trailer, head.len, self.frame_len)?;
        // The trailer's length fits the frame, so what was given out beyond it was padding.
        let missing = facts.size.checked_sub(self.given).ok_or(Error::FramePadding)?;
        if missing > self.withheld_zeros {
            return Err(Error::FrameLength);
        }
        self.give_zeros(missing, out);
        let found = Digest::of_state(self.digest.clone());
        if found.as_bytes().ct_eq(facts.sha256.as_bytes()).into() {
            Ok((head.meta, facts))
        } else {
            Err(Error::ContentDigest)
        }
    }

    fn take_head<'a>(&mut self, bytes: &'a [u8]) -> Result<Option<&'a [u8]>, Error> {
        let before = self.partial.len();
        let room = (PREAMBLE_LEN + MAX_HEADER_LEN - before).min(bytes.len());
        self.partial.extend_from_slice(&bytes[..room]);
        let Some(head) = read_head(&self.partial, &self.expected)? else {
            return Ok(None);
        };
        if (head.len + TRAILER_LEN) as u64 > self.frame_len {
            return Err(Error::FrameLength);
        }
        self.at = head.len as u64;
        let rest = &bytes[head.len - before..];
        self.head = Some(head);
        self.partial.zeroize();
        Ok(Some(rest))
    }

    /// Where in the frame the padding and content end.
    fn body_end(&self) -> u64 {
        self.frame_len - TRAILER_LEN as u64
    }

    /// Up to where the frame is content in any case.
    fn certain_end(&self) -> u64 {
        padme::least_padded_to(self.frame_len).unwrap_or(0).saturating_sub(TRAILER_LEN as u64)
    }

    /// Hands what of `bytes` lies before `end` to `take`, and returns the rest.
    fn take_until<'a>(&mut self, end: u64, bytes: &'a [u8], take: impl FnOnce(&mut Self, &[u8])) -> &'a [u8] {
        let room = usize::try_from(end.saturating_sub(self.at)).unwrap_or(usize::MAX).min(bytes.len());
        let (taken, rest) = bytes.split_at(room);
        self.at += taken.len() as u64;
        take(self, taken);
        rest
    }

    fn give(&mut self, content: &[u8], out: &mut Vec<u8>) {
        self.digest.update(content);
        out.extend_from_slice(content);
        self.given += content.len() as u64;
    }

    fn give_or_withhold(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        if end > 0 {
            let withheld = std::mem::take(&mut self.withheld_zeros);
            self.give_zeros(withheld, out);
            self.give(&bytes[..end], out);
        }
        self.withheld_zeros += (bytes.len() - end) as u64;
    }

    fn give_zeros(&mut self, mut count: u64, out: &mut Vec<u8>) {
        const ZEROS: [u8; 4096] = [0; 4096];
        while count > 0 {
            let some = usize::try_from(count).unwrap_or(usize::MAX).min(ZEROS.len());
            self.give(&ZEROS[..some], out);
            count -= some as u64;
        }
    }
}
