//! Names of entries: decoded, judged, compared.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::{ArchiveError, Entry};

/// Code page 437 from 0x80, as zips without the UTF-8 flag have it.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// A name as text, and whether it had to be read as code page 437.
pub(super) fn decode(raw: &[u8]) -> (String, bool) {
    if let Ok(name) = std::str::from_utf8(raw) {
        return (name.to_owned(), false);
    }
    let table: Vec<char> = CP437.chars().collect();
    let letter = |&byte: &u8| match byte {
        0..0x80 => char::from(byte),
        _ => table.get(usize::from(byte - 0x80)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    (raw.iter().map(letter).collect(), true)
}

/// What is wrong with a path.
pub(super) fn judge(name: &str) -> Vec<ArchiveError> {
    let mut found = Vec::new();
    let mut bytes = name.bytes();
    match (bytes.next(), bytes.next()) {
        (None, _) => found.push(ArchiveError::NoName),
        (Some(b'/' | b'\\'), _) => found.push(ArchiveError::AbsolutePath),
        (Some(letter), Some(b':')) if letter.is_ascii_alphabetic() => found.push(ArchiveError::DrivePath),
        _ => {}
    }
    // Windows drops spaces and dots at the end of a component.
    let leads_up = |part: &str| part.starts_with("..") && part.trim_end_matches([' ', '.']).is_empty();
    if name.split(['/', '\\']).any(leads_up) {
        found.push(ArchiveError::ParentPath);
    }
    if name.contains('\0') {
        found.push(ArchiveError::NulInName);
    } else if name.contains(char::is_control) {
        found.push(ArchiveError::ControlsInName);
    }
    if name.contains('\\') {
        found.push(ArchiveError::Backslashes);
    }
    found
}

/// What a file system that tells neither capitals nor composed letters apart would take the name for.
pub(crate) fn folded(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for part in name.split(['/', '\\']).filter(|part| !matches!(*part, "" | ".")) {
        if !key.is_empty() {
            key.push('/');
        }
        key.extend(part.nfc().flat_map(char::to_lowercase));
    }
    key.nfc().collect()
}

/// Notes on every entry whose name another has. Both are told.
pub(super) fn mark_duplicates(entries: &mut [Entry]) {
    let mut first: HashMap<String, u32> = HashMap::with_capacity(entries.len());
    let mut pairs = Vec::new();
    for (entry, number) in entries.iter().zip(0_u32..) {
        let key = folded(&entry.name);
        match first.get(&key) {
            Some(&known) => pairs.push((known, number)),
            None => {
                first.insert(key, number);
            }
        }
    }
    for (known, number) in pairs {
        let same = match (entries.get(known as usize), entries.get(number as usize)) {
            (Some(one), Some(other)) => one.raw_name == other.raw_name,
            _ => false,
        };
        let problem = |other| {
            if same { ArchiveError::Duplicate { other } } else { ArchiveError::DuplicateFolded { other } }
        };
        if let Some(entry) = entries.get_mut(number as usize) {
            entry.problems.push(problem(known));
        }
        let told = |known: &ArchiveError| {
            matches!(known, ArchiveError::Duplicate { .. } | ArchiveError::DuplicateFolded { .. })
        };
        if let Some(entry) = entries.get_mut(known as usize)
            && !entry.problems.iter().any(told)
        {
            entry.problems.push(problem(number));
        }
    }
}
