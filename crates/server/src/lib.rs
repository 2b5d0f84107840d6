//! The HTTP service: reporter pages, API, uploads, sign-in.
//!
//! [`Server::bind`] takes a [`Config`], [`Server::run`] serves until it is told to stop. The server
//! stores and hands out what is sealed elsewhere; it holds no key that opens any of it.

pub mod clock;
pub mod config;
pub mod desks;
pub mod doctor;
pub mod error;
pub mod headers;
pub mod keys;
pub mod limits;
pub mod log;
pub mod sequencer;
pub mod site;
pub mod staff;
pub mod state;
pub mod work;

mod api;
mod body;
mod drain;
mod jobs;
mod public_log;
mod ranges;
mod router;
mod serve;
mod stamps;
mod tls;
mod witnesses;

pub use self::config::Config;
pub use self::error::{Error, Result};
pub use self::router::openapi;
pub use self::serve::{Server, StartError};
pub use self::state::AppState;
