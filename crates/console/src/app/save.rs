//! Sealed bytes on their way from the server, and plaintext on its way to the disk or to the reader of chats.
//!
//! A large file is written through the File System Access API where the browser has it: what it
//! writes becomes the file only when it is closed, which happens after every check has held. Otherwise
//! the plaintext is gathered in a blob that is offered only then.

use ::reader::Ask;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use leptos::prelude::{document, window};
use leptos::web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, ReadableStreamDefaultReader, Response, Url};
use seal::ContentFacts;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::examiner::Examiner;
use super::failure::Failure;
use super::report::Reader;
use super::{api, dom};
use crate::save::Saving;

/// From this sealed size on, the plaintext goes to the disk while it is opened.
const LARGE: u64 = 64 << 20;

/// How often a broken connection is taken up again where it broke.
const TRIES: u32 = 5;

/// Where a file's plaintext goes.
pub(crate) enum Place {
    /// Into memory, to be offered under this name.
    Memory { name: String, parts: Array },
    /// To the disk, by way of a `FileSystemWritableFileStream`.
    Disk { writable: JsValue },
    /// Nowhere: only what it turns out to be is wanted.
    Nowhere,
    /// To the worker that examines files, which gives nothing out until all checks held.
    Examiner(Examiner),
    /// To the worker that reads chats, which takes no notice of it until it is told that all checks held.
    Reader(Reader),
}

impl Place {
    /// Asks where a large file is to go; a small one is gathered in memory.
    pub(crate) async fn choose(name: &str, sealed_size: u64) -> Result<Self, Failure> {
        let picker = Reflect::get(&window(), &"showSaveFilePicker".into()).ok();
        match picker.and_then(|picker| picker.dyn_into::<Function>().ok()) {
            Some(picker) if sealed_size >= LARGE => {
                let options = Object::new();
                Reflect::set(&options, &"suggestedName".into(), &name.into()).map_err(not_saved)?;
                let choice = picker.call1(&window(), &options).map_err(not_saved)?;
                let handle = settled(choice).await.map_err(|_| Failure::Stopped)?;
                let writable = call(&handle, "createWritable", &[]).await?;
                Ok(Self::Disk { writable })
            }
            _ => Ok(Self::Memory { name: name.to_owned(), parts: Array::new() }),
        }
    }

    async fn write(&self, plain: &[u8]) -> Result<(), Failure> {
        if plain.is_empty() {
            return Ok(());
        }
        match self {
            Self::Memory { parts, .. } => {
                parts.push(&Uint8Array::from(plain));
            }
            Self::Disk { writable } => {
                call(writable, "write", &[Uint8Array::from(plain).into()]).await?;
            }
            Self::Nowhere => {}
            Self::Examiner(examiner) => examiner.push(plain)?,
            Self::Reader(reader) => reader.push(plain)?,
        }
        Ok(())
    }

    /// Makes the file, now that every check has held.
    async fn keep(self) -> Result<(), Failure> {
        match self {
            Self::Memory { name, parts } => offer(&name, &parts).map_err(not_saved),
            Self::Disk { writable } => call(&writable, "close", &[]).await.map(drop),
            Self::Nowhere | Self::Examiner(_) | Self::Reader(_) => Ok(()),
        }
    }

    /// Leaves no trace of what was written so far.
    async fn discard(self) {
        match self {
            Self::Memory { .. } | Self::Nowhere => {}
            Self::Disk { writable } => drop(call(&writable, "abort", &[]).await),
            Self::Examiner(examiner) => drop(examiner.forget().await),
            Self::Reader(reader) => drop(reader.ask(&Ask::Abandon).await),
        }
    }
}

