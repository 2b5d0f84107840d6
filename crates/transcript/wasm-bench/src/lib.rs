//! Reads generated chats as the console's worker does. The clock is JavaScript's.

use transcript::sample::{Sample, WhatsappStyle, telegram, whatsapp};
use transcript::{Timeline, recognise};
use wasm_bindgen::prelude::wasm_bindgen;

const SEED: u64 = 20_240_601;

/// A generated chat.
#[wasm_bindgen]
pub struct Bench(Sample);

#[wasm_bindgen]
impl Bench {
    /// A chat of `whatsapp` or `telegram`, of so many megabytes (10⁶).
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str, megabytes: usize) -> Self {
        Self(match name {
            "telegram" => telegram(megabytes * 1_000_000, SEED),
            _ => whatsapp(WhatsappStyle::Android, megabytes * 1_000_000, SEED),
        })
    }

    /// Its size in bytes.
    pub fn size(&self) -> usize {
        self.0.bytes.len()
    }

    /// How many messages were generated.
    pub fn generated(&self) -> usize {
        usize::try_from(self.0.messages).unwrap_or(usize::MAX)
    }

    /// Reads it into a timeline, and says how many messages there are.
    pub fn read(&self) -> usize {
        let Some(best) = recognise(&self.0.bytes).into_iter().next() else { return 0 };
        let Some(known) = best.format.descriptor() else { return 0 };
        Timeline::read(&mut *(known.parser)(), &self.0.bytes).len()
    }
}
