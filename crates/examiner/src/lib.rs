//! A file between its opening and an officer's eyes.
//!
//! [`Examiner`] holds the desk's hash lists and one opened file. It says what the file is by its content, what it says of
//! itself, and whether a list knows it; and it gives the file out for showing only when it has been examined, no list
//! knows it, its picture has been compared too, and a browser's decoder may be given it. In the console it lives in a
//! worker of its own; page and worker speak JSON ([`Ask`], [`Answer`]). Nothing here does I/O, reads a clock or decodes.

mod list;
mod said;

use jiff::Timestamp;
use md5::Md5;
use media::hashlist::{Digest, HashList, ImportError, StoredError};
use media::hex::encode as hex;
use media::metadata::{Context, Report, examine_whole};
use media::pdq::{self, Picture, QUALITY_MIN, Samples, THRESHOLD};
use media::sniff::{self, Decoder, Family};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

pub use self::list::{List, import};
pub use self::said::{Answer, Ask, Compared, Examined, Field, Hit, ImportFacts, ListFacts, Showing};

/// A picture of more pixels is not given to a decoder: it would take more memory than a page has.
pub const PIXELS_MAX: u64 = 100_000_000;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes of a list are none.
    #[error("The hash list cannot be used: {0}.")]
    List(#[from] StoredError),
    /// A list on disk cannot be read.
    #[error("The list could not be read: {0}.")]
    Import(#[from] ImportError),
    /// A list without one hash.
    #[error(
        "Nothing in this file is a hash that is known here: MD5, SHA-1, SHA-256 or PDQ in hexadecimal digits."
    )]
    NoHash,
    /// There is no file, or it was not examined.
    #[error("No file has been examined.")]
    NotExamined,
    /// A list knows it.
    #[error("A hash list knows this file. It is not shown.")]
    Known,
    /// Its picture was not compared yet.
    #[error("The picture has not been compared with the lists yet.")]
    NotCompared,
    /// Nothing may decode it.
    #[error("It is not shown: {0}.")]
    NotShown(String),
    /// The pixels are not those of a picture.
    #[error("The picture could not be compared: {0}.")]
    Pixels(#[from] pdq::PdqError),
    /// It is no question.
    #[error("That is no question that is known here: {0}.")]
    Question(#[from] serde_json::Error),
}

/// The desk's lists, and a file.
#[derive(Debug, Default)]
pub struct Examiner {
    lists: Vec<(String, HashList)>,
    coming: Vec<u8>,
    file: Option<File>,
}

#[derive(Debug)]
struct File {
    bytes: Vec<u8>,
    showing: Showing,
    known: bool,
    compared: bool,
}

impl Examiner {
    /// Answers a question; both are JSON.
    pub fn ask_json(&mut self, question: &str) -> String {
        let answer = serde_json::from_str(question).map_err(Error::from).and_then(|ask| self.ask(ask));
        let answer = answer.unwrap_or_else(|error| Answer::Refused { why: error.to_string() });
        // Answers are plain data, and writing those does not fail.
        serde_json::to_string(&answer).unwrap_or_default()
    }

    /// The next bytes of what the next question is about.
    pub fn push(&mut self, piece: &[u8]) {
        self.coming.extend_from_slice(piece);
    }

    /// Answers a question.
    ///
    /// # Errors
    /// [`Error`], by what was asked.
    pub fn ask(&mut self, ask: Ask) -> Result<Answer, Error> {
        let bytes = std::mem::take(&mut self.coming);
        match ask {
            Ask::List { list } => {
                let read = HashList::from_bytes(&bytes)?;
                let facts = list::facts(&read);
                self.lists.retain(|(known, _)| *known != list);
                self.lists.push((list, read));
                Ok(Answer::Listed(facts))
            }
            Ask::File { name, now } => {
                self.file = None;
                let context = Context { name, modified: None, now: Timestamp::from_second(now).ok() };
                Ok(Answer::Examined(Box::new(self.examine(bytes, context))))
            }
            Ask::Picture { width, height } => self.compare(&bytes, width, height).map(Answer::Compared),
            Ask::Forget => {
                self.file = None;
                Ok(Answer::Done)
            }
        }
    }

    /// The media type under which a decoder may be given the file's picture, where there is one to be compared.
    pub fn picture_to_compare(&self) -> Option<&str> {
        let file = self.file.as_ref().filter(|file| !file.known)?;
        match &file.showing {
            Showing::Picture { media_type } => Some(media_type),
            _ => None,
        }
    }

    /// The file's bytes, for a decoder whose pixels go nowhere but into [`Ask::Picture`]. Empty where
    /// [`Examiner::picture_to_compare`] gives nothing.
    pub fn bytes(&self) -> &[u8] {
        let file = self.file.as_ref().filter(|_| self.picture_to_compare().is_some());
        file.map_or(&[], |file| &file.bytes)
    }

    /// The file, to be shown; it is not held any longer then.
    ///
    /// # Errors
    /// [`Error::NotExamined`], [`Error::Known`], [`Error::NotShown`], [`Error::NotCompared`].
    pub fn take(&mut self) -> Result<Vec<u8>, Error> {
        let file = self.file.as_ref().ok_or(Error::NotExamined)?;
        match &file.showing {
            _ if file.known => Err(Error::Known),
            Showing::Not { why } => Err(Error::NotShown(why.clone())),
            Showing::Picture { .. } if !file.compared => Err(Error::NotCompared),
            Showing::Picture { .. } | Showing::Film { .. } | Showing::Sound { .. } => {
                self.file.take().map(|file| file.bytes).ok_or(Error::NotExamined)
            }
        }
    }

    fn examine(&mut self, bytes: Vec<u8>, context: Context) -> Examined {
        let report = examine_whole(&bytes, context);
        let (md5, sha1, sha256) = (Md5::digest(&bytes), Sha1::digest(&bytes), Sha256::digest(&bytes));
        let digests = [Digest::Sha256(sha256.into()), Digest::Sha1(sha1.into()), Digest::Md5(md5.into())];
        let hit = digests.iter().zip(["sha256", "sha1", "md5"]).find_map(|(digest, hash)| {
            let (list, _) = self.lists.iter().find(|(_, held)| held.may_hold(digest))?;
            Some(Hit { list: list.clone(), hash: hash.to_owned(), distance: None })
        });
        let showing = showing(&report);
        self.file = Some(File { bytes, showing: showing.clone(), known: hit.is_some(), compared: false });
        let Report { sniffed, size, fields, findings, notes, .. } = report;
        Examined {
            is: sniff::name(sniffed.kind),
            why: sniffed.why.to_owned(),
            also: sniffed
                .also
                .iter()
                .map(|also| format!("{}, from byte {} on ({})", sniff::name(also.kind), also.at, also.why))
                .collect(),
            showing,
            size,
            md5: hex(&md5),
            sha1: hex(&sha1),
            sha256: hex(&sha256),
            fields: fields
                .into_iter()
                .map(|field| Field {
                    group: word(&field.group),
                    name: field.name.into_owned(),
                    value: field.value,
                    meaning: field.meaning,
                })
                .collect(),
            findings: findings.into_iter().map(|finding| finding.words).collect(),
            notes,
            hit,
        }
    }

    fn compare(&mut self, pixels: &[u8], width: u32, height: u32) -> Result<Compared, Error> {
        let file = self.file.as_mut().ok_or(Error::NotExamined)?;
        let (width, height) = (width as usize, height as usize);
        let picture = match Picture::new(width, height, Samples::Rgba(pixels)) {
            Ok(picture) => picture,
            // No list holds the hash of a picture that is too small for one.
            Err(pdq::PdqError::TooSmall { .. }) => {
                file.compared = true;
                return Ok(Compared { pdq: None, quality: 0, hit: None });
            }
            Err(error) => return Err(error.into()),
        };
        let hashes = pdq::dihedral(&picture);
        let nearest = |list: &HashList| {
            hashes.all().iter().filter_map(|hash| list.near(hash, THRESHOLD).first().copied()).min()
        };
        let found = (hashes.quality >= QUALITY_MIN)
            .then(|| self.lists.iter().filter_map(|(id, list)| Some((nearest(list)?, id))).min())
            .flatten();
        let hit = found.map(|(near, list)| Hit {
            list: list.clone(),
            hash: "pdq".to_owned(),
            distance: Some(near.distance),
        });
        file.compared = true;
        file.known |= hit.is_some();
        Ok(Compared { pdq: Some(hashes.original.to_string()), quality: hashes.quality, hit })
    }
}

fn showing(report: &Report) -> Showing {
    let media_type = match &report.sniffed.decoder {
        Decoder::Refused(why) => return Showing::Not { why: why.clone() },
        Decoder::Allowed(media_type) => (*media_type).to_owned(),
    };
    match report.sniffed.kind.family() {
        Family::Image => match report.picture {
            None => Showing::Not { why: "it does not say how large its picture is".to_owned() },
            Some((width, height)) if u64::from(width) * u64::from(height) > PIXELS_MAX => Showing::Not {
                why: format!(
                    "its picture is said to have {width} × {height} pixels, which no page has the memory for"
                ),
            },
            Some(_) => Showing::Picture { media_type },
        },
        Family::Video => Showing::Film { media_type },
        Family::Audio => Showing::Sound { media_type },
        _ => Showing::Not { why: "no decoder of the browser is for it".to_owned() },
    }
}

/// The word under which a plain value is written.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
