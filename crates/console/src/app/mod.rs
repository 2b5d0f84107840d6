//! The pages, and the browser behind them.

mod api;
mod dom;
mod examiner;
mod failure;
mod hash_lists;
mod join;
mod keyboard;
mod ledger;
mod lock;
mod members;
mod parts;
mod passkey;
mod queue;
mod report;
mod save;
mod shell;
mod sign_in;
mod state;
mod work;

use leptos::prelude::*;
use leptos::web_sys::{HtmlElement, console};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// The element of the page that the console lives in.
const ROOT: &str = "console";

/// Starts the console in the element with the id `console`, in place of what says that it is loading.
#[wasm_bindgen(start)]
pub(crate) fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console::error_1(&JsValue::from_str(&panic.to_string()));
        // Whatever was half done is not to be trusted: only a new start is.
        document().set_title("The console has stopped – reload the page");
    }));
    let Some(root) = dom::by_id::<HtmlElement>(ROOT) else { return };
    root.set_text_content(None);
    mount_to(root, shell::console).forget();
}
