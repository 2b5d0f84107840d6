//! What every response says about itself: strict by default, stricter where nothing is shown.

use axum::extract::{FromRequestParts, Request};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{self, HeaderName};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

use crate::error::Error;

/// Sent with whatever is not a page: it may load, run and frame nothing.
const NOTHING: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/// Sent with scripts. A worker takes its policy from its own response: it may run our modules and
/// speak to our origin.
const SCRIPT: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
    base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types safehand";

const ALWAYS: [(HeaderName, &str); 9] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("origin-agent-cluster"), "?1"),
    (HeaderName::from_static("x-permitted-cross-domain-policies"), "none"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), \
         browsing-topics=(), clipboard-read=(), publickey-credentials-create=(self), \
         publickey-credentials-get=(self)",
    ),
];

const HSTS: &str = "max-age=63072000; includeSubDomains";

/// The nonce under which this response's own inline scripts may run. A page handler takes it as an
/// argument; the middleware puts the same one into the policy.
#[derive(Debug, Clone)]
pub struct Nonce(String);

impl Nonce {
    fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(STANDARD.encode(bytes)))
    }

    /// The value for a `nonce` attribute.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Nonce {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::internal("a page without a nonce"))
    }
}

/// The policy of a page: our own origin and nothing else, scripts by nonce or as our own files,
/// DOM sinks only through the named Trusted Types policies.
pub fn page_policy(nonce: &Nonce, trusted_types: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; worker-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types {trusted_types}",
        nonce.as_str()
    )
}

/// Adds to every response what it does not set itself.
pub(crate) async fn apply(https: bool, mut request: Request, next: Next) -> Response {
    let Ok(nonce) = Nonce::generate() else {
        return axum::response::IntoResponse::into_response(Error::internal("no randomness"));
    };
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        default_to(headers, name, HeaderValue::from_static(value));
    }
    default_to(headers, header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if https {
        default_to(headers, header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    let policy = policy_for(headers, &nonce);
    default_to(headers, header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn policy_for(headers: &HeaderMap, nonce: &Nonce) -> HeaderValue {
    let media_type = headers.get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    if media_type.starts_with(b"text/html") {
        HeaderValue::from_str(&page_policy(nonce, "safehand")).unwrap_or(HeaderValue::from_static(NOTHING))
    } else if media_type.starts_with(b"text/javascript") {
        HeaderValue::from_static(SCRIPT)
    } else {
        HeaderValue::from_static(NOTHING)
    }
}

fn default_to(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}
