//! Sources in UTF-16 and Windows-1252: recognised, transcoded, every offset given back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod support;

use proptest::prelude::*;
use transcript::encoding::{Encoding, Mapped, Transcoder, detect, transcode, transcode_as};
use transcript::{Directory, Message, Sink, Span, StructureKind, WarningKind, parse_slice};

const CHAT: &str = "05/01/2023, 21:04 - Zoë: Café at four? 🙂\r\n05/01/2023, 21:05 - Bob: yes, 10 €\r\n";

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let unit = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    let mark = if mark { "\u{FEFF}" } else { "" };
    mark.encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
}

fn windows_1252(text: &str) -> Vec<u8> {
    let (bytes, _, lost) = encoding_rs::WINDOWS_1252.encode(text);
    assert!(!lost, "{text}");
    bytes.into_owned()
}

#[test]
fn utf16_is_recognised_with_and_without_a_mark() {
    for (little, mark) in [(true, true), (true, false), (false, true), (false, false)] {
        let source = utf16(CHAT, little, mark);
        let transcoded = transcode(&source);
        let expected = if little { Encoding::Utf16Le } else { Encoding::Utf16Be };
        assert_eq!(transcoded.detected.encoding, expected);
        assert_eq!(transcoded.detected.inferred, !mark);
        let text = String::from_utf8(transcoded.utf8.to_vec()).unwrap();
        assert_eq!(text.trim_start_matches('\u{FEFF}'), CHAT);
        assert_eq!(text.starts_with('\u{FEFF}'), mark);
        let kinds: Vec<_> = transcoded.warnings.iter().map(|warning| warning.kind).collect();
        assert_eq!(kinds, if mark { vec![] } else { vec![WarningKind::SuspectEncoding] });
    }
}

#[test]
fn utf16_of_other_scripts_is_recognised_without_a_mark() {
    let chat = "2023/1/5 21:04\tはな\t明日は雨だと思う\r\n2023/1/5 21:05\tけん\tうん\r\n";
    assert_eq!(detect(&utf16(chat, true, false)).encoding, Encoding::Utf16Le);
    assert_eq!(detect(&utf16(chat, false, false)).encoding, Encoding::Utf16Be);
}

#[test]
fn windows_1252_is_recognised_and_reported() {
    let chat = "05/01/2023, 21:04 - Zoë: Café at four? It’s “fine” – 10 €\r\nÀ demain, ça va\r\n";
    let source = windows_1252(chat);
    let transcoded = transcode(&source);
    assert_eq!(transcoded.detected.encoding, Encoding::Windows1252);
    assert_eq!(transcoded.utf8, chat.as_bytes());
    assert_eq!(transcoded.warnings.len(), 1);
    assert_eq!(transcoded.warnings[0].kind, WarningKind::SuspectEncoding);
    assert!(transcoded.warnings[0].note.contains("Windows-1252"), "{:?}", transcoded.warnings);
}

#[test]
fn what_is_not_another_encoding_stays_as_it_is() {
    let mut damaged = CHAT.as_bytes().to_vec();
    damaged[60] = 0xFF;
    let cut = &CHAT.as_bytes()[..CHAT.find('🙂').unwrap() + 2];
    let binary: Vec<u8> = (0..=255).cycle().take(4096).collect();
    let zip =
        b"PK\x03\x04\x14\0\x08\0\x08\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x09\0\0\0_chat.txt\x93\xfa\x81\x8d";
    let utf32: Vec<u8> = "\u{FEFF}05/01/2023, 21:04"
        .chars()
        .flat_map(|character| u32::from(character).to_le_bytes())
        .collect();
    for source in
        [CHAT.as_bytes(), &damaged, cut, &binary, zip, &utf32, b"", b"\xff", b"\x81\x8d", "é".as_bytes()]
    {
        let transcoded = transcode(source);
        assert_eq!(transcoded.detected.encoding, Encoding::Utf8, "{source:?}");
        assert_eq!(transcoded.utf8, source);
        assert!(transcoded.warnings.is_empty());
        assert_eq!(
            transcoded.map.original(Span::new(1, 9)),
            Span::new(1.min(source.len() as u64), 9.min(source.len() as u64))
        );
    }
}

