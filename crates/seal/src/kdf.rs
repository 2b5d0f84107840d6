//! Key derivation: HKDF-SHA-256 (RFC 5869), every use under a label of its own.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Prefix of every label that is ours and not the age specification's.
const DOMAIN: &str = "safehand/1 ";

/// Derives `N` bytes under one of our labels; `context` tells apart uses under the same label.
pub(crate) fn labelled<const N: usize>(secret: &[u8], label: &str, context: &str) -> Zeroizing<[u8; N]> {
    raw(None, secret, &[DOMAIN.as_bytes(), label.as_bytes(), b"\0", context.as_bytes()])
}

/// HKDF-SHA-256 with the `info` made of the given parts.
pub(crate) fn raw<const N: usize>(salt: Option<&[u8]>, secret: &[u8], info: &[&[u8]]) -> Zeroizing<[u8; N]> {
    const { assert!(N <= 255 * 32, "HKDF-SHA-256 yields no more than 8160 bytes") };
    let mut derived = Zeroizing::new([0; N]);
    let expanded = Hkdf::<Sha256>::new(salt, secret).expand_multi_info(info, derived.as_mut_slice());
    debug_assert!(expanded.is_ok(), "the length is checked when this is compiled");
    derived
}
