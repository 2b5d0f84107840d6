//! Whatever happens to an age file on its way is an error that names the check that failed.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use proptest::prelude::*;
use seal::age::{self, CHUNK_LEN, Opener, PREFIX_LEN, Ranged, SEALED_CHUNK_LEN, Sealer};
use seal::{Error, Identity, Seed};
use support::CountingRng;

static IDENTITY: LazyLock<Identity> = LazyLock::new(|| Identity::from_seed(Seed::from_bytes([1; 32])));

/// Three chunks and a half, sealed once.
static CONTENT: LazyLock<Vec<u8>> = LazyLock::new(|| content(3 * CHUNK_LEN + CHUNK_LEN / 2));
static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| seal(&CONTENT));

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

fn seal(content: &[u8]) -> Vec<u8> {
    age::encrypt(&[IDENTITY.recipient().clone()], content, &mut CountingRng::new("age")).unwrap()
}

fn open(file: &[u8]) -> Result<(), Error> {
    age::decrypt(file, &*IDENTITY).map(|_| ())
}

fn is_header_error(error: &Error) -> bool {
    matches!(
        error,
        Error::AgeVersion
            | Error::AgeHeader(_)
            | Error::AgeHeaderTooLong
            | Error::AgeHeaderTruncated
            | Error::AgeHeaderMac
            | Error::AgeLowOrder
            | Error::AgeNoMatch
    )
}

/// The error that damage at this byte of `FILE` must be.
fn is_error_at(error: &Error, at: usize) -> bool {
    match at.checked_sub(PREFIX_LEN) {
        Some(in_payload) => *error == Error::AgeChunk { index: (in_payload / SEALED_CHUNK_LEN) as u64 },
        // The nonce is the last of the prefix: it changes the key of every chunk.
        None if at >= PREFIX_LEN - 16 => *error == Error::AgeChunk { index: 0 },
        None => is_header_error(error),
    }
}

fn chunk_range(index: usize) -> std::ops::Range<usize> {
    let start = PREFIX_LEN + index * SEALED_CHUNK_LEN;
    start..(start + SEALED_CHUNK_LEN).min(FILE.len())
}

#[test]
fn every_length_around_a_boundary_survives() {
    let around = |length: usize| length.saturating_sub(41)..length + 42;
    let lengths =
        around(0).chain(around(CHUNK_LEN)).chain(around(2 * CHUNK_LEN)).chain(around(4 * CHUNK_LEN));
    for length in lengths {
        let content = content(length);
        let file = seal(&content);
        assert_eq!(file.len() as u64, age::sealed_len(length as u64), "{length} bytes");
        assert!(age::decrypt(&file, &*IDENTITY).unwrap().as_slice() == content, "{length} bytes");
    }
}

#[test]
fn every_bit_of_the_header_counts() {
    let file = seal(b"rain until noon");
    for bit in 0..8 * PREFIX_LEN {
        let mut changed = file.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let error = open(&changed).unwrap_err();
        assert!(is_error_at(&error, bit / 8), "bit {bit}: {error:?}");
    }
}

#[test]
fn every_truncation_of_a_small_file_is_named() {
    let file = seal(b"rain until noon");
    for length in 0..file.len() {
        let error = open(&file[..length]).unwrap_err();
        let expected = match length {
            0..22 => Error::AgeVersion,
            22..PREFIX_LEN => Error::AgeHeaderTruncated,
            _ if length < PREFIX_LEN + 16 => Error::AgeTruncated { index: 0 },
            _ => Error::AgeChunk { index: 0 },
        };
        assert_eq!(error, expected, "cut to {length}");
    }
}

#[test]
fn a_file_cut_between_chunks_is_cut_and_not_changed() {
    for kept in 0..4 {
        let cut = &FILE[..chunk_range(kept).start];
        assert_eq!(open(cut).unwrap_err(), Error::AgeTruncated { index: kept as u64 });
    }
}

#[test]
fn a_file_whose_last_chunk_is_full_cannot_be_lengthened() {
    let mut file = seal(&content(2 * CHUNK_LEN));
    file.push(0);
    assert_eq!(open(&file).unwrap_err(), Error::AgeTrailing);
    file.extend_from_slice(&FILE[chunk_range(2)]);
    assert_eq!(open(&file).unwrap_err(), Error::AgeTrailing);
}

