//! Identities, envelopes, receipts, padding and key wrapping, in the open age format. No I/O.
