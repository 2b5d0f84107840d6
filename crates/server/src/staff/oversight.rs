//! The ledger as auditors read it, and the history of a report for whoever may read the report.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use ledger::Kind;
use protocol::oversight::{ActorKind, LedgerCounts, LedgerEntry, LedgerPage};
use protocol::{ApiError, reference};
use seal::ReportId;
use store::acts::Actor;
use store::oversight::{Entry, LedgerFilter, Span};

use crate::error::{Error, Result};
use crate::staff::guard::Caller;
use crate::staff::{counts, export, reports};
use crate::state::AppState;

const DEFAULT_LIMIT: u32 = 100;
const MAX_LIMIT: u32 = 200;

/// What a query asks for.
#[derive(Debug)]
struct Asked {
    filter: LedgerFilter,
    /// A report by its reference, to be looked up among the desk's.
    called: Option<(ReportId, ReportId)>,
    span: Span,
    limit: u32,
}

/// One page of the desk's ledger, newest first. That the caller was given it is on record before it is sent.
#[utoipa::path(
    get, path = "/api/v1/desks/{slug}/ledger", tag = "staff",
    params(
        ("slug" = String, Path, description = "The caller's own desk"),
        ("member" = Option<String>, Query, description = "By this member only"),
        ("report" = Option<String>, Query, description = "About this report only: its id, or its reference of eight characters"),
        ("named" = Option<u8>, Query, description = "`1`: with a report, also the lists of the queue and the look-ups that named it"),
        ("act" = Option<String>, Query, description = "Of this kind only, such as `item.consulted`"),
        ("since" = Option<i64>, Query, description = "Not before this time, in seconds since 1970"),
        ("until" = Option<i64>, Query, description = "Before this time"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 100 by default"),
        ("before" = Option<String>, Query, description = "`older` of another page"),
        ("after" = Option<String>, Query, description = "`newer` of another page"),
    ),
    responses(
        (status = 200, body = LedgerPage),
        (status = 403, body = ApiError),
        (status = 422, body = ApiError, description = "A query parameter is unknown or means nothing here"),
    ),
)]
pub(super) async fn page(
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<LedgerPage>> {
    let asked = asked(&state, &caller, query.as_deref()).await?;
    give(&state, &caller, asked).await
}

/// The desk's ledger as a table for spreadsheets, newest first, for the same filters as the pages. That it was
/// exported is on record before its first byte is sent.
#[utoipa::path(
    get, path = "/api/v1/desks/{slug}/ledger.csv", tag = "staff",
    params(("slug" = String, Path, description = "The caller's own desk; the query is that of the pages")),
    responses(
        (status = 200, content_type = "text/csv"),
        (status = 403, body = ApiError),
        (status = 422, body = ApiError, description = "A query parameter is unknown or means nothing here"),
    ),
)]
pub(super) async fn csv(
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let Asked { filter, .. } = asked(&state, &caller, query.as_deref()).await?;
    let export = state.store.oversight().export(filter, caller.stamp()).await?;
    Ok(export::respond(state, &caller, export))
}

/// What was read, by member and day of at most 31 days; of the last seven unless the query says otherwise.
#[utoipa::path(
    get, path = "/api/v1/desks/{slug}/ledger/counts", tag = "staff",
    params(
        ("slug" = String, Path, description = "The caller's own desk"),
        ("member" = Option<String>, Query, description = "Read by this member only"),
        ("report" = Option<String>, Query, description = "Of this report only"),
        ("since" = Option<i64>, Query, description = "Not before this time, in seconds since 1970"),
        ("until" = Option<i64>, Query, description = "Before this time"),
    ),
    responses(
        (status = 200, body = LedgerCounts),
        (status = 403, body = ApiError),
        (status = 422, body = ApiError, description = "The time is longer than 31 days"),
    ),
)]
pub(super) async fn count(
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<LedgerCounts>> {
    let Asked { mut filter, .. } = asked(&state, &caller, query.as_deref()).await?;
    let (since, until) = counts::window(filter.since, filter.until, caller.now)?;
    (filter.since, filter.until) = (Some(since), Some(until));
    let readings = state.store.oversight().readings(&filter, caller.stamp()).await?;
    let members = state.store.members().list(&filter.desk).await?;
    Ok(Json(LedgerCounts { since, until, rows: counts::rows(&readings, &members) }))
}

/// What was done with a report, newest first. That the caller was given it is on record before it is sent, and
/// does not show in it.
#[utoipa::path(
    get, path = "/api/v1/reports/{id}/history", tag = "staff",
    params(
        ("id" = String, Path, description = "A report of the caller's desk"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 100 by default"),
        ("before" = Option<String>, Query, description = "`older` of another page"),
        ("after" = Option<String>, Query, description = "`newer` of another page"),
    ),
    responses((status = 200, body = LedgerPage), (status = 403, body = ApiError), (status = 404, body = ApiError)),
)]
pub(super) async fn history(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<LedgerPage>> {
    let report = reports::own_report(&state, &caller, &id).await?.report;
    let asked = read(&caller.member.desk, query.as_deref().unwrap_or_default())?;
    let filter = LedgerFilter { report: Some(report), ..LedgerFilter::new(&caller.member.desk) };
    give(&state, &caller, Asked { filter, ..asked }).await
}

async fn give(state: &AppState, caller: &Caller, asked: Asked) -> Result<Json<LedgerPage>> {
    let page = state.store.oversight().page(&asked.filter, asked.span, asked.limit, caller.stamp()).await?;
    Ok(Json(LedgerPage {
        entries: page.entries.into_iter().map(entry).collect(),
        older: page.older.map(|cursor| cursor.to_string()),
        newer: page.newer.map(|cursor| cursor.to_string()),
    }))
}

async fn asked(state: &AppState, caller: &Caller, query: Option<&str>) -> Result<Asked> {
    let mut asked = read(&caller.member.desk, query.unwrap_or_default())?;
    if let Some((first, last)) = asked.called {
        let found = state.store.oversight().reports_between(&caller.member.desk, first, last).await?;
        asked.filter.report = match found.as_slice() {
            [report] => Some(*report),
            [] => return Err(Error::invalid("report", "No report of this desk has this reference.")),
            _ => {
                let why = "More than one report has this reference. Use the report’s full id.";
                return Err(Error::invalid("report", why));
            }
        };
    }
    Ok(asked)
}

fn read(desk: &str, query: &str) -> Result<Asked> {
    let filter = LedgerFilter::new(desk);
    let mut asked = Asked { filter, called: None, span: Span::Newest, limit: DEFAULT_LIMIT };
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "member" => {
                let member =
                    value.parse().map_err(|_| Error::invalid("member", "This is no member’s id."))?;
                asked.filter.member = Some(member);
            }
            "report" => match value.parse() {
                Ok(report) => asked.filter.report = Some(report),
                Err(_) => asked.called = Some(called(&value)?),
            },
            "named" => asked.filter.named = value == "1",
            "act" => asked.filter.kind = Some(kind(&value)?),
            "since" => asked.filter.since = Some(time("since", &value)?),
            "until" => asked.filter.until = Some(time("until", &value)?),
            "limit" => asked.limit = limit(&value)?,
            "before" => asked.span = Span::Before(cursor("before", &value)?),
            "after" => asked.span = Span::After(cursor("after", &value)?),
            _ => {
                let why =
                    "The ledger takes member, report, named, act, since, until, limit, before and after.";
                return Err(Error::invalid("query", why));
            }
        }
    }
    Ok(asked)
}

