//! The acts of one page, a row each.

use leptos::html::{a, dd, details, div, dl, dt, p, span, summary, table, tbody, td, th, thead, tr};
use leptos::prelude::*;
use protocol::oversight::{LedgerEntry, told};

use super::Ledger;
use crate::app::dom;
use crate::app::parts::{foreign, unseen};
use crate::ledger::{Called, Look, actor, deed};
use crate::route::Route;
use crate::text::{grouped, reference};

/// The table, or words where there is nothing to show.
pub(super) fn of(ledger: Ledger) -> AnyView {
    let column = |text: &'static str| th().attr("role", "columnheader").attr("scope", "col").child(text);
    let shown = move || {
        let look = ledger.look.get_untracked();
        let rows =
            ledger.with(|page| page.entries.iter().map(|entry| row(ledger, look, entry)).collect_view())?;
        if rows.is_empty() {
            return Some(nothing(look));
        }
        let head = tr().attr("role", "row").child((
            column("When"),
            column("Who"),
            column("What"),
            column("Report"),
            column("Entry"),
        ));
        let view = table()
            .class("console-ledger")
            .attr("role", "table")
            .attr("aria-label", "Entries of the ledger, newest first")
            .child((
                thead().attr("role", "rowgroup").child(head),
                tbody().attr("role", "rowgroup").child(rows),
            ));
        Some(view.into_any())
    };
    shown.into_any()
}

fn nothing(look: Look) -> AnyView {
    let words = if look.narrows() {
        "Nothing in the ledger passes these filters. Take one off to see more."
    } else {
        "The ledger of this desk holds nothing yet."
    };
    p().class("govuk-inset-text").child(words).into_any()
}

fn row(ledger: Ledger, look: Look, entry: &LedgerEntry) -> AnyView {
    let cell = |class: &'static str| td().attr("role", "cell").class(class);
    let names = |id| ledger.app.name_of(id);
    tr().attr("role", "row")
        .class("console-ledger__row")
        .child((
            cell("console-ledger__when").child(dom::moment_in_numbers(entry.at)),
            cell("console-ledger__who").child(who(look, entry)),
            cell("console-ledger__what").child(foreign(&deed(entry, &names))),
            cell("console-ledger__report").child(report(look, entry)),
            cell("console-ledger__entry").child(more(entry)),
        ))
        .into_any()
}

fn who(look: Look, entry: &LedgerEntry) -> AnyView {
    let name = foreign(&actor(entry));
    let Some(member) = entry.member.filter(|member| look.member != Some(*member)) else { return name };
    let to = Route::Ledger(Look { member: Some(member), ..look.at(None) });
    a().href(to.to_string())
        .class("govuk-link govuk-link--no-visited-state")
        .child((unseen("Only what was done by "), name))
        .into_any()
}

fn report(look: Look, entry: &LedgerEntry) -> Option<AnyView> {
    let report = entry.report?;
    let text = span().class("console-reference").child(reference(&report));
    if look.report.is_some_and(|asked| asked.reference() == reference(&report)) {
        return Some(text.into_any());
    }
    let to = Route::Ledger(Look { report: Some(Called::Id(report)), ..look.at(None) });
    let link = a().href(to.to_string()).class("govuk-link govuk-link--no-visited-state");
    Some(link.child((unseen("Only what was done with report "), text)).into_any())
}

/// What identifies the act and the bytes that it concerns, on request.
fn more(entry: &LedgerEntry) -> AnyView {
    let fact = |label: &'static str, value: String| {
        div().child((dt().child(label), dd().class("console-digest").child(value)))
    };
    details()
        .class("console-ledger__more")
        .child((
            summary().class("console-fold__title").child((unseen("Entry "), entry.number.to_string())),
            dl().class("console-ledger__facts").child((
                fact("Act", told(&entry.act).to_owned()),
                entry.item.map(|item| fact("Item", item.to_string())),
                entry.item_kind.clone().map(|kind| fact("Kind of item", kind)),
                entry.digest.map(|digest| fact("SHA-256, sealed", grouped(&digest.to_string()))),
                fact("Time (UTC)", dom::iso(entry.at)),
                entry.index.map(|index| fact("Index in the log", index.to_string())),
            )),
        ))
        .into_any()
}