#[test]
fn lost_halves_are_replaced_and_reported() {
    let mut source = utf16("21:04 rain\r\n", true, true);
    source.extend([0x3D, 0xD8, b'a', 0, b'b']);
    let transcoded = transcode(&source);
    assert!(transcoded.utf8.ends_with("\u{FFFD}a\u{FFFD}".as_bytes()));
    let [warning] = &transcoded.warnings[..] else { panic!("{:?}", transcoded.warnings) };
    assert_eq!(warning.kind, WarningKind::InvalidText);
    assert_eq!(warning.at, Span::new(26, 28));
    assert!(warning.note.starts_with("2 halves"), "{}", warning.note);
    let len = transcoded.utf8.len() as u64;
    assert_eq!(transcoded.map.original(Span::new(len - 3, len)), Span::new(30, 31));
    // A real U+FFFD is nobody's fault.
    assert!(transcode(&utf16("21:04 \u{FFFD}\r\n", true, true)).warnings.is_empty());
}

#[derive(Default)]
struct Spans(Vec<Span>);

impl Sink for Spans {
    fn message(&mut self, message: &Message<'_>, _: &Directory) {
        self.0.push(message.source);
    }
    fn structure(&mut self, structure: transcript::Structure) {
        self.0.push(structure.at);
    }
    fn unparsed(&mut self, unparsed: transcript::Unparsed) {
        self.0.push(unparsed.at);
    }
    fn warning(&mut self, _: transcript::Warning) {}
}

/// A parser to whom every line is a piece of structure.
struct Lines;

impl transcript::Parser for Lines {
    fn parse(&mut self, window: &transcript::Window<'_>, out: &mut transcript::Output<'_>) -> usize {
        let mut start = 0;
        for line in window.bytes.split_inclusive(|&byte| byte == b'\n') {
            let kind = if start % 2 == 0 { StructureKind::Syntax } else { StructureKind::Metadata };
            out.structure(window.span(start..start + line.len()), kind);
            start += line.len();
        }
        start
    }
}

proptest! {
    #[test]
    fn every_offset_leads_back(text in "(\\PC|\n){0,300}", little: bool, cut in 1_usize..9) {
        let source = utf16(&text, little, false);
        let encoding = if little { Encoding::Utf16Le } else { Encoding::Utf16Be };
        let mut utf8 = Vec::new();
        let mut transcoder = Transcoder::new(encoding).unwrap();
        source.chunks(cut).for_each(|piece| transcoder.push(piece, &mut utf8));
        let map = transcoder.finish(&mut utf8);
        prop_assert_eq!(std::str::from_utf8(&utf8).unwrap(), &text);
        let (mut at, mut there) = (0, 0);
        for character in text.chars() {
            let (next, after) = (at + character.len_utf8() as u64, there + 2 * character.len_utf16() as u64);
            prop_assert_eq!(map.original(Span::new(at, next)), Span::new(there, after));
            // Inside a character: the whole of it, or in UTF-16 at least the unit.
            let inner = map.original(Span::new(next - 1, next));
            prop_assert!(Span::new(there, after).contains(inner) && !inner.is_empty());
            (at, there) = (next, after);
        }
        prop_assert_eq!(map.original(Span::new(0, at)), Span::new(0, source.len() as u64));
    }

    #[test]
    fn windows_1252_goes_there_and_back(bytes: Vec<u8>) {
        let detected = transcript::encoding::Detected {
            encoding: Encoding::Windows1252, why: String::new(), inferred: true
        };
        let transcoded = transcode_as(&bytes, detected);
        let text = std::str::from_utf8(&transcoded.utf8).unwrap();
        let (again, _, lost) = encoding_rs::WINDOWS_1252.encode(text);
        prop_assert!(!lost);
        prop_assert_eq!(&*again, &bytes[..]);
        for (number, (at, character)) in text.char_indices().enumerate() {
            let span = Span::new(at as u64, (at + character.len_utf8()) as u64);
            prop_assert_eq!(transcoded.map.original(span), Span::new(number as u64, number as u64 + 1));
        }
    }

    #[test]
    fn any_bytes_have_whole_books(bytes: Vec<u8>, which in 0..4_u8) {
        let encoding = [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Windows1252][usize::from(which)];
        let detected = transcript::encoding::Detected { encoding, why: String::new(), inferred: false };
        let transcoded = transcode_as(&bytes, detected);
        let mut spans = Spans::default();
        parse_slice(&mut Lines, &transcoded.utf8, &mut Mapped::new(&transcoded.map, &mut spans));
        let mut reached = 0;
        for span in spans.0 {
            prop_assert_eq!(span.start(), reached);
            reached = span.end();
        }
        prop_assert_eq!(reached, bytes.len() as u64);
        transcode(&bytes);
    }
}
