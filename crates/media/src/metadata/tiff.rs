//! TIFF's directories: Exif, GPS, previews.

use std::collections::BTreeSet;
use std::ops::Range;

use super::exif_names::{gps_name, tag_name};
use super::source::{Source, Stop};
use super::table::{Table, TimeSort, When, exif_time, text};
use super::{Group, RevealKind, iptc, xml};

const DIRECTORIES_MAX: usize = 64;
const ENTRIES_MAX: usize = 1_000;
/// So many bytes of one value are read; longer ones are told by their beginning.
const VALUE_MAX: u64 = 64 << 10;
/// So many numbers of one value are shown.
const SHOWN: usize = 16;

/// What the TIFF is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The metadata of a picture of another format.
    Exif,
    /// The file itself.
    File,
}

/// Which directory is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Directory {
    Main,
    Exif,
    Gps,
    Interop,
    Preview,
    Sub,
}

struct Tiff<'t, 's> {
    source: &'t Source<'s>,
    within: Range<u64>,
    little: bool,
    role: Role,
    seen: BTreeSet<u64>,
    offsets: Vec<(u16, String)>,
    times: Vec<(u16, String, Range<u64>)>,
    stated: [Option<(u32, [u64; 2])>; 2],
    preview: (Option<u64>, Option<u64>),
}

/// One value of a directory.
struct Value {
    tag: u16,
    kind: u16,
    count: u64,
    at: Range<u64>,
    bytes: Vec<u8>,
}

/// Reads the TIFF that lies in this part of the file.
pub(super) fn read(
    source: &Source<'_>,
    within: Range<u64>,
    table: &mut Table,
    role: Role,
) -> Result<(), Stop> {
    let head: [u8; 8] = source.array(within.start)?;
    let little = match head.get(..4) {
        Some(b"II*\0") => true,
        Some(b"MM\0*") => false,
        _ => {
            table.note("Exif data that do not begin as TIFF does were not read.");
            return Ok(());
        }
    };
    let mut tiff = Tiff {
        source,
        within,
        little,
        role,
        seen: BTreeSet::new(),
        offsets: Vec::new(),
        times: Vec::new(),
        stated: [None, None],
        preview: (None, None),
    };
    let first = tiff.number32(&head, 4).map_or(0, u64::from);
    let result = tiff.chain(first, table);
    tiff.close(table);
    match result {
        // Exif that is cut is told, and what surrounds it is read on.
        Err(Stop::Short) => {
            table.note(
                "A directory of Exif points outside of its part of the file; the rest of it was not read.",
            );
            Ok(())
        }
        other => other,
    }
}

impl Tiff<'_, '_> {
    fn chain(&mut self, first: u64, table: &mut Table) -> Result<(), Stop> {
        let mut queue = vec![(first, Directory::Main)];
        while let Some((offset, directory)) = queue.pop() {
            if offset == 0 || self.seen.len() >= DIRECTORIES_MAX || !self.seen.insert(offset) {
                continue;
            }
            let next = self.directory(offset, directory, &mut queue, table)?;
            if directory == Directory::Main && self.role == Role::Exif {
                queue.insert(0, (next, Directory::Preview));
            } else if directory == Directory::Main {
                queue.insert(0, (next, Directory::Sub));
            }
        }
        Ok(())
    }

    fn directory(
        &mut self,
        offset: u64,
        directory: Directory,
        queue: &mut Vec<(u64, Directory)>,
        table: &mut Table,
    ) -> Result<u64, Stop> {
        let at = self.place(offset, 2)?;
        let count = usize::from(self.number16(&self.source.read(at, 2)?, 0).unwrap_or_default());
        if count > ENTRIES_MAX {
            table.note(format!(
                "A directory of Exif announces {count} entries; the first {ENTRIES_MAX} were read."
            ));
        }
        let read = count.min(ENTRIES_MAX);
        let entries = self.source.read(self.place(offset + 2, 12 * read as u64)?, 12 * read)?;
        for (number, entry) in (0_u64..).zip(entries.chunks_exact(12)) {
            let Some(value) = self.value(entry, at + 2 + 12 * number)? else {
                table.note("A value of Exif lies outside of its part of the file; it was not read.");
                continue;
            };
            self.take(&value, directory, queue, table)?;
        }
        let after = offset + 2 + 12 * count as u64;
        match self.place(after, 4) {
            Ok(at) => Ok(self.number32(&self.source.read(at, 4)?, 0).map_or(0, u64::from)),
            Err(_) => Ok(0),
        }
    }

    /// Where bytes of the TIFF stand in the file.
    fn place(&self, offset: u64, len: u64) -> Result<u64, Stop> {
        let at = self.within.start.checked_add(offset).ok_or(Stop::Short)?;
        let end = at.checked_add(len).ok_or(Stop::Short)?;
        if end <= self.within.end { Ok(at) } else { Err(Stop::Short) }
    }

