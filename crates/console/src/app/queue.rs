//! The queue: filters, and a table that draws only the rows near the screen.

use std::sync::Arc;

use leptos::ev;
use leptos::html::{
    div, fieldset, form, input, label, legend, option, p, select, span, table, tbody, td, th, thead, tr,
};
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;
use protocol::MemberId;
use protocol::staff::ReportState;
use seal::ReportId;

use super::dom;
use super::parts::{self, Weight, state_tag, tag, unseen};
use super::state::App;
use crate::queue::{Filter, Opening, Order, Queue};
use crate::route::{Route, Tab};
use crate::text::{age, reference};

/// The id of the search field.
pub(crate) const SEARCH: &str = "search";
const BODY: &str = "queue-rows";
const ROW: &str = "report-";

/// Rows drawn beyond either end of the screen.
const MARGIN: usize = 12;
/// A row's height in pixels until one has been measured.
const GUESS: f64 = 76.0;

/// What a row of the table shows.
#[derive(Clone, PartialEq)]
struct Line {
    place: usize,
    report: ReportId,
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
    div()
        .child((
            div().class("console-title-row").child((
                parts::heading("Queue"),
                parts::action("Refresh", Weight::Secondary, move || app.refresh()),
            )),
            move || app.trouble.get().map(|words| parts::error_box("The queue could not be read", words)),
            div().class("console-queue").child((filters(app), results(app, order))),
        ))
        .into_any()
}

fn filters(app: App) -> AnyView {
    let counts = Memo::new(move |_| app.queue.with(Queue::counts));
    let me = app.who.with_untracked(|who| who.as_ref().map(|who| who.id()));
    let state = move |state: ReportState, text: &'static str| {
        let on = move || app.filter.with(|filter| filter.states.contains(&state));
        check(text, state.as_str(), on, move |checked| {
            app.filter.update(|filter| {
                filter.states.retain(|known| *known != state);
                if checked {
                    filter.states.push(state);
                }
            });
        })
    };
    let flag =
        move |id: &'static str, text: AnyView, read: fn(&Filter) -> bool, write: fn(&mut Filter, bool)| {
            check(
                text,
                id,
                move || app.filter.with(read),
                move |on| app.filter.update(|filter| write(filter, on)),
            )
        };
    let mine = move |on: bool| app.filter.update(|filter| filter.assigned = if on { me } else { None });
    let orders = Order::ALL.map(|order| {
        let text = match order {
            Order::Urgency => "Urgent first",
            Order::Newest => "Newest first",
            Order::Oldest => "Oldest first",
            Order::LastFromReporter => "Last word from the reporter",
        };
        option().value(order.as_str()).prop("selected", move || app.order.get() == order).child(text)
    });
    let choose = move |event| {
        let chosen = event_target_value(&event);
        app.order.set(Order::ALL.into_iter().find(|order| order.as_str() == chosen).unwrap_or_default());
    };
    form()
        .class("console-filter")
        .attr("role", "search")
        .attr("aria-label", "Queue")
        .on(ev::submit, |event| event.prevent_default())
        .child((
            div().class("govuk-form-group").child((
                label().class("govuk-label govuk-label--s").attr("for", SEARCH).child("Search"),
                input()
                    .id(SEARCH)
                    .class("govuk-input")
                    .r#type("search")
                    .attr("autocomplete", "off")
                    .on(ev::input, move |event| app.filter.update(|filter| filter.text = dom::typed(&event)))
                    .on(ev::keydown, move |event| {
                        if event.key() == "Enter" || event.key() == "ArrowDown" {
                            event.prevent_default();
                            step(app, 1);
                        }
                    }),
            )),
            group(
                "State",
                (
                    state(ReportState::New, "New"),
                    state(ReportState::Open, "Open"),
                    state(ReportState::Closed, "Closed"),
                ),
            ),
            group(
                "Only",
                (
                    flag(
                        "urgent",
                        counted("Urgent", move || counts.get().urgent),
                        |f| f.urgent,
                        |f, on| f.urgent = on,
                    ),
                    flag(
                        "unread",
                        counted("Unread", move || counts.get().unread),
                        |f| f.unread,
                        |f, on| f.unread = on,
                    ),
                    check("Assigned to me", "mine", move || app.filter.with(|f| f.assigned.is_some()), mine),
                ),
            ),
            div().class("govuk-form-group").child((
                label().class("govuk-label govuk-label--s").attr("for", "order").child("Order"),
                select()
                    .id("order")
                    .class("govuk-select")
                    .on(ev::change, choose)
                    .child(orders.into_iter().collect_view()),
            )),
        ))
        .into_any()
}

fn counted(text: &'static str, count: impl Fn() -> usize + Copy + Send + 'static) -> AnyView {
    span().child((text, " (", move || count().to_string(), ")")).into_any()
}

fn group(name: &'static str, boxes: impl IntoView + 'static) -> AnyView {
    fieldset()
        .class("govuk-fieldset govuk-form-group")
        .child((
            legend().class("govuk-fieldset__legend govuk-fieldset__legend--s").child(name),
            div().class("govuk-checkboxes govuk-checkboxes--small").child(boxes),
        ))
        .into_any()
}

fn check(
    text: impl IntoView + 'static,
    id: &'static str,
    on: impl Fn() -> bool + Send + Sync + 'static,
    change: impl Fn(bool) + 'static,
) -> AnyView {
    div()
        .class("govuk-checkboxes__item")
        .child((
            input()
                .r#type("checkbox")
                .id(id)
                .class("govuk-checkboxes__input")
                .prop("checked", on)
                .on(ev::change, move |event| change(event_target_checked(&event))),
            label().class("govuk-label govuk-checkboxes__label").attr("for", id).child(text),
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

fn line(queue: &Queue, place: usize, at: usize) -> Option<Line> {
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

fn line_view(app: App, report: ReportId, lines: Memo<Arc<Vec<Line>>>) -> AnyView {
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
    (urgent, unread).into_any()
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

/// Moves the focus to the next or the previous report.
pub(crate) fn step(app: App, by: isize) {
    let shown = app.queue.with_untracked(|queue| {
        let order = app.filter.with_untracked(|filter| queue.view(filter, app.order.get_untracked()));
        order.iter().filter_map(|&at| queue.get(at)).map(|row| row.row.report).collect::<Vec<_>>()
    });
    let here = focused().and_then(|id| shown.iter().position(|report| *report == id));
    let next = match here {
        Some(here) => here.saturating_add_signed(by).min(shown.len().saturating_sub(1)),
        None => 0,
    };
    let Some(report) = shown.get(next) else { return };
    let id = format!("{ROW}{report}");
    if dom::by_id::<HtmlElement>(&id).is_some() {
        dom::focus(id);
    }
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
