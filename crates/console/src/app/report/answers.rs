//! The answers, in the order they were asked.

use leptos::html::{div, h2, h3, li, ol, p};
use leptos::prelude::*;
use protocol::content::{AnsweredPage, Answers, FileEntry};

use super::Loaded;
use crate::app::parts::{facts, foreign};
use crate::report::{Fact, fact_below, was_only_told};
use crate::words;

/// The part of the page.
pub(crate) fn part(loaded: &Loaded) -> AnyView {
    let Some(answers) = &loaded.opened.answers else {
        // If they were there and failed a check, the box above the parts says which.
        return div()
            .child((
                h2().class("govuk-heading-m").child("Answers"),
                p().class("govuk-body").child("There are no answers that can be shown."),
            ))
            .into_any();
    };
    div()
        .child((
            h2().class("govuk-heading-m").child("Answers"),
            provenance(answers),
            ol().class("console-steps")
                .attr("lang", answers.language.clone())
                .child(answers.pages.iter().map(|page| step(page, &answers.files)).collect_view()),
        ))
        .into_any()
}

fn provenance(answers: &Answers) -> AnyView {
    let standing = answers.route.map(|standing| {
        p().class("govuk-body").child(format!(
            "{}. {}",
            words::standing(standing),
            words::standing_meaning(standing)
        ))
    });
    let edition = format!(
        "Questionnaire “{}”, edition {}, asked in {}. The path below is the one these answers led along.",
        answers.questionnaire, answers.version, answers.language
    );
    div()
        .class("govuk-inset-text")
        .child((
            standing,
            p().class("govuk-body").child(words::sealed_on(answers.sealed_on)),
            p().class("govuk-body console-quiet").child(edition),
        ))
        .into_any()
}

/// The page on which files are handed over has no fields.
const FILES: &str = "files";

fn step(page: &AnsweredPage, files: &[FileEntry]) -> AnyView {
    if page.page == FILES && !files.is_empty() {
        let answers = files.iter().map(|file| file.name.clone()).collect();
        let names = facts(&[Fact { label: String::new(), answers }]);
        let title = h3().class("govuk-heading-s").child(foreign(&page.question));
        return li().class("console-step").child((title, names)).into_any();
    }
    if was_only_told(page) {
        return li()
            .class("console-step console-step--told")
            .child(p().class("govuk-body console-quiet").child(("Was shown: ", foreign(&page.question))))
            .into_any();
    }
    let answered: Vec<Fact> = page.fields.iter().map(|field| fact_below(page, field)).collect();
    li().class("console-step")
        .child((h3().class("govuk-heading-s").child(foreign(&page.question)), facts(&answered)))
        .into_any()
}
