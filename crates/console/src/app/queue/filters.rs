//! Which reports are shown, in which order: choices that act at once, in memory.

use leptos::ev;
use leptos::html::{details, div, fieldset, form, input, label, legend, option, select, span, summary};
use leptos::prelude::*;
use protocol::staff::ReportState;

use super::{SEARCH, step};
use crate::app::dom;
use crate::app::state::App;
use crate::queue::{Filter, Order, Queue};
use crate::words;

/// The form beside the table.
pub(super) fn form_of(app: App) -> AnyView {
    form()
        .class("console-filter")
        .attr("role", "search")
        .attr("aria-label", "Queue")
        .on(ev::submit, |event| event.prevent_default())
        .child((
            search(app),
            details().class("console-fold").attr("open", dom::is_wide().then_some("")).child((
                summary().class("console-fold__title").child("Filters and order"),
                states(app),
                only(app),
                order(app),
            )),
        ))
        .into_any()
}

fn search(app: App) -> AnyView {
    let field = input()
        .id(SEARCH)
        .class("govuk-input")
        .r#type("search")
        .attr("autocomplete", "off")
        .prop("value", app.filter.with_untracked(|filter| filter.text.clone()))
        .on(ev::input, move |event| app.filter.update(|filter| filter.text = event_target_value(&event)))
        .on(ev::keydown, move |event| {
            if event.key() == "Enter" || event.key() == "ArrowDown" {
                event.prevent_default();
                step(app, 1);
            }
        });
    div()
        .class("govuk-form-group")
        .child((label().class("govuk-label govuk-label--s").attr("for", SEARCH).child("Search"), field))
        .into_any()
}

fn states(app: App) -> AnyView {
    let boxes = [ReportState::New, ReportState::Open, ReportState::Closed].map(|state| {
        let on = move || app.filter.with(|filter| filter.states.contains(&state));
        check(words::state(state), state.as_str(), on, move |checked| {
            app.filter.update(|filter| {
                filter.states.retain(|known| *known != state);
                if checked {
                    filter.states.push(state);
                }
            });
        })
    });
    group("State", boxes.into_iter().collect_view())
}

fn only(app: App) -> AnyView {
    let counts = Memo::new(move |_| app.queue.with(Queue::counts));
    let me = app.who.with_untracked(|who| who.as_ref().map(|who| who.id()));
    let has = move |read: fn(&Filter) -> bool| move || app.filter.with(read);
    let put = move |write: fn(&mut Filter, bool)| move |on| app.filter.update(|filter| write(filter, on));
    let mine = move |on: bool| app.filter.update(|filter| filter.assigned = me.filter(|_| on));
    let urgent = counted("Urgent", move || counts.get().urgent);
    let unread = counted("Unread", move || counts.get().unread);
    let boxes = (
        check(urgent, "urgent", has(|filter| filter.urgent), put(|filter, on| filter.urgent = on)),
        check(unread, "unread", has(|filter| filter.unread), put(|filter, on| filter.unread = on)),
        check("Assigned to me", "mine", has(|filter| filter.assigned.is_some()), mine),
    );
    group("Only", boxes)
}

fn order(app: App) -> AnyView {
    let orders = Order::ALL.map(|order| {
        let text = match order {
            Order::Urgency => "Urgent first",
            Order::Newest => "Newest first",
            Order::Oldest => "Oldest first",
            Order::LastFromReporter => "Last from the reporter",
        };
        option().value(order.as_str()).prop("selected", move || app.order.get() == order).child(text)
    });
    let choose = move |event| {
        let chosen = event_target_value(&event);
        app.order.set(Order::ALL.into_iter().find(|order| order.as_str() == chosen).unwrap_or_default());
    };
    let field = select().id("order").class("govuk-select").on(ev::change, choose);
    div()
        .class("govuk-form-group")
        .child((
            label().class("govuk-label govuk-label--s").attr("for", "order").child("Order"),
            field.child(orders.into_iter().collect_view()),
        ))
        .into_any()
}

fn counted(text: &'static str, count: impl Fn() -> usize + Copy + Send + 'static) -> AnyView {
    span().child((text, " (", move || count().to_string(), ")")).into_any()
}

fn group(name: &'static str, boxes: impl IntoView + 'static) -> AnyView {
    fieldset()
        .class("govuk-fieldset govuk-form-group")
        .child((
            legend().class("govuk-fieldset__legend govuk-fieldset__legend--s").child(name),
            div().class("govuk-checkboxes govuk-checkboxes--small").child(boxes),
        ))
        .into_any()
}

fn check(
    text: impl IntoView + 'static,
    id: &'static str,
    on: impl Fn() -> bool + Send + Sync + 'static,
    change: impl Fn(bool) + 'static,
) -> AnyView {
    div()
        .class("govuk-checkboxes__item")
        .child((
            input()
                .r#type("checkbox")
                .id(id)
                .class("govuk-checkboxes__input")
                .prop("checked", on)
                .on(ev::change, move |event| change(event_target_checked(&event))),
            label().class("govuk-label govuk-checkboxes__label").attr("for", id).child(text),
        ))
        .into_any()
}
