//! Everything that can be wrong with what `ledger` is handed, one variant per check.

use crate::record::Kind;
use crate::tiles::{Bundle, Tile};
use crate::tree::Node;
use crate::{Hash, Time};

/// The check that failed.
///
/// No variant carries a secret, so every one of them may be logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text form (hash, key, note, checkpoint, proof, path, record …) is not written as its format demands.
    #[error("{what} is not written as it should be: {why}")]
    Text {
        /// What was being read.
        what: &'static str,
        /// The rule of its format that is broken.
        why: &'static str,
    },
    /// A time outside the years 0000 to 9999.
    #[error("{seconds} seconds since 1970 is no time of the years 0000 to 9999")]
    Time {
        /// Seconds since the Unix epoch.
        seconds: i64,
    },

    /// The tree has as many leaves as it may have.
    #[error("a log holds at most 2^63 - 1 entries")]
    TreeFull,
    /// A stored right edge has not one hash for each perfect subtree.
    #[error("the edge of a tree of {size} leaves has {wanted} hashes, not {found}")]
    Edge {
        /// The tree's size.
        size: u64,
        /// Hashes that an edge of that size has.
        wanted: usize,
        /// Hashes found.
        found: usize,
    },
    /// A subtree cannot be appended where the tree ends.
    #[error("a subtree of height {level} cannot follow {size} leaves")]
    Unaligned {
        /// The tree's size.
        size: u64,
        /// The subtree's height.
        level: u8,
    },
    /// There is no such leaf in a tree of that size.
    #[error("there is no entry {index} in a log of {size}")]
    IndexBeyond {
        /// The leaf's index.
        index: u64,
        /// The tree's size.
        size: u64,
    },
    /// There is no such node, or not yet, in a tree of that size.
    #[error("node {} of height {} is not whole in a tree of {size} leaves", node.index, node.level)]
    NodeBeyond {
        /// The node.
        node: Node,
        /// The tree's size.
        size: u64,
    },
    /// A consistency proof from a larger tree to a smaller one.
    #[error("the log of {new} entries is smaller than the one of {old} that it should continue")]
    SizesReversed {
        /// The size that is said to be the earlier.
        old: u64,
        /// The size that is said to be the later.
        new: u64,
    },
    /// A consistency proof from the empty tree says nothing.
    #[error("consistency with an empty log cannot be proven: every log continues it")]
    EmptyTree,
    /// A proof has more or fewer hashes than one for that place has.
    #[error("the proof has {found} hashes; one for this place has {wanted}")]
    ProofLength {
        /// Hashes that it must have.
        wanted: usize,
        /// Hashes that it has.
        found: usize,
    },
    /// An inclusion proof leads to another root.
    #[error(
        "the entry is not number {index} of the log of {size}: its proof leads to the root {found}, \
         the checkpoint has {expected}"
    )]
    Inclusion {
        /// The leaf's index.
        index: u64,
        /// The tree's size.
        size: u64,
        /// The root of the tree.
        expected: Hash,
        /// The root that the proof leads to.
        found: Hash,
    },
    /// A consistency proof leads to another root than one of the two trees has.
    #[error(
        "the log of {new} entries does not continue the log of {old}: for {size} entries the proof leads \
         to the root {found}, the checkpoint has {expected}"
    )]
    Inconsistent {
        /// The size of the earlier tree.
        old: u64,
        /// The size of the later tree.
        new: u64,
        /// Which of the two has another root.
        size: u64,
        /// The root that it has.
        expected: Hash,
        /// The root that the proof leads to.
        found: Hash,
    },

    /// There can be no such tile.
    #[error("there is no tile {index} of level {level} that is {width} wide")]
    Tile {
        /// Its level.
        level: u8,
        /// Its number.
        index: u64,
        /// Its width.
        width: u16,
    },
    /// There can be no such bundle.
    #[error("there is no bundle {index} that is {width} wide")]
    Bundle {
        /// Its number.
        index: u64,
        /// Its width.
        width: u16,
    },
    /// A tile has more or fewer bytes than its width asks for.
    #[error("{tile} has {found} bytes, not {wanted}")]
    TileLength {
        /// The tile.
        tile: Tile,
        /// Bytes that it must have.
        wanted: usize,
        /// Bytes that it has.
        found: usize,
    },
    /// A node is not computed from that tile.
    #[error("node {} of height {} is not in {tile}", node.index, node.level)]
    NotInTile {
        /// The tile.
        tile: Tile,
        /// The node.
        node: Node,
    },
    /// A tile that is needed was not handed over.
    #[error("{0} is needed and was not handed over")]
    TileMissing(Tile),
    /// An entry is too long for a bundle.
    #[error("an entry has at most 65535 bytes, not {found}")]
    EntryLength {
        /// Its length.
        found: usize,
    },
    /// A bundle ends before it has as many entries as it should.
    #[error("{bundle} ends after {whole} whole entries")]
    BundleTruncated {
        /// The bundle.
        bundle: Bundle,
        /// Entries that are whole.
        whole: u16,
    },
    /// A bundle goes on after its last entry.
    #[error("{bundle} has {found} bytes after its last entry")]
    BundleTrailing {
        /// The bundle.
        bundle: Bundle,
        /// How many bytes.
        found: usize,
    },

    /// A note is longer than [`crate::note::MAX_NOTE_LEN`].
    #[error("a signed note of {found} bytes is longer than any that is read")]
    NoteLength {
        /// Its length.
        found: usize,
    },
    /// A note has more signature lines than [`crate::note::MAX_SIGNATURES`].
    #[error("a signed note has at most 100 signatures")]
    TooManySignatures,
    /// The bytes are no public key that signatures may be checked with.
    #[error("the key of {name} is not an Ed25519 public key")]
    PublicKey {
        /// The key's name.
        name: String,
    },
    /// A key is of a type that is not known here.
    #[error("the key of {name} is of type {found:#04x}; known are 0x01 (Ed25519) and 0x04 (cosignature/v1)")]
    KeyType {
        /// The key's name.
        name: String,
        /// The type byte.
        found: u8,
    },
    /// A log's key was used to cosign, or a cosigner's to sign.
    #[error("the key of {name} is not for this kind of signature")]
    KeyPurpose {
        /// The key's name.
        name: String,
    },
    /// Two different keys have one name and id.
    #[error("two different keys are named {name} and have the same id")]
    AmbiguousKey {
        /// The name.
        name: String,
    },
    /// A line bears the name and id of a known key, but its signature is wrong.
    #[error("the signature of {name} is wrong: the text was changed, or another key made it")]
    Signature {
        /// The name on the line.
        name: String,
    },
    /// None of the known keys signed.
    #[error("none of the known keys has signed this")]
    NotSigned,
    /// A checkpoint is not signed by the log's key.
    #[error("the checkpoint is not signed by the key of {name} that is known here")]
    NotSignedBy {
        /// The log's name.
        name: String,
    },
    /// A checkpoint is of another log.
    #[error("the checkpoint is of the log {found}, not {expected}")]
    Origin {
        /// The log asked for.
        expected: String,
        /// The log in the checkpoint.
        found: String,
    },
    /// A checkpoint of size 0 with another root than the empty tree's.
    #[error("a checkpoint of no entries has the root {found}, which is not that of an empty log")]
    EmptyRoot {
        /// The root in the checkpoint.
        found: Hash,
    },
    /// A cosignature must have a time between 1 and 2⁶³ - 1.
    #[error("{time} is no time for a cosignature")]
    CosignatureTime {
        /// Seconds since the Unix epoch.
        time: u64,
    },

    /// A record is of a kind that this version does not know.
    #[error("records of the kind {found:?} are not known to this version; a newer one may read them")]
    Kind {
        /// The word found.
        found: String,
    },
    /// A record lacks a field that its kind demands.
    #[error("a record of {kind} must have the field {field}")]
    FieldMissing {
        /// The record's kind.
        kind: Kind,
        /// The field.
        field: &'static str,
    },
    /// A record has a field that its kind does not have.
    #[error("a record of {kind} has no field {field}")]
    FieldUnknown {
        /// The record's kind.
        kind: Kind,
        /// The field.
        field: String,
    },
    /// A field of a record holds something of another form than its kind demands.
    #[error("the field {field} of a record of {kind} must be {wanted}")]
    FieldForm {
        /// The record's kind.
        kind: Kind,
        /// The field.
        field: &'static str,
        /// What it must be.
        wanted: &'static str,
    },
    /// A record is longer than [`crate::record::MAX_RECORD_LEN`].
    #[error("a record of {found} bytes is longer than any that is written")]
    RecordLength {
        /// Its length.
        found: usize,
    },
    /// What is opened is not what the leaf commits to.
    #[error("the record and its salt are not what the leaf commits to: {found}, not {expected}")]
    Commitment {
        /// The commitment in the leaf, in hexadecimal.
        expected: String,
        /// The commitment of record and salt, in hexadecimal.
        found: String,
    },
    /// A leaf and its record tell different times.
    #[error("the leaf is of {leaf}, its record of {record}")]
    LeafTime {
        /// The time in the leaf.
        leaf: Time,
        /// The time in the record.
        record: Time,
    },

    /// What is wrong with one of a receipt's entries.
    #[error("entry {number} of the receipt: {error}")]
    ReceiptEntry {
        /// Its number in the receipt, from one.
        number: usize,
        /// What is wrong.
        error: Box<Error>,
    },
    /// A receipt states another key of the log than the one that is known.
    #[error("the receipt is by the key {found}; the log's key that is known here is {known}")]
    ReceiptKey {
        /// The key that is known.
        known: String,
        /// The key in the receipt.
        found: String,
    },
    /// A receipt's first entry must say that a report was received, the others that an item was added,
    /// each item once.
    #[error(
        "entry {number} of the receipt ({found}) has no place there: first comes report.received, then \
         item.added once for each item"
    )]
    ReceiptRecord {
        /// Its number in the receipt, from one.
        number: usize,
        /// The kind of its record.
        found: Kind,
    },
    /// A receipt's entries are of different reports.
    #[error("entry {number} of the receipt is of another report than the first")]
    ReceiptReport {
        /// Its number in the receipt, from one.
        number: usize,
    },
    /// A receipt's entries are not in the order of the log.
    #[error("entry {number} of the receipt does not come after the one before it in the log")]
    ReceiptOrder {
        /// Its number in the receipt, from one.
        number: usize,
    },
}
