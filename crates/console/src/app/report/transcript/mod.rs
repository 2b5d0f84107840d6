//! The transcript: the chats among a report's files as one timeline.
//!
//! The messages lie in a worker ([`Reader`]). The page holds the rows near the screen and nothing more; all of it goes
//! when the report is left, and when the keys are wiped.

mod detail;
mod differences;
mod files;
mod filters;
mod marks;
mod pane;
mod reader;
mod row;

use std::ops::Deref;
use std::sync::Arc;

use ::reader::{Answer, Ask, Facts, MessageId, Passage, WholeMessage};
use leptos::ev;
use leptos::html::{div, h2, p};
use leptos::prelude::*;
use leptos::task::spawn_local;

use self::files::Progress;
use self::pane::Pane;
use super::{Case, Loaded};
use crate::app::failure::Failure;
use crate::app::parts;
use crate::app::state::App;
use crate::app::{dom, keyboard};
use crate::chats::{self, KINDS};
use crate::open::{MarkEntry, standing};

pub(crate) use self::reader::Reader;

/// The id of the search field.
const SEARCH: &str = "transcript-search";

/// A handle to the state of the transcript. The handles are kept for good, a few hundred bytes for each report that
/// was opened; what they lead to goes with the report's page.
#[derive(Clone, Copy)]
pub(crate) struct Transcript(&'static State);

impl Deref for Transcript {
    type Target = State;

    fn deref(&self) -> &State {
        self.0
    }
}

/// The state of the transcript.
pub(crate) struct State {
    app: App,
    reader: StoredValue<Option<Reader>, LocalStorage>,
    progress: RwSignal<Progress>,
    facts: RwSignal<Arc<Facts>>,
    /// Marks that stand, in the order in which the reader numbers them.
    marks: RwSignal<Arc<Vec<MarkEntry>>>,
    panes: [Pane; 2],
    /// Whether the second pane is shown beside the first.
    compared: RwSignal<bool>,
    detail: RwSignal<Option<Arc<WholeMessage>>>,
    /// Bytes of a source that are looked at without a message.
    bytes: RwSignal<Option<(u32, [u64; 2])>>,
    /// The passage that is being marked.
    passage: RwSignal<Option<Arc<Passage>>>,
    /// Where a passage was begun.
    begun: RwSignal<Option<MessageId>>,
    wrong: RwSignal<Option<String>>,
}

impl Transcript {
    /// Nothing read yet.
    pub(crate) fn new(app: App) -> Self {
        Self(Box::leak(Box::new(State {
            app,
            reader: StoredValue::new_local(None),
            progress: RwSignal::new(Progress::default()),
            facts: RwSignal::new(Arc::default()),
            marks: RwSignal::new(Arc::default()),
            panes: [Pane::new(0), Pane::new(1)],
            compared: RwSignal::new(false),
            detail: RwSignal::new(None),
            bytes: RwSignal::new(None),
            passage: RwSignal::new(None),
            begun: RwSignal::new(None),
            wrong: RwSignal::new(None),
        })))
    }

    /// Ends the worker, and with it everything that was opened.
    pub(crate) fn end(self) {
        if let Some(reader) = self.reader.try_update_value(Option::take).flatten() {
            reader.end();
        }
    }

    fn reader(self) -> Result<Reader, Failure> {
        self.reader.try_get_value().flatten().ok_or(Failure::Stopped)
    }

    async fn ask(self, ask: Ask) -> Result<Answer, Failure> {
        self.reader()?.ask(&ask).await
    }

    /// Asks, and does something with the answer if the page is still there. What goes wrong is shown.
    fn then(self, ask: Ask, act: impl FnOnce(Answer) + 'static) {
        spawn_local(async move {
            match self.ask(ask).await {
                Ok(answer) => act(answer),
                Err(failure) => self.failed(&failure),
            }
        });
    }

    fn failed(self, failure: &Failure) {
        // Whoever left the page stopped the reading, and wants to hear nothing of it.
        if !matches!(failure, Failure::Stopped) {
            self.wrong.try_set(Some(failure.to_string()));
        }
    }

    /// Shows what the reader holds now.
    async fn refresh(self) -> Result<(), Failure> {
        if let Answer::Facts(facts) = self.ask(Ask::Facts).await? {
            self.facts.try_set(Arc::new(facts));
        }
        for pane in self.panes {
            pane.refresh(self).await?;
        }
        Ok(())
    }

    /// Something was stated that changes what is shown.
    fn state(self, ask: Ask) {
        self.wrong.try_set(None);
        spawn_local(async move {
            let outcome = match self.ask(ask).await {
                Ok(_) => self.refresh().await,
                Err(failure) => Err(failure),
            };
            if let Err(failure) = outcome {
                self.failed(&failure);
            }
        });
    }

    /// Gives the reader the marks that stand.
    fn tell_marks(self) {
        let places =
            |marks: &Arc<Vec<MarkEntry>>| marks.iter().map(|entry| chats::place(&entry.mark)).collect();
        let Some(marks) = self.marks.try_with_untracked(places) else { return };
        self.state(Ask::Marks { marks });
    }

    /// Opens a message with everything about it.
    fn open(self, message: MessageId) {
        self.then(Ask::Message { message }, move |answer| {
            if let Answer::Message(whole) = answer {
                self.detail.try_set(Some(Arc::new(*whole)));
            }
        });
    }

    /// Begins a passage at a message, or gives up the one that was begun.
    fn begin_passage(self, message: MessageId) {
        let again = self.begun.get_untracked() == Some(message);
        self.begun.set((!again).then_some(message));
        self.app.say(if again {
            "No passage is begun"
        } else {
            "A passage begins here. Go to its end and press m"
        });
    }

    /// Asks for a mark on a message, or on the passage from where one was begun to it.
    fn ask_for_mark(self, message: MessageId) {
        let from = self.begun.get_untracked().unwrap_or(message);
        self.then(Ask::Passage { from, to: message }, move |answer| {
            if let Answer::Passage(passage) = answer {
                self.wrong.try_set(None);
                self.passage.try_set(Some(Arc::new(passage)));
            }
        });
    }
}

/// The part of the page.
pub(crate) fn part(case: Case, loaded: &Arc<Loaded>) -> AnyView {
    let transcript = case.transcript;
    transcript.marks.set(Arc::new(standing(&loaded.opened.marks).into_iter().cloned().collect()));
    files::begin(case, loaded);
    listen(transcript);
    let head = div().child((
        h2().class("govuk-heading-m").child("Transcript"),
        move || transcript.wrong.get().map(|words| parts::error_box("That did not work", words)),
        files::status(transcript),
    ));
    let any = Memo::new(move |_| transcript.facts.with(|facts| facts.messages > 0));
    let body = move || any.get().then(|| timeline(case));
    div().class("console-transcript").child((head, body)).into_any()
}

fn timeline(case: Case) -> AnyView {
    let transcript = case.transcript;
    let [first, second] = transcript.panes;
    // Filters of the second are another's business; it only follows the first.
    let panes = div().class("console-panes").child((pane::view(transcript, first), move || {
        transcript.compared.get().then(|| pane::view(transcript, second))
    }));
    div()
        .child((
            filters::bar(transcript),
            panes,
            p().class("govuk-body-s console-quiet").child(
                "Keys: j and k go through messages, Enter opens one with its source, / searches, n and N go through hits, m marks, b begins a passage, ? lists all.",
            ),
            files::sources(transcript),
            differences::part(transcript),
            marks::list(case),
            detail::dialog_of(transcript),
            marks::dialog_of(case),
        ))
        .into_any()
}

/// Hears the keys of the transcript while it is shown.
fn listen(transcript: Transcript) {
    let handle = window_event_listener(ev::keydown, move |event| {
        if keyboard::is_free(transcript.app, &event) && press(transcript, &event.key()) {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

fn press(transcript: Transcript, key: &str) -> bool {
    let pane = transcript.panes[usize::from(transcript.panes[1].has_focus())];
    match key {
        "/" => dom::focus(SEARCH),
        "j" => pane.go_on(transcript, true),
        "k" => pane.go_on(transcript, false),
        "n" => pane.step(transcript, true, true),
        "N" => pane.step(transcript, false, true),
        "m" => pane.current_message().into_iter().for_each(|message| transcript.ask_for_mark(message)),
        "b" => pane.current_message().into_iter().for_each(|message| transcript.begin_passage(message)),
        _ => return false,
    }
    true
}

/// The number of a kind of mark, as the reader knows it.
fn kind_number(at: usize) -> Option<u8> {
    KINDS.get(at)?;
    u8::try_from(at).ok()
}
