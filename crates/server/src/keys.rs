//! The instance's own secret and the keys derived from it.
//!
//! `instance.key` holds 32 random bytes. It stays outside the database, so that whoever copies
//! the database alone can neither forge a challenge nor open a draft. Every key in use is derived
//! from it by HKDF-SHA-256 (RFC 5869) under a label of its own.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Length in bytes of the instance secret and of every key derived from it.
pub const KEY_LEN: usize = 32;

const SALT: &[u8] = b"safehand instance key v1";

/// Why `instance.key` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file could not be read or made.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file does not hold exactly 32 bytes.
    #[error("{}: holds {found} bytes, an instance key has {KEY_LEN}", path.display())]
    Length {
        /// The file.
        path: PathBuf,
        /// How many bytes it holds.
        found: usize,
    },
    /// Others than its owner may read the file.
    #[error("{}: may be read by others (mode {mode:04o}); make it 0600", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    Random(getrandom::Error),
}

/// Derives the server's keys, one per purpose, from the instance secret.
pub struct SubKeys {
    root: Zeroizing<[u8; KEY_LEN]>,
}

impl SubKeys {
    /// Takes the instance secret itself.
    pub fn from_root(root: Zeroizing<[u8; KEY_LEN]>) -> Self {
        Self { root }
    }

    /// Reads the secret from `path`.
    ///
    /// # Errors
    ///
    /// When the file is missing, has the wrong length or may be read by anyone but its owner.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let io = |source| KeyError::Io { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(io)?;
        refuse_exposed(path, &file.metadata().map_err(io)?)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(KEY_LEN + 1));
        Read::take(&mut file, KEY_LEN as u64 + 1).read_to_end(&mut bytes).map_err(io)?;
        let mut root = Zeroizing::new([0; KEY_LEN]);
        if bytes.len() != KEY_LEN {
            return Err(KeyError::Length { path: path.to_owned(), found: bytes.len() });
        }
        root.copy_from_slice(&bytes);
        Ok(Self { root })
    }

    /// Reads the secret from `path`, making it first when there is none.
    ///
    /// Two processes that start together end with the same key: the file appears whole, and only
    /// the first one's.
    ///
    /// # Errors
    ///
    /// As [`SubKeys::load`], and when the file cannot be written.
    pub fn load_or_create(path: &Path) -> Result<Self, KeyError> {
        match Self::load(path) {
            Err(KeyError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                create(path)?;
                Self::load(path)
            }
            other => other,
        }
    }

    /// Authenticates proof-of-work challenges.
    pub fn work(&self) -> Zeroizing<[u8; KEY_LEN]> {
        self.derive("work challenge")
    }

    /// Wraps the rotating keys under which the no-JavaScript route seals its drafts.
    pub fn draft_wrap(&self) -> Zeroizing<[u8; KEY_LEN]> {
        self.derive("draft key wrap")
    }

    /// Seeds the server's OPAQUE set-up (RFC 9807), so that it is the same after a restart.
    pub fn opaque_seed(&self) -> Zeroizing<[u8; KEY_LEN]> {
        self.derive("opaque server setup")
    }

    /// Seeds the key of a witness (`safehand witness`), whose secret is a file of this form too.
    pub fn witness(&self) -> Zeroizing<[u8; KEY_LEN]> {
        self.derive("log witness")
    }

    /// Seeds the key that signs the checkpoints of the log.
    pub fn log_seed(&self) -> Zeroizing<[u8; KEY_LEN]> {
        self.derive("log signing key")
    }

    /// Names this key without giving anything of it away; kept in the database to notice a
    /// server that was started with another instance's key.
    pub fn fingerprint(&self) -> [u8; KEY_LEN] {
        *self.derive("fingerprint")
    }

    fn derive(&self, purpose: &str) -> Zeroizing<[u8; KEY_LEN]> {
        let mut key = Zeroizing::new([0; KEY_LEN]);
        match Hkdf::<Sha256>::new(Some(SALT), &*self.root).expand(purpose.as_bytes(), &mut *key) {
            Ok(()) => key,
            Err(_) => unreachable!("HKDF-SHA-256 gives up to 8160 bytes"),
        }
    }
}

impl fmt::Debug for SubKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { root: _ } = self;
        f.debug_struct("SubKeys").finish_non_exhaustive()
    }
}

fn create(path: &Path) -> Result<(), KeyError> {
    let mut root = Zeroizing::new([0; KEY_LEN]);
    getrandom::fill(&mut *root).map_err(KeyError::Random)?;
    write_once(path, &*root).map_err(|source| KeyError::Io { path: path.to_owned(), source })
}

/// Writes beside `path` and links the finished file into place, which fails softly when another
/// process was first.
fn write_once(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".instance-key-{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    let linked =
        file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => File::open(folder)?.sync_all(),
    }
}

#[cfg(unix)]
fn refuse_exposed(path: &Path, metadata: &fs::Metadata) -> Result<(), KeyError> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Exposed { path: path.to_owned(), mode });
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_exposed(_: &Path, _: &fs::Metadata) -> Result<(), KeyError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_its_own_key() {
        let keys = SubKeys::from_root(Zeroizing::new([7; KEY_LEN]));
        let all =
            [*keys.work(), *keys.draft_wrap(), *keys.opaque_seed(), *keys.log_seed(), keys.fingerprint()];
        for (index, key) in all.iter().enumerate() {
            assert!(!all[index + 1..].contains(key));
            assert_ne!(key, &[7; KEY_LEN]);
        }
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", SubKeys::from_root(Zeroizing::new([7; KEY_LEN]))), "SubKeys { .. }");
    }
}
