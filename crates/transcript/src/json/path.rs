//! Where a walk stands, and what it asks there.

use std::cell::Cell;
use std::collections::HashSet;
use std::fmt::Write as _;

use super::mend::Signature;
use super::{Kind, Value};
use crate::{Output, Place, Window};

/// What to do with a value that the walk has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Walk into this object or array. Anything else found in its place is reported as unparsed.
    Descend,
    /// Hand it over whole: [`Visitor::take`].
    Take,
    /// Pass over it. Its bytes are metadata.
    Skip,
}

/// What a format does with the values of a document.
pub trait Visitor {
    /// A value of this kind begins at this path. Called once for every value under a container that is walked.
    fn visit(&mut self, path: &Path<'_>, kind: Kind) -> Step;

    /// Whether a value that was asked for is one value. If a bracket that is missing made it swallow those behind it, it
    /// is unparsed up to the first of them.
    fn is_one(&self, _path: &Path<'_>, _value: &Value<'_>) -> bool {
        true
    }

    /// A value that was asked for whole. It must be accounted for with `out`, all its bytes and no others.
    /// Its grammar is right, it is not deeper than [`super::DEEPEST`], and its flaws are warned of already.
    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>);

    /// A container that was walked into ends (or the source does).
    fn leave(&mut self, _path: &Path<'_>, _out: &mut Output<'_>) {}

    /// Whether the array at this path, which ends, could be gone on with: if a bracket too many ended it, and elements
    /// like those before stand behind.
    fn reopens(&self, _array: &Path<'_>) -> bool {
        false
    }

    /// The array is gone on with, and [`Visitor::leave`] comes again.
    fn reopen(&mut self, _array: &Path<'_>) {}

    /// A chance to read a value to be taken straight from the window, where it begins at `at`, before its end is
    /// known: for formats in a hurry. Gives the position after the value, all of it accounted for and its flaws warned
    /// of; or `None`, nothing having been written, and [`Visitor::take`] gets it.
    fn dash(
        &mut self,
        _path: &Path<'_>,
        _window: &Window<'_>,
        _at: usize,
        _out: &mut Output<'_>,
    ) -> Option<usize> {
        None
    }
}

/// A container that is being walked.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub(super) array: bool,
    /// Where in an array, or the how-manieth member of an object.
    pub(super) index: u64,
    pub(super) key: String,
    pub(super) keys: HashSet<Box<str>>,
    pub(super) pointer: Cell<Option<u32>>,
    pub(super) signature: Signature,
    /// The first byte of an array's first element.
    pub(super) opener: Option<u8>,
}

/// Where in the document a value stands.
#[derive(Clone, Copy, Debug)]
pub struct Path<'w> {
    pub(super) frames: &'w [Frame],
    pub(super) document: u64,
}

impl<'w> Path<'w> {
    /// Whether this is the place: keys after slashes, `*` for any key, `#` for any index, `""` for the whole document.
    pub fn is(&self, pattern: &str) -> bool {
        let mut segments = pattern.split('/').skip(1);
        for frame in self.frames {
            let fits = match segments.next() {
                Some("#") => frame.array,
                Some("*") => !frame.array,
                Some(key) => !frame.array && key == frame.key,
                None => false,
            };
            if !fits {
                return false;
            }
        }
        segments.next().is_none()
    }

    /// How many steps from the root; the document itself has none.
    pub const fn depth(&self) -> usize {
        self.frames.len()
    }

    /// The key of the last step, if it is into an object.
    pub fn key(&self) -> Option<&'w str> {
        self.key_at(self.frames.len().checked_sub(1)?)
    }

    /// The index of the last step, if it is into an array.
    pub fn index(&self) -> Option<u64> {
        self.frames.last().filter(|frame| frame.array).map(|frame| frame.index)
    }

    /// The key of one of the steps, counted from nought, if it is into an object.
    pub fn key_at(&self, step: usize) -> Option<&'w str> {
        self.frames.get(step).filter(|frame| !frame.array).map(|frame| frame.key.as_str())
    }

    /// The index of one of the steps, counted from nought, if it is into an array.
    pub fn index_at(&self, step: usize) -> Option<u64> {
        self.frames.get(step).filter(|frame| frame.array).map(|frame| frame.index)
    }

    /// How many documents came before this one, where several follow each other ([`Walk::documents`]).
    pub const fn document(&self) -> u64 {
        self.document
    }

    /// The element of the innermost array that the value is or is in; [`Place::Bytes`] where there is none.
    pub fn place(&self, out: &mut Output<'_>) -> Place {
        let Some(last) = self.frames.iter().rposition(|frame| frame.array) else { return Place::Bytes };
        let Some(frame) = self.frames.get(last) else { return Place::Bytes };
        let array = frame.pointer.get().unwrap_or_else(|| {
            let array = Path { frames: self.frames.get(..last).unwrap_or_default(), ..*self };
            let number = out.directory.intern_pointer(&array.pointer());
            frame.pointer.set(Some(number));
            number
        });
        Place::Element { array, index: frame.index }
    }

    /// The RFC 6901 pointer.
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        for frame in self.frames {
            pointer.push('/');
            if frame.array {
                let _ = write!(pointer, "{}", frame.index);
            } else {
                pointer.push_str(&frame.key.replace('~', "~0").replace('/', "~1"));
            }
        }
        pointer
    }

    /// For people: the pointer, or "the document".
    pub(super) fn name(&self) -> String {
        if self.frames.is_empty() { "the document".to_owned() } else { self.pointer() }
    }
}
