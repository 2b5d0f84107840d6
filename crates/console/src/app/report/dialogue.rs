//! What was said: to the reporter, and among members.

use leptos::ev::{self, SubmitEvent};
use leptos::html::{div, form, h2, label, li, ol, p, strong, textarea};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::content::Amendment;
use protocol::receipt::{AddItems, ItemsAdded};
use seal::ItemKind;

use super::{Case, Loaded};
use crate::app::failure::Failure;
use crate::app::parts::{byline, foreign, submit};
use crate::app::state::rng;
use crate::app::{api, dom};
use crate::compose::{self, MAX_CHARACTERS};
use crate::open::{Entry, Said, Voice, report_identity};
use crate::words;

/// The id of the field for a message to the reporter.
pub(crate) const REPLY: &str = "reply";
const NOTE: &str = "note";

/// Messages both ways, and the field for the next one.
pub(crate) fn messages(case: Case, loaded: &Loaded) -> AnyView {
    let nothing = "Nothing has been said yet.";
    let reply = Field {
        kind: ItemKind::Message,
        id: REPLY,
        label: "Message to the reporter",
        button: "Seal and send",
        draft: case.reply,
    };
    div()
        .child((
            h2().class("govuk-heading-m").child("Dialogue with the reporter"),
            list(&loaded.opened.dialogue, nothing),
            case.app.works().then(|| (red_line(), write(case, reply))),
        ))
        .into_any()
}

/// Notes of members to each other, and the field for the next one.
pub(crate) fn notes(case: Case, loaded: &Loaded) -> AnyView {
    let note = Field {
        kind: ItemKind::Note,
        id: NOTE,
        label: "New note",
        button: "Seal and keep",
        draft: case.note,
    };
    div()
        .child((
            h2().class("govuk-heading-m").child("Notes"),
            p().class("govuk-body")
                .child("Sealed to this desk. The reporter cannot open them; disclosure may reach them."),
            list(&loaded.opened.notes, "There is no note yet."),
            case.app.works().then(|| write(case, note)),
        ))
        .into_any()
}

fn red_line() -> AnyView {
    div()
        .class("govuk-inset-text")
        .child((
            p().class("govuk-body").child(strong().child("Ask only about what the reporter already holds.")),
            p().class("govuk-body govuk-!-margin-bottom-0").child(
                "Never ask them to get more, to go on talking to anybody, to meet, film or confront anybody, or to send images.",
            ),
        ))
        .into_any()
}

fn list(entries: &[Entry], nothing: &'static str) -> AnyView {
    if entries.is_empty() {
        return p().class("govuk-body console-quiet").child(nothing).into_any();
    }
    ol().class("console-dialogue").child(entries.iter().map(entry).collect_view()).into_any()
}

fn entry(entry: &Entry) -> AnyView {
    let (class, by) = match &entry.by {
        Voice::Reporter => ("console-said console-said--reporter", "Reporter".into_any()),
        Voice::Member(name) => ("console-said", foreign(name)),
    };
    let said = match &entry.said {
        Said::Text(text) => p().class("govuk-body console-said__text").child(foreign(text)).into_any(),
        Said::Amended(amendment) => amended(amendment),
    };
    li().class(class).child((byline(by, entry.at), said)).into_any()
}

fn amended(amendment: &Amendment) -> AnyView {
    let line = |text: String| p().class("govuk-body console-said__text").child(text).into_any();
    let route = amendment
        .route
        .map(|standing| line(format!("Changed how they are known to: {}.", words::standing(standing))));
    let withdrawn = amendment.withdraw_contact.then(|| line("Asks not to be contacted again.".to_owned()));
    let contact = amendment.contact.as_ref().map(|contact| {
        p().class("govuk-body console-said__text").child(("Can be reached: ", foreign(contact)))
    });
    (route, withdrawn, contact).into_any()
}

/// A field for words to be sealed, and how it is told apart from the other one.
#[derive(Clone, Copy)]
struct Field {
    kind: ItemKind,
    id: &'static str,
    label: &'static str,
    button: &'static str,
    draft: RwSignal<String>,
}

fn write(case: Case, field: Field) -> AnyView {
    let busy = RwSignal::new(None);
    let Field { kind, id, label: words, button, draft } = field;
    let seal_and_send = move |event: SubmitEvent| {
        event.prevent_default();
        let text = draft.get_untracked().trim().to_owned();
        if busy.get_untracked().is_some() {
            return;
        }
        if text.is_empty() {
            case.wrong.set(Some("Write something first.".to_owned()));
            return dom::focus(id);
        }
        spawn_local(async move {
            busy.set(Some("Sealing and sending…"));
            match send(case, kind, &text).await {
                Ok(()) => {
                    draft.try_set(String::new());
                    case.wrong.try_set(None);
                    case.app.say("Sealed and sent");
                    case.load(Some(id));
                }
                // What was typed stays in the field.
                Err(failure) => drop(case.wrong.try_set(Some(case.app.heard(failure).to_string()))),
            }
            busy.try_set(None);
        });
    };
    let typing = textarea()
        .id(id)
        .class("govuk-textarea")
        .rows("5")
        .attr("maxlength", MAX_CHARACTERS.to_string())
        .prop("value", move || draft.get())
        .on(ev::input, move |event| draft.set(event_target_value(&event)));
    form()
        .class("console-form")
        .attr("novalidate", "")
        .on(ev::submit, seal_and_send)
        .child((
            div()
                .class("govuk-form-group")
                .child((label().class("govuk-label govuk-label--s").attr("for", id).child(words), typing)),
            submit(button, busy),
        ))
        .into_any()
}

async fn send(case: Case, kind: ItemKind, text: &str) -> Result<(), Failure> {
    let signed_in = case.app.signed_in()?;
    let (desk, author) = (signed_in.keys.desk()?, signed_in.keys.member());
    let items: AddItems = if kind == ItemKind::Note {
        compose::note(text, case.id, desk, author, &mut rng())?
    } else {
        let wrap = case.desk_wrap().ok_or(Failure::Unreadable)?;
        let report = report_identity(wrap.as_slice(), desk)?;
        compose::message(text, case.id, &report, author, &mut rng())?
    };
    let _: ItemsAdded = api::post(&format!("/reports/{}/items", case.id), &items).await?;
    Ok(())
}
