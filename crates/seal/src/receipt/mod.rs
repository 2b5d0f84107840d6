//! Receipts: seven words that a reporter keeps, and the keys that they yield.
//!
//! The words are drawn from the EFF large word list (7776 words, ninety bits). Argon2id (RFC 9106;
//! 64 MiB, three passes, one lane; salted with the instance's origin) makes a root of them, and
//! HKDF-SHA-256 makes of the root a lookup id, by which the server finds the report, and the seed
//! of the reporter's identity. The server keeps only a digest of the lookup id.

mod parse;
mod words;

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, Zeroizing};

use crate::text::public_bytes;
use crate::{Digest, Error, Identity, Seed, kdf};

pub use parse::PhraseError;

/// Words in a phrase.
pub const WORDS: usize = 7;

const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;

/// The seven words. Whoever holds them can read the report and answer in its reporter's name.
#[derive(Clone)]
pub struct Phrase([u16; WORDS]);

impl Phrase {
    /// Draws a new phrase.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(std::array::from_fn(|_| draw(rng)))
    }

    /// Reads a phrase as people type it: in any case, with anything but letters between the words.
    /// A word that is not on the list is never guessed at.
    ///
    /// # Errors
    /// [`PhraseError`], which says which word is wrong and what it may have been.
    pub fn parse(typed: &str) -> Result<Self, PhraseError> {
        parse::parse(typed).map(Self)
    }

    /// The words, to be shown to the reporter and nobody else.
    pub fn words(&self) -> [&'static str; WORDS] {
        self.0.map(words::word)
    }

    /// Derives the reporter's keys at the instance of this origin (`https://…`, as browsers
    /// serialise it). Takes 64 MiB of memory and a good part of a second on a phone.
    ///
    /// # Errors
    /// [`Error::Origin`] when it is shorter than eight bytes; [`Error::Memory`].
    pub fn derive(&self, origin: &str) -> Result<ReporterKeys, Error> {
        Ok(ReporterKeys::from_root(&*self.root(origin)?))
    }

    fn root(&self, origin: &str) -> Result<Zeroizing<[u8; 32]>, Error> {
        if origin.len() < argon2::MIN_SALT_LEN {
            return Err(Error::Origin);
        }
        let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).map_err(|_| Error::Memory)?;
        let mut memory = Memory::allocate(params.block_count())?;
        let mut root = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(
                self.canonical().as_bytes(),
                origin.as_bytes(),
                root.as_mut_slice(),
                memory.0.as_mut_slice(),
            )
            .map_err(|_| Error::Memory)?;
        Ok(root)
    }

    /// The words as they are hashed: letters only, one space between. So `yo-yo` and `yoyo`, both on
    /// the list, are one word to whoever types from memory.
    fn canonical(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(WORDS * (words::MAX_LEN + 1)));
        for word in self.words() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.extend(word.chars().filter(char::is_ascii_lowercase));
        }
        text
    }
}

fn draw(rng: &mut (impl CryptoRng + ?Sized)) -> u16 {
    loop {
        // Thirteen bits, drawn again when past the end: every word is equally likely.
        let index = u16::from_le_bytes(crate::random(rng)) & 0x1FFF;
        if usize::from(index) < words::COUNT {
            return index;
        }
    }
}

/// Argon2's blocks, erased when dropped: the last pass would give the phrase away.
struct Memory(Vec<Block>);

impl Memory {
    fn allocate(blocks: usize) -> Result<Self, Error> {
        let mut memory = Vec::new();
        memory.try_reserve_exact(blocks).map_err(|_| Error::Memory)?;
        memory.resize(blocks, Block::default());
        Ok(Self(memory))
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(Zeroize::zeroize);
    }
}

impl Drop for Phrase {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Zeroizing::new(self.words().join(" ")))
    }
}

impl fmt::Debug for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phrase(..)")
    }
}

/// What a phrase yields at one instance.
#[derive(Clone, Debug)]
pub struct ReporterKeys {
    /// By which the server finds the report.
    pub lookup: LookupId,
    /// Opens the report's wrap, and signs what the reporter adds.
    pub identity: Identity,
}

impl ReporterKeys {
    /// The keys that follow from the 32 bytes that a phrase was stretched to.
    ///
    /// A phrase goes through [`Phrase::derive`]; bytes drawn at random yield keys that no phrase leads to,
    /// which spares a load test the stretching.
    pub fn from_root(root: &[u8; 32]) -> Self {
        let lookup = kdf::labelled(root, "receipt lookup", "");
        let seed = kdf::labelled(root, "receipt identity", "");
        Self { lookup: LookupId::from_bytes(*lookup), identity: Identity::from_seed(Seed::from_bytes(*seed)) }
    }
}

/// By which a reporter's report is found. Sent with every request of theirs, never stored.
#[derive(Clone)]
pub struct LookupId(Zeroizing<[u8; 16]>);

impl LookupId {
    /// Takes the bytes as they are.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes.
    pub fn expose(&self) -> &[u8; 16] {
        &self.0
    }

    /// What a server stores of it.
    pub fn hash(&self) -> LookupHash {
        LookupHash(*Digest::of(self.expose()).as_bytes())
    }
}

impl PartialEq for LookupId {
    fn eq(&self, other: &Self) -> bool {
        self.expose().ct_eq(other.expose()).into()
    }
}

impl Eq for LookupId {}

impl fmt::Debug for LookupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookupId(..)")
    }
}

public_bytes! {
    /// SHA-256 of a [`LookupId`]: all that a server keeps of it.
    LookupHash, 32, "a lookup hash"
}
