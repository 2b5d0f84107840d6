//! The elements that hold a message each, found without reading anything twice.

use std::ops::Range;

use super::{Dialect, Lexed, Lexer, Open, Token};
use crate::Window;

/// What comes next in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// A whole element that holds a message, its tags included.
    Block(Range<usize>),
    /// Such an element that does not end where it should: before the next one, or before the end of the source.
    Cut(Range<usize>),
    /// A token outside of them.
    Outside(Lexed<'a>),
}

/// Cuts a page into elements that fit a description, and what is between them.
#[derive(Clone, Debug)]
pub(crate) struct Blocks {
    lexer: Lexer,
    /// Where the next token begins.
    at: u64,
    open: Option<Block>,
    /// Whether such elements may hold each other; otherwise one that begins in another shows that an end is missing.
    nests: bool,
}

#[derive(Clone, Debug)]
struct Block {
    start: u64,
    name: Box<[u8]>,
    depth: u32,
}

impl Blocks {
    /// Before the first byte. For `stops` see [`Lexer::new`].
    pub(crate) const fn new(stops: &'static [&'static [u8]]) -> Self {
        Self { lexer: Lexer::new(Dialect::Html, stops), at: 0, open: None, nests: false }
    }

    /// The same, of elements that hold each other.
    pub(crate) fn nesting(stops: &'static [&'static [u8]]) -> Self {
        Self { nests: true, ..Self::new(stops) }
    }

    /// The next step; nothing where the window holds too little of it. Everything before the step's end is then
    /// dealt with, and before [`Blocks::dealt`] if there is none.
    pub(crate) fn next<'a>(
        &mut self,
        window: &Window<'a>,
        begins: impl Fn(&Open<'a>) -> bool,
    ) -> Option<Step<'a>> {
        if self.at < window.base {
            // Bytes were taken away unread (an element beyond all bounds): begin anew behind them.
            self.lexer.restart();
            self.open = None;
            self.at = window.base;
        }
        loop {
            let at = usize::try_from(self.at.checked_sub(window.base)?).ok()?;
            let Some(lexed) = self.lexer.next(window, at) else {
                let block = if window.last { self.open.take() } else { None };
                return block.map(|block| Step::Cut(range(window, block.start, self.at)));
            };
            let end = window.base + lexed.at.end as u64;
            let Some(block) = &mut self.open else {
                self.at = end;
                match lexed.token {
                    Token::Open(tag) if begins(&tag) => {
                        let start = window.base + lexed.at.start as u64;
                        self.open = Some(Block { start, name: tag.name.into(), depth: 1 });
                        continue;
                    }
                    _ => return Some(Step::Outside(lexed)),
                }
            };
            match lexed.token {
                Token::Open(tag) if !self.nests && begins(&tag) => {
                    let cut = range(window, block.start, self.at);
                    self.open = None;
                    return Some(Step::Cut(cut));
                }
                Token::Open(tag) if tag.is(&block.name) && !tag.closed => block.depth += 1,
                Token::Close(name) if name.eq_ignore_ascii_case(&block.name) => block.depth -= 1,
                _ => {}
            }
            self.at = end;
            if block.depth == 0 {
                let whole = range(window, block.start, end);
                self.open = None;
                return Some(Step::Block(whole));
            }
        }
    }

    /// How many bytes of the window need not come again.
    pub(crate) fn dealt(&self, window: &Window<'_>) -> usize {
        let upto = self.open.as_ref().map_or(self.at, |block| block.start);
        usize::try_from(upto.saturating_sub(window.base)).unwrap_or(usize::MAX).min(window.bytes.len())
    }
}

fn range(window: &Window<'_>, start: u64, end: u64) -> Range<usize> {
    let place = |at: u64| usize::try_from(at.saturating_sub(window.base)).unwrap_or(usize::MAX);
    place(start)..place(end)
}
