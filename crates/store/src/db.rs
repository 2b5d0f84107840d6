//! The two databases: opening them, and one connection type over both.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Postgres, Sqlite};

use crate::log::Disagreement;
use crate::sql::{Row, Sql};
use crate::{Error, StoreConfig, folder};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How long a writer of another process is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Pages of the log after which SQLite copies it into the database: 64 MiB. At the default of 4 MiB a busy
/// server would do so several times a second, inside somebody's commit.
const SQLITE_CHECKPOINT_PAGES: &str = "16384";
/// Milliseconds after which PostgreSQL gives up on a transaction whose process has fallen asleep: what it has locked,
/// the sequencer's lease perhaps, is then free for another.
const STUCK: &str = "15000";
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;

/// The open database.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    /// One connection writes; readers see the last commit and wait for nobody.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
        path: PathBuf,
    },
    Postgres(PgPool),
}

impl Database {
    /// Opens the configured database and brings its schema up to date.
    pub(crate) async fn open(config: &StoreConfig) -> Result<Self, Error> {
        let address = config.database.as_str();
        if let Some(path) = address.strip_prefix("sqlite:") {
            Self::open_sqlite(Path::new(path.trim_start_matches("//"))).await
        } else if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            Self::open_postgres(config).await
        } else {
            Err(Error::DatabaseAddress)
        }
    }

    async fn open_sqlite(path: &Path) -> Result<Self, Error> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            folder::make(folder)?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("wal_autocheckpoint", SQLITE_CHECKPOINT_PAGES);
        let opening = |source| Error::database("database.open", source);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await
            .map_err(opening)?;
        SQLITE.run(&writer).await.map_err(migration)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS)
            .connect_with(options.pragma("query_only", "on"))
            .await
            .map_err(opening)?;
        Ok(Self::Sqlite { writer, readers, path: path.to_owned() })
    }

    async fn open_postgres(config: &StoreConfig) -> Result<Self, Error> {
        let opening = |source| Error::database("database.open", source);
        // A server-wide `synchronous_commit = off` would make an acknowledgement a lie.
        let mut options = PgConnectOptions::from_str(&config.database)
            .map_err(|_| Error::DatabaseAddress)?
            .application_name("safehand")
            .options([("synchronous_commit", "on"), ("idle_in_transaction_session_timeout", STUCK)]);
        if let Some(password) = &config.database_password {
            options = options.password(password.expose());
        }
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .connect_with(options)
            .await
            .map_err(opening)?;
        POSTGRES.run(&pool).await.map_err(migration)?;
        Ok(Self::Postgres(pool))
    }

    /// The file of an embedded database.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite { path, .. } => Some(path),
            Self::Postgres(_) => None,
        }
    }

    /// A connection that reads, under the name that errors and traces show.
    pub(crate) async fn reader(&self, name: &'static str) -> Result<Link, Error> {
        let wire = match self {
            Self::Sqlite { readers, .. } => readers.acquire().await.map(Wire::Sqlite),
            Self::Postgres(pool) => pool.acquire().await.map(Wire::Postgres),
        };
        Ok(Link { name, refusal: None, wire: wire.map_err(|source| Error::database(name, source))? })
    }

    /// A connection that writes.
    pub(crate) async fn writer(&self, name: &'static str) -> Result<Link, Error> {
        let wire = match self {
            Self::Sqlite { writer, .. } => writer.acquire().await.map(Wire::Sqlite),
            Self::Postgres(pool) => pool.acquire().await.map(Wire::Postgres),
        };
        Ok(Link { name, refusal: None, wire: wire.map_err(|source| Error::database(name, source))? })
    }

    /// How many transactions can usefully be in the making at once.
    pub(crate) fn lanes(&self) -> usize {
        match self {
            Self::Sqlite { .. } => 1,
            Self::Postgres(_) => 4,
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers, path: _ } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

fn migration(error: MigrateError) -> Error {
    match error {
        MigrateError::VersionMissing(found) => Error::NewerSchema { found },
        other => Error::Migration(Arc::new(other)),
    }
}

/// One connection to either database. Statements on it are the same text for both.
pub(crate) struct Link {
    /// The named transaction or query that is running.
    pub(crate) name: &'static str,
    /// Why no act may be recorded over it, if none may.
    pub(crate) refusal: Option<Disagreement>,
    wire: Wire,
}

enum Wire {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Link {
    /// Runs a statement; answers how many rows it touched.
    pub(crate) async fn execute(&mut self, sql: Sql) -> Result<u64, Error> {
        match &mut self.wire {
            Wire::Sqlite(wire) => {
                sql.for_sqlite().execute(&mut **wire).await.map(|done| done.rows_affected())
            }
            Wire::Postgres(wire) => {
                sql.for_postgres().execute(&mut **wire).await.map(|done| done.rows_affected())
            }
        }
        .map_err(|source| Error::database(self.name, source))
    }

    /// All rows of a query.
    pub(crate) async fn all(&mut self, sql: Sql) -> Result<Vec<Row>, Error> {
        match &mut self.wire {
            Wire::Sqlite(wire) => sql.for_sqlite().fetch(&mut **wire).map_ok(Row::Sqlite).try_collect().await,
            Wire::Postgres(wire) => {
                sql.for_postgres().fetch(&mut **wire).map_ok(Row::Postgres).try_collect().await
            }
        }
        .map_err(|source| Error::database(self.name, source))
    }

    /// The first row of a query, if there is one.
    pub(crate) async fn optional(&mut self, sql: Sql) -> Result<Option<Row>, Error> {
        match &mut self.wire {
            Wire::Sqlite(wire) => {
                sql.for_sqlite().fetch_optional(&mut **wire).await.map(|row| row.map(Row::Sqlite))
            }
            Wire::Postgres(wire) => {
                sql.for_postgres().fetch_optional(&mut **wire).await.map(|row| row.map(Row::Postgres))
            }
        }
        .map_err(|source| Error::database(self.name, source))
    }

    /// The first row of a query that must have one; `what` is missing otherwise.
    pub(crate) async fn one(&mut self, sql: Sql, what: &'static str) -> Result<Row, Error> {
        self.optional(sql).await?.ok_or(Error::NotFound(what))
    }

    /// The statement that begins a transaction. SQLite's takes the write lock at once: a reader that turned
    /// into a writer later would be refused without waiting.
    pub(crate) fn begin_text(&self) -> &'static str {
        match self.wire {
            Wire::Sqlite(_) => "BEGIN IMMEDIATE",
            Wire::Postgres(_) => "BEGIN",
        }
    }

    /// Closes the connection instead of giving it back to the pool.
    pub(crate) fn discard(mut self) {
        match &mut self.wire {
            Wire::Sqlite(wire) => wire.close_on_drop(),
            Wire::Postgres(wire) => wire.close_on_drop(),
        }
    }
}
