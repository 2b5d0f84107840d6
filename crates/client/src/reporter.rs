//! Coming back with seven words.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderValue, header};
use protocol::content::{Amendment, Message, Speaker};
use protocol::proof::{LogKeys, Logged, Original, Originals};
use protocol::receipt::{AddItems, ItemView, ItemsAdded, ReceiptView};
use protocol::submission::{ItemBody, ItemUpload, MAX_INLINE_ITEM};
use protocol::{API, UnixSeconds};
use seal::receipt::{Phrase, ReporterKeys};
use seal::request::{Request, RequestProof};
use seal::{Digest, Identity, ItemId, ItemKind, Place, Recipe};
use serde::Serialize;

use crate::content::{self, Said};
use crate::error::{Error, Result};
use crate::report::describe;
use crate::transport::Outgoing;
use crate::upload::{Pass, Progress, Source};
use crate::{Client, random};

/// What a reporter derives from the seven words, and signs with.
pub(crate) struct ReporterSecret {
    keys: ReporterKeys,
}

impl ReporterSecret {
    pub(crate) fn new(keys: ReporterKeys) -> Self {
        Self { keys }
    }

    pub(crate) fn keys(&self) -> &ReporterKeys {
        &self.keys
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.keys.identity
    }

    /// The `Authorization` header for one request. Good once, and for a few minutes.
    pub(crate) fn sign(&self, outgoing: &Outgoing) -> Result<HeaderValue> {
        let request = Request {
            method: outgoing.method().as_str(),
            path: outgoing.path(),
            body: Digest::of(outgoing.content()),
        };
        let proof = RequestProof::sign(&self.keys, &request, now(), &mut random::system());
        let mut value = HeaderValue::try_from(proof.to_string())
            .map_err(|error| Error::unexpected("a reporter's proof", error))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for ReporterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { keys: _ } = self;
        f.debug_struct("ReporterSecret").finish_non_exhaustive()
    }
}

/// A reporter who came back.
#[derive(Clone, Debug)]
pub struct Reporter {
    client: Client,
    secret: Arc<ReporterSecret>,
}

/// What a reporter sees of their report.
#[derive(Debug)]
pub struct Receipt {
    /// What the service says of it, sealed items included.
    pub view: ReceiptView,
    identity: Identity,
    secret: Arc<ReporterSecret>,
}

impl Client {
    /// Derives a reporter's keys from the seven words. Takes a fifth of a second and 64 MiB.
    ///
    /// # Errors
    /// When the instance cannot be reached, or the keys cannot be derived for lack of memory.
    pub async fn reporter(&self, phrase: Phrase) -> Result<Reporter> {
        let origin = self.instance().await?.origin;
        let keys = tokio::task::spawn_blocking(move || phrase.derive(&origin)).await??;
        Ok(self.reporter_with(keys))
    }

    /// A reporter whose keys are at hand.
    pub fn reporter_with(&self, keys: ReporterKeys) -> Reporter {
        Reporter::new(self.clone(), Arc::new(ReporterSecret::new(keys)))
    }
}

impl Reporter {
    pub(crate) fn new(client: Client, secret: Arc<ReporterSecret>) -> Self {
        Self { client, secret }
    }

    /// Makes the receipt to keep: a text file that names no content, and shows offline what was received, when,
    /// and with the words that it was these files. Of large files only the beginnings are fetched.
    ///
    /// # Errors
    /// When the instance cannot be reached, or what it says of its log is not written as it should be. Whether
    /// that holds is for whoever checks the receipt ([`Receipt::logged`], `safehand verify receipt`).
    pub async fn receipt_file(&self, receipt: &Receipt) -> Result<String> {
        let mut originals = Vec::new();
        for view in receipt.mine().filter(|view| view.signed.header.kind.is_file()) {
            let head = match &view.body {
                Some(body) => body.as_slice().into(),
                None => self.head(view).await?,
            };
            originals.push(Original::read(&view.signed, &head, &receipt.identity)?);
        }
        let keys = self.client.log_keys().await?;
        let mut file = keys.receipt(&receipt.view.ledger)?;
        file.sealed = Some(Originals::new(originals).seal(self.secret.identity(), &mut random::system())?);
        Ok(file.to_string())
    }

