//! Reading with every rule of the books asserted, for fuzz targets and tests.

use std::collections::HashSet;

use crate::align::{self, DifferenceKind, Side};
use crate::{
    Directory, Format, Message, Parser, Sink, Span, Stream, Structure, Survey, Timeline, Unparsed, Warning,
    parse_slice, recognise,
};

/// Asserts that what is said of a source tiles it.
#[derive(Debug, Default)]
struct Books {
    reached: u64,
    said: Vec<(Span, Option<String>)>,
}

impl Books {
    fn reach(&mut self, at: Span) {
        assert_eq!(at.start(), self.reached, "a gap or an overlap before {at:?}");
        assert!(!at.is_empty(), "an empty piece at {at:?}");
        self.reached = at.end();
    }
}

impl Sink for Books {
    fn message(&mut self, message: &Message<'_>, directory: &Directory) {
        self.reach(message.source);
        assert!(directory.conversation(message.conversation).is_some(), "a conversation of no directory");
        assert!(
            message.sender.is_none_or(|sender| directory.participant(sender).is_some()),
            "an unknown sender"
        );
        for at in [message.text.at, message.sent.written.at].into_iter().flatten() {
            assert!(message.source.contains(at), "text at {at:?} outside its message {:?}", message.source);
        }
        self.said.push((message.source, Some(message.text.value.clone().into_owned())));
    }

    fn structure(&mut self, structure: Structure) {
        self.reach(structure.at);
    }

    fn unparsed(&mut self, unparsed: Unparsed) {
        self.reach(unparsed.at);
        // Where a window ended, one stretch may have come as two, each with a reason of its own.
        match self.said.last_mut() {
            Some((last, None)) if last.end() == unparsed.at.start() => {
                *last = Span::new(last.start(), unparsed.at.end());
            }
            _ => self.said.push((unparsed.at, None)),
        }
    }

    fn warning(&mut self, _: Warning) {}
}

/// Reads a source whole and in pieces of `piece` bytes and asserts that both account for every byte, and say the
/// same messages and the same unparsed bytes.
///
/// # Panics
///
/// If the reader of the format has a fault.
pub fn read(format: Format, bytes: &[u8], piece: usize) {
    let Some(descriptor) = format.descriptor() else { return };
    read_with(descriptor.parser, bytes, piece);
}

/// The same with parsers that `make` makes.
///
/// # Panics
///
/// If the parser has a fault.
pub fn read_with(make: impl Fn() -> Box<dyn Parser>, bytes: &[u8], piece: usize) {
    let mut whole = Books::default();
    parse_slice(&mut *make(), bytes, &mut whole);
    assert_eq!(whole.reached, bytes.len() as u64, "bytes at the end without a word");
    let mut parser = make();
    let mut cut = Books::default();
    in_pieces(&mut *parser, bytes, piece.max(1), &mut cut);
    assert_eq!(cut.reached, bytes.len() as u64, "bytes at the end without a word, in pieces of {piece}");
    assert_eq!(whole.said, cut.said, "not the same in pieces of {piece}");
}

fn in_pieces(parser: &mut dyn Parser, bytes: &[u8], piece: usize, books: &mut Books) {
    if parser.surveys() {
        let mut survey = Survey::new(parser);
        bytes.chunks(piece).for_each(|piece| survey.push(piece));
        survey.finish();
    }
    let mut stream = Stream::new(parser, books);
    bytes.chunks(piece).for_each(|piece| stream.push(piece));
    stream.finish();
}

/// Holds the two exports before and behind the first NUL against each other, both ways, and asserts that every message
/// is counted once and stands for one other at most.
///
/// # Panics
///
/// If the comparison has a fault.
pub fn compare(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |&byte| byte == 0);
    let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let read = |bytes| {
        let best = recognise(bytes).into_iter().next()?;
        Some(Timeline::read(&mut *(best.format.descriptor()?.parser)(), bytes))
    };
    let (Some(first), Some(second)) = (read(first), read(second)) else { return };
    for (one, other) in [(&first, &second), (&second, &first)] {
        for chat in align::compare(&Side::of(one), &Side::of(other)).conversations {
            let counts = chat.counts;
            let alone = |kind| chat.differences.iter().filter(|found| found.kind == kind).count() as u64;
            let first = counts.paired + counts.first_not_covered + alone(DifferenceKind::OnlyInFirst);
            let second = counts.paired + counts.second_not_covered + alone(DifferenceKind::OnlyInSecond);
            assert_eq!([first, second], [counts.first, counts.second], "a message is not counted, or twice");
            let mut taken = HashSet::new();
            assert!(
                chat.pairs.iter().all(|pair| taken.insert((0, pair.0)) && taken.insert((1, pair.1))),
                "taken twice"
            );
        }
    }
}
