use proptest::prelude::*;

use super::*;
use crate::Window;

fn lex(dialect: Dialect, bytes: &[u8]) -> Vec<(std::ops::Range<usize>, Token<'_>)> {
    let window = Window::whole(bytes);
    let mut lexer = Lexer::new(dialect, &[b"<sms "]);
    let (mut at, mut all) = (0, Vec::new());
    while let Some(lexed) = lexer.next(&window, at) {
        assert_eq!(lexed.at.start, at);
        assert!(lexed.at.end > at, "an empty token");
        at = lexed.at.end;
        all.push((lexed.at, lexed.token));
    }
    assert_eq!(at, bytes.len(), "bytes without a token");
    all
}

/// The same as [`lex`], the window growing by `size` bytes at a time.
fn lex_growing(dialect: Dialect, bytes: &[u8], size: usize) -> Vec<(std::ops::Range<usize>, String)> {
    let mut lexer = Lexer::new(dialect, &[b"<sms "]);
    let (mut base, mut len, mut all) = (0, 0, Vec::new());
    loop {
        len = (len + size).min(bytes.len());
        let last = len == bytes.len();
        let window = Window { bytes: &bytes[base..len], base: base as u64, last };
        let mut at = 0;
        while let Some(lexed) = lexer.next(&window, at) {
            all.push((lexed.at.start + base..lexed.at.end + base, format!("{:?}", lexed.token)));
            at = lexed.at.end;
        }
        base += at;
        if last {
            return all;
        }
    }
}

fn text(raw: &str) -> (String, Notes) {
    let mut notes = Notes::default();
    (decode(raw.as_bytes(), Dialect::Xml, &mut notes).into_owned(), notes)
}

#[test]
fn every_sort_of_token() {
    let page = b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b \"c\">]><!-- > --><a b='>' c=\"'\"/>x < y<b\n>&amp;</b ><![CDATA[<>]]>";
    let tokens: Vec<_> = lex(Dialect::Xml, page).into_iter().map(|(_, token)| token).collect();
    assert_eq!(
        tokens,
        [
            Token::Aside,
            Token::Aside,
            Token::Aside,
            Token::Open(Open { name: b"a", inside: b" b='>' c=\"'\"", closed: true }),
            Token::Text(b"x < y"),
            Token::Open(Open { name: b"b", inside: b"\n", closed: false }),
            Token::Text(b"&amp;"),
            Token::Close(b"b"),
            Token::Raw(b"<>"),
        ]
    );
}

#[test]
fn scripts_hold_no_markup() {
    let page = b"<script>if (a < b) '</div>'</SCRIPT><p>";
    let tokens: Vec<_> = lex(Dialect::Html, page).into_iter().map(|(_, token)| token).collect();
    assert_eq!(tokens[1], Token::Raw(b"if (a < b) '</div>'"));
    assert_eq!(tokens[2], Token::Close(b"SCRIPT"));
    assert!(matches!(tokens[3], Token::Open(open) if open.is(b"P")));
}

#[test]
fn a_missing_quotation_mark_costs_one_tag() {
    let page = b"<sms a=\"1 /><sms a=\"2\" />";
    let tokens: Vec<_> = lex(Dialect::Xml, page).into_iter().map(|(_, token)| token).collect();
    assert_eq!(tokens[0], Token::Broken);
    assert_eq!(tokens[1], Token::Open(Open { name: b"sms", inside: b" a=\"2\" ", closed: true }));
}

#[test]
fn attributes_in_every_form() {
    let all: Vec<_> = attributes(b" a=\"1\" b = '2' c=3 d  E=\"\" a='x").map(|a| (a.name, a.value)).collect();
    let expected: Vec<(&[u8], &[u8])> =
        vec![(b"a", b"1"), (b"b", b"2"), (b"c", b"3"), (b"d", b""), (b"E", b""), (b"a", b"x")];
    assert_eq!(all, expected);
    assert_eq!(attributes(b" A=1 a=2").value(b"a"), Some(&b"1"[..]));
    assert!(has_class(b"message default\tjoined", b"joined"));
    assert!(!has_class(b"message-default", b"message"));
}

