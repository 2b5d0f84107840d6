//! The queue: filters, and a table that draws only the rows near the screen.

mod filters;
mod line;
mod waiting;

use std::sync::Arc;

use leptos::ev;
use leptos::html::{div, p, table, tbody, th, thead, tr};
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;
use seal::ReportId;

use line::{Line, line, line_view};

use super::dom;
use super::parts::{self, Weight};
use super::state::App;
use crate::queue::Queue;
use crate::route::{Route, Tab};

/// The id of the search field.
pub(crate) const SEARCH: &str = "search";
const BODY: &str = "queue-rows";
const ROW: &str = "report-";

/// Rows drawn beyond either end of the screen.
const MARGIN: usize = 12;
/// A row's height in pixels until one has been measured.
const GUESS: f64 = 76.0;

/// Which rows are drawn, and how high one is.
#[derive(Clone, Copy, PartialEq)]
struct Window {
    from: usize,
    to: usize,
    height: f64,
}

/// The page.
pub(crate) fn page(app: App) -> AnyView {
    let order = Memo::new(move |_| {
        Arc::new(app.queue.with(|queue| app.filter.with(|filter| queue.view(filter, app.order.get()))))
    });
    // Also how somebody whose membership was revoked hears of it on their next step.
    if app.queue.with_untracked(|queue| !queue.is_empty()) {
        app.look_for_new();
    }
    // Whoever comes back from a report finds it again.
    if let Some(last) = app.last.get_untracked() {
        app.aim.set(None);
        request_animation_frame(move || request_animation_frame(move || reveal(app, last)));
    }
    div()
        .child((
            div().class("console-title-row").child((
                parts::heading("Queue"),
                parts::action("Refresh", Weight::Secondary, move || app.refresh()),
            )),
            move || app.trouble.get().map(|words| parts::error_box("The queue could not be read", words)),
            waiting::notices(app),
            div().class("console-queue").child((filters::form_of(app), results(app, order))),
        ))
        .into_any()
}

fn results(app: App, order: Memo<Arc<Vec<usize>>>) -> AnyView {
    let window = RwSignal::new(Window { from: 0, to: 2 * MARGIN, height: GUESS });
    let scrolled = move || {
        if let Some(now) = measure(order.with_untracked(|order| order.len()), window.get_untracked())
            && now != window.get_untracked()
        {
            window.set(now);
        }
    };
    for handle in [
        window_event_listener(ev::scroll, move |_| scrolled()),
        window_event_listener(ev::resize, move |_| scrolled()),
    ] {
        on_cleanup(move || handle.remove());
    }
    let lines = Memo::new(move |_| Arc::new(lines(app, &order.get(), window.get())));
    Effect::new(move |_| {
        let order = order.get();
        let Window { from, to, .. } = window.get();
        app.on_screen.set(order.iter().copied().skip(from).take(to - from).collect());
        request_animation_frame(scrolled);
    });
    let status =
        move || match (order.with(|order| order.len()), app.queue.with(Queue::len), app.loading.get()) {
            (_, 0, true) => "Reading the queue…".to_owned(),
            (shown, all, true) => format!("{shown} of {all} reports – reading on…"),
            (shown, all, false) => format!("{shown} of {all} reports"),
        };
    div()
        .class("console-results")
        .child((
            p().class("govuk-body console-count").attr("role", "status").child(status),
            move || order.with(|order| order.is_empty()).then(|| nothing(app)),
            rows(app, order, window, lines),
        ))
        .into_any()
}

fn nothing(app: App) -> Option<AnyView> {
    let words = match (app.loading.get(), app.queue.with(Queue::is_empty)) {
        (true, _) => return None,
        (false, true) => "No report has come in yet. New ones appear here when you refresh.",
        (false, false) => "No report passes these filters. Take one off to see more.",
    };
    Some(p().class("govuk-inset-text").child(words).into_any())
}

