//! Pictures, films, recordings and documents: what they say of themselves.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write};
use std::path::Path;

use jiff::Timestamp;
use media::metadata::{Context, Examination, Report, Step};
use media::sniff::{Decoder, Family, HEAD, Type, sniff};
use serde::Serialize;

use super::plain::safe;
use super::read::json_name;
use crate::error::{Error, Result};

/// How much is read at a time for the digest.
const PIECE: usize = 1 << 20;

/// Whether a path is of a file that is no chat and says something of itself. Its content tells, not its name.
pub(super) fn is_media(path: &Path) -> Result<bool> {
    if path.as_os_str() == "-" || !fs::metadata(path).map_err(Error::file(path))?.is_file() {
        return Ok(false);
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
    read.map_err(Error::file(path))?;
    let kind = sniff(&head, &[], head.len() as u64).kind;
    let document = matches!(kind, Type::Pdf | Type::Ooxml | Type::OpenDocument);
    Ok(document || matches!(kind.family(), Family::Image | Family::Video | Family::Audio))
}

/// One file, examined.
pub(super) struct Examined {
    name: String,
    sha256: String,
    report: Report,
}

/// The same for other programs.
#[derive(Serialize)]
struct FileRecord<'a> {
    schema: &'static str,
    file: &'a str,
    sha256: &'a str,
    #[serde(flatten)]
    report: &'a Report,
}

impl Examined {
    /// Reads those parts of the file that say something, and the whole once for its digest.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let mut file = File::open(path).map_err(Error::file(path))?;
        let facts = file.metadata().map_err(Error::file(path))?;
        let context = Context {
            name: path.file_name().map(|name| name.to_string_lossy().into_owned()),
            modified: facts.modified().ok().and_then(|at| Timestamp::try_from(at).ok()),
            now: Some(Timestamp::now()),
        };
        let mut examination = Examination::new(facts.len(), context);
        let report = loop {
            match examination.step() {
                Step::Done(report) => break *report,
                Step::Need(range) => {
                    let mut part = vec![0; usize::try_from(range.end - range.start).unwrap_or_default()];
                    let read =
                        file.seek(SeekFrom::Start(range.start)).and_then(|_| file.read_exact(&mut part));
                    read.map_err(Error::file(path))?;
                    examination.supply(range.start, &part).map_err(|error| Error::File {
                        path: path.to_owned(),
                        source: std::io::Error::other(error),
                    })?;
                }
            }
        };
        Ok(Self { name: path.display().to_string(), sha256: digest(path, &mut file)?, report })
    }

    /// Prints it as one JSON object on a line.
    pub(super) fn json(&self, out: &mut dyn Write) -> Result<()> {
        let record = FileRecord {
            schema: "safehand.file/1",
            file: &self.name,
            sha256: &self.sha256,
            report: &self.report,
        };
        serde_json::to_writer(&mut *out, &record).map_err(|error| Error::Output(error.into()))?;
        writeln!(out).map_err(Error::Output)
    }

    /// Prints it for a person.
    pub(super) fn print(&self, summary: bool, out: &mut dyn Write) -> Result<()> {
        self.write(summary, out).map_err(Error::Output)
    }

    fn write(&self, summary: bool, out: &mut dyn Write) -> std::io::Result<()> {
        let Report { sniffed, size, fields, findings, reveals, notes, picture: _ } = &self.report;
        writeln!(out, "{}", safe(&self.name, false))?;
        writeln!(out, "  type       {}: {}", media::sniff::name(sniffed.kind), sniffed.why)?;
        writeln!(out, "  SHA-256    {}", self.sha256)?;
        writeln!(out, "  bytes      {size}")?;
        match &sniffed.decoder {
            Decoder::Allowed(media_type) => {
                writeln!(out, "  decoder    may be shown by a browser, as {media_type}")?;
            }
            Decoder::Refused(why) => {
                writeln!(out, "  decoder    not shown by a browser: {}", safe(why, false))?;
            }
        }
        for note in notes {
            writeln!(out, "  note       {}", safe(note, false))?;
        }
        for finding in findings {
            writeln!(out, "  look       {}", safe(&finding.words, false))?;
        }
        for reveal in reveals {
            let what = json_name(&reveal.what).replace('_', " ");
            let [from, to] = reveal.bytes;
            writeln!(out, "  reveals    {what}: {} ({from}..{to})", safe(&reveal.value, false))?;
        }
        if summary {
            return Ok(());
        }
        for field in fields {
            let group = json_name(&field.group).replace('_', " ");
            let [from, to] = field.bytes;
            write!(out, "  {group:<10} {}: {}", safe(&field.name, false), safe(&field.value, false))?;
            if let Some(meaning) = &field.meaning {
                write!(out, " — {}", safe(meaning, false))?;
            }
            writeln!(out, " ({from}..{to})")?;
        }
        writeln!(out)
    }
}

fn digest(path: &Path, file: &mut File) -> Result<String> {
    use sha2::Digest as _;
    let mut state = sha2::Sha256::new();
    let mut piece = vec![0; PIECE];
    file.seek(SeekFrom::Start(0)).map_err(Error::file(path))?;
    loop {
        let read = file.read(&mut piece).map_err(Error::file(path))?;
        if read == 0 {
            break;
        }
        state.update(piece.get(..read).unwrap_or_default());
    }
    Ok(seal::Digest::from_bytes(state.finalize().into()).to_hex())
}
