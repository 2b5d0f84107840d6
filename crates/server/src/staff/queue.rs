//! The desk's queue.

use axum::Json;
use axum::extract::{RawQuery, State};
use protocol::ApiError;
use protocol::receipt::ItemView;
use protocol::staff::{QueuePage, QueueRow, ReportState};
use store::reports::QueueFilter;

use crate::error::{Error, Result};
use crate::staff::guard::Caller;
use crate::state::AppState;

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;

/// One page of the queue: urgent reports first and, among equals, the longest waiting first. That the
/// caller was given these summaries is on record before they are sent.
#[utoipa::path(
    get, path = "/api/v1/desks/{slug}/queue", tag = "staff",
    params(
        ("slug" = String, Path, description = "The caller's own desk"),
        ("state" = Option<String>, Query, description = "`new`, `open` or `closed`; may be repeated; all by default"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 by default"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, body = QueuePage),
        (status = 403, body = ApiError),
        (status = 422, body = ApiError, description = "A query parameter is unknown or out of range"),
    ),
)]
pub(super) async fn page(
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<QueuePage>> {
    let filter = filter(&caller.member.desk, query.as_deref().unwrap_or_default())?;
    let page = state.store.reports().queue(filter, caller.member.id, caller.now).await?;
    Ok(Json(QueuePage {
        rows: page.rows.into_iter().map(row).collect(),
        next: page.next.map(|cursor| cursor.to_string()),
    }))
}

fn filter(desk: &str, query: &str) -> Result<QueueFilter> {
    let mut filter = QueueFilter::new(desk, DEFAULT_LIMIT);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match name {
            "state" => filter.states.push(state(value)?),
            "limit" => filter.limit = limit(value)?,
            "after" => {
                let cursor =
                    value.parse().map_err(|_| Error::invalid("after", "This is no place in a queue."))?;
                filter.after = Some(cursor);
            }
            _ => return Err(Error::invalid("query", "The queue takes state, limit and after.")),
        }
    }
    Ok(filter)
}

fn state(word: &str) -> Result<ReportState> {
    let states = [ReportState::New, ReportState::Open, ReportState::Closed];
    let found = states.into_iter().find(|state| state.as_str() == word);
    found.ok_or_else(|| Error::invalid("state", "A report is new, open or closed."))
}

fn limit(text: &str) -> Result<u32> {
    let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| Error::invalid("limit", format!("A page has 1 to {MAX_LIMIT} rows.")))
}

fn row(row: store::reports::QueueRow) -> QueueRow {
    QueueRow {
        report: row.report,
        received_at: row.received_at,
        last_from_reporter: row.last_from_reporter,
        state: row.state,
        urgent: row.urgent,
        assigned: row.assigned,
        unread: row.unread,
        items: u32::try_from(row.items).unwrap_or(u32::MAX),
        desk_wrap: row.desk_wrap,
        summary: ItemView {
            signed: row.summary.signed,
            received_at: row.summary.received_at,
            body: row.summary_body,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_or_refused_by_name() {
        let read = filter("bay", "state=new&state=open&limit=200").unwrap();
        assert_eq!((read.states.len(), read.limit), (2, 200));
        assert_eq!(filter("bay", "").unwrap().limit, DEFAULT_LIMIT);
        for (query, field) in [
            ("state=old", "state"),
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("after=x", "after"),
            ("a=b", "query"),
        ] {
            assert_eq!(filter("bay", query).unwrap_err().into_api().field.as_deref(), Some(field), "{query}");
        }
    }
}
