//! The staff half over real HTTP: sign-in, roles, members, queue, reports, replies.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod instance;

mod consulted;
mod members;
mod oversight;
mod passkeys;
mod quarantine;
mod reports;
mod sign_in;
mod story;
mod table;
