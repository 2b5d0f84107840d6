//! Web addresses, e-mail addresses and handles.

use std::ops::Range;

use super::{Match, MentionKind, ends_in_word, followed_by_word, word_end};

/// What RFC 5321 allows before the `@`.
const LOCAL_MAX: usize = 64;
const HOST_MAX: usize = 253;

/// Endings that make two words with a dot between a host, though nothing else shows it.
const ENDINGS: &[&str] = &["app", "com", "edu", "gov", "info", "net", "org", "uk"];
/// Endings that do if a path follows.
const ENDINGS_WITH_PATH: &[&str] = &[
    "ai", "be", "ca", "cc", "ch", "chat", "club", "co", "de", "dev", "es", "eu", "fm", "fr", "gg", "gl",
    "ie", "im", "in", "io", "it", "jp", "link", "live", "ly", "me", "nl", "page", "pl", "ru", "sh", "site",
    "so", "to", "tv", "us", "vc", "ws", "xyz",
];

/// Where the run of characters ends that hosts and the local parts of addresses are made of.
pub(super) fn atom_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let of_atom = |byte: &u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte);
    start + rest.iter().position(|byte| !of_atom(byte)).unwrap_or(rest.len())
}

/// What begins with this run.
pub(super) fn find(text: &str, atom: &Range<usize>) -> Option<Match> {
    match text.as_bytes().get(atom.end) {
        Some(b'@') => email(text, atom),
        Some(b':') if text.get(atom.end..)?.starts_with("://") => url(text, atom),
        _ => bare_url(text, atom),
    }
}

/// `local@host.ending`.
fn email(text: &str, atom: &Range<usize>) -> Option<Match> {
    let local = text.get(atom.clone())?;
    if local.len() > LOCAL_MAX || local.ends_with('.') || local.contains("..") {
        return None;
    }
    let start = atom.end + 1;
    let host = host_at(text, start)?;
    let end = start + host.len();
    if !ends_like_host(host) || followed_by_word(text, end) || text.as_bytes().get(end) == Some(&b'@') {
        return None;
    }
    let normal = format!("{local}@{}", host.to_ascii_lowercase());
    Some(Match { kind: MentionKind::Email, start: atom.start, end, normal: Some(normal) })
}

/// The longest host that begins here, without what punctuates the sentence.
fn host_at(text: &str, start: usize) -> Option<&str> {
    let rest = text.get(start..)?;
    let of_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let len = rest.bytes().take(HOST_MAX + 1).position(|byte| !of_host(byte)).unwrap_or(rest.len());
    rest.get(..len.min(HOST_MAX)).map(|host| host.trim_end_matches(['.', '-']))
}

/// Labels with dots between them, the last of at least two letters.
fn ends_like_host(host: &str) -> bool {
    let mut labels = host.rsplit('.');
    let ending = labels.next().unwrap_or_default();
    let ending = (ending.len() >= 2 && ending.bytes().all(|byte| byte.is_ascii_alphabetic()))
        || ending.starts_with("xn--");
    let label =
        |label: &str| (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-');
    let mut before = labels.peekable();
    ending && before.peek().is_some() && before.all(label)
}

/// `scheme://…`, where the run is the scheme, with perhaps something before it.
fn url(text: &str, atom: &Range<usize>) -> Option<Match> {
    let run = text.get(atom.clone())?;
    let scheme =
        run.bytes().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"+-".contains(byte)).count();
    let start = (atom.end - scheme.min(run.len())).max(atom.start);
    if scheme > 20 || !text.as_bytes().get(start)?.is_ascii_alphabetic() {
        return None;
    }
    // Looked at before the end is looked for, or a row of these would take quadratic time.
    if !text.get(atom.end + 3..)?.starts_with(|first: char| first.is_alphanumeric() || first == '[') {
        return None;
    }
    let end = url_end(text, atom.end + 3);
    Some(Match { kind: MentionKind::Url, start, end, normal: None })
}

