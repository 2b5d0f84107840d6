//! Accounts as the export names them: a saved name, a profile's own name behind a tilde, or a telephone number.

use super::cursor::is_mark;
use crate::Participant;

/// A name as it is shown: without the invisible marks round it.
pub(super) fn shown(name: &str) -> &str {
    name.trim_matches(is_mark)
}

/// The account that a name stands for.
pub(super) fn participant(name: &str, exporter: bool) -> Participant {
    let name = shown(name);
    match telephone(name) {
        Some(number) => Participant { handle: Some(number), exporter, ..Participant::default() },
        None => Participant { display_name: Some(name.to_owned()), exporter, ..Participant::default() },
    }
}

/// The telephone number that a name is, in characters that can be typed; nothing if it is none.
fn telephone(name: &str) -> Option<String> {
    let mut number = String::new();
    let mut digits = 0;
    for c in name.chars() {
        match c {
            '+' if number.is_empty() => number.push(c),
            '0'..='9' => {
                digits += 1;
                number.push(c);
            }
            ' ' | '-' | '(' | ')' | '.' => number.push(c),
            '\u{a0}' | '\u{202f}' | '\u{2009}' => number.push(' '),
            '\u{2010}' | '\u{2011}' => number.push('-'),
            c if is_mark(c) => {}
            _ => return None,
        }
    }
    (number.starts_with('+') && (6..=17).contains(&digits)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::participant;

    #[test]
    fn numbers_and_names() {
        let number = participant("\u{202a}+44 7700 900123\u{202c}", false);
        assert_eq!(number.handle.as_deref(), Some("+44 7700 900123"));
        assert_eq!(number.display_name, None);
        assert_eq!(
            participant("\u{2068}+1\u{a0}(212)\u{a0}555\u{2011}0100\u{2069}", false).handle.as_deref(),
            Some("+1 (212) 555-0100")
        );
        for name in ["~\u{202f}Sam", "44", "+", "+44 Bob", "7700 900123"] {
            let participant = participant(name, false);
            assert_eq!((participant.display_name.as_deref(), participant.handle), (Some(name), None));
        }
    }
}
