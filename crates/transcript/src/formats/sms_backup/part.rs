//! A `part` element, read a piece at a time: its data may be longer than memory should hold.

use memchr::memchr2;

use super::STOPS;
use super::fields::is_null;
use crate::markup::{Attribute, Dialect, Notes, Scanned, decode, scan_attribute};
use crate::{Attachment, Span, Window};

/// A name, or a value without quotation marks, that is longer than this many bytes is none. It is looked at anew with
/// every window, which must not take the square of its length.
const LONGEST_WORD: usize = 1 << 14;

/// What is known of a part so far.
#[derive(Debug, Default)]
pub(super) struct Part {
    content_type: String,
    /// Its names, the best last.
    names: [Option<String>; 4],
    text: Option<(String, Option<Span>)>,
    data: Option<Span>,
    value: Option<Value>,
}

/// A value that is being read.
#[derive(Debug)]
struct Value {
    name: Vec<u8>,
    quote: u8,
    start: u64,
    /// What there is of it; nothing of data, of which only the place is kept.
    raw: Vec<u8>,
}

/// How reading goes on.
pub(super) enum Step {
    /// At this byte of the window.
    On(usize),
    /// With a longer window.
    More,
    /// The tag is read; on at this byte.
    Ended(usize),
    /// The tag is broken before this byte.
    Lost(usize),
}

impl Part {
    /// Reads on at `at`, which stands behind the element's name.
    pub(super) fn step(&mut self, window: &Window<'_>, at: usize, notes: &mut Notes) -> Step {
        let rest = window.bytes.get(at..).unwrap_or_default();
        if let Some(value) = self.value.take() {
            return self.read(value, window, at, notes);
        }
        let attribute = match scan_attribute(rest) {
            Scanned::End(len) => return Step::Ended(at + len),
            Scanned::More if rest.is_empty() => return Step::More,
            Scanned::More => return Step::On(window.bytes.len()),
            Scanned::Attribute(attribute, len) => {
                let blank = rest.get(len..).unwrap_or_default();
                let blank = blank.len() - blank.trim_ascii_start().len();
                // A value without quotation marks may end in one.
                let before = offset(rest, attribute.value).checked_sub(1).and_then(|at| rest.get(at));
                let quoted = matches!(before, Some(b'"' | b'\'')) && !attribute.value.is_empty();
                if !quoted && len + blank > LONGEST_WORD {
                    return Step::Lost(at);
                }
                if !quoted && len + blank == rest.len() && !window.last {
                    return Step::More;
                }
                if attribute.name.starts_with(b"<") {
                    return Step::Lost(at + offset(rest, attribute.name));
                }
                if !quoted {
                    self.field(attribute.name, attribute.value, None, notes);
                    return Step::On(at + len);
                }
                attribute
            }
            Scanned::Open { name, .. } if name.starts_with(b"<") => {
                return Step::Lost(at + offset(rest, name));
            }
            Scanned::Open { name, value, .. } => Attribute { name, value },
        };
        let start = offset(rest, attribute.value);
        if start > LONGEST_WORD {
            return Step::Lost(at);
        }
        let Some(&quote) = rest.get(start.wrapping_sub(1)) else { return Step::More };
        let place = window.base + (at + start) as u64;
        self.value = Some(Value { name: attribute.name.to_vec(), quote, start: place, raw: Vec::new() });
        Step::On(at + start)
    }

    fn read(&mut self, mut value: Value, window: &Window<'_>, at: usize, notes: &mut Notes) -> Step {
        let data = value.name == b"data";
        let mut upto = at;
        loop {
            let rest = window.bytes.get(upto..).unwrap_or_default();
            match memchr2(value.quote, b'<', rest) {
                Some(more) if rest.get(more) == Some(&value.quote) => {
                    upto += more;
                    break;
                }
                Some(more) => {
                    upto += more;
                    let tail = window.bytes.get(upto..).unwrap_or_default();
                    if data || STOPS.iter().any(|stop| tail.starts_with(stop)) {
                        return Step::Lost(upto);
                    }
                    if !window.last && STOPS.iter().any(|stop| stop.starts_with(tail)) {
                        return self.pause(value, window, at, upto);
                    }
                    upto += 1;
                }
                None => return self.pause(value, window, at, window.bytes.len()),
            }
        }
        let raw = window.bytes.get(at..upto).unwrap_or_default();
        let span = Span::new(value.start, window.base + upto as u64);
        if data {
            self.data = Some(span).filter(|_| span.len() != 4 || raw != b"null");
        } else {
            value.raw.extend_from_slice(raw);
            self.field(&value.name, &value.raw, Some(span), notes);
        }
        Step::On(upto + 1)
    }

    fn pause(&mut self, mut value: Value, window: &Window<'_>, at: usize, upto: usize) -> Step {
        if value.name != b"data" {
            value.raw.extend_from_slice(window.bytes.get(at..upto).unwrap_or_default());
        }
        self.value = Some(value);
        if upto > at { Step::On(upto) } else { Step::More }
    }

    fn field(&mut self, name: &[u8], raw: &[u8], at: Option<Span>, notes: &mut Notes) {
        let slot = match name {
            b"fn" => 0,
            b"name" => 1,
            b"cl" => 2,
            b"ct" if !is_null(raw) => {
                self.content_type = decode(raw, Dialect::Xml, notes).into_owned();
                return;
            }
            b"text" => {
                let text = decode(raw, Dialect::Xml, notes);
                let at = at.filter(|_| matches!(text, std::borrow::Cow::Borrowed(_)));
                self.text = Some((text.into_owned(), at));
                return;
            }
            _ => return,
        };
        if let (false, Some(slot)) = (is_null(raw), self.names.get_mut(slot)) {
            *slot = Some(decode(raw, Dialect::Xml, notes).into_owned());
        }
    }

    /// What the part is: text, a file, or the layout of the others.
    pub(super) fn what(self) -> What {
        let is = |prefix: &str| {
            self.content_type.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        if is("application/smil") {
            return What::Layout;
        }
        match self.text {
            Some((text, at)) if is("text/plain") && self.data.is_none() => What::Text(text, at),
            _ => What::File(Attachment {
                name: self.names.into_iter().flatten().next_back(),
                sort: Some(self.content_type).filter(|sort| !sort.is_empty()),
                embedded: self.data,
                ..Attachment::default()
            }),
        }
    }
}

/// What a part is.
pub(super) enum What {
    Text(String, Option<Span>),
    File(Attachment),
    Layout,
}

fn offset(rest: &[u8], part: &[u8]) -> usize {
    (part.as_ptr() as usize).saturating_sub(rest.as_ptr() as usize).min(rest.len())
}
