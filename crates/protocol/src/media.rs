//! Whether a file is media: whether it shows or sounds when it is opened.
//!
//! Said by whoever seals the file, from its first bytes and never from its name, because the server cannot look into
//! it and has to know: media is in quarantine at a desk until two of its members let one of them see it
//! ([`crate::quarantine`]).

use seal::ItemKind;

/// How many bytes of a file's beginning it takes to tell.
pub const HEAD: usize = 1024;

/// What begins at which byte of a file.
type Magic = (usize, &'static [u8]);

/// Formats whose files all begin alike.
const MAGIC: &[Magic] = &[
    (0, b"\xff\xd8\xff"),      // JPEG
    (0, b"\x89PNG\r\n\x1a\n"), // PNG
    (0, b"GIF87a"),
    (0, b"GIF89a"),
    (0, b"II*\0"), // TIFF, and cameras' raw formats made of it
    (0, b"MM\0*"),
    (0, b"II+\0"), // BigTIFF
    (0, b"MM\0+"),
    (0, b"II\xbc\x01"),               // JPEG XR
    (0, b"\xff\x0a"),                 // JPEG XL, bare
    (0, b"\0\0\0\x0cJXL \r\n\x87\n"), // JPEG XL
    (0, b"\0\0\0\x0cjP  \r\n\x87\n"), // JPEG 2000
    (0, b"\xff\x4f\xff\x51"),         // JPEG 2000, bare
    (0, b"8BPS\0"),                   // Photoshop
    (0, b"FUJIFILMCCD-RAW"),
    (0, b"\x1a\x45\xdf\xa3"),                 // WebM, Matroska
    (0, b"\0\0\x01\xba"),                     // MPEG program stream
    (0, b"\0\0\x01\xb3"),                     // MPEG video
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"), // ASF: WMV, WMA
    (0, b"FLV\x01"),
    (0, b".RMF\0"), // RealMedia
    (0, b"OggS\0"), // Ogg: Vorbis, Opus, Theora
    (0, b"fLaC"),
    (0, b"#!AMR"),
    (0, b"#!SILK_V3"),
    (0, b"\x02#!SILK_V3"),
    (0, b"ID3\x02"), // MP3 with a tag
    (0, b"ID3\x03"),
    (0, b"ID3\x04"),
    (0, b"caff\0\x01"),
    (0, b"MThd\0\0\0\x06"), // MIDI
];

/// What a file of this beginning is handed over as: [`ItemKind::Media`] or [`ItemKind::File`].
///
/// `head` are its first [`HEAD`] bytes, or all there are.
pub fn kind_of(head: &[u8]) -> ItemKind {
    if is_media(head) { ItemKind::Media } else { ItemKind::File }
}

/// Whether a file of this beginning is a zip whose first entry takes a password (APPNOTE.TXT 4.4.4, bit 0): what is in it
/// no desk could open. Other archives, and later entries, are not looked into.
pub fn is_locked_zip(head: &[u8]) -> bool {
    has(head, 0, b"PK\x03\x04") && head.get(6).is_some_and(|flags| flags & 1 == 1)
}

fn is_media(head: &[u8]) -> bool {
    let head = head.get(..HEAD).unwrap_or(head);
    MAGIC.iter().any(|(at, magic)| has(head, *at, magic))
        || is_atoms(head)
        || is_riff(head)
        || is_bitmap(head)
        || is_icon(head)
        || is_transport_stream(head)
        || is_bare_audio(head)
        || is_svg(head)
}

fn has(head: &[u8], at: usize, what: &[u8]) -> bool {
    head.get(at..).is_some_and(|rest| rest.starts_with(what))
}

/// MP4, MOV, 3GP, M4A, HEIC, AVIF and cameras' raw formats of that make; `QuickTime` from before there was `ftyp`. A size
/// comes first, whose first byte no text begins with.
fn is_atoms(head: &[u8]) -> bool {
    const FIRST: [&[u8]; 5] = [b"ftyp", b"moov", b"mdat", b"wide", b"pnot"];
    head.first().is_some_and(|size| *size < b'\t') && FIRST.iter().any(|atom| has(head, 4, atom))
}

/// WebP, WAV, AVI and their like; AIFF, which is of the same make.
fn is_riff(head: &[u8]) -> bool {
    let riff = [b"WEBP", b"WAVE", b"AVI ", b"RMID", b"ACON"].iter().any(|form| has(head, 8, *form));
    let iff = [b"AIFF", b"AIFC"].iter().any(|form| has(head, 8, *form));
    (has(head, 0, b"RIFF") || has(head, 0, b"RF64")) && riff || has(head, 0, b"FORM") && iff
}

/// Two letters prove nothing: a chat may begin with them. The size of the second header does.
fn is_bitmap(head: &[u8]) -> bool {
    const SIZES: [u8; 8] = [12, 16, 40, 52, 56, 64, 108, 124];
    has(head, 0, b"BM") && head.get(14).is_some_and(|size| SIZES.contains(size)) && has(head, 15, b"\0\0\0")
}

/// An icon or a cursor, with at least one picture and a zero where there must be one.
fn is_icon(head: &[u8]) -> bool {
    let begins = has(head, 0, b"\0\0\x01\0") || has(head, 0, b"\0\0\x02\0");
    let count = head.get(4..6).is_some_and(|count| count[0] != 0 && count[1] == 0);
    begins && count && head.get(9) == Some(&0)
}

/// Packets of 188 bytes, after a time of four bytes each in what video cameras write.
fn is_transport_stream(head: &[u8]) -> bool {
    [(0, 188), (4, 192)]
        .into_iter()
        .any(|(first, packet)| (0..3).all(|number| head.get(first + number * packet) == Some(&0x47)))
}

/// MPEG audio without a tag before it, and AAC: frames begin with eleven set bits, then say their kind. `FF FE`, which
/// could only be of a layer that nobody uses, is how text in UTF-16 begins.
fn is_bare_audio(head: &[u8]) -> bool {
    const SECOND: [u8; 14] =
        [0xe2, 0xe3, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd];
    let [0xff, second, third, ..] = head else { return false };
    SECOND.contains(second) && third & 0xf0 != 0xf0
}

/// An image written as text. Only the first element counts: other markup is no image for holding one.
fn is_svg(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut rest = text.trim_ascii_start();
    loop {
        let end: &[u8] = match rest {
            [b'<', b's', b'v', b'g', next, ..] => return next.is_ascii_whitespace() || b">:/".contains(next),
            [b'<', b'?', ..] => b"?>",
            [b'<', b'!', b'-', b'-', ..] => b"-->",
            [b'<', b'!', ..] => b">",
            _ => return false,
        };
        let Some(at) = rest.windows(end.len()).position(|window| window == end) else { return false };
        rest = rest.get(at + end.len()..).unwrap_or_default().trim_ascii_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A file that begins like this and goes on with nothing in particular.
    fn file(begin: &[u8]) -> Vec<u8> {
        let mut file = begin.to_vec();
        file.resize(HEAD, 0);
        file
    }

    #[test]
    fn a_zip_whose_first_entry_takes_a_password_is_known() {
        for (head, locked) in [
            (&b"PK\x03\x04\x14\0\x01\0"[..], true),
            (b"PK\x03\x04\x14\0\x09\x08", true),
            (b"PK\x03\x04\x14\0\x08\x08", false),
            (b"PK\x05\x06\0\0\x01\0", false),
            (b"PK\x03\x04\x14\0", false),
            (b"", false),
        ] {
            assert_eq!(is_locked_zip(head), locked, "{head:?}");
        }
    }

    #[test]
    fn media_is_known_by_its_first_bytes() {
        let mut stream = vec![0; 600];
        (0..4).for_each(|packet| stream[packet * 188] = 0x47);
        let mut camera = vec![0; 600];
        (0..3).for_each(|packet| camera[4 + packet * 192] = 0x47);
        let bitmap = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0";
        let cases: [(&str, &[u8]); 23] = [
            ("jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF"),
            ("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
            ("gif", b"GIF89a"),
            ("webp", b"RIFF\x10\0\0\0WEBPVP8 "),
            ("heic", b"\0\0\0\x18ftypheic"),
            ("avif", b"\0\0\0\x20ftypavif"),
            ("bmp", bitmap),
            ("tiff", b"MM\0*\0\0\0\x08"),
            ("ico", b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0"),
            ("mp4", b"\0\0\0\x20ftypisom"),
            ("mov", b"\0\0\0\x08wide"),
            ("3gp", b"\0\0\0\x18ftyp3gp5"),
            ("webm", b"\x1a\x45\xdf\xa3\x9f"),
            ("avi", b"RIFF\x10\0\0\0AVI LIST"),
            ("mpeg", b"\0\0\x01\xba\x44"),
            ("transport stream", &stream),
            ("camera's stream", &camera),
            ("mp3", b"\xff\xfb\x90\x64"),
            ("aac", b"\xff\xf1\x50\x80"),
            ("ogg", b"OggS\0\x02"),
            ("wav", b"RIFF\x10\0\0\0WAVEfmt "),
            ("amr", b"#!AMR\n"),
            (
                "svg",
                b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- a > b -->\n<!DOCTYPE svg>\n<svg xmlns=\"x\">",
            ),
        ];
        for (name, begin) in cases {
            assert_eq!(kind_of(&file(begin)), ItemKind::Media, "{name}");
        }
    }

    #[test]
    fn chats_documents_and_archives_are_none() {
        let utf16: Vec<u8> = "\u{feff}hello".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let cases: [(&str, &[u8]); 16] = [
            ("nothing", b""),
            ("a chat", b"12/03/2026, 10:02 - Sam: is football on Saturday?"),
            ("chats that begin alike", b"BMX track on Saturday?\n\n\n\n"),
            ("and in the middle", b"The wide field, or the small one?"),
            ("with a label", b"ID3 to ID9 are the bus stops"),
            ("UTF-16", &utf16),
            ("UTF-8 with a mark", b"\xef\xbb\xbfHello"),
            ("JSON", b"{\"messages\":[]}"),
            ("HTML that holds an image", b"<!DOCTYPE html><html><svg></svg></html>"),
            ("a word that begins alike", b"<svgs>"),
            ("a comment that never ends", b"<!-- <svg>"),
            ("PDF", b"%PDF-1.7"),
            ("a zip", b"PK\x03\x04"),
            ("a database", b"SQLite format 3\0"),
            ("mail", b"From: sam@example.org"),
            ("a program", b"\x7fELF\x02\x01\x01"),
        ];
        for (name, begin) in cases {
            assert_eq!(kind_of(begin), ItemKind::File, "{name}");
        }
    }

    proptest! {
        #[test]
        fn nothing_after_the_beginning_counts(head: Vec<u8>, tail: Vec<u8>) {
            let mut long = head.clone();
            long.resize(HEAD.max(head.len()), 0);
            let told = kind_of(&long);
            long.extend(tail);
            prop_assert_eq!(kind_of(&long), told);
        }

        #[test]
        fn plain_text_is_no_media(text in "[ -~\n]{0,400}") {
            let begins = ["GIF8", "RIFF", "FORM", "fLaC", "#!AMR", "#!SILK", "<", "FUJIFILM"];
            prop_assume!(!begins.iter().any(|begin| text.trim_start().starts_with(begin)));
            prop_assert_eq!(kind_of(text.as_bytes()), ItemKind::File);
        }
    }
}
