//! Several files that belong together: a folder, or what a zip or a tar holds.
//!
//! Which of them are chats is told from their content. The parts of one chat are put together in their numeric order,
//! and the files that messages name are looked for among the rest.

mod matching;

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};

use serde::Serialize;

pub use matching::{How, Match, Matches, Miss, Named, match_attachments};

use crate::archive::{Entry, EntryKind, Tar, Zip};
use crate::encoding::{self, Encoding};
use crate::{Certainty, Format, HEAD, Reading, recognise};

/// What [`Role::Media`] calls a database: it may hold messages, and is not read here.
pub const DATABASE: &str = "a database (SQLite)";

/// How many missing part numbers a source lists.
const MISSING_MAX: usize = 100;

/// Files that lie together.
pub trait Files {
    /// All of them. A file's place in the list is its number.
    fn list(&self) -> Vec<Listed>;

    /// The content of the file of this number.
    ///
    /// # Errors
    ///
    /// Where it cannot be read; the error says why.
    fn open(&mut self, number: usize) -> io::Result<Box<dyn Read + '_>>;
}

/// A file as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its path from the collection's root, with slashes.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// When it was last changed.
    pub modified: Reading,
    /// Whether it is a folder.
    pub folder: bool,
    /// Why it cannot be opened, if that is known already.
    pub refused: Option<String>,
}

impl Listed {
    fn of(entry: &Entry) -> Self {
        Self {
            name: entry.name.replace('\\', "/"),
            size: entry.size,
            modified: entry.modified,
            folder: entry.kind == EntryKind::Folder,
            refused: entry.refused().map(ToString::to_string),
        }
    }
}

impl<R: Read + Seek> Files for Zip<R> {
    fn list(&self) -> Vec<Listed> {
        self.entries().iter().map(Listed::of).collect()
    }

    fn open(&mut self, number: usize) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.content(number)?))
    }
}

impl<R: Read + Seek> Files for Tar<R> {
    fn list(&self) -> Vec<Listed> {
        self.entries().iter().map(Listed::of).collect()
    }

    fn open(&mut self, number: usize) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.content(number)?))
    }
}

/// What a collection holds.
#[derive(Clone, Debug)]
pub struct Collection {
    /// All files, as listed.
    pub files: Vec<Listed>,
    /// What each of them is.
    pub roles: Vec<Role>,
    /// The chats.
    pub sources: Vec<Source>,
}

/// What a file of a collection is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A chat or a part of one: the number in [`Collection::sources`].
    Chat(usize),
    /// A picture, a recording, a document: what a message may name.
    Media(&'static str),
    /// Neither.
    Other,
    /// A folder.
    Folder,
    /// It could not be read, for this reason.
    Unread(String),
}

/// A chat in one file or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Its format.
    pub format: Format,
    /// What shows that.
    pub why: String,
    /// Whether only the shape fits, so that it may be a table or text that somebody sent.
    pub by_shape_only: bool,
    /// How its text is encoded, as far as its beginning shows.
    pub encoding: Encoding,
    /// The numbers of its files, in order.
    pub parts: Vec<usize>,
    /// Part numbers that should be there and are not, at most a hundred.
    pub missing: Vec<u64>,
}

impl Collection {
    /// Looks at the beginning of every file.
    pub fn survey(files: &mut dyn Files) -> Self {
        let listed = files.list();
        let mut roles = Vec::with_capacity(listed.len());
        let mut found: BTreeMap<PartKey, Vec<(u64, usize, Seen)>> = BTreeMap::new();
        for (number, file) in listed.iter().enumerate() {
            roles.push(match look(files, number, file) {
                Look::Is(role) => role,
                Look::Chat(seen) => {
                    let (key, part) = PartKey::of(&file.name, seen.format, number);
                    found.entry(key).or_default().push((part, number, seen));
                    Role::Other
                }
            });
        }
        let mut sources: Vec<Source> = found.into_values().filter_map(join_parts).collect();
        sources.sort_by_key(|source| source.parts.first().copied());
        for (number, source) in sources.iter().enumerate() {
            for &part in &source.parts {
                if let Some(role) = roles.get_mut(part) {
                    *role = Role::Chat(number);
                }
            }
        }
        Self { files: listed, roles, sources }
    }
}

enum Look {
    Is(Role),
    Chat(Seen),
}

/// A chat as recognised from a file's beginning.
struct Seen {
    format: Format,
    why: String,
    shape: bool,
    encoding: Encoding,
}

fn look(files: &mut dyn Files, number: usize, file: &Listed) -> Look {
    if file.folder {
        return Look::Is(Role::Folder);
    }
    if let Some(why) = &file.refused {
        return Look::Is(Role::Unread(why.clone()));
    }
    let head = match read_head(files, number) {
        Ok(head) => head,
        Err(error) => return Look::Is(Role::Unread(error.to_string())),
    };
    if let Some(media) = media(&head) {
        return Look::Is(Role::Media(media));
    }
    let transcoded = encoding::transcode(&head);
    let Some(best) = recognise(&transcoded.utf8).into_iter().next() else { return Look::Is(Role::Other) };
    let shape = best.certainty == Certainty::Shape;
    Look::Chat(Seen { format: best.format, why: best.why, shape, encoding: transcoded.detected.encoding })
}

