//! Shares: a seed split among custodians, any *k* of whom can put it together again.
//!
//! Shamir's secret sharing over GF(2⁸), byte by byte. A share carries its number, the threshold
//! and a check value of the seed, which tells shares of different seeds apart and a wrong result
//! from the right one.

use std::fmt;
use std::str::FromStr;

use bech32::Hrp;
use rand_core::CryptoRng;
use subtle::ConstantTimeEq as _;
use vsss_rs::Gf256;
use zeroize::{Zeroize as _, Zeroizing};

use crate::age::{decode_bech32, encode_bech32};
use crate::{Error, Seed, kdf};

const HRP: Hrp = Hrp::parse_unchecked("safehand-share-");
const CHECK_LEN: usize = 8;
const ENCODED_LEN: usize = 1 + 1 + CHECK_LEN + Seed::LEN;
/// Characters between spaces in the printed form.
const GROUP: usize = 5;

/// One custodian's share. Printed with `Display`, typed back in with `FromStr`.
#[derive(Clone)]
pub struct Share {
    threshold: u8,
    index: u8,
    check: [u8; CHECK_LEN],
    value: Box<Zeroizing<[u8; Seed::LEN]>>,
}

impl Share {
    /// The share's number, from one.
    pub fn index(&self) -> u8 {
        self.index
    }

    /// How many shares it takes.
    pub fn threshold(&self) -> u8 {
        self.threshold
    }
}

/// Splits a seed into `shares`, of which any `threshold` give it back and fewer tell nothing.
///
/// # Errors
/// [`Error::ShareCounts`] unless 2 ≤ `threshold` ≤ `shares`.
pub fn split(
    seed: &Seed,
    threshold: u8,
    shares: u8,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<Vec<Share>, Error> {
    if threshold < 2 || shares < threshold {
        return Err(Error::ShareCounts);
    }
    let split = Gf256::split_bytes(threshold.into(), shares.into(), seed.expose(), &mut *rng)
        .map_err(|_| Error::ShareCounts)?;
    let check = check_value(seed);
    split
        .into_iter()
        .map(|mut raw| {
            let share = match raw.split_first() {
                Some((&index, value)) if value.len() == Seed::LEN => {
                    let mut kept = Box::new(Zeroizing::new([0; Seed::LEN]));
                    kept.copy_from_slice(value);
                    Ok(Share { threshold, index, check, value: kept })
                }
                _ => Err(Error::ShareCounts),
            };
            raw.zeroize();
            share
        })
        .collect()
}

/// Puts a seed together again.
///
/// # Errors
/// [`Error::ShareTooFew`], [`Error::ShareMixed`], [`Error::ShareTwice`], or [`Error::ShareWrong`] when the
/// shares fit each other but not the seed.
pub fn combine(shares: &[Share]) -> Result<Seed, Error> {
    let first = shares.first().ok_or(Error::ShareTooFew { needed: 2, found: 0 })?;
    for (at, share) in shares.iter().enumerate() {
        if share.check != first.check || share.threshold != first.threshold {
            return Err(Error::ShareMixed);
        }
        if shares[..at].iter().any(|other| other.index == share.index) {
            return Err(Error::ShareTwice { index: share.index });
        }
    }
    if shares.len() < usize::from(first.threshold) {
        return Err(Error::ShareTooFew { needed: first.threshold, found: shares.len() });
    }
    let mut raw: Vec<Vec<u8>> = shares
        .iter()
        .map(|share| {
            let mut bytes = Vec::with_capacity(1 + Seed::LEN);
            bytes.push(share.index);
            bytes.extend_from_slice(share.value.as_slice());
            bytes
        })
        .collect();
    let combined = Gf256::combine_bytes(&raw).map(Zeroizing::new);
    raw.iter_mut().for_each(zeroize::Zeroize::zeroize);
    let combined = combined.map_err(|_| Error::ShareWrong)?;
    let seed = Seed::from_bytes(combined.as_slice().try_into().map_err(|_| Error::ShareWrong)?);
    if check_value(&seed).ct_eq(&first.check).into() { Ok(seed) } else { Err(Error::ShareWrong) }
}

/// Sixty-four bits that depend on the seed, and from which nothing of its 256 can be learned that
/// would help to guess them.
fn check_value(seed: &Seed) -> [u8; CHECK_LEN] {
    *kdf::labelled(seed.expose(), "share check", "")
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Zeroizing::new([0; ENCODED_LEN]);
        bytes[0] = self.threshold;
        bytes[1] = self.index;
        bytes[2..2 + CHECK_LEN].copy_from_slice(&self.check);
        bytes[2 + CHECK_LEN..].copy_from_slice(self.value.as_slice());
        let text = Zeroizing::new(encode_bech32(HRP, bytes.as_slice()));
        let (prefix, data) = text.split_at(HRP.as_str().len() + 1);
        f.write_str(prefix)?;
        for (at, character) in data.chars().enumerate() {
            if at % GROUP == 0 {
                f.write_str(" ")?;
            }
            write!(f, "{character}")?;
        }
        Ok(())
    }
}

impl FromStr for Share {
    type Err = Error;

    fn from_str(typed: &str) -> Result<Self, Error> {
        const WHAT: &str = "a share";
        let compact: Zeroizing<String> = Zeroizing::new(typed.split_whitespace().collect());
        let bytes = decode_bech32::<ENCODED_LEN>(WHAT, HRP, &compact)?;
        let (head, value) = bytes.split_at(2 + CHECK_LEN);
        let (&[threshold, index], check) = head.split_first_chunk().ok_or(Error::ShareCounts)?;
        if threshold < 2 || index == 0 {
            return Err(Error::Text { what: WHAT, why: "its number or threshold is impossible" });
        }
        let mut kept = Box::new(Zeroizing::new([0; Seed::LEN]));
        kept.copy_from_slice(value);
        let mut share = Self { threshold, index, check: [0; CHECK_LEN], value: kept };
        share.check.copy_from_slice(check);
        Ok(share)
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { threshold, index, check: _, value: _ } = self;
        f.debug_struct("Share").field("threshold", threshold).field("index", index).finish_non_exhaustive()
    }
}
