//! Hashes equal to those of the reference implementation, bit by bit.
//!
//! `vectors/pdq` holds synthetic patterns and, in `reference.txt`, what the C++ library of `facebook/ThreatExchange`
//! (commit baefb4ed67b6cdc1d4c82dbaef858d50866ac424, g++ -O2, x86-64) makes of them: file, quality, hash, then the eight
//! dihedral hashes in the order of [`media::pdq::Dihedral::all`].
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::fs;
use std::path::Path;

use media::pdq::{Dihedral, Hash, PdqError, Picture, Samples, dihedral, hash};
use proptest::prelude::*;

struct Pnm {
    width: usize,
    height: usize,
    colour: bool,
    samples: Vec<u8>,
}

impl Pnm {
    fn read(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap();
        let header: Vec<&[u8]> = bytes.splitn(4, |byte| matches!(byte, b' ' | b'\n')).collect();
        let number = |text: &[u8]| std::str::from_utf8(text).unwrap().parse().unwrap();
        let samples = header[3].strip_prefix(b"255\n").unwrap().to_vec();
        Self { width: number(header[1]), height: number(header[2]), colour: header[0] == b"P6", samples }
    }

    fn picture(&self) -> Picture<'_> {
        let samples = if self.colour { Samples::Rgb(&self.samples) } else { Samples::Grey(&self.samples) };
        Picture::new(self.width, self.height, samples).unwrap()
    }
}

#[test]
fn hashes_are_those_of_the_reference() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/pdq");
    let expected = fs::read_to_string(folder.join("reference.txt")).unwrap();
    assert_eq!(expected.lines().count(), 10);
    for line in expected.lines() {
        let mut words = line.split(' ');
        let pnm = Pnm::read(&folder.join(words.next().unwrap()));
        let quality: u8 = words.next().unwrap().parse().unwrap();
        let hashes: Vec<Hash> = words.map(|word| word.parse().unwrap()).collect();
        let found = hash(&pnm.picture());
        assert_eq!((found.hash, found.quality), (hashes[0], quality), "{line}");
        let Dihedral { quality: again, .. } = dihedral(&pnm.picture());
        assert_eq!(dihedral(&pnm.picture()).all(), hashes[1..], "{line}");
        if (pnm.width, pnm.height) != (64, 64) {
            assert_eq!(again, quality, "{line}");
        }
    }
}

#[test]
fn the_same_pixels_in_other_layouts_hash_alike() {
    let grey: Vec<u8> = (0..120 * 80_u32).map(|n| u8::try_from(n * n / 7 % 251).unwrap()).collect();
    // Red and green from different patterns, or what is light would be the same in both.
    let rgba: Vec<u8> =
        grey.iter().zip(grey.iter().rev()).flat_map(|(&one, &other)| [one, other, 9, 9]).collect();
    let rgb: Vec<u8> = rgba.chunks(4).flat_map(|pixel| pixel[..3].to_vec()).collect();
    let of = |samples| hash(&Picture::new(120, 80, samples).unwrap());
    assert_eq!(of(Samples::Rgb(&rgb)), of(Samples::Rgba(&rgba)));
    assert_ne!(of(Samples::Rgb(&rgb)).hash, of(Samples::Grey(&grey)).hash);
}

#[test]
fn what_cannot_be_hashed_says_why() {
    let few = [0; 24];
    assert_eq!(
        Picture::new(4, 6, Samples::Grey(&few)).unwrap_err(),
        PdqError::TooSmall { width: 4, height: 6 }
    );
    assert_eq!(
        Picture::new(6, 5, Samples::Grey(&few)).unwrap_err(),
        PdqError::Samples { found: 24, needed: 30 }
    );
    let huge = Picture::new(usize::MAX, 9, Samples::Grey(&few)).unwrap_err();
    assert_eq!(huge, PdqError::TooLarge { width: usize::MAX, height: 9 });
    assert_eq!("f8".parse::<Hash>().unwrap_err(), PdqError::NotAHash);
    assert_eq!("+f".repeat(32).parse::<Hash>().unwrap_err(), PdqError::NotAHash);
}

proptest! {
    #[test]
    fn a_hash_is_written_and_read(bytes: [u8; 32], other: [u8; 32]) {
        let (hash, other) = (Hash(bytes), Hash(other));
        prop_assert_eq!(hash.to_string().parse::<Hash>().unwrap(), hash);
        prop_assert_eq!(hash.distance(&other), other.distance(&hash));
        prop_assert_eq!(hash.distance(&hash), 0);
    }

    #[test]
    fn any_picture_has_a_hash(width in 5_usize..90, height in 5_usize..90, seed: u8) {
        let samples: Vec<u8> = (0..width * height).map(|n| (n * usize::from(seed)).to_le_bytes()[0]).collect();
        let found = hash(&Picture::new(width, height, Samples::Grey(&samples)).unwrap());
        prop_assert!(found.quality <= 100);
    }
}
