//! Marks on passages: the form for one, and the list of those that stand.

use std::sync::Arc;

use ::reader::{Ask, Passage};
use leptos::ev::{self, SubmitEvent};
use leptos::html::{
    details, dialog, div, fieldset, form, h2, input, label, legend, li, ol, p, summary, textarea,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::content::{Mark, MarkKind};
use protocol::receipt::ItemsAdded;

use super::Transcript;
use crate::app::failure::Failure;
use crate::app::parts::{self, Weight, byline, error_box, foreign, submit, tag};
use crate::app::report::Case;
use crate::app::state::rng;
use crate::app::{api, dom};
use crate::chats::{self, KINDS, kind_word, marked};
use crate::compose::{self, MAX_MARK_NOTE};
use crate::open::{MarkEntry, Voice};

const DIALOG: &str = "mark-passage";
const TITLE: &str = "mark-title";
const NOTE: &str = "mark-note";

pub(super) fn colour(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Relevant => "govuk-tag--blue",
        MarkKind::Exculpatory => "govuk-tag--green",
        MarkKind::Check => "govuk-tag--orange",
        MarkKind::Withdrawn => "govuk-tag--grey",
    }
}

fn meaning(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Relevant => "It matters to this report",
        MarkKind::Exculpatory => "It speaks for the person reported",
        MarkKind::Check => "Somebody has to look into it",
        MarkKind::Withdrawn => "It no longer stands",
    }
}

/// The form for a mark, as a dialogue over the timeline.
pub(super) fn dialog_of(case: Case) -> AnyView {
    let transcript = case.transcript;
    parts::follow(DIALOG, TITLE, move || transcript.passage.with(Option::is_some));
    let content = move || match transcript.passage.get() {
        Some(passage) if case.app.works() => form_of(case, passage),
        Some(_) => {
            p().class("govuk-body").child("Your role reads reports and does not mark them.").into_any()
        }
        None => ().into_any(),
    };
    dialog()
        .id(DIALOG)
        .class("console-dialog")
        .attr("aria-labelledby", TITLE)
        .on(ev::close, move |_| transcript.passage.set(None))
        .child((
            h2().id(TITLE).class("govuk-heading-m").tabindex("-1").child("Mark this passage"),
            content,
            parts::action("Do not mark", Weight::Secondary, move || transcript.passage.set(None)),
        ))
        .into_any()
}

fn form_of(case: Case, passage: Arc<Passage>) -> AnyView {
    let transcript = case.transcript;
    let kind = RwSignal::new(None::<MarkKind>);
    let distressing = RwSignal::new(false);
    let note = RwSignal::new(String::new());
    let busy = RwSignal::new(None);
    let wrong = RwSignal::new(None::<String>);
    let messages = if passage.messages == 1 {
        "One message".to_owned()
    } else {
        format!("{} messages", passage.messages)
    };
    let where_it_is = p().class("govuk-body").child((
        format!("{messages}, from "),
        foreign(&passage.written),
        " of ",
        foreign(if passage.who.is_empty() { "no named account" } else { &passage.who }),
        format!(" ({}).", passage.place),
    ));
    let seal = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked().is_some() {
            return;
        }
        let Some(kind) = kind.get_untracked() else {
            return wrong.set(Some("Choose what the passage is.".to_owned()));
        };
        let Some(passage) = marked(&passage) else { return };
        let mark = Mark {
            schema: Mark::SCHEMA.to_owned(),
            kind,
            passage,
            note: note.get_untracked().trim().to_owned(),
            distressing: distressing.get_untracked(),
            replaces: None,
        };
        busy.set(Some("Sealing and sending…"));
        spawn_local(async move {
            match keep(case, mark).await {
                Ok(()) => {
                    transcript.begun.try_set(None);
                    transcript.passage.try_set(None);
                    case.app.say("The passage is marked");
                }
                Err(failure) => drop(wrong.try_set(Some(case.app.heard(failure).to_string()))),
            }
            busy.try_set(None);
        });
    };
    form()
        .attr("novalidate", "")
        .on(ev::submit, seal)
        .child((
            move || wrong.get().map(|words| error_box("The passage is not marked", words)),
            where_it_is,
            kinds(kind),
            checkbox(distressing),
            note_field(note),
            p().class("govuk-body-s console-quiet")
                .child("Sealed to this desk and signed by you. A mark is never changed, only replaced or withdrawn by a later one."),
            submit("Seal and keep", busy),
        ))
        .into_any()
}

fn kinds(kind: RwSignal<Option<MarkKind>>) -> AnyView {
    let choices: Vec<AnyView> = KINDS
        .into_iter()
        .map(|choice| {
            let id = format!("mark-{}", kind_word(choice).to_lowercase());
            div()
                .class("govuk-radios__item")
                .child((
                    input()
                        .r#type("radio")
                        .name("mark-kind")
                        .id(id.clone())
                        .class("govuk-radios__input")
                        .prop("checked", move || kind.get() == Some(choice))
                        .on(ev::change, move |_| kind.set(Some(choice))),
                    label().class("govuk-label govuk-radios__label").attr("for", id).child(format!(
                        "{}: {}",
                        kind_word(choice),
                        meaning(choice).to_lowercase()
                    )),
                ))
                .into_any()
        })
        .collect();
    fieldset()
        .class("govuk-fieldset govuk-form-group")
        .child((
            legend().class("govuk-fieldset__legend govuk-fieldset__legend--s").child("It is"),
            div().class("govuk-radios govuk-radios--small").child(choices),
        ))
        .into_any()
}

