//! Postcodes of the United Kingdom, after BS 7666 and the list of postcode areas.

use std::ops::Range;

use super::{Match, MentionKind, followed_by_word, word_end};

/// All areas, Crown dependencies and British Forces included.
const AREAS: &[&str] = &[
    "AB", "AL", "B", "BA", "BB", "BD", "BF", "BH", "BL", "BN", "BR", "BS", "BT", "BX", "CA", "CB", "CF",
    "CH", "CM", "CO", "CR", "CT", "CV", "CW", "DA", "DD", "DE", "DG", "DH", "DL", "DN", "DT", "DY", "E",
    "EC", "EH", "EN", "EX", "FK", "FY", "G", "GL", "GU", "GY", "HA", "HD", "HG", "HP", "HR", "HS", "HU",
    "HX", "IG", "IM", "IP", "IV", "JE", "KA", "KT", "KW", "KY", "L", "LA", "LD", "LE", "LL", "LN", "LS",
    "LU", "M", "ME", "MK", "ML", "N", "NE", "NG", "NN", "NP", "NR", "NW", "OL", "OX", "PA", "PE", "PH", "PL",
    "PO", "PR", "RG", "RH", "RM", "S", "SA", "SE", "SG", "SK", "SL", "SM", "SN", "SO", "SP", "SR", "SS",
    "ST", "SW", "SY", "TA", "TD", "TF", "TN", "TQ", "TR", "TS", "TW", "UB", "W", "WA", "WC", "WD", "WF",
    "WN", "WR", "WS", "WV", "YO", "ZE",
];

/// A full postcode that begins with this word, with one space or none before its last three characters.
pub(super) fn find(text: &str, word: Range<usize>) -> Option<Match> {
    let first = text.get(word.clone())?;
    let (outward, inward, end) = if (5..=7).contains(&first.len()) {
        let (outward, inward) = first.split_at_checked(first.len() - 3)?;
        (outward, inward, word.end)
    } else if (2..=4).contains(&first.len()) {
        let start = match text.get(word.end..)?.chars().next()? {
            space @ (' ' | '\u{a0}' | '\u{202f}') => word.end + space.len_utf8(),
            _ => return None,
        };
        let end = word_end(text.as_bytes(), start);
        (first, text.get(start..end)?, end)
    } else {
        return None;
    };
    if followed_by_word(text, end) || !is_inward(inward) || !is_outward(outward) {
        return None;
    }
    // In small letters, "2nd", "4th" after a letter and a digit are words.
    let small = |part: &str| part.bytes().any(|byte| byte.is_ascii_lowercase());
    let ordinal = ["1ST", "2ND", "3RD", "4TH", "5TH", "6TH", "7TH", "8TH", "9TH", "0TH"];
    if (small(inward) || small(outward)) && ordinal.contains(&inward.to_ascii_uppercase().as_str()) {
        return None;
    }
    let normal = format!("{} {}", outward.to_ascii_uppercase(), inward.to_ascii_uppercase());
    Some(Match { kind: MentionKind::Postcode, start: word.start, end, normal: Some(normal) })
}

/// A digit and two letters, never C, I, K, M, O, V.
fn is_inward(inward: &str) -> bool {
    let &[digit, first, second] = inward.as_bytes() else { return false };
    let letter = |byte: u8| byte.is_ascii_alphabetic() && !b"CIKMOV".contains(&byte.to_ascii_uppercase());
    digit.is_ascii_digit() && letter(first) && letter(second)
}

/// An area and a district: A9, A99, A9A.
fn is_outward(outward: &str) -> bool {
    let outward = outward.to_ascii_uppercase();
    if outward == "GIR" {
        return true;
    }
    let letters = outward.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (Some(area), Some(district)) = (outward.get(..letters), outward.get(letters..)) else { return false };
    let district = matches!(district.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'9', b'0'..=b'9' | b'A'..=b'Y']);
    district && AREAS.binary_search(&area).is_ok()
}
