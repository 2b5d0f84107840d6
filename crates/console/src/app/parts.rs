//! Pieces that several pages are made of, after the GOV.UK and Ministry of Justice design systems.

use leptos::ev;
use leptos::html::{a, bdi, button, dd, div, dl, dt, h1, h2, li, mark, p, span, strong, ul};
use leptos::prelude::*;
use leptos::web_sys::HtmlDialogElement;
use protocol::staff::ReportState;

use super::dom;
use crate::report::Fact;
use crate::route::Route;
use crate::text::{Piece, pieces};
use crate::words;

/// The id of every page's heading, where the focus goes when the page changes.
pub(crate) const HEADING: &str = "page-heading";

/// The heading of a page.
pub(crate) fn heading(text: impl IntoView + 'static) -> impl IntoView {
    h1().id(HEADING).class("govuk-heading-l").tabindex("-1").child(text)
}

/// Text that somebody outside wrote: kept from reordering what stands around it, and with every
/// invisible character shown as a labelled mark.
pub(crate) fn foreign(text: &str) -> AnyView {
    let shown: Vec<AnyView> = pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Plain(plain) => plain.into_any(),
            Piece::Mark(label) => mark().class("console-mark").child(label).into_any(),
        })
        .collect();
    bdi().class("console-foreign").child(shown).into_any()
}

/// A coloured word.
pub(crate) fn tag(colour: &'static str, text: impl IntoView + 'static) -> AnyView {
    strong().class(format!("govuk-tag {colour}")).child(text).into_any()
}

/// The state of a report.
pub(crate) fn state_tag(state: ReportState) -> AnyView {
    let colour = match state {
        ReportState::New => "govuk-tag--blue",
        ReportState::Open => "govuk-tag--turquoise",
        ReportState::Closed => "govuk-tag--grey",
    };
    tag(colour, words::state(state))
}

/// The reasons for urgency, as a list of tags.
pub(crate) fn reasons(ids: &[String]) -> AnyView {
    let items: Vec<AnyView> = ids
        .iter()
        .map(|id| {
            let colour = if words::reason_is_urgent(id) { "govuk-tag--red" } else { "govuk-tag--yellow" };
            li().child(tag(colour, words::reason(id))).into_any()
        })
        .collect();
    ul().class("console-reasons").attr("aria-label", "Reasons for urgency").child(items).into_any()
}

/// Labels and answers, one under the other. A single answer that needs no label stands by itself.
pub(crate) fn facts(list: &[Fact]) -> AnyView {
    if let [only] = list
        && only.label.is_empty()
    {
        return div().class("govuk-body console-answer").child(answers(only)).into_any();
    }
    let rows: Vec<AnyView> = list.iter().map(|fact| row(&fact.label, answers(fact))).collect();
    dl().class("govuk-summary-list console-facts").child(rows).into_any()
}

fn answers(fact: &Fact) -> AnyView {
    match fact.answers.as_slice() {
        [] => span().class("console-quiet").child("Not answered").into_any(),
        [answer] => foreign(answer),
        several => {
            let items: Vec<AnyView> =
                several.iter().map(|answer| li().child(foreign(answer)).into_any()).collect();
            ul().class("govuk-list govuk-list--bullet").child(items).into_any()
        }
    }
}

/// One line of a summary list. The label comes from a sealed document, so it is foreign text too.
pub(crate) fn row(label: &str, value: impl IntoView + 'static) -> AnyView {
    div()
        .class("govuk-summary-list__row")
        .child((
            dt().class("govuk-summary-list__key").child(foreign(if label.is_empty() {
                "Answer"
            } else {
                label
            })),
            dd().class("govuk-summary-list__value").child(value),
        ))
        .into_any()
}

/// A box that says what went wrong. Announced when it appears.
pub(crate) fn error_box(title: &'static str, words: impl IntoView + 'static) -> AnyView {
    div()
        .class("govuk-error-summary")
        .attr("role", "alert")
        .child((
            h2().class("govuk-error-summary__title").child(title),
            div().class("govuk-error-summary__body").child(p().class("govuk-body").child(words)),
        ))
        .into_any()
}

/// A box for what failed a check: which check, and that nothing of it is shown.
pub(crate) fn fault_box(title: impl IntoView + 'static, error: &crate::Error) -> AnyView {
    div()
        .class("console-fault")
        .attr("role", "group")
        .child((
            p().class("govuk-body govuk-!-font-weight-bold").child(title),
            p().class("govuk-body").child(format!("The check that failed: {error}.")),
            p().class("govuk-body govuk-!-margin-bottom-0").child(
                "Nothing of it is shown. Tell whoever runs this service, and do not rely on this item.",
            ),
        ))
        .into_any()
}

/// Opens the dialogue with this id while `is_open` holds, the focus on its title: the words first, not the button. The
/// browser gives the focus back to what opened it.
pub(crate) fn follow(dialog: &'static str, title: &'static str, is_open: impl Fn() -> bool + 'static) {
    Effect::new(move |before: Option<bool>| {
        let shown = is_open();
        if before.unwrap_or(false) != shown
            && let Some(dialog) = dom::by_id::<HtmlDialogElement>(dialog)
        {
            if shown {
                let _ = dialog.show_modal();
                dom::focus(title);
            } else {
                dialog.close();
            }
        }
        shown
    });
}

/// How much a button asks for attention.
#[derive(Clone, Copy)]
pub(crate) enum Weight {
    Primary,
    Secondary,
    Warning,
}

/// A button that does something at once.
pub(crate) fn action(label: impl IntoView + 'static, weight: Weight, act: impl Fn() + 'static) -> AnyView {
    let class = match weight {
        Weight::Primary => "govuk-button",
        Weight::Secondary => "govuk-button govuk-button--secondary",
        Weight::Warning => "govuk-button govuk-button--warning",
    };
    button().r#type("button").class(class).on(ev::click, move |_| act()).child(label).into_any()
}

/// The button that sends a form; says what is going on while `busy`.
pub(crate) fn submit(label: &'static str, busy: RwSignal<Option<&'static str>>) -> AnyView {
    button()
        .r#type("submit")
        .class("govuk-button")
        .attr("aria-disabled", move || busy.get().map(|_| "true"))
        .child(move || busy.get().unwrap_or(label))
        .into_any()
}

/// A link to another place in the console.
pub(crate) fn link(to: Route, text: impl IntoView + 'static) -> AnyView {
    a().href(to.to_string()).class("govuk-link").child(text).into_any()
}

/// A link back.
pub(crate) fn back(to: Route, text: &'static str) -> AnyView {
    a().href(to.to_string()).class("govuk-back-link").child(text).into_any()
}

/// Words for screen readers only.
pub(crate) fn unseen(text: impl IntoView + 'static) -> AnyView {
    span().class("govuk-visually-hidden").child(text).into_any()
}

/// Who wrote something, and when.
pub(crate) fn byline(by: impl IntoView + 'static, at: i64) -> AnyView {
    p().class("console-byline")
        .child((strong().child(by), " ", span().class("console-quiet").child(dom::moment(at))))
        .into_any()
}
