//! The rows of a database as the lines that `transcript` reads.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::types::ValueRef;
use serde_json::{Map, Value, json};

use super::{Opened, Rows, Table, hexadecimal, listed, quoted};
use crate::error::{Error, Result};

/// Columns of `message` that are read. Those that a version of macOS does not have are left out.
const MESSAGE: &[&str] = &[
    "guid",
    "text",
    "attributedBody",
    "message_summary_info",
    "date",
    "handle_id",
    "other_handle",
    "is_from_me",
    "is_sent",
    "is_empty",
    "error",
    "item_type",
    "group_action_type",
    "group_title",
    "balloon_bundle_id",
    "account",
    "destination_caller_id",
    "associated_message_guid",
    "associated_message_type",
    "associated_message_emoji",
    "thread_originator_guid",
    "thread_originator_part",
    "reply_to_guid",
    "date_edited",
    "date_retracted",
    "date_read",
    "date_delivered",
    "date_played",
    "date_recovered",
    "service",
    "subject",
    "country",
    "expressive_send_style_id",
    "is_spam",
    "is_audio_message",
    "is_expirable",
    "expire_state",
    "share_status",
    "share_direction",
    "was_downgraded",
    "was_delivered_quietly",
    "payload_data",
];
const HANDLE: &[&str] = &["id", "service", "country", "uncanonicalized_id"];
const CHAT: &[&str] = &["guid", "style", "chat_identifier", "service_name", "room_name", "display_name"];
const ATTACHMENT: &[&str] = &["guid", "filename", "transfer_name", "mime_type", "uti", "total_bytes"];
/// What apps draw: only its length is told.
const DRAWN: &str = "payload_data";
/// How many gaps and places are named before the rest is counted.
const NAMED: usize = 10;

/// Which other rows belong to a row.
type Joined = HashMap<i64, Vec<i64>>;

/// What the tables beside `message` say, and what is made of it all.
pub(super) struct Writer<'d> {
    opened: &'d Opened<'d>,
    lines: Vec<u8>,
    tables: BTreeMap<String, Table>,
    notices: Vec<String>,
    unread: Vec<String>,
    chats: Joined,
    attached: Joined,
    attachments: HashMap<i64, Value>,
    /// By message: the chat it was deleted from, and when.
    deleted: HashMap<i64, Vec<(i64, i64)>>,
    /// By the GUID of the message that they are about.
    tapbacks: HashMap<String, Vec<Map<String, Value>>>,
}

impl<'d> Writer<'d> {
    pub(super) fn new(opened: &'d Opened<'d>) -> Result<Self> {
        if !opened.tables.contains("message") {
            let tables = opened.tables.iter().take(NAMED).cloned().collect();
            return Err(Error::NotMessages { name: opened.name.to_owned(), tables });
        }
        let mut tables = BTreeMap::new();
        for name in &opened.tables {
            let table =
                Table { name: name.clone(), rows: opened.count(name), read: 0, columns_not_read: Vec::new() };
            tables.insert(name.clone(), table);
        }
        Ok(Self {
            opened,
            lines: Vec::new(),
            tables,
            notices: opened.notices.clone(),
            unread: Vec::new(),
            chats: Joined::new(),
            attached: Joined::new(),
            attachments: HashMap::new(),
            deleted: HashMap::new(),
            tapbacks: HashMap::new(),
        })
    }

