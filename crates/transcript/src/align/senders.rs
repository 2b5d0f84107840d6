//! Which account of the one export is which of the other.

use std::collections::{BTreeMap, HashMap};

use super::SameAccount;
use super::clock::Estimate;
use super::entry::{Chats, Entry, NOBODY};

/// From how many messages on a second name of an account is believed, if they are also one in [`SHARE`] of it.
const ENOUGH: u32 = 3;
const SHARE: u32 = 5;

/// The accounts that stand for each other.
#[derive(Debug, Default)]
pub(super) struct Senders {
    same: BTreeMap<(u32, u32), u32>,
}

impl Senders {
    /// Learns from messages whose text stands once in each export and whose times agree.
    pub(super) fn learn(a: &[Entry], b: &[Entry], anchors: &[(u32, u32)], clock: &Estimate) -> Self {
        let mut counts: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for &(here, there) in anchors {
            let (Some(one), Some(other)) = (a.get(here as usize), b.get(there as usize)) else { continue };
            let agree = clock.agree(here as usize, one, other, clock.tolerance).unwrap_or(true);
            if agree && one.sender != NOBODY && other.sender != NOBODY {
                *counts.entry((one.sender, other.sender)).or_default() += 1;
            }
        }
        let (mut here, mut there) = (HashMap::<u32, (u32, u32)>::new(), HashMap::<u32, (u32, u32)>::new());
        for (&(one, other), &count) in &counts {
            for (side, account) in [(&mut here, one), (&mut there, other)] {
                let (most, all) = side.entry(account).or_default();
                *most = (*most).max(count);
                *all += count;
            }
        }
        counts.retain(|(one, other), count| {
            let (most, all) = here.get(one).copied().unwrap_or_default();
            let (best, sum) = there.get(other).copied().unwrap_or_default();
            (*count == most && *count == best) || (*count >= ENOUGH && *count * SHARE >= all.min(sum))
        });
        Self { same: counts }
    }

    /// Whether two messages may be of one account. What names nobody contradicts nothing, and so does an account
    /// of which nothing is known.
    pub(super) fn may_be(&self, a: &Entry, b: &Entry) -> bool {
        if a.sender == NOBODY || b.sender == NOBODY || self.same.contains_key(&(a.sender, b.sender)) {
            return true;
        }
        let known =
            |matches: &dyn Fn(u32, u32) -> bool| self.same.keys().any(|&(one, other)| matches(one, other));
        !known(&|one, _| one == a.sender) && !known(&|_, other| other == b.sender)
    }

    pub(super) fn accounts(&self, one: &Chats, other: &Chats) -> Vec<SameAccount> {
        let mut accounts: Vec<SameAccount> = self
            .same
            .iter()
            .filter_map(|(&(here, there), &count)| {
                Some(SameAccount {
                    first: one.accounts.get(here as usize)?.clone(),
                    second: other.accounts.get(there as usize)?.clone(),
                    messages: u64::from(count),
                })
            })
            .collect();
        accounts.sort_by_key(|account| std::cmp::Reverse(account.messages));
        accounts
    }
}
