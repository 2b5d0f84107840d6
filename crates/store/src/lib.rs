//! SQL and object storage behind one small interface.
//!
//! A [`Store`] is a database (SQLite or PostgreSQL) and a place for objects (a folder or an S3-compatible store).
//! What a method has answered with `Ok` is on the disk. Everything in here is sealed before it comes, or public:
//! this crate could not open an item if it wanted to.
//!
//! | module | what it keeps |
//! |---|---|
//! | [`instance`] | values made once, draft keys, spent nonces, exchanges in progress |
//! | [`desks`] | desks and the wraps of their seeds |
//! | [`members`] | members and invites |
//! | [`sessions`] | sessions and passkeys |
//! | [`reports`] | reports: submission, queue, state, assignment |
//! | [`items`] | sealed items; staff read them only through a [`items::Consultation`] |
//! | [`quarantine`] | media: who is let see it, what nobody may see again |
//! | [`hash_lists`] | lists of known hashes, sealed to their desks |
//! | [`uploads`] | bytes on their way in, and how much room there is for them |
//! | [`jobs`] | when what the service does by itself is due |
//! | [`acts`] | the append-only record of who did what |
//! | [`oversight`] | reading that record, desk by desk; who does is on it too |
//! | [`log`] | the same as a Merkle log: sequencing, publication, proofs |
//!
//! Every write is a named transaction and goes through the group commit of `writer`. One text of SQL serves
//! both databases; the differences are in `db`, `sql` and the two folders of migrations.

pub mod acts;
pub mod desks;
pub mod faults;
pub mod hash_lists;
pub mod instance;
pub mod items;
pub mod jobs;
pub mod log;
pub mod members;
pub mod oversight;
pub mod quarantine;
pub mod reports;
pub mod sessions;
#[cfg(feature = "testing")]
pub mod testing;
pub mod uploads;

mod columns;
mod config;
mod db;
mod error;
mod folder;
mod objects;
mod s3;
mod sql;
mod sweep;
mod writer;

use std::sync::Arc;
use std::time::Duration;

pub use config::{Secret, StoreConfig};
pub use error::Error;
pub use sweep::Swept;

use bytes::Bytes;
use futures_util::stream::BoxStream;

use db::{Database, Link};
use faults::Faults;
use objects::Objects;
use uploads::{Hashes, UploadQuota};
use writer::{Body, Writer};

/// Sealed bytes, as they come.
pub type ByteStream = BoxStream<'static, Result<Bytes, Error>>;

/// An open store. Cloning gives another handle to the same one.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
    quota: UploadQuota,
    patience: Duration,
}

#[derive(Debug)]
struct Inner {
    database: Database,
    writer: Writer,
    objects: Objects,
    hashes: Hashes,
    room: log::Room,
    kept: log::Kept,
}

impl Store {
    /// Opens a store, creates what is missing and brings the schema up to date.
    ///
    /// # Errors
    ///
    /// When an address is malformed, the database or the objects cannot be reached, or the schema is of a newer
    /// version than this program knows.
    pub async fn open(config: &StoreConfig) -> Result<Self, Error> {
        Self::open_with(config, Faults::default()).await
    }

    pub(crate) async fn open_with(config: &StoreConfig, faults: Faults) -> Result<Self, Error> {
        let objects = Objects::open(config, &faults)?;
        let database = Database::open(config).await?;
        let writer = Writer::start(&database, &faults);
        let inner = Arc::new(Inner {
            database,
            writer,
            objects,
            hashes: Hashes::default(),
            room: log::Room::default(),
            kept: log::Kept::default(),
        });
        Ok(Self { inner, quota: UploadQuota::UNLIMITED, patience: log::PATIENCE })
    }

    /// The same store, with so much room for uploads that no item has claimed. Unlimited unless told otherwise.
    #[must_use]
    pub fn with_upload_quota(self, quota: UploadQuota) -> Self {
        Self { quota, ..self }
    }

    /// The same store, waiting so long for acts to be in the published log. [`log::PATIENCE`] unless told otherwise.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Waits for the commit that is running and closes the database. Whatever comes later fails.
    pub async fn close(&self) {
        self.inner.database.close().await;
    }

    /// Values of the instance.
    pub fn instance(&self) -> instance::Instance<'_> {
        instance::Instance(self)
    }

    /// Keys of drafts.
    pub fn draft_keys(&self) -> instance::DraftKeys<'_> {
        instance::DraftKeys(self)
    }

    /// Nonces that are used once.
    pub fn nonces(&self) -> instance::Nonces<'_> {
        instance::Nonces(self)
    }

    /// Exchanges in progress.
    pub fn pending(&self) -> instance::Pending<'_> {
        instance::Pending(self)
    }

    /// Desks.
    pub fn desks(&self) -> desks::Desks<'_> {
        desks::Desks(self)
    }

    /// Wraps of desks' seeds.
    pub fn grants(&self) -> desks::Grants<'_> {
        desks::Grants(self)
    }

    /// Members.
    pub fn members(&self) -> members::Members<'_> {
        members::Members(self)
    }

    /// Invites.
    pub fn invites(&self) -> members::Invites<'_> {
        members::Invites(self)
    }

    /// Sessions of members.
    pub fn sessions(&self) -> sessions::Sessions<'_> {
        sessions::Sessions(self)
    }

    /// Passkeys of members.
    pub fn passkeys(&self) -> sessions::Passkeys<'_> {
        sessions::Passkeys(self)
    }

    /// Reports.
    pub fn reports(&self) -> reports::Reports<'_> {
        reports::Reports(self)
    }

    /// Sealed items.
    pub fn items(&self) -> items::Items<'_> {
        items::Items(self)
    }

    /// Media in quarantine.
    pub fn quarantine(&self) -> quarantine::Quarantine<'_> {
        quarantine::Quarantine(self)
    }

    /// Hash lists of desks.
    pub fn hash_lists(&self) -> hash_lists::HashLists<'_> {
        hash_lists::HashLists(self)
    }

    /// Bytes on their way in.
    pub fn uploads(&self) -> uploads::Uploads<'_> {
        uploads::Uploads(self)
    }

    /// When jobs are due.
    pub fn jobs(&self) -> jobs::Jobs<'_> {
        jobs::Jobs(self)
    }

    /// The record of acts.
    pub fn acts(&self) -> acts::Acts<'_> {
        acts::Acts(self)
    }

    /// What auditors read.
    pub fn oversight(&self) -> oversight::Oversight<'_> {
        oversight::Oversight(self)
    }

    /// The Merkle log of all acts.
    pub fn log(&self) -> log::Log<'_> {
        log::Log(self)
    }

    pub(crate) async fn read(&self, name: &'static str) -> Result<Link, Error> {
        self.inner.database.reader(name).await
    }

    pub(crate) async fn write<A, T>(&self, name: &'static str, args: A, body: Body<A, T>) -> Result<T, Error>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        self.inner.writer.run(name, args, body).await
    }

    pub(crate) fn quota(&self) -> UploadQuota {
        self.quota
    }

    /// The file of an embedded database.
    pub(crate) fn database_file(&self) -> Option<&std::path::Path> {
        self.inner.database.file()
    }

    pub(crate) fn objects(&self) -> &Objects {
        &self.inner.objects
    }

    pub(crate) fn hashes(&self) -> &Hashes {
        &self.inner.hashes
    }

    pub(crate) fn room(&self) -> &log::Room {
        &self.inner.room
    }

    pub(crate) fn kept(&self) -> &log::Kept {
        &self.inner.kept
    }

    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }
}
