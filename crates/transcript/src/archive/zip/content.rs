//! The contents of an entry, checked while they stream.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::Crc;
use flate2::read::DeflateDecoder;

use crate::archive::ArchiveError;
use crate::archive::exactly::Exactly;

/// A file's contents. Reading fails where they are not what the archive states: another size or checksum, broken
/// data, more altogether than is allowed. What came before the failure is then not to be relied on.
pub struct Content<'z> {
    data: Data<'z>,
    pub(super) size: u64,
    pub(super) crc: u32,
    pub(super) compressed: u64,
    pub(super) spent: Arc<AtomicU64>,
    pub(super) limit: u64,
    seen: Crc,
    read: u64,
    over: bool,
}

impl std::fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Content").field("size", &self.size).field("read", &self.read).finish_non_exhaustive()
    }
}

enum Data<'z> {
    Stored(Part<'z>),
    Deflated(Box<DeflateDecoder<Part<'z>>>),
}

/// The bytes of one entry within the archive.
type Part<'z> = Exactly<'z, dyn Read + 'z>;

impl<'z> Content<'z> {
    /// `reader` stands at the first byte, `at`.
    pub(super) fn new(reader: &'z mut dyn Read, at: u64, deflated: bool, facts: Facts) -> Self {
        let Facts { size, crc, compressed, spent, limit } = facts;
        let part: Part<'z> = Exactly { reader, left: compressed, at };
        let data =
            if deflated { Data::Deflated(Box::new(DeflateDecoder::new(part))) } else { Data::Stored(part) };
        Self { data, size, crc, compressed, spent, limit, seen: Crc::new(), read: 0, over: false }
    }

    fn wrong_size(&self) -> io::Error {
        ArchiveError::WrongSize { stated: self.size, found: self.read }.into()
    }

    fn close(&mut self) -> io::Result<usize> {
        let used = match &self.data {
            Data::Stored(part) => self.compressed - part.left,
            Data::Deflated(decoder) => decoder.total_in(),
        };
        if self.read != self.size {
            return Err(self.wrong_size());
        }
        if used != self.compressed {
            return Err(ArchiveError::WrongSize { stated: self.compressed, found: used }.into());
        }
        if self.seen.sum() != self.crc {
            return Err(ArchiveError::WrongCrc { stated: self.crc, found: self.seen.sum() }.into());
        }
        self.over = true;
        Ok(0)
    }
}

/// What the archive states of an entry, and what may be read.
pub(super) struct Facts {
    pub(super) size: u64,
    pub(super) crc: u32,
    pub(super) compressed: u64,
    pub(super) spent: Arc<AtomicU64>,
    pub(super) limit: u64,
}

impl Read for Content<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.over || buf.is_empty() {
            return Ok(0);
        }
        let result = match &mut self.data {
            Data::Stored(part) => part.read(buf),
            Data::Deflated(decoder) => decoder.read(buf),
        };
        let read = match result {
            Ok(0) => return self.close(),
            Ok(read) => read,
            Err(error) if ArchiveError::of(&error).is_some() => return Err(error),
            Err(error)
                if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof) =>
            {
                return Err(ArchiveError::Deflate { after: self.read }.into());
            }
            Err(error) => return Err(error),
        };
        self.read += read as u64;
        if self.read > self.size {
            return Err(self.wrong_size());
        }
        if self.spent.fetch_add(read as u64, Ordering::Relaxed).saturating_add(read as u64) > self.limit {
            return Err(ArchiveError::TotalTooLarge { limit: self.limit }.into());
        }
        self.seen.update(buf.get(..read).unwrap_or_default());
        Ok(read)
    }
}
