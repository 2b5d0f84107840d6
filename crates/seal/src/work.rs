//! Proof of work: the hash part of what slows down whoever writes without an account.
//!
//! A solution of *b* bits for a challenge is a nonce such that SHA-256(challenge ‖ nonce as eight
//! bytes, little endian) begins with *b* zero bits. Issuing and retiring challenges is the server's.

use sha2::{Digest as _, Sha256};

/// Whether `nonce` solves `challenge` to at least `bits` leading zero bits.
pub fn check(challenge: &[u8], nonce: u64, bits: u32) -> bool {
    leading_zero_bits(Sha256::new_with_prefix(challenge), nonce) >= bits
}

/// Looks for a solution among the next `max_tries` nonces from `start`, which it moves on past
/// those tried, so that a page can look in slices and stay responsive.
pub fn solve(challenge: &[u8], bits: u32, start: &mut u64, max_tries: u64) -> Option<u64> {
    let prefix = Sha256::new_with_prefix(challenge);
    for _ in 0..max_tries {
        let nonce = *start;
        *start = start.wrapping_add(1);
        if leading_zero_bits(prefix.clone(), nonce) >= bits {
            return Some(nonce);
        }
    }
    None
}

fn leading_zero_bits(mut hash: Sha256, nonce: u64) -> u32 {
    hash.update(nonce.to_le_bytes());
    let digest = hash.finalize();
    let zero_bytes = digest.iter().take_while(|byte| **byte == 0).count();
    let partial = digest.get(zero_bytes).map_or(0, |byte| byte.leading_zeros());
    // A digest has 32 bytes.
    u32::try_from(zero_bytes).unwrap_or(u32::MAX / 8) * 8 + partial
}

#[cfg(test)]
mod tests {
    use super::{check, solve};

    #[test]
    fn a_solution_is_found_in_slices_and_passes() {
        let mut start = 0;
        let nonce = loop {
            if let Some(nonce) = solve(b"a challenge", 10, &mut start, 64) {
                break nonce;
            }
        };
        assert_eq!(start, nonce + 1);
        assert!(check(b"a challenge", nonce, 10));
        assert!(!check(b"another challenge", nonce, 10));
    }

    #[test]
    fn no_bits_need_no_work_and_too_many_are_never_met() {
        assert!(check(b"", 0, 0));
        assert!(!check(b"", 0, 257));
    }
}
