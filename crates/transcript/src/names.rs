//! Accounts and conversations by the bytes they are named with, so that a name met again costs no allocation.

use std::collections::HashMap;

/// Numbers by key, with the last one at hand.
#[derive(Debug)]
pub(crate) struct Names<T> {
    last_key: Vec<u8>,
    last: Option<T>,
    known: HashMap<Box<[u8]>, T>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { last_key: Vec::new(), last: None, known: HashMap::new() }
    }
}

impl<T: Copy> Names<T> {
    /// The number under `key`, found with `make` if the key is new.
    pub(crate) fn get(&mut self, key: &[u8], make: impl FnOnce() -> T) -> T {
        if let Some(last) = self.last
            && self.last_key == key
        {
            return last;
        }
        let value = match self.known.get(key) {
            Some(&known) => known,
            None => *self.known.entry(key.into()).or_insert_with(make),
        };
        self.last_key.clear();
        self.last_key.extend_from_slice(key);
        self.last = Some(value);
        value
    }
}
