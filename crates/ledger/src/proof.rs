//! Proofs to hand out (C2SP `tlog-proof`): that an entry is in a log, to be checked offline.

use std::fmt;
use std::str::FromStr;

use crate::checkpoint::{SignedCheckpoint, VerifiedCheckpoint};
use crate::note::{MAX_NOTE_LEN, VerifierKey};
use crate::{Error, Hash, text, tree};

/// The most hashes that a proof of inclusion or consistency can have in a tree of at most 2⁶³ - 1 leaves.
pub const MAX_PROOF_HASHES: usize = 63;

/// The most extra data that is read, in bytes.
pub const MAX_EXTRA_LEN: usize = 64 << 10;

/// The longest proof that is read, in bytes: a checkpoint, the extra data in base64, 63 hashes of 45
/// bytes a line, and the lines around them.
pub const MAX_PROOF_LEN: usize = MAX_NOTE_LEN + MAX_EXTRA_LEN / 3 * 4 + MAX_PROOF_HASHES * 45 + 128;

const HEAD: &str = "c2sp.org/tlog-proof@v1";
const WHAT: &str = "a proof";

/// An entry's index, its inclusion proof, and the checkpoint that it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Data of the application's own. Nothing vouches for it.
    pub extra: Option<Vec<u8>>,
    /// The entry's number in the log.
    pub index: u64,
    /// The inclusion proof, from the leaf's sibling up.
    pub hashes: Vec<Hash>,
    /// The checkpoint.
    pub checkpoint: SignedCheckpoint,
}

impl Proof {
    /// Checks that the entry whose leaf hash this is stands in the log of this key, and answers the
    /// checkpoint that says so, with the known witnesses that cosigned it.
    ///
    /// # Errors
    ///
    /// As [`SignedCheckpoint::verify`] and [`tree::verify_inclusion`].
    pub fn verify(
        &self,
        leaf: &Hash,
        log: &VerifierKey,
        witnesses: &[VerifierKey],
    ) -> Result<VerifiedCheckpoint, Error> {
        let verified = self.checkpoint.verify(log, witnesses)?;
        let checkpoint = verified.checkpoint();
        tree::verify_inclusion(leaf, self.index, checkpoint.size(), checkpoint.root(), &self.hashes)?;
        Ok(verified)
    }
}

impl fmt::Display for Proof {
    /// The content of a `.tlog-proof` file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", text::base64(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint.as_str())
    }
}

impl FromStr for Proof {
    type Err = Error;

    fn from_str(proof: &str) -> Result<Self, Error> {
        let malformed = |why| Error::Text { what: WHAT, why };
        if proof.len() > MAX_PROOF_LEN {
            return Err(malformed("it is longer than any that is read"));
        }
        let (head, checkpoint) =
            proof.split_once("\n\n").ok_or(malformed("it has no blank line before its checkpoint"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEAD) {
            return Err(malformed("its first line is not c2sp.org/tlog-proof@v1"));
        }
        let extra = lines.next_if(|line| line.starts_with("extra ")).map(|line| &line["extra ".len()..]);
        let extra = extra.map(|extra| text::from_base64("the extra data of a proof", extra)).transpose()?;
        if extra.as_ref().is_some_and(|extra| extra.len() > MAX_EXTRA_LEN) {
            return Err(malformed("its extra data is longer than any that is read"));
        }
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let index = text::decimal("the index of a proof", index.ok_or(malformed("it has no index"))?)?;
        let hashes = read_hashes(lines)?;
        Ok(Self { extra, index, hashes, checkpoint: SignedCheckpoint::parse(checkpoint.as_bytes())? })
    }
}

/// Reads lines of one hash each, at most [`MAX_PROOF_HASHES`].
pub(crate) fn read_hashes<'l>(lines: impl Iterator<Item = &'l str>) -> Result<Vec<Hash>, Error> {
    let lines: Vec<_> = lines.take(MAX_PROOF_HASHES + 1).collect();
    if lines.len() > MAX_PROOF_HASHES {
        return Err(Error::Text { what: WHAT, why: "it has more than 63 hashes" });
    }
    lines.into_iter().map(str::parse).collect()
}
