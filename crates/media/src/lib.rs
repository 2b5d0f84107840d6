//! What a file is, what it says of itself and of whoever made it, and whether a list knows it.
//!
//! Nothing here opens a file, reads a clock or decodes a picture. What needs parts of a file asks for ranges of its
//! bytes, so that a video of several gigabytes is examined without being read.

#[doc(hidden)]
pub mod checked;
pub mod hashlist;
pub mod hex;
pub mod metadata;
pub mod pdq;
pub mod sniff;
