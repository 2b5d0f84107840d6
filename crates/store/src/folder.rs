//! Folders that are durable before anything is put into them, and nobody else's to read.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;

use crate::Error;

/// Makes a folder, with those above it, where it is missing.
pub(crate) fn make(folder: &Path) -> Result<(), Error> {
    try_make(folder)
        .map_err(|source| Error::Folder { folder: folder.display().to_string(), source: Arc::new(source) })
}

fn try_make(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
    if let Some(parent) = parent {
        try_make(parent)?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        // Another process was quicker.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
        outcome => outcome?,
    }
    sync(parent.unwrap_or(Path::new(".")))
}

/// Makes a file's bytes, or the names in a folder, durable.
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
