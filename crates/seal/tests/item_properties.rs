//! Whatever happens to an item on its way is an error that names the check that failed.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::LazyLock;

use proptest::prelude::*;
use seal::age::{self, CHUNK_LEN, PREFIX_LEN, SEALED_CHUNK_LEN};
use seal::{
    Digest, Error, FileMeta, Identity, ItemHeader, ItemId, ItemKind, ItemOpener, ItemSealer, Place,
    RangedItem, ReportId, SealedItem, Seed, Signature, SignedHeader, VerifyingKey, open_item, seal_item,
};
use support::CountingRng;

static REPORT: LazyLock<Identity> = LazyLock::new(|| Identity::from_seed(Seed::from_bytes([1; 32])));
static AUTHOR: LazyLock<Identity> = LazyLock::new(|| Identity::from_seed(Seed::from_bytes([2; 32])));
static CONTENT: LazyLock<Vec<u8>> = LazyLock::new(|| content(3 * CHUNK_LEN));
static ITEM: LazyLock<SealedItem> = LazyLock::new(|| seal(place(1), &CONTENT));

fn place(number: u8) -> Place {
    Place {
        report: ReportId::from_bytes([1; 16]),
        item: ItemId::from_bytes([number; 16]),
        kind: ItemKind::File,
    }
}

