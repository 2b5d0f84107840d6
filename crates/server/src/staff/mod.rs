//! Members: sign-in, sessions, roles and the desk's API.
//!
//! What may be asked by whom is [`table::ROUTES`]; [`guard`] enforces it before any handler runs. The
//! handlers see sealed bytes and public keys only: passphrases stay in the browser (OPAQUE), and so does
//! whatever opens a vault or a desk's wrap.

pub mod ceremony;
mod cookie;
mod counts;
mod export;
mod guard;
mod hash_lists;
mod join;
mod members;
mod oversight;
mod passkey;
mod payload;
mod person;
mod quarantine;
mod queue;
mod random;
mod reports;
mod session;
mod sign_in;
mod state;
pub mod table;
#[cfg(test)]
mod tests;
mod throttle;

pub use self::person::NameError;
pub use self::state::{PasskeyPolicy, StaffConfig, StaffError, StaffState};

use axum::middleware;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

/// Every staff route, with its full path under `/api/v1`, behind the guard.
pub fn router(state: &AppState) -> OpenApiRouter<AppState> {
    routes().route_layer(middleware::from_fn_with_state(state.clone(), guard::guard))
}

/// The same for what may take longer than other requests.
pub fn lasting_router(state: &AppState) -> OpenApiRouter<AppState> {
    lasting_routes().route_layer(middleware::from_fn_with_state(state.clone(), guard::guard))
}

/// What takes a large body: bounded by the time it may stand still.
pub(crate) fn lasting_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(hash_lists::put))
}

/// The routes without their guard, for the served document alone.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(sign_in::start))
        .routes(routes!(sign_in::finish))
        .routes(routes!(passkey::start))
        .routes(routes!(passkey::finish))
        .routes(routes!(session::show, session::end))
        .routes(routes!(session::alive))
        .routes(routes!(join::start))
        .routes(routes!(join::finish))
        .routes(routes!(members::invite))
        .routes(routes!(members::list))
        .routes(routes!(members::revoke))
        .routes(routes!(members::change_role))
        .routes(routes!(queue::page))
        .routes(routes!(reports::view))
        .routes(routes!(reports::item))
        .routes(routes!(reports::add))
        .routes(routes!(reports::assign))
        .routes(routes!(reports::change_state))
        .routes(routes!(quarantine::enter))
        .routes(routes!(quarantine::lock))
        .routes(routes!(quarantine::ask, quarantine::of_report))
        .routes(routes!(quarantine::approve))
        .routes(routes!(quarantine::refuse))
        .routes(routes!(quarantine::of_desk))
        .routes(routes!(hash_lists::list))
        .routes(routes!(hash_lists::read, hash_lists::remove))
        .routes(routes!(oversight::page))
        .routes(routes!(oversight::csv))
        .routes(routes!(oversight::count))
        .routes(routes!(oversight::history))
}
