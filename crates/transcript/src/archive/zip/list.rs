//! A zip's list of files, held against the headers in front of them.

use std::io::{BufReader, Read, Seek, SeekFrom};

use jiff::civil::DateTime;

use super::Fields;
use super::end::Directory;
use crate::Reading;
use crate::archive::{ArchiveError, Entry, EntryKind, Limits, names};

const STORED: u16 = 0;
pub(super) const DEFLATE: u16 = 8;
const RECORD: usize = 46;
const LOCAL: usize = 30;
/// What a data descriptor behind a file takes at most.
const DESCRIPTOR: u64 = 24;
const HAS_DESCRIPTOR: u16 = 1 << 3;
const UTF8: u16 = 1 << 11;
/// Encrypted, strongly encrypted, encrypted list.
const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;

#[derive(Debug)]
pub(super) struct Listing {
    pub(super) entries: Vec<Entry>,
    /// Where the contents of each are.
    pub(super) places: Vec<Place>,
    pub(super) notices: Vec<ArchiveError>,
}

/// What only reading an entry needs to know of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) data: u64,
    pub(super) method: u16,
    pub(super) crc: u32,
    flags: u16,
    header: u64,
}

impl Listing {
    pub(super) fn read<R: Read + Seek>(reader: &mut R, limits: &Limits) -> Result<Self, ArchiveError> {
        let len = reader.seek(SeekFrom::End(0))?;
        let directory = Directory::find(reader, len, limits)?;
        let mut listing = Self { entries: Vec::new(), places: Vec::new(), notices: Vec::new() };
        listing.read_records(reader, &directory, limits)?;
        let found = listing.entries.len() as u64;
        // Without zip64 the count is kept in 16 bits, and writers let it wrap round.
        let counted = if directory.zip64 { found } else { found & 0xFFFF };
        listing.notices.clone_from(&directory.notices);
        if counted != directory.stated {
            listing.notices.push(ArchiveError::EntryCount { stated: directory.stated, found });
        }
        listing.read_local_headers(reader, &directory)?;
        listing.mark_overlaps(&directory);
        names::mark_duplicates(&mut listing.entries);
        Ok(listing)
    }

    fn read_records<R: Read + Seek>(
        &mut self,
        reader: &mut R,
        directory: &Directory,
        limits: &Limits,
    ) -> Result<(), ArchiveError> {
        reader.seek(SeekFrom::Start(directory.start))?;
        let mut list = BufReader::new(reader.by_ref().take(directory.end - directory.start));
        let mut at = directory.start;
        let mut variable = Vec::new();
        while at < directory.end {
            let broken = |_| ArchiveError::DirectoryBroken { at };
            if self.entries.len() as u64 >= limits.entries {
                return Err(ArchiveError::TooManyEntries { limit: limits.entries });
            }
            let mut record = [0; RECORD];
            list.read_exact(&mut record).map_err(broken)?;
            let fields = Fields(&record);
            if !record.starts_with(b"PK\x01\x02") {
                return Err(ArchiveError::DirectoryBroken { at });
            }
            let [name, extra, comment] =
                [28, 30, 32].map(|at| usize::from(fields.u16(at).unwrap_or_default()));
            variable.resize(name + extra + comment, 0);
            list.read_exact(&mut variable).map_err(broken)?;
            let (name, rest) = variable.split_at_checked(name).unwrap_or_default();
            let (entry, place) =
                record_entry(&fields, name, rest.get(..extra).unwrap_or_default(), directory, limits);
            self.entries.push(entry);
            self.places.push(place);
            at += (RECORD + variable.len()) as u64;
        }
        Ok(())
    }

