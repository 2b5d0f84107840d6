//! What to look for. It becomes the address, so that the back button leads back and a look can be passed on.

use leptos::ev::{self, SubmitEvent};
use leptos::html::{button, details, div, form, input, label, option, p, select, span, summary};
use leptos::prelude::*;
use leptos::web_sys::{HtmlInputElement, HtmlSelectElement};
use protocol::oversight::ACTS;

use super::{FIRST_FILTER, Ledger};
use crate::app::dom;
use crate::app::parts::{self, unseen};
use crate::app::sign_in::value_of;
use crate::ledger::{Called, Day, Look};
use crate::route::Route;

const REPORT: &str = "ledger-report";
const NAMED: &str = "ledger-named";
const ACT: &str = "ledger-act";
const FROM: &str = "ledger-from";
const UNTIL: &str = "ledger-until";
const WRONG: &str = "ledger-report-error";

/// The form beside the table.
pub(super) fn form_of(ledger: Ledger) -> AnyView {
    let wrong = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match read() {
            Some(look) => {
                wrong.set(false);
                ledger.app.go(Route::Ledger(look));
            }
            None => {
                wrong.set(true);
                dom::focus(REPORT);
            }
        }
    };
    let clear = move || {
        wrong.set(false);
        ledger.app.go(Route::Ledger(Look::default()));
    };
    form()
        .class("console-filter")
        .attr("role", "search")
        .attr("aria-label", "Ledger")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(details().class("console-fold").attr("open", dom::is_wide().then_some("")).child((
            summary().class("console-fold__title").child("Filters"),
            member(ledger),
            report(ledger, wrong),
            act(ledger),
            day(FROM, "From", move || ledger.look.get().from),
            day(UNTIL, "Until, that day included", move || ledger.look.get().until),
            div().class("govuk-button-group").child((
                button().r#type("submit").class("govuk-button").child("Apply filters"),
                move || {
                    ledger
                        .look
                        .get()
                        .narrows()
                        .then(|| parts::action("Clear filters", parts::Weight::Secondary, clear))
                },
            )),
        )))
        .into_any()
}

/// What stands in the fields; `None` when the report is called by no reference.
fn read() -> Option<Look> {
    let chosen =
        |id: &str| dom::by_id::<HtmlSelectElement>(id).map(|field| field.value()).unwrap_or_default();
    let day = |id: &str| value_of(id).parse::<Day>().ok();
    let report = value_of(REPORT);
    let report = if report.trim().is_empty() { None } else { Some(report.parse::<Called>().ok()?) };
    let act = chosen(ACT);
    Some(Look {
        member: chosen(FIRST_FILTER).parse().ok(),
        report,
        named: dom::by_id::<HtmlInputElement>(NAMED).is_some_and(|field| field.checked()),
        act: ACTS.iter().map(|known| known.word).find(|word| *word == act),
        from: day(FROM),
        until: day(UNTIL),
        place: None,
    })
}

fn field(id: &'static str, text: &'static str, field: impl IntoView + 'static) -> AnyView {
    div()
        .class("govuk-form-group")
        .child((label().class("govuk-label govuk-label--s").attr("for", id).child(text), field))
        .into_any()
}

fn member(ledger: Ledger) -> AnyView {
    let app = ledger.app;
    let options = move || {
        let chosen = ledger.look.get().member;
        let members = app.members.get();
        members
            .into_iter()
            .map(|member| {
                let gone = if member.active { "" } else { " (revoked)" };
                option()
                    .value(member.id.to_string())
                    .prop("selected", Some(member.id) == chosen)
                    .child(format!("{}{gone}", member.name))
            })
            .collect_view()
    };
    let anybody =
        option().value("").prop("selected", move || ledger.look.get().member.is_none()).child("Anybody");
    field(FIRST_FILTER, "Member", select().id(FIRST_FILTER).class("govuk-select").child((anybody, options)))
}

fn report(ledger: Ledger, wrong: RwSignal<bool>) -> AnyView {
    let text = move || ledger.look.get().report.map(|report| report.to_string()).unwrap_or_default();
    let entry = input()
        .id(REPORT)
        .class("govuk-input")
        .class(("govuk-input--error", move || wrong.get()))
        .r#type("text")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("aria-describedby", move || wrong.get().then_some(WRONG))
        .prop("value", text);
    let named = input()
        .r#type("checkbox")
        .id(NAMED)
        .class("govuk-checkboxes__input")
        .prop("checked", move || ledger.look.get().named);
    let error = move || {
        wrong.get().then(|| {
            p().id(WRONG)
                .class("govuk-error-message")
                .child((unseen("Error: "), "Enter the report’s reference, such as 7KQ2-M4TX"))
        })
    };
    let named_label = label()
        .class("govuk-label govuk-checkboxes__label")
        .attr("for", NAMED)
        .child("Also lists and look-ups that named it");
    div()
        .class("govuk-form-group")
        .class(("govuk-form-group--error", move || wrong.get()))
        .child((
            label().class("govuk-label govuk-label--s").attr("for", REPORT).child("Report reference"),
            error,
            entry,
            div()
                .class("govuk-checkboxes govuk-checkboxes--small")
                .child(div().class("govuk-checkboxes__item").child((named, named_label))),
        ))
        .into_any()
}

fn act(ledger: Ledger) -> AnyView {
    let all = option().value("").prop("selected", move || ledger.look.get().act.is_none()).child("Anything");
    let acts: Vec<AnyView> = ACTS
        .iter()
        .map(|act| {
            let selected = move || ledger.look.get().act == Some(act.word);
            option().value(act.word).prop("selected", selected).child(act.told).into_any()
        })
        .collect();
    field(ACT, "What was done", select().id(ACT).class("govuk-select").child((all, acts)))
}

fn day(id: &'static str, text: &'static str, value: impl Fn() -> Option<Day> + Send + 'static) -> AnyView {
    let text_of = move || value().map(|day| day.to_string()).unwrap_or_default();
    let entry =
        input().id(id).class("govuk-input").r#type("date").attr("min", "1970-01-01").prop("value", text_of);
    field(id, text, span().child(entry))
}