fn meta() -> FileMeta {
    FileMeta { name: "match fixtures.csv".to_owned(), media_type: "text/csv".to_owned() }
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

fn seal(place: Place, content: &[u8]) -> SealedItem {
    let mut rng = CountingRng::new("item");
    seal_item(place, Some(&meta()), content, REPORT.recipient(), &AUTHOR, &mut rng).unwrap()
}

fn open(signed: &SignedHeader, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    open_item(signed, bytes, &REPORT).map(|opened| opened.content.to_vec())
}

/// Opens as a stream, in pieces.
fn open_stream(signed: &SignedHeader, bytes: &[u8], piece: usize) -> Result<Vec<u8>, Error> {
    let mut content = Vec::new();
    let mut opener = ItemOpener::new(signed, &REPORT)?;
    for piece in bytes.chunks(piece) {
        opener.push(piece, &mut content)?;
    }
    opener.finish(&mut content)?;
    Ok(content)
}

/// A header that fits whatever bytes, as a thief of the author's place would write it.
fn fitting(place: Place, bytes: &[u8]) -> SignedHeader {
    let header = ItemHeader {
        report: place.report,
        item: place.item,
        kind: place.kind,
        author: None,
        size: bytes.len() as u64,
        sha256: Digest::of(bytes),
    };
    SignedHeader { header, signature: None }
}

/// A frame as sealing makes it, to be spoilt.
fn frame(head: &[u8], json: &str, content: &[u8], padding: &[u8], size: u64, digest: &Digest) -> Vec<u8> {
    let length = u32::try_from(json.len()).unwrap().to_le_bytes();
    [head, &length, json.as_bytes(), content, padding, &size.to_le_bytes(), digest.as_bytes()].concat()
}

const MAGIC: &[u8] = b"safehand item 1\n";

fn json() -> String {
    format!(
        r#"{{"schema":"safehand.item/1","report":"{}","item":"{}","kind":"file"}}"#,
        place(1).report,
        place(1).item
    )
}

/// Seals any plaintext as if it were item 1, and opens that.
fn open_frame(frame: &[u8]) -> Result<Vec<u8>, Error> {
    let bytes = age::encrypt(std::slice::from_ref(REPORT.recipient()), frame, &mut CountingRng::new("frame"))
        .unwrap();
    let signed = fitting(place(1), &bytes);
    let whole = open(&signed, &bytes);
    assert_eq!(open_stream(&signed, &bytes, 1000), whole);
    whole
}

/// How many zeros pad a frame of this much content under the header of `json`.
fn padding_for(content: usize) -> Vec<u8> {
    let length = (MAGIC.len() + 4 + json().len() + content + 40) as u64;
    vec![0; usize::try_from(seal::padded_len(length) - length).unwrap()]
}

#[test]
fn every_length_around_a_boundary_survives() {
    let head = MAGIC.len() + 4 + json().len();
    let around = |length: usize| length.saturating_sub(60)..length + 60;
    let lengths =
        (0..300).chain(around(CHUNK_LEN - head)).chain([CHUNK_LEN, 2 * CHUNK_LEN - 40, 5 * CHUNK_LEN]);
    for length in lengths {
        let content = content(length);
        let mut rng = CountingRng::new("lengths");
        let item = seal_item(place(1), None, &content, REPORT.recipient(), &AUTHOR, &mut rng).unwrap();
        assert_eq!(item.bytes.len() as u64, ItemSealer::sealed_len(place(1), None, length as u64).unwrap());
        assert_eq!(item.bytes.len() as u64, item.signed.header.size);
        let opened = open_item(&item.signed, &item.bytes, &REPORT).unwrap();
        assert!(opened.content.as_slice() == content, "{length} bytes");
        assert_eq!((opened.meta, opened.facts.size), (None, length as u64));
        assert_eq!(opened.facts.sha256, Digest::of(&content));
    }
}

#[test]
fn the_size_tells_no_more_than_its_padded_length() {
    let sizes: std::collections::BTreeSet<u64> =
        (100_000..103_000).map(|length| ItemSealer::sealed_len(place(1), None, length).unwrap()).collect();
    assert!(sizes.len() <= 3, "{sizes:?}");
}

#[test]
fn what_is_clear_is_signed() {
    let ItemHeader { report, item, kind, author, size, sha256 } = ITEM.signed.header;
    let header = ITEM.signed.header;
    let other = Identity::from_seed(Seed::from_bytes([3; 32])).verifying_key();
    assert_eq!((report, item, kind), (place(1).report, place(1).item, place(1).kind));
    assert_eq!(author, Some(AUTHOR.verifying_key()));
    ITEM.signed.verify().unwrap();
    for changed in [
        ItemHeader { report: ReportId::from_bytes([9; 16]), ..header },
        ItemHeader { item: ItemId::from_bytes([9; 16]), ..header },
        ItemHeader { kind: ItemKind::Message, ..header },
        ItemHeader { author: Some(other), ..header },
        ItemHeader { size: size + 1, ..header },
        ItemHeader { sha256: Digest::of(sha256.as_bytes()), ..header },
    ] {
        let signed = SignedHeader { header: changed, ..ITEM.signed };
        assert_eq!(signed.verify(), Err(Error::ItemSignature), "{changed:?}");
        assert_eq!(open(&signed, &ITEM.bytes), Err(Error::ItemSignature));
        assert_eq!(open_stream(&signed, &ITEM.bytes, 1000), Err(Error::ItemSignature));
    }
}

#[test]
fn a_signature_belongs_to_an_author_and_an_author_signs() {
    let unsigned = SignedHeader { signature: None, ..ITEM.signed };
    assert_eq!(unsigned.verify(), Err(Error::SignatureMissing));
    let nobody = ItemHeader { author: None, ..ITEM.signed.header };
    assert_eq!(SignedHeader { header: nobody, ..ITEM.signed }.verify(), Err(Error::SignatureWithoutAuthor));
    SignedHeader { header: nobody, signature: None }.verify().unwrap();
    let no_key = ItemHeader { author: Some(VerifyingKey::from_bytes([2; 32])), ..ITEM.signed.header };
    assert_eq!(SignedHeader { header: no_key, ..ITEM.signed }.verify(), Err(Error::SignatureKey));
    let forged = SignedHeader { signature: Some(Signature::from_bytes([7; 64])), ..ITEM.signed };
    assert_eq!(forged.verify(), Err(Error::ItemSignature));
}

#[test]
fn headers_survive_json_and_say_only_what_they_must() {
    let json = serde_json::to_value(ITEM.signed).unwrap();
    let mut fields: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["author", "item", "kind", "report", "sha256", "signature", "size"]);
    assert_eq!(serde_json::from_value::<SignedHeader>(json).unwrap(), ITEM.signed);
}

