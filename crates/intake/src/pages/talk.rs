//! Coming back: the seven words, and what reporter and desk say to each other.

use maud::{Markup, html};

use super::around::two_thirds;
use super::files::{self, Files};
use super::layout::{self, Content, FORM, Languages, Mistaken};
use super::{Html, PageContext, time};
use crate::document::Standing;
use crate::form::Form;
use crate::model::DeskKind;
use crate::text::{Texts, key};

/// What is wrong with the seven words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhraseMistake {
    /// Nothing was typed.
    Empty,
    /// Not seven words.
    Count(usize),
    /// A word that is not on the list.
    Word {
        /// Which word, counted from 1.
        number: usize,
        /// The word as it was typed.
        word: String,
        /// Words on the list that are like it.
        suggestions: Vec<String>,
    },
    /// Good words, and no report that they belong to.
    Unknown,
}

/// The input for the seven words.
const PHRASE: &str = "phrase";

/// The page that asks for the seven words. `typed` is what was typed last time.
pub fn return_page(typed: &str, mistake: Option<&PhraseMistake>, context: &PageContext<'_>) -> Html {
    let texts = context.texts();
    let title = texts.get(key::RETURN_TITLE);
    let message = mistake.map(|mistake| phrase_message(mistake, texts));
    let mistakes: Vec<Mistaken> = message
        .iter()
        .map(|message| Mistaken { input: PHRASE.to_owned(), message: message.clone() })
        .collect();
    let error = message.is_some();
    let inside = html! {
        div.govuk-form-group.govuk-form-group--error[error] {
            h1.govuk-label-wrapper { label."govuk-label govuk-label--l" for=(PHRASE) { (title) } }
            div.govuk-hint #phrase-hint { (texts.get(key::RETURN_HINT)) }
            @if let Some(message) = &message { (layout::error_message(context, "phrase-error", message)) }
            input.govuk-input.govuk-input--error[error] id=(PHRASE) name=(PHRASE) type="text" value=(typed)
                autocomplete="off" autocapitalize="none" spellcheck="false"
                aria-describedby=(if error { "phrase-hint phrase-error" } else { "phrase-hint" });
        }
        (layout::go_button(&texts.get(key::RETURN_GO)))
    };
    let main = two_thirds(&html! {
        (layout::error_summary(context, &mistakes))
        (layout::form(context, None, false, &inside))
        p.govuk-body { (texts.get(key::RETURN_LOST)) }
    });
    layout::lay_out(
        &Content { title, mistaken: error, back: false, enter: None, languages: Languages::Links, main },
        context,
    )
}

fn phrase_message(mistake: &PhraseMistake, texts: &Texts) -> String {
    match mistake {
        PhraseMistake::Empty => texts.get(key::RETURN_ERROR_EMPTY),
        PhraseMistake::Count(count) => {
            texts.with(key::RETURN_ERROR_COUNT, &[("count", count.to_string().into())])
        }
        PhraseMistake::Unknown => texts.get(key::RETURN_ERROR_UNKNOWN),
        PhraseMistake::Word { number, word, suggestions } => {
            let wrong = texts.with(
                key::RETURN_ERROR_WORD,
                &[("number", number.to_string().into()), ("word", word.as_str().into())],
            );
            match any_of(suggestions, texts) {
                Some(words) => {
                    format!(
                        "{wrong}. {}",
                        texts.with(key::RETURN_ERROR_SUGGEST, &[("suggestions", words.into())])
                    )
                }
                None => wrong,
            }
        }
    }
}

/// Words as alternatives: "a, b or c".
fn any_of(words: &[String], texts: &Texts) -> Option<String> {
    let (last, rest) = words.split_last()?;
    if rest.is_empty() {
        return Some(last.clone());
    }
    Some(
        texts.with(
            key::RETURN_ERROR_OR,
            &[("first", rest.join(", ").into()), ("second", last.as_str().into())],
        ),
    )
}

/// A report as its reporter sees it.
#[derive(Clone, Copy)]
pub struct Dialogue<'a> {
    /// When it was received, in seconds since 1970.
    pub received_at: i64,
    /// Where it is, where the page may know: a reporter's own device is not told.
    pub state: Option<ReportState>,
    /// What has been said, oldest first.
    pub lines: &'a [Line<'a>],
    /// How the reporter is known now.
    pub standing: Standing,
    /// Whether the reporter has asked not to be contacted.
    pub withdrawn: bool,
    /// The files added on this visit, and what was refused.
    pub files: Files<'a>,
    /// Whether a message has just been sent.
    pub sent: bool,
    /// What was typed last time, to be shown again beside a mistake.
    pub typed: Option<&'a Form>,
    /// What was wrong with it.
    pub mistake: Option<DialogueMistake>,
}

