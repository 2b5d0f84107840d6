//! Lists as they are handed over: plain lines, tables, Project VIC's JSON. Read as a stream; what cannot be read is
//! told with its place and does not stop the rest.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Algorithm, Digest};
use crate::hex;

/// How many refusals are told one by one; all are counted.
pub const TOLD: usize = 100;
/// The longest line of a list, in bytes. What is longer is no list.
pub const LINE_MAX: usize = 1 << 16;
/// The most columns of a table that are looked at.
const COLUMNS_MAX: usize = 256;

/// What a list looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListFormat {
    /// One hash a line, followed by whatever the line has behind a space, comma or semicolon (as of `sha256sum`).
    Lines,
    /// A table whose first row names columns `md5`, `sha1`, `sha256`, `pdq`, and perhaps `category`.
    Table,
    /// Project VIC's JSON (VICS 2.0): `value`, an array of objects with `MD5`, `SHA1` and `Category`.
    ProjectVic,
}

/// What was read, and what could not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// What the list was read as.
    pub format: ListFormat,
    /// How many hashes were taken, those that occur twice counted twice.
    pub taken: u64,
    /// How many entries could not be read, in whole or in part.
    pub refused: u64,
    /// The first of them, at most [`TOLD`].
    pub refusals: Vec<Refusal>,
}

/// An entry that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The line, counted from one; in JSON the entry.
    pub place: u64,
    /// Why.
    pub why: String,
}

/// Why a list could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It could not be read.
    #[error("the list cannot be read: {0}")]
    Read(#[from] io::Error),
    /// A line is longer than [`LINE_MAX`].
    #[error("line {0} has more than 65536 bytes: this is no list of hashes")]
    LongLine(u64),
    /// It is JSON, and not as expected.
    #[error("the list is not Project VIC's JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// There is nothing in it.
    #[error("the list is empty")]
    Empty,
}

/// One entry of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'e> {
    /// The line, counted from one; in JSON the entry.
    pub place: u64,
    /// The hash.
    pub digest: Digest,
    /// The list's category, if it states one.
    pub category: Option<&'e str>,
}

