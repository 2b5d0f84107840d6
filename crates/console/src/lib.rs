//! The staff application, in the browser.
//!
//! What can be wrong is decided in modules that know no browser and run natively under test:
//!
//! | module | what it decides |
//! |---|---|
//! | [`vault`] | which keys a member holds; joining and inviting |
//! | [`open`] | desk key → report key → items, every check on the way |
//! | [`queue`] | which reports are shown, in which order |
//! | [`report`] | answers in the order they were asked, people and accounts apart |
//! | [`compose`] | what a member seals |
//! | [`chats`] | which files are read as chats; which marks stand |
//! | [`exhibits`] | the exhibit list and the continuity of each exhibit |
//! | [`hash_lists`] | the desk's hash lists, sealed to it |
//! | [`quarantine`] | which media a member may ask for, and which requests they may answer |
//! | [`heights`] | where each row of a long list is, before it was drawn |
//! | [`save`] | a file opened as it arrives, and the name it is saved under |
//! | [`stamps`] | proofs of work, kept ready for signing in and joining |
//! | [`idle`] | when an unattended console locks itself |
//! | [`welfare`] | when whoever looks at media should pause |
//! | [`ledger`] | what an auditor asks for, and acts in words |
//! | [`route`] | where in the console one is |
//! | [`text`], [`words`] | other people's text made safe to read; plain words for ids |
//!
//! The pages themselves are `app`, which exists in WebAssembly only. They are built node by node:
//! nothing is ever parsed as HTML, so that the page can forbid it (Trusted Types).

pub mod chats;
pub mod compose;
mod error;
pub mod exhibits;
#[cfg(test)]
mod fixtures;
pub mod hash_lists;
pub mod heights;
pub mod idle;
pub mod ledger;
pub mod open;
pub mod quarantine;
pub mod queue;
pub mod report;
pub mod route;
pub mod save;
pub mod stamps;
pub mod text;
pub mod vault;
pub mod welfare;
pub mod words;

#[cfg(target_arch = "wasm32")]
mod app;

pub use error::Error;
