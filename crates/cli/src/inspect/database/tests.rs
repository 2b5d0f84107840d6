//! Databases made from SQL, `tests/databases/*.sql`. Their rows are fixtures of `transcript`, where the timelines made
//! of them are reviewed. `UPDATE_ROWS=1` writes them anew.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, MAIN_DB};

use super::{Rows, read, row};
use crate::error::Error;

const NAMES: [&str; 2] = ["current", "before-10-13"];

fn sql(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/databases/{name}.sql"));
    std::fs::read_to_string(path).unwrap()
}

fn made(sql: &str) -> Vec<u8> {
    let connection = Connection::open_in_memory().unwrap();
    // Joins to rows that are gone are among what is to be read.
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection.execute_batch(sql).unwrap();
    connection.serialize(MAIN_DB).unwrap().to_vec()
}

fn text(rows: &Rows) -> &str {
    std::str::from_utf8(&rows.lines).unwrap()
}

fn messages(rows: &Rows) -> usize {
    text(rows).lines().filter(|line| line.contains("\"message\":{")).count()
}

#[test]
fn rows_are_as_reviewed() {
    for name in NAMES {
        let rows = read("chat.db", &made(&sql(name)), None).unwrap();
        let table = rows.tables.iter().find(|table| table.name == "message").unwrap();
        assert_eq!(table.rows, Some(table.read), "{name}");
        assert_eq!(messages(&rows) as u64, table.read, "{name}");
        let golden: PathBuf = [
            env!("CARGO_MANIFEST_DIR"),
            "../transcript/tests/fixtures/imessage-db",
            &format!("{name}.jsonl"),
        ]
        .iter()
        .collect();
        if std::env::var_os("UPDATE_ROWS").is_some() {
            std::fs::write(&golden, &rows.lines).unwrap();
        }
        let reviewed = std::fs::read_to_string(&golden).unwrap_or_default();
        assert!(reviewed == text(&rows), "not as in {}:\n{}", golden.display(), text(&rows));
    }
}

#[test]
fn a_row_is_shown_whole() {
    let bytes = made(&sql("current"));
    let columns = row("chat.db", &bytes, None, "message", 1).unwrap();
    let value = |name: &str| columns.iter().find(|(column, _)| column == name).unwrap().1.clone();
    assert_eq!(value("text"), "\"Rain at four, bring a coat\"");
    assert_eq!(value("attributedBody"), "NULL");
    assert_eq!(value("date"), "700000000000000000");
    for (table, rowid) in [("message", 17), ("no such table", 1), ("message\" --", 1)] {
        let none = row("chat.db", &bytes, None, table, rowid);
        assert!(matches!(none, Err(Error::NoRow { .. })), "{table} {rowid}: {none:?}");
    }
}

/// The files of a database that is still open elsewhere, with a transaction in the log alone.
fn with_log() -> (Vec<u8>, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.db");
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.execute_batch(&sql("before-10-13")).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    connection
        .execute_batch(
            "INSERT INTO message (guid, text, handle_id, date) VALUES ('NEW', 'Written last', 1, 450000180)",
        )
        .unwrap();
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    (read("chat.db"), read("chat.db-wal"))
}

#[test]
fn what_is_in_the_log_alone_is_read() {
    let (bytes, log) = with_log();
    let without = read("chat.db", &bytes, None).unwrap();
    assert_eq!(messages(&without), 3);
    let with = read("chat.db", &bytes, Some(&log)).unwrap();
    assert_eq!(messages(&with), 4);
    assert!(text(&with).contains("Written last"));
    assert!(text(&with).contains("from the write-ahead log"));

    let mut cut = read("chat.db", &bytes, Some(&log[..log.len() - 1])).unwrap();
    assert_eq!(messages(&cut), 3);
    assert!(text(&cut).contains("no whole transaction"));
    let other = made(&sql("current"));
    cut = read("chat.db", &other, Some(b"no log at all, and long enough for a header of one")).unwrap();
    assert!(text(&cut).contains("is no write-ahead log of it"));
}

