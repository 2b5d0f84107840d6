//! The code by which a person joins a desk.
//!
//! Sixteen random bytes, drawn by whoever invites and told to the person by a way of their own. The
//! server learns only their SHA-256; the desk's seed travels wrapped to the identity they yield.

use std::fmt;
use std::str::FromStr;

use seal::rand_core::CryptoRng;
use seal::{Digest, Identity};
use zeroize::Zeroizing;

/// Separates the identity from any other use of the code.
const LABEL: &str = "safehand/invite/1";

/// Crockford's base 32: no I, L, O or U, so that a code survives being read aloud.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters of a written code without its hyphens: 16 bytes and one byte of checksum, 5 bits each.
const LENGTH: usize = 28;

/// An invite's secret. Written as seven groups of four characters; wiped when dropped.
pub struct InviteCode(Zeroizing<[u8; 16]>);

impl InviteCode {
    /// Draws a new one.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut bytes = Zeroizing::new([0; 16]);
        rng.fill_bytes(bytes.as_mut());
        Self(bytes)
    }

    /// What the server knows it by.
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.as_slice())
    }

    /// The identity that the desk's seed is wrapped to until the person has joined.
    pub fn identity(&self) -> Identity {
        Identity::from_secret(LABEL, self.0.as_slice())
    }

    /// The code as it is told to the person, e.g. `7K3M-…`.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH + LENGTH / 4));
        let (mut bits, mut held) = (0_u32, 0_u32);
        let mut written = 0;
        for byte in self.0.iter().chain(&[self.checksum()]) {
            bits = (bits << 8) | u32::from(*byte);
            held += 8;
            while held >= 5 {
                held -= 5;
                push(&mut text, &mut written, bits >> held);
            }
        }
        push(&mut text, &mut written, bits << (5 - held));
        text
    }

    fn checksum(&self) -> u8 {
        self.digest().as_bytes()[0]
    }
}

fn push(text: &mut String, written: &mut usize, bits: u32) {
    if *written > 0 && written.is_multiple_of(4) {
        text.push('-');
    }
    text.push(char::from(ALPHABET[(bits & 31) as usize]));
    *written += 1;
}

/// Why a typed code is not an invite's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InviteCodeError {
    /// It has too few or too many characters.
    #[error("a code has 28 letters and digits; this has {0}")]
    Length(usize),
    /// It holds a character that no code has.
    #[error("“{0}” is in no code")]
    Character(char),
    /// A character was mistyped.
    #[error("the code was mistyped: its check does not hold")]
    Checksum,
}

impl FromStr for InviteCode {
    type Err = InviteCodeError;

    /// Forgiving about case, spaces and hyphens, and about O for 0 and I or L for 1.
    fn from_str(text: &str) -> Result<Self, InviteCodeError> {
        let written = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let digits: Zeroizing<Vec<u8>> = Zeroizing::new(written.map(digit).collect::<Result<_, _>>()?);
        if digits.len() != LENGTH {
            return Err(InviteCodeError::Length(digits.len()));
        }
        let mut bytes = Zeroizing::new([0; 17]);
        let (mut bits, mut held, mut at) = (0_u32, 0_u32, 0);
        for digit in digits.iter() {
            bits = (bits << 5) | u32::from(*digit);
            held += 5;
            if held >= 8 {
                held -= 8;
                bytes[at] = (bits >> held).to_le_bytes()[0];
                at += 1;
            }
        }
        let mut code = Self(Zeroizing::new([0; 16]));
        code.0.copy_from_slice(&bytes[..16]);
        // The four bits left over are zero in every code that was ever written.
        if bits & 15 != 0 || bytes[16] != code.checksum() {
            return Err(InviteCodeError::Checksum);
        }
        Ok(code)
    }
}

fn digit(character: char) -> Result<u8, InviteCodeError> {
    let meant = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET.iter().position(|known| char::from(*known) == meant);
    place.and_then(|place| u8::try_from(place).ok()).ok_or(InviteCodeError::Character(character))
}

impl fmt::Debug for InviteCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InviteCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{InviteCode, InviteCodeError};
    use proptest::prelude::*;
    use zeroize::Zeroizing;

    proptest! {
        #[test]
        fn every_code_reads_back_however_it_is_typed(bytes: [u8; 16]) {
            let code = InviteCode(Zeroizing::new(bytes));
            let typed = code.to_text().to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            prop_assert_eq!(*typed.parse::<InviteCode>().unwrap().0, bytes);
        }

        #[test]
        fn a_mistyped_character_is_noticed_almost_always(bytes: [u8; 16], at in 0_usize..28) {
            let text = InviteCode(Zeroizing::new(bytes)).to_text().replace('-', "");
            let wrong = if text.as_bytes()[at] == b'7' { "8" } else { "7" };
            let mut typed = text.clone();
            typed.replace_range(at..=at, wrong);
            let same = typed.parse::<InviteCode>().is_ok_and(|code| *code.0 == bytes);
            prop_assert!(!same);
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert_eq!("ABC".parse::<InviteCode>().unwrap_err(), InviteCodeError::Length(3));
        assert_eq!("AB!C".parse::<InviteCode>().unwrap_err(), InviteCodeError::Character('!'));
        assert_eq!("7".repeat(28).parse::<InviteCode>().unwrap_err(), InviteCodeError::Checksum);
    }

    #[test]
    fn nothing_secret_is_printed() {
        assert_eq!(format!("{:?}", InviteCode(Zeroizing::new([7; 16]))), "InviteCode(…)");
    }
}
