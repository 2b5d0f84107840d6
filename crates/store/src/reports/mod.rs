//! Reports: how one comes in, where it stands, whose it is, and how its reporter finds it again.

mod queue;
mod submit;

use protocol::staff::ReportState;
use protocol::{Bytes, MemberId, UnixSeconds};
use seal::{LookupHash, ReportId, VerifyingKey};
use serde_json::json;

pub use queue::{Assigned, NotACursor, QueueCursor, QueueFilter, QueuePage, QueueRow};
pub use submit::{NewReport, SubmitOutcome};

use crate::acts::{Kind, NewAct, Stamp, record};
use crate::items::StoredItem;
use crate::sql::{Row, sql};
use crate::{Error, Store};

/// What is on record of a report: nothing that is sealed. The desk's wrap and the items' bytes come with a
/// [`Consultation`](crate::items::Consultation).
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Its id.
    pub report: ReportId,
    /// The slug of its desk.
    pub desk: String,
    /// When it became durable.
    pub received_at: UnixSeconds,
    /// Where it stands.
    pub state: ReportState,
    /// The one urgency bit.
    pub urgent: bool,
    /// Whose it is.
    pub assigned: Option<MemberId>,
    /// The key that its reporter signs with.
    pub reporter_key: VerifyingKey,
}

/// A report together with what is on record of its items, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportDetail {
    /// The report.
    pub report: Report,
    /// Its items.
    pub items: Vec<StoredItem>,
}

/// A report as its reporter may see it, found by the hash that seven words yield; also the reporter's right to read
/// its items.
#[derive(Clone, Debug, PartialEq)]
pub struct ReporterReport {
    pub(crate) report: ReportId,
    desk: String,
    received_at: UnixSeconds,
    state: ReportState,
    reporter_key: VerifyingKey,
    wrap: Bytes,
}

impl ReporterReport {
    /// The report's id.
    pub fn report(&self) -> ReportId {
        self.report
    }

    /// The slug of the desk that received it.
    pub fn desk(&self) -> &str {
        &self.desk
    }

    /// When it became durable.
    pub fn received_at(&self) -> UnixSeconds {
        self.received_at
    }

    /// Where it stands. Not for the reporter to see, but for what happens when they write again.
    pub fn state(&self) -> ReportState {
        self.state
    }

    /// The key that the reporter's requests and items are signed with.
    pub fn reporter_key(&self) -> VerifyingKey {
        self.reporter_key
    }

    /// The report's seed, wrapped to the reporter.
    pub fn wrap(&self) -> &Bytes {
        &self.wrap
    }
}

/// All reports.
pub struct Reports<'s>(pub(crate) &'s Store);

impl Reports<'_> {
    /// What is on record of a report.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn get(&self, report: ReportId) -> Result<Option<Report>, Error> {
        let query =
            sql("SELECT id, desk, received_at, state, priority, assigned, reporter_key FROM reports \
                         WHERE id = $1");
        let row = self.0.read("reports.get").await?.optional(query.bind(report)).await?;
        row.as_ref().map(Report::from_row).transpose()
    }

    /// What is on record of a report and its items.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn detail(&self, report: ReportId) -> Result<Option<ReportDetail>, Error> {
        let Some(found) = self.get(report).await? else { return Ok(None) };
        let items = self.0.items().headers(report).await?;
        Ok(Some(ReportDetail { report: found, items }))
    }

    /// The report that a receipt stands for.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn by_lookup(&self, lookup: LookupHash) -> Result<Option<ReporterReport>, Error> {
        let query = sql("SELECT id, desk, received_at, state, reporter_key, reporter_wrap FROM reports \
                         WHERE lookup_hash = $1");
        let row = self.0.read("reports.by_lookup").await?.optional(query.bind(lookup)).await?;
        row.map(|row| {
            Ok(ReporterReport {
                report: row.get("id")?,
                desk: row.get("desk")?,
                received_at: row.get("received_at")?,
                state: row.get("state")?,
                reporter_key: row.get("reporter_key")?,
                wrap: row.get("reporter_wrap")?,
            })
        })
        .transpose()
    }

    /// Moves a report on. Answers whether that changed anything.
    ///
    /// # Errors
    ///
    /// [`Error::NeverNewAgain`]; [`Error::NotFound`] when there is no such report; when the database fails.
    pub async fn set_state(&self, report: ReportId, state: ReportState, stamp: Stamp) -> Result<bool, Error> {
        if state == ReportState::New {
            return Err(Error::NeverNewAgain);
        }
        self.0
            .write("reports.set_state", (report, state, stamp), |link, (report, state, stamp)| {
                Box::pin(async move {
                    let query = sql("SELECT state FROM reports WHERE id = $1").bind(*report);
                    let before: ReportState = link.one(query, "report").await?.get("state")?;
                    let update = sql("UPDATE reports SET state = $1 WHERE id = $2 AND state <> $1");
                    if link.execute(update.bind(*state).bind(*report)).await? == 0 {
                        return Ok(false);
                    }
                    let detail = json!({ "from": before, "to": state });
                    let act = NewAct::new(Kind::DecisionMade, *stamp).report(*report).detail(detail);
                    record(link, [act]).await?;
                    Ok(true)
                })
            })
            .await
    }

    /// Gives a report to a member of its desk who may read it, or to nobody.
    ///
    /// # Errors
    ///
    /// [`Error::NotOfThisDesk`] when the member is not such a one; [`Error::NotFound`] when there is no such report;
    /// when the database fails.
    pub async fn assign(&self, report: ReportId, to: Option<MemberId>, stamp: Stamp) -> Result<(), Error> {
        self.0
            .write("reports.assign", (report, to, stamp), |link, (report, to, stamp)| {
                Box::pin(async move {
                    let row = link.one(sql("SELECT desk FROM reports WHERE id = $1").bind(*report), "report").await?;
                    let desk: String = row.get("desk")?;
                    if let Some(member) = to {
                        let query = sql("SELECT 1 AS found FROM members JOIN grants ON grants.member = members.id \
                                         WHERE members.id = $1 AND members.state = 'active' AND grants.desk = $2");
                        let found = link.optional(query.bind(member).bind(desk)).await?;
                        found.ok_or(Error::NotOfThisDesk)?;
                    }
                    link.execute(sql("UPDATE reports SET assigned = $1 WHERE id = $2").bind(to).bind(*report)).await?;
                    let act = NewAct::new(Kind::ReportAssigned, *stamp).report(*report);
                    let detail = to.map_or_else(|| json!({}), |to| json!({ "to": to }));
                    record(link, [act.detail(detail)]).await
                })
            })
            .await
    }
}

impl Report {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            report: row.get("id")?,
            desk: row.get("desk")?,
            received_at: row.get("received_at")?,
            state: row.get("state")?,
            urgent: row.get::<i64>("priority")? == 0,
            assigned: row.get("assigned")?,
            reporter_key: row.get("reporter_key")?,
        })
    }
}