/// Reads a list and gives each of its hashes to `each`. What 64 digits alone are is for the caller to say
/// (`bare`: SHA-256 or PDQ); a table's heading says it itself.
///
/// # Errors
/// [`ImportError`] where the list cannot be read to its end. What was given to `each` before is then incomplete.
pub(super) fn import(
    list: impl Read,
    bare: Algorithm,
    mut each: impl FnMut(Entry<'_>),
) -> Result<Imported, ImportError> {
    let mut list = BufReader::with_capacity(1 << 16, list);
    let head = list.fill_buf()?;
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let marked = head.len() - text.len();
    let Some(first) = text.iter().find(|byte| !byte.is_ascii_whitespace()) else {
        return Err(ImportError::Empty);
    };
    let json = matches!(first, b'{' | b'[');
    list.consume(marked);
    if json { project_vic(list, &mut each) } else { lines(list, bare, &mut each) }
}

#[derive(Default)]
struct Books {
    taken: u64,
    refused: u64,
    refusals: Vec<Refusal>,
}

impl Books {
    fn refuse(&mut self, place: u64, why: impl Into<String>) {
        self.refused += 1;
        if self.refusals.len() < TOLD {
            self.refusals.push(Refusal { place, why: why.into() });
        }
    }

    fn close(self, format: ListFormat) -> Imported {
        let Self { taken, refused, refusals } = self;
        Imported { format, taken, refused, refusals }
    }
}

fn lines(
    mut list: impl BufRead,
    bare: Algorithm,
    each: &mut dyn FnMut(Entry<'_>),
) -> Result<Imported, ImportError> {
    let mut books = Books::default();
    let mut line = Vec::new();
    let mut columns: Option<Columns> = None;
    for place in 1_u64.. {
        line.clear();
        let read = list.by_ref().take(LINE_MAX as u64 + 1).read_until(b'\n', &mut line)?;
        if read == 0 {
            break;
        }
        if read > LINE_MAX {
            return Err(ImportError::LongLine(place));
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\r', '\n']);
        let bare_line = text.trim();
        if bare_line.is_empty() || bare_line.starts_with('#') || bare_line.starts_with("//") {
            continue;
        }
        if place == 1
            && let Some(found) = Columns::of(text)
        {
            columns = Some(found);
            continue;
        }
        match &columns {
            Some(columns) => columns.row(place, text, &mut books, each),
            None => plain(place, bare_line, bare, &mut books, each),
        }
    }
    Ok(books.close(if columns.is_some() { ListFormat::Table } else { ListFormat::Lines }))
}

fn plain(place: u64, line: &str, bare: Algorithm, books: &mut Books, each: &mut dyn FnMut(Entry<'_>)) {
    let first = line.split([' ', '\t', ',', ';']).next().unwrap_or_default();
    let digits = first.trim_matches('"').trim_start_matches('\\');
    match Digest::of_length(digits, bare) {
        Some(digest) => {
            books.taken += 1;
            each(Entry { place, digest, category: None });
        }
        None => books.refuse(
            place,
            format!("{:?} is no hash: 32, 40 or 64 hexadecimal digits are expected", clip(digits)),
        ),
    }
}

/// Which columns of a table hold what.
struct Columns {
    separator: char,
    hashes: Vec<(usize, Algorithm)>,
    category: Option<usize>,
}

impl Columns {
    fn of(heading: &str) -> Option<Self> {
        let separator = [',', ';', '\t'].into_iter().max_by_key(|&one| heading.matches(one).count())?;
        let (mut hashes, mut category) = (Vec::new(), None);
        for (number, cell) in cells(heading, separator).enumerate() {
            let name: String =
                cell.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
            match name.as_str() {
                "md5" | "md5hash" | "hashmd5" => hashes.push((number, Algorithm::Md5)),
                "sha1" | "sha1hash" | "hashsha1" => hashes.push((number, Algorithm::Sha1)),
                "sha256" | "sha256hash" | "hashsha256" => hashes.push((number, Algorithm::Sha256)),
                "pdq" | "pdqhash" | "hashpdq" => hashes.push((number, Algorithm::Pdq)),
                "category" => category = Some(number),
                _ => {}
            }
        }
        (!hashes.is_empty()).then_some(Self { separator, hashes, category })
    }

    fn row(&self, place: u64, row: &str, books: &mut Books, each: &mut dyn FnMut(Entry<'_>)) {
        let cells: Vec<String> = cells(row, self.separator).collect();
        let category = self.category.and_then(|number| cells.get(number)).map(|cell| cell.trim());
        let category = category.filter(|category| !category.is_empty());
        let mut some = false;
        for &(number, algorithm) in &self.hashes {
            let written = cells.get(number).map(|cell| cell.trim()).unwrap_or_default();
            if written.is_empty() {
                continue;
            }
            some = true;
            match Digest::parse(algorithm, written) {
                Some(digest) => {
                    books.taken += 1;
                    each(Entry { place, digest, category });
                }
                None => books.refuse(place, not_of(algorithm, written)),
            }
        }
        if !some {
            books.refuse(place, "no hash in this row");
        }
    }
}

fn not_of(algorithm: Algorithm, written: &str) -> String {
    format!("{:?} is no {algorithm}: {} hexadecimal digits are expected", clip(written), algorithm.digits())
}

fn clip(text: &str) -> &str {
    text.char_indices().nth(80).map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}

/// The cells of a row, quoted ones as RFC 4180 has them. A quoted cell does not go on in the next line.
fn cells(row: &str, separator: char) -> impl Iterator<Item = String> {
    let mut rest = Some(row);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut cell = String::new();
        let mut quoted = false;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' if quoted && chars.peek().is_some_and(|next| next.1 == '"') => {
                    chars.next();
                    cell.push('"');
                }
                '"' => quoted = !quoted,
                c if c == separator && !quoted => {
                    rest = text.get(at + c.len_utf8()..);
                    return Some(cell);
                }
                c => cell.push(c),
            }
        }
        rest = None;
        Some(cell)
    })
    .take(COLUMNS_MAX)
}

