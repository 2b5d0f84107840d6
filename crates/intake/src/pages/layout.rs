//! What stands around the content of every page, always in the same place.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::figures::whole;
use super::{Html, PageContext, Route, rich, time};
use crate::model::DeskKind;
use crate::services::Service;
use crate::text::{Language, Texts, Voice, key};

/// The form that every button of a page belongs to, wherever it stands.
pub(super) const FORM: &str = "safehand";

/// How the languages are offered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Languages {
    /// As buttons of the page's form, so that what was typed comes along.
    Buttons,
    /// As links to the same page, where it can be asked for again.
    Links,
}

/// The content of a page, before the layout is put around it.
pub(super) struct Content {
    pub(super) title: String,
    /// Whether the content tells of a mistake.
    pub(super) mistaken: bool,
    /// Whether there is a button back.
    pub(super) back: bool,
    /// What Enter in a text field does, where buttons of the form stand before the form itself.
    pub(super) enter: Option<&'static str>,
    pub(super) languages: Languages,
    /// Whether nothing has been typed on the way to this page, so that the route is still open.
    pub(super) undecided: bool,
    pub(super) main: Markup,
}

impl Content {
    /// A page that stands by itself: no way back, languages as links.
    pub(super) fn plain(title: String, main: Markup) -> Self {
        Self {
            title,
            mistaken: false,
            back: false,
            enter: None,
            languages: Languages::Links,
            undecided: false,
            main,
        }
    }

    /// The same for a page from which either route may begin.
    pub(super) fn first(title: String, main: Markup) -> Self {
        Self { undecided: true, ..Self::plain(title, main) }
    }
}

/// Puts the layout around the content of a page.
pub(super) fn lay_out(page: &Content, context: &PageContext<'_>) -> Html {
    let texts = context.texts();
    let body = html! {
        a.govuk-skip-link href="#main-content" data-module="govuk-skip-link" { (texts.get(key::SKIP_LINK)) }
        header.govuk-template__header {
            (enter_button(page.enter))
            (service_navigation(page, context))
        }
        div.govuk-width-container {
            (exit_this_page(context))
            (route_notice(page.undecided, context))
            @if page.back { (back_button(context)) }
            main.govuk-main-wrapper #main-content tabindex="-1" { (page.main) }
            (help(context))
        }
        footer.govuk-template__footer {
            div.govuk-footer {
                div.govuk-width-container {
                    p.govuk-footer__meta { (texts.get(key::FOOTER_PRINT)) }
                }
            }
        }
    };
    let title = format!("{} – {}", page.title, texts.get(key::SERVICE_NAME));
    let title = if page.mistaken { texts.with(key::ERROR_PREFIX, &[("title", title.into())]) } else { title };
    Html { title, language: context.language, body: body.into_string() }
}

impl Html {
    /// The whole document, for a server to send.
    pub fn document(&self, context: &PageContext<'_>) -> String {
        let assets = &context.assets;
        let route = match context.route {
            Route::Device => "device",
            Route::Server => "server",
        };
        html! {
            (DOCTYPE)
            html.govuk-template lang=(self.language) {
                head {
                    meta charset="utf-8";
                    title { (self.title) }
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    meta name="referrer" content="no-referrer";
                    meta name="robots" content="noindex";
                    @if let Some(icon) = assets.icon { link rel="icon" href=(icon); }
                    @for style in assets.styles { link rel="stylesheet" href=(style); }
                    @for module in assets.modules {
                        script type="module" src=(module) nonce=[assets.nonce] {}
                    }
                }
                body.govuk-template__body data-route=(route) { (PreEscaped(&self.body)) }
            }
        }
        .into_string()
    }
}

fn service_navigation(page: &Content, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    html! {
        section.govuk-service-navigation aria-label=(texts.get(key::SERVICE_NAME)) {
            div.govuk-width-container.safehand-bar {
                div.govuk-service-navigation__container {
                    span.govuk-service-navigation__service-name {
                        a.govuk-service-navigation__link href=(context.home) { (texts.get(key::SERVICE_NAME)) }
                    }
                }
                (languages(page.languages, context))
            }
        }
    }
}

fn languages(how: Languages, context: &PageContext<'_>) -> Markup {
    if how == Languages::Links && context.here.is_none() {
        return html! {};
    }
    html! {
        nav.govuk-language-navigation aria-label=(context.texts().get(key::LANGUAGE_LABEL)) {
            ul.govuk-language-navigation__list {
                @for language in Language::ALL {
                    li.govuk-language-navigation__list-item { (language_choice(language, how, context)) }
                }
            }
        }
    }
}

fn language_choice(language: Language, how: Languages, context: &PageContext<'_>) -> Markup {
    let name = language.name();
    if language == context.language {
        return html! {
            span.govuk-language-navigation__text aria-current="true" lang=(language) { (name) }
        };
    }
    html! {
        @match (how, context.here) {
            (Languages::Links, Some(here)) => {
                a.govuk-language-navigation__link href=(format!("{here}?lang={language}")) rel="alternate"
                    lang=(language) hreflang=(language) { (name) }
            },
            _ => {
                button.safehand-link.govuk-language-navigation__link type="submit" form=(FORM)
                    name="do" value=(format!("speak {language}")) lang=(language) formnovalidate { (name) }
            },
        }
    }
}

