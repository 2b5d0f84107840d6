//! Reading the record of acts, desk by desk, for auditors and for whoever may read a report's history.
//!
//! Who looks for whom is sensitive too: every page, every count and every export is on record, on the disk, before
//! anything of it is handed out. Such an act names what was asked for in its detail only, never as the report it
//! concerns: an audit does not show in the history of the report that it is about.
//!
//! Pages are found by keys, not by offsets: what comes in while somebody reads moves nothing. Acts are in the order
//! of their times and, within a second, of their numbers.

use std::fmt;
use std::str::FromStr;

use ledger::Kind;
use protocol::{MemberId, UnixSeconds};
use seal::{ItemKind, ReportId};
use serde_json::{Map, Value as Json, json};

use crate::acts::{Act, NewAct, Stamp, record};
use crate::sql::{Row, Sql, sql};
use crate::{Error, Store};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Which acts of a desk to show.
#[derive(Clone, Debug)]
pub struct LedgerFilter {
    /// The slug of the desk.
    pub desk: String,
    /// By this member only.
    pub member: Option<MemberId>,
    /// About this report only.
    pub report: Option<ReportId>,
    /// With a report: also the lists of the queue and the look-ups that named it.
    pub named: bool,
    /// Of this kind only.
    pub kind: Option<Kind>,
    /// Not before this time.
    pub since: Option<UnixSeconds>,
    /// Before this time.
    pub until: Option<UnixSeconds>,
}

impl LedgerFilter {
    /// Everything at a desk.
    pub fn new(desk: impl Into<String>) -> Self {
        Self {
            desk: desk.into(),
            member: None,
            report: None,
            named: false,
            kind: None,
            since: None,
            until: None,
        }
    }

    /// What the record says of a look-up with this filter.
    fn detail(&self, how: &str) -> Json {
        let mut detail = Map::new();
        let mut put = |name: &str, value: Json| {
            detail.insert(name.to_owned(), value);
        };
        put("desk", json!(self.desk));
        put("as", json!(how));
        if let Some(member) = self.member {
            put("member", json!(member));
        }
        if let Some(report) = self.report {
            put("report", json!(report));
        }
        if let Some(kind) = self.kind {
            put("act", json!(kind.as_str()));
        }
        if let Some(since) = self.since {
            put("since", json!(since));
        }
        if let Some(until) = self.until {
            put("until", json!(until));
        }
        Json::Object(detail)
    }

    /// The runs of an index that a page is merged from. Those by desk and by member have an act's kind before its time,
    /// so each kind is a run of its own; a report has so few acts that it is one.
    fn runs(&self) -> Vec<Run> {
        let asked = |kind: &Kind| self.kind.is_none_or(|asked| asked == *kind);
        let kinds = Kind::ALL.iter().copied().filter(asked);
        if self.report.is_some() {
            let naming = NAMING.into_iter().filter(|kind| self.named && asked(kind));
            std::iter::once(Run::OfReport).chain(naming.map(Run::Naming)).collect()
        } else if self.member.is_some() {
            kinds.map(Run::OfMember).collect()
        } else {
            kinds.map(Run::OfDesk).collect()
        }
    }

    /// Goes on from `SELECT …` with the acts of one run. A comparison that is not to choose the index ends in `IS TRUE`.
    fn of_run(&self, query: Sql, run: Run) -> Sql {
        let mut query = query.push(" FROM acts WHERE ");
        query = match run {
            Run::OfDesk(kind) => {
                query.push("desk = ").push_bind(&self.desk).push(" AND kind = ").push_bind(kind)
            }
            Run::OfMember(kind) => {
                let query =
                    query.push("member = ").push_bind(self.member).push(" AND kind = ").push_bind(kind);
                query.push(" AND (desk = ").push_bind(&self.desk).push(") IS TRUE")
            }
            Run::OfReport => {
                let query = query.push("report = ").push_bind(self.report);
                query.push(" AND (desk = ").push_bind(&self.desk).push(") IS TRUE")
            }
            Run::Naming(kind) => {
                let report = self.report.map(|report| report.to_string()).unwrap_or_default();
                let named = format!("%\"{report}\"%").replace('_', "!_");
                let query = query.push("desk = ").push_bind(&self.desk).push(" AND kind = ").push_bind(kind);
                query.push(" AND detail LIKE ").push_bind(named).push(" ESCAPE '!'")
            }
        };
        if let (Some(member), Run::OfReport | Run::Naming(_)) = (self.member, run) {
            query = query.push(" AND (member = ").push_bind(member).push(") IS TRUE");
        }
        if let (Some(kind), Run::OfReport) = (self.kind, run) {
            query = query.push(" AND (kind = ").push_bind(kind).push(") IS TRUE");
        }
        if let Some(since) = self.since {
            query = query.push(" AND at >= ").push_bind(since);
        }
        if let Some(until) = self.until {
            query = query.push(" AND at < ").push_bind(until);
        }
        query
    }

