//! Files that were handed over: told about, examined in a dialogue of their own, saved after a warning.

use std::sync::Arc;

use leptos::ev;
use leptos::html::{code, dialog, div, h2, h3, li, p, progress, span, ul};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::quarantine::Hold;

use super::viewer::{self, Viewer};
use super::{Case, Loaded, quarantine};
use crate::app::dom;
use crate::app::failure::Failure;
use crate::app::parts::{self, Weight, facts, foreign, row, tag};
use crate::app::save;
use crate::open::FileRow;
use crate::quarantine::{hold_words, opens};
use crate::report::Fact;
use crate::save::neutral_name;
use crate::text::{grouped, reference, size};

const WARNING: &str = "save-warning";
const TITLE: &str = "save-title";

/// How far a file is on its way.
#[derive(Clone, PartialEq)]
enum Saved {
    Not,
    Under { done: u64, of: u64 },
    As(String),
    Failed(String),
}

/// The part of the page.
pub(crate) fn part(case: Case, loaded: &Arc<Loaded>) -> AnyView {
    let files = &loaded.opened.files;
    if files.is_empty() {
        return div()
            .child((
                h2().class("govuk-heading-m").child("Files"),
                p().class("govuk-body console-quiet").child("No file was handed over."),
            ))
            .into_any();
    }
    let asked = RwSignal::new(None::<usize>);
    let viewer = Viewer::new(case);
    let states: Vec<RwSignal<Saved>> = files.iter().map(|_| RwSignal::new(Saved::Not)).collect();
    let cards: Vec<AnyView> = files
        .iter()
        .zip(&states)
        .enumerate()
        .map(|(at, (file, state))| card(file, at, *state, asked, viewer))
        .collect();
    let shown = Arc::clone(loaded);
    let loaded = Arc::clone(loaded);
    let start = move |at: usize| {
        if let (Some(file), Some(state)) = (loaded.opened.files.get(at), states.get(at)) {
            begin(case, file.clone(), *state);
        }
    };
    div()
        .child((
            h2().class("govuk-heading-m").child("Files"),
            p().class("govuk-body").child(
                "Files are opened in this browser and nowhere else. Names and types are what the reporter’s device said.",
            ),
            quarantine::part(case, &shown),
            ul().class("console-files").child(cards),
            warning(asked, start),
            viewer.view(),
        ))
        .into_any()
}

fn card(
    file: &FileRow,
    at: usize,
    state: RwSignal<Saved>,
    asked: RwSignal<Option<usize>>,
    viewer: Viewer,
) -> AnyView {
    let title = match &file.listed {
        Some(entry) => foreign(&entry.name),
        None => format!("File {}, added later", file.place).into_any(),
    };
    let details = match &file.listed {
        Some(entry) => (
            row("Size", size(entry.size)),
            row("Type", foreign(&entry.media_type)),
            row("SHA-256", code().class("console-digest").child(grouped(&entry.sha256))),
        )
            .into_any(),
        None => row("Sealed size", size(file.item.signed.header.size)),
    };
    let place = file.place;
    let opens = opens(file);
    let able = viewer.is_for_this_member() && opens;
    let shown = (able && file.item.signed.header.size <= viewer::LARGEST).then(|| {
        let (file, label) =
            (file.clone(), span().child(("Examine", parts::unseen(format!(" file {place}")))));
        parts::action(label, Weight::Secondary, move || viewer.open(&file))
    });
    let held = file.held.map(|held| {
        let colour = match held.hold {
            Hold::Quarantined => "govuk-tag--yellow",
            Hold::Released => "govuk-tag--green",
            Hold::Locked => "govuk-tag--red",
        };
        let until = held.until.map(|until| format!(" until {}", dom::moment(until)));
        p().class("govuk-body").child((tag(colour, hold_words(held.hold)), until))
    });
    li().class("console-card")
        .child((
            div().class("console-card__title").child((
                h3().class("govuk-heading-s").child(title),
                div().class("govuk-button-group").child((shown, move || {
                    let label = span().child(("Save", parts::unseen(format!(" file {place}")), "…"));
                    (opens && !matches!(state.get(), Saved::Under { .. }))
                        .then(|| parts::action(label, Weight::Secondary, move || asked.set(Some(at))))
                })),
            )),
            held,
            leptos::html::dl().class("govuk-summary-list console-facts").child(details),
            div().attr("role", "status").child(move || told(&state.get())),
        ))
        .into_any()
}