    /// The beginning of a file's sealed bytes.
    async fn head(&self, view: &ItemView) -> Result<Vec<u8>> {
        let range = Recipe::head_range(&view.signed)?;
        let wanted = HeaderValue::try_from(format!("bytes={}-{}", range.start, range.end - 1))
            .map_err(|error| Error::unexpected("a range", error))?;
        let outgoing = Outgoing::get(format!("{API}/receipt/items/{}", view.signed.header.item));
        let outgoing = outgoing.header(header::RANGE, wanted);
        let transport = &self.client.transport;
        let head = transport.patiently(|| async {
            let signed = outgoing.clone().header(header::AUTHORIZATION, self.secret.sign(&outgoing)?);
            transport.body(transport.send(&signed).await?).await
        });
        Ok(head.await?.to_vec())
    }

    /// Fetches the report with everything its reporter may see.
    ///
    /// # Errors
    /// A refusal with [`protocol::ErrorCode::NotSignedIn`] when no report belongs to the words; otherwise
    /// when the instance cannot be reached or the report's key does not open.
    pub async fn receipt(&self) -> Result<Receipt> {
        let outgoing = Outgoing::get(format!("{API}/receipt"));
        let view: ReceiptView =
            self.client.transport.patiently(|| async { self.call(&outgoing).await }).await?;
        let seed = seal::unwrap(view.wrap.as_slice(), self.secret.identity())?;
        Ok(Receipt { view, identity: Identity::from_seed(seed), secret: Arc::clone(&self.secret) })
    }

    /// The sealed bytes of an item that was too large to travel along.
    ///
    /// # Errors
    /// When there is no such item in the report, or the instance cannot be reached.
    pub async fn item(&self, item: ItemId) -> Result<Bytes> {
        let outgoing = Outgoing::get(format!("{API}/receipt/items/{item}"));
        let transport = &self.client.transport;
        transport
            .patiently(|| async {
                let signed = outgoing.clone().header(header::AUTHORIZATION, self.secret.sign(&outgoing)?);
                transport.body(transport.send(&signed).await?).await
            })
            .await
    }

    /// Says something to the desk.
    ///
    /// # Errors
    /// When it cannot be sealed, or the instance refuses it or cannot be reached.
    pub async fn say(&self, receipt: &Receipt, text: &str) -> Result<UnixSeconds> {
        let message = Message::new(Speaker::Reporter, text);
        self.add_document(receipt, ItemKind::Message, &message).await
    }

    /// Changes something about how the reporter wants to be known.
    ///
    /// # Errors
    /// As [`Reporter::say`].
    pub async fn amend(&self, receipt: &Receipt, amendment: &Amendment) -> Result<UnixSeconds> {
        self.add_document(receipt, ItemKind::Amendment, amendment).await
    }

    /// Adds a file to the report, sealed as it is sent.
    ///
    /// # Errors
    /// When the file cannot be read or changes meanwhile, or the instance refuses it or cannot be reached.
    pub async fn attach(
        &self,
        receipt: &Receipt,
        path: &Path,
        progress: Progress<'_>,
    ) -> Result<UnixSeconds> {
        let source = Source::open(path, describe(path))?;
        let (pass, place) = (self.pass(receipt), receipt.place(source.kind));
        let author = Arc::clone(&self.secret);
        let (upload, _) = self
            .client
            .upload_file(pass, source, place, receipt.identity.recipient(), author, progress)
            .await?;
        self.add(upload).await
    }

