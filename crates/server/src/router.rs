//! All routes in one place, and what lies around every one of them.

use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use protocol::{ApiError, ErrorCode};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::error::{self, Error};
use crate::state::AppState;
use crate::{api, drain, headers, log, public_log, site, staff};

/// The head of the served document; paths and schemas come from the handlers themselves.
#[derive(OpenApi)]
#[openapi(
    info(title = "Safehand", description = "A reporting line that cannot read what it is handed."),
    tags(
        (name = "public", description = "What anyone may ask"),
        (name = "reporter", description = "Handing over a sealed report and coming back to it"),
        (name = "uploads", description = "Resumable uploads: tus 1.0.0"),
        (name = "staff", description = "Members of a desk")
    )
)]
struct Document;

/// The `OpenAPI` document of every route under `/api/v1`.
pub fn openapi() -> utoipa::openapi::OpenApi {
    named(documented(staff::routes(), staff::lasting_routes(), timeout(0)).into_openapi())
}

/// Names each operation after its method and path: handlers of different modules share names, and
/// the document allows each only once.
fn named(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    for (path, item) in &mut document.paths.paths {
        let path = path.trim_start_matches(protocol::API).replace(['{', '}'], "").replace(['/', '-'], "_");
        let operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("head", &mut item.head),
            ("delete", &mut item.delete),
            ("options", &mut item.options),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}{path}"));
            }
        }
    }
    document
}

fn documented(
    staff: OpenApiRouter<AppState>,
    lasting: OpenApiRouter<AppState>,
    timeout: TimeoutLayer,
) -> OpenApiRouter<AppState> {
    // An upload may take hours; it is bounded by the time its body may stand still.
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(api::router())
        .merge(staff)
        .layer(timeout)
        .merge(lasting)
        .merge(api::uploads::router())
}

/// The whole service.
pub(crate) fn router(state: AppState) -> Router {
    let limits = state.config.limits.clone();
    let https = state.config.server.is_https();
    let (quick, lasting) = (staff::router(&state), staff::lasting_router(&state));
    let (api, document) = documented(quick, lasting, timeout(limits.request_seconds)).split_for_parts();
    let document = Bytes::from(named(document).to_json().unwrap_or_default());
    api.route("/api/v1/openapi.json", get(async || ([(CONTENT_TYPE, "application/json")], document)))
        .merge(public_log::router())
        .merge(site::router())
        .fallback(async || Error::not_found())
        .method_not_allowed_fallback(async || wrong_method())
        .layer(middleware::from_fn(drain::rest))
        .layer(RequestBodyTimeoutLayer::new(Duration::from_secs(limits.idle_seconds)))
        .layer(CatchPanicLayer::custom(|_| Error::internal("a handler panicked").into_response()))
        .layer(middleware::from_fn(move |request: Request, next| headers::apply(https, request, next)))
        .layer(middleware::from_fn(log::requests))
        .with_state(state)
}

fn timeout(seconds: u64) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(seconds))
}

fn wrong_method() -> Response {
    let error = ApiError::new(ErrorCode::Malformed, "There is something here, but not for this method.");
    let mut response = error::respond(&error);
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}