#[test]
fn nobody_else_opens_it() {
    let refused = open_item(&ITEM.signed, &ITEM.bytes, &AUTHOR).unwrap_err();
    assert_eq!(refused, Error::AgeNoMatch);
}

#[test]
fn the_bytes_of_another_item_are_noticed() {
    let other = seal(place(2), &CONTENT);
    assert_eq!(open(&ITEM.signed, &other.bytes), Err(Error::ItemDigest));
    assert_eq!(open_stream(&ITEM.signed, &other.bytes, 4096), Err(Error::FramePlace("item")));
    for (elsewhere, what) in [
        (Place { report: ReportId::from_bytes([5; 16]), ..place(1) }, "report"),
        (place(2), "item"),
        (Place { kind: ItemKind::Message, ..place(1) }, "kind"),
    ] {
        let replayed = fitting(elsewhere, &ITEM.bytes);
        assert_eq!(open(&replayed, &ITEM.bytes), Err(Error::FramePlace(what)));
        assert_eq!(open_stream(&replayed, &ITEM.bytes, 4096), Err(Error::FramePlace(what)));
        let tail = tail(&replayed, &ITEM.bytes);
        let ranged = RangedItem::open(&replayed, &ITEM.bytes, tail, &REPORT);
        assert_eq!(ranged.unwrap_err(), Error::FramePlace(what));
    }
}

#[test]
fn a_frame_that_sealing_does_not_make_is_refused() {
    let (content, json) = (b"kick-off at three", json());
    let (size, digest) = (content.len() as u64, Digest::of(content));
    let zeros = padding_for(content.len());
    assert!(!zeros.is_empty());
    let good = frame(MAGIC, &json, content, &zeros, size, &digest);
    assert_eq!(open_frame(&good).unwrap(), content);

    let other_magic = frame(b"safehand item 2\n", &json, content, &zeros, size, &digest);
    assert_eq!(open_frame(&other_magic), Err(Error::FrameVersion));
    let schema = json.replace("item/1", "item/2");
    assert_eq!(open_frame(&frame(MAGIC, &schema, content, &zeros, size, &digest)), Err(Error::FrameVersion));
    let broken = json.replace('{', "[");
    assert_eq!(open_frame(&frame(MAGIC, &broken, content, &zeros, size, &digest)), Err(Error::FrameHeader));
    let mut dirty = zeros.clone();
    dirty[0] = 1;
    assert_eq!(open_frame(&frame(MAGIC, &json, content, &dirty, size, &digest)), Err(Error::FramePadding));
    let wrong = Digest::of("something else");
    assert_eq!(open_frame(&frame(MAGIC, &json, content, &zeros, size, &wrong)), Err(Error::ContentDigest));
    for size in [u64::MAX, 0, size + 100] {
        let lied = frame(MAGIC, &json, content, &zeros, size, &digest);
        assert_eq!(open_frame(&lied), Err(Error::FrameLength), "{size}");
    }
    // One byte more or less is padded to the same length: then it is the digest that does not fit,
    // or the last byte of content that looks like padding.
    let longer = frame(MAGIC, &json, content, &zeros, size + 1, &digest);
    assert_eq!(open_frame(&longer), Err(Error::ContentDigest));
    let shorter = frame(MAGIC, &json, content, &zeros, size - 1, &digest);
    assert_eq!(open_frame(&shorter), Err(Error::FramePadding));
}

#[test]
fn a_frame_without_padding_is_refused_by_its_size() {
    let (content, json) = (b"kick-off at three", json());
    let unpadded = frame(MAGIC, &json, content, &[], content.len() as u64, &Digest::of(content));
    assert_eq!(open_frame(&unpadded), Err(Error::ItemPaddedSize));
    assert_eq!(open_frame(b""), Err(Error::ItemPaddedSize));
}

#[test]
fn a_header_as_long_as_it_says_is_not_believed() {
    for claimed in [5000_u32, u32::MAX, 900] {
        let mut lied = vec![0; 1024];
        lied[..16].copy_from_slice(MAGIC);
        lied[16..20].copy_from_slice(&claimed.to_le_bytes());
        assert_eq!(open_frame(&lied), Err(Error::FrameHeader), "{claimed}");
    }
}

