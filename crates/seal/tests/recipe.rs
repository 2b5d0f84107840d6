//! An item sealed again from its recipe and its content is the very same bytes; from anything else it is not.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use seal::age::{self, CHUNK_LEN, PREFIX_LEN};
use seal::{
    Digest, Error, FileMeta, Identity, ItemHeader, ItemId, ItemKind, Place, Recipe, ReportId, Resealed,
    SealedItem, Seed, SignedHeader, padded_len, seal_item,
};
use serde_json::Value;
use support::CountingRng;

fn report() -> Identity {
    Identity::from_seed(Seed::from_bytes([1; 32]))
}

fn author() -> Identity {
    Identity::from_seed(Seed::from_bytes([2; 32]))
}

fn place() -> Place {
    Place { report: ReportId::from_bytes([1; 16]), item: ItemId::from_bytes([2; 16]), kind: ItemKind::File }
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

fn sealed(content: &[u8]) -> SealedItem {
    let meta = FileMeta { name: "fixtures of the season.csv".to_owned(), media_type: "text/csv".to_owned() };
    let mut rng = CountingRng::new("recipe");
    seal_item(place(), Some(&meta), content, report().recipient(), &author(), &mut rng).unwrap()
}

fn recipe(item: &SealedItem) -> Recipe {
    let head = Recipe::head_range(&item.signed).unwrap();
    let head = &item.bytes[..usize::try_from(head.end).unwrap()];
    Recipe::read(&item.signed, head, &report()).unwrap()
}

fn again(recipe: &Recipe, content: &[u8], piece: usize) -> Resealed {
    let mut resealer = recipe.seal_again();
    content.chunks(piece).for_each(|piece| resealer.push(piece));
    resealer.finish()
}

#[test]
fn the_same_content_is_sealed_to_the_same_bytes() {
    for length in [0, 1, 17, CHUNK_LEN - 200, CHUNK_LEN, CHUNK_LEN + 1, 5 * CHUNK_LEN + 12_345] {
        let content = content(length);
        let item = sealed(&content);
        let recipe = recipe(&item);
        assert_eq!(recipe.place(), place());
        assert_eq!(recipe.sealed_len(length as u64), item.signed.header.size);
        assert_eq!(recipe.meta().unwrap().name, "fixtures of the season.csv");
        for piece in [1000, 65_536, usize::MAX] {
            let found = again(&recipe, &content, piece);
            assert_eq!((found.size, found.sha256), (item.signed.header.size, item.signed.header.sha256));
            assert_eq!(found.content.sha256, Digest::of(&content));
        }
    }
}

#[test]
fn other_content_is_not() {
    let content = content(CHUNK_LEN + 500);
    let item = sealed(&content);
    let recipe = recipe(&item);
    let mut flipped = content.clone();
    flipped[CHUNK_LEN] ^= 1;
    assert_ne!(again(&recipe, &flipped, 4096).sha256, item.signed.header.sha256);
    assert_ne!(again(&recipe, &content[1..], 4096).sha256, item.signed.header.sha256);
}

#[test]
fn a_recipe_outlives_its_writing_down() {
    let content = content(3000);
    let item = sealed(&content);
    let written = serde_json::to_string(&recipe(&item)).unwrap();
    let read: Recipe = serde_json::from_str(&written).unwrap();
    assert_eq!(again(&read, &content, 4096).sha256, item.signed.header.sha256);
    assert!(!format!("{read:?}").contains("fixtures"), "{read:?}");
}

#[test]
fn a_recipe_that_was_changed_is_refused_or_yields_other_bytes() {
    let content = content(3000);
    let item = sealed(&content);
    let written: Value = serde_json::to_value(recipe(&item)).unwrap();
    let with = |field: &str, value: &str| {
        let mut changed = written.clone();
        changed[field] = value.into();
        serde_json::from_value::<Recipe>(changed)
    };
    let error = with("key", "AAAAAAAAAAAAAAAAAAAAAA").unwrap_err().to_string();
    assert_eq!(error, Error::AgeHeaderMac.to_string());
    let longer = format!("{}AAAA", written["age"].as_str().unwrap());
    assert!(with("age", &longer).unwrap_err().to_string().contains("something follows the nonce"));
    assert!(with("header", "{}").is_err());
    let renamed = written["header"].as_str().unwrap().replace("season", "winter");
    assert_ne!(again(&with("header", &renamed).unwrap(), &content, 4096).sha256, item.signed.header.sha256);
}

/// Another implementation may write the sealed header's fields in another order, or with spaces.
#[test]
fn the_sealed_header_is_kept_as_it_was_written() {
    let json = format!(
        r#"{{ "kind": "file", "media_type": "text/plain", "name": "n", "item": "{}", "report": "{}", "schema": "safehand.item/1" }}"#,
        place().item,
        place().report
    );
    let content = b"It rains on Tuesdays.";
    let head = [b"safehand item 1\n".as_slice(), &u32::try_from(json.len()).unwrap().to_le_bytes()].concat();
    let unpadded = head.len() + json.len() + content.len() + 40;
    let padding = vec![0; usize::try_from(padded_len(unpadded as u64)).unwrap() - unpadded];
    let size = (content.len() as u64).to_le_bytes();
    let frame =
        [head.as_slice(), json.as_bytes(), content, &padding, &size, Digest::of(content).as_bytes()].concat();
    let bytes =
        age::encrypt(&[report().recipient().clone()], &frame, &mut CountingRng::new("other")).unwrap();
    let (Place { report, item, kind }, sha256) = (place(), Digest::of(&bytes));
    let header = ItemHeader { report, item, kind, author: None, size: bytes.len() as u64, sha256 };
    let item = SealedItem { signed: SignedHeader { header, signature: None }, bytes };
    let recipe: Recipe = serde_json::from_value(serde_json::to_value(recipe(&item)).unwrap()).unwrap();
    assert_eq!(again(&recipe, content, 7).sha256, sha256);
}

#[test]
fn only_whoever_can_open_an_item_reads_its_recipe() {
    let item = sealed(&content(100));
    assert_eq!(Recipe::read(&item.signed, &item.bytes, &author()).unwrap_err(), Error::AgeNoMatch);
    let short = &item.bytes[..PREFIX_LEN - 1];
    assert_eq!(Recipe::read(&item.signed, short, &report()).unwrap_err(), Error::AgeHeaderTruncated);
}