fn exit_this_page(context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    html! {
        div.govuk-exit-this-page #exit data-module="govuk-exit-this-page"
            "data-i18n.activated"=(texts.get(key::EXIT_PRESSED))
            "data-i18n.timed-out"=(texts.get(key::EXIT_TIMED_OUT))
            "data-i18n.press-two-more-times"=(texts.get(key::EXIT_TWO_MORE))
            "data-i18n.press-one-more-time"=(texts.get(key::EXIT_ONE_MORE)) {
            a.govuk-button.govuk-button--warning.govuk-exit-this-page__button.govuk-js-exit-this-page-button
                href=(context.services.exit) role="button" draggable="false" data-module="govuk-button"
                rel="nofollow noreferrer" {
                span.govuk-visually-hidden { (texts.get(key::EXIT_HIDDEN)) }
                " " (texts.get(key::EXIT))
            }
        }
    }
}

/// Which route the page is on. From a page before both, a script leads on to the other one: it shows the
/// words that are waiting in the template.
fn route_notice(undecided: bool, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    html! {
        section.govuk-phase-banner.safehand-route #route-notice aria-label=(texts.get(key::ROUTE_TAG)) {
            p.govuk-phase-banner__content {
                strong.govuk-tag.govuk-phase-banner__content__tag { (texts.get(key::ROUTE_TAG)) }
                span.govuk-phase-banner__text {
                    @match context.route {
                        Route::Device => (texts.get(key::ROUTE_DEVICE)),
                        Route::Server => {
                            (texts.get(key::ROUTE_SERVER)) " " (texts.get(key::ROUTE_SERVER_MORE))
                        },
                    }
                }
            }
            @if undecided && context.route == Route::Server {
                template #route-device { (texts.get(key::ROUTE_DEVICE)) }
            }
            @if !context.language.reviewed() {
                div.govuk-inset-text.safehand-unreviewed { (texts.get(key::UNREVIEWED)) }
            }
        }
    }
}

/// Enter in a text field presses the first button of a form, wherever that stands. It must be neither
/// the one back nor a change of language, so this one comes before them, for nobody to see.
fn enter_button(action: Option<&str>) -> Markup {
    html! {
        @if let Some(action) = action {
            button.govuk-visually-hidden type="submit" form=(FORM) name="do" value=(action) tabindex="-1"
                aria-hidden="true" {}
        }
    }
}

/// A button that looks like the back link: going back is a submission, so that what was typed is kept.
fn back_button(context: &PageContext<'_>) -> Markup {
    html! {
        button.govuk-back-link.safehand-link type="submit" form=(FORM) name="do" value="back" formnovalidate {
            (context.texts().get(key::BACK))
        }
    }
}

fn help(context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    let services = context.services;
    html! {
        aside.safehand-help #help aria-labelledby="help-title" {
            h2.govuk-heading-s #help-title { (texts.get(key::HELP_TITLE)) }
            ul.govuk-list {
                @for service in services.helping() {
                    li {
                        (rich::service_link(service, texts))
                        ": " (what(service, texts))
                    }
                }
            }
            p.govuk-body-s {
                (texts.with(key::HELP_CHECKED, &[("day", time::day(texts, &services.checked).into())]))
            }
        }
    }
}

fn what(service: &Service, texts: &Texts) -> String {
    texts.part(&format!("service_{}", service.id), "what", Voice::ANYBODY).unwrap_or_default()
}

/// The start of the page's form, with everything hidden that it carries.
pub(super) fn form(context: &PageContext<'_>, page: Option<&str>, files: bool, inside: &Markup) -> Markup {
    html! {
        form id=(FORM) method="post" action=(context.action) novalidate autocomplete="off"
            accept-charset="utf-8" enctype=[files.then_some("multipart/form-data")] data-page=[page] {
            @for (name, value) in context.hidden { input type="hidden" name=(name) value=(value); }
            @if let Some(page) = page { input type="hidden" name="page" value=(page); }
            (inside)
            (keeps(context))
        }
    }
}

/// Until when the form can be sent: said in advance, and only where there is something to lose.
fn keeps(context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    html! {
        @if let Some(keeps) = context.keeps {
            p."govuk-body-s safehand-keeps" #keeps {
                (texts.with(
                    if keeps.words { key::KEEP_DIALOGUE } else { key::KEEP_DRAFT },
                    &[
                        ("time", time::long(texts, keeps.until).into()),
                        ("hours", whole(texts, keeps.hours).into()),
                    ],
                ))
            }
        }
    }
}

/// A link in the list of mistakes: the input it leads to, and what is wrong.
pub(super) struct Mistaken {
    pub(super) input: String,
    pub(super) message: String,
}

/// The box at the top of a page that lists its mistakes.
pub(super) fn error_summary(context: &PageContext<'_>, mistakes: &[Mistaken]) -> Markup {
    html! {
        @if !mistakes.is_empty() {
            div.govuk-error-summary #error-summary data-module="govuk-error-summary" tabindex="-1" {
                div role="alert" {
                    h2.govuk-error-summary__title { (context.texts().get(key::ERROR_TITLE)) }
                    div.govuk-error-summary__body {
                        ul.govuk-list.govuk-error-summary__list {
                            @for mistake in mistakes {
                                li { a href=(format!("#{}", mistake.input)) { (mistake.message) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The message beside an input.
pub(super) fn error_message(context: &PageContext<'_>, id: &str, message: &str) -> Markup {
    html! {
        p.govuk-error-message id=(id) {
            span.govuk-visually-hidden { (context.texts().get(key::ERROR_WORD)) } " " (message)
        }
    }
}

/// The button that goes on.
pub(super) fn go_button(label: &str) -> Markup {
    html! {
        button.govuk-button type="submit" name="do" value="continue" data-module="govuk-button" { (label) }
    }
}

/// What a kind of desk can and cannot take, in a sentence.
pub(super) fn desk_kind(context: &PageContext<'_>, kind: DeskKind) -> String {
    context.texts().get(match kind {
        DeskKind::Police => key::DESK_POLICE,
        DeskKind::Charity => key::DESK_CHARITY,
    })
}
