use std::io;

use serde::Serialize;

/// What can be wrong with an archive or with an entry of it. The words leave out the entry's name: whoever shows
/// them has it at hand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ArchiveError {
    /// Reading the archive itself failed.
    #[error("the archive cannot be read: {0}")]
    Io(String),
    /// It is no zip at all.
    #[error("not a zip: there is no end record of one")]
    NotAZip,
    /// It is no tar at all.
    #[error("not a tar: the first block is no header")]
    NotATar,
    /// It ends too early.
    #[error("truncated: {expected} was expected at byte {at}, and the archive ends")]
    Truncated {
        /// What should be there.
        expected: &'static str,
        /// Where.
        at: u64,
    },
    /// One part of several.
    #[error("one part of a zip split over several files: all parts are needed, joined")]
    SeveralDisks,
    /// The directory is not where the end record says.
    #[error("the end record says that the list of files is at bytes {start}..{end}, and it is not")]
    DirectoryOutside {
        /// First byte.
        start: u64,
        /// The byte after the last.
        end: u64,
    },
    /// The directory cannot be read on.
    #[error("the list of files is broken: a record was expected at byte {at}")]
    DirectoryBroken {
        /// Where.
        at: u64,
    },
    /// Too long a list.
    #[error("more than {limit} entries")]
    TooManyEntries {
        /// The limit.
        limit: u64,
    },
    /// Too large a list.
    #[error("the list of files has {size} bytes, more than {limit}")]
    DirectoryTooLarge {
        /// Stated size.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// The fields for files over 4 GiB are wrong or missing.
    #[error("the fields for large zips (zip64) are broken: {expected} was expected")]
    Zip64Broken {
        /// What should be there.
        expected: &'static str,
    },
    /// A header of a tar is broken.
    #[error("the header at byte {at} is broken: {what}")]
    HeaderBroken {
        /// Where.
        at: u64,
        /// In which way.
        what: &'static str,
    },

    /// A path from the root of a disk.
    #[error("its path is absolute")]
    AbsolutePath,
    /// A path that leads out of the archive.
    #[error("its path leads out of the archive through `..`")]
    ParentPath,
    /// A path that names a drive.
    #[error("its path begins with a drive letter")]
    DrivePath,
    /// A name that systems cut off.
    #[error("its name holds a zero byte")]
    NulInName,
    /// No name at all.
    #[error("it has no name")]
    NoName,
    /// A link.
    #[error("it is a link to another file, not a file")]
    Link,
    /// A device, a pipe.
    #[error("it is a device or another special file")]
    Special,
    /// Encrypted.
    #[error("it is encrypted: the archive must be unpacked with its password first")]
    Encrypted,
    /// Compressed in a way not read here.
    #[error("it is compressed by method {0}, and only 0 (stored) and 8 (deflate) are read")]
    Method(u16),
    /// Shares bytes with another.
    #[error("its bytes are also those of entry {with}")]
    Overlap {
        /// The other's number.
        with: u32,
    },
    /// Not within the archive.
    #[error("its bytes run to {end}, past byte {limit} where the files end")]
    OutsideFile {
        /// Where it would end.
        end: u64,
        /// Where the files end.
        limit: u64,
    },
    /// Its own header says otherwise than the list.
    #[error("the list of files and the header in front of the file disagree on its {field}")]
    LocalHeader {
        /// On what.
        field: &'static str,
    },
    /// Swells suspiciously.
    #[error("{size} bytes out of {compressed}: more than {limit} times as much, as only a zip bomb has")]
    Ratio {
        /// Stated size.
        size: u64,
        /// Size in the archive.
        compressed: u64,
        /// The limit.
        limit: u64,
    },
    /// Larger than is read.
    #[error("{size} bytes, more than the {limit} that are read of one file")]
    TooLarge {
        /// Stated size.
        size: u64,
        /// The limit.
        limit: u64,
    },

    /// Contents of another size than stated.
    #[error("{stated} bytes are stated, and the contents have {found}")]
    WrongSize {
        /// Stated.
        stated: u64,
        /// As far as was read.
        found: u64,
    },
    /// Contents that were changed or damaged.
    #[error("the contents' checksum is {found:08x}, and {stated:08x} is stated: changed or damaged")]
    WrongCrc {
        /// Stated.
        stated: u32,
        /// Of the contents.
        found: u32,
    },
    /// Not deflate.
    #[error("the compressed data are broken after {after} bytes")]
    Deflate {
        /// How many came out well.
        after: u64,
    },
    /// All contents together exceed the cap.
    #[error("more than {limit} bytes read out of the archive altogether")]
    TotalTooLarge {
        /// The limit.
        limit: u64,
    },
    /// An archive in an archive in an archive.
    #[error("an archive inside an archive, more than {limit} deep, is not opened")]
    TooDeep {
        /// The limit.
        limit: u32,
    },
    /// No entry of this number, or not a file.
    #[error("there is no file of this number")]
    NoSuchFile,

    /// Another entry has this name.
    #[error("entry {other} has the same name")]
    Duplicate {
        /// The other's number, counted from nought.
        other: u32,
    },
    /// Another entry has this name to a system that does not tell capitals, or composed letters, apart.
    #[error("entry {other} has a name that differs only in capitals or in how accents are written")]
    DuplicateFolded {
        /// The other's number, counted from nought.
        other: u32,
    },
    /// The name is not UTF-8.
    #[error("its name is not UTF-8; it is read as code page 437")]
    NameNotUtf8,
    /// Backslashes in the path.
    #[error("its path is written with backslashes")]
    Backslashes,
    /// Control characters in the name.
    #[error("its name holds control characters")]
    ControlsInName,
    /// Bytes before the archive.
    #[error("{0} bytes stand before the archive")]
    LeadingData(u64),
    /// Bytes after the archive.
    #[error("{0} bytes stand after the archive's end")]
    TrailingData(u64),
    /// Bytes in the archive that no entry lists.
    #[error("{0} bytes inside the archive belong to no listed entry")]
    Unlisted(u64),
    /// More than one end record, or two that differ.
    #[error("there is more than one end record, and readers may differ on which files the archive holds")]
    SeveralDirectories,
    /// A wrong count.
    #[error("{stated} entries are stated, and {found} are listed")]
    EntryCount {
        /// Stated.
        stated: u64,
        /// Found.
        found: u64,
    },
    /// Uses the extension for large archives.
    #[error("uses the extension for large archives (zip64)")]
    Zip64,
}

impl ArchiveError {
    /// Whether an entry that has it is not opened. The others are for a reader to know.
    pub const fn refuses(&self) -> bool {
        !matches!(
            self,
            Self::Duplicate { .. }
                | Self::DuplicateFolded { .. }
                | Self::NameNotUtf8
                | Self::Backslashes
                | Self::ControlsInName
                | Self::LeadingData(_)
                | Self::TrailingData(_)
                | Self::Unlisted(_)
                | Self::SeveralDirectories
                | Self::EntryCount { .. }
                | Self::Zip64
        )
    }

    /// The archive's error inside an error of reading, if it is one.
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> Self {
        Self::of(&error).cloned().unwrap_or_else(|| Self::Io(error.to_string()))
    }
}

impl From<ArchiveError> for io::Error {
    fn from(error: ArchiveError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}
