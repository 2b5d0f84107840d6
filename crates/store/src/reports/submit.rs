//! A report comes in.

use protocol::UnixSeconds;
use protocol::staff::ReportState;
use protocol::submission::Submission;
use seal::{Digest, ItemId, ItemKind, ReportId};

use super::Reports;
use crate::Error;
use crate::acts::{Kind, NewAct, Stamp};
use crate::db::Link;
use crate::items::{self, NewItem};
use crate::sql::sql;

/// A report as it is handed over.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// The slug of the desk it is for.
    pub desk: String,
    /// What was sent.
    pub submission: Submission,
    /// A digest by which the same submission is known again.
    pub digest: Digest,
    /// The time now.
    pub received_at: UnixSeconds,
}

/// What became of a report that was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubmitOutcome {
    /// It is on the disk.
    New,
    /// It was already: this very submission, at that time.
    Same {
        /// When it became durable.
        received_at: UnixSeconds,
    },
    /// Its id, or its reporter's lookup hash, stands for another submission.
    Conflict,
}

impl Reports<'_> {
    /// Takes a report in, with its items, in one transaction. Idempotent by report id and digest.
    ///
    /// The caller has verified the signatures, and that the desk takes what is in it. Sizes and digests of the bytes
    /// are verified here, and that there is exactly one summary.
    ///
    /// # Errors
    ///
    /// [`Error::BodyMismatch`], [`Error::InlineTooLarge`] and [`Error::UploadUnusable`] for bytes that are not what
    /// a header says; [`Error::NoSummary`]; [`Error::ItemConflict`] when an item id comes twice;
    /// [`Error::NotFound`] when there is no such desk; when the database fails.
    pub async fn submit(&self, new: NewReport) -> Result<SubmitOutcome, Error> {
        let arrival = Arrival::check(new)?;
        self.0.write("reports.submit", arrival, |link, arrival| Box::pin(arrival.settle(link))).await
    }
}

/// A submission whose inline bytes are what their headers say.
struct Arrival {
    report: ReportId,
    new: NewReport,
    items: Vec<NewItem>,
    summary: ItemId,
}

impl Arrival {
    fn check(mut new: NewReport) -> Result<Self, Error> {
        let report = new.submission.report;
        let items = NewItem::check_all(report, std::mem::take(&mut new.submission.items))?;
        let mut summaries =
            items.iter().map(NewItem::header).filter(|header| header.kind == ItemKind::Summary);
        let summary = match (summaries.next(), summaries.next()) {
            (Some(summary), None) => summary.item,
            _ => return Err(Error::NoSummary),
        };
        Ok(Self { report, new, items, summary })
    }

    async fn settle(&self, link: &mut Link) -> Result<SubmitOutcome, Error> {
        if !self.insert(link).await? {
            return self.compare(link).await;
        }
        let stamp = Stamp::reporter(self.new.received_at);
        let received = NewAct::new(Kind::ReportReceived, stamp).report(self.report).digest(self.new.digest);
        let items: Vec<_> = self.items.iter().collect();
        items::insert(link, &items, 0, stamp, Some(received)).await?;
        Ok(SubmitOutcome::New)
    }

    /// Answers false when a report with this id or lookup hash is there.
    async fn insert(&self, link: &mut Link) -> Result<bool, Error> {
        let NewReport { desk, submission, digest, received_at } = &self.new;
        let insert = sql("INSERT INTO reports (id, desk, state, priority, received_at, items, reporter_items, \
                          last_from_reporter, summary, submission, lookup_hash, reporter_key, desk_wrap, reporter_wrap) \
                          VALUES ($1, $2, $3, $4, $5, $6, $6, $5, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING")
            .bind(self.report)
            .bind(desk)
            .bind(ReportState::New)
            .bind(i64::from(!submission.urgent))
            .bind(received_at)
            .bind(self.items.len() as u64)
            .bind(self.summary)
            .bind(digest)
            .bind(submission.reporter.lookup)
            .bind(submission.reporter.verifying_key)
            .bind(&submission.desk_wrap)
            .bind(&submission.reporter.wrap);
        let inserted = link.execute(insert).await;
        Ok(inserted.map_err(|error| if error.is_dangling() { Error::NotFound("desk") } else { error })? == 1)
    }

    async fn compare(&self, link: &mut Link) -> Result<SubmitOutcome, Error> {
        let query = sql("SELECT desk, submission, received_at FROM reports WHERE id = $1").bind(self.report);
        // Without a row it was the lookup hash that is taken: the same seven words for another report.
        let Some(row) = link.optional(query).await? else { return Ok(SubmitOutcome::Conflict) };
        let same = row.get::<Digest>("submission")? == self.new.digest
            && row.get::<String>("desk")? == self.new.desk;
        if same {
            Ok(SubmitOutcome::Same { received_at: row.get("received_at")? })
        } else {
            Ok(SubmitOutcome::Conflict)
        }
    }
}