    pub(super) fn write(&mut self) -> Result<()> {
        let counts: Map<String, Value> =
            self.tables.values().map(|table| (table.name.clone(), table.rows.into())).collect();
        self.line(&json!({ "schema": "safehand.imessage-rows/1", "tables": counts }))?;
        self.handles_and_chats()?;
        self.joins()?;
        self.tapbacks()?;
        let rowids = self.messages()?;
        if self.unread.is_empty() {
            self.notice_gaps(&rowids);
            self.notice_joins(&rowids);
        } else {
            self.notices.push("which rows were deleted cannot be told from a damaged database".to_owned());
        }
        for (key, notes) in [("warning", &self.notices), ("unread", &self.unread)] {
            for note in notes {
                line(&mut self.lines, &json!({ key: note }))?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Rows {
        Rows { lines: self.lines, tables: self.tables.into_values().collect() }
    }

    fn line(&mut self, value: &Value) -> Result<()> {
        line(&mut self.lines, value)
    }

    fn handles_and_chats(&mut self) -> Result<()> {
        let mut lines = Vec::new();
        self.each("handle", HANDLE, &mut |_, row| line(&mut lines, &json!({ "handle": row })))?;
        let members = self.pairs("chat_handle_join", "chat_id", "handle_id")?;
        self.each("chat", CHAT, &mut |rowid, row| {
            line(&mut lines, &json!({ "chat": row, "handles": members.get(&rowid) }))
        })?;
        self.lines.append(&mut lines);
        Ok(())
    }

    fn joins(&mut self) -> Result<()> {
        self.chats = self.pairs("chat_message_join", "message_id", "chat_id")?;
        self.attached = self.pairs("message_attachment_join", "message_id", "attachment_id")?;
        let mut attachments = HashMap::new();
        self.each("attachment", ATTACHMENT, &mut |rowid, row| {
            attachments.insert(rowid, Value::Object(row));
            Ok(())
        })?;
        self.attachments = attachments;
        let mut deleted: HashMap<i64, Vec<(i64, i64)>> = HashMap::new();
        let columns = ["chat_id", "message_id", "delete_date"];
        self.each("chat_recoverable_message_join", &columns, &mut |_, row| {
            let number = |name| row.get(name).and_then(Value::as_i64).unwrap_or_default();
            deleted.entry(number("message_id")).or_default().push((number("chat_id"), number("delete_date")));
            Ok(())
        })?;
        self.deleted = deleted;
        Ok(())
    }

    /// What was put on messages and not taken back, by the message it is on.
    fn tapbacks(&mut self) -> Result<()> {
        let columns = [
            "associated_message_guid",
            "associated_message_type",
            "associated_message_emoji",
            "handle_id",
            "is_from_me",
            "account",
            "destination_caller_id",
        ];
        let mut tapbacks: HashMap<String, Vec<Map<String, Value>>> = HashMap::new();
        self.each_of("message", &columns, false, &mut |_, mut row| {
            let sort =
                row.remove("associated_message_type").and_then(|sort| sort.as_i64()).unwrap_or_default();
            let Some(Value::String(about)) = row.remove("associated_message_guid") else { return Ok(()) };
            if !(2000..4000).contains(&sort) {
                return Ok(());
            }
            for (from, to) in
                [("handle_id", "handle"), ("is_from_me", "from_me"), ("associated_message_emoji", "emoji")]
            {
                if let Some(value) = row.remove(from) {
                    row.insert(to.to_owned(), value);
                }
            }
            let guid = about.rsplit_once('/').map_or(&*about, |(_, guid)| guid);
            let on = tapbacks.entry(guid.strip_prefix("bp:").unwrap_or(guid).to_owned()).or_default();
            let same = |one: &Map<String, Value>| {
                one.get("handle") == row.get("handle")
                    && one.get("from_me") == row.get("from_me")
                    && one.get("type").and_then(Value::as_i64) == Some(2000 + sort % 1000)
            };
            on.retain(|one| !same(one));
            if sort < 3000 {
                row.insert("type".to_owned(), sort.into());
                on.push(row);
            }
            Ok(())
        })?;
        self.tapbacks = tapbacks;
        Ok(())
    }

    fn messages(&mut self) -> Result<BTreeSet<i64>> {
        let mut rowids = BTreeSet::new();
        let mut lines = Vec::new();
        let (chats, attached, attachments) = (&self.chats, &self.attached, &self.attachments);
        let (deleted, tapbacks) = (&self.deleted, &self.tapbacks);
        let mut write = |rowid: i64, row: Map<String, Value>| {
            rowids.insert(rowid);
            let guid = row.get("guid").and_then(Value::as_str).unwrap_or_default();
            let on = tapbacks.get(guid).cloned();
            let files = attached.get(&rowid).map(|files| {
                files.iter().map(|file| {
                    attachments
                        .get(file)
                        .cloned()
                        .unwrap_or_else(|| json!({ "filename": null, "ROWID": file }))
                })
            });
            let mut whole = Map::new();
            whole.insert("message".to_owned(), Value::Object(row));
            if let Some(chats) = chats.get(&rowid) {
                whole.insert("chats".to_owned(), json!(chats));
            }
            if let Some(deleted) = deleted.get(&rowid) {
                let list = deleted.iter().map(|(chat, date)| json!({ "chat": chat, "date": date }));
                whole.insert("deleted".to_owned(), list.collect());
            }
            if let Some(files) = files {
                whole.insert("attachments".to_owned(), files.collect());
            }
            if let Some(on) = on {
                whole.insert("tapbacks".to_owned(), on.into_iter().map(Value::Object).collect());
            }
            line(&mut lines, &Value::Object(whole))
        };
        // The borrow of the joins ends before the counts are kept.
        let scan = scan(self.opened, "message", MESSAGE, &mut write)?;
        self.keep("message", scan);
        self.lines.append(&mut lines);
        Ok(rowids)
    }

    /// Rows that were deleted leave a gap: rowids are given in order and never twice.
    fn notice_gaps(&mut self, rowids: &BTreeSet<i64>) {
        let mut gaps = Vec::new();
        let mut missing = 0;
        let mut next = rowids.first().copied().unwrap_or(1).min(1);
        let given = if self.opened.tables.contains("sqlite_sequence") {
            let select = "SELECT max(seq) FROM sqlite_sequence WHERE name = 'message'";
            self.opened.connection.query_row(select, [], |row| row.get::<_, Option<i64>>(0)).unwrap_or(None)
        } else {
            None
        };
        for rowid in rowids.iter().copied().chain(given.and_then(|given| given.checked_add(1))) {
            if rowid > next {
                missing += rowid.abs_diff(next);
                gaps.push(if rowid - next == 1 {
                    next.to_string()
                } else {
                    format!("{next} to {}", rowid - 1)
                });
            }
            next = next.max(rowid.saturating_add(1));
        }
        if missing > 0 {
            let more = gaps.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more ranges") } else { String::new() };
            gaps.truncate(NAMED);
            self.notices.push(format!(
                "{missing} rowids of the table message are not there any more, so rows were deleted: {}{more}",
                gaps.join(", ")
            ));
        }
    }

    /// What the joins name and is not there, and what is there and nobody names.
    fn notice_joins(&mut self, rowids: &BTreeSet<i64>) {
        for (table, named) in [
            ("chat_message_join", self.chats.keys().collect::<BTreeSet<_>>()),
            ("message_attachment_join", self.attached.keys().collect()),
            ("chat_recoverable_message_join", self.deleted.keys().collect()),
        ] {
            let gone: Vec<String> = named
                .into_iter()
                .filter(|message| !rowids.contains(message))
                .map(ToString::to_string)
                .collect();
            if !gone.is_empty() {
                let first = gone.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
                self.notices.push(format!(
                    "{table} names {} messages that are not there any more: {first}",
                    gone.len()
                ));
            }
        }
        let named: BTreeSet<i64> = self.attached.values().flatten().copied().collect();
        let mut orphans: Vec<i64> =
            self.attachments.keys().filter(|file| !named.contains(file)).copied().collect();
        orphans.sort_unstable();
        for file in orphans.iter().take(NAMED) {
            let row = self.attachments.get(file);
            let name = ["filename", "transfer_name"].iter().find_map(|name| row?.get(name)?.as_str());
            let name = name.unwrap_or("without a name");
            self.notices.push(format!("the attachment {file}, {name}, belongs to no message"));
        }
        if orphans.len() > NAMED {
            self.notices.push(format!("{} more attachments belong to no message", orphans.len() - NAMED));
        }
        for table in ["deleted_messages", "sync_deleted_messages", "unsynced_removed_recoverable_messages"] {
            if let Some(Table { rows: Some(rows @ 1..), .. }) = self.tables.get(table) {
                self.notices.push(format!("the table {table} names {rows} messages that were deleted"));
            }
        }
    }

    /// Two columns of a table, the second by the first.
    fn pairs(&mut self, table: &str, from: &str, to: &str) -> Result<Joined> {
        let mut joined = Joined::new();
        self.each(table, &[from, to], &mut |_, row| {
            let number = |name| row.get(name).and_then(Value::as_i64);
            if let (Some(from), Some(to)) = (number(from), number(to)) {
                joined.entry(from).or_default().push(to);
            }
            Ok(())
        })?;
        Ok(joined)
    }

    fn each(
        &mut self,
        table: &str,
        columns: &[&str],
        take: &mut dyn FnMut(i64, Map<String, Value>) -> Result<()>,
    ) -> Result<()> {
        self.each_of(table, columns, true, take)
    }

    fn each_of(
        &mut self,
        table: &str,
        columns: &[&str],
        counted: bool,
        take: &mut dyn FnMut(i64, Map<String, Value>) -> Result<()>,
    ) -> Result<()> {
        let scan = scan(self.opened, table, columns, take)?;
        if counted {
            self.keep(table, scan);
        }
        Ok(())
    }

    fn keep(&mut self, table: &str, scan: Scan) {
        if let Some(known) = self.tables.get_mut(table) {
            known.read = scan.read;
            known.columns_not_read = scan.left;
        }
        self.unread.extend(scan.unread);
        self.notices.extend(scan.notice);
    }
}

/// What came of reading a table.
#[derive(Default)]
struct Scan {
    read: u64,
    left: Vec<String>,
    unread: Option<String>,
    notice: Option<String>,
}

/// Gives every row of a table, in the order of rowids; of a damaged one those before the damage, and then those behind.
fn scan(
    opened: &Opened<'_>,
    table: &str,
    wanted: &[&str],
    take: &mut dyn FnMut(i64, Map<String, Value>) -> Result<()>,
) -> Result<Scan> {
    let there = opened.columns(table)?;
    if there.is_empty() {
        return Ok(Scan::default());
    }
    let columns: Vec<&str> =
        wanted.iter().copied().filter(|name| there.iter().any(|there| there == name)).collect();
    let left =
        there.iter().filter(|name| !columns.contains(&&***name) && *name != "ROWID").cloned().collect();
    let mut scan = Scan { left, ..Scan::default() };
    let (reached, damage) = pass(opened, table, &columns, None, &mut scan, take)?;
    let Some(damage) = damage else { return Ok(scan) };
    let (back, _) = pass(opened, table, &columns, Some(reached.unwrap_or(i64::MIN)), &mut scan, take)?;
    let from = reached.map_or("the first row".to_owned(), |rowid| format!("the row {rowid}"));
    let to = back.map_or("the last".to_owned(), |rowid| format!("the row {rowid}"));
    scan.unread = Some(format!("{table}: what stands between {from} and {to} cannot be read: {damage}"));
    Ok(scan)
}

/// Goes through a table forwards, or backwards until just before a rowid. Says how far, and what stopped it.
fn pass(
    opened: &Opened<'_>,
    table: &str,
    columns: &[&str],
    until: Option<i64>,
    scan: &mut Scan,
    take: &mut dyn FnMut(i64, Map<String, Value>) -> Result<()>,
) -> Result<(Option<i64>, Option<String>)> {
    let order = if until.is_some() { "DESC" } else { "ASC" };
    let comma = if columns.is_empty() { "" } else { ", " };
    let select =
        format!("SELECT ROWID{comma}{} FROM {} ORDER BY ROWID {order}", listed(columns), quoted(table));
    let mut reached: Option<i64> = None;
    let mut statement = match opened.connection.prepare(&select) {
        Ok(statement) => statement,
        Err(error) => return Ok((None, Some(error.to_string()))),
    };
    let mut found = statement.query([]).map_err(opened.failed())?;
    loop {
        let row = match found.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok((reached, None)),
            Err(error) => return Ok((reached, Some(error.to_string()))),
        };
        let Ok(rowid) = row.get::<_, i64>(0) else {
            return Ok((reached, Some("a row without a rowid".to_owned())));
        };
        let behind = until.is_some_and(|until| rowid <= until);
        let again = reached.is_some_and(|last| if until.is_some() { rowid >= last } else { rowid <= last });
        if behind || again {
            return Ok((reached, again.then(|| "rows stand in a circle".to_owned())));
        }
        let mut values = Map::new();
        values.insert("ROWID".to_owned(), rowid.into());
        for (number, column) in (1..).zip(columns) {
            let value = match row.get_ref(number) {
                Ok(value) => value,
                Err(error) => return Ok((reached, Some(error.to_string()))),
            };
            if let Some(value) = written(column, value, scan, table, rowid) {
                values.insert((*column).to_owned(), value);
            }
        }
        scan.read += 1;
        reached = Some(rowid);
        take(rowid, values)?;
    }
}

fn written(column: &str, value: ValueRef<'_>, scan: &mut Scan, table: &str, rowid: i64) -> Option<Value> {
    match value {
        // Nought is what a column says by default, and what a missing one means.
        ValueRef::Null | ValueRef::Integer(0) => None,
        ValueRef::Integer(value) => Some(value.into()),
        ValueRef::Real(value) => Some(value.into()),
        ValueRef::Text(text) => {
            let words = String::from_utf8_lossy(text);
            if matches!(words, std::borrow::Cow::Owned(_)) {
                scan.notice.get_or_insert_with(|| {
                    format!("{table} {rowid}: {column} is not UTF-8; shown with replacement characters")
                });
            }
            Some(words.into())
        }
        ValueRef::Blob(bytes) if column == DRAWN => Some(format!("{} bytes", bytes.len()).into()),
        ValueRef::Blob(bytes) => Some(hexadecimal(bytes).into()),
    }
}

fn line(lines: &mut Vec<u8>, value: &Value) -> Result<()> {
    serde_json::to_writer(&mut *lines, value).map_err(|error| Error::Output(error.into()))?;
    lines.push(b'\n');
    Ok(())
}
