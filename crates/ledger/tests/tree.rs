//! The tree and its proofs, held against RFC 6962's own recursive definitions.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation
)]

mod support;

use std::collections::HashMap;

use ledger::tree::{self, Node};
use ledger::{Edge, Error, Hash, MAX_SIZE};
use proptest::prelude::*;

use support::{leaves, naive_consistency, naive_inclusion, naive_root};

/// Every tree up to this size is tried whole; it has every shape of right edge with up to four levels.
const SMALL: usize = 33;

fn stored(leaves: &[Hash]) -> (Edge, HashMap<Node, Hash>) {
    let (mut edge, mut nodes) = (Edge::new(), HashMap::new());
    for leaf in leaves {
        edge.push_with(*leaf, |node, hash| {
            assert!(nodes.insert(node, hash).is_none(), "{node:?} made twice");
        })
        .unwrap();
    }
    (edge, nodes)
}

fn read(nodes: &HashMap<Node, Hash>) -> impl Fn(Node) -> Result<Hash, Error> {
    |node| Ok(*nodes.get(&node).unwrap_or_else(|| panic!("{node:?} is not stored")))
}

#[test]
fn roots_are_those_of_the_definition() {
    let leaves = leaves(SMALL);
    for size in 0..=SMALL {
        let (edge, nodes) = stored(&leaves[..size]);
        let root = naive_root(&leaves[..size]);
        assert_eq!(edge.root(), root, "{size}");
        assert_eq!(tree::root(size as u64, read(&nodes)).unwrap(), root, "{size}");
        assert_eq!(tree::edge(size as u64, read(&nodes)).unwrap(), edge, "{size}");
        assert_eq!(Edge::from_parts(size as u64, edge.hashes().to_vec()).unwrap(), edge, "{size}");
    }
}

#[test]
fn every_inclusion_proof_of_small_trees() {
    let leaves = leaves(SMALL);
    let (_, nodes) = stored(&leaves);
    for size in 1..=SMALL {
        let root = naive_root(&leaves[..size]);
        for index in 0..size {
            let proof = tree::prove_inclusion(index as u64, size as u64, read(&nodes)).unwrap();
            assert_eq!(proof, naive_inclusion(index, &leaves[..size]), "{index} of {size}");
            let verify = |index: u64, size: u64, leaf: &Hash, root: &Hash, proof: &[Hash]| {
                tree::verify_inclusion(leaf, index, size, root, proof)
            };
            let (index, size) = (index as u64, size as u64);
            verify(index, size, &leaves[index as usize], &root, &proof).unwrap();
            for other in 0..size {
                if other != index {
                    assert!(verify(other, size, &leaves[index as usize], &root, &proof).is_err());
                }
            }
            assert!(verify(size, size, &leaves[index as usize], &root, &proof).is_err());
            let other = Hash::leaf(b"another");
            assert!(verify(index, size, &other, &root, &proof).is_err());
            assert!(verify(index, size, &leaves[index as usize], &other, &proof).is_err());
            for at in 0..proof.len() {
                let mut proof = proof.clone();
                proof[at] = other;
                assert!(verify(index, size, &leaves[index as usize], &root, &proof).is_err());
                proof.remove(at);
                assert!(verify(index, size, &leaves[index as usize], &root, &proof).is_err());
            }
            let longer = [proof, vec![other]].concat();
            assert!(verify(index, size, &leaves[index as usize], &root, &longer).is_err());
        }
    }
}

#[test]
fn every_consistency_proof_of_small_trees() {
    let leaves = leaves(SMALL);
    let (_, nodes) = stored(&leaves);
    for new in 1..=SMALL {
        let new_root = naive_root(&leaves[..new]);
        for old in 1..=new {
            let old_root = naive_root(&leaves[..old]);
            let (old, new) = (old as u64, new as u64);
            let proof = tree::prove_consistency(old, new, read(&nodes)).unwrap();
            assert_eq!(proof, naive_consistency(old as usize, &leaves[..new as usize]), "{old} to {new}");
            tree::verify_consistency(old, &old_root, new, &new_root, &proof).unwrap();
            let other = Hash::leaf(b"another");
            assert!(tree::verify_consistency(old, &other, new, &new_root, &proof).is_err());
            assert!(tree::verify_consistency(old, &old_root, new, &other, &proof).is_err());
            for at in 0..proof.len() {
                let mut proof = proof.clone();
                proof[at] = other;
                assert!(tree::verify_consistency(old, &old_root, new, &new_root, &proof).is_err());
                proof.remove(at);
                assert!(tree::verify_consistency(old, &old_root, new, &new_root, &proof).is_err());
            }
            let longer = [proof, vec![other]].concat();
            assert!(tree::verify_consistency(old, &old_root, new, &new_root, &longer).is_err());
        }
    }
}

