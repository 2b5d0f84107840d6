//! From paths to timelines.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use serde::Serialize;
use transcript::archive::{Limits, Tar, Zip};
use transcript::collection::{Collection, Files, Listed, Matches, Named, Role, match_attachments};
use transcript::encoding::{self, Detected, OffsetMap};
use transcript::review::{self, Summary};
use transcript::{
    Attachment, Conversation, CsvMapping, Format, Message, MessageRecord, Participant, Reading, Recognition,
    Span, Timeline, Unparsed, Warning, csv_mapped, recognise,
};

use super::{InspectOptions, Stated};
use crate::error::{Error, Result};

/// How much is read at a time.
const PIECE: usize = 1 << 20;

/// What the paths hold, in memory.
#[derive(Default)]
pub(super) struct Loaded {
    chats: Vec<Chat>,
    /// Folders and archives, with what lies in them besides chats.
    folders: Vec<Folder>,
    /// What could not be read, and why.
    pub(super) unreadable: Vec<String>,
}

/// One file of an export.
struct Chat {
    name: String,
    sha256: String,
    utf8: Vec<u8>,
    map: OffsetMap,
    encoding: Detected,
    transcoding: Vec<Warning>,
    recognised: Recognition,
    /// The folder it lies in, and its number there.
    lies_in: Option<(usize, usize)>,
}

/// A folder or an archive.
struct Folder {
    name: String,
    collection: Collection,
}

/// One file of an export as a timeline.
pub(super) struct Source<'a> {
    pub(super) name: &'a str,
    pub(super) sha256: &'a str,
    pub(super) format: Format,
    pub(super) why: &'a str,
    pub(super) encoding: &'a Detected,
    pub(super) timeline: Timeline<'a>,
    pub(super) transcoding: &'a [Warning],
    map: &'a OffsetMap,
    stated: &'a Stated,
}

/// A folder or an archive with its named, missing and unnamed files.
pub(super) struct Attachments<'a> {
    pub(super) name: &'a str,
    pub(super) collection: &'a Collection,
    pub(super) matches: Matches,
}

impl Loaded {
    /// Reads everything that the paths name.
    pub(super) fn read(paths: &[PathBuf], options: &InspectOptions) -> Result<Self> {
        let mut loaded = Self::default();
        for path in paths {
            if path.as_os_str() == "-" {
                let bytes = slurp(&mut io::stdin().lock(), "standard input", None)?;
                loaded.take_file("standard input", bytes, options)?;
            } else if fs::metadata(path).map_err(Error::file(path))?.is_dir() {
                loaded.take_folder(path, options)?;
            } else {
                loaded.take_path(path, options)?;
            }
        }
        Ok(loaded)
    }

    fn take_path(&mut self, path: &Path, options: &InspectOptions) -> Result<()> {
        let name = path.display().to_string();
        if options.format.is_none() && self.take_archive(path, &name, options)? {
            return Ok(());
        }
        let bytes = bytes(path)?;
        self.take_file(&name, bytes, options)
    }

