//! The reporter's pages, the route without JavaScript and the static files.

use axum::Router;
use serde::Deserialize;

use crate::config::Config;
use crate::keys::SubKeys;
use crate::state::AppState;

/// `[site]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteConfig {}

/// What the pages share between requests.
#[derive(Debug, Clone, Default)]
pub struct SiteState {}

impl SiteState {
    /// Prepares the state from the configuration and the instance's keys.
    pub fn new(_config: &Config, _keys: &SubKeys) -> Self {
        Self::default()
    }
}

/// Every page and static file.
pub fn router() -> Router<AppState> {
    Router::new()
}