    fn query(&self, entries: Sql, span: Span, limit: u32) -> Sql {
        let order = match span {
            Span::Newest | Span::Before(_) => " ORDER BY at DESC, seq DESC LIMIT ",
            Span::After(_) => " ORDER BY at, seq LIMIT ",
        };
        let mut query = entries;
        for (number, run) in self.runs().into_iter().enumerate() {
            query = query.push(if number == 0 { "" } else { " UNION ALL " });
            query = self.of_run(query.push("SELECT at, seq FROM (SELECT at, seq"), run);
            query = match span {
                Span::Newest => query,
                Span::Before(LedgerCursor { at, seq }) => {
                    query.push(" AND (at, seq) < (").push_bind(at).push(", ").push_bind(seq).push(")")
                }
                Span::After(LedgerCursor { at, seq }) => {
                    query.push(" AND (at, seq) > (").push_bind(at).push(", ").push_bind(seq).push(")")
                }
            };
            query = query.push(order).push_bind(i64::from(limit)).push(") AS run");
        }
        query.push(") AS runs").push(order).push_bind(i64::from(limit)).push(NEWEST_FIRST)
    }
}

/// A part of what a filter lets through that stands together in an index.
#[derive(Clone, Copy)]
enum Run {
    OfDesk(Kind),
    OfMember(Kind),
    OfReport,
    /// Acts that name the report in their detail only.
    Naming(Kind),
}

/// The kinds of acts that name reports in their detail only.
const NAMING: [Kind; 2] = [Kind::QueueConsulted, Kind::LedgerConsulted];

/// The acts of a page, which are found first and looked up then. The runs come next.
const ENTRIES: &str = "SELECT acts.seq, acts.at, acts.kind, acts.actor, acts.member, acts.report, acts.item, \
                       acts.digest, acts.detail, acts.idx, acts.salt, items.kind AS item_kind, members.name \
                       FROM (SELECT at, seq FROM (";
const NEWEST_FIRST: &str = ") AS page JOIN acts ON acts.seq = page.seq \
                            LEFT JOIN items ON items.report = acts.report AND items.item = acts.item \
                            LEFT JOIN members ON members.id = acts.member ORDER BY acts.at DESC, acts.seq DESC";

/// A place between two acts. Holds still while acts come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerCursor {
    at: UnixSeconds,
    seq: i64,
}

impl fmt::Display for LedgerCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at, self.seq)
    }
}

/// The text is not a place in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the ledger")]
pub struct NotACursor;

impl FromStr for LedgerCursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (at, seq) = text.split_once('.').ok_or(NotACursor)?;
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| digits).ok_or(NotACursor)
        };
        Ok(Self { at: number(at)?, seq: number(seq)? })
    }
}

/// Which page of the acts that pass a filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Span {
    /// The newest.
    #[default]
    Newest,
    /// The next older ones.
    Before(LedgerCursor),
    /// The next newer ones.
    After(LedgerCursor),
}

/// An act with what it takes to tell it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The act.
    pub act: Act,
    /// The kind of the item that it concerns.
    pub item_kind: Option<ItemKind>,
    /// The name, as it is now, of the member who acted.
    pub name: Option<String>,
}

impl Entry {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self { act: Act::from_row(row)?, item_kind: row.get("item_kind")?, name: row.get("name")? })
    }

    fn cursor(&self) -> LedgerCursor {
        LedgerCursor { at: self.act.at, seq: self.act.seq }
    }
}

/// One page, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerPage {
    /// The acts.
    pub entries: Vec<Entry>,
    /// Where the next older page begins, if there is one.
    pub older: Option<LedgerCursor>,
    /// Where the next newer page begins, if there may be one.
    pub newer: Option<LedgerCursor>,
}

/// What one member read of one report on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayReading {
    /// When the day began, in UTC.
    pub day: UnixSeconds,
    /// Who.
    pub member: MemberId,
    /// Of which report.
    pub report: ReportId,
    /// Items they were given, counted each time.
    pub items: u64,
    /// Whether it was assigned to them when they first read in it that day.
    pub assigned: bool,
}

impl DayReading {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let member: MemberId = row.get("member")?;
        let detail: Option<String> = row.get("assignment")?;
        let detail: Option<Json> = detail
            .map(|text| serde_json::from_str(&text).map_err(|_| Error::Column { column: "detail" }))
            .transpose()?;
        let to = detail.as_ref().and_then(|detail| detail["to"].as_str());
        Ok(Self {
            day: row.get::<i64>("day")? * DAY,
            member,
            report: row.get("report")?,
            items: row.get("reads")?,
            assigned: to.is_some_and(|to| to == member.to_string()),
        })
    }
}

/// The record of acts as auditors read it.
pub struct Oversight<'s>(pub(crate) &'s Store);

