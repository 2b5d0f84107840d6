use std::io::{self, Read};

use super::ArchiveError;

/// A reader of just so many bytes, and an error if there are fewer.
pub(super) struct Exactly<'a, R: ?Sized> {
    pub(super) reader: &'a mut R,
    pub(super) left: u64,
    /// Where in the archive the next byte stands.
    pub(super) at: u64,
}

impl<R: Read + ?Sized> Read for Exactly<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buf.len());
        let Some(buf) = buf.get_mut(..most).filter(|buf| !buf.is_empty()) else { return Ok(0) };
        let read = self.reader.read(buf)?;
        if read == 0 {
            return Err(ArchiveError::Truncated { expected: "the contents of an entry", at: self.at }.into());
        }
        self.left = self.left.saturating_sub(read as u64);
        self.at += read as u64;
        Ok(read)
    }
}
