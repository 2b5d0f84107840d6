//! Photoshop's image resources, and IPTC's Information Interchange Model in them.

use super::source::{be16, be32, span};
use super::table::{Table, TimeSort, iso_time, text};
use super::{Group, RevealKind};

const RESOURCES_MAX: usize = 500;
const DATASETS_MAX: usize = 500;

pub(super) fn resources(bytes: &[u8], begins: u64, table: &mut Table) {
    let mut at = 0;
    for _ in 0..RESOURCES_MAX {
        let Some(rest) = bytes.get(at..).filter(|rest| rest.starts_with(b"8BIM")) else { return };
        let Some(name) = rest.get(6).map(|&len| (usize::from(len) + 2) & !1) else { return };
        let (Some(id), Some(len)) = (be16(rest, 4), be32(rest, 6 + name)) else { return };
        let (from, len) = (10 + name, len as usize);
        let Some(content) = from.checked_add(len).and_then(|end| rest.get(from..end)) else {
            table.note("An image resource of Photoshop is longer than its part of the file.");
            return;
        };
        let place = begins + (at + from) as u64;
        match id {
            0x0404 => datasets(content, place, table),
            0x0409 | 0x040c => {
                let value = format!("Photoshop's preview, {len} bytes");
                table.add(Group::Thumbnail, "preview", value.clone(), None, span(place, len));
                table.reveal(RevealKind::Preview, value, &span(place, len));
            }
            _ => {}
        }
        at += from + len.next_multiple_of(2);
    }
}

/// The datasets of IIM: 0x1c, record, number, length, value.
pub(super) fn datasets(bytes: &[u8], begins: u64, table: &mut Table) {
    let mut at = 0;
    let (mut date, mut time) = (None, None);
    let mut place = span(begins, bytes.len());
    for _ in 0..DATASETS_MAX {
        let Some(&[0x1c, record, number, high, low]) = bytes.get(at..).and_then(|rest| rest.first_chunk())
        else {
            break;
        };
        // A length with its highest bit set says how long the length is; nobody writes such values here.
        let len = usize::from(u16::from_be_bytes([high, low]) & 0x7fff);
        let Some(value) = bytes.get(at + 5..at + 5 + len) else {
            table.note("A dataset of IPTC is longer than its part of the file.");
            break;
        };
        let range = span(begins + at as u64 + 5, len);
        if record == 2 {
            let written = text(value);
            match number {
                55 => (date, place) = (Some(written.clone()), range.clone()),
                60 => time = Some(written.clone()),
                65 => table.program(&written, &range),
                80 | 85 | 110 | 116 | 122 => table.reveal(RevealKind::Name, written.clone(), &range),
                90 | 92 | 95 | 101 => table.reveal(RevealKind::Place, written.clone(), &range),
                _ => {}
            }
            let name = name(number).map_or_else(|| format!("2:{number}").into(), Into::into);
            let name: std::borrow::Cow<'static, str> = name;
            table.add(Group::Iptc, name, written, None, range);
        }
        at += 5 + len;
    }
    if let (Some(date), Some(time)) = (date, time) {
        let part = |text: &str, from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
        let written = format!(
            "{}-{}-{}T{}:{}:{}{}",
            part(&date, 0, 4),
            part(&date, 4, 6),
            part(&date, 6, 8),
            part(&time, 0, 2),
            part(&time, 2, 4),
            part(&time, 4, 6),
            time.get(6..).unwrap_or_default(),
        );
        table.time("IPTC's time of creation", TimeSort::Made, iso_time(&written), &place);
    }
}

const fn name(number: u8) -> Option<&'static str> {
    Some(match number {
        5 => "ObjectName",
        25 => "Keywords",
        40 => "SpecialInstructions",
        55 => "DateCreated",
        60 => "TimeCreated",
        62 => "DigitalCreationDate",
        63 => "DigitalCreationTime",
        65 => "OriginatingProgram",
        80 => "By-line",
        85 => "By-lineTitle",
        90 => "City",
        92 => "Sub-location",
        95 => "Province-State",
        101 => "Country-PrimaryLocationName",
        103 => "OriginalTransmissionReference",
        105 => "Headline",
        110 => "Credit",
        115 => "Source",
        116 => "CopyrightNotice",
        118 => "Contact",
        120 => "Caption-Abstract",
        122 => "Writer-Editor",
        _ => return None,
    })
}
