//! Two exports of one chat held against each other: what only one has, and what differs.

use std::sync::Arc;

use ::reader::{Answer, Ask, ComparedFacts, ComparisonFacts, DifferenceFacts, MessageId, SourceFacts};
use leptos::ev;
use leptos::html::{details, div, dl, h3, h4, label, li, ol, option, p, select, summary, ul};
use leptos::prelude::*;

use super::Transcript;
use crate::app::parts::{self, Weight, foreign, row};

const FIRST: &str = "compare-first";
const SECOND: &str = "compare-second";

/// Files that hold chats, each once: item and name.
fn exports(sources: &[SourceFacts]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for source in sources {
        if found.iter().all(|(item, _)| *item != source.item) {
            found.push((source.item.clone(), source.file.clone()));
        }
    }
    found
}

/// The part of the page; nothing where there are no two exports.
pub(super) fn part(transcript: Transcript) -> AnyView {
    let found = RwSignal::new(None::<Arc<ComparisonFacts>>);
    let known = Memo::new(move |_| transcript.facts.with(|facts| exports(&facts.sources)));
    (move || {
        let exports = known.get();
        (exports.len() > 1).then(|| fold(transcript, &exports, found))
    })
    .into_any()
}

fn fold(
    transcript: Transcript,
    exports: &[(String, String)],
    found: RwSignal<Option<Arc<ComparisonFacts>>>,
) -> AnyView {
    let chosen = [RwSignal::new(exports[0].0.clone()), RwSignal::new(exports[1].0.clone())];
    let field = |id: &'static str, text: &'static str, chosen: RwSignal<String>| {
        let options: Vec<AnyView> = exports
            .iter()
            .map(|(item, name)| {
                let is = chosen.with_untracked(|chosen| chosen == item);
                option().value(item.clone()).prop("selected", is).child(name.clone()).into_any()
            })
            .collect();
        div().class("govuk-form-group").child((
            label().class("govuk-label").attr("for", id).child(text),
            select()
                .id(id)
                .class("govuk-select")
                .on(ev::change, move |event| chosen.set(event_target_value(&event)))
                .child(options),
        ))
    };
    let compare = move || {
        let [first, second] = chosen.map(|chosen| chosen.get_untracked());
        transcript.wrong.set(None);
        found.set(None);
        transcript.then(Ask::Compare { first, second }, move |answer| {
            if let Answer::Comparison(comparison) = answer {
                transcript.app.say("The two exports have been compared");
                found.try_set(Some(Arc::new(comparison)));
            }
        });
    };
    details()
        .class("console-fold console-differences")
        .child((
            summary().class("console-fold__title").child("Hold two exports against each other"),
            p().class("govuk-body").child(
                "What only one of two exports has, and what differs. Which of them is right, this does not say.",
            ),
            field(FIRST, "First export", chosen[0]),
            field(SECOND, "Second export", chosen[1]),
            parts::action("Compare", Weight::Secondary, compare),
            move || found.get().map(|comparison| shown(transcript, &comparison)),
        ))
        .into_any()
}

fn shown(transcript: Transcript, comparison: &ComparisonFacts) -> AnyView {
    let none = comparison
        .conversations
        .is_empty()
        .then(|| p().class("govuk-body").child("The two exports have no conversation in common."));
    let chats: Vec<AnyView> =
        comparison.conversations.iter().map(|compared| conversation(transcript, compared)).collect();
    let alone: Vec<AnyView> =
        comparison.alone.iter().map(|words| li().child(foreign(words)).into_any()).collect();
    div()
        .attr("role", "region")
        .attr("aria-label", "What differs")
        .child((none, chats, ul().class("govuk-list govuk-list--bullet").child(alone)))
        .into_any()
}

fn conversation(transcript: Transcript, compared: &ComparedFacts) -> AnyView {
    let [first, second] =
        compared.titles.each_ref().map(|title| foreign(title.as_deref().unwrap_or("(untitled)")));
    let lines: Vec<AnyView> =
        compared.lines.iter().map(|(label, words)| row(label_words(label), foreign(words))).collect();
    let lists = [
        ("Differences that the ways of exporting do not explain", &compared.unexplained),
        ("Differences that they may explain", &compared.explained),
    ];
    let lists: Vec<AnyView> = lists
        .into_iter()
        .zip(compared.counts)
        .filter(|((_, found), _)| !found.is_empty())
        .map(|((title, found), count)| list(transcript, title, found, count))
        .collect();
    div()
        .class("console-card")
        .child((
            h3().class("govuk-heading-s").child((first, " / ", second)),
            dl().class("govuk-summary-list console-facts").child(lines),
            lists,
        ))
        .into_any()
}

fn label_words(label: &str) -> &'static str {
    match label {
        "messages" => "Messages",
        "unexplained" => "Differences not explained",
        "explained" => "Differences explained",
        "clock" => "Clock",
        "account" => "Account",
        "outside" => "Not covered",
        _ => "Note",
    }
}

fn list(transcript: Transcript, title: &'static str, found: &[DifferenceFacts], count: u64) -> AnyView {
    let items: Vec<AnyView> = found.iter().map(|found| difference(transcript, found)).collect();
    let rest = count.saturating_sub(found.len() as u64);
    div()
        .child((
            h4().class("govuk-heading-s").child(format!("{title}: {count}")),
            ol().class("govuk-list govuk-list--number").child(items),
            (rest > 0).then(|| {
                p().class("govuk-body")
                    .child(format!("and {rest} more; “safehand inspect --compare” lists all"))
            }),
        ))
        .into_any()
}

fn difference(transcript: Transcript, found: &DifferenceFacts) -> AnyView {
    let open = |label: &'static str, message: Option<MessageId>| {
        message.map(|message| parts::action(label, Weight::Secondary, move || transcript.open(message)))
    };
    let [first, second] = found.messages;
    li().child((
        p().class("govuk-body").child((format!("{}: ", found.kind), foreign(&found.words))),
        div().class("govuk-button-group").child((open("In the first", first), open("In the second", second))),
    ))
    .into_any()
}
