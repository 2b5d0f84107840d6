//! What a file is, from its content and never from its name; and what of it a browser's own decoder may be given.
//!
//! Signatures after the WHATWG MIME Sniffing Standard, the registrations of ISO base media brands, and the formats' own
//! specifications. A file that is two things at once is said to be: an archive behind a picture, a document in front of
//! one, markup inside one. Such a file goes to no decoder.

mod text;

use serde::Serialize;

use text::{is_text, markup};

/// How many bytes of the beginning are looked at.
pub const HEAD: usize = 4_096;
/// How many bytes of the end are looked at.
pub const TAIL: usize = 66_000;

/// A type of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is the format of that name")]
pub enum Type {
    Jpeg,
    Png,
    Gif,
    Webp,
    Bmp,
    Ico,
    Tiff,
    Heic,
    Avif,
    JpegXl,
    Jpeg2000,
    Psd,
    Svg,
    Mp4,
    QuickTime,
    ThreeGp,
    Matroska,
    WebM,
    Avi,
    Flv,
    MpegTs,
    MpegPs,
    Asf,
    M4a,
    Mp3,
    Aac,
    Wav,
    Flac,
    Ogg,
    Amr,
    Midi,
    Caf,
    Pdf,
    PostScript,
    Rtf,
    /// Word, Excel or `PowerPoint` since 2007, or another package of that kind.
    Ooxml,
    /// A document of `OpenDocument`.
    OpenDocument,
    /// Word, Excel or `PowerPoint` up to 2003, Outlook's messages, and others in the same container.
    Ole,
    Zip,
    Rar,
    SevenZip,
    Gzip,
    Bzip2,
    Xz,
    Zstd,
    Tar,
    Cab,
    Html,
    Xml,
    Sqlite,
    Windows,
    Elf,
    MachO,
    JavaClass,
    Text,
    Empty,
    Unknown,
}

/// What sort of thing a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is what it says")]
pub enum Family {
    Image,
    Video,
    Audio,
    Document,
    Archive,
    Markup,
    Program,
    Text,
    Other,
}

impl Type {
    /// What sort of thing it is.
    pub const fn family(self) -> Family {
        match self {
            Self::Jpeg
            | Self::Png
            | Self::Gif
            | Self::Webp
            | Self::Bmp
            | Self::Ico
            | Self::Tiff
            | Self::Heic
            | Self::Avif
            | Self::JpegXl
            | Self::Jpeg2000
            | Self::Psd => Family::Image,
            Self::Mp4
            | Self::QuickTime
            | Self::ThreeGp
            | Self::Matroska
            | Self::WebM
            | Self::Avi
            | Self::Flv
            | Self::MpegTs
            | Self::MpegPs
            | Self::Asf => Family::Video,
            Self::M4a
            | Self::Mp3
            | Self::Aac
            | Self::Wav
            | Self::Flac
            | Self::Ogg
            | Self::Amr
            | Self::Midi
            | Self::Caf => Family::Audio,
            Self::Pdf | Self::PostScript | Self::Rtf | Self::Ooxml | Self::OpenDocument | Self::Ole => {
                Family::Document
            }
            Self::Zip
            | Self::Rar
            | Self::SevenZip
            | Self::Gzip
            | Self::Bzip2
            | Self::Xz
            | Self::Zstd
            | Self::Tar
            | Self::Cab => Family::Archive,
            Self::Svg | Self::Html | Self::Xml => Family::Markup,
            Self::Windows | Self::Elf | Self::MachO | Self::JavaClass => Family::Program,
            Self::Text => Family::Text,
            Self::Sqlite | Self::Empty | Self::Unknown => Family::Other,
        }
    }