fn called(text: &str) -> Result<(ReportId, ReportId)> {
    let range = reference::range(text);
    let (first, last) = range.ok_or_else(|| {
        let why = "This is no report’s reference: it has eight letters and digits, such as 7KQ2-M4TX.";
        Error::invalid("report", why)
    })?;
    Ok((ReportId::from_bytes(first), ReportId::from_bytes(last)))
}

fn kind(word: &str) -> Result<Kind> {
    word.parse().map_err(|_| Error::invalid("act", "The ledger has no act of this name."))
}

fn time(field: &str, text: &str) -> Result<i64> {
    let seconds = text.parse::<i64>().ok().filter(|seconds| *seconds >= 0);
    seconds.ok_or_else(|| Error::invalid(field, "A time is a number of seconds since 1970."))
}

fn limit(text: &str) -> Result<u32> {
    let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| Error::invalid("limit", format!("A page has 1 to {MAX_LIMIT} entries.")))
}

fn cursor(field: &str, text: &str) -> Result<store::oversight::LedgerCursor> {
    text.parse().map_err(|_| Error::invalid(field, "This is no place in the ledger."))
}

/// An act as it travels.
pub(super) fn entry(Entry { act, item_kind, name }: Entry) -> LedgerEntry {
    let (actor, member) = match act.actor {
        Actor::Member(id) => (ActorKind::Member, Some(id)),
        Actor::Reporter => (ActorKind::Reporter, None),
        Actor::System => (ActorKind::System, None),
    };
    LedgerEntry {
        number: act.seq,
        at: act.at,
        act: act.kind.as_str().to_owned(),
        actor,
        member,
        name,
        report: act.report,
        item: act.item,
        item_kind: item_kind.map(|kind| kind.as_str().to_owned()),
        digest: act.digest,
        detail: act.detail,
        index: act.place,
    }
}

#[cfg(test)]
mod tests {
    use protocol::oversight::ACTS;

    use super::*;

    #[test]
    fn every_act_that_is_recorded_can_be_told() {
        let mut told: Vec<_> = ACTS.iter().map(|act| act.word).collect();
        let mut recorded: Vec<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        told.sort_unstable();
        recorded.sort_unstable();
        assert_eq!(told, recorded);
    }

    #[test]
    fn a_query_is_read_or_refused_by_name() {
        let member = "AAAAAAAAAAAAAAAAAAAAAA";
        let query = format!(
            "member={member}&report=7kq2-m4tx&act=item.consulted&since=1&until=2&limit=200&after=1.2"
        );
        let asked = read("bay", &query).unwrap();
        assert_eq!((asked.filter.member.unwrap().to_string(), asked.limit), (member.to_owned(), 200));
        assert!(
            asked.called.is_some() && asked.filter.report.is_none() && matches!(asked.span, Span::After(_))
        );
        assert_eq!(
            (asked.filter.kind, asked.filter.since, asked.filter.until),
            (Some(Kind::ItemConsulted), Some(1), Some(2))
        );
        for (query, field) in [
            ("member=x", "member"),
            ("report=weather", "report"),
            ("act=item.eaten", "act"),
            ("since=yesterday", "since"),
            ("until=", "until"),
            ("since=-1", "since"),
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("before=1", "before"),
            ("after=-1.2", "after"),
            ("a=b", "query"),
        ] {
            assert_eq!(read("bay", query).unwrap_err().into_api().field.as_deref(), Some(field), "{query}");
        }
    }
}