#[test]
fn references() {
    assert_eq!(text("a &amp; b&#10;c&#xA;&quot;&apos;&lt;&gt;").0, "a & b\nc\n\"'<>");
    assert_eq!(text("&laquo;&nbsp;&rsquo;&hellip;&euro;&Zcaron;").0, "«\u{a0}’…€Ž");
    let (smile, notes) = text("&#55357;&#56856;!");
    assert_eq!((&*smile, notes.joined, notes.lone), ("😘!", true, false));
    assert_eq!(text("&#xD83D;&#xDE18;").0, "😘");
    let (half, notes) = text("&#55357;a&#56856;");
    assert_eq!((&*half, notes.joined, notes.lone), ("\u{fffd}a\u{fffd}", false, true));
    for beyond in ["&#0;", "&#x110000;", "&#9999999999;"] {
        let (shown, notes) = text(beyond);
        assert_eq!((&*shown, notes.lone), ("\u{fffd}", true), "{beyond}");
    }
    for left in ["&nosuch;", "&#;", "&#xZZ;", "&amp", "& ", "&#99999999999999;"] {
        let (shown, notes) = text(left);
        assert_eq!((&*shown, notes.unknown), (left, true), "{left}");
    }
    let mut notes = Notes::default();
    assert_eq!(decode(b"AT&T & M&S", Dialect::Html, &mut notes), "AT&T & M&S");
    assert_eq!(notes, Notes::default());
    assert_eq!(decode(b"&#146;", Dialect::Html, &mut notes), "\u{2019}");
    assert_eq!(decode(b"a\xff", Dialect::Html, &mut notes), "a\u{fffd}");
    assert!(notes.invalid);
}

#[test]
fn names_are_in_order() {
    assert!(super::entities::NAMED.is_sorted_by(|a, b| a.0.as_bytes() < b.0.as_bytes()));
}

#[test]
fn a_tree_knows_what_is_in_what() {
    let page = b"<div class='a'><p>one<br>two<div>three</div></span></div><i>four";
    let tree = Tree::of(page);
    let roots: Vec<_> = tree.roots().collect();
    assert_eq!(roots.len(), 2);
    let mut gather = Gather::default();
    tree.text(roots[0], &mut gather, &mut Notes::default());
    assert_eq!(gather.as_str(), "one\ntwothree");
    let div = tree.element(roots[0]).unwrap();
    assert!(div.has(b"a"));
    assert_eq!(&page[div.start..div.end], &b"<div class='a'><p>one<br>two<div>three</div></span></div>"[..]);
    let paragraph = tree.element(1).unwrap();
    assert_eq!(
        &page[paragraph.start..paragraph.end],
        &b"<p>one<br>two<div>three</div></span>"[..],
        "ended by another's end"
    );
    assert_eq!(tree.find(tree.within(0), |element| element.is(b"DIV")), Some(5));
    assert_eq!(tree.element(roots[1]).unwrap().end, page.len());
}

#[test]
fn a_tag_without_its_end_takes_nothing_of_what_follows() {
    let page = b"<div class='a'><div class='b' </= words</div>";
    let tree = Tree::of(page);
    let broken = tree.element(1).unwrap();
    assert!(broken.has(b"b"));
    assert_eq!(&page[broken.start..broken.end], &b"<div class='b' "[..]);
    assert_eq!(tree.element(0).unwrap().end, page.len());
}

#[test]
fn nesting_has_a_bottom() {
    let deep = [b"<div>".repeat(5_000), b"x".to_vec(), b"</div>".repeat(5_000), b"<p>".to_vec()].concat();
    let tree = Tree::of(&deep);
    assert_eq!(tree.roots().count(), 2, "the end tags that were not counted in must not close others");
}

