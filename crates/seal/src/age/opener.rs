//! Opening as a stream, and opening by range.

use std::fmt;
use std::ops::Range;

use hmac::Mac as _;
use zeroize::Zeroizing;

use super::header::{self, MAX_HEADER_LEN};
use super::keys::{FileKey, SecretKey};
use super::sealer::header_mac;
use super::stream::{Chunks, Layout, NONCE_LEN, Position, SEALED_CHUNK_LEN};
use crate::Error;

/// What unlocks a file's header.
#[derive(Clone, Debug)]
enum Lock {
    Identity(Box<SecretKey>),
    FileKey(FileKey),
}

impl Lock {
    /// Checks a whole header and the nonce after it, and readies the payload's cipher.
    fn unlock(&self, header: &[u8], nonce: &[u8; NONCE_LEN]) -> Result<Chunks, Error> {
        let parsed = header::parse(header)?;
        let file_key = match self {
            Self::Identity(key) => key.unwrap_file_key(&parsed.stanzas)?,
            Self::FileKey(key) => key.clone(),
        };
        header_mac(&file_key, parsed.covered).verify(&parsed.mac.into()).map_err(|_| Error::AgeHeaderMac)?;
        Ok(Chunks::new(&file_key, nonce))
    }
}

/// Opens a stream of sealed bytes, chunk by chunk.
///
/// Every chunk is authenticated before it is given out, but only after [`finish`](Self::finish) is
/// it certain that the whole is there. After an error the opener gives out nothing more.
pub struct Opener {
    state: State,
    /// Sealed bytes not yet opened: the header until it is whole, then at most one chunk.
    pending: Vec<u8>,
}

enum State {
    Header(Lock),
    Payload {
        chunks: Chunks,
        index: u64,
    },
    /// The last chunk was opened.
    Complete,
    Failed(Error),
}

impl Opener {
    /// An opener for a file that is sealed to `with`.
    pub fn new(with: &(impl AsRef<SecretKey> + ?Sized)) -> Self {
        Self::locked(Lock::Identity(Box::new(with.as_ref().clone())))
    }

    /// An opener for the file of this key, whomever it is sealed to.
    pub fn with_file_key(key: &FileKey) -> Self {
        Self::locked(Lock::FileKey(key.clone()))
    }

    fn locked(lock: Lock) -> Self {
        Self { state: State::Header(lock), pending: Vec::new() }
    }

    /// Takes sealed bytes, and appends to `out` what of them can be opened by now.
    ///
    /// # Errors
    /// The first check that fails, for this call and every later one.
    pub fn push(&mut self, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let result = self.try_push(sealed, out);
        self.remember(result)
    }

    /// Opens what is left as the last chunk.
    ///
    /// # Errors
    /// The first check that fails. Plaintext given out before is then to be thrown away.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<(), Error> {
        match &self.state {
            State::Failed(error) => Err(error.clone()),
            State::Header(_) => match header::length(&self.pending)? {
                // A version line cut short is no version line.
                None if !header::has_version(&self.pending) => Err(Error::AgeVersion),
                None => Err(Error::AgeHeaderTruncated),
                Some(length) => {
                    header::parse(&self.pending[..length])?;
                    Err(Error::AgeHeaderTruncated)
                }
            },
            State::Payload { index, .. } if self.pending.is_empty() => {
                Err(Error::AgeTruncated { index: *index })
            }
            State::Payload { chunks, index } => chunks.open(*index, &self.pending, out).map(|_| ()),
            State::Complete => Ok(()),
        }
    }

    fn remember(&mut self, result: Result<(), Error>) -> Result<(), Error> {
        if let Err(error) = &result {
            self.state = State::Failed(error.clone());
        }
        result
    }

    fn try_push(&mut self, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        match &self.state {
            State::Failed(error) => Err(error.clone()),
            State::Header(_) => self.take_header(sealed, out),
            State::Payload { .. } | State::Complete => self.take_chunks(sealed, out),
        }
    }

    fn take_header(&mut self, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let State::Header(lock) = &self.state else { return Ok(()) };
        let room = (MAX_HEADER_LEN + NONCE_LEN).saturating_sub(self.pending.len());
        let (head, rest) = sealed.split_at(room.min(sealed.len()));
        self.pending.extend_from_slice(head);
        let Some(length) = header::length(&self.pending)? else { return Ok(()) };
        let Some((nonce, beginning)) = self.pending[length..].split_first_chunk::<NONCE_LEN>() else {
            return Ok(());
        };
        let chunks = lock.unlock(&self.pending[..length], nonce)?;
        let beginning = beginning.to_vec();
        self.pending = Vec::with_capacity(SEALED_CHUNK_LEN);
        self.state = State::Payload { chunks, index: 0 };
        self.take_chunks(&beginning, out)?;
        self.take_chunks(rest, out)
    }

    /// Opens every chunk that is there in full.
    fn take_chunks(&mut self, mut sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        while self.pending.len() + sealed.len() >= SEALED_CHUNK_LEN {
            let (head, rest) = sealed.split_at(SEALED_CHUNK_LEN - self.pending.len());
            if self.pending.is_empty() {
                self.open_full(head, out)?;
            } else {
                self.pending.extend_from_slice(head);
                let whole = std::mem::take(&mut self.pending);
                self.open_full(&whole, out)?;
                self.pending = whole;
                self.pending.clear();
            }
            sealed = rest;
        }
        if !sealed.is_empty() && matches!(self.state, State::Complete) {
            return Err(Error::AgeTrailing);
        }
        self.pending.extend_from_slice(sealed);
        Ok(())
    }

    fn open_full(&mut self, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let State::Payload { chunks, index } = &mut self.state else { return Err(Error::AgeTrailing) };
        match chunks.open(*index, sealed, out)? {
            Position::Inner => *index += 1,
            Position::Last => self.state = State::Complete,
        }
        Ok(())
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::Header(_) => "Header",
            State::Payload { .. } => "Payload",
            State::Complete => "Complete",
            State::Failed(_) => "Failed",
        };
        f.debug_struct("Opener").field("state", &state).finish_non_exhaustive()
    }
}

