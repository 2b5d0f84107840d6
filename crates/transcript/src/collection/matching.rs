//! Files that messages name, looked for among those that are there.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::{Collection, Role};
use crate::archive::names::folded;
use crate::review::Moment;
use crate::{Attachment, Message, Reading, Span};

/// How many files one name may lead to before the rest is only counted.
const CANDIDATES: usize = 32;
/// How many files of the same name are told apart: with more, time would grow with the square of their number.
const SAME_NAMES: usize = 1 << 10;
/// How far apart the times of a message and of its file may be: DOS writes every other second.
const TIME_SLACK: i64 = 2_000;

/// A file that a message names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The number of the chat's file.
    pub source: usize,
    /// Where in it the message stands.
    pub message: Span,
    /// The platform's identifier of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it was sent, in milliseconds since 1970, and whether that is a local time.
    #[serde(skip)]
    sent: Option<(i64, bool)>,
    /// What it says of the file.
    pub attachment: Attachment,
}

impl Named {
    /// Every file that a message of this chat file names.
    pub fn of_message(source: usize, message: &Message<'_>) -> impl Iterator<Item = Self> {
        let extras = message.extras.as_deref();
        let id = extras.and_then(|extras| extras.id.clone());
        let sent = moment(message.sent.reading);
        let (at, attachments) =
            (message.source, extras.map(|extras| extras.attachments.clone()).unwrap_or_default());
        attachments.into_iter().map(move |attachment| Self {
            source,
            message: at,
            id: id.clone(),
            sent,
            attachment,
        })
    }
}

/// What was found. Every file that a message names is in one of the first four lists.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Matches {
    /// Named, and there.
    pub matches: Vec<Match>,
    /// Named, and not there.
    pub misses: Vec<Miss>,
    /// The export says that these were left out.
    pub left_out: Vec<Named>,
    /// The chat's file itself holds these.
    pub embedded: Vec<Named>,
    /// The numbers of files that are there, are no chat, and are named by nobody.
    pub orphans: Vec<usize>,
}

/// A named file that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Match {
    /// What the message says.
    pub named: Named,
    /// The file's number; several where it cannot be told which of them is meant.
    pub files: Vec<usize>,
    /// How many further ones it could be, at least.
    #[serde(skip_serializing_if = "is_zero")]
    pub more: usize,
    /// What ties the two together.
    pub how: How,
    /// Whether the message states another size than the file has.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub size_differs: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// What ties a file to a message, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The whole path that the message names.
    Path,
    /// The name, in whatever folder.
    Name,
    /// The platform's identifier in the file's name.
    Identifier,
    /// The name but for capitals, accents' composition, invisible marks or an exporter's suffix.
    SimilarName,
    /// Only that size and time agree.
    SizeAndTime,
    /// Only that it is the one file of the stated size.
    Size,
    /// Only that it is the one file of that time.
    Time,
}

/// A named file that is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Miss {
    /// What the message says.
    pub named: Named,
    /// Why nothing was found.
    pub why: String,
}

/// Looks for every named file. Nothing is left out of the result.
pub fn match_attachments(collection: &Collection, named: impl IntoIterator<Item = Named>) -> Matches {
    let index = Index::new(collection);
    let mut result = Matches::default();
    let mut taken = vec![false; collection.files.len()];
    let mut open = Vec::new();
    for named in named {
        if named.attachment.embedded.is_some() {
            result.embedded.push(named);
        } else if named.attachment.left_out.is_some() && named.attachment.name.is_none() {
            result.left_out.push(named);
        } else if let Some((files, how)) = index.by_name(&named) {
            result.matches.push(index.found(named, files, how, &mut taken));
        } else if named.attachment.left_out.is_some() {
            result.left_out.push(named);
        } else {
            open.push(named);
        }
    }
    // Weaker evidence only for what has no better, and only among files that nothing better claims.
    let unclaimed = Unclaimed::new(&index, &taken);
    for named in open {
        if let Some((file, how)) = unclaimed.find(&named) {
            result.matches.push(index.found(named, vec![file], how, &mut taken));
            continue;
        }
        let why = match &named.attachment.name {
            Some(name) => format!("no file of this collection is called {:?}", base_name(path_of(name))),
            None => "the export names no file, and none fits by size or time".to_owned(),
        };
        result.misses.push(Miss { named, why });
    }
    let nobodys = |&number: &usize| {
        let role = collection.roles.get(number);
        !taken.get(number).copied().unwrap_or_default() && !matches!(role, Some(Role::Chat(_) | Role::Folder))
    };
    result.orphans = (0..collection.files.len()).filter(nobodys).collect();
    result
}

