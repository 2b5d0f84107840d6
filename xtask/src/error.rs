//! What can go wrong while building, demonstrating, testing or measuring.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// Why a task stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A program that the task needs is not installed.
    #[error("`{tool}` is not installed: {hint}")]
    Missing {
        /// The program's name.
        tool: &'static str,
        /// How to get it.
        hint: &'static str,
    },
    /// A program is there but could not be started.
    #[error("`{command}` could not be started: {source}")]
    Start {
        /// The command line.
        command: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program ran and said that it failed.
    #[error("`{command}` failed ({status})")]
    Failed {
        /// The command line.
        command: String,
        /// Its exit status.
        status: ExitStatus,
    },
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The browser's files could not be built.
    #[error("the browser's files were not built: {0}")]
    Web(#[source] crate::web::WebError),
    /// A program answered with something that is not what it promises to answer with.
    #[error("{what} answered with something unexpected: {why}")]
    Unexpected {
        /// Which program or file.
        what: String,
        /// What was wrong with the answer.
        why: String,
    },
    /// Some checks did not pass; they were named above.
    #[error("{0} checks failed")]
    ChecksFailed(usize),
}

impl Error {
    /// Names the file with which something went wrong.
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File { path: path.to_owned(), source }
    }

    /// Says that `what` gave an answer that cannot be used.
    pub(crate) fn unexpected(what: impl Into<String>, why: impl std::fmt::Display) -> Self {
        Self::Unexpected { what: what.into(), why: why.to_string() }
    }
}
