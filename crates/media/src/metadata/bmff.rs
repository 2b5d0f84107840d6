//! ISO base media files and `QuickTime`: the boxes of MP4, MOV, 3GP, M4A, HEIC, AVIF. Only the boxes' heads and what is
//! wanted of them are read, never the media themselves, so that a film of gigabytes costs a few kilobytes.

use std::collections::BTreeMap;
use std::ops::Range;

use super::source::{Source, Stop, be16, be32, be64, span};
use super::table::{Table, TimeSort, iso_time, since_1904, text};
use super::tiff::Role;
use super::{Group, RevealKind, jpeg, tiff, xml};

const BOXES_MAX: usize = 20_000;
const DEPTH_MAX: u8 = 10;
/// So many bytes of a box with values are read.
const CONTENT_MAX: usize = 1 << 20;
const ITEMS_MAX: usize = 4_096;
const XMP: [u8; 16] = *b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac";
const C2PA: [u8; 16] = *b"\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81";

/// A box: its type, its content.
struct Box4 {
    kind: [u8; 4],
    content: Range<u64>,
}

struct Walk<'w, 's> {
    source: &'w Source<'s>,
    boxes: usize,
    /// The names of `QuickTime`'s metadata keys, from one.
    keys: Vec<String>,
    items: Items,
}

/// The items of a still picture's file.
#[derive(Default)]
struct Items {
    kinds: BTreeMap<u32, ([u8; 4], String)>,
    places: BTreeMap<u32, Range<u64>>,
}

pub(super) fn read(source: &Source<'_>, table: &mut Table) -> Result<(), Stop> {
    // A bare codestream of JPEG XL has no boxes.
    if source.array(0)? == [0xff, 0x0a] {
        return Ok(());
    }
    let mut walk = Walk { source, boxes: 0, keys: Vec::new(), items: Items::default() };
    walk.boxes(0..source.size(), *b"file", 0, table)?;
    walk.items(table)
}

impl Walk<'_, '_> {
    fn boxes(
        &mut self,
        within: Range<u64>,
        parent: [u8; 4],
        depth: u8,
        table: &mut Table,
    ) -> Result<(), Stop> {
        let mut at = within.start;
        while at + 8 <= within.end {
            self.boxes += 1;
            if self.boxes > BOXES_MAX || depth > DEPTH_MAX {
                return Err(Stop::Limit);
            }
            // A list of QuickTime's ends with four bytes of nought.
            let Some((found, end)) = self.head(at, within.end)? else { return Ok(()) };
            self.take(&found, parent, depth, table)?;
            at = end;
        }
        Ok(())
    }

    fn head(&self, at: u64, limit: u64) -> Result<Option<(Box4, u64)>, Stop> {
        let head: [u8; 8] = self.source.array(at)?;
        let short = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let kind = [head[4], head[5], head[6], head[7]];
        let (from, end) = match short {
            0 if kind == [0; 4] => return Ok(None),
            0 => (at + 8, limit),
            1 => {
                let len = u64::from_be_bytes(self.source.array(at + 8)?);
                (at + 16, at.checked_add(len.max(16)).ok_or(Stop::Short)?)
            }
            len => (at + 8, at + u64::from(len.max(8))),
        };
        if end > limit {
            return Err(Stop::Short);
        }
        Ok(Some((Box4 { kind, content: from..end }, end)))
    }

    fn content(&self, found: &Box4) -> Result<Vec<u8>, Stop> {
        let len = usize::try_from(found.content.end - found.content.start).unwrap_or(usize::MAX);
        self.source.read(found.content.start, len.min(CONTENT_MAX))
    }

