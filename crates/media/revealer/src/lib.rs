//! What a file reveals of whoever made it, told to them by their own browser before it is sealed.
//!
//! A module of its own, fetched only once a file has been chosen. It reads the parts of the file that speak of its making,
//! never the whole of a film.

use js_sys::Uint8Array;
use media::metadata::{Context, Examination, Report, Reveal, RevealKind, Step};
use media::sniff::Type;
use serde::Serialize;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Blob, FileReaderSync};

/// A picture of more pixels is not made anew on a phone.
const PIXELS_MAX: u64 = 60_000_000;

/// What the page is told.
#[derive(Serialize)]
struct Told<'r> {
    /// The media type under which the browser can make the picture anew, without what it reveals.
    clean_as: Option<&'static str>,
    /// What it reveals; empty where nothing of it leads to a person.
    reveals: &'r [Reveal],
}

/// Says what a file reveals, as JSON.
///
/// # Errors
/// Says that the browser could not read the file.
#[wasm_bindgen]
pub fn reveals(file: &Blob) -> Result<String, JsError> {
    let failed = |_| JsError::new("the browser could not read the file");
    let reader = FileReaderSync::new().map_err(failed)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size in whole bytes")]
    let size = file.size() as u64;
    let mut examination = Examination::new(size, Context::default());
    loop {
        match examination.step() {
            Step::Done(report) => return Ok(told(&report)?),
            Step::Need(range) => {
                #[expect(clippy::cast_precision_loss, reason = "no file has 2^53 bytes")]
                let (start, end) = (range.start as f64, range.end as f64);
                let part = file.slice_with_f64_and_f64(start, end).map_err(failed)?;
                let buffer = reader.read_as_array_buffer(&part).map_err(failed)?;
                let bytes = Uint8Array::new(&buffer).to_vec();
                examination.supply(range.start, &bytes)?;
            }
        }
    }
}

fn told(report: &Report) -> serde_json::Result<String> {
    let leads = report.reveals.iter().any(|reveal| leads_to_somebody(reveal.what));
    let reveals = if leads { report.reveals.as_slice() } else { &[] };
    serde_json::to_string(&Told { clean_as: clean_as(report), reveals })
}

/// Whether this alone is worth a question. Almost every file has a time, a program and an identifier in it.
fn leads_to_somebody(what: RevealKind) -> bool {
    matches!(
        what,
        RevealKind::Place | RevealKind::Device | RevealKind::Serial | RevealKind::Name | RevealKind::Preview
    )
}

fn clean_as(report: &Report) -> Option<&'static str> {
    let (width, height) = report.picture?;
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return None;
    }
    // Whatever moves would stand still.
    if report.fields.iter().any(|field| field.name == "animation") {
        return None;
    }
    match report.sniffed.kind {
        kind @ (Type::Jpeg | Type::Png | Type::Webp) => kind.for_decoder(),
        _ => None,
    }
}