/// Fetches a sealed file, opens it as it arrives, keeps it if every check holds and says what it was.
pub(crate) async fn stream(
    path: &str,
    saving: Saving,
    place: Place,
    tell: impl Fn(u64, u64),
) -> Result<ContentFacts, Failure> {
    match opened(path, saving, &place, tell).await {
        Ok(facts) => place.keep().await.map(|()| facts),
        Err(failure) => {
            place.discard().await;
            if matches!(failure, Failure::Core(crate::Error::IsMedia)) {
                api::tell(&format!("{path}/quarantine"), &serde_json::json!({})).await?;
            }
            Err(failure)
        }
    }
}

async fn opened(
    path: &str,
    mut saving: Saving,
    place: &Place,
    tell: impl Fn(u64, u64),
) -> Result<ContentFacts, Failure> {
    let mut tries = 0;
    loop {
        let (done, of) = saving.progress();
        if done >= of {
            break;
        }
        let mut body = Body::of(&api::get_from(path, done).await?)?;
        loop {
            match body.next().await {
                Ok(Some(sealed)) => {
                    tries = 0;
                    let plain = zeroize::Zeroizing::new(saving.push(&sealed)?);
                    place.write(&plain).await?;
                    let (done, of) = saving.progress();
                    tell(done, of);
                }
                Ok(None) | Err(Failure::Unreachable) => break,
                Err(failure) => return Err(failure),
            }
        }
        tries += 1;
        if saving.progress().0 < of && tries >= TRIES {
            return Err(Failure::Unreachable);
        }
    }
    let (facts, last) = saving.finish()?;
    place.write(&zeroize::Zeroizing::new(last)).await?;
    Ok(facts)
}

/// Fetches all sealed bytes of a small item.
pub(crate) async fn whole(path: &str, size: u64) -> Result<Vec<u8>, Failure> {
    let mut body = Body::of(&api::get_from(path, 0).await?)?;
    let mut bytes = Vec::new();
    while let Some(piece) = body.next().await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() as u64 > size {
            return Err(Failure::Unreadable);
        }
    }
    Ok(bytes)
}

/// A response's body, read piece by piece.
struct Body(ReadableStreamDefaultReader);

impl Body {
    fn of(response: &Response) -> Result<Self, Failure> {
        let stream = response.body().ok_or(Failure::Unreadable)?;
        stream.get_reader().dyn_into().map(Self).map_err(|_| Failure::Unreadable)
    }

    async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let read = JsFuture::from(self.0.read()).await.map_err(|_| Failure::Unreachable)?;
        let done = Reflect::get(&read, &"done".into()).is_ok_and(|done| done.is_truthy());
        if done {
            return Ok(None);
        }
        let value = Reflect::get(&read, &"value".into()).map_err(|_| Failure::Unreadable)?;
        value.dyn_into::<Uint8Array>().map(|bytes| Some(bytes.to_vec())).map_err(|_| Failure::Unreadable)
    }
}

/// Offers a table of ours as a download.
pub(crate) fn offer_text(name: &str, text: &str) -> Result<(), Failure> {
    let parts = Array::of1(&Uint8Array::from(text.as_bytes()));
    offer(name, &parts).map_err(not_saved)
}

/// Offers gathered plaintext as a download. Always as bytes of no type, so that nothing renders it.
fn offer(name: &str, parts: &Array) -> Result<(), JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type("application/octet-stream");
    let blob = Blob::new_with_u8_array_sequence_and_options(parts, &kind)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.dyn_into()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    leptos::task::spawn_local(async move {
        // The browser has taken hold of the blob by then.
        dom::pause(10_000).await;
        let _ = Url::revoke_object_url(&address);
    });
    Ok(())
}

async fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, Failure> {
    let function: Function =
        Reflect::get(object, &method.into()).and_then(JsValue::dyn_into).map_err(not_saved)?;
    let result = function.apply(object, &arguments.iter().collect::<Array>()).map_err(not_saved)?;
    settled(result).await.map_err(not_saved)
}

async fn settled(value: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&value)).await
}

fn not_saved(_: JsValue) -> Failure {
    Failure::NotSaved
}
