//! One message with everything about it, down to the bytes of its source; or a stretch of bytes alone.

use std::sync::Arc;

use ::reader::{Answer, Ask, Dump, DumpLine, MessageRow, SourceFacts, WholeMessage};
use leptos::ev;
use leptos::html::{code, dialog, div, dl, h2, h3, mark, p, pre, span};
use leptos::prelude::*;

use super::{Transcript, row};
use crate::app::parts::{self, Weight, foreign, row as fact};
use crate::text::{grouped, size};

const DIALOG: &str = "message-detail";
const TITLE: &str = "message-detail-title";

/// Lines of bytes shown at a time.
const LINES: u32 = 24;
/// Lines shown before the first byte that is pointed out.
const BEFORE: u64 = 3;

/// Bytes of a source that are being looked at.
#[derive(Clone, Copy, PartialEq)]
struct Looked {
    source: u32,
    span: [u64; 2],
    from: u64,
    width: u32,
}

/// Shows bytes of a source that belong to no message.
pub(super) fn show_bytes(transcript: Transcript, source: u32, bytes: [u64; 2]) {
    transcript.bytes.set(Some((source, bytes)));
}

/// The dialogue.
pub(super) fn dialog_of(transcript: Transcript) -> AnyView {
    let is_open = move || transcript.detail.with(Option::is_some) || transcript.bytes.with(Option::is_some);
    parts::follow(DIALOG, TITLE, is_open);
    let close = move || {
        transcript.detail.set(None);
        transcript.bytes.set(None);
    };
    let content = move || {
        if let Some(whole) = transcript.detail.get() {
            return message(transcript, &whole);
        }
        match transcript.bytes.get() {
            Some((source, bytes)) => div()
                .child((
                    h2().id(TITLE).class("govuk-heading-m").tabindex("-1").child("Bytes of the source"),
                    origin(transcript, source, bytes, None),
                ))
                .into_any(),
            None => ().into_any(),
        }
    };
    dialog()
        .id(DIALOG)
        .class("console-dialog console-dialog--wide")
        .attr("aria-labelledby", TITLE)
        .on(ev::close, move |_| close())
        .child((content, parts::action("Back to the messages", Weight::Secondary, close)))
        .into_any()
}

fn message(transcript: Transcript, whole: &Arc<WholeMessage>) -> AnyView {
    let row = &whole.row;
    let id = row.id;
    let who = row::account_of(transcript, row).map(|account| account.label);
    let title = who.map_or_else(
        || "A message without an account".into_any(),
        |who| ("Message of ", foreign(&who)).into_any(),
    );
    let shown: Arc<MessageRow> = Arc::new(row.clone());
    let marking = transcript.app.works().then(|| {
        div().class("govuk-button-group").child((
            parts::action("Mark", Weight::Primary, move || {
                transcript.detail.set(None);
                transcript.ask_for_mark(id);
            }),
            parts::action("Begin a passage here", Weight::Secondary, move || {
                transcript.detail.set(None);
                transcript.begin_passage(id);
            }),
        ))
    });
    div()
        .child((
            h2().id(TITLE).class("govuk-heading-m").tabindex("-1").child(title),
            div().class("console-chat__whole").child(row::text(transcript, shown, TITLE.to_owned())),
            marking,
            facts("When", &whole.time),
            facts("Account, as the export names it", &whole.account),
            facts("What else the export states", &whole.details),
            origin(transcript, id.source, whole.bytes, Some(whole.place.clone())),
        ))
        .into_any()
}

fn facts(title: &'static str, facts: &[(String, String)]) -> Option<AnyView> {
    let rows: Vec<AnyView> = facts.iter().map(|(label, value)| fact(label, foreign(value))).collect();
    (!rows.is_empty()).then(|| {
        let list = dl().class("govuk-summary-list console-facts").child(rows);
        (h3().class("govuk-heading-s").child(title), list).into_any()
    })
}

/// The file, its digest, the place in it, and its bytes there.
fn origin(transcript: Transcript, source: u32, span: [u64; 2], place: Option<String>) -> AnyView {
    let known: Option<SourceFacts> =
        transcript.facts.with_untracked(|facts| facts.sources.get(source as usize).cloned());
    let Some(known) = known else { return ().into_any() };
    let [from, to] = span;
    let path = known.path.as_ref().map(|path| fact("File in the archive", foreign(path)));
    let place = place.map(|place| fact("Place", foreign(&place)));
    let narrow =
        window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width < 640.0);
    let width = if narrow { 8 } else { 16 };
    let looked =
        RwSignal::new(Looked { source, span, from: from.saturating_sub(BEFORE * u64::from(width)), width });
    div()
        .child((
            h3().class("govuk-heading-s").child("Where it stands in the source"),
            dl().class("govuk-summary-list console-facts").child((
                fact("File", foreign(&known.file)),
                path,
                fact("SHA-256", code().class("console-digest").child(grouped(&known.sha256))),
                place,
                fact("Bytes", format!("{from} to {to}, of {}", size(known.size))),
            )),
            dump(transcript, looked),
        ))
        .into_any()
}

fn dump(transcript: Transcript, looked: RwSignal<Looked>) -> AnyView {
    let shown = RwSignal::new(Dump::default());
    Effect::new(move |_| {
        let Looked { source, span, from, width } = looked.get();
        transcript.then(Ask::Bytes { source, from, lines: LINES, width, span }, move |answer| {
            if let Answer::Bytes(dump) = answer {
                shown.try_set(dump);
            }
        });
    });
    let step = move |forward: bool| {
        looked.update(|looked| {
            let by = u64::from(LINES * looked.width);
            let last = shown.with_untracked(|shown| shown.size).saturating_sub(1);
            looked.from = if forward { (looked.from + by).min(last) } else { looked.from.saturating_sub(by) };
        });
    };
    let lines = move || shown.with(|shown| shown.lines.iter().map(line).collect_view());
    div()
        .child((
            pre().class("console-dump").tabindex("0").attr("role", "group").attr("aria-label", "Bytes of the source").child(lines),
            div().class("govuk-button-group").child((
                parts::action("Bytes before", Weight::Secondary, move || step(false)),
                parts::action("Bytes after", Weight::Secondary, move || step(true)),
            )),
            p().class("govuk-body-s console-quiet").child(
                "Offset, bytes in hexadecimal, and the same as ASCII with a full stop for every other byte. What belongs to the message is underlined.",
            ),
        ))
        .into_any()
}

fn line(line: &DumpLine) -> AnyView {
    let [from, to] = line.lit.map(|at| at as usize);
    let hex = |range: &[String]| range.join(" ");
    let part = |from: usize, to: usize| line.hex.get(from..to).map(hex).unwrap_or_default();
    let (before, within, after) = (part(0, from), part(from, to), part(to, line.hex.len()));
    let gap = |a: &str, b: &str| if a.is_empty() || b.is_empty() { "" } else { " " };
    let (first, second) = (gap(&before, &within), gap(&within, &after));
    let first = if within.is_empty() { gap(&before, &after) } else { first };
    let text = |from: usize, to: usize| line.text.get(from..to).unwrap_or_default().to_owned();
    let point = |words: String| (!words.is_empty()).then(|| mark().class("console-dump__lit").child(words));
    (
        span().class("console-dump__at").child(format!("{:>8x}  ", line.at)),
        before,
        first,
        point(within),
        second,
        after,
        "  ",
        text(0, from),
        point(text(from, to)),
        text(to, line.text.len()),
        "\n",
    )
        .into_any()
}
