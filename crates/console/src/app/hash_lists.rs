//! The desk's hash lists: which there are, adding one from the disk, removing one.

use std::sync::Arc;

use ::examiner::{ImportFacts, ListFacts};
use leptos::ev::{self, SubmitEvent};
use leptos::html::{div, form, h2, input, label, li, p, ul};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{File, HtmlInputElement};
use protocol::quarantine::{HashList, HashListId, HashLists};

use super::failure::Failure;
use super::parts::{self, HEADING, Weight, error_box, foreign, row, submit};
use super::state::{App, rng};
use super::{api, dom};
use crate::hash_lists::{MAX_NAME, open_name, seal};
use crate::text::size;
use crate::vault;

const NAME: &str = "list-name";
const FILE: &str = "list-file";
const PDQ: &str = "list-pdq";

/// A handle to the page's state.
#[derive(Clone, Copy)]
struct Page {
    app: App,
    lists: RwSignal<Option<Arc<Vec<HashList>>>>,
    wrong: RwSignal<Option<String>>,
    /// What was read of the list that was added last.
    added: RwSignal<Option<Arc<ImportFacts>>>,
    /// The list that is about to be removed.
    doomed: RwSignal<Option<HashListId>>,
}

/// The page.
pub(crate) fn page(app: App) -> AnyView {
    let page = Page {
        app,
        lists: RwSignal::new(None),
        wrong: RwSignal::new(None),
        added: RwSignal::new(None),
        doomed: RwSignal::new(None),
    };
    page.read();
    let role = app.who.with_untracked(|who| who.as_ref().map(|who| who.session.member.role));
    let manages = role.is_some_and(vault::manages_hash_lists);
    div()
        .child((
            parts::heading("Hash lists"),
            p().class("govuk-body").child(
                "Each file is compared with these lists in this browser before anybody sees it. One that a list knows is locked and never shown. Lists are sealed to this desk; the server cannot read them.",
            ),
            move || page.wrong.get().map(|words| error_box("That did not work", words)),
            move || page.added.get().map(|facts| told(&facts)),
            move || page.lists.get().map(|lists| page.list(&lists, manages)),
            manages.then(|| page.form()),
        ))
        .into_any()
}

impl Page {
    fn read(self) {
        spawn_local(async move {
            match self.fetch().await {
                Ok(lists) => drop(self.lists.try_set(Some(Arc::new(lists)))),
                Err(failure) => self.failed(failure),
            }
        });
    }

    async fn fetch(self) -> Result<Vec<HashList>, Failure> {
        let slug = self.app.signed_in()?.slug().to_owned();
        Ok(api::get::<HashLists>(&format!("/desks/{slug}/hash-lists")).await?.lists)
    }

    fn failed(self, failure: Failure) {
        self.wrong.try_set(Some(self.app.heard(failure).to_string()));
    }

    fn list(self, lists: &[HashList], manages: bool) -> AnyView {
        if lists.is_empty() {
            return p().class("govuk-body console-quiet").child("This desk has no hash list yet.").into_any();
        }
        let cards: Vec<AnyView> = lists.iter().map(|list| self.card(list, manages)).collect();
        ul().class("console-files").attr("aria-label", "Hash lists").child(cards).into_any()
    }

    fn card(self, list: &HashList, manages: bool) -> AnyView {
        let app = self.app;
        let name = app.signed_in().and_then(|who| Ok(open_name(list, who.keys.desk()?)?));
        let (name, id) = match name {
            Ok(name) => (foreign(&name), list.list),
            Err(failure) => (failure.to_string().into_any(), list.list),
        };
        let by = list.by;
        let acts = move || {
            if self.doomed.get() == Some(id) {
                div()
                    .class("govuk-button-group")
                    .child((
                        parts::action("Yes, remove it", Weight::Warning, move || self.remove(id)),
                        parts::action("Keep it", Weight::Secondary, move || self.doomed.set(None)),
                    ))
                    .into_any()
            } else {
                parts::action("Remove…", Weight::Secondary, move || self.doomed.set(Some(id)))
            }
        };
        li().class("console-card")
            .child((
                div()
                    .class("console-card__title")
                    .child((h2().class("govuk-heading-s").child(name), manages.then_some(acts))),
                leptos::html::dl().class("govuk-summary-list console-facts").child((
                    row("Added", dom::moment(list.at)),
                    row("By", move || foreign(&app.name_of(by))),
                    row("Sealed size", size(list.size)),
                )),
            ))
            .into_any()
    }

    fn remove(self, list: HashListId) {
        self.doomed.set(None);
        self.wrong.set(None);
        spawn_local(async move {
            let outcome = async {
                let slug = self.app.signed_in()?.slug().to_owned();
                api::delete(&format!("/desks/{slug}/hash-lists/{list}")).await
            };
            match outcome.await {
                Ok(()) => {
                    self.added.try_set(None);
                    self.app.say("The list is removed. What it has locked stays locked.");
                    self.read();
                    dom::focus(HEADING);
                }
                Err(failure) => self.failed(failure),
            }
        });
    }

