//! Tar: POSIX ustar and pax, GNU's long names and large numbers.

use std::io::{Read, Seek, SeekFrom};

use super::exactly::Exactly;
use super::{ArchiveError, Entry, EntryKind, Limits, names};
use crate::Reading;

const BLOCK: u64 = 512;
const HEADER: usize = 512;
/// What a record of long names or pax fields may have.
const LONGEST_RECORD: u64 = 1 << 20;

/// A tar that is read from `R`.
#[derive(Debug)]
pub struct Tar<R> {
    reader: R,
    entries: Vec<Entry>,
    /// Where the contents of each begin.
    starts: Vec<u64>,
    notices: Vec<ArchiveError>,
    limits: Limits,
    spent: u64,
}

/// What the records before a header say of it.
#[derive(Debug, Default)]
struct Overrides {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    modified: Option<i64>,
    link: bool,
}

impl<R: Read + Seek> Tar<R> {
    /// Goes through all headers.
    ///
    /// # Errors
    ///
    /// If it is no tar, has too many entries, or reading fails. Where it breaks off later, what came before is listed
    /// and [`Tar::notices`] say so.
    pub fn open(reader: R, limits: Limits) -> Result<Self, ArchiveError> {
        let mut tar =
            Self { reader, entries: Vec::new(), starts: Vec::new(), notices: Vec::new(), limits, spent: 0 };
        let len = tar.reader.seek(SeekFrom::End(0))?;
        match tar.list(len) {
            Ok(()) => {}
            Err(problem @ (ArchiveError::Truncated { .. } | ArchiveError::HeaderBroken { .. }))
                if !tar.entries.is_empty() =>
            {
                tar.notices.push(problem);
            }
            Err(ArchiveError::HeaderBroken { at: 0, .. } | ArchiveError::Truncated { at: 0, .. }) => {
                return Err(ArchiveError::NotATar);
            }
            Err(problem) => return Err(problem),
        }
        names::mark_duplicates(&mut tar.entries);
        Ok(tar)
    }

    /// All entries in order; also those that are not opened.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What is odd about the archive as a whole.
    pub fn notices(&self) -> &[ArchiveError] {
        &self.notices
    }

    /// A file's contents, to be read to their end.
    ///
    /// # Errors
    ///
    /// For an entry that is refused, that is a folder, or that is not there; where more is read out of the archive
    /// altogether than is allowed.
    pub fn content(&mut self, number: usize) -> Result<impl Read + use<'_, R>, ArchiveError> {
        let (Some(entry), Some(&start)) = (self.entries.get(number), self.starts.get(number)) else {
            return Err(ArchiveError::NoSuchFile);
        };
        if let Some(problem) = entry.refused() {
            return Err(problem.clone());
        }
        if entry.kind == EntryKind::Folder {
            return Err(ArchiveError::NoSuchFile);
        }
        self.spent = self.spent.saturating_add(entry.size);
        if self.spent > self.limits.total_bytes {
            return Err(ArchiveError::TotalTooLarge { limit: self.limits.total_bytes });
        }
        self.reader.seek(SeekFrom::Start(start))?;
        Ok(Exactly { reader: &mut self.reader, left: entry.size, at: start })
    }

    fn list(&mut self, len: u64) -> Result<(), ArchiveError> {
        let mut at = 0;
        let mut next = Overrides::default();
        let mut records = 0_u64;
        loop {
            let mut header = [0; HEADER];
            match super::read_block(&mut self.reader, at, &mut header)? {
                0 if at > 0 => return Err(ArchiveError::Truncated { expected: "a header or the end", at }),
                read if read < HEADER => {
                    return Err(ArchiveError::Truncated { expected: "a whole header", at });
                }
                _ => {}
            }
            if header.iter().all(|&byte| byte == 0) && at > 0 {
                return self.note_trailing(at, len);
            }
            check(&header).map_err(|what| ArchiveError::HeaderBroken { at, what })?;
            let start = at + BLOCK;
            let stated =
                number(field(&header, 124, 12)).ok_or(ArchiveError::HeaderBroken { at, what: "its size" })?;
            let kind = header.get(156).copied().unwrap_or_default();
            records += 1;
            if records > self.limits.entries.saturating_mul(3)
                || self.entries.len() as u64 >= self.limits.entries
            {
                return Err(ArchiveError::TooManyEntries { limit: self.limits.entries });
            }
            let size =
                if matches!(kind, b'L' | b'K' | b'x' | b'g') { stated } else { next.size.unwrap_or(stated) };
            let blocks = size.checked_next_multiple_of(BLOCK).and_then(|size| start.checked_add(size));
            let end = blocks.ok_or(ArchiveError::HeaderBroken { at, what: "its size" })?;
            match kind {
                b'L' => {
                    let record = self.record(start, size)?;
                    next.name = Some(record.split(|&byte| byte == 0).next().unwrap_or_default().to_vec());
                }
                b'K' => next.link = true,
                b'x' => next.read_pax(&self.record(start, size)?),
                // Facts on all that follow; none of them is needed.
                b'g' => {}
                _ => {
                    let overrides = std::mem::take(&mut next);
                    self.add(&header, kind, size, start, len, overrides);
                }
            }
            if end > len {
                // The last block need not be filled up.
                let whole = start.checked_add(size).is_some_and(|end| end <= len);
                let at = if whole { len } else { start };
                return Err(ArchiveError::Truncated { expected: "the contents of an entry and the end", at });
            }
            at = end;
        }
    }

    fn add(&mut self, header: &[u8], kind: u8, size: u64, start: u64, len: u64, overrides: Overrides) {
        let raw_name = overrides.name.unwrap_or_else(|| ustar_name(header));
        let (name, not_utf8) = names::decode(&raw_name);
        let mut problems = names::judge(&name);
        if not_utf8 {
            problems.push(ArchiveError::NameNotUtf8);
        }
        match kind {
            b'0' | 0 | b'7' | b'5' => {}
            b'1' | b'2' => problems.push(ArchiveError::Link),
            _ => problems.push(ArchiveError::Special),
        }
        if start.checked_add(size).is_none_or(|end| end > len) {
            problems.push(ArchiveError::OutsideFile { end: start.saturating_add(size), limit: len });
        }
        let folder = kind == b'5' || name.ends_with('/');
        let seconds = overrides
            .modified
            .or_else(|| number(field(header, 136, 12)).and_then(|at| i64::try_from(at).ok()));
        let mut entry = Entry {
            name,
            raw_name,
            kind: if folder { EntryKind::Folder } else { EntryKind::File },
            size,
            compressed: size,
            modified: seconds.map_or(Reading::Missing, Reading::epoch_seconds),
            problems,
        };
        entry.judge_size(&self.limits);
        self.entries.push(entry);
        self.starts.push(start);
    }

    /// A long name or pax fields.
    fn record(&mut self, start: u64, size: u64) -> Result<Vec<u8>, ArchiveError> {
        if size > LONGEST_RECORD {
            return Err(ArchiveError::TooLarge { size, limit: LONGEST_RECORD });
        }
        self.reader.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        self.reader.by_ref().take(size).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != size {
            return Err(ArchiveError::Truncated { expected: "a long name", at: start });
        }
        Ok(bytes)
    }

    /// Behind the end there may be zeros and nothing else.
    fn note_trailing(&mut self, at: u64, len: u64) -> Result<(), ArchiveError> {
        self.reader.seek(SeekFrom::Start(at))?;
        let mut block = [0; 8 << 10];
        let mut seen = at;
        loop {
            let read = self.reader.read(&mut block)?;
            if read == 0 {
                return Ok(());
            }
            if block.get(..read).unwrap_or_default().iter().any(|&byte| byte != 0) {
                self.notices.push(ArchiveError::TrailingData(len.saturating_sub(seen)));
                return Ok(());
            }
            seen += read as u64;
        }
    }
}

