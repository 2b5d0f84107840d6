//! What is above the timeline: search, filters, the zone, and how texts are shown.

use std::sync::Arc;

use ::reader::{AccountFacts, Ask, Facts, Filter, Kind, MarkFilter, Sort};
use leptos::ev;
use leptos::html::{datalist, details, div, form, input, label, option, p, select, summary};
use leptos::prelude::*;

use super::pane::Pane;
use super::{SEARCH, Transcript, kind_number};
use crate::app::parts::{self, Weight};
use crate::chats::{Collapse, KINDS, kind_word};

/// What can be filtered by, with the words for it.
const SORTS: [(&str, Sort); 10] = [
    ("Words", Sort::Kind(Kind::Text)),
    ("Naming a file or picture", Sort::Attachment),
    ("Calls", Sort::Kind(Kind::Call)),
    ("Places", Sort::Kind(Kind::Location)),
    ("From the service", Sort::Kind(Kind::System)),
    ("Deleted", Sort::Kind(Kind::Deleted)),
    ("Not shown by the export", Sort::Kind(Kind::Withheld)),
    ("Not sent", Sort::Kind(Kind::Unsent)),
    ("Edited", Sort::Edited),
    ("Warnings and what is not understood", Sort::Notice),
];

/// Zones that are offered; any other of the IANA database can be typed.
const ZONES: [&str; 14] = [
    "Europe/London",
    "UTC",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Bucharest",
    "Europe/Istanbul",
    "Africa/Lagos",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Australia/Sydney",
    "America/New_York",
    "America/Los_Angeles",
];

const ZONE: &str = "transcript-zone";

/// Search, filters and settings.
pub(super) fn bar(transcript: Transcript) -> AnyView {
    let [first, second] = transcript.panes;
    div()
        .class("console-transcript__bar")
        .child((
            search(transcript, first),
            details().class("console-fold").child((
                summary().class("console-fold__title").child("Filters"),
                div().class("console-choices").child(move || choices(transcript, first)),
            )),
            details().class("console-fold").child((
                summary().class("console-fold__title").child("Times, collapsing and comparing"),
                div().class("console-choices").child((
                    zone(transcript),
                    collapse(transcript),
                    go_to_day(transcript, first),
                    move || compare(transcript, first, second),
                )),
            )),
        ))
        .into_any()
}

fn search(transcript: Transcript, pane: Pane) -> AnyView {
    let field = input()
        .id(SEARCH)
        .class("govuk-input")
        .r#type("search")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .prop("value", pane.words.get_untracked())
        .on(ev::input, move |event| pane.search(transcript, event_target_value(&event)))
        .on(ev::keydown, move |event| {
            if event.key() == "Enter" {
                event.prevent_default();
                pane.step(transcript, !event.shift_key(), false);
            }
        });
    let found = move || {
        let found = pane.found();
        if pane.words.with(|words| words.trim().is_empty()) {
            return String::new();
        }
        let place = match pane.hit.get() {
            0 => String::new(),
            hit => format!("; at message {hit} of {}", found.messages),
        };
        let hits = if found.hits == 1 { "1 hit".to_owned() } else { format!("{} hits", found.hits) };
        let messages =
            if found.messages == 1 { "1 message".to_owned() } else { format!("{} messages", found.messages) };
        format!("{hits} in {messages}{place}")
    };
    form()
        .class("console-transcript__search")
        .attr("role", "search")
        .attr("aria-label", "Transcript")
        .on(ev::submit, |event| event.prevent_default())
        .child((
            div().class("console-transcript__field").child((
                label().class("govuk-label govuk-label--s").attr("for", SEARCH).child("Search the messages"),
                field,
            )),
            parts::action("Previous hit", Weight::Secondary, move || pane.step(transcript, false, true)),
            parts::action("Next hit", Weight::Secondary, move || pane.step(transcript, true, true)),
            div().class("console-transcript__told").child((
                counts(pane),
                p().id("transcript-found")
                    .attr("data-searched", move || pane.searched.get())
                    .class("govuk-body")
                    .attr("role", "status")
                    .child(found),
            )),
        ))
        .into_any()
}

