//! Identities, envelopes, receipts, padding and key wrapping, in the open age format. No I/O.
//!
//! Every sealed thing is a file in the [age v1 format](age): it can be opened by any age
//! implementation that holds the key. What this crate adds is who holds which key, and what is
//! inside:
//!
//! - an [`Identity`] is a key to open with and a key to sign with, from one [`Seed`];
//! - [`wrap()`] gives one identity to another by sealing its seed; content is sealed once, to the
//!   report's identity, and access is a matter of wraps;
//! - an *item* ([`seal_item`], [`open_item`]) is one sealed thing in a report: padded, its place
//!   sealed inside it and signed outside it; a [`Recipe`] makes its very bytes again from its content;
//! - a [`receipt`] is seven words that yield a reporter's identity;
//! - a [`request`] is signed with it, [`shares`] split a desk's seed among custodians, and
//!   [`work`] is the hash part of a proof of work.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use getrandom::SysRng;
//! use seal::rand_core::UnwrapErr;
//! use seal::{Identity, ItemId, ItemKind, Phrase, Place, ReportId, open_item, seal_item, unwrap, wrap};
//!
//! let mut rng = UnwrapErr(SysRng);
//! let desk = Identity::generate(&mut rng);
//!
//! // The reporter: seven words, a report identity, and one wrap of it for each side.
//! let phrase = Phrase::generate(&mut rng);
//! let reporter = phrase.derive("https://desk.example")?;
//! let report = Identity::generate(&mut rng);
//! let to_desk = wrap(report.seed(), desk.recipient(), &mut rng)?;
//! let to_reporter = wrap(report.seed(), reporter.identity.recipient(), &mut rng)?;
//! let place = Place {
//!     report: ReportId::generate(&mut rng),
//!     item: ItemId::generate(&mut rng),
//!     kind: ItemKind::Message,
//! };
//! let text = b"The match was called off.";
//! let sealed = seal_item(place, None, text, report.recipient(), &reporter.identity, &mut rng)?;
//!
//! // The desk.
//! let opened = open_item(&sealed.signed, &sealed.bytes, &Identity::from_seed(unwrap(&to_desk, &desk)?))?;
//! assert_eq!(opened.content.as_slice(), text);
//!
//! // The reporter, come back with nothing but the words.
//! let again = Phrase::parse(&phrase.to_string())?.derive("https://desk.example")?;
//! assert_eq!(&unwrap(&to_reporter, &again.identity)?, report.seed());
//! # Ok(())
//! # }
//! ```
//!
//! Nothing here reads a clock, a file or the system's randomness: time and randomness are
//! arguments. A check that fails is an [`Error`] that names it. Secrets are erased when dropped,
//! compared in constant time, and never printed.

pub use rand_core;

pub mod age;
mod error;
mod identity;
mod ids;
mod item;
mod kdf;
mod padme;
pub mod receipt;
pub mod request;
mod seed;
pub mod shares;
mod text;
pub mod work;
mod wrap;

pub use age::Recipient;
pub use error::Error;
pub use identity::{Identity, PublicIdentity, Signature, VerifyingKey};
pub use ids::{Digest, ItemId, ReportId};
pub use item::{
    ContentFacts, EndedItem, FileMeta, ItemHeader, ItemKind, ItemOpener, ItemSealer, OpenedItem, Place,
    RangedItem, Recipe, Resealed, Resealer, SealedItem, SignedHeader, open_item, seal_item,
};
pub use padme::padded_len;
pub use receipt::{LookupHash, LookupId, Phrase, PhraseError, ReporterKeys};
pub use request::RequestProof;
pub use seed::Seed;
pub use shares::Share;
pub use wrap::{unwrap, wrap};

/// Draws `N` random bytes that are not secret once used (nonces, ids).
fn random<const N: usize>(rng: &mut (impl rand_core::CryptoRng + ?Sized)) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}
