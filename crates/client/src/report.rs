//! A report in the making: its keys, its files, its answers.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use protocol::content::{Answers, FileEntry, Summary};
use protocol::proof::Logged;
use protocol::public::DeskPublic;
use protocol::submission::{Acknowledgement, ItemBody, ItemUpload, MAX_INLINE_ITEM, ReporterKey, Submission};
use seal::receipt::{Phrase, ReporterKeys};
use seal::{FileMeta, Identity, ItemId, ItemKind, ItemSealer, Place, ReportId};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::reporter::{Reporter, ReporterSecret};
use crate::upload::{Pass, Progress, Source};
use crate::{Client, random};

/// Sealed bytes that one submission carries inside it; what is beyond goes through uploads.
const INLINE_BUDGET: usize = 1 << 20;

/// A report that is being put together. Its keys are drawn; nothing of it is at the desk yet.
#[derive(Debug)]
pub struct NewReport {
    desk: DeskPublic,
    id: ReportId,
    identity: Identity,
    secret: Arc<ReporterSecret>,
    items: Vec<ItemUpload>,
    files: Vec<FileEntry>,
    inline: usize,
}

/// A report that is sealed and can be sent.
#[derive(Debug)]
pub struct Sealed {
    /// The slug of the desk it is for.
    pub desk: String,
    /// What is to be sent.
    pub submission: Submission,
    /// The files it carries, as the receipt should list them.
    pub files: Vec<FileEntry>,
    secret: Arc<ReporterSecret>,
}

impl Client {
    /// Begins a report to a desk and draws the seven words for it.
    ///
    /// # Errors
    /// When the instance cannot be reached, has no such desk, or this machine lacks the 64 MiB that
    /// deriving keys from the words takes.
    pub async fn new_report(&self, desk: &str) -> Result<(Phrase, NewReport)> {
        let (instance, desk) = self.desk(desk).await?;
        let derived = tokio::task::spawn_blocking(move || {
            let phrase = Phrase::generate(&mut random::system());
            let keys = phrase.derive(&instance.origin)?;
            Ok::<_, seal::Error>((phrase, keys))
        });
        let (phrase, keys) = derived.await??;
        Ok((phrase, NewReport::new(desk, keys)))
    }
}

impl NewReport {
    /// A report to `desk`, to whose receipt `keys` will come back.
    pub fn new(desk: DeskPublic, keys: ReporterKeys) -> Self {
        let mut rng = random::system();
        Self {
            desk,
            id: ReportId::generate(&mut rng),
            identity: Identity::generate(&mut rng),
            secret: Arc::new(ReporterSecret::new(keys)),
            items: Vec::new(),
            files: Vec::new(),
            inline: 0,
        }
    }

    /// The report's id.
    pub fn id(&self) -> ReportId {
        self.id
    }

    /// The desk that it is for.
    pub fn desk(&self) -> &DeskPublic {
        &self.desk
    }

