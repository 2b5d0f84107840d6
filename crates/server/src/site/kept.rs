//! What a page without JavaScript carries from request to request, under seal.

use intake::pages::{FileRow, Files};
use intake::{Draft, Language, Questionnaire};
use protocol::public::DeskPublic;
use protocol::{Bytes, UnixSeconds};
use reporter::{ReportKeys, SealedFile, Secrets};
use seal::{Identity, ItemId, LookupHash, Phrase, ReportId, ReporterKeys, Seed};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::page::kind;
use super::{draw, rng, vault};
use crate::error::{Error, Result};

/// A report in the making.
///
/// The words are drawn with the draft and not when it is sent: so the same draft sent twice shows
/// the same receipt.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeptDraft {
    /// The desk it is for.
    pub(super) desk: String,
    /// After this it is not taken any more.
    pub(super) expires_at: UnixSeconds,
    pub(super) draft: Draft,
    report: ReportId,
    seed: Bytes,
    phrase: String,
    /// The keys that the phrase yields, once something has needed them.
    reporter: Option<KeptReporter>,
    /// Files handed over so far.
    pub(super) files: Vec<SealedFile>,
    /// When it was received: from then on the page is its receipt.
    pub(super) received_at: Option<UnixSeconds>,
}

/// A reporter's keys.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeptReporter {
    pub(super) lookup: LookupHash,
    seed: Bytes,
}

/// A report that its reporter has come back to.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeptDialogue {
    pub(super) expires_at: UnixSeconds,
    pub(super) language: Language,
    pub(super) reporter: KeptReporter,
    /// The id of the next thing added: a form that is sent twice adds it once.
    pub(super) next: ItemId,
    /// Files added on this visit.
    pub(super) files: Vec<SealedFile>,
}

impl KeptDraft {
    /// A new draft for `desk`.
    pub(super) fn new(desk: &DeskPublic, language: Language, now: UnixSeconds) -> Self {
        let Secrets { report, seed, phrase } = draw();
        Self {
            desk: desk.slug.clone(),
            expires_at: now + vault::LIFETIME,
            draft: Draft::new(Questionnaire::embedded(), kind(desk.kind), language),
            report,
            seed: seed.expose().as_slice().into(),
            phrase: phrase.to_string(),
            reporter: None,
            files: Vec::new(),
            received_at: None,
        }
    }

    /// The seven words.
    pub(super) fn phrase(&self) -> Result<Phrase> {
        Phrase::parse(&self.phrase).map_err(|_| Error::internal("a kept phrase is not one"))
    }

    /// The report's keys, where the words have been turned into keys already.
    pub(super) fn keys(&self) -> Result<Option<ReportKeys>> {
        let Some(reporter) = &self.reporter else { return Ok(None) };
        let identity = identity(&self.seed)?;
        Ok(Some(ReportKeys {
            report: self.report,
            identity,
            lookup: reporter.lookup,
            author: reporter.identity()?,
        }))
    }

    /// Keeps what the words yield.
    pub(super) fn keep(&mut self, keys: ReporterKeys) {
        self.reporter = Some(KeptReporter::of(keys));
    }

    /// Two of the words to type back, counted from 1; the same two each time the receipt is shown.
    pub(super) fn asked(&self) -> (usize, usize) {
        reporter::report::asked(self.report)
    }
}

impl Drop for KeptDraft {
    fn drop(&mut self) {
        self.phrase.zeroize();
        self.seed.0.zeroize();
    }
}

impl KeptReporter {
    pub(super) fn of(keys: ReporterKeys) -> Self {
        let ReporterKeys { lookup, identity } = keys;
        Self { lookup: lookup.hash(), seed: identity.seed().expose().as_slice().into() }
    }

    pub(super) fn identity(&self) -> Result<Identity> {
        identity(&self.seed)
    }
}

impl Drop for KeptReporter {
    fn drop(&mut self) {
        self.seed.0.zeroize();
    }
}

impl KeptDialogue {
    pub(super) fn new(keys: ReporterKeys, language: Language, now: UnixSeconds) -> Self {
        Self {
            expires_at: now + vault::LIFETIME,
            language,
            reporter: KeptReporter::of(keys),
            next: ItemId::generate(&mut rng()),
            files: Vec::new(),
        }
    }
}

fn identity(seed: &Bytes) -> Result<Identity> {
    let bytes = Zeroizing::new(<[u8; Seed::LEN]>::try_from(seed.as_slice()).map_err(Error::internal)?);
    Ok(Identity::from_seed(Seed::from_bytes(*bytes)))
}

/// Shows `files` to a page.
pub(super) fn with_rows<T>(files: &[SealedFile], show: impl FnOnce(&[FileRow<'_>]) -> T) -> T {
    let ids: Vec<String> = files.iter().map(|file| file.entry.item.to_string()).collect();
    let rows: Vec<_> = files
        .iter()
        .zip(&ids)
        .map(|(SealedFile { entry, .. }, id)| FileRow {
            id,
            name: &entry.name,
            size: entry.size,
            sha256: &entry.sha256,
        })
        .collect();
    show(&rows)
}

/// What a page shows of files.
pub(super) fn files<'a>(
    taken: &'a [FileRow<'a>],
    refused: &'a [intake::pages::FileProblem<'a>],
    desk: &DeskPublic,
) -> Files<'a> {
    Files { taken, refused, max_bytes: desk.max_file_bytes }
}