    /// Reads a zip or a tar; `false` if it is neither.
    fn take_archive(&mut self, path: &Path, name: &str, options: &InspectOptions) -> Result<bool> {
        let mut head = Vec::new();
        File::open(path).and_then(|file| file.take(512).read_to_end(&mut head)).map_err(Error::file(path))?;
        let open = || File::open(path).map(BufReader::new).map_err(Error::file(path));
        let broken = |source| Error::Archive { path: path.to_owned(), source };
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            let mut zip = Zip::open(open()?, Limits::default()).map_err(broken)?;
            self.unreadable.extend(zip.notices().iter().map(|notice| format!("{name}: {notice}")));
            self.take_files(name, &mut zip, options);
        } else if head.get(257..262) == Some(b"ustar") {
            let mut tar = Tar::open(open()?, Limits::default()).map_err(broken)?;
            self.unreadable.extend(tar.notices().iter().map(|notice| format!("{name}: {notice}")));
            self.take_files(name, &mut tar, options);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn take_folder(&mut self, path: &Path, options: &InspectOptions) -> Result<()> {
        let mut disk = Disk::list(path)?;
        let name = path.display().to_string();
        self.take_files(&name, &mut disk, options);
        let archives = disk.files.iter().filter(|(_, listed)| is_archive(&listed.name));
        for (path, _) in archives {
            self.take_archive(path, &path.display().to_string(), options)?;
        }
        Ok(())
    }

    fn take_files(&mut self, name: &str, files: &mut dyn Files, options: &InspectOptions) {
        let collection = Collection::survey(files);
        let number = self.folders.len();
        for (file, role) in collection.files.iter().zip(&collection.roles) {
            if let Role::Unread(why) = role {
                self.unreadable.push(format!("{name}/{}: {why}", file.name));
            }
        }
        for source in &collection.sources {
            for &part in &source.parts {
                let Some(file) = collection.files.get(part) else { continue };
                let whole = format!("{name}/{}", file.name);
                let read = files.open(part).map_err(|error| error.to_string());
                let read = read.and_then(|mut content| {
                    slurp(&mut content, &whole, Some(file.size)).map_err(|error| error.to_string())
                });
                match read {
                    Ok(bytes) => {
                        let recognised = Recognition {
                            format: options.format.unwrap_or(source.format),
                            why: source.why.clone(),
                            certainty: transcript::Certainty::Marked,
                        };
                        self.chats.push(Chat::new(whole, bytes, recognised, Some((number, part))));
                    }
                    Err(why) => self.unreadable.push(format!("{whole}: {why}")),
                }
            }
            self.unreadable
                .extend(source.missing.iter().map(|part| format!("{name}: part {part} is missing")));
        }
        self.folders.push(Folder { name: name.to_owned(), collection });
    }

    fn take_file(&mut self, name: &str, bytes: Vec<u8>, options: &InspectOptions) -> Result<()> {
        let recognised = match options.format {
            Some(format) => Recognition {
                format,
                why: "stated on the command line".to_owned(),
                certainty: transcript::Certainty::Declared,
            },
            None => recognise(&encoding::transcode(bytes.get(..transcript::HEAD).unwrap_or(&bytes)).utf8)
                .into_iter()
                .next()
                .ok_or_else(|| Error::NotAChat(name.to_owned()))?,
        };
        self.chats.push(Chat::new(name.to_owned(), bytes, recognised, None));
        Ok(())
    }

    /// The timelines, in the order in which the paths were given.
    pub(super) fn sources<'a>(
        &'a self,
        options: &InspectOptions,
        stated: &'a Stated,
    ) -> Result<Vec<Source<'a>>> {
        let mapping = options.columns.as_deref().map(columns).transpose()?;
        let working = spinner(self.chats.len());
        let mut sources = Vec::with_capacity(self.chats.len());
        for chat in &self.chats {
            working.set_message(chat.name.clone());
            sources.push(chat.source(mapping.as_ref(), stated)?);
            working.inc(1);
        }
        working.finish_and_clear();
        Ok(sources)
    }

    /// The files that the chats of each folder name, and those that nobody names.
    pub(super) fn attachments<'a>(&'a self, sources: &[Source<'_>]) -> Vec<Attachments<'a>> {
        let each = self.folders.iter().enumerate().map(|(number, folder)| {
            let chats = self.chats.iter().zip(sources);
            let named = chats.filter_map(|(chat, source)| match chat.lies_in {
                Some((folder, part)) if folder == number => Some((part, source)),
                _ => None,
            });
            let named: Vec<Named> = named
                .flat_map(|(part, source)| {
                    source
                        .timeline
                        .messages()
                        .flat_map(move |message| Named::of_message(part, &message).collect::<Vec<_>>())
                })
                .collect();
            let matches = match_attachments(&folder.collection, named);
            Attachments { name: &folder.name, collection: &folder.collection, matches }
        });
        each.collect()
    }
}

