//! Sealing an item again to the very same bytes: how a reporter shows, years later, that these are the files
//! that were received.
//!
//! Nobody else is needed for it, and no key of the desk. What makes it a proof is that the digest of the sealed
//! bytes was written down by others when they came in.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{ContentFacts, FileMeta, ItemSealer, Place, RangedItem, SignedHeader, frame};
use crate::age::{Beginning, CHUNK_LEN, FileKey, Layout, Ranged, SEALED_CHUNK_LEN};
use crate::{Digest, Error, Identity, text};

/// Padding sealed at once, in bytes.
const PIECE: u64 = 1 << 20;

/// What, together with its content, makes an item's sealed bytes again: the beginning of its age file with the
/// file key, and its sealed header.
///
/// It opens the item, and names the file: in JSON it is a secret, to be sealed wherever it is kept.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Recipe {
    place: Place,
    meta: Option<FileMeta>,
    head: Zeroizing<Vec<u8>>,
    beginning: Beginning,
}

/// A recipe in JSON.
#[derive(Serialize, Deserialize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Header and nonce of the age file, in base64url.
    age: String,
    /// The file key, in base64url.
    key: String,
    /// The sealed header of the item's frame, as it was written.
    header: String,
}

impl Recipe {
    /// The sealed bytes that [`Recipe::read`] needs of an item.
    ///
    /// # Errors
    /// [`Error::ItemPaddedSize`] when no item has the size in the header.
    pub fn head_range(signed: &SignedHeader) -> Result<Range<u64>, Error> {
        RangedItem::head_range(signed)
    }

    /// Reads it from the beginning of an item's sealed bytes, for whoever can open the item.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn read(signed: &SignedHeader, head: &[u8], with: &Identity) -> Result<Self, Error> {
        signed.verify()?;
        let frame_len = frame::len_in(signed.header.size)?;
        let beginning = Beginning::open(head, with)?;
        let ranged = Ranged::new(head, signed.header.size, with)?;
        let sealed = head.get(beginning.prefix().len()..).unwrap_or_default();
        let first = 0..frame_len.min(CHUNK_LEN as u64);
        let first = ranged.open(&first, &sealed[..sealed.len().min(SEALED_CHUNK_LEN)])?;
        let place = signed.header.place();
        let frame::Head { meta, len } = frame::read_head(&first, &place)?.ok_or(Error::FrameHeader)?;
        Ok(Self { place, meta, head: Zeroizing::new(first[..len].to_vec()), beginning })
    }

    /// Where the item belongs, as its sealed header says.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Name and type, when it is a file.
    pub fn meta(&self) -> Option<&FileMeta> {
        self.meta.as_ref()
    }

    /// Length of the sealed bytes that content of `content_len` bytes makes.
    pub fn sealed_len(&self, content_len: u64) -> u64 {
        let frame = Layout::of_plaintext(frame::padded_len(self.head.len(), content_len));
        self.beginning.prefix().len() as u64 + frame.sealed()
    }

    /// Begins to seal content again.
    pub fn seal_again(&self) -> Resealer {
        Resealer {
            sealer: ItemSealer::again(self.place, &self.head, &self.beginning),
            sealed: Vec::with_capacity(2 * SEALED_CHUNK_LEN),
        }
    }
}

impl TryFrom<Written> for Recipe {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self, Error> {
        let what = "the beginning of an age file";
        let prefix = text::decode_any(what, &written.age)?;
        let key = FileKey::from_bytes(&text::decode("a file key", &written.key)?);
        let beginning = Beginning::from_parts(&prefix, key)?;
        if beginning.prefix() != prefix {
            return Err(Error::Text { what, why: "something follows the nonce" });
        }
        let frame::Written { bytes: head, place, meta } = frame::head_of(&written.header)?;
        Ok(Self { place, meta, head, beginning })
    }
}

impl From<Recipe> for Written {
    fn from(recipe: Recipe) -> Self {
        let Recipe { place: _, meta: _, head, beginning } = recipe;
        Self {
            age: text::encode(beginning.prefix()),
            key: text::encode(beginning.expose_file_key()),
            // A head that was read or written is UTF-8: its header is JSON.
            header: frame::header_in(&head).unwrap_or_default().to_owned(),
        }
    }
}

impl fmt::Debug for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recipe").field("place", &self.place).finish_non_exhaustive()
    }
}

/// Content that is being sealed again, in constant memory. What is sealed is only counted and hashed.
pub struct Resealer {
    sealer: ItemSealer,
    sealed: Vec<u8>,
}

/// What sealing again came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resealed {
    /// Length of the sealed bytes.
    pub size: u64,
    /// SHA-256 of the sealed bytes.
    pub sha256: Digest,
    /// Length and digest of the content.
    pub content: ContentFacts,
}

impl Resealer {
    /// Takes the next piece of the content.
    pub fn push(&mut self, content: &[u8]) {
        for piece in content.chunks(CHUNK_LEN) {
            self.sealer.push(piece, &mut self.sealed);
            self.sealed.clear();
        }
    }

    /// Ends the content, pads it as before, and says what came of it.
    pub fn finish(self) -> Resealed {
        let Self { sealer, mut sealed } = self;
        let mut ended = sealer.end();
        while ended.pad(PIECE, &mut sealed) {
            sealed.clear();
        }
        sealed.clear();
        let (header, content) = ended.complete(&mut sealed);
        Resealed { size: header.size, sha256: header.sha256, content }
    }
}

impl fmt::Debug for Resealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resealer").field("sealer", &self.sealer).finish_non_exhaustive()
    }
}
