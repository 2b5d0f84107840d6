//! The public log of acts: proof that nothing was lost, altered or looked at unseen. No I/O.
//!
//! One append-only Merkle log for each instance, in open formats that others read too:
//!
//! | module | format |
//! |---|---|
//! | [`struct@Hash`], [`tree`] | RFC 6962 hashes and proofs, verified as in RFC 9162 |
//! | [`tiles`] | C2SP `tlog-tiles`: the log as static files |
//! | [`note`] | C2SP `signed-note` |
//! | [`checkpoint`] | C2SP `tlog-checkpoint` |
//! | [`cosignature`] | C2SP `tlog-cosignature`, `cosignature/v1` |
//! | [`witness`] | C2SP `tlog-witness`, `add-checkpoint` |
//! | [`proof`] | C2SP `tlog-proof` |
//! | [`record`] | what our entries say: kinds, records, leaves, openings |
//! | [`receipt`] | ours: the receipt that a reporter keeps |
//! | [`fsck`] | the check of a whole log |
//!
//! Nothing here reads a clock, a file or the system's randomness: time and randomness are arguments. A
//! check that fails is an [`Error`] that names it.

pub mod checkpoint;
pub mod cosignature;
mod error;
pub mod fsck;
mod hash;
pub mod note;
pub mod proof;
pub mod receipt;
pub mod record;
mod text;
pub mod tiles;
mod time;
pub mod tree;
pub mod witness;

pub use checkpoint::{Checkpoint, SignedCheckpoint, VerifiedCheckpoint};
pub use error::Error;
pub use hash::Hash;
pub use note::{KeyType, SigningKey, VerifierKey};
pub use proof::Proof;
pub use receipt::Receipt;
pub use record::{Actor, Kind, Leaf, Opening, Record};
pub use text::MAX_SIZE;
pub use time::Time;
pub use tree::Edge;
