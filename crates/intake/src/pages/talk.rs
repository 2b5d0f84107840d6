//! Coming back: the seven words, and what reporter and desk say to each other.

use maud::{Markup, html};

use super::around::two_thirds;
use super::fields::{counted_text, number};
use super::figures;
use super::files::{self, FileRow, Files};
use super::layout::{self, Content, FORM, Languages, Mistaken};
use super::logged::{self, Logged};
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
/// The heading of the files that are ready to be sent.
const READY: &str = "files-ready";

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
        &Content {
            title,
            mistaken: error,
            back: false,
            enter: None,
            languages: Languages::Links,
            undecided: true,
            main,
        },
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
    /// What the log says of it.
    pub logged: Logged,
    /// The files that are ready to be sent, and what was refused.
    pub files: Files<'a>,
    /// The files that have been sent on this visit.
    pub handed_over: &'a [FileRow<'a>],
    /// What has just been sent.
    pub sent: Option<Sent>,
    /// What was typed last time, to be shown again beside a mistake.
    pub typed: Option<&'a Form>,
    /// What was wrong with it.
    pub mistake: Option<DialogueMistake>,
}

/// What has been sent to the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// A message.
    Message,
    /// So many files.
    Files(usize),
    /// A message and files.
    Both,
    /// To be a witness, or not to be contacted.
    Wish,
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

/// What can be typed into a dialogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialogueInput {
    /// The message.
    Text,
    /// A witness's name.
    Name,
    /// How to reach a witness.
    Contact,
}

impl DialogueInput {
    /// Its id and name on the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Name => "name",
            Self::Contact => "contact",
        }
    }

    /// The most characters it takes.
    pub fn limit(self) -> usize {
        match self {
            Self::Text => Dialogue::LIMIT,
            Self::Name => 150,
            Self::Contact => 300,
        }
    }
}

