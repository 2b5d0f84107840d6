//! Sealing as a stream.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use super::beginning::Beginning;
use super::header::{self, MAC_LEN};
use super::keys::{FileKey, Recipient};
use super::stream::{CHUNK_LEN, Chunks, NONCE_LEN, Position};
use crate::{Error, kdf};

/// Seals a stream of plaintext, chunk by chunk, never holding more than one chunk of it.
pub struct Sealer {
    chunks: Chunks,
    index: u64,
    /// Plaintext not yet sealed: it may be the last chunk, which only [`finish`](Self::finish) knows.
    pending: Zeroizing<Vec<u8>>,
}

impl Sealer {
    /// Begins a file: draws its key, and writes its header to `out`.
    ///
    /// # Errors
    /// [`Error::NoRecipient`] and [`Error::Encapsulation`].
    pub fn new(
        to: &[Recipient],
        rng: &mut (impl CryptoRng + ?Sized),
        out: &mut Vec<u8>,
    ) -> Result<Self, Error> {
        if to.is_empty() {
            return Err(Error::NoRecipient);
        }
        let file_key = FileKey::generate(rng);
        let start = out.len();
        header::begin(out);
        for recipient in to {
            recipient.wrap_file_key(&file_key, rng, out)?;
        }
        header::end(out, start, |covered| header_mac(&file_key, covered).finalize().into_bytes().into());
        let nonce: [u8; NONCE_LEN] = crate::random(rng);
        out.extend_from_slice(&nonce);
        Ok(Self::with(Chunks::new(&file_key, &nonce)))
    }

    /// Begins a file that was begun before, so that the same plaintext is sealed to the same bytes.
    ///
    /// For checking that it is the same: other plaintext under the same key and nonce must never be given
    /// to anybody, for it would betray both.
    pub(crate) fn again(beginning: &Beginning, out: &mut Vec<u8>) -> Self {
        out.extend_from_slice(beginning.prefix());
        Self::with(beginning.chunks())
    }

    fn with(chunks: Chunks) -> Self {
        Self { chunks, index: 0, pending: Zeroizing::new(Vec::with_capacity(CHUNK_LEN)) }
    }

    /// Takes plaintext, and appends to `out` what of it can be sealed by now.
    pub fn push(&mut self, mut plaintext: &[u8], out: &mut Vec<u8>) {
        while self.pending.len() + plaintext.len() > CHUNK_LEN {
            let (head, rest) = plaintext.split_at(CHUNK_LEN - self.pending.len());
            if self.pending.is_empty() {
                self.chunks.seal(self.index, Position::Inner, head, out);
            } else {
                self.pending.extend_from_slice(head);
                self.chunks.seal(self.index, Position::Inner, &self.pending, out);
                // Truncating keeps the allocation; it is overwritten by the next chunk and erased on drop.
                self.pending.truncate(0);
            }
            self.index += 1;
            plaintext = rest;
        }
        self.pending.extend_from_slice(plaintext);
    }

    /// Seals what is left as the last chunk.
    pub fn finish(mut self, out: &mut Vec<u8>) {
        self.chunks.seal(self.index, Position::Last, &self.pending, out);
        self.pending.zeroize();
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { chunks: _, index, pending: _ } = self;
        f.debug_struct("Sealer").field("index", index).finish_non_exhaustive()
    }
}

/// HMAC-SHA-256 over the header under a key of its own, as the age specification has it.
pub(super) fn header_mac(file_key: &FileKey, covered: &[u8]) -> Hmac<Sha256> {
    let key = kdf::raw::<MAC_LEN>(None, file_key.0.as_slice(), &[b"header"]);
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_slice()) else {
        unreachable!("HMAC takes keys of any length");
    };
    mac.update(covered);
    mac
}
