//! Asking to see media in quarantine, and answering a colleague who asks.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::ev::{self, SubmitEvent};
use leptos::html::{div, fieldset, form, h3, input, label, legend, li, p, textarea, ul};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::quarantine::{AskRelease, Release, ReleaseState, Releases};
use seal::ItemId;

use super::{Case, Loaded};
use crate::app::failure::Failure;
use crate::app::parts::{self, Weight, error_box, foreign, submit, tag};
use crate::app::state::rng;
use crate::app::{api, dom};
use crate::chats;
use crate::compose;
use crate::open::FileRow;
use crate::quarantine::{Answer, MAX_REASON, answer, askable, files, state_words};

const REASON: &str = "release-reason";

#[derive(Clone)]
struct Requests {
    case: Case,
    loaded: Arc<Loaded>,
    releases: RwSignal<Option<Arc<Vec<Release>>>>,
    wrong: RwSignal<Option<String>>,
}

/// What is in quarantine and who has asked for it; nothing where no file ever was.
pub(super) fn part(case: Case, loaded: &Arc<Loaded>) -> Option<AnyView> {
    let held = loaded.opened.files.iter().filter(|file| file.held.is_some()).count();
    if held == 0 {
        return None;
    }
    let requests = Requests {
        case,
        loaded: Arc::clone(loaded),
        releases: RwSignal::new(None),
        wrong: RwSignal::new(None),
    };
    requests.read();
    let (asking, list) = (requests.clone(), requests.clone());
    Some(
        div()
            .class("console-quarantine")
            .child((
                h3().class("govuk-heading-s").child(format!("In quarantine: {}", files(held))),
                p().class("govuk-body").child(
                    "Pictures, films and recordings are held until two people agree that one of them has to see them. Each try is recorded.",
                ),
                move || requests.wrong.get().map(|words| error_box("That did not work", words)),
                move || list.list(),
                move || asking.form(),
            ))
            .into_any(),
    )
}

impl Requests {
    fn read(&self) {
        let (case, releases, wrong) = (self.case, self.releases, self.wrong);
        spawn_local(async move {
            match api::get::<Releases>(&format!("/reports/{}/releases", case.id)).await {
                Ok(found) => drop(releases.try_set(Some(Arc::new(found.releases)))),
                Err(failure) => drop(wrong.try_set(Some(case.app.heard(failure).to_string()))),
            }
        });
    }

    fn list(&self) -> Option<AnyView> {
        let releases = self.releases.get()?;
        if releases.is_empty() {
            return None;
        }
        let lines: Vec<AnyView> = releases.iter().map(|release| self.line(release)).collect();
        Some(ul().class("console-dialogue").attr("aria-label", "Requests").child(lines).into_any())
    }

    fn line(&self, release: &Release) -> AnyView {
        let app = self.case.app;
        let reason =
            self.loaded.opened.reasons.iter().find(|entry| entry.release == release.release).map(|entry| {
                // What was signed is what is asked for; a request for something else is told as such.
                let same: bool = {
                    let signed: BTreeSet<_> = entry.reason.items.iter().map(ItemId::as_bytes).collect();
                    let asked: BTreeSet<_> = release.items.iter().map(ItemId::as_bytes).collect();
                    signed == asked
                };
                let warning = (!same).then(|| {
                    p().class("govuk-body console-fault").child(
                        "The request names other files than the reason that was signed. Do not approve it.",
                    )
                });
                (p().class("govuk-body console-said__text").child(foreign(&entry.reason.reason)), warning)
            });
        let names: Vec<AnyView> = release
            .items
            .iter()
            .filter_map(|item| {
                self.loaded.opened.files.iter().find(|file| file.item.signed.header.item == *item)
            })
            .map(|file| li().child(foreign(&chats::name(file))).into_any())
            .collect();
        let until = release
            .expires_at
            .filter(|_| release.state == ReleaseState::Approved)
            .map(|at| format!(" until {}", dom::moment(at)));
        let answered = release.answered_by.map(|by| (", by ", foreign(&app.name_of(by))));
        li().class("console-said")
            .child((
                parts::byline(foreign(&app.name_of(release.asked_by)), release.asked_at),
                p().class("govuk-body").child((
                    tag(colour(release.state), state_words(release.state)),
                    until,
                    answered,
                )),
                reason,
                leptos::html::details().class("console-fold").child((
                    leptos::html::summary().class("console-fold__title").child(files(release.items.len())),
                    ul().class("govuk-list govuk-list--bullet").child(names),
                )),
                self.acts(release),
            ))
            .into_any()
    }

