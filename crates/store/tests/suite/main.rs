//! What a store promises, on both pairs.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod crash;
mod faults;
mod given;
mod instance;
mod items;
mod log;
mod log_faults;
mod log_tampering;
mod opening;
mod oversight;
mod people;
mod quarantine;
mod queue;
mod room;
mod submit;
mod sweeping;
mod uploads;
