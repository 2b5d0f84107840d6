//! A report while it is being made: its keys, its words, and what is handed over in the end.

use intake::{Documents, Draft, Questionnaire, SealedOn};
use protocol::content::FileEntry;
use protocol::public::DeskPublic;
use protocol::submission::{ItemBody, ItemUpload, ReporterKey, Submission, max_inline};
use seal::rand_core::CryptoRng;
use seal::receipt::{Phrase, ReporterKeys, WORDS};
use seal::{Identity, ItemId, ItemKind, LookupHash, Place, ReportId, Seed, SignedHeader, seal_item};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::Error;

/// What one report needs before anything is sealed, all of it drawn at random. In the sealed route
/// the server learns none of it.
pub struct Secrets {
    /// The report's id.
    pub report: ReportId,
    /// The seed of the report's identity.
    pub seed: Seed,
    /// The seven words.
    pub phrase: Phrase,
}

impl Secrets {
    /// Draws a new report's secrets.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self { report: ReportId::generate(rng), seed: Seed::generate(rng), phrase: Phrase::generate(rng) }
    }

    /// Joins them with the keys that the phrase yields ([`Phrase::derive`]).
    pub fn keys(&self, reporter: ReporterKeys) -> ReportKeys {
        let ReporterKeys { lookup, identity: author } = reporter;
        let identity = Identity::from_seed(Seed::from_bytes(*self.seed.expose()));
        ReportKeys { report: self.report, identity, lookup: lookup.hash(), author }
    }
}

/// Which two words of a receipt to ask back, counted from 1: the same two each time it is shown.
pub fn asked(report: ReportId) -> (usize, usize) {
    let [first, second, ..] = *report.as_bytes();
    let first = usize::from(first) % WORDS;
    let second = (first + 1 + usize::from(second) % (WORDS - 1)) % WORDS;
    (first.min(second) + 1, first.max(second) + 1)
}

/// The keys of one report.
pub struct ReportKeys {
    /// The report's id.
    pub report: ReportId,
    /// The report's identity, to which all its content is sealed.
    pub identity: Identity,
    /// By which the server finds the report.
    pub lookup: LookupHash,
    /// The reporter's identity, from the seven words: it signs, and it opens the report again.
    pub author: Identity,
}

/// A file that has been sealed and uploaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SealedFile {
    /// Its clear header, signed by the reporter.
    pub signed: SignedHeader,
    /// The upload that holds its sealed bytes.
    pub upload: String,
    /// What the answers tell of it.
    pub entry: FileEntry,
}

/// Where a report goes and how it got there.
#[derive(Clone, Copy, Debug)]
pub struct Sending<'a> {
    /// The desk.
    pub desk: &'a DeskPublic,
    /// Where the answers are sealed.
    pub sealed_on: SealedOn,
    /// Seconds since 1970: some reasons for urgency look at how near a day is.
    pub now: i64,
}

impl ReportKeys {
    /// Seals a finished draft and the list of its files into what is handed to the server.
    ///
    /// # Errors
    ///
    /// When the draft is not finished, when the desk takes no files and there are some, or when a
    /// document cannot be sealed.
    pub fn seal(
        &self,
        draft: &Draft,
        files: &[SealedFile],
        to: Sending<'_>,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Submission, Error> {
        let questionnaire = Questionnaire::embedded();
        // Files that came before an answer excluded them are no part of the report.
        let files = if draft.takes_files(questionnaire) { files } else { &[] };
        let entries = files.iter().map(|file| told(&file.entry)).collect();
        let documents = draft.documents(questionnaire, to.sealed_on, to.now, entries)?;
        self.seal_documents(&documents, files, to.desk, rng)
    }

    /// Seals documents that were made elsewhere.
    ///
    /// # Errors
    ///
    /// When the desk takes no files and there are some, or when a document cannot be sealed.
    pub fn seal_documents(
        &self,
        documents: &Documents,
        files: &[SealedFile],
        desk: &DeskPublic,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Submission, Error> {
        if !files.is_empty() && !desk.accepts_files {
            return Err(Error::FilesNotAccepted);
        }
        let answers = (ItemId::generate(rng), ItemKind::Answers);
        let summary = (ItemId::generate(rng), ItemKind::Summary);
        let mut items = vec![
            self.document(answers, &documents.answers, rng)?,
            self.document(summary, &documents.summary, rng)?,
        ];
        items.extend(
            files
                .iter()
                .map(|file| ItemUpload { signed: file.signed, body: ItemBody::Upload(file.upload.clone()) }),
        );
        let wrap_to = |recipient, rng: &mut _| seal::wrap(self.identity.seed(), recipient, rng);
        Ok(Submission {
            report: self.report,
            urgent: documents.urgent,
            desk_wrap: wrap_to(&desk.identity.recipient, &mut *rng)?.into(),
            reporter: ReporterKey {
                lookup: self.lookup,
                verifying_key: self.author.verifying_key(),
                wrap: wrap_to(self.author.recipient(), rng)?.into(),
            },
            items,
        })
    }

    /// Seals one document as an item of this report, signed by the reporter.
    ///
    /// # Errors
    ///
    /// When it cannot be sealed, or is larger than [`max_inline`] when sealed.
    pub fn document(
        &self,
        (item, kind): (ItemId, ItemKind),
        document: &impl Serialize,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<ItemUpload, Error> {
        let place = Place { report: self.report, item, kind };
        let content = Zeroizing::new(serde_json::to_vec(document)?);
        let sealed = seal_item(place, None, &content, self.identity.recipient(), &self.author, rng)?;
        let limit = max_inline(kind);
        match sealed.bytes.len().checked_sub(limit) {
            Some(over @ 1..) => Err(Error::TooLong { limit, over }),
            _ => Ok(ItemUpload { signed: sealed.signed, body: ItemBody::Inline(sealed.bytes.into()) }),
        }
    }
}

/// A file as the questionnaire's documents tell of it.
fn told(entry: &FileEntry) -> intake::FileEntry {
    let FileEntry { item, name, media_type, size, sha256 } = entry;
    intake::FileEntry {
        item: item.to_string(),
        name: name.clone(),
        media_type: media_type.clone(),
        size: *size,
        sha256: sha256.clone(),
    }
}
