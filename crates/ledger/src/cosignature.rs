//! Cosignatures of witnesses (C2SP `tlog-cosignature`, the Ed25519 type `cosignature/v1`).
//!
//! A cosignature says that at its time this was the largest consistent tree of that log that the
//! cosigner had seen. Its signature is eight bytes of time, big-endian, and 64 of Ed25519 over
//! [`message`].

use crate::checkpoint::SignedCheckpoint;
use crate::note::{SignatureLine, SigningKey};
use crate::{Error, MAX_SIZE};

/// The bytes that a cosigner signs: two lines, and the text of the checkpoint.
pub fn message(checkpoint: &str, time: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{checkpoint}").into_bytes()
}

/// Cosigns a checkpoint at `time`, in seconds since the Unix epoch. Whoever cosigns has checked it first
/// ([`crate::witness::decide`]).
///
/// # Errors
///
/// [`Error::KeyPurpose`] with a key of another type; [`Error::CosignatureTime`] for the time 0, which the
/// protocol of witnesses forbids, or one over 2⁶³ - 1.
pub fn cosign(key: &SigningKey, checkpoint: &SignedCheckpoint, time: u64) -> Result<SignatureLine, Error> {
    if time == 0 || time > MAX_SIZE {
        return Err(Error::CosignatureTime { time });
    }
    key.cosign(checkpoint.note().text(), time)
}