#[test]
fn a_header_without_end_is_not_read_for_ever() {
    let mut opener = Opener::new(&*IDENTITY);
    opener.push(b"age-encryption.org/v1\n-> x\n", &mut Vec::new()).unwrap();
    let line = [&[b'A'; 64], b"\n".as_slice()].concat();
    let refused = (0..10_000).find_map(|_| opener.push(&line, &mut Vec::new()).err());
    assert_eq!(refused, Some(Error::AgeHeaderTooLong));
}

#[test]
fn an_opener_that_failed_stays_failed() {
    let mut changed = FILE.clone();
    changed[PREFIX_LEN] ^= 1;
    let mut opener = Opener::new(&*IDENTITY);
    let mut out = Vec::new();
    assert_eq!(opener.push(&changed, &mut out), Err(Error::AgeChunk { index: 0 }));
    assert_eq!(opener.push(&FILE, &mut out), Err(Error::AgeChunk { index: 0 }));
    assert_eq!(opener.finish(&mut out), Err(Error::AgeChunk { index: 0 }));
    assert!(out.is_empty());
}

#[test]
fn nobody_else_opens_it() {
    let other = Identity::from_seed(Seed::from_bytes([2; 32]));
    assert_eq!(age::decrypt(&FILE, &other).unwrap_err(), Error::AgeNoMatch);
}

#[test]
fn a_file_for_nobody_is_not_made() {
    assert_eq!(age::encrypt(&[], b"", &mut CountingRng::new("")).unwrap_err(), Error::NoRecipient);
}

#[test]
fn a_recipient_of_low_order_is_refused_when_it_comes_back() {
    // Every encapsulated key whose X25519 part has low order is refused, whatever the ML-KEM part.
    let low_order: [[u8; 32]; 3] = [[0; 32], std::array::from_fn(|at| u8::from(at == 0)), {
        let mut minus_one = [0xFF; 32];
        minus_one[0] = 0xEC;
        minus_one[31] = 0x7F;
        minus_one
    }];
    let start = b"age-encryption.org/v1\n-> mlkem768x25519 ".len();
    let mut share = STANDARD_NO_PAD.decode(&FILE[start..start + 1494]).unwrap();
    for point in low_order {
        share[1088..].copy_from_slice(&point);
        let mut file = FILE.clone();
        file[start..start + 1494].copy_from_slice(STANDARD_NO_PAD.encode(&share).as_bytes());
        assert_eq!(open(&file).unwrap_err(), Error::AgeLowOrder, "{point:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_flipped_bit_is_named_by_its_place(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let at = at.index(FILE.len());
        let mut changed = FILE.clone();
        changed[at] ^= 1 << bit;
        let error = open(&changed).unwrap_err();
        prop_assert!(is_error_at(&error, at), "byte {}: {:?}", at, error);
    }

    #[test]
    fn a_truncated_file_is_an_error_at_its_end(length in any::<prop::sample::Index>()) {
        let length = length.index(FILE.len());
        let error = open(&FILE[..length]).unwrap_err();
        let index = (length.saturating_sub(PREFIX_LEN) / SEALED_CHUNK_LEN) as u64;
        prop_assert!(
            if length < PREFIX_LEN { is_header_error(&error) }
            else { matches!(error, Error::AgeTruncated { index: i } | Error::AgeChunk { index: i } if i == index) },
            "cut to {}: {:?}", length, error,
        );
    }

    #[test]
    fn whatever_is_appended_is_an_error(more in prop::collection::vec(any::<u8>(), 1..200)) {
        let mut longer = FILE.clone();
        longer.extend_from_slice(&more);
        prop_assert_eq!(open(&longer).unwrap_err(), Error::AgeChunk { index: 3 });
    }

    #[test]
    fn chunks_that_changed_places_are_an_error(first in 0..3_usize, second in 0..3_usize) {
        prop_assume!(first != second);
        let mut swapped = FILE.clone();
        let kept = swapped[chunk_range(first)].to_vec();
        swapped.copy_within(chunk_range(second), chunk_range(first).start);
        swapped[chunk_range(second)].copy_from_slice(&kept);
        let index = first.min(second) as u64;
        prop_assert_eq!(open(&swapped).unwrap_err(), Error::AgeChunk { index });
    }

    #[test]
    fn a_chunk_left_out_or_doubled_is_an_error(index in 0..3_usize, doubled in any::<bool>()) {
        let mut changed = FILE.clone();
        let chunk = chunk_range(index);
        let error = if doubled {
            let copy = changed[chunk.clone()].to_vec();
            changed.splice(chunk.end..chunk.end, copy);
            Error::AgeChunk { index: index as u64 + 1 }
        } else {
            changed.drain(chunk);
            Error::AgeChunk { index: index as u64 }
        };
        prop_assert_eq!(open(&changed).unwrap_err(), error);
    }

    #[test]
    fn streams_are_as_one_shot(cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        let mut sealed = Vec::new();
        let to = [IDENTITY.recipient().clone()];
        let mut sealer = Sealer::new(&to, &mut CountingRng::new("age"), &mut sealed).unwrap();
        for piece in pieces(&CONTENT, &cuts) {
            sealer.push(piece, &mut sealed);
        }
        sealer.finish(&mut sealed);
        prop_assert!(sealed == *FILE);

        let mut opened = Vec::new();
        let mut opener = Opener::new(&*IDENTITY);
        for piece in pieces(&FILE, &cuts) {
            opener.push(piece, &mut opened).unwrap();
        }
        opener.finish(&mut opened).unwrap();
        prop_assert!(opened == *CONTENT);
    }

    #[test]
    fn a_range_is_a_slice_of_the_whole(from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let (from, to) = (from.index(CONTENT.len() + 1), to.index(CONTENT.len() + 1));
        let range = from.min(to) as u64..from.max(to) as u64;
        let ranged = Ranged::new(&FILE[..PREFIX_LEN], FILE.len() as u64, &*IDENTITY).unwrap();
        prop_assert_eq!(ranged.plaintext_len(), CONTENT.len() as u64);
        let place = ranged.sealed_range(&range).unwrap();
        let fetched = &FILE[usize::try_from(place.start).unwrap()..usize::try_from(place.end).unwrap()];
        prop_assert!(fetched.len() <= to.abs_diff(from) + 2 * SEALED_CHUNK_LEN);
        let opened = ranged.open(&range, fetched).unwrap();
        prop_assert!(opened.as_slice() == &CONTENT[from.min(to)..from.max(to)]);
    }

    #[test]
    fn nothing_at_all_makes_opening_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut file = b"age-encryption.org/v1\n".to_vec();
        file.extend_from_slice(&bytes);
        prop_assert!(open(&bytes).is_err());
        prop_assert!(open(&file).is_err());
    }
}

