//! What anyone may ask.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use protocol::ApiError;
use protocol::proof::LogKeys;
use protocol::public::{Instance, WorkChallenge};

use crate::clock::Clock;
use crate::config::Config;
use crate::desks::Desks;
use crate::error::Result;
use crate::work::Work;

/// Who runs this service and which desks it has.
#[utoipa::path(get, path = "/api/v1/instance", tag = "public", responses(
    (status = 200, body = Instance),
    (status = 503, body = ApiError),
))]
pub(super) async fn instance(
    State(config): State<Arc<Config>>,
    State(desks): State<Arc<Desks>>,
    State(log_keys): State<Arc<LogKeys>>,
) -> Result<Json<Instance>> {
    Ok(Json(Instance {
        name: config.server.name.clone(),
        origin: config.server.origin.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        log_key: log_keys.log.to_string(),
        witnesses: log_keys.witnesses.iter().map(ToString::to_string).collect(),
        desks: desks.all().await?.to_vec(),
    }))
}

/// A challenge to be solved before an unauthenticated write.
#[utoipa::path(get, path = "/api/v1/work", tag = "public", responses((status = 200, body = WorkChallenge)))]
pub(super) async fn work(
    State(work): State<Arc<Work>>,
    State(clock): State<Arc<dyn Clock>>,
) -> Result<Json<WorkChallenge>> {
    work.issue(clock.now()).map(Json)
}
