//! Everything that can be wrong with what `seal` is handed, one variant per check.

/// The check that failed.
///
/// No variant carries a secret or any plaintext, so every one of them may be logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text form (key, id, digest, proof, share …) is not written as its format demands.
    #[error("{what} is not written as it should be: {why}")]
    Text {
        /// What was being read.
        what: &'static str,
        /// The rule of its format that is broken.
        why: &'static str,
    },

    /// The file does not begin with the version line `age-encryption.org/v1`.
    #[error("this is not an age v1 file: its version line is missing or names another version")]
    AgeVersion,
    /// The age header breaks the grammar of the format.
    #[error("the age header is malformed: {0}")]
    AgeHeader(&'static str),
    /// The age header is longer than [`crate::age::MAX_HEADER_LEN`].
    #[error("the age header is longer than any that is accepted")]
    AgeHeaderTooLong,
    /// The file ends inside its age header or before the payload's nonce is whole.
    #[error("the file ends inside its age header")]
    AgeHeaderTruncated,
    /// The X25519 part of an encapsulated key is a point of low order, which the age
    /// specification demands to be refused.
    #[error("the age header holds a key share of low order")]
    AgeLowOrder,
    /// No stanza of the header can be opened with this identity.
    #[error("the file is not sealed to this identity")]
    AgeNoMatch,
    /// The header's MAC does not fit its text: the header was changed after sealing.
    #[error("the age header was changed after sealing: its MAC does not match")]
    AgeHeaderMac,
    /// A chunk of the payload does not authenticate.
    #[error("chunk {index} of the payload was changed, moved or cut: its tag does not match")]
    AgeChunk {
        /// The chunk's number, from zero.
        index: u64,
    },
    /// The payload ends before its last chunk.
    #[error("the payload is cut short before chunk {index}")]
    AgeTruncated {
        /// The number of the chunk that is missing or too short to hold a tag.
        index: u64,
    },
    /// The file goes on after the last chunk of its payload.
    #[error("the file goes on after the last chunk of its payload")]
    AgeTrailing,
    /// The last chunk of the payload is empty although it is not the only one.
    #[error("the payload ends with an empty chunk, which no sealer writes")]
    AgeEmptyChunk,
    /// A file must be sealed to at least one recipient.
    #[error("a file must be sealed to at least one recipient")]
    NoRecipient,
    /// The key encapsulation refused the recipient's key.
    #[error("the recipient's key cannot be used for sealing")]
    Encapsulation,
    /// A range lies outside the file, or the bytes handed over are not the bytes of that range.
    #[error("the range asked for and the sealed bytes handed over do not fit each other")]
    Range,

    /// A wrapped key is not exactly 32 bytes long once opened.
    #[error("the wrapped key does not hold a seed of 32 bytes")]
    WrapLength,

    /// The header names an author but carries no signature.
    #[error("the item names an author but is not signed")]
    SignatureMissing,
    /// The header carries a signature but names no author.
    #[error("the item is signed but names no author")]
    SignatureWithoutAuthor,
    /// The author's key is not a valid Ed25519 public key.
    #[error("the author's key is not an Ed25519 key")]
    SignatureKey,
    /// The signature does not fit the header.
    #[error("the item's signature does not match its header")]
    ItemSignature,
    /// The sealed bytes are not as many as the header says.
    #[error("the item has {found} sealed bytes, but its header says {expected}")]
    ItemSize {
        /// Size in the signed header.
        expected: u64,
        /// Size found.
        found: u64,
    },
    /// The sealed bytes do not have the SHA-256 that the header says.
    #[error("the item's sealed bytes do not have the SHA-256 that its header says")]
    ItemDigest,
    /// A sealed size that no sealer writes: the plaintext was not padded, or is too short for a frame.
    #[error("the item's size is not one that sealing produces")]
    ItemPaddedSize,
    /// What was opened is not an item frame of a known version.
    #[error("what was sealed is not an item of a known version")]
    FrameVersion,
    /// The sealed header of the frame cannot be read.
    #[error("the item's sealed header cannot be read")]
    FrameHeader,
    /// The sealed header names another report, item or kind than the clear header: the bytes were
    /// put in another item's place.
    #[error("the item was put in another's place: its sealed {0} differs from its clear header")]
    FramePlace(&'static str),
    /// The length in the trailer does not fit the size of the frame.
    #[error("the item's sealed length does not fit its size")]
    FrameLength,
    /// The padding holds something else than zeros.
    #[error("the item's padding is not zero")]
    FramePadding,
    /// The content does not have the SHA-256 in the trailer.
    #[error("the item's content does not have the SHA-256 that was sealed with it")]
    ContentDigest,
    /// The name and media type of a file are too long to be sealed.
    #[error("the file's name and type are longer than the sealed header may be")]
    MetaTooLong,

    /// The origin is too short to salt a receipt with (fewer than 8 bytes).
    #[error("the origin is too short to derive receipt keys for")]
    Origin,
    /// The memory that deriving the receipt's keys needs (64 MiB) is not to be had.
    #[error("there is not enough memory to derive the receipt's keys")]
    Memory,

    /// The request's signature does not fit the request.
    #[error("the request's signature does not match the request")]
    RequestSignature,

    /// Shares are made for 2 ≤ threshold ≤ shares ≤ 255.
    #[error("shares can be made for a threshold of at least 2 and at most 255 shares")]
    ShareCounts,
    /// Fewer shares than the threshold were handed over.
    #[error("{found} shares were given, but {needed} are needed")]
    ShareTooFew {
        /// The threshold.
        needed: u8,
        /// Different shares given.
        found: usize,
    },
    /// The shares are of different secrets.
    #[error("the shares do not belong together")]
    ShareMixed,
    /// The same share was given twice, or two shares claim one number.
    #[error("share number {index} was given more than once")]
    ShareTwice {
        /// The share's number, from one.
        index: u8,
    },
    /// The shares were combined, but what came out is not the secret they were made from.
    #[error("the shares do not combine to the secret that they were made from")]
    ShareWrong,
}