    /// The media type under which a browser's own decoder is given it; `None` for what is given to none.
    pub const fn for_decoder(self) -> Option<&'static str> {
        Some(match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Bmp => "image/bmp",
            Self::Avif => "image/avif",
            // QuickTime's files are played under this name by the browsers that can play what is in them.
            Self::Mp4 | Self::QuickTime | Self::ThreeGp => "video/mp4",
            Self::WebM => "video/webm",
            Self::M4a => "audio/mp4",
            Self::Mp3 => "audio/mpeg",
            Self::Aac => "audio/aac",
            Self::Wav => "audio/wav",
            Self::Flac => "audio/flac",
            Self::Ogg => "audio/ogg",
            _ => return None,
        })
    }
}

/// What a browser's own decoder may do with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decoder {
    /// It may be given it, under this media type and no other.
    Allowed(&'static str),
    /// It may not, for this reason.
    Refused(String),
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sniffed {
    /// The type that its beginning shows.
    pub kind: Type,
    /// What shows that.
    pub why: &'static str,
    /// What else it is at the same time.
    pub also: Vec<Also>,
    /// Whether a browser's own decoder may be given it.
    pub decoder: Decoder,
}

/// A second thing that a file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Also {
    /// Its type.
    pub kind: Type,
    /// Where it begins, in bytes from the file's beginning.
    pub at: u64,
    /// What shows that.
    pub why: &'static str,
}

/// Says what a file is, from its first [`HEAD`] bytes, its last [`TAIL`], and its size.
pub fn sniff(head: &[u8], tail: &[u8], size: u64) -> Sniffed {
    let head = head.get(..HEAD).unwrap_or(head);
    let (kind, why) = first(head, size);
    let mut also = second(kind, head, tail, size);
    also.dedup_by_key(|also| also.kind);
    let decoder = match (kind.for_decoder(), also.first()) {
        (Some(_), Some(also)) => Decoder::Refused(format!(
            "it is two things at once: {} and, from byte {} on, {}",
            name(kind),
            also.at,
            name(also.kind)
        )),
        (Some(media_type), None) => Decoder::Allowed(media_type),
        (None, _) => Decoder::Refused(refusal(kind)),
    };
    Sniffed { kind, why, also, decoder }
}

fn refusal(kind: Type) -> String {
    let why = match kind.family() {
        Family::Markup => "may hold scripts and links: it is shown as text only",
        Family::Document => "is shown by what it says of itself and as text only, not by the browser",
        Family::Archive => "is an archive: what lies in it is examined file by file",
        Family::Program => "is a program: it is never run here",
        Family::Image | Family::Video | Family::Audio => {
            "is of a format that browsers do not decode everywhere"
        }
        Family::Text => "is text, which needs no decoder",
        Family::Other => "is of no format that is known here",
    };
    format!("{} {why}", name(kind))
}

/// What a type is called.
pub fn name(kind: Type) -> String {
    let written = serde_json::to_value(kind).ok();
    let written = written.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    match kind {
        Type::Ooxml => "Office Open XML".to_owned(),
        Type::Ole => "older Office".to_owned(),
        Type::OpenDocument => "OpenDocument".to_owned(),
        Type::QuickTime => "QuickTime".to_owned(),
        Type::Matroska => "Matroska".to_owned(),
        Type::WebM => "WebM".to_owned(),
        Type::JpegXl => "JPEG XL".to_owned(),
        Type::Jpeg2000 => "JPEG 2000".to_owned(),
        Type::Webp => "WebP".to_owned(),
        Type::SevenZip => "7z".to_owned(),
        Type::ThreeGp => "3GP".to_owned(),
        Type::PostScript => "PostScript".to_owned(),
        Type::Windows => "a Windows program".to_owned(),
        Type::Elf => "a Linux program".to_owned(),
        Type::MachO => "a macOS program".to_owned(),
        Type::JavaClass => "a Java program".to_owned(),
        Type::Text => "text".to_owned(),
        Type::Empty => "an empty file".to_owned(),
        Type::Unknown => "an unknown file".to_owned(),
        _ => written.to_uppercase(),
    }
}

/// A signature: where it stands, its bytes, what it shows.
type Signature = (usize, &'static [u8], Type, &'static str);

