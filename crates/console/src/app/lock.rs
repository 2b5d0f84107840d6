//! The idle lock: a warning beforehand, then the keys are wiped.

use std::time::Duration;

use leptos::ev;
use leptos::html::{dialog, div, h2, p};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::HtmlDialogElement;

use super::parts::{self, Weight};
use super::state::App;
use super::{api, dom};
use crate::idle::Watch;
use crate::route::Route;

const DIALOG: &str = "idle-warning";

/// How often somebody at work renews the session on the server.
const RENEW_MS: i64 = 60_000;

/// Watches keyboard and pointer, and moves the clock on.
pub(crate) fn watch(app: App) {
    let seen = move || {
        let now = dom::now_ms();
        // While the warning stands, only its own button counts: a nudged mouse is nobody's decision.
        let attended =
            app.idle.with_untracked(|idle| idle.is_some_and(|idle| idle.watch(now) == Watch::Attended));
        if attended {
            app.idle.try_update_untracked(|idle| idle.iter_mut().for_each(|idle| idle.active(now)));
        }
    };
    for handle in [
        window_event_listener(ev::keydown, move |_| seen()),
        window_event_listener(ev::pointerdown, move |_| seen()),
        window_event_listener(ev::wheel, move |_| seen()),
    ] {
        on_cleanup(move || handle.remove());
    }
    let renewed = StoredValue::new(0_i64);
    let ticking = set_interval_with_handle(move || tick(app, renewed), Duration::from_secs(1));
    if let Ok(ticking) = ticking {
        on_cleanup(move || ticking.clear());
    }
}

fn tick(app: App, renewed: StoredValue<i64>) {
    let now = dom::now_ms();
    if now / 1000 - app.now.get_untracked() >= 30 {
        app.now.set(now / 1000);
    }
    let Some(idle) = app.idle.get_untracked() else { return };
    match idle.watch(now) {
        Watch::Attended => {
            let at_work = idle.quiet_for(now) < RENEW_MS;
            if at_work && now - renewed.get_value() > RENEW_MS {
                renewed.set_value(now);
                stay_alive(app);
            }
        }
        // Notifies the page, which shows the seconds.
        Watch::Warning { .. } => app.idle.set(Some(idle)),
        Watch::Expired => app.sign_out(
            "You were signed out because nothing happened for a while. Your keys were wiped from this page.",
        ),
    }
}

/// Once a minute while somebody is at work: on the queue by looking for new reports, elsewhere by
/// saying so.
fn stay_alive(app: App) {
    let reads =
        app.who.with_untracked(|who| who.as_ref().is_some_and(|who| who.session.member.role.reads_content()));
    if reads && app.route.get_untracked() == Route::Queue {
        app.look_for_new();
    } else {
        renew(app);
    }
}

/// Tells the server that the member is still at work.
fn renew(app: App) {
    spawn_local(async move {
        if let Err(failure) = api::tell("/session/alive", &serde_json::json!({})).await {
            app.heard(failure);
        }
    });
}

/// The warning, shown while the time runs out.
pub(crate) fn warning(app: App) -> AnyView {
    let seconds = Memo::new(move |_| match app.idle.get().map(|idle| idle.watch(dom::now_ms())) {
        Some(Watch::Warning { seconds }) => Some(seconds),
        _ => None,
    });
    Effect::new(move |before: Option<bool>| {
        let shown = seconds.get().is_some();
        if before != Some(shown)
            && let Some(dialog) = dom::by_id::<HtmlDialogElement>(DIALOG)
        {
            if shown {
                let _ = dialog.show_modal();
            } else {
                dialog.close();
            }
        }
        shown
    });
    let stay = move || {
        app.idle.update(|idle| idle.iter_mut().for_each(|idle| idle.active(dom::now_ms())));
        renew(app);
    };
    dialog()
        .id(DIALOG)
        .class("console-dialog")
        .attr("role", "alertdialog")
        .attr("aria-labelledby", "idle-title")
        .attr("aria-describedby", "idle-text")
        .on(ev::Custom::new("cancel"), move |_: leptos::web_sys::Event| stay())
        .child((
            h2().id("idle-title").class("govuk-heading-m").child("You will be signed out soon"),
            p().id("idle-text").class("govuk-body").child((
                "For your security, your keys are wiped from this page in ",
                // The count would be read aloud every second; the dialogue itself is announced once.
                leptos::html::span().attr("aria-hidden", "true").child(move || left(seconds.get())),
                leptos::html::span().class("govuk-visually-hidden").child("two minutes or less"),
                ". What you have typed and not sent is lost.",
            )),
            div().class("govuk-button-group").child((
                parts::action("Stay signed in", Weight::Primary, stay),
                parts::action("Sign out", Weight::Secondary, move || app.sign_out("You have signed out.")),
            )),
        ))
        .into_any()
}

fn left(seconds: Option<i64>) -> String {
    match seconds {
        Some(1) => "1 second".to_owned(),
        Some(seconds) => format!("{seconds} seconds"),
        None => String::new(),
    }
}
