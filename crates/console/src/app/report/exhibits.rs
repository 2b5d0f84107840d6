//! The exhibit list of a report, the form for an entry, and each exhibit's continuity.

use std::sync::Arc;

use leptos::ev::{self, SubmitEvent};
use leptos::html::{
    caption, code, details, div, form, h2, input, label, li, option, p, select, span, summary, table, tbody,
    td, textarea, th, thead, tr, ul,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::exhibit::{Exhibit, ExhibitFile, ExhibitRef};
use protocol::oversight::{LedgerEntry, LedgerPage};
use protocol::receipt::ItemsAdded;
use seal::ItemId;

use super::{Case, Loaded};
use crate::app::failure::Failure;
use crate::app::parts::{self, Weight, error_box, foreign, row, submit};
use crate::app::state::rng;
use crate::app::{api, dom, save};
use crate::chats;
use crate::compose::{self, MAX_EXHIBIT_FIELD};
use crate::exhibits::{
    Doubt, Typed, continuity, continuity_csv, doubts, entry, held, initials, list_csv, standing, taken, who,
};
use crate::open::{ExhibitEntry, FileRow};
use crate::text::{grouped, reference};

const FILE: &str = "exhibit-file";
const REFERENCE: &str = "exhibit-reference";
const FORM: &str = "exhibit-form";

/// What is being entered.
#[derive(Clone, PartialEq)]
enum Entering {
    Nothing,
    New,
    Derived(ExhibitRef),
    Correction(Box<ExhibitEntry>),
}

#[derive(Clone)]
struct Part {
    case: Case,
    loaded: Arc<Loaded>,
    entering: RwSignal<Entering>,
    history: RwSignal<Option<Arc<Vec<LedgerEntry>>>>,
}

/// The part of the page.
pub(super) fn part(case: Case, loaded: &Arc<Loaded>) -> AnyView {
    let part = Part {
        case,
        loaded: Arc::clone(loaded),
        entering: RwSignal::new(Entering::Nothing),
        history: RwSignal::new(None),
    };
    // Reading the history is on record: it is read where there is a continuity to tell.
    if standing(&loaded.opened.exhibits).iter().any(|entry| entry.exhibit.file.is_some()) {
        part.read_history();
    }
    let entered = part.clone();
    div()
        .child((
            h2().class("govuk-heading-m").child("Exhibits"),
            p().class("govuk-body").child(
                "What is produced in evidence, by its reference. The originals stay sealed and are never altered. The list is sealed to this desk; disclosure may reach it.",
            ),
            part.anonymous(),
            part.list(),
            part.buttons(),
            move || entered.form(),
        ))
        .into_any()
}

impl Part {
    /// Who stays anonymous produces nothing in court; the desk has to know before it builds on it.
    fn anonymous(&self) -> Option<AnyView> {
        use protocol::content::Standing;
        let route = self.loaded.opened.answers.as_ref().and_then(|answers| answers.route);
        (route == Some(Standing::Anonymous)).then(|| {
            div()
                .class("govuk-inset-text")
                .child(
                    "The reporter is anonymous. As things stand nobody can produce these files in court: they are intelligence.",
                )
                .into_any()
        })
    }

    /// Reads the whole history, page by page: continuity leaves nothing out.
    fn read_history(&self) {
        let (case, history) = (self.case, self.history);
        spawn_local(async move {
            let mut entries = Vec::new();
            let mut before = String::new();
            loop {
                let path = format!("/reports/{}/history?limit=200{before}", case.id);
                match api::get::<LedgerPage>(&path).await {
                    Ok(page) => {
                        entries.extend(page.entries);
                        match page.older {
                            Some(place) => before = format!("&before={place}"),
                            None => break,
                        }
                    }
                    Err(failure) => {
                        case.wrong.try_set(Some(case.app.heard(failure).to_string()));
                        return;
                    }
                }
            }
            history.try_set(Some(Arc::new(entries)));
        });
    }

    fn list(&self) -> AnyView {
        let opened = &self.loaded.opened;
        let list = standing(&opened.exhibits);
        if list.is_empty() {
            return p().class("govuk-body console-quiet").child("There is no exhibit yet.").into_any();
        }
        let cards: Vec<AnyView> =
            list.iter().map(|entry| self.card(entry, &doubts(entry, &list, &opened.files))).collect();
        ul().class("console-files").child(cards).into_any()
    }

    fn file_of(&self, item: ItemId) -> Option<&FileRow> {
        self.loaded.opened.files.iter().find(|row| row.item.signed.header.item == item)
    }

    fn card(&self, entry: &ExhibitEntry, doubts: &[Doubt]) -> AnyView {
        let exhibit = &entry.exhibit;
        let told: Vec<AnyView> = doubts
            .iter()
            .map(|doubt| p().class("govuk-body console-fault").child(doubt.words()).into_any())
            .collect();
        let file = exhibit.file.as_ref().map(|file| {
            let found = self.file_of(file.item);
            (
                found.map(|found| row("File", foreign(&chats::name(found)))),
                found.map(|found| row("Received", dom::moment(found.item.received_at))),
                row("SHA-256", code().class("console-digest").child(grouped(&file.sha256))),
            )
        });
        let optional =
            |label: &'static str, text: &str| (!text.is_empty()).then(|| row(label, foreign(text)));
        let entered = (foreign(who(&entry.by)), ", ", dom::moment(entry.at));
        li().class("console-card")
            .child((
                div().class("console-card__title").child((
                    leptos::html::h3().class("govuk-heading-s").child((
                        exhibit.reference.to_string(),
                        ": ",
                        foreign(&exhibit.description),
                    )),
                    self.case.app.works().then(|| self.acts(entry)),
                )),
                told,
                leptos::html::dl().class("govuk-summary-list console-facts").child((
                    exhibit.reference.parent().map(|parent| row("Derived from", parent.to_string())),
                    row("Producer", foreign(&exhibit.producer)),
                    optional("Source device, as told", &exhibit.device),
                    file,
                    optional("Where held", held(exhibit)),
                    row("Entered by", entered),
                )),
                exhibit.file.as_ref().map(|file| self.continuity(file.item, &exhibit.reference)),
            ))
            .into_any()
    }

    fn acts(&self, entry: &ExhibitEntry) -> AnyView {
        let entering = self.entering;
        let name = || parts::unseen(format!(" {}", entry.exhibit.reference));
        let enter = move |what: Entering| {
            entering.set(what);
            dom::focus(FORM);
        };
        let (of, correct, gone) = (entry.exhibit.reference.clone(), entry.clone(), entry.clone());
        let case = self.case;
        let take_back = move || {
            let withdrawn = Exhibit { withdrawn: true, replaces: Some(gone.item), ..gone.exhibit.clone() };
            spawn_local(async move {
                match keep(case, &withdrawn).await {
                    Ok(()) => {
                        case.app.say("The entry is withdrawn");
                        case.load(Some(parts::HEADING));
                    }
                    Err(failure) => drop(case.wrong.try_set(Some(case.app.heard(failure).to_string()))),
                }
            });
        };
        let derive = span().child(("Derive", name()));
        let change = span().child(("Correct", name()));
        let withdraw = span().child(("Withdraw", name()));
        div()
            .class("govuk-button-group")
            .child((
                parts::action(derive, Weight::Secondary, move || enter(Entering::Derived(of.clone()))),
                parts::action(change, Weight::Secondary, move || {
                    enter(Entering::Correction(Box::new(correct.clone())));
                }),
                parts::action(withdraw, Weight::Secondary, take_back),
            ))
            .into_any()
    }

    /// Who had it from whom, as the ledger has it.
    fn continuity(&self, item: ItemId, reference: &ExhibitRef) -> AnyView {
        let (case, history) = (self.case, self.history);
        let names = format!("Continuity of {reference}");
        let rows = move || {
            let Some(history) = history.get() else {
                return p().class("govuk-body console-quiet").child("Reading the history…").into_any();
            };
            let names_of = |id| case.app.name_of(id);
            let lines = continuity(item, &history, &names_of).into_iter().map(|step| {
                tr().class("govuk-table__row").child((
                    td().class("govuk-table__cell").child(dom::moment(step.at)),
                    td().class("govuk-table__cell").child(foreign(&step.from)),
                    td().class("govuk-table__cell").child(foreign(&step.to)),
                    td().class("govuk-table__cell").child(foreign(&step.why)),
                    td().class("govuk-table__cell").child(step.index.map(|index| index.to_string())),
                ))
            });
            let heads = ["When", "From", "To", "What was done", "Entry in the log"];
            let heads = heads.map(|head| th().class("govuk-table__header").attr("scope", "col").child(head));
            div()
                .class("console-wide")
                .tabindex("0")
                .attr("role", "region")
                .attr("aria-label", names.clone())
                .child(table().class("govuk-table").child((
                    caption().class("govuk-visually-hidden").child(names.clone()),
                    thead().class("govuk-table__head").child(tr().child(heads.collect_view())),
                    tbody().class("govuk-table__body").child(lines.collect_view()),
                )))
                .into_any()
        };
        details()
            .class("console-fold")
            .child((summary().class("console-fold__title").child("Continuity"), rows))
            .into_any()
    }

    fn buttons(&self) -> AnyView {
        let entering = self.entering;
        let new = move || {
            entering.set(Entering::New);
            dom::focus(FORM);
        };
        let (loaded, case, history) = (Arc::clone(&self.loaded), self.case, self.history);
        let called = reference(&case.id);
        let some = !standing(&loaded.opened.exhibits).is_empty();
        let list = {
            let (loaded, called) = (Arc::clone(&loaded), called.clone());
            move || {
                let csv = list_csv(&loaded.opened, dom::iso);
                offered(case, &format!("exhibits-{called}.csv"), &csv);
            }
        };
        let steps = move || {
            let Some(history) = history.get_untracked() else { return };
            let names = |id| case.app.name_of(id);
            let csv = continuity_csv(&loaded.opened, &history, &names, dom::iso);
            offered(case, &format!("continuity-{called}.csv"), &csv);
        };
        div()
            .class("govuk-button-group")
            .child((
                case.app.works().then(|| parts::action("Add an exhibit", Weight::Primary, new)),
                some.then(|| parts::action("Save the list (CSV)", Weight::Secondary, list)),
                some.then(|| {
                    move || {
                        let steps = steps.clone();
                        history
                            .with(Option::is_some)
                            .then(|| parts::action("Save the continuity (CSV)", Weight::Secondary, steps))
                    }
                }),
            ))
            .into_any()
    }

    fn form(&self) -> Option<AnyView> {
        let entering = self.entering.get();
        if entering == Entering::Nothing {
            return None;
        }
        let entries = &self.loaded.opened.exhibits;
        let known = taken(entries);
        let me =
            self.case.app.who.with_untracked(|who| who.as_ref().map(|who| who.session.member.name.clone()));
        let typed = match &entering {
            Entering::Correction(old) => Typed {
                reference: old.exhibit.reference.to_string(),
                description: old.exhibit.description.clone(),
                producer: old.exhibit.producer.clone(),
                device: old.exhibit.device.clone(),
                held: old.exhibit.held.clone(),
            },
            Entering::Derived(of) => Typed { reference: said(of.next_derived(&known)), ..Typed::default() },
            Entering::New | Entering::Nothing => Typed {
                reference: said(ExhibitRef::next(&initials(me.as_deref().unwrap_or_default()), &known)),
                ..Typed::default()
            },
        };
        let chosen = match &entering {
            Entering::Correction(old) => old.exhibit.file.as_ref().map(|file| file.item),
            _ => None,
        };
        let title = match &entering {
            Entering::Correction(old) => format!("Correct {}", old.exhibit.reference),
            Entering::Derived(of) => format!("Derive an exhibit from {of}"),
            Entering::New | Entering::Nothing => "Add an exhibit".to_owned(),
        };
        Some(self.fields(title, entering, typed, chosen))
    }

    fn fields(&self, title: String, entering: Entering, typed: Typed, chosen: Option<ItemId>) -> AnyView {
        let busy = RwSignal::new(None);
        let wrong = RwSignal::new(None::<String>);
        let typed = RwSignal::new(typed);
        let file = RwSignal::new(chosen);
        let part = self.clone();
        let send = move |event: SubmitEvent| {
            event.prevent_default();
            if busy.get_untracked().is_some() {
                return;
            }
            busy.set(Some("Sealing and sending…"));
            wrong.set(None);
            let (part, entering) = (part.clone(), entering.clone());
            spawn_local(async move {
                match part.enter(&entering, &typed.get_untracked(), file.get_untracked()).await {
                    Ok(()) => {
                        part.case.app.say("The exhibit is on the list");
                        part.entering.try_set(Entering::Nothing);
                        part.case.load(Some(parts::HEADING));
                    }
                    Err(words) => drop(wrong.try_set(Some(words))),
                }
                busy.try_set(None);
            });
        };
        let entering = self.entering;
        form()
            .attr("novalidate", "")
            .on(ev::submit, send)
            .child((
                h2().id(FORM).class("govuk-heading-m").tabindex("-1").child(title),
                move || wrong.get().map(|words| error_box("The exhibit is not entered", words)),
                field(REFERENCE, "Reference", "The producer’s initials and a number, as RP/1", typed, Field::Reference),
                self.files(file),
                field("exhibit-description", "Description", "What it is, so that anybody knows it again", typed, Field::Description),
                field("exhibit-producer", "Producer", "Who will produce it: a name, or the reporter by reference", typed, Field::Producer),
                field("exhibit-device", "Source device, as told", "You may leave this empty", typed, Field::Device),
                field("exhibit-held", "Where it is held", "If not only here. You may leave this empty", typed, Field::Held),
                p().class("govuk-body-s console-quiet").child(
                    "Sealed to this desk and signed by you. An entry is never changed, only corrected or withdrawn by a later one.",
                ),
                div().class("govuk-button-group").child((
                    submit("Seal and keep", busy),
                    parts::action("Cancel", Weight::Secondary, move || entering.set(Entering::Nothing)),
                )),
            ))
            .into_any()
    }

    fn files(&self, file: RwSignal<Option<ItemId>>) -> AnyView {
        let options: Vec<AnyView> = self
            .loaded
            .opened
            .files
            .iter()
            .map(|found| {
                let item = found.item.signed.header.item;
                let chosen = file.get_untracked() == Some(item);
                let name = crate::text::pieces(&chats::name(found)).into_iter().map(|piece| match piece {
                    crate::text::Piece::Plain(plain) => plain,
                    crate::text::Piece::Mark(label) => label.to_owned(),
                });
                option()
                    .value(item.to_string())
                    .prop("selected", chosen)
                    .child(name.collect::<String>())
                    .into_any()
            })
            .collect();
        let choose = move |event| file.set(event_target_value(&event).parse().ok());
        div()
            .class("govuk-form-group")
            .child((
                label().class("govuk-label govuk-label--s").attr("for", FILE).child("File"),
                select()
                    .id(FILE)
                    .class("govuk-select console-select")
                    .on(ev::change, choose)
                    .child((option().value("").child("No file of this report"), options)),
            ))
            .into_any()
    }

    /// Makes the entry, reading the file for its SHA-256 where the answers do not tell it, and hands it over.
    async fn enter(&self, entering: &Entering, typed: &Typed, file: Option<ItemId>) -> Result<(), String> {
        let entries = &self.loaded.opened.exhibits;
        let replaces = match entering {
            Entering::Correction(old) => Some(&**old),
            _ => None,
        };
        let heard = |failure| self.case.app.heard(failure).to_string();
        // What is wrong with the words is told before a large file is read.
        let mut exhibit = entry(typed, None, replaces, entries)
            .map_err(|wrong| format!("{}.", capital(&wrong.to_string())))?;
        if let Some(item) = file {
            let known = replaces.and_then(|old| old.exhibit.file.clone()).filter(|file| file.item == item);
            exhibit.file = Some(match known {
                Some(known) => known,
                None => self.digest(item).await.map_err(heard)?,
            });
        }
        keep(self.case, &exhibit).await.map_err(heard)
    }

    /// The file's SHA-256: as the answers tell it, or by opening it, which is recorded.
    async fn digest(&self, item: ItemId) -> Result<ExhibitFile, Failure> {
        let found = self.file_of(item).ok_or(Failure::Unreadable)?;
        if let Some(listed) = &found.listed {
            return Ok(ExhibitFile { item, sha256: listed.sha256.to_ascii_lowercase() });
        }
        let facts = self.case.open_file(found, save::Place::Nowhere, |_, _| {}).await?;
        Ok(ExhibitFile { item, sha256: facts.sha256.to_hex() })
    }
}

#[derive(Clone, Copy)]
enum Field {
    Reference,
    Description,
    Producer,
    Device,
    Held,
}

impl Field {
    fn of(self, typed: &mut Typed) -> &mut String {
        match self {
            Self::Reference => &mut typed.reference,
            Self::Description => &mut typed.description,
            Self::Producer => &mut typed.producer,
            Self::Device => &mut typed.device,
            Self::Held => &mut typed.held,
        }
    }
}

fn field(
    id: &'static str,
    name: &'static str,
    hint: &'static str,
    typed: RwSignal<Typed>,
    which: Field,
) -> AnyView {
    let hint_id = format!("{id}-hint");
    let mut before = typed.get_untracked();
    let value = which.of(&mut before).clone();
    let write = move |event| {
        let text = event_target_value(&event);
        typed.update_untracked(|typed| *which.of(typed) = text);
    };
    let most = MAX_EXHIBIT_FIELD.to_string();
    let control = match which {
        Field::Description => textarea()
            .id(id)
            .class("govuk-textarea")
            .rows("2")
            .attr("aria-describedby", hint_id.clone())
            .attr("maxlength", most)
            .prop("value", value)
            .on(ev::input, write)
            .into_any(),
        _ => input()
            .id(id)
            .r#type("text")
            .class(if matches!(which, Field::Reference) {
                "govuk-input govuk-input--width-10"
            } else {
                "govuk-input"
            })
            .attr("aria-describedby", hint_id.clone())
            .attr("maxlength", most)
            .attr("autocomplete", "off")
            .prop("value", value)
            .on(ev::input, write)
            .into_any(),
    };
    div()
        .class("govuk-form-group")
        .child((
            label().class("govuk-label govuk-label--s").attr("for", id).child(name),
            div().id(hint_id).class("govuk-hint").child(hint),
            control,
        ))
        .into_any()
}

fn said(reference: Result<ExhibitRef, protocol::exhibit::ExhibitRefError>) -> String {
    reference.map(|reference| reference.to_string()).unwrap_or_default()
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn offered(case: Case, name: &str, table: &str) {
    match save::offer_text(name, table) {
        Ok(()) => case.app.say("The table is saved"),
        Err(failure) => drop(case.wrong.try_set(Some(case.app.heard(failure).to_string()))),
    }
}

/// Seals an entry and hands it over.
async fn keep(case: Case, exhibit: &Exhibit) -> Result<(), Failure> {
    let signed_in = case.app.signed_in()?;
    let (desk, author) = (signed_in.keys.desk()?, signed_in.keys.member());
    let items = compose::exhibit(exhibit, case.id, desk, author, &mut rng())?;
    let _: ItemsAdded = api::post(&format!("/reports/{}/items", case.id), &items).await?;
    Ok(())
}
