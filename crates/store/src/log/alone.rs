//! Knowing at once that no other process continues the log of an embedded database.
//!
//! A process that is killed leaves its lease behind, and over a network nobody can tell it from one that is slow. Over
//! an embedded database the operating system can: it holds a lock on a file beside the database for as long as the
//! process lives. Whoever gets that lock takes the lease without waiting. It decides nothing else: what keeps two
//! from continuing one log is the lease's term, whatever becomes of the lock.

use std::fs::{File, OpenOptions};
use std::path::Path;

/// The lock, held until this is dropped or the process ends.
#[derive(Debug)]
pub(super) struct Alone {
    _file: File,
}

impl Alone {
    /// Takes the lock beside this database, if nobody has it. A file system without locks has nobody alone.
    pub(super) fn beside(database: &Path) -> Option<Self> {
        let mut path = database.as_os_str().to_owned();
        path.push(".sequencer");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).ok()?;
        file.try_lock().ok()?;
        Some(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::Alone;

    #[test]
    fn one_at_a_time_is_alone() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("safehand.db");
        let first = Alone::beside(&database).unwrap();
        assert!(Alone::beside(&database).is_none());
        drop(first);
        assert!(Alone::beside(&database).is_some());
        assert!(Alone::beside(&folder.path().join("missing").join("safehand.db")).is_none());
    }
}