/// The files by everything a message may call them.
struct Index<'c> {
    collection: &'c Collection,
    paths: HashMap<String, Vec<usize>>,
    /// By the last two components, so that thousands of the same name stay apart.
    tails: HashMap<String, Vec<usize>>,
    names: HashMap<String, Vec<usize>>,
    identifiers: HashMap<String, Vec<usize>>,
    similar: HashMap<String, Vec<usize>>,
}

impl<'c> Index<'c> {
    fn new(collection: &'c Collection) -> Self {
        let mut index = Self {
            collection,
            paths: HashMap::new(),
            tails: HashMap::new(),
            names: HashMap::new(),
            identifiers: HashMap::new(),
            similar: HashMap::new(),
        };
        for (number, file) in collection.files.iter().enumerate() {
            if file.folder {
                continue;
            }
            let path = normal_path("", &file.name);
            let name = base_name(&path).to_owned();
            if let Some(identifier) = identifier_in(&name) {
                index.identifiers.entry(identifier.to_owned()).or_default().push(number);
            }
            index.similar.entry(similar(&name)).or_default().push(number);
            index.tails.entry(tail(&path).to_owned()).or_default().push(number);
            index.names.entry(name).or_default().push(number);
            index.paths.entry(path).or_default().push(number);
        }
        index
    }

    /// None of the files that a name may mean is nobody's.
    fn found(&self, named: Named, mut files: Vec<usize>, how: How, taken: &mut [bool]) -> Match {
        let size = |file: &usize| self.collection.files.get(*file).map(|file| file.size);
        if let Some(stated) = named.attachment.size
            && files.iter().any(|file| size(file) == Some(stated))
        {
            files.retain(|file| size(file) == Some(stated));
        }
        let size_differs =
            named.attachment.size.is_some_and(|stated| !files.iter().any(|file| size(file) == Some(stated)));
        for &file in &files {
            if let Some(taken) = taken.get_mut(file) {
                *taken = true;
            }
        }
        let more = files.len().saturating_sub(CANDIDATES);
        files.truncate(CANDIDATES);
        Match { named, files, more, how, size_differs }
    }

    fn by_name(&self, named: &Named) -> Option<(Vec<usize>, How)> {
        let written = named.attachment.name.as_deref().filter(|name| !name.is_empty())?;
        let folder = self.collection.files.get(named.source).map_or("", |file| parent(&file.name));
        let spellings = spellings(written);
        if !written.contains("://") {
            for path in &spellings {
                for base in ancestors(folder) {
                    if let Some(files) = self.paths.get(&normal_path(base, path)) {
                        return Some((files.clone(), How::Path));
                    }
                }
            }
        }
        for path in &spellings {
            let path = normal_path("", path);
            let name = base_name(&path);
            if let Some(files) = self.tails.get(tail(&path)).filter(|_| path.contains('/')) {
                return Some((self.nearest(files, folder), How::Path));
            }
            if let Some(files) = self.names.get(name) {
                return Some((self.nearest(files, folder), How::Name));
            }
            // X keeps media as MESSAGE-NAME.
            let with_id = named.id.as_ref().and_then(|id| self.names.get(&format!("{id}-{name}")));
            if let Some(files) = with_id.or_else(|| self.identifiers.get(identifier_of(name))) {
                return Some((self.nearest(files, folder), How::Identifier));
            }
        }
        spellings.iter().find_map(|path| {
            let files = self.similar.get(&similar(base_name(path)))?;
            Some((self.nearest(files, folder), How::SimilarName))
        })
    }

    /// Of several, those that lie nearest to the chat.
    fn nearest(&self, files: &[usize], folder: &str) -> Vec<usize> {
        let files = files.get(..SAME_NAMES).unwrap_or(files);
        let shared = |file: &usize| {
            let path = self.collection.files.get(*file).map_or("", |file| parent(&file.name));
            path.split('/').zip(folder.split('/')).take_while(|(one, other)| one == other).count()
        };
        let most = files.iter().map(shared).max();
        files.iter().copied().filter(|file| Some(shared(file)) == most).collect()
    }
}

/// Files that nothing claims by name.
struct Unclaimed<'i> {
    index: &'i Index<'i>,
    sizes: HashMap<u64, Vec<usize>>,
    times: BTreeMap<(bool, i64), Vec<usize>>,
}

impl<'i> Unclaimed<'i> {
    fn new(index: &'i Index<'i>, taken: &[bool]) -> Self {
        let mut sizes: HashMap<u64, Vec<usize>> = HashMap::new();
        let mut times: BTreeMap<(bool, i64), Vec<usize>> = BTreeMap::new();
        let files = index.collection.files.iter().zip(&index.collection.roles).zip(taken).enumerate();
        for (number, ((file, role), taken)) in files {
            if *taken || !matches!(role, Role::Media(_) | Role::Other) {
                continue;
            }
            if file.size > 0 {
                sizes.entry(file.size).or_default().push(number);
            }
            if let Some((at, local)) = moment(file.modified) {
                times.entry((local, at)).or_default().push(number);
            }
        }
        Self { index, sizes, times }
    }