/// Up to [`HEAD`] bytes; no more than the first few of what these show to be no text.
fn read_head(files: &mut dyn Files, number: usize) -> io::Result<Vec<u8>> {
    let mut content = files.open(number)?;
    let mut head = Vec::new();
    content.by_ref().take(64).read_to_end(&mut head)?;
    if media(&head).is_none() {
        content.take(HEAD as u64 - 64).read_to_end(&mut head)?;
    }
    Ok(head)
}

/// What sort of file these first bytes are of, if of none that holds text.
fn media(head: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(usize, &[u8], &str)] = &[
        (0, b"\xFF\xD8\xFF", "a picture (JPEG)"),
        (0, b"\x89PNG\r\n\x1A\n", "a picture (PNG)"),
        (0, b"GIF8", "a picture (GIF)"),
        (8, b"WEBP", "a picture or sticker (WebP)"),
        (8, b"WAVE", "a recording (WAV)"),
        (8, b"AVI ", "a video (AVI)"),
        (4, b"ftypheic", "a picture (HEIC)"),
        (4, b"ftypM4A", "a recording (M4A)"),
        (4, b"ftyp", "a video or recording (MP4)"),
        (0, b"\x1A\x45\xDF\xA3", "a video (WebM or Matroska)"),
        (0, b"OggS", "a recording (Ogg)"),
        (0, b"ID3", "a recording (MP3)"),
        (0, b"\xFF\xFB", "a recording (MP3)"),
        (0, b"#!AMR", "a recording (AMR)"),
        (0, b"caff", "a recording (CAF)"),
        (0, b"%PDF-", "a document (PDF)"),
        (0, b"PK\x03\x04", "a zip, or a document that is one"),
        (0, b"Rar!\x1A", "an archive (RAR)"),
        (0, b"7z\xBC\xAF\x27\x1C", "an archive (7z)"),
        (0, b"\x1F\x8B", "an archive (gzip)"),
        (0, b"\xD0\xCF\x11\xE0", "a document (older Office)"),
        (0, b"SQLite format 3\0", DATABASE),
        (0, b"BEGIN:VCARD", "a contact card"),
    ];
    MAGIC
        .iter()
        .find(|(at, magic, _)| head.get(*at..).is_some_and(|head| head.starts_with(magic)))
        .map(|known| known.2)
}

/// Parts with the same key are one chat.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct PartKey {
    folder: String,
    format: Format,
    stem: String,
    /// Of a format that never comes in parts: the file's own number.
    alone: Option<usize>,
}

impl PartKey {
    /// The key, and which part of it the name makes it.
    fn of(path: &str, format: Format, number: usize) -> (Self, u64) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let parted = match format {
            Format::MessengerJson | Format::MessengerHtml | Format::InstagramJson | Format::InstagramHtml => {
                numbered(stem, "message_").map(|part| ("message_", part))
            }
            Format::TelegramHtml if stem == "messages" => Some(("messages", 1)),
            Format::TelegramHtml => numbered(stem, "messages").map(|part| ("messages", part)),
            Format::XDirectMessages => Some(match stem.rsplit_once("-part") {
                Some((before, part)) if part.parse::<u32>().is_ok() => {
                    (before, part.parse().unwrap_or_default())
                }
                _ => (stem, 0),
            }),
            _ => None,
        };
        let (stem, part) = parted.unwrap_or((stem, 0));
        let alone = parted.is_none().then_some(number);
        (Self { folder: folder.to_owned(), format, stem: stem.to_owned(), alone }, part)
    }
}

/// The number behind a known beginning.
fn numbered(stem: &str, prefix: &str) -> Option<u64> {
    let digits = stem.strip_prefix(prefix)?;
    let plain = !digits.is_empty() && digits.len() < 10 && digits.bytes().all(|digit| digit.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

fn join_parts(mut parts: Vec<(u64, usize, Seen)>) -> Option<Source> {
    parts.sort_by_key(|&(part, number, _)| (part, number));
    let numbers = parts.iter().map(|&(_, number, _)| number).collect();
    let format = parts.first()?.2.format;
    let by_shape_only = parts.iter().all(|(.., seen)| seen.shape);
    let mut missing = Vec::new();
    if parts.len() > 1 || parts.first()?.0 > 0 {
        let mut expected = u64::from(format != Format::XDirectMessages);
        for &(part, ..) in &parts {
            missing.extend((expected..part).take(MISSING_MAX.saturating_sub(missing.len())));
            expected = part + 1;
        }
    }
    let (_, _, first) = parts.into_iter().next()?;
    Some(Source { format, why: first.why, by_shape_only, encoding: first.encoding, parts: numbers, missing })
}