#[rustfmt::skip]
const SIGNATURES: &[Signature] = &[
    (0, b"\xff\xd8\xff", Type::Jpeg, "begins as JPEG does"),
    (0, b"\x89PNG\r\n\x1a\n", Type::Png, "begins as PNG does"),
    (0, b"GIF87a", Type::Gif, "begins as GIF does"),
    (0, b"GIF89a", Type::Gif, "begins as GIF does"),
    (0, b"II*\0", Type::Tiff, "begins as TIFF does"),
    (0, b"MM\0*", Type::Tiff, "begins as TIFF does"),
    (0, b"II+\0", Type::Tiff, "begins as BigTIFF does"),
    (0, b"MM\0+", Type::Tiff, "begins as BigTIFF does"),
    (0, b"\xff\x0a", Type::JpegXl, "begins as a JPEG XL codestream does"),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", Type::JpegXl, "begins as JPEG XL does"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", Type::Jpeg2000, "begins as JPEG 2000 does"),
    (0, b"8BPS", Type::Psd, "begins as Photoshop's files do"),
    (0, b"\0\0\x01\0", Type::Ico, "begins as an icon does"),
    (0, b"%PDF-", Type::Pdf, "begins as PDF does"),
    (0, b"%!PS", Type::PostScript, "begins as PostScript does"),
    (0, b"{\\rtf", Type::Rtf, "begins as RTF does"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Type::Ole, "begins as the container of older Office does"),
    (0, b"PK\x05\x06", Type::Zip, "is an empty zip"),
    (0, b"Rar!\x1a\x07", Type::Rar, "begins as RAR does"),
    (0, b"7z\xbc\xaf\x27\x1c", Type::SevenZip, "begins as 7z does"),
    (0, b"\x1f\x8b\x08", Type::Gzip, "begins as gzip does"),
    (0, b"BZh", Type::Bzip2, "begins as bzip2 does"),
    (0, b"\xfd7zXZ\0", Type::Xz, "begins as xz does"),
    (0, b"\x28\xb5\x2f\xfd", Type::Zstd, "begins as Zstandard does"),
    (257, b"ustar", Type::Tar, "has the mark of tar"),
    (0, b"MSCF\0\0\0\0", Type::Cab, "begins as a cabinet does"),
    (0, b"FLV\x01", Type::Flv, "begins as Flash video does"),
    (0, b"\0\0\x01\xba", Type::MpegPs, "begins as an MPEG program stream does"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Type::Asf, "begins as Windows Media does"),
    (0, b"ID3", Type::Mp3, "begins with ID3 tags"),
    (0, b"fLaC", Type::Flac, "begins as FLAC does"),
    (0, b"OggS\0", Type::Ogg, "begins as Ogg does"),
    (0, b"#!AMR", Type::Amr, "begins as AMR does"),
    (0, b"MThd\0\0\0\x06", Type::Midi, "begins as MIDI does"),
    (0, b"caff\0\x01", Type::Caf, "begins as CAF does"),
    (0, b"SQLite format 3\0", Type::Sqlite, "begins as a database of SQLite does"),
    (0, b"\x7fELF", Type::Elf, "begins as a program for Linux does"),
    (0, b"\xcf\xfa\xed\xfe", Type::MachO, "begins as a program for macOS does"),
    (0, b"\xca\xfe\xba\xbe", Type::JavaClass, "begins as Java's classes or a macOS program do"),
];

/// Brands of ISO base media files.
#[rustfmt::skip]
const BRANDS: &[(&[u8], Type)] = &[
    (b"heic", Type::Heic), (b"heix", Type::Heic), (b"heim", Type::Heic), (b"heis", Type::Heic),
    (b"hevc", Type::Heic), (b"hevx", Type::Heic), (b"mif1", Type::Heic), (b"msf1", Type::Heic),
    (b"avif", Type::Avif), (b"avis", Type::Avif), (b"qt  ", Type::QuickTime), (b"M4A ", Type::M4a),
    (b"M4B ", Type::M4a), (b"3gp", Type::ThreeGp), (b"3g2", Type::ThreeGp), (b"crx ", Type::Tiff),
];

