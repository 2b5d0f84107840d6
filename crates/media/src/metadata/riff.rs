//! RIFF: WebP, WAV, AVI.

use super::source::{Source, Stop, le32, span};
use super::table::{Table, TimeSort, iso_time, text};
use super::tiff::Role;
use super::{Group, RevealKind, jpeg, tiff, xml};

const CHUNKS_MAX: usize = 20_000;
const TEXT_MAX: usize = 1 << 20;
/// The flag of `VP8X` for a file with several frames.
const ANIMATED: u8 = 0x02;

pub(super) fn read(source: &Source<'_>, table: &mut Table) -> Result<(), Stop> {
    let mut count = 0;
    chunks(source, 12, source.size(), 0, &mut count, table)
}

fn chunks(
    source: &Source<'_>,
    from: u64,
    end: u64,
    depth: u8,
    count: &mut usize,
    table: &mut Table,
) -> Result<(), Stop> {
    let mut at = from;
    while at + 8 <= end {
        *count += 1;
        if *count > CHUNKS_MAX {
            return Err(Stop::Limit);
        }
        let head: [u8; 8] = source.array(at)?;
        let len = le32(&head, 4).unwrap_or_default();
        let place = span(at + 8, len as usize);
        if place.end > end {
            return Err(Stop::Short);
        }
        let size = len as usize;
        match head.get(..4).unwrap_or_default() {
            b"VP8X" if size >= 10 => {
                let content = source.read(place.start, 10)?;
                let pixels = |at: usize| {
                    content.get(at..at + 3).map(|b| 1 + u32::from_le_bytes([b[0], b[1], b[2], 0]))
                };
                if content.first().is_some_and(|flags| flags & ANIMATED != 0) {
                    let at = span(place.start, 1);
                    table.add(Group::Picture, "animation", "an animated WebP", None, at);
                }
                if let (Some(width), Some(height)) = (pixels(4), pixels(7)) {
                    table.size(width, height, span(place.start + 4, 6));
                }
            }
            b"VP8 " if size >= 10 => {
                let content = source.read(place.start, 10)?;
                let pixels = |at: usize| {
                    content.get(at..at + 2).map(|b| u32::from(u16::from_le_bytes([b[0], b[1]]) & 0x3fff))
                };
                if let (Some(width), Some(height)) = (pixels(6), pixels(8)) {
                    table.size(width, height, span(place.start + 6, 4));
                }
            }
            b"VP8L" if size >= 5 => {
                let content = source.read(place.start, 5)?;
                let bits = le32(&content, 1).unwrap_or_default();
                table.size(1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff), span(place.start + 1, 4));
            }
            b"EXIF" => {
                let marked = size > 6 && source.array(place.start)? == *b"Exif\0\0";
                let from = place.start + if marked { 6 } else { 0 };
                if from + 8 <= place.end {
                    tiff::read(source, from..place.end, table, Role::Exif)?;
                }
            }
            b"XMP " => xml::xmp(&source.read(place.start, size.min(TEXT_MAX))?, place.start, table),
            b"C2PA" => jpeg::c2pa_found(table, place),
            b"ICCP" => table.add(Group::Icc, "profile", format!("{len} bytes"), None, place),
            b"bext" if size >= 348 => broadcast(&source.read(place.start, 348)?, place.start, table),
            // Only lists of headers and of information: those of data hold every frame.
            b"LIST" if size >= 4 && depth < 3 => {
                let kind: [u8; 4] = source.array(place.start)?;
                if matches!(&kind, b"INFO" | b"hdrl" | b"strl") {
                    chunks(source, place.start + 4, place.end, depth + 1, count, table)?;
                }
            }
            b"avih" if size >= 40 => {
                let content = source.read(place.start, 40)?;
                if let (Some(width), Some(height)) = (le32(&content, 32), le32(&content, 36)) {
                    table.size(width, height, span(place.start + 32, 8));
                }
            }
            kind if depth > 0 && (kind.starts_with(b"I") || kind == b"IDIT") => {
                let written = text(&source.read(place.start, size.min(TEXT_MAX))?);
                information(kind, &written, place, table);
            }
            _ => {}
        }
        at += 8 + u64::from(len) + u64::from(len % 2);
    }
    Ok(())
}

fn information(kind: &[u8], written: &str, place: std::ops::Range<u64>, table: &mut Table) {
    match kind {
        b"IART" | b"ICOP" | b"IENG" | b"ITCH" => table.reveal(RevealKind::Name, written, &place),
        b"ISFT" => table.program(written, &place),
        b"ICRD" | b"IDIT" => {
            table.time("RIFF's date of creation", TimeSort::Made, iso_time(written), &place);
            table.reveal(RevealKind::Time, written, &place);
        }
        b"ISRC" => table.reveal(RevealKind::Device, written, &place),
        _ => {}
    }
    table.add(Group::Tags, text(kind), written, None, place);
}

/// The broadcast extension (EBU Tech 3285).
fn broadcast(content: &[u8], begins: u64, table: &mut Table) {
    for (name, from, len) in [
        ("Description", 0, 256),
        ("Originator", 256, 32),
        ("OriginatorReference", 288, 32),
        ("OriginationDate", 320, 18),
    ] {
        let written = text(content.get(from..from + len).unwrap_or_default());
        let at = span(begins + from as u64, len);
        if written.is_empty() {
            continue;
        }
        match name {
            "Originator" => table.reveal(RevealKind::Name, written.clone(), &at),
            "OriginatorReference" => table.reveal(RevealKind::Serial, written.clone(), &at),
            "OriginationDate" => {
                let iso =
                    written.get(..10).zip(written.get(10..)).map(|(date, time)| format!("{date}T{time}"));
                table.time("the recording's time", TimeSort::Made, iso.and_then(|iso| iso_time(&iso)), &at);
            }
            _ => {}
        }
        table.add(Group::Tags, name, written, None, at);
    }
}
