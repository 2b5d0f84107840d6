//! XMP's packets, and the small XML parts of Office documents.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::table::{Table, TimeSort, iso_time};
use super::{Group, RevealKind};

/// So many properties of one packet are kept.
const PROPERTIES_MAX: usize = 400;
const DEPTH_MAX: usize = 64;

/// One text of an XML document: the names of the elements around it, and where it stands.
pub(super) struct Found {
    /// With prefix: `dc:creator`.
    pub(super) name: String,
    pub(super) value: String,
    /// Offsets in the document.
    pub(super) from: u64,
    pub(super) to: u64,
}

/// Every element's text and every attribute, up to the first thing that is no XML. Entities that a document defines
/// itself are not resolved, so that none grows.
pub(super) fn properties(document: &[u8]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut reader = Reader::from_reader(document);
    reader.config_mut().check_end_names = false;
    let mut names: Vec<String> = Vec::new();
    let mut text = String::new();
    let mut from = 0;
    loop {
        let before = reader.buffer_position();
        let Ok(event) = reader.read_event() else { break };
        match event {
            Event::Start(element) => {
                attributes(&element, before, &mut found);
                if names.len() >= DEPTH_MAX {
                    break;
                }
                names.push(name_of(&element));
                text.clear();
                from = reader.buffer_position();
            }
            Event::Empty(element) => attributes(&element, before, &mut found),
            Event::Text(piece) => text.push_str(&String::from_utf8_lossy(&piece)),
            Event::CData(piece) => text.push_str(&String::from_utf8_lossy(&piece)),
            Event::GeneralRef(entity) => text.push_str(&resolved(&String::from_utf8_lossy(&entity))),
            Event::End(_) => {
                // A list's item belongs to the property that holds the list.
                let own = names.iter().rev().find(|name| !is_list(name)).cloned();
                names.pop();
                if let (Some(name), false) = (own, text.trim().is_empty()) {
                    found.push(Found { name, value: text.trim().to_owned(), from, to: before });
                }
                text.clear();
            }
            Event::Eof => break,
            _ => {}
        }
        if found.len() >= PROPERTIES_MAX {
            break;
        }
    }
    found
}

fn is_list(name: &str) -> bool {
    matches!(name, "rdf:li" | "rdf:Seq" | "rdf:Bag" | "rdf:Alt" | "rdf:Description")
}

fn name_of(element: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(element.name().as_ref()).into_owned()
}

fn attributes(element: &BytesStart<'_>, at: u64, found: &mut Vec<Found>) {
    let to = at + element.len() as u64 + 2;
    for attribute in element.attributes().with_checks(false).flatten().take(PROPERTIES_MAX) {
        let name = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
        let value = String::from_utf8_lossy(&attribute.value).into_owned();
        let technical = name.starts_with("xmlns")
            || name.starts_with("xml:")
            || name.starts_with("rdf:")
            || name.starts_with("x:");
        if !technical && !value.is_empty() && found.len() < PROPERTIES_MAX {
            found.push(Found { name, value: unescaped(&value), from: at, to });
        }
    }
}

fn resolved(entity: &str) -> String {
    let number = entity.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => number.parse().ok(),
    });
    match (entity, number.and_then(char::from_u32)) {
        (_, Some(character)) => character.to_string(),
        ("amp", _) => "&".to_owned(),
        ("lt", _) => "<".to_owned(),
        ("gt", _) => ">".to_owned(),
        ("quot", _) => "\"".to_owned(),
        ("apos", _) => "'".to_owned(),
        (other, _) => format!("&{other};"),
    }
}

fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        if let Some((entity, after)) = behind.split_once(';').filter(|parts| parts.0.len() <= 8) {
            out.push_str(&resolved(entity));
            rest = after;
        } else {
            out.push('&');
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

/// Lists an XMP packet that begins at this byte of the file.
pub(super) fn xmp(packet: &[u8], begins: u64, table: &mut Table) {
    let mut history = 0_u32;
    let found = properties(packet);
    if found.is_empty() {
        table.note("An XMP packet holds nothing that could be read.");
    }
    for Found { name, value, from, to } in found {
        let at = begins + from..begins + to;
        match name.as_str() {
            "xmp:CreateDate" | "exif:DateTimeOriginal" | "photoshop:DateCreated" => {
                table.time("XMP's time of creation", TimeSort::Made, iso_time(&value), &at);
                table.reveal(RevealKind::Time, value.clone(), &at);
            }
            "xmp:ModifyDate" => table.time("XMP's time of change", TimeSort::Changed, iso_time(&value), &at),
            "xmp:CreatorTool" | "pdf:Producer" | "stEvt:softwareAgent" | "tiff:Software" => {
                table.program(&value, &at);
            }
            "dc:creator"
            | "dc:rights"
            | "photoshop:Credit"
            | "xmpRights:Owner"
            | "pdf:Author"
            | "photoshop:CaptionWriter" => {
                table.reveal(RevealKind::Name, value.clone(), &at);
            }
            "tiff:Make" | "tiff:Model" | "aux:Lens" => table.reveal(RevealKind::Device, value.clone(), &at),
            "aux:SerialNumber"
            | "aux:LensSerialNumber"
            | "exifEX:BodySerialNumber"
            | "exifEX:LensSerialNumber" => {
                table.reveal(RevealKind::Serial, value.clone(), &at);
            }
            "exif:GPSLatitude" | "exif:GPSLongitude" | "photoshop:City" | "Iptc4xmpCore:Location" => {
                table.reveal(RevealKind::Place, value.clone(), &at);
            }
            "xmpMM:DocumentID" | "xmpMM:OriginalDocumentID" | "xmpMM:InstanceID" => {
                table.reveal(RevealKind::Identifier, value.clone(), &at);
            }
            "stEvt:action" => history += 1,
            _ => {}
        }
        table.add(Group::Xmp, name, value, None, at);
    }
    table.facts.revisions += history;
}
