//! GIF, FLAC and Ogg.

use super::source::{Source, Stop, le32, span};
use super::table::{Table, TimeSort, iso_time, text};
use super::{Group, RevealKind, xml};

const BLOCKS_MAX: usize = 100_000;
const TEXT_MAX: usize = 1 << 20;

pub(super) fn gif(source: &Source<'_>, table: &mut Table) -> Result<(), Stop> {
    let head: [u8; 13] = source.array(0)?;
    let side = |at: usize| head.get(at..at + 2).map_or(0, |b| u32::from(u16::from_le_bytes([b[0], b[1]])));
    table.size(side(6), side(8), span(6, 4));
    let colours = |packed: u8| if packed & 0x80 == 0 { 0 } else { 3_u64 << ((packed & 7) + 1) };
    let mut at = 13 + colours(head[10]);
    let mut blocks = 0;
    loop {
        let [kind] = source.array(at)?;
        match kind {
            0x3b => return Ok(()),
            0x2c => {
                let image: [u8; 10] = source.array(at)?;
                at = parts(source, at + 11 + colours(image[9]), &mut blocks, None)?;
            }
            0x21 => {
                let [_, label] = source.array(at)?;
                at = extension(source, at, label, &mut blocks, table)?;
            }
            _ => {
                table.note("A block of GIF is of no known kind; what lies behind it was not read.");
                return Ok(());
            }
        }
    }
}

fn extension(
    source: &Source<'_>,
    at: u64,
    label: u8,
    blocks: &mut usize,
    table: &mut Table,
) -> Result<u64, Stop> {
    match label {
        0xfe => {
            let mut comment = Vec::new();
            let end = parts(source, at + 2, blocks, Some(&mut comment))?;
            table.add(Group::Comment, "comment", text(&comment), None, at..end);
            Ok(end)
        }
        0xff => {
            let name: [u8; 12] = source.array(at + 2)?;
            if name.get(1..) != Some(b"XMP DataXMP") {
                return parts(source, at + 2, blocks, None);
            }
            // The packet lies there as it is, and its end is made so that it also passes for blocks.
            let from = at + 14;
            let rest = source.up_to(from, TEXT_MAX)?;
            let end = rest.windows(12).position(|window| window == b"<?xpacket en");
            let packet = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            xml::xmp(packet, from, table);
            parts(source, at + 14, blocks, None)
        }
        _ => parts(source, at + 2, blocks, None),
    }
}

/// Steps over blocks that each say how long they are, up to the empty one.
fn parts(
    source: &Source<'_>,
    mut at: u64,
    blocks: &mut usize,
    mut keep: Option<&mut Vec<u8>>,
) -> Result<u64, Stop> {
    loop {
        *blocks += 1;
        if *blocks > BLOCKS_MAX {
            return Err(Stop::Limit);
        }
        let [len] = source.array(at)?;
        if len == 0 {
            return Ok(at + 1);
        }
        if let Some(keep) = keep.as_deref_mut()
            && keep.len() < TEXT_MAX
        {
            keep.extend(source.read(at + 1, usize::from(len))?);
        }
        at += 1 + u64::from(len);
    }
}

pub(super) fn flac(source: &Source<'_>, table: &mut Table) -> Result<(), Stop> {
    let mut at = 4;
    for _ in 0..BLOCKS_MAX {
        let [kind, high, middle, low] = source.array(at)?;
        let len = u32::from_be_bytes([0, high, middle, low]) as usize;
        if kind & 0x7f == 4 {
            comments(&source.read(at + 4, len.min(TEXT_MAX))?, at + 4, table);
        }
        if kind & 0x7f == 6 {
            table.add(Group::Thumbnail, "picture", format!("{len} bytes"), None, span(at + 4, len));
        }
        at += 4 + len as u64;
        if kind & 0x80 != 0 {
            return Ok(());
        }
    }
    Err(Stop::Limit)
}

/// The comments that lie in Ogg's first pages as a whole.
pub(super) fn ogg(source: &Source<'_>, table: &mut Table) -> Result<(), Stop> {
    let head = source.up_to(0, 64 << 10)?;
    for mark in [b"\x03vorbis".as_slice(), b"OpusTags"] {
        if let Some(at) = head.windows(mark.len()).position(|window| window == mark) {
            let from = at + mark.len();
            comments(head.get(from..).unwrap_or_default(), from as u64, table);
            return Ok(());
        }
    }
    Ok(())
}

/// Vorbis comments: the program, then `NAME=value`.
fn comments(bytes: &[u8], begins: u64, table: &mut Table) {
    let mut at = 0;
    let mut take = || -> Option<(usize, &[u8])> {
        let len = le32(bytes, at)? as usize;
        let from = at + 4;
        let value = bytes.get(from..from.checked_add(len)?)?;
        at = from + len;
        Some((from, value))
    };
    let Some((from, vendor)) = take() else { return };
    let place = span(begins + from as u64, vendor.len());
    table.program(&text(vendor), &place);
    table.add(Group::Tags, "vendor", text(vendor), None, place);
    // The count is not believed: the comments end where they end.
    at += 4;
    for _ in 0..1_000 {
        let Some(len) = le32(bytes, at).map(|len| len as usize) else { return };
        let Some(value) = (at + 4).checked_add(len).and_then(|end| bytes.get(at + 4..end)) else { return };
        let written = text(value);
        let place = span(begins + at as u64 + 4, len);
        if let Some((name, value)) = written.split_once('=') {
            match name.to_ascii_uppercase().as_str() {
                "ARTIST" | "COPYRIGHT" | "CONTACT" | "ORGANIZATION" => {
                    table.reveal(RevealKind::Name, value, &place);
                }
                "ENCODER" => table.program(value, &place),
                "DATE" => table.time("the recording's date", TimeSort::Made, iso_time(value), &place),
                "LOCATION" => table.reveal(RevealKind::Place, value, &place),
                _ => {}
            }
            let value = if value.len() > 4_096 { format!("{} bytes", value.len()) } else { value.to_owned() };
            table.add(Group::Tags, name.to_owned(), value, None, place);
        }
        at += 4 + len;
    }
}