/// Opens any range of a file from the sealed bytes of the chunks that hold it.
///
/// Each range is authenticated on its own. That the file as a whole ends where its length says is
/// certain once its last chunk was opened.
pub struct Ranged {
    chunks: Chunks,
    payload_start: u64,
    layout: Layout,
}

impl Ranged {
    /// Opens the header. `head` is the file's beginning, at least header and nonce;
    /// `sealed_len` the length of the whole file in bytes.
    ///
    /// # Errors
    /// The check of the header that fails; [`Error::AgeHeaderTruncated`] when `head` is too short;
    /// [`Error::AgeTruncated`] when no whole file has that length.
    pub fn new(head: &[u8], sealed_len: u64, with: &(impl AsRef<SecretKey> + ?Sized)) -> Result<Self, Error> {
        let length = header::length(head)?.ok_or(Error::AgeHeaderTruncated)?;
        let (nonce, _) = head[length..].split_first_chunk().ok_or(Error::AgeHeaderTruncated)?;
        let chunks = Lock::Identity(Box::new(with.as_ref().clone())).unlock(&head[..length], nonce)?;
        let payload_start = (length + NONCE_LEN) as u64;
        let layout = sealed_len
            .checked_sub(payload_start)
            .and_then(Layout::of_sealed)
            .ok_or(Error::AgeTruncated { index: sealed_len / SEALED_CHUNK_LEN as u64 })?;
        Ok(Self { chunks, payload_start, layout })
    }

    /// Length of the plaintext in bytes, as the file's length implies it.
    pub fn plaintext_len(&self) -> u64 {
        self.layout.plaintext()
    }

    /// Where in the sealed file the chunks lie that hold `range` of the plaintext.
    ///
    /// # Errors
    /// [`Error::Range`] when it lies outside the plaintext.
    pub fn sealed_range(&self, range: &Range<u64>) -> Result<Range<u64>, Error> {
        let sealed = self.layout.sealed_range(&self.layout.chunks_of(range)?);
        Ok(self.payload_start + sealed.start..self.payload_start + sealed.end)
    }

    /// Opens `range` of the plaintext from exactly the bytes of its [`sealed_range`](Self::sealed_range).
    ///
    /// # Errors
    /// [`Error::Range`] when the bytes are not as many as that; [`Error::AgeChunk`] when a chunk
    /// does not authenticate.
    pub fn open(&self, range: &Range<u64>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let wanted = self.layout.chunks_of(range)?;
        let place = self.layout.sealed_range(&wanted);
        if sealed.len() as u64 != place.end - place.start {
            return Err(Error::Range);
        }
        let mut plaintext = Zeroizing::new(Vec::with_capacity(sealed.len()));
        for (index, chunk) in wanted.clone().zip(sealed.chunks(SEALED_CHUNK_LEN)) {
            let last = index + 1 == self.layout.chunks();
            match (self.chunks.open(index, chunk, &mut plaintext)?, last) {
                (Position::Inner, false) | (Position::Last, true) => {}
                (Position::Inner, true) => return Err(Error::AgeTruncated { index: index + 1 }),
                (Position::Last, false) => return Err(Error::AgeTrailing),
            }
        }
        let skipped = range.start - wanted.start * super::CHUNK_LEN as u64;
        let length = range.end - range.start;
        // Both fit: they are at most the length of the buffer.
        let (skipped, length) = (to_usize(skipped)?, to_usize(length)?);
        plaintext.copy_within(skipped..skipped + length, 0);
        plaintext.truncate(length);
        Ok(plaintext)
    }
}

fn to_usize(value: u64) -> Result<usize, Error> {
    usize::try_from(value).map_err(|_| Error::Range)
}

impl fmt::Debug for Ranged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { chunks: _, payload_start, layout } = self;
        f.debug_struct("Ranged")
            .field("payload_start", payload_start)
            .field("layout", layout)
            .finish_non_exhaustive()
    }
}
