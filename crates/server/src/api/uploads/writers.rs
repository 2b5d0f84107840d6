//! One writer per upload: a newcomer asks the one before to finish, then takes its place.
//!
//! A phone that loses its network leaves behind a connection that the server believes in for a
//! while. Whoever resumes must not be locked out by their own ghost.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as SyncMutex, PoisonError};
use std::time::Duration;

use store::uploads::UploadId;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

/// How long a newcomer waits for the writer before to finish.
const PATIENCE: Duration = Duration::from_secs(10);

/// The writers at work in this process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Writers(Arc<SyncMutex<HashMap<String, Arc<Seat>>>>);

#[derive(Debug, Default)]
struct Seat {
    taken: Arc<Mutex<()>>,
    /// Asks the present writer to finish.
    stop: SyncMutex<Option<oneshot::Sender<()>>>,
}

/// The turn of one request, over when dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    writers: Writers,
    key: String,
    seat: Arc<Seat>,
    /// Held for its drop.
    _taken: OwnedMutexGuard<()>,
    /// Resolves when another request wants the turn.
    pub(super) stop: oneshot::Receiver<()>,
}

impl Writers {
    /// Waits for the turn at an upload. `None` when the one before does not finish in time.
    pub(crate) async fn take_over(&self, id: UploadId) -> Option<Turn> {
        let key = id.to_string();
        let seat = Arc::clone(self.lock().entry(key.clone()).or_default());
        if let Some(stop) = lock(&seat.stop).take() {
            // The receiver may be gone already, which is what is wanted.
            let _ = stop.send(());
        }
        let taken = tokio::time::timeout(PATIENCE, Arc::clone(&seat.taken).lock_owned()).await;
        let Ok(taken) = taken else {
            self.forget(&key, &seat);
            return None;
        };
        let (sender, stop) = oneshot::channel();
        *lock(&seat.stop) = Some(sender);
        Some(Turn { writers: self.clone(), key, seat, _taken: taken, stop })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Seat>>> {
        lock(&self.0)
    }

    /// Removes a seat that nobody but the caller (and this map) holds.
    fn forget(&self, key: &str, seat: &Arc<Seat>) {
        let mut seats = self.lock();
        if Arc::strong_count(seat) == 2 {
            seats.remove(key);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.writers.forget(&self.key, &self.seat);
    }
}

fn lock<T>(mutex: &SyncMutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_newcomer_asks_and_waits_and_nothing_is_left_behind() {
        let writers = Writers::default();
        let id = UploadId::random().unwrap();
        let mut first = writers.take_over(id).await.unwrap();
        let second = tokio::spawn({
            let writers = writers.clone();
            async move { writers.take_over(id).await.is_some() }
        });
        (&mut first.stop).await.unwrap();
        assert!(!second.is_finished());
        drop(first);
        assert!(second.await.unwrap());
        assert!(writers.lock().is_empty());
    }
}
