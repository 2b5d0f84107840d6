//! The receipt: seven words that are shown once, and a page that makes sure of them.

use maud::{Markup, html};

use super::around::two_thirds;
use super::files::{self, Files};
use super::layout::{self, Content, Languages, Mistaken};
use super::logged::{self, Logged};
use super::{Html, PageContext, rich, time};
use crate::form::Form;
use crate::text::key;

/// What a receipt shows. It is the same for every report, whatever the desk knows already.
#[derive(Clone, Copy)]
pub struct ReceiptView<'a> {
    /// The seven words.
    pub words: [&'a str; 7],
    /// When the report was received, in seconds since 1970.
    pub received_at: i64,
    /// The files that were received.
    pub files: Files<'a>,
    /// What the log says of it.
    pub logged: Logged,
    /// Which two of the words to type back, counted from 1.
    pub asked: (usize, usize),
    /// What was typed and ticked last time, to be shown again.
    pub typed: Option<&'a Form>,
    /// What was wrong with it.
    pub mistake: Option<WordsMistake>,
}

/// Why the receipt does not let go yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordsMistake {
    /// Neither words nor a tick.
    Neither,
    /// A word that was typed is not the one asked for.
    Wrong {
        /// Which word, counted from 1.
        number: usize,
    },
}

impl std::fmt::Debug for ReceiptView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReceiptView").field("received_at", &self.received_at).finish_non_exhaustive()
    }
}

const WRITTEN: &str = "written";

/// Checks what came back from the receipt: the two words, or the tick instead of them.
///
/// # Errors
///
/// [`WordsMistake`] says what to ask for again.
pub fn check_words(words: [&str; 7], asked: (usize, usize), form: &Form) -> Result<(), WordsMistake> {
    if form.first(WRITTEN).is_some() {
        return Ok(());
    }
    let numbers = [asked.0, asked.1];
    let typed = numbers.map(|number| form.first(&input(number)).unwrap_or_default().trim().to_lowercase());
    if typed.iter().all(String::is_empty) {
        return Err(WordsMistake::Neither);
    }
    for (number, typed) in numbers.into_iter().zip(&typed) {
        if words.get(number.wrapping_sub(1)) != Some(&typed.as_str()) {
            return Err(WordsMistake::Wrong { number });
        }
    }
    Ok(())
}

/// Whether a form comes from the receipt: it names no page and holds what only the receipt asks for.
pub fn is_from_receipt(form: &Form) -> bool {
    let asked = |name: &str| name == WRITTEN || name.starts_with("word-");
    form.first("page").is_none() && form.pairs().any(|(name, _)| asked(name))
}

fn input(number: usize) -> String {
    format!("word-{number}")
}

/// The receipt.
pub fn receipt(view: &ReceiptView<'_>, context: &PageContext<'_>) -> Html {
    let texts = context.texts();
    let title = texts.get(key::RECEIPT_TITLE);
    let received = texts.with(key::RECEIPT_RECEIVED, &[("time", time::long(texts, view.received_at).into())]);
    let next = texts.with(key::RECEIPT_NEXT_LIST, &[("desk", context.desk_name().into())]);
    let mistakes: Vec<Mistaken> = mistake(view, context).into_iter().collect();
    let main = two_thirds(&html! {
        (layout::error_summary(context, &mistakes))
        div.govuk-panel.govuk-panel--confirmation {
            h1.govuk-panel__title { (title) }
            div.govuk-panel__body { time datetime=(time::machine(view.received_at)) { (received) } }
        }
        h2.govuk-heading-m { (texts.get(key::RECEIPT_WORDS_TITLE)) }
        p.govuk-body { (texts.get(key::RECEIPT_WORDS_LEAD)) }
        ol #words."govuk-list govuk-list--number safehand-words" translate="no" {
            @for word in view.words { li { (word) } }
        }
        // Both need a script, which shows them.
        div #receipt-tools.safehand-tools hidden {
            button.govuk-button.govuk-button--secondary type="button" data-part="print" {
                (texts.get(key::RECEIPT_PRINT))
            }
            button.govuk-button.govuk-button--secondary type="button" data-part="save" {
                (texts.get(key::RECEIPT_SAVE))
            }
        }
        h2.govuk-heading-m { (texts.get(key::RECEIPT_FILES)) }
        @if view.files.taken.is_empty() {
            p.govuk-body { (texts.get(key::RECEIPT_FILES_NONE)) }
        } @else {
            p.govuk-body { (texts.get(key::RECEIPT_FILES_LEAD)) }
            (files::taken(&view.files, None, "files-taken", context))
        }
        (logged::section(view.logged, context))
        h2.govuk-heading-m { (texts.get(key::RECEIPT_NEXT)) }
        (rich::rich(&next, texts, context.services))
        (layout::form(context, None, false, &confirm(view, context)))
    });
    layout::lay_out(
        &Content {
            title,
            mistaken: !mistakes.is_empty(),
            back: false,
            enter: Some("continue"),
            languages: Languages::Links,
            undecided: false,
            main,
        },
        context,
    )
}