/// Where a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportState {
    /// Nobody has opened it.
    New,
    /// Somebody is looking at it.
    Open,
    /// It is closed.
    Closed,
}

/// One thing that was said.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    /// Whether the desk said it; otherwise the reporter.
    pub from_desk: bool,
    /// When, in seconds since 1970.
    pub at: i64,
    /// What.
    pub text: &'a str,
}

/// What is wrong with what the reporter wanted to add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialogueMistake {
    /// An empty message.
    Empty,
    /// A message longer than [`Dialogue::LIMIT`], by so many characters.
    TooLong(usize),
    /// A witness needs a name.
    NoName,
    /// A witness needs a way to be reached.
    NoContact,
}

impl Dialogue<'_> {
    /// The longest message, in characters.
    pub const LIMIT: usize = 10_000;
}

impl std::fmt::Debug for Dialogue<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dialogue({} lines)", self.lines.len())
    }
}

impl std::fmt::Debug for Line<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line")
            .field("from_desk", &self.from_desk)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// The report as its reporter sees it: replies, and what can be added.
///
/// The buttons send `do` = `reply` (with `text`), `upload` (with files), `witness` (with `name` and
/// `contact`), `withdraw` or `leave`.
pub fn dialogue(view: &Dialogue<'_>, context: &PageContext<'_>) -> Html {
    let texts = context.texts();
    let title = texts.get(key::DIALOGUE_TITLE);
    let refused = if takes_files(context) { files::mistakes(&view.files, context) } else { Vec::new() };
    let mistakes: Vec<Mistaken> = mistake(view, texts).into_iter().chain(refused).collect();
    let state = view.state.map(|state| match state {
        ReportState::New => key::DIALOGUE_STATE_NEW,
        ReportState::Open => key::DIALOGUE_STATE_OPEN,
        ReportState::Closed => key::DIALOGUE_STATE_CLOSED,
    });
    let inside = html! {
        (reply(view, context))
        (add_files(view, context))
        (witness(view, context))
        (withdraw(view, texts))
        h2.govuk-visually-hidden { (texts.get(key::DIALOGUE_LEAVE)) }
        (button("leave", &texts.get(key::DIALOGUE_LEAVE)))
    };
    let main = two_thirds(&html! {
        (layout::error_summary(context, &mistakes))
        @if view.sent {
            div."govuk-notification-banner govuk-notification-banner--success" role="alert"
                data-module="govuk-notification-banner" {
                div.govuk-notification-banner__content {
                    p.govuk-notification-banner__heading { (texts.get(key::DIALOGUE_SENT)) }
                }
            }
        }
        h1.govuk-heading-l { (title) }
        p.govuk-body {
            (texts.with(key::DIALOGUE_RECEIVED, &[("time", time::long(texts, view.received_at).into())]))
            @if let Some(state) = state { " " (texts.get(state)) }
        }
        (conversation(view, context))
        (layout::form(context, None, takes_files(context), &inside))
    });
    layout::lay_out(
        &Content {
            title,
            mistaken: !mistakes.is_empty(),
            back: false,
            enter: Some("reply"),
            languages: Languages::Buttons,
            main,
        },
        context,
    )
}

fn takes_files(context: &PageContext<'_>) -> bool {
    context.desk.is_some_and(|desk| desk.kind == DeskKind::Police)
}

fn button(action: &str, label: &str) -> Markup {
    html! {
        button.govuk-button.govuk-button--secondary type="submit" form=(FORM) name="do" value=(action) { (label) }
    }
}

fn mistake(view: &Dialogue<'_>, texts: &Texts) -> Option<Mistaken> {
    let (input, message) = match view.mistake? {
        DialogueMistake::Empty => ("text", texts.get(key::DIALOGUE_ERROR_EMPTY)),
        DialogueMistake::TooLong(over) => (
            "text",
            texts.with(
                key::ERROR_TOO_LONG,
                &[
                    ("label", texts.get(key::DIALOGUE_MESSAGES).into()),
                    ("limit", Dialogue::LIMIT.to_string().into()),
                    ("over", over.to_string().into()),
                ],
            ),
        ),
        DialogueMistake::NoName => ("name", texts.get(key::DIALOGUE_WITNESS_ERROR_NAME)),
        DialogueMistake::NoContact => ("contact", texts.get(key::DIALOGUE_WITNESS_ERROR_CONTACT)),
    };
    Some(Mistaken { input: input.to_owned(), message })
}