fn rows(
    app: App,
    order: Memo<Arc<Vec<usize>>>,
    window: RwSignal<Window>,
    lines: Memo<Arc<Vec<Line>>>,
) -> AnyView {
    let column = |class: &'static str, text: &'static str| {
        th().attr("role", "columnheader").attr("scope", "col").class(class).child(text)
    };
    let pixels = |rows: usize, height: f64| {
        format!("{}px", (f64::from(u32::try_from(rows).unwrap_or(0)) * height).round())
    };
    table()
        .class("console-table")
        .attr("role", "table")
        .attr("aria-label", "Reports")
        .attr("aria-rowcount", move || (order.with(|order| order.len()) + 1).to_string())
        .child((
            thead().attr("role", "rowgroup").child(
                tr().attr("role", "row").attr("aria-rowindex", "1").child((
                    column("console-cell-report", "Report"),
                    column("console-cell-age", "Waiting"),
                    column("console-cell-state", "State"),
                    column("console-cell-assigned", "Assigned to"),
                )),
            ),
            tbody()
                .id(BODY)
                .attr("role", "rowgroup")
                .style(("padding-top", move || window.with(|window| pixels(window.from, window.height))))
                .style(("padding-bottom", move || {
                    let below =
                        order.with(|order| order.len()).saturating_sub(window.with(|window| window.to));
                    pixels(below, window.with(|window| window.height))
                }))
                .child(For(ForProps {
                    each: move || lines.get().iter().map(|line| line.report).collect::<Vec<_>>(),
                    key: |report| *report.as_bytes(),
                    children: move |report| line_view(app, report, lines),
                })),
        ))
        .into_any()
}

/// Which rows are near the screen. `None` while the table is not there.
fn measure(count: usize, before: Window) -> Option<Window> {
    let body = dom::by_id::<HtmlElement>(BODY)?;
    let height =
        body.first_element_child().map_or(before.height, |row| row.get_bounding_client_rect().height());
    let height = if height >= 1.0 { height } else { before.height };
    let above = (-body.get_bounding_client_rect().top()).max(0.0);
    let screen = window().inner_height().ok()?.as_f64()?;
    let from = whole(above / height).saturating_sub(MARGIN).min(count.saturating_sub(1));
    let to = (whole((above + screen) / height) + MARGIN).min(count).max(from);
    Some(Window { from, to, height })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "row numbers, never negative")]
fn whole(number: f64) -> usize {
    number as usize
}

fn lines(app: App, order: &[usize], window: Window) -> Vec<Line> {
    app.queue.with(|queue| {
        let drawn = order.iter().enumerate().skip(window.from).take(window.to.saturating_sub(window.from));
        drawn.filter_map(|(place, &at)| line(queue, place, at)).collect()
    })
}

/// The reports as they are shown.
fn shown(app: App) -> Vec<ReportId> {
    app.queue.with_untracked(|queue| {
        let order = app.filter.with_untracked(|filter| queue.view(filter, app.order.get_untracked()));
        order.iter().filter_map(|&at| queue.get(at)).map(|row| row.row.report).collect()
    })
}

/// Moves the focus to the next or the previous report.
pub(crate) fn step(app: App, by: isize) {
    let shown = shown(app);
    let here = focused().or(app.last.get_untracked());
    let here = here.and_then(|id| shown.iter().position(|report| *report == id));
    let next = match here {
        Some(here) => here.saturating_add_signed(by).min(shown.len().saturating_sub(1)),
        None => 0,
    };
    if let Some(report) = shown.get(next) {
        app.last.set(Some(*report));
        reveal(app, *report);
    }
}

/// Moves the focus to a report's row, and the page to where the row is drawn if it is not yet.
fn reveal(app: App, report: ReportId) {
    let id = format!("{ROW}{report}");
    if dom::by_id::<HtmlElement>(&id).is_some() {
        return dom::focus(id);
    }
    let Some(place) = shown(app).iter().position(|shown| *shown == report) else { return };
    let Some(body) = dom::by_id::<HtmlElement>(BODY) else { return };
    let height = body.first_element_child().map_or(GUESS, |row| row.get_bounding_client_rect().height());
    let place = f64::from(u32::try_from(place).unwrap_or(0));
    let screen = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(0.0);
    window()
        .scroll_by_with_x_and_y(0.0, body.get_bounding_client_rect().top() + place * height - screen / 2.0);
    // One frame to draw the rows there, one to be sure.
    request_animation_frame(move || request_animation_frame(move || dom::focus(id)));
}

/// The report whose link has the focus.
fn focused() -> Option<ReportId> {
    document().active_element()?.id().strip_prefix(ROW)?.parse().ok()
}

/// Opens the report whose link has the focus.
pub(crate) fn open_focused(app: App) -> bool {
    let report = focused();
    if let Some(report) = report {
        app.go(Route::Report(report, Tab::default()));
    }
    report.is_some()
}
