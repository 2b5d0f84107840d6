//! Telephone numbers.
//!
//! In international form the country is certain, and the number is given after ITU-T E.164. A national form means
//! a country only if somebody states it.

use serde::Serialize;

use super::{Match, MentionKind, followed_by_word};

/// Where national numbers belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Region {
    /// ISO 3166-1 code.
    pub iso: &'static str,
    /// Country calling code.
    code: &'static str,
    /// What is dialled before a number inside the country, and left out from abroad.
    trunk: &'static str,
    /// How many digits a number has without it.
    shortest: u8,
    longest: u8,
}

const fn region(iso: &'static str, code: &'static str, trunk: &'static str, digits: [u8; 2]) -> Region {
    Region { iso, code, trunk, shortest: digits[0], longest: digits[1] }
}

/// Regions whose national numbers can be given after E.164, by the ITU's national numbering plans.
const REGIONS: &[Region] = &[
    region("GB", "44", "0", [9, 10]),
    region("IE", "353", "0", [8, 9]),
    region("US", "1", "", [10, 10]),
    region("CA", "1", "", [10, 10]),
    region("AU", "61", "0", [9, 9]),
    region("NZ", "64", "0", [8, 10]),
    region("ZA", "27", "0", [9, 9]),
    region("IN", "91", "0", [10, 10]),
    region("FR", "33", "0", [9, 9]),
    region("BE", "32", "0", [8, 9]),
    region("NL", "31", "0", [9, 9]),
    region("DE", "49", "0", [7, 11]),
    region("AT", "43", "0", [7, 12]),
    region("CH", "41", "0", [9, 9]),
    region("SE", "46", "0", [7, 9]),
    region("ES", "34", "", [9, 9]),
    region("PT", "351", "", [9, 9]),
    region("PL", "48", "", [9, 9]),
    region("DK", "45", "", [8, 8]),
    region("NO", "47", "", [8, 8]),
];

impl Region {
    /// The region of an ISO 3166-1 code (`GB`), if its numbers are known here.
    pub fn of(iso: &str) -> Option<Self> {
        REGIONS.iter().find(|region| region.iso.eq_ignore_ascii_case(iso)).copied()
    }
}

/// A number as it is written: its digits, and how they are grouped.
struct Written {
    digits: String,
    /// How many digits stand together, group by group.
    groups: Vec<usize>,
    international: bool,
    /// Where `(0)` stood, which is not dialled from abroad.
    parted: bool,
    brackets: bool,
    separator: Separator,
    end: usize,
}

/// What stands between groups.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    Nothing,
    /// Always this.
    One(char),
    Mixed,
}

/// More characters than any number takes.
const LONGEST: usize = 48;

/// A number that begins here.
pub(super) fn find(text: &str, start: usize, region: Option<Region>) -> Option<Match> {
    let mut before = text.get(..start)?.chars().rev();
    let goes_on = match (before.next(), text.as_bytes().get(start)) {
        (Some('+'), _) => true,
        (Some(_), Some(b'+')) => false,
        (Some(':'), _) => before.next().is_some_and(|before| before.is_ascii_digit()),
        (Some('.' | ',' | '/' | '-' | '#' | '$' | '£' | '€' | '='), _) => true,
        _ => false,
    };
    if goes_on {
        return None;
    }
    let written = read(text, start)?;
    let normal =
        if written.international { Some(international(&written)?) } else { national(&written, region)? };
    Some(Match { kind: MentionKind::Phone, start, end: written.end, normal })
}

fn read(text: &str, start: usize) -> Option<Written> {
    let mut written = Written {
        digits: String::new(),
        groups: Vec::new(),
        international: false,
        parted: false,
        brackets: false,
        separator: Separator::Nothing,
        end: start,
    };
    let rest = text.get(start..)?;
    let mut group = 0;
    let (mut gap, mut open) = (0, false);
    for (offset, character) in rest.char_indices().take(LONGEST) {
        let at = start + offset;
        match character {
            '0'..='9' => {
                if group == 0 && text.get(at..)?.starts_with("0)") && written.international && open {
                    written.parted = true;
                } else {
                    written.digits.push(character);
                    group += 1;
                }
                gap = 0;
                written.end = at + 1;
                continue;
            }
            '+' if offset == usize::from(open) => {
                written.international = true;
                continue;
            }
            '(' if !open && !written.brackets => (open, written.brackets) = (true, true),
            ')' if open => {
                open = false;
                written.end = at + 1;
            }
            ' ' | '-' | '.' | '\u{a0}' | '\u{202f}' | '\u{2011}' | '\u{2010}'
                if !open && !written.digits.is_empty() =>
            {
                let plain = if matches!(character, '\u{a0}' | '\u{202f}') { ' ' } else { character };
                written.separator = match written.separator {
                    Separator::Nothing => Separator::One(plain),
                    Separator::One(known) if known == plain => Separator::One(plain),
                    _ => Separator::Mixed,
                };
            }
            _ => break,
        }
        if group > 0 {
            written.groups.push(group);
            group = 0;
        }
        gap += 1;
        if gap > 2 {
            break;
        }
    }
    if group > 0 {
        written.groups.push(group);
    }
    // Something that goes on as a word, a decimal or a date is no number.
    let after = text.get(written.end..)?;
    let mut next = after.chars();
    let goes_on = match (next.next(), next.next()) {
        (Some('.' | ',' | ':' | '/' | '-'), Some(digit)) => digit.is_ascii_digit(),
        (Some('@' | '%' | '°'), _) => true,
        _ => false,
    };
    if open || goes_on || followed_by_word(text, written.end) {
        return None;
    }
    Some(written)
}

