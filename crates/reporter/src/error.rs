//! What can go wrong on the reporter's side.

/// Why a report could not be made, sent or read back. Holds nothing that the reporter typed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something could not be sealed or opened.
    #[error(transparent)]
    Seal(#[from] seal::Error),
    /// A document could not be written as JSON, or what came is not of its schema.
    #[error("not the expected document: {0}")]
    Document(#[from] serde_json::Error),
    /// The questionnaire refuses the draft.
    #[error(transparent)]
    Intake(#[from] intake::Error),
    /// The desk does not take files, and a report for it must therefore have none.
    #[error("this desk does not take files")]
    FilesNotAccepted,
    /// Something is longer than it may be.
    #[error("too long: {over} more than the limit of {limit}")]
    TooLong {
        /// The most there may be: characters of a text, bytes of a sealed document.
        limit: usize,
        /// How many there are too many.
        over: usize,
    },
    /// A text was asked for and none was given.
    #[error("there is no text")]
    Empty,
    /// The server holds an item that whoever it claims to be from did not write.
    #[error("an item does not come from whom it says it comes from")]
    Forged,
}
