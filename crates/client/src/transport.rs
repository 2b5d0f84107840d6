//! Requests and answers over HTTP, and what to do when a connection breaks.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use protocol::{ApiError, ErrorCode};
use reqwest::{Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};

use crate::error::{Error, Result};

/// How long to wait before the second attempt; doubled before each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(40);
/// How long to wait between attempts at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// One instance, as seen through a pool of connections.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    http: reqwest::Client,
    base: Url,
    patience: Duration,
}

/// A request that can be sent more than once.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    method: Method,
    path: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl Outgoing {
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: Bytes::new() }
    }

    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// A POST that carries `body` as JSON.
    pub(crate) fn post(path: impl Into<String>, body: &impl Serialize) -> Result<Self> {
        let path = path.into();
        let body = serde_json::to_vec(body).map_err(|error| Error::unexpected(&path, error))?;
        Ok(Self::new(Method::POST, path)
            .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(body))
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn content(&self) -> &[u8] {
        &self.body
    }

    fn describe(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

impl Transport {
    /// Prepares connections to `address`, of which only scheme, host and port count.
    pub(crate) fn new(address: &str) -> Result<Self> {
        let refuse = |why: String| Error::Address { address: address.to_owned(), why };
        let in_full = |_| refuse("write it in full, as in https://report.example".to_owned());
        let mut base = Url::parse(address).map_err(in_full)?;
        if !matches!(base.scheme(), "http" | "https") || !base.has_host() {
            return Err(refuse("it must begin with https:// or http://".to_owned()));
        }
        base.set_path("");
        base.set_query(None);
        base.set_fragment(None);

        // Installing it a second time fails, and means that it is there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .user_agent(concat!("safehand/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_mins(1))
            .tcp_nodelay(true)
            .build()
            .map_err(|error| Error::Tls(cause(&error)))?;
        Ok(Self { http, base, patience: Duration::from_secs(20) })
    }

    pub(crate) fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Scheme, host and port, without a slash at the end.
    pub(crate) fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// Sends once and returns whatever is answered with success.
    pub(crate) async fn send(&self, outgoing: &Outgoing) -> Result<Response> {
        let url =
            self.base.join(&outgoing.path).map_err(|error| Error::unexpected(outgoing.describe(), error))?;
        let mut request = self.http.request(outgoing.method.clone(), url).body(outgoing.body.clone());
        for (name, value) in &outgoing.headers {
            request = request.header(name, value);
        }
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        Err(refusal(outgoing, response).await)
    }

    /// Sends once and reads the answer as JSON.
    pub(crate) async fn call<T: DeserializeOwned>(&self, outgoing: &Outgoing) -> Result<T> {
        let response = self.send(outgoing).await?;
        self.read(&outgoing.describe(), response).await
    }

    /// Reads the answer to `what` as JSON.
    pub(crate) async fn read<T: DeserializeOwned>(&self, what: &str, response: Response) -> Result<T> {
        let body = self.body(response).await?;
        serde_json::from_slice(&body).map_err(|error| Error::unexpected(what, error))
    }

    /// Reads an answer to its end.
    pub(crate) async fn body(&self, response: Response) -> Result<Bytes> {
        response.bytes().await.map_err(|error| self.unreachable(&error))
    }

    /// The next piece of an answer; `None` after its end.
    pub(crate) async fn chunk(&self, response: &mut Response) -> Result<Option<Bytes>> {
        response.chunk().await.map_err(|error| self.unreachable(&error))
    }

    /// Tries until it works, until it fails for good, or until patience runs out.
    ///
    /// `attempt` makes its request anew each time, because proofs are good for one request only.
    pub(crate) async fn patiently<T, F>(&self, mut attempt: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let mut trouble = Trouble::new(self.patience);
        loop {
            match attempt().await {
                Ok(value) => return Ok(value),
                Err(error) => trouble.wait(error).await?,
            }
        }
    }

    /// Patience for a run of attempts that one closure cannot express.
    pub(crate) fn trouble(&self) -> Trouble {
        Trouble::new(self.patience)
    }

    fn unreachable(&self, error: &reqwest::Error) -> Error {
        Error::Unreachable { address: self.origin(), why: cause(error) }
    }
}

/// A run of failures with nothing gained between them.
#[derive(Debug)]
pub(crate) struct Trouble {
    patience: Duration,
    since: Option<Instant>,
    pause: Duration,
}

impl Trouble {
    fn new(patience: Duration) -> Self {
        Self { patience, since: None, pause: FIRST_PAUSE }
    }

    /// Something worked: patience starts over.
    pub(crate) fn is_over(&mut self) {
        *self = Self::new(self.patience);
    }

    /// Waits a little after a failure that may pass.
    ///
    /// # Errors
    /// The failure itself, when it will not pass or has lasted too long.
    pub(crate) async fn wait(&mut self, error: Error) -> Result<()> {
        let since = *self.since.get_or_insert_with(Instant::now);
        if !error.is_passing() || since.elapsed() >= self.patience {
            return Err(error);
        }
        let asked = match &error {
            Error::Refused(refusal) => refusal.retry_after.map(|seconds| Duration::from_secs(seconds.into())),
            _ => None,
        };
        sleep(asked.unwrap_or(self.pause)).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }
}

/// Turns an answer that is not a success into an error, in the service's own words where it has any.
async fn refusal(outgoing: &Outgoing, response: Response) -> Error {
    let status = response.status();
    let body = response.bytes().await.unwrap_or_default();
    if let Ok(refusal) = serde_json::from_slice::<ApiError>(&body) {
        return Error::Refused(refusal);
    }
    match code_of(status) {
        Some(code) => Error::Refused(ApiError::new(code, format!("{status}"))),
        None => Error::unexpected(outgoing.describe(), format!("status {status}")),
    }
}

/// The code for an answer without a body, as HEAD has none and a proxy writes its own.
fn code_of(status: StatusCode) -> Option<ErrorCode> {
    Some(match status.as_u16() {
        401 => ErrorCode::NotSignedIn,
        403 => ErrorCode::NotAllowed,
        404 => ErrorCode::NotFound,
        409 => ErrorCode::Conflict,
        410 => ErrorCode::Expired,
        413 => ErrorCode::TooLarge,
        428 => ErrorCode::WorkNeeded,
        429 => ErrorCode::SlowDown,
        460 => ErrorCode::Mismatch,
        502..=504 => ErrorCode::Unavailable,
        507 => ErrorCode::NoRoom,
        _ => return None,
    })
}

/// What caused an error in the end: the layers above only repeat the address.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