    /// The header in front of every file must say what the list says.
    fn read_local_headers<R: Read + Seek>(
        &mut self,
        reader: &mut R,
        directory: &Directory,
    ) -> Result<(), ArchiveError> {
        let mut variable = Vec::new();
        for (entry, place) in self.entries.iter_mut().zip(&mut self.places) {
            let limit = directory.start;
            if place.header.checked_add(LOCAL as u64).is_none_or(|end| end > limit) {
                let end = place.header.saturating_add(LOCAL as u64);
                entry.problems.push(ArchiveError::OutsideFile { end, limit });
                place.data = place.header.min(limit);
                continue;
            }
            let mut header = [0; LOCAL];
            super::read_exact_at(reader, place.header, &mut header, "a file's header")?;
            let fields = Fields(&header);
            let [name_len, extra_len] = [26, 28].map(|at| fields.u16(at).unwrap_or_default());
            variable.resize(usize::from(name_len) + usize::from(extra_len), 0);
            let whole = reader.read_exact(&mut variable).is_ok();
            let (name, extra) = variable.split_at_checked(usize::from(name_len)).unwrap_or_default();
            place.data = place.header + LOCAL as u64 + u64::from(name_len) + u64::from(extra_len);
            if let Some(field) =
                disagreement(&header, name, extra, entry, place).or((!whole).then_some("length"))
            {
                entry.problems.push(ArchiveError::LocalHeader { field });
            }
            match place.data.checked_add(entry.compressed) {
                Some(end) if end <= limit => {}
                end => entry.problems.push(ArchiveError::OutsideFile { end: end.unwrap_or(u64::MAX), limit }),
            }
        }
        Ok(())
    }

    /// No byte may belong to two files, and those of none are counted.
    fn mark_overlaps(&mut self, directory: &Directory) {
        let mut order: Vec<(u64, u64, u32)> = Vec::with_capacity(self.entries.len());
        for ((entry, place), number) in self.entries.iter().zip(&self.places).zip(0..) {
            order.push((place.header, place.data.saturating_add(entry.compressed), number));
        }
        order.sort_unstable();
        let mut unlisted = 0_u64;
        let (mut reached, mut reached_by, mut allowed) = (directory.base, None, 0);
        for (start, end, number) in order {
            if start < reached
                && let Some(other) = reached_by
            {
                self.problem(number, ArchiveError::Overlap { with: other });
                self.problem(other, ArchiveError::Overlap { with: number });
            }
            let gap = start.saturating_sub(reached);
            unlisted = unlisted.saturating_add(if gap > allowed { gap } else { 0 });
            if end >= reached {
                let descriptor =
                    self.places.get(number as usize).is_some_and(|place| place.flags & HAS_DESCRIPTOR != 0);
                allowed = if descriptor { DESCRIPTOR } else { 0 };
                (reached, reached_by) = (end, Some(number));
            }
        }
        let gap = directory.start.saturating_sub(reached);
        unlisted = unlisted.saturating_add(if gap > allowed { gap } else { 0 });
        if unlisted > 0 {
            self.notices.push(ArchiveError::Unlisted(unlisted));
        }
    }

    fn problem(&mut self, number: u32, problem: ArchiveError) {
        if let Some(entry) = self.entries.get_mut(number as usize)
            && !entry.problems.iter().any(|known| matches!(known, ArchiveError::Overlap { .. }))
        {
            entry.problems.push(problem);
        }
    }
}

fn record_entry(
    fields: &Fields<'_>,
    name: &[u8],
    extra: &[u8],
    directory: &Directory,
    limits: &Limits,
) -> (Entry, Place) {
    let u16_at = |at| fields.u16(at).unwrap_or_default();
    let u32_at = |at| fields.u32(at).unwrap_or_default();
    let (flags, method, attributes) = (u16_at(8), u16_at(10), u32_at(38));
    let (text, not_utf8) = names::decode(name);
    let mut entry = Entry {
        kind: EntryKind::File,
        modified: modified(extra, u16_at(12), u16_at(14)),
        problems: names::judge(&text),
        name: text,
        raw_name: name.to_vec(),
        compressed: u64::from(u32_at(20)),
        size: u64::from(u32_at(24)),
    };
    let mut header = u64::from(u32_at(42));
    let mut disk = u32::from(u16_at(34));
    let wide = [&mut entry.size, &mut entry.compressed, &mut header];
    if let Err(problem) = widen(wide, &mut disk, extra) {
        entry.problems.push(problem);
    }
    if disk != 0 {
        entry.problems.push(ArchiveError::SeveralDisks);
    }
    if not_utf8 {
        entry.problems.push(ArchiveError::NameNotUtf8);
    }
    if flags & ENCRYPTED != 0 || method == 99 {
        entry.problems.push(ArchiveError::Encrypted);
    } else if !matches!(method, STORED | DEFLATE) {
        entry.problems.push(ArchiveError::Method(method));
    }
    if method == STORED && entry.size != entry.compressed && flags & ENCRYPTED == 0 {
        entry.problems.push(ArchiveError::WrongSize { stated: entry.size, found: entry.compressed });
    }
    match attributes >> 16 & 0o170_000 {
        0 | 0o100_000 | 0o040_000 => {}
        0o120_000 => entry.problems.push(ArchiveError::Link),
        _ => entry.problems.push(ArchiveError::Special),
    }
    if name.ends_with(b"/") || name.ends_with(b"\\") {
        entry.kind = EntryKind::Folder;
    }
    entry.judge_size(limits);
    let header = header.saturating_add(directory.base);
    (entry, Place { data: header, method, crc: u32_at(16), flags, header })
}

