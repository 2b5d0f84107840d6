//! Text from strangers, made safe for a terminal.

use std::borrow::Cow;

/// The text with everything that could drive a terminal, or turn the direction of what follows, written out as an
/// escape. Line breaks become `⏎ ` unless they are `kept`.
pub(super) fn safe(text: &str, kept: bool) -> Cow<'_, str> {
    let fine = |c: char| !(c.is_control() || is_invisible(c)) || (kept && c == '\n');
    if text.chars().all(fine) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' if !kept => safe.push_str("⏎ "),
            '\r' if !kept => {}
            c if fine(c) => safe.push(c),
            c => safe.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(safe)
}

/// Marks of direction and characters without width, except those that emoji and scripts are joined with.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn what_drives_a_terminal_is_written_out() {
        assert_eq!(safe("Kick-off at 10?", false), "Kick-off at 10?");
        assert_eq!(safe("a\u{1b}[2Jb", false), "a\\u{1b}[2Jb");
        assert_eq!(safe("rain\u{202e}nus", false), "rain\\u{202e}nus");
        assert_eq!(safe("one\r\ntwo", false), "one⏎ two");
        assert_eq!(safe("one\ntwo", true), "one\ntwo");
        assert_eq!(safe("👨\u{200d}👩", false), "👨\u{200d}👩");
    }
}
