//! The three steps by which a file is replaced so that it is there, whole, whatever happens.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// What replacing a file asks of the disk. Each step may fail, and may have been done all the same.
pub(crate) trait Disk: Send + Sync + 'static {
    /// A file's bytes, or nothing where there is none.
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>>;
    /// Writes a file and waits until its bytes are on the disk.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Puts a file in the place of another, in one step.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Waits until the folder's names are on the disk.
    fn settle(&self, folder: &Path) -> io::Result<()>;
}

/// Replaces a file: when this returns without an error, the new bytes survive the power going.
///
/// # Errors
/// What the disk says. The file then holds the old bytes or the new ones, and only reading it tells which.
pub(crate) fn replace(disk: &impl Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_added_extension("new");
    disk.write(&beside, bytes)?;
    disk.rename(&beside, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    disk.settle(folder.unwrap_or(Path::new(".")))
}

/// The file system.
pub(crate) struct Files;

impl Disk for Files {
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn settle(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }
}
