//! Requests signed by a reporter, and seeds split among custodians.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use proptest::prelude::*;
use seal::request::Request;
use seal::{
    Digest, Error, Identity, LookupId, ReporterKeys, RequestProof, Seed, Share, VerifyingKey, shares,
};
use support::CountingRng;

const REQUEST: Request<'static> =
    Request { method: "POST", path: "/api/v1/receipt/items?a=1", body: Digest::from_bytes([3; 32]) };

fn keys() -> ReporterKeys {
    ReporterKeys {
        lookup: LookupId::from_bytes([9; 16]),
        identity: Identity::from_seed(Seed::from_bytes([5; 32])),
    }
}

fn proof() -> RequestProof {
    RequestProof::sign(&keys(), &REQUEST, 1_700_000_000, &mut CountingRng::new("proof"))
}

#[test]
fn a_proof_survives_its_header() {
    let proof = proof();
    let read: RequestProof = proof.to_string().parse().unwrap();
    assert_eq!(read, proof);
    assert_eq!((read.time(), read.lookup()), (1_700_000_000, &keys().lookup));
    read.verify(&keys().identity.verifying_key(), &REQUEST).unwrap();
}

#[test]
fn a_proof_is_for_one_request_only() {
    let key = keys().identity.verifying_key();
    for other in [
        Request { method: "GET", ..REQUEST },
        Request { path: "/api/v1/receipt/items?a=2", ..REQUEST },
        Request { body: Digest::from_bytes([4; 32]), ..REQUEST },
        // The same bytes, divided otherwise.
        Request { method: "POST/", path: "api/v1/receipt/items?a=1", ..REQUEST },
    ] {
        assert_eq!(proof().verify(&key, &other), Err(Error::RequestSignature), "{other:?}");
    }
}

#[test]
fn a_changed_time_nonce_or_lookup_id_is_noticed() {
    let key = keys().identity.verifying_key();
    let text = proof().to_string();
    for (from, to) in [(".1700000000.", ".1700000001."), (" CQ", " CA")] {
        let changed: RequestProof = text.replace(from, to).parse().unwrap();
        assert_ne!(changed, proof());
        assert_eq!(changed.verify(&key, &REQUEST), Err(Error::RequestSignature));
    }
    let again = RequestProof::sign(&keys(), &REQUEST, 1_700_000_000, &mut CountingRng::new("another"));
    assert_ne!(again.nonce(), proof().nonce());
}

#[test]
fn another_key_or_no_key_at_all_does_not_verify() {
    let other = Identity::from_seed(Seed::from_bytes([6; 32]));
    assert_eq!(proof().verify(&other.verifying_key(), &REQUEST), Err(Error::RequestSignature));
    // A point of small order, for which a lenient check would accept forgeries.
    let weak = VerifyingKey::from_bytes(std::array::from_fn(|at| u8::from(at == 0)));
    assert!(proof().verify(&weak, &REQUEST).is_err());
}

#[test]
fn a_proof_is_written_in_one_way_only() {
    let text = proof().to_string();
    let (scheme, rest) = text.split_once(' ').unwrap();
    assert!(format!("safehand-reporter {rest}").parse::<RequestProof>().is_ok());
    for wrong in [
        String::new(),
        scheme.to_owned(),
        format!("Bearer {rest}"),
        format!("{scheme}  {rest}"),
        format!("{text}."),
        format!("{text}="),
        text.replace(".1700000000.", ".01700000000."),
        text.replace(".1700000000.", ".+1700000000."),
        text.replace(".1700000000.", ".."),
        text.replace(".1700000000.", ".99999999999999999999."),
        text.rsplit_once('.').unwrap().0.to_owned(),
    ] {
        assert!(matches!(wrong.parse::<RequestProof>(), Err(Error::Text { .. })), "{wrong}");
    }
}

fn seed() -> Seed {
    Seed::from_bytes(std::array::from_fn(|at| u8::try_from(at).unwrap() + 1))
}

fn split(threshold: u8, count: u8) -> Vec<Share> {
    shares::split(&seed(), threshold, count, &mut CountingRng::new([threshold, count])).unwrap()
}

#[test]
fn any_threshold_of_shares_give_the_seed_back() {
    let all = split(3, 5);
    for first in 0..5 {
        for second in 0..5 {
            for third in 0..5 {
                let some = [first, second, third].map(|at: usize| all[at].clone());
                let distinct = first != second && second != third && first != third;
                assert_eq!(shares::combine(&some).is_ok_and(|it| it == seed()), distinct);
            }
        }
    }
    assert_eq!(shares::combine(&all).unwrap(), seed());
}

#[test]
fn what_does_not_combine_says_why() {
    let all = split(3, 5);
    assert_eq!(shares::combine(&[]).unwrap_err(), Error::ShareTooFew { needed: 2, found: 0 });
    assert_eq!(shares::combine(&all[..2]).unwrap_err(), Error::ShareTooFew { needed: 3, found: 2 });
    let twice = [all[0].clone(), all[1].clone(), all[0].clone()];
    assert_eq!(shares::combine(&twice).unwrap_err(), Error::ShareTwice { index: 1 });
    let other = shares::split(&Seed::from_bytes([1; 32]), 3, 3, &mut CountingRng::new("other")).unwrap();
    let mixed = [all[0].clone(), all[1].clone(), other[2].clone()];
    assert_eq!(shares::combine(&mixed).unwrap_err(), Error::ShareMixed);
    // The same seed, split a second time: the shares look alike but do not lie on one curve.
    let again = shares::split(&seed(), 3, 5, &mut CountingRng::new("again")).unwrap();
    let mixed = [all[0].clone(), all[1].clone(), again[2].clone()];
    assert_eq!(shares::combine(&mixed).unwrap_err(), Error::ShareWrong);
}

#[test]
fn impossible_counts_are_refused() {
    for (threshold, count) in [(0, 3), (1, 3), (4, 3), (2, 1), (2, 0)] {
        let refused = shares::split(&seed(), threshold, count, &mut CountingRng::new("counts"));
        assert_eq!(refused.unwrap_err(), Error::ShareCounts, "{threshold} of {count}");
    }
    assert_eq!(split(255, 255).len(), 255);
}

proptest! {
    #[test]
    fn a_share_is_typed_back_in_however_it_is_spaced(seed in any::<u64>(), upper in any::<bool>(), width in 1..9_usize) {
        let share = &shares::split(
            &Seed::generate(&mut CountingRng::new(seed.to_le_bytes())), 2, 2, &mut CountingRng::new("typed"),
        ).unwrap()[1];
        let printed = share.to_string();
        let compact: Vec<char> = printed.chars().filter(|c| !c.is_whitespace()).collect();
        let mut typed = compact.chunks(width).map(String::from_iter).collect::<Vec<_>>().join("\n ");
        if upper {
            typed = typed.to_uppercase();
        }
        prop_assert_eq!(typed.parse::<Share>().unwrap().to_string(), printed);
    }

    #[test]
    fn one_wrong_character_in_a_share_is_noticed(at in 0..82_usize, with in "[qpzry9x8gf2tvdw0s3jn54khce6mua7l]") {
        let printed: String = split(2, 2)[0].to_string().split_whitespace().collect();
        let at = "safehand-share-1".len() + at;
        prop_assume!(at < printed.len() && &printed[at..=at] != with.as_str());
        let typed = format!("{}{}{}", &printed[..at], with, &printed[at + 1..]);
        let refused = matches!(typed.parse::<Share>(), Err(Error::Text { .. }));
        prop_assert!(refused);
    }
}
