//! JPEG's segments.

use std::ops::Range;

use super::source::{Source, Stop, be16, span};
use super::table::{Table, text};
use super::tiff::Role;
use super::{Group, iptc, tiff, xml};

const SEGMENTS_MAX: usize = 2_000;
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const XMP_MORE: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";

/// A segment: its marker, and its content without the length.
struct Segment {
    marker: u8,
    at: u64,
    len: usize,
}

/// Calls back with every segment up to the picture's data. `false` from `each` ends it.
fn segments(
    source: &Source<'_>,
    within: Range<u64>,
    mut each: impl FnMut(&Segment) -> Result<bool, Stop>,
) -> Result<(), Stop> {
    let mut at = within.start + 2;
    for _ in 0..SEGMENTS_MAX {
        if at + 4 > within.end {
            return Err(Stop::Short);
        }
        let [mark, marker, high, low] = source.array(at)?;
        if mark != 0xff {
            return Err(Stop::Short);
        }
        match marker {
            // Filling, and markers without content.
            0xff => {
                at += 1;
                continue;
            }
            0x01 | 0xd0..=0xd8 => {
                at += 2;
                continue;
            }
            0xd9 | 0xda => return Ok(()),
            _ => {}
        }
        let len = usize::from(u16::from_be_bytes([high, low]));
        let content = len.checked_sub(2).ok_or(Stop::Short)?;
        if at + 2 + len as u64 > within.end {
            return Err(Stop::Short);
        }
        if !each(&Segment { marker, at: at + 4, len: content })? {
            return Ok(());
        }
        at += 2 + len as u64;
    }
    Err(Stop::Limit)
}

const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// Width and height of a JPEG that lies in this part of the file.
pub(super) fn size(source: &Source<'_>, within: Range<u64>) -> Result<Option<(u32, u32)>, Stop> {
    if within.end.saturating_sub(within.start) < 4 || source.array(within.start)? != [0xff, 0xd8] {
        return Ok(None);
    }
    let mut size = None;
    let walked = segments(source, within, |segment| {
        if is_frame(segment.marker) && segment.len >= 5 {
            let frame = source.read(segment.at, 5)?;
            size = be16(&frame, 3).map(u32::from).zip(be16(&frame, 1).map(u32::from));
        }
        Ok(size.is_none())
    });
    match walked {
        Err(Stop::Need(range)) => Err(Stop::Need(range)),
        _ => Ok(size),
    }
}

pub(super) fn read(source: &Source<'_>, within: Range<u64>, table: &mut Table) -> Result<(), Stop> {
    let mut c2pa = false;
    segments(source, within, |segment| {
        let &Segment { marker, at, len } = segment;
        match marker {
            marker if is_frame(marker) && len >= 5 => {
                let frame = source.read(at, 5)?;
                if let (Some(height), Some(width)) = (be16(&frame, 1), be16(&frame, 3)) {
                    table.size(u32::from(width), u32::from(height), span(at, 5));
                }
            }
            0xfe => {
                let comment = text(&source.read(at, len)?);
                table.add(Group::Comment, "comment", comment, None, span(at, len));
            }
            0xe1 => application_1(source, at, len, table)?,
            0xe2 => {
                let head = source.read(at, len.min(16))?;
                if head.starts_with(b"ICC_PROFILE\0") {
                    table.add(Group::Icc, "profile", format!("{len} bytes"), None, span(at, len));
                } else if head.starts_with(b"MPF\0") {
                    let meaning = "further pictures lie behind this one in the file".to_owned();
                    table.add(
                        Group::Picture,
                        "multi-picture format",
                        format!("{len} bytes"),
                        Some(meaning),
                        span(at, len),
                    );
                }
            }
            0xeb => {
                let head = source.read(at, len.min(64))?;
                if !c2pa && head.windows(4).any(|window| window == b"c2pa") {
                    c2pa = true;
                    c2pa_found(table, span(at, len));
                }
            }
            0xed => {
                let resources = source.read(at, len)?;
                if let Some(resources) = resources.strip_prefix(b"Photoshop 3.0\0") {
                    iptc::resources(resources, at + 14, table);
                }
            }
            _ => {}
        }
        Ok(true)
    })
}

fn application_1(source: &Source<'_>, at: u64, len: usize, table: &mut Table) -> Result<(), Stop> {
    let content = source.read(at, len)?;
    if content.starts_with(b"Exif\0") && len > 6 {
        return tiff::read(source, at + 6..at + len as u64, table, Role::Exif);
    }
    if let Some(packet) = content.strip_prefix(XMP) {
        xml::xmp(packet, at + XMP.len() as u64, table);
    } else if content.starts_with(XMP_MORE) {
        table.add(
            Group::Xmp,
            "extension",
            format!("{len} bytes"),
            Some("not read here".to_owned()),
            span(at, len),
        );
    }
    Ok(())
}

/// The presence of a manifest that says where the content comes from.
pub(super) fn c2pa_found(table: &mut Table, at: Range<u64>) {
    let meaning = "says where the content comes from and what was done to it; signed, and not checked here";
    let size = format!("{} bytes", at.end.saturating_sub(at.start));
    table.add(Group::C2pa, "manifest store", size, Some(meaning.to_owned()), at);
}
