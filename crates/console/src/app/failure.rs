//! Everything that can go wrong between a member's click and its effect.

use protocol::opaque::OpaqueError;
use protocol::{ApiError, ErrorCode, InviteCodeError};

/// Why something did not happen, in words that can be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The server refused.
    #[error("{0}")]
    Refused(#[from] ApiError),
    /// The server could not be reached.
    #[error("The server cannot be reached. Check the connection and try again.")]
    Unreachable,
    /// The server's answer was not what the protocol promises.
    #[error("The server’s answer could not be read.")]
    Unreadable,
    /// The passphrase exchange failed.
    #[error("{}", sign_in_words(*.0))]
    SignIn(#[from] OpaqueError),
    /// A code that was typed is not an invite's.
    #[error("{0}")]
    Code(#[from] InviteCodeError),
    /// Something could not be opened or sealed.
    #[error("{0}")]
    Core(#[from] crate::Error),
    /// The browser knows no passkeys.
    #[error("This browser cannot use passkeys.")]
    NoPasskeys,
    /// The person or the browser stopped the passkey step.
    #[error("The passkey step was stopped or took too long. Try again.")]
    PasskeyStopped,
    /// The browser could not save the file.
    #[error("The browser could not save the file.")]
    NotSaved,
    /// The person stopped it.
    #[error("Stopped. Nothing was saved.")]
    Stopped,
    /// The browser started no worker for the chats.
    #[error("This browser could not start the part of the console that reads chats.")]
    NoReader,
    /// The browser started no worker for files.
    #[error("This browser could not start the part of the console that examines files.")]
    NoExaminer,
    /// What the reader of chats or the examiner of files says.
    #[error("{0}")]
    Reader(String),
    /// Nobody is signed in any more.
    #[error("You are signed out.")]
    SignedOut,
}

impl Failure {
    /// Whether the session is over, so that the keys must go too.
    pub(crate) fn ends_session(&self) -> bool {
        matches!(self, Self::Refused(error) if error.code == ErrorCode::NotSignedIn)
    }
}

fn sign_in_words(error: OpaqueError) -> &'static str {
    match error {
        OpaqueError::WrongCredentials => "The sign-in name or the passphrase is wrong.",
        OpaqueError::Stretch => "This device has too little free memory to check the passphrase.",
        _ => "The server’s answer could not be read.",
    }
}
