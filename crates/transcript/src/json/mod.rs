//! JSON as exports really hold it: read with the place of every byte, in pieces, and past what is broken.
//!
//! Two things. [`Value`] looks at one complete value: what is in an object, what a string says. [`Walk`] goes through
//! the top of a document that need not lie in memory whole, asks a [`Visitor`] what to do with each value it meets,
//! and accounts for every byte.
//!
//! More is read than RFC 8259 allows, and said so in warnings: escapes such as `\x0B`, lone surrogates, control
//! characters inside strings, a key twice in one object (both are seen), a byte order mark. Where the grammar itself
//! is broken, the broken stretch is *unparsed* and the walk goes on at the next element it can tell.
//!
//! A format with a document like `{"title": "Match day", "messages": [{"text": "On time"}, …]}` reads it so:
//!
//! ```
//! use transcript::json::{Kind, Path, Step, Value, Visitor, Walk};
//! use transcript::{Conversation, Message, Output, Parser, Sent, StructureKind, Timeline, Window};
//!
//! #[derive(Default)]
//! struct Reader {
//!     walk: Walk,
//!     state: State,
//! }
//!
//! #[derive(Default)]
//! struct State {
//!     title: Option<String>,
//! }
//!
//! impl Visitor for State {
//!     fn visit(&mut self, path: &Path<'_>, _kind: Kind) -> Step {
//!         if path.is("") || path.is("/messages") {
//!             Step::Descend
//!         } else if path.is("/title") || path.is("/messages/#") {
//!             Step::Take
//!         } else {
//!             Step::Skip
//!         }
//!     }
//!
//!     fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
//!         if path.is("/title") {
//!             self.title = value.string().map(|text| text.value.into_owned());
//!             return out.structure(value.span(), StructureKind::Metadata);
//!         }
//!         let conversation =
//!             out.directory.intern_conversation(Conversation { title: self.title.clone(), ..Conversation::default() });
//!         let mut message = Message::bare(value.span(), path.place(out), conversation, Sent::MISSING);
//!         for (key, value) in value.object() {
//!             match &*key {
//!                 "text" => message.text = value.string().unwrap_or_default(),
//!                 other => message.extras_mut().detail(other.to_owned(), value.plain()),
//!             }
//!         }
//!         out.message(&message);
//!     }
//! }
//!
//! impl Parser for Reader {
//!     fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize {
//!         self.walk.parse(window, &mut self.state, out)
//!     }
//! }
//!
//! let source = br#"{"title": "Match day", "messages": [{"text": "On time"}, {"text": "Late \u263a"}]}"#;
//! let timeline = Timeline::read(&mut Reader::default(), source);
//! let texts: Vec<_> = timeline.messages().map(|message| message.text.value.into_owned()).collect();
//! assert_eq!(texts, ["On time", "Late ☺"]);
//! ```

mod mend;
mod path;
mod report;
mod scan;
mod text;
mod value;
mod walk;

#[cfg(test)]
mod tests;

pub use path::{Path, Step, Visitor};
pub use report::report;
pub use text::{Flaws, decode};
pub use value::{Elements, Malformed, Members, Value};
pub use walk::Walk;

pub(crate) use scan::{
    Plain, checked_end, escaped_string, is_number, next_token, plain_string, skip_string, skip_value,
};

/// How deep a value that is taken whole may be nested. Deeper ones are unparsed, so that whoever reads values may
/// follow them down.
pub const DEEPEST: usize = 128;

/// What sort of value it is, told from its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
}

impl Kind {
    pub(crate) const fn of(first: u8) -> Option<Self> {
        Some(match first {
            b'{' => Self::Object,
            b'[' => Self::Array,
            b'"' => Self::String,
            b'-' | b'0'..=b'9' => Self::Number,
            b't' | b'f' => Self::Bool,
            b'n' => Self::Null,
            _ => return None,
        })
    }
}

pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}
