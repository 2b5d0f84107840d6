//! Sealed bytes as a response: whole, or one range of them (RFC 9110, section 14).

use std::ops::Range;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, RANGE};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::error::{Error, Result};

/// What a request asks of something that has a size.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Part(Range<u64>),
    Outside,
}

/// Answers with the bytes that `headers` ask for of an item of `size` bytes, which `open` yields.
/// They are for our own code to open and never for a browser to show.
///
/// # Errors
///
/// As `open`.
pub(crate) async fn respond(
    headers: &HeaderMap,
    size: u64,
    open: impl AsyncFnOnce(Option<Range<u64>>) -> Result<store::ByteStream, store::Error>,
) -> Result<Response> {
    let (status, range) = match asked(headers, size) {
        Asked::Whole => (StatusCode::OK, 0..size),
        Asked::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Asked::Outside => return outside(size),
    };
    let bytes = open(Some(range.clone())).await?;
    let mut response = (status, Body::from_stream(bytes)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if status == StatusCode::PARTIAL_CONTENT {
        let last = range.end - 1;
        headers.insert(CONTENT_RANGE, header(&format!("bytes {}-{last}/{size}", range.start))?);
    }
    Ok(response)
}

fn outside(size: u64) -> Result<Response> {
    Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(CONTENT_RANGE, header(&format!("bytes */{size}"))?)])
        .into_response())
}

fn header(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(Error::internal)
}

/// Several ranges, other units and what cannot be read are ignored, as the RFC allows.
fn asked(headers: &HeaderMap, size: u64) -> Asked {
    let spec =
        headers.get(RANGE).and_then(|value| value.to_str().ok()).and_then(|text| text.strip_prefix("bytes="));
    let Some((first, last)) = spec.filter(|spec| !spec.contains(',')).and_then(|spec| spec.split_once('-'))
    else {
        return Asked::Whole;
    };
    let range = match (first.trim(), last.trim()) {
        ("", suffix) => suffix.parse::<u64>().ok().map(|length| size.saturating_sub(length)..size),
        (first, "") => first.parse().ok().map(|first| first..size),
        (first, last) => match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) if first <= last => Some(first..last.saturating_add(1).min(size)),
            _ => None,
        },
    };
    match range {
        None => Asked::Whole,
        Some(range) if range.start >= range.end => Asked::Outside,
        Some(range) => Asked::Part(range),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood_and_anything_else_is_the_whole() {
        let ask =
            |text: &'static str| asked(&HeaderMap::from_iter([(RANGE, HeaderValue::from_static(text))]), 100);
        assert_eq!(ask("bytes=0-9"), Asked::Part(0..10));
        assert_eq!(ask("bytes=90-"), Asked::Part(90..100));
        assert_eq!(ask("bytes=-5"), Asked::Part(95..100));
        assert_eq!(ask("bytes=-500"), Asked::Part(0..100));
        assert_eq!(ask("bytes=50-1000"), Asked::Part(50..100));
        for outside in ["bytes=100-", "bytes=200-300", "bytes=-0"] {
            assert_eq!(ask(outside), Asked::Outside, "{outside}");
        }
        for whole in ["bytes=0-1,5-6", "lines=0-1", "bytes=9-1", "bytes=x-y", "bytes=-", "bytes"] {
            assert_eq!(ask(whole), Asked::Whole, "{whole}");
        }
        assert_eq!(asked(&HeaderMap::new(), 100), Asked::Whole);
    }
}
