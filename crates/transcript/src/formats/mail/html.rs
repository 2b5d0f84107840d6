//! The words of an HTML part, its markup left out.

use crate::markup::{Dialect, Notes, decode};

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 20] = [
    "p",
    "div",
    "br",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "pre",
    "section",
    "article",
    "title",
];
/// Elements whose content nobody is shown.
const HIDDEN: [&str; 5] = ["head", "style", "script", "template", "title"];

/// The text that a reader would see: white space run together, a line for every block, references resolved.
pub(super) fn to_text(html: &str) -> String {
    let mut text = Lines::default();
    let mut rest = html;
    // What has no end from some place on has none from any later one: it is not looked for again.
    let mut endless: Vec<String> = Vec::new();
    let known = |endless: &[String], name: &str| endless.iter().any(|other| other == name);
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        text.add(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        if let Some(comment) = rest.strip_prefix("<!--").filter(|_| !known(&endless, "!--")) {
            let end = memchr::memmem::find(comment.as_bytes(), b"-->").map(|end| end + 3);
            match end.and_then(|end| comment.get(end..)) {
                Some(behind) => rest = behind,
                None => endless.push("!--".to_owned()),
            }
            if !known(&endless, "!--") {
                continue;
            }
        }
        let named = rest
            .as_bytes()
            .get(1)
            .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?'));
        let end = if named && !known(&endless, ">") { memchr::memchr(b'>', rest.as_bytes()) } else { None };
        let Some(end) = end else {
            if named && !known(&endless, ">") {
                endless.push(">".to_owned());
            }
            text.add("<");
            rest = rest.get(1..).unwrap_or_default();
            continue;
        };
        let tag = rest.get(1..end).unwrap_or_default();
        rest = rest.get(end + 1..).unwrap_or_default();
        let closes = tag.starts_with('/');
        let name = tag
            .trim_start_matches('/')
            .split(|c: char| !c.is_ascii_alphanumeric())
            .next()
            .unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if BLOCKS.contains(&name.as_str()) {
            text.line(name == "br" && !closes);
        }
        if HIDDEN.contains(&name.as_str()) && !closes && !tag.ends_with('/') && !known(&endless, &name) {
            match after(rest, &name) {
                Some(behind) => rest = behind,
                None => endless.push(name),
            }
        }
    }
    text.add(rest);
    text.finish()
}

/// What comes after the end of a hidden element, if it has one.
fn after<'h>(rest: &'h str, name: &str) -> Option<&'h str> {
    let bytes = rest.as_bytes();
    let mut from = 0;
    while let Some(at) = bytes.get(from..).and_then(|bytes| memchr::memmem::find(bytes, b"</")) {
        let begin = from + at + 2;
        if bytes.get(begin..begin + name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes())) {
            let end =
                bytes.get(begin..).and_then(|bytes| memchr::memchr(b'>', bytes)).map(|end| begin + end + 1);
            return end.and_then(|end| rest.get(end..));
        }
        from = begin;
    }
    None
}

#[derive(Default)]
struct Lines {
    text: String,
    space: bool,
    notes: Notes,
}

impl Lines {
    fn add(&mut self, raw: &str) {
        let decoded = decode(raw.as_bytes(), Dialect::Html, &mut self.notes);
        for c in decoded.chars() {
            if matches!(c, ' ' | '\t' | '\r' | '\n') {
                self.space = true;
                continue;
            }
            if self.space && !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push(' ');
            }
            self.space = false;
            self.text.push(c);
        }
    }

    fn line(&mut self, always: bool) {
        if always || !(self.text.is_empty() || self.text.ends_with('\n')) {
            self.text.push('\n');
        }
        self.space = false;
    }

    fn finish(mut self) -> String {
        let end = self.text.trim_end_matches(['\n', ' ']).len();
        self.text.truncate(end);
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::to_text;

    #[test]
    fn words_without_markup() {
        let html = "<html><head><title>x</title><style>p {}</style></head><body><p>Kick-off  at\n<b>ten</b> &amp; not&nbsp;nine</p><p>1 &lt; 2, 3 < 4<br>end<!-- no --></p><script>x</script></body>";
        assert_eq!(to_text(html), "Kick-off at ten & not\u{a0}nine\n1 < 2, 3 < 4\nend");
        assert_eq!(to_text("<style>never closed"), "never closed");
        assert_eq!(to_text("a <!-- never closed <b>b</b> <c"), "a b <c");
    }
}
