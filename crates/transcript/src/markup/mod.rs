//! XML and the HTML that exporters write, read tolerantly and with every position kept.
//!
//! [`Lexer`] cuts a window into tokens that tile it; [`Blocks`] finds the elements that hold a message each and
//! does not read a byte twice however the source is cut; [`Tree`] is one such element, laid out flat. References are
//! resolved only where a text is wanted ([`decode`]). Nothing here calls itself, and nesting beyond
//! [`tree::DEEPEST`] is read as if it were not nested.

mod attributes;
mod blocks;
mod decode;
mod entities;
mod lex;
mod lines;
mod text;
pub(crate) mod tree;

#[cfg(test)]
mod tests;

pub(crate) use attributes::{Attribute, Attributes, Scanned, attributes, has_class, scan_attribute};
pub(crate) use blocks::{Blocks, Step};
pub(crate) use decode::{Notes, decode};
pub(crate) use lex::{Dialect, Lexed, Lexer, Open, Token};
pub(crate) use lines::Lines;
pub(crate) use text::{Gather, without_indent, without_indent_after};
pub(crate) use tree::{Element, Node, Tree};