fn counts(pane: Pane) -> AnyView {
    let words = move || {
        let shown = pane.shown.get();
        let messages =
            if shown.messages == 1 { "1 message".to_owned() } else { format!("{} messages", shown.messages) };
        let hidden = match shown.notices_hidden {
            0 => String::new(),
            1 => "; the filters hide 1 warning".to_owned(),
            count => format!("; the filters hide {count} warnings"),
        };
        format!("{messages} shown{hidden}")
    };
    p().id("transcript-count")
        .class("govuk-body console-count")
        .attr("role", "status")
        .child(words)
        .into_any()
}

/// The choices depend on what has been read.
fn choices(transcript: Transcript, pane: Pane) -> AnyView {
    let facts = transcript.facts.get();
    let marks =
        [("Any mark".to_owned(), MarkFilter::Any)].into_iter().chain(KINDS.iter().enumerate().filter_map(
            |(at, kind)| Some((kind_word(*kind).to_owned(), MarkFilter::Kind(kind_number(at)?))),
        ));
    let sorts = SORTS.map(|(words, sort)| (words.to_owned(), sort));
    (
        choose(transcript, pane, "Conversation", conversations(&facts), |filter| &mut filter.conversation),
        choose(transcript, pane, "Account", accounts(&facts), |filter| &mut filter.account),
        choose(transcript, pane, "Sort", sorts.into(), |filter| &mut filter.sort),
        choose(transcript, pane, "Mark", marks.collect(), |filter| &mut filter.mark),
        day(transcript, pane, "From day", |filter| &mut filter.from_day),
        day(transcript, pane, "To day", |filter| &mut filter.to_day),
    )
        .into_any()
}

fn conversations(facts: &Facts) -> Vec<(String, u32)> {
    let named = facts
        .conversations
        .iter()
        .map(|known| format!("{} ({} messages, {})", known.title, known.messages, known.extent));
    named.zip(0..).collect()
}

fn accounts(facts: &Facts) -> Vec<(String, u32)> {
    let several = facts.sources.len() > 1;
    let named = facts.accounts.iter().map(|account| {
        let letter = AccountFacts::letter(account.place);
        let source = facts.sources.get(account.source as usize).filter(|_| several);
        let source = source.map_or_else(String::new, |source| {
            format!(" in {}", source.path.as_ref().unwrap_or(&source.file))
        });
        format!("{letter} {} ({} messages{source})", account.label, account.messages)
    });
    named.zip(0..).collect()
}

fn id_of(pane: Pane, name: &str) -> String {
    format!("filter-{}-{}", pane.view, name.to_lowercase().replace(' ', "-"))
}

fn choose<T: Copy + PartialEq + Send + Sync + 'static>(
    transcript: Transcript,
    pane: Pane,
    name: &'static str,
    choices: Vec<(String, T)>,
    field: fn(&mut Filter) -> &mut Option<T>,
) -> AnyView {
    let id = id_of(pane, name);
    let mut filter = pane.filter.get_untracked();
    let chosen = *field(&mut filter);
    let options: Vec<AnyView> = choices
        .iter()
        .enumerate()
        .map(|(at, (words, choice))| {
            option()
                .value(at.to_string())
                .prop("selected", chosen == Some(*choice))
                .child(words.clone())
                .into_any()
        })
        .collect();
    let values = Arc::new(choices);
    let change = move |event| {
        let at = event_target_value(&event).parse::<usize>().ok();
        let choice = at.and_then(|at| values.get(at)).map(|(_, choice)| *choice);
        pane.set_filter(transcript, move |filter| *field(filter) = choice);
    };
    div()
        .class("govuk-form-group")
        .child((
            label().class("govuk-label").attr("for", id.clone()).child(name),
            select()
                .id(id)
                .class("govuk-select")
                .on(ev::change, change)
                .child((option().value("").child("All"), options)),
        ))
        .into_any()
}

fn day(
    transcript: Transcript,
    pane: Pane,
    name: &'static str,
    field: fn(&mut Filter) -> &mut Option<String>,
) -> AnyView {
    let id = id_of(pane, name);
    let mut filter = pane.filter.get_untracked();
    let change = move |event| {
        let day = Some(event_target_value(&event)).filter(|day| !day.is_empty());
        pane.set_filter(transcript, move |filter| *field(filter) = day);
    };
    div()
        .class("govuk-form-group")
        .child((
            label().class("govuk-label").attr("for", id.clone()).child(name),
            input()
                .id(id)
                .class("govuk-input")
                .r#type("date")
                .prop("value", field(&mut filter).clone().unwrap_or_default())
                .on(ev::change, change),
        ))
        .into_any()
}

