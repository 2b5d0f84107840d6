//! What surrounds every page: bar, navigation, announcements, dialogues.

use leptos::ev;
use leptos::html::{
    a, button, dd, dialog, div, dl, dt, footer, h2, header, input, label, li, main, nav, p, span, ul,
};
use leptos::prelude::*;
use leptos::web_sys::HtmlDialogElement;
use protocol::Role;

use super::parts::{self, HEADING, Weight};
use super::state::App;
use super::{dom, hash_lists, join, keyboard, ledger, lock, members, queue, report, sign_in};
use crate::ledger::Look;
use crate::route::Route;
use crate::{vault, words};

const HELP: &str = "help";
const MAIN: &str = "main-content";

/// The whole console.
pub(crate) fn console() -> AnyView {
    let app = App::new();
    keyboard::listen(app);
    lock::watch(app);
    follow_address(app);
    move_focus(app);
    (
        a().href(format!("#{MAIN}"))
            .class("govuk-skip-link")
            .on(ev::click, |event| {
                // The address behind `#` is the console's route; the link must not change it.
                event.prevent_default();
                dom::focus(MAIN);
            })
            .child("Skip to main content"),
        bar(app),
        div().class("govuk-width-container console-width").child(
            main().id(MAIN).class("govuk-main-wrapper console-main").tabindex("-1").child(move || page(app)),
        ),
        closing(app),
        div()
            .class("govuk-visually-hidden")
            .attr("aria-live", "polite")
            .attr("role", "status")
            .child(move || app.said.get()),
        help(app),
        lock::warning(app),
    )
        .into_any()
}

/// Keeps up with the back button and with links.
fn follow_address(app: App) {
    let handle = window_event_listener(ev::hashchange, move |_| {
        let route = Route::parse(&dom::hash());
        if app.route.get_untracked() != route {
            app.route.set(route);
        }
    });
    on_cleanup(move || handle.remove());
}

/// What decides which page is shown; a change of it moves the focus to the new heading.
fn place(app: App) -> (bool, Route) {
    (app.who.with(Option::is_some), app.route.get())
}

fn move_focus(app: App) {
    Effect::new(move |before: Option<(bool, Route)>| {
        let here = place(app);
        if before.is_some_and(|before| before != here) {
            let pages = |place: Option<(bool, Route)>| matches!(place, Some((true, Route::Ledger(_))));
            let usual = if pages(before) && pages(Some(here)) { ledger::RESULTS } else { HEADING };
            let aim = app.aim.try_update_untracked(Option::take).flatten();
            dom::focus(aim.unwrap_or_else(|| usual.to_owned()));
        }
        document().set_title(&title(here));
        here
    });
}

fn title((signed_in, route): (bool, Route)) -> String {
    let page = match (signed_in, route) {
        (_, Route::Join) => "Join your desk".to_owned(),
        (false, _) => "Sign in".to_owned(),
        (true, Route::Queue) => "Queue".to_owned(),
        (true, Route::Report(id, tab)) => format!("{} – report {}", tab.label(), crate::text::reference(&id)),
        (true, Route::Ledger(_)) => "Ledger".to_owned(),
        (true, Route::Members) => "Members".to_owned(),
        (true, Route::HashLists) => "Hash lists".to_owned(),
    };
    format!("{page} – Safehand")
}

fn page(app: App) -> AnyView {
    let Some(signed_in) = app.who.get() else {
        return if app.route.get() == Route::Join { join::page(app) } else { sign_in::page(app) };
    };
    // Tabs change within a report's page; only another report is another page.
    let report = Memo::new(move |_| match app.route.get() {
        Route::Report(id, _) => Some(id),
        _ => None,
    });
    if let Some(id) = report.get() {
        return report::page(app, id);
    }
    // Filters and pages change within the ledger, too.
    let on_members = Memo::new(move |_| app.route.get() == Route::Members);
    let on_lists = Memo::new(move |_| app.route.get() == Route::HashLists);
    let role = signed_in.session.member.role;
    if on_members.get() {
        members::page(app)
    } else if on_lists.get() && vault::works_on_reports(role) {
        hash_lists::page(app)
    } else if role.reads_content() {
        queue::page(app)
    } else if vault::reads_ledger(role) {
        ledger::page(app)
    } else {
        no_content()
    }
}

fn no_content() -> AnyView {
    div()
        .child((
            parts::heading("Nothing to read here"),
            p().class("govuk-body")
                .child("Your role holds no key of this desk, so no report can be shown to you."),
        ))
        .into_any()
}

