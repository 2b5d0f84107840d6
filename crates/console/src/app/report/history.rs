//! What was done with the report, by whom and when, in words.

use leptos::html::{div, h2, h3, p, span};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::oversight::{LedgerEntry, LedgerPage};

use super::Case;
use crate::app::parts::{self, Weight, foreign};
use crate::app::{api, dom};
use crate::ledger::{Moment, by_day, moments};

/// What has been read of the history so far.
#[derive(Clone, Copy)]
struct History {
    case: Case,
    entries: RwSignal<Vec<LedgerEntry>>,
    /// Where older acts are, and whether there are any.
    older: RwSignal<Option<String>>,
    read: RwSignal<bool>,
    wrong: RwSignal<Option<String>>,
}

/// The part of the page. It is read anew each time that somebody comes to it, because reading the report is in it.
pub(super) fn part(case: Case) -> AnyView {
    let history = History {
        case,
        entries: RwSignal::new(Vec::new()),
        older: RwSignal::new(None),
        read: RwSignal::new(false),
        wrong: RwSignal::new(None),
    };
    history.read_on();
    div()
        .child((
            h2().class("govuk-heading-m").child("History"),
            p().class("govuk-body").child(
                "Every act on this report, newest first. That you looked is recorded too; only auditors see that.",
            ),
            move || history.wrong.get().map(|words| parts::error_box("The history could not be read", words)),
            move || {
                let waits = !history.read.get() && history.wrong.with(Option::is_none);
                waits.then(|| p().class("govuk-body console-quiet").child("Reading the history…"))
            },
            move || history.days(),
            move || {
                let more = move || history.read_on();
                history.older.get().map(|_| parts::action("Show older acts", Weight::Secondary, more))
            },
        ))
        .into_any()
}

impl History {
    fn read_on(self) {
        let before = self.older.get_untracked().map(|place| format!("&before={place}")).unwrap_or_default();
        let path = format!("/reports/{}/history?limit=200{before}", self.case.id);
        spawn_local(async move {
            let outcome = api::get::<LedgerPage>(&path).await;
            let app = self.case.app;
            // The part may have been left in the meantime.
            match outcome {
                Ok(page) => {
                    self.entries.try_update(|entries| entries.extend(page.entries));
                    self.older.try_set(page.older);
                    self.wrong.try_set(None);
                    self.read.try_set(true);
                }
                Err(failure) => {
                    self.wrong.try_set(Some(app.heard(failure).to_string()));
                }
            }
        });
    }

    fn days(self) -> AnyView {
        let names = |id| self.case.app.name_of(id);
        let told = self.entries.with(|entries| moments(entries, &names));
        let days = by_day(told, dom::day);
        let days = days.into_iter().map(|(day, moments)| {
            let items = moments.iter().map(item).collect_view();
            div().class("console-day").child((
                h3().class("govuk-heading-s").child(day),
                div().class("moj-timeline console-timeline").child(items),
            ))
        });
        days.collect_view().into_any()
    }
}

fn item(moment: &Moment) -> AnyView {
    let title =
        (span().class("console-timeline__who").child(foreign(&moment.who)), " ", foreign(&moment.deed));
    div()
        .class("moj-timeline__item")
        .child((
            div()
                .class("moj-timeline__header")
                .child(p().class("govuk-body console-timeline__line").child(title)),
            p().class("moj-timeline__date").child(dom::time_of_day(moment.at)),
        ))
        .into_any()
}
