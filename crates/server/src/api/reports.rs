//! Handing over a sealed report.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use http::HeaderMap;
use protocol::public::DeskPublic;
use protocol::submission::{Acknowledgement, ItemUpload, ReceivedItem, Submission};
use protocol::{ApiError, ErrorCode};
use seal::Digest;
use store::log::Wanted;
use store::reports::{NewReport, SubmitOutcome};

use crate::api::check;
use crate::body;
use crate::error::Result;
use crate::sequencer;
use crate::state::AppState;

/// Takes a sealed report. What is acknowledged is durable and in the published log, and the acknowledgement
/// is the same whatever the desk already knows.
#[utoipa::path(
    post, path = "/api/v1/desks/{slug}/reports", tag = "reporter",
    params(
        ("slug" = String, Path, description = "The desk's short name"),
        ("Safehand-Work" = String, Header, description = "A solved proof of work: `<challenge>.<nonce>`"),
    ),
    request_body = Submission,
    responses(
        (status = 200, body = Acknowledgement),
        (status = 400, body = ApiError, description = "The JSON cannot be read"),
        (status = 403, body = ApiError, description = "The desk does not take files"),
        (status = 404, body = ApiError, description = "There is no such desk"),
        (status = 409, body = ApiError, description = "The report's id stands for other bytes"),
        (status = 413, body = ApiError),
        (status = 422, body = ApiError, description = "A signature, hash, size or kind is wrong"),
        (status = 428, body = ApiError, description = "The proof of work is missing or does not hold"),
    ),
)]
pub(super) async fn submit(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Acknowledgement>> {
    let desk = state.desks.find(&slug).await?;
    state.work.accept(&headers, state.clock.now())?;
    let body = body::read(body, state.config.limits.max_json_bytes).await?;
    let submission: Submission = body::json(&body)?;
    drop(body);
    take_in(&state, &desk, submission).await.map(Json)
}

/// Checks a submission, makes it durable and waits until it is in the log. Both of the reporter's routes end here.
///
/// # Errors
///
/// Names the field at fault; [`ErrorCode::Conflict`] when the report's id or the reporter's words
/// stand for another submission.
pub(crate) async fn take_in(
    state: &AppState,
    desk: &DeskPublic,
    submission: Submission,
) -> Result<Acknowledgement> {
    let submission = check::submission(submission, desk.kind).await?;
    let report = submission.report;
    let items = received(&submission.items);
    let digest = fingerprint(&submission);
    let now = state.clock.now();
    let new = NewReport { desk: desk.slug.clone(), submission, digest, received_at: now };
    let received_at = match state.store.reports().submit(new).await? {
        SubmitOutcome::New => now,
        SubmitOutcome::Same { received_at } => received_at,
        SubmitOutcome::Conflict => {
            let message = "This report's id, or its seven words, stand for another report already.";
            return Err(ApiError::new(ErrorCode::Conflict, message).at("report").into());
        }
    };
    let ledger = sequencer::inclusion(state, report, Wanted::Received(sequencer::among(&items))).await?;
    Ok(Acknowledgement { report, received_at, items, ledger })
}

/// What an acknowledgement says of items.
pub(crate) fn received(items: &[ItemUpload]) -> Vec<ReceivedItem> {
    let tell = |item: &ItemUpload| {
        let header = &item.signed.header;
        ReceivedItem { item: header.item, sha256: header.sha256, size: header.size }
    };
    items.iter().map(tell).collect()
}

/// By what the same submission is known again: everything in it that the reporter vouches for,
/// each part preceded by its length. The bytes of the items are in their headers by digest.
fn fingerprint(submission: &Submission) -> Digest {
    let Submission { report, urgent, desk_wrap, reporter, items } = submission;
    let mut all = Vec::with_capacity(4096 + 192 * items.len());
    let mut put = |part: &[u8]| {
        all.extend((part.len() as u64).to_le_bytes());
        all.extend(part);
    };
    put(report.as_bytes());
    put(&[u8::from(*urgent)]);
    put(desk_wrap.as_slice());
    put(reporter.lookup.as_bytes());
    put(reporter.verifying_key.as_bytes());
    put(reporter.wrap.as_slice());
    for item in items {
        let header = &item.signed.header;
        put(header.item.as_bytes());
        put(header.kind.as_str().as_bytes());
        put(header.sha256.as_bytes());
        put(&header.size.to_le_bytes());
    }
    Digest::of(all)
}
