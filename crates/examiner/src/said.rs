//! What the page and the examiner say to each other.

use serde::{Deserialize, Serialize};

/// A question. The bytes that it is about are pushed before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// The bytes are a hash list as it is stored. Answered by [`Answer::Listed`].
    List {
        /// What the list is called in hits: its id.
        list: String,
    },
    /// The bytes are a whole file. Answered by [`Answer::Examined`].
    File {
        /// Its name, as whoever handed it over gave it.
        name: Option<String>,
        /// The present, in seconds since the epoch.
        now: i64,
    },
    /// The bytes are the file's picture as a decoder made it, in RGBA. Answered by [`Answer::Compared`].
    Picture {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// Forgets the file, and bytes that no question came for.
    Forget,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// A list is held now.
    Listed(ListFacts),
    /// What a file is.
    Examined(Box<Examined>),
    /// How its picture compares.
    Compared(Compared),
    /// Done.
    Done,
    /// It cannot be done.
    Refused {
        /// Why, in words for the page.
        why: String,
    },
}

/// How many hashes a list has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListFacts {
    /// MD5.
    pub md5: u64,
    /// SHA-1.
    pub sha1: u64,
    /// SHA-256.
    pub sha256: u64,
    /// PDQ.
    pub pdq: u64,
}

impl ListFacts {
    /// All of them.
    pub const fn all(&self) -> u64 {
        self.md5 + self.sha1 + self.sha256 + self.pdq
    }
}

/// What a file is and says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examined {
    /// What it is, from its content, in words.
    pub is: String,
    /// What shows that.
    pub why: String,
    /// What else it is at the same time.
    pub also: Vec<String>,
    /// How it may be shown.
    pub showing: Showing,
    /// In bytes.
    pub size: u64,
    /// In hexadecimal digits.
    pub md5: String,
    /// In hexadecimal digits.
    pub sha1: String,
    /// In hexadecimal digits.
    pub sha256: String,
    /// Everything that it says of itself.
    pub fields: Vec<Field>,
    /// What contradicts what, and what must be known.
    pub findings: Vec<String>,
    /// What could not be read.
    pub notes: Vec<String>,
    /// The list that knows it.
    pub hit: Option<Hit>,
}

/// How a file may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum Showing {
    /// By the browser's own decoder of pictures.
    Picture {
        /// Under this media type and no other.
        media_type: String,
    },
    /// By its decoder of films.
    Film {
        /// Under this media type and no other.
        media_type: String,
    },
    /// By its decoder of sounds.
    Sound {
        /// Under this media type and no other.
        media_type: String,
    },
    /// Not at all.
    Not {
        /// Why.
        why: String,
    },
}

/// One thing that a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The standard, or the part of the file.
    pub group: String,
    /// Its name in the format.
    pub name: String,
    /// Its value as written.
    pub value: String,
    /// What that means.
    pub meaning: Option<String>,
}

/// A list knows a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Which list.
    pub list: String,
    /// By which hash: `sha256`, `sha1`, `md5` or `pdq`.
    pub hash: String,
    /// How many bits of a PDQ hash differ.
    pub distance: Option<u32>,
}

/// How a picture compares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The picture's PDQ hash, in hexadecimal digits; nothing where it is too small for one.
    pub pdq: Option<String>,
    /// From 0 (flat) to 100. Of a picture that is too flat the hash says nothing, and is not compared.
    pub quality: u8,
    /// The list that knows it.
    pub hit: Option<Hit>,
}

/// What was read of a list that is imported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFacts {
    /// How many different hashes of each sort are in it.
    pub hashes: ListFacts,
    /// What the list was read as, in words.
    pub format: String,
    /// How many entries could not be read.
    pub refused: u64,
    /// The first of them: where, and why.
    pub refusals: Vec<(u64, String)>,
    /// SHA-256 of the list as it came, in hexadecimal digits.
    pub sha256: String,
}
