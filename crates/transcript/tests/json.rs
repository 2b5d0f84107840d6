//! The JSON reader against `serde_json`: anything that can be written is read back the same, however it is written and
//! cut.

#![allow(
    clippy::format_push_string,
    clippy::format_collect,
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_wrap,
    reason = "helpers of a test that writes made-up chats"
)]
#![allow(missing_docs, reason = "tests")]

use proptest::prelude::*;
use serde_json::{Map, Value as Json};
use transcript::json::{Kind, Path, Step, Value, Visitor, Walk};
use transcript::{Directory, Message, Output, Sink, Structure, StructureKind, Unparsed, Warning, Window};

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<i32>().prop_map(|number| Json::from(f64::from(number) / 8.0)),
        any::<String>().prop_map(Json::from),
        "[ -~\\n\\t\"\\\\]{0,40}".prop_map(Json::from),
    ];
    leaf.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Json::from),
            prop::collection::vec((any::<String>(), inner), 0..8)
                .prop_map(|members| Json::from(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Writes a value in one of the many ways that JSON allows, chosen by the numbers in `whims`.
struct Writer<'w> {
    out: String,
    whims: std::iter::Cycle<std::slice::Iter<'w, u8>>,
}

impl Writer<'_> {
    fn whim(&mut self) -> u8 {
        *self.whims.next().unwrap()
    }

    fn space(&mut self) {
        for _ in 0..self.whim() % 4 {
            let space = [' ', '\n', '\t', '\r'][usize::from(self.whim() % 4)];
            self.out.push(space);
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for char in text.chars() {
            let whim = self.whim();
            match char {
                '"' | '\\' => self.out.extend(['\\', char]),
                '\n' if whim.is_multiple_of(2) => self.out.push_str("\\n"),
                '/' if whim.is_multiple_of(2) => self.out.push_str("\\/"),
                char if char < ' ' || whim.is_multiple_of(16) => {
                    for unit in char.encode_utf16(&mut [0; 2]) {
                        self.out.push_str(&format!("\\u{unit:04X}"));
                    }
                }
                char => self.out.push(char),
            }
        }
        self.out.push('"');
    }

    fn write(&mut self, value: &Json) {
        self.space();
        match value {
            Json::String(text) => self.string(text),
            Json::Array(elements) => {
                self.out.push('[');
                for (number, element) in elements.iter().enumerate() {
                    self.out.push_str(if number > 0 { "," } else { "" });
                    self.write(element);
                }
                self.space();
                self.out.push(']');
            }
            Json::Object(members) => {
                self.out.push('{');
                for (number, (key, value)) in members.iter().enumerate() {
                    self.out.push_str(if number > 0 { "," } else { "" });
                    self.space();
                    self.string(key);
                    self.space();
                    self.out.push(':');
                    self.write(value);
                }
                self.space();
                self.out.push('}');
            }
            other => self.out.push_str(&other.to_string()),
        }
        self.space();
    }
}

fn written(value: &Json, whims: &[u8]) -> String {
    let mut writer = Writer { out: String::new(), whims: whims.iter().cycle() };
    writer.write(value);
    writer.out
}

fn read_back(value: Value<'_>) -> Json {
    match value.kind() {
        Kind::Null => Json::Null,
        Kind::Bool => value.bool().unwrap().into(),
        // What only looks like a number is kept as it is written.
        Kind::Number => {
            serde_json::from_str(value.number_text().unwrap()).unwrap_or_else(|_| value.plain().into())
        }
        Kind::String => value.string().unwrap().value.into(),
        Kind::Array => value.array().map(read_back).collect(),
        Kind::Object => Json::from(
            value.object().map(|(key, value)| (key.into_owned(), read_back(value))).collect::<Map<_, _>>(),
        ),
    }
}

/// Walks down to a depth and takes what is there.
struct Down {
    depth: usize,
    taken: Vec<(String, Json)>,
}

impl Visitor for Down {
    fn visit(&mut self, path: &Path<'_>, kind: Kind) -> Step {
        let container = matches!(kind, Kind::Array | Kind::Object);
        if container && path.depth() < self.depth { Step::Descend } else { Step::Take }
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        self.taken.push((path.pointer(), read_back(value)));
        out.structure(value.span(), StructureKind::Metadata);
    }
}

#[derive(Default, Debug, PartialEq)]
struct Heard {
    structure: u64,
    unparsed: Vec<Unparsed>,
    warnings: Vec<Warning>,
}

impl Sink for Heard {
    fn message(&mut self, _: &Message<'_>, _: &Directory) {}
    fn structure(&mut self, structure: Structure) {
        self.structure += structure.at.len();
    }
    fn unparsed(&mut self, unparsed: Unparsed) {
        self.unparsed.push(unparsed);
    }
    fn warning(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }
}

fn walk(source: &[u8], depth: usize, piece: usize) -> (Vec<(String, Json)>, Heard) {
    let mut heard = Heard::default();
    let mut out = Output::new(&mut heard);
    let mut down = Down { depth, taken: Vec::new() };
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
    (down.taken, heard)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_written_is_read(value in json(), whims in prop::collection::vec(any::<u8>(), 1..200)) {
        let text = written(&value, &whims);
        let read = Value::read(text.as_bytes(), 7).unwrap();
        prop_assert_eq!(read_back(read), value);
        let pretty = serde_json::to_string_pretty(&read_back(read)).unwrap();
        prop_assert_eq!(read_back(Value::read(pretty.as_bytes(), 0).unwrap()), read_back(read));
    }

    #[test]
    fn a_walk_takes_every_value_once(
        value in json(), whims in prop::collection::vec(any::<u8>(), 1..50), depth in 0_usize..4, piece in 1_usize..60
    ) {
        let text = written(&value, &whims);
        let (taken, heard) = walk(text.as_bytes(), depth, text.len().max(1));
        for (pointer, part) in &taken {
            prop_assert_eq!(value.pointer(pointer), Some(part));
        }
        prop_assert_eq!((heard.structure, heard.unparsed.len(), heard.warnings.len()), (text.len() as u64, 0, 0));
        let (pieces, other) = walk(text.as_bytes(), depth, piece);
        prop_assert_eq!(pieces, taken);
        prop_assert_eq!(other, heard);
    }

    /// Bytes changed, lost or put in anywhere: whatever is said, is said in pieces too.
    #[test]
    fn broken_documents_do_not_depend_on_the_pieces(
        value in json(), whims in prop::collection::vec(any::<u8>(), 1..50), depth in 1_usize..4, piece in 1_usize..60,
        hits in prop::collection::vec((any::<prop::sample::Index>(), "[\\[\\]{}:,\"\\\\x0\n]?", any::<bool>()), 1..4),
    ) {
        let mut text = written(&Json::from(vec![value.clone(), value]), &whims).into_bytes();
        for (at, byte, replace) in hits {
            let at = at.index(text.len());
            let end = (at + usize::from(replace)).min(text.len());
            text.splice(at..end, byte.bytes());
            if text.is_empty() {
                return Ok(());
            }
        }
        let whole = walk(&text, depth, text.len());
        prop_assert_eq!(walk(&text, depth, piece), whole);
    }
}

/// A value that is passed over need not lie in memory.
#[test]
fn a_string_of_a_hundred_megabytes() {
    const SIZE: usize = 100 << 20;
    struct Pass;
    impl Visitor for Pass {
        fn visit(&mut self, path: &Path<'_>, _kind: Kind) -> Step {
            if path.depth() == 0 { Step::Descend } else { Step::Skip }
        }
        fn take(&mut self, _: &Path<'_>, _: Value<'_>, _: &mut Output<'_>) {}
    }
    let mut heard = Heard::default();
    let mut out = Output::new(&mut heard);
    let mut walk = Walk::new();
    let piece = vec![b'a'; 1 << 20];
    let mut at = 0;
    let mut feed = |bytes: &[u8], last: bool| {
        let dealt = walk.parse(&Window { bytes, base: at, last }, &mut Pass, &mut out);
        assert_eq!(dealt, bytes.len(), "something is kept");
        at += dealt as u64;
    };
    feed(b"{\"x\": \"", false);
    for _ in 0..SIZE >> 20 {
        feed(&piece, false);
    }
    feed(b"\"}", true);
    out.finish(at);
    assert_eq!((heard.structure, heard.unparsed.len(), heard.warnings.len()), (SIZE as u64 + 9, 0, 0));
}

/// Breaks everywhere, and brackets that never close, cost no more than time in the length of the source.
#[test]
fn broken_everywhere() {
    for unit in [
        "{\"a\":1,\"b\":[",
        ",{\"a\":x",
        "[{\"a\":1,",
        "\"a\":[{",
        "},{\"a\":\"",
        "]",
        "{",
        "\"",
        ",",
        "[",
        "\\",
        "\0",
    ] {
        let source = format!("[{{\"a\":1,\"b\":2}},{}", unit.repeat(400_000 / unit.len()));
        let (_, heard) = walk(source.as_bytes(), 2, source.len());
        assert!(!heard.warnings.is_empty() || !heard.unparsed.is_empty(), "{unit}");
        walk(source.as_bytes(), 2, 64 << 10);
    }
}