fn first(head: &[u8], size: u64) -> (Type, &'static str) {
    if size == 0 || head.is_empty() {
        return (Type::Empty, "has no bytes");
    }
    if let Some(&(_, _, kind, why)) =
        SIGNATURES.iter().find(|(at, bytes, ..)| head.get(*at..).is_some_and(|head| head.starts_with(bytes)))
    {
        return (kind, why);
    }
    container(head)
        .or_else(|| markup(head))
        .or_else(|| frames(head))
        .or_else(|| is_text(head).then_some((Type::Text, "holds nothing but text")))
        .unwrap_or((Type::Unknown, "begins as nothing that is known here"))
}

/// What is told by more than a signature.
fn container(head: &[u8]) -> Option<(Type, &'static str)> {
    let at = |from: usize, to: usize| head.get(from..to);
    if at(0, 4) == Some(b"RIFF") {
        return match at(8, 12)? {
            b"WEBP" => Some((Type::Webp, "begins as WebP does")),
            b"WAVE" => Some((Type::Wav, "begins as WAV does")),
            b"AVI " => Some((Type::Avi, "begins as AVI does")),
            _ => None,
        };
    }
    match at(4, 8) {
        Some(b"ftyp") => return Some(brand(head)),
        Some(b"moov" | b"mdat" | b"wide" | b"free" | b"skip") => {
            return Some((Type::QuickTime, "begins with a box of QuickTime"));
        }
        _ => {}
    }
    if at(0, 4) == Some(b"\x1a\x45\xdf\xa3") {
        let webm = head.get(..64).unwrap_or(head).windows(4).any(|window| window == b"webm");
        return Some(if webm {
            (Type::WebM, "begins as WebM does")
        } else {
            (Type::Matroska, "begins as Matroska does")
        });
    }
    if at(0, 4) == Some(b"PK\x03\x04") {
        return Some(zip(head));
    }
    if at(0, 2) == Some(b"BM") && head.get(6..10) == Some(&[0; 4]) {
        return Some((Type::Bmp, "begins as BMP does"));
    }
    if at(0, 2) == Some(b"MZ") {
        return Some((Type::Windows, "begins as a program for Windows does"));
    }
    None
}

fn brand(head: &[u8]) -> (Type, &'static str) {
    let length = head.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes) as usize);
    let brands = head.get(8..length.clamp(12, head.len().max(12))).unwrap_or_default();
    // The major brand, its version, the compatible brands.
    let each = brands.chunks_exact(4).enumerate().filter(|(number, _)| *number != 1).map(|(_, brand)| brand);
    for brand in each {
        if let Some((_, kind)) = BRANDS.iter().find(|(known, _)| brand.starts_with(known))
            // Every picture of AVIF is also of the common brand `mif1`.
            && !(brand == b"mif1" && brands.windows(4).any(|other| other == b"avif"))
        {
            return (*kind, "has the brand of its format");
        }
    }
    (Type::Mp4, "has a brand of MP4")
}

fn zip(head: &[u8]) -> (Type, &'static str) {
    let holds = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
    if head.get(30..38) == Some(b"mimetype") && holds(b"application/vnd.oasis.opendocument") {
        (Type::OpenDocument, "is a zip that begins as OpenDocument does")
    } else if holds(b"[Content_Types].xml") || holds(b"_rels/.rels") {
        (Type::Ooxml, "is a zip with the parts of Office Open XML")
    } else {
        (Type::Zip, "begins as a zip does")
    }
}