#[test]
fn content_of_zeros_is_told_from_padding() {
    for length in [0, 1, 40, 1000, CHUNK_LEN, 200_000] {
        for last in [0, 1] {
            let mut content = vec![0; length];
            if let Some(byte) = content.last_mut() {
                *byte = last;
            }
            let item = seal(place(1), &content);
            assert!(open(&item.signed, &item.bytes).unwrap() == content, "{length} bytes");
            assert!(open_stream(&item.signed, &item.bytes, 777).unwrap() == content, "{length} bytes");
        }
    }
}

#[test]
fn a_name_too_long_to_seal_is_refused() {
    let meta = FileMeta { name: "x".repeat(4096), media_type: "text/plain".to_owned() };
    assert_eq!(ItemSealer::sealed_len(place(1), Some(&meta), 0).unwrap_err(), Error::MetaTooLong);
    let long = FileMeta { name: "x".repeat(3900), media_type: "text/plain".to_owned() };
    let mut rng = CountingRng::new("long name");
    let item = seal_item(place(1), Some(&long), b"", REPORT.recipient(), &AUTHOR, &mut rng).unwrap();
    assert_eq!(open_item(&item.signed, &item.bytes, &REPORT).unwrap().meta, Some(long));
}

fn slice(bytes: &[u8], range: std::ops::Range<u64>) -> &[u8] {
    &bytes[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()]
}

fn tail<'a>(signed: &SignedHeader, bytes: &'a [u8]) -> &'a [u8] {
    slice(bytes, RangedItem::tail_range(signed).unwrap())
}

fn ranged(item: &SealedItem) -> RangedItem {
    let head = slice(&item.bytes, RangedItem::head_range(&item.signed).unwrap());
    RangedItem::open(&item.signed, head, tail(&item.signed, &item.bytes), &REPORT).unwrap()
}

#[test]
fn an_item_of_any_length_is_opened_by_range() {
    for length in [0, 1, 100, CHUNK_LEN - 200, CHUNK_LEN, 2 * CHUNK_LEN - 190, 400_000] {
        let content = content(length);
        let item = seal(place(1), &content);
        let ranged = ranged(&item);
        assert_eq!(ranged.meta(), Some(&meta()));
        let facts = ranged.facts();
        assert_eq!((facts.size, facts.sha256), (length as u64, Digest::of(&content)));
        let whole = 0..facts.size;
        let fetched = slice(&item.bytes, ranged.sealed_range(&whole).unwrap());
        assert!(ranged.read(&whole, fetched).unwrap().as_slice() == content, "{length} bytes");
        assert_eq!(ranged.sealed_range(&(0..facts.size + 1)).unwrap_err(), Error::Range);
    }
}

