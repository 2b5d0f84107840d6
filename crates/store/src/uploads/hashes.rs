//! SHA-256 states of uploads in progress, so that finishing one need not read it all again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::Sha256;

use super::UploadKey;
use crate::Error;

/// How many states are kept. One that is dropped costs a re-read of its upload at the end, nothing else.
const KEPT: usize = 4096;

/// The states, and which uploads are being appended to by this process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hashes(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    slots: HashMap<UploadKey, Slot>,
    /// Counts up with every use.
    clock: u64,
}

#[derive(Debug, Default)]
struct Slot {
    busy: bool,
    /// The state after so many bytes.
    state: Option<(u64, Sha256)>,
    used: u64,
}

impl Hashes {
    /// Takes the only seat at an upload.
    pub(super) fn enter(&self, key: UploadKey) -> Result<Seat, Error> {
        self.with(|table| {
            table.clock += 1;
            let used = table.clock;
            table.make_room(key);
            let slot = table.slots.entry(key).or_default();
            if slot.busy {
                return Err(Error::UploadBusy);
            }
            (slot.busy, slot.used) = (true, used);
            Ok(Seat { hashes: self.clone(), key })
        })
    }

    fn with<T>(&self, change: impl FnOnce(&mut Table) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Table {
    fn make_room(&mut self, key: UploadKey) {
        if self.slots.len() < KEPT || self.slots.contains_key(&key) {
            return;
        }
        let idle = self.slots.iter().filter(|(_, slot)| !slot.busy);
        if let Some(oldest) = idle.min_by_key(|(_, slot)| slot.used).map(|(key, _)| *key) {
            self.slots.remove(&oldest);
        }
    }
}

/// The right to append to an upload, given back on drop.
#[derive(Debug)]
pub(super) struct Seat {
    hashes: Hashes,
    key: UploadKey,
}

impl Seat {
    /// The state after `received` bytes. At the start of an upload there always is one.
    pub(super) fn take(&mut self, received: u64) -> Option<Sha256> {
        let kept =
            self.hashes.with(|table| table.slots.get_mut(&self.key).and_then(|slot| slot.state.take()));
        match kept {
            Some((at, state)) if at == received => Some(state),
            _ if received == 0 => Some(Sha256::default()),
            _ => None,
        }
    }

    /// Keeps the state after `received` bytes, which are durable.
    pub(super) fn keep(&mut self, received: u64, state: Sha256) {
        self.hashes.with(|table| {
            if let Some(slot) = table.slots.get_mut(&self.key) {
                slot.state = Some((received, state));
            }
        });
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hashes.with(|table| match table.slots.get_mut(&self.key) {
            Some(slot) if slot.state.is_some() => slot.busy = false,
            _ => {
                table.slots.remove(&self.key);
            }
        });
    }
}
