//! Solving a proof of work in steps, so that a page can do it while somebody types.

use crate::Bytes;
use crate::public::WorkChallenge;

/// The challenge is not one: its bytes are no base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proof-of-work challenge is no base64url; ask for another one")]
pub struct NotAChallenge;

/// A challenge that is being solved.
#[derive(Clone, Debug)]
pub struct Solving {
    challenge: String,
    bytes: Bytes,
    bits: u32,
    next: u64,
}

impl Solving {
    /// Begins with a challenge.
    ///
    /// # Errors
    ///
    /// [`NotAChallenge`] when it cannot be decoded.
    pub fn new(challenge: WorkChallenge) -> Result<Self, NotAChallenge> {
        let WorkChallenge { challenge, bits, expires: _ } = challenge;
        let bytes = serde_json::from_value(challenge.as_str().into()).map_err(|_| NotAChallenge)?;
        Ok(Self { challenge, bytes, bits: bits.into(), next: 0 })
    }

    /// Tries so many nonces. Answers what [`crate::WORK_HEADER`] carries once one of them is a solution.
    pub fn step(&mut self, tries: u64) -> Option<String> {
        let found = seal::work::solve(self.bytes.as_slice(), self.bits, &mut self.next, tries)?;
        Some(format!("{}.{found}", self.challenge))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(text: &str, bits: u8) -> WorkChallenge {
        WorkChallenge { challenge: text.to_owned(), bits, expires: 0 }
    }

    #[test]
    fn steps_end_with_what_the_header_carries() {
        let mut solving = Solving::new(challenge("YSBjaGFsbGVuZ2U", 10)).unwrap();
        let (steps, stamp) = (1..).find_map(|step| solving.step(16).map(|stamp| (step, stamp))).unwrap();
        assert!(steps > 1, "ten bits take more than one step of sixteen");
        let nonce = stamp.strip_prefix("YSBjaGFsbGVuZ2U.").unwrap().parse().unwrap();
        assert!(seal::work::check(b"a challenge", nonce, 10));
    }

    #[test]
    fn what_is_no_challenge_is_refused() {
        assert_eq!(Solving::new(challenge("not base64url!", 1)).unwrap_err(), NotAChallenge);
    }
}
