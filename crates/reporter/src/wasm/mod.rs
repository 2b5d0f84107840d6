//! The thin layer that a page calls: JSON in, JSON out, and bytes for files.
//!
//! `Pages` and `Return` draw, on the page's own thread. `Report`, `Receipt` and `Upload` hold keys,
//! in a worker that no page can look into.

mod pages;
mod sealing;

use getrandom::SysRng;
use intake::Form;
use seal::rand_core::UnwrapErr;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsError;

type Result<T> = std::result::Result<T, JsError>;

/// The browser's random numbers. A browser that has none is one in which nothing can be sealed.
fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

fn json(value: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string(value)?)
}

fn parsed<T: DeserializeOwned>(text: &str) -> Result<T> {
    Ok(serde_json::from_str(text)?)
}

/// Pairs of names and values, as `FormData` yields them.
fn form(pairs: &str) -> Result<Form> {
    Ok(parsed::<Vec<(String, String)>>(pairs)?.into_iter().collect())
}

/// A number that JavaScript counts in; exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "no file is larger than 8 PiB")]
fn number(count: u64) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes and times are whole and positive"
)]
fn count(number: f64) -> u64 {
    number.max(0.0) as u64
}
