//! A report's page: what is known at a glance, then one part of it at a time.

mod answers;
mod dialogue;
mod exhibits;
mod files;
mod history;
mod people;
mod quarantine;
mod transcript;
mod viewer;

use std::sync::Arc;

use leptos::html::{a, dd, div, dl, dt, label, li, nav, option, p, select, ul};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::HtmlSelectElement;
use protocol::receipt::ItemView;
use protocol::staff::{Assign, ChangeState, ReportState, ReportView};
use protocol::{Bytes, MemberId};
use seal::{ContentFacts, ReportId};

pub(crate) use dialogue::REPLY;
pub(crate) use transcript::{Reader, Transcript};

use super::failure::Failure;
use super::parts::{self, HEADING, Weight, state_tag, tag};
use super::state::App;
use super::{api, dom, save};
use crate::exhibits::standing;
use crate::open::{FileRow, OpenReport, open_report, report_identity};
use crate::route::{Route, Tab};
use crate::save::Saving;
use crate::text::{age, reference};

const ASSIGNED: &str = "assigned";

/// A report that has been fetched and opened.
pub(crate) struct Loaded {
    pub(crate) view: ReportView,
    pub(crate) opened: OpenReport,
}

/// What the page's parts share.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) app: App,
    pub(crate) id: ReportId,
    loaded: RwSignal<Option<Result<Arc<Loaded>, String>>>,
    /// What went wrong with the last thing that was asked for.
    pub(crate) wrong: RwSignal<Option<String>>,
    /// A message that is being written. Outlives every reading of the report, as does the next.
    pub(crate) reply: RwSignal<String>,
    /// A note that is being written.
    pub(crate) note: RwSignal<String>,
    /// The chats, once somebody has asked for them.
    pub(crate) transcript: Transcript,
}

impl Case {
    /// Fetches and opens the report, again if it was there already.
    ///
    /// What had the focus is gone then: it goes to the element with the id `aim`.
    pub(crate) fn load(self, aim: Option<&'static str>) {
        spawn_local(async move {
            let outcome = fetch(self.app, self.id).await;
            if outcome.is_ok() {
                self.app.queue.update(|queue| queue.update(&self.id, |row| row.unread = false));
            }
            let outcome = outcome.map(Arc::new).map_err(|failure| self.app.heard(failure).to_string());
            // The page may have been left in the meantime.
            self.loaded.try_set(Some(outcome));
            if let Some(aim) = aim {
                dom::focus(aim);
            }
        });
    }

    /// Where the server has a file's sealed bytes, below the API's path.
    pub(crate) fn path_of(self, file: &FileRow) -> String {
        format!("/reports/{}/items/{}", self.id, file.item.signed.header.item)
    }

    /// Fetches a file, which is recorded, and opens it into `place`; says what it was once every check has held.
    pub(crate) async fn open_file(
        self,
        file: &FileRow,
        place: save::Place,
        tell: impl Fn(u64, u64),
    ) -> Result<ContentFacts, Failure> {
        let signed_in = self.app.signed_in()?;
        // The page may have been left.
        let wrap = self.desk_wrap().ok_or(Failure::Stopped)?;
        let report = report_identity(wrap.as_slice(), signed_in.keys.desk()?)?;
        save::stream(&self.path_of(file), Saving::begin(file, &report)?, place, tell).await
    }

    /// The wrap of the report's key to the desk, once the report is there.
    pub(crate) fn desk_wrap(self) -> Option<Bytes> {
        match self.loaded.get_untracked() {
            Some(Ok(loaded)) => Some(loaded.view.desk_wrap.clone()),
            _ => None,
        }
    }

