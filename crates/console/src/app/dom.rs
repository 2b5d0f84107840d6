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

/// Narrower than this, in pixels, choices begin folded up.
const NARROW: f64 = 896.0;

/// Whether the window is wide enough for choices beside what is chosen from.
pub(crate) fn is_wide() -> bool {
    window().inner_width().ok().and_then(|width| width.as_f64()).is_none_or(|width| width >= NARROW)
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of this millennium are exact in a double")]
fn date(unix_seconds: i64) -> Date {
    Date::new(&JsValue::from_f64((unix_seconds * 1000) as f64))
}

fn told(unix_seconds: i64, parts: &[(&str, &str)]) -> String {
    let options = js_sys::Object::new();
    for (key, value) in parts {
        let _ = js_sys::Reflect::set(&options, &(*key).into(), &(*value).into());
    }
    String::from(date(unix_seconds).to_locale_string("en-GB", &options))
}

const DAY: [(&str, &str); 3] = [("day", "numeric"), ("month", "long"), ("year", "numeric")];
const CLOCK: [(&str, &str); 2] = [("hour", "2-digit"), ("minute", "2-digit")];
const ZONE: [(&str, &str); 1] = [("timeZoneName", "short")];

/// A time in the words and the time zone of the person at the screen.
pub(crate) fn moment(unix_seconds: i64) -> String {
    told(unix_seconds, &[&DAY[..], &CLOCK, &ZONE].concat())
}

/// The same to the second, short enough for a column.
pub(crate) fn moment_in_numbers(unix_seconds: i64) -> String {
    let short = [("day", "2-digit"), ("month", "short"), ("year", "numeric"), ("second", "2-digit")];
    told(unix_seconds, &[&short[..], &CLOCK].concat())
}

/// The day of a time, where the person at the screen is.
pub(crate) fn day(unix_seconds: i64) -> String {
    told(unix_seconds, &[&[("weekday", "long")][..], &DAY].concat())
}

/// The time of day, where the person at the screen is.
pub(crate) fn time_of_day(unix_seconds: i64) -> String {
    told(unix_seconds, &[&CLOCK[..], &ZONE].concat())
}

/// A time in UTC, as machines write it.
pub(crate) fn iso(unix_seconds: i64) -> String {
    String::from(date(unix_seconds).to_iso_string())
}

/// The second at which a day begins where the person at the screen is. Days beyond the end of a month go on in the
/// next.
#[expect(clippy::cast_possible_truncation, reason = "whole seconds fit for longer than the calendar is used")]
pub(crate) fn start_of(year: u16, month: u8, day: u8) -> i64 {
    let start = Date::new_with_year_month_day(u32::from(year), i32::from(month) - 1, i32::from(day));
    (start.get_time() / 1000.0) as i64
}
