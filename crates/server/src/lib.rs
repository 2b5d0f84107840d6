//! The HTTP service: reporter pages, API, uploads, sign-in.