fn conversation(view: &Dialogue<'_>, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    let from_desk = texts.with(key::DIALOGUE_FROM_DESK, &[("desk", context.desk_name().into())]);
    let from_you = texts.get(key::DIALOGUE_FROM_YOU);
    html! {
        h2.govuk-heading-m { (texts.get(key::DIALOGUE_MESSAGES)) }
        @if view.lines.is_empty() { p.govuk-body { (texts.get(key::DIALOGUE_NO_MESSAGES)) } }
        ol #messages."govuk-list safehand-messages" {
            @for line in view.lines {
                li.safehand-message.safehand-message--desk[line.from_desk] {
                    h3.govuk-heading-s { (if line.from_desk { &from_desk } else { &from_you }) }
                    p.govuk-hint { time datetime=(time::machine(line.at)) { (time::long(texts, line.at)) } }
                    p."govuk-body safehand-typed" { (line.text) }
                }
            }
        }
    }
}

/// A label, a message where something is wrong, and the input that the caller gives.
fn labelled(
    id: &str,
    label: &str,
    hint: Option<&str>,
    view: &Dialogue<'_>,
    context: &PageContext<'_>,
) -> Markup {
    let error = mistake(view, context.texts()).filter(|mistake| mistake.input == id);
    let typed = view.typed.and_then(|form| form.first(id)).unwrap_or_default();
    let described = match (&hint, &error) {
        (Some(_), Some(_)) => Some(format!("{id}-hint {id}-error")),
        (Some(_), None) => Some(format!("{id}-hint")),
        (None, Some(_)) => Some(format!("{id}-error")),
        (None, None) => None,
    };
    html! {
        div.govuk-form-group.govuk-form-group--error[error.is_some()] {
            label."govuk-label govuk-label--s" for=(id) { (label) }
            @if let Some(hint) = hint { div.govuk-hint id=(format!("{id}-hint")) { (hint) } }
            @if let Some(error) = &error {
                (layout::error_message(context, &format!("{id}-error"), &error.message))
            }
            @if id == "text" {
                textarea.govuk-textarea.govuk-textarea--error[error.is_some()] id=(id) name=(id) rows="6"
                    data-limit=(Dialogue::LIMIT) spellcheck="false" aria-describedby=[described] { "\n" (typed) }
            } @else {
                input.govuk-input.govuk-input--error[error.is_some()] id=(id) name=(id) type="text"
                    value=(typed) spellcheck="false" aria-describedby=[described];
            }
        }
    }
}

fn reply(view: &Dialogue<'_>, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    let label = texts.with(key::DIALOGUE_REPLY, &[("desk", context.desk_name().into())]);
    html! {
        (labelled("text", &label, Some(&texts.get(key::DIALOGUE_REPLY_HINT)), view, context))
        button.govuk-button type="submit" name="do" value="reply" data-module="govuk-button" {
            (texts.get(key::DIALOGUE_SEND))
        }
    }
}

fn add_files(view: &Dialogue<'_>, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    html! {
        h2.govuk-heading-m { (texts.get(key::DIALOGUE_FILES)) }
        @if takes_files(context) {
            div.govuk-warning-text {
                span.govuk-warning-text__icon aria-hidden="true" { "!" }
                strong.govuk-warning-text__text { (texts.get(key::FILES_LAW)) }
            }
            (files::uploader(&view.files, context))
        } @else {
            p.govuk-body { (texts.get(key::DIALOGUE_NO_FILES)) }
        }
    }
}

fn witness(view: &Dialogue<'_>, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    html! {
        h2.govuk-heading-m { (texts.get(key::DIALOGUE_WITNESS_TITLE)) }
        @if view.standing == Standing::Witness {
            p.govuk-body { (texts.get(key::DIALOGUE_WITNESS_DONE)) }
        } @else {
            p.govuk-body { (texts.get(key::DIALOGUE_WITNESS_LEAD)) }
            (labelled("name", &texts.get(key::DIALOGUE_WITNESS_NAME), None, view, context))
            (labelled("contact", &texts.get(key::DIALOGUE_WITNESS_CONTACT), None, view, context))
            (button("witness", &texts.get(key::DIALOGUE_WITNESS_GO)))
        }
    }
}

fn withdraw(view: &Dialogue<'_>, texts: &Texts) -> Markup {
    html! {
        h2.govuk-heading-m { (texts.get(key::DIALOGUE_WITHDRAW_TITLE)) }
        @if view.withdrawn {
            p.govuk-body { (texts.get(key::DIALOGUE_WITHDRAW_DONE)) }
        } @else {
            p.govuk-body { (texts.get(key::DIALOGUE_WITHDRAW_LEAD)) }
            (button("withdraw", &texts.get(key::DIALOGUE_WITHDRAW_GO)))
        }
    }
}
