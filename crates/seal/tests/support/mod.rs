//! The known-answer vectors: what each says is computed again, and what was sealed then is opened now.
//!
//! Compiled twice: by `tests/vectors.rs` for the machine it runs on, and by `wasm-tests` for
//! WebAssembly. So nothing here touches files, clocks or the system's randomness.

#![allow(dead_code, unused_imports, reason = "each test uses the part it needs")]

mod rng;
mod vectors;

pub(crate) use rng::CountingRng;
pub(crate) use vectors::{FILES, Outcome, check_all, recompute};
