//! Members: sign-in, sessions, roles and the desk's API.

use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;

use crate::config::Config;
use crate::keys::SubKeys;
use crate::state::AppState;

/// `[staff]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StaffConfig {}

/// What the staff routes share between requests.
#[derive(Debug, Clone, Default)]
pub struct StaffState {}

impl StaffState {
    /// Prepares the state from the configuration and the instance's keys.
    pub fn new(_config: &Config, _keys: &SubKeys) -> Self {
        Self::default()
    }
}

/// Every staff route, with its full path under `/api/v1`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
}