/// What is wrong with what the reporter wanted to add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialogueMistake {
    /// An empty message.
    Empty,
    /// Longer than [`DialogueInput::limit`].
    TooLong {
        /// What is.
        input: DialogueInput,
        /// By so many characters.
        over: usize,
    },
    /// Not all of it is text.
    Unreadable(DialogueInput),
    /// A witness needs a name.
    NoName,
    /// A witness needs a way to be reached.
    NoContact,
    /// There are files that have not been sent.
    Unsent,
    /// It could not be sent now.
    NotSent,
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
/// The buttons send `do` = `reply` (with `text`; files that are ready go along), `upload` (with files),
/// `hand-over` (the files that are ready), `remove-file` (with the id of one of them), `witness` (with
/// `name` and `contact`), `withdraw` or `leave`.
pub fn dialogue(view: &Dialogue<'_>, context: &PageContext<'_>) -> Html {
    let texts = context.texts();
    let title = texts.get(key::DIALOGUE_TITLE);
    let refused = if takes_files(context) { files::mistakes(&view.files, context) } else { Vec::new() };
    let mistakes: Vec<Mistaken> = mistake(view, context).into_iter().chain(refused).collect();
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
        div.safehand-section { (logged::section(view.logged, context)) }
        div.safehand-section { (button("leave", &texts.get(key::DIALOGUE_LEAVE))) }
    };
    let main = two_thirds(&html! {
        (layout::error_summary(context, &mistakes))
        @if let Some(sent) = view.sent {
            div."govuk-notification-banner govuk-notification-banner--success" role="alert"
                data-module="govuk-notification-banner" {
                div.govuk-notification-banner__content {
                    p.govuk-notification-banner__heading { (told(sent, texts)) }
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
            undecided: false,
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

/// Says what has been sent.
fn told(sent: Sent, texts: &Texts) -> String {
    match sent {
        Sent::Message => texts.get(key::DIALOGUE_SENT),
        Sent::Files(count) => {
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            figures::counted(texts, key::DIALOGUE_SENT_FILES, count)
        }
        Sent::Both => texts.get(key::DIALOGUE_SENT_BOTH),
        Sent::Wish => texts.get(key::DIALOGUE_SENT_WISH),
    }
}

fn mistake(view: &Dialogue<'_>, context: &PageContext<'_>) -> Option<Mistaken> {
    let texts = context.texts();
    let label = |input| ("label", input_label(input, context).into());
    let (input, message) = match view.mistake? {
        DialogueMistake::Empty => ("text", texts.get(key::DIALOGUE_ERROR_EMPTY)),
        DialogueMistake::TooLong { input, over } => {
            let limit = ("limit", number(input.limit(), context).into());
            let over = ("over", number(over, context).into());
            (input.name(), texts.with(key::ERROR_TOO_LONG, &[label(input), limit, over]))
        }
        DialogueMistake::Unreadable(input) => {
            (input.name(), texts.with(key::ERROR_UNREADABLE, &[label(input)]))
        }
        DialogueMistake::NoName => ("name", texts.get(key::DIALOGUE_WITNESS_ERROR_NAME)),
        DialogueMistake::NoContact => ("contact", texts.get(key::DIALOGUE_WITNESS_ERROR_CONTACT)),
        DialogueMistake::NotSent => ("text", texts.get(key::DIALOGUE_NOT_SENT)),
        DialogueMistake::Unsent => (READY, texts.get(key::DIALOGUE_FILES_UNSENT)),
    };
    Some(Mistaken { input: input.to_owned(), message })
}

fn input_label(input: DialogueInput, context: &PageContext<'_>) -> String {
    let texts = context.texts();
    match input {
        DialogueInput::Text => texts.with(key::DIALOGUE_REPLY, &[("desk", context.desk_name().into())]),
        DialogueInput::Name => texts.get(key::DIALOGUE_WITNESS_NAME),
        DialogueInput::Contact => texts.get(key::DIALOGUE_WITNESS_CONTACT),
    }
}

fn conversation(view: &Dialogue<'_>, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    let from_desk = texts.with(key::DIALOGUE_FROM_DESK, &[("desk", context.desk_name().into())]);
    let from_you = texts.get(key::DIALOGUE_FROM_YOU);
    html! {
        h2.govuk-heading-m { (texts.get(key::DIALOGUE_MESSAGES)) }
        @if view.lines.is_empty() {
            p.govuk-body { (texts.get(key::DIALOGUE_NO_MESSAGES)) }
        } @else { ol #messages."govuk-list safehand-messages" {
            @for line in view.lines {
                li.safehand-message.safehand-message--desk[line.from_desk] {
                    h3.govuk-heading-s { (if line.from_desk { &from_desk } else { &from_you }) }
                    p.govuk-hint { time datetime=(time::machine(line.at)) { (time::long(texts, line.at)) } }
                    p."govuk-body safehand-typed" { (line.text) }
                }
            }
        } }
    }
}

/// A label, a message where something is wrong, and the input.
fn labelled(
    input: DialogueInput,
    hint: Option<&str>,
    view: &Dialogue<'_>,
    context: &PageContext<'_>,
) -> Markup {
    let id = input.name();
    let mistake = mistake(view, context).filter(|mistake| mistake.input == id);
    let error = mistake.is_some();
    let typed = view.typed.and_then(|form| form.legible(id)).map(|(text, _)| text).unwrap_or_default();
    let counted = input == DialogueInput::Text;
    let described: Vec<String> = [("hint", hint.is_some()), ("error", error), ("info", counted)]
        .into_iter()
        .filter(|(_, there)| *there)
        .map(|(part, _)| format!("{id}-{part}"))
        .collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
    html! {
        div.govuk-form-group.govuk-form-group--error[error] {
            label."govuk-label govuk-label--s" for=(id) { (input_label(input, context)) }
            @if let Some(hint) = hint { div.govuk-hint id=(format!("{id}-hint")) { (hint) } }
            @if let Some(mistake) = &mistake {
                (layout::error_message(context, &format!("{id}-error"), &mistake.message))
            }
            @if counted {
                (counted_text(id, &typed, input.limit(), described, error, context))
            } @else {
                input.govuk-input.govuk-input--error[error] id=(id) name=(id) type="text"
                    value=(typed) spellcheck="false" aria-describedby=[described];
            }
        }
    }
}

fn reply(view: &Dialogue<'_>, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    html! {
        (labelled(DialogueInput::Text, Some(&texts.get(key::DIALOGUE_REPLY_HINT)), view, context))
        button.govuk-button type="submit" name="do" value="reply" data-module="govuk-button" {
            (texts.get(key::DIALOGUE_SEND))
        }
    }
}

fn add_files(view: &Dialogue<'_>, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    html! {
        div.safehand-section {
            h2.govuk-heading-m { (texts.get(key::DIALOGUE_FILES)) }
            @if takes_files(context) {
                div.govuk-warning-text {
                    span.govuk-warning-text__icon aria-hidden="true" { "!" }
                    strong.govuk-warning-text__text { (texts.get(key::FILES_LAW)) }
                }
                (files::uploader(&view.files, &file_lists(view, context), true, context))
            } @else {
                p.govuk-body { (texts.get(key::DIALOGUE_NO_FILES)) }
            }
        }
    }
}

/// The files that can still be removed, with the button that sends them; and those that are sent.
fn file_lists(view: &Dialogue<'_>, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    let unsent = mistake(view, context).filter(|mistake| mistake.input == READY);
    let sent = Files { taken: view.handed_over, refused: &[], ..view.files };
    html! {
        @if !view.files.taken.is_empty() || unsent.is_some() {
            div.govuk-form-group.govuk-form-group--error[unsent.is_some()] {
                h3.govuk-heading-s id=(READY) tabindex="-1" { (texts.get(key::DIALOGUE_FILES_READY)) }
                @if let Some(unsent) = &unsent {
                    (layout::error_message(context, &format!("{READY}-error"), &unsent.message))
                }
                (files::taken(&view.files, Some(&texts.get(key::FILES_REMOVE)), "files-taken", context))
                @if !view.files.taken.is_empty() {
                    button.govuk-button #files-send type="submit" name="do" value="hand-over"
                        data-module="govuk-button" { (texts.get(key::DIALOGUE_FILES_SEND)) }
                }
            }
        }
        @if !view.handed_over.is_empty() {
            h3.govuk-heading-s { (texts.get(key::DIALOGUE_FILES_SENT)) }
            (files::taken(&sent, None, "files-sent", context))
        }
    }
}

fn witness(view: &Dialogue<'_>, context: &PageContext<'_>) -> Markup {
    let texts = context.texts();
    html! {
        div.safehand-section {
        h2.govuk-heading-m { (texts.get(key::DIALOGUE_WITNESS_TITLE)) }
        @if view.standing == Standing::Witness {
            p.govuk-body { (texts.get(key::DIALOGUE_WITNESS_DONE)) }
        } @else {
            p.govuk-body { (texts.get(key::DIALOGUE_WITNESS_LEAD)) }
            (labelled(DialogueInput::Name, None, view, context))
            (labelled(DialogueInput::Contact, None, view, context))
            (button("witness", &texts.get(key::DIALOGUE_WITNESS_GO)))
        }
        }
    }
}

fn withdraw(view: &Dialogue<'_>, texts: &Texts) -> Markup {
    html! {
        div.safehand-section {
            h2.govuk-heading-m { (texts.get(key::DIALOGUE_WITHDRAW_TITLE)) }
            @if view.withdrawn {
                p.govuk-body { (texts.get(key::DIALOGUE_WITHDRAW_DONE)) }
            } @else {
                p.govuk-body { (texts.get(key::DIALOGUE_WITHDRAW_LEAD)) }
                (button("withdraw", &texts.get(key::DIALOGUE_WITHDRAW_GO)))
            }
        }
    }
}
