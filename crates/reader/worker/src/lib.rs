//! `reader` as the module of a browser's worker: questions and answers as JSON, files as bytes.
//!
//! A crate of its own, so that the console can share the types of `reader` without the code of its readers.

use reader::Room;
use wasm_bindgen::prelude::wasm_bindgen;

/// The chats of one report. Dropping the worker drops them.
#[wasm_bindgen]
#[derive(Default)]
pub struct Chats(Room);

#[wasm_bindgen]
impl Chats {
    /// Nothing read yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next bytes of the file that was begun.
    pub fn push(&mut self, piece: &[u8]) {
        self.0.push(piece);
    }

    /// Answers a question; both are JSON.
    pub fn ask(&mut self, question: &str) -> String {
        self.0.ask_json(question)
    }
}
