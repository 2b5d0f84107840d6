//! Who read how much on which day. Facts to ask somebody about; nobody is measured by them.

use leptos::html::{h2, p, section, table, tbody, td, th, thead, tr};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::oversight::{LedgerCount, LedgerCounts};

use super::Ledger;
use crate::app::failure::Failure;
use crate::app::parts::{self, Weight, foreign};
use crate::app::{api, dom};
use crate::ledger::Look;

const RESULT: &str = "ledger-counts";

/// The section below the table. Counting is a look-up of its own, so it waits until somebody asks.
pub(super) fn readings(ledger: Ledger) -> AnyView {
    let outcome = RwSignal::new(None::<Result<LedgerCounts, String>>);
    // What was counted belongs to the filters it was counted for.
    Effect::new(move |_| {
        ledger.look.track();
        outcome.set(None);
    });
    let count = move || {
        let look = ledger.look.get_untracked();
        spawn_local(async move {
            let counts = fetch(ledger, look).await.map_err(|failure| ledger.app.heard(failure).to_string());
            if ledger.look.try_get_untracked() == Some(look) {
                outcome.set(Some(counts));
                dom::focus(RESULT);
            }
        });
    };
    section_view(outcome, count)
}

fn section_view(
    outcome: RwSignal<Option<Result<LedgerCounts, String>>>,
    count: impl Fn() + 'static,
) -> AnyView {
    section()
        .class("console-counts")
        .attr("aria-labelledby", "ledger-counts-title")
        .child((
            h2().id("ledger-counts-title").class("govuk-heading-m").child("Readings by member and day"),
            p().class("govuk-body").child(
                "Counts the reports that each member read in, and how many of those were not assigned to them when \
                 they first did that day. New reports are read before they are assigned, so a number says nothing \
                 by itself. It covers the days of the filters, or the last seven, by the member and report of the \
                 filters.",
            ),
            parts::action("Count readings", Weight::Secondary, count),
            move || match outcome.get()? {
                Err(words) => Some(parts::error_box("Nothing was counted", words)),
                Ok(counts) => Some(result(&counts)),
            },
        ))
        .into_any()
}

async fn fetch(ledger: Ledger, look: Look) -> Result<LedgerCounts, Failure> {
    let signed_in = ledger.app.signed_in()?;
    let look = Look { act: None, named: false, ..look.at(None) };
    api::get(&format!("/desks/{}/ledger/counts?{}", signed_in.slug(), Ledger::query(look))).await
}

fn result(counts: &LedgerCounts) -> AnyView {
    let summary = match counts.rows.len() {
        0 => "Nobody read anything in that time.".to_owned(),
        _ => format!("From {} to {}.", dom::moment(counts.since), dom::moment(counts.until)),
    };
    let column = |text: &'static str| th().attr("role", "columnheader").attr("scope", "col").child(text);
    let table = (!counts.rows.is_empty()).then(|| {
        let head = tr().attr("role", "row").child((
            column("Day (UTC)"),
            column("Member"),
            column("Reports read in"),
            column("Not assigned to them"),
            column("Items"),
        ));
        table()
            .class("console-ledger console-ledger--counts")
            .attr("role", "table")
            .attr("aria-label", "Readings by member and day")
            .child((
                thead().attr("role", "rowgroup").child(head),
                tbody().attr("role", "rowgroup").child(counts.rows.iter().map(row).collect_view()),
            ))
    });
    (p().id(RESULT).class("govuk-body").tabindex("-1").attr("role", "status").child(summary), table)
        .into_any()
}

fn row(count: &LedgerCount) -> AnyView {
    let cell = |label: &'static str| td().attr("role", "cell").attr("data-label", label);
    let day = dom::iso(count.day);
    let day = day.split('T').next().unwrap_or_default().to_owned();
    tr().attr("role", "row")
        .class("console-ledger__row")
        .child((
            cell("Day (UTC)").child(day),
            cell("Member").child(foreign(&count.name)),
            cell("Reports read in").child(count.reports.to_string()),
            cell("Not assigned to them").child(count.unassigned.to_string()),
            cell("Items").child(count.items.to_string()),
        ))
        .into_any()
}