impl Chat {
    fn new(name: String, bytes: Vec<u8>, recognised: Recognition, lies_in: Option<(usize, usize)>) -> Self {
        let sha256 = seal::Digest::of(&bytes).to_hex();
        let transcoded = encoding::transcode(&bytes);
        let (map, encoding, transcoding) = (transcoded.map, transcoded.detected, transcoded.warnings);
        let utf8 = match transcoded.utf8 {
            Cow::Owned(utf8) => Some(utf8),
            Cow::Borrowed(_) => None,
        };
        Self { name, sha256, utf8: utf8.unwrap_or(bytes), map, encoding, transcoding, recognised, lies_in }
    }

    fn source<'a>(&'a self, mapping: Option<&CsvMapping>, stated: &'a Stated) -> Result<Source<'a>> {
        let Recognition { format, why, .. } = &self.recognised;
        let mut parser = if let (Format::Csv, Some(mapping)) = (format, mapping) {
            csv_mapped(mapping.clone())
        } else {
            let known = format.descriptor().ok_or_else(|| Error::NotAChat(self.name.clone()))?;
            (known.parser)()
        };
        let timeline = Timeline::read(&mut *parser, &self.utf8);
        Ok(Source {
            name: &self.name,
            sha256: &self.sha256,
            format: *format,
            why,
            encoding: &self.encoding,
            timeline,
            transcoding: &self.transcoding,
            map: &self.map,
            stated,
        })
    }
}

impl Source<'_> {
    /// The messages' numbers in order of time as it is to be understood, each with its key.
    pub(super) fn by_time(&self) -> Vec<(i64, u32)> {
        self.timeline.by_time_as(|reading| self.stated.understand(reading))
    }

    /// A message as it is to be understood with what was stated.
    pub(super) fn message(&self, number: usize) -> Option<Message<'_>> {
        let mut message = self.timeline.get(number)?;
        message.sent.reading = self.stated.understand(message.sent.reading);
        Some(message)
    }

    /// Where bytes of the text stand in the file.
    pub(super) fn original(&self, span: Span) -> Span {
        self.map.original(span)
    }

    /// A message's record.
    pub(super) fn message_record<'m>(&'m self, message: &'m Message<'_>) -> MessageRecord<'m> {
        MessageRecord::new(self.name, message, &self.timeline.directory, |span| self.original(span))
    }

    /// The name of a message's sender.
    pub(super) fn sender_name(&self, message: &Message<'_>) -> Option<Cow<'_, str>> {
        message.sender.and_then(|id| self.timeline.directory.participant(id)).map(Participant::label)
    }

    /// The name of a message's conversation.
    pub(super) fn conversation_name(&self, message: &Message<'_>) -> &str {
        let known = self.timeline.directory.conversation(message.conversation);
        let name = known.and_then(|known| known.title.as_deref().or(known.platform_id.as_deref()));
        name.unwrap_or_default()
    }

    /// What stands out in it. Goes over all messages.
    pub(super) fn review(&self) -> Summary {
        let options = review::Options {
            now: Some(Timestamp::now()),
            zone: self.stated.zone.clone(),
            format: Some(self.format),
            ..review::Options::default()
        };
        review::review(&self.timeline, &options)
    }

    /// The source's record.
    pub(super) fn record(&self) -> SourceSummary<'_> {
        let place = |span| {
            let at = self.original(span);
            [at.start(), at.end()]
        };
        let warning = |known: &Warning| Noted {
            kind: Some(json_name(&known.kind)),
            bytes: place(known.at),
            note: known.note.clone(),
        };
        let unparsed =
            |known: &Unparsed| Noted { kind: None, bytes: place(known.at), note: known.reason.clone() };
        SourceSummary {
            schema: "safehand.source/1",
            file: self.name,
            sha256: self.sha256,
            size: self.map.source_len(),
            format: self.format,
            why: self.why,
            encoding: self.encoding.encoding.name(),
            messages: self.timeline.len(),
            conversations: self.timeline.directory.conversations(),
            participants: self.timeline.directory.participants(),
            summary: self.review(),
            warnings: self.transcoding.iter().chain(self.timeline.warnings()).map(warning).collect(),
            unparsed: self.timeline.unparsed().iter().map(unparsed).collect(),
        }
    }
}