    fn take(&mut self, found: &Box4, parent: [u8; 4], depth: u8, table: &mut Table) -> Result<(), Stop> {
        let inner = found.content.clone();
        match (&found.kind, &parent) {
            (b"moov" | b"trak" | b"mdia" | b"udta" | b"iprp" | b"ipco" | b"moof" | b"jumb", _) => {
                self.boxes(inner, found.kind, depth + 1, table)
            }
            (b"meta", _) => {
                // A full box in ISO's files; in QuickTime's without version and flags.
                let second = self.source.up_to(inner.start, 8)?;
                let skip = if second.get(4..8) == Some(b"hdlr") { 0 } else { 4 };
                self.boxes((inner.start + skip).min(inner.end)..inner.end, *b"meta", depth + 1, table)
            }
            (b"ilst", _) => self.list(inner, table),
            (b"keys", _) => {
                self.keys = keys(&self.content(found)?);
                Ok(())
            }
            (b"ftyp", _) => {
                let content = self.content(found)?;
                let brands: Vec<String> = content
                    .chunks_exact(4)
                    .take(32)
                    .enumerate()
                    .filter(|(n, _)| *n != 1)
                    .map(|(_, b)| text(b))
                    .collect();
                table.add(Group::Container, "brands", brands.join(" "), None, inner);
                Ok(())
            }
            (b"mvhd", _) => self.times(found, "the container", table),
            (b"mdhd", _) => self.times(found, "a track", table),
            (b"tkhd", _) => self.track(found, table),
            (b"hdlr", b"mdia") => {
                let content = self.content(found)?;
                let name = text(content.get(24..).unwrap_or_default());
                let name = name.trim_start_matches(|c: char| c.is_control()).to_owned();
                let kind = text(content.get(8..12).unwrap_or_default());
                table.add(Group::Track, "handler", format!("{kind} {name}").trim().to_owned(), None, inner);
                Ok(())
            }
            (b"uuid", _) => self.user(found, table),
            (b"XMP_", _) | (b"xml ", b"file") => {
                xml::xmp(&self.content(found)?, inner.start, table);
                Ok(())
            }
            (b"Exif" | b"exif", b"file") => self.exif(inner, table),
            (b"ispe", _) => {
                let content = self.content(found)?;
                if let (Some(width), Some(height)) = (be32(&content, 4), be32(&content, 8)) {
                    table.size(width, height, inner);
                }
                Ok(())
            }
            (b"iinf", _) => self.item_list(found, depth, table),
            (b"infe", _) => {
                self.item(&self.content(found)?);
                Ok(())
            }
            (b"iloc", _) => {
                self.item_places(&self.content(found)?);
                Ok(())
            }
            (kind, b"udta") => {
                let content = self.content(found)?;
                user_data(*kind, &content, inner, table);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Times of creation and change, and the length.
    fn times(&self, found: &Box4, of: &'static str, table: &mut Table) -> Result<(), Stop> {
        let content = self.content(found)?;
        let long = content.first() == Some(&1);
        let at = found.content.start;
        let group = if of == "a track" { Group::Track } else { Group::Container };
        let width = if long { 8 } else { 4 };
        let (what, changed) = match of {
            "a track" => ("the track's time of creation", "the track's time of change"),
            _ => ("the container's time of creation", "the container's time of change"),
        };
        for (name, number, what, sort) in
            [("creation_time", 0, what, TimeSort::Made), ("modification_time", 1, changed, TimeSort::Changed)]
        {
            let place = 4 + number * width;
            let seconds = if long { be64(&content, place) } else { be32(&content, place).map(u64::from) };
            let Some(seconds) = seconds else { continue };
            let when = since_1904(seconds);
            let range = span(at + place as u64, width);
            let meaning = when.map_or_else(|| "not set".to_owned(), |when| when.to_string());
            if when.is_some() {
                table.reveal(RevealKind::Time, meaning.clone(), &range);
            }
            table.add(group, name, seconds.to_string(), Some(meaning), range.clone());
            table.time(what, sort, when, &range);
        }
        let scale = be32(&content, 4 + 2 * width).filter(|&scale| scale > 0);
        let place = 8 + 2 * width;
        let length = if long { be64(&content, place) } else { be32(&content, place).map(u64::from) };
        if let (Some(scale), Some(length)) = (scale, length) {
            let seconds = length / u64::from(scale);
            let meaning = format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
            table.add(
                group,
                "duration",
                format!("{length}/{scale}"),
                Some(meaning),
                span(at + place as u64, width),
            );
        }
        if group == Group::Track
            && let Some(code) = be16(&content, place + width).filter(|code| *code != 0 && *code != 0x55c4)
        {
            let letter = |shift: u16| char::from(u8::try_from(code >> shift & 31).unwrap_or_default() + 0x60);
            let language: String = [10, 5, 0].map(letter).iter().collect();
            table.add(group, "language", language, None, span(at + (place + width) as u64, 2));
        }
        Ok(())
    }

    fn track(&self, found: &Box4, table: &mut Table) -> Result<(), Stop> {
        let content = self.content(found)?;
        let at = if content.first() == Some(&1) { 88 } else { 76 };
        if let (Some(width), Some(height)) = (be32(&content, at), be32(&content, at + 4))
            && width >> 16 > 0
            && height >> 16 > 0
        {
            table.size(width >> 16, height >> 16, span(found.content.start + at as u64, 8));
        }
        Ok(())
    }

    fn user(&self, found: &Box4, table: &mut Table) -> Result<(), Stop> {
        let at = found.content.start;
        if found.content.end - at < 16 {
            return Ok(());
        }
        let name: [u8; 16] = self.source.array(at)?;
        if name == C2PA {
            jpeg::c2pa_found(table, found.content.clone());
        } else if name == XMP {
            let len = usize::try_from(found.content.end - at - 16).unwrap_or(usize::MAX);
            xml::xmp(&self.source.read(at + 16, len.min(CONTENT_MAX))?, at + 16, table);
        }
        Ok(())
    }

    /// The items of a list of metadata: each is a box named by its key or by its number among the keys.
    fn list(&mut self, within: Range<u64>, table: &mut Table) -> Result<(), Stop> {
        let mut at = within.start;
        while at + 8 <= within.end {
            self.boxes += 1;
            if self.boxes > BOXES_MAX {
                return Err(Stop::Limit);
            }
            let Some((item, end)) = self.head(at, within.end)? else { return Ok(()) };
            at = end;
            let number = u32::from_be_bytes(item.kind) as usize;
            let named = number.checked_sub(1).and_then(|number| self.keys.get(number)).cloned();
            let name = named.unwrap_or_else(|| latin(&item.kind));
            if item.content.end - item.content.start < 16 {
                continue;
            }
            let Some((data, _)) = self.head(item.content.start, item.content.end)? else { continue };
            let len = data.content.end.saturating_sub(data.content.start);
            if &data.kind != b"data" || len < 8 {
                continue;
            }
            let kind = self.source.u32(data.content.start)?;
            let place = data.content.start + 8..data.content.end;
            if matches!(kind, 13 | 14) {
                let value = format!("{} bytes", len - 8);
                table.add(Group::Thumbnail, name, value, None, place);
                continue;
            }
            let bytes =
                self.source.read(place.start, usize::try_from(len - 8).unwrap_or(usize::MAX).min(4_096))?;
            let value = match (kind, bytes.as_slice()) {
                (1, bytes) => text(bytes),
                (21 | 22, bytes) if bytes.len() <= 8 => {
                    bytes.iter().fold(0_u64, |sum, &byte| sum << 8 | u64::from(byte)).to_string()
                }
                _ => format!("{} bytes", len - 8),
            };
            tag(&name, &value, &place, table);
            table.add(Group::Tags, name, value, None, place);
        }
        Ok(())
    }

    fn exif(&self, item: Range<u64>, table: &mut Table) -> Result<(), Stop> {
        // Four bytes say how far behind them the TIFF begins.
        let skip = u64::from(self.source.u32(item.start)?);
        let from = item.start.checked_add(4 + skip).filter(|&from| from + 8 <= item.end);
        let Some(from) = from else {
            table.note("The item with Exif is too short for what it announces.");
            return Ok(());
        };
        tiff::read(self.source, from..item.end, table, Role::Exif)
    }

    fn item_list(&mut self, found: &Box4, depth: u8, table: &mut Table) -> Result<(), Stop> {
        let head: [u8; 8] = match self.source.array(found.content.start) {
            Err(Stop::Short) => return Ok(()),
            other => other?,
        };
        let skip = if head[0] == 0 { 6 } else { 8 };
        self.boxes(
            (found.content.start + skip).min(found.content.end)..found.content.end,
            *b"iinf",
            depth + 1,
            table,
        )
    }

    fn item(&mut self, content: &[u8]) {
        let version = content.first().copied().unwrap_or_default();
        let (id, at) = match version {
            2 => (be16(content, 4).map(u32::from), 8),
            3 => (be32(content, 4), 10),
            _ => return,
        };
        let kind = content.get(at..).and_then(|rest| rest.first_chunk()).copied();
        if let (Some(id), Some(kind)) = (id, kind)
            && self.items.kinds.len() < ITEMS_MAX
        {
            // A name, then for `mime` the media type.
            let rest = content.get(at + 4..).unwrap_or_default();
            let media = rest.split(|&byte| byte == 0).nth(1).map(text).unwrap_or_default();
            self.items.kinds.insert(id, (kind, media));
        }
    }

    /// Where items lie in the file; only those in one piece, which metadata are.
    fn item_places(&mut self, content: &[u8]) {
        let version = content.first().copied().unwrap_or_default();
        let (Some(sizes), Some(more)) = (content.get(4).copied(), content.get(5).copied()) else { return };
        let (offset_size, length_size) = (usize::from(sizes >> 4), usize::from(sizes & 15));
        let (base_size, index_size) =
            (usize::from(more >> 4), if version > 0 { usize::from(more & 15) } else { 0 });
        let wide = version >= 2;
        let mut at = if wide { 10 } else { 8 };
        let count = if wide { be32(content, 6) } else { be16(content, 6).map(u32::from) }.unwrap_or_default();
        let number = |at: usize, size: usize| -> Option<u64> {
            let bytes = content.get(at..at.checked_add(size)?)?;
            (size <= 8).then(|| bytes.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte)))
        };
        for _ in 0..count.min(u32::try_from(ITEMS_MAX).unwrap_or(u32::MAX)) {
            let id_size = if wide { 4 } else { 2 };
            let Some(id) = number(at, id_size).and_then(|id| u32::try_from(id).ok()) else { return };
            at += id_size;
            let method = if version > 0 { number(at, 2).unwrap_or_default() & 15 } else { 0 };
            at += if version > 0 { 2 } else { 0 } + 2;
            let Some(base) = number(at, base_size) else { return };
            let Some(extents) = number(at + base_size, 2) else { return };
            at += base_size + 2;
            let each = index_size + offset_size + length_size;
            if extents == 1
                && method == 0
                && let (Some(offset), Some(len)) =
                    (number(at + index_size, offset_size), number(at + index_size + offset_size, length_size))
                && let Some(from) = base.checked_add(offset)
            {
                self.items.places.insert(id, from..from.saturating_add(len));
            }
            at += usize::try_from(extents).unwrap_or(usize::MAX / 64).saturating_mul(each);
        }
    }

    fn items(&self, table: &mut Table) -> Result<(), Stop> {
        for (id, (kind, media)) in &self.items.kinds {
            let wanted = kind == b"Exif" || (kind == b"mime" && media == "application/rdf+xml");
            let Some(place) = self.items.places.get(id).filter(|_| wanted) else { continue };
            if place.end > self.source.size() || place.end - place.start < 12 {
                table.note("An item of metadata lies outside of the file.");
                continue;
            }
            if kind == b"Exif" {
                self.exif(place.clone(), table)?;
            } else {
                let len = usize::try_from(place.end - place.start).unwrap_or(usize::MAX);
                xml::xmp(&self.source.read(place.start, len.min(CONTENT_MAX))?, place.start, table);
            }
        }
        Ok(())
    }
}

fn latin(kind: &[u8]) -> String {
    kind.iter().map(|&byte| char::from(byte)).collect()
}

fn keys(content: &[u8]) -> Vec<String> {
    let mut at = 8;
    let mut keys = Vec::new();
    while let Some(len) = be32(content, at).map(|len| len as usize)
        && let Some(key) = at.checked_add(len).and_then(|end| content.get(at + 8..end))
        && keys.len() < 1_000
    {
        keys.push(text(key));
        at += len;
    }
    keys
}

/// `QuickTime`'s texts of user data: a length, a language, the text; or, as 3GP has it, a full box.
fn user_data(kind: [u8; 4], content: &[u8], place: Range<u64>, table: &mut Table) {
    let name = latin(&kind);
    let value = if kind[0] == 0xa9 {
        let len = be16(content, 0).map_or(0, usize::from);
        text(content.get(4..4 + len).unwrap_or_default())
    } else if matches!(&kind, b"titl" | b"auth" | b"dscp" | b"cprt" | b"perf" | b"gnre" | b"albm") {
        text(content.get(6..).unwrap_or_default())
    } else if &kind == b"loci" {
        let name = text(content.get(6..).unwrap_or_default());
        let at = 6 + name.len() + 2;
        let fixed = |at: usize| be32(content, at).map(|number| f64::from(number.cast_signed()) / 65_536.0);
        match (fixed(at + 4), fixed(at)) {
            (Some(latitude), Some(longitude)) => {
                format!("{latitude:.5}, {longitude:.5} {name}").trim().to_owned()
            }
            _ => return,
        }
    } else {
        return;
    };
    tag(&name, &value, &place, table);
    table.add(Group::Tags, name, value, None, place);
}

/// What a tag tells the judgement.
fn tag(name: &str, value: &str, place: &Range<u64>, table: &mut Table) {
    match name {
        "\u{a9}xyz" | "loci" | "com.apple.quicktime.location.ISO6709" => {
            table.reveal(RevealKind::Place, value, place);
        }
        "\u{a9}mak"
        | "\u{a9}mod"
        | "com.apple.quicktime.make"
        | "com.apple.quicktime.model"
        | "com.android.manufacturer"
        | "com.android.model" => table.reveal(RevealKind::Device, value, place),
        "\u{a9}swr" | "\u{a9}too" | "\u{a9}enc" | "com.apple.quicktime.software" => {
            table.program(value, place);
        }
        "\u{a9}ART" | "\u{a9}aut" | "auth" | "cprt" | "\u{a9}cpy" | "com.apple.quicktime.author" => {
            table.reveal(RevealKind::Name, value, place);
        }
        "\u{a9}day" | "com.apple.quicktime.creationdate" => {
            table.reveal(RevealKind::Time, value, place);
            table.time("the video's own date", TimeSort::Made, iso_time(value), place);
        }
        "com.apple.quicktime.content.identifier" => table.reveal(RevealKind::Identifier, value, place),
        _ => {}
    }
}
