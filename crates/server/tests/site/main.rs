//! The route without JavaScript, as a browser walks it: one form after another.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod browser;
mod cosigned;
#[path = "../http/cosigner.rs"]
#[allow(dead_code, unreachable_pub)]
mod cosigner;
mod story;
#[path = "../http/support.rs"]
#[allow(dead_code, unreachable_pub)]
mod support;
