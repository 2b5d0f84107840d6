//! PDF: the information dictionary, XMP, how often it was saved, what it may do. A file of up to 8 MiB is looked through
//! as a whole, of a larger one the first and the last 2 MiB; objects in compressed streams are unpacked where they lie in
//! that.

use std::io::Read as _;

use super::source::{Source, Stop, span};
use super::table::{Table, TimeSort, When, iso_time, text, wide};
use super::{Group, RevealKind, xml};

const WHOLE: u64 = 8 << 20;
const PART: usize = 2 << 20;
/// So many bytes of compressed objects are unpacked in all.
const UNPACKED_MAX: u64 = 8 << 20;
const STREAMS_MAX: usize = 500;

const KEYS: [&str; 9] =
    ["Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate", "Trapped"];
#[rustfmt::skip]
const ACTIVE: [(&[u8], &str); 6] = [
    (b"/JavaScript", "holds JavaScript"),
    (b"/JS ", "holds JavaScript"),
    (b"/Launch", "asks to start a program"),
    (b"/EmbeddedFile", "holds other files"),
    (b"/OpenAction", "does something when it is opened"),
    (b"/SubmitForm", "sends what is filled in"),
];

/// Each revision of a PDF names its information dictionary; so many are looked at.
const REVISIONS_MAX: usize = 1000;

pub(super) fn read(source: &Source<'_>, table: &mut Table) -> Result<(), Stop> {
    let size = source.size();
    let mut parts = Vec::new();
    if size <= WHOLE {
        // In pieces, since no more is read at once.
        let mut whole = Vec::new();
        while (whole.len() as u64) < size {
            whole.extend(source.up_to(whole.len() as u64, PART)?);
        }
        parts.push((0, whole));
    } else {
        parts.push((0, source.read(0, PART)?));
        let last = size - PART as u64;
        parts.push((last, source.read(last, PART)?));
        table.note(
            "The PDF is larger than 8 MiB; what it says of itself was looked for at its beginning and end.",
        );
    }
    let version = parts.first().map(|(_, part)| {
        part.iter().take(16).take_while(|byte| !byte.is_ascii_whitespace()).copied().collect::<Vec<_>>()
    });
    let version = text(&version.unwrap_or_default());
    table.add(Group::Pdf, "version", version.trim_start_matches("%PDF-"), None, 0..8);
    let mut unpacked = 0;
    let mut named: Vec<[u32; 2]> = parts.iter().flat_map(|(_, part)| information(part)).collect();
    named.sort_unstable();
    for (begins, part) in &parts {
        examine(part, *begins, &named, table);
        objects(part, *begins, &mut unpacked, table);
    }
    Ok(())
}

/// The objects that the trailers name as information dictionaries: number and generation.
fn information(part: &[u8]) -> Vec<[u32; 2]> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = find(part, b"/Info", from) {
        from = at + 5;
        let mut numbers = part.get(from..).unwrap_or_default().trim_ascii_start();
        let mut next = || {
            let digits = numbers.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let number = std::str::from_utf8(numbers.get(..digits)?).ok()?.parse().ok()?;
            numbers = numbers.get(digits..)?.trim_ascii_start();
            Some(number)
        };
        if let (Some(number), Some(generation)) = (next(), next())
            && numbers.first() == Some(&b'R')
            && found.len() < REVISIONS_MAX
        {
            found.push([number, generation]);
        }
    }
    found
}