    fn value(&self, entry: &[u8], at: u64) -> Result<Option<Value>, Stop> {
        let numbers = (self.number16(entry, 0), self.number16(entry, 2), self.number32(entry, 4));
        let (Some(tag), Some(kind), Some(count)) = numbers else { return Ok(None) };
        let count = u64::from(count);
        let len = count.saturating_mul(width(kind));
        let at = if len <= 4 {
            at + 8
        } else {
            let offset = self.number32(entry, 8).map_or(0, u64::from);
            match self.place(offset, len) {
                Ok(at) => at,
                Err(_) => return Ok(None),
            }
        };
        let read = usize::try_from(len.min(VALUE_MAX)).unwrap_or_default();
        let bytes = self.source.read(at, read)?;
        Ok(Some(Value { tag, kind, count, at: at..at + len, bytes }))
    }

    fn take(
        &mut self,
        value: &Value,
        directory: Directory,
        queue: &mut Vec<(u64, Directory)>,
        table: &mut Table,
    ) -> Result<(), Stop> {
        let number = self.numbers(value).first().copied();
        match (value.tag, directory) {
            (0x8769, Directory::Main) => queue.push((number.unwrap_or_default(), Directory::Exif)),
            (0x8825, Directory::Main) => queue.push((number.unwrap_or_default(), Directory::Gps)),
            (0xa005, Directory::Exif) => queue.push((number.unwrap_or_default(), Directory::Interop)),
            (0x014a, _) => {
                queue.extend(self.numbers(value).into_iter().take(8).map(|offset| (offset, Directory::Sub)));
            }
            (0x02bc, _) => xml::xmp(&value.bytes, value.at.start, table),
            (0x83bb, _) => iptc::datasets(&value.bytes, value.at.start, table),
            (0x8773, _) => {
                table.add(Group::Icc, "profile", format!("{} bytes", value.count), None, value.at.clone());
            }
            (0x927c, _) => maker_note(value, table),
            (tag, Directory::Gps) => self.gps(tag, value, table),
            (0x0201, _) => self.preview.0 = number,
            (0x0202, Directory::Preview) => {
                self.preview.1 = number;
                self.preview(table)?;
            }
            // The places of the picture's own strips and tiles say nothing.
            (0x0111 | 0x0117 | 0x0144 | 0x0145, _) => {}
            _ => self.plain(value, directory, table),
        }
        Ok(())
    }

    fn plain(&mut self, value: &Value, directory: Directory, table: &mut Table) {
        let name = tag_name(value.tag);
        let written = self.written(value);
        let group = match directory {
            Directory::Preview => Group::Thumbnail,
            _ => Group::Exif,
        };
        let meaning = meaning(value.tag, self.numbers(value).first().copied());
        self.facts(value, directory, &written, table);
        let name = name.map_or_else(|| format!("tag 0x{:04x}", value.tag).into(), Into::into);
        let name: std::borrow::Cow<'static, str> = name;
        table.add(group, name, written, meaning, value.at.clone());
    }

    /// What the judgement must know.
    fn facts(&mut self, value: &Value, directory: Directory, written: &str, table: &mut Table) {
        let at = &value.at;
        let bytes = [at.start, at.end];
        let number = self.numbers(value).first().and_then(|&number| u32::try_from(number).ok());
        match value.tag {
            0x010f | 0x0110 | 0xa433 | 0xa434 | 0xc614 => table.reveal(RevealKind::Device, written, at),
            0xa431 | 0xa435 | 0xc62f | 0xa420 => table.reveal(RevealKind::Serial, written, at),
            0x013b | 0x8298 | 0xa430 | 0x9c9d | 0x013c => table.reveal(RevealKind::Name, written, at),
            0x0131 | 0x000b => table.program(written, at),
            0x0132 | 0x9003 | 0x9004 => {
                table.reveal(RevealKind::Time, written, at);
                self.times.push((value.tag, written.to_owned(), at.clone()));
            }
            0x9010..=0x9012 => self.offsets.push((value.tag, written.to_owned())),
            0xa002 => self.stated[0] = number.map(|number| (number, bytes)),
            0xa003 => self.stated[1] = number.map(|number| (number, bytes)),
            0x0100 | 0x0101 if self.role == Role::File && directory != Directory::Preview => {
                let slot = usize::from(value.tag == 0x0101);
                if let (Some(slot), Some(number)) = (self.stated.get_mut(slot), number)
                    && slot.is_none_or(|known| known.0 < number)
                {
                    *slot = Some((number, bytes));
                }
            }
            _ => {}
        }
    }

