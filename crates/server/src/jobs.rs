//! What the server does by itself: forgetting, and clearing away what a crash left behind.
//!
//! Any number of processes over one database may do so. What expired is removed row by row, each by
//! whoever comes first; the search for objects without a row is one process's turn at a time.

use std::time::Duration;

use store::Store;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use crate::config::Config;
use crate::stamps;
use crate::state::AppState;

/// The job that searches for objects without a row, by the name that processes share.
const ORPHANS: &str = "orphans";
/// Since when objects are this database's own, in the instance's values.
const OBJECTS_SINCE: &str = "objects_since";
const HOUR: i64 = 3600;
/// How much longer than an unfinished upload lives an object without a row is left alone.
const MARGIN: i64 = 24 * HOUR;

/// The jobs, under way until they are stopped or this is dropped.
pub(crate) struct Jobs {
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

/// Starts them.
pub(crate) fn start(state: &AppState) -> Jobs {
    let (stop, mut stopped) = oneshot::channel();
    let state = state.clone();
    let running = tokio::spawn(async move {
        let mut timer = tokio::time::interval(Duration::from_secs(state.config.sweep.every_seconds.max(1)));
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let rounds = async {
            loop {
                timer.tick().await;
                round(&state).await;
            }
        };
        // A round can be left at any point: a transaction that has begun runs to its end, and an object
        // whose row is gone is found by a later search.
        tokio::select! {
            () = rounds => {}
            _ = &mut stopped => {}
        }
    });
    Jobs { stop, running }
}

impl Jobs {
    /// Stops them, and waits until they have.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        // It ends by itself; that it panicked was logged by whoever catches panics.
        let _ = self.running.await;
    }
}

/// Notes when this database came into use, once. Objects that are older belong to another one, which
/// somebody may yet bring back: they are nobody's to remove.
///
/// # Errors
///
/// When the database fails.
pub(crate) async fn prepare(store: &Store, now: i64) -> Result<(), store::Error> {
    store.instance().put_if_absent(OBJECTS_SINCE, now.to_string().into_bytes()).await.map(drop)
}

async fn round(state: &AppState) {
    let now = state.clock.now();
    state.networks.forget_quiet(now);
    if let Err(error) = state.store.sweep(now).await {
        tracing::warn!(why = %error, "clearing away what has expired failed");
    }
    if let Err(error) = stamps::stamp_when_due(state, now).await {
        tracing::warn!(why = %error, "the log was not stamped; trying again when it is due");
    }
    match sweep_orphans(&state.store, &state.config, now).await {
        Ok(0) => {}
        Ok(removed) => tracing::info!(removed, "removed objects that no row knows of"),
        Err(error) => tracing::warn!(why = %error, "clearing away objects that no row knows of failed"),
    }
}

async fn sweep_orphans(store: &Store, config: &Config, now: i64) -> Result<u64, store::Error> {
    let every = i64::from(config.sweep.orphans_every_hours.max(1)) * HOUR;
    if !store.jobs().is_due(ORPHANS, every, now).await? {
        return Ok(0);
    }
    let since = store.instance().get(OBJECTS_SINCE).await?;
    let since = since.and_then(|since| String::from_utf8(since).ok()?.parse().ok());
    // A part waits to be counted no longer than its upload lives.
    let before = now - i64::from(config.limits.upload_hours) * HOUR - MARGIN;
    store.sweep_orphans(since.unwrap_or(before)..before).await
}
