//! What Safehand's client and server say to each other.
//!
//! JSON over HTTP under [`API`]. Bytes travel as base64url without padding, times as whole seconds
//! since the Unix epoch (UTC), identifiers as the newtypes of [`seal`]. Nothing here opens a socket,
//! reads a clock or draws a random number.
//!
//! | module | who speaks |
//! |---|---|
//! | [`public`] | anyone: the instance, its desks, proof of work |
//! | [`work`] | whoever writes without a sign-in: solving the proof of work |
//! | [`submission`] | a reporter handing over a sealed report |
//! | [`receipt`] | a reporter who comes back with seven words |
//! | [`ledger`] | the log, in answers to a reporter: that what was received is in it |
//! | [`proof`] | what a reporter makes of that: the check, and the receipt to keep |
//! | [`staff`] | a member of a desk |
//! | [`quarantine`] | a member who wants to see media, and whoever lets them |
//! | [`oversight`] | an auditor, and whoever asks for the history of a report |
//! | [`content`], [`exhibit`] | what is *inside* sealed items; the server never sees these types |
//! | [`media`] | whoever seals a file: whether it is media |
//! | [`error`] | how a refusal is told |
//! | [`reference`], [`csv`] | how a report is called; tables that are safe to open |
#![cfg_attr(not(feature = "opaque"), allow(rustdoc::broken_intra_doc_links))]

pub mod bytes;
pub mod content;
pub mod csv;
pub mod error;
pub mod exhibit;
pub mod invite;
pub mod ledger;
pub mod media;
pub mod member;
#[cfg(feature = "opaque")]
pub mod opaque;
pub mod oversight;
pub mod proof;
pub mod public;
pub mod quarantine;
pub mod receipt;
pub mod reference;
pub mod role;
pub mod staff;
pub mod submission;
pub mod work;

pub use bytes::Bytes;
pub use error::{ApiError, ErrorCode};
pub use invite::{InviteCode, InviteCodeError};
pub use member::MemberId;
pub use role::Role;

/// The path below which every request and response of this crate is spoken.
pub const API: &str = "/api/v1";

/// Request header that carries a solved proof of work: `<challenge>.<nonce>`.
pub const WORK_HEADER: &str = "safehand-work";

/// Seconds since the Unix epoch, UTC.
pub type UnixSeconds = i64;
