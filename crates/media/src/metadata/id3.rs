//! ID3 tags of MP3 files.

use super::source::{Source, Stop, be16, be32, span};
use super::table::{Table, TimeSort, iso_time, text, wide};
use super::{Group, RevealKind, jpeg};

const FRAMES_MAX: usize = 2_000;
const FRAME_MAX: usize = 64 << 10;

pub(super) fn read(source: &Source<'_>, table: &mut Table) -> Result<(), Stop> {
    first_version(source, table)?;
    let head = source.up_to(0, 10)?;
    if head.len() < 10 || !head.starts_with(b"ID3") {
        return Ok(());
    }
    let [major, flags] = [head[3], head[5]];
    if !(2..=4).contains(&major) {
        table.note(format!("ID3 tags of version 2.{major} were not read."));
        return Ok(());
    }
    let end = 10 + u64::from(synchsafe(&head, 6).unwrap_or_default());
    let mut at = 10;
    if flags & 0x40 != 0 && major > 2 {
        let size = source.read(10, 4)?;
        at += u64::from(
            if major == 4 { synchsafe(&size, 0) } else { be32(&size, 0).map(|size| size + 4) }.unwrap_or(0),
        );
    }
    if flags & 0x80 != 0 && major < 4 {
        table.note("The ID3 tags are written with unsynchronisation; values may hold bytes too many.");
    }
    for _ in 0..FRAMES_MAX {
        let head_len = if major == 2 { 6 } else { 10 };
        if at + head_len > end {
            return Ok(());
        }
        let head = source.read(at, usize::try_from(head_len).unwrap_or(10))?;
        if head.first() == Some(&0) {
            return Ok(());
        }
        let (name, len) = match major {
            2 => (text(head.get(..3).unwrap_or_default()), be32(&head, 2).map(|len| len & 0x00ff_ffff)),
            3 => (text(head.get(..4).unwrap_or_default()), be32(&head, 4)),
            _ => (text(head.get(..4).unwrap_or_default()), synchsafe(&head, 4)),
        };
        let (begins, len) = (at + head_len, u64::from(len.unwrap_or_default()));
        if begins + len > end {
            return Err(Stop::Short);
        }
        let content = source.read(begins, usize::try_from(len).unwrap_or(FRAME_MAX).min(FRAME_MAX))?;
        frame(&name, &content, begins..begins + len, table);
        at = begins + len;
    }
    Err(Stop::Limit)
}

fn synchsafe(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes: [u8; 4] = *bytes.get(at..)?.first_chunk()?;
    Some(bytes.iter().fold(0, |sum, &byte| sum << 7 | u32::from(byte & 0x7f)))
}

/// Text behind a byte that says how it is encoded.
fn encoded(content: &[u8]) -> String {
    let Some((&encoding, rest)) = content.split_first() else { return String::new() };
    match (encoding, rest) {
        (1, [0xff, 0xfe, rest @ ..]) => wide(rest, false),
        (1, [0xfe, 0xff, rest @ ..]) | (2, rest) => wide(rest, true),
        (0, rest) => rest.iter().take_while(|&&byte| byte != 0).map(|&byte| char::from(byte)).collect(),
        (_, rest) => text(rest),
    }
}

fn frame(name: &str, content: &[u8], place: std::ops::Range<u64>, table: &mut Table) {
    let size = place.end - place.start;
    let value = match name {
        "TXXX" | "TXX" | "COMM" | "COM" | "USLT" | "ULT" => pieces(name, content),
        "APIC" | "PIC" => {
            table.add(Group::Thumbnail, name.to_owned(), format!("{size} bytes"), None, place);
            return;
        }
        "GEOB" if content.windows(20).take(200).any(|window| window == b"application/x-c2pa-m") => {
            return jpeg::c2pa_found(table, place);
        }
        "GEOB" | "PRIV" | "UFID" | "MCDI" => {
            let owner = text(content.get(usize::from(name == "GEOB")..).unwrap_or_default());
            if name == "UFID" || name == "PRIV" {
                table.reveal(RevealKind::Identifier, format!("{name} {owner}"), &place);
            }
            format!("{owner} ({size} bytes)")
        }
        name if name.starts_with('T') => encoded(content),
        name if name.starts_with('W') => text(content),
        _ => format!("{size} bytes"),
    };
    match name {
        "TPE1" | "TP1" | "TCOM" | "TOWN" | "TCOP" | "TPE2" => {
            table.reveal(RevealKind::Name, value.clone(), &place);
        }
        "TSSE" | "TENC" | "TSS" | "TEN" => table.program(&value, &place),
        "TDRC" | "TDEN" => table.time("the recording's date", TimeSort::Made, iso_time(&value), &place),
        "TDTG" => table.time("the tags' time of change", TimeSort::Changed, iso_time(&value), &place),
        _ => {}
    }
    table.add(Group::Tags, name.to_owned(), value, None, place);
}

/// A description and a value, both in the stated encoding; behind a language in comments.
fn pieces(name: &str, content: &[u8]) -> String {
    let Some((&encoding, rest)) = content.split_first() else { return String::new() };
    let rest = if name.starts_with("TX") { rest } else { rest.get(3..).unwrap_or_default() };
    let two = matches!(encoding, 1 | 2);
    let end = if two {
        rest.chunks_exact(2).position(|pair| pair == [0, 0]).map(|at| 2 * at)
    } else {
        rest.iter().position(|&byte| byte == 0)
    };
    let (description, value) = match end {
        Some(end) => (
            rest.get(..end).unwrap_or_default(),
            rest.get(end + if two { 2 } else { 1 }..).unwrap_or_default(),
        ),
        None => (&[][..], rest),
    };
    let of = |part: &[u8]| encoded(&[&[encoding], part].concat());
    if description.is_empty() { of(value) } else { format!("{}: {}", of(description), of(value)) }
}

/// The 128 bytes at the end.
fn first_version(source: &Source<'_>, table: &mut Table) -> Result<(), Stop> {
    let Some(at) = source.size().checked_sub(128) else { return Ok(()) };
    let tag = source.read(at, 128)?;
    if !tag.starts_with(b"TAG") {
        return Ok(());
    }
    for (name, from, len) in
        [("title", 3, 30), ("artist", 33, 30), ("album", 63, 30), ("year", 93, 4), ("comment", 97, 30)]
    {
        let value = text(tag.get(from..from + len).unwrap_or_default());
        if !value.is_empty() {
            table.add(Group::Tags, name, value, None, span(at + from as u64, len));
        }
    }
    if be16(&tag, 125).is_some_and(|track| track >> 8 == 0 && track != 0) {
        table.add(
            Group::Tags,
            "track",
            tag.get(126).copied().unwrap_or_default().to_string(),
            None,
            span(at + 126, 1),
        );
    }
    Ok(())
}
