//! Over the queue: requests to see media that wait for a second person, and what a hash list knows.

use std::collections::BTreeMap;

use leptos::html::{div, li, p, ul};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::quarantine::DeskReleases;
use seal::ReportId;

use crate::app::api;
use crate::app::parts;
use crate::app::state::App;
use crate::quarantine::files;
use crate::route::{Route, Tab};
use crate::text::reference;

/// Both notices, once they are known. Who cannot answer requests is not told of them.
pub(super) fn notices(app: App) -> AnyView {
    let found = RwSignal::new(None::<DeskReleases>);
    let Some(who) = app.who.get_untracked() else { return ().into_any() };
    let role = who.session.member.role;
    if !role.answers_releases() {
        return ().into_any();
    }
    let (slug, me) = (who.slug().to_owned(), who.id());
    spawn_local(async move {
        // The queue goes on without; what is wrong with the connection it says itself.
        if let Ok(mut releases) = api::get::<DeskReleases>(&format!("/desks/{slug}/releases")).await {
            releases.waiting.retain(|release| release.asked_by != me);
            found.try_set(Some(releases));
        }
    });
    (move || {
        let releases = found.get()?;
        let waiting = counted(releases.waiting.iter().map(|release| (release.report, release.items.len())));
        let locked = counted(releases.locked.iter().map(|locked| (locked.report, 1)));
        Some((
            notice("Requests to see media wait for a second person", &waiting),
            notice("A hash list knows files. Nobody can open them any more", &locked),
        ))
    })
    .into_any()
}

fn counted(files: impl Iterator<Item = (ReportId, usize)>) -> Vec<(ReportId, usize)> {
    let mut counts: BTreeMap<[u8; 16], usize> = BTreeMap::new();
    for (report, count) in files {
        *counts.entry(*report.as_bytes()).or_default() += count;
    }
    counts.into_iter().map(|(report, count)| (ReportId::from_bytes(report), count)).collect()
}

fn notice(words: &'static str, reports: &[(ReportId, usize)]) -> Option<AnyView> {
    if reports.is_empty() {
        return None;
    }
    let lines: Vec<AnyView> = reports
        .iter()
        .map(|(report, count)| {
            let text = format!("Report {}: {}", reference(report), files(*count));
            li().child(parts::link(Route::Report(*report, Tab::Files), text)).into_any()
        })
        .collect();
    Some(
        div()
            .class("govuk-inset-text")
            .attr("role", "status")
            .child((
                p().class("govuk-body govuk-!-font-weight-bold").child(words),
                ul().class("govuk-list").child(lines),
            ))
            .into_any(),
    )
}