#[test]
fn what_cannot_be_proven_is_refused() {
    let (_, nodes) = stored(&leaves(4));
    let beyond = Err(Error::IndexBeyond { index: 4, size: 4 });
    assert_eq!(tree::prove_inclusion(4, 4, read(&nodes)), beyond);
    assert_eq!(tree::inclusion_nodes(4, 4), Err(Error::IndexBeyond { index: 4, size: 4 }));
    assert_eq!(tree::prove_consistency(5, 4, read(&nodes)), Err(Error::SizesReversed { old: 5, new: 4 }));
    assert_eq!(tree::prove_consistency(0, 4, read(&nodes)), Ok(Vec::new()));
    let root = naive_root(&leaves(4));
    assert_eq!(tree::verify_consistency(0, &Hash::empty(), 4, &root, &[]), Err(Error::EmptyTree));
    assert_eq!(
        tree::verify_inclusion(&root, 0, 0, &root, &[]),
        Err(Error::IndexBeyond { index: 0, size: 0 })
    );
}

#[test]
fn sizes_at_the_end_of_the_range_are_handled() {
    let hash = Hash::empty();
    let edge = |size: u64| Edge::from_parts(size, vec![hash; size.count_ones() as usize]);
    assert_eq!(edge(MAX_SIZE + 1), Err(Error::TreeFull));
    assert_eq!(Edge::from_parts(3, vec![hash]), Err(Error::Edge { size: 3, wanted: 2, found: 1 }));
    let mut full = edge(MAX_SIZE).unwrap();
    assert_eq!(full.push(hash), Err(Error::TreeFull));
    assert_eq!(full.size(), MAX_SIZE);
    assert_eq!(full, edge(MAX_SIZE).unwrap());
    for size in [u64::MAX, MAX_SIZE + 1, MAX_SIZE] {
        for index in [0, 1, size / 2, size - 1] {
            for length in [0, 62, 63, 64, 65] {
                let _ = tree::verify_inclusion(&hash, index, size, &hash, &vec![hash; length]);
            }
        }
        for old in [1, 2, size / 2, size / 2 + 1, size - 1] {
            for length in [0, 1, 62, 63, 64, 65, 66] {
                let _ = tree::verify_consistency(old, &hash, size, &hash, &vec![hash; length]);
            }
        }
    }
    assert!(tree::inclusion_nodes(0, MAX_SIZE).unwrap().len() >= 62);
    assert!(tree::inclusion_nodes(MAX_SIZE - 1, MAX_SIZE).is_ok());
    assert!(tree::consistency_nodes(1 << 62, MAX_SIZE).is_ok());
    assert_eq!(tree::consistency_nodes(1, u64::MAX), Err(Error::TreeFull));
}

#[test]
fn subtrees_are_appended_where_they_fit() {
    let leaves = leaves(24);
    let (whole, nodes) = stored(&leaves);
    let mut edge = stored(&leaves[..8]).0;
    let mut made = Vec::new();
    for index in 1..3 {
        let node = Node { level: 3, index };
        edge.push_subtree(3, nodes[&node], &mut |node, hash| made.push((node, hash))).unwrap();
    }
    assert_eq!(edge, whole);
    assert!(made.iter().all(|(node, hash)| nodes[node] == *hash));
    assert_eq!(made.len(), 3);
    let refused = edge.push_subtree(4, Hash::empty(), &mut |_, _| panic!("nothing is made"));
    assert_eq!(refused, Err(Error::Unaligned { size: 24, level: 4 }));
    assert_eq!(edge.push_subtree(64, Hash::empty(), &mut |_, _| {}), Err(Error::TreeFull));
    assert_eq!(edge, whole);
}

proptest! {
    #[test]
    fn larger_trees_agree_with_the_definition(size in 34_usize..1500, at in any::<prop::sample::Index>(), old in any::<prop::sample::Index>()) {
        let leaves = leaves(size);
        let (edge, nodes) = stored(&leaves);
        let root = naive_root(&leaves);
        prop_assert_eq!(edge.root(), root);
        let (index, old) = (at.index(size), old.index(size) + 1);
        let proof = tree::prove_inclusion(index as u64, size as u64, read(&nodes)).unwrap();
        prop_assert_eq!(&proof, &naive_inclusion(index, &leaves));
        prop_assert_eq!(tree::verify_inclusion(&leaves[index], index as u64, size as u64, &root, &proof), Ok(()));
        let proof = tree::prove_consistency(old as u64, size as u64, read(&nodes)).unwrap();
        prop_assert_eq!(&proof, &naive_consistency(old, &leaves));
        let old_root = naive_root(&leaves[..old]);
        prop_assert_eq!(tree::verify_consistency(old as u64, &old_root, size as u64, &root, &proof), Ok(()));
    }

    #[test]
    fn no_proof_from_a_stranger_panics(
        index in any::<u64>(), old in any::<u64>(), size in any::<u64>(),
        proof in prop::collection::vec(any::<[u8; 32]>().prop_map(Hash::from_bytes), 0..66),
    ) {
        let hash = Hash::empty();
        prop_assert!(tree::verify_inclusion(&hash, index, size, &hash, &proof).is_err());
        prop_assert!(old == size || tree::verify_consistency(old, &hash, size, &hash, &proof).is_err());
    }
}
