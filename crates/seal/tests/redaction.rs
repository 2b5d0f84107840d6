//! What the secret-bearing types say of themselves: pinned, so that a new field cannot leak unseen.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use seal::age::{self, FileKey, Opener, Ranged, Sealer, SecretKey};
use seal::request::Request;
use seal::{
    Digest, FileMeta, Identity, ItemId, ItemKind, ItemOpener, ItemSealer, Phrase, Place, RangedItem,
    ReportId, RequestProof, Seed, open_item, seal_item, shares,
};
use support::CountingRng;

/// Everything a reader of a log could see of the types, one a line.
#[test]
fn no_secret_is_printed() {
    let mut rng = CountingRng::new("redaction");
    let identity = Identity::from_seed(Seed::from_bytes([0xA5; 32]));
    let secret: &SecretKey = identity.as_ref();
    let phrase = Phrase::parse("football salad drizzle kite yo-yo walnut zoom").unwrap();
    let keys = phrase.derive("https://desk.example").unwrap();
    let request = Request { method: "GET", path: "/", body: Digest::of("") };
    let proof = RequestProof::sign(&keys, &request, 1_700_000_000, &mut rng);
    let mistyped = Phrase::parse("footbal salad drizzle kite yo-yo walnut zoom").unwrap_err();

    let place = Place {
        report: ReportId::from_bytes([1; 16]),
        item: ItemId::from_bytes([2; 16]),
        kind: ItemKind::File,
    };
    let meta = FileMeta { name: "homework.txt".to_owned(), media_type: "text/plain".to_owned() };
    let item = seal_item(place, Some(&meta), b"long division", identity.recipient(), &identity, &mut rng);
    let item = item.unwrap();
    let opened = open_item(&item.signed, &item.bytes, &identity).unwrap();
    let mut item_opener = ItemOpener::new(&item.signed, &identity).unwrap();
    item_opener.push(&item.bytes, &mut Vec::new()).unwrap();
    let tail = RangedItem::tail_range(&item.signed).unwrap();
    let tail = &item.bytes[usize::try_from(tail.start).unwrap()..];
    let ranged_item = RangedItem::open(&item.signed, &item.bytes, tail, &identity).unwrap();
    let sealer = Sealer::new(&[identity.recipient().clone()], &mut rng, &mut Vec::new()).unwrap();
    let item_sealer = ItemSealer::new(place, Some(&meta), identity.recipient(), &mut rng).unwrap();
    let file = age::encrypt(&[identity.recipient().clone()], b"long division", &mut rng).unwrap();
    let ranged = Ranged::new(&file, file.len() as u64, &identity).unwrap();

    let lines = [
        format!("{:?}", identity.seed()),
        format!("{identity:?}"),
        format!("{secret:?}"),
        format!("{:?}", identity.public()),
        format!("{:?}", FileKey::from_bytes(&[0xA5; 16])),
        format!("{phrase:?}"),
        format!("{keys:?}"),
        format!("{proof:?}"),
        format!("{mistyped:?} / {mistyped}"),
        format!("{:?}", shares::split(identity.seed(), 2, 3, &mut rng).unwrap()[0]),
        format!("{meta:?}"),
        format!("{opened:?}"),
        format!("{item_opener:?}"),
        format!("{ranged_item:?}"),
        format!("{sealer:?}"),
        format!("{item_sealer:?}"),
        format!("{:?}", Opener::new(&identity)),
        format!("{ranged:?}"),
    ]
    .join("\n");
    insta::assert_snapshot!(lines);
    for secret in ["homework", "division", "football", "footbal", "A5A5", "165"] {
        assert!(!lines.contains(secret), "{secret}");
    }
}
