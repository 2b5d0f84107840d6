//! The log: one JSON object a line, and nothing in it that could lead to a reporter.
//!
//! No address, path, query, header or body is ever a field. A request is logged by the *template*
//! of its route (`/api/v1/uploads/{upload}`). Libraries may speak only from `warn` upwards,
//! because what they tell below that is not ours to vouch for.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::{LogConfig, LogLevel};

/// The crates whose own log lines are written with this rule in mind.
const OURS: [&str; 3] = ["safehand", "server", "store"];

/// A subscriber that writes JSON lines to `writer`.
pub fn subscriber<W>(config: &LogConfig, writer: W) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter(config.level))
        .with_writer(writer)
        .finish()
}

fn filter(level: LogLevel) -> EnvFilter {
    let (ours, others) = match level {
        LogLevel::Error => ("error", "error"),
        LogLevel::Warn => ("warn", "warn"),
        LogLevel::Info => ("info", "warn"),
    };
    let ours = OURS.map(|target| format!("{target}={ours}")).join(",");
    EnvFilter::new(format!("{others},{ours}"))
}

/// Writes one line for each request: method, route, status and how long it took until the
/// response's head was ready.
pub(crate) async fn requests(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    tracing::info!(
        method = if method.is_safe() || is_known(&method) { method.as_str() } else { "other" },
        route = route.as_ref().map_or("none", MatchedPath::as_str),
        status = response.status().as_u16(),
        micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    response
}

/// A method is text from the wire like any other: only the usual ones are written down.
fn is_known(method: &http::Method) -> bool {
    use http::Method;
    [Method::POST, Method::PUT, Method::PATCH, Method::DELETE].contains(method)
}
