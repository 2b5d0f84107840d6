//! Items: one sealed thing in a report, with a signed header in the clear.
//!
//! What is sealed is a *frame* (see `frame`) that names the item's place, so that the bytes of one
//! item cannot pass for another's. What is in the clear is only what a server must know to keep the
//! bytes, and the author's signature over it.

mod frame;
mod header;
mod open;
mod ranged;
mod recipe;
mod seal;

use zeroize::Zeroizing;

use crate::Digest;

pub use header::{ItemHeader, ItemKind, Place, SignedHeader};
pub use open::{ItemOpener, open_item};
pub use ranged::RangedItem;
pub use recipe::{Recipe, Resealed, Resealer};
pub use seal::{EndedItem, ItemSealer, seal_item};

/// What a file is called and is; sealed with it.
#[derive(Clone, PartialEq, Eq)]
pub struct FileMeta {
    /// The file's name as it was on the reporter's device.
    pub name: String,
    /// Its media type as the device gave it (RFC 6838), such as `image/png`; not to be trusted.
    pub media_type: String,
}

/// Length and digest of an item's content, before sealing and without padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentFacts {
    /// Length in bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: Digest,
}

/// An item, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedItem {
    /// The header in the clear, signed by the author.
    pub signed: SignedHeader,
    /// The sealed bytes: an age file.
    pub bytes: Vec<u8>,
}

/// An item, opened: every check has passed.
pub struct OpenedItem {
    /// Name and type, when it is a file.
    pub meta: Option<FileMeta>,
    /// The content, without frame and padding.
    pub content: Zeroizing<Vec<u8>>,
    /// Its length and digest.
    pub facts: ContentFacts,
}

impl std::fmt::Debug for FileMeta {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileMeta(..)")
    }
}

impl std::fmt::Debug for OpenedItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { meta: _, content: _, facts } = self;
        f.debug_struct("OpenedItem").field("size", &facts.size).finish_non_exhaustive()
    }
}
