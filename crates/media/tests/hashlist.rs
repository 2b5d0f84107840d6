//! Lists of every form, the filter's promises, the search by distance against comparing everything, and broken lists.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

use media::hashlist::{
    Algorithm, Builder, Confirmed, Digest, HashList, ImportError, ListFormat, REACH, StoredError, confirm,
};
use media::pdq::Hash;
use proptest::prelude::*;

const MD5: &str = "5d41402abc4b2a76b9719d911017c592";
const SHA1: &str = "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d";
const SHA256: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

fn digest(algorithm: Algorithm, written: &str) -> Digest {
    Digest::parse(algorithm, written).unwrap()
}

fn built(list: &str, bare: Algorithm) -> (HashList, media::hashlist::Imported) {
    let mut builder = Builder::default();
    let imported = builder.import(list.as_bytes(), bare).unwrap();
    (builder.finish([7; 32]), imported)
}

#[test]
fn plain_lines_are_told_apart_by_their_length() {
    let text = format!(
        "\u{feff}# football pictures\n{MD5}\r\n{SHA1}  rain.jpg\n\n{SHA256},sun.jpg\nnot a hash\n{MD5}0\n"
    );
    let (list, imported) = built(&text, Algorithm::Sha256);
    assert_eq!((imported.format, imported.taken, imported.refused), (ListFormat::Lines, 3, 2));
    assert_eq!(imported.refusals.iter().map(|refusal| refusal.place).collect::<Vec<_>>(), [6, 7]);
    for (algorithm, written) in [(Algorithm::Md5, MD5), (Algorithm::Sha1, SHA1), (Algorithm::Sha256, SHA256)]
    {
        assert_eq!(list.len(algorithm), 1);
        assert!(list.may_hold(&digest(algorithm, written)));
        assert!(list.may_hold(&digest(algorithm, &written.to_uppercase())));
    }
    assert!(!list.may_hold(&digest(Algorithm::Pdq, SHA256)));
}

#[test]
fn sixty_four_digits_are_what_the_caller_says() {
    let (list, _) = built(SHA256, Algorithm::Pdq);
    assert!(
        list.may_hold(&digest(Algorithm::Pdq, SHA256)) && !list.may_hold(&digest(Algorithm::Sha256, SHA256))
    );
}

#[test]
fn a_table_says_what_its_columns_are() {
    let text = format!(
        "\"Category\";MD5;SHA-1;\"File; name\"\n2;{MD5};;\"a; \"\"b\"\"\"\n1;;{SHA1};\n;;;\n3;zz;{SHA1};\n"
    );
    let (list, imported) = built(&text, Algorithm::Sha256);
    assert_eq!((imported.format, imported.taken, imported.refused), (ListFormat::Table, 3, 2));
    assert_eq!(imported.refusals[1].why, "\"zz\" is no MD5: 32 hexadecimal digits are expected");
    assert_eq!(list.len(Algorithm::Sha1), 1);
    let found = confirm(text.as_bytes(), Algorithm::Sha256, &digest(Algorithm::Sha1, SHA1)).unwrap();
    assert_eq!(found, Some(Confirmed { place: 3, category: Some("1".to_owned()) }));
}

#[test]
fn project_vic_is_read_as_a_stream() {
    let text = format!(
        r#"{{"odata.metadata": {{"a": [1, [2]]}}, "value": [
          {{"MediaID": 1, "Category": 2, "MD5": "{MD5}", "SHA1": "{SHA1}", "MediaFiles": [{{"MD5": "x", "FileName": "a"}}]}},
          {{"MediaID": 2, "Category": "1", "MD5": "12", "SHA1": null}}, {{"MediaID": 3}}]}}"#
    );
    let (list, imported) = built(&text, Algorithm::Sha256);
    assert_eq!((imported.format, imported.taken, imported.refused), (ListFormat::ProjectVic, 2, 2));
    assert_eq!(imported.refusals.iter().map(|refusal| refusal.place).collect::<Vec<_>>(), [2, 3]);
    assert!(list.may_hold(&digest(Algorithm::Md5, MD5)) && list.may_hold(&digest(Algorithm::Sha1, SHA1)));
    let found = confirm(text.as_bytes(), Algorithm::Sha256, &digest(Algorithm::Md5, MD5)).unwrap();
    assert_eq!(found, Some(Confirmed { place: 1, category: Some("2".to_owned()) }));
    assert_eq!(
        confirm(text.as_bytes(), Algorithm::Sha256, &digest(Algorithm::Md5, &"0".repeat(32))).unwrap(),
        None
    );
}