fn mistake(view: &ReceiptView<'_>, context: &PageContext<'_>) -> Option<Mistaken> {
    let texts = context.texts();
    Some(match view.mistake? {
        WordsMistake::Neither => {
            Mistaken { input: input(view.asked.0), message: texts.get(key::RECEIPT_ERROR_NEITHER) }
        }
        WordsMistake::Wrong { number } => Mistaken {
            input: input(number),
            message: texts.with(
                key::RECEIPT_ERROR_WRONG,
                &[("number", number.to_string().into()), ("typed", typed(view, number).into())],
            ),
        },
    })
}

fn typed(view: &ReceiptView<'_>, number: usize) -> String {
    view.typed.and_then(|form| form.first(&input(number))).unwrap_or_default().to_owned()
}

fn confirm(view: &ReceiptView<'_>, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    let mistake = mistake(view, context);
    let wrong = |number| mistake.as_ref().filter(|mistake| mistake.input == input(number));
    html! {
        fieldset.govuk-fieldset #confirm aria-describedby="confirm-hint" {
            legend."govuk-fieldset__legend govuk-fieldset__legend--m" {
                h2.govuk-fieldset__heading { (texts.get(key::RECEIPT_CONFIRM_TITLE)) }
            }
            div.govuk-hint #confirm-hint { (texts.get(key::RECEIPT_CONFIRM_HINT)) }
            @for number in [view.asked.0, view.asked.1] {
                @let id = input(number);
                @let error = wrong(number);
                @let error_id = format!("{id}-error");
                div.govuk-form-group.govuk-form-group--error[error.is_some()] {
                    label.govuk-label for=(id) {
                        (texts.with(key::RECEIPT_WORD, &[("number", number.to_string().into())]))
                    }
                    @if let Some(error) = error { (layout::error_message(context, &error_id, &error.message)) }
                    input."govuk-input govuk-input--width-10".govuk-input--error[error.is_some()] id=(id)
                        name=(id) type="text" value=(typed(view, number)) autocapitalize="none"
                        spellcheck="false" aria-describedby=[error.map(|_| &error_id)];
                }
            }
            div.govuk-form-group {
                div.govuk-checkboxes data-module="govuk-checkboxes" {
                    div.govuk-checkboxes__item {
                        input.govuk-checkboxes__input #written name=(WRITTEN) type="checkbox" value="yes";
                        label."govuk-label govuk-checkboxes__label" for="written" {
                            (texts.get(key::RECEIPT_WRITTEN))
                        }
                    }
                }
            }
        }
        (layout::go_button(&texts.get(key::RECEIPT_GO)))
    }
}

/// The page after the receipt has let go: the words are gone.
pub fn done(context: &PageContext<'_>) -> Html {
    let texts = context.texts();
    let title = texts.get(key::DONE_TITLE);
    let next = texts.with(key::RECEIPT_NEXT_LIST, &[("desk", context.desk_name().into())]);
    let main = two_thirds(&html! {
        h1.govuk-heading-l { (title) }
        p.govuk-body { (texts.get(key::DONE_LEAD)) }
        h2.govuk-heading-m { (texts.get(key::RECEIPT_NEXT)) }
        (rich::rich(&next, texts, context.services))
        p.govuk-body { a.govuk-link href=(context.home) { (texts.get(key::DONE_HOME)) } }
    });
    layout::lay_out(&Content::plain(title, main), context)
}