/// The zone of local times: somebody who knows it states it; it is never guessed.
fn zone(transcript: Transcript) -> AnyView {
    let known = move || {
        let facts = transcript.facts.get();
        let local: u64 = facts.sources.iter().map(|source| source.local + source.ambiguous).sum();
        match &facts.zone {
            Some(zone) => format!(
                "Local times are read as times in {zone}, as was stated here. It is forgotten when you leave the report."
            ),
            None if local > 0 => format!(
                "{local} messages have a local time, and no export says in which zone. State it if you know it."
            ),
            None => "Every time is a point in time. Stating a zone shows them in it.".to_owned(),
        }
    };
    let change = move |event| {
        let zone = event_target_value(&event).trim().to_owned();
        transcript.state(Ask::Zone { zone: (!zone.is_empty()).then_some(zone) });
    };
    div()
        .class("govuk-form-group console-choices__wide")
        .child((
            label().class("govuk-label").attr("for", ZONE).child("Zone of the phones that wrote the times"),
            p().id("transcript-zone-known").class("govuk-body-s console-quiet").child(known),
            input()
                .id(ZONE)
                .class("govuk-input")
                .attr("list", "transcript-zones")
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .attr("aria-describedby", "transcript-zone-known")
                .prop(
                    "value",
                    transcript.facts.with_untracked(|facts| facts.zone.clone().unwrap_or_default()),
                )
                .on(ev::change, change),
            datalist()
                .id("transcript-zones")
                .child(ZONES.map(|zone| option().value(zone)).into_iter().collect_view()),
        ))
        .into_any()
}

fn collapse(transcript: Transcript) -> AnyView {
    let app = transcript.app;
    let options = Collapse::ALL
        .map(|choice| option().prop("selected", move || app.collapse.get() == choice).child(choice.label()))
        .into_iter()
        .collect_view();
    let change = move |event| {
        let chosen = event_target_value(&event);
        app.collapse
            .set(Collapse::ALL.into_iter().find(|choice| choice.label() == chosen).unwrap_or_default());
    };
    div()
        .class("govuk-form-group")
        .child((
            label()
                .class("govuk-label")
                .attr("for", "transcript-collapse")
                .child("Collapse, until you sign out"),
            select().id("transcript-collapse").class("govuk-select").on(ev::change, change).child(options),
        ))
        .into_any()
}

fn go_to_day(transcript: Transcript, pane: Pane) -> AnyView {
    let go = move |event| {
        let day = event_target_value(&event);
        if !day.is_empty() {
            pane.go(transcript, Ask::RowOfDay { view: pane.view, day }, false);
        }
    };
    div()
        .class("govuk-form-group")
        .child((
            label().class("govuk-label").attr("for", "transcript-day").child("Go to a day"),
            input().id("transcript-day").class("govuk-input").r#type("date").on(ev::change, go),
        ))
        .into_any()
}

/// Two conversations side by side, aligned in time.
fn compare(transcript: Transcript, first: Pane, second: Pane) -> AnyView {
    let facts = transcript.facts.get();
    if facts.conversations.len() < 2 {
        return p()
            .class("govuk-body console-quiet")
            .child("There is one conversation only, so there is nothing to compare.")
            .into_any();
    }
    if !transcript.compared.get() {
        let begin = move || {
            transcript.compared.set(true);
            let left = first.filter.with_untracked(|filter| filter.conversation).unwrap_or(0);
            let right = u32::from(left == 0);
            first.set_filter(transcript, move |filter| {
                *filter = Filter { conversation: Some(left), ..Filter::default() }
            });
            second.set_filter(transcript, move |filter| {
                *filter = Filter { conversation: Some(right), ..Filter::default() }
            });
        };
        return parts::action("Compare two conversations", Weight::Secondary, begin);
    }
    let end = move || {
        transcript.compared.set(false);
        first.set_filter(transcript, |filter| *filter = Filter::default());
    };
    (
        p().class("govuk-body console-choices__wide").child("The second follows the first in time."),
        choose(transcript, first, "First", conversations(&facts), |filter| &mut filter.conversation),
        choose(transcript, second, "Second", conversations(&facts), |filter| &mut filter.conversation),
        parts::action("End comparing", Weight::Secondary, end),
    )
        .into_any()
}