/// Number and generation of the object whose word `obj` follows.
fn numbered(before: &[u8]) -> Option<[u32; 2]> {
    let tail = before.get(before.len().saturating_sub(24)..)?;
    let mut words = tail.rsplit(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let mut next = || std::str::from_utf8(words.next()?).ok()?.parse().ok();
    let (generation, number) = (next()?, next()?);
    Some([number, generation])
}

fn examine(part: &[u8], begins: u64, named: &[[u32; 2]], table: &mut Table) {
    let ends = count(part, b"%%EOF");
    table.facts.revisions += u32::try_from(ends).unwrap_or(u32::MAX).saturating_sub(1);
    if let Some(at) = find(part, b"/Encrypt", 0) {
        table.note("The PDF is encrypted; what it says of itself may not be readable.");
        table.add(Group::Pdf, "Encrypt", "present", None, span(begins + at as u64, 8));
    }
    if let Some(at) = find(part, b"C2PA_Manifest", 0) {
        super::jpeg::c2pa_found(table, span(begins + at as u64, 13));
    }
    for (mark, words) in ACTIVE {
        if let Some(at) = find(part, mark, 0) {
            table.facts.active.push((words, [begins + at as u64, begins + (at + mark.len()) as u64]));
        }
    }
    let mut from = 0;
    while let Some(at) = find(part, b"<x:xmpmeta", from) {
        let end = find(part, b"</x:xmpmeta>", at).map_or(part.len(), |end| end + 12);
        xml::xmp(part.get(at..end).unwrap_or_default(), begins + at as u64, table);
        from = end;
    }
    let mut from = 0;
    while let Some(at) = find(part, b" obj", from) {
        let end = find(part, b"endobj", at).unwrap_or(part.len()).min(at + (64 << 10));
        let object = part.get(at..end).unwrap_or_default();
        let is_named =
            numbered(part.get(..at).unwrap_or_default()).is_some_and(|it| named.binary_search(&it).is_ok());
        if is_named || is_information(object) {
            dictionary(object, &|offset, len| span(begins + (at + offset) as u64, len), table);
        }
        from = at + 4;
    }
}

/// A dictionary with at least two of the keys that only the information dictionary has, and no stream.
fn is_information(object: &[u8]) -> bool {
    let has = |key: &[u8]| find(object, key, 0).is_some();
    let strong = [b"/Producer".as_slice(), b"/CreationDate", b"/ModDate", b"/Creator"];
    !has(b"stream") && strong.iter().filter(|key| has(key)).count() >= 2
}

fn dictionary(object: &[u8], place: &dyn Fn(usize, usize) -> std::ops::Range<u64>, table: &mut Table) {
    for key in KEYS {
        let wanted = format!("/{key}");
        let mut from = 0;
        while let Some(at) = find(object, wanted.as_bytes(), from) {
            from = at + wanted.len();
            // `/Creator` is not `/CreatorTool`.
            let rest = object.get(from..).unwrap_or_default();
            if rest.first().is_some_and(u8::is_ascii_alphanumeric) {
                continue;
            }
            let skipped = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let Some((value, len)) = string(rest.get(skipped..).unwrap_or_default()) else { break };
            let range = place(from + skipped, len);
            take(key, &value, range, table);
            break;
        }
    }
}

fn take(key: &'static str, value: &str, at: std::ops::Range<u64>, table: &mut Table) {
    let mut meaning = None;
    match key {
        "Author" => table.reveal(RevealKind::Name, value, &at),
        "Creator" | "Producer" => table.program(value, &at),
        "CreationDate" | "ModDate" => {
            let when = date(value);
            meaning = when.map(|when| when.to_string());
            let (what, sort) = match key {
                "ModDate" => ("PDF's time of change", TimeSort::Changed),
                _ => ("PDF's time of creation", TimeSort::Made),
            };
            table.time(what, sort, when, &at);
            table.reveal(RevealKind::Time, value, &at);
        }
        _ => {}
    }
    table.add(Group::Pdf, key, value, meaning, at);
}

/// `D:20240501100000+01'00'`.
fn date(written: &str) -> Option<When> {
    let digits = written.strip_prefix("D:").unwrap_or(written);
    let part = |from: usize, to: usize, missing: &'static str| {
        let part = digits.get(from..to).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        part.unwrap_or(missing).to_owned()
    };
    let year = digits.get(..4)?;
    let zone: String = digits.get(14..).unwrap_or_default().chars().filter(|c| *c != '\'').collect();
    let zone = match zone.as_str() {
        "" => String::new(),
        zone if zone.starts_with('Z') => "Z".to_owned(),
        zone => format!("{}:{}", zone.get(..3)?, zone.get(3..5).unwrap_or("00")),
    };
    let (month, day) = (part(4, 6, "01"), part(6, 8, "01"));
    let (hour, minute, second) = (part(8, 10, "00"), part(10, 12, "00"), part(12, 14, "00"));
    iso_time(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}{zone}"))
}

