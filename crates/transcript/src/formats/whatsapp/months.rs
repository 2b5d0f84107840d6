//! Months by name.

use super::cursor::Cursor;

/// The first letters of the months, as the languages of phones before 2015 write them, January first.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "janv", "gen"],
    &["feb", "févr", "fev"],
    &["mar", "mär", "mrt", "mars", "maart"],
    &["apr", "abr", "avr"],
    &["may", "mai", "mei", "mag"],
    &["jun", "juin", "giu"],
    &["jul", "juil", "lug"],
    &["aug", "ago", "août"],
    &["sep", "sept", "set"],
    &["oct", "okt", "ott", "out"],
    &["nov"],
    &["dec", "dez", "dic", "déc"],
];

/// Whether a line may begin with a month and a day.
pub(super) fn may_begin(line: &[u8]) -> bool {
    let letters =
        line.iter().take(12).take_while(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80).count();
    (3..12).contains(&letters)
        && line.get(letters) == Some(&b' ')
        && line.get(letters + 1).is_some_and(u8::is_ascii_digit)
}

/// Steps over a month's name, short or long; its number.
pub(super) fn word(cursor: &mut Cursor<'_>) -> Option<u16> {
    let start = cursor.at;
    for (month, names) in (1_u16..).zip(MONTHS) {
        for name in names {
            cursor.at = start;
            if !cursor.word(name) {
                continue;
            }
            // The rest of the long name, or a full stop.
            while cursor.peek().is_some_and(|byte| byte.is_ascii_lowercase() || byte >= 0xc3)
                && cursor.at < start + 12
            {
                cursor.at += 1;
            }
            cursor.byte(b'.');
            if cursor.peek().is_none_or(|byte| matches!(byte, b' ' | b',')) {
                return Some(month);
            }
        }
    }
    cursor.at = start;
    None
}
