//! Archives as strangers send them: listed and read without trusting a word of them.
//!
//! [`Zip`] and [`Tar`] list every entry, also those that are not opened, each with what is wrong with it. Contents
//! come as a stream: memory depends on the number of entries, not on what they swell to. Nothing is written anywhere,
//! so that a path is only ever a name.

mod error;
mod exactly;
pub(crate) mod names;
mod tar;
mod zip;

use std::io::{self, Read, Seek, SeekFrom};

use serde::Serialize;

pub use error::ArchiveError;
pub use tar::Tar;
pub use zip::{Content, Zip};

use crate::Reading;

/// How much is read at most. Whoever has a larger archive in good faith can raise them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Entries.
    pub entries: u64,
    /// Bytes of a zip's list of files.
    pub directory_bytes: u64,
    /// Bytes of one file's contents.
    pub entry_bytes: u64,
    /// Bytes of all contents read, those of archives inside included.
    pub total_bytes: u64,
    /// How many times larger than compressed a file may be. Deflate's utmost is 1,032; chats reach thirty.
    pub ratio: u64,
    /// Files up to this size may have any ratio, in bytes.
    pub ratio_from: u64,
    /// How deep archives inside archives are opened.
    pub depth: u32,
    /// How large an archive inside an archive may be: it is held in memory, in bytes.
    pub nested_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 200_000,
            directory_bytes: 128 << 20,
            entry_bytes: 64 << 30,
            total_bytes: 256 << 30,
            ratio: 250,
            ratio_from: 16 << 20,
            depth: 1,
            nested_bytes: 256 << 20,
        }
    }
}

/// One entry of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path as the archive has it, decoded.
    pub name: String,
    /// The same as it was written.
    pub raw_name: Vec<u8>,
    /// File or folder.
    pub kind: EntryKind,
    /// Stated size of the contents, in bytes.
    pub size: u64,
    /// Size in the archive, in bytes.
    pub compressed: u64,
    /// When it was last changed, as far as the archive says.
    pub modified: Reading,
    /// What is wrong with it. Not opened if any of them [`ArchiveError::refuses`].
    pub problems: Vec<ArchiveError>,
}

impl Entry {
    /// Why it is not opened, if it is not.
    pub fn refused(&self) -> Option<&ArchiveError> {
        self.problems.iter().find(|problem| problem.refuses())
    }

    fn judge_size(&mut self, limits: &Limits) {
        let Self { size, compressed, .. } = *self;
        if size > limits.entry_bytes {
            self.problems.push(ArchiveError::TooLarge { size, limit: limits.entry_bytes });
        }
        if size > limits.ratio_from && size / limits.ratio > compressed {
            self.problems.push(ArchiveError::Ratio { size, compressed, limit: limits.ratio });
        }
    }
}

/// What sort of entry it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A file, or something that is refused.
    File,
    /// A folder.
    Folder,
}

/// Fills `buf` from byte `at` as far as there is something.
fn read_block<R: Read + Seek>(reader: &mut R, at: u64, buf: &mut [u8]) -> io::Result<usize> {
    reader.seek(SeekFrom::Start(at))?;
    let mut filled = 0;
    while let Some(rest) = buf.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest)? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}
