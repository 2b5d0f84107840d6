//! Where a zip's list of files is.

use std::io::{Read, Seek, SeekFrom};

use memchr::memmem;

use super::{Fields, read_exact_at};
use crate::archive::{ArchiveError, Limits};

const END: &[u8] = b"PK\x05\x06";
const END_LEN: u64 = 22;
const LOCATOR_LEN: usize = 20;
const END64_LEN: usize = 56;
/// How far from the end the end record is looked for: the longest comment, and as much again of data behind it.
const SEARCH: u64 = 2 * (END_LEN + 0xFFFF);

/// Where the list of files is, and what is odd about it.
#[derive(Debug)]
pub(super) struct Directory {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) stated: u64,
    pub(super) zip64: bool,
    /// What offsets must be raised by: bytes that stand before the archive.
    pub(super) base: u64,
    pub(super) notices: Vec<ArchiveError>,
}

struct EndRecord {
    at: u64,
    disk: u32,
    entries: u64,
    size: u64,
    offset: u64,
    trailing: u64,
    others: bool,
}

impl Directory {
    pub(super) fn find<R: Read + Seek>(
        reader: &mut R,
        len: u64,
        limits: &Limits,
    ) -> Result<Self, ArchiveError> {
        let mut end = EndRecord::find(reader, len)?;
        let mut notices = Vec::new();
        if end.trailing > 0 {
            notices.push(ArchiveError::TrailingData(end.trailing));
        }
        let (list_end, zip64, differs) = end.widen(reader)?;
        if end.others || differs {
            notices.push(ArchiveError::SeveralDirectories);
        }
        if zip64 {
            notices.push(ArchiveError::Zip64);
        }
        if end.disk != 0 {
            return Err(ArchiveError::SeveralDisks);
        }
        if end.size > limits.directory_bytes {
            return Err(ArchiveError::DirectoryTooLarge { size: end.size, limit: limits.directory_bytes });
        }
        let outside =
            ArchiveError::DirectoryOutside { start: end.offset, end: end.offset.saturating_add(end.size) };
        let last = list_end.checked_sub(end.size).ok_or(outside.clone())?;
        if end.offset > last {
            return Err(outside);
        }
        let begins = |reader: &mut R, at| -> Result<bool, ArchiveError> {
            let mut signature = [0; 4];
            Ok(end.size == 0
                || read_exact_at(reader, at, &mut signature, "a record of the list")? == *b"PK\x01\x02")
        };
        let start = if begins(reader, end.offset)? {
            end.offset
        } else if begins(reader, last)? {
            notices.push(ArchiveError::LeadingData(last - end.offset));
            last
        } else {
            return Err(outside);
        };
        if start + end.size < list_end {
            notices.push(ArchiveError::Unlisted(list_end - start - end.size));
        }
        let base = start - end.offset;
        Ok(Self { start, end: start + end.size, stated: end.entries, zip64, base, notices })
    }
}

impl EndRecord {
    /// The last record that ends with the file, or else the last one that is whole.
    fn find<R: Read + Seek>(reader: &mut R, len: u64) -> Result<Self, ArchiveError> {
        let from = len.saturating_sub(SEARCH);
        let mut tail = Vec::new();
        reader.seek(SeekFrom::Start(from))?;
        reader.by_ref().take(SEARCH).read_to_end(&mut tail)?;
        let mut exact: Vec<u64> = Vec::new();
        let mut whole: Option<u64> = None;
        let mut cut = false;
        for position in memmem::find_iter(&tail, END) {
            let record = tail.get(position..).unwrap_or_default();
            let Some(comment) = Fields(record).u16(20) else {
                cut = true;
                continue;
            };
            let at = from + position as u64;
            match (at + END_LEN + u64::from(comment)).cmp(&len) {
                std::cmp::Ordering::Equal => exact.push(at),
                std::cmp::Ordering::Less => whole = Some(at),
                std::cmp::Ordering::Greater => cut = true,
            }
        }
        let Some(at) = exact.last().copied().or(whole) else {
            let mut magic = [0; 4];
            let begins = len >= 4 && read_exact_at(reader, 0, &mut magic, "a file")? == *b"PK\x03\x04";
            return Err(if begins || cut {
                ArchiveError::Truncated { expected: "the zip's end record", at: len }
            } else {
                ArchiveError::NotAZip
            });
        };
        let record = usize::try_from(at - from).ok().and_then(|at| tail.get(at..)).unwrap_or_default();
        let fields = Fields(record);
        let short = || ArchiveError::Truncated { expected: "the zip's end record", at };
        let comment = u64::from(fields.u16(20).ok_or_else(short)?);
        Ok(Self {
            at,
            disk: u32::from(fields.u16(4).ok_or_else(short)?) | u32::from(fields.u16(6).ok_or_else(short)?),
            entries: u64::from(fields.u16(10).ok_or_else(short)?),
            size: u64::from(fields.u32(12).ok_or_else(short)?),
            offset: u64::from(fields.u32(16).ok_or_else(short)?),
            trailing: len - at - END_LEN - comment,
            others: exact.len() > 1,
        })
    }

    /// Takes the fields of zip64 instead, where there are any. Says where the list must end, whether it is zip64, and
    /// whether the two records differ where they should not.
    fn widen<R: Read + Seek>(&mut self, reader: &mut R) -> Result<(u64, bool, bool), ArchiveError> {
        let mut locator = [0; LOCATOR_LEN];
        let found = match self.at.checked_sub(LOCATOR_LEN as u64) {
            Some(at) => {
                read_exact_at(reader, at, &mut locator, "the zip64 locator")?.starts_with(b"PK\x06\x07")
            }
            None => false,
        };
        if !found {
            let cannot = self.size == 0xFFFF_FFFF || self.offset == 0xFFFF_FFFF;
            return if cannot {
                Err(ArchiveError::Zip64Broken { expected: "the locator before the end record" })
            } else {
                Ok((self.at, false, false))
            };
        }
        let broken = |expected| ArchiveError::Zip64Broken { expected };
        let fields = Fields(&locator);
        let stated = fields.u64(8).ok_or(broken("an offset in the locator"))?;
        if fields.u32(4) != Some(0) || fields.u32(16).is_none_or(|disks| disks > 1) {
            return Err(ArchiveError::SeveralDisks);
        }
        // Bytes before the archive move the record away from where the locator says.
        let behind = self.at.checked_sub((LOCATOR_LEN + END64_LEN) as u64);
        let mut record = [0; END64_LEN];
        let mut at = None;
        for candidate in [Some(stated), behind].into_iter().flatten() {
            if candidate.checked_add(END64_LEN as u64).is_some_and(|end| end <= self.at)
                && read_exact_at(reader, candidate, &mut record, "the zip64 end record")?
                    .starts_with(b"PK\x06\x06")
            {
                at = Some(candidate);
                break;
            }
        }
        let at = at.ok_or(broken("the end record where the locator points"))?;
        let fields = Fields(&record);
        let short = || broken("a whole end record");
        let wide = Self {
            at,
            disk: fields.u32(16).ok_or_else(short)? | fields.u32(20).ok_or_else(short)?,
            entries: fields.u64(32).ok_or_else(short)?,
            size: fields.u64(40).ok_or_else(short)?,
            offset: fields.u64(48).ok_or_else(short)?,
            ..*self
        };
        let differs = (self.entries != 0xFFFF && self.entries != wide.entries)
            || (self.size != 0xFFFF_FFFF && self.size != wide.size)
            || (self.offset != 0xFFFF_FFFF && self.offset != wide.offset);
        *self = wide;
        Ok((at, true, differs))
    }
}
