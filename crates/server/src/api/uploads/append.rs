//! One request that appends: its body goes to storage segment by segment, each durable before the
//! next is read.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::{FutureExt, Stream};
use http::{HeaderMap, header};
use protocol::{ApiError, ErrorCode};
use store::uploads::{Checksum, UploadId};

use super::memory::Share;
use super::tus::{Refusal, TusError};
use super::writers::Turn;
use crate::error::Error;
use crate::state::AppState;

/// Appends `body` to an upload that stands at `offset`, and answers where it then stands.
pub(super) async fn append(
    state: &AppState,
    id: UploadId,
    offset: u64,
    checksum: Option<Checksum>,
    headers: &HeaderMap,
    body: Body,
) -> Result<u64, Refusal> {
    let memory = &state.upload_memory;
    let share = if checksum.is_some() { memory.for_whole_parts() } else { memory.for_segments() };
    let share = share.ok_or_else(busy)?;
    let turn = state.writers.take_over(id).await.ok_or(TusError::Locked)?;
    let upload = super::find(state, id).await?;
    if upload.received != offset {
        return Err(TusError::OffsetMismatch.into());
    }
    let announced = content_length(headers).unwrap_or(0);
    if upload.length.is_some_and(|length| offset.saturating_add(announced) > length) {
        return Err(TusError::TooLarge.into());
    }
    let source = Source::new(body, turn, share);
    match checksum {
        Some(_) => one(state, id, offset, checksum, source.segment(usize::MAX)).await,
        None => in_segments(state, id, offset, &source).await,
    }
}

async fn in_segments(
    state: &AppState,
    id: UploadId,
    mut offset: u64,
    source: &Source,
) -> Result<u64, Refusal> {
    while !source.is_finished() {
        let segment = source.segment(source.next_size());
        offset = one(state, id, offset, None, segment).await?;
    }
    Ok(offset)
}

async fn one(
    state: &AppState,
    id: UploadId,
    offset: u64,
    checksum: Option<Checksum>,
    segment: Segment,
) -> Result<u64, Refusal> {
    let now = state.clock.now();
    let expires = super::expiry(state, now);
    let appended = state.store.uploads().append(id, offset, checksum, expires, now, segment).await;
    appended.map_err(|error| match error {
        store::Error::UploadOffset { .. } => TusError::OffsetMismatch.into(),
        store::Error::UploadTooLong { .. } | store::Error::UploadTooManyParts => TusError::TooLarge.into(),
        store::Error::UploadBusy => TusError::Locked.into(),
        store::Error::UploadChecksum => TusError::ChecksumMismatch.into(),
        store::Error::UploadInterrupted { .. } => TusError::Interrupted.into(),
        other => Error::from(other).into(),
    })
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn busy() -> Refusal {
    let message = "Very many files are arriving. What you sent is kept; go on in a moment.";
    Error::from(ApiError::new(ErrorCode::Unavailable, message).retry_after(5)).into()
}

/// A request's body, cut into segments. Shared, because storage goes on with a segment on its own
/// when the request is dropped; the turn ends when both have let go.
#[derive(Clone)]
struct Source(Arc<Mutex<Inner>>);

struct Inner {
    body: BodyDataStream,
    /// Bytes that were read but belong to the next segment.
    carried: Bytes,
    finished: bool,
    turn: Turn,
    share: Share,
}

impl Source {
    fn new(body: Body, turn: Turn, share: Share) -> Self {
        let body = body.into_data_stream();
        Self(Arc::new(Mutex::new(Inner { body, carried: Bytes::new(), finished: false, turn, share })))
    }

    fn is_finished(&self) -> bool {
        self.with(|inner| inner.finished)
    }

    fn next_size(&self) -> usize {
        self.with(|inner| inner.share.segment())
    }

    fn segment(&self, size: usize) -> Segment {
        Segment { source: self.clone(), left: size }
    }

    fn with<T>(&self, f: impl FnOnce(&mut Inner) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The request broke off, stood still too long, or another one took its place.
#[derive(Debug)]
struct BrokeOff;

impl Inner {
    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BrokeOff>>> {
        if !self.carried.is_empty() {
            return Poll::Ready(Some(Ok(std::mem::take(&mut self.carried))));
        }
        if self.finished {
            return Poll::Ready(None);
        }
        if let Poll::Ready(Ok(())) = self.turn.stop.poll_unpin(context) {
            self.finished = true;
            return Poll::Ready(Some(Err(BrokeOff)));
        }
        let chunk = ready!(Pin::new(&mut self.body).poll_next(context));
        self.finished = !matches!(chunk, Some(Ok(_)));
        Poll::Ready(chunk.map(|chunk| chunk.map_err(|_| BrokeOff)))
    }
}

/// Up to a number of bytes of a body.
struct Segment {
    source: Source,
    left: usize,
}

impl Stream for Segment {
    type Item = Result<Bytes, BrokeOff>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let left = self.left;
        let chunk = ready!(self.source.with(|inner| match inner.poll_chunk(context) {
            Poll::Ready(Some(Ok(mut chunk))) if chunk.len() > left => {
                inner.carried = chunk.split_off(left);
                Poll::Ready(Some(Ok(chunk)))
            }
            other => other,
        }));
        if let Some(Ok(chunk)) = &chunk {
            self.left -= chunk.len();
        }
        Poll::Ready(chunk)
    }
}
