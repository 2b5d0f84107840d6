//! What the server does by itself, once a minute: forgetting.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use crate::state::AppState;

const EVERY: Duration = Duration::from_mins(1);

/// Starts the timer. It runs until the handle is aborted.
pub(crate) fn start(state: &AppState) -> JoinHandle<()> {
    let state = state.clone();
    tokio::spawn(async move {
        let mut timer = tokio::time::interval(EVERY);
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            timer.tick().await;
            forget(&state).await;
        }
    })
}

async fn forget(state: &AppState) {
    let now = state.clock.now();
    state.networks.forget_quiet(now);
    if let Err(error) = state.store.sweep(now).await {
        tracing::warn!(why = %error, "clearing away what has expired failed");
    }
}
