//! The JSON reader: a walk says the same of whole bytes and of pieces, and what it takes, it can look into.
#![no_main]

use transcript::json::{Kind, Path, Step, Value, Visitor, Walk};
use transcript::{
    Directory, Message, Output, Sink, Span, Structure, StructureKind, Unparsed, Warning, Window,
};

#[derive(Default, Debug, PartialEq)]
struct Heard {
    taken: Vec<(String, Span)>,
    unparsed: Vec<(Span, String)>,
    reached: u64,
}

impl Sink for Heard {
    fn message(&mut self, _: &Message<'_>, _: &Directory) {}
    fn structure(&mut self, structure: Structure) {
        assert_eq!(structure.at.start(), self.reached);
        self.reached = structure.at.end();
    }
    fn unparsed(&mut self, unparsed: Unparsed) {
        assert_eq!(unparsed.at.start(), self.reached);
        self.reached = unparsed.at.end();
        self.unparsed.push((unparsed.at, unparsed.reason));
    }
    fn warning(&mut self, _: Warning) {}
}

struct Down(usize, Vec<(String, Span)>);

impl Visitor for Down {
    fn visit(&mut self, path: &Path<'_>, kind: Kind) -> Step {
        match kind {
            Kind::Array | Kind::Object if path.depth() < self.0 => Step::Descend,
            Kind::Number => Step::Skip,
            _ => Step::Take,
        }
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        let mut left = vec![value];
        while let Some(value) = left.pop() {
            assert!(value.raw().len() >= value.words().map_or(0, |words| words.chars().count()));
            left.extend(value.array());
            left.extend(value.object().map(|(_, value)| value));
        }
        self.1.push((path.pointer(), value.span()));
        out.structure(value.span(), StructureKind::Metadata);
    }
}

fn walk(source: &[u8], depth: usize, piece: usize) -> Heard {
    let mut heard = Heard::default();
    let mut out = Output::new(&mut heard);
    let mut down = Down(depth, Vec::new());
    let mut walk = Walk::new();
    let (mut from, mut to) = (0, 0);
    loop {
        let last = to == source.len();
        from +=
            walk.parse(&Window { bytes: &source[from..to], base: from as u64, last }, &mut down, &mut out);
        if last {
            break;
        }
        to = (to + piece).min(source.len());
    }
    assert_eq!(from, source.len());
    out.finish(source.len() as u64);
    heard.taken = down.1;
    heard
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((&choice, source)) = input.split_first() else { return };
    let depth = usize::from(choice >> 5);
    let piece = usize::from(choice & 31) + 1;
    let whole = walk(source, depth, source.len().max(1));
    assert_eq!(walk(source, depth, piece), whole);
    if let Ok(text) = str::from_utf8(source)
        && let Ok(json) = serde_json::from_str::<serde_json::Value>(text)
        && Value::read(source, 0).is_err()
    {
        // Only what is nested too deep may be refused; serde_json stops at 128 as well.
        panic!("refused {json}");
    }
});
