//! What programs say to the server under `/api/v1`.

pub(crate) mod check;
mod public;
pub(crate) mod receipt;
pub(crate) mod reports;
pub(crate) mod uploads;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

/// The reporter's side of the API, without uploads.
pub(crate) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(public::instance))
        .routes(routes!(public::work))
        .routes(routes!(reports::submit))
        .routes(routes!(receipt::view))
        .routes(routes!(receipt::add))
        .routes(routes!(receipt::item))
}
