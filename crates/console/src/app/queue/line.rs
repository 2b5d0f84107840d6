//! One report's row.

use std::sync::Arc;

use leptos::html::{div, p, span, td, tr};
use leptos::prelude::*;
use protocol::MemberId;
use protocol::staff::ReportState;
use seal::ReportId;

use super::ROW;
use crate::app::dom;
use crate::app::parts::{self, state_tag, tag, unseen};
use crate::app::state::App;
use crate::queue::{Opening, Queue};
use crate::route::{Route, Tab};
use crate::text::{age, reference};

/// What a row of the table shows.
#[derive(Clone, PartialEq)]
pub(super) struct Line {
    place: usize,
    pub(super) report: ReportId,
    title: Title,
    reasons: Vec<String>,
    urgent: bool,
    unread: bool,
    state: ReportState,
    received_at: i64,
    assigned: Option<MemberId>,
    files: u32,
}

#[derive(Clone, PartialEq)]
enum Title {
    Opening,
    Open(String),
    Failed(String),
}

/// What to show of the report at place `at` of the queue, in row `place` of the table.
pub(super) fn line(queue: &Queue, place: usize, at: usize) -> Option<Line> {
    let entry = queue.get(at)?;
    let (title, reasons, files) = match &entry.summary {
        Opening::Sealed => (Title::Opening, Vec::new(), 0),
        Opening::Open(summary) => {
            (Title::Open(summary.title.clone()), summary.reasons.clone(), summary.files)
        }
        Opening::Failed(error) => (Title::Failed(error.to_string()), Vec::new(), 0),
    };
    let row = &entry.row;
    Some(Line {
        place,
        report: row.report,
        title,
        reasons,
        urgent: row.urgent,
        unread: row.unread,
        state: row.state,
        received_at: row.received_at,
        assigned: row.assigned,
        files,
    })
}

/// The row, which follows what its line becomes.
pub(super) fn line_view(app: App, report: ReportId, lines: Memo<Arc<Vec<Line>>>) -> AnyView {
    let line =
        Memo::new(move |_| lines.with(|lines| lines.iter().find(|line| line.report == report).cloned()));
    let with = move |show: fn(App, &Line) -> AnyView| move || line.get().map(|line| show(app, &line));
    let cell = |class: &'static str| td().attr("role", "cell").class(class);
    tr().attr("role", "row")
        .class("console-row")
        .class(("console-row--urgent", move || {
            line.with(|line| line.as_ref().is_some_and(|line| line.urgent))
        }))
        .class(("console-row--unread", move || {
            line.with(|line| line.as_ref().is_some_and(|line| line.unread))
        }))
        .attr("aria-rowindex", move || {
            line.with(|line| line.as_ref().map(|line| (line.place + 2).to_string()))
        })
        .child((
            cell("console-cell-report").child((
                div().class("console-row__head").child((
                    leptos::html::a()
                        .id(format!("{ROW}{report}"))
                        .href(Route::Report(report, Tab::default()).to_string())
                        .class("govuk-link console-row__link")
                        .child(with(title)),
                    with(marks),
                )),
                with(under),
            )),
            cell("console-cell-age").child(with(waiting)),
            cell("console-cell-state").child(with(|_, line| state_tag(line.state))),
            cell("console-cell-assigned").child(with(assigned)),
        ))
        .into_any()
}

fn title(_: App, line: &Line) -> AnyView {
    match &line.title {
        Title::Opening => span().class("console-quiet").child("Opening…").into_any(),
        Title::Open(title) => parts::foreign(title),
        Title::Failed(check) => {
            span().class("console-failed").child(format!("Not shown, a check failed: {check}")).into_any()
        }
    }
}

fn marks(_: App, line: &Line) -> AnyView {
    let urgent = line.urgent.then(|| tag("govuk-tag--red", "Urgent"));
    let unread = line.unread.then(|| tag("govuk-tag--purple", "Unread"));
    span().class("console-row__marks").child((urgent, unread)).into_any()
}

fn under(_: App, line: &Line) -> AnyView {
    let reasons: Vec<String> = line.reasons.iter().map(|id| crate::words::reason(id)).collect();
    let files = match line.files {
        0 => String::new(),
        1 => " · 1 file".to_owned(),
        files => format!(" · {files} files"),
    };
    p().class("console-row__under")
        .child((
            span().class("console-reference").child(reference(&line.report)),
            files,
            (!reasons.is_empty()).then(|| {
                (unseen(" Reasons:"), span().class("console-row__reasons").child(reasons.join(" · ")))
            }),
        ))
        .into_any()
}

fn waiting(app: App, line: &Line) -> AnyView {
    let at = line.received_at;
    span().title(dom::moment(at)).child((unseen("Waiting "), move || age(app.now.get(), at))).into_any()
}

fn assigned(app: App, line: &Line) -> AnyView {
    let me = app.who.with(|who| who.as_ref().map(|who| who.id()));
    match line.assigned {
        None => span().class("console-quiet").child("Nobody").into_any(),
        Some(id) if Some(id) == me => span().child("You").into_any(),
        Some(id) => parts::foreign(&app.name_of(id)),
    }
}
