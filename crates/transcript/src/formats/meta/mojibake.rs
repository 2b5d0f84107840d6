//! Text whose UTF-8 bytes the service wrote one by one as characters, and how it is put right.

/// What a text turns out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// As it should be.
    Right,
    /// Put right.
    Repaired(String),
    /// Not as it should be, and nothing certain can be made of it.
    Suspect,
}

/// Judges one text. A text is put right only if every character stands for a byte and the bytes are UTF-8, so that
/// nothing else can have been meant. `throughout`: the format writes every character so, and one beyond ASCII that is
/// not part of such a sequence is suspect too.
pub(super) fn judge(text: &str, throughout: bool) -> Encoding {
    if text.is_ascii() {
        return Encoding::Right;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|char| u8::try_from(u32::from(char)).ok()).collect();
    let unclear = |suspect| if suspect { Encoding::Suspect } else { Encoding::Right };
    match bytes.map(String::from_utf8) {
        Some(Ok(repaired)) => Encoding::Repaired(repaired),
        Some(Err(_)) => unclear(throughout || looks_broken(text)),
        None => unclear(looks_broken(text)),
    }
}

/// Whether there is a control character of the upper half, or two characters that are a lead and a continuation byte.
fn looks_broken(text: &str) -> bool {
    let mut lead = false;
    text.chars().any(|char| {
        let broken = matches!(char, '\u{80}'..='\u{9f}') || lead && matches!(char, '\u{80}'..='\u{bf}');
        lead = matches!(char, '\u{c2}'..='\u{f4}');
        broken
    })
}

#[cfg(test)]
mod tests {
    use super::{Encoding, judge};

    fn repaired(text: &str) -> Encoding {
        Encoding::Repaired(text.to_owned())
    }

    #[test]
    fn only_what_is_certain_is_repaired() {
        assert_eq!(judge("plain", true), Encoding::Right);
        assert_eq!(judge("caf\u{c3}\u{a9}", true), repaired("café"));
        assert_eq!(judge("\u{f0}\u{9f}\u{91}\u{8d}", false), repaired("👍"));
        // As it should be already.
        assert_eq!(judge("Grüße ☔", true), Encoding::Right);
        // An accent of its own: suspect where none should be, right where texts are whole.
        assert_eq!(judge("René", true), Encoding::Suspect);
        assert_eq!(judge("René", false), Encoding::Right);
        // A sequence cut short, and one beside a character that is no byte.
        assert_eq!(judge("\u{e2}\u{98}", false), Encoding::Suspect);
        assert_eq!(judge("na\u{c3}\u{af}ve ☃", false), Encoding::Suspect);
    }
}
