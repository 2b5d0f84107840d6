//! `examiner` as the module of a browser's worker: questions and answers as JSON, files and pixels as bytes.
//!
//! A crate of its own, so that the console can share the types of `examiner` without its code.

use std::io::{self, Read};

use examiner::{Examiner, List, import};
use js_sys::Uint8Array;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Blob, FileReaderSync};

/// How much of a list is read at a time.
const STEP: u32 = 4 << 20;

/// The desk's hash lists and one file at a time. Dropping the worker drops them.
#[wasm_bindgen]
#[derive(Default)]
pub struct Bench(Examiner);

#[wasm_bindgen]
impl Bench {
    /// No lists, and no file.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next bytes of what the next question is about.
    pub fn push(&mut self, piece: &[u8]) {
        self.0.push(piece);
    }

    /// Answers a question; both are JSON.
    pub fn ask(&mut self, question: &str) -> String {
        self.0.ask_json(question)
    }

    /// The media type under which the browser's decoder may be given the file's picture, so that it can be compared.
    pub fn decodes(&self) -> Option<String> {
        self.0.picture_to_compare().map(str::to_owned)
    }

    /// The file's bytes, for the browser's decoder alone.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.bytes().to_vec()
    }

    /// The file, to be shown: nothing unless it was examined, no list knows it, and a decoder may be given it.
    ///
    /// # Errors
    /// Says why it is not given out.
    pub fn take(&mut self) -> Result<Vec<u8>, JsError> {
        self.0.take().map_err(JsError::from)
    }
}

/// A list that was read from the officer's disk.
#[wasm_bindgen]
pub struct Imported(List);

#[wasm_bindgen]
impl Imported {
    /// Reads a list; `pdq` says what 64 digits without a heading are.
    ///
    /// # Errors
    /// Says what is wrong with the list, and where.
    pub fn read(file: &Blob, pdq: bool) -> Result<Imported, JsError> {
        let reader =
            FileReaderSync::new().map_err(|_| JsError::new("this browser reads no files in workers"))?;
        Ok(Self(import(Slices { file, reader, at: 0.0, piece: Vec::new(), used: 0 }, pdq)?))
    }

    /// The list as it is stored; it is not held any longer then.
    pub fn stored(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0.stored)
    }

    /// What was read, as JSON.
    pub fn facts(&self) -> String {
        self.0.facts_json()
    }
}

/// A file of the disk, read slice by slice: a list may be larger than the memory of a page.
struct Slices<'f> {
    file: &'f Blob,
    reader: FileReaderSync,
    at: f64,
    piece: Vec<u8>,
    used: usize,
}

impl Read for Slices<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.used == self.piece.len() {
            let failed = |_| io::Error::other("the browser could not read the file");
            let end = (self.at + f64::from(STEP)).min(self.file.size());
            let slice = self.file.slice_with_f64_and_f64(self.at, end).map_err(failed)?;
            let buffer = self.reader.read_as_array_buffer(&slice).map_err(failed)?;
            (self.piece, self.used, self.at) = (Uint8Array::new(&buffer).to_vec(), 0, end);
        }
        let left = self.piece.get(self.used..).unwrap_or_default();
        let count = left.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..count), left.get(..count)) {
            to.copy_from_slice(from);
        }
        self.used += count;
        Ok(count)
    }
}
