//! A native client of the API.
