//! The page in which a file that was handed over is shown: without an origin, without a network, without a name.
//!
//! The console puts it into a frame and hands it the bytes. It can run nothing but its own script, load nothing but the
//! bytes it was given, and ask nobody anything; what a file makes of a decoder stays in it.

use axum::response::{Html, IntoResponse, Response};
use http::HeaderValue;
use http::header::{CONTENT_SECURITY_POLICY, X_FRAME_OPTIONS};
use maud::{DOCTYPE, PreEscaped, html};

use crate::error::Error;
use crate::headers::Nonce;

/// In the page itself, because a page without an origin is given none of our files.
const SCRIPT: &str = include_str!("viewer/viewer.js");
const STYLE: &str = include_str!("viewer/viewer.css");

/// `GET /viewer`
pub(super) async fn page(nonce: Nonce) -> Result<Response, Error> {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src blob:; media-src blob:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        nonce = nonce.as_str()
    );
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                title { "A file" }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                style nonce=(nonce.as_str()) { (PreEscaped(STYLE)) }
            }
            body {
                main { div #stage {} }
                div #buttons {
                    button #hold type="button" aria-pressed="false" { "Hold to see" }
                    button #moment type="button" aria-pressed="false" { "Show for 10 seconds" }
                    button #colour type="button" aria-pressed="false" { "In colour" }
                    button #large type="button" aria-pressed="false" { "Larger" }
                }
                script nonce=(nonce.as_str()) { (PreEscaped(SCRIPT)) }
            }
        }
    };
    let mut response = Html(page.into_string()).into_response();
    let policy = HeaderValue::from_str(&policy).map_err(Error::internal)?;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response.headers_mut().insert(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    Ok(response)
}
