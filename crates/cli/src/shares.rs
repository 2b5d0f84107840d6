//! Recovery shares: one letter for each custodian, written once and read back when it must be.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use seal::Share;
use store::desks::Desk;

use crate::error::{Error, Result};
use crate::output::moment;

/// How a desk's key is split among custodians.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Split {
    /// How many shares recover the key.
    pub(crate) needed: u8,
    /// How many shares there are.
    pub(crate) shares: u8,
}

impl Split {
    /// Whether the numbers make sense: one share alone must never be enough.
    pub(crate) fn check(self) -> Result<()> {
        let Self { needed, shares } = self;
        if needed < 2 || needed > shares {
            return Err(Error::Shares { needed, shares });
        }
        Ok(())
    }

    /// The files that the shares will be written to; none may be there yet.
    pub(crate) fn files(self, folder: &Path, desk: &str) -> Result<Vec<PathBuf>> {
        let files = (1..=self.shares).map(|number| folder.join(format!("{desk}-share-{number}.txt")));
        let files: Vec<_> = files.collect();
        match files.iter().find(|file| file.exists()) {
            Some(taken) => Err(Error::WouldOverwrite(taken.clone())),
            None => Ok(files),
        }
    }
}

/// Writes each share to a file of its own, with instructions for its custodian.
pub(crate) fn write(files: &[PathBuf], split: Split, desk: &Desk, shares: &[Share]) -> Result<()> {
    for (share, file) in shares.iter().zip(files) {
        write_private(file, &letter(share, split, desk))?;
    }
    Ok(())
}

/// The letter that a custodian keeps.
fn letter(share: &Share, split: Split, desk: &Desk) -> String {
    let Split { needed, shares } = split;
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write!(
        text,
        "Recovery share {number} of {shares} for the desk “{name}”\n\
         Made on {made}\n\
         \n\
         Keep this page sealed, offline, and apart from the other shares. Any {needed} of the\n\
         {shares} together open everything that this desk was ever sent; fewer open nothing.\n\
         Hand it over only in person, to a recovery that two people of your organisation asked\n\
         you for, and see to it that it comes back to you.\n\
         \n\
         {share}\n\
         \n\
         Belongs to the desk with this signing key: {key}\n",
        number = share.index(),
        name = desk.name,
        made = moment(desk.created_at),
        key = desk.identity.verifying_key,
    );
    text
}

/// Reads the share out of a custodian's file, which may be the whole letter or the one line.
pub(crate) fn read(path: &Path) -> Result<Share> {
    let text = std::fs::read_to_string(path).map_err(Error::file(path))?;
    let text = zeroize::Zeroizing::new(text);
    let mut wrong = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.parse() {
            Ok(share) => return Ok(share),
            // A line that looks like a share but is mistyped says more than a line of prose.
            Err(error) if wrong.is_none() || line.len() > 60 && !line.contains(". ") => wrong = Some(error),
            Err(_) => {}
        }
    }
    let source = wrong.unwrap_or(seal::Error::Text { what: "a share", why: "the file is empty" });
    Err(Error::Share { path: path.to_owned(), source })
}

/// Writes a new file that only its owner can read, and waits until it is on the disk.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(Error::file(path))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(Error::file(path))
}
