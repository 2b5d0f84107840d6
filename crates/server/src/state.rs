//! What every request may reach. Handlers extract only the part they need.

use std::sync::Arc;

use axum::extract::FromRef;

use crate::clock::Clock;
use crate::config::Config;
use crate::keys::SubKeys;
use crate::limits::{NetworkBucket, SeenSet};
use crate::site::SiteState;
use crate::staff::StaffState;
use crate::work::Work;

/// The parts of the running server. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// What was configured.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Keys derived from the instance's secret.
    pub keys: Arc<SubKeys>,
    /// Proof-of-work challenges.
    pub work: Arc<Work>,
    /// The token bucket that stands in for proof of work without JavaScript.
    pub networks: Arc<NetworkBucket>,
    /// What the staff routes share.
    pub staff: Arc<StaffState>,
    /// What the pages share.
    pub site: Arc<SiteState>,
}
