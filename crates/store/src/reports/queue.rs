//! A desk's queue: urgent reports first and, among equals, the longest waiting first.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::staff::ReportState;
use protocol::{Bytes, MemberId, UnixSeconds};
use seal::ReportId;
use serde_json::json;

use super::Reports;
use crate::Error;
use crate::acts::{Kind, NewAct, Stamp, record_numbered};
use crate::items::StoredItem;
use crate::sql::{Row, Sql, sql};

/// Which reports of a desk to show.
#[derive(Clone, Debug)]
pub struct QueueFilter {
    /// The slug of the desk.
    pub desk: String,
    /// In these states; in any when empty.
    pub states: Vec<ReportState>,
    /// Whose they are.
    pub assigned: Assigned,
    /// After this row of an earlier page.
    pub after: Option<QueueCursor>,
    /// At most so many.
    pub limit: u32,
}

impl QueueFilter {
    /// The first page of everything at a desk.
    pub fn new(desk: impl Into<String>, limit: u32) -> Self {
        Self { desk: desk.into(), states: Vec::new(), assigned: Assigned::Anyone, after: None, limit }
    }
}

/// Whose reports to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Assigned {
    /// All.
    #[default]
    Anyone,
    /// Those that are nobody's.
    Nobody,
    /// Those of one member.
    To(MemberId),
}

/// A place in the queue, between two rows. Holds still while reports come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueCursor {
    priority: i64,
    received_at: UnixSeconds,
    report: ReportId,
}

impl fmt::Display for QueueCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; 25];
        bytes[0] = u8::from(self.priority != 0);
        bytes[1..9].copy_from_slice(&self.received_at.to_be_bytes());
        bytes[9..].copy_from_slice(self.report.as_bytes());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// The text is not a place in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a place in a queue")]
pub struct NotACursor;

impl FromStr for QueueCursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotACursor)?;
        let ([priority @ (0 | 1)], rest) = bytes.split_first_chunk().ok_or(NotACursor)? else {
            return Err(NotACursor);
        };
        let (received_at, report) = rest.split_first_chunk().ok_or(NotACursor)?;
        Ok(Self {
            priority: i64::from(*priority),
            received_at: UnixSeconds::from_be_bytes(*received_at),
            report: ReportId::from_bytes(report.try_into().map_err(|_| NotACursor)?),
        })
    }
}

/// One page of a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueuePage {
    /// The reports.
    pub rows: Vec<QueueRow>,
    /// Where the next page begins, if there may be one.
    pub next: Option<QueueCursor>,
}

/// One report in a queue, with what it takes to open its summary.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueRow {
    /// The report.
    pub report: ReportId,
    /// When it became durable.
    pub received_at: UnixSeconds,
    /// When its reporter last added something.
    pub last_from_reporter: UnixSeconds,
    /// Where it stands.
    pub state: ReportState,
    /// The one urgency bit.
    pub urgent: bool,
    /// Whose it is.
    pub assigned: Option<MemberId>,
    /// Whether the reporter has added something since this member last read in it.
    pub unread: bool,
    /// How many items it has.
    pub items: u64,
    /// The report's seed, wrapped to the desk.
    pub desk_wrap: Bytes,
    /// What is on record of its summary.
    pub summary: StoredItem,
    /// The sealed summary; absent in the odd case that it came as an upload.
    pub summary_body: Option<Bytes>,
}

impl QueueRow {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let summary = StoredItem::from_row(row)?;
        let from_reporter: u64 = row.get("reporter_items")?;
        let seen: Option<u64> = row.get("seen")?;
        Ok(Self {
            report: summary.signed.header.report,
            received_at: row.get("arrived_at")?,
            last_from_reporter: row.get("last_from_reporter")?,
            state: row.get("state")?,
            urgent: row.get::<i64>("priority")? == 0,
            assigned: row.get("assigned")?,
            unread: seen.is_none_or(|seen| seen < from_reporter),
            items: row.get("items")?,
            desk_wrap: row.get("desk_wrap")?,
            summary,
            summary_body: row.get("body")?,
        })
    }

    fn cursor(&self) -> QueueCursor {
        QueueCursor { priority: i64::from(!self.urgent), received_at: self.received_at, report: self.report }
    }
}

impl Reports<'_> {
    /// A page of a desk's queue, for a member. What it hands out is in the published log before it does.
    ///
    /// # Errors
    ///
    /// [`Error::NotYetInLog`]; when the database fails.
    pub async fn queue(
        &self,
        filter: QueueFilter,
        member: MemberId,
        now: UnixSeconds,
    ) -> Result<QueuePage, Error> {
        let rows = self.0.read("reports.queue").await?.all(filter.query(member)).await?;
        let rows = rows.iter().map(QueueRow::from_row).collect::<Result<Vec<_>, _>>()?;
        if rows.is_empty() {
            return Ok(QueuePage { rows, next: None });
        }
        let shown: Vec<_> = rows.iter().map(|row| row.report).collect();
        let act = NewAct::new(Kind::QueueConsulted, Stamp::member(member, now))
            .detail(json!({ "desk": filter.desk, "reports": shown }));
        let recorded =
            self.0.write("reports.queue", act, |link, act| Box::pin(record_numbered(link, [act.clone()])));
        self.0.log().included(&recorded.await?).await?;
        let full = rows.len() as u64 == u64::from(filter.limit);
        let next = rows.last().filter(|_| full).map(QueueRow::cursor);
        Ok(QueuePage { rows, next })
    }
}

impl QueueFilter {
    fn query(&self, member: MemberId) -> Sql {
        let mut query = sql("SELECT reports.received_at AS arrived_at, reports.last_from_reporter, reports.state, \
                             reports.priority, reports.assigned, reports.reporter_items, reports.items, \
                             reports.desk_wrap, consulted.items AS seen, items.report, items.item, items.kind, \
                             items.author, items.size, items.sha256, items.signature, items.received_at, items.upload, \
                             items.body \
                             FROM reports \
                             JOIN items ON items.report = reports.id AND items.item = reports.summary \
                             LEFT JOIN consulted ON consulted.report = reports.id AND consulted.member = $1 \
                             WHERE reports.desk = $2")
            .bind(member)
            .bind(&self.desk);
        if !self.states.is_empty() {
            query = query.push(" AND reports.state").push_in(&self.states);
        }
        match self.assigned {
            Assigned::Anyone => {}
            Assigned::Nobody => query = query.push(" AND reports.assigned IS NULL"),
            Assigned::To(member) => query = query.push(" AND reports.assigned = ").push_bind(member),
        }
        if let Some(QueueCursor { priority, received_at, report }) = self.after {
            query = query.push(" AND (reports.priority, reports.received_at, reports.id) > (");
            query = query
                .push_bind(priority)
                .push(", ")
                .push_bind(received_at)
                .push(", ")
                .push_bind(report)
                .push(")");
        }
        query
            .push(" ORDER BY reports.priority, reports.received_at, reports.id LIMIT ")
            .push_bind(i64::from(self.limit))
    }
}