fn frames(head: &[u8]) -> Option<(Type, &'static str)> {
    match *head {
        [0xff, second, ..] if second & 0xf6 == 0xf0 => Some((Type::Aac, "begins with a frame of AAC")),
        // Layer 3 of MPEG 1, 2 or 2.5, with a bit rate and a sampling rate that exist.
        [0xff, second, third, ..]
            if second & 0xe6 == 0xe2 && third >> 4 != 0xf && third >> 4 != 0 && third >> 2 & 3 != 3 =>
        {
            Some((Type::Mp3, "begins with a frame of MP3"))
        }
        [0x47, ..] if head.get(188) == Some(&0x47) && head.get(376) == Some(&0x47) => {
            Some((Type::MpegTs, "has the packets of an MPEG transport stream"))
        }
        _ => None,
    }
}

/// What else the file is: behind what it is, in front of it, or inside it.
fn second(kind: Type, head: &[u8], tail: &[u8], size: u64) -> Vec<Also> {
    let tail_at = size.saturating_sub(tail.len() as u64);
    let mut also = Vec::new();
    let is_zip = matches!(kind, Type::Zip | Type::Ooxml | Type::OpenDocument);
    if !is_zip && let Some(at) = zip_end(tail) {
        also.push(Also { kind: Type::Zip, at: tail_at + at as u64, why: "ends as a zip does" });
    }
    if kind != Type::Pdf
        && kind.family() != Family::Text
        && let Some(at) = find(head.get(..1_024).unwrap_or(head), b"%PDF-")
    {
        also.push(Also {
            kind: Type::Pdf,
            at: at as u64,
            why: "has the mark of PDF where readers look for it",
        });
    }
    if matches!(kind.family(), Family::Image | Family::Audio) {
        if let Some(at) = html_within(head) {
            also.push(Also { kind: Type::Html, at, why: "has tags of HTML near its beginning" });
        }
        let behind = end_of_picture(kind, tail);
        if let Some(end) = behind
            && let Some(rest) = tail.get(end..)
            && let Some((kind, why)) = hidden(rest)
        {
            also.push(Also { kind, at: tail_at + end as u64, why });
        }
    }
    also
}

/// The record that ends a zip, which says itself how long the comment behind it is.
fn zip_end(tail: &[u8]) -> Option<usize> {
    let mut at = tail.len().checked_sub(22)?;
    loop {
        if tail.get(at..)?.starts_with(b"PK\x05\x06") {
            let comment = tail.get(at + 20..at + 22)?;
            let length = comment.first_chunk().map_or(0, |bytes| usize::from(u16::from_le_bytes(*bytes)));
            if at + 22 + length <= tail.len() {
                return Some(at);
            }
        }
        at = at.checked_sub(1)?;
    }
}

fn html_within(head: &[u8]) -> Option<u64> {
    let lower = head.to_ascii_lowercase();
    [b"<script".as_slice(), b"<html", b"<!doctype html", b"<iframe"]
        .iter()
        .filter_map(|tag| find(&lower, tag))
        .min()
        .map(|at| at as u64)
}

/// Where a picture ends, if its end lies in the tail and something follows.
fn end_of_picture(kind: Type, tail: &[u8]) -> Option<usize> {
    let mark: &[u8] = match kind {
        Type::Jpeg => b"\xff\xd9",
        Type::Png => b"\0\0\0\0IEND\xaeB`\x82",
        Type::Gif => b"\0;",
        _ => return None,
    };
    // The last one: pictures hold smaller ones that end too.
    let at = tail.windows(mark.len()).rposition(|window| window == mark)? + mark.len();
    (at < tail.len()).then_some(at)
}

/// What lies behind a picture, if it is something by itself.
fn hidden(rest: &[u8]) -> Option<(Type, &'static str)> {
    let (kind, _) = first(rest.get(..HEAD).unwrap_or(rest), rest.len() as u64);
    let own = matches!(kind.family(), Family::Archive | Family::Document | Family::Markup | Family::Program);
    own.then_some((kind, "lies behind the end of the picture"))
}

fn find(within: &[u8], wanted: &[u8]) -> Option<usize> {
    within.windows(wanted.len()).position(|window| window == wanted)
}
