//! Addresses of crypto currencies, each with its checksum: without one, a run of letters is no address.

use std::ops::Range;

use bech32::segwit;
use serde::Serialize;
use sha2::{Digest, Sha256};
use sha3::Keccak256;

use super::{Match, MentionKind};

/// A crypto currency, or the family whose addresses look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Currency {
    /// Bitcoin; an old address that begins with 3 may also be Litecoin's.
    Bitcoin,
    /// Litecoin.
    Litecoin,
    /// Dogecoin.
    Dogecoin,
    /// Tron.
    Tron,
    /// Ethereum and the chains with its addresses.
    Ethereum,
    /// Monero.
    Monero,
}

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// An address that is just this word.
pub(super) fn find(text: &str, word: Range<usize>) -> Option<Match> {
    let address = text.get(word.clone())?;
    let (currency, normal) = match address.len() {
        42 if address.starts_with("0x") => (Currency::Ethereum, ethereum(address)?),
        26..=35 if address.starts_with(['1', '3', 'L', 'M', 'D', 'T', 'A', '9']) => {
            (base58check(address)?, None)
        }
        95 | 106 if address.starts_with(['4', '8']) => (monero(address)?, None),
        _ => segwit_address(address)?,
    };
    Some(Match { kind: MentionKind::Crypto(currency), start: word.start, end: word.end, normal })
}

/// BIP 173 and 350.
fn segwit_address(address: &str) -> Option<(Currency, Option<String>)> {
    let prefix = address.get(..4)?;
    let currency = match prefix {
        "bc1q" | "bc1p" | "BC1Q" | "BC1P" => Currency::Bitcoin,
        "ltc1" | "LTC1" => Currency::Litecoin,
        _ => return None,
    };
    if address.len() > 90 {
        return None;
    }
    segwit::decode(address).ok()?;
    Some((currency, Some(address.to_ascii_lowercase())))
}

/// EIP-55: capitals are the checksum. All small or all capitals carry none and are taken as written.
#[expect(clippy::option_option, reason = "no address; or one, with a normal form")]
fn ethereum(address: &str) -> Option<Option<String>> {
    let digits = address.strip_prefix("0x")?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let small = digits.to_ascii_lowercase();
    let mixed = digits.bytes().any(|byte| byte.is_ascii_uppercase())
        && digits.bytes().any(|byte| byte.is_ascii_lowercase());
    if mixed {
        let hash = Keccak256::digest(small.as_bytes());
        let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let right = digits.bytes().zip(nibbles).all(|(digit, nibble)| {
            !digit.is_ascii_alphabetic() || digit.is_ascii_uppercase() == (nibble >= 8)
        });
        if !right {
            return None;
        }
    }
    Some(Some(format!("0x{small}")))
}

/// A version, a hash of twenty bytes, and four bytes of a double SHA-256.
fn base58check(address: &str) -> Option<Currency> {
    let mut bytes = [0; 25];
    base58(address.as_bytes(), &mut bytes)?;
    let (body, checksum) = bytes.split_at_checked(21)?;
    if Sha256::digest(Sha256::digest(body)).get(..4)? != checksum {
        return None;
    }
    match bytes.first()? {
        0x00 | 0x05 => Some(Currency::Bitcoin),
        0x30 | 0x32 => Some(Currency::Litecoin),
        0x1E | 0x16 => Some(Currency::Dogecoin),
        0x41 => Some(Currency::Tron),
        _ => None,
    }
}

/// Monero's base 58, in blocks of eleven characters for eight bytes, with four bytes of Keccak-256.
fn monero(address: &str) -> Option<Currency> {
    let mut bytes = Vec::with_capacity(77);
    for block in address.as_bytes().chunks(11) {
        let len = match block.len() {
            11 => 8,
            7 => 5,
            _ => return None,
        };
        let mut value = 0_u128;
        for digit in block {
            value = value * 58 + u128::from(digit_of(*digit)?);
        }
        let whole = value.to_be_bytes();
        let (zeros, tail) = whole.split_at_checked(16 - len)?;
        if zeros.iter().any(|&byte| byte != 0) {
            return None;
        }
        bytes.extend_from_slice(tail);
    }
    let (body, checksum) = bytes.split_at_checked(bytes.len().checked_sub(4)?)?;
    let known = matches!((bytes.first()?, bytes.len()), (18 | 42, 69) | (19, 77));
    (known && Keccak256::digest(body).get(..4)? == checksum).then_some(Currency::Monero)
}

fn digit_of(letter: u8) -> Option<u8> {
    ALPHABET.iter().position(|&known| known == letter).and_then(|digit| u8::try_from(digit).ok())
}

/// Fills `out` just so, or it is none.
fn base58(letters: &[u8], out: &mut [u8]) -> Option<()> {
    for &letter in letters {
        let mut carry = u32::from(digit_of(letter)?);
        for byte in out.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = u8::try_from(carry & 0xFF).ok()?;
            carry >>= 8;
        }
        if carry != 0 {
            return None;
        }
    }
    let ones = letters.iter().take_while(|&&letter| letter == b'1').count();
    let zeros = out.iter().take_while(|&&byte| byte == 0).count();
    (ones == zeros).then_some(())
}
