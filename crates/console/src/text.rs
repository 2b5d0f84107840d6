//! Words and figures for people: ages, sizes, references, and other people's text made safe to read.

pub use protocol::reference::of as reference;

/// A piece of text that somebody else wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Characters that can be shown as they are.
    Plain(String),
    /// A character that would be invisible, or would change the order in which the rest is read. Shown
    /// as a labelled mark instead.
    Mark(&'static str),
}

/// Splits `text` at every character that could hide or reorder something.
///
/// Joiners stay where they are, because scripts and emoji are spelled with them; so do line breaks.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    for character in text.chars() {
        let Some(label) = mark(character) else {
            plain.push(character);
            continue;
        };
        if !plain.is_empty() {
            pieces.push(Piece::Plain(std::mem::take(&mut plain)));
        }
        pieces.push(Piece::Mark(label));
    }
    if !plain.is_empty() {
        pieces.push(Piece::Plain(plain));
    }
    pieces
}

/// What to show instead of a character that cannot be seen, and `None` for one that can.
fn mark(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{202A}' => "left-to-right embedding",
        '\u{202B}' => "right-to-left embedding",
        '\u{202C}' => "end of embedding",
        '\u{202D}' => "left-to-right override",
        '\u{202E}' => "right-to-left override",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "isolate",
        '\u{2069}' => "end of isolate",
        '\u{200E}' => "left-to-right mark",
        '\u{200F}' | '\u{061C}' => "right-to-left mark",
        '\u{200B}' | '\u{2060}' | '\u{FEFF}' => "zero-width space",
        '\u{00AD}' => "soft hyphen",
        '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => "blank letter",
        '\u{E0000}'..='\u{E007F}' => "hidden tag",
        '\n' | '\t' => return None,
        '\u{2028}' | '\u{2029}' => "line separator",
        _ if character.is_control() => "control character",
        _ => return None,
    })
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// How long ago `then` was at `now` (both in seconds), in the largest whole unit.
pub fn age(now: i64, then: i64) -> String {
    let (count, unit) = match now - then {
        ..MINUTE => return "just now".to_owned(),
        since @ ..HOUR => (since / MINUTE, "minute"),
        since @ ..DAY => (since / HOUR, "hour"),
        since if since < 2 * WEEK => (since / DAY, "day"),
        since => (since / WEEK, "week"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// A number of bytes as people say it: three figures at most, in decimal units.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    let mut scale = 1000_u64;
    let mut unit = 0;
    while unit + 1 < UNITS.len() && bytes / scale >= 1000 {
        scale *= 1000;
        unit += 1;
    }
    let tenths = bytes / (scale / 10);
    if tenths < 100 {
        format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    } else {
        format!("{} {}", tenths / 10, UNITS[unit])
    }
}

/// A SHA-256 in groups of eight, so that two people can read it to each other.
pub fn grouped(hex: &str) -> String {
    let characters: Vec<char> = hex.chars().collect();
    characters.chunks(8).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{DAY, HOUR, MINUTE, Piece, WEEK, age, grouped, pieces, size};
    use proptest::prelude::*;

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        for (since, told) in [
            (-5, "just now"),
            (59, "just now"),
            (MINUTE, "1 minute"),
            (HOUR - 1, "59 minutes"),
            (HOUR, "1 hour"),
            (DAY - 1, "23 hours"),
            (DAY, "1 day"),
            (2 * WEEK - 1, "13 days"),
            (2 * WEEK, "2 weeks"),
        ] {
            assert_eq!(age(1_000_000_000, 1_000_000_000 - since), told);
        }
    }

    #[test]
    fn a_size_has_a_unit_people_know() {
        for (bytes, told) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1000, "1.0 kB"),
            (12_345, "12 kB"),
            (1_999_999, "1.9 MB"),
            (3_400_000_000, "3.4 GB"),
            (999_999_999_999, "999 GB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(size(bytes), told);
        }
    }

    #[test]
    fn a_name_that_reads_backwards_is_shown_with_its_marks() {
        let shown = pieces("match\u{202E}txt.exe");
        assert_eq!(
            shown,
            [
                Piece::Plain("match".to_owned()),
                Piece::Mark("right-to-left override"),
                Piece::Plain("txt.exe".to_owned()),
            ]
        );
    }

    #[test]
    fn a_digest_is_grouped() {
        assert_eq!(grouped("0123456789abcdef01"), "01234567 89abcdef 01");
    }

    proptest! {
        #[test]
        fn nothing_visible_is_lost_and_nothing_invisible_is_left(text in "\\PC*[\u{202A}-\u{202E}\u{2066}-\u{2069}\n]*\\PC*") {
            let shown = pieces(&text);
            let plain: String = shown.iter().filter_map(|piece| match piece {
                Piece::Plain(plain) => Some(plain.as_str()),
                Piece::Mark(_) => None,
            }).collect();
            let marks = shown.iter().filter(|piece| matches!(piece, Piece::Mark(_))).count();
            prop_assert_eq!(plain.chars().count() + marks, text.chars().count());
            let reordering = plain.contains(|c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'));
            prop_assert!(!reordering);
        }
    }
}
