use super::*;
use crate::{
    Conversation, Directory, Message, Output, Sent, Sink, Span, Structure, StructureKind, Unparsed, Warning,
    WarningKind, Window,
};

/// Takes the elements of every array under a key "messages"; goes down "chats" and its elements.
#[derive(Default)]
struct Texts {
    left: Vec<String>,
}

impl Visitor for Texts {
    fn visit(&mut self, path: &Path<'_>, _kind: Kind) -> Step {
        if path.is("") || path.is("/chats") || path.is("/chats/#") || path.key() == Some("messages") {
            Step::Descend
        } else if path.is("/messages/#") || path.is("/chats/#/messages/#") {
            Step::Take
        } else {
            Step::Skip
        }
    }

    fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
        let conversation = Conversation { title: Some(path.pointer()), ..Conversation::default() };
        let conversation = out.directory.intern_conversation(conversation);
        let mut message = Message::bare(value.span(), path.place(out), conversation, Sent::MISSING);
        message.text = value.get("text").and_then(|text| text.string()).unwrap_or_default();
        out.message(&message);
    }

    fn leave(&mut self, path: &Path<'_>, _out: &mut Output<'_>) {
        self.left.push(path.pointer());
    }
}

#[derive(Default, Debug, PartialEq)]
struct Said {
    texts: Vec<String>,
    unparsed: Vec<(Span, String)>,
    warnings: Vec<(WarningKind, Span, String)>,
    structure: Vec<Structure>,
    reached: u64,
}

impl Said {
    fn reach(&mut self, at: Span) {
        assert_eq!(at.start(), self.reached);
        self.reached = at.end();
    }
}

impl Sink for Said {
    fn message(&mut self, message: &Message<'_>, _directory: &Directory) {
        self.reach(message.source);
        self.texts.push(message.text.value.to_string());
    }
    fn structure(&mut self, structure: Structure) {
        self.reach(structure.at);
        match self.structure.last_mut() {
            Some(last) if last.kind == structure.kind && last.at.end() == structure.at.start() => {
                last.at = Span::new(last.at.start(), structure.at.end());
            }
            _ => self.structure.push(structure),
        }
    }
    fn unparsed(&mut self, Unparsed { at, reason }: Unparsed) {
        self.reach(at);
        match self.unparsed.last_mut() {
            Some((last, why)) if *why == reason && last.end() == at.start() => {
                *last = Span::new(last.start(), at.end());
            }
            _ => self.unparsed.push((at, reason)),
        }
    }
    fn warning(&mut self, Warning { kind, at, note }: Warning) {
        self.warnings.push((kind, at, note));
    }
}

fn read_as(mut walk: Walk, source: &[u8], piece: usize) -> (Said, Vec<String>) {
    let mut said = Said::default();
    let mut texts = Texts::default();
    let mut out = Output::new(&mut said);
    let (mut from, mut to) = (0, 0);
    loop {
        let last = to == source.len();
        let window = Window { bytes: &source[from..to], base: from as u64, last };
        from += walk.parse(&window, &mut texts, &mut out);
        assert_eq!(out.written(), from as u64);
        if last {
            break;
        }
        to = (to + piece).min(source.len());
    }
    assert_eq!(from, source.len());
    out.finish(source.len() as u64);
    (said, texts.left)
}

/// Reads whole, and checks that pieces give the same.
fn read(source: &[u8]) -> Said {
    let (whole, left) = read_as(Walk::new(), source, source.len().max(1));
    for piece in [1, 2, 3, 7, 64, 1000] {
        if source.len() / piece > 20_000 {
            continue;
        }
        let (pieces, other) = read_as(Walk::new(), source, piece);
        assert_eq!(pieces, whole, "in pieces of {piece}");
        assert_eq!(left, other);
    }
    whole
}

fn unparsed<'s>(said: &Said, source: &'s str) -> Vec<&'s str> {
    said.unparsed.iter().map(|(at, _)| str::from_utf8(at.of(source.as_bytes()).unwrap()).unwrap()).collect()
}

#[test]
fn a_sound_document() {
    let source = "\u{feff}{\"name\": \"Year 9\", \"x\": [1, {\"messages\": 2}], \"messages\": [{\"text\": \"a\"},\n {\"text\": \"b\\n\"}]}\n";
    let said = read(source.as_bytes());
    assert_eq!(said.texts, ["a", "b\n"]);
    assert_eq!((&said.unparsed[..], &said.warnings[..]), (&[][..], &[][..]));
    let metadata = said.structure.iter().filter(|piece| piece.kind == StructureKind::Metadata).count();
    assert_eq!(metadata, 2);
    assert_eq!(said.structure[0].kind, StructureKind::Preamble);
}

