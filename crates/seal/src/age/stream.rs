//! The payload of an age file: STREAM with ChaCha20-Poly1305 in chunks of 64 KiB.

use std::ops::Range;

use chacha20poly1305::{AeadInOut as _, ChaCha20Poly1305, Key, KeyInit as _, Nonce, Tag};

use super::keys::FileKey;
use crate::{Error, kdf};

/// Plaintext bytes in every chunk but the last.
pub const CHUNK_LEN: usize = 64 * 1024;
/// Bytes of the tag after every chunk.
pub const TAG_LEN: usize = 16;
/// Sealed bytes of every chunk but the last.
pub const SEALED_CHUNK_LEN: usize = CHUNK_LEN + TAG_LEN;
/// Bytes of the payload's nonce, between header and first chunk.
pub(super) const NONCE_LEN: usize = 16;

/// Whether a chunk ends its payload: the last byte of its nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Position {
    Inner,
    Last,
}

/// The payload's cipher: seals or opens one chunk at a time, in place.
pub(super) struct Chunks(ChaCha20Poly1305);

impl Chunks {
    pub(super) fn new(file_key: &FileKey, nonce: &[u8; NONCE_LEN]) -> Self {
        let key = kdf::raw::<32>(Some(nonce), file_key.0.as_slice(), &[b"payload"]);
        Self(ChaCha20Poly1305::new(<&Key>::from(&*key)))
    }

    /// Appends `plaintext` to `out` and seals it there.
    pub(super) fn seal(&self, index: u64, position: Position, plaintext: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        out.reserve(plaintext.len() + TAG_LEN);
        out.extend_from_slice(plaintext);
        match self.0.encrypt_inout_detached(&nonce(index, position), b"", (&mut out[start..]).into()) {
            Ok(tag) => out.extend_from_slice(&tag),
            Err(_) => unreachable!("a chunk is far shorter than the 256 GiB that the cipher allows"),
        }
    }

    /// Appends what `sealed` holds to `out`, and says whether it is the last chunk; on an error
    /// `out` is as it was.
    pub(super) fn open(&self, index: u64, sealed: &[u8], out: &mut Vec<u8>) -> Result<Position, Error> {
        let (body, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(Error::AgeTruncated { index })?;
        let start = out.len();
        // A chunk that is not full can only be the last; a full one is either, rarely the last.
        let likely: &[Position] =
            if body.len() == CHUNK_LEN { &[Position::Inner, Position::Last] } else { &[Position::Last] };
        for position in likely {
            out.extend_from_slice(body);
            let opened = self.0.decrypt_inout_detached(
                &nonce(index, *position),
                b"",
                (&mut out[start..]).into(),
                &Tag::from(*tag),
            );
            if opened.is_ok() {
                // No sealer writes an empty chunk after others.
                return if body.is_empty() && index > 0 { Err(Error::AgeEmptyChunk) } else { Ok(*position) };
            }
            out.truncate(start);
        }
        Err(Error::AgeChunk { index })
    }
}

/// Eleven bytes of counter, big endian, and one that marks the last chunk.
fn nonce(index: u64, position: Position) -> Nonce {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&index.to_be_bytes());
    nonce[11] = u8::from(position == Position::Last);
    Nonce::from(nonce)
}

/// Where the chunks of a payload lie, from its sealed length alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    plaintext: u64,
}

impl Layout {
    pub(crate) const fn of_plaintext(plaintext: u64) -> Self {
        Self { plaintext }
    }

    /// The layout of a payload of `sealed` bytes, nonce not counted, or none when no payload has that length.
    pub(crate) const fn of_sealed(sealed: u64) -> Option<Self> {
        let whole = sealed / SEALED_CHUNK_LEN as u64;
        let rest = sealed % SEALED_CHUNK_LEN as u64;
        if rest == 0 && whole > 0 {
            return Some(Self { plaintext: whole * CHUNK_LEN as u64 });
        }
        if rest < TAG_LEN as u64 || (rest == TAG_LEN as u64 && whole > 0) {
            return None;
        }
        Some(Self { plaintext: whole * CHUNK_LEN as u64 + rest - TAG_LEN as u64 })
    }

    pub(crate) const fn plaintext(self) -> u64 {
        self.plaintext
    }

    /// Number of chunks: at least one.
    pub(crate) const fn chunks(self) -> u64 {
        let chunks = self.plaintext.div_ceil(CHUNK_LEN as u64);
        if chunks == 0 { 1 } else { chunks }
    }

    pub(crate) const fn sealed(self) -> u64 {
        self.plaintext + self.chunks() * TAG_LEN as u64
    }

    /// The chunks that hold a range of plaintext.
    pub(crate) fn chunks_of(self, range: &Range<u64>) -> Result<Range<u64>, Error> {
        if range.start > range.end || range.end > self.plaintext {
            return Err(Error::Range);
        }
        let first = (range.start / CHUNK_LEN as u64).min(self.chunks() - 1);
        let end = range.end.div_ceil(CHUNK_LEN as u64).max(first + 1);
        Ok(first..end)
    }

    /// Where chunks lie in the sealed payload.
    pub(crate) fn sealed_range(self, chunks: &Range<u64>) -> Range<u64> {
        let at = |chunk: u64| (chunk * SEALED_CHUNK_LEN as u64).min(self.sealed());
        at(chunks.start)..at(chunks.end)
    }
}