/// `www.…`, or a host with an ending that leaves little doubt.
fn bare_url(text: &str, atom: &Range<usize>) -> Option<Match> {
    if text.get(..atom.start).is_some_and(|before| before.ends_with(['@', '/', '.', '-', '_', '\\'])) {
        return None;
    }
    let host = host_at(text, atom.start)?;
    let (after, dot) = (atom.start + host.len(), host.find('.')?);
    if !ends_like_host(host) || followed_by_word(text, after) {
        return None;
    }
    let ending = host.rsplit('.').next()?.to_ascii_lowercase();
    let path = text.as_bytes().get(after) == Some(&b'/');
    let known = ENDINGS.contains(&ending.as_str()) || (path && ENDINGS_WITH_PATH.contains(&ending.as_str()));
    if !known && !host.get(..dot).is_some_and(|first| first.eq_ignore_ascii_case("www")) {
        return None;
    }
    let port = text.get(after..).and_then(|rest| rest.strip_prefix(':'));
    let port = port.is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()));
    let goes_on = path || port || matches!(text.as_bytes().get(after), Some(b'?' | b'#'));
    let end = if goes_on { url_end(text, after) } else { after };
    Some(Match { kind: MentionKind::Url, start: atom.start, end: end.max(after), normal: None })
}

/// Where a web address ends: at white space or a bracket or quote that cannot be its own, without the sentence's
/// punctuation and without a closing bracket that was not opened in it.
fn url_end(text: &str, start: usize) -> usize {
    let Some(rest) = text.get(start..) else { return start };
    let stops = |character: char| {
        character.is_whitespace()
            || character.is_control()
            || matches!(
                character,
                '<' | '>' | '"' | '“' | '”' | '«' | '»' | '`' | '{' | '}' | '|' | '\\' | '^'
            )
            || matches!(character, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '、' | '。' | '，' | '「' | '」')
    };
    let mut url = rest.split(stops).next().unwrap_or_default();
    let count = |bracket| url.bytes().filter(|&byte| byte == bracket).count();
    let mut surplus = [count(b')').saturating_sub(count(b'(')), count(b']').saturating_sub(count(b'['))];
    loop {
        url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '’', '*', '_', '~', '…']);
        let closing = usize::from(url.ends_with(']'));
        let Some(left) = surplus.get_mut(closing).filter(|left| **left > 0) else { break };
        let Some(shorter) = url.strip_suffix([')', ']']) else { break };
        *left -= 1;
        url = shorter;
    }
    start + url.len()
}

/// `@name`, and `@name@host`.
pub(super) fn handle(text: &str, at: usize) -> Option<Match> {
    if ends_in_word(text, at) || text.get(..at)?.ends_with(['@', '.', '-', '/']) {
        return None;
    }
    let start = at + 1;
    let rest = text.as_bytes().get(start..)?;
    let of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let len = rest.iter().take(65).position(|&byte| !of_name(byte)).unwrap_or(rest.len().min(65));
    let name = text.get(start..start + len)?.trim_end_matches('.');
    let end = start + name.len();
    if !(2..=64).contains(&name.len())
        || name.starts_with('.')
        || followed_by_word(text, end)
        || is_time(name)
    {
        return None;
    }
    if text.as_bytes().get(end) == Some(&b'@') {
        let host = host_at(text, end + 1).filter(|host| ends_like_host(host))?;
        let end = end + 1 + host.len();
        return (!followed_by_word(text, end)).then_some(Match {
            kind: MentionKind::Handle,
            start: at,
            end,
            normal: None,
        });
    }
    Some(Match { kind: MentionKind::Handle, start: at, end, normal: None })
}

/// "@7", "@7pm", "@19.30": when, not who. A telephone number after the sign is how `WhatsApp` mentions somebody.
fn is_time(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let rest = name.trim_start_matches(|character: char| character.is_ascii_digit() || character == '.');
    let rest = rest.to_ascii_lowercase();
    if rest.is_empty() {
        return digits < 7;
    }
    digits > 0
        && digits <= 4
        && word_end(name.as_bytes(), 0) > 0
        && matches!(rest.as_str(), "am" | "pm" | "a.m" | "p.m" | "h" | "ish")
}
