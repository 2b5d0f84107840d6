//! What several tests need: a naive tree, and a log in memory.
#![allow(dead_code, reason = "each test uses the part it needs")]

use ledger::Hash;

/// RFC 6962 §2.1, word for word: recursive, over all leaves.
pub(crate) fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::empty(),
        [leaf] => *leaf,
        leaves => {
            let (left, right) = leaves.split_at(largest_power_below(leaves.len()));
            Hash::node(&naive_root(left), &naive_root(right))
        }
    }
}

/// RFC 6962 §2.1.1.
pub(crate) fn naive_inclusion(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let split = largest_power_below(leaves.len());
    let (left, right) = leaves.split_at(split);
    if index < split {
        let mut proof = naive_inclusion(index, left);
        proof.push(naive_root(right));
        proof
    } else {
        let mut proof = naive_inclusion(index - split, right);
        proof.push(naive_root(left));
        proof
    }
}

/// RFC 6962 §2.1.2.
pub(crate) fn naive_consistency(old: usize, leaves: &[Hash]) -> Vec<Hash> {
    if old == 0 { Vec::new() } else { subproof(old, leaves, true) }
}

fn subproof(old: usize, leaves: &[Hash], known: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if known { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let split = largest_power_below(leaves.len());
    let (left, right) = leaves.split_at(split);
    if old <= split {
        let mut proof = subproof(old, left, known);
        proof.push(naive_root(right));
        proof
    } else {
        let mut proof = subproof(old - split, right, false);
        proof.push(naive_root(left));
        proof
    }
}

fn largest_power_below(count: usize) -> usize {
    count.next_power_of_two() / 2
}

/// So many different leaves.
pub(crate) fn leaves(count: usize) -> Vec<Hash> {
    (0..count).map(|at| Hash::leaf(&at.to_be_bytes())).collect()
}
