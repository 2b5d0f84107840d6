//! The ledger as comma-separated values, sent as it is read: a million rows take the memory of one batch.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{TryStreamExt as _, stream};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use jiff::Timestamp;
use protocol::oversight::{LedgerEntry, told};
use protocol::{MemberId, Role, csv, reference};
use store::oversight::Export;

use crate::error::{Error, Result};
use crate::staff::guard::Caller;
use crate::staff::oversight::entry;
use crate::state::AppState;

/// Rows that are in memory at once.
const BATCH: u32 = 1000;
/// The columns, in order.
const COLUMNS: [&str; 15] = [
    "number",
    "index",
    "time",
    "act",
    "what",
    "actor",
    "member",
    "name",
    "reference",
    "report",
    "item",
    "item_kind",
    "sha256",
    "detail",
    "desk",
];

/// Answers with the whole export. What fails on the way breaks the connection off, so that no browser takes half a
/// file for a whole one.
pub(super) fn respond(state: AppState, caller: &Caller, export: Export) -> Response {
    let (auditor, desk) = (caller.member.id, caller.member.desk.clone());
    let disposition = format!("attachment; filename=\"ledger-{desk}.csv\"");
    let head = stream::once(async { Ok(Bytes::from(csv::row(COLUMNS))) });
    let rows = stream::try_unfold((state, export, desk), move |(state, mut export, desk)| async move {
        still_an_auditor(&state, auditor).await?;
        let batch = export.next(BATCH).await?;
        if batch.is_empty() {
            return Ok(None);
        }
        let text: String = batch.into_iter().map(|act| row(&entry(act), &desk)).collect();
        Ok::<_, Error>(Some((Bytes::from(text), (state, export, desk))))
    });
    let rows = rows.inspect_err(|error| tracing::error!(why = %error, "an export of the ledger broke off"));
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, disposition)];
    (headers, Body::from_stream(stream::StreamExt::chain(head, rows))).into_response()
}

/// An export may take longer than an auditor stays one.
async fn still_an_auditor(state: &AppState, id: MemberId) -> Result<()> {
    let member = state.store.members().by_id(id).await?;
    let may = member.is_some_and(|member| member.active && member.role == Role::Auditor);
    if may { Ok(()) } else { Err(Error::not_found()) }
}

fn row(entry: &LedgerEntry, desk: &str) -> String {
    let text = |id: Option<String>| id.unwrap_or_default();
    let number = entry.number.to_string();
    let index = text(entry.index.map(|index| index.to_string()));
    let time = Timestamp::from_second(entry.at).map(|at| at.to_string()).unwrap_or_default();
    let member = text(entry.member.map(|id| id.to_string()));
    let called = text(entry.report.as_ref().map(reference::of));
    let report = text(entry.report.map(|id| id.to_string()));
    let item = text(entry.item.map(|id| id.to_string()));
    let digest = text(entry.digest.map(|digest| digest.to_string()));
    let detail = text(entry.detail.as_ref().map(ToString::to_string));
    csv::row([
        number.as_str(),
        &index,
        &time,
        &entry.act,
        told(&entry.act),
        entry.actor.as_str(),
        &member,
        entry.name.as_deref().unwrap_or_default(),
        &called,
        &report,
        &item,
        entry.item_kind.as_deref().unwrap_or_default(),
        &digest,
        &detail,
        desk,
    ])
}

#[cfg(test)]
mod tests {
    use protocol::oversight::ActorKind;

    use super::*;

    #[test]
    fn a_row_has_every_column_and_no_formula() {
        let entry = LedgerEntry {
            number: 7,
            at: 1_800_000_000,
            act: "item.consulted".into(),
            actor: ActorKind::Member,
            member: Some(MemberId::from_bytes([255; 16])),
            name: Some("=HYPERLINK(\"x\")".into()),
            report: Some(seal::ReportId::from_bytes([0; 16])),
            item: None,
            item_kind: Some("answers".into()),
            digest: None,
            detail: Some(serde_json::json!({ "to": null })),
            index: Some(12),
        };
        assert_eq!(
            row(&entry, "bay"),
            "7,12,2027-01-15T08:00:00Z,item.consulted,Item read,member,_____________________w,\"'=HYPERLINK(\"\"x\"\")\",\
             0000-0000,AAAAAAAAAAAAAAAAAAAAAA,,answers,,\"{\"\"to\"\":null}\",bay\r\n"
        );
    }
}
