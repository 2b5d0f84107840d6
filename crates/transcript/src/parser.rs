//! Parsers, and how bytes get to them: all at once, or piece by piece in bounded memory.

use crate::{Directory, Output, Sink, Span, Window};

/// A reader of one format.
///
/// A parser sees a window of the source and says how many of its bytes it has dealt with. The rest comes again at the
/// head of the next window, with more after it. It must deal with everything when the window is the last.
pub trait Parser {
    /// Whether the whole source must be seen once before it is parsed (date order, set of authors).
    fn surveys(&self) -> bool {
        false
    }

    /// First pass: gather evidence. Returns how many bytes need not come again.
    fn survey(&mut self, window: &Window<'_>) -> usize {
        window.bytes.len()
    }

    /// Second pass: says what is in the window, in order. Returns how many bytes are dealt with;
    /// all of them have been written to `out`, or held ([`Output::hold`]). `0` asks for a longer window.
    fn parse(&mut self, window: &Window<'_>, out: &mut Output<'_>) -> usize;
}

/// Parses a whole source that lies in memory.
pub fn parse_slice(parser: &mut dyn Parser, bytes: &[u8], sink: &mut dyn Sink) -> Directory {
    let whole = Window::whole(bytes);
    if parser.surveys() {
        parser.survey(&whole);
    }
    let mut out = Output::new(sink);
    parser.parse(&whole, &mut out);
    out.finish(bytes.len() as u64)
}

/// How long a piece without any boundary may become before the parser is made to deal with it, in bytes.
pub const LONGEST_PIECE: usize = 64 << 20;

/// Keeps what a pass has not dealt with yet and joins the next piece to it.
#[derive(Debug, Default)]
struct Carry {
    bytes: Vec<u8>,
    base: u64,
}

impl Carry {
    fn take(&mut self, piece: &[u8], last: bool, mut deal: impl FnMut(&Window<'_>) -> usize) {
        self.bytes.extend_from_slice(piece);
        let window = Window { bytes: &self.bytes, base: self.base, last };
        let dealt = deal(&window).min(self.bytes.len());
        self.bytes.drain(..dealt);
        self.base += dealt as u64;
    }
}

/// First pass over a source that comes piece by piece.
#[derive(Debug)]
pub struct Survey<'p, P: ?Sized> {
    parser: &'p mut P,
    carry: Carry,
}

impl<'p, P: Parser + ?Sized> Survey<'p, P> {
    /// A first pass. Only needed where [`Parser::surveys`].
    pub fn new(parser: &'p mut P) -> Self {
        Self { parser, carry: Carry::default() }
    }

    /// The next bytes of the source.
    pub fn push(&mut self, piece: &[u8]) {
        let parser = &mut *self.parser;
        self.carry.take(piece, false, |window| parser.survey(window));
        if self.carry.bytes.len() > LONGEST_PIECE {
            self.carry.base += self.carry.bytes.len() as u64;
            self.carry.bytes.clear();
        }
    }

    /// The source ends here.
    pub fn finish(mut self) {
        let parser = &mut *self.parser;
        self.carry.take(&[], true, |window| parser.survey(window));
    }
}

/// Second pass over a source that comes piece by piece.
#[derive(Debug)]
pub struct Stream<'p, 's, P: ?Sized> {
    parser: &'p mut P,
    out: Output<'s>,
    carry: Carry,
}

impl<'p, 's, P: Parser + ?Sized> Stream<'p, 's, P> {
    /// A pass that writes to `sink`.
    pub fn new(parser: &'p mut P, sink: &'s mut dyn Sink) -> Self {
        Self { parser, out: Output::new(sink), carry: Carry::default() }
    }

    /// The next bytes of the source. A piece of over [`LONGEST_PIECE`] without a boundary is reported as unparsed.
    pub fn push(&mut self, piece: &[u8]) {
        let (parser, out) = (&mut *self.parser, &mut self.out);
        self.carry.take(piece, false, |window| parser.parse(window, out));
        debug_assert_eq!(self.out.reached(), self.carry.base, "dealt with other bytes than were spoken of");
        if self.carry.bytes.len() > LONGEST_PIECE {
            let end = self.carry.base + self.carry.bytes.len() as u64;
            self.out.unparsed(
                Span::new(self.carry.base, end),
                format!("no boundary between messages within {LONGEST_PIECE} bytes"),
            );
            self.carry.base = end;
            self.carry.bytes.clear();
        }
    }

    /// The source ends here. Says who and what took part.
    pub fn finish(mut self) -> Directory {
        let (parser, out) = (&mut *self.parser, &mut self.out);
        self.carry.take(&[], true, |window| parser.parse(window, out));
        let len = self.carry.base + self.carry.bytes.len() as u64;
        self.out.finish(len)
    }
}