fn bar(app: App) -> AnyView {
    header()
        .class("console-bar")
        .attr("role", "banner")
        .child(div().class("govuk-width-container console-width console-bar__inner").child((
            div().class("console-bar__name").child((
                span().class("console-bar__product").child("Safehand"),
                move || {
                    app.who
                        .get()
                        .map(|who| span().class("console-bar__desk").child(who.session.desk.name.clone()))
                },
            )),
            move || app.who.get().is_some().then(|| navigation(app)),
        )))
        .into_any()
}

fn navigation(app: App) -> AnyView {
    let entry = move |to: Route, text: &'static str| {
        let here = move || {
            let route = app.route.get();
            let within = match to {
                Route::Queue => matches!(route, Route::Report(..)),
                Route::Ledger(_) => matches!(route, Route::Ledger(_) | Route::Queue),
                _ => false,
            };
            (route == to || within).then_some("page")
        };
        li().child(a().href(to.to_string()).class("console-bar__link").attr("aria-current", here).child(text))
    };
    let role = app.who.with_untracked(|who| who.as_ref().map(|who| who.session.member.role));
    let members = role.is_some_and(vault::knows_members);
    let queue = role.is_some_and(Role::reads_content);
    let works = role.is_some_and(vault::works_on_reports);
    let ledger = role.is_some_and(vault::reads_ledger);
    let name = move || app.who.get().map(|who| who.session.member.name.clone());
    let role = move || app.who.get().map(|who| words::role(who.session.member.role));
    nav()
        .class("console-bar__nav")
        .attr("aria-label", "Console")
        .child((
            ul().class("console-bar__list").child((
                queue.then(|| entry(Route::Queue, "Queue")),
                ledger.then(|| entry(Route::Ledger(Look::default()), "Ledger")),
                members.then(|| entry(Route::Members, "Members")),
                works.then(|| entry(Route::HashLists, "Hash lists")),
            )),
            div().class("console-bar__who").child((
                span().class("console-bar__person").child((
                    name,
                    " ",
                    span().class("console-bar__role").child(role),
                )),
                button()
                    .r#type("button")
                    .class("console-bar__button")
                    .on(ev::click, move |_| app.help.set(true))
                    .child("Keyboard help"),
                button()
                    .r#type("button")
                    .class("console-bar__button")
                    .on(ev::click, move |_| {
                        app.sign_out("You have signed out. Your keys were wiped from this page.");
                    })
                    .child("Sign out"),
            )),
        ))
        .into_any()
}

fn closing(app: App) -> AnyView {
    let shown = move || {
        let auditor =
            app.who.with(|who| who.as_ref().map(|who| vault::reads_ledger(who.session.member.role)));
        let words = if auditor == Some(true) {
            "Each look at the ledger is itself recorded in it: who, when, and what was asked for."
        } else {
            "Each time you open a report, examine a file or save one, the server records who and when before anything is handed over."
        };
        let line = p().class("govuk-body-s govuk-!-margin-bottom-0").child(words);
        let width = div().class("govuk-width-container console-width").child(line);
        app.who
            .get()
            .is_some()
            .then(|| footer().class("console-footer").attr("role", "contentinfo").child(width))
    };
    shown.into_any()
}

/// The list of keys, and the switch that turns them off.
fn help(app: App) -> AnyView {
    Effect::new(move |before: Option<bool>| {
        let shown = app.help.get();
        if before != Some(shown)
            && let Some(dialog) = dom::by_id::<HtmlDialogElement>(HELP)
        {
            if shown {
                let _ = dialog.show_modal();
            } else {
                dialog.close();
            }
        }
        shown
    });
    let keys = keyboard::KEYS.map(|(key, does)| {
        div().class("govuk-summary-list__row").child((
            dt().class("govuk-summary-list__key").child(leptos::html::kbd().child(key)),
            dd().class("govuk-summary-list__value").child(does),
        ))
    });
    let switch = input()
        .r#type("checkbox")
        .id("shortcuts")
        .class("govuk-checkboxes__input")
        .prop("checked", move || app.shortcuts.get())
        .on(ev::change, move |event| app.shortcuts.set(event_target_checked(&event)));
    dialog()
        .id(HELP)
        .class("console-dialog")
        .attr("aria-labelledby", "help-title")
        .on(ev::close, move |_| app.help.set(false))
        .child((
            h2().id("help-title").class("govuk-heading-m").child("Keyboard"),
            dl().class("govuk-summary-list").child(keys.into_iter().collect_view()),
            div().class("govuk-checkboxes govuk-checkboxes--small govuk-!-margin-bottom-4").child(
                div().class("govuk-checkboxes__item").child((
                    switch,
                    label()
                        .class("govuk-label govuk-checkboxes__label")
                        .attr("for", "shortcuts")
                        .child("Use single-key shortcuts"),
                )),
            ),
            parts::action("Close", Weight::Secondary, move || app.help.set(false)),
        ))
        .into_any()
}
