//! What fuzz targets assert of archives, mentions and encodings; tests replay the corpora through it.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each target uses a part of it"
)]

use std::io::{Cursor, Read};

use transcript::Span;
use transcript::archive::{ArchiveError, Limits, Tar, Zip};
use transcript::collection::{Collection, match_attachments};
use transcript::encoding::{Encoding, Transcoder, detect, transcode};
use transcript::mentions::{Region, find};

/// Small, so that the fuzzer reaches them.
const LIMITS: Limits = Limits {
    entries: 64,
    directory_bytes: 1 << 16,
    entry_bytes: 1 << 20,
    total_bytes: 2 << 20,
    ratio: 250,
    ratio_from: 1 << 12,
    depth: 1,
    nested_bytes: 1 << 16,
};

/// Lists, reads and surveys the input as a zip and as a tar: no panic, and no more comes out than is allowed.
pub fn archive(input: &[u8]) {
    if let Ok(mut zip) = Zip::open(Cursor::new(input), LIMITS) {
        assert!(zip.entries().len() as u64 <= LIMITS.entries);
        let mut all = 0;
        for number in 0..zip.entries().len() {
            let entry = zip.entries()[number].clone();
            let Ok(mut content) = zip.content(number) else { continue };
            assert!(entry.refused().is_none(), "opened though refused: {entry:?}");
            let mut out = Vec::new();
            let result = content.read_to_end(&mut out).map_err(ArchiveError::from);
            all += out.len() as u64;
            match result {
                Ok(read) => assert_eq!(read as u64, entry.size),
                Err(error) => assert!(error.refuses(), "{error}"),
            }
            if let Ok(mut nested) = zip.nested(number) {
                assert_eq!(nested.nested(0).err(), Some(ArchiveError::TooDeep { limit: 1 }));
            }
        }
        assert!(all <= LIMITS.total_bytes + (64 << 10), "{all} bytes out");
        let collection = Collection::survey(&mut zip);
        let matches = match_attachments(&collection, []);
        assert!(matches.orphans.len() <= collection.files.len());
    }
    if let Ok(mut tar) = Tar::open(Cursor::new(input), LIMITS) {
        for number in 0..tar.entries().len() {
            let size = tar.entries()[number].size;
            if let Ok(mut content) = tar.content(number) {
                let mut out = Vec::new();
                if content.read_to_end(&mut out).is_ok() {
                    assert_eq!(out.len() as u64, size);
                }
            }
        }
        Collection::survey(&mut tar);
    }
}

/// Mentions lie in the text, in order, without overlap, and what has a form to compare by has a sensible one.
pub fn mentions(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    for region in [None, Region::of("GB"), Region::of("US"), Region::of("DK")] {
        let mut reached = 0;
        for mention in find(&text, region) {
            assert!(mention.at.start >= reached && mention.at.end > mention.at.start, "{mention:?}");
            let written = text.get(mention.at.clone()).unwrap();
            assert!(
                !written.starts_with(char::is_whitespace) && !written.ends_with(char::is_whitespace),
                "{written:?}"
            );
            if mention.kind == transcript::mentions::MentionKind::Phone
                && let Some(number) = &mention.normal
            {
                assert!((9..=16).contains(&number.len()) && number.starts_with('+'), "{number}");
            }
            reached = mention.at.end;
        }
    }
}

/// The text is UTF-8, every offset leads back, and pieces make no difference.
pub fn encoding(input: &[u8]) {
    let transcoded = transcode(input);
    let len = transcoded.utf8.len() as u64;
    assert_eq!(transcoded.map.original(Span::new(0, len)), Span::new(0, input.len() as u64));
    if transcoded.detected.encoding != Encoding::Utf8 {
        std::str::from_utf8(&transcoded.utf8).unwrap();
    }
    let detected = detect(input);
    for encoding in [detected.encoding, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Windows1252] {
        let Some(mut by_piece) = Transcoder::new(encoding) else { continue };
        let mut utf8 = Vec::new();
        let piece = input.first().map_or(1, |&byte| usize::from(byte).max(1));
        input.chunks(piece).for_each(|piece| by_piece.push(piece, &mut utf8));
        let map = by_piece.finish(&mut utf8);
        let text = std::str::from_utf8(&utf8).unwrap();
        if encoding == detected.encoding {
            assert_eq!(utf8, &*transcoded.utf8);
        }
        let mut reached = 0;
        for (at, character) in text.char_indices() {
            let there = map.original(Span::new(at as u64, (at + character.len_utf8()) as u64));
            assert_eq!(there.start(), reached, "a gap or an overlap at {at}");
            assert!(!there.is_empty());
            reached = there.end();
        }
        assert_eq!(reached, input.len() as u64);
    }
}
