//! Small dealings with the browser.

use js_sys::{Date, Promise};
use leptos::prelude::*;
use leptos::web_sys;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The element with this id, if it is of the expected type.
pub(crate) fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Moves the focus to the element with this id, once the page has been drawn.
pub(crate) fn focus(id: impl Into<String>) {
    let id = id.into();
    request_animation_frame(move || {
        if let Some(element) = by_id::<web_sys::HtmlElement>(&id) {
            let _ = element.focus();
        }
    });
}

/// The part of the address behind `#`.
pub(crate) fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// Changes the part of the address behind `#`, as a step that the back button undoes.
pub(crate) fn set_hash(hash: &str) {
    let _ = window().location().set_hash(hash);
}

/// Milliseconds since the epoch.
#[expect(clippy::cast_possible_truncation, reason = "whole milliseconds fit for 280,000 years")]
pub(crate) fn now_ms() -> i64 {
    Date::now() as i64
}

/// Seconds since the epoch.
pub(crate) fn now() -> i64 {
    now_ms() / 1000
}

/// Lets the browser do what waits for `milliseconds` and then goes on.
pub(crate) async fn pause(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    let _ = JsFuture::from(promise).await;
}

/// Lets the browser draw what has changed before something that will keep it busy.
pub(crate) async fn drawn() {
    let promise = Promise::new(&mut |resolve, _| {
        let _ = window().request_animation_frame(&resolve);
    });
    let _ = JsFuture::from(promise).await;
    pause(0).await;
}

/// A time in the words and the time zone of the person at the screen.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of this millennium are exact in a double")]
pub(crate) fn moment(unix_seconds: i64) -> String {
    let date = Date::new(&JsValue::from_f64((unix_seconds * 1000) as f64));
    let options = js_sys::Object::new();
    for (key, value) in [
        ("day", "numeric"),
        ("month", "long"),
        ("year", "numeric"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("timeZoneName", "short"),
    ] {
        let _ = js_sys::Reflect::set(&options, &key.into(), &value.into());
    }
    String::from(date.to_locale_string("en-GB", &options))
}