fn told(state: &Saved) -> Option<AnyView> {
    match state {
        Saved::Not => None,
        Saved::Under { done, of } => {
            let words = format!("{} of {}", size(*done), size(*of));
            let bar = progress()
                .class("console-progress")
                .attr("aria-label", "Opening and saving")
                .attr("max", of.to_string())
                .attr("value", done.to_string());
            Some(p().class("govuk-body").child((bar, " ", words)).into_any())
        }
        Saved::As(name) => Some(facts(&[Fact {
            label: "Saved as".to_owned(),
            answers: vec![format!("{name}. Every check held: signature, size and SHA-256.")],
        }])),
        Saved::Failed(words) => Some(
            div()
                .class("console-fault")
                .child((
                    p().class("govuk-body govuk-!-font-weight-bold").child("The file was not saved"),
                    p().class("govuk-body govuk-!-margin-bottom-0")
                        .child(format!("{words}. Nothing of it was shown or kept.")),
                ))
                .into_any(),
        ),
    }
}

/// The interruption before a file is saved.
fn warning(asked: RwSignal<Option<usize>>, start: impl Fn(usize) + 'static) -> AnyView {
    parts::follow(WARNING, TITLE, move || asked.get().is_some());
    let go = move || {
        if let Some(at) = asked.get_untracked() {
            asked.set(None);
            start(at);
        }
    };
    dialog()
        .id(WARNING)
        .class("console-dialog console-dialog--interruption")
        .attr("aria-labelledby", TITLE)
        .on(ev::close, move |_| asked.set(None))
        .child((
            h2().id(TITLE).class("govuk-heading-m").tabindex("-1").child("Before you save this file"),
            ul().class("govuk-list govuk-list--bullet").child((
                li().child("Nobody has looked at it. It may hold anything, also something that harms a computer or a person."),
                li().child("Save it only to storage that is approved for evidence, and work on a copy."),
                li().child("Do not open it on this computer unless your force or organisation allows it."),
                li().child("If it may hold an indecent image of a child: do not open, copy or forward it. Follow your procedure for such material."),
            )),
            p().class("govuk-body").child("It is saved under a neutral name. The server records that you fetched it."),
            div().class("govuk-button-group").child((
                parts::action("Save the file", Weight::Warning, go),
                parts::action("Do not save", Weight::Secondary, move || asked.set(None)),
            )),
        ))
        .into_any()
}

fn begin(case: Case, file: FileRow, state: RwSignal<Saved>) {
    state.set(Saved::Under { done: 0, of: file.item.signed.header.size });
    spawn_local(async move {
        let outcome = save_file(case, &file, state).await;
        let end = match outcome {
            Ok(name) => Saved::As(name),
            Err(failure) => {
                if matches!(failure, Failure::Core(crate::Error::IsMedia)) {
                    case.wrong.try_set(Some(format!("{failure}.")));
                    case.load(Some(parts::HEADING));
                }
                Saved::Failed(case.app.heard(failure).to_string())
            }
        };
        state.try_set(end);
    });
}

async fn save_file(case: Case, file: &FileRow, state: RwSignal<Saved>) -> Result<String, Failure> {
    let original = file.listed.as_ref().map(|entry| entry.name.as_str());
    let name = neutral_name(&reference(&case.id), file.place, original);
    // The file picker wants to be asked for while the click is still fresh.
    let place = save::Place::choose(&name, file.item.signed.header.size).await?;
    let tell = move |done, of| drop(state.try_set(Saved::Under { done, of }));
    case.open_file(file, place, tell).await?;
    Ok(name)
}
