//! Single-key shortcuts. They are heard only outside of fields and dialogues, never with a modifier,
//! and can be turned off (WCAG 2.1.4).

use leptos::ev;
use leptos::prelude::*;
use leptos::web_sys::{HtmlElement, KeyboardEvent};
use wasm_bindgen::JsCast as _;

use super::state::App;
use super::{dom, ledger, queue};
use crate::route::{Route, Tab};

/// Every key and what it does, as the help lists them.
pub(crate) const KEYS: [(&str, &str); 14] = [
    ("j", "next report in the queue"),
    ("k", "previous report in the queue"),
    ("Enter or o", "open the report"),
    ("/", "search the queue, filter the ledger"),
    ("n and p", "older and newer entries of the ledger"),
    ("1 to 7", "parts of an open report"),
    ("j and k", "in a transcript: next and previous message"),
    ("n and N", "in a transcript: next and previous hit of the search"),
    ("/", "in a transcript: search"),
    ("m", "in a transcript: mark the message, or the passage that was begun"),
    ("b", "in a transcript: begin a passage, or go back to one message"),
    ("r", "write to the reporter"),
    ("u", "back to the queue"),
    ("?", "this help"),
];

/// Listens for the shortcuts.
pub(crate) fn listen(app: App) {
    let handle = window_event_listener(ev::keydown, move |event| {
        if is_free(app, &event) && press(app, &event.key()) {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Whether a key may be taken for a shortcut.
pub(crate) fn is_free(app: App, event: &KeyboardEvent) -> bool {
    app.shortcuts.get_untracked()
        && app.who.with_untracked(Option::is_some)
        && !event.ctrl_key()
        && !event.alt_key()
        && !event.meta_key()
        && !event.default_prevented()
        && !is_typing(event)
}

/// Whether the key is meant for a field or a dialogue.
fn is_typing(event: &KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| element.closest("input, textarea, select, dialog").ok().flatten().is_some())
}

/// Does what the key stands for. False for a key that stands for nothing here.
fn press(app: App, key: &str) -> bool {
    match (key, app.route.get_untracked()) {
        ("?", _) => app.help.set(true),
        ("j", Route::Queue) => queue::step(app, 1),
        ("k", Route::Queue) => queue::step(app, -1),
        ("o", Route::Queue) => return queue::open_focused(app),
        ("n", _) => return ledger::turn(false),
        ("p", _) => return ledger::turn(true),
        ("/", Route::Ledger(_)) => dom::focus(ledger::FIRST_FILTER),
        ("/", Route::Queue) => dom::focus(queue::SEARCH),
        ("u", Route::Report(..) | Route::Members) => app.go(Route::Queue),
        ("r", Route::Report(id, _)) => app.go_to(Route::Report(id, Tab::Dialogue), super::report::REPLY),
        ("1" | "2" | "3" | "4" | "5" | "6" | "7", Route::Report(id, _)) => {
            let tab = key.parse::<usize>().ok().and_then(|place| Tab::ALL.get(place - 1).copied());
            app.go(Route::Report(id, tab.unwrap_or_default()));
        }
        _ => return false,
    }
    true
}
