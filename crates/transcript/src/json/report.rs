//! Warnings of what is wrong with a value that can be read all the same.

use super::value::{has_escape, next_token};
use super::{Flaws, Value, decode, skip_string};
use crate::{Output, Span, WarningKind};

/// Up to this many keys are compared each with each; more are sorted.
const FEW: usize = 16;

/// Warns of invalid escapes, lone surrogates, raw control characters, bytes that are not UTF-8 and keys that stand
/// twice in one object, anywhere in the value. [`super::Walk`] does so for every value taken.
pub fn report(value: &Value<'_>, out: &mut Output<'_>) {
    let raw = value.raw();
    let base = value.span().start();
    let mut keys: Vec<&[u8]> = Vec::new();
    // For every open bracket: where its keys begin in `keys`, and whether it is an object's.
    let mut open: Vec<(usize, bool)> = Vec::new();
    let mut at = 0;
    while let Some(start) = next_token(raw, at) {
        at = start + 1;
        match raw.get(start) {
            Some(b'"') => {
                let Some(end) = skip_string(raw, start) else { return };
                let inside = raw.get(start + 1..end - 1).unwrap_or_default();
                string(inside, base + start as u64 + 1, out);
                let is_key = next_is_colon(raw, end) && open.last().is_some_and(|(_, object)| *object);
                if is_key {
                    keys.push(inside);
                }
                at = end;
            }
            Some(b'{') => open.push((keys.len(), true)),
            Some(b'[') => open.push((keys.len(), false)),
            Some(b'}' | b']') => {
                let Some((first, _)) = open.pop() else { return };
                twice(raw, base, keys.get_mut(first..).unwrap_or_default(), out);
                keys.truncate(first);
            }
            _ => {}
        }
    }
}

fn next_is_colon(raw: &[u8], at: usize) -> bool {
    let rest = raw.get(at..).unwrap_or_default();
    rest.iter().find(|byte| !super::is_space(**byte)) == Some(&b':')
}

fn twice(raw: &[u8], base: u64, keys: &mut [&[u8]], out: &mut Output<'_>) {
    if keys.len() > FEW {
        keys.sort_by_key(|key| (*key, key.as_ptr() as usize));
        for pair in keys.windows(2) {
            if let [one, other] = pair
                && one == other
            {
                second(raw, base, other, out);
            }
        }
        return;
    }
    for (number, key) in keys.iter().enumerate() {
        if keys.iter().take(number).any(|other| other == key) {
            second(raw, base, key, out);
        }
    }
}

fn second(raw: &[u8], base: u64, key: &[u8], out: &mut Output<'_>) {
    let at = base + (key.as_ptr() as usize).saturating_sub(raw.as_ptr() as usize) as u64;
    let note = format!("the key {:?} stands twice in one object; both values are kept", decode(key).0);
    out.warn(WarningKind::DuplicateKey, Span::new(at, at + key.len() as u64), note);
}

fn string(inside: &[u8], at: u64, out: &mut Output<'_>) {
    if !has_escape(inside) && inside.is_ascii() && !inside.iter().any(|byte| *byte < 0x20) {
        return;
    }
    let (_, flaws) = decode(inside);
    warn(flaws, Span::new(at, at + inside.len() as u64), out);
}

/// Warns of a string's flaws.
pub(crate) fn warn(flaws: Flaws, at: Span, out: &mut Output<'_>) {
    if flaws.escape {
        out.warn(
            WarningKind::InvalidEscape,
            at,
            "an escape that JSON does not have; read as it was surely meant",
        );
    }
    if flaws.surrogate {
        out.warn(WarningKind::InvalidEscape, at, "half of a character (a lone surrogate); shown as U+FFFD");
    }
    if flaws.control {
        out.warn(WarningKind::InvalidEscape, at, "a control character that is not escaped; kept");
    }
    if flaws.utf8 {
        out.warn(WarningKind::InvalidText, at, "bytes that are not UTF-8; shown as U+FFFD");
    }
}