fn pieces<'a>(whole: &'a [u8], cuts: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(whole.len())).collect();
    at.extend([0, whole.len()]);
    at.sort_unstable();
    at.windows(2).map(|pair| &whole[pair[0]..pair[1]]).collect()
}

#[test]
fn a_range_outside_or_from_the_wrong_bytes_is_refused() {
    let ranged = Ranged::new(&FILE, FILE.len() as u64, &*IDENTITY).unwrap();
    let end = ranged.plaintext_len();
    assert_eq!(ranged.sealed_range(&(0..end + 1)).unwrap_err(), Error::Range);
    #[allow(clippy::reversed_empty_ranges)]
    let reversed = 5..4;
    assert_eq!(ranged.sealed_range(&reversed).unwrap_err(), Error::Range);
    assert_eq!(ranged.open(&(0..1), &FILE[chunk_range(0)][1..]).unwrap_err(), Error::Range);
    let other = &FILE[chunk_range(1)];
    assert_eq!(ranged.open(&(0..1), other).unwrap_err(), Error::AgeChunk { index: 0 });
}

#[test]
fn a_file_cut_or_lengthened_between_chunks_is_noticed_by_its_last_range() {
    let cut = chunk_range(2).end as u64;
    let ranged = Ranged::new(&FILE, cut, &*IDENTITY).unwrap();
    let last = ranged.plaintext_len() - 1..ranged.plaintext_len();
    assert_eq!(ranged.open(&last, &FILE[chunk_range(2)]).unwrap_err(), Error::AgeTruncated { index: 3 });

    let whole = seal(&content(CHUNK_LEN));
    let ranged = Ranged::new(&whole, whole.len() as u64 + 100, &*IDENTITY).unwrap();
    assert_eq!(ranged.open(&(0..10), &whole[PREFIX_LEN..]).unwrap_err(), Error::AgeTrailing);
}

#[test]
fn lengths_that_no_file_has_are_refused() {
    for length in [PREFIX_LEN, PREFIX_LEN + 15, PREFIX_LEN + SEALED_CHUNK_LEN + 16, 3] {
        assert!(matches!(Ranged::new(&FILE, length as u64, &*IDENTITY), Err(Error::AgeTruncated { .. })));
    }
}
