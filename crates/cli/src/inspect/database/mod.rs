//! iMessage's `chat.db`: a database, read from a copy in memory, so that neither it nor anything beside it is touched.
//!
//! Its rows are written as JSON lines, which the reader of `transcript` turns into messages. A message is traced by its
//! table and rowid and by the digest of the file.

mod rows;
#[cfg(test)]
mod tests;
mod wal;

use std::collections::BTreeSet;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, MAIN_DB};
use serde::Serialize;

use crate::error::{Error, Result};

/// What a database begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// The longest text or blob that is taken out of a row, in bytes.
const LONGEST: i32 = 256 << 20;

/// Whether a file is a database, by its first bytes.
pub(super) fn is_one(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

/// A database's rows.
#[derive(Debug)]
pub(super) struct Rows {
    /// As JSON lines, for the reader.
    pub(super) lines: Vec<u8>,
    /// What there was.
    pub(super) tables: Vec<Table>,
}

/// What became of a table.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Table {
    /// Its name.
    pub(super) name: String,
    /// How many rows there are; nothing where that cannot be told.
    pub(super) rows: Option<u64>,
    /// How many of them were read.
    pub(super) read: u64,
    /// Its columns that are not read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) columns_not_read: Vec<String>,
}

/// Reads the messages of a database, with its log where there is one.
///
/// # Errors
/// [`Error::Database`] where it cannot be opened, [`Error::NotMessages`] where it holds no messages.
pub(super) fn read(name: &str, bytes: &[u8], log: Option<&[u8]>) -> Result<Rows> {
    let opened = Opened::new(name, bytes, log)?;
    let mut writer = rows::Writer::new(&opened)?;
    writer.write()?;
    Ok(writer.finish())
}

/// Every column of one row, with its value for a person to read.
///
/// # Errors
/// [`Error::NoRow`] where there is no such row.
pub(super) fn row(
    name: &str,
    bytes: &[u8],
    log: Option<&[u8]>,
    table: &str,
    rowid: i64,
) -> Result<Vec<(String, String)>> {
    let opened = Opened::new(name, bytes, log)?;
    let none = || Error::NoRow { table: table.to_owned(), rowid, name: name.to_owned() };
    let columns = opened.columns(table)?;
    if columns.is_empty() {
        return Err(none());
    }
    let select = format!("SELECT {} FROM {} WHERE ROWID = ?1", listed(&columns), quoted(table));
    let mut statement = opened.connection.prepare(&select).map_err(opened.failed())?;
    let mut found = statement.query([rowid]).map_err(opened.failed())?;
    let row = found.next().map_err(opened.failed())?.ok_or_else(none)?;
    let mut values = Vec::with_capacity(columns.len());
    for (number, column) in columns.into_iter().enumerate() {
        values.push((column, shown(row.get_ref(number).map_err(opened.failed())?)));
    }
    Ok(values)
}

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(value) => value.to_string(),
        ValueRef::Real(value) => value.to_string(),
        ValueRef::Text(text) => format!("{:?}", String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => format!("{} bytes: {}", bytes.len(), hexadecimal(bytes)),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// A name as SQL has it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn listed<S: AsRef<str>>(columns: &[S]) -> String {
    columns.iter().map(|column| quoted(column.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A copy of a database in memory.
struct Opened<'n> {
    name: &'n str,
    connection: Connection,
    /// The tables that are rows in the file, and neither views nor modules of SQLite.
    tables: BTreeSet<String>,
    /// What is to be known of the log.
    notices: Vec<String>,
}

impl<'n> Opened<'n> {
    fn new(name: &'n str, bytes: &[u8], log: Option<&[u8]>) -> Result<Self> {
        let failed = failed(name);
        let mut copy = bytes.to_vec();
        let mut notices = Vec::new();
        let digest = seal::Digest::of(log.unwrap_or_default()).to_hex();
        let applied = wal::apply(&mut copy, log).or_else(|| {
            notices.push(format!(
                "the file beside the database (-wal, SHA-256 {digest}) is no write-ahead log of it; not read"
            ));
            wal::apply(&mut copy, None)
        });
        let wal::Applied { pages, rest, missing } = applied.unwrap_or_default();
        if pages > 0 {
            notices.push(format!(
                "{pages} pages come from the write-ahead log that lies beside the database (-wal, SHA-256 {digest})"
            ));
        } else if rest > 0 {
            notices.push(format!(
                "the write-ahead log beside the database (-wal, SHA-256 {digest}) holds {rest} bytes and no whole \
                 transaction"
            ));
        }
        if missing > 0 {
            notices.push(format!(
                "the database says that it has {missing} more pages than are there: the file is cut"
            ));
        }
        let mut connection = Connection::open_in_memory().map_err(&failed)?;
        let len = copy.len();
        connection.deserialize_read_exact(MAIN_DB, copy.as_slice(), len, true).map_err(&failed)?;
        drop(copy);
        // Whoever made the file may have meant it to do something when it is opened.
        for (switch, on) in [
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        ] {
            connection.set_db_config(switch, on).map_err(&failed)?;
        }
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST).map_err(&failed)?;
        connection.pragma_update(None, "cell_size_check", true).map_err(&failed)?;
        let mut opened = Self { name, connection, tables: BTreeSet::new(), notices };
        opened.tables = opened.list_tables()?;
        Ok(opened)
    }

    fn failed(&self) -> impl Fn(rusqlite::Error) -> Error {
        failed(self.name)
    }

    fn list_tables(&self) -> Result<BTreeSet<String>> {
        let select = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0";
        let mut statement = self.connection.prepare(select).map_err(self.failed())?;
        let mut found = statement.query([]).map_err(self.failed())?;
        let mut tables = BTreeSet::new();
        while let Some(row) = found.next().map_err(self.failed())? {
            if let Ok(name) = row.get(0) {
                tables.insert(name);
            }
        }
        Ok(tables)
    }

    /// The columns of a table that lie in the file, none if there is no such table.
    fn columns(&self, table: &str) -> Result<Vec<String>> {
        if !self.tables.contains(table) {
            return Ok(Vec::new());
        }
        let select = "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0 ORDER BY cid";
        let mut statement = self.connection.prepare(select).map_err(self.failed())?;
        let names = statement.query_map([table], |row| row.get(0)).map_err(self.failed())?;
        names.collect::<rusqlite::Result<_>>().map_err(self.failed())
    }

    /// How many rows a table has; nothing where that cannot be told.
    fn count(&self, table: &str) -> Option<u64> {
        let select = format!("SELECT count(*) FROM {}", quoted(table));
        let count: Option<i64> = self.connection.query_row(&select, [], |row| row.get(0)).ok();
        count.and_then(|count| u64::try_from(count).ok())
    }
}

fn failed(name: &str) -> impl Fn(rusqlite::Error) -> Error {
    move |source| Error::Database { name: name.to_owned(), source }
}
