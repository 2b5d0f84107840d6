//! The published age test vectors (C2SP/CCTV), one test for each.
//!
//! `seal` implements one recipient type, `mlkem768x25519`, and no armor. So:
//! - vectors whose identity is hybrid are opened with it, and end as the vector says;
//! - vectors about the format (header, MAC, stanzas, stream) that happen to be sealed to an X25519
//!   identity are opened by the file key that the vector states, and end as the vector says; and
//!   a hybrid identity finds nothing in them that is for it;
//! - vectors about the X25519 and scrypt stanzas are, to us, files for somebody else;
//! - armored files are not age files to us: each is refused at its first line.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::PathBuf;

use seal::age::{self, FileKey, Opener, SecretKey};
use seal::{Digest, Error, Seed};

macro_rules! vectors {
    ($($name:ident,)*) => {
        $(
            #[test]
            fn $name() {
                check(stringify!($name));
            }
        )*

        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

vectors! {
    armor_crlf, armor_empty, armor_empty_last_line, armor_empty_line_begin, armor_empty_line_end,
    armor_eol_between_padding, armor_full_last_line, armor_garbage_encoded, armor_garbage_leading,
    armor_garbage_trailing, armor_header_crlf, armor_headers, armor_hybrid,
    armor_invalid_character_header, armor_invalid_character_payload, armor_long_line,
    armor_lowercase, armor_no_end_line, armor_no_eol, armor_no_match, armor_no_padding,
    armor_not_canonical, armor_pgp_checksum, armor_scrypt, armor_short_line,
    armor_whitespace_begin, armor_whitespace_end, armor_whitespace_eol, armor_whitespace_last_line,
    armor_whitespace_line_start, armor_whitespace_outside, armor_wrong_type, armor_x25519, empty,
    header_crlf, hmac_bad, hmac_extra_space, hmac_garbage, hmac_missing, hmac_no_space,
    hmac_not_canonical, hmac_trailing_space, hmac_truncated, hybrid, hybrid_and_x25519,
    hybrid_bad_tag, hybrid_currupted_enc_mlkem, hybrid_currupted_enc_x25519, hybrid_extra_argument,
    hybrid_grease, hybrid_identity, hybrid_long_file_key, hybrid_long_share, hybrid_low_order,
    hybrid_multiple_recipients, hybrid_no_match, hybrid_not_canonical_body,
    hybrid_not_canonical_enc, hybrid_short_share, hybrid_uppercase, hybrid_x25519_arg, scrypt,
    scrypt_and_x25519, scrypt_bad_tag, scrypt_double, scrypt_extra_argument, scrypt_long_file_key,
    scrypt_no_match, scrypt_not_canonical_body, scrypt_not_canonical_salt, scrypt_salt_long,
    scrypt_salt_missing, scrypt_salt_short, scrypt_uppercase, scrypt_work_factor_23,
    scrypt_work_factor_hex, scrypt_work_factor_leading_garbage, scrypt_work_factor_leading_plus,
    scrypt_work_factor_leading_zero_decimal, scrypt_work_factor_leading_zero_octal,
    scrypt_work_factor_missing, scrypt_work_factor_negative, scrypt_work_factor_overflow,
    scrypt_work_factor_trailing_garbage, scrypt_work_factor_wrong, scrypt_work_factor_zero,
    stanza_bad_start, stanza_base64_padding, stanza_empty_argument, stanza_empty_body,
    stanza_empty_last_line, stanza_invalid_character, stanza_long_line, stanza_missing_body,
    stanza_missing_final_line, stanza_multiple_short_lines, stanza_no_arguments,
    stanza_not_canonical, stanza_spurious_cr, stanza_valid_characters, stream_257_chunks,
    stream_257_chunks_full, stream_258_chunks, stream_bad_tag, stream_bad_tag_second_chunk,
    stream_bad_tag_second_chunk_full, stream_empty_payload, stream_last_chunk_empty,
    stream_last_chunk_full, stream_last_chunk_full_second, stream_missing_tag, stream_no_chunks,
    stream_no_final, stream_no_final_full, stream_no_final_two_chunks,
    stream_no_final_two_chunks_full, stream_no_nonce, stream_short_chunk, stream_short_nonce,
    stream_short_second_chunk, stream_three_chunks, stream_trailing_garbage_long,
    stream_trailing_garbage_short, stream_two_chunks, stream_two_final_chunks,
    stream_two_final_chunks_full, stream_two_final_chunks_second, stream_two_final_chunks_short,
    version_unsupported, x25519, x25519_bad_tag, x25519_extra_argument, x25519_grease,
    x25519_identity, x25519_long_file_key, x25519_long_share, x25519_low_order, x25519_lowercase,
    x25519_multiple_recipients, x25519_no_match, x25519_not_canonical_body,
    x25519_not_canonical_share, x25519_short_share,
}

/// A vector, taken apart.
struct Vector {
    expect: String,
    payload: Option<String>,
    file_key: Option<FileKey>,
    hybrid: Option<SecretKey>,
    armored: bool,
    file: Vec<u8>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/cctv")
}

fn read(name: &str) -> Vector {
    let bytes = std::fs::read(folder().join(name)).unwrap();
    let end = bytes.windows(2).position(|pair| pair == b"\n\n").expect("a vector has a header");
    let header = std::str::from_utf8(&bytes[..end]).unwrap();
    let fields: Vec<(&str, &str)> = header.lines().map(|line| line.split_once(": ").unwrap()).collect();
    let field = |key| fields.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value).to_owned());
    let mut file = bytes[end + 2..].to_vec();
    if field("compressed").as_deref() == Some("zlib") {
        let mut inflated = Vec::new();
        flate2::read::ZlibDecoder::new(file.as_slice()).read_to_end(&mut inflated).unwrap();
        file = inflated;
    }
    Vector {
        expect: field("expect").unwrap(),
        payload: field("payload"),
        file_key: field("file key")
            .filter(|hex| hex.len() == 32)
            .map(|hex| FileKey::from_bytes(&from_hex(&hex))),
        hybrid: fields.iter().find_map(|(name, value)| {
            (*name == "identity" && value.starts_with("AGE-SECRET-KEY-PQ-1"))
                .then(|| value.parse().expect("a hybrid identity of a vector parses"))
        }),
        armored: field("armored").is_some(),
        file,
    }
}