#[test]
fn what_is_no_list_is_refused_with_its_place() {
    let refused = |text: &[u8]| Builder::default().import(text, Algorithm::Sha256).unwrap_err();
    assert!(matches!(refused(b" \n"), ImportError::Empty));
    assert!(matches!(refused(&vec![b'a'; 70_000]), ImportError::LongLine(1)));
    assert!(refused(b"{\"value\": [{\"MD5\": 3}]}").to_string().contains("line 1"));
    assert!(refused(b"{\"value\": [\n{\"MD5\": \"").to_string().contains("line 2"));
    assert!(refused(b"{\"other\": []}").to_string().contains("no array `value`"));
    assert!(matches!(refused("[".repeat(100_000).as_bytes()), ImportError::Json(_)));
}

fn made_up(count: u64) -> HashList {
    let mut builder = Builder::default();
    for number in 0..count {
        let bytes = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
        let mut md5 = [0; 16];
        md5[..8].copy_from_slice(&bytes);
        builder.add(Digest::Md5(md5));
        let mut pdq = [0; 32];
        pdq.chunks_mut(8).zip(1_u8..).for_each(|(part, times)| {
            part.copy_from_slice(
                &number.wrapping_mul(0xd134_2543_de82_ef95).rotate_left(u32::from(times)).to_be_bytes(),
            );
        });
        builder.add(Digest::Pdq(Hash(pdq)));
    }
    builder.finish([1; 32])
}

#[test]
fn a_stored_list_is_the_same_list_and_a_damaged_one_is_refused() {
    for count in [0, 1, 40, 5_000] {
        let list = made_up(count);
        let stored = list.to_bytes();
        let again = HashList::from_bytes(&stored).unwrap();
        assert_eq!(again.to_bytes(), stored);
        assert_eq!(
            (again.source(), again.len(Algorithm::Md5), again.len(Algorithm::Pdq)),
            (&[1; 32], count, count)
        );
        assert_eq!(list.is_empty(), count == 0);
        for end in (0..stored.len()).step_by(1 + stored.len() / 97) {
            assert!(HashList::from_bytes(&stored[..end]).is_err(), "cut at {end} of {}", stored.len());
        }
    }
    assert_eq!(HashList::from_bytes(b"other").unwrap_err(), StoredError::Unknown);
}

#[test]
fn nothing_in_the_list_is_missed_and_next_to_nothing_else_is_found() {
    let list = made_up(200_000);
    let key = |number: u64| {
        let mut md5 = [0; 16];
        md5[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        Digest::Md5(md5)
    };
    assert!((0..200_000).all(|number| list.may_hold(&key(number))));
    assert!(!(200_000..2_000_000).any(|number| list.may_hold(&key(number))));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// The index finds just what comparing with every hash finds.
    #[test]
    fn the_search_by_distance_is_exact(
        hashes in prop::collection::vec(any::<[u8; 32]>(), 1..200), pick: prop::sample::Index,
        flips in prop::collection::vec(0_usize..256, 0..40), distance in 0_u32..64,
    ) {
        let mut wanted = *pick.get(&hashes);
        for bit in flips {
            wanted[bit / 8] ^= 1 << (bit % 8);
        }
        let mut builder = Builder::default();
        for &hash in &hashes {
            builder.add(Digest::Pdq(Hash(hash)));
        }
        let list = builder.finish([0; 32]);
        let mut expected: Vec<(u32, Hash)> = hashes
            .iter()
            .map(|&hash| (Hash(hash).distance(&Hash(wanted)), Hash(hash)))
            .filter(|found| found.0 <= distance)
            .collect();
        expected.sort_unstable();
        expected.dedup();
        let found: Vec<_> = list.near(&Hash(wanted), distance).into_iter().map(|near| (near.distance, near.hash)).collect();
        prop_assert_eq!(found, expected);
        prop_assert!(REACH == 31);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), cut in 0_usize..3_000) {
        let _ = Builder::default().import(bytes.as_slice(), Algorithm::Sha256);
        let mut stored = made_up(50).to_bytes();
        for (slot, byte) in stored.iter_mut().skip(53 + cut).zip(&bytes) {
            *slot = *byte;
        }
        if let Ok(list) = HashList::from_bytes(&stored) {
            list.may_hold(&Digest::Md5([3; 16]));
        }
    }
}
