//! Requests to the server that the page came from.

use js_sys::Uint8Array;
use leptos::web_sys::{Headers, Request, RequestCredentials, RequestInit, Response};
use protocol::quarantine::NAME_HEADER;
use protocol::{API, ApiError, ErrorCode, WORK_HEADER};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::failure::Failure;
use super::work;

/// `GET` below the API's path.
pub(crate) async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Failure> {
    read(send("GET", path, None).await?).await
}

/// `POST` of a JSON body, answered by one.
pub(crate) async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, Failure> {
    read(send("POST", path, Some(body_of(body)?)).await?).await
}

/// `POST` of a JSON body whose answer does not matter beyond that it is no refusal.
pub(crate) async fn tell(path: &str, body: &impl Serialize) -> Result<(), Failure> {
    send("POST", path, Some(body_of(body)?)).await.map(drop)
}

/// `POST` by somebody without a session: with a proof of work, and once more with a new one if that came too
/// late. Answered by JSON.
pub(crate) async fn post_with_work<T: DeserializeOwned>(
    path: &str,
    body: &impl Serialize,
) -> Result<T, Failure> {
    read(stamped(path, body).await?).await
}

/// As [`post_with_work`], where the answer does not matter beyond that it is no refusal.
pub(crate) async fn tell_with_work(path: &str, body: &impl Serialize) -> Result<(), Failure> {
    stamped(path, body).await.map(drop)
}

async fn stamped(path: &str, body: &impl Serialize) -> Result<Response, Failure> {
    let body = body_of(body)?;
    match attempt(path, body.clone(), &work::take().await?).await {
        Err(Failure::Refused(refusal)) if refusal.code == ErrorCode::WorkNeeded => {
            attempt(path, body, &work::solve().await?).await
        }
        answered => answered,
    }
}

async fn attempt(path: &str, body: String, stamp: &str) -> Result<Response, Failure> {
    let headers = json_headers()?;
    headers.set("content-type", "application/json").map_err(unreachable)?;
    headers.set(WORK_HEADER, stamp).map_err(unreachable)?;
    fetch("POST", path, Some(JsValue::from_str(&body)), &headers).await
}

/// `DELETE` below the API's path.
pub(crate) async fn delete(path: &str) -> Result<(), Failure> {
    send("DELETE", path, None).await.map(drop)
}

/// `GET` of sealed bytes from `from` on, as a response whose body is yet to be read.
pub(crate) async fn get_from(path: &str, from: u64) -> Result<Response, Failure> {
    let headers = headers()?;
    if from > 0 {
        headers.set("range", &format!("bytes={from}-")).map_err(unreachable)?;
    }
    let response = fetch("GET", path, None, &headers).await?;
    if from > 0 && response.status() != 206 { Err(Failure::Unreadable) } else { Ok(response) }
}

/// `PUT` of a sealed hash list under its sealed name.
pub(crate) async fn put_list(path: &str, name: &str, sealed: &[u8]) -> Result<(), Failure> {
    let headers = json_headers()?;
    headers.set("content-type", "application/octet-stream").map_err(unreachable)?;
    headers.set(NAME_HEADER, name).map_err(unreachable)?;
    fetch("PUT", path, Some(Uint8Array::from(sealed).into()), &headers).await.map(drop)
}

async fn send(method: &str, path: &str, body: Option<String>) -> Result<Response, Failure> {
    let headers = json_headers()?;
    if body.is_some() {
        headers.set("content-type", "application/json").map_err(unreachable)?;
    }
    fetch(method, path, body.as_deref().map(JsValue::from_str), &headers).await
}

async fn fetch(
    method: &str,
    path: &str,
    body: Option<JsValue>,
    headers: &Headers,
) -> Result<Response, Failure> {
    let options = RequestInit::new();
    options.set_method(method);
    options.set_headers(headers.as_ref());
    options.set_credentials(RequestCredentials::SameOrigin);
    if let Some(body) = body {
        options.set_body(&body);
    }
    let request = Request::new_with_str_and_init(&format!("{API}{path}"), &options).map_err(unreachable)?;
    let answer = JsFuture::from(leptos::prelude::window().fetch_with_request(&request)).await;
    let response: Response = answer.and_then(JsCast::dyn_into).map_err(unreachable)?;
    if response.ok() { Ok(response) } else { Err(refusal(&response).await) }
}

async fn refusal(response: &Response) -> Failure {
    match text(response).await.map(|text| serde_json::from_str::<ApiError>(&text)) {
        Ok(Ok(error)) => Failure::Refused(error),
        _ => Failure::Unreadable,
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Failure> {
    serde_json::from_str(&text(&response).await?).map_err(|_| Failure::Unreadable)
}

async fn text(response: &Response) -> Result<String, Failure> {
    let text = JsFuture::from(response.text().map_err(unreachable)?).await.map_err(unreachable)?;
    text.as_string().ok_or(Failure::Unreadable)
}

fn body_of(body: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(body).map_err(|error| crate::Error::Write(error).into())
}

fn json_headers() -> Result<Headers, Failure> {
    let headers = headers()?;
    headers.set("accept", "application/json").map_err(unreachable)?;
    Ok(headers)
}

fn headers() -> Result<Headers, Failure> {
    Headers::new().map_err(unreachable)
}

fn unreachable(_: JsValue) -> Failure {
    Failure::Unreachable
}
