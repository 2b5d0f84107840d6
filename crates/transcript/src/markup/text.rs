//! Text put together from pieces, borrowed as long as it stands in the source as it is.

use std::borrow::Cow;

use super::{Dialect, Notes, decode};
use crate::{Text, Window};

/// Gathers a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gather<'a> {
    value: Cow<'a, str>,
    /// Where the text stands, if it has only one piece and that needed nothing resolved.
    piece: Option<&'a [u8]>,
}

impl<'a> Gather<'a> {
    /// Adds text with references.
    pub(crate) fn text(&mut self, raw: &'a [u8], dialect: Dialect, notes: &mut Notes) {
        self.decoded(decode(raw, dialect, notes), raw);
    }

    /// Adds text without references.
    pub(crate) fn raw(&mut self, raw: &'a [u8], notes: &mut Notes) {
        let value = String::from_utf8_lossy(raw);
        notes.invalid |= matches!(value, Cow::Owned(_));
        self.decoded(value, raw);
    }

    fn decoded(&mut self, value: Cow<'a, str>, raw: &'a [u8]) {
        if value.is_empty() {
            return;
        }
        if self.value.is_empty() {
            self.piece = matches!(value, Cow::Borrowed(_)).then_some(raw);
            self.value = value;
        } else {
            self.piece = None;
            self.value.to_mut().push_str(&value);
        }
    }

    /// Adds what the markup stands for (a line break).
    pub(crate) fn push(&mut self, meant: &str) {
        self.piece = None;
        self.value.to_mut().push_str(meant);
    }

    /// The text so far.
    pub(crate) fn as_str(&self) -> &str {
        &self.value
    }

    /// The text, with its place in the source if it stands there just so.
    pub(crate) fn finish(self, window: &Window<'_>) -> Text<'a> {
        Text { at: self.piece.map(|piece| window.span_of(piece)), value: self.value }
    }
}

/// Text without the line end after the tag before it and the line end and spaces before the tag after it, which
/// writers of indented markup add.
pub(crate) fn without_indent(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_prefix(b"\r\n").or_else(|| raw.strip_prefix(b"\n")).unwrap_or(raw);
    without_indent_after(raw)
}

/// Text without the line end and spaces before the tag after it.
pub(crate) fn without_indent_after(raw: &[u8]) -> &[u8] {
    let end = raw.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |last| last + 1);
    match raw.get(..end).and_then(|raw| raw.strip_suffix(b"\n")) {
        Some(cut) => cut.strip_suffix(b"\r").unwrap_or(cut),
        None => raw,
    }
}
