//! Types told from content; what is two things at once; what goes to a browser's decoder.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use media::sniff::{Decoder, HEAD, Sniffed, TAIL, Type, sniff};
use proptest::prelude::*;

fn whole(bytes: &[u8]) -> Sniffed {
    let head = &bytes[..bytes.len().min(HEAD)];
    let tail = &bytes[bytes.len() - bytes.len().min(TAIL)..];
    sniff(head, tail, bytes.len() as u64)
}

fn kind(bytes: &[u8]) -> Type {
    let found = whole(bytes);
    assert_eq!(found.also, [], "{found:?}");
    found.kind
}

#[test]
fn types_are_told_from_content() {
    let expected = [
        Type::Jpeg,
        Type::Png,
        Type::Webp,
        Type::Wav,
        Type::Gif,
        Type::QuickTime,
        Type::Heic,
        Type::Mp3,
        Type::Pdf,
        Type::Ooxml,
        Type::Matroska,
        Type::Flac,
        Type::Tiff,
    ];
    for ((name, bytes), expected) in support::all().into_iter().zip(expected) {
        assert_eq!(kind(&bytes), expected, "{name}");
    }
    let mut tar = vec![0; 512];
    tar[257..262].copy_from_slice(b"ustar");
    let mut stream = vec![0; 400];
    for at in [0, 188, 376] {
        stream[at] = 0x47;
    }
    let cases: [(&[u8], Type); 24] = [
        (b"", Type::Empty),
        (b"kick-off at ten\n", Type::Text),
        (b"\xff\xfer\0a\0i\0n\0", Type::Text),
        (b"\x01\x02\x03", Type::Unknown),
        (b"\0\0\0\x18ftypavif\0\0\0\0avifmif1", Type::Avif),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", Type::Avif),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", Type::Mp4),
        (b"\0\0\0\x14ftypM4A \0\0\0\0isom", Type::M4a),
        (b"\0\0\0\x14ftyp3gp4\0\0\0\0isom", Type::ThreeGp),
        (b"\0\0\x10\0moov", Type::QuickTime),
        (b"\x1a\x45\xdf\xa3\x8b\x42\x82\x84webm", Type::WebM),
        (b"BM\x46\0\0\0\0\0\0\0", Type::Bmp),
        (b"MZ\x90\0", Type::Windows),
        (b"OggS\0\x02", Type::Ogg),
        (
            b"<?xml version=\"1.0\"?><!-- x --><!DOCTYPE svg [<!ENTITY a \"b\">]><svg onload=\"x()\">",
            Type::Svg,
        ),
        (b"\xef\xbb\xbf <SVG:svg xmlns:SVG=\"s\">", Type::Svg),
        (b"<\0s\0v\0g\0 \0/\0>\0", Type::Svg),
        (b"\n<!DOCTYPE html><p>", Type::Html),
        (b"<script>x()</script>", Type::Html),
        (b"<?xml version=\"1.0\"?><smses/>", Type::Xml),
        (b"SQLite format 3\0", Type::Sqlite),
        (b"Rar!\x1a\x07\x01\0", Type::Rar),
        (&tar, Type::Tar),
        (&stream, Type::MpegTs),
    ];
    for (bytes, expected) in cases {
        assert_eq!(kind(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn only_pictures_films_and_sound_go_to_the_decoder() {
    assert_eq!(whole(&support::jpeg()).decoder, Decoder::Allowed("image/jpeg"));
    assert_eq!(whole(&support::mov(b"")).decoder, Decoder::Allowed("video/mp4"));
    for bytes in [
        support::pdf(),
        support::docx(),
        b"<svg/>".to_vec(),
        b"<html>".to_vec(),
        support::exif(),
        b"MZ".to_vec(),
    ] {
        assert!(matches!(whole(&bytes).decoder, Decoder::Refused(_)));
    }
    let Decoder::Refused(why) = whole(b"<svg/>").decoder else { unreachable!() };
    assert_eq!(why, "SVG may hold scripts and links: it is shown as text only");
}

#[test]
fn what_is_two_things_at_once_is_said_to_be() {
    let zip = support::zip(&[("a.txt", b"rain")]);
    let html = b"<html><script>x()</script>".to_vec();
    let mut comment = support::gif();
    comment.splice(13..13, [b"!\xfe\x14".as_slice(), b"<script>x()</script>", b"\0"].concat());
    let mut front = support::jpeg_of(9, 9, b"\xff\xfe\0\x0a%PDF-1.7");
    front.extend(b"trailer");
    let cases = [
        ([support::jpeg(), zip.clone()].concat(), Type::Jpeg, Type::Zip),
        ([support::png(), zip.clone()].concat(), Type::Png, Type::Zip),
        ([support::png(), html].concat(), Type::Png, Type::Html),
        ([support::gif(), b"Rar!\x1a\x07\0".to_vec()].concat(), Type::Gif, Type::Rar),
        ([support::pdf(), zip].concat(), Type::Pdf, Type::Zip),
        (comment, Type::Gif, Type::Html),
        (front, Type::Jpeg, Type::Pdf),
    ];
    for (bytes, kind, second) in cases {
        let found = whole(&bytes);
        assert_eq!((found.kind, found.also.first().map(|also| also.kind)), (kind, Some(second)), "{found:?}");
        assert!(matches!(&found.decoder, Decoder::Refused(_)), "{found:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_something(head in prop::collection::vec(any::<u8>(), 0..600), tail in prop::collection::vec(any::<u8>(), 0..600), size: u64) {
        let found = sniff(&head, &tail, size);
        prop_assert!(found.also.is_empty() || matches!(found.decoder, Decoder::Refused(_)));
    }
}