impl Overrides {
    /// `LENGTH KEY=VALUE\n`, as often as there are.
    fn read_pax(&mut self, mut record: &[u8]) {
        while let Some(space) = memchr::memchr(b' ', record) {
            let len = record.get(..space).and_then(decimal).and_then(|len| usize::try_from(len).ok());
            let Some((line, rest)) = len.and_then(|len| record.split_at_checked(len)) else { return };
            let Some(fact) = line.get(space + 1..line.len().saturating_sub(1)) else { return };
            record = rest;
            let Some(equals) = memchr::memchr(b'=', fact) else { continue };
            let (key, value) =
                (fact.get(..equals).unwrap_or_default(), fact.get(equals + 1..).unwrap_or_default());
            match key {
                b"path" => self.name = Some(value.to_vec()),
                b"size" => self.size = decimal(value),
                b"mtime" => {
                    let whole = value.split(|&byte| byte == b'.').next().and_then(decimal);
                    self.modified = whole.and_then(|at| i64::try_from(at).ok());
                }
                _ => {}
            }
        }
    }
}

fn field(header: &[u8], at: usize, len: usize) -> &[u8] {
    header.get(at..at + len).unwrap_or_default()
}

/// The checksum says whether it is a header at all.
fn check(header: &[u8]) -> Result<(), &'static str> {
    let stated = number(field(header, 148, 8)).ok_or("its checksum is not a number")?;
    let sums =
        header.iter().enumerate().map(|(at, &byte)| if (148..156).contains(&at) { b' ' } else { byte });
    let (unsigned, signed) = sums.fold((0_u64, 0_i64), |(unsigned, signed), byte| {
        (unsigned + u64::from(byte), signed + i64::from(byte.cast_signed()))
    });
    // Some old writers added signed bytes.
    if stated == unsigned || i64::try_from(stated) == Ok(signed) {
        Ok(())
    } else {
        Err("its checksum is wrong")
    }
}

/// Octal digits, or with the first bit set GNU's number of base 256.
fn number(field: &[u8]) -> Option<u64> {
    if let Some((&first, rest)) = field.split_first()
        && first & 0x80 != 0
    {
        let mut value = u64::from(first & 0x7F);
        for &byte in rest {
            value = value.checked_mul(256)? | u64::from(byte);
        }
        return Some(value);
    }
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    let digits = field.get(..end)?.trim_ascii();
    digits.iter().try_fold(0_u64, |value, &digit| match digit {
        b'0'..=b'7' => value.checked_mul(8)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}

fn decimal(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn ustar_name(header: &[u8]) -> Vec<u8> {
    let text = |at, len| field(header, at, len).split(|&byte| byte == 0).next().unwrap_or_default();
    let (name, prefix) = (text(0, 100), text(345, 155));
    // Only POSIX has a prefix there; GNU keeps times in its place.
    if field(header, 257, 6) == b"ustar\0" && !prefix.is_empty() {
        return [prefix, b"/", name].concat();
    }
    name.to_vec()
}
