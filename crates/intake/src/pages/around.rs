//! The pages around the questionnaire: where it begins, and where it goes wrong.

use maud::{Markup, html};

use super::layout::{self, Content};
use super::{Desk, Html, PageContext, rich};
use crate::model::DeskKind;
use crate::text::key;

/// A desk on the first page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskLink<'a> {
    /// The desk.
    pub desk: Desk<'a>,
    /// The address of its start page.
    pub href: &'a str,
}

/// The first page: which desk to tell, or coming back with seven words.
pub fn home(desks: &[DeskLink<'_>], return_href: &str, context: &PageContext<'_>) -> Html {
    let texts = context.texts();
    let title = texts.get(key::HOME_TITLE);
    let main = two_thirds(&html! {
        h1.govuk-heading-xl { (title) }
        (rich::rich(&texts.get(key::HOME_LEAD), texts, context.services))
        div.govuk-warning-text {
            span.govuk-warning-text__icon aria-hidden="true" { "!" }
            strong.govuk-warning-text__text {
                (rich::inline(&texts.get(key::HOME_DANGER), texts, context.services))
            }
        }
        h2.govuk-heading-m { (texts.get(key::HOME_DESKS)) }
        ul.govuk-list {
            @for link in desks {
                li {
                    a."govuk-link govuk-!-font-weight-bold" href=(link.href) { (link.desk.name) }
                    p.govuk-hint { (layout::desk_kind(context, link.desk.kind)) }
                }
            }
        }
        h2.govuk-heading-m { a.govuk-link href=(return_href) { (texts.get(key::HOME_RETURN)) } }
        p.govuk-body { (texts.get(key::HOME_RETURN_HINT)) }
    });
    layout::lay_out(&Content::plain(title, main), context)
}

/// A desk's start page. The form it holds is sent to [`PageContext::action`] and begins a draft.
pub fn start(context: &PageContext<'_>) -> Html {
    let texts = context.texts();
    let title = texts.with(key::START_TITLE, &[("desk", context.desk_name().into())]);
    let button = html! {
        button.govuk-button.govuk-button--start type="submit" name="do" value="start"
            data-module="govuk-button" { (texts.get(key::START_GO)) }
    };
    let main = two_thirds(&html! {
        h1.govuk-heading-xl { (title) }
        (rich::rich(&texts.get(key::START_LEAD), texts, context.services))
        @if context.desk.is_some_and(|desk| desk.kind == DeskKind::Charity) {
            div.govuk-inset-text { (texts.get(key::START_CHARITY)) }
        }
        (layout::form(context, None, false, &button))
        noscript { p.govuk-body { (texts.get(key::START_NOSCRIPT)) } }
    });
    layout::lay_out(&Content::plain(title, main), context)
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// There is no such page.
    NotFound,
    /// What was sent is larger than the server takes.
    TooLarge,
    /// The server, or this network's share of it, is busy.
    Busy,
    /// The report could not be taken; the draft is still there.
    NotSent,
    /// Anything else.
    Failed,
}

/// A page that says what went wrong. Where [`PageContext::hidden`] carries the draft, it offers to try
/// again with it.
pub fn trouble(trouble: Trouble, context: &PageContext<'_>) -> Html {
    let texts = context.texts();
    let (title, lead) = match trouble {
        Trouble::NotFound => (key::TROUBLE_NOT_FOUND_TITLE, key::TROUBLE_NOT_FOUND),
        Trouble::TooLarge => (key::TROUBLE_TOO_LARGE_TITLE, key::TROUBLE_TOO_LARGE),
        Trouble::Busy => (key::TROUBLE_BUSY_TITLE, key::TROUBLE_BUSY),
        Trouble::NotSent => (key::TROUBLE_NOT_SENT_TITLE, key::TROUBLE_NOT_SENT),
        Trouble::Failed => (key::TROUBLE_FAILED_TITLE, key::TROUBLE_FAILED),
    };
    let title = texts.get(title);
    let again = layout::go_button(&texts.get(key::TROUBLE_RETRY));
    let main = two_thirds(&html! {
        h1.govuk-heading-l { (title) }
        p.govuk-body { (texts.get(lead)) }
        @if !context.hidden.is_empty() { (layout::form(context, None, false, &again)) }
        p.govuk-body { a.govuk-link href=(context.home) { (texts.get(key::TROUBLE_HOME)) } }
    });
    layout::lay_out(&Content::plain(title, main), context)
}

/// The page for a draft that is too old to be sent: what was typed, to be copied, and a way on.
pub fn expired(typed: &[String], again_href: &str, context: &PageContext<'_>) -> Html {
    let texts = context.texts();
    let title = texts.get(key::EXPIRED_TITLE);
    let main = two_thirds(&html! {
        h1.govuk-heading-l { (title) }
        p.govuk-body { (texts.get(key::EXPIRED_LEAD)) }
        @if typed.is_empty() {
            p.govuk-body { (texts.get(key::EXPIRED_TYPED_NONE)) }
        } @else {
            div.govuk-form-group {
                label."govuk-label govuk-label--s" for="typed" { (texts.get(key::EXPIRED_TYPED)) }
                textarea.govuk-textarea #typed rows="12" readonly { "\n" (typed.join("\n\n")) }
            }
        }
        p.govuk-body {
            a.govuk-button href=(again_href) role="button" draggable="false" { (texts.get(key::EXPIRED_GO)) }
        }
    });
    layout::lay_out(&Content::plain(title, main), context)
}

/// What a person finds who comes back after leaving in a hurry.
pub fn safety(context: &PageContext<'_>) -> Html {
    let texts = context.texts();
    let title = texts.get(key::SAFETY_TITLE);
    let main = two_thirds(&html! {
        h1.govuk-heading-l { (title) }
        (rich::rich(&texts.get(key::SAFETY_BODY), texts, context.services))
        p.govuk-body { a.govuk-link href=(context.home) { (texts.get(key::SAFETY_HOME)) } }
    });
    layout::lay_out(&Content::plain(title, main), context)
}

pub(super) fn two_thirds(inside: &Markup) -> Markup {
    html! { div.govuk-grid-row { div.govuk-grid-column-two-thirds-from-desktop { (inside) } } }
}
