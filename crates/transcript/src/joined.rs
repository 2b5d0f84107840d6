//! Another export behind the last message of a text: files that were joined.
//!
//! In a format of lines, whatever is no message's first line belongs to the message above it. Of a second file in
//! another format that is wrong; of what somebody pasted it is right, be it a piece of JSON, a whole page of HTML or
//! lines of another chat. So only what no one pastes counts: a *whole* document, to the last byte of the source, that a
//! reader of this crate knows as an export by names that only such an export has; or one behind a byte order mark,
//! which stands at the beginning of files.

use crate::format::{Certainty, HEAD, recognise};
use crate::{Format, json};

/// So many places are looked at closely.
const MOST: usize = 64;
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Where another export begins in `last`, the source's last message with all that stands behind it, and what is
/// wrong with that.
pub(crate) fn second(last: &[u8]) -> Option<(usize, String)> {
    for at in (Places { bytes: last, at: 0 }).take(MOST) {
        let rest = last.get(at..)?;
        let Some(format) = export(rest) else { continue };
        let name = format.descriptor().map_or("another format", |known| known.name);
        return Some((
            at,
            format!(
                "another file stands behind the last message: {name}. Read it by itself, cut from here on"
            ),
        ));
    }
    None
}

/// The format of the export that `bytes` are, if they are one beyond doubt.
fn export(bytes: &[u8]) -> Option<Format> {
    let marked = bytes.starts_with(MARK);
    let text = bytes.strip_prefix(MARK).unwrap_or(bytes);
    if !marked && !is_whole(text) {
        return None;
    }
    let found = recognise(text.get(..HEAD).unwrap_or(text)).into_iter().next()?;
    (found.certainty >= Certainty::Marked && found.format != Format::Csv).then_some(found.format)
}

/// Whether a document stands here and ends where the source does.
fn is_whole(bytes: &[u8]) -> bool {
    if bytes.first() == Some(&b'<') {
        return bytes.trim_ascii_end().last() == Some(&b'>');
    }
    let mut at = 0;
    while let Some(end) = json::checked_end(bytes, at) {
        let space = bytes.get(end..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_whitespace());
        at = end + space.count();
        if at == bytes.len() {
            return true;
        }
    }
    false
}

/// Places where a document may begin: a byte order mark, a declaration of HTML or XML, a bracket that begins a line or
/// ends one.
struct Places<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Iterator for Places<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        // Not at the beginning: there stands the message.
        while let Some(found) = memchr::memchr3(b'\n', b'<', MARK[0], self.bytes.get(self.at..)?) {
            let at = self.at + found;
            self.at = at + 1;
            let rest = self.bytes.get(at..)?;
            let behind = rest.get(1..).unwrap_or_default();
            let begins =
                |word: &[u8]| rest.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
            match rest.first() {
                Some(b'\n') if matches!(behind.first(), Some(b'{' | b'[')) => return Some(at + 1),
                Some(b'\n') => {
                    let line = self.bytes.get(..at)?;
                    let line = line.strip_suffix(b"\r").unwrap_or(line);
                    if line.len() > 1 && line.last() == Some(&b'{') {
                        return Some(line.len() - 1);
                    }
                }
                Some(b'<') if begins(b"<!doctype html") || begins(b"<?xml") || begins(b"<html") => {
                    return Some(at);
                }
                Some(_) if at > 0 && rest.starts_with(MARK) => return Some(at),
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::second;

    const CHAT: &str = "{\n \"name\": \"Bob\",\n \"type\": \"personal_chat\",\n \"id\": 1,\n \"messages\": [\n  {\n   \
                        \"id\": 1,\n   \"type\": \"message\",\n   \"date\": \"2023-01-05T10:00:00\",\n   \
                        \"date_unixtime\": \"1672912800\",\n   \"from\": \"Bob\",\n   \"from_id\": \"user1\",\n   \
                        \"text\": \"Rain\"\n  }\n ]\n}\n";

    #[test]
    fn a_whole_export_is_no_part_of_a_message() {
        for before in ["Alice: see you\n", "Alice: see you\r\n\r\n", "Alice: see you"] {
            let source = format!("{before}{CHAT}");
            let (at, why) = second(source.as_bytes()).unwrap();
            assert_eq!(at, before.len(), "{why}");
        }
        let source = format!("Alice: see you\u{feff}{CHAT}");
        assert_eq!(second(source.as_bytes()).unwrap().0, "Alice: see you".len());
    }

    #[test]
    fn what_people_paste_is() {
        let half = &CHAT[..CHAT.len() - 4];
        for pasted in [
            half,
            "{\"a\": 1}",
            "[1, 2]",
            "<!DOCTYPE html>\n<html><body><p>Homework</p></body></html>\n",
            "\u{feff}Homework",
            "[05/01/2023, 10:00] Bob: Rain\n[05/01/2023, 10:01] Bob: Sun\n",
        ] {
            let source = format!("Alice: look\n{pasted}");
            assert_eq!(second(source.as_bytes()), None, "{pasted}");
        }
        // A word from whoever pasted it stands behind it.
        let source = format!("Alice: look\n{CHAT}that is what it gives me");
        assert_eq!(second(source.as_bytes()), None);
    }
}