    fn form(self) -> AnyView {
        let busy = RwSignal::new(None);
        let amiss = RwSignal::new(None::<&'static str>);
        let send = move |event: SubmitEvent| {
            event.prevent_default();
            if busy.get_untracked().is_some() {
                return;
            }
            let name = field(NAME).map(|field| field.value().trim().to_owned()).unwrap_or_default();
            let file = field(FILE).and_then(|field| field.files()).and_then(|files| files.get(0));
            let pdq = field(PDQ).is_some_and(|field| field.checked());
            let Some(file) = file else { return amiss.set(Some("Choose the file with the hashes.")) };
            if name.is_empty() {
                return amiss.set(Some("Give the list a name by which members know it."));
            }
            amiss.set(None);
            self.wrong.set(None);
            self.added.set(None);
            busy.set(Some("Reading, sealing and sending…"));
            spawn_local(async move {
                match self.add(&name, &file, pdq).await {
                    Ok(facts) => {
                        self.added.try_set(Some(Arc::new(facts)));
                        for id in [NAME, FILE] {
                            if let Some(field) = field(id) {
                                field.set_value("");
                            }
                        }
                        self.read();
                    }
                    Err(failure) => self.failed(failure),
                }
                busy.try_set(None);
            });
        };
        let hint = |id: &'static str, words: &'static str| div().id(id).class("govuk-hint").child(words);
        form()
            .attr("novalidate", "")
            .class("console-form")
            .on(ev::submit, send)
            .child((
                h2().class("govuk-heading-m").child("Add a list"),
                move || amiss.get().map(|words| error_box("The list was not added", words)),
                div().class("govuk-form-group").child((
                    label().class("govuk-label").attr("for", NAME).child("Name"),
                    input().r#type("text").id(NAME).class("govuk-input").attr("maxlength", MAX_NAME.to_string()),
                )),
                div().class("govuk-form-group").child((
                    label().class("govuk-label").attr("for", FILE).child("File with the hashes"),
                    hint(
                        "list-file-hint",
                        "Project VIC’s JSON, a table with columns md5, sha1, sha256 or pdq, or one hash a line.",
                    ),
                    input()
                        .r#type("file")
                        .id(FILE)
                        .class("govuk-file-upload")
                        .attr("aria-describedby", "list-file-hint"),
                )),
                div().class("govuk-form-group govuk-checkboxes govuk-checkboxes--small").child(
                    div().class("govuk-checkboxes__item").child((
                        input().r#type("checkbox").id(PDQ).class("govuk-checkboxes__input"),
                        label()
                            .class("govuk-label govuk-checkboxes__label")
                            .attr("for", PDQ)
                            .child("64 digits without a heading are PDQ hashes, not SHA-256"),
                    )),
                ),
                submit("Add the list", busy),
            ))
            .into_any()
    }

    async fn add(self, name: &str, file: &File, pdq: bool) -> Result<ImportFacts, Failure> {
        let (stored, facts) = self.app.examiner()?.import(file, pdq).await?;
        let signed_in = self.app.signed_in()?;
        let sealed = seal(name, &stored.to_vec(), signed_in.keys.desk()?, &mut rng())?;
        let path = format!("/desks/{}/hash-lists/{}", signed_in.slug(), sealed.list);
        api::put_list(&path, &sealed.name, &sealed.bytes).await?;
        Ok(facts)
    }
}

fn field(id: &str) -> Option<HtmlInputElement> {
    dom::by_id(id)
}

/// What was read of a list.
fn told(facts: &ImportFacts) -> AnyView {
    let ListFacts { md5, sha1, sha256, pdq } = facts.hashes;
    let counts: Vec<String> = [(sha256, "SHA-256"), (sha1, "SHA-1"), (md5, "MD5"), (pdq, "PDQ")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    let refused = (facts.refused > 0).then(|| {
        let lines: Vec<AnyView> = facts
            .refusals
            .iter()
            .map(|(place, why)| li().child((format!("{place}: "), foreign(why))).into_any())
            .collect();
        (
            p().class("govuk-body").child(match facts.refused {
                1 => "One entry could not be read:".to_owned(),
                several => format!("{several} entries could not be read, the first of them:"),
            }),
            ul().class("govuk-list govuk-list--bullet").child(lines),
        )
    });
    div()
        .class("govuk-inset-text")
        .attr("role", "status")
        .child((
            p().class("govuk-body govuk-!-font-weight-bold").child("The list was added"),
            p().class("govuk-body").child(format!("Read as {}: {}.", facts.format, counts.join(", "))),
            refused,
        ))
        .into_any()
}