/// E.164: at most fifteen digits, a country calling code first.
fn international(written: &Written) -> Option<String> {
    let Written { digits, groups, .. } = written;
    let total = digits.len();
    if !(8..=15).contains(&total)
        || !is_calling_code(digits)
        || groups.last().is_some_and(|&last| last < 2 && groups.len() > 1)
    {
        return None;
    }
    for known in REGIONS {
        if let Some(rest) = digits.strip_prefix(known.code) {
            let (shortest, longest) = (usize::from(known.shortest.min(7)), usize::from(known.longest));
            // The United Kingdom has a few short ones; everywhere, none longer than the longest.
            let shortest = if known.code == "1" { 10 } else { shortest };
            // `+44 07700 …`: the trunk's nought written though it should not be.
            let rest = match rest.strip_prefix('0') {
                Some(short) if known.trunk == "0" => short,
                _ => rest,
            };
            if !(shortest..=longest).contains(&rest.len()) {
                return None;
            }
            return Some(format!("+{}{rest}", known.code));
        }
    }
    Some(format!("+{digits}"))
}

/// Whether digits begin with a calling code that the ITU has assigned (its list of 2016 and later).
fn is_calling_code(digits: &str) -> bool {
    const TWO: &str = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98";
    let (Some(first), Some(two)) = (digits.get(..1), digits.get(..2)) else { return false };
    if matches!(first, "1" | "7") || TWO.split(' ').any(|code| code == two) {
        return true;
    }
    // Of the others all codes have three digits, and these twenties, thirties … are in use.
    matches!(
        two,
        "21" | "22"
            | "23"
            | "24"
            | "25"
            | "26"
            | "29"
            | "35"
            | "37"
            | "38"
            | "42"
            | "50"
            | "59"
            | "67"
            | "68"
            | "69"
            | "80"
            | "85"
            | "87"
            | "88"
            | "96"
            | "97"
            | "99"
    )
}

/// A number without its country: `None` if it is none, and its normal form if the region is stated.
#[expect(clippy::option_option, reason = "no number; or one, with or without a normal form")]
fn national(written: &Written, region: Option<Region>) -> Option<Option<String>> {
    if let Some(region) = region {
        return stated(written, region).map(Some).or_else(|| national(written, None));
    }
    let Written { digits, groups, brackets, separator, .. } = written;
    let american =
        matches!(groups[..], [3, 3, 4]) && (*brackets || matches!(separator, Separator::One('-' | '.')));
    let plan = |at: usize| digits.as_bytes().get(at).is_some_and(|digit| (b'2'..=b'9').contains(digit));
    if american && plan(0) && plan(3) {
        return Some(None);
    }
    let trunk = digits.starts_with('0') && !digits.starts_with("00") && (10..=11).contains(&digits.len());
    let grouped = groups.first().is_some_and(|&first| first >= 3) && groups.iter().all(|&group| group >= 3);
    let pairs = groups.len() == 5
        && groups.iter().all(|&group| group == 2)
        && matches!(separator, Separator::One(' ' | '.'));
    (trunk && (grouped || pairs) && !monotonous(digits)).then_some(None)
}

/// A national number of this region, after E.164.
fn stated(written: &Written, region: Region) -> Option<String> {
    let Written { digits, groups, .. } = written;
    let mixed = written.separator == Separator::Mixed;
    // 00 is how most of the world dials abroad; from North America it is 011.
    let abroad = if region.code == "1" { "011" } else { "00" };
    if let Some(rest) = digits.strip_prefix(abroad) {
        let first = groups.first().copied().unwrap_or_default().saturating_sub(abroad.len());
        let groups = std::iter::once(first).chain(groups.iter().skip(1).copied()).collect();
        let digits = rest.to_owned();
        return international(&Written { digits, groups, separator: written.separator, ..*written });
    }
    let number = match digits.strip_prefix(region.trunk) {
        Some(number) => number,
        None if region.trunk.is_empty() => digits,
        None => return None,
    };
    let american = region.code == "1";
    // The long-distance 1 may be written; it is the calling code.
    let number =
        if american && number.len() == 11 { number.strip_prefix('1').unwrap_or(number) } else { number };
    if !(usize::from(region.shortest)..=usize::from(region.longest)).contains(&number.len())
        || monotonous(number)
    {
        return None;
    }
    let plan = |at: usize| number.as_bytes().get(at).is_some_and(|digit| (b'2'..=b'9').contains(digit));
    if american && !(plan(0) && plan(3)) {
        return None;
    }
    if number.starts_with('0') && region.trunk == "0" {
        return None;
    }
    // Groups of one or two digits are dates, scores and sums more often than not, unless all are pairs.
    let pairs = groups.len() >= 4 && groups.iter().all(|&group| group == 2 || group == 1) && !mixed;
    let whole = groups.iter().all(|&group| group >= 3) || pairs || (american && groups.first() == Some(&1));
    let short = region.trunk.is_empty() && !american && groups.len() == 1 && number.len() < 9;
    let ending = groups.first().is_some_and(|&first| first >= 2)
        && groups.iter().skip(1).all(|&group| group >= 2)
        && region.trunk == "0"
        && !mixed
        && written.separator == Separator::One(' ')
        && groups.len() <= 5;
    ((whole || ending) && !short).then(|| format!("+{}{number}", region.code))
}

/// The same digit all along.
fn monotonous(digits: &str) -> bool {
    digits.bytes().skip(1).all(|digit| Some(&digit) == digits.as_bytes().get(1))
}
