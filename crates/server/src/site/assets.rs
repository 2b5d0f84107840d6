//! Static files: embedded in the binary, named by what is in them, kept by caches for ever.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// A file as it was built, with its compressed copies.
struct Asset {
    /// Group folder and name, e.g. `reporter-0123456789abcdef/reporter.css`.
    path: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
    brotli: &'static [u8],
}

/// Slices of the binary itself: a page of them takes memory only once it is served.
static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// A set of files that belong together: the reporter's or the staff application's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The reporter's pages.
    Reporter,
    /// The staff application.
    Console,
}

impl Group {
    fn prefix(self) -> &'static str {
        match self {
            Self::Reporter => "reporter-",
            Self::Console => "console-",
        }
    }

    /// The address of one of the group's files; nothing when the browser's files were not built in.
    pub fn address(self, name: &str) -> Option<String> {
        let belongs = |asset: &&Asset| {
            asset.path.starts_with(self.prefix())
                && asset.path.split_once('/').is_some_and(|(_, file)| file == name)
        };
        ASSETS.iter().find(belongs).map(|asset| format!("/static/{}", asset.path))
    }

    /// Whether the group's files are part of this binary.
    pub fn is_built_in(self) -> bool {
        ASSETS.iter().any(|asset| asset.path.starts_with(self.prefix()))
    }
}

/// `GET /static/{*path}`
pub(super) async fn serve(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.path == path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let (encoding, body) = match best(accepted) {
        Some("br") => (Some("br"), asset.brotli),
        Some(other) => (Some(other), asset.gzip),
        None => (None, asset.plain),
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(&path)));
    headers.insert(header::CACHE_CONTROL, FOREVER);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The best encoding that we hold among those accepted (RFC 9110 §12.5.3).
fn best(accepted: &str) -> Option<&'static str> {
    let accepts = |name: &str| {
        accepted.split(',').any(|entry| {
            let mut parts = entry.split(';').map(str::trim);
            let refused = |parameter: &str| {
                parameter.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0))
            };
            parts.next().is_some_and(|coding| coding.eq_ignore_ascii_case(name)) && !parts.any(refused)
        })
    };
    ["br", "gzip"].into_iter().find(|name| accepts(name))
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_accepted_encoding_is_chosen() {
        assert_eq!(best("gzip, deflate, br, zstd"), Some("br"));
        assert_eq!(best("gzip;q=0.5, br;q=0"), Some("gzip"));
        assert_eq!(best("identity"), None);
        assert_eq!(best(""), None);
    }
}
