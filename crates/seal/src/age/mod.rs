//! The age v1 file format (<https://c2sp.org/age>, `age-encryption.org/v1`), for one kind of
//! recipient: the hybrid post-quantum `mlkem768x25519`.
//!
//! A file is a textual header, in which a random *file key* is wrapped to each recipient, and a
//! payload of 64 KiB chunks sealed with ChaCha20-Poly1305 under a key derived from it. Any chunk
//! can be opened by itself; none can be changed, moved, or taken away from the end unnoticed.
//!
//! Other recipient types and the ASCII armor are not implemented: what this writes and reads is
//! what Safehand seals. Any age implementation that knows the hybrid type opens it.

mod beginning;
mod header;
mod keys;
mod opener;
mod sealer;
mod stream;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::Error;

pub use beginning::Beginning;
pub use header::MAX_HEADER_LEN;
pub use keys::{FileKey, Recipient, SecretKey};
pub(crate) use keys::{decode_bech32, encode_bech32};
pub use opener::{Opener, Ranged};
pub use sealer::Sealer;
pub(crate) use stream::Layout;
pub use stream::{CHUNK_LEN, SEALED_CHUNK_LEN, TAG_LEN};

/// Bytes before the first chunk in a file that is sealed to one recipient: header and nonce.
pub const PREFIX_LEN: usize = 1643;

/// Length of the file that sealing `plaintext_len` bytes to one recipient gives, in bytes.
pub const fn sealed_len(plaintext_len: u64) -> u64 {
    PREFIX_LEN as u64 + Layout::of_plaintext(plaintext_len).sealed()
}

/// Seals `plaintext` to every recipient.
///
/// # Errors
/// [`Error::NoRecipient`] and [`Error::Encapsulation`].
pub fn encrypt(
    to: &[Recipient],
    plaintext: &[u8],
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Vec<u8>, Error> {
    let payload = Layout::of_plaintext(plaintext.len() as u64).sealed();
    // A length that does not fit cannot be allocated; the vector then grows until it says so itself.
    let capacity = usize::try_from(payload).unwrap_or(0) + to.len() * PREFIX_LEN;
    let mut file = Vec::with_capacity(capacity);
    let mut sealer = Sealer::new(to, rng, &mut file)?;
    sealer.push(plaintext, &mut file);
    sealer.finish(&mut file);
    Ok(file)
}

/// Opens a whole file; gives out nothing unless all of it is authentic.
///
/// # Errors
/// The first check that fails.
pub fn decrypt(file: &[u8], with: &(impl AsRef<SecretKey> + ?Sized)) -> Result<Zeroizing<Vec<u8>>, Error> {
    decrypt_by(Opener::new(with), file)
}

/// Opens a whole file by its file key.
///
/// # Errors
/// The first check that fails.
pub fn decrypt_with_file_key(file: &[u8], key: &FileKey) -> Result<Zeroizing<Vec<u8>>, Error> {
    decrypt_by(Opener::with_file_key(key), file)
}

fn decrypt_by(mut opener: Opener, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    // Enough that the plaintext never moves, so that no copy of it is left behind.
    let mut plaintext = Zeroizing::new(Vec::with_capacity(file.len()));
    opener.push(file, &mut plaintext)?;
    opener.finish(&mut plaintext)?;
    Ok(plaintext)
}
