//! What bounds one visitor: a token bucket per network, and memories that forget.
//!
//! No address is kept anywhere. The accept loop turns it into a [`NetworkTag`] and drops it.

mod network;
mod seen;

pub use self::network::{NetworkBucket, NetworkTag, NetworkTagger};
pub use self::seen::{SeenSet, Verdict};
