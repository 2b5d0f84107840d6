//! Jobs that every process of an instance could do and one at a time should.

use protocol::UnixSeconds;

use crate::sql::sql;
use crate::{Error, Store};

/// When jobs are due.
pub struct Jobs<'s>(pub(crate) &'s Store);

impl Jobs<'_> {
    /// Whether the job of this name is due. If it is, it is this caller's, and due again `every` seconds later; no
    /// other process gets it before that. A job that nobody has asked for yet is first due after `every` seconds.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn is_due(&self, name: &'static str, every: i64, now: UnixSeconds) -> Result<bool, Error> {
        let next = now.saturating_add(every);
        // Set that far ahead by a clock that was wrong, or when the interval was longer.
        let too_far = next.saturating_add(every);
        self.0
            .write("jobs.is_due", (name, now, next, too_far), |link, (name, now, next, too_far)| {
                Box::pin(async move {
                    let take =
                        sql("UPDATE jobs SET due_at = $1 WHERE name = $2 AND (due_at <= $3 OR due_at > $4)");
                    if link.execute(take.bind(next).bind(*name).bind(now).bind(too_far)).await? == 1 {
                        return Ok(true);
                    }
                    let begin =
                        sql("INSERT INTO jobs (name, due_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING");
                    link.execute(begin.bind(*name).bind(next)).await?;
                    Ok(false)
                })
            })
            .await
    }
}
