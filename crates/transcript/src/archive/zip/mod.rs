//! Zip, after PKWARE's APPNOTE 6.3.10: stored and deflated files, zip64.
//!
//! Own, because of what others keep quiet about: a name twice, two lists that differ, a header in front of a file that
//! says otherwise than the list, bytes that belong to two files or to none.

mod content;
mod end;
mod list;

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

pub use content::Content;

use super::{ArchiveError, Entry, EntryKind, Limits};
use content::Facts;
use list::Listing;

/// A zip that is read from `R`.
#[derive(Debug)]
pub struct Zip<R> {
    reader: R,
    listing: Listing,
    limits: Limits,
    depth: u32,
    spent: Arc<AtomicU64>,
}

impl<R: Read + Seek> Zip<R> {
    /// Reads the list of files and looks at the header in front of every one.
    ///
    /// # Errors
    ///
    /// When there is no list to be had. What is wrong with single entries, or odd about the archive, is in
    /// [`Entry::problems`] and [`Zip::notices`].
    pub fn open(reader: R, limits: Limits) -> Result<Self, ArchiveError> {
        Self::open_at(reader, limits, 0, Arc::default())
    }

    fn open_at(
        mut reader: R,
        limits: Limits,
        depth: u32,
        spent: Arc<AtomicU64>,
    ) -> Result<Self, ArchiveError> {
        let listing = Listing::read(&mut reader, &limits)?;
        Ok(Self { reader, listing, limits, depth, spent })
    }

    /// All entries, in the list's order; also those that are not opened.
    pub fn entries(&self) -> &[Entry] {
        &self.listing.entries
    }

    /// What is odd about the archive as a whole.
    pub fn notices(&self) -> &[ArchiveError] {
        &self.listing.notices
    }

    /// A file's contents.
    ///
    /// # Errors
    ///
    /// For an entry that is refused, that is a folder, or that is not there; and while reading, see [`Content`].
    pub fn content(&mut self, number: usize) -> Result<Content<'_>, ArchiveError> {
        let (Some(entry), Some(place)) = (self.listing.entries.get(number), self.listing.places.get(number))
        else {
            return Err(ArchiveError::NoSuchFile);
        };
        if let Some(problem) = entry.refused() {
            return Err(problem.clone());
        }
        if entry.kind == EntryKind::Folder {
            return Err(ArchiveError::NoSuchFile);
        }
        self.reader.seek(SeekFrom::Start(place.data))?;
        let facts = Facts {
            size: entry.size,
            crc: place.crc,
            compressed: entry.compressed,
            spent: Arc::clone(&self.spent),
            limit: self.limits.total_bytes,
        };
        Ok(Content::new(&mut self.reader, place.data, place.method == list::DEFLATE, facts))
    }

    /// A zip inside this one, held in memory. It shares the budget of bytes read.
    ///
    /// # Errors
    ///
    /// As [`Zip::content`] and [`Zip::open`]; where it is too deep or too large.
    pub fn nested(&mut self, number: usize) -> Result<Zip<Cursor<Vec<u8>>>, ArchiveError> {
        if self.depth >= self.limits.depth {
            return Err(ArchiveError::TooDeep { limit: self.limits.depth });
        }
        let size = self.entries().get(number).ok_or(ArchiveError::NoSuchFile)?.size;
        if size > self.limits.nested_bytes {
            return Err(ArchiveError::TooLarge { size, limit: self.limits.nested_bytes });
        }
        let mut bytes = Vec::new();
        self.content(number)?.read_to_end(&mut bytes)?;
        let (limits, spent) = (self.limits, Arc::clone(&self.spent));
        Zip::open_at(Cursor::new(bytes), limits, self.depth + 1, spent)
    }
}

/// Little-endian fields of a record that may be too short.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.0.get(at..at + N)?.try_into().ok()
    }

    fn u16(&self, at: usize) -> Option<u16> {
        self.take(at).map(u16::from_le_bytes)
    }

    fn u32(&self, at: usize) -> Option<u32> {
        self.take(at).map(u32::from_le_bytes)
    }

    fn u64(&self, at: usize) -> Option<u64> {
        self.take(at).map(u64::from_le_bytes)
    }
}

/// Fills `buf` from byte `at`.
fn read_exact_at<'b, R: Read + Seek>(
    reader: &mut R,
    at: u64,
    buf: &'b mut [u8],
    expected: &'static str,
) -> Result<&'b [u8], ArchiveError> {
    reader.seek(SeekFrom::Start(at))?;
    reader.read_exact(buf).map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => ArchiveError::Truncated { expected, at },
        _ => error.into(),
    })?;
    Ok(buf)
}