    /// Asks the server for a change and shows the report as it then stands.
    fn change<F>(self, said: &'static str, ask: F)
    where
        F: Future<Output = Result<(), Failure>> + 'static,
    {
        spawn_local(async move {
            match ask.await {
                Ok(()) => {
                    self.wrong.try_set(None);
                    self.app.say(said);
                    self.load(Some(HEADING));
                    self.app.refresh();
                }
                Err(failure) => {
                    self.wrong.try_set(Some(self.app.heard(failure).to_string()));
                }
            }
        });
    }
}

async fn fetch(app: App, id: ReportId) -> Result<Loaded, Failure> {
    let signed_in = app.signed_in()?;
    let mut view: ReportView = api::get(&format!("/reports/{id}")).await?;
    for item in &mut view.items {
        if item.body.is_none() && !item.signed.header.kind.is_file() {
            item.body = Some(body(id, item).await?);
        }
    }
    let members = app.members.get_untracked();
    let opened = open_report(&view, signed_in.keys.desk()?, &members)?;
    Ok(Loaded { view, opened })
}

async fn body(report: ReportId, item: &ItemView) -> Result<Bytes, Failure> {
    let path = format!("/reports/{report}/items/{}", item.signed.header.item);
    save::whole(&path, item.signed.header.size).await.map(Bytes)
}

/// The page of one report.
pub(crate) fn page(app: App, id: ReportId) -> AnyView {
    let case = Case {
        app,
        id,
        loaded: RwSignal::new(None),
        wrong: RwSignal::new(None),
        reply: RwSignal::new(String::new()),
        note: RwSignal::new(String::new()),
        transcript: Transcript::new(app),
    };
    on_cleanup(move || case.transcript.end());
    app.last.set(Some(id));
    case.load(None);
    let tab = Memo::new(move |_| match app.route.get() {
        Route::Report(_, tab) => tab,
        _ => Tab::default(),
    });
    // The heading stays while the report is opened below it, because it has the focus.
    let title = div()
        .class("console-title-row")
        .child((parts::heading(format!("Report {}", reference(&id))), move || tags(case)));
    let below = move || match case.loaded.get() {
        None => p().class("govuk-body").attr("role", "status").child("Opening…").into_any(),
        Some(Err(words)) => failed(&words),
        Some(Ok(loaded)) => opened(case, tab, &loaded),
    };
    div().child((parts::back(Route::Queue, "Back to the queue"), title, below)).into_any()
}

fn tags(case: Case) -> Option<AnyView> {
    let view = &case.loaded.get()?.ok()?.view;
    let urgent = view.urgent.then(|| tag("govuk-tag--red", "Urgent"));
    Some(div().class("console-identity__tags").child((urgent, state_tag(view.state))).into_any())
}

fn failed(words: &str) -> AnyView {
    parts::error_box("This report could not be opened", format!("{words} Nothing of the report is shown."))
}

fn opened(case: Case, tab: Memo<Tab>, loaded: &Arc<Loaded>) -> AnyView {
    let shown = Arc::clone(loaded);
    div()
        .child((
            identity_bar(case, loaded),
            move || case.wrong.get().map(|words| parts::error_box("That did not work", words)),
            faults(loaded),
            div().class("console-report").child((
                tabs(case, tab, loaded),
                div().class("console-report__part").child(move || match tab.get() {
                    Tab::Answers => answers::part(&shown),
                    Tab::People => people::part(&shown),
                    Tab::Files => files::part(case, &shown),
                    Tab::Transcript => transcript::part(case, &shown),
                    Tab::Exhibits => exhibits::part(case, &shown),
                    Tab::Dialogue => dialogue::messages(case, &shown),
                    Tab::Notes => dialogue::notes(case, &shown),
                    Tab::History => history::part(case),
                }),
            )),
        ))
        .into_any()
}

fn identity_bar(case: Case, loaded: &Loaded) -> AnyView {
    let view = &loaded.view;
    let reasons = loaded.opened.answers.as_ref().map(|answers| parts::reasons(&answers.reasons));
    let received = view.received_at;
    div()
        .class("console-identity")
        .child((
            reasons,
            dl().class("console-glance").child((
                glance("Received", dom::moment(received)),
                glance("Waiting", move || age(case.app.now.get(), received)),
                glance("Items", view.items.len().to_string()),
            )),
            case.app.works().then(|| {
                div()
                    .class("console-identity__acts")
                    .child((assign(case, view.assigned), state_acts(case, view.state)))
            }),
        ))
        .into_any()
}

fn glance(label: &'static str, value: impl IntoView + 'static) -> AnyView {
    div().child((dt().child(label), dd().child(value))).into_any()
}

fn assign(case: Case, assigned: Option<MemberId>) -> AnyView {
    let app = case.app;
    let me = app.who.with_untracked(|who| who.as_ref().map(|who| who.id()));
    let give = move |member: Option<MemberId>| {
        let path = format!("/reports/{}/assignment", case.id);
        case.change("Assigned", async move { api::tell(&path, &Assign { member }).await });
    };
    let chosen =
        move || dom::by_id::<HtmlSelectElement>(ASSIGNED).and_then(|field| field.value().parse().ok());
    let options = move || {
        let members = app.members.get();
        let able = members
            .into_iter()
            .filter(|member| Some(member.id) == assigned || (member.active && member.role.reads_content()));
        able.map(|member| {
            let chosen = Some(member.id) == assigned;
            option().value(member.id.to_string()).prop("selected", chosen).child(member.name)
        })
        .collect_view()
    };
    div()
        .class("console-assign")
        .child((
            label().class("govuk-label").attr("for", ASSIGNED).child("Assigned to"),
            select()
                .id(ASSIGNED)
                .class("govuk-select")
                .child((option().value("").prop("selected", assigned.is_none()).child("Nobody"), options)),
            parts::action("Assign", Weight::Secondary, move || give(chosen())),
            (assigned != me).then(|| parts::action("Take it", Weight::Secondary, move || give(me))),
        ))
        .into_any()
}

fn state_acts(case: Case, state: ReportState) -> AnyView {
    let put = move |state: ReportState, said: &'static str| {
        let path = format!("/reports/{}/state", case.id);
        case.change(said, async move { api::tell(&path, &ChangeState { state }).await });
    };
    let open = move |label: &'static str| {
        parts::action(label, Weight::Secondary, move || put(ReportState::Open, "The report is open"))
    };
    let close = move || {
        parts::action("Close", Weight::Secondary, move || put(ReportState::Closed, "The report is closed"))
    };
    match state {
        ReportState::New => {
            div().class("govuk-button-group").child((open("Mark as open"), close())).into_any()
        }
        ReportState::Open => div().class("govuk-button-group").child(close()).into_any(),
        ReportState::Closed => div().class("govuk-button-group").child(open("Open again")).into_any(),
    }
}

