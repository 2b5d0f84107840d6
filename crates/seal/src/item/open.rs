//! Opening items.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::frame::{self, Reader};
use super::{ContentFacts, FileMeta, ItemHeader, OpenedItem, SignedHeader};
use crate::age::{Opener, SEALED_CHUNK_LEN};
use crate::{Digest, Error, Identity};

/// Opens a whole item; gives out nothing unless every check passes: signature, size, digest, seal,
/// place, padding and the content's own digest.
///
/// Who the author is supposed to be is the caller's to check: any key can sign.
///
/// # Errors
/// The first check that fails.
pub fn open_item(signed: &SignedHeader, bytes: &[u8], with: &Identity) -> Result<OpenedItem, Error> {
    // These first, so that a damaged item is told from one that is sealed to somebody else.
    signed.verify()?;
    check_size(&signed.header, bytes.len() as u64)?;
    check_digest(&signed.header, &Digest::of(bytes))?;
    let mut opener = ItemOpener::new(signed, with)?;
    // Enough that the content never moves, so that no copy of it is left behind.
    let mut content = Zeroizing::new(Vec::with_capacity(bytes.len()));
    opener.push_unhashed(bytes, &mut content)?;
    let (meta, facts) = opener.finish_unhashed(&mut content)?;
    Ok(OpenedItem { meta, content, facts })
}

fn check_size(header: &ItemHeader, found: u64) -> Result<(), Error> {
    if header.size == found { Ok(()) } else { Err(Error::ItemSize { expected: header.size, found }) }
}

fn check_digest(header: &ItemHeader, found: &Digest) -> Result<(), Error> {
    if header.sha256.as_bytes().ct_eq(found.as_bytes()).into() { Ok(()) } else { Err(Error::ItemDigest) }
}

/// Opens an item that comes as a stream, in constant memory.
///
/// What is given out before [`finish`](Self::finish) has returned without an error is not to be
/// trusted: each chunk is authentic, but the whole may be cut short, or be another's.
pub struct ItemOpener {
    header: ItemHeader,
    opener: Opener,
    frame: Reader,
    sealed_len: u64,
    sealed_digest: Sha256,
    /// Frame bytes on their way from `opener` to `frame`.
    passing: Zeroizing<Vec<u8>>,
}

impl ItemOpener {
    /// Begins to open the item of this header.
    ///
    /// # Errors
    /// Those of [`SignedHeader::verify`], and [`Error::ItemPaddedSize`].
    pub fn new(signed: &SignedHeader, with: &Identity) -> Result<Self, Error> {
        signed.verify()?;
        let header = signed.header;
        Ok(Self {
            header,
            opener: Opener::new(with),
            frame: Reader::new(header.place(), frame::len_in(header.size)?),
            sealed_len: 0,
            sealed_digest: Sha256::new(),
            passing: Zeroizing::new(Vec::with_capacity(2 * SEALED_CHUNK_LEN)),
        })
    }

    /// Name and type, as soon as enough has come in; `None` before, and for what is not a file.
    pub fn meta(&self) -> Option<&FileMeta> {
        self.frame.meta()
    }

    /// Takes sealed bytes, and appends to `out` what content of them can be opened by now.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn push(&mut self, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        self.sealed_len += sealed.len() as u64;
        if self.sealed_len > self.header.size {
            return check_size(&self.header, self.sealed_len);
        }
        self.sealed_digest.update(sealed);
        self.push_unhashed(sealed, out)
    }

    /// Opens what is left and makes the checks that need the whole.
    ///
    /// # Errors
    /// The first check that fails. All that was given out is then to be thrown away.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<ContentFacts, Error> {
        check_size(&self.header, self.sealed_len)?;
        check_digest(&self.header, &Digest::of_state(self.sealed_digest.clone()))?;
        self.finish_unhashed(out).map(|(_, facts)| facts)
    }

    fn push_unhashed(&mut self, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        for piece in sealed.chunks(SEALED_CHUNK_LEN) {
            self.opener.push(piece, &mut self.passing)?;
            self.frame.push(&self.passing, out)?;
            self.passing.clear();
        }
        Ok(())
    }

    fn finish_unhashed(mut self, out: &mut Vec<u8>) -> Result<(Option<FileMeta>, ContentFacts), Error> {
        self.opener.finish(&mut self.passing)?;
        self.frame.push(&self.passing, out)?;
        self.frame.finish(out)
    }
}

impl fmt::Debug for ItemOpener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemOpener").field("header", &self.header).finish_non_exhaustive()
    }
}
