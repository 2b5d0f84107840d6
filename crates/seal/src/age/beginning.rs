//! The beginning of one file: all that its payload's cipher depends on.

use std::fmt;

use hmac::Mac as _;

use super::header;
use super::keys::{FILE_KEY_LEN, FileKey, SecretKey};
use super::sealer::header_mac;
use super::stream::{Chunks, NONCE_LEN};
use crate::Error;

/// A file's header, the nonce of its payload and its file key: with them the same plaintext is sealed to the
/// same bytes once more.
///
/// Whoever holds one has seen that the header's MAC was made with the file key. That binds the key: without it,
/// sealed bytes could be made that open to one thing under one key and to another under another.
#[derive(Clone)]
pub struct Beginning {
    /// Header and nonce as they stand in the file.
    prefix: Vec<u8>,
    nonce: [u8; NONCE_LEN],
    file_key: FileKey,
}

impl Beginning {
    /// Reads the beginning of a file that is sealed to `with`; what follows it in `head` is left alone.
    ///
    /// # Errors
    /// The check of the header that fails; [`Error::AgeHeaderTruncated`] when `head` is too short.
    pub fn open(head: &[u8], with: &(impl AsRef<SecretKey> + ?Sized)) -> Result<Self, Error> {
        let (header, _) = split(head)?;
        let file_key = with.as_ref().unwrap_file_key(&header::parse(header)?.stanzas)?;
        Self::from_parts(head, file_key)
    }

    /// Joins a file's beginning with its file key, of which somebody has told.
    ///
    /// # Errors
    /// [`Error::AgeHeaderMac`] when it is another file's key; otherwise as [`Beginning::open`].
    pub fn from_parts(head: &[u8], file_key: FileKey) -> Result<Self, Error> {
        let (header, nonce) = split(head)?;
        let parsed = header::parse(header)?;
        header_mac(&file_key, parsed.covered).verify(&parsed.mac.into()).map_err(|_| Error::AgeHeaderMac)?;
        Ok(Self { prefix: head[..header.len() + NONCE_LEN].to_vec(), nonce, file_key })
    }

    /// Header and nonce, as they stand in the file.
    pub fn prefix(&self) -> &[u8] {
        &self.prefix
    }

    /// The file key's bytes. Secret: they open the file.
    pub fn expose_file_key(&self) -> &[u8; FILE_KEY_LEN] {
        &self.file_key.0
    }

    pub(super) fn chunks(&self) -> Chunks {
        Chunks::new(&self.file_key, &self.nonce)
    }
}

/// The header of a file and the nonce after it.
fn split(head: &[u8]) -> Result<(&[u8], [u8; NONCE_LEN]), Error> {
    let length = header::length(head)?.ok_or(Error::AgeHeaderTruncated)?;
    let (nonce, _) = head[length..].split_first_chunk().ok_or(Error::AgeHeaderTruncated)?;
    Ok((&head[..length], *nonce))
}

impl fmt::Debug for Beginning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Beginning").finish_non_exhaustive()
    }
}
