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
        ul."govuk-list safehand-choices" {
            @for link in desks {
                li {
                    a."govuk-link govuk-!-font-weight-bold" href=(link.href) { (link.desk.name) }
                    p.govuk-hint { (layout::desk_kind(context, link.desk.kind)) }
                }
            }
        }
        h2.govuk-heading-m { (texts.get(key::HOME_BACK)) }
        ul."govuk-list safehand-choices" {
            li {
                a."govuk-link govuk-!-font-weight-bold" href=(return_href) { (texts.get(key::HOME_RETURN)) }
                p.govuk-hint { (texts.get(key::HOME_RETURN_HINT)) }
            }
        }
    });
    layout::lay_out(&Content::first(title, main), context)
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
    layout::lay_out(&Content::first(title, main), context)
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
    /// What was sent broke off on its way.
    Damaged,
    /// Anything else.
    Failed,
}

/// A page that says what went wrong. Where [`PageContext::hidden`] carries the draft, it offers to try
/// again with it.
pub fn trouble(trouble: Trouble, context: &PageContext<'_>) -> Html {
    let texts = context.texts();
    let kept = !context.hidden.is_empty();
    let (title, lead) = match trouble {
        Trouble::NotFound => (key::TROUBLE_NOT_FOUND_TITLE, key::TROUBLE_NOT_FOUND),
        Trouble::TooLarge if kept => (key::TROUBLE_TOO_LARGE_TITLE, key::TROUBLE_TOO_LARGE_KEPT),
        Trouble::TooLarge => (key::TROUBLE_TOO_LARGE_TITLE, key::TROUBLE_TOO_LARGE),
        Trouble::Damaged => (key::TROUBLE_DAMAGED_TITLE, key::TROUBLE_DAMAGED),
        Trouble::Busy => (key::TROUBLE_BUSY_TITLE, key::TROUBLE_BUSY),
        Trouble::NotSent => (key::TROUBLE_NOT_SENT_TITLE, key::TROUBLE_NOT_SENT),
        Trouble::Failed => (key::TROUBLE_FAILED_TITLE, key::TROUBLE_FAILED),
    };
    let title = texts.get(title);
    let again = layout::go_button(&texts.get(key::TROUBLE_RETRY));
    let main = two_thirds(&html! {
        h1.govuk-heading-l { (title) }
        p.govuk-body { (texts.get(lead)) }
        @if kept { (layout::form(context, None, false, &again)) }
        p.govuk-body { a.govuk-link href=(context.home) { (texts.get(key::TROUBLE_HOME)) } }
    });
    let page = match trouble {
        Trouble::NotFound => Content::first(title, main),
        _ => Content::plain(title, main),
    };
    layout::lay_out(&page, context)
}

/// A page whose sealed field is too old to be used as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expired<'a> {
    /// What was typed, to be copied.
    pub typed: &'a [String],
    /// The address to begin again at.
    pub again: &'a str,
    /// Whether seven words open again what was on the page.
    pub words: bool,
}

/// The page for a form that was sent too late: what was typed, to be copied, and a way on. Where
/// [`PageContext::hidden`] carries the draft, it goes on from there with nothing lost.
pub fn expired(view: &Expired<'_>, context: &PageContext<'_>) -> Html {
    let texts = context.texts();
    let title = texts.get(key::EXPIRED_TITLE);
    let kept = !context.hidden.is_empty();
    let (lead, again) = match (kept, view.words) {
        (true, _) => (key::EXPIRED_KEPT_LEAD, key::EXPIRED_GO),
        (false, true) => (key::EXPIRED_WORDS, key::EXPIRED_WORDS_GO),
        (false, false) => (key::EXPIRED_LEAD, key::EXPIRED_GO),
    };
    let main = two_thirds(&html! {
        h1.govuk-heading-l { (title) }
        p.govuk-body { (texts.get(lead)) }
        @if kept {
            (layout::form(context, None, false, &layout::go_button(&texts.get(key::EXPIRED_KEPT_GO))))
        }
        @if view.typed.is_empty() {
            @if !kept { p.govuk-body { (texts.get(key::EXPIRED_TYPED_NONE)) } }
        } @else {
            div.govuk-form-group {
                label."govuk-label govuk-label--s" for="typed" { (texts.get(key::EXPIRED_TYPED)) }
                textarea.govuk-textarea #typed rows="12" readonly { "\n" (view.typed.join("\n\n")) }
            }
        }
        @if !kept {
            a.govuk-button href=(view.again) role="button" draggable="false" { (texts.get(again)) }
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
    layout::lay_out(&Content::first(title, main), context)
}

pub(super) fn two_thirds(inside: &Markup) -> Markup {
    html! { div.govuk-grid-row { div.govuk-grid-column-two-thirds-from-desktop { (inside) } } }
}