fn checkbox(distressing: RwSignal<bool>) -> AnyView {
    div()
        .class("govuk-checkboxes govuk-checkboxes--small govuk-form-group")
        .child(
            div().class("govuk-checkboxes__item").child((
                input()
                    .r#type("checkbox")
                    .id("mark-distressing")
                    .class("govuk-checkboxes__input")
                    .on(ev::change, move |event| distressing.set(event_target_checked(&event))),
                label()
                    .class("govuk-label govuk-checkboxes__label")
                    .attr("for", "mark-distressing")
                    .child("Distressing: collapse it for colleagues until they ask"),
            )),
        )
        .into_any()
}

fn note_field(note: RwSignal<String>) -> AnyView {
    div()
        .class("govuk-form-group")
        .child((
            label()
                .class("govuk-label govuk-label--s")
                .attr("for", NOTE)
                .child("Note (you may leave it empty)"),
            textarea()
                .id(NOTE)
                .class("govuk-textarea")
                .rows("3")
                .attr("maxlength", MAX_MARK_NOTE.to_string())
                .on(ev::input, move |event| note.set(event_target_value(&event))),
        ))
        .into_any()
}

/// Seals a mark, hands it over, and shows it.
async fn keep(case: Case, mark: Mark) -> Result<(), Failure> {
    let transcript = case.transcript;
    let signed_in = case.app.signed_in()?;
    let (desk, author) = (signed_in.keys.desk()?, signed_in.keys.member());
    let items = compose::mark(&mark, case.id, desk, author, &mut rng())?;
    let item = items.items.first().map(|item| item.signed.header.item).ok_or(Failure::Unreadable)?;
    let _: ItemsAdded = api::post(&format!("/reports/{}/items", case.id), &items).await?;
    let by = Voice::Member(signed_in.session.member.name.clone());
    let entry = MarkEntry { item, at: dom::now(), by, mark };
    transcript.marks.try_update(|marks| {
        let replaced = entry.mark.replaces;
        let mut standing: Vec<MarkEntry> =
            marks.iter().filter(|known| Some(known.item) != replaced).cloned().collect();
        if entry.mark.kind != MarkKind::Withdrawn {
            standing.push(entry);
        }
        *marks = Arc::new(standing);
    });
    transcript.tell_marks();
    Ok(())
}

/// The marks that stand, for everybody who opens the report.
pub(super) fn list(case: Case) -> AnyView {
    let transcript = case.transcript;
    let title = move || format!("Marked passages ({})", transcript.marks.with(|marks| marks.len()));
    let lines = move || {
        let marks = transcript.marks.get();
        if marks.is_empty() {
            return p().class("govuk-body console-quiet").child("No passage is marked yet.").into_any();
        }
        ol().class("console-dialogue")
            .child(marks.iter().map(|entry| line(case, entry)).collect_view())
            .into_any()
    };
    details()
        .class("console-fold console-marks")
        .attr("open", "")
        .child((summary().class("console-fold__title").child(title), lines))
        .into_any()
}

fn line(case: Case, entry: &MarkEntry) -> AnyView {
    let transcript = case.transcript;
    let mark = entry.mark.clone();
    let by = match &entry.by {
        Voice::Reporter => "Reporter".into_any(),
        Voice::Member(name) => foreign(name),
    };
    let passage = &mark.passage;
    let messages =
        if passage.messages == 1 { "1 message".to_owned() } else { format!("{} messages", passage.messages) };
    let place = format!("{messages}, {}", passage.place);
    let note = (!mark.note.is_empty())
        .then(|| p().class("govuk-body console-said__text").child(foreign(&mark.note)));
    let distressing = mark.distressing.then(|| (" ", tag("govuk-tag--red", "Distressing")));
    let go = {
        let wanted = chats::place(&mark);
        move || go_to(transcript, &wanted.item, wanted.path.as_deref(), wanted.bytes)
    };
    let acts = case.app.works().then(|| {
        let withdraw = Mark {
            kind: MarkKind::Withdrawn,
            note: String::new(),
            replaces: Some(entry.item),
            ..mark.clone()
        };
        parts::action("Withdraw", Weight::Secondary, move || {
            let mark = withdraw.clone();
            spawn_local(async move {
                match keep(case, mark).await {
                    Ok(()) => case.app.say("The mark is withdrawn"),
                    Err(failure) => transcript.failed(&case.app.heard(failure)),
                }
            });
        })
    });
    li().class("console-said")
        .child((
            byline(by, entry.at),
            p().class("govuk-body").child((
                tag(colour(mark.kind), kind_word(mark.kind)),
                distressing,
                " ",
                foreign(&place),
            )),
            note,
            div().class("govuk-button-group").child((parts::action("Go to it", Weight::Secondary, go), acts)),
        ))
        .into_any()
}

/// Goes to the first message of a passage.
fn go_to(transcript: Transcript, item: &str, path: Option<&str>, bytes: [u64; 2]) {
    let source = transcript.facts.with_untracked(|facts| {
        facts.sources.iter().position(|source| source.item == item && source.path.as_deref() == path)
    });
    let Some(source) = source.and_then(|source| u32::try_from(source).ok()) else {
        let words = "The file of this passage has not been read here.";
        return transcript.wrong.set(Some(words.to_owned()));
    };
    let pane = transcript.panes[0];
    pane.go(transcript, Ask::RowOfByte { view: pane.view, source, byte: bytes[0] }, true);
}
