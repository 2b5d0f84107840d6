//! What a refused request still has on its way is read and thrown away before the refusal is sent.
//!
//! A handler often refuses on the header alone. Were the connection closed while the body is still arriving, the system
//! would reset it, and the reset can overtake the refusal: whoever sent the request would read "connection lost" in place
//! of what was wrong with it (RFC 9112, section 9.6).

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http::header::EXPECT;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;

/// The most that is read for nothing: about what lies in the buffers of a connection.
const MOST: u64 = 1 << 20;
/// The longest that is waited for it.
const LONGEST: Duration = Duration::from_secs(2);

/// A body that can be read on after its handler has let go of it.
struct Shared(Arc<Mutex<Body>>);

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

/// Answers, and reads what is left of the body first, if it is little and nobody else reads it.
pub(crate) async fn rest(request: Request, next: Next) -> Response {
    // Whoever asks before sending has sent nothing, and reading would tell them to go on.
    if request.body().is_end_stream() || request.headers().contains_key(EXPECT) {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    let body = Arc::new(Mutex::new(body));
    let response = next.run(Request::from_parts(head, Body::new(Shared(Arc::clone(&body))))).await;
    if let Some(body) = Arc::into_inner(body) {
        let body = body.into_inner().unwrap_or_else(PoisonError::into_inner);
        let _ = tokio::time::timeout(LONGEST, throw_away(body)).await;
    }
    response
}

async fn throw_away(mut body: Body) {
    let mut left = MOST;
    while !body.is_end_stream() && body.size_hint().lower() <= left {
        let Some(Ok(frame)) = body.frame().await else { return };
        let read = frame.data_ref().map_or(0, |data| data.len() as u64);
        let Some(less) = left.checked_sub(read) else { return };
        left = less;
    }
}