/// A string in brackets or in hexadecimal digits, and how many bytes it takes.
fn string(bytes: &[u8]) -> Option<(String, usize)> {
    let (raw, len) = match bytes {
        [b'(', rest @ ..] => literal(rest).map(|(raw, len)| (raw, len + 1))?,
        [b'<', rest @ ..] if rest.first() != Some(&b'<') => {
            let len = rest.iter().position(|&byte| byte == b'>')?;
            let digits: Vec<u8> = rest
                .get(..len)?
                .iter()
                .filter_map(|&byte| char::from(byte).to_digit(16))
                .filter_map(|digit| u8::try_from(digit).ok())
                .collect();
            (
                digits
                    .chunks(2)
                    .map(|pair| pair.iter().fold(0, |sum, digit| sum << 4 | digit) << (4 * (2 - pair.len())))
                    .collect(),
                len + 2,
            )
        }
        _ => return None,
    };
    let value = match raw.as_slice() {
        [0xfe, 0xff, rest @ ..] => wide(rest, true),
        [0xff, 0xfe, rest @ ..] => wide(rest, false),
        [0xef, 0xbb, 0xbf, rest @ ..] => text(rest),
        raw => text(raw),
    };
    Some((value, len))
}

/// What stands behind an opening bracket, up to the one that closes it.
fn literal(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let mut out = Vec::new();
    let mut depth = 1_u32;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'\\' => {
                let next = bytes.get(at).copied()?;
                at += 1;
                match next {
                    b'n' => out.push(b'\n'),
                    b'r' => out.push(b'\r'),
                    b't' => out.push(b'\t'),
                    b'\n' => {}
                    b'0'..=b'7' => {
                        let mut code = u32::from(next - b'0');
                        for _ in 0..2 {
                            let Some(digit @ b'0'..=b'7') = bytes.get(at).copied() else { break };
                            code = code * 8 + u32::from(digit - b'0');
                            at += 1;
                        }
                        out.push(u8::try_from(code & 0xff).unwrap_or_default());
                    }
                    other => out.push(other),
                }
            }
            b'(' => {
                depth += 1;
                out.push(byte);
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return Some((out, at));
                }
                out.push(byte);
            }
            byte => out.push(byte),
        }
    }
    None
}

/// Streams of compressed objects: the information dictionary of newer files lies in one.
fn objects(part: &[u8], begins: u64, unpacked: &mut u64, table: &mut Table) {
    let mut from = 0;
    for _ in 0..STREAMS_MAX {
        let Some(at) = find(part, b"/ObjStm", from) else { return };
        from = at + 7;
        let Some(head) = find(part, b"stream", at).filter(|head| head - at < 4_096) else { continue };
        let mut start = head + 6;
        start += usize::from(part.get(start) == Some(&b'\r'));
        start += usize::from(part.get(start) == Some(&b'\n'));
        let end = find(part, b"endstream", start).unwrap_or(part.len());
        from = end;
        let left = UNPACKED_MAX.saturating_sub(*unpacked);
        let mut out = Vec::new();
        let packed = part.get(start..end).unwrap_or_default();
        // What could be unpacked before an error is looked at all the same.
        let _ = flate2::read::ZlibDecoder::new(packed).take(left).read_to_end(&mut out);
        *unpacked += out.len() as u64;
        let place = span(begins + start as u64, end - start);
        if is_information(&out) {
            dictionary(&out, &|_, _| place.clone(), table);
        }
    }
}

fn find(within: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let rest = within.get(from..)?;
    memchr::memmem::find(rest, wanted).map(|at| from + at)
}

fn count(within: &[u8], wanted: &[u8]) -> usize {
    memchr::memmem::find_iter(within, wanted).count()
}