fn project_vic(list: impl Read, each: &mut dyn FnMut(Entry<'_>)) -> Result<Imported, ImportError> {
    let mut books = Books::default();
    let mut reader = serde_json::Deserializer::from_reader(list);
    Whole(Entries { books: &mut books, each }).deserialize(&mut reader)?;
    reader.end()?;
    Ok(books.close(ListFormat::ProjectVic))
}

/// The document: an object whose `value` is the array, or the array itself.
struct Whole<'v>(Entries<'v>);

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with an array `value`, or an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        self.0.visit_seq(seq)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut entries = Some(self.0);
        while let Some(key) = map.next_key::<String>()? {
            if key.eq_ignore_ascii_case("value")
                && let Some(entries) = entries.take()
            {
                map.next_value_seed(entries)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        match entries {
            None => Ok(()),
            Some(_) => Err(serde::de::Error::custom("there is no array `value`")),
        }
    }
}

struct Entries<'v> {
    books: &'v mut Books,
    each: &'v mut dyn FnMut(Entry<'_>),
}

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut place = 0;
        while let Some(entry) = seq.next_element::<VicEntry>()? {
            place += 1;
            let category = entry.category.as_deref();
            let mut some = false;
            for (algorithm, written) in entry.hashes {
                if written.trim().is_empty() {
                    continue;
                }
                some = true;
                match Digest::parse(algorithm, written.trim()) {
                    Some(digest) => {
                        self.books.taken += 1;
                        (self.each)(Entry { place, digest, category });
                    }
                    None => self.books.refuse(place, not_of(algorithm, &written)),
                }
            }
            if !some {
                self.books.refuse(place, "no hash in this entry");
            }
        }
        Ok(())
    }
}

/// What is read of an entry; everything else is stepped over.
#[derive(Default)]
struct VicEntry {
    hashes: Vec<(Algorithm, String)>,
    category: Option<String>,
}

impl<'de> serde::Deserialize<'de> for VicEntry {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = VicEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an entry: an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<VicEntry, A::Error> {
                let mut entry = VicEntry::default();
                while let Some(key) = map.next_key::<String>()? {
                    let algorithm = match key.to_ascii_lowercase().as_str() {
                        "md5" => Some(Algorithm::Md5),
                        "sha1" => Some(Algorithm::Sha1),
                        "sha256" => Some(Algorithm::Sha256),
                        "pdq" => Some(Algorithm::Pdq),
                        "category" => {
                            entry.category = match map.next_value::<serde_json::Value>()? {
                                serde_json::Value::Number(number) => Some(number.to_string()),
                                serde_json::Value::String(text) => Some(text),
                                _ => None,
                            };
                            continue;
                        }
                        _ => None,
                    };
                    match algorithm {
                        Some(algorithm) if entry.hashes.len() < COLUMNS_MAX => {
                            let written = map.next_value::<Option<String>>()?.unwrap_or_default();
                            entry.hashes.push((algorithm, written));
                        }
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(entry)
            }
        }
        from.deserialize_map(Fields)
    }
}

impl Digest {
    /// A hash of this sort, as hexadecimal digits.
    pub fn parse(algorithm: Algorithm, written: &str) -> Option<Self> {
        Some(match algorithm {
            Algorithm::Md5 => Self::Md5(hex::decode(written)?),
            Algorithm::Sha1 => Self::Sha1(hex::decode(written)?),
            Algorithm::Sha256 => Self::Sha256(hex::decode(written)?),
            Algorithm::Pdq => Self::Pdq(crate::pdq::Hash(hex::decode(written)?)),
        })
    }

    /// A hash whose sort its length says: 32 digits MD5, 40 SHA-1, 64 what `bare` says.
    fn of_length(digits: &str, bare: Algorithm) -> Option<Self> {
        match digits.len() {
            32 => Self::parse(Algorithm::Md5, digits),
            40 => Self::parse(Algorithm::Sha1, digits),
            64 => Self::parse(if bare == Algorithm::Pdq { bare } else { Algorithm::Sha256 }, digits),
            _ => None,
        }
    }
}
