//! What a receipt carries of the public log: that what was received is in it, and where.
//!
//! The log's leaves say nothing but when something happened. An *opening* is what makes one speak: its record and
//! the salt that the leaf's commitment was made with. A receipt holds the openings of the entries that its own
//! reporter caused, and of no other.

use seal::Digest;
use serde::{Deserialize, Serialize};

use crate::Bytes;

/// Entries of the log, opened, with the proof that one signed checkpoint covers them all.
///
/// Checked offline: the leaf is derived from `record` and `salt`, its hash and `path` yield the root of the
/// checkpoint (RFC 6962), and the checkpoint is signed by the log's key and its witnesses (C2SP `tlog-checkpoint`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Inclusion {
    /// The checkpoint, a signed note with the cosignatures that witnesses have given it so far: the very text that
    /// was signed.
    pub checkpoint: String,
    /// The entries, in the order of their places in the log.
    pub entries: Vec<OpenedEntry>,
}

/// One entry of the log, opened, and its inclusion proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenedEntry {
    /// Its place in the log, counted from 0.
    pub index: u64,
    /// The 32 bytes that its commitment is salted with.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub salt: Bytes,
    /// The record, canonical JSON: the very bytes that were committed to.
    pub record: String,
    /// The inclusion proof, from the leaf's sibling up to the root's child (RFC 6962, 2.1.1), for the size that the
    /// checkpoint names.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub path: Vec<Digest>,
}