/// Takes sizes and offset from the zip64 field where their own are all ones.
fn widen(fields: [&mut u64; 3], disk: &mut u32, extra: &[u8]) -> Result<(), ArchiveError> {
    let mut wide = extra_field(extra, 1).map(Fields);
    let mut at = 0;
    for field in fields {
        if *field == 0xFFFF_FFFF {
            let value = wide.as_mut().and_then(|wide| wide.u64(at));
            *field =
                value.ok_or(ArchiveError::Zip64Broken { expected: "a size or offset in the zip64 field" })?;
            at += 8;
        }
    }
    if *disk == 0xFFFF {
        let value = wide.and_then(|wide| wide.u32(at));
        *disk = value.ok_or(ArchiveError::Zip64Broken { expected: "a disk number in the zip64 field" })?;
    }
    Ok(())
}

/// The first extra field of this kind.
fn extra_field(mut extra: &[u8], kind: u16) -> Option<&[u8]> {
    loop {
        let fields = Fields(extra);
        let (found, len) = (fields.u16(0)?, usize::from(fields.u16(2)?));
        let value = extra.get(4..4 + len)?;
        if found == kind {
            return Some(value);
        }
        extra = extra.get(4 + len..)?;
    }
}

/// The instant of the extended timestamp, or else the local time that DOS wrote, which has no zone.
fn modified(extra: &[u8], time: u16, date: u16) -> Reading {
    if let Some(field) = extra_field(extra, 0x5455)
        && field.first().is_some_and(|flags| flags & 1 == 1)
        && let Some(seconds) = Fields(field).take(1).map(i32::from_le_bytes)
    {
        return Reading::epoch_seconds(i64::from(seconds));
    }
    if date == 0 {
        return Reading::Missing;
    }
    let part = |value: u16, shift: u16, bits: u16| {
        i8::try_from(value >> shift & ((1 << bits) - 1)).unwrap_or_default()
    };
    let year = i16::try_from(1980 + (date >> 9)).unwrap_or_default();
    let (hour, minute, second) = (part(time, 11, 5), part(time, 5, 6), part(time, 0, 5) * 2);
    DateTime::new(year, part(date, 5, 4), part(date, 0, 5), hour, minute, second, 0)
        .map_or(Reading::Impossible, Reading::Local)
}

/// On what the header in front of a file disagrees with the list.
fn disagreement(
    header: &[u8; LOCAL],
    name: &[u8],
    extra: &[u8],
    entry: &Entry,
    place: &Place,
) -> Option<&'static str> {
    let fields = Fields(header);
    if !header.starts_with(b"PK\x03\x04") {
        return Some("place: there is no header");
    }
    if name != entry.raw_name {
        return Some("name");
    }
    if fields.u16(8) != Some(place.method) {
        return Some("compression");
    }
    let flags = fields.u16(6).unwrap_or_default();
    if (flags ^ place.flags) & (ENCRYPTED | HAS_DESCRIPTOR) != 0 {
        return Some("flags");
    }
    if (flags ^ place.flags) & UTF8 != 0 && !name.is_ascii() {
        return Some("name's encoding");
    }
    let mut size = u64::from(fields.u32(22).unwrap_or_default());
    let mut compressed = u64::from(fields.u32(18).unwrap_or_default());
    let crc = fields.u32(14).unwrap_or_default();
    if widen([&mut size, &mut compressed, &mut 0], &mut 0, extra).is_err() {
        return Some("size");
    }
    // Writers that stream leave these to the descriptor behind the file.
    let later = flags & HAS_DESCRIPTOR != 0;
    let differs = |stated, known| stated != known && !(later && stated == 0);
    if differs(compressed, entry.compressed) || differs(size, entry.size) {
        return Some("size");
    }
    differs(u64::from(crc), u64::from(place.crc)).then_some("checksum")
}
