//! Matroska and `WebM`: the elements before the clusters of the film, and what the index of elements points to.

use std::ops::Range;

use jiff::Timestamp;

use super::source::{Source, Stop, span};
use super::table::{Table, TimeSort, When, iso_time, text};
use super::{Group, RevealKind};

const ELEMENTS_MAX: usize = 20_000;
const VALUE_MAX: usize = 64 << 10;
/// 1 January 2001, in seconds since 1970.
const EPOCH: i64 = 978_307_200;

struct Walk<'w, 's> {
    source: &'w Source<'s>,
    elements: usize,
    tag: Option<String>,
    width: Option<u32>,
}

pub(super) fn read(source: &Source<'_>, table: &mut Table) -> Result<(), Stop> {
    let mut walk = Walk { source, elements: 0, tag: None, width: None };
    walk.elements(0..source.size(), 0, table)
}

impl Walk<'_, '_> {
    /// A number whose first byte says how long it is: with that mark, for names; without, for lengths.
    fn number(&self, at: u64, marked: bool) -> Result<(u64, u64), Stop> {
        let [first] = self.source.array(at)?;
        let len = first.leading_zeros() + 1;
        if len > 8 {
            return Err(Stop::Short);
        }
        let bytes = self.source.read(at, len as usize)?;
        let all = bytes.iter().fold(0_u64, |sum, &byte| sum << 8 | u64::from(byte));
        let value = if marked { all } else { all & ((1 << (7 * len)) - 1) };
        let unknown = !marked && value == (1 << (7 * len)) - 1;
        Ok((if unknown { u64::MAX } else { value }, at + u64::from(len)))
    }

    fn elements(&mut self, within: Range<u64>, depth: u8, table: &mut Table) -> Result<(), Stop> {
        let mut at = within.start;
        while at < within.end {
            self.elements += 1;
            if self.elements > ELEMENTS_MAX || depth > 8 {
                return Err(Stop::Limit);
            }
            let (id, from) = self.number(at, true)?;
            let (len, from) = self.number(from, false)?;
            // An unknown length goes on to the end of what holds it.
            let end = if len == u64::MAX { within.end } else { from.saturating_add(len) };
            if end > within.end {
                return Err(Stop::Short);
            }
            match id {
                // A cluster of unknown length: what comes behind cannot be found without reading the film.
                0x1f43_b675 if len == u64::MAX => return Ok(()),
                // Segment, Info, Tracks, TrackEntry, Video, Tags, Tag, SimpleTag, Attachments, AttachedFile.
                0x1853_8067 | 0x1549_a966 | 0x1654_ae6b | 0xae | 0xe0 | 0x1254_c367 | 0x7373 | 0x67c8
                | 0x1941_a469 | 0x61a7 => self.elements(from..end, depth + 1, table)?,
                _ => self.value(id, from..end, table)?,
            }
            at = end;
        }
        Ok(())
    }

    fn value(&mut self, id: u64, place: Range<u64>, table: &mut Table) -> Result<(), Stop> {
        let name = match id {
            0x4461 => "DateUTC",
            0x7ba9 => "Title",
            0x4d80 => "MuxingApp",
            0x5741 => "WritingApp",
            0x73a4 => "SegmentUUID",
            0x45a3 => "TagName",
            0x4487 => "TagString",
            0xb0 => "PixelWidth",
            0xba => "PixelHeight",
            0x466e => "FileName",
            0x4282 => "DocType",
            _ => return Ok(()),
        };
        let len = usize::try_from(place.end - place.start).unwrap_or(usize::MAX).min(VALUE_MAX);
        let bytes = self.source.read(place.start, len)?;
        let number = || bytes.iter().take(8).fold(0_u64, |sum, &byte| sum << 8 | u64::from(byte));
        match name {
            "DateUTC" => {
                let nanos = number().cast_signed();
                let when = EPOCH
                    .checked_add(nanos.div_euclid(1_000_000_000))
                    .and_then(|s| Timestamp::from_second(s).ok());
                let meaning = when.map(|when| when.to_string());
                table.time(
                    "the container's time of creation",
                    TimeSort::Made,
                    when.map(When::Instant),
                    &place,
                );
                if let Some(meaning) = &meaning {
                    table.reveal(RevealKind::Time, meaning.clone(), &place);
                }
                table.add(Group::Container, name, nanos.to_string(), meaning, place);
            }
            "TagName" => self.tag = Some(text(&bytes)),
            "TagString" => {
                let (name, value) = (self.tag.take().unwrap_or_default(), text(&bytes));
                match name.as_str() {
                    "ARTIST" | "COPYRIGHT" => table.reveal(RevealKind::Name, value.clone(), &place),
                    "ENCODER" => table.program(&value, &place),
                    "DATE_RECORDED" | "CREATION_TIME" | "DATE" => {
                        table.time("the tags' date", TimeSort::Made, iso_time(&value), &place);
                    }
                    "LOCATION" | "RECORDING_LOCATION" => {
                        table.reveal(RevealKind::Place, value.clone(), &place);
                    }
                    _ => {}
                }
                table.add(Group::Tags, name, value, None, place);
            }
            "PixelWidth" => self.width = u32::try_from(number()).ok(),
            "PixelHeight" => {
                if let (Some(width), Ok(height)) = (self.width.take(), u32::try_from(number())) {
                    table.size(width, height, place);
                }
            }
            "SegmentUUID" => {
                let value = crate::hex::encode(bytes.get(..16).unwrap_or(&bytes));
                table.add(Group::Container, name, value, None, span(place.start, len));
            }
            _ => {
                let value = text(&bytes);
                if matches!(name, "MuxingApp" | "WritingApp") {
                    table.program(&value, &place);
                }
                table.add(Group::Container, name, value, None, place);
            }
        }
        Ok(())
    }
}