/// What a source is, for other programs.
#[derive(Serialize)]
pub(super) struct SourceSummary<'a> {
    schema: &'static str,
    file: &'a str,
    sha256: &'a str,
    size: u64,
    format: Format,
    why: &'a str,
    encoding: &'static str,
    messages: usize,
    conversations: &'a [Conversation],
    participants: &'a [Participant],
    summary: Summary,
    warnings: Vec<Noted>,
    unparsed: Vec<Noted>,
}

/// A warning, or bytes that are not understood.
#[derive(Serialize)]
struct Noted {
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    bytes: [u64; 2],
    note: String,
}

/// The files of a folder on disk.
struct Disk {
    files: Vec<(PathBuf, Listed)>,
}

impl Disk {
    fn list(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(Error::file(&folder))? {
                let entry = entry.map_err(Error::file(&folder))?;
                let path = entry.path();
                let facts = fs::symlink_metadata(&path).map_err(Error::file(&path))?;
                if facts.is_dir() {
                    folders.push(path);
                    continue;
                }
                let refused =
                    (!facts.is_file()).then(|| "a link or a device, which is not followed".to_owned());
                let modified = facts.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
                let name = path.strip_prefix(root).unwrap_or(&path);
                let name: Vec<_> = name.components().map(|part| part.as_os_str().to_string_lossy()).collect();
                let listed = Listed {
                    name: name.join("/"),
                    size: facts.len(),
                    modified: modified
                        .map_or(Reading::Missing, |at| Reading::Instant(at, transcript::ZoneBasis::Epoch)),
                    folder: false,
                    refused,
                };
                files.push((path, listed));
            }
        }
        files.sort_by(|a, b| a.1.name.cmp(&b.1.name));
        Ok(Self { files })
    }
}

impl Files for Disk {
    fn list(&self) -> Vec<Listed> {
        self.files.iter().map(|(_, listed)| listed.clone()).collect()
    }

    fn open(&mut self, number: usize) -> io::Result<Box<dyn Read + '_>> {
        let (path, _) = self.files.get(number).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(BufReader::new(File::open(path)?)))
    }
}

fn is_archive(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    extension
        .is_some_and(|extension| ["zip", "tar"].iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

/// A file's bytes, with a bar where it takes long.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>> {
    if path.as_os_str() == "-" {
        return slurp(&mut io::stdin().lock(), "standard input", None);
    }
    let mut file = File::open(path).map_err(Error::file(path))?;
    let size = file.metadata().map_err(Error::file(path))?.len();
    slurp(&mut file, &path.display().to_string(), Some(size))
}

fn slurp(from: &mut dyn Read, name: &str, size: Option<u64>) -> Result<Vec<u8>> {
    let failed = |source| Error::File { path: PathBuf::from(name), source };
    let bar = crate::report::bar(false, name);
    bar.set_length(size.unwrap_or_default());
    let mut bytes =
        Vec::with_capacity(usize::try_from(size.unwrap_or_default().min(1 << 30)).unwrap_or_default());
    loop {
        let read = from.take(PIECE as u64).read_to_end(&mut bytes).map_err(failed)?;
        bar.inc(read as u64);
        if read == 0 {
            break;
        }
    }
    bar.finish_and_clear();
    Ok(bytes)
}

fn spinner(count: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} reading {pos} of {len}  {msg}");
    let bar = ProgressBar::new(count as u64);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar
}

fn columns(path: &Path) -> Result<CsvMapping> {
    let text = fs::read_to_string(path).map_err(Error::file(path))?;
    serde_json::from_str(&text)
        .map_err(|error| Error::Columns { path: path.to_owned(), why: error.to_string() })
}

/// The name of a format on the command line and in JSON.
pub(super) fn name_of(format: Format) -> String {
    json_name(&format)
}

/// How a value without fields is written in JSON, without the quotes.
pub(super) fn json_name(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// What an attachment is called for a person.
pub(super) fn attachment_name(file: &Attachment) -> &str {
    file.name.as_deref().or(file.sort.as_deref()).unwrap_or("a file")
}