#[test]
fn a_trailer_from_elsewhere_is_noticed() {
    let mut rng = CountingRng::new("other keys");
    let other = seal_item(place(1), Some(&meta()), &CONTENT, REPORT.recipient(), &AUTHOR, &mut rng).unwrap();
    let refused = RangedItem::open(&ITEM.signed, &ITEM.bytes, tail(&other.signed, &other.bytes), &REPORT);
    assert!(matches!(refused, Err(Error::AgeChunk { .. })), "{refused:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_flipped_bit_is_named(at in any::<prop::sample::Index>(), bit in 0..8_u8, piece in 1..100_000_usize) {
        let at = at.index(ITEM.bytes.len());
        let mut changed = ITEM.bytes.clone();
        changed[at] ^= 1 << bit;
        prop_assert_eq!(open(&ITEM.signed, &changed), Err(Error::ItemDigest));
        // As a stream it is the seal that breaks, except in the last chunk, which waits for the digest.
        let streamed = open_stream(&ITEM.signed, &changed, piece).unwrap_err();
        let in_last_chunk = at >= PREFIX_LEN + 3 * SEALED_CHUNK_LEN;
        prop_assert!(
            if in_last_chunk { streamed == Error::ItemDigest } else { is_seal_error(&streamed, at) },
            "byte {}: {:?}", at, streamed
        );
        // With a header that fits it is the seal in any case.
        let error = open_stream(&fitting(place(1), &changed), &changed, piece).unwrap_err();
        prop_assert!(is_seal_error(&error, at), "byte {}: {:?}", at, error);
        let error = open(&fitting(place(1), &changed), &changed).unwrap_err();
        prop_assert!(is_seal_error(&error, at), "byte {}: {:?}", at, error);
    }

    #[test]
    fn a_truncated_or_lengthened_item_is_named(length in 0..600_000_usize) {
        let mut changed = ITEM.bytes.clone();
        prop_assume!(length != changed.len());
        changed.resize(length, 0);
        let size = Error::ItemSize { expected: ITEM.signed.header.size, found: length as u64 };
        prop_assert_eq!(open(&ITEM.signed, &changed).unwrap_err(), size);
        prop_assert!(open_stream(&ITEM.signed, &changed, 5000).is_err());
        let error = open(&fitting(place(1), &changed), &changed).unwrap_err();
        prop_assert!(
            matches!(error, Error::ItemPaddedSize | Error::AgeTruncated { .. } | Error::AgeChunk { .. } | Error::AgeTrailing),
            "{:?}", error
        );
    }

    #[test]
    fn streams_are_as_one_shot(seal_piece in 1..200_000_usize, open_piece in 1..200_000_usize) {
        let mut bytes = Vec::new();
        let mut rng = CountingRng::new("item");
        let mut sealer = ItemSealer::new(place(1), Some(&meta()), REPORT.recipient(), &mut rng).unwrap();
        for piece in CONTENT.chunks(seal_piece) {
            sealer.push(piece, &mut bytes);
        }
        let (signed, facts) = sealer.finish(&AUTHOR, &mut bytes);
        prop_assert!(signed == ITEM.signed && bytes == ITEM.bytes);
        prop_assert_eq!(facts.sha256, Digest::of(&*CONTENT));
        prop_assert!(open_stream(&signed, &bytes, open_piece).unwrap() == *CONTENT);
    }

    #[test]
    fn a_range_is_a_slice_of_the_whole(from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let (from, to) = (from.index(CONTENT.len() + 1), to.index(CONTENT.len() + 1));
        let (from, to) = (from.min(to), from.max(to));
        let ranged = ranged(&ITEM);
        let range = from as u64..to as u64;
        let place = ranged.sealed_range(&range).unwrap();
        prop_assert!(place.end - place.start <= (to - from + 2 * SEALED_CHUNK_LEN) as u64);
        let opened = ranged.read(&range, slice(&ITEM.bytes, place)).unwrap();
        prop_assert!(opened.as_slice() == &CONTENT[from..to]);
    }

    #[test]
    fn any_content_and_name_survive(
        bytes in prop::collection::vec(any::<u8>(), 0..3000),
        name in "\\PC{0,80}",
        media_type in "[a-z]{1,10}/[a-z0-9.+-]{1,20}",
    ) {
        let meta = FileMeta { name, media_type };
        let mut rng = CountingRng::new("any");
        let item = seal_item(place(1), Some(&meta), &bytes, REPORT.recipient(), &AUTHOR, &mut rng).unwrap();
        let opened = open_item(&item.signed, &item.bytes, &REPORT).unwrap();
        prop_assert_eq!(opened.content.as_slice(), &bytes);
        prop_assert_eq!(opened.meta, Some(meta));
    }
}

/// The error that damage to the seal at this byte must be.
fn is_seal_error(error: &Error, at: usize) -> bool {
    match at.checked_sub(PREFIX_LEN) {
        Some(in_payload) => *error == Error::AgeChunk { index: (in_payload / SEALED_CHUNK_LEN) as u64 },
        None if at >= PREFIX_LEN - 16 => *error == Error::AgeChunk { index: 0 },
        None => matches!(
            error,
            Error::AgeVersion
                | Error::AgeHeader(_)
                | Error::AgeHeaderTooLong
                | Error::AgeHeaderTruncated
                | Error::AgeHeaderMac
                | Error::AgeLowOrder
                | Error::AgeNoMatch
        ),
    }
}