    fn gps(&mut self, tag: u16, value: &Value, table: &mut Table) {
        let written = self.written(value);
        let parts = self.fractions(value);
        let degrees = || match *parts.as_slice() {
            [degrees, minutes, seconds, ..] => Some(degrees + minutes / 60.0 + seconds / 3_600.0),
            [degrees, minutes] => Some(degrees + minutes / 60.0),
            [degrees] => Some(degrees),
            [] => None,
        };
        let gps = &mut table.facts.gps;
        match tag {
            1 => gps.south = written.starts_with('S'),
            2 => {
                gps.latitude = degrees();
                gps.bytes = [value.at.start, value.at.end];
            }
            3 => gps.west = written.starts_with('W'),
            4 => gps.longitude = degrees(),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked to be small"
            )]
            7 => {
                let whole = |value: &f64| (0.0..100.0).contains(value).then_some(*value as u32);
                gps.time = match parts.as_slice() {
                    [hour, minute, second, ..] => {
                        whole(hour).zip(whole(minute)).zip(whole(second)).map(|((h, m), s)| (h, m, s))
                    }
                    _ => None,
                };
            }
            29 => gps.date = Some(written.clone()),
            _ => {}
        }
        let meaning = matches!(tag, 2 | 4).then(degrees).flatten().map(|degrees| format!("{degrees:.6}°"));
        let name = gps_name(tag).map_or_else(|| format!("tag 0x{tag:04x}").into(), Into::into);
        let name: std::borrow::Cow<'static, str> = name;
        table.add(Group::Gps, name, written, meaning, value.at.clone());
    }

    /// The small picture of the second directory: its size is in its own header.
    fn preview(&self, table: &mut Table) -> Result<(), Stop> {
        let (Some(offset), Some(len)) = self.preview else { return Ok(()) };
        let Ok(at) = self.place(offset, len) else {
            table.note("The preview of Exif lies outside of its part of the file.");
            return Ok(());
        };
        let range = at..at + len;
        let size = super::jpeg::size(self.source, range.clone())?;
        let value = match size {
            Some((width, height)) => format!("{width} × {height}, {len} bytes"),
            None => format!("{len} bytes"),
        };
        table.reveal(RevealKind::Preview, value.clone(), &range);
        if let Some(size) = size {
            table.facts.preview = Some((size, [range.start, range.end]));
        }
        table.add(Group::Thumbnail, "preview", value, None, range);
        Ok(())
    }

    fn close(&mut self, table: &mut Table) {
        for (tag, written, at) in &self.times {
            let (what, sort, beside) = match tag {
                0x9003 => ("Exif's time of taking", TimeSort::Made, 0x9011),
                0x9004 => ("Exif's time of digitising", TimeSort::Made, 0x9012),
                _ => ("Exif's time of change", TimeSort::Changed, 0x9010),
            };
            let offset =
                self.offsets.iter().find(|(tag, _)| *tag == beside).map(|(_, offset)| offset.as_str());
            table.time(what, sort, exif_time(written, offset), at);
        }
        match (self.role, self.stated) {
            (Role::Exif, [Some((width, at)), Some((height, to))]) => {
                table.facts.stated_size = Some(((width, height), [at[0].min(to[0]), at[1].max(to[1])]));
            }
            (Role::File, [Some((width, at)), Some((height, _))]) => table.size(width, height, at[0]..at[1]),
            _ => {}
        }
        let gps = &table.facts.gps;
        let (bytes, date, time) = (gps.bytes, gps.date.clone(), gps.time);
        if let (Some(date), Some((hour, minute, second))) = (date, time) {
            let written = format!("{}T{hour:02}:{minute:02}:{second:02}Z", date.replace(':', "-"));
            table.time(
                "GPS's time",
                TimeSort::Made,
                written.parse().ok().map(When::Instant),
                &(bytes[0]..bytes[1]),
            );
        }
        let gps = &table.facts.gps;
        if let (Some(latitude), Some(longitude)) = (gps.latitude, gps.longitude) {
            let signed = |value: f64, negative: bool| if negative { -value } else { value };
            let place = format!("{:.5}, {:.5}", signed(latitude, gps.south), signed(longitude, gps.west));
            table.reveal(RevealKind::Place, place, &(bytes[0]..bytes[1]));
        }
    }

    fn number16(&self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes = *bytes.get(at..)?.first_chunk()?;
        Some(if self.little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn number32(&self, bytes: &[u8], at: usize) -> Option<u32> {
        let bytes = *bytes.get(at..)?.first_chunk()?;
        Some(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    /// The value's whole numbers without sign, as far as they are.
    fn numbers(&self, value: &Value) -> Vec<u64> {
        let each = |size: usize, of: &dyn Fn(&[u8]) -> Option<u64>| {
            value.bytes.chunks_exact(size).take(SHOWN).filter_map(of).collect()
        };
        match value.kind {
            1 | 6 | 7 => value.bytes.iter().take(SHOWN).map(|&byte| u64::from(byte)).collect(),
            3 => each(2, &|bytes| self.number16(bytes, 0).map(u64::from)),
            4 | 13 => each(4, &|bytes| self.number32(bytes, 0).map(u64::from)),
            _ => Vec::new(),
        }
    }

    fn fractions(&self, value: &Value) -> Vec<f64> {
        let of = |bytes: &[u8]| {
            let (above, below) = (self.number32(bytes, 0)?, self.number32(bytes, 4)?);
            (below != 0).then(|| f64::from(above) / f64::from(below))
        };
        if value.kind == 5 {
            value.bytes.chunks_exact(8).take(SHOWN).map_while(of).collect()
        } else {
            Vec::new()
        }
    }

    /// The value for a person to read.
    fn written(&self, value: &Value) -> String {
        let signed = |size: usize| {
            let of = |bytes: &[u8]| match size {
                1 => bytes.first().map(|&byte| i64::from(byte.cast_signed())),
                2 => self.number16(bytes, 0).map(|number| i64::from(number.cast_signed())),
                _ => self.number32(bytes, 0).map(|number| i64::from(number.cast_signed())),
            };
            value
                .bytes
                .chunks_exact(size)
                .take(SHOWN)
                .filter_map(of)
                .map(|number| number.to_string())
                .collect()
        };
        let parts: Vec<String> = match value.kind {
            2 => return text(&value.bytes),
            7 | 1 if matches!(value.tag, 0x9286 | 0x001b | 0x001c) => return commented(&value.bytes),
            1 if (0x9c9b..=0x9c9f).contains(&value.tag) => return super::table::wide(&value.bytes, false),
            7 if value.bytes.iter().all(|byte| (0x20..0x7f).contains(byte)) => return text(&value.bytes),
            5 | 10 => value
                .bytes
                .chunks_exact(8)
                .take(SHOWN)
                .filter_map(|bytes| {
                    let (above, below) = (self.number32(bytes, 0)?, self.number32(bytes, 4)?);
                    Some(if value.kind == 5 {
                        format!("{above}/{below}")
                    } else {
                        format!("{}/{}", above.cast_signed(), below.cast_signed())
                    })
                })
                .collect(),
            6 => signed(1),
            8 => signed(2),
            9 => signed(4),
            11 | 12 => return format!("{} fractions", value.count),
            _ => self.numbers(value).iter().map(ToString::to_string).collect(),
        };
        let more = value.count > SHOWN as u64;
        format!(
            "{}{}",
            parts.join(" "),
            if more { format!(" … ({} in all)", value.count) } else { String::new() }
        )
    }
}

/// Bytes for each value of a type; of unknown types, one.
const fn width(kind: u16) -> u64 {
    match kind {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 => 8,
        _ => 1,
    }
}

/// A text behind eight bytes that say how it is encoded.
fn commented(bytes: &[u8]) -> String {
    let rest = bytes.get(8..).unwrap_or_default();
    match bytes.get(..8) {
        Some(b"UNICODE\0") => super::table::wide(rest, true),
        _ => text(rest),
    }
}

fn maker_note(value: &Value, table: &mut Table) {
    let begins: String = value
        .bytes
        .iter()
        .take(12)
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b' ')
        .map(|&byte| char::from(byte))
        .collect();
    let written = if begins.len() < 3 {
        format!("{} bytes", value.count)
    } else {
        format!("{} bytes, begins {begins:?}", value.count)
    };
    let meaning = "the maker's own data, which may hold serial numbers and more; not read here";
    table.add(Group::MakerNote, "MakerNote", written.clone(), Some(meaning.to_owned()), value.at.clone());
    table.reveal(RevealKind::Identifier, format!("maker's note: {written}"), &value.at);
}

fn meaning(tag: u16, number: Option<u64>) -> Option<String> {
    let words = match (tag, number?) {
        (0x0112, 1) => "upright",
        (0x0112, 3) => "turned by 180°",
        (0x0112, 6) => "to be turned by 90° clockwise",
        (0x0112, 8) => "to be turned by 90° anticlockwise",
        (0x0112, 2 | 4 | 5 | 7) => "mirrored",
        (0xa001, 1) => "sRGB",
        (0xa001, 65_535) => "uncalibrated",
        (0x9209, flash) if flash & 1 == 1 => "the flash fired",
        (0x9209, _) => "the flash did not fire",
        _ => return None,
    };
    Some(words.to_owned())
}
