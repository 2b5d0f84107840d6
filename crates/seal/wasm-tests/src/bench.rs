//! Sealing, opening and the bare cipher, over the same bytes. The clock is JavaScript's.

use chacha20poly1305::aead::AeadInOut as _;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _};
use seal::age::{Opener, Sealer};
use seal::{Identity, ItemId, ItemKind, Place, ReportId, SealedItem, Seed, open_item, seal_item};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::support::CountingRng;

const PIECE: usize = 1 << 20;

/// An identity and some content, and what sealing makes of it. Every task returns the megabytes
/// (10⁶) it handled, or zero when it failed.
#[wasm_bindgen]
pub struct Bench {
    identity: Identity,
    content: Vec<u8>,
    file: Vec<u8>,
    item: Option<SealedItem>,
}

#[wasm_bindgen]
impl Bench {
    /// Content of so many mebibytes.
    #[wasm_bindgen(constructor)]
    pub fn new(mib: usize) -> Self {
        let identity = Identity::from_seed(Seed::from_bytes([1; 32]));
        Self { identity, content: vec![7; mib << 20], file: Vec::new(), item: None }
    }

    /// Seals the content as an age file.
    pub fn seal(&mut self) -> f64 {
        let (to, mut rng) = ([self.identity.recipient().clone()], CountingRng::new("bench"));
        self.file.clear();
        let Ok(mut sealer) = Sealer::new(&to, &mut rng, &mut self.file) else { return 0.0 };
        for piece in self.content.chunks(PIECE) {
            sealer.push(piece, &mut self.file);
        }
        sealer.finish(&mut self.file);
        megabytes(&self.file)
    }

    /// Opens that file.
    pub fn open(&mut self) -> f64 {
        let mut opener = Opener::new(&self.identity);
        let mut content = Vec::with_capacity(2 * PIECE);
        for piece in self.file.chunks(PIECE) {
            content.clear();
            if opener.push(piece, &mut content).is_err() {
                return 0.0;
            }
        }
        if opener.finish(&mut content).is_ok() { megabytes(&self.file) } else { 0.0 }
    }

    /// Seals the content as an item, which also carries two digests.
    pub fn seal_item(&mut self) -> f64 {
        let place = Place {
            report: ReportId::from_bytes([1; 16]),
            item: ItemId::from_bytes([2; 16]),
            kind: ItemKind::Message,
        };
        let (to, mut rng) = (self.identity.recipient(), CountingRng::new("bench"));
        self.item = seal_item(place, None, &self.content, to, &self.identity, &mut rng).ok();
        self.item.as_ref().map_or(0.0, |item| megabytes(&item.bytes))
    }

    /// Opens that item.
    pub fn open_item(&mut self) -> f64 {
        let Some(item) = &self.item else { return 0.0 };
        open_item(&item.signed, &item.bytes, &self.identity).map_or(0.0, |opened| megabytes(&opened.content))
    }

    /// Encrypts the content in place, in chunks of 64 KiB.
    pub fn raw(&mut self) -> f64 {
        let cipher = ChaCha20Poly1305::new(&[7; 32].into());
        let mut nonce = [0; 12];
        for (number, chunk) in (0_u64..).zip(self.content.chunks_mut(64 << 10)) {
            nonce[..8].copy_from_slice(&number.to_le_bytes());
            if cipher.encrypt_inout_detached(&nonce.into(), b"", chunk.into()).is_err() {
                return 0.0;
            }
        }
        megabytes(&self.content)
    }
}

#[allow(clippy::cast_precision_loss, reason = "a figure for a table")]
fn megabytes(bytes: &[u8]) -> f64 {
    bytes.len() as f64 / 1e6
}