#[test]
fn a_damaged_log_changes_nothing_that_it_should_not() {
    let (bytes, log) = with_log();
    for at in (0..log.len()).step_by(53) {
        let mut damaged = log.clone();
        damaged[at] ^= 0x55;
        let rows = read("chat.db", &bytes, Some(&damaged)).unwrap();
        assert_eq!(messages(&rows), 3, "damaged at {at}");
    }
}

#[test]
fn damage_costs_what_is_damaged_and_is_told() {
    let sql = format!(
        "{} WITH RECURSIVE n(i) AS (VALUES (100) UNION ALL SELECT i + 1 FROM n WHERE i < 2100)
         INSERT INTO message (ROWID, guid, text, date) SELECT i, 'N' || i, 'Boots and a drink, number ' || i, 1 FROM n;",
        sql("before-10-13")
    );
    let bytes = made(&sql);
    let whole = messages(&read("chat.db", &bytes, None).unwrap());
    let middle: Vec<u8> = "number 1100".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let at = bytes.windows(middle.len()).position(|part| part == middle).unwrap();
    let page = at / 4096 * 4096;
    let mut damaged = bytes;
    damaged[page..page + 64].fill(0xff);
    let rows = read("chat.db", &damaged, None).unwrap();
    let found = messages(&rows);
    assert!(found < whole && found > whole - 200, "{found} of {whole}");
    assert!(
        text(&rows).contains("\"unread\":\"message: what stands between the row "),
        "{}",
        &text(&rows)[..400]
    );
    assert!(text(&rows).contains("number 2100"));
}

#[test]
fn of_a_cut_file_what_is_there_is_read() {
    let bytes = made(&sql("current"));
    let cut = read("chat.db", &bytes[..bytes.len() - 4096], None).unwrap();
    assert!(text(&cut).contains("1 more pages than are there"), "{}", text(&cut));
    let found = |len: usize| read("chat.db", &bytes[..len], None).map_or(0, |rows| messages(&rows));
    let found: Vec<usize> = (4096..bytes.len()).step_by(4096).map(found).collect();
    assert!(found.is_sorted(), "the more is there, the more is read: {found:?}");
    assert!(found.last().is_some_and(|found| *found > 0), "{found:?}");
    assert!(!text(&cut).contains("so rows were deleted"), "{}", text(&cut));
}

#[test]
fn no_damage_panics_or_hangs() {
    for name in NAMES {
        let bytes = made(&sql(name));
        let mut opened = 0;
        for at in (0..bytes.len()).step_by(997) {
            for value in [0, 0xff, bytes[at] ^ 1] {
                let mut damaged = bytes.clone();
                damaged[at] = value;
                opened += usize::from(read("chat.db", &damaged, None).is_ok());
            }
        }
        assert!(opened > 0);
        for len in (0..bytes.len()).step_by(1000) {
            let _ = read("chat.db", &bytes[..len], Some(&bytes[len..]));
        }
    }
}

#[test]
fn what_is_no_table_in_the_file_is_not_run() {
    for sql in [
        "CREATE VIEW message AS WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
        "CREATE TABLE other (a)",
    ] {
        let none = read("chat.db", &made(sql), None);
        assert!(matches!(none, Err(Error::NotMessages { .. })), "{sql}: {none:?}");
    }
    let generated = "CREATE TABLE message (ROWID INTEGER PRIMARY KEY, guid TEXT,
        text TEXT GENERATED ALWAYS AS (hex(zeroblob(200000000))) VIRTUAL);
        INSERT INTO message (guid) VALUES ('A')";
    let rows = read("chat.db", &made(generated), None).unwrap();
    assert_eq!(messages(&rows), 1);
    assert!(rows.lines.len() < 10_000);
}
