//! Request bodies: read whole up to a limit, then parsed once.

use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use protocol::{ApiError, ErrorCode};
use serde::de::DeserializeOwned;

use crate::error::Result;

/// Reads the whole body, at most `limit` bytes of it.
///
/// # Errors
///
/// [`ErrorCode::TooLarge`] beyond the limit; [`ErrorCode::Malformed`] when it does not arrive whole.
pub(crate) async fn read(body: Body, limit: usize) -> Result<Bytes> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large(limit)),
        Err(_) => Err(ApiError::new(ErrorCode::Malformed, "The request did not arrive whole.").into()),
    }
}

/// Parses a JSON body.
///
/// # Errors
///
/// [`ErrorCode::Malformed`], with the place in the body and the field, and nothing of its content.
pub(crate) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|error| explain::<T>(body, &error).into())
}

/// Parses once more, slowly, to learn which field is at fault.
fn explain<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> ApiError {
    let what = match error.classify() {
        serde_json::error::Category::Data => "A value is missing, unknown or of the wrong kind",
        serde_json::error::Category::Eof => "The JSON breaks off",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "This is not JSON",
    };
    let message = format!("{what}, at line {} column {}.", error.line(), error.column());
    let refusal = ApiError::new(ErrorCode::Malformed, message);
    let deserializer = &mut serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize::<_, T>(deserializer) {
        Err(located) if error.is_data() && located.path().iter().next().is_some() => {
            refusal.at(located.path().to_string())
        }
        _ => refusal,
    }
}

fn too_large(limit: usize) -> crate::Error {
    ApiError::new(ErrorCode::TooLarge, format!("The request is larger than {limit} bytes.")).into()
}