    /// Seals a file into the report, uploading it at once unless it is small.
    ///
    /// # Errors
    /// [`Error::FilesNotAccepted`] and [`Error::FileTooLarge`] before anything is sent;
    /// [`Error::FileChanged`] when the file changes meanwhile; otherwise when it cannot be read, sealed or
    /// sent.
    pub async fn attach(&mut self, client: &Client, path: &Path, progress: Progress<'_>) -> Result<()> {
        let source = Source::open(path, describe(path))?;
        if !self.desk.accepts_files {
            return Err(Error::FilesNotAccepted(self.desk.name.clone()));
        }
        let (size, limit) = (source.size, self.desk.max_file_bytes);
        if size > limit {
            return Err(Error::FileTooLarge { path: path.to_owned(), size, limit });
        }

        let meta = source.meta.clone();
        let place = self.place(source.kind);
        let sealed_len = ItemSealer::sealed_len(place, Some(&meta), size)?;
        let (upload, facts) = if sealed_len <= MAX_INLINE_ITEM as u64 {
            let content =
                std::fs::read(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
            let facts = seal::ContentFacts { size: content.len() as u64, sha256: seal::Digest::of(&content) };
            progress(sealed_len, sealed_len);
            (self.seal(client, place, Some(&meta), &content).await?, facts)
        } else {
            let secret = Arc::clone(&self.secret);
            client
                .upload_file(self.pass(), source, place, self.identity.recipient(), secret, progress)
                .await?
        };
        self.files.push(FileEntry {
            item: upload.signed.header.item,
            name: meta.name,
            media_type: meta.media_type,
            size: facts.size,
            sha256: facts.sha256.to_hex(),
        });
        self.items.push(upload);
        Ok(())
    }

    /// Seals the answers and the queue's one line, and with them the report.
    ///
    /// The lists of files in both are filled in here. `urgent` is the one bit that the service may know.
    ///
    /// # Errors
    /// When sealing fails, or when answers too large to travel inside the submission cannot be uploaded.
    pub async fn finish(
        mut self,
        client: &Client,
        mut answers: Answers,
        mut summary: Summary,
        urgent: bool,
    ) -> Result<Sealed> {
        answers.files.clone_from(&self.files);
        summary.files = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let answers = self.seal_document(client, ItemKind::Answers, &answers).await?;
        let summary = self.seal_document(client, ItemKind::Summary, &summary).await?;

        let mut rng = random::system();
        let keys = self.secret.keys();
        let reporter = ReporterKey {
            lookup: keys.lookup.hash(),
            verifying_key: keys.identity.verifying_key(),
            wrap: seal::wrap(self.identity.seed(), keys.identity.recipient(), &mut rng)?.into(),
        };
        let desk_wrap = seal::wrap(self.identity.seed(), &self.desk.identity.recipient, &mut rng)?.into();
        let items = [answers, summary].into_iter().chain(self.items).collect();
        Ok(Sealed {
            desk: self.desk.slug,
            submission: Submission { report: self.id, urgent, desk_wrap, reporter, items },
            files: self.files,
            secret: self.secret,
        })
    }

    async fn seal_document(
        &mut self,
        client: &Client,
        kind: ItemKind,
        document: &impl Serialize,
    ) -> Result<ItemUpload> {
        let json = serde_json::to_vec(document).map_err(|error| Error::unexpected(kind.as_str(), error))?;
        self.seal(client, self.place(kind), None, &json).await
    }

    async fn seal(
        &mut self,
        client: &Client,
        place: Place,
        meta: Option<&FileMeta>,
        content: &[u8],
    ) -> Result<ItemUpload> {
        let author = &self.secret.keys().identity;
        let sealed =
            seal::seal_item(place, meta, content, self.identity.recipient(), author, &mut random::system())?;
        let fits = sealed.bytes.len() <= MAX_INLINE_ITEM && self.inline + sealed.bytes.len() <= INLINE_BUDGET;
        let body = if fits {
            self.inline += sealed.bytes.len();
            ItemBody::Inline(sealed.bytes.into())
        } else {
            ItemBody::Upload(client.upload_bytes(self.pass(), Bytes::from(sealed.bytes)).await?)
        };
        Ok(ItemUpload { signed: sealed.signed, body })
    }

    fn pass(&self) -> Pass<'_> {
        Pass { desk: &self.desk.slug, reporter: None }
    }

    fn place(&self, kind: ItemKind) -> Place {
        Place { report: self.id, item: ItemId::generate(&mut random::system()), kind }
    }
}

impl Sealed {
    /// Hands the report over and waits until it is durable and in the log. What the log says is checked: that
    /// it has signed for this report, with just these bytes.
    ///
    /// # Errors
    /// When the instance refuses it or cannot be reached; it can then be sent again. [`Error::Proof`] when it
    /// was received, but the proof of it does not hold.
    pub async fn send(&self, client: &Client) -> Result<(Acknowledgement, Logged)> {
        let acknowledgement = client.submit(&self.desk, &self.submission).await?;
        let sent = self.submission.items.iter().map(|item| &item.signed.header);
        let keys = client.log_keys().await?;
        let logged = keys.check(&acknowledgement.ledger, self.submission.report, sent)?;
        Ok((acknowledgement, logged))
    }

    /// Whoever handed it over, come back: to fetch the receipt to keep.
    pub fn reporter(&self, client: &Client) -> Reporter {
        Reporter::new(client.clone(), Arc::clone(&self.secret))
    }
}

/// A file's name and media type; both are sealed.
pub(crate) fn describe(path: &Path) -> FileMeta {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    FileMeta { name, media_type: media_type(&extension.to_ascii_lowercase()).to_owned() }
}

/// What a browser would say of the commonest things that are handed over.
fn media_type(extension: &str) -> &'static str {
    match extension {
        "txt" | "log" => "text/plain",
        "csv" => "text/csv",
        "htm" | "html" => "text/html",
        "json" => "application/json",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "eml" => "message/rfc822",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "heic" => "image/heic",
        "mp4" => "video/mp4",
        "mov" => "video/quicktime",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "opus" => "audio/ogg",
        _ => "application/octet-stream",
    }
}
