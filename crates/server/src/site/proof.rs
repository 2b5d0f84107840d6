//! The receipt to keep, made while a request runs: with JavaScript the page makes it itself.

use std::collections::HashMap;

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use intake::pages::PROOF_FILE;
use reporter::Dialogue;
use reporter::proof::Head;
use store::reports::ReporterReport;

use super::rng;
use crate::api::receipt;
use crate::error::{Error, Result};
use crate::state::AppState;

/// Opens a report for its reporter, whose keys are at hand while the request runs.
///
/// # Errors
///
/// When the storage does not answer, or what the keys should open does not open.
pub(super) async fn come_back(
    state: &AppState,
    report: &ReporterReport,
    (lookup, author): (seal::LookupHash, seal::Identity),
) -> Result<Box<Dialogue>> {
    let view = receipt::show(state, report).await?;
    Ok(Box::new(Dialogue::open(lookup, author, view).map_err(Error::internal)?))
}

/// Answers with the receipt as a file to save.
///
/// # Errors
///
/// When the storage does not answer.
pub(super) async fn file(state: &AppState, report: &ReporterReport, dialogue: &Dialogue) -> Result<Response> {
    let mut heads = HashMap::new();
    for Head { item, range } in dialogue.heads().map_err(Error::internal)? {
        let body = state.store.items().open(report, item, Some(range)).await?;
        heads.insert(item, body.into_vec().await?);
    }
    let text = dialogue.receipt(&state.log_keys, &heads, &mut rng()).map_err(Error::internal)?;
    let disposition = format!("attachment; filename=\"{PROOF_FILE}\"");
    let headers =
        [(CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, disposition)];
    Ok((headers, text).into_response())
}
