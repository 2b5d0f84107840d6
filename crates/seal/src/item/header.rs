//! What of an item is in the clear.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Digest, Error, Identity, ItemId, ReportId, Signature, VerifyingKey};

const SIGNATURE_DOMAIN: &str = "safehand/1 item header";

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// The answers to the questionnaire.
    Answers,
    /// The few words by which a desk's queue lists a report.
    Summary,
    /// A message between reporter and desk.
    Message,
    /// A file.
    File,
    /// A note among staff, sealed to the desk: the reporter cannot open it.
    Note,
    /// A change by the reporter to what was said before.
    Amendment,
    /// A passage of a file that a member has marked, sealed to the desk: the reporter cannot open it.
    Mark,
    /// An entry of a report's exhibit list, sealed to the desk: the reporter cannot open it.
    Exhibit,
    /// A file that shows or sounds: an image, a video, audio. Whether it is one is decided from its content, by
    /// whoever seals it. It is in quarantine at its desk from the moment it arrives.
    Media,
    /// Why a member asks to see media, sealed to the desk: the reporter cannot open it.
    Release,
}

impl ItemKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Answers,
        Self::Summary,
        Self::Message,
        Self::File,
        Self::Note,
        Self::Amendment,
        Self::Mark,
        Self::Exhibit,
        Self::Media,
        Self::Release,
    ];

    /// The kind's name in every format.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Summary => "summary",
            Self::Message => "message",
            Self::File => "file",
            Self::Note => "note",
            Self::Amendment => "amendment",
            Self::Mark => "mark",
            Self::Exhibit => "exhibit",
            Self::Media => "media",
            Self::Release => "release",
        }
    }

    /// Whether items of this kind are sealed to the desk's identity and not to the report's, because
    /// the reporter, who holds the report's seed, is not to read them.
    pub const fn sealed_to_desk(self) -> bool {
        matches!(self, Self::Note | Self::Mark | Self::Exhibit | Self::Release)
    }

    /// Whether items of this kind are files as they were handed over, in quarantine or not: their bytes are
    /// preceded by a name and a media type, and may be too many to travel inside a request.
    pub const fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Media)
    }
}

impl fmt::Display for ItemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ItemKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(Error::Text { what: "an item kind", why: "no kind has that name" })
    }
}

/// Where an item belongs. Sealed inside the item and repeated in its clear header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The report it is part of.
    pub report: ReportId,
    /// Its own id.
    pub item: ItemId,
    /// What it is.
    pub kind: ItemKind,
}

/// All that is in the clear about an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemHeader {
    /// The report it is part of.
    pub report: ReportId,
    /// Its own id.
    pub item: ItemId,
    /// What it is.
    pub kind: ItemKind,
    /// Who signed it, if anyone did.
    pub author: Option<VerifyingKey>,
    /// Length of the sealed bytes.
    pub size: u64,
    /// SHA-256 of the sealed bytes.
    pub sha256: Digest,
}

impl ItemHeader {
    /// Where the item belongs.
    pub const fn place(&self) -> Place {
        Place { report: self.report, item: self.item, kind: self.kind }
    }

    /// Signs the header as `author`, who becomes the one it names.
    pub(super) fn sign(mut self, author: &Identity) -> SignedHeader {
        let key = author.verifying_key();
        self.author = Some(key);
        let signature = self.with_parts(&key, |parts| author.sign(SIGNATURE_DOMAIN, parts));
        SignedHeader { header: self, signature: Some(signature) }
    }

    fn with_parts<T>(&self, author: &VerifyingKey, use_parts: impl FnOnce(&[&[u8]]) -> T) -> T {
        use_parts(&[
            self.report.as_bytes(),
            self.item.as_bytes(),
            self.kind.as_str().as_bytes(),
            author.as_bytes(),
            &self.size.to_le_bytes(),
            self.sha256.as_bytes(),
        ])
    }
}

/// An item's header and its author's signature over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedHeader {
    /// What is signed.
    #[serde(flatten)]
    pub header: ItemHeader,
    /// The author's signature, when there is an author.
    pub signature: Option<Signature>,
}

impl SignedHeader {
    /// Checks that the author the header names signed it. A header that names no author and carries
    /// no signature passes: whether an item may be unsigned, and whose signature it needs, is for
    /// the caller to say.
    ///
    /// # Errors
    /// [`Error::SignatureMissing`], [`Error::SignatureWithoutAuthor`], [`Error::SignatureKey`] or
    /// [`Error::ItemSignature`].
    pub fn verify(&self) -> Result<(), Error> {
        match (&self.header.author, &self.signature) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err(Error::SignatureWithoutAuthor),
            (Some(_), None) => Err(Error::SignatureMissing),
            (Some(author), Some(signature)) => self.header.with_parts(author, |parts| {
                author.verify(SIGNATURE_DOMAIN, parts, signature, Error::ItemSignature)
            }),
        }
    }
}