fn faults(loaded: &Loaded) -> AnyView {
    let boxes: Vec<AnyView> = loaded
        .opened
        .faults
        .iter()
        .map(|fault| {
            let title = format!("One item of this report ({}) failed a check", fault.kind.as_str());
            parts::fault_box(title, &fault.error)
        })
        .collect();
    boxes.into_any()
}

fn tabs(case: Case, tab: Memo<Tab>, loaded: &Loaded) -> AnyView {
    let opened = &loaded.opened;
    let count = |tab| match tab {
        Tab::Files => Some(opened.files.len()),
        Tab::Exhibits => Some(standing(&opened.exhibits).len()),
        Tab::Dialogue => Some(opened.dialogue.len()),
        Tab::Notes => Some(opened.notes.len()),
        Tab::Answers | Tab::People | Tab::Transcript | Tab::History => None,
    };
    let entries: Vec<AnyView> = Tab::ALL
        .into_iter()
        .map(|entry| {
            let counted = count(entry).map_or_else(String::new, |count| format!(" ({count})"));
            li().class("console-tabs__item")
                .child(
                    a().href(Route::Report(case.id, entry).to_string())
                        .class("console-tabs__link")
                        .attr("aria-current", move || (tab.get() == entry).then_some("page"))
                        .child((entry.label(), counted)),
                )
                .into_any()
        })
        .collect();
    nav()
        .class("console-tabs")
        .attr("aria-label", "Parts of the report")
        .child(ul().child(entries))
        .into_any()
}
