//! The pages of the questionnaire itself: questions, interruptions, files, the list of answers.

use maud::{Markup, html};

use super::fields::{Asking, Heading};
use super::files::{self, Files};
use super::layout::{self, Content, FORM, Languages};
use super::{Html, PageContext, rich};
use crate::check::FieldError;
use crate::document::{AnsweredField, Writer, titled_by_page, voice};
use crate::draft::Draft;
use crate::model::{Page, PageKind, Questionnaire, SEND};
use crate::text::{Texts, Voice, key};

/// The page that a draft is on.
///
/// `errors` are what the last submission found wrong ([`Turn::Mend`](crate::Turn::Mend)); `files` what
/// has been handed over so far.
pub fn question(
    questionnaire: &Questionnaire,
    draft: &Draft,
    errors: &[FieldError],
    files: &Files<'_>,
    context: &PageContext<'_>,
) -> Html {
    let context = &PageContext { language: draft.language(), ..context.clone() };
    let Some(page) = draft.page(questionnaire) else {
        return super::trouble(super::Trouble::Failed, context);
    };
    let view = draft.view_before(questionnaire, page);
    let asking = Asking { context, voice: voice(&view), view: &view, errors };
    let texts = context.texts();
    let mut mistakes = asking.mistakes(page);
    if page.kind == PageKind::Files {
        mistakes.extend(files::mistakes(files, context));
    }
    let inside = match page.kind {
        PageKind::Question => question_content(page, draft, &asking),
        PageKind::Interruption => interruption(page, draft, &asking),
        PageKind::Files => files::content(&page.id, files, asking.voice, context),
        PageKind::Check => check_answers(&page.id, questionnaire, draft, files, context),
    };
    let title = texts.said(&page.id, asking.voice);
    let form = layout::form(context, Some(&page.id), page.kind == PageKind::Files, &inside);
    layout::lay_out(
        &Content {
            title,
            mistaken: !mistakes.is_empty(),
            back: questionnaire.pages.first().is_some_and(|first| first.id != page.id),
            enter: Some("continue"),
            languages: Languages::Buttons,
            undecided: false,
            main: html! {
                div.govuk-grid-row {
                    div.govuk-grid-column-two-thirds-from-desktop {
                        (layout::error_summary(context, &mistakes))
                        (form)
                    }
                }
            },
        },
        context,
    )
}

fn question_content(page: &Page, draft: &Draft, asking: &Asking<'_>) -> Markup {
    let context = asking.context;
    let texts = context.texts();
    let body = texts.part(&page.id, "body", asking.voice);
    let sole = page.sole_field().map(|field| format!("{}_{}", page.id, field.id));
    let titled = sole.is_some_and(|text| titled_by_page(page, &text, texts));
    let heading = match (titled, &body) {
        (true, None) => Heading::Is,
        (true, Some(_)) => Heading::Repeats,
        (false, _) => Heading::Differs,
    };
    let label = if page.next.iter().any(|branch| branch.to == SEND) { key::SEND } else { key::CONTINUE };
    html! {
        @if heading != Heading::Is {
            h1.govuk-heading-l { (texts.said(&page.id, asking.voice)) }
            @if let Some(hint) = texts.part(&page.id, "hint", asking.voice).filter(|_| !titled) {
                p.govuk-hint { (hint) }
            }
        }
        @if let Some(body) = body { (rich::rich(&body, texts, context.services)) }
        @for field in page.fields.iter().filter(|field| asking.view.asks(field)) {
            (asking.field(&page.id, field, draft.value(&page.id, &field.id), heading))
        }
        (layout::go_button(&texts.get(label)))
    }
}

fn interruption(page: &Page, draft: &Draft, asking: &Asking<'_>) -> Markup {
    let context = asking.context;
    let texts = context.texts();
    html! {
        div.govuk-panel.govuk-panel--interruption {
            h1.govuk-panel__title { (texts.said(&page.id, asking.voice)) }
            div.govuk-panel__body {
                @if let Some(body) = texts.part(&page.id, "body", asking.voice) {
                    (rich::rich(&body, texts, context.services))
                }
            }
            div.govuk-panel__actions {
                div.govuk-button-group {
                    @for field in &page.fields {
                        (asking.field(&page.id, field, draft.value(&page.id, &field.id), Heading::Differs))
                    }
                    @if page.fields.is_empty() { (go_on(page, asking.voice, texts)) }
                }
            }
        }
    }
}

fn go_on(page: &Page, voice: Voice<'_>, texts: &Texts) -> Markup {
    let label = texts.part(&page.id, "go", voice).unwrap_or_else(|| texts.get(key::CONTINUE));
    html! {
        button.govuk-button.govuk-button--inverse type="submit" name="do" value="continue"
            data-module="govuk-button" { (label) }
    }
}

fn check_answers(
    page: &str,
    questionnaire: &Questionnaire,
    draft: &Draft,
    files: &Files<'_>,
    context: &PageContext<'_>,
) -> Markup {
    let texts = context.texts();
    let path = draft.walk(questionnaire);
    let writer = Writer { texts, voice: voice(&path.view), view: &path.view };
    html! {
        h1.govuk-heading-l { (texts.said(page, writer.voice)) }
        p.govuk-body { (texts.get(key::CHECK_LEAD)) }
        @for page in writer.pages() {
            @let file_page = questionnaire.page(&page.page).is_some_and(|page| page.kind == PageKind::Files);
            @if file_page {
                (section(&page.page, &texts.get(key::CHECK_FILES), context, &files::names(files, context)))
            } @else if let [field] = page.fields.as_slice() {
                (section(&page.page, &field.label, context, &answer(field, texts)))
            } @else if !page.fields.is_empty() {
                h2.govuk-heading-m { (page.question) }
                dl.govuk-summary-list {
                    @for field in &page.fields {
                        (row(&page.page, &field.label, context, &answer(field, texts)))
                    }
                }
            }
        }
        (layout::go_button(&texts.get(key::CHECK_GO)))
    }
}

fn section(page: &str, label: &str, context: &PageContext<'_>, value: &Markup) -> Markup {
    html! { dl.govuk-summary-list { (row(page, label, context, value)) } }
}

fn row(page: &str, label: &str, context: &PageContext<'_>, value: &Markup) -> Markup {
    html! {
        div.govuk-summary-list__row {
            dt.govuk-summary-list__key { (label) }
            dd.govuk-summary-list__value { (value) }
            dd.govuk-summary-list__actions {
                button.safehand-link.govuk-link type="submit" form=(FORM) name="do"
                    value=(format!("change {page}")) formnovalidate {
                    (context.texts().get(key::CHANGE))
                    span.govuk-visually-hidden { ": " (label) }
                }
            }
        }
    }
}

fn answer(field: &AnsweredField, texts: &Texts) -> Markup {
    html! {
        @match field.shown.as_slice() {
            [] => span.govuk-hint { (texts.get(key::CHECK_EMPTY)) },
            [one] => span.safehand-typed { (one) },
            several => ul.govuk-list { @for one in several { li.safehand-typed { (one) } } },
        }
    }
}
