//! What is in a bundle: entries, each behind its length as two bytes, big-endian.

use super::Bundle;
use crate::Error;

/// The longest entry that fits a bundle, in bytes.
pub const MAX_ENTRY_LEN: usize = u16::MAX as usize;

/// Appends an entry to the bytes of a bundle.
///
/// # Errors
///
/// [`Error::EntryLength`] when it is longer than [`MAX_ENTRY_LEN`]; nothing is appended then.
pub fn write_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), Error> {
    let length = u16::try_from(entry.len()).map_err(|_| Error::EntryLength { found: entry.len() })?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    Ok(())
}

/// The entries in the bytes of a bundle. Yields an error, once, where the bytes end inside an entry, are
/// used up before the bundle is as wide as it says, or go on after it.
pub fn entries(bundle: Bundle, bytes: &[u8]) -> Entries<'_> {
    Entries { bundle, rest: bytes, read: 0, failed: false }
}

/// See [`entries`].
#[derive(Clone, Debug)]
pub struct Entries<'b> {
    bundle: Bundle,
    rest: &'b [u8],
    read: u16,
    failed: bool,
}

impl<'b> Iterator for Entries<'b> {
    type Item = Result<&'b [u8], Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        if self.read == self.bundle.width() {
            self.failed = true;
            let (bundle, found) = (self.bundle, self.rest.len());
            return (found > 0).then_some(Err(Error::BundleTrailing { bundle, found }));
        }
        let entry = self
            .rest
            .split_first_chunk()
            .and_then(|(length, rest)| rest.split_at_checked(usize::from(u16::from_be_bytes(*length))));
        let Some((entry, rest)) = entry else {
            self.failed = true;
            return Some(Err(Error::BundleTruncated { bundle: self.bundle, whole: self.read }));
        };
        self.rest = rest;
        self.read += 1;
        Some(Ok(entry))
    }
}
