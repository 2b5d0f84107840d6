//! Objects: immutable runs of sealed bytes under random names, in a folder or in an S3-compatible store.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::{fmt, fs, io};

use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload};

use crate::config::StoreConfig;
use crate::faults::{Faults, Injected, Point};
use crate::{Error, folder, s3};

/// The name of an object: 16 random bytes that say nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ObjectName([u8; 16]);

impl ObjectName {
    pub(crate) fn random() -> Result<Self, Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| Error::Randomness)?;
        Ok(Self(bytes))
    }

    pub(crate) fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Two hexadecimal digits, which spread objects over 256 folders, then all thirty-two.
    fn path(self) -> Path {
        let [first, ..] = self.0;
        Path::from(format!("{first:02x}/{self:?}"))
    }

    fn parse(path: &Path) -> Option<Self> {
        let text = path.filename()?;
        let mut bytes = [0; 16];
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Debug for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// An object found by listing.
pub(crate) struct Found {
    pub(crate) name: ObjectName,
    /// Unix seconds.
    pub(crate) modified_at: i64,
}

/// The open object store.
#[derive(Clone, Debug)]
pub(crate) struct Objects {
    store: Arc<dyn ObjectStore>,
    /// Where objects are files: the folder, because making them durable is then up to us.
    folder: Option<PathBuf>,
    faults: Faults,
}

impl Objects {
    pub(crate) fn open(config: &StoreConfig, faults: &Faults) -> Result<Self, Error> {
        if let Some(folder) = config.objects.strip_prefix("file:") {
            let folder = PathBuf::from(folder.trim_start_matches("//"));
            // All of them now: a put then only has its own folder to sync.
            for first in 0..=u8::MAX {
                folder::make(&folder.join(format!("{first:02x}")))?;
            }
            let store = Arc::new(LocalFileSystem::new_with_prefix(&folder)?);
            Ok(Self { store, folder: Some(folder), faults: faults.clone() })
        } else if config.objects.starts_with("s3://") {
            Ok(Self { store: Arc::new(s3::open(config)?), folder: None, faults: faults.clone() })
        } else {
            Err(Error::ObjectsAddress)
        }
    }

    /// Stores an object under a new name. When this returns, it is on the disk.
    pub(crate) async fn put(&self, chunks: Vec<Bytes>) -> Result<ObjectName, Error> {
        let name = ObjectName::random()?;
        self.faults.around(Point::Put, self.put_as(name, PutPayload::from_iter(chunks))).await?;
        Ok(name)
    }

    async fn put_as(&self, name: ObjectName, payload: PutPayload) -> Result<(), Error> {
        let path = name.path();
        // The name is new, so nothing is overwritten, and S3 needs no conditional put.
        let options = PutOptions { mode: PutMode::Overwrite, ..PutOptions::default() };
        self.store.put_opts(&path, payload, options).await?;
        let Some(folder) = &self.folder else { return Ok(()) };
        let file = folder.join(path.as_ref());
        on_files(move || sync(&file)).await
    }

    /// Stores an object of the log under its path, once: what is there already must be the same. When this returns,
    /// it is on the disk.
    pub(crate) async fn put_named(&self, path: &str, bytes: Bytes) -> Result<(), Error> {
        self.faults.around(Point::LogPut, self.put_once(path, bytes)).await
    }

    async fn put_once(&self, name: &str, bytes: Bytes) -> Result<(), Error> {
        let path = Path::from(name);
        let file = self.folder.as_ref().map(|folder| folder.join(path.as_ref()));
        if let Some(above) = file.as_deref().and_then(FilePath::parent).map(FilePath::to_owned) {
            // Its folders are durable before it is.
            tokio::task::spawn_blocking(move || folder::make(&above))
                .await
                .unwrap_or_else(|stopped| Err(Error::Durability(Arc::new(io::Error::other(stopped)))))?;
        }
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&path, PutPayload::from_bytes(bytes.clone()), options).await {
            Ok(_) => {}
            Err(object_store::Error::AlreadyExists { .. }) => {
                if self.get_named(name).await?.is_none_or(|there| there != bytes) {
                    return Err(Error::LogObject { path: name.to_owned() });
                }
            }
            Err(error) => return Err(error.into()),
        }
        match file {
            Some(file) => on_files(move || sync(&file)).await,
            None => Ok(()),
        }
    }

    /// An object of the log, whole; they are small.
    pub(crate) async fn get_named(&self, name: &str) -> Result<Option<Bytes>, Error> {
        match self.store.get_opts(&Path::from(name), GetOptions::default()).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The paths of all objects of the log in one of its folders.
    pub(crate) async fn list_named(&self, folder: &str) -> Result<Vec<String>, Error> {
        let found = self.store.list(Some(&Path::from(folder))).map_ok(|meta| meta.location.to_string());
        Ok(found.try_collect().await?)
    }

    /// Removes objects of the log. One that is gone already is no error.
    pub(crate) async fn delete_named(&self, names: Vec<String>) -> Result<(), Error> {
        for name in names {
            match self.store.delete(&Path::from(name)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// The bytes of a range of an object, as they come.
    pub(crate) async fn get(
        &self,
        name: ObjectName,
        range: std::ops::Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        let found = self.store.get_opts(&name.path(), options).await?;
        Ok(found.into_stream().map_err(Error::from).boxed())
    }

    /// Removes objects. One that is gone already is no error.
    pub(crate) async fn delete(&self, names: Vec<ObjectName>) -> Result<(), Error> {
        for name in names {
            match self.store.delete(&name.path()).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Removes what a process that died had begun to write before `before`. An S3-compatible store shows no such
    /// thing.
    pub(crate) async fn remove_unfinished(&self, before: i64) -> Result<u64, Error> {
        match self.folder.clone() {
            Some(folder) => on_files(move || remove_unfinished(&folder, before)).await,
            None => Ok(0),
        }
    }

    /// Every object there is. What has another kind of name is not ours and is passed over.
    pub(crate) fn list(&self) -> BoxStream<'static, Result<Found, Error>> {
        self.store
            .list(None)
            .map_err(Error::from)
            .try_filter_map(|meta| async move {
                let modified_at = meta.last_modified.timestamp();
                Ok(ObjectName::parse(&meta.location).map(|name| Found { name, modified_at }))
            })
            .boxed()
    }
}

impl From<Injected> for Error {
    fn from(Injected: Injected) -> Self {
        Self::Durability(Arc::new(io::Error::other("injected fault")))
    }
}

/// Works on files where that holds nobody up.
async fn on_files<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|stopped| Err(io::Error::other(stopped)))
        .map_err(|source| Error::Durability(Arc::new(source)))
}

/// Makes a file and its name durable.
fn sync(file: &FilePath) -> io::Result<()> {
    folder::sync(file)?;
    file.parent().map_or(Ok(()), folder::sync)
}

/// Removes a file last written to before `before`. Answers whether it did: the file may have become an object by
/// now, or another process may have been quicker.
fn remove_old(entry: &fs::DirEntry, before: i64) -> io::Result<bool> {
    let removed = match entry.metadata() {
        Ok(metadata) if metadata.mtime() >= before => return Ok(false),
        Ok(_) => fs::remove_file(entry.path()),
        Err(error) => Err(error),
    };
    match removed {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes files that were being written, under a name with `#`, when a process died. Answers how many.
fn remove_unfinished(folder: &FilePath, before: i64) -> io::Result<u64> {
    let mut removed = 0;
    for spread in fs::read_dir(folder)? {
        let spread = spread?.path();
        if !spread.is_dir() {
            continue;
        }
        for entry in fs::read_dir(spread)? {
            let entry = entry?;
            if entry.file_name().as_encoded_bytes().contains(&b'#') && remove_old(&entry, before)? {
                removed += 1;
            }
        }
    }
    Ok(removed)
}