    async fn add_document(
        &self,
        receipt: &Receipt,
        kind: ItemKind,
        document: &impl Serialize,
    ) -> Result<UnixSeconds> {
        let json = serde_json::to_vec(document).map_err(|error| Error::unexpected(kind.as_str(), error))?;
        let (to, author) = (receipt.identity.recipient(), self.secret.identity());
        let sealed = seal::seal_item(receipt.place(kind), None, &json, to, author, &mut random::system())?;
        let body = if sealed.bytes.len() <= MAX_INLINE_ITEM {
            ItemBody::Inline(sealed.bytes.into())
        } else {
            ItemBody::Upload(self.client.upload_bytes(self.pass(receipt), sealed.bytes.into()).await?)
        };
        self.add(ItemUpload { signed: sealed.signed, body }).await
    }

    fn pass<'a>(&'a self, receipt: &'a Receipt) -> Pass<'a> {
        Pass { desk: &receipt.view.desk, reporter: Some(&self.secret) }
    }

    async fn add(&self, item: ItemUpload) -> Result<UnixSeconds> {
        let header = item.signed.header;
        let outgoing = Outgoing::post(format!("{API}/receipt/items"), &AddItems { items: vec![item] })?;
        let added: ItemsAdded =
            self.client.transport.patiently(|| async { self.call(&outgoing).await }).await?;
        let keys = self.client.log_keys().await?;
        let nothing = || Error::unexpected("an addition", "it says nothing of the log");
        keys.check_added(&added.ledger.ok_or_else(nothing)?, header.report, [&header])?;
        Ok(added.received_at)
    }

    /// Signs anew and sends once: a proof is good for one request.
    async fn call<T: serde::de::DeserializeOwned>(&self, outgoing: &Outgoing) -> Result<T> {
        let signed = outgoing.clone().header(header::AUTHORIZATION, self.secret.sign(outgoing)?);
        self.client.transport.call(&signed).await
    }
}

impl Receipt {
    /// The dialogue so far, oldest first.
    ///
    /// # Errors
    /// When a message does not open or claims to be from somebody who did not sign it.
    pub fn messages(&self) -> Result<Vec<Said>> {
        let reporter = self.secret.identity().verifying_key();
        self.of(ItemKind::Message)
            .map(|item| {
                let body = item.body.as_ref().map_or(&[][..], protocol::Bytes::as_slice);
                content::message(self.view.report, item, body, &self.identity, reporter)
            })
            .collect()
    }

    /// The files that were handed over, media among them, oldest first.
    pub fn files(&self) -> impl Iterator<Item = &ItemView> {
        self.view.items.iter().filter(|item| item.signed.header.kind.is_file())
    }

    /// The sealed items of one kind, oldest first.
    pub fn of(&self, kind: ItemKind) -> impl Iterator<Item = &ItemView> {
        self.view.items.iter().filter(move |item| item.signed.header.kind == kind)
    }

    /// Checks that the log has signed for everything that the reporter handed over, by the keys that
    /// [`Client::log_keys`] answers.
    ///
    /// # Errors
    /// [`Error::Proof`] with the check that failed.
    pub fn logged(&self, keys: &LogKeys) -> Result<Logged> {
        let mine = self.mine().map(|item| &item.signed.header);
        Ok(keys.check(&self.view.ledger, self.view.report, mine)?)
    }

    /// The items that carry the reporter's own signature.
    fn mine(&self) -> impl Iterator<Item = &ItemView> {
        let me = self.secret.identity().verifying_key();
        self.view.items.iter().filter(move |item| item.signed.header.author == Some(me))
    }

    /// Opens one of the report's items.
    ///
    /// # Errors
    /// [`Error::Seal`] with the check that failed.
    pub fn open(&self, item: &ItemView, bytes: &[u8]) -> Result<seal::OpenedItem> {
        content::open(self.view.report, item, bytes, &self.identity)
    }

    fn place(&self, kind: ItemKind) -> Place {
        Place { report: self.view.report, item: ItemId::generate(&mut random::system()), kind }
    }
}

/// Whole seconds since the Unix epoch by this machine's clock.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
