//! That a report stands in the log, and the file by which its reporter shows it.
//!
//! The file is made anew each time it is asked for, from what the server hands out at that moment: so it has the
//! newest checkpoint with all the cosignatures that it has by then.

use std::collections::HashMap;
use std::ops::Range;

use intake::pages;
use protocol::proof::{LogKeys, Logged, Original, Originals, ProofError};
use seal::rand_core::CryptoRng;
use seal::{ItemId, Recipe};
use serde::Serialize;

use crate::Dialogue;

/// A file of whose sealed bytes the beginning is needed, and which bytes these are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The file.
    pub item: ItemId,
    /// The bytes.
    pub range: Range<u64>,
}

impl Dialogue {
    /// Checks that the log has signed for everything that the reporter handed over.
    ///
    /// # Errors
    ///
    /// The first check that fails.
    pub fn logged(&self, keys: &LogKeys) -> Result<Logged, ProofError> {
        let mine = self.mine().map(|item| &item.signed.header);
        keys.check(&self.view().ledger, self.report(), mine)
    }

    /// What has to be fetched before a receipt can be made: the beginnings of files that did not travel along.
    ///
    /// # Errors
    ///
    /// When a file has a size that no file can have.
    pub fn heads(&self) -> Result<Vec<Head>, ProofError> {
        let files = self.mine().filter(|item| item.signed.header.kind.is_file() && item.body.is_none());
        files
            .map(|item| Ok(Head { item: item.signed.header.item, range: Recipe::head_range(&item.signed)? }))
            .collect()
    }

    /// Makes the receipt to keep: what the log says, and, under the words, what seals the files again.
    ///
    /// A file whose beginning is not what was sealed is left out; the rest of the receipt is as good.
    ///
    /// # Errors
    ///
    /// When what the server handed out is not written as it should be. It is not checked here: a receipt that
    /// does not hold is worth keeping too.
    pub fn receipt(
        &self,
        keys: &LogKeys,
        heads: &HashMap<ItemId, Vec<u8>>,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<String, ProofError> {
        let files = self.mine().filter(|item| item.signed.header.kind.is_file());
        let originals = files.filter_map(|item| {
            let inline = item.body.as_ref().map(protocol::Bytes::as_slice);
            let head = inline.or_else(|| heads.get(&item.signed.header.item).map(Vec::as_slice))?;
            Original::read(&item.signed, head, self.identity()).ok()
        });
        let mut receipt = keys.receipt(&self.view().ledger)?;
        receipt.sealed = Some(Originals::new(originals.collect()).seal(self.author(), rng)?);
        Ok(receipt.to_string())
    }
}

/// What a check came to, as pages show it. `None` is a check that failed.
pub fn told(logged: Option<Logged>) -> pages::Logged {
    logged.map_or(pages::Logged::Unchecked, |Logged { index, witnesses }| pages::Logged::Entry {
        index,
        witnesses,
    })
}
