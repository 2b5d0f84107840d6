//! The second factor: a passkey (`WebAuthn`), made or shown.
//!
//! What the browser hands back may carry client extension results, and with them, on some
//! authenticators, a secret of the PRF extension. They never leave this module.

use js_sys::{Function, Object, Promise, Reflect};
use protocol::staff::{PasskeyOptions, Session};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::api;
use super::failure::Failure;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = PublicKeyCredential, js_name = parseCreationOptionsFromJSON)]
    fn parse_creation_options(options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = PublicKeyCredential, js_name = parseRequestOptionsFromJSON)]
    fn parse_request_options(options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"], js_name = create)]
    fn create_credential(options: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"], js_name = get)]
    fn get_credential(options: &JsValue) -> Result<Promise, JsValue>;
}

/// Makes or shows a passkey, whichever the server asks for.
pub(crate) async fn prove() -> Result<Session, Failure> {
    let asked: PasskeyOptions = api::post("/session/passkey/start", &serde_json::json!({})).await?;
    let credential = ask_browser(&asked).await?;
    api::post("/session/passkey/finish", &credential).await
}

async fn ask_browser(asked: &PasskeyOptions) -> Result<serde_json::Value, Failure> {
    let options = asked.options.get("publicKey").unwrap_or(&asked.options);
    let options = js_sys::JSON::parse(&options.to_string()).map_err(|_| Failure::Unreadable)?;
    let parse = if asked.register { parse_creation_options } else { parse_request_options };
    let call = if asked.register { create_credential } else { get_credential };

    let request = Object::new();
    let public_key = parse(&options).map_err(|_| Failure::NoPasskeys)?;
    Reflect::set(&request, &"publicKey".into(), &public_key).map_err(|_| Failure::NoPasskeys)?;
    let promise = call(&request).map_err(|_| Failure::NoPasskeys)?;
    let credential = JsFuture::from(promise).await.map_err(|_| Failure::PasskeyStopped)?;
    without_extension_results(&credential).ok_or(Failure::NoPasskeys)
}

/// The credential as `WebAuthn`'s own JSON, less its client extension results.
fn without_extension_results(credential: &JsValue) -> Option<serde_json::Value> {
    let to_json: Function = Reflect::get(credential, &"toJSON".into()).ok()?.dyn_into().ok()?;
    let json = to_json.call0(credential).ok()?;
    Reflect::delete_property(json.dyn_ref::<Object>()?, &"clientExtensionResults".into()).ok()?;
    serde_json::from_str(&js_sys::JSON::stringify(&json).ok()?.as_string()?).ok()
}