#[test]
fn a_value_broken_inside_costs_only_itself() {
    for broken in [
        r#"{"text" "b"}"#,
        r#"{"text": b}"#,
        r#"{"text": "b",}"#,
        r#"{"text": NaN, "more": [1, 2, {"a": "},{\"text\""}]}"#,
        r#"{"text": "b" "c"}"#,
        r"{'text': 1}",
        "x",
    ] {
        let source = format!(r#"{{"messages": [{{"text": "a"}}, {broken}, {{"text": "c"}}], "end": 1}}"#);
        let said = read(source.as_bytes());
        assert_eq!(said.texts, ["a", "c"], "{broken}");
        assert_eq!(unparsed(&said, &source), [broken]);
        assert!(
            said.unparsed[0].1.contains("/messages/1") && said.unparsed[0].1.starts_with("expected "),
            "{said:?}"
        );
    }
}

#[test]
fn what_begins_like_its_siblings_is_found_again() {
    let with = |broken: &str| {
        format!(
            "{{\"chats\": [{{\"name\": 1, \"messages\": [\n {{\"id\": 1, \"text\": \"a\"}},\n {broken},\n {{\"id\": 3, \
             \"text\": \"c\"}}\n]}},\n{{\"name\": 2, \"messages\": [{{\"id\": 4, \"text\": \"d\"}}]}}]}}"
        )
    };
    for broken in [
        "{\"id\": 2, \"text\": \"b}",
        "{\"id\": 2, \"text\": b\"}",
        "{\"id\": 2, \"text\": \"b\", \"more\": {\"a\": [1}",
        "{\"id\": 2, \"text\": \"b\", \"more\": [{\"id\": 1}}",
        "\0\0\0\0\0\0",
        "\": [}",
    ] {
        let source = with(broken);
        let said = read(source.as_bytes());
        assert_eq!(said.texts, ["a", "c", "d"], "{broken}: {said:?}");
        assert_eq!(unparsed(&said, &source).concat().trim_matches([',', '\n', ' ']), broken);
    }
}

/// The last message of a chat lacks its end: the next chat's messages are not taken for this one's.
#[test]
fn a_break_never_moves_messages_between_arrays() {
    let source = "{\"chats\":[{\"name\":1,\"messages\":[{\"id\":1,\"text\":\"a\"},{\"id\":2,\"text\":\"b]},\
                  {\"name\":2,\"messages\":[{\"id\":4,\"text\":\"d\"},{\"id\":5,\"text\":\"e\"}]}]}";
    let said = read(source.as_bytes());
    assert_eq!(said.texts, ["a", "d", "e"]);
    let source = "{\"messages\":[{\"id\":1,\"text\":\"a\"},{\"id\":2,\"text\":\"b]},{\"left\":{\"messages\":\
                  [{\"id\":4,\"text\":\"d\"},{\"id\":5,\"text\":\"e\"}]}]}";
    assert_eq!(read(source.as_bytes()).texts, ["a"]);
}

#[test]
fn commas_and_brackets_missing_or_too_many() {
    for source in [
        r#"{"messages": [{"text": "a"} {"text": "b"}]}"#,
        r#"{"messages": [{"text": "a"}, {"text": "b"},]}"#,
        r#"{"messages": [{"text": "a"}, {"text": "b"}]"x": 1}"#,
        r#"{"messages": [{"text": "a"}, {"text": "b"}], }"#,
        r#"{"messages": [{"text": "a"}, {"text": "b"}}"#,
        r#"{"x":, "messages": [{"text": "a"}, {"text": "b"}]}"#,
    ] {
        let said = read(source.as_bytes());
        assert_eq!(said.texts, ["a", "b"], "{source}");
        assert_eq!(said.unparsed, []);
        assert!(matches!(said.warnings[..], [(WarningKind::Malformed, ..)]), "{source}: {said:?}");
    }
}

#[test]
fn cut_anywhere() {
    let source =
        "{\"x\": {\"y\": [null, -1.5e3]}, \"messages\": [{\"text\": \"aé\\u00e9\"}, {\"text\": \"b\"}]}";
    for len in 0..source.len() {
        let said = read(&source.as_bytes()[..len]);
        assert_eq!(said.warnings.len(), 1, "cut at {len}: {said:?}");
        assert!(matches!(said.warnings[0].0, WarningKind::Truncated), "{said:?}");
        assert_eq!(said.texts, ["aéé", "b"][..said.texts.len()]);
    }
}

#[test]
fn something_after_the_document() {
    let source = "{\"messages\": [{\"text\": \"a\"}]}\n{\"messages\": []}";
    let said = read(source.as_bytes());
    assert_eq!(said.texts, ["a"]);
    assert_eq!(unparsed(&said, source), ["{\"messages\": []}"]);
    let (said, _) = read_as(Walk::documents(), source.as_bytes(), 5);
    assert_eq!((said.unparsed, said.warnings), (vec![], vec![]));
}

#[test]
fn a_scalar_where_a_container_was_looked_for() {
    let source = r#"{"messages": "none", "chats": [null]}"#;
    let said = read(source.as_bytes());
    assert_eq!(unparsed(&said, source), ["\"none\"", "null"]);
}

#[test]
fn flaws_are_warned_of_and_read_past() {
    use WarningKind::{DuplicateKey, InvalidEscape, InvalidText};
    let source = b"{\"messages\": [{\"text\": \"a\\x0Bb\\ud83d\\q\\'\\u12\xff\x01\", \"text\": \"2\", \"a\\v\": [{\"b\": 1, \"b\": 2}]}]}";
    let said = read(source);
    assert_eq!(said.texts, ["a\u{b}b\u{fffd}\\q'\\u12\u{fffd}\u{1}"]);
    let kinds: Vec<_> = said.warnings.iter().map(|(kind, ..)| *kind).collect();
    assert_eq!(
        kinds,
        [InvalidEscape, InvalidEscape, InvalidEscape, InvalidText, InvalidEscape, DuplicateKey, DuplicateKey]
    );
    assert!(said.unparsed.is_empty());
}

#[test]
fn nested_beyond_measure() {
    for depth in [200, 10_000, 1_000_000] {
        let nest = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let source =
            format!(r#"{{"x": {nest}, "messages": [{{"text": "a"}}, {{"text": {nest}}}, {{"text": "c"}}]}}"#);
        let said = read_as(Walk::new(), source.as_bytes(), source.len()).0;
        assert_eq!(said.texts, ["a", "c"]);
        assert_eq!(said.unparsed.len(), 1);
        let pieces = read_as(Walk::new(), source.as_bytes(), 4096).0;
        assert_eq!(pieces, said);
        // Never closed.
        let said = read_as(Walk::new(), "[".repeat(depth).as_bytes(), 4096).0;
        assert_eq!(said.texts.len(), 0);
    }
}

#[test]
fn values() {
    let source = br#" {"a": [1, -2.5, "x\"y", true, null, {}], "b\u00e9": "123", "c": 9223372036854775808} "#;
    let value = Value::read(source, 100).unwrap();
    assert_eq!(value.span(), Span::new(101, 100 + source.len() as u64 - 1));
    let keys: Vec<_> = value.object().map(|(key, _)| key.into_owned()).collect();
    assert_eq!(keys, ["a", "bé", "c"]);
    let a: Vec<_> = value.get("a").unwrap().array().collect();
    assert_eq!(a.len(), 6);
    assert_eq!((a[0].integer(), a[1].integer(), a[1].number_text()), (Some(1), None, Some("-2.5")));
    assert_eq!(a[2].string().unwrap(), crate::Text::decoded("x\"y"));
    assert_eq!((a[3].bool(), a[4].is_null(), a[5].kind()), (Some(true), true, Kind::Object));
    let b = value.get("bé").unwrap();
    assert_eq!(b.integer_or_digits(), Some(123));
    let at = b.string().unwrap().at.unwrap();
    assert_eq!(Span::new(at.start() - 100, at.end() - 100).of(source).unwrap(), b"123");
    assert_eq!(value.get("c").unwrap().integer(), None);
    for wrong in
        ["", " ", "{", "[1,]", "{\"a\" 1}", "[1 2]", "1 2", "\"a", "tru", "{1: 2}", "]", "nul", "{\"a\":1,}"]
    {
        assert!(Value::read(wrong.as_bytes(), 0).is_err(), "{wrong}");
    }
}

#[test]
fn pointers_and_places() {
    struct Seen(Vec<String>);
    impl Visitor for Seen {
        fn visit(&mut self, path: &Path<'_>, kind: Kind) -> Step {
            self.0.push(path.pointer());
            if matches!(kind, Kind::Array | Kind::Object) { Step::Descend } else { Step::Take }
        }
        fn take(&mut self, path: &Path<'_>, value: Value<'_>, out: &mut Output<'_>) {
            let place = path.place(out);
            self.0.push(format!("{place:?} {:?}", out.directory.pointers()));
            out.structure(value.span(), StructureKind::Metadata);
        }
    }
    let mut said = Said::default();
    let mut out = Output::new(&mut said);
    let mut seen = Seen(Vec::new());
    Walk::new().parse(&Window::whole(br#"{"a/b~": [[1], {"c": 2}]}"#), &mut seen, &mut out);
    assert_eq!(
        seen.0,
        [
            "",
            "/a~1b~0",
            "/a~1b~0/0",
            "/a~1b~0/0/0",
            "Element { array: 0, index: 0 } [\"/a~1b~0/0\"]",
            "/a~1b~0/1",
            "/a~1b~0/1/c",
            "Element { array: 1, index: 1 } [\"/a~1b~0/0\", \"/a~1b~0\"]"
        ]
    );
}
