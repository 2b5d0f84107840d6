//! What is told of a file by its text: markup by its first tag, and whether it is text at all.

use super::Type;

/// SVG, HTML, XML: told from the first tag, as browsers do, behind white space, marks and comments.
pub(super) fn markup(head: &[u8]) -> Option<(Type, &'static str)> {
    const HTML: [&str; 17] = [
        "!doctype html",
        "html",
        "head",
        "body",
        "script",
        "iframe",
        "h1",
        "div",
        "font",
        "table",
        "a",
        "style",
        "title",
        "b",
        "br",
        "p",
        "meta",
    ];
    let text = decoded(head)?;
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    let mut xml = false;
    loop {
        let behind = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.split_once("-->").map(|parts| parts.1)
        } else if rest.starts_with("<?") {
            xml = true;
            rest.split_once("?>").map(|parts| parts.1)
        } else if rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
            && !rest.get(..14).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype html"))
        {
            xml = true;
            doctype(rest)
        } else {
            None
        };
        match behind {
            Some(behind) => rest = behind.trim_start(),
            None => break,
        }
    }
    let tag = rest.strip_prefix('<')?;
    let ends = |tag: &str, name: &str| {
        tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            && !tag
                .get(name.len()..)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    };
    let local = tag.split_once(':').filter(|parts| parts.0.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if ends(tag, "svg") || local.is_some_and(|parts| ends(parts.1, "svg")) {
        return Some((Type::Svg, "has SVG's element at its root"));
    }
    if HTML.iter().any(|name| ends(tag, name)) {
        return Some((Type::Html, "begins with a tag of HTML"));
    }
    xml.then_some((Type::Xml, "begins as XML does"))
}

/// What follows a document type, which may hold declarations in brackets.
fn doctype(text: &str) -> Option<&str> {
    let end = text.find('>')?;
    match text.find('[') {
        Some(open) if open < end => {
            text.get(open..)?.split_once(']').and_then(|parts| parts.1.split_once('>'))
        }
        _ => text.split_once('>'),
    }
    .map(|parts| parts.1)
}

/// The beginning as text, of UTF-8 or UTF-16.
fn decoded(head: &[u8]) -> Option<String> {
    let wide = |bytes: &[u8], big: bool| {
        let units = bytes.chunks_exact(2).map(|pair| match *pair {
            [one, other] if big => u16::from_be_bytes([one, other]),
            [one, other] => u16::from_le_bytes([one, other]),
            _ => 0,
        });
        char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect::<String>()
    };
    match head {
        [0xff, 0xfe, rest @ ..] => Some(wide(rest, false)),
        [0xfe, 0xff, rest @ ..] => Some(wide(rest, true)),
        [b'<', 0, ..] => Some(wide(head, false)),
        [0, b'<', ..] => Some(wide(head, true)),
        _ if head.contains(&0) => None,
        _ => Some(String::from_utf8_lossy(head).into_owned()),
    }
}

/// Whether there is nothing in it that no text holds.
pub(super) fn is_text(head: &[u8]) -> bool {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return true;
    }
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    !head.iter().any(control)
}
