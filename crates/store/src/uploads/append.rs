//! Appending to an upload: collect a part, make it durable, move the offset; until the body ends.

use std::pin::pin;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use protocol::UnixSeconds;
use seal::Digest;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::body::{Part, parts, stream_parts};
use super::hashes::Seat;
use super::{Checksum, Found, PART_SIZE, UploadKey, room};
use crate::db::Link;
use crate::sql::{ToColumn, insert_rows, sql};
use crate::{Error, Store};

/// How many parts any upload may have, and how many more for each full part's worth of bytes: enough for the worst
/// line and for the quarter-megabyte parts that the server makes when many uploads share its memory, too few to
/// fill a database by sending single bytes.
const FREE_PARTS: u64 = 256;
const PARTS_PER_FULL_PART: u64 = 20;
/// How many part rows go into one statement.
const ROWS_PER_STATEMENT: usize = 64;

/// One call that appends.
pub(super) struct Appending {
    store: Store,
    key: UploadKey,
    length: Option<u64>,
    expires_at: UnixSeconds,
    seat: Seat,
    /// SHA-256 over everything stored so far, unless it was lost.
    hash: Option<Sha256>,
    /// How many bytes and parts the database knows of.
    committed: u64,
    parts: u64,
    /// How many bytes are set aside for the upload.
    reserved: u64,
    /// Parts that are durable but not yet counted.
    stored: Vec<Part>,
    /// Bytes that are not yet stored.
    buffer: Vec<Bytes>,
    buffered: usize,
}

impl Appending {
    pub(super) fn new(
        store: Store,
        key: UploadKey,
        found: Found,
        expires_at: UnixSeconds,
        mut seat: Seat,
    ) -> Self {
        let Found { upload, parts, reserved } = found;
        let hash = seat.take(upload.received);
        let (length, committed) = (upload.length, upload.received);
        let (stored, buffer, buffered) = (Vec::new(), Vec::new(), 0);
        Self {
            store,
            key,
            length,
            expires_at,
            seat,
            hash,
            committed,
            parts,
            reserved,
            stored,
            buffer,
            buffered,
        }
    }

