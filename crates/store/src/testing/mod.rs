//! A store for a test: the embedded pair in a folder of its own, or a real PostgreSQL and a real S3 server.
//!
//! Tests that matter run on both pairs; [`on_both_pairs!`](crate::on_both_pairs) stamps them.

mod postgres;
mod s3;

use std::sync::Arc;

use ledger::Kind;
use protocol::UnixSeconds;
use serde_json::json;
use tempfile::TempDir;

use crate::acts::{NewAct, Stamp, record_numbered};
use crate::faults::Faults;
use crate::log::{LogKey, Sequencer};
use crate::{Store, StoreConfig};

/// What can stand behind a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pair {
    /// SQLite and a folder.
    Embedded,
    /// PostgreSQL and an S3 server.
    Networked,
}

/// Why there is no store to test with.
#[derive(Debug, thiserror::Error)]
pub enum HarnessError {
    /// There is no PostgreSQL on this machine.
    #[error(
        "the tests need PostgreSQL 15 or newer: install the package postgresql-15 (Debian; apt-get install postgresql-15)"
    )]
    NoPostgres,
    /// PostgreSQL is there but did not start.
    #[error("PostgreSQL did not start: {0}")]
    Postgres(String),
    /// The S3 server did not start.
    #[error("the S3 server did not start: {0}")]
    S3(String),
    /// A file or process could not be made.
    #[error(transparent)]
    System(#[from] std::io::Error),
    /// The store did not open.
    #[error(transparent)]
    Store(#[from] crate::Error),
}

/// An open store with all that is its own: dropped, it is gone.
#[derive(Clone, Debug)]
pub struct TestStore {
    /// The store.
    pub store: Store,
    /// Where it is, for opening it once more.
    pub config: StoreConfig,
    /// Breaks its durable writes.
    pub faults: Faults,
    /// Holds the database and objects of the embedded pair, and the S3 server's files.
    folder: Arc<TempDir>,
}

impl TestStore {
    /// A new, empty store.
    ///
    /// # Errors
    ///
    /// When a server is missing or does not start; the text says what to install.
    pub async fn open(pair: Pair) -> Result<Self, HarnessError> {
        let folder = tempfile::Builder::new().prefix("safehand-test-").tempdir()?;
        let config = match pair {
            Pair::Embedded => StoreConfig {
                database: format!("sqlite:{}", folder.path().join("safehand.db").display()),
                objects: format!("file:{}", folder.path().join("objects").display()),
                ..StoreConfig::default()
            },
            Pair::Networked => {
                let s3 = s3::start(folder.path()).await?;
                StoreConfig { database: postgres::new_database().await?, ..s3 }
            }
        };
        let faults = Faults::default();
        let store = Store::open_with(&config, faults.clone()).await?;
        Ok(Self { store, config, faults, folder: Arc::new(folder) })
    }

    /// The same store, opened once more, as after a restart: nothing is known but what was written.
    ///
    /// # Errors
    ///
    /// When the store does not open.
    pub async fn reopen(&self) -> Result<Store, crate::Error> {
        Store::open(&self.config).await
    }

    /// The same store as another process has it, whose durable writes `faults` breaks.
    ///
    /// # Errors
    ///
    /// When the store does not open.
    pub async fn reopen_with(&self, faults: Faults) -> Result<Store, crate::Error> {
        Store::open_with(&self.config, faults).await
    }

    /// The key of the log of every test store.
    pub fn log_key() -> Arc<LogKey> {
        match LogKey::from_seed("report.example/log", &[7; 32]) {
            Ok(key) => Arc::new(key),
            Err(error) => unreachable!("{error}"),
        }
    }

    /// Sequences in the background, as a server does, until the test's runtime ends.
    ///
    /// # Errors
    ///
    /// When the system has no randomness.
    pub fn sequence(&self) -> Result<(), crate::Error> {
        let sequencer = Sequencer::new(self.store.clone(), Self::log_key())?;
        tokio::spawn(sequencer.run(|| 1_800_000_000, std::future::pending()));
        Ok(())
    }

    /// The folder that goes when the store does; for further files of a test.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// Puts so many acts of little consequence on record, in one transaction. Answers their numbers.
///
/// # Errors
///
/// When the database fails.
pub async fn record_acts(store: &Store, count: usize, at: UnixSeconds) -> Result<Vec<i64>, crate::Error> {
    store
        .write("test.record_acts", (count, at), |link, (count, at)| {
            Box::pin(async move {
                let act =
                    NewAct::new(Kind::DeskCreated, Stamp::system(*at)).detail(json!({ "desk": "north" }));
                record_numbered(link, std::iter::repeat_n(act, *count)).await
            })
        })
        .await
}

/// Makes two tests of each function, one for each [`Pair`].
///
/// ```text
/// store::on_both_pairs! {
///     async fn a_desk_is_found_by_its_slug(test: TestStore) {
///         assert!(test.store.desks().by_slug("north").await.unwrap().is_none());
///     }
/// }
/// ```
#[macro_export]
macro_rules! on_both_pairs {
    ($($(#[$attribute:meta])* async fn $name:ident($test:ident: TestStore) $body:block)+) => {
        $($(#[$attribute])* async fn $name($test: $crate::testing::TestStore) $body)+

        mod embedded {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                match $crate::testing::TestStore::open($crate::testing::Pair::Embedded).await {
                    Ok(test) => super::$name(test).await,
                    Err(error) => panic!("{error}"),
                }
            })+
        }

        mod networked {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                match $crate::testing::TestStore::open($crate::testing::Pair::Networked).await {
                    Ok(test) => super::$name(test).await,
                    Err(error) => panic!("{error}"),
                }
            })+
        }
    };
}
