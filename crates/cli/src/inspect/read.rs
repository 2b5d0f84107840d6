//! From paths to timelines.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use serde::Serialize;
use transcript::archive::{Limits, Tar, Zip};
use transcript::collection::{Collection, DATABASE, Files, Listed, Matches, Named, Role, match_attachments};
use transcript::encoding::{self, Detected, OffsetMap};
use transcript::mentions::Region;
use transcript::review::{self, Summary};
use transcript::{
    Attachment, Conversation, CsvMapping, Format, Message, MessageRecord, Participant, Reading, Recognition,
    Span, Timeline, Unparsed, Warning, csv_mapped, recognise,
};

use super::database::{self, Table};
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
    size: u64,
    utf8: Vec<u8>,
    map: OffsetMap,
    encoding: Detected,
    transcoding: Vec<Warning>,
    recognised: Recognition,
    /// Of a database: what tables it has. The text is then its rows, as lines.
    tables: Option<Vec<Table>>,
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
    /// Of a database: its tables.
    pub(super) tables: Option<&'a [Table]>,
    size: u64,
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
        if database::is_one(&bytes) {
            self.chats.push(Chat::of_database(name, &bytes, log_beside(path)?.as_deref(), None)?);
            return Ok(());
        }
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
        let mut collection = Collection::survey(files);
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
        self.take_databases(name, files, &mut collection);
        self.folders.push(Folder { name: name.to_owned(), collection });
    }

    /// Reads the databases of a folder or archive that hold messages.
    fn take_databases(&mut self, name: &str, files: &mut dyn Files, collection: &mut Collection) {
        let are = collection.roles.iter().enumerate().filter(|(_, role)| **role == Role::Media(DATABASE));
        let parts: Vec<usize> = are.map(|(part, _)| part).collect();
        for part in parts {
            let Some(file) = collection.files.get(part) else { continue };
            let whole = format!("{name}/{}", file.name);
            let log = format!("{}-wal", file.name);
            let log = collection.files.iter().position(|file| file.name == log);
            let mut content = |number: usize, size| {
                files
                    .open(number)
                    .map_err(Error::file(Path::new(&whole)))
                    .and_then(|mut content| slurp(&mut content, &whole, size))
            };
            let chat = content(part, Some(file.size)).and_then(|bytes| {
                let log = log.map(|log| content(log, None)).transpose()?;
                Chat::of_database(whole.clone(), &bytes, log.as_deref(), Some((self.folders.len(), part)))
            });
            match chat {
                Ok(chat) => {
                    let parts = [Some(part), log].into_iter().flatten().collect();
                    let source = transcript::collection::Source {
                        format: Format::ImessageDb,
                        why: chat.recognised.why.clone(),
                        by_shape_only: false,
                        encoding: encoding::Encoding::Utf8,
                        parts,
                        missing: Vec::new(),
                    };
                    for &part in &source.parts {
                        if let Some(role) = collection.roles.get_mut(part) {
                            *role = Role::Chat(collection.sources.len());
                        }
                    }
                    collection.sources.push(source);
                    self.chats.push(chat);
                }
                // A database of something else is a file like others.
                Err(Error::NotMessages { .. }) => {}
                Err(error) => self.unreadable.push(error.to_string()),
            }
        }
    }

    fn take_file(&mut self, name: &str, bytes: Vec<u8>, options: &InspectOptions) -> Result<()> {
        if database::is_one(&bytes) {
            self.chats.push(Chat::of_database(name.to_owned(), &bytes, None, None)?);
            return Ok(());
        }
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
        let size = bytes.len() as u64;
        let transcoded = encoding::transcode(&bytes);
        let (map, encoding, transcoding) = (transcoded.map, transcoded.detected, transcoded.warnings);
        let utf8 = match transcoded.utf8 {
            Cow::Owned(utf8) => Some(utf8),
            Cow::Borrowed(_) => None,
        };
        let utf8 = utf8.unwrap_or(bytes);
        Self { name, sha256, size, utf8, map, encoding, transcoding, recognised, tables: None, lies_in }
    }

    /// The rows of a database. The digest is the file's.
    fn of_database(
        name: String,
        bytes: &[u8],
        log: Option<&[u8]>,
        lies_in: Option<(usize, usize)>,
    ) -> Result<Self> {
        let rows = database::read(&name, bytes, log)?;
        let recognised = Recognition {
            format: Format::ImessageDb,
            why: "a SQLite database with the table message".to_owned(),
            certainty: transcript::Certainty::Declared,
        };
        let chat = Self::new(name, rows.lines, recognised, lies_in);
        Ok(Self {
            sha256: seal::Digest::of(bytes).to_hex(),
            size: bytes.len() as u64,
            tables: Some(rows.tables),
            ..chat
        })
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
            tables: self.tables.as_deref(),
            size: self.size,
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

    /// Where bytes of the text stand in the file. Rows of a database stand nowhere that could be told so.
    pub(super) fn place_of(&self, span: Span) -> Option<[u64; 2]> {
        let at = self.map.original(span);
        self.tables.is_none().then(|| [at.start(), at.end()])
    }

    /// Where a message stands: what `--at` takes.
    pub(super) fn place(&self, message: &Message<'_>) -> String {
        if let Some([start, end]) = self.place_of(message.source) {
            return format!("{start}..{end}");
        }
        let pointer = self.message_record(message).source.pointer.unwrap_or_default();
        pointer.trim_start_matches('/').to_owned()
    }

    /// A message's record.
    pub(super) fn message_record<'m>(&'m self, message: &'m Message<'_>) -> MessageRecord<'m> {
        let mut record =
            MessageRecord::new(self.name, message, &self.timeline.directory, |span| self.map.original(span));
        record.source.bytes = self.place_of(message.source);
        record
    }

    /// Where telephone numbers without a country's code belong, as stated.
    pub(super) const fn region(&self) -> Option<Region> {
        self.stated.region
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
        let place = |span| self.place_of(span);
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
            size: self.size,
            tables: self.tables,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    tables: Option<&'a [Table]>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<[u64; 2]>,
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

/// The write-ahead log that lies beside a database on disk.
pub(super) fn log_beside(path: &Path) -> Result<Option<Vec<u8>>> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = PathBuf::from(log);
    if path.as_os_str() == "-" || !log.is_file() {
        return Ok(None);
    }
    bytes(&log).map(Some)
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