    fn acts(&self, release: &Release) -> Option<AnyView> {
        let who = self.case.app.who.get_untracked()?;
        let id = release.release;
        let act = |label: &'static str, weight, what: &'static str, said: &'static str| {
            let requests = self.clone();
            parts::action(label, weight, move || requests.answer(id, what, said))
        };
        let buttons = match answer(release, who.id(), who.session.member.role)? {
            Answer::Decide => (
                act("Approve", Weight::Primary, "approval", "The request is approved"),
                act("Refuse", Weight::Secondary, "refusal", "The request is refused"),
            )
                .into_any(),
            Answer::TakeBack => act("Take back", Weight::Secondary, "refusal", "The request is taken back"),
        };
        Some(div().class("govuk-button-group").child(buttons).into_any())
    }

    fn answer(&self, release: ItemId, what: &'static str, said: &'static str) {
        let (case, wrong) = (self.case, self.wrong);
        spawn_local(async move {
            let path = format!("/reports/{}/releases/{release}/{what}", case.id);
            match api::tell(&path, &serde_json::json!({})).await {
                Ok(()) => {
                    case.app.say(said);
                    case.load(Some(parts::HEADING));
                }
                Err(failure) => drop(wrong.try_set(Some(case.app.heard(failure).to_string()))),
            }
        });
    }

    fn form(&self) -> Option<AnyView> {
        let releases = self.releases.get()?;
        let who = self.case.app.who.get_untracked()?;
        if !who.session.member.role.asks_for_releases() {
            return None;
        }
        let able: Vec<FileRow> =
            askable(&self.loaded.opened.files, &releases, who.id()).into_iter().cloned().collect();
        if able.is_empty() {
            return None;
        }
        let chosen: RwSignal<BTreeSet<[u8; 16]>> =
            RwSignal::new(able.iter().map(|file| *file.item.signed.header.item.as_bytes()).collect());
        let reason = RwSignal::new(String::new());
        let busy = RwSignal::new(None);
        let wrong = RwSignal::new(None::<&'static str>);
        let requests = self.clone();
        let send = move |event: SubmitEvent| {
            event.prevent_default();
            if busy.get_untracked().is_some() {
                return;
            }
            let items: Vec<ItemId> = chosen.get_untracked().into_iter().map(ItemId::from_bytes).collect();
            let text = reason.get_untracked().trim().to_owned();
            if items.is_empty() {
                return wrong.set(Some("Choose at least one file."));
            }
            if text.is_empty() {
                return wrong.set(Some("Say why somebody has to see it."));
            }
            wrong.set(None);
            busy.set(Some("Sealing and sending…"));
            requests.ask(items, text, busy);
        };
        let boxes: Vec<AnyView> = able.iter().map(|file| checkbox(file, chosen)).collect();
        Some(
            form()
                .attr("novalidate", "")
                .on(ev::submit, send)
                .child((
                    move || wrong.get().map(|words| error_box("The request was not sent", words)),
                    fieldset().class("govuk-fieldset govuk-form-group").child((
                        legend()
                            .class("govuk-fieldset__legend govuk-fieldset__legend--s")
                            .child("Ask to see"),
                        div().class("govuk-checkboxes govuk-checkboxes--small").child(boxes),
                    )),
                    div().class("govuk-form-group").child((
                        label().class("govuk-label govuk-label--s").attr("for", REASON).child("Why"),
                        div().id("release-hint").class("govuk-hint").child(
                            "A colleague reads it and decides. It is sealed to this desk; disclosure may reach it.",
                        ),
                        textarea()
                            .id(REASON)
                            .class("govuk-textarea")
                            .rows("3")
                            .attr("aria-describedby", "release-hint")
                            .attr("maxlength", MAX_REASON.to_string())
                            .on(ev::input, move |event| reason.set(event_target_value(&event))),
                    )),
                    submit("Ask a second person", busy),
                ))
                .into_any(),
        )
    }

    fn ask(&self, items: Vec<ItemId>, reason: String, busy: RwSignal<Option<&'static str>>) {
        let (case, wrong) = (self.case, self.wrong);
        spawn_local(async move {
            match asked(case, items, &reason).await {
                Ok(()) => {
                    case.app.say("The request waits for a second person");
                    case.load(Some(parts::HEADING));
                }
                Err(failure) => drop(wrong.try_set(Some(case.app.heard(failure).to_string()))),
            }
            busy.try_set(None);
        });
    }
}

fn checkbox(file: &FileRow, chosen: RwSignal<BTreeSet<[u8; 16]>>) -> AnyView {
    let item = *file.item.signed.header.item.as_bytes();
    let id = format!("ask-{}", file.place);
    let change = move |event| {
        let checked = event_target_checked(&event);
        chosen.update(|chosen| {
            if checked {
                chosen.insert(item);
            } else {
                chosen.remove(&item);
            }
        });
    };
    div()
        .class("govuk-checkboxes__item")
        .child((
            input()
                .r#type("checkbox")
                .id(id.clone())
                .class("govuk-checkboxes__input")
                .prop("checked", chosen.with_untracked(|chosen| chosen.contains(&item)))
                .on(ev::change, change),
            label()
                .class("govuk-label govuk-checkboxes__label")
                .attr("for", id)
                .child(foreign(&chats::name(file))),
        ))
        .into_any()
}

async fn asked(case: Case, items: Vec<ItemId>, reason: &str) -> Result<(), Failure> {
    let signed_in = case.app.signed_in()?;
    let (desk, author) = (signed_in.keys.desk()?, signed_in.keys.member());
    let reason = compose::release_reason(items.clone(), reason, case.id, desk, author, &mut rng())?;
    let ask = AskRelease { items, reason };
    let _: Release = api::post(&format!("/reports/{}/releases", case.id), &ask).await?;
    Ok(())
}

fn colour(state: ReleaseState) -> &'static str {
    match state {
        ReleaseState::Waiting => "govuk-tag--yellow",
        ReleaseState::Approved => "govuk-tag--green",
        ReleaseState::Refused => "govuk-tag--red",
        ReleaseState::Stale | ReleaseState::Expired | ReleaseState::Ended => "govuk-tag--grey",
    }
}
