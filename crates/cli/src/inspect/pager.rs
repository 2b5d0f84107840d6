//! Long output goes through a pager where somebody sits before a terminal.

use std::io::{BufWriter, Stdout, Write};
use std::process::{Child, Command, Stdio};

use crate::error::{Error, Result};

/// Standard output, or a pager in front of it.
pub(super) enum Output {
    Direct(BufWriter<Stdout>),
    Paged(Child),
}

impl Output {
    /// Starts the pager of `PAGER`, `less` without it; writes directly where there is none or none is wanted.
    pub(super) fn open(paged: bool) -> Result<Self> {
        if !paged {
            return Ok(Self::Direct(BufWriter::new(std::io::stdout())));
        }
        let chosen = std::env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
        let mut words = chosen.split_whitespace();
        let Some(program) = words.next() else { return Self::open(false) };
        let mut command = Command::new(program);
        command.args(words).stdin(Stdio::piped());
        if std::env::var_os("LESS").is_none() {
            // Leave when it fits on one screen, and do not clear it.
            command.env("LESS", "FRX");
        }
        match command.spawn() {
            Ok(child) => Ok(Self::Paged(child)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::open(false),
            Err(error) => Err(Error::Output(error)),
        }
    }

    /// Ends the output and waits until it has been read.
    pub(super) fn close(self) {
        match self {
            // An error here is the reader's having gone.
            Self::Direct(mut out) => drop(out.flush()),
            Self::Paged(mut child) => {
                drop(child.stdin.take());
                drop(child.wait());
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Direct(out) => out.write(bytes),
            Self::Paged(child) => match &mut child.stdin {
                Some(pipe) => pipe.write(bytes),
                None => Err(std::io::ErrorKind::BrokenPipe.into()),
            },
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Direct(out) => out.flush(),
            Self::Paged(child) => child.stdin.as_mut().map_or(Ok(()), Write::flush),
        }
    }
}
