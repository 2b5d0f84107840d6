//! What handlers take out of a request: a small JSON body, an id in the path.

use std::str::FromStr;

use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use crate::body;
use crate::error::{Error, Result};

/// Enough for two wraps, a vault and a passkey; far from enough to fill a memory with.
const LIMIT: usize = 64 * 1024;

/// A small JSON body.
pub(super) struct Payload<T>(pub(super) T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Payload<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        let bytes = body::read(request.into_body(), LIMIT).await?;
        body::json(&bytes).map(Self)
    }
}

/// Reads an id out of the path. What is no id names nothing.
pub(super) fn id<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::not_found())
}