fn from_hex<const N: usize>(hex: &str) -> [u8; N] {
    assert_eq!(hex.len(), 2 * N);
    std::array::from_fn(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
}

fn check(name: &str) {
    let vector = read(name);
    let stranger = SecretKey::from_seed(&Seed::from_bytes([7; 32]));
    if vector.armored {
        let refused = age::decrypt(&vector.file, &stranger).unwrap_err();
        assert!(matches!(refused, Error::AgeVersion), "{name}: {refused:?}");
    } else if name.starts_with("x25519") || name.starts_with("scrypt") || name == "hybrid_x25519_arg" {
        // What is wrong inside another type's stanza is no business of ours; what breaks the
        // header's grammar is.
        let refused = age::decrypt(&vector.file, &stranger).unwrap_err();
        let expected = if name.contains("not_canonical_body") { "header failure" } else { "no match" };
        assert_eq!(class(&refused), expected, "{name}: {refused:?}");
    } else if let Some(identity) = &vector.hybrid {
        check_outcome(name, &vector, || Opener::new(identity));
    } else {
        if matches!(vector.expect.as_str(), "success" | "HMAC failure" | "payload failure") {
            assert_eq!(age::decrypt(&vector.file, &stranger).unwrap_err(), Error::AgeNoMatch, "{name}");
        }
        let file_key = vector.file_key.clone().unwrap_or_else(|| FileKey::from_bytes(&[0; 16]));
        check_outcome(name, &vector, || Opener::with_file_key(&file_key));
    }
}

/// Opens the file whole and in pieces of awkward sizes; each way ends as the vector says, having
/// given out exactly what the vector says.
fn check_outcome(name: &str, vector: &Vector, opener: impl Fn() -> Opener) {
    for piece in [1, 1000, 64 * 1024 + 16, usize::MAX] {
        if piece == 1 && vector.file.len() > 1 << 20 {
            continue;
        }
        let mut given = Vec::new();
        let outcome = open_in_pieces(opener(), &vector.file, piece, &mut given);
        match outcome {
            Ok(()) => assert_eq!(vector.expect, "success", "{name}, pieces of {piece}"),
            Err(error) => assert_eq!(class(&error), vector.expect, "{name}, pieces of {piece}: {error:?}"),
        }
        if let Some(payload) = &vector.payload {
            assert_eq!(&Digest::of(&given).to_hex(), payload, "{name}, pieces of {piece}");
        } else {
            assert!(given.is_empty(), "{name}, pieces of {piece}");
        }
    }
}

fn open_in_pieces(mut opener: Opener, file: &[u8], piece: usize, out: &mut Vec<u8>) -> Result<(), Error> {
    for piece in file.chunks(piece) {
        opener.push(piece, out)?;
    }
    opener.finish(out)
}

/// The outcome in the words of the vectors.
fn class(error: &Error) -> &'static str {
    match error {
        Error::AgeVersion
        | Error::AgeHeader(_)
        | Error::AgeHeaderTooLong
        | Error::AgeHeaderTruncated
        | Error::AgeLowOrder => "header failure",
        Error::AgeNoMatch => "no match",
        Error::AgeHeaderMac => "HMAC failure",
        Error::AgeChunk { .. } | Error::AgeTruncated { .. } | Error::AgeTrailing | Error::AgeEmptyChunk => {
            "payload failure"
        }
        other => panic!("no age error: {other:?}"),
    }
}

#[test]
fn every_vector_in_the_folder_has_a_test() {
    let files: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    let tested: BTreeSet<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(files, tested);
}

#[test]
fn hybrid_identities_of_the_vectors_print_as_they_are_read() {
    let text = "AGE-SECRET-KEY-PQ-1HZLGZUPT4ETPKDEV8HSGFDCYZ4E522W0A7PU2LHT8EH9W6YLNC3SW78XKG";
    let identity: SecretKey = text.parse().unwrap();
    assert_eq!(identity.to_age_string().as_str(), text);
}