    fn find(&self, named: &Named) -> Option<(usize, How)> {
        let agrees = |&file: &usize| {
            let modified = self.index.collection.files.get(file).and_then(|file| moment(file.modified));
            match (modified, named.sent) {
                (Some((one, local)), Some((other, same))) => {
                    local == same && one.abs_diff(other) <= TIME_SLACK.unsigned_abs()
                }
                _ => false,
            }
        };
        if let Some(size) = named.attachment.size {
            let files = self.sizes.get(&size)?;
            let timely = only(files.iter().copied().take(CANDIDATES).filter(agrees));
            return timely
                .map(|file| (file, How::SizeAndTime))
                .or_else(|| Some((only(files.iter().copied())?, How::Size)));
        }
        let (at, local) = named.sent?;
        let near = (local, at.saturating_sub(TIME_SLACK))..=(local, at.saturating_add(TIME_SLACK));
        only(self.times.range(near).flat_map(|(_, files)| files.iter().copied()))
            .map(|file| (file, How::Time))
    }
}

/// The one there is, if there is but one.
fn only(mut files: impl Iterator<Item = usize>) -> Option<usize> {
    let first = files.next()?;
    files.next().is_none().then_some(first)
}

fn moment(reading: Reading) -> Option<(i64, bool)> {
    match Moment::of(reading)? {
        Moment::Instant(at) => Some((at.as_millisecond(), false)),
        local @ Moment::Local(_) => Some((local.millis(), true)),
    }
}

/// The ways in which a name that a message gives may stand on a disk, the likeliest first.
fn spellings(written: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut add = |spelling: String| {
        if !spelling.is_empty() && !found.contains(&spelling) {
            found.push(spelling);
        }
    };
    let plain = written.contains("://");
    if !plain {
        add(written.replace('\\', "/"));
    }
    // Google Chat: what the export calls `?account_id=` is written to disk with an underscore.
    add(path_of(&written.replace("?account_id=", "_account_id=")).to_owned());
    add(path_of(written).to_owned());
    for spelling in found.clone() {
        if let Some(decoded) = percent_decoded(&spelling)
            && !found.contains(&decoded)
        {
            found.push(decoded);
        }
    }
    found
}

/// The path in a web address, without what is asked of it; any other name as it is.
fn path_of(written: &str) -> &str {
    let Some((_, rest)) = written.split_once("://") else { return written };
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    path.split(['?', '#']).next().unwrap_or_default()
}

fn percent_decoded(name: &str) -> Option<String> {
    if !name.contains('%') {
        return None;
    }
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits =
            after.get(..2).filter(|_| first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        let value = digits
            .filter(|digits| !digits.starts_with('+'))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(value.unwrap_or(first));
        rest = if value.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8(bytes).ok()
}

/// `path` seen from `base`, without `.`, `..` and double slashes. `..` at the root stays there.
fn normal_path(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split(['/', '\\'])) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// The last two components.
fn tail(path: &str) -> &str {
    let folder = parent(path);
    let before = folder.rsplit_once('/').map_or(0, |(before, _)| before.len() + 1);
    path.get(before..).unwrap_or(path)
}

/// A folder and those above it, up to the root. More than a path can sensibly have are not looked at.
fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| parent(folder))).take(64)
}

/// Snapchat calls media `DATE_b~ID.jpg` where the chat says `b~ID`.
fn identifier_in(name: &str) -> Option<&str> {
    let (date, rest) = name.split_at_checked(10)?;
    let dated = date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    rest.strip_prefix('_').filter(|_| dated).map(identifier_of).filter(|rest| rest.contains('~'))
}

/// A name without its ending.
fn identifier_of(name: &str) -> &str {
    name.split_once('.').map_or(name, |(name, _)| name)
}

/// What two names share that differ in capitals, in how accents are composed, in invisible marks, or in the five
/// digits that `DiscordChatExporter` adds.
fn similar(name: &str) -> String {
    let visible: String = name
        .chars()
        .filter(|character| {
            !matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        })
        .collect();
    let (stem, ending) = visible.rsplit_once('.').unwrap_or((&visible, ""));
    let stem = match stem.rsplit_once('-') {
        Some((before, hash))
            if hash.len() == 5 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F')) =>
        {
            before
        }
        _ => stem,
    };
    folded(&format!("{stem}.{ending}"))
}
