//! The reporter's side of Safehand: runs the questionnaire, seals, uploads, opens replies.
//!
//! The same code runs in the reporter's page, as a wasm module, and on the server for a visitor
//! without JavaScript. Only two things differ: where the state lives and where the sealing happens.
//!
//! | module | what it does |
//! |---|---|
//! | [`report`] | draws a report's keys and seals a finished draft |
//! | [`file`] | seals one file piece by piece |
//! | [`dialogue`] | opens what came back for seven words, seals what is added |
//! | [`engine`] | runs the questionnaire in the reporter's own page |
//! | [`proof`] | checks that the log has signed for a report; makes the receipt to keep |
//! | [`homecoming`] | runs the return with seven words in the reporter's own page |
//! | `wasm` | the thin layer that a page calls; built for the browser only |

pub mod dialogue;
pub mod engine;
mod error;
pub mod file;
pub mod homecoming;
pub mod proof;
pub mod report;
#[cfg(target_arch = "wasm32")]
mod wasm;

pub use dialogue::Dialogue;
pub use error::Error;
pub use file::{EndedFile, FileSealer};
pub use report::{ReportKeys, SealedFile, Secrets, Sending};