impl Oversight<'_> {
    /// One page. That it was read is on record before it is handed out.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn page(
        &self,
        filter: &LedgerFilter,
        span: Span,
        limit: u32,
        stamp: Stamp,
    ) -> Result<LedgerPage, Error> {
        self.consult(filter, "page", stamp).await?;
        let mut entries = entries(self.0, filter, span, limit.saturating_add(1)).await?;
        let further = entries.len() as u64 > u64::from(limit);
        if further {
            // One more than the page holds was asked for, to know whether there is another page.
            match span {
                Span::After(_) => drop(entries.remove(0)),
                Span::Newest | Span::Before(_) => drop(entries.pop()),
            }
        }
        let (first, last) = (entries.first().map(Entry::cursor), entries.last().map(Entry::cursor));
        let (older, newer) = match span {
            Span::Newest => (last.filter(|_| further), None),
            Span::Before(cursor) => (last.filter(|_| further), Some(first.unwrap_or(cursor))),
            Span::After(cursor) => (Some(last.unwrap_or(cursor)), first.filter(|_| further)),
        };
        Ok(LedgerPage { entries, older, newer })
    }

    /// Everything, in batches. That it was exported is on record once this answers.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn export(&self, filter: LedgerFilter, stamp: Stamp) -> Result<Export, Error> {
        self.consult(&filter, "export", stamp).await?;
        Ok(Export { store: self.0.clone(), filter, span: Some(Span::Newest) })
    }

    /// What members read of which reports on which days of the filter's time, newest day first. That it was counted
    /// is on record before it is handed out. The filter's kind does not matter.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn readings(&self, filter: &LedgerFilter, stamp: Stamp) -> Result<Vec<DayReading>, Error> {
        self.consult(filter, "counts", stamp).await?;
        let filter = LedgerFilter { kind: Some(Kind::ItemConsulted), named: false, ..filter.clone() };
        let mut query = sql("SELECT day_read.member, day_read.day, day_read.report, day_read.reads, \
                             (SELECT acts.detail FROM acts WHERE acts.report = day_read.report \
                              AND acts.kind = 'report.assigned' AND acts.at <= day_read.first_at \
                              ORDER BY acts.at DESC, acts.seq DESC LIMIT 1) AS assignment \
                             FROM (SELECT member, at / 86400 AS day, report, COUNT(*) AS reads, \
                             MIN(at) AS first_at");
        for run in filter.runs() {
            query = filter.of_run(query, run);
        }
        let query = query.push(
            " AND member IS NOT NULL GROUP BY member, at / 86400, report) AS day_read \
             ORDER BY day_read.day DESC, day_read.member, day_read.report",
        );
        self.0.read("oversight.readings").await?.all(query).await?.iter().map(DayReading::from_row).collect()
    }

    /// The reports of a desk with an id between two, both included; at most two of them.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn reports_between(
        &self,
        desk: &str,
        first: ReportId,
        last: ReportId,
    ) -> Result<Vec<ReportId>, Error> {
        let query =
            sql("SELECT id FROM reports WHERE id >= $1 AND id <= $2 AND desk = $3 ORDER BY id LIMIT 2");
        let query = query.bind(first).bind(last).bind(desk);
        let rows = self.0.read("oversight.reports_between").await?.all(query).await?;
        rows.iter().map(|row| row.get("id")).collect()
    }

    async fn consult(&self, filter: &LedgerFilter, how: &str, stamp: Stamp) -> Result<(), Error> {
        let act = NewAct::new(Kind::LedgerConsulted, stamp).detail(filter.detail(how));
        self.0.write("oversight.consult", act, |link, act| Box::pin(record(link, [act.clone()]))).await
    }
}

/// Everything that passes a filter, newest first, in batches: however much it is, only one batch is in memory.
#[derive(Debug)]
pub struct Export {
    store: Store,
    filter: LedgerFilter,
    span: Option<Span>,
}

impl Export {
    /// The next batch, of at most `limit`; an empty one at the end.
    ///
    /// # Errors
    ///
    /// When the database fails. Asking again goes on where it failed.
    pub async fn next(&mut self, limit: u32) -> Result<Vec<Entry>, Error> {
        let Some(span) = self.span else { return Ok(Vec::new()) };
        let batch = entries(&self.store, &self.filter, span, limit).await?;
        let full = batch.len() as u64 == u64::from(limit);
        self.span = batch.last().filter(|_| full).map(|last| Span::Before(last.cursor()));
        Ok(batch)
    }
}

async fn entries(store: &Store, filter: &LedgerFilter, span: Span, limit: u32) -> Result<Vec<Entry>, Error> {
    let query = filter.query(sql(ENTRIES), span, limit);
    store.read("oversight.entries").await?.all(query).await?.iter().map(Entry::from_row).collect()
}

#[cfg(test)]
mod many;

#[cfg(test)]
mod tests {
    use super::LedgerCursor;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_does() {
        let cursor = LedgerCursor { at: 1_800_000_000, seq: 42 };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", ".", "1", "1.", ".1", "+1.2", "1.-2", "1.2.3", "a.b", "99999999999999999999.1"] {
            assert!(text.parse::<LedgerCursor>().is_err(), "{text}");
        }
    }
}
