//! How much of all uploads together may be in memory.

use std::sync::Arc;

use store::uploads::PART_SIZE;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What every upload in progress may have in memory, in bytes.
const SLOT: usize = 256 * 1024;

/// Shares a fixed number of bytes among the uploads in progress: few large parts when there are few
/// of them, more and smaller ones when there are many, and a refusal beyond that.
#[derive(Debug, Clone)]
pub(crate) struct UploadMemory {
    slots: Arc<Semaphore>,
    total: usize,
}

/// One request's share.
#[derive(Debug)]
pub(super) struct Share {
    memory: UploadMemory,
    _slots: OwnedSemaphorePermit,
}

impl UploadMemory {
    /// Memory for uploads of `bytes` in all, at least one whole part.
    pub(crate) fn new(bytes: usize) -> Self {
        let total = bytes.max(PART_SIZE) / SLOT;
        Self { slots: Arc::new(Semaphore::new(total)), total }
    }

    /// A share for a request whose bytes may become durable in parts of any size.
    pub(super) fn for_segments(&self) -> Option<Share> {
        self.take(1)
    }

    /// A share for a request of which whole parts are held.
    pub(super) fn for_whole_parts(&self) -> Option<Share> {
        self.take(PART_SIZE / SLOT)
    }

    fn take(&self, slots: usize) -> Option<Share> {
        let slots = Arc::clone(&self.slots).try_acquire_many_owned(u32::try_from(slots).ok()?).ok()?;
        Some(Share { memory: self.clone(), _slots: slots })
    }
}

impl Share {
    /// How many bytes the next segment may have: an even share, between a slot and a part.
    pub(super) fn segment(&self) -> usize {
        let free = self.memory.slots.available_permits();
        let taken = self.memory.total.saturating_sub(free).max(1);
        (self.memory.total * SLOT / 2 / taken).clamp(SLOT, PART_SIZE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_get_large_segments_and_many_get_small_ones() {
        let memory = UploadMemory::new(4 * PART_SIZE);
        let first = memory.for_segments().unwrap();
        assert_eq!(first.segment(), PART_SIZE);
        let all: Vec<_> = std::iter::from_fn(|| memory.for_segments()).collect();
        assert_eq!((all.len(), first.segment()), (63, SLOT));
        assert!(memory.for_segments().is_none());
        drop(all);
        let whole: Vec<_> = std::iter::from_fn(|| memory.for_whole_parts()).collect();
        assert_eq!(whole.len(), 3, "the first still has its slot of the fourth");
    }
}
