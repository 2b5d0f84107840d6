//! What a file says of itself: where, when, with what and by whom it was made.
//!
//! An [`Examination`] asks for the ranges of bytes that it needs ([`Step::Need`]) and ends in a [`Report`]: a table of
//! everything found, each with its value as written and its place in the file; what of it contradicts what; and what
//! the file reveals about whoever made it. The file is never altered, and its pictures are never decoded.
//!
//! Readers are our own, since each value's place in the file is wanted and the file may be there in parts only. They
//! follow Exif 3.0 (CIPA DC-008), XMP (ISO 16684-1), IPTC IIM 4.2, PNG (third edition), WebP, `GIF89a`, ISO 14496-12 and
//! 23008-12, the `QuickTime` file format, ID3v2.2 to 2.4, Matroska, ISO 32000, ISO 29500 and `OpenDocument`. Everything in a
//! file may be wrong: lengths are checked against what holds them, loops are cut, counts are capped, and what is cut is
//! told in [`Report::notes`].
//!
//! Not read: makers' notes (their presence is told), the properties of Office files up to 2003, metadata in encrypted
//! PDFs, whether a C2PA manifest is valid.

mod bmff;
mod exif_names;
mod id3;
mod iptc;
mod jpeg;
mod judge;
mod matroska;
mod office;
mod pdf;
mod png;
mod riff;
mod small;
mod source;
mod table;
mod tiff;
mod xml;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use jiff::Timestamp;
use serde::Serialize;

use self::source::{Source, Stop};
use self::table::Table;
use crate::sniff::{HEAD, Sniffed, TAIL, Type, sniff};

/// Ranges begin and end at multiples of this many bytes, or with the file.
pub const BLOCK: u64 = 16 << 10;
/// At most this many bytes of a file are held.
pub const HELD_MAX: u64 = 32 << 20;

/// What is known of a file beside its content. Nothing of it changes what the table holds, only what contradicts it.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Its name.
    pub name: Option<String>,
    /// When the file system says that it was last changed.
    pub modified: Option<Timestamp>,
    /// The present.
    pub now: Option<Timestamp>,
}

/// What is found in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What it is.
    #[serde(flatten)]
    pub sniffed: Sniffed,
    /// Its size in bytes.
    pub size: u64,
    /// Everything that it says of itself, in the order in which it was found.
    pub fields: Vec<Field>,
    /// What contradicts what, and what a reader must know.
    pub findings: Vec<Finding>,
    /// What it reveals about whoever made it or sent it.
    pub reveals: Vec<Reveal>,
    /// What could not be read, and why.
    pub notes: Vec<String>,
    /// Width and height of its largest picture in pixels, as the file states them.
    #[serde(skip)]
    pub picture: Option<(u32, u32)>,
}

/// One thing that a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Where it belongs.
    pub group: Group,
    /// Its name in the format.
    pub name: Cow<'static, str>,
    /// Its value as written; long ones are cut, and say so.
    pub value: String,
    /// What that means, where it is not plain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// First byte, and the byte after the last. Of what lies compressed in the file, the compressed whole.
    pub bytes: [u64; 2],
}

/// Where a field belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the standard or the part of a file of that name")]
pub enum Group {
    Picture,
    Exif,
    Gps,
    MakerNote,
    Thumbnail,
    Xmp,
    Iptc,
    Comment,
    Container,
    Track,
    Tags,
    Pdf,
    Office,
    Icc,
    C2pa,
}

/// Something that contradicts something else, or that must be known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// In plain words.
    pub words: String,
    /// Where the file says so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<[u64; 2]>,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingKind {
    /// Two times that cannot both be right.
    Times,
    /// A time after the present.
    Future,
    /// A size in the metadata that is not the picture's.
    Dimensions,
    /// A preview of another shape than the picture.
    Preview,
    /// A program that edits pictures, videos or documents wrote the file.
    Edited,
    /// The name says another type.
    Name,
    /// It is two things at once.
    Polyglot,
    /// Opening it in other programs may run something.
    Active,
}

/// Something that the file reveals about whoever made it or sent it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reveal {
    /// What.
    pub what: RevealKind,
    /// The value.
    pub value: String,
    /// Where it stands.
    pub bytes: [u64; 2],
}

/// What a file reveals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevealKind {
    /// Where it was made.
    Place,
    /// With which device.
    Device,
    /// Which one of its kind: a serial number.
    Serial,
    /// A name of a person or an organisation.
    Name,
    /// When.
    Time,
    /// With which program.
    Program,
    /// A small picture of how it looked, perhaps before it was cropped or covered.
    Preview,
    /// An identifier that other files of the same origin share.
    Identifier,
}

/// What an examination wants, or what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// These bytes of the file, to be given to [`Examination::supply`].
    Need(Range<u64>),
    /// It is at its end.
    Done(Box<Report>),
}

