//! PNG's chunks.

use std::io::Read as _;

use super::source::{Source, Stop, be16, be32, span};
use super::table::{Table, TimeSort, When, text};
use super::tiff::Role;
use super::{Group, RevealKind, jpeg, tiff, xml};

const CHUNKS_MAX: usize = 20_000;
/// So many bytes of a chunk with text are read, and so many bytes of text are unpacked from one.
const TEXT_MAX: usize = 1 << 20;

pub(super) fn read(source: &Source<'_>, table: &mut Table) -> Result<(), Stop> {
    let mut at = 8_u64;
    for _ in 0..CHUNKS_MAX {
        let head: [u8; 8] = source.array(at)?;
        let len = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let kind = [head[4], head[5], head[6], head[7]];
        let (begins, size) = (at + 8, usize::try_from(len).unwrap_or(usize::MAX));
        let place = span(begins, size);
        if place.end + 4 > source.size() {
            return Err(Stop::Short);
        }
        match &kind {
            b"IHDR" => {
                let content = source.read(begins, size.min(13))?;
                if let (Some(width), Some(height)) = (be32(&content, 0), be32(&content, 4)) {
                    table.size(width, height, span(begins, 8));
                }
            }
            b"IEND" => return Ok(()),
            b"tEXt" | b"zTXt" | b"iTXt" => {
                let content = source.read(begins, size.min(TEXT_MAX))?;
                words(kind, &content, begins, table);
            }
            b"eXIf" => tiff::read(source, place, table, Role::Exif)?,
            b"tIME" => time(&source.read(begins, size.min(7))?, begins, table),
            b"caBX" => jpeg::c2pa_found(table, place),
            b"iCCP" => table.add(Group::Icc, "profile", format!("{len} bytes"), None, place),
            b"acTL" => table.add(Group::Picture, "animation", "an animated PNG", None, place),
            _ => {}
        }
        at = begins + u64::from(len) + 4;
    }
    Err(Stop::Limit)
}

fn words(kind: [u8; 4], content: &[u8], begins: u64, table: &mut Table) {
    let at = span(begins, content.len());
    let Some(end) = content.iter().position(|&byte| byte == 0) else { return };
    let (keyword, rest) = (text(content), content.get(end + 1..).unwrap_or_default());
    let value = match &kind {
        b"tEXt" => Some(rest.to_vec()),
        b"zTXt" => {
            rest.split_first().and_then(|(method, packed)| (*method == 0).then(|| unpacked(packed))).flatten()
        }
        _ => international(rest),
    };
    let Some(value) = value else {
        table.note(format!("The text {keyword:?} of PNG could not be unpacked."));
        return;
    };
    if keyword == "XML:com.adobe.xmp" {
        return xml::xmp(&value, at.end - value.len().min(content.len()) as u64, table);
    }
    let written = text(&value);
    match keyword.as_str() {
        "Author" | "Copyright" => table.reveal(RevealKind::Name, written.clone(), &at),
        "Software" => table.program(&written, &at),
        "Source" => table.reveal(RevealKind::Device, written.clone(), &at),
        "Creation Time" => table.reveal(RevealKind::Time, written.clone(), &at),
        _ => {}
    }
    let meaning = matches!(keyword.as_str(), "parameters" | "prompt" | "workflow")
        .then(|| "programs that generate pictures write their instructions under this name".to_owned());
    table.add(Group::Comment, keyword, written, meaning, at);
}

/// Compressed or not, language, translated keyword, text.
fn international(rest: &[u8]) -> Option<Vec<u8>> {
    let (&[packed, method], rest) = rest.split_first_chunk()?;
    let after = |bytes: &[u8]| bytes.iter().position(|&byte| byte == 0).map(|at| at + 1);
    let rest = rest.get(after(rest)?..)?;
    let rest = rest.get(after(rest)?..)?;
    if packed == 0 {
        return Some(rest.to_vec());
    }
    (method == 0).then(|| unpacked(rest)).flatten()
}

/// At most [`TEXT_MAX`] bytes.
fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    flate2::read::ZlibDecoder::new(packed).take(TEXT_MAX as u64).read_to_end(&mut out).ok()?;
    Some(out)
}

fn time(content: &[u8], begins: u64, table: &mut Table) {
    let (Some(year), Some(&[month, day, hour, minute, second])) =
        (be16(content, 0), content.get(2..).and_then(|rest| rest.first_chunk()))
    else {
        return;
    };
    let written = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
    let at = span(begins, 7);
    table.time("PNG's time of change", TimeSort::Changed, written.parse().ok().map(When::Instant), &at);
    table.add(Group::Picture, "tIME", written, Some("the last change".to_owned()), at);
}
