//! From a file's bytes to the chats in it.

use std::borrow::Cow;
use std::io::{Cursor, Read as _};

use sha2::{Digest as _, Sha256};
use transcript::archive::{Limits, Tar, Zip};
use transcript::collection::{Collection, Files, Role};
use transcript::encoding::{self, Encoding};
use transcript::{Certainty, Format, HEAD, Timeline, recognise};

use crate::FileReport;
use crate::source::{Origin, Source};

/// What is read of an archive, in a browser's memory.
const LIMITS: Limits = Limits {
    entries: 100_000,
    directory_bytes: 64 << 20,
    entry_bytes: 512 << 20,
    total_bytes: 1 << 30,
    ratio: 250,
    ratio_from: 16 << 20,
    depth: 0,
    nested_bytes: 0,
};

/// How many notes on one file are kept; what lies in an archive besides chats may be thousands.
const MOST_NOTES: usize = 50;

/// Reads a file that was handed over. What is no chat stays what it is: it is said, and nothing else is done with it.
pub(crate) fn read(item: &str, name: &str, bytes: Vec<u8>) -> (FileReport, Vec<Source>) {
    let mut file = File {
        report: FileReport {
            item: item.to_owned(),
            name: name.to_owned(),
            sha256: hex(&Sha256::digest(&bytes)),
            size: bytes.len() as u64,
            ..FileReport::default()
        },
        sources: Vec::new(),
    };
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        match Zip::open(Cursor::new(bytes), LIMITS) {
            Ok(mut zip) => {
                zip.notices().iter().for_each(|notice| file.note(notice.to_string()));
                file.take_all(&mut zip);
            }
            Err(error) => file.note(format!("The archive cannot be read: {error}.")),
        }
    } else if bytes.get(257..262) == Some(b"ustar") {
        match Tar::open(Cursor::new(bytes), LIMITS) {
            Ok(mut tar) => {
                tar.notices().iter().for_each(|notice| file.note(notice.to_string()));
                file.take_all(&mut tar);
            }
            Err(error) => file.note(format!("The archive cannot be read: {error}.")),
        }
    } else {
        file.take_alone(bytes);
    }
    let File { mut report, sources } = file;
    report.chats = u32::try_from(sources.len()).unwrap_or(u32::MAX);
    (report, sources)
}

struct File {
    report: FileReport,
    sources: Vec<Source>,
}

impl File {
    fn note(&mut self, note: String) {
        match self.report.notes.len() {
            ..MOST_NOTES => self.report.notes.push(note),
            MOST_NOTES => self.report.notes.push("There is more of this kind.".to_owned()),
            _ => {}
        }
    }

    fn take_alone(&mut self, bytes: Vec<u8>) {
        let head = bytes.get(..HEAD).unwrap_or(&bytes);
        match recognise(&encoding::transcode(head).utf8).into_iter().next() {
            Some(best) if best.format == Format::Csv => self.note(named_columns()),
            Some(best) => {
                let sha256 = self.report.sha256.clone();
                let shape = best.certainty == Certainty::Shape;
                self.take(None, sha256, bytes, (best.format, best.why, shape));
            }
            None => self.note("It is no chat export that is known here. It was left as it is.".to_owned()),
        }
    }

    fn take_all(&mut self, files: &mut dyn Files) {
        let collection = Collection::survey(files);
        let mut others = 0_usize;
        for (listed, role) in collection.files.iter().zip(&collection.roles) {
            match role {
                Role::Unread(why) => self.note(format!("{}: {why}", listed.name)),
                Role::Media(_) | Role::Other => others += 1,
                Role::Chat(_) | Role::Folder => {}
            }
        }
        for source in &collection.sources {
            for missing in &source.missing {
                self.note(format!("Part {missing} of {} is missing.", format_name(source.format)));
            }
            for &part in &source.parts {
                let Some(listed) = collection.files.get(part) else { continue };
                if source.format == Format::Csv {
                    self.note(format!("{}: {}", listed.name, named_columns()));
                    continue;
                }
                let mut bytes = Vec::new();
                let read = files.open(part).and_then(|mut content| content.read_to_end(&mut bytes));
                if let Err(error) = read {
                    self.note(format!("{}: {error}", listed.name));
                    continue;
                }
                let sha256 = hex(&Sha256::digest(&bytes));
                let told = (source.format, source.why.clone(), source.by_shape_only);
                self.take(Some(listed.name.clone()), sha256, bytes, told);
            }
        }
        if others > 0 {
            self.note(match others {
                1 => "The archive holds 1 other file, which was not opened.".to_owned(),
                _ => format!("The archive holds {others} other files, which were not opened."),
            });
        }
    }

    fn take(
        &mut self,
        path: Option<String>,
        sha256: String,
        bytes: Vec<u8>,
        (format, why, by_shape_only): (Format, String, bool),
    ) {
        let Some(descriptor) = format.descriptor() else { return };
        let transcoded = encoding::transcode(&bytes);
        let encoding = match transcoded.detected.encoding {
            Encoding::Utf8 => None,
            other => Some(format!("{} ({})", other.name(), transcoded.detected.why)),
        };
        let (map, warnings) = (transcoded.map, transcoded.warnings);
        let text = match transcoded.utf8 {
            Cow::Owned(text) => Some(text),
            Cow::Borrowed(_) => None,
        };
        // Where the text is the file itself, one copy does for both.
        let (text, raw) = match text {
            Some(text) => (text, Some(bytes)),
            None => (bytes, None),
        };
        let timeline = Timeline::keep(&mut *(descriptor.parser)(), text);
        if timeline.is_empty() && by_shape_only {
            let what = path.as_deref().map_or_else(String::new, |path| format!("{path}: "));
            return self.note(format!("{what}It looks like {}, but holds no message.", descriptor.name));
        }
        let origin = Origin {
            item: self.report.item.clone(),
            file: self.report.name.clone(),
            path,
            sha256,
            format,
            format_name: descriptor.name,
            why,
            encoding,
        };
        self.sources.push(Source::new(origin, timeline, raw, map, &warnings));
    }
}

fn named_columns() -> String {
    "It is a table whose columns somebody must name first: read it with “safehand inspect --columns”."
        .to_owned()
}

fn format_name(format: Format) -> &'static str {
    format.descriptor().map_or("the chat", |descriptor| descriptor.name)
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().map_or('0', char::from);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