/// Bytes were given that cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "bytes {start} to {end} were given; whole blocks of {BLOCK} bytes, or up to the end of the file, can be taken"
)]
pub struct SupplyError {
    /// Where the bytes begin.
    pub start: u64,
    /// Where they end.
    pub end: u64,
}

/// A file being examined.
#[derive(Clone, Debug)]
pub struct Examination {
    size: u64,
    context: Context,
    blocks: BTreeMap<u64, Box<[u8]>>,
}

impl Examination {
    /// Begins with a file of so many bytes.
    pub const fn new(size: u64, context: Context) -> Self {
        Self { size, context, blocks: BTreeMap::new() }
    }

    /// What is needed next, or the report. Asks for no range twice, and for [`HELD_MAX`] bytes at most.
    pub fn step(&self) -> Step {
        let source = Source::new(self.size, &self.blocks);
        match examine(&source, &self.context) {
            Ok(report) => Step::Done(Box::new(report)),
            Err(range) => Step::Need(range),
        }
    }

    /// Takes bytes of the file that begin at `start`.
    ///
    /// # Errors
    /// [`SupplyError`] if they are not whole blocks: what [`Step::Need`] asks for always is.
    pub fn supply(&mut self, start: u64, bytes: &[u8]) -> Result<(), SupplyError> {
        let end = start.saturating_add(bytes.len() as u64);
        let whole = start.is_multiple_of(BLOCK)
            && (end.is_multiple_of(BLOCK) || end == self.size)
            && end <= self.size;
        if !whole || bytes.is_empty() {
            return Err(SupplyError { start, end });
        }
        let block = usize::try_from(BLOCK).unwrap_or(usize::MAX);
        for (number, part) in (start / BLOCK..).zip(bytes.chunks(block)) {
            self.blocks.insert(number, Box::from(part));
        }
        Ok(())
    }
}

/// Examines a file that is there as a whole.
pub fn examine_whole(bytes: &[u8], context: Context) -> Report {
    let mut examination = Examination::new(bytes.len() as u64, context);
    loop {
        match examination.step() {
            Step::Done(report) => return *report,
            Step::Need(range) => {
                let ends = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
                let part = ends.and_then(|(start, end)| bytes.get(start..end)).unwrap_or_default();
                // What is asked for is always whole and never empty.
                if examination.supply(range.start, part).is_err() {
                    unreachable!("an examination asks for parts of the file in whole blocks");
                }
            }
        }
    }
}

fn examine(source: &Source<'_>, context: &Context) -> Result<Report, Range<u64>> {
    let mut table = Table::default();
    let ends = (|| {
        let head = source.up_to(0, HEAD)?;
        let tail_len = source.size().min(TAIL as u64);
        let tail = source.up_to(source.size() - tail_len, TAIL)?;
        Ok((head, tail))
    })();
    let (head, tail) = match ends {
        Ok(ends) => ends,
        Err(Stop::Need(range)) => return Err(range),
        // Neither can be: both lie in the file, and both are small.
        Err(Stop::Short | Stop::Limit) => Default::default(),
    };
    let sniffed = sniff(&head, &tail, source.size());
    match read(source, sniffed.kind, &mut table) {
        Ok(()) => {}
        Err(Stop::Need(range)) => return Err(range),
        Err(Stop::Short) => {
            table.note("The file ends where more of it was announced; what lies behind is missing.");
        }
        Err(Stop::Limit) => table.note(format!(
            "The file announces more than {} MiB of what is looked at here; the rest was not read.",
            HELD_MAX >> 20
        )),
    }
    let (findings, reveals) = judge::judge(&table, &sniffed, source.size(), context);
    let Table { fields, notes, facts } = table;
    Ok(Report { sniffed, size: source.size(), fields, findings, reveals, notes, picture: facts.size })
}

fn read(source: &Source<'_>, kind: Type, table: &mut Table) -> Result<(), Stop> {
    let all = 0..source.size();
    match kind {
        Type::Jpeg => jpeg::read(source, all, table),
        Type::Png => png::read(source, table),
        Type::Gif => small::gif(source, table),
        Type::Webp | Type::Wav | Type::Avi => riff::read(source, table),
        Type::Tiff => tiff::read(source, all, table, tiff::Role::File),
        Type::Heic | Type::Avif | Type::Mp4 | Type::QuickTime | Type::ThreeGp | Type::M4a | Type::JpegXl => {
            bmff::read(source, table)
        }
        Type::Mp3 | Type::Aac => id3::read(source, table),
        Type::Flac => small::flac(source, table),
        Type::Ogg => small::ogg(source, table),
        Type::Matroska | Type::WebM => matroska::read(source, table),
        Type::Pdf => pdf::read(source, table),
        Type::Ooxml | Type::OpenDocument | Type::Zip => office::read(source, kind, table),
        _ => Ok(()),
    }
}