#[test]
fn indentation_is_not_text() {
    assert_eq!(without_indent(b"\nHello\n       "), b"Hello");
    assert_eq!(without_indent(b"\r\nHello \r\n  "), b"Hello ");
    assert_eq!(without_indent(b"Hello  "), b"Hello  ");
    assert_eq!(without_indent(b"\n\nHello\n\n "), b"\nHello\n");
    assert_eq!(without_indent(b""), b"");
}

#[test]
fn blocks_end_where_their_element_does() {
    let page = b"<body><div class=m>a<div>b</div><p></div> <div class=m>c<div class=m>d</div><div class=m>e";
    let window = Window::whole(page);
    let mut blocks = Blocks::new(&[]);
    let mut found = Vec::new();
    while let Some(step) = blocks.next(&window, |open| open.inside.ends_with(b"=m")) {
        match step {
            Step::Block(at) => found.push(("whole", &page[at])),
            Step::Cut(at) => found.push(("cut", &page[at])),
            Step::Outside(lexed) => found.push(("outside", &page[lexed.at])),
        }
    }
    let expected: Vec<(&str, &[u8])> = vec![
        ("outside", b"<body>"),
        ("whole", b"<div class=m>a<div>b</div><p></div>"),
        ("outside", b" "),
        ("cut", b"<div class=m>c"),
        ("whole", b"<div class=m>d</div>"),
        ("cut", b"<div class=m>e"),
    ];
    assert_eq!(found, expected);
    assert_eq!(blocks.dealt(&window), page.len());
}

fn markup() -> impl Strategy<Value = Vec<u8>> {
    let bits = prop::sample::select(vec![
        "<",
        ">",
        "\"",
        "'",
        "=",
        "/",
        "!",
        "--",
        "?",
        "]]>",
        "<![CDATA[",
        "<!--",
        "-->",
        "<a b='c'>",
        "</a>",
        " ",
        "x",
        "&amp;",
        "<script>",
        "</script>",
        "<xmp>",
        "</xm",
        "<sms ",
        "<br/>",
        "é",
        "\n",
        "[",
        "]>",
        "<!DOCTYPE ",
        "a=b",
    ]);
    prop_oneof![
        prop::collection::vec(bits, 0..60).prop_map(|bits| bits.concat().into_bytes()),
        prop::collection::vec(any::<u8>(), 0..200),
    ]
}

proptest! {
    #[test]
    fn tokens_tile_whatever_the_bytes(bytes in markup()) {
        for dialect in [Dialect::Xml, Dialect::Html] {
            let whole: Vec<_> =
                lex(dialect, &bytes).into_iter().map(|(at, token)| (at, format!("{token:?}"))).collect();
            for size in [1, 3, 17] {
                prop_assert_eq!(&lex_growing(dialect, &bytes, size), &whole);
            }
        }
        let tree = Tree::of(&bytes);
        let mut gather = Gather::default();
        for root in tree.roots() {
            tree.text(root, &mut gather, &mut Notes::default());
        }
        let _ = attributes(&bytes).count();
    }

    #[test]
    fn text_escaped_any_way_is_read_back(text in any::<String>(), how in prop::collection::vec(0..4_u8, 1..8)) {
        let mut written = String::new();
        for (number, character) in text.chars().enumerate() {
            let plain = !"&<>\"".contains(character);
            match how[number % how.len()] {
                0 | 3 if plain => written.push(character),
                1 => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        written += &["&#", &unit.to_string(), ";"].concat();
                    }
                }
                2 => written += &["&#x", &format!("{:X}", u32::from(character)), ";"].concat(),
                _ => written += match character { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", _ => "&quot;" },
            }
        }
        let mut notes = Notes::default();
        let read = decode(written.as_bytes(), Dialect::Xml, &mut notes);
        let nought = text.contains('\0');
        prop_assert!(nought || read == text, "{read:?} of {written:?}");
    }
}

#[test]
fn tags_without_an_end_take_no_longer_than_others() {
    let page = [b"<a ".repeat(300_000), b">".to_vec()].concat();
    assert_eq!(lex(Dialect::Html, &page).len(), 300_000);
}
