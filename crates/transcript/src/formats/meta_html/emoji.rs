//! Where an emoji ends and a name begins.

/// Splits off the one emoji that a text begins with: a character, what varies or joins it, or two regional letters.
/// Nothing where the text begins with a letter, a digit or other plain text.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let mut rest = text.char_indices().peekable();
    let (_, first) = rest.next()?;
    if first.is_ascii() || first.is_alphanumeric() {
        return None;
    }
    let regional = |character: char| ('\u{1f1e6}'..='\u{1f1ff}').contains(&character);
    let (mut end, mut joining, mut pair) = (first.len_utf8(), false, regional(first));
    for (at, character) in rest {
        let belongs = match character {
            '\u{200d}' => {
                joining = true;
                end = at + character.len_utf8();
                continue;
            }
            '\u{fe0e}' | '\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}' => {
                true
            }
            _ if joining => true,
            _ if pair && regional(character) => {
                pair = false;
                true
            }
            _ => false,
        };
        if !belongs {
            break;
        }
        joining = false;
        end = at + character.len_utf8();
    }
    text.split_at_checked(end)
}