    pub(super) async fn run<E>(
        mut self,
        checksum: Option<Checksum>,
        body: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<u64, Error> {
        let outcome = self.take_in(checksum, body).await;
        if let Some(hash) = self.hash.take().filter(|_| self.stored.is_empty()) {
            self.seat.keep(self.committed, hash);
        }
        // What is stored but will never be counted. Where a commit may have happened after all, it must stay.
        if !self.stored.is_empty() && !matches!(outcome, Err(Error::CommitUnknown { .. })) {
            let objects: Vec<_> = self.stored.iter().map(|part| part.object).collect();
            self.store.objects().delete(objects).await?;
        }
        outcome
    }

    async fn take_in<E>(
        &mut self,
        checksum: Option<Checksum>,
        body: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<u64, Error> {
        let mut body = pin!(body);
        let mut check = checksum.map(Check::new);
        let mut broke_off = false;
        while let Some(next) = body.next().await {
            let Ok(mut bytes) = next else {
                broke_off = true;
                break;
            };
            if let Some(check) = &mut check {
                check.update(&bytes);
            }
            self.fits(bytes.len())?;
            while !bytes.is_empty() {
                let piece = bytes.split_to(bytes.len().min(PART_SIZE - self.buffered));
                self.buffered += piece.len();
                self.buffer.push(piece);
                if self.buffered == PART_SIZE {
                    self.store_part(check.is_none()).await?;
                }
            }
        }
        if let Some(check) = check {
            if broke_off {
                return Err(Error::UploadInterrupted { received: self.committed });
            }
            check.verify()?;
        }
        self.store_part(true).await?;
        if broke_off {
            Err(Error::UploadInterrupted { received: self.committed })
        } else {
            Ok(self.committed)
        }
    }

    fn fits(&self, more: usize) -> Result<(), Error> {
        match self.length {
            Some(length) if self.received() + self.buffered as u64 + more as u64 > length => {
                Err(Error::UploadTooLong { length })
            }
            _ => Ok(()),
        }
    }

    /// How many bytes are durable, counted or not.
    fn received(&self) -> u64 {
        self.stored.last().map_or(self.committed, |part| part.start + part.size)
    }

    /// Stores what is buffered as a part, and counts all that is stored if that may be done already.
    async fn store_part(&mut self, count: bool) -> Result<(), Error> {
        if self.buffered > 0 {
            let start = self.received();
            let parts = self.parts + self.stored.len() as u64;
            if parts >= FREE_PARTS + PARTS_PER_FULL_PART * (start / PART_SIZE as u64) {
                return Err(Error::UploadTooManyParts);
            }
            let end = start + self.buffered as u64;
            if end > self.reserved {
                self.reserved = room::extend(&self.store, self.key, self.length, end).await?;
            }
            let chunks = std::mem::take(&mut self.buffer);
            let size = std::mem::take(&mut self.buffered) as u64;
            // Out of its place until the part is stored: should that fail, the state is of bytes that are not there.
            let hash = self.hash.take().map(|hash| chunks.iter().fold(hash, Sha256::chain_update));
            let object = self.store.objects().put(chunks).await?;
            self.hash = hash;
            self.stored.push(Part { start, size, object });
        }
        if count && !self.stored.is_empty() { self.count().await } else { Ok(()) }
    }

    /// Moves the offset past everything stored. From here on a resuming client goes on after it.
    async fn count(&mut self) -> Result<(), Error> {
        let received = self.received();
        let sha256 = if self.length == Some(received) {
            Some(digest(&self.store, self.key, self.hash.clone(), &self.stored).await?)
        } else {
            None
        };
        let advance = Advance {
            key: self.key,
            from: self.committed,
            to: received,
            parts: self.stored.clone(),
            expires_at: self.expires_at,
            sha256,
        };
        self.store.write("uploads.append", advance, |link, advance| Box::pin(advance.run(link))).await?;
        self.parts += self.stored.len() as u64;
        self.committed = received;
        self.stored.clear();
        Ok(())
    }
}

/// Moves an upload's offset past new parts.
struct Advance {
    key: UploadKey,
    from: u64,
    to: u64,
    parts: Vec<Part>,
    expires_at: UnixSeconds,
    sha256: Option<Digest>,
}

impl Advance {
    async fn run(&self, link: &mut Link) -> Result<(), Error> {
        // Another process may have been quicker; then this changes nothing.
        let update =
            sql("UPDATE uploads SET received = $1, parts = parts + $2, expires_at = $3, sha256 = $4 \
                          WHERE key = $5 AND received = $6 AND claimed_by IS NULL AND expires_at > 0")
            .bind(self.to)
            .bind(self.parts.len() as u64)
            .bind(self.expires_at)
            .bind(self.sha256)
            .bind(self.key)
            .bind(self.from);
        if link.execute(update).await? == 0 {
            return Err(Error::UploadBusy);
        }
        for parts in self.parts.chunks(ROWS_PER_STATEMENT) {
            let row = |part: &Part| {
                vec![
                    self.key.to_column(),
                    part.start.to_column(),
                    part.size.to_column(),
                    part.object.to_column(),
                ]
            };
            let head = "INSERT INTO upload_parts (upload, start, size, object) VALUES";
            link.execute(insert_rows(head, parts.iter().map(row).collect(), "")).await?;
        }
        Ok(())
    }
}

/// SHA-256 of a whole upload: from the running state, or read again from its parts and those not yet counted.
pub(super) async fn digest(
    store: &Store,
    key: UploadKey,
    running: Option<Sha256>,
    stored: &[Part],
) -> Result<Digest, Error> {
    if let Some(hash) = running {
        return Ok(Digest::from_bytes(hash.finalize().into()));
    }
    let mut all = parts(store, key, &(0..i64::MAX.unsigned_abs())).await?;
    all.extend_from_slice(stored);
    let mut bytes = stream_parts(store, all, 0..u64::MAX);
    let mut hash = Sha256::new();
    while let Some(chunk) = bytes.try_next().await? {
        hash.update(&chunk);
    }
    Ok(Digest::from_bytes(hash.finalize().into()))
}

/// A checksum being computed, and what it should come to.
enum Check {
    Sha1(Sha1, [u8; 20]),
    Sha256(Sha256, [u8; 32]),
}

impl Check {
    fn new(expected: Checksum) -> Self {
        match expected {
            Checksum::Sha1(sum) => Self::Sha1(Sha1::new(), sum),
            Checksum::Sha256(sum) => Self::Sha256(Sha256::new(), sum),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(hash, _) => hash.update(bytes),
            Self::Sha256(hash, _) => hash.update(bytes),
        }
    }

    fn verify(self) -> Result<(), Error> {
        let matches = match self {
            Self::Sha1(hash, sum) => hash.finalize() == sum,
            Self::Sha256(hash, sum) => hash.finalize() == sum,
        };
        if matches { Ok(()) } else { Err(Error::UploadChecksum) }
    }
}
