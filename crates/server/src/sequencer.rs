//! The log of this process: its key, the task that continues it, and what acknowledgements say of it.

use std::collections::HashSet;
use std::sync::Arc;

use protocol::ledger::{Inclusion, OpenedEntry};
use seal::{Digest, ItemId, ReportId};
use store::log::{Included, LogKey, Sequencer, Wanted};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::doctor::parse_origin;
use crate::error::{Error, Result};
use crate::keys::SubKeys;
use crate::serve::StartError;
use crate::staff::StaffError;
use crate::state::AppState;

/// The log's key. Its name, the origin line of every checkpoint, is the instance's address without its scheme
/// (a "schema-less URL", as `tlog-checkpoint` has it: with the port, where there is one) and `/log`.
///
/// # Errors
///
/// When `server.origin` names no host.
pub fn log_key(config: &Config, keys: &SubKeys) -> Result<LogKey, StartError> {
    let origin = &config.server.origin;
    let (scheme, _) = parse_origin(origin).ok_or(StaffError::Origin)?;
    let address =
        origin.strip_prefix(&scheme).and_then(|rest| rest.strip_prefix("://")).ok_or(StaffError::Origin)?;
    Ok(LogKey::from_seed(&format!("{address}/log"), &keys.log_seed())?)
}

/// The sequencer, under way until it is stopped.
pub(crate) struct Sequencing {
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

/// Starts it. Of all processes over one database, one at a time does anything.
pub(crate) fn start(state: &AppState) -> Result<Sequencing, StartError> {
    let sequencer = Sequencer::new(state.store.clone(), Arc::clone(&state.log_key))?;
    let clock = Arc::clone(&state.clock);
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(sequencer.run(move || clock.now(), async {
        // Being dropped is as good as being told.
        let _ = stopped.await;
    }));
    Ok(Sequencing { stop, running })
}

impl Sequencing {
    /// Stops it, and waits until its turn is over.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        // It ends by itself; that it panicked was logged by whoever catches panics.
        let _ = self.running.await;
    }
}

/// Waits until what a reporter handed over is in the published log, and tells where.
///
/// # Errors
///
/// When that takes too long or the storage fails: it is stored all the same.
pub(crate) async fn inclusion(state: &AppState, report: ReportId, wanted: Wanted) -> Result<Inclusion> {
    let included = state.store.log().of_reporter(report, &wanted, state.witnesses.patience()).await?;
    tell(included)
}

/// The items of a request.
pub(crate) fn among(items: &[protocol::submission::ReceivedItem]) -> HashSet<ItemId> {
    items.iter().map(|item| item.item).collect()
}

fn tell(Included { checkpoint, entries }: Included) -> Result<Inclusion> {
    let entries = entries.into_iter().map(|entry| {
        Ok(OpenedEntry {
            index: entry.place,
            salt: entry.opening.salt.as_slice().into(),
            record: String::from_utf8(entry.opening.record).map_err(Error::internal)?,
            path: entry.path.iter().map(|hash| Digest::from_bytes(*hash.as_bytes())).collect(),
        })
    });
    Ok(Inclusion { checkpoint: checkpoint.as_str().to_owned(), entries: entries.collect::<Result<_>>()? })
}

#[cfg(test)]
mod tests;
