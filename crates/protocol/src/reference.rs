//! How a report is called in speech and on paper: eight characters without look-alikes, from its id.
//!
//! Forty bits: enough to tell apart the reports that a desk will ever have, not an address of one.

use seal::ReportId;

/// Crockford's base 32.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Bytes of the id that are told.
const TOLD: usize = 5;
const LETTERS: usize = 8;

/// The reference of a report.
pub fn of(report: &ReportId) -> String {
    let bits = report.as_bytes().iter().take(TOLD).fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
    let letter = |place: usize| {
        let bits = bits >> (5 * (LETTERS - 1 - place));
        char::from(ALPHABET[usize::from(bits.to_le_bytes()[0] & 31)])
    };
    let mut reference: String = (0..LETTERS).map(letter).collect();
    reference.insert(LETTERS / 2, '-');
    reference
}

/// The first and the last id that a reference can stand for, as bytes; `None` for what is no reference.
/// Small letters, spaces, a missing hyphen and the usual slips (O for 0, I and L for 1) are understood.
pub fn range(text: &str) -> Option<([u8; 16], [u8; 16])> {
    let letters = text.chars().filter(|c| !matches!(c, '-' | ' '));
    let values = letters.map(value).collect::<Option<Vec<_>>>().filter(|values| values.len() == LETTERS)?;
    let bits = values.iter().fold(0_u64, |bits, value| (bits << 5) | value);
    let (mut first, mut last) = ([0; 16], [u8::MAX; 16]);
    for end in [&mut first, &mut last] {
        end[..TOLD].copy_from_slice(&bits.to_be_bytes()[8 - TOLD..]);
    }
    Some((first, last))
}

fn value(letter: char) -> Option<u64> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|known| char::from(*known) == letter)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::{of, range};
    use proptest::prelude::*;
    use seal::ReportId;

    #[test]
    fn a_reference_has_two_groups_of_four() {
        assert_eq!(of(&ReportId::from_bytes([0; 16])), "0000-0000");
        assert_eq!(of(&ReportId::from_bytes([255; 16])), "ZZZZ-ZZZZ");
    }

    #[test]
    fn slips_of_the_pen_are_understood_and_other_words_are_not() {
        assert_eq!(range("o0il abcd"), range("0011-ABCD"));
        for text in ["", "0011-ABC", "0011-ABCDE", "0011-ABCU", "Ää11-ABCD"] {
            assert_eq!(range(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_reference_leads_back_to_its_report(bytes: [u8; 16]) {
            let report = ReportId::from_bytes(bytes);
            let (first, last) = range(&of(&report)).unwrap();
            prop_assert!((first..=last).contains(&bytes));
            prop_assert_eq!(of(&ReportId::from_bytes(first)), of(&ReportId::from_bytes(last)));
        }
    }
}
